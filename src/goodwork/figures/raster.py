"""A whole country of small areas as one picture: every area a hexagon of a few pixels, painted at once."""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodwork.figures.colour import DARK as BORDER
from goodwork.figures.colour import HATCH_GROUND, HATCH_LINE

Whole = NDArray[np.intp]
ROW = 3**0.5 / 2
#: Half the height of a pointed hexagon, in widths.
HALF = 1 / 3**0.5
NOTHING = -1
#: Hexagons are no wider than so many pixels.
WIDEST = 24


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells (column, row) of pointed hexagons, odd rows half a cell east, as a picture of at most ``across`` pixels.

    ``area`` ``(high, wide)`` is the number of the area at each pixel, ``NOTHING`` where there is none; ``size`` the
    width of a hexagon in pixels.
    """

    area: Whole
    size: float

    @classmethod
    def of(cls, column: Whole, row: Whole, across: int = 900) -> Grid:
        """The picture of areas in cells, from the westernmost and northernmost on.

        >>> grid = Grid.of(np.array([0, 1]), np.array([0, 0]), across=8)
        >>> grid.area[2].tolist(), grid.size
        ([0, 0, 0, 0, 1, 1, 1, 1], 4.0)
        """
        row = row - (row.min() - row.min() % 2)  # an even number of rows, so that odd rows stay odd
        east = column + 0.5 * (row % 2)
        west, north = east.min(), row.min()
        wide, tall = east.max() - west + 1, (row.max() - north) * ROW + 2 * HALF
        size = float(np.clip(across // wide, 1, WIDEST))  # whole pixels: alike hexagons pack well
        table = np.full((row.max() + 3, column.max() - column.min() + 3), NOTHING)
        table[row + 1, column - column.min() + 1] = np.arange(len(row))
        x = (np.arange(round(wide * size)) + 0.5) / size + west
        y = (np.arange(int(np.ceil(tall * size))) + 0.5) / size + north * ROW
        upper = np.floor((y - HALF) / ROW).astype(np.intp)
        best, found = np.full((len(y), len(x)), np.inf), np.full((len(y), len(x)), NOTHING)
        for near in (upper, upper + 1):  # the nearest centre is in one of the two rows beside a pixel
            shift = 0.5 * (near % 2)[:, None]
            at = np.floor(x[None, :] - shift).astype(np.intp)
            far = (x[None, :] - shift - at - 0.5) ** 2 + (y - near * ROW - HALF)[:, None] ** 2
            line = np.clip(near + 1, 0, len(table) - 1)[:, None]
            there = table[line, np.clip(at - column.min() + 1, 0, table.shape[1] - 1)]
            closer = far < best
            best[closer], found[closer] = far[closer], there[closer]
        return cls(found, size)

    def parted(self, group: Whole) -> NDArray[np.bool_]:
        """The pixels at the border between two groups of areas, ``group`` ``(areas,)``."""
        of = np.where(self.area == NOTHING, NOTHING, group[self.area])
        here = np.zeros(of.shape, dtype=bool)
        here[:, 1:] |= (of[:, 1:] != of[:, :-1]) & (of[:, 1:] >= 0) & (of[:, :-1] >= 0)
        here[1:] |= (of[1:] != of[:-1]) & (of[1:] >= 0) & (of[:-1] >= 0)
        return here

    def outlines(self, group: Whole, count: int) -> list[str]:
        """Each group of areas as the path of an SVG in pixels: along its sides, in steps of one row of hexagons."""
        step = max(round(self.size * ROW), 1)
        lines = self.area[step // 2 :: step]
        of = np.pad(np.where(lines == NOTHING, NOTHING, group[lines]), 1, constant_values=NOTHING)
        row, x = np.nonzero(of[:, 1:] != of[:, :-1])  # a side that runs down: one group west of it, another east
        starts = [(of[row, x], x, row - 1, x, row), (of[row, x + 1], x, row, x, row - 1)]
        row, x = np.nonzero(of[1:] != of[:-1])  # a pixel of a side that runs across
        pair = of[row, x] * (count + 2) + of[row + 1, x]
        new = np.append(True, (np.diff(row) != 0) | (np.diff(x) != 1) | (np.diff(pair) != 0))[: len(row)]
        first, last = np.flatnonzero(new), np.append(np.flatnonzero(new)[1:], len(row)) - 1
        here, west, east = row[first], x[first] - 1, x[last]
        starts += [(of[here, west + 1], east, here, west, here), (of[here + 1, west + 1], west, here, east, here)]
        sides = np.concatenate([np.stack(part, axis=1) for part in starts])
        sides = sides[sides[:, 0] != NOTHING]
        sides = sides[np.argsort(sides[:, 0], kind="stable")]
        ends = np.searchsorted(sides[:, 0], np.arange(count + 1))
        return [_loops(sides[a:b, 1:].tolist(), step) for a, b in itertools.pairwise(ends)]


def _loops(sides: list[list[int]], step: int) -> str:
    """Sides (x, row, x, row), each beginning where another ends, as closed lines."""
    after: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for x, row, to, on in sides:
        after.setdefault((x, row), []).append((to, on))
    path = []
    while after:
        start = here = next(iter(after))
        path.append(f"M{here[0]} {here[1] * step}")
        while True:
            there = after[here].pop()
            if not after[here]:
                del after[here]
            path.append(f"h{there[0] - here[0]}" if there[1] == here[1] else f"v{(there[1] - here[1]) * step}")
            here = there
            if here == start:
                break
        path.append("z")
    return "".join(path)


def painted(grid: Grid, of: Whole, group: Whole, colours: Sequence[str]) -> bytes:
    """A grid as a PNG: each area in the colour of its class, hatched for class −1, a line between groups, nothing where
    there is no area. The same bytes each time."""
    place = np.where(grid.area == NOTHING, 0, of[grid.area] + 4)
    down, right = np.indices(place.shape)
    place[(place == 3) & ((down + right) % 3 == 0)] = 2
    place[grid.parted(group)] = 1
    return png(place.astype(np.uint8), ["#ffffff", BORDER, HATCH_LINE, HATCH_GROUND, *colours])


def png(pixels: NDArray[np.uint8], palette: Sequence[str]) -> bytes:
    """Pixels ``(high, wide)``, each the number of a colour ``#rrggbb``, as PNG; the first colour is not painted.

    >>> png(np.zeros((2, 3), dtype=np.uint8), ["#ffffff"])[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    high, wide = pixels.shape
    lines = np.concatenate([np.zeros((high, 1), dtype=np.uint8), pixels], axis=1)
    head = struct.pack(">IIBBBBB", wide, high, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", head), (b"PLTE", b"".join(bytes.fromhex(colour[1:]) for colour in palette)), (b"tRNS", b"\0"),
        (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b""),
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
