"""Laws of every aggregation on random scores with gaps: gaps, weights, bounds, order of rows and children, axes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from goodwork.index.aggregation import AGGREGATION, MONOTONE, RELATIVE

ABSOLUTE = sorted(set(AGGREGATION) - RELATIVE)
#: Methods that stay between an area's lowest and highest score.
MEANS = sorted(MONOTONE - RELATIVE)

scores = arrays(float, (7, 4), elements=st.integers(1, 20).map(float))
gappy = st.tuples(scores, arrays(bool, (7, 4), elements=st.integers(0, 3).map(lambda n: n == 0))).map(
    lambda both: np.where(both[1], np.nan, both[0])
)
weights = st.lists(st.integers(1, 5).map(float), min_size=4, max_size=4).map(np.array)
law = settings(max_examples=25, deadline=None)
each = pytest.mark.parametrize("name", list(AGGREGATION))


def same(a: np.ndarray, b: np.ndarray) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


@each
@law
@given(x=gappy, w=weights)
def test_an_area_has_a_score_unless_it_has_nothing(name: str, x: np.ndarray, w: np.ndarray) -> None:
    np.testing.assert_array_equal(np.isnan(AGGREGATION[name](x, w)), np.isnan(x).all(axis=-1))


@pytest.mark.parametrize("name", ABSOLUTE)
@law
@given(x=gappy, w=weights)
def test_a_gap_is_the_same_as_dropping_the_child(name: str, x: np.ndarray, w: np.ndarray) -> None:
    found = AGGREGATION[name](x, w)
    for area, row in enumerate(x):
        here = ~np.isnan(row)
        if here.any():
            same(found[area], AGGREGATION[name](row[here][None], w[here])[0])


@each
@law
@given(x=gappy, w=weights)
def test_a_child_without_weight_counts_for_nothing(name: str, x: np.ndarray, w: np.ndarray) -> None:
    none = np.array([*w[:3], 0.0])
    same(AGGREGATION[name](x, none), AGGREGATION[name](x[:, :3], w[:3]))


@pytest.mark.parametrize("name", MEANS)
@law
@given(x=gappy, w=weights)
def test_means_lie_between_lowest_and_highest(name: str, x: np.ndarray, w: np.ndarray) -> None:
    found = AGGREGATION[name](x, w)
    here = ~np.isnan(found)
    assert (found[here] >= np.nanmin(x[here], axis=-1) - 1e-9).all()
    assert (found[here] <= np.nanmax(x[here], axis=-1) + 1e-9).all()


@law
@given(x=scores, w=weights)
def test_minimum_harmonic_geometric_arithmetic(x: np.ndarray, w: np.ndarray) -> None:
    chain = [AGGREGATION[name](x, w) for name in ("minimum", "harmonic", "geometric", "arithmetic")]
    for lower, upper in pairwise(chain):
        assert (lower <= upper + 1e-9).all()
    for name in ("generalised-mean", "mean-min", "mazziotta-pareto", "owa"):
        assert (AGGREGATION[name](x, w) <= chain[-1] + 1e-9).all()


@pytest.mark.parametrize("name", sorted(MONOTONE))
@law
@given(x=gappy, w=weights, area=st.integers(0, 6), child=st.integers(0, 3), gain=st.integers(1, 9))
def test_a_gain_never_lowers_ones_own_score(name: str, x, w, area: int, child: int, gain: int) -> None:
    better = x.copy()
    better[area, child] += gain
    before, after = AGGREGATION[name](x, w)[area], AGGREGATION[name](better, w)[area]
    assert np.isnan(before) or after >= before - 1e-9


@each
@law
@given(
    x=gappy, w=weights, rows=st.permutations(range(7)), children=st.permutations(range(4)), factor=st.floats(0.1, 50)
)
def test_order_of_areas_and_children_and_a_factor_of_weights(name: str, x, w, rows, children, factor: float) -> None:
    found = AGGREGATION[name](x, w)
    same(AGGREGATION[name](x[rows], w), found[rows])
    same(AGGREGATION[name](x[:, children], w[children]), found)
    same(AGGREGATION[name](x, w * factor), found)
    same(AGGREGATION[name](x, np.broadcast_to(w, x.shape)), found)


@law
@given(x=gappy, w=weights)
def test_copeland_is_antisymmetric(x: np.ndarray, w: np.ndarray) -> None:
    found = AGGREGATION["copeland"](x, w)
    assert np.nansum(found) == 0
    np.testing.assert_array_equal(AGGREGATION["copeland"](-x, w), -found)


@law
@given(x=gappy, w=weights)
def test_kemeny_turned_round_is_the_order_turned_round(x: np.ndarray, w: np.ndarray) -> None:
    found = AGGREGATION["kemeny"](x, w)
    same(AGGREGATION["kemeny"](-x, w), (~np.isnan(found)).sum() - 1 - found)


@each
def test_leading_axes_are_free_and_may_have_weights_of_their_own(name: str) -> None:
    rng = np.random.default_rng(8)
    x = rng.integers(1, 20, (3, 2, 7, 4)).astype(float)
    x[rng.random(x.shape) < 0.2] = np.nan
    w = rng.random((3, 2, 4))
    batch = AGGREGATION[name](x, w)
    assert batch.shape == (3, 2, 7)
    for at in np.ndindex(3, 2):
        same(batch[at], AGGREGATION[name](x[at], w[at]))


@law
@given(x=gappy, w=weights)
def test_benefit_of_the_doubt_is_at_most_one_and_one_for_somebody(x: np.ndarray, w: np.ndarray) -> None:
    found = AGGREGATION["benefit-of-the-doubt"](x, w)
    here = ~np.isnan(found)
    assert (found[here] > 0).all()
    assert (found[here] <= 1 + 1e-9).all()
    assert not here.any() or np.nanmax(found) >= 1 - 1e-9
