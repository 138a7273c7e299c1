"""Compacts: the best division in small cases by trying all, sizes and limits kept, reasons told."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components
from tests.toyland import flat_framework, make_panel

from goodwork.analysis.compacts import COMMON, WEAK, _partition, compacts
from goodwork.errors import MethodError
from goodwork.index.build import build


def scaled(values: np.ndarray) -> np.ndarray:
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0))


def squares(shortfall: np.ndarray, group: tuple[int, ...]) -> float:
    own = shortfall[list(group)]
    return float(((own - own.mean(axis=0)) ** 2).sum())


def best_pairs(shortfall: np.ndarray, left: tuple[int, ...]) -> float:
    """The least sum of squares of a division in pairs, by trying all."""
    if not left:
        return 0.0
    first, rest = left[0], left[1:]
    return min(
        squares(shortfall, (first, other)) + best_pairs(shortfall, tuple(i for i in rest if i != other))
        for other in rest
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_best_of_all_divisions_in_pairs(seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal((10, 3)) - np.array([1.5, 0, 0]) * (np.arange(10)[:, None] < 8)
    shortfall = np.maximum(-scaled(values), 0)
    taking = tuple(int(a) for a in np.flatnonzero((scaled(values) <= -WEAK).any(axis=1)))
    found = compacts(values, (2, 2))
    if len(taking) % 2 == 0:
        pairs = [tuple(np.flatnonzero(found.labels == g)) for g in range(int(found.labels.max()) + 1)]
        ours = sum(squares(shortfall, pair) for pair in pairs)
        assert ours == pytest.approx(best_pairs(shortfall, taking))
        assert {a for pair in pairs for a in pair} == set(taking)
    else:
        assert sum(why == "no group of a size asked" for why in found.without.values()) == 1


def test_the_same_weak_points_are_found_and_told() -> None:
    """Three planted kinds of five areas each, and five areas without weak points."""
    kinds = np.repeat(np.array([[-2.0, 1, 1], [1, -2, 1], [-2, -2, 1], [2, 2, 3]]), 5, axis=0)
    values = kinds + 0.05 * np.random.default_rng(1).standard_normal((20, 3))
    values[:15, 2] = 1.0 + np.linspace(0, 0.5, 15)
    values[4, 1] = 0.2
    found = compacts(values, (3, 6), members=["jobs", "pay", "time"], titles={"jobs": "Jobs", "area 0": "Ayr"})
    assert found.labels.tolist() == [0] * 5 + [1] * 5 + [2] * 5 + [-1] * 5
    z = scaled(values)
    for g, row in enumerate(found.groups.itertuples()):
        here = found.labels == g
        expected = [m for j, m in enumerate(found.points.members) if (z[here, j] <= -WEAK).mean() >= COMMON]
        assert row.shared.split(", ") == expected
        assert row.differ_on == found.points.members[int(z[here].std(axis=0).argmax())]
        assert row.spread == pytest.approx(z[here].std(axis=0).max())
        assert row.size == 5
    assert "shares weak points on Jobs" in found.findings[0]
    assert "Ayr" in found.findings[0]
    assert set(found.without) == {f"area {i}" for i in range(15, 20)}
    assert "no weak point: area 15" in " ".join(found.notes)
    assert found.table["in_common"].iloc[0] >= 1
    assert found.gap <= 1e-3


def test_areas_hang_together_and_islands_are_named() -> None:
    """A 5 × 5 grid with one cell cut off."""
    cell = {(i, j): f"{i}{j}" for i in range(5) for j in range(5)}
    edges = [(name, cell[i + di, j + dj]) for (i, j), name in cell.items() for di, dj in ((0, 1), (1, 0))
             if (i + di, j + dj) in cell and "00" not in (name, cell[i + di, j + dj])]  # fmt: skip
    values = np.random.default_rng(3).standard_normal((25, 2))
    values[:, 0] -= 3 * (np.arange(25) % 2)
    values[:2] = [[-5, -1], [-5, -1.2]]
    names = list(cell.values())
    found = compacts(values, (2, 4), areas=names, adjacent=edges)
    where = {name: i for i, name in enumerate(names)}
    table = np.zeros((25, 25))
    for one, other in edges:
        table[where[one], where[other]] = 1
    for g in range(int(found.labels.max()) + 1):
        here = np.flatnonzero(found.labels == g)
        assert 2 <= len(here) <= 4
        assert connected_components(csr_array(table[np.ix_(here, here)]), directed=False)[0] == 1
    assert found.without["00"] == "no group of a size asked under these limits"
    assert "hang together" in " ".join(found.notes)
    with pytest.raises(MethodError, match="no group of the sizes asked is possible"):
        compacts(values, (2, 4), areas=names, adjacent=[])


def test_compacts_stay_inside_a_label() -> None:
    values = np.random.default_rng(4).standard_normal((40, 3))
    region = {f"area {i}": "NSEW"[i % 4] for i in range(39)}
    found = compacts(values, (2, 4), within=region)
    label = np.array([region.get(name, "") for name in found.points.areas])
    for g in range(int(found.labels.max()) + 1):
        assert len(set(label[found.labels == g])) == 1
    assert found.labels[39] == -1
    weak = (scaled(values) <= -WEAK).any(axis=1)
    assert (found.labels[:39][weak[:39]] >= 0).all(), "every label has areas enough"


def test_change_is_measured_on_one_scale() -> None:
    first = np.random.default_rng(5).standard_normal((12, 2))
    second = first + np.linspace(-1, 1, 12)[:, None]
    index = build(flat_framework(2), make_panel(np.stack([first, second])))
    found = compacts(index, (2, 12), period="2001", since="2000")
    spread = np.concatenate([first, second]).std(axis=0)
    np.testing.assert_allclose(found.change, ((second - first) / spread).mean(axis=1))
    for row in found.groups.itertuples():
        here = np.flatnonzero(found.labels == row.compact - 1)
        assert row.improved == found.points.areas[here[found.change[here].argmax()]]
        assert row.change == pytest.approx(found.change[here].max())
    words = [("improved most" if row.change > 0 else "fell least") for row in found.groups.itertuples()]
    assert all(word in text for word, text in zip(words, found.findings, strict=True))
    with pytest.raises(MethodError, match="needs periods"):
        compacts(first, (2, 4), since="2000")


def test_the_interval_of_the_greatest_change_is_that_of_figures_drawn_anew() -> None:
    rng = np.random.default_rng(5)
    first = rng.standard_normal((12, 2))
    second = first + np.linspace(0, 2, 12)[:, None]
    figures, errors = np.stack([first, second]), rng.uniform(0.1, 0.4, (2, 12, 2))
    found = compacts(build(flat_framework(2), make_panel(figures)), (2, 12), period="2001", since="2000", errors=errors)
    spread = np.concatenate([first, second]).std(axis=0)
    drawn = figures + errors * rng.standard_normal((20_000, 2, 12, 2))
    table = found.table
    low, high = np.quantile(((drawn[:, 1] - drawn[:, 0]) / spread).mean(axis=-1), [0.025, 0.975], axis=0)
    np.testing.assert_allclose(table["change_low"], low, atol=0.03)
    np.testing.assert_allclose(table["change_high"], high, atol=0.03)
    for row, text in zip(found.groups.itertuples(), found.findings, strict=True):
        own = table[table["area"] == row.improved].iloc[0]
        assert row.change_low < own["change_low"], "the greatest of several was picked"
        assert ("and clearly" in text) == (row.change_low > 0)
        assert ("not clearly above nothing" in text) == (row.change_low <= 0)


def test_small_groups_are_not_favoured() -> None:
    """Areas that are all alike in their weak points end in few groups, not in the smallest allowed."""
    rng = np.random.default_rng(6)
    values = np.concatenate([rng.normal(-2, 0.3, (24, 3)), rng.normal(1, 0.3, (24, 3))])
    sizes = np.bincount(compacts(values, (3, 12)).labels[:24])
    assert sizes.mean() > 3.5


def test_errors() -> None:
    values = np.random.default_rng(7).standard_normal((20, 2))
    for sizes in ((1, 4), (5, 3)):
        with pytest.raises(MethodError, match="range from 2"):
            compacts(values, sizes)
    with pytest.raises(MethodError, match="a compact needs at least 30"):
        compacts(values, (30, 40))
    with pytest.raises(MethodError, match="at most 600"):
        compacts(np.random.default_rng(8).standard_normal((2000, 3)))


def test_twice_the_same() -> None:
    values = np.random.default_rng(9).standard_normal((60, 4))
    one, other = (compacts(values, (3, 6)) for _ in range(2))
    assert one.labels.tobytes() == other.labels.tobytes()


def test_a_name_with_a_comma_is_one_name() -> None:
    values = np.random.default_rng(10).standard_normal((8, 2))
    found = compacts(values, (4, 8), areas=[f"Town {i}, City of" for i in range(8)], members=["jobs, all", "pay"])
    for g, finding in enumerate(found.findings):
        assert len(finding.numbers["areas"]) == (found.labels == g).sum()
        assert set(finding.numbers["names"]) <= {"jobs, all", "pay"}


def test_dear_columns_left_out_do_not_change_the_best_choice() -> None:
    """Against the whole problem given to the solver at once, where parts of groups are cheaper than whole ones."""
    rng = np.random.default_rng(9)
    for _ in range(6):
        groups = np.unique(rng.random((150, 12)) < 0.25, axis=0)
        cost = np.concatenate([rng.uniform(0, 3, len(groups)) + 0.2 * groups.sum(axis=1), np.full(12, 40.0)])
        holds = csc_array(np.hstack([groups.T.astype(float), np.eye(12)]))
        taken, gap = _partition(cost, holds, len(groups))
        whole = milp(
            cost, constraints=LinearConstraint(holds, 1, 1), bounds=Bounds(0, 1),
            integrality=np.concatenate([np.ones(len(groups)), np.zeros(12)]),
        )  # fmt: skip
        assert taken.tolist() == np.flatnonzero(whole.x[: len(groups)] > 0.5).tolist()
        assert gap <= 1e-3


def test_areas_that_are_all_the_same() -> None:
    values = np.concatenate([np.full((8, 1), -1.0), np.full((8, 1), 1.0)])
    found = compacts(values, (4, 4))
    assert np.bincount(found.labels[:8]).tolist() == [4, 4]
    assert found.cost == 0
