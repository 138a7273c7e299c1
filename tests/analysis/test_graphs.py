"""Sums over links by community, the step that Louvain's method spends its time in."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis import graphs
from goodwork.analysis.graphs import connected_graph, moved_to_gain, ties


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
