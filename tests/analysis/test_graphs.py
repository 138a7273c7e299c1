"""Graphs of areas and their communities: the best of all divisions is found, links are the nearest, sums are sums."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from tests.toyland import planted

from goodwork.analysis import graphs
from goodwork.analysis.graphs import (
    beside,
    candidates,
    connected_graph,
    from_zero,
    louvain,
    merged_to,
    modularity,
    moved_to_gain,
    ties,
)


def test_ties_are_sums_over_links(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    graph, of = connected_graph(rng.normal(size=(40, 3)), rng.random((5, 40)) < 0.8)
    labels = of * 20 + rng.integers(0, 6, len(of))
    weight = graph.toarray()
    for _ in range(2):
        begin, group, found = ties(graph.indptr, graph.indices, graph.data, labels.astype(graph.indices.dtype))
        table = np.zeros(weight.shape)
        table[np.repeat(np.arange(len(of)), np.diff(begin)), group] = found
        expected = weight @ (labels[:, None] == np.arange(len(of)))
        assert table == pytest.approx(expected, abs=1e-15)
        monkeypatch.setattr(graphs, "_csr_matmat", None)


def test_moves_are_the_same_without_the_inside_of_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(4).normal(size=(60, 3))
    graph, of = connected_graph(points, np.random.default_rng(5).random((8, 60)) < 0.8)
    found = []
    for _ in range(2):
        rng = np.random.default_rng(6)
        found.append(moved_to_gain(graph, of, np.arange(len(of)), np.full(8, 1.2), rng))
        monkeypatch.setattr(graphs, "_csr_matmat", None)
    assert found[0].tolist() == found[1].tolist()
    assert len(set(found[0].tolist())) < len(of) / 4


def test_labels_beyond_the_nodes_are_refused_before_memory_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    starts, ends, weight = np.array([0, 2, 4], dtype=np.int32), np.array([0, 1, 0, 1], dtype=np.int32), np.ones(4)
    for _ in range(2):
        for wrong in ([0, 2], [-1, 0], [0, 10**8]):
            with pytest.raises(IndexError, match="there are 2 nodes"):
                ties(starts, ends, weight, np.array(wrong, dtype=np.int32))
        monkeypatch.setattr(graphs, "_csr_matmat", None)


def every_partition(size: int) -> np.ndarray:
    """All divisions of a few nodes, each once."""
    rows = [[0]]
    for _ in range(size - 1):
        rows = [[*row, g] for row in rows for g in range(max(row) + 2)]
    return np.array(rows)


@pytest.mark.parametrize("seed", range(4))
def test_louvain_finds_the_best_of_all_divisions(seed: int) -> None:
    """Nine nodes have 21,147 divisions: the best of ten runs is as good as the best of all, or nearly."""
    rng = np.random.default_rng(seed)
    table = np.triu(rng.random((9, 9)) * (rng.random((9, 9)) < 0.45), 1)
    table += table.T
    table[np.arange(8), np.arange(1, 9)] += 0.1
    table[np.arange(1, 9), np.arange(8)] += 0.1
    table /= table.sum()
    every = every_partition(9)
    degree = table.sum(axis=1)
    pull = table - 1.2 * np.outer(degree, degree)
    best = max(float((pull * (row[:, None] == row)).sum()) for row in every)
    graph, of = beside(csr_array(table), np.zeros(9, dtype=int), 10)
    resolution = np.full(10, 1.2)
    labels = louvain(graph, of, resolution, np.random.default_rng(seed))
    found = modularity(graph, of, labels, resolution)
    assert best - 0.001 <= found.max() <= best + 1e-12
    assert found.min() > best - 0.1
    own = [float((pull * (row[:, None] == row)).sum()) for row in labels.reshape(10, 9)]
    np.testing.assert_allclose(found, own, atol=1e-12)


def test_merging_joins_the_pair_that_loses_least() -> None:
    table = np.kron(np.eye(4), np.ones((3, 3)))
    table[2, 3] = table[3, 2] = 2.0
    np.fill_diagonal(table, 0)
    labels = np.repeat([0, 1, 2, 3], 3)
    merged = merged_to(csr_array(table / table.sum()), np.zeros(12, dtype=int), labels, 3, np.ones(1))
    assert merged.tolist() == np.repeat([0, 0, 1, 2], 3).tolist()


def test_labels_are_numbered_from_zero_in_every_draw() -> None:
    assert from_zero(np.array([7, 3, 7, 3, 9, 9]), np.array([0, 0, 0, 1, 1, 1])).tolist() == [0, 1, 0, 0, 1, 1]


def test_the_graph_is_connected_though_the_heaps_are_far_apart() -> None:
    points = planted(apart=1000.0)
    drawn = np.ones((2, 60), dtype=bool)
    drawn[1, ::3] = False
    graph, of = connected_graph(points, drawn, neighbours=3)
    dense = graph.toarray()
    np.testing.assert_allclose(dense, dense.T)
    np.testing.assert_allclose(np.bincount(of, dense.sum(axis=1)), 1.0)
    assert connected_components(graph[of == 0][:, of == 0])[0] == 1
    assert dense[of == 0][:, of == 1].sum() == 0


def test_candidates_are_the_nearest_others_also_where_areas_coincide() -> None:
    points = np.concatenate([np.zeros((60, 2)), planted(1, 20, members=2) + 5])
    place, distance = candidates(points, 5)
    assert not (place == np.arange(80)[:, None]).any()
    every = np.sort(np.linalg.norm(points[:, None] - points, axis=-1), axis=1)[:, 1:21]
    np.testing.assert_allclose(distance, every, atol=1e-12)
