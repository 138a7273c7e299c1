"""Correlations against scipy, statsmodels, pingouin and brute force; what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from goodwork.analysis.association import (
    Association,
    adjusted,
    bootstrap,
    dummies,
    left_over,
    partial,
    pearson,
    resampled,
    spearman,
    weighted,
    without_each,
)
from goodwork.errors import MethodError
from goodwork.model.panel import Values


def pair(n: int = 50, seed: int = 1) -> tuple[Values, Values]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return x, 0.5 * x + rng.normal(size=n)


def test_coefficient_interval_and_gaps() -> None:
    """Against numpy's coefficient and Fisher's interval worked by hand; a gap leaves the pair out."""
    x, y = pair()
    x[3] = np.nan
    found = pearson(x, y)
    assert found.n == 49
    assert found.r == pytest.approx(np.corrcoef(np.delete(x, 3), np.delete(y, 3))[0, 1])
    half = 1.959963984540054 / np.sqrt(46)
    assert np.arctanh([found.low, found.high]) == pytest.approx(np.arctanh(found.r) + np.array([-half, half]))
    assert found.p == pytest.approx(stats.pearsonr(np.delete(x, 3), np.delete(y, 3)).pvalue)
    assert found.r2 == found.r**2


def test_spearman_against_scipy() -> None:
    x, y = (np.round(v, 1) for v in pair())
    theirs = stats.spearmanr(x, y)
    found = spearman(x, y)
    assert (found.r, found.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    half = 1.959963984540054 * np.sqrt((1 + found.r**2 / 2) / 47)
    assert np.arctanh([found.low, found.high]) == pytest.approx(np.arctanh(found.r) + np.array([-half, half]))


@pytest.mark.parametrize(("x", "words"), [([1, 2, np.nan, 3], "3 area"), ([1, 1, 1, 1], "same everywhere")])
def test_too_little_is_refused(x: list[float], words: str) -> None:
    for way in (pearson, spearman, without_each, bootstrap):
        with pytest.raises(MethodError, match=words):
            way(np.array(x, dtype=float), np.arange(4.0))


def test_arrays_must_match() -> None:
    with pytest.raises(MethodError, match="shapes"):
        pearson(np.arange(5.0), np.arange(6.0))


def test_partial_against_statsmodels() -> None:
    """The correlation of what least squares on the controls leaves of either side."""
    api = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(8)
    controls = rng.normal(size=(70, 3))
    x, y = (controls @ rng.normal(size=3) + rng.normal(size=70) for _ in range(2))
    left = [api.OLS(v, api.add_constant(controls)).fit().resid for v in (x, y)]
    assert partial(x, y, controls).r == pytest.approx(np.corrcoef(*left)[0, 1])


def test_partial_against_pingouin() -> None:
    pingouin = pytest.importorskip("pingouin")
    import pandas as pd

    x, y = pair()
    controls = np.column_stack([x + np.sin(np.arange(50)), y - np.cos(np.arange(50)), np.arange(50) ** 2.0])
    frame = pd.DataFrame({"x": x, "y": y, "a": controls[:, 0], "b": controls[:, 1], "c": controls[:, 2]})
    theirs = pingouin.partial_corr(frame, "x", "y", ["a", "b", "c"]).iloc[0]
    found = partial(x, y, controls)
    assert found.n == 50
    assert found.r == pytest.approx(theirs["r"])
    assert found.p == pytest.approx(theirs[next(name for name in theirs.index if name.startswith("p"))])
    half = 1.959963984540054 / np.sqrt(50 - 3 - 3)
    assert np.arctanh([found.low, found.high]) == pytest.approx(np.arctanh(found.r) + np.array([-half, half]))


def test_controls_that_repeat_each_other_count_once() -> None:
    x, y = pair()
    one = np.sin(np.arange(50.0))
    twice, once = partial(x, y, np.column_stack([one, 3 * one - 1, np.ones(50)])), partial(x, y, one)
    assert (twice.r, twice.low, twice.p) == pytest.approx((once.r, once.low, once.p))


def test_controls_that_leave_nothing_are_refused() -> None:
    x, y = pair(8)
    with pytest.raises(MethodError, match="all there is to say"):
        partial(x, y, x)
    with pytest.raises(MethodError, match="fewer controls"):
        partial(x, y, np.random.default_rng(0).normal(size=(8, 5)))


def test_what_is_left_is_the_residual() -> None:
    x, y = pair()
    control = np.arange(50.0)[:, None]
    left, free = left_over(x, y, control)
    design = np.column_stack([np.ones(50), control])
    assert left[:, 1] == pytest.approx(y - design @ np.linalg.lstsq(design, y, rcond=None)[0])
    assert free == 49


def test_weighted_against_statsmodels() -> None:
    stand = pytest.importorskip("statsmodels.stats.weightstats")
    x, y = pair()
    w = np.random.default_rng(3).uniform(1, 5, 50)
    found = weighted(x, y, w)
    assert found.r == pytest.approx(stand.DescrStatsW(np.column_stack([x, y]), w).corrcoef[0, 1])
    worth = w.sum() ** 2 / (w**2).sum()
    assert np.arctanh(found.high) - np.arctanh(found.r) == pytest.approx(1.959963984540054 / np.sqrt(worth - 3))
    assert found.n == 50


@pytest.mark.parametrize(("w", "words"), [([1, 1, 1, 0, 1], "zero or less"), ([1, 1, 1, 1, 1e6], "worth 1.0")])
def test_weights_that_cannot_be(w: list[float], words: str) -> None:
    with pytest.raises(MethodError, match=words):
        weighted(np.array([1.0, 2, 3, 4, 6]), np.array([1.0, 3, 2, 4, 5]), np.array(w))


def test_without_each_against_leaving_out() -> None:
    x, y = pair(20)
    x[4], y[7] = np.nan, np.nan
    found = without_each(x, y)
    assert np.flatnonzero(np.isnan(found)).tolist() == [4, 7]
    for at in np.flatnonzero(~np.isnan(found)):
        assert found[at] == pytest.approx(pearson(np.delete(x, at), np.delete(y, at)).r)


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_resampled_is_the_coefficient_of_the_repeated_sample(kind: str) -> None:
    x, y = (np.round(v, 1) for v in pair(12))
    counts = np.random.default_rng(2).multinomial(12, np.full(12, 1 / 12), 30)
    oracle = {"pearson": stats.pearsonr, "spearman": stats.spearmanr}[kind]
    theirs = [oracle(np.repeat(x, c), np.repeat(y, c)).statistic for c in counts]
    assert resampled(x, y, counts, kind) == pytest.approx(theirs)


def test_a_sample_that_does_not_vary_has_no_coefficient() -> None:
    assert np.isnan(resampled(np.arange(3.0), np.arange(3.0), np.array([[3, 0, 0]]))).all()


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_bootstrap_against_scipy(kind: str) -> None:
    """Few areas and a skewed coefficient, so that the corrections for bias and skewness do something."""
    x, y = pair(25, seed=4)
    x, y = np.exp(x), np.exp(x) + 0.4 * y**2

    def coefficient(a: Values, b: Values, axis: int) -> Values:
        if kind == "spearman":
            a, b = stats.rankdata(a, axis=axis), stats.rankdata(b, axis=axis)
        return np.asarray(stats.pearsonr(a, b, axis=axis).statistic)

    def theirs(method: str) -> tuple[float, float]:
        found = stats.bootstrap((x, y), coefficient, paired=True, n_resamples=9999, rng=1, method=method)
        return found.confidence_interval.low, found.confidence_interval.high

    ours = bootstrap(x, y, kind, draws=10_000)
    assert ours == pytest.approx(theirs("BCa"), abs=0.03)
    assert np.abs(np.subtract(theirs("percentile"), ours)).max() > 0.05
    assert ours == bootstrap(x, y, kind, draws=10_000)
    assert ours != bootstrap(x, y, kind, draws=10_000, seed=1)


def test_many_areas_keep_their_ranks_when_one_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = pair(200)
    exact = bootstrap(x, y, "spearman", draws=500)
    monkeypatch.setattr("goodwork.analysis.association.MOST_REMOVED", 100)
    assert bootstrap(x, y, "spearman", draws=500) == pytest.approx(exact, abs=0.01)


def test_bootstrap_does_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = pair()
    whole = bootstrap(x, y, draws=300)
    monkeypatch.setattr("goodwork.analysis.association.CELLS", 700)
    assert bootstrap(x, y, draws=300) == pytest.approx(whole, abs=1e-12)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of 150 samples with a true correlation of 0.6, about 95 % of intervals hold it."""
    rng = np.random.default_rng(11)
    x = rng.normal(size=(150, 40))
    y = 0.6 * x + 0.8 * rng.normal(size=(150, 40))
    pooled = [pearson(a, b) for a, b in zip(x, y, strict=True)]
    drawn = [bootstrap(a, b, draws=200) for a, b in zip(x, y, strict=True)]
    assert 0.90 <= np.mean([found.low <= 0.6 <= found.high for found in pooled]) <= 0.99
    assert 0.88 <= np.mean([low <= 0.6 <= high for low, high in drawn]) <= 0.99


def test_adjusted_against_scipy() -> None:
    p = np.random.default_rng(4).uniform(size=(3, 20)) ** 2
    assert adjusted(p) == pytest.approx(stats.false_discovery_control(p, axis=-1))
    p[1, 5:9] = np.nan
    kept = ~np.isnan(p[1])
    assert adjusted(p)[1, kept] == pytest.approx(stats.false_discovery_control(p[1, kept]))
    assert np.isnan(adjusted(p)[1, ~kept]).all()
    assert np.isnan(adjusted(np.full(3, np.nan))).all()


def test_dummies_need_one_less_than_groups() -> None:
    assert dummies(["b", "a", "c"]).tolist() == [[1, 0], [0, 0], [0, 1]]


def test_areas_without_a_group_are_left_out_even_where_there_is_one_group() -> None:
    x, y = pair(10)
    assert partial(x, y, dummies(["one"] * 7 + [""] * 3)).r == pytest.approx(pearson(x[:7], y[:7]).r)
    with pytest.raises(MethodError, match="no area has"):
        partial(x, y, dummies([""] * 10))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Association(0.1, -0.2, 0.4, 0.3, 40), "There is no clear association between the score and claims: r = 0.10"),
        (Association(0.5, 0.2, 0.7, 0.0, 40), "Higher values of the score tend to go with higher values of claims"),
        (Association(-0.5, -0.7, -0.2, 0.0, 40), "Higher values of the score tend to go with lower values of claims"),
    ],
)
def test_words_follow_the_interval(found: Association, words: str) -> None:
    assert found.sentence("the score", "claims").startswith(words)
