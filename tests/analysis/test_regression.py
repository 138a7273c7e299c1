"""Least squares against statsmodels: coefficients, prediction intervals, residuals, leverage, pull, weights."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from goodwork.analysis.association import dummies
from goodwork.analysis.regression import regression, slope, theil_sen, within
from goodwork.errors import MethodError
from goodwork.model.panel import Values


def figures(n: int = 40, k: int = 2) -> tuple[Values, Values, Values]:
    rng = np.random.default_rng(8)
    x = rng.normal(100, 15, (n, k))
    return x, x @ np.array([0.4, -0.2])[:k] + rng.normal(size=n), rng.uniform(1, 9, n)


@pytest.mark.parametrize("with_weights", [False, True])
def test_against_statsmodels(with_weights: bool) -> None:
    api = pytest.importorskip("statsmodels.api")
    x, y, w = figures()
    ours = regression(x, y, w if with_weights else None)
    used = w / w.mean() if with_weights else np.ones(len(y))
    theirs = api.WLS(y, api.add_constant(x), used).fit()
    assert ours.coefficients == pytest.approx(theirs.params)
    assert ours.errors == pytest.approx(theirs.bse)
    assert (ours.r2, ours.spread, ours.df, ours.n) == pytest.approx((theirs.rsquared, theirs.scale**0.5, 37, 40))
    whitened = api.OLS(np.sqrt(used) * y, np.sqrt(used)[:, None] * api.add_constant(x)).fit().get_influence()
    assert ours.leverage == pytest.approx(whitened.hat_matrix_diag)
    assert ours.apart == pytest.approx(whitened.resid_studentized_external)
    assert ours.pull == pytest.approx(whitened.cooks_distance[0])
    assert ours.p == pytest.approx(2 * stats.t.sf(np.abs(ours.apart), 36))
    if not with_weights:
        frame = theirs.get_prediction().summary_frame()
        assert ours.low == pytest.approx(frame["obs_ci_lower"].to_numpy())
        assert ours.high == pytest.approx(frame["obs_ci_upper"].to_numpy())


def test_apart_is_beyond_the_range_without_the_area() -> None:
    """An area's p is below 0.05 exactly when it lies outside the 95 % range of a fit that has not seen it."""
    api = pytest.importorskip("statsmodels.api")
    x, y, _ = figures(k=1)
    ours = regression(x, y)
    for at in range(len(y)):
        others = np.arange(len(y)) != at
        fit = api.OLS(y[others], api.add_constant(x[others])).fit()
        frame = fit.get_prediction(np.array([[1.0, x[at, 0]]])).summary_frame()
        inside = frame["obs_ci_lower"][0] <= y[at] <= frame["obs_ci_upper"][0]
        assert (ours.p[at] > 0.05) == inside


def test_gaps_stay_gaps() -> None:
    x, y, _ = figures()
    x[3, 1], y[5] = np.nan, np.nan
    ours, kept = regression(x, y), np.delete(np.arange(40), [3, 5])
    assert np.isnan(ours.fitted[[3, 5]]).all()
    assert ours.fitted[kept] == pytest.approx(regression(x[kept], y[kept]).fitted)


def test_a_perfect_line_leaves_nothing() -> None:
    found = regression(np.arange(6.0), 3 * np.arange(6.0))
    assert found.apart.tolist() == [0] * 6
    assert found.p.tolist() == [1] * 6
    assert found.pull.tolist() == [0] * 6


@pytest.mark.parametrize(
    ("x", "w", "words"),
    [
        (np.ones(6), None, "same everywhere"),
        (np.column_stack([np.arange(6.0), 2 * np.arange(6.0)]), None, "repeat each other"),
        (np.arange(6.0), np.array([1, 1, 0, 1, 1, 1.0]), "zero or less"),
        (np.array([1.0, 2, 3, np.nan, np.nan, np.nan]), None, "3 area"),
    ],
)
def test_what_cannot_be_fitted(x: Values, w: Values | None, words: str) -> None:
    with pytest.raises(MethodError, match=words):
        regression(x, np.array([1.0, 3, 2, 5, 4, 6]), w)


def test_slopes_within_groups_against_statsmodels() -> None:
    api = pytest.importorskip("statsmodels.api")
    x, y, _ = figures(k=1)
    groups = np.array(list("abcdabcdab" * 4))
    groups[7] = ""
    kept = groups != ""
    theirs = api.OLS(y[kept], api.add_constant(np.column_stack([x[kept], dummies(groups[kept])]))).fit()
    found = within(x[:, 0], y, groups)
    assert (found.slope, found.p, found.n) == pytest.approx((theirs.params[1], theirs.pvalues[1], 39))
    assert [found.low, found.high] == pytest.approx(theirs.conf_int()[1])
    plain = slope(x[:, 0], y)
    theirs = api.OLS(y, api.add_constant(x)).fit()
    assert [plain.slope, plain.low, plain.high, plain.p] == pytest.approx(
        [theirs.params[1], *theirs.conf_int()[1], theirs.pvalues[1]]
    )


def test_theil_sen_is_the_median_of_slopes() -> None:
    x, y, _ = figures(20, 1)
    x, y = np.append(x[:, 0], np.nan), np.append(y, 1.0)
    one, other = np.triu_indices(20, 1)
    found = theil_sen(x, y)
    assert found.slope == pytest.approx(np.median((y[one] - y[other]) / (x[one] - x[other])))
    assert found.low < found.slope < found.high
    assert found.n == 20


def test_theil_sen_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MethodError, match="3 area"):
        theil_sen(np.arange(3.0), np.arange(3.0))
    monkeypatch.setattr("goodwork.analysis.regression.MOST_AREAS", 4)
    assert np.isnan(theil_sen(np.arange(5.0), np.arange(5.0)).slope)
