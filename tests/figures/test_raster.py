"""Pictures of hexagons: every pixel belongs to the nearest centre, outlines hold what they go round."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.figures.raster import HALF, NOTHING, ROW, Grid, painted, png


@pytest.fixture(scope="module")
def cells() -> np.ndarray:
    """Cells with holes, not beginning at an even row."""
    rng = np.random.default_rng(1)
    column, row = (axis.ravel() for axis in np.mgrid[3:15, 5:20])
    return np.column_stack([column, row])[rng.random(len(column)) < 0.8]


def test_every_pixel_shows_the_area_whose_centre_is_nearest(cells: np.ndarray) -> None:
    grid = Grid.of(cells[:, 0], cells[:, 1], across=200)
    high, wide = grid.area.shape
    assert wide <= 200
    row = cells[:, 1] - (cells[:, 1].min() - cells[:, 1].min() % 2)
    east = cells[:, 0] + 0.5 * (row % 2)
    centres = np.column_stack([east - east.min() + 0.5, (row - row.min()) * ROW + HALF])
    y, x = (np.indices((high, wide)) + 0.5) / grid.size
    far = np.hypot(x[..., None] - centres[:, 0], y[..., None] - centres[:, 1])
    shown = grid.area != NOTHING
    assert shown.mean() > 0.6
    mine = np.take_along_axis(far, grid.area[..., None].clip(0), axis=-1)[..., 0]
    assert np.allclose(mine[shown], far.min(axis=-1)[shown])
    assert (far.min(axis=-1)[~shown] > 0.5 - 1e-9).all()  # within half a width of a centre there is its area
    assert set(np.unique(grid.area[shown])) == set(range(len(cells)))


def test_outlines_go_round_the_pixels_of_their_group(cells: np.ndarray) -> None:
    grid = Grid.of(cells[:, 0], cells[:, 1], across=240)
    group = (cells[:, 0] > 8).astype(np.intp) + 2 * (cells[:, 1] > 12)
    paths = grid.outlines(group, 5)
    assert paths[4] == ""  # nobody is in it
    for k, path in enumerate(paths[:4]):
        twice, x, y = 0, 0, 0
        for loop in path.split("z")[:-1]:
            head, *steps = loop.replace("h", " h").replace("v", " v").split(" ")[0:1] + _steps(loop)
            x, y = (int(n) for n in (head[1:], loop.split(" ")[1].split("h")[0].split("v")[0]))
            for way, by in steps:
                twice += -y * by if way == "h" else x * by
                x, y = (x + by, y) if way == "h" else (x, y + by)
        step = max(round(grid.size * ROW), 1)
        lines = grid.area[step // 2 :: step]
        assert twice == 2 * step * int((np.where(lines == NOTHING, -1, group[lines]) == k).sum())


def _steps(loop: str) -> list[tuple[str, int]]:
    import re

    return [(way, int(by)) for way, by in re.findall(r"([hv])(-?\d+)", loop)]


def test_a_picture_is_the_same_bytes_each_time_and_has_its_colours(cells: np.ndarray) -> None:
    grid = Grid.of(cells[:, 0], cells[:, 1], across=100)
    of, group = np.arange(len(cells)) % 3 - 1, np.zeros(len(cells), dtype=np.intp)
    made = painted(grid, of, group, ["#112233", "#445566"])
    assert made == painted(grid, of, group, ["#112233", "#445566"])
    assert bytes.fromhex("112233445566") in made
    assert png(np.zeros((1, 1), dtype=np.uint8), ["#ffffff"]).endswith(b"IEND\xaeB`\x82")
