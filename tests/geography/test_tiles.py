"""Tiles: one area a tile, neighbours near, the island recognisable; better than the layout others drew."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodwork.errors import DataError
from goodwork.geography.tiles import centres, layout_quality, steps, tile_layout
from goodwork.store.boundaries import read_boundaries, read_tiles

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
UPPER = "upper_tier_2023"
ISLANDS = {"E06000046", "E06000053", "S12000013", "S12000023", "S12000027", "W06000001"}


def centroids():
    """Codes and centroids of their largest polygons, in metres."""
    found = {}
    for code, area in read_boundaries().projected(UPPER).items():
        ring = max((polygon[0] for polygon in area), key=len)
        x, y = ring.T
        cross = x[:-1] * y[1:] - x[1:] * y[:-1]
        found[code] = [((v[:-1] + v[1:]) * cross).sum() / 3 / cross.sum() for v in (x, y)]
    return list(found), np.array(list(found.values()))


def grid(side):
    """A chessboard: codes, places and who touches whom."""
    codes = [f"{x}{y}" for x in range(side) for y in range(side)]
    xy = np.array([[x, y] for x in range(side) for y in range(side)], dtype=float)
    near = {
        a: [b for b, q in zip(codes, xy, strict=True) if np.abs(p - q).sum() == 1]
        for a, p in zip(codes, xy, strict=True)
    }
    return codes, xy, near


def test_steps_of_a_hexagonal_lattice():
    cells = np.array([[x, y] for x in range(7) for y in range(7)])
    middle = np.tile([3, 3], (len(cells), 1))
    walk = steps(cells, middle)
    far = np.hypot(*(centres(cells) - centres(middle)).T)
    assert ((walk == 1) == (np.abs(far - 1) < 1e-9)).all()
    assert [(walk == k).sum() for k in (0, 1, 2, 3)] == [1, 6, 12, 18]


def test_a_chessboard_stays_a_chessboard():
    codes, xy, near = grid(5)
    quality = layout_quality(tile_layout(codes, xy, near), codes, xy, near)
    assert quality.together > 0.9
    assert quality.within_two == 1
    assert quality.north_south > 0.95
    assert quality.east_west > 0.95


def test_the_order_of_areas_does_not_matter():
    codes, xy, near = grid(4)
    backwards = tile_layout(codes[::-1], xy[::-1], near)
    assert tile_layout(codes, xy, near) == backwards


def test_two_groups_with_water_between_do_not_touch():
    codes, xy, near = grid(3)
    cells = tile_layout([*codes, "island"], np.vstack([xy, [3.2, 1]]), near)
    land = np.array([cells[code] for code in codes])
    assert (steps(land, np.tile(cells["island"], (len(land), 1))) > 1).all()


@pytest.mark.parametrize("codes", [["a", "a"], ["a", "b"]])
def test_repeated_codes_and_places_that_are_no_numbers_are_refused(codes):
    with pytest.raises(DataError):
        tile_layout(codes, np.array([[0, 0], [np.nan, 1]]), {})


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_areas(n):
    assert len(tile_layout(["a"][:n], np.zeros((n, 2)), {})) == n


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-999, 999), st.integers(-999, 999)), min_size=2, max_size=10),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15),
)
def test_any_places_get_one_tile_each_and_always_the_same(places, touching):
    codes = [f"A{k}" for k in range(len(places))]
    near = {code: [f"A{b}" for a, b in touching if f"A{a}" == code] for code in codes}
    cells = tile_layout(codes, np.array(places, dtype=float), near)
    assert sorted(cells) == codes
    assert len(set(cells.values())) == len(codes)
    assert min(min(cell) for cell in cells.values()) >= 0
    assert tile_layout(codes, np.array(places, dtype=float), near) == cells


# the shipped layout


def test_shipped_tiles_are_one_to_one_with_the_areas():
    tiles = read_tiles()
    assert set(tiles.places) == set(read_boundaries().codes(UPPER))
    assert len(set(tiles.places.values())) == len(tiles.places)


def test_the_shipped_layout_keeps_neighbours_and_directions():
    codes, xy = centroids()
    quality = layout_quality(read_tiles().places, codes, xy, read_boundaries().adjacent(UPPER))
    assert quality.together > 0.65
    assert quality.within_two > 0.93
    assert quality.displacement < 1.4
    assert quality.north_south > 0.97
    assert quality.east_west > 0.94


def joined(cells):
    """How many pieces a set of cells falls into."""
    left, pieces = {tuple(cell) for cell in cells}, 0
    while left:
        edge, pieces = [left.pop()], pieces + 1
        while edge:
            here = np.array([edge.pop()])
            touching = [cell for cell in left if steps(np.array([cell]), here)[0] == 1]
            left -= set(touching)
            edge += touching
    return pieces


def test_great_britain_london_and_wales_hold_together_and_islands_stand_off():
    places = read_tiles().places
    mainland = {code: cell for code, cell in places.items() if code not in ISLANDS}
    assert joined(mainland.values()) == 1
    assert joined(cell for code, cell in mainland.items() if code.startswith("E09")) == 1
    assert joined(cell for code, cell in mainland.items() if code.startswith("W")) == 1
    assert joined(cell for code, cell in mainland.items() if code.startswith("S")) == 1
    assert joined(places.values()) == 1 + len(ISLANDS)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is absent")
def test_the_shipped_layout_is_truer_than_the_published_hexjson():
    hexes = json.loads((SHARED / "boundaries" / "utla_hex.hexjson").read_text(encoding="utf-8"))["hexes"]
    ours = read_tiles().places
    top = max(cell["r"] for cell in hexes.values())
    top += top % 2  # rows run northwards there; keep odd rows odd
    theirs = {code: (cell["q"], top - cell["r"]) for code, cell in hexes.items() if code in ours}
    codes, xy = centroids()
    near = read_boundaries().adjacent(UPPER)
    published = layout_quality(theirs, codes, xy, near)
    shipped = layout_quality({code: ours[code] for code in theirs}, codes, xy, near)
    assert shipped.areas == published.areas == 146
    assert shipped.together > published.together
    assert shipped.within_two > published.within_two
    assert shipped.displacement < published.displacement
    assert shipped.north_south > published.north_south
    assert shipped.east_west > published.east_west
