"""Laws of spatial statistics: names, units and the order of areas do not matter; chance has a known mean."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodwork.analysis.adjacency import Adjacency
from goodwork.analysis.contrasts import contrasts
from goodwork.analysis.hotspots import hotspots
from goodwork.analysis.space import moran

law = settings(max_examples=40)
Case = tuple[NDArray[np.float64], NDArray[np.intp]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Areas on a ring with some chords, so that each touches another; whole-number figures that vary."""
    n = draw(st.integers(5, 14))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ring = np.stack([np.arange(n), (np.arange(n) + 1) % n], axis=1)
    chords = rng.integers(0, n, (draw(st.integers(0, n)), 2))
    pairs = np.concatenate([ring, chords[chords[:, 0] != chords[:, 1]]])
    values = rng.integers(-20, 20, n).astype(float)
    assume(np.ptp(values) > 0)
    return values, pairs


def names(values: NDArray[np.float64]) -> list[str]:
    return [str(i) for i in range(len(values))]


@law
@given(cases(), st.sampled_from([-3.0, 0.5, 8.0]), st.sampled_from([-7.0, 0.0, 100.0]))
def test_unit_and_origin_do_not_matter(case: Case, factor: float, step: float) -> None:
    values, pairs = case
    here, there = (moran(v, pairs, names(values), permutations=50) for v in (values, factor * values + step))
    np.testing.assert_allclose([there.i, there.z, there.p], [here.i, here.z, here.p], atol=1e-9)
    near, far = (hotspots(v, pairs, names(values), permutations=99) for v in (values, factor * values + step))
    np.testing.assert_allclose(far.local, near.local, atol=1e-9)
    np.testing.assert_allclose(far.g, np.sign(factor) * near.g, atol=1e-9)
    np.testing.assert_allclose(far.p, near.p)


@law
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter(case: Case, random: object) -> None:
    values, pairs = case
    order = np.random.default_rng(random.randint(0, 2**31)).permutation(len(values))
    place = np.argsort(order)
    here = moran(values, pairs, names(values), permutations=50)
    there = moran(values[order], place[pairs], names(values), permutations=50)
    np.testing.assert_allclose([there.i, there.z], [here.i, here.z], atol=1e-9)
    near = hotspots(values, pairs, names(values), permutations=99)
    far = hotspots(values[order], place[pairs], names(values), permutations=99)
    np.testing.assert_allclose(far.local, near.local[order], atol=1e-9)
    np.testing.assert_allclose(far.g, near.g[order], atol=1e-9)
    steep = contrasts(values, None, pairs, names(values)).difference
    np.testing.assert_array_equal(contrasts(values[order], None, place[pairs], names(values)).difference, steep)


@law
@given(cases())
def test_local_parts_add_up_to_the_whole(case: Case) -> None:
    values, pairs = case
    n = len(values)
    local = hotspots(values, pairs, names(values), permutations=99).local
    whole = moran(values, pairs, names(values), permutations=1).i
    np.testing.assert_allclose(local.sum(), (n - 1) * whole, atol=1e-9)


@law
@given(cases())
def test_chance_has_mean_minus_one_over_n_less_one(case: Case) -> None:
    """Over all shifts of all pairs of positions: each pair of areas is neighbours equally often."""
    values, pairs = case
    n = len(values)
    z = (values - values.mean()) / values.std()
    adjacency = Adjacency.of(pairs, names(values))
    rng = np.random.default_rng(0)
    orders = rng.permuted(np.broadcast_to(np.arange(n), (4000, n)), axis=1)
    drawn = np.einsum("ij,ji->j", z[orders].T, z[orders] @ (adjacency.matrix.toarray() / adjacency.degree[:, None]).T)
    assert abs(drawn.mean() / n + 1 / (n - 1)) < 5 * drawn.std() / n / np.sqrt(4000)


@law
@given(cases())
def test_p_values_are_possible(case: Case) -> None:
    values, pairs = case
    found = hotspots(values, pairs, names(values), permutations=99)
    for p, q in ((found.p, found.q), (found.g_p, found.g_q)):
        assert ((p >= 2 / 100) & (p <= 1)).all()
        assert (q >= p - 1e-12).all()
    named = found.kind != "not clear"
    np.testing.assert_array_equal(named, found.q <= 0.05)
