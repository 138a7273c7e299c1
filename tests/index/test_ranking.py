"""Ranks against scipy's, with gaps and ties."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from goodwork.index.ranking import places, rank, rank_with_ties

scores = arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 12), st.integers(1, 3)),
                elements=st.one_of(st.just(float("nan")), st.integers(-3, 3).map(float)))  # fmt: skip


@given(scores)
def test_ranks_equal_scipy(values: np.ndarray) -> None:
    expected = stats.rankdata(-values, method="min", axis=1, nan_policy="omit")
    np.testing.assert_array_equal(rank(values), expected)


#: Scores that are hard to tell apart, or lie beyond all bounds.
hard = arrays(float, st.tuples(st.integers(1, 3), st.integers(1, 12)), elements=st.one_of(
    st.just(float("nan")), st.sampled_from([0.0, -0.0, 1.0, 1.0 + 2**-52, 1.0 - 2**-53, 1e-300, 5e-324, 1e300, -1e300]),
    st.sampled_from([float("inf"), float("-inf")]), st.floats(allow_nan=False)))  # fmt: skip


@given(hard)
def test_places_of_scores_that_are_hard_to_tell_apart(values: np.ndarray) -> None:
    better = (values[:, None, :] > values[:, :, None]).sum(axis=-1) + 1
    np.testing.assert_array_equal(places(values), np.where(np.isnan(values), 0, better))


@given(scores)
def test_ties_are_counted(values: np.ndarray) -> None:
    ranks, ties = rank_with_ties(values)
    np.testing.assert_array_equal(ranks, rank(values))
    same = (values[:, :, None] == values[:, None]).sum(axis=2) - 1.0
    np.testing.assert_array_equal(ties, np.where(np.isnan(values), np.nan, same))
