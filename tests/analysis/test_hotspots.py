"""Local statistics against esda, against every possible set of neighbours, and on a planted cluster."""

from __future__ import annotations

import warnings
from itertools import combinations

import numpy as np
import pytest
from tests.toyland import lattice, names

from goodwork.analysis.adjacency import Adjacency
from goodwork.analysis.hotspots import _sets, hotspots
from goodwork.errors import MethodError


def test_against_esda() -> None:
    esda, weights = pytest.importorskip("esda"), pytest.importorskip("libpysal.weights")
    rng = np.random.default_rng(5)
    pairs = [p for p in lattice(10) if rng.random() < 0.9]
    values = np.exp(rng.normal(size=100)) + 0.05 * np.arange(100)
    adjacency = Adjacency.of(pairs, names(100))
    neighbours: dict[int, list[int]] = {i: [] for i in range(100)}
    for one, other in adjacency.pairs.tolist():
        neighbours[one].append(other)
        neighbours[other].append(one)
    ours = hotspots(values, pairs, names(100), level=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        local = esda.Moran_Local(values, weights.W(neighbours), permutations=0)
        g = esda.G_Local(values, weights.W(neighbours), transform="B", star=True, permutations=0)
    np.testing.assert_allclose(ours.local, local.Is, atol=1e-12)
    np.testing.assert_allclose(ours.g, g.Zs, atol=1e-9)
    quadrants = np.array(["", "high-high", "low-high", "low-low", "high-low"])[local.q]
    named = ours.kind != "not clear"
    assert named.any()
    np.testing.assert_array_equal(ours.kind[named], quadrants[named])


def test_p_is_that_of_every_set_of_neighbours() -> None:
    """Few areas, all sets of others listed: the short cut draws from exactly these."""
    rng = np.random.default_rng(2)
    n, pairs = 9, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8), (0, 4), (1, 4), (4, 7), (2, 7)]
    values = rng.exponential(size=n)
    found = hotspots(values, pairs, names(n), permutations=40_000)
    matrix = Adjacency.of(pairs, names(n)).matrix.toarray()
    for area in range(n):
        own, k = values @ matrix[area], int(matrix[area].sum())
        given = np.array([sum(s) for s in combinations(np.delete(values, area), k)])
        both = np.array([sum(s) for s in combinations(values, k + 1)])
        for p, sums, observed in ((found.p, given, own), (found.g_p, both, own + values[area])):
            tails = (sums >= observed - 1e-12).mean(), (sums <= observed + 1e-12).mean()
            assert p[area] == pytest.approx(min(1, 2 * min(tails)), abs=0.012)
        assert found.g[area] == pytest.approx((own + values[area] - both.mean()) / both.std())


def test_an_area_that_touches_all_others_cannot_stand_out() -> None:
    found = hotspots(np.array([1.0, 5, 2, 9, 4]), [(0, i) for i in range(1, 5)], names(5), permutations=199)
    assert found.p[0] == 1
    assert found.g_p[0] == 1
    assert found.g[0] == 0


def test_a_planted_cluster_is_found_and_nothing_else_where_there_is_nothing() -> None:
    rng = np.random.default_rng(4)
    side = 24
    values = rng.normal(size=side * side)
    row, column = np.divmod(np.arange(side * side), side)
    inside = (row < 5) & (column < 5)
    core = (np.abs(row - 2) < 2) & (np.abs(column - 2) < 2)
    outlier = 9 * side + 9
    planted = np.where(inside, values + 6, values)
    planted[[outlier - 1, outlier + 1, outlier - side, outlier + side]] = 6
    planted[outlier] = -3.0
    found = hotspots(planted, lattice(side), names(side * side), name="pay")
    assert set(found.kind[core]) == {"high-high"}
    assert set(found.spot[core]) == {"hot"}
    assert set(np.flatnonzero(found.kind == "high-high")) < set(np.flatnonzero(inside))
    assert found.kind[outlier] == "low-high"
    assert "clearly low among high neighbours in pay: area 225." in " ".join(found.findings)
    assert len(found.named("cold")) <= 2
    nothing = hotspots(values, lattice(side), names(side * side))
    assert nothing.findings == ("No area stands out clearly with its neighbours in the score.",)


def test_islands_and_gaps_are_not_defined() -> None:
    values = np.random.default_rng(1).normal(size=66)
    values[10] = np.nan
    found = hotspots(values, lattice(8), names(66), permutations=199)
    assert [found.kind[i] for i in (10, 64, 65)] == ["not defined"] * 3
    assert np.isnan(found.local[[10, 64, 65]]).all()
    assert np.isnan(found.local).sum() == 3
    assert "area 64 and area 65" in found.notes[1]
    assert found.table["spot"].value_counts()["not defined"] == 3


def test_sets_are_random_and_without_repeats() -> None:
    sets = _sets(np.random.default_rng(0), 6, 3, 60_000)
    assert (np.diff(np.sort(sets, axis=1), axis=1) > 0).all()
    code = sets @ [36, 6, 1]
    counts = np.unique(code, return_counts=True)[1]
    assert len(counts) == 120
    assert np.abs(counts / 500 - 1).max() < 0.2
    assert (np.sort(_sets(np.random.default_rng(0), 4, 4, 5), axis=1) == np.arange(4)).all()


def test_the_size_of_blocks_changes_no_statistic(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).normal(size=64)
    whole = hotspots(values, lattice(8), names(64), permutations=3000)
    monkeypatch.setattr("goodwork.analysis.hotspots.CELLS", 500)
    parts = hotspots(values, lattice(8), names(64), permutations=3000)
    np.testing.assert_array_equal(whole.local, parts.local)
    np.testing.assert_allclose(whole.p, parts.p, atol=0.08)


def test_all_faults_at_once() -> None:
    with pytest.raises(MethodError) as error:
        hotspots(np.arange(5.0), [(0, 1)], names(5), permutations=1, level=2)
    assert len(error.value.faults) == 2
