"""Imputation against numpy, pandas and scikit-learn, worked by hand, and every way in which it cannot be done."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests import toyland

from goodwork.errors import MethodError
from goodwork.index.build import build
from goodwork.index.holdout import holdout_error
from goodwork.index.imputation import IMPUTATION
from goodwork.model.method import Method
from goodwork.model.panel import Values

NAN = float("nan")


def related(seed: int = 5, areas: int = 60, members: int = 4, share: float = 0.2) -> tuple[Values, Values]:
    """Members that go together, complete and with gaps, ``(1, areas, members)``."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(areas, 1))
    complete = (common + 0.5 * rng.normal(size=(areas, members))) * np.arange(1, members + 1) + 10
    return complete[None], np.where(rng.random((areas, members)) < share, NAN, complete)[None]


def line(*figures: float) -> Values:
    """The figures of one area in one member over time, ``(periods, 1, 1)``."""
    return np.array(figures, dtype=float)[:, None, None]


def test_means_and_medians_equal_numpy() -> None:
    _, gappy = related()
    for name, statistic in (("mean", np.nanmean), ("median", np.nanmedian)):
        expected = np.where(np.isnan(gappy), statistic(gappy, axis=-2, keepdims=True), gappy)
        np.testing.assert_allclose(IMPUTATION[name](gappy), expected, rtol=1e-12)


def test_by_group_equals_numpy_group_by_group() -> None:
    _, gappy = related()
    groups = np.array(["north", "south", "west"] * 20)
    for name, statistic in (("group-mean", np.nanmean), ("group-median", np.nanmedian)):
        found = IMPUTATION[name](gappy, groups=groups)
        for group in set(groups):
            part = gappy[:, groups == group]
            expected = np.where(np.isnan(part), statistic(part, axis=-2, keepdims=True), part)
            np.testing.assert_allclose(found[:, groups == group], expected, rtol=1e-12)


def test_a_group_without_any_figure_is_named() -> None:
    values = np.array([[[1.0, 1], [2, 2], [NAN, 3], [NAN, 4]]])
    with pytest.raises(MethodError, match="no area of south has a figure for 1 member") as caught:
        IMPUTATION["group-mean"](values, groups=np.array(["north", "north", "south", "south"]))
    assert caught.value.remedy
    with pytest.raises(MethodError, match="needs groups"):
        IMPUTATION["group-mean"](values)


def test_a_group_of_areas_that_are_not_scored_is_owed_nothing() -> None:
    values = np.array([[[1.0, 1], [2, 2], [NAN, NAN]]])
    found = IMPUTATION["group-mean"](values, groups=np.array(["north", "north", "scotland"]))
    np.testing.assert_array_equal(found, values)


def test_domain_mean_by_hand_and_through_build() -> None:
    values = np.array([[[1.0, NAN, 5.0, NAN]]])
    np.testing.assert_array_equal(IMPUTATION["domain-mean"](values, domains=[[0, 1], [2], [3]]), [[[1, 1, 5, NAN]]])
    lenient = {"minimum_share": 0.0, "every_domain": False}
    plain = build(toyland.framework(), toyland.panel(), Method(screening=lenient))
    filled = build(toyland.framework(), toyland.panel(), Method(screening=lenient, imputation="domain-mean"))
    np.testing.assert_array_equal(filled.stages["treated"], plain.stages["treated"])
    assert np.isnan(plain.stages["normalised"]).any()
    assert not np.isnan(filled.stages["normalised"]).any()


def test_carrying_equals_pandas() -> None:
    rng = np.random.default_rng(3)
    values = np.where(rng.random((7, 5, 3)) < 0.5, NAN, rng.normal(size=(7, 5, 3)))
    flat = pd.DataFrame(values.reshape(7, -1))
    for limit in (None, 1, 2):
        forward, back = flat.ffill(limit=limit), flat.bfill(limit=limit)
        np.testing.assert_array_equal(
            IMPUTATION["carry-forward"](values, limit=limit), forward.to_numpy().reshape(values.shape)
        )
        np.testing.assert_array_equal(
            IMPUTATION["carry-back"](values, limit=limit), back.to_numpy().reshape(values.shape)
        )


def test_linear_in_years_not_in_places() -> None:
    values = line(NAN, 1, NAN, 4, NAN)
    labels = ("2015", "2018", "2019", "2021", "2022")
    np.testing.assert_allclose(IMPUTATION["linear"](values, periods=labels), line(NAN, 1, 2, 4, NAN))
    np.testing.assert_allclose(IMPUTATION["linear"](values, periods=labels, ends="constant"), line(1, 1, 2, 4, 4))
    np.testing.assert_allclose(
        IMPUTATION["linear"](values, periods=("a", "b", "c", "d", "e")), line(NAN, 1, 2.5, 4, NAN)
    )


def test_linear_with_one_figure_or_none() -> None:
    np.testing.assert_array_equal(IMPUTATION["linear"](line(NAN, 3, NAN)), line(NAN, 3, NAN))
    np.testing.assert_array_equal(IMPUTATION["linear"](line(NAN, 3, NAN), ends="constant"), line(3, 3, 3))
    np.testing.assert_array_equal(IMPUTATION["linear"](line(NAN, NAN), ends="constant"), line(NAN, NAN))
    np.testing.assert_array_equal(IMPUTATION["linear"](line(NAN), ends="constant"), line(NAN))


def test_linear_equals_numpy() -> None:
    rng = np.random.default_rng(4)
    values = np.where(rng.random((9, 6, 2)) < 0.5, NAN, rng.normal(size=(9, 6, 2)))
    found = IMPUTATION["linear"](values, ends="constant")
    for area, member in np.ndindex(6, 2):
        series = values[:, area, member]
        there = np.nonzero(~np.isnan(series))[0]
        np.testing.assert_allclose(found[:, area, member], np.interp(np.arange(9), there, series[there]), rtol=1e-10)


def test_nearest_neighbours_by_hand() -> None:
    values = np.array([[[0.0, 10], [1, 20], [2, 30], [0.4, NAN]]])
    plain = {"standardise": False}
    assert IMPUTATION["nearest-neighbours"](values, neighbours=1, **plain)[0, 3, 1] == 10
    assert IMPUTATION["nearest-neighbours"](values, neighbours=2, **plain)[0, 3, 1] == 15
    near = IMPUTATION["nearest-neighbours"](values, neighbours=2, weights="distance", **plain)[0, 3, 1]
    assert near == pytest.approx((10 / 0.4 + 20 / 0.6) / (1 / 0.4 + 1 / 0.6))
    level = np.array([[[0.0, 10], [2, 30], [1, NAN]]])
    assert IMPUTATION["nearest-neighbours"](level, neighbours=1, **plain)[0, 2, 1] == 20


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("neighbours", [1, 4, 100])
def test_nearest_neighbours_equal_scikit_learn(weights: str, neighbours: int) -> None:
    impute = pytest.importorskip("sklearn.impute", reason="scikit-learn is not installed")
    for seed in (5, 6):
        _, gappy = related(seed, share=0.3)
        gappy = gappy[:, (~np.isnan(gappy[0])).any(axis=-1)]
        expected = impute.KNNImputer(n_neighbors=neighbours, weights=weights).fit_transform(gappy[0])
        found = IMPUTATION["nearest-neighbours"](gappy, neighbours=neighbours, weights=weights, standardise=False)[0]
        np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_iterative_equals_scikit_learn() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer
    from sklearn.linear_model import LinearRegression

    _, gappy = related()
    theirs = IterativeImputer(LinearRegression(), max_iter=6, tol=0.0, imputation_order="roman")
    with pytest.warns(ConvergenceWarning):
        expected = theirs.fit_transform(gappy[0])
    np.testing.assert_allclose(IMPUTATION["iterative"](gappy, ridge=0.0, rounds=6)[0], expected, rtol=1e-6)


def test_regression_equals_least_squares() -> None:
    complete, _ = related()
    gappy = complete.copy()
    gappy[0, 7, 2] = NAN
    found = IMPUTATION["regression"](gappy, predictors=3)[0, 7, 2]
    rows = np.arange(60) != 7
    design = np.column_stack([np.ones(60), complete[0][:, [0, 1, 3]]])
    expected = design[7] @ np.linalg.lstsq(design[rows], complete[0, rows, 2])[0]
    assert found == pytest.approx(expected, rel=1e-7)


def test_regression_takes_what_the_area_has() -> None:
    """The best predictor is missing for the area: the second best serves."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=30)
    values = np.column_stack([x, x + 0.01 * rng.normal(size=30), x + 0.5 * rng.normal(size=30)])[None]
    values[0, 0, :2] = NAN
    found = IMPUTATION["regression"](values, predictors=1)[0, 0]
    slope, constant = np.polyfit(values[0, 1:, 2], values[0, 1:, 0], 1)
    assert found[0] == pytest.approx(slope * values[0, 0, 2] + constant, rel=1e-6)
    alone = np.array([[[NAN, NAN], [1, 2], [2, 4], [3, 6.5]]])
    assert np.isnan(IMPUTATION["regression"](alone)[0, 0]).all()


def slow_em(x: Values, rounds: int = 3000) -> Values:
    """A second EM, area by area, as in the textbook."""
    here = ~np.isnan(x)
    mean, cov = np.nanmean(x, axis=0), np.diag(np.nanvar(x, axis=0))
    for _ in range(rounds):
        filled, doubt = x.copy(), np.zeros_like(cov)
        for i in range(len(x)):
            o, m = here[i], ~here[i]
            if m.any():
                slope = cov[np.ix_(m, o)] @ np.linalg.inv(cov[np.ix_(o, o)])
                filled[i, m] = mean[m] + slope @ (x[i, o] - mean[o])
                doubt[np.ix_(m, m)] += cov[np.ix_(m, m)] - slope @ cov[np.ix_(o, m)]
        mean = filled.mean(axis=0)
        cov = ((filled - mean).T @ (filled - mean) + doubt) / len(x)
    return filled


def test_em_equals_a_second_em() -> None:
    _, gappy = related(areas=30)
    gappy = gappy[:, (~np.isnan(gappy[0])).any(axis=-1)]
    np.testing.assert_allclose(IMPUTATION["em"](gappy, ridge=0.0)[0], slow_em(gappy[0]), rtol=1e-6)


def test_em_of_a_monotone_pattern_is_regression() -> None:
    """Where only one member has gaps, maximum likelihood is least squares on the others (Anderson 1957)."""
    complete, _ = related()
    gappy = complete.copy()
    gappy[0, :9, 3] = NAN
    design = np.column_stack([np.ones(60), complete[0, :, :3]])
    expected = design[:9] @ np.linalg.lstsq(design[9:], complete[0, 9:, 3])[0]
    np.testing.assert_allclose(IMPUTATION["em"](gappy, ridge=0.0)[0, :9, 3], expected, rtol=1e-6)


def test_em_with_more_members_than_areas_and_a_constant_one() -> None:
    rng = np.random.default_rng(9)
    values = rng.normal(size=(1, 8, 12))
    values[..., 3] = 7.0
    values[0, 0, :5] = NAN
    found = IMPUTATION["em"](values)
    assert np.isfinite(found).all()
    assert found[0, 0, 3] == pytest.approx(7.0)


def test_draws_of_multiple_scatter_about_what_em_expects() -> None:
    complete, _ = related(areas=200)
    gappy = complete.copy()
    gappy[0, 4, 1] = NAN
    draws = IMPUTATION["multiple"](np.stack([gappy] * 2000), seed=3)[:, 0, 4, 1]
    expected = IMPUTATION["em"](gappy)[0, 4, 1]
    others = np.delete(complete[0], 4, axis=0)
    design = np.column_stack([np.ones(199), others[:, [0, 2, 3]]])
    residual = others[:, 1] - design @ np.linalg.lstsq(design, others[:, 1])[0]
    assert draws.mean() == pytest.approx(expected, abs=0.1 * residual.std())
    assert draws.std() == pytest.approx(residual.std(), rel=0.1)


def test_multiple_is_em_without_a_seed_and_the_same_for_the_same_seed() -> None:
    _, gappy = related()
    np.testing.assert_array_equal(IMPUTATION["multiple"](gappy), IMPUTATION["em"](gappy))
    batch = np.stack([gappy, gappy])
    one, again, other = (IMPUTATION["multiple"](batch, seed=s) for s in (1, np.random.SeedSequence(1), 2))
    np.testing.assert_array_equal(one, again)
    gaps = np.isnan(gappy)
    assert (one[0][gaps] != one[1][gaps]).all()
    assert (one[0][gaps] != other[0][gaps]).all()


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("carry-forward", {"limit": 0}, "carries nothing"),
        ("linear", {"ends": "extend"}, "not known"),
        ("nearest-neighbours", {"neighbours": 0}, "cannot be averaged"),
        ("nearest-neighbours", {"weights": "inverse"}, "cannot be averaged"),
        ("regression", {"predictors": 0}, "needs a predictor"),
        ("em", {"ridge": -1}, "below zero"),
        ("multiple", {"ridge": NAN}, "below zero"),
        ("iterative", {"ridge": -1}, "below zero"),
    ],
)
def test_what_cannot_be_done_says_why(name: str, parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(MethodError, match=words) as caught:
        IMPUTATION[name](related()[1], **parameters)
    assert caught.value.remedy


def test_every_method_is_documented() -> None:
    for name in IMPUTATION:
        facts = IMPUTATION.facts[name]
        assert facts.formula
        assert facts.gaps
        assert name == "none" or (facts.source and facts.oracle)


def test_hold_out_tells_good_from_bad_and_is_deterministic() -> None:
    panel = toyland.make_panel(related(areas=80)[1])
    methods = [
        "mean",
        "em",
        "regression",
        {"name": "nearest-neighbours", "neighbours": 3},
        "domain-mean",
        "carry-forward",
    ]
    found = holdout_error(panel, methods, share=0.1, seed=4)
    again = holdout_error(panel, methods, share=0.1, seed=4)
    pd.testing.assert_frame_equal(found.table, again.table)
    assert found.methods[3] == "nearest-neighbours (neighbours = 3)"
    relative = dict(zip(found.methods, found.relative.mean(axis=1), strict=True))
    assert relative["em"] < 0.8 < 0.95 < relative["mean"] < 1.1
    assert relative["domain-mean"] < 0.9
    assert (found.n + found.unfilled == found.n[0]).all()
    assert (found.n[5] == 0).all()
    assert np.isnan(found.rmse[5]).all()
    assert (found.rmse[0] >= found.mae[0]).all()
    assert found.table.columns.tolist() == ["method", "indicator", "rmse", "mae", "bias", "relative", "n", "unfilled"]


def test_hold_out_by_hand() -> None:
    """One figure of three hidden: the mean of the other two stands in."""
    panel = toyland.make_panel(np.array([[[0.0, 1.0], [3.0, 1.0], [9.0, 1.0]]]))
    found = holdout_error(panel, ["mean"], share=0.3, repeats=300)
    errors = np.array([6.0, 1.5, -7.5])
    assert found.n[0].tolist() == [300, 300]
    assert found.rmse[0, 0] == pytest.approx(np.sqrt((errors**2).mean()), rel=0.1)
    assert found.mae[0, 1] == 0


@pytest.mark.parametrize("share", [0.0, 1.0, 0.001])
def test_hold_out_needs_something_to_hide(share: float) -> None:
    with pytest.raises(MethodError, match="hides nothing"):
        holdout_error(toyland.make_panel(related()[1]), ["mean"], share=share)


def test_hold_out_with_a_framework_and_groups() -> None:
    found = holdout_error(toyland.panel(), ["domain-mean", "linear", "none"], framework=toyland.framework(), seed=2)
    assert found.indicators == toyland.framework().indicators
    assert (found.n[2] == 0).all()
    with pytest.raises(MethodError, match="no parameter"):
        holdout_error(toyland.panel(), [{"name": "mean", "groups": "region"}], framework=toyland.framework())
