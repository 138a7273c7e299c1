"""Neighbours: by brute force, by scipy's distances, under every limit, with gaps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from goodwork.analysis import neighbours as module
from goodwork.analysis.neighbours import neighbours, overlap
from goodwork.errors import MethodError, NotFound

RNG = np.random.default_rng(11)
VALUES = RNG.normal(50, [1.0, 10.0, 5.0, 2.0], (40, 4))
NAMES = [f"A{i:02d}" for i in range(40)]
Z = (VALUES - VALUES.mean(axis=0)) / VALUES.std(axis=0)


def as_if_one_by_one(apart: np.ndarray, number: int) -> list[list[int]]:
    apart = apart.copy()
    np.fill_diagonal(apart, np.inf)
    return [[int(i) for i in np.argsort(row, kind="stable")[:number] if np.isfinite(row[i])] for row in apart]


def places(found: module.Neighbours) -> list[list[int]]:
    return [[int(i) for i in row if i >= 0] for row in found.place]


def test_standardised_distances_and_their_parts() -> None:
    found = neighbours(VALUES, areas=NAMES)
    apart = cdist(Z, Z)
    assert places(found) == as_if_one_by_one(apart, 5)
    np.testing.assert_allclose(found.distance, np.take_along_axis(apart, found.place, axis=1), atol=1e-12)
    part = (Z[found.place] - Z[:, None]) ** 2
    np.testing.assert_allclose(found.shares, part / part.sum(axis=-1, keepdims=True), atol=1e-12)
    explained = found.explained("A03")
    assert len(explained) == 20
    assert explained.groupby("neighbour")["share"].sum().tolist() == pytest.approx([1] * 5)
    assert explained["own"].iloc[1] == VALUES[3, 1]


def test_weights() -> None:
    found = neighbours(VALUES, members=["a", "b", "c", "d"], weights={"b": 4.0, "d": 0.0})
    apart = cdist(Z * np.sqrt([1, 4, 1, 0]), Z * np.sqrt([1, 4, 1, 0]))
    assert places(found) == as_if_one_by_one(apart, 5)
    assert found.shares[..., 3].max() == 0
    assert "b 4.00" in " ".join(found.notes)
    with pytest.raises(MethodError, match=r"no member called 'x'(.|\n)*weights must be 0 or more"):
        neighbours(VALUES, members=["a", "b", "c", "d"], weights={"x": 1, "a": -1})


def test_mahalanobis_is_that_of_scipy() -> None:
    mixed = VALUES @ RNG.standard_normal((4, 4))
    found = neighbours(mixed, distance="mahalanobis")
    apart = cdist(mixed, mixed, "mahalanobis", VI=np.linalg.inv(np.cov(mixed.T, bias=True)))
    assert places(found) == as_if_one_by_one(apart, 5)
    np.testing.assert_allclose(found.distance, np.take_along_axis(apart, found.place, axis=1), rtol=1e-9)
    np.testing.assert_allclose(found.shares.sum(axis=-1), 1)
    with pytest.raises(MethodError, match="depend on each other"):
        neighbours(np.column_stack([VALUES, VALUES[:, 0] + VALUES[:, 1]]), distance="mahalanobis")


def test_limits() -> None:
    nation = {name: "EWS"[i % 3] for i, name in enumerate(NAMES[:-2])}
    touching = [("A00", "A03"), ("A09", "A06"), ("A00", "elsewhere")]
    found = neighbours(VALUES, areas=NAMES, same={"nation": nation}, exclude=touching, nested=[("A12", "A15")])
    apart = cdist(Z, Z)
    label = np.array([nation.get(name, name) for name in NAMES])
    apart[label[:, None] != label] = np.inf
    for one, other in ((0, 3), (9, 6), (12, 15)):
        apart[one, other] = apart[other, one] = np.inf
    assert places(found) == as_if_one_by_one(apart, 5)
    assert found.of("A39") == ()
    assert "No area may be compared" in found.sentences("A39")[0]
    notes = " ".join(found.notes)
    for text in ("same nation", "touch", "within each other", "2 areas with fewer than 5 neighbours: A38 and A39"):
        assert text in notes


def test_gaps_are_compared_over_what_both_have() -> None:
    values = VALUES.copy()
    values[0, 1] = values[1, 2] = np.nan
    values[2, :3] = np.nan
    found = neighbours(values, areas=NAMES)
    z = (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
    apart = np.full((40, 40), np.inf)
    for a in range(40):
        for b in range(40):
            both = ~np.isnan(z[a]) & ~np.isnan(z[b])
            if both.sum() >= 2:
                apart[a, b] = np.sqrt(((z[a] - z[b])[both] ** 2).sum() * 4 / both.sum())
    assert places(found) == as_if_one_by_one(apart, 5)
    there = found.place >= 0
    own = np.take_along_axis(apart, np.maximum(found.place, 0), axis=1)
    np.testing.assert_allclose(found.distance[there], own[there], atol=1e-9)
    assert found.of("A02") == (), "it shares no two members with anybody"
    assert found.compared[0].max() == 3
    whole = neighbours(values, areas=NAMES, distance="mahalanobis")
    assert len(whole.points.areas) == 37
    with pytest.raises(NotFound, match="lacks some members"):
        whole.of("A00")


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    values = VALUES.copy()
    values[5, 0] = np.nan
    pairs = [("A00", "A03"), ("A30", "A31")]
    whole = neighbours(values, areas=NAMES, exclude=pairs)
    monkeypatch.setattr(module, "CELLS", 90)
    np.testing.assert_array_equal(neighbours(values, areas=NAMES, exclude=pairs).place, whole.place)


def test_ties_go_to_the_first_and_the_same_area_has_no_shares() -> None:
    found = neighbours(np.array([[0.0], [1.0], [-1.0], [1.0]]), 2)
    assert found.place[0].tolist() == [1, 2]
    assert found.place[1].tolist() == [3, 0]
    assert np.isnan(found.shares[1, 0]).all()
    assert found.distance[1, 0] == 0


def test_few_areas_and_sentences() -> None:
    found = neighbours(np.array([[0.0, 0.0], [1.0, 0.2], [9.0, 9.0], [9.3, 9.0]]), 9, areas=list("abcd"),
                       members=["jobs", "pay"], titles={"a": "Aby", "b": "Bury", "jobs": "Jobs"})  # fmt: skip
    assert found.place.shape == (4, 3)
    first, second, third = found.sentences("a")
    assert first == "Most like Aby are Bury, c and d."
    assert f"{found.distance[0, 0]:.2f}" in second
    share = found.shares[0, 0]
    assert third == f"Aby and Bury differ most on Jobs, {100 * share[0]:.0f} % of their squared distance."
    assert len(found.table) == 12
    assert found.table["differs_most"].iloc[0] == "jobs"
    with pytest.raises(MethodError, match="1 area"):
        neighbours(np.ones((1, 2)))
    with pytest.raises(MethodError, match="0 neighbours"):
        neighbours(VALUES, 0)


def test_who_has_no_near_neighbour() -> None:
    values = np.concatenate([VALUES, [[500.0, 50, 50, 50]]])
    assert "area 40" in neighbours(values).findings[1]
    assert "No area is without" in neighbours(np.arange(10.0)[:, None]).findings[1]


def test_overlap_with_other_lists() -> None:
    found = neighbours(VALUES, 3, areas=NAMES)
    own = list(found.of("A00"))
    stranger = next(name for name in NAMES if name not in (*own, "A00"))
    lists = {
        "A00": [own[2], "unknown", own[0], stranger, "A00", own[1]],
        "unknown": ["A00"],
        "A05": list(found.of("A05")),
    }
    table = overlap(found, lists)
    assert table["area"].tolist() == ["A00", "A05"]
    assert table["listed"].tolist() == [3, 3], "as many as were asked for, of those that are here"
    assert table["shared"].tolist() == [2, 3]
    assert table["chance"].tolist() == pytest.approx([9 / 39, 9 / 39])
