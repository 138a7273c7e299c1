"""Ranks against scipy's, with gaps and ties."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from goodwork.index.ranking import rank, rank_with_ties

scores = arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 12), st.integers(1, 3)),
                elements=st.one_of(st.just(float("nan")), st.integers(-3, 3).map(float)))  # fmt: skip


@given(scores)
def test_ranks_equal_scipy(values: np.ndarray) -> None:
    expected = stats.rankdata(-values, method="min", axis=1, nan_policy="omit")
    np.testing.assert_array_equal(rank(values), expected)


@given(scores)
def test_ties_are_counted(values: np.ndarray) -> None:
    ranks, ties = rank_with_ties(values)
    np.testing.assert_array_equal(ranks, rank(values))
    same = (values[:, :, None] == values[:, None]).sum(axis=2) - 1.0
    np.testing.assert_array_equal(ties, np.where(np.isnan(values), np.nan, same))
