"""Edge lists read, checked, cut down to some areas."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.adjacency import Adjacency, Mapped
from goodwork.errors import MethodError

NAMES = ["a", "b", "c", "d", "e", "f"]
EDGES = [(0, 1), (1, 0), (2, 1), (3, 2), (3, 4)]


def test_pairs_once_whatever_their_order() -> None:
    found = Adjacency.of(EDGES, NAMES)
    assert found.pairs.tolist() == [[0, 1], [1, 2], [2, 3], [3, 4]]
    assert found.degree.tolist() == [1, 2, 2, 2, 1, 0]
    assert found.islands == ("f",)
    assert (found.matrix != found.matrix.T).nnz == 0


def test_no_edges_at_all() -> None:
    assert Adjacency.of([], NAMES).islands == tuple(NAMES)


def test_every_wrong_edge_is_told() -> None:
    with pytest.raises(MethodError) as error:
        Adjacency.of([(0, 1), (2, 2), (0, 6), (-1, 3)], NAMES)
    assert [fault.row for fault in error.value.faults] == [1, 2, 3]
    for edges in (np.zeros((2, 3), dtype=int), np.array([[0.0, 1.0]])):
        with pytest.raises(MethodError, match="edge list"):
            Adjacency.of(edges, NAMES)


def test_mean_of_neighbours_is_theirs_alone() -> None:
    found = Adjacency.of(EDGES, NAMES).mean_of_neighbours(np.array([1.0, 2, 4, 8, 16, 32]))
    np.testing.assert_allclose(found, [2, 2.5, 5, 10, 8, np.nan])


def test_among_counts_positions_anew() -> None:
    found = Adjacency.of(EDGES, NAMES).among(np.array([False, True, True, False, True, True]))
    assert found.areas == ("b", "c", "e", "f")
    assert found.pairs.tolist() == [[0, 1]]


def test_an_area_whose_only_neighbour_has_no_figure_is_an_island() -> None:
    values = np.array([np.nan, 1.0, 2.0, 3.0, 4.0, 5.0])
    found = Mapped.of(values, [*EDGES, (0, 5)], NAMES)
    assert found.missing == ("a",)
    assert found.islands == ("f",)
    assert found.at.tolist() == [1, 2, 3, 4]
    assert found.adjacency.pairs.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert [name in " ".join(found.notes) for name in ("a.", "f.")] == [True, True]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, 2, 3], "for 6 areas"),
        ([1.0, 2, 3, np.nan, np.nan, 4], "3 area"),
        ([1.0, 1, 1, 1, 1, 9], "same value"),
    ],
)
def test_refusals(values: list[float], message: str) -> None:
    with pytest.raises(MethodError, match=message):
        Mapped.of(np.array(values), EDGES, NAMES)
