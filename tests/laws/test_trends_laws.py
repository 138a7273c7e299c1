"""Laws of change over time: what is done to figures is done to slopes; shares of moves add up; ranks are only ranks."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodwork.analysis.convergence import SPREADS, convergence
from goodwork.analysis.mobility import mobility
from goodwork.analysis.transitions import quantile_classes, steady_state, transitions
from goodwork.analysis.trends import theil_sen, trends
from goodwork.analysis.windows import windows

law = settings(max_examples=50)
Figures = NDArray[np.float64]


@st.composite
def figures(draw: st.DrawFn, gaps: bool = True) -> Figures:
    """``(periods, areas)``."""
    shape = draw(st.integers(3, 6)), draw(st.integers(12, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.normal(100, 10, shape).round(1)
    if gaps:
        values[rng.random(shape) < draw(st.sampled_from([0.0, 0.15]))] = np.nan
    return values


def years(values: Figures) -> Figures:
    return 2000.0 + np.cumsum([1, 1, 3, 1, 2, 1][: len(values)])


def names(values: Figures) -> list[str]:
    return [f"a{i}" for i in range(values.shape[1])]


@law
@given(figures(), st.sampled_from([-2.0, 0.5, 10.0]), st.sampled_from([-3.0, 0.0, 7.0]), st.sampled_from([-50.0, 0.0]))
def test_slopes_follow_unit_and_added_line(values: Figures, factor: float, tilt: float, step: float) -> None:
    """Theil–Sen is equivariant: factor × x + step + tilt × year has slope factor × slope + tilt."""
    when = years(values)
    here, there = theil_sen(values, when), theil_sen(factor * values + step + tilt * when[:, None], when)
    np.testing.assert_allclose(there, factor * here + tilt, atol=1e-9)
    np.testing.assert_allclose(theil_sen(values, 10 * when), here / 10, atol=1e-9)
    np.testing.assert_allclose(theil_sen(values[::-1], -when[::-1]), -here, atol=1e-9)


@law
@given(figures())
def test_verdicts_do_not_contradict_their_numbers(values: Figures) -> None:
    assume((np.isfinite(values).sum(axis=0) >= 3).any())
    found = trends(values, years(values), names(values), errors=np.full(values.shape, 1.0), number=99)
    told = found.verdict != "not defined"
    np.testing.assert_array_equal(told, np.isfinite(found.slope))
    assert (found.q[told] >= found.p[told] - 1e-12).all()
    clear = np.isin(found.verdict, ["improving", "falling back"])
    np.testing.assert_array_equal(clear[told], found.q[told] <= 0.05)
    assert (found.rising[found.verdict == "improving"] > 0.5).all()
    assert (found.rising[found.verdict == "falling back"] < 0.5).all()
    assert (found.low[told] <= found.high[told]).all()


@law
@given(figures())
def test_against_others_a_common_move_is_nothing(values: Figures) -> None:
    assume((np.isfinite(values).sum(axis=0) >= 3).any())
    assume(np.isfinite(values).any(axis=1).all())
    errors, when = np.full(values.shape, 1.0), years(values)
    shift = np.arange(len(values))[:, None] ** 2 * 3.0
    one, other = (
        trends(v, when, names(values), errors=errors, number=50, against="others") for v in (values, values + shift)
    )
    np.testing.assert_allclose(one.slope, other.slope, atol=1e-9)
    np.testing.assert_allclose(one.low, other.low, atol=1e-9)


@law
@given(figures(), st.integers(2, 4), st.booleans())
def test_shares_of_moves_add_up(values: Figures, classes: int, pooled: bool) -> None:
    labels = quantile_classes(values, classes, pooled)
    np.testing.assert_array_equal(labels == -1, np.isnan(values))
    found = transitions(labels, [f"c{i}" for i in range(classes)], [str(y) for y in years(values)])
    rows = found.share.sum(axis=1)
    np.testing.assert_allclose(rows[found.counts.sum(axis=1) > 0], 1)
    assert found.counts.sum() == ((labels[:-1] >= 0) & (labels[1:] >= 0)).sum()
    seen = np.isfinite(found.share)
    assert ((found.low <= found.share) & (found.share <= found.high))[seen].all()
    if np.isfinite(found.steady).all():
        np.testing.assert_allclose(found.steady.sum(), 1)
        np.testing.assert_allclose(found.steady @ found.share, found.steady, atol=1e-9)


@law
@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_a_steady_state_is_where_moves_lead(size: int, seed: int) -> None:
    share = np.random.default_rng(seed).dirichlet(np.ones(size), size)
    np.testing.assert_allclose(np.linalg.matrix_power(share, 4000)[0], steady_state(share), atol=1e-6)


@law
@given(figures(gaps=False))
def test_higher_scores_are_in_higher_classes(values: Figures) -> None:
    labels = quantile_classes(values, 4)
    for row, own in zip(values, labels, strict=True):
        assert (np.diff(own[np.argsort(row, kind="stable")]) >= 0).all()


@law
@given(figures())
def test_only_the_order_of_scores_makes_moves(values: Figures) -> None:
    here = np.isfinite(values)
    assume(min((here[:-1] & here[1:]).sum(axis=1).min(), (here[0] & here[-1]).sum()) >= 3)
    periods = [str(y) for y in years(values)]
    one, other = (mobility(v, periods, names(values)) for v in (values, np.exp(values / 50)))
    np.testing.assert_array_equal(one.places, other.places)
    np.testing.assert_allclose(one.spearman, other.spearman)
    back = mobility(values[::-1], periods, names(values))
    np.testing.assert_array_equal(back.places[-1], -one.places[-1])


@law
@given(figures(gaps=False), st.sampled_from([-2.0, 3.0]), st.sampled_from([-40.0, 0.0]))
def test_spread_follows_the_unit_and_beta_does_not(values: Figures, factor: float, step: float) -> None:
    when = years(values)
    one, other = (convergence(v, when, resamples=20) for v in (values, factor * values + step))
    linear = [i for i, name in enumerate(SPREADS) if name not in ("middle", "sd_true")]
    np.testing.assert_allclose(other.spread[:, linear], abs(factor) * one.spread[:, linear], atol=1e-9)
    np.testing.assert_allclose([other.beta, other.beta_low], [one.beta, one.beta_low], atol=1e-9)
    assert other.sigma == one.sigma


@law
@given(figures(gaps=False), figures(gaps=False), st.sampled_from([-2.0, 3.0]))
def test_correlations_do_not_mind_units(x: Figures, y: Figures, factor: float) -> None:
    periods, areas = min(len(x), len(y)), min(x.shape[1], y.shape[1])
    x, y = x[:periods, :areas], y[:periods, :areas]
    when = years(x)
    one, other = (windows(v, y, when, when[1] + 0.5, resamples=20) for v in (x, factor * x + 5))
    np.testing.assert_allclose(other.r, np.sign(factor) * one.r, atol=1e-9)
    finite = one.r[np.isfinite(one.r)]
    assert (np.abs(finite) <= 1 + 1e-12).all()
