"""A tile map: every area one hexagon of the same size, near its neighbours, so that small areas are seen as well as
large ones.

Own algorithm, in three steps, all deterministic:

1. *Relax.* Areas become discs of one size. Discs that overlap push apart; areas that touch on the ground are drawn
   together, each in its true direction; all are held loosely to where they were (after Dorling, 1996, Area Cartograms).
2. *Assign.* Discs go to cells of a hexagonal lattice, one each, with the least sum of squared moves (linear
   assignment); of four positions of the lattice the one best after step 3 is kept, preferring a map in fewer pieces.
3. *Exchange.* Tiles swap places or step into free cells while that lowers the cost: neighbours apart, turned, or far
   from their place, and groups that do not touch on the ground (islands) touching on the map.

Cells are (column, row), pointed hexagons, "odd-r": rows run southwards, odd rows are shifted half a cell east.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

from goodwork.errors import DataError

Array = NDArray[Any]
ROW = np.sqrt(3) / 2  # height of a row in widths of a tile
TORN = 20.0  # cost of one more piece in the whole map
STRAIT = 2.0  # tiles between the centres of two areas divided by water


@dataclass(frozen=True, slots=True)
class LayoutQuality:
    """How true a tile layout is: shares of 1, and a distance in tiles.

    ``together``: adjacent pairs on adjacent tiles; ``within_two``: at most two steps apart; ``displacement``: mean
    distance from the true place, both maps scaled to the same spread; ``north_south``, ``east_west``: pairs of areas
    in the right order.
    """

    areas: int
    pairs: int
    together: float
    within_two: float
    displacement: float
    north_south: float
    east_west: float


def centres(cells: Array) -> Array:
    """Centres of cells in widths of a tile, y northwards. Shapes: (n, 2) → (n, 2).

    >>> centres(np.array([[0, 0], [0, 1]])).round(3).tolist()
    [[0.0, 0.0], [0.5, -0.866]]
    """
    return np.column_stack([cells[:, 0] + 0.5 * (cells[:, 1] % 2), -cells[:, 1] * ROW])


def steps(one: Array, other: Array) -> Array:
    """Tiles to walk from one cell to another. Shapes: (n, 2), (n, 2) → (n,)."""
    across = [cell[:, 0] - (cell[:, 1] - cell[:, 1] % 2) // 2 for cell in (one, other)]
    dq, dr = across[0] - across[1], one[:, 1] - other[:, 1]
    return np.asarray(np.max([np.abs(dq), np.abs(dr), np.abs(dq + dr)], axis=0))


def tile_layout(codes: Sequence[str], xy: Array, adjacency: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, int]]:
    """One cell (column, row) for every area, none twice.

    Shapes: n codes, (n, 2) centroids in a plane (any unit), code → codes it touches. DataError: repeated codes, no
    finite place.
    """
    places = np.asarray(xy, dtype=float).reshape(-1, 2)
    if len(set(codes)) != len(codes) or len(codes) != len(places) or not np.isfinite(places).all():
        raise DataError("a tile layout needs one finite place for every code, and every code once")
    order = sorted(range(len(codes)), key=lambda k: codes[k])
    names, places = [codes[k] for k in order], places[order]
    if len(names) < 2:
        return dict.fromkeys(names, (0, 0))
    pairs = _pairs(names, adjacency)
    group = _groups(len(names), pairs)
    links, rest = _links(places, pairs, group)
    spread = relax(places, links, rest, group)
    target = _directions(places, links) * rest[:, None]
    starts = (_assigned(spread + np.array([dx, dy]) / 2 * (1, ROW)) for dx in range(2) for dy in range(2))
    found = (_exchange(cells, spread, links, target, group) for cells in starts)
    _, cells = min(found, key=lambda each: each[0] + TORN * _pieces(each[1]))
    low = cells.min(axis=0) - [0, cells[:, 1].min() % 2]
    return {name: (int(column), int(row)) for name, (column, row) in zip(names, cells - low, strict=True)}


def relax(places: Array, links: Array, rest: Array, group: Array, rounds: int = 600) -> Array:
    """Places of equal discs, one wide, that hardly overlap and keep their links' length and direction. Shapes: (n, 2)
    → (n, 2)."""
    n = len(places)
    home = (places - places.mean(axis=0)) / max(float(np.sqrt(places.var(axis=0).sum())), 1e-9)
    home = home * np.sqrt(n * ROW / 2 / np.pi) * 1.5
    now = home + 1e-3 * np.column_stack([np.cos(np.arange(n)), np.sin(np.arange(n))])  # so that equal places can part
    room = np.where(group[:, None] == group, 1.0, STRAIT * 0.9)
    wish = _directions(places, links) * rest[:, None]
    for k in range(rounds):
        apart = now[:, None] - now
        distance = np.sqrt((apart**2).sum(axis=2)) + np.eye(n) * 1e9
        push = np.maximum(room - distance, 0) / np.maximum(distance, 1e-6)
        move = 0.3 * (push[:, :, None] * apart).sum(axis=1)
        pull = 0.08 * (1 - k / rounds / 2) * (wish - (now[links[:, 1]] - now[links[:, 0]]))
        np.add.at(move, links[:, 0], -pull)
        np.add.at(move, links[:, 1], pull)
        length = np.sqrt((move**2).sum(axis=1, keepdims=True))
        now = now + move * np.minimum(1, 0.5 / np.maximum(length, 1e-9)) + 0.003 * (home - now)
    return np.asarray(now)


def _pair_cost(offset: Array, target: Array) -> Array:
    """Cost of two linked areas from the offset of their tiles and the offset wished for: apart, and turned. Shape:
    (..., 2)."""
    reach, wish = np.sqrt((offset**2).sum(axis=-1)), np.sqrt((target**2).sum(axis=-1))
    turned = 1 - (offset * target).sum(axis=-1) / np.maximum(reach * wish, 1e-9)
    apart = np.maximum(reach - wish, 0)
    return np.asarray(4 * np.minimum(apart, 1) + 1.5 * apart**2 + 2.5 * turned)


def _exchange(cells: Array, spread: Array, links: Array, target: Array, group: Array) -> tuple[float, Array]:
    """The layout after every exchange that pays, best first, with its cost.

    Shapes: (n, 2) cells, (n, 2) relaxed places, (m, 2) links, (m, 2) wished offsets, (n,) groups → cost, (n, 2) cells.
    """
    low, high = cells.min(axis=0) - 1, cells.max(axis=0) + 1
    lattice = np.stack(np.meshgrid(*(np.arange(a, b + 1) for a, b in zip(low, high, strict=True)), indexing="ij"), -1)
    lattice = lattice.reshape(-1, 2)
    here = (cells[:, 0] - low[0]) * (high[1] - low[1] + 1) + cells[:, 1] - low[1]
    at, n = centres(lattice), len(cells)
    near = 3.0 * (np.abs(cdist(at, at) - 1) < 0.1)
    stay = 0.15 * cdist(spread, at, "sqeuclidean")
    foreign = (group[:, None] != group).astype(float)
    one, two = np.concatenate([links, links[:, ::-1]]).T
    wish = np.concatenate([target, -target])
    everyone = np.arange(n)
    for _ in range(20 * n):
        table = stay + foreign @ near[here]
        np.add.at(table, one, _pair_cost(at[here[two], None] - at, wish[:, None]))
        own = table[everyone, here]
        free = np.setdiff1d(np.arange(len(at)), here)
        step = table[:, free] - own[:, None]
        swap = table[:, here] - own[:, None]
        swap = swap + swap.T + 2 * foreign * near[np.ix_(here, here)]
        nought, offset = np.zeros_like(wish), at[here[two]] - at[here[one]]
        swap[one, two] += (
            _pair_cost(offset, wish) + _pair_cost(-offset, wish) - _pair_cost(nought, wish) - _pair_cost(nought, -wish)
        )
        if min(step.min(), swap.min()) > -1e-9:
            break
        if step.min() <= swap.min():
            i, k = np.unravel_index(np.argmin(step), step.shape)
            here[i] = free[k]
        else:
            i, k = np.unravel_index(np.argmin(swap), swap.shape)
            here[i], here[k] = here[k], here[i]
    total = own.sum() - (own - stay[everyone, here]).sum() / 2
    return float(total), lattice[here]


def layout_quality(
    cells: Mapping[str, tuple[int, int]], codes: Sequence[str], xy: Array, adjacency: Mapping[str, Sequence[str]]
) -> LayoutQuality:
    """Judge a layout against the ground; only areas that have a tile are counted. Shapes as in :func:`tile_layout`."""
    kept = [k for k, code in enumerate(codes) if code in cells]
    names, places = [codes[k] for k in kept], np.asarray(xy, dtype=float)[kept]
    cell = np.array([cells[name] for name in names])
    pairs = _pairs(names, adjacency)
    walk = steps(cell[pairs[:, 0]], cell[pairs[:, 1]])
    map_, true = centres(cell), places - places.mean(axis=0)
    map_ = map_ - map_.mean(axis=0)
    true = true * np.sqrt((map_**2).sum() / (true**2).sum())
    i, j = np.triu_indices(len(names), 1)
    right = [np.mean((map_[i, axis] - map_[j, axis]) * (true[i, axis] - true[j, axis]) >= 0) for axis in (0, 1)]
    return LayoutQuality(
        areas=len(names),
        pairs=len(pairs),
        together=float(np.mean(walk == 1)),
        within_two=float(np.mean(walk <= 2)),
        displacement=float(np.sqrt(((map_ - true) ** 2).sum(axis=1)).mean()),
        north_south=float(right[1]),
        east_west=float(right[0]),
    )


def _pairs(names: Sequence[str], adjacency: Mapping[str, Sequence[str]]) -> Array:
    row = {name: k for k, name in enumerate(names)}
    both = {
        tuple(sorted((row[a], row[b]))) for a in adjacency for b in adjacency[a] if a in row and b in row and a != b
    }
    return np.array(sorted(both), dtype=int).reshape(-1, 2)


def _groups(n: int, pairs: Array) -> Array:
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1])


def _pieces(cells: Array) -> int:
    """How many pieces a layout falls into."""
    touching = np.argwhere(np.abs(cdist(centres(cells), centres(cells)) - 1) < 0.1)
    return len(np.unique(_groups(len(cells), touching)))


def _links(places: Array, pairs: Array, group: Array) -> tuple[Array, Array]:
    """Adjacent pairs (one tile apart), and for every smaller group its shortest tie across the water (STRAIT apart)."""
    ties: list[tuple[int, int]] = []
    largest = np.argmax(np.bincount(group))
    for k in np.unique(group):
        inside, outside = np.flatnonzero(group == k), np.flatnonzero(group != k)
        if k != largest:
            far = cdist(places[inside], places[outside])
            nearest = np.argsort(far, axis=None, kind="stable")[:1]
            ties += [
                (int(inside[i]), int(outside[j])) for i, j in zip(*np.unravel_index(nearest, far.shape), strict=True)
            ]
    across = np.array(sorted({(min(tie), max(tie)) for tie in ties}), dtype=int).reshape(-1, 2)
    return np.vstack([pairs, across]), np.concatenate([np.ones(len(pairs)), np.full(len(across), STRAIT)])


def _directions(places: Array, links: Array) -> Array:
    offset = places[links[:, 1]] - places[links[:, 0]]
    return np.asarray(offset / np.maximum(np.hypot(*offset.T), 1e-9)[:, None])


def _assigned(spread: Array) -> Array:
    """Cells for relaxed places: the least sum of squared moves over a lattice with room to spare."""
    low, high = np.floor(spread.min(axis=0)) - 2, np.ceil(spread.max(axis=0)) + 2
    columns, rows = np.arange(low[0], high[0] + 1), np.arange(np.floor(-high[1] / ROW), np.ceil(-low[1] / ROW) + 1)
    lattice = np.array([(column, row) for row in rows for column in columns], dtype=int)
    _, chosen = linear_sum_assignment(cdist(spread, centres(lattice), "sqeuclidean"))
    return np.asarray(lattice[chosen])
