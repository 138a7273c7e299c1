"""Areas as a network: who is near whom, and the parts that hold together more than chance would have it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import cKDTree

from goodwork.analysis.similarity import Labels, Mask
from goodwork.model.panel import Values

#: Inside scipy, so it may go one day: :func:`ties` can do without, in a quarter more time for communities as a whole.
_csr_matmat: Any = getattr(getattr(sparse, "_sparsetools", None), "csr_matmat", None)

#: Links of each area; candidates looked at for each link, so that enough are left when areas are drawn anew.
NEIGHBOURS, RESERVE = 10, 4
#: Louvain: sweeps over the areas at one level, and levels, at most.
SWEEPS, LEVELS = 40, 12
#: Areas of all graphs that are divided at once, at most.
NODES = 200_000
#: Resolutions scanned.
SCANNED = np.geomspace(0.2, 4.0, 16)


def candidates(points: Values, neighbours: int = NEIGHBOURS) -> tuple[Labels, Values]:
    """The nearest other areas of each and their distances, ``(areas, reserve × neighbours)``, nearest first.

    ``points`` are ``(areas, members)`` without gaps. A k-d tree: no table of areas by areas.
    """
    wanted = min(RESERVE * neighbours, len(points) - 1)
    distance, place = map(np.asarray, cKDTree(points).query(points, k=np.arange(1, wanted + 2)))
    own = place == np.arange(len(points))[:, None]
    own[~own.any(axis=1), -1] = True  # many areas at one place: the area itself may not be among its nearest
    return place[~own].reshape(-1, wanted), distance[~own].reshape(-1, wanted)


def spanning_tree(points: Values, neighbours: int = NEIGHBOURS) -> Labels:
    """Links ``(2, areas − 1)`` of the shortest tree that connects all areas, found among ever more nearest ones."""
    wanted = RESERVE * neighbours
    while True:
        wanted = min(wanted, len(points) - 1)
        place, distance = candidates(points, max(1, -(-wanted // RESERVE)))
        near = csr_array(
            (distance.ravel() + 1e-12, place.ravel(), np.arange(len(points) + 1) * place.shape[1]),
            shape=(len(points), len(points)),
        )
        if wanted >= len(points) - 1 or connected_components(near, directed=False)[0] == 1:
            return np.stack(minimum_spanning_tree(near).nonzero()).astype(np.intp)
        wanted *= 2


def nearest_and_tree(points: Values, neighbours: int = NEIGHBOURS) -> tuple[Labels, Values, Labels]:
    """Candidates, their distances and the spanning tree of some points. Kept for the points asked about last: every
    block of draws asks for the same ones."""
    return _remembered(np.ascontiguousarray(points, dtype=float).tobytes(), points.shape[1], neighbours)


@lru_cache(maxsize=2)
def _remembered(figures: bytes, members: int, neighbours: int) -> tuple[Labels, Values, Labels]:
    points = np.frombuffer(figures).reshape(-1, members)
    place, distance = candidates(points, neighbours)
    tree = spanning_tree(points, neighbours)
    for array in (place, distance, tree):
        array.flags.writeable = False
    return place, distance, tree


def connected_graph(points: Values, drawn: Mask, neighbours: int = NEIGHBOURS) -> tuple[csr_array, Labels]:
    """The similarity graphs of many draws of areas, side by side in one matrix, and the draw of each of its nodes.

    ``points`` ``(areas, members)`` without gaps; ``drawn`` ``(draws, areas)``: nodes are the cells that are drawn, in
    order. Each area is linked with its nearest ``neighbours`` drawn ones, and along the shortest tree that connects all
    areas, so that the graph of all areas is connected. A link weighs ``exp(−d² / (sᵢ sⱼ))`` with s the distance of the
    last neighbour (Zelnik-Manor & Perona 2004); the weights of a draw add up to 1.
    """
    draws, areas = drawn.shape
    place, distance, tree = nearest_and_tree(points, neighbours)
    there = drawn[:, place]
    link = there & (there.cumsum(axis=-1, dtype=np.int16) <= neighbours) & drawn[..., None]
    reach = np.where(link, distance, 0.0).max(axis=-1)
    draw, one, slot = np.nonzero(link)
    other = place[one, slot]
    at, edge = np.nonzero(drawn[:, tree[0]] & drawn[:, tree[1]])
    draw, one, other = (np.concatenate(pair) for pair in ((draw, at), (one, tree[0, edge]), (other, tree[1, edge])))
    squared = ((points[one] - points[other]) ** 2).sum(axis=1)
    scale = np.maximum(reach[draw, one] * reach[draw, other], 1e-300)
    weight = np.maximum(np.exp(-np.where(squared > 0, squared / scale, 0.0)), 1e-9)
    number = np.cumsum(drawn.ravel()).reshape(draws, areas) - 1
    nodes = int(drawn.sum())
    low, high = number[draw, np.minimum(one, other)], number[draw, np.maximum(one, other)]
    _, first = np.unique(low * np.int64(nodes) + high, return_index=True)
    low, high, weight = low[first], high[first], weight[first]
    of = np.nonzero(drawn)[0]
    weight = weight / (2 * np.bincount(of[low], weight, draws))[of[low]]
    short = np.int32 if 2 * len(low) < np.iinfo(np.int32).max else np.int64  # half the memory to pass over
    ends = (np.concatenate([low, high]).astype(short), np.concatenate([high, low]).astype(short))
    return csr_array((np.concatenate([weight, weight]), ends), shape=(nodes, nodes)), of


def beside(graph: csr_array, of: Labels, times: int) -> tuple[csr_array, Labels]:
    """The same graphs several times over, as further draws."""
    nodes, draws = graph.shape[0], int(of.max()) + 1
    whole = graph.tocsr()
    pointers = [whole.indptr[:1], *(whole.indptr[1:] + t * whole.nnz for t in range(times))]
    indices = np.concatenate([whole.indices + t * nodes for t in range(times)])
    several = csr_array(
        (np.tile(whole.data, times), indices, np.concatenate(pointers)), shape=(nodes * times, nodes * times)
    )
    return several, np.concatenate([of + t * draws for t in range(times)])


def louvain(graph: csr_array, of: Labels, resolution: Values, rng: np.random.Generator) -> Labels:
    """Communities of high modularity in each of the graphs that stand side by side, ``(nodes,)``, from 0 in each draw.

    ``graph`` is symmetric and the weights of each draw add up to 1; ``of`` names each node's draw (all its nodes
    together); ``resolution`` ``(draws,)``: higher means more and smaller communities. All nodes look at once; of those
    that gain by moving, a random half moves, until none gains; then communities become nodes. Blondel et al. (2008);
    Reichardt & Bornholdt (2006) for the resolution.

    >>> ring = np.kron(np.eye(3), np.ones((4, 4)) - np.eye(4))
    >>> ring[3, 4] = ring[4, 3] = ring[7, 8] = ring[8, 7] = 1
    >>> louvain(csr_array(ring / ring.sum()), np.zeros(12, int), np.ones(1), np.random.default_rng(1)).tolist()
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    """
    found = np.arange(graph.shape[0])
    level, draw = graph, of
    for _ in range(LEVELS):
        moved = moved_to_gain(level, draw, np.arange(level.shape[0]), resolution, rng)
        names, first, moved = np.unique(moved, return_index=True, return_inverse=True)
        found = moved[found]
        if len(names) == level.shape[0]:
            break
        level, draw = _together(level, moved, len(names)), draw[first]
    return from_zero(moved_to_gain(graph, of, found, resolution, rng), of)


def moved_to_gain(
    graph: csr_array, of: Labels, labels: Labels, resolution: Values, rng: np.random.Generator, keep: bool = False
) -> Labels:
    """Labels ``(nodes,)`` after moves of single nodes to the community of a neighbour where modularity gains by it.

    Labels differ between draws. With ``keep`` no community loses its last two nodes.
    """
    nodes, everyone = graph.shape[0], np.arange(graph.shape[0])
    starts, ends, weight = graph.indptr, graph.indices, graph.data
    found, degree, loop = labels.astype(ends.dtype), graph.sum(axis=1), graph.diagonal()
    pull, links = resolution[of] * degree, starts[1:] - starts[:-1]
    active = everyone
    for _ in range(SWEEPS):
        whole = len(active) == nodes
        count = links[active]
        first = np.concatenate([starts[:1], count.cumsum(dtype=starts.dtype)])
        at = slice(None) if whole else (starts[active] - first[:-1]).repeat(count) + np.arange(first[-1])
        near, mine, own_pull, size = ends[at], found[active], pull[active], degree[active]
        begin, group, tie = ties(first, near, weight[at], found)
        row = everyone[: len(active)].repeat(begin[1:] - begin[:-1])
        total = np.bincount(found, degree, nodes)
        own = mine[row] == group
        gain = tie - own_pull[row] * (total[group] - own * size[row]) - own * loop[active][row]
        stay = -own_pull * (total[mine] - size)
        stay[row[own]] = gain[own]
        best = stay.copy()
        tied = (begin[1:] > begin[:-1]).nonzero()[0]
        best[tied] = np.maximum(stay[tied], np.maximum.reduceat(gain, begin[tied]))
        eager = best > stay + 1e-12
        if keep:
            eager &= np.bincount(found, minlength=nodes)[mine] > 2
        if not eager.any():
            if whole:
                break
            active = everyone  # the size of communities has changed for all
            continue
        reach = ((gain >= best[row]) & ~own).nonzero()[0][::-1]
        target = mine.copy()
        target[row[reach]] = group[reach]
        moving = eager & (rng.random(nodes)[active] < 0.5)
        if keep:  # one at a time from each community, so that none runs empty
            leaving = np.flatnonzero(moving)
            _, one = np.unique(mine[leaving], return_index=True)
            moving = np.zeros(len(active), dtype=bool)
            moving[leaving[one]] = True
        found[active[moving]] = target[moving]
        touched = np.zeros(nodes, dtype=bool)  # who may want to move next: those who could not, and those whose
        touched[active[eager]] = touched[near[moving.repeat(count)]] = True  # neighbours did
        active = touched.nonzero()[0]
    return found.astype(np.intp)


def ties(
    starts: NDArray[Any], ends: NDArray[Any], weight: Values, labels: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], Values]:
    """What the links of some nodes weigh by the community they lead to: where each node's communities begin, the
    communities, and the weights. ``starts`` ``(some + 1,)`` says where the links ``ends`` of each begin; ``labels``
    ``(nodes,)`` are the communities of all, below the number of nodes.

    The product of the links with who belongs where, by the function that scipy's sparse matrices call for it: they
    themselves take longer to be put together than the product does, and there are thousands. Neither looks whether
    labels are in range before it writes to memory, so that is looked at here: ``IndexError`` where they are not.

    >>> begin, group, weight = ties(np.array([0, 3]), np.arange(3), np.array([1.0, 2, 4]), np.array([1, 0, 1]))
    >>> begin.tolist(), dict(zip(group.tolist(), weight.tolist(), strict=True)) == {0: 2.0, 1: 5.0}
    ([0, 2], True)
    """
    some, nodes = len(starts) - 1, len(labels)
    if nodes and not 0 <= labels.min() <= labels.max() < nodes:
        raise IndexError(f"labels run from {labels.min()} to {labels.max()}, and there are {nodes} nodes")
    if _csr_matmat is None:
        member = csr_array((np.ones(nodes), labels, np.arange(nodes + 1)), shape=(nodes, nodes))
        found = csr_array((weight, ends, starts), shape=(some, nodes)) @ member
        return found.indptr, found.indices, found.data
    begin, group, total = np.empty_like(starts), np.empty_like(ends), np.empty_like(weight)
    own = np.arange(nodes + 1, dtype=starts.dtype)
    _csr_matmat(some, nodes, starts, ends, weight, own, labels, np.ones(nodes), begin, group, total)
    return begin, group[: begin[-1]], total[: begin[-1]]


def merged_to(graph: csr_array, of: Labels, labels: Labels, groups: int, resolution: Values) -> Labels:
    """Labels ``(nodes,)`` from 0 in each draw, after joining, step by step, the two communities whose union loses least
    modularity, until no draw has more than ``groups``."""
    draws, most = int(of.max()) + 1, int(labels.max()) + 1
    if most <= groups:
        return labels
    between = graph.tocoo()
    one, other = between.coords
    cell = (of[one] * most + labels[one]) * most + labels[other]
    ties = np.bincount(cell, between.data, draws * most * most).reshape(draws, most, most)
    there = np.bincount(of * most + labels, minlength=draws * most).reshape(draws, most) > 0
    belongs = np.broadcast_to(np.arange(most), (draws, most)).copy()
    every = np.arange(draws)
    while True:
        many = every[there.sum(axis=1) > groups]
        if not len(many):
            return from_zero(of * most + belongs[of, labels], of)
        degree = ties[many].sum(axis=2)
        gain = ties[many] - resolution[many, None, None] * degree[:, :, None] * degree[:, None, :]
        pair = there[many][:, :, None] & there[many][:, None, :] & np.triu(np.ones((most, most), dtype=bool), 1)
        best = np.where(pair, gain, -np.inf).reshape(len(many), -1).argmax(axis=1)
        kept, gone = np.unravel_index(best, (most, most))
        ties[many, kept] += ties[many, gone]
        ties[many, :, kept] += ties[many, :, gone]
        ties[many, gone] = ties[many, :, gone] = 0
        there[many, gone] = False
        belongs[many] = np.where(belongs[many] == gone[:, None], kept[:, None], belongs[many])


def modularity(graph: csr_array, of: Labels, labels: Labels, resolution: Values) -> Values:
    """Newman's modularity of labels ``(nodes,)``, from 0 in each draw, ``(draws,)``: at most 1, 0 for one community."""
    draws, most = int(of.max()) + 1, int(labels.max()) + 1
    between = graph.tocoo()
    one, other = between.coords
    inside = np.bincount(of[one], between.data * (labels[one] == labels[other]), draws)
    total = np.bincount(of * most + labels, graph.sum(axis=1), draws * most).reshape(draws, most)
    return np.asarray(inside - resolution * (total**2).sum(axis=1))


def group_counts(labels: Labels, of: Labels) -> Labels:
    """How many communities each draw has, ``(draws,)``; labels run from 0 in each."""
    found = np.zeros(int(of.max()) + 1, dtype=np.intp)
    np.maximum.at(found, of, labels + 1)
    return found


def from_zero(labels: Labels, of: Labels) -> Labels:
    """Labels numbered from 0 within each draw, in the order of their first nodes."""
    pair = of * np.int64(labels.max() + 1) + labels
    names, first, where = np.unique(pair, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    starts = np.searchsorted(of[first[order]], of[first[order]])
    number = np.empty(len(names), dtype=np.intp)
    number[order] = np.arange(len(names)) - starts
    return number[where]


def _together(graph: csr_array, labels: Labels, groups: int) -> csr_array:
    member = csr_array((np.ones(len(labels)), (np.arange(len(labels)), labels)), shape=(len(labels), groups))
    return csr_array(member.T @ graph @ member)


def split(values: Labels, of: Labels, drawn: Mask) -> Labels:
    """Labels of nodes as a table ``(draws, areas)``; −1 where an area is not drawn."""
    table = np.full(drawn.shape, -1, dtype=np.intp)
    table[drawn] = values
    return table


def natural_counts(points: Values, rng: np.random.Generator, runs: int = 10) -> dict[int, float]:
    """How many communities the graph of all areas has of itself: the share of runs, over resolutions evenly spaced in
    their logarithms, that give each number. A number that lasts over many resolutions is no accident of one (Lambiotte,
    Delvenne & Barahona 2014)."""
    one, alone = connected_graph(points, np.ones((1, len(points)), dtype=bool))
    resolutions = np.repeat(SCANNED, runs)
    step, found = max(1, NODES // len(points)), []
    for at in range(0, len(resolutions), step):
        some = resolutions[at : at + step]
        graph, of = beside(one, alone, len(some))
        found.append(group_counts(louvain(graph, of, some, rng), of))
    numbers, counts = np.unique(np.concatenate(found), return_counts=True)
    return {int(n): float(c) / len(resolutions) for n, c in zip(numbers, counts, strict=True)}
