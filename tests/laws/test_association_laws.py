"""Laws of association: units, names and order do not matter; parts make the whole; areas fall into one quarter."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodwork.analysis.association import adjusted, dummies, partial, pearson, resampled, spearman, weighted
from goodwork.analysis.dominance import dominance
from goodwork.analysis.regression import regression, slope, theil_sen, within
from goodwork.analysis.shock import DOUBLE, FIRST, NEITHER, SECOND, shock

law = settings(max_examples=40)
Table = NDArray[np.float64]
factors = st.sampled_from([-3.0, 0.5, 8.0])
steps = st.sampled_from([-7.0, 0.0, 100.0])


@st.composite
def tables(draw: st.DrawFn, columns: int = 3) -> Table:
    """Figures of some areas, ties among them, that vary in every column."""
    n = draw(st.integers(12, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = np.round(rng.normal(size=(n, columns)) + rng.normal(size=(n, 1)), 1)
    assume(np.linalg.matrix_rank(table - table.mean(axis=0)) == columns)
    return table


def facts(found: object) -> list[float]:
    return [getattr(found, name) for name in ("r", "low", "high", "p")]


@law
@given(tables())
def test_association_is_mutual(table: Table) -> None:
    x, y, z = table.T
    for way in (pearson, spearman):
        np.testing.assert_allclose(facts(way(x, y)), facts(way(y, x)), atol=1e-12)
    np.testing.assert_allclose(facts(partial(x, y, z)), facts(partial(y, x, z)), atol=1e-9)
    w = 1 + np.abs(z)
    np.testing.assert_allclose(facts(weighted(x, y, w)), facts(weighted(y, x, w)), atol=1e-12)


@law
@given(tables(), factors, steps)
def test_unit_and_origin_do_not_matter(table: Table, factor: float, step: float) -> None:
    x, y, z = table.T
    sign = np.sign(factor)
    for way in (pearson, spearman, lambda a, b: partial(a, b, z), lambda a, b: weighted(a, b, 1 + np.abs(z))):
        here, there = way(x, y), way(np.round(factor * x + step, 9), y)
        np.testing.assert_allclose([there.r, there.p], [sign * here.r, here.p], atol=1e-7)
    for fit in (slope, theil_sen, lambda a, b: within(a, b, (np.arange(len(a)) % 3).astype(str))):
        np.testing.assert_allclose(fit(factor * x + step, y).slope, fit(x, y).slope / factor, rtol=1e-6, atol=1e-9)
    here, there = (regression(v, y) for v in (x, factor * x + step))
    np.testing.assert_allclose(there.apart, here.apart, atol=1e-6)
    np.testing.assert_allclose([there.r2, there.leverage.sum()], [here.r2, 2.0], atol=1e-9)


@law
@given(tables())
def test_no_controls_equal_weights_and_whole_samples_are_the_plain_coefficient(table: Table) -> None:
    x, y, _ = table.T
    plain, n = facts(pearson(x, y)), len(x)
    np.testing.assert_allclose(facts(partial(x, y, np.zeros((n, 0)))), plain, atol=1e-9)
    np.testing.assert_allclose(facts(partial(x, y, dummies(["one group"] * n))), plain, atol=1e-9)
    np.testing.assert_allclose(facts(weighted(x, y, np.full(n, 3.0))), plain, atol=1e-9)
    np.testing.assert_allclose(resampled(x, y, np.ones((1, n)))[0], plain[0], atol=1e-9)
    np.testing.assert_allclose(resampled(x, y, np.full((1, n), 2), "spearman")[0], spearman(x, y).r, atol=1e-9)


@law
@given(tables())
def test_slope_and_partial_tell_the_same_story(table: Table) -> None:
    """A slope with controls has the sign and the p of the partial correlation."""
    x, y, z = table.T
    line, part = slope(x, y, z), partial(x, y, z)
    assert np.sign(line.slope) == np.sign(part.r) or abs(part.r) < 1e-9
    np.testing.assert_allclose(line.p, part.p, atol=1e-9)


@law
@given(st.lists(st.floats(0, 1) | st.just(float("nan")), min_size=1, max_size=20), st.data())
def test_adjusted_p_keeps_order_and_is_never_smaller(p: list[float], data: st.DataObject) -> None:
    given_p = np.array(p)
    q = adjusted(given_p)
    some = ~np.isnan(given_p)
    assert (np.isnan(q) == ~some).all()
    assert (q[some] >= given_p[some] - 1e-15).all()
    assert (q[some] <= 1).all()
    assert (np.diff(q[some][np.argsort(given_p[some], kind="stable")]) >= -1e-15).all()
    order = np.array(data.draw(st.permutations(range(len(p)))))
    np.testing.assert_allclose(adjusted(given_p[order]), q[order], atol=1e-15)
    at = data.draw(st.integers(0, len(p) - 1))
    if some[at]:
        lower = given_p.copy()
        lower[at] /= 2
        assert (adjusted(lower)[some] <= q[some] + 1e-15).all()


@law
@given(tables(5), factors)
def test_shares_make_the_whole_and_do_not_depend_on_order(table: Table, factor: float) -> None:
    x, y = table[:, :4], table[:, 4:]
    found = dominance(x, y, (list("abcd"), ["y"]), draws=5)
    np.testing.assert_allclose(found.share.sum(axis=1), found.r2, atol=1e-9)
    np.testing.assert_allclose(found.r2[0], regression(x, y[:, 0]).r2, atol=1e-8)
    assert (found.share >= -1e-9).all()
    turned = dominance(factor * x[:, ::-1] + 5, y, (list("dcba"), ["y"]), draws=5)
    np.testing.assert_allclose(turned.share[:, ::-1], found.share, atol=1e-8)


@law
@given(tables(), st.sampled_from([0.5, 8.0]), steps)
def test_quarters_hold_every_area_once(table: Table, factor: float, step: float) -> None:
    values, areas = table[:, :2].copy(), [str(i) for i in range(len(table))]
    values[0, 1] = np.nan
    assume(np.ptp(values[1:], axis=0).min() > 0)
    found = shock(values, areas, measures=("one", "other"))
    counted = [int((found.quadrant == kind).sum()) for kind in (DOUBLE, FIRST, SECOND, NEITHER)]
    assert sum(counted) == len(areas) - 1
    assert found.quadrant[0] == ""
    assert int(found.counts.drop(columns="group").to_numpy().sum()) == len(areas) - 1
    np.testing.assert_allclose(np.nanmean(found.combined), 0, atol=1e-9)
    scaled = shock(factor * values + step, areas, measures=("one", "other"))
    np.testing.assert_allclose(scaled.combined, found.combined, atol=1e-8)
    swapped = shock(values[:, ::-1], areas, measures=("other", "one"))
    assert (swapped.quadrant == DOUBLE).tolist() == (found.quadrant == DOUBLE).tolist()
    assert (swapped.quadrant == FIRST).tolist() == (found.quadrant == SECOND).tolist()
