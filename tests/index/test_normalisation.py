"""Normalisation against second oracles and by hand, with parameters in natural units, and every way to refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests import toyland

from goodwork.errors import MethodError
from goodwork.index.build import build
from goodwork.index.normalisation import NORMALISATION
from goodwork.model.framework import Framework, Member
from goodwork.model.method import Method

NAN = float("nan")
FIGURES = np.array([[1.0, 8.0], [2.0, NAN], [4.0, 2.0], [9.0, 4.0]])


def column(*figures: float) -> np.ndarray:
    return np.array(figures)[:, None]


def apply(name: str, values: np.ndarray, reference: np.ndarray | None = None, **parameters: Any) -> np.ndarray:
    return NORMALISATION[name](values, values if reference is None else reference, **parameters)


def test_every_method_states_its_facts() -> None:
    for name in NORMALISATION:
        facts = NORMALISATION.facts[name]
        assert all((facts.formula, facts.source, facts.gaps, facts.oracle)), name


@pytest.mark.parametrize("sample", [False, True])
def test_weighted_z_score_is_that_of_repeated_areas(sample: bool) -> None:
    weights = np.array([3.0, 1.0, 2.0, 4.0])
    repeated = np.repeat(FIGURES, weights.astype(int), axis=0)
    found = apply("z-score", FIGURES, area_weights=weights)
    expected = (FIGURES - np.nanmean(repeated, axis=0)) / np.nanstd(repeated, axis=0)
    np.testing.assert_allclose(found, expected)
    even = apply("z-score", FIGURES, area_weights=np.full(4, 7.0), sample=sample)
    np.testing.assert_allclose(even, apply("z-score", FIGURES, sample=sample))


def test_an_area_without_a_weight_does_not_count() -> None:
    found = apply("z-score", column(1, 2, 3, 99), area_weights=np.array([1, 1, 1, NAN]))
    np.testing.assert_allclose(found[:3, 0], stats.zscore([1, 2, 3]))
    assert found[3, 0] > 100


def test_weights_of_areas_by_period_pooled_and_of_a_base_period() -> None:
    values = np.random.default_rng(1).normal(size=(2, 4, 3))
    weights = np.arange(1.0, 9.0).reshape(2, 4)
    each = apply("z-score", values, area_weights=weights)
    np.testing.assert_allclose(each[1], apply("z-score", values[1], area_weights=weights[1]))
    pooled = apply("z-score", values, values.reshape(1, 8, 3), area_weights=weights)
    alone = apply("z-score", values.reshape(8, 3), area_weights=weights.ravel())
    np.testing.assert_allclose(pooled.reshape(8, 3), alone)
    same = apply("z-score", values, values.reshape(1, 8, 3), area_weights=weights[0])
    np.testing.assert_allclose(same.reshape(8, 3), apply("z-score", alone * 0 + values.reshape(8, 3),
                               area_weights=np.tile(weights[0], 2)))  # fmt: skip
    base = apply("z-score", values, values[1:2], area_weights=weights[1])
    np.testing.assert_allclose(base[1], each[1])
    with pytest.raises(MethodError, match="do not fit the 4 rows") as caught:
        apply("z-score", values, values[1:2], area_weights=weights)
    assert "base period" in str(caught.value.remedy)
    with pytest.raises(MethodError, match="cannot be negative"):
        apply("z-score", values, area_weights=-weights)


def test_robust_z_against_scipy() -> None:
    x = np.random.default_rng(2).normal(size=(21, 1))
    expected = (x - np.median(x)) / (1.4826 * stats.median_abs_deviation(x))
    np.testing.assert_allclose(apply("robust-z", x), expected)
    np.testing.assert_allclose(apply("robust-z", x, mean=100, sd=10), 100 + 10 * expected)
    with pytest.raises(MethodError, match="more than half of the figures are the same"):
        apply("robust-z", column(1, 1, 1, 5))


def test_ranks_against_scipy_and_another_reference() -> None:
    x = np.random.default_rng(3).integers(0, 6, (40, 3)).astype(float)
    np.testing.assert_array_equal(apply("rank", x), stats.rankdata(x, method="min", axis=0))
    np.testing.assert_array_equal(apply("borda", column(0, 2, 2, 9, NAN), column(1, 2, 3)), column(0, 1, 1, 3, NAN))
    np.testing.assert_array_equal(apply("percentile-rank", column(0, 3, 9), column(1, 2, 3)), column(0, 1, 1))


def test_one_figure_has_no_percentile_rank() -> None:
    with pytest.raises(MethodError, match="one figure has no percentile rank: member 2") as caught:
        apply("percentile-rank", np.array([[1.0, 1.0], [2.0, NAN]]))
    assert caught.value.facts["members"] == [1]


@pytest.mark.parametrize("name", ["min-max", "distance-to-maximum"])
def test_a_member_that_does_not_vary_is_refused(name: str) -> None:
    with pytest.raises(MethodError, match="all figures are the same: member 1, member 3"):
        apply(name, np.array([[1.0, 1.0, 2.0, NAN], [1.0, 2.0, NAN, NAN]]))


def test_distance_to_reference() -> None:
    x = column(2, 4, 6, 12)
    np.testing.assert_allclose(apply("distance-to-reference", x).ravel(), [0, 0.5, 1, 2.5])
    np.testing.assert_allclose(apply("distance-to-reference", x, to="median").ravel(), [0, 2 / 3, 4 / 3, 10 / 3])
    named = {"to": "C", "areas": ["A", "B", "C", "D"]}
    np.testing.assert_allclose(apply("distance-to-reference", x, **named).ravel(), [0, 0.5, 1, 2.5])
    capped = apply("distance-to-reference", x, capped=True, **named)
    np.testing.assert_allclose(capped.ravel(), [0, 0.5, 1, 1])
    two_periods = np.concatenate([x, x + 2])
    pooled = apply("distance-to-reference", x, two_periods, **named)
    np.testing.assert_allclose(pooled.ravel(), [0, 0.4, 0.8, 2.0])
    with pytest.raises(MethodError, match="knows no area 'E'"):
        apply("distance-to-reference", x, to="E", areas=["A", "B", "C", "D"])
    with pytest.raises(MethodError, match=r"the reference \(A\) is missing or itself the worst: member 1"):
        apply("distance-to-reference", x, to="A", areas=["A", "B", "C", "D"])


def test_distance_to_target() -> None:
    x = np.array([[50.0, -8.0], [70.0, -2.0], [95.0, -5.0]])
    both = {"target": np.array([90.0, 4.0]), "direction": np.array([1.0, -1.0])}
    expected = [[0, 0], [0.5, 1.5], [1.125, 0.75]]
    np.testing.assert_allclose(apply("distance-to-target", x, **both), expected)
    np.testing.assert_allclose(apply("distance-to-target", x, capped=True, **both), np.minimum(expected, 1))
    with pytest.raises(MethodError, match="no better than the worst figure: member 2"):
        apply("distance-to-target", x, target=np.array([90.0, 9.0]), direction=np.array([1.0, -1.0]))
    with pytest.raises(MethodError, match="the target is missing"):
        apply("distance-to-target", x)


def test_fraction_of_maximum_refuses_figures_without_a_true_zero() -> None:
    zero_is_fine = apply("fraction-of-maximum", column(0, 4))
    np.testing.assert_array_equal(zero_is_fine, column(0, 1))
    for figures, direction in (((-1.0, 4.0), 1.0), ((0.0, 0.0), 1.0), ((0.0, -4.0), -1.0), ((1.0, -4.0), -1.0)):
        with pytest.raises(MethodError, match="have no fraction of the maximum: member 1"):
            apply("fraction-of-maximum", column(*figures), direction=direction)


def test_goalposts_by_hand() -> None:
    x = np.array([[20.0, -1.0], [55.0, -4.0], [90.0, -12.0]])
    posts = {"low": np.array([25.0, 2.0]), "high": np.array([85.0, 10.0]), "direction": np.array([1.0, -1.0])}
    np.testing.assert_allclose(apply("goalposts", x, **posts), [[0, 100], [50, 75], [100, 0]])
    free = apply("goalposts", x, truncated=False, **posts)
    np.testing.assert_allclose(free, apply("scaled", x, **posts))
    np.testing.assert_allclose(free, [[-25 / 3, 112.5], [50, 75], [325 / 3, -25]])
    adjusted = apply("goalposts", x, start=70, scale=60, exponent=0.5, **posts)
    np.testing.assert_allclose(adjusted[1], [70 + 60 * 0.5**0.5, 70 + 60 * 0.75**0.5])


@pytest.mark.parametrize("name", ["goalposts", "scaled"])
@pytest.mark.parametrize("posts", [{}, {"low": 1.0}, {"low": 5.0, "high": 5.0}, {"low": 9.0, "high": 5.0}])
def test_impossible_posts_are_refused(name: str, posts: dict[str, float]) -> None:
    with pytest.raises(MethodError, match="low and high must both be given, low below high: member 1, member 2"):
        apply(name, FIGURES, **posts)


def test_categorical_against_numpy() -> None:
    x = np.random.default_rng(5).normal(size=(30, 2))
    x[3, 1] = NAN
    cuts = np.nanquantile(x, [0.15, 0.25, 0.65, 0.85, 0.95], axis=0)
    expected = np.where(np.isnan(x), NAN, 20.0 * (x[None] >= cuts[:, None]).sum(axis=0))
    np.testing.assert_array_equal(apply("categorical", x), expected)


def test_logistic_by_hand() -> None:
    np.testing.assert_allclose(
        apply("logistic", column(1, 2, 3)), column(*100 / (1 + np.exp([1.5**0.5, 0, -(1.5**0.5)])))
    )


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("z-score", {"sd": 0.0}),
        ("robust-z", {"sd": -1.0}),
        ("min-max", {"low": 5.0, "high": 5.0}),
        ("goalposts", {"low": 0.0, "high": 9.0, "exponent": 0.0}),
        ("logistic", {"steepness": -1.0}),
        ("categorical", {"quantiles": [0.5, 0.2], "points": [0, 1, 2]}),
        ("categorical", {"quantiles": [0.5], "points": [0, 1, 2]}),
        ("categorical", {"quantiles": [0.5], "points": [1, 0]}),
        ("categorical", {"quantiles": [0.0], "points": [0, 1]}),
    ],
)
def test_parameters_that_would_turn_the_order_are_refused(name: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(MethodError) as caught:
        apply(name, FIGURES, **parameters)
    assert caught.value.remedy


def test_limits_by_indicator_through_build() -> None:
    """Unemployment of 0 to 20 % counts from 100 down to 0; participation of 50 to 100 % from 0 up to 100."""
    fw = Framework(
        name="two",
        title="Two",
        members=(Member(indicator="m0", direction="higher"), Member(indicator="m1", direction="lower")),
    )
    panel = toyland.make_panel(np.array([[[60.0, 5.0], [75.0, 2.0], [80.0, 12.0]]]))
    limits = {"low": {"m0": 50, "m1": 0}, "high": {"m0": 100, "m1": 20}}
    found = build(fw, panel, Method(normalisation={"name": "goalposts", **limits})).stages["normalised"][0]
    np.testing.assert_allclose(found, [[20, 75], [50, 90], [60, 40]])
    weighted = Method(normalisation={"name": "z-score", "area_weights": np.array([1.0, 0.0, 1.0])})
    np.testing.assert_allclose(build(fw, panel, weighted).stages["normalised"][0, [0, 2], 0], [-1, 1])


def test_the_target_of_an_indicator_is_a_level_to_rise_to_unless_told_otherwise() -> None:
    x = np.array([[50.0], [70.0], [100.0]])
    np.testing.assert_allclose(NORMALISATION["distance-to-target"](x, x, target=90.0).ravel(), [0.0, 0.5, 1.25])
