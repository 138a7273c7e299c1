"""Moran's I against PySAL's esda, a brute force over all orders, and known patterns."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import numpy as np
import pytest
from tests.toyland import lattice, names

from goodwork.analysis.adjacency import Adjacency
from goodwork.analysis.space import moran
from goodwork.errors import MethodError


def test_against_esda() -> None:
    esda, weights = pytest.importorskip("esda"), pytest.importorskip("libpysal.weights")
    rng = np.random.default_rng(5)
    pairs = [p for p in lattice(9) if rng.random() < 0.9]
    values = np.exp(rng.normal(size=81)) + 0.05 * np.arange(81)
    adjacency = Adjacency.of(pairs, names(81))
    assert not adjacency.islands
    neighbours: dict[int, list[int]] = {i: [] for i in range(81)}
    for one, other in adjacency.pairs.tolist():
        neighbours[one].append(other)
        neighbours[other].append(one)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = esda.Moran(values, weights.W(neighbours), permutations=999)
    ours = moran(values, pairs, names(81), permutations=1999)
    assert ours.i == pytest.approx(theirs.I, abs=1e-12)
    assert ours.expected == theirs.EI
    assert ours.z == pytest.approx(theirs.z_rand, abs=1e-9)
    assert ours.p_analytic == pytest.approx(theirs.p_rand, abs=1e-9)
    assert abs(ours.p - ours.p_analytic) < 0.02
    assert abs(ours.p - 2 * theirs.p_sim) < 0.03


def test_against_every_order() -> None:
    """Mean, standard deviation and p over all 720 orders of six areas on a path with a branch."""
    pairs, values = [(0, 1), (1, 2), (2, 3), (3, 4), (1, 5)], np.array([1.0, 2.0, 4.0, 3.0, 9.0, 2.5])
    adjacency = Adjacency.of(pairs, names(6))
    z = (values - values.mean()) / values.std()
    every = np.array([z[list(o)] @ adjacency.mean_of_neighbours(z[list(o)]) / 6 for o in permutations(range(6))])
    ours = moran(values, pairs, names(6), permutations=20_000)
    assert every.mean() == pytest.approx(ours.expected)
    assert (ours.i - ours.expected) / every.std() == pytest.approx(ours.z)
    exact = (np.abs(every - ours.expected) >= abs(ours.i - ours.expected) - 1e-9).mean()
    assert ours.p == pytest.approx(exact, abs=0.015)
    np.testing.assert_allclose([ours.random_low, ours.random_high], np.quantile(every, [0.025, 0.975]), atol=0.03)


def test_a_chessboard_is_as_unlike_as_can_be_and_halves_are_alike() -> None:
    side = 8
    row, column = np.divmod(np.arange(side * side), side)
    board = moran(((row + column) % 2).astype(float), lattice(side), names(side * side), name="pay")
    assert board.i == pytest.approx(-1)
    assert "more unlike in pay" in board.findings[0]
    halves = moran((column < side // 2).astype(float), lattice(side), names(side * side), name="pay")
    assert halves.i > 0.8
    assert halves.p == 1 / 1000
    assert "more alike in pay" in halves.findings[0]


def test_no_clear_pattern_is_said_so() -> None:
    found = moran(np.random.default_rng(4).normal(size=64), lattice(8), names(64))
    assert found.p > 0.05
    assert found.findings[0].startswith("There is no clear pattern")


def test_islands_and_gaps_are_left_out_and_named() -> None:
    values = np.random.default_rng(1).normal(size=66)
    values[10] = np.nan
    found = moran(values, lattice(8), names(66))
    assert found.n == 63
    assert "area 64 and area 65" in found.notes[0]
    assert "area 10" in found.notes[1]
    assert found.expected == -1 / 62
    assert found.table.loc[0, "n"] == 63


def test_the_executor_changes_nothing() -> None:
    values = np.random.default_rng(1).normal(size=64)
    with ThreadPoolExecutor(2) as executor:
        assert moran(values, lattice(8), names(64), executor=executor) == moran(values, lattice(8), names(64))
    with pytest.raises(MethodError, match="permutations"):
        moran(values, lattice(8), names(64), permutations=0)
