"""What holds for communities, neighbours and compacts of any figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from goodwork.analysis.clusters import communities
from goodwork.analysis.compacts import WEAK, compacts
from goodwork.analysis.neighbours import neighbours
from goodwork.analysis.partitions import PARTITION

SOME = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
QUICK = {"draws": 12, "numbers": ()}


@st.composite
def tables(draw: st.DrawFn, least: int = 14, most: int = 40) -> np.ndarray:
    """Figures of areas in some unit, without gaps."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draw(st.integers(least, most)), draw(st.integers(2, 5)))
    return rng.normal(50, 10, shape)


@SOME
@given(tables(), st.sampled_from(sorted(PARTITION)), st.integers(2, 5), st.integers(0, 99))
def test_relabelling_areas_relabels_communities(values: np.ndarray, method: str, k: int, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(values))
    one = communities(values, k, method=method, **QUICK)
    other = communities(values[order], k, method=method, **QUICK)
    np.testing.assert_array_equal(one.labels[order], other.labels)
    np.testing.assert_array_equal(one.shares[order], other.shares)


@SOME
@given(tables(), st.sampled_from(sorted(PARTITION)), st.integers(2, 5))
def test_another_unit_changes_nothing(values: np.ndarray, method: str, k: int) -> None:
    moved = values * np.linspace(0.5, 40, values.shape[1]) + np.linspace(-300, 9, values.shape[1])
    one, other = (communities(v, k, method=method, **QUICK) for v in (values, moved))
    np.testing.assert_array_equal(one.labels, other.labels)
    near, far = neighbours(values), neighbours(moved)
    np.testing.assert_array_equal(near.place, far.place)
    np.testing.assert_allclose(near.distance, far.distance, atol=1e-7)
    np.testing.assert_array_equal(compacts(values, (2, 4)).labels, compacts(moved, (2, 4)).labels)


@SOME
@given(tables(), st.sampled_from(sorted(PARTITION)), st.integers(2, 6))
def test_no_community_is_empty_and_shares_add_up(values: np.ndarray, method: str, k: int) -> None:
    found = communities(values, k, method=method, **QUICK)
    assert np.bincount(found.labels, minlength=k).min() > 0
    np.testing.assert_allclose(found.shares.sum(axis=1)[found.shares.sum(axis=1) > 0], 1)
    means = [found.points.score[found.labels == g].mean() for g in range(k)]
    assert means == sorted(means)
    assert len(set(found.archetypes)) == k
    assert ((found.silhouettes >= -1) & (found.silhouettes <= 1)).all()
    assert 0 <= found.variation <= 1


@SOME
@given(
    tables(), st.sampled_from(["euclidean", "mahalanobis"]), st.integers(1, 8), st.floats(0, 0.3), st.integers(0, 99)
)
def test_neighbours(values: np.ndarray, distance: str, number: int, gaps: float, seed: int) -> None:
    holes = np.random.default_rng(seed).random(values.shape) < gaps
    holes[0] = holes[1] = False
    values = np.where(holes, np.nan, values)
    assume((~np.isnan(values).any(axis=1)).sum() > values.shape[1] + 2)
    found = neighbours(values, number, distance=distance)
    there = found.place >= 0
    assert (found.place != np.arange(len(found.place))[:, None]).all(), "nobody is its own neighbour"
    assert (np.diff(np.nan_to_num(found.distance, nan=np.inf), axis=1)[there[:, 1:]] >= -1e-6).all(), "nearest first"
    for row in found.place:
        assert len(set(row[row >= 0])) == (row >= 0).sum()
    shares = found.shares[there & (found.distance > 1e-9)]
    assert np.abs(shares.sum(axis=-1) - 1).max() < 1e-6
    if distance == "euclidean":
        assert (np.nan_to_num(found.shares) >= 0).all()
    first = found.place[:, 0]
    both = there[:, 0] & (found.place[first] == np.arange(len(first))[:, None]).any(axis=1)
    assert both.any(), "the nearest pair of all are each other's neighbours"


@SOME
@given(tables(8, 24), st.integers(2, 4), st.integers(0, 4), st.integers(0, 99))
def test_compacts_are_of_the_sizes_asked_and_hold_each_area_once(
    values: np.ndarray, low: int, more: int, seed: int
) -> None:
    high = low + more
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    weak = int((z <= -WEAK).any(axis=1).sum())
    assume(weak >= low)
    found = compacts(values, (low, high))
    sizes = np.bincount(found.labels[found.labels >= 0])
    assert len(sizes) == 0 or (low <= sizes.min() and sizes.max() <= high)
    possible = any(low * n <= weak <= high * n for n in range(1, weak + 1))
    assert (found.labels >= 0).sum() == weak or not possible, "all areas with weak points, where sizes allow it"
    assert (found.labels < 0).sum() == len(found.without)
    order = np.random.default_rng(seed).permutation(len(values))
    other = compacts(values[order], (low, high)).labels
    together = (found.labels[order][:, None] == found.labels[order]) & (found.labels[order] >= 0)
    np.testing.assert_array_equal(together, (other[:, None] == other) & (other >= 0))


@pytest.mark.parametrize("method", sorted(PARTITION))
def test_identical_areas_stay_together_where_groups_allow_it(method: str) -> None:
    values = np.repeat(np.array([[0.0, 1.0], [5.0, 2.0], [9.0, 9.0]]), 6, axis=0)
    labels = communities(values, 3, method=method, **QUICK).labels
    assert labels.tolist() == np.repeat([0, 1, 2], 6).tolist()
