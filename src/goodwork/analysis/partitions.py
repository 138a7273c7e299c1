"""Ways to divide areas into groups of the same kind, each for many draws of areas at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.sparse import block_diag, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

from goodwork.analysis.graphs import (
    beside,
    connected_graph,
    group_counts,
    louvain,
    merged_to,
    moved_to_gain,
    split,
)
from goodwork.analysis.similarity import Labels, Mask
from goodwork.errors import MethodError
from goodwork.model.panel import Values
from goodwork.plugins import Registry

#: ``(points, drawn, groups, rng) → labels``: points ``(sets, areas, members)`` without gaps, drawn and labels ``(sets,
#: draws, areas)``, labels from 0 and −1 where an area is not drawn.
Partition = Callable[[Values, Mask, int, np.random.Generator], Labels]

PARTITION: Registry[Partition] = Registry("partition")

#: Beyond this many areas no method may hold a table of areas by areas.
DENSE = 5000
RESTARTS, STEPS = 5, 100
#: Resolution to begin with, and its growth until there are groups enough; the range around it that draws are given.
FIRST, GROWTH, AROUND = 0.4, 1.4, (0.8, 1.4)


@PARTITION.register(
    "graph",
    formula="modularity of the nearest-neighbour graph, at resolutions around the least that gives so many groups",
    source="Blondel et al. (2008); Reichardt & Bornholdt (2006)",
    gaps="areas with gaps are placed afterwards, at the nearest centroid",
    oracle="all partitions of small graphs",
)
def graph_partition(points: Values, drawn: Mask, groups: int, rng: np.random.Generator) -> Labels:
    """Communities of the similarity graph. Each draw has a resolution of its own, so that what lasts does not hang on
    one; where it gives more than ``groups``, those whose union loses least modularity are joined."""
    sets, draws, areas = drawn.shape
    everyone = np.ones((1, areas), dtype=bool)
    graphs = []
    for place, some in zip(points, drawn, strict=True):
        alone = connected_graph(place, everyone)
        graphs.append((alone, beside(*alone, draws) if some.all() else connected_graph(place, some)))
    (whole, of_whole), (graph, of) = (_side_by_side([pair[i] for pair in graphs]) for i in range(2))
    enough = _least_resolution(whole, of_whole, groups, np.full(sets, FIRST), rng)[1]
    start = np.repeat(enough, draws) * rng.uniform(*AROUND, sets * draws)
    labels, used = _least_resolution(graph, of, groups, start, rng)
    labels = merged_to(graph, of, labels, groups, used)
    labels = moved_to_gain(graph, of, labels + of * groups, used, rng, keep=True) - of * groups
    return split(labels, of, drawn.reshape(-1, areas)).reshape(drawn.shape)


def _side_by_side(graphs: list[tuple[csr_array, Labels]]) -> tuple[csr_array, Labels]:
    if len(graphs) == 1:
        return graphs[0]
    starts = np.cumsum([0, *(int(of.max()) + 1 for _, of in graphs)])
    ofs = [of + start for (_, of), start in zip(graphs, starts, strict=False)]
    return csr_array(block_diag([graph for graph, _ in graphs], format="csr")), np.concatenate(ofs)


def _least_resolution(
    graph: csr_array, of: Labels, groups: int, start: Values, rng: np.random.Generator
) -> tuple[Labels, Values]:
    """Communities, at least ``groups`` in every draw, and the resolutions ``(draws,)`` that gave them."""
    resolution = start.copy()
    labels = louvain(graph, of, resolution, rng)
    while len(few := np.flatnonzero(group_counts(labels, of) < groups)):
        resolution[few] *= GROWTH
        nodes = np.flatnonzero(np.isin(of, few))
        part = graph[nodes][:, nodes].tocsr()
        labels[nodes] = louvain(part, np.searchsorted(few, of[nodes]), resolution[few], rng)
    return labels, resolution


@PARTITION.register(
    "k-means",
    formula="least sum of squared distances to the mean of the own group",
    source="Lloyd (1982); Arthur & Vassilvitskii (2007)",
    gaps="areas with gaps are placed afterwards, at the nearest centroid",
    oracle="scikit-learn's KMeans",
)
def k_means(points: Values, drawn: Mask, groups: int, rng: np.random.Generator) -> Labels:
    """The best of several runs from spread-out starts; no group is left empty."""
    best = np.full(drawn.shape[:2], np.inf)
    found = np.full(drawn.shape, -1, dtype=np.intp)
    for _ in range(RESTARTS):
        labels, cost = _lloyd(points, drawn, groups, rng)
        better = cost < best - 1e-12
        best, found = np.where(better, cost, best), np.where(better[..., None], labels, found)
    return found


def _lloyd(points: Values, drawn: Mask, groups: int, rng: np.random.Generator) -> tuple[Labels, Values]:
    """One run from a spread-out start: labels, and the sum of squares ``(sets, draws)``; a draw that has settled is not
    looked at again."""
    sets, draws, areas = drawn.shape
    square = (points**2).sum(axis=-1)
    here = drawn.reshape(-1, areas)
    centres = _spread_out(points, drawn, groups, rng).reshape(len(here), groups, -1)
    labels, nearest = np.full(here.shape, -1, dtype=np.intp), np.zeros(here.shape)
    moving = np.arange(len(here))
    for _ in range(STEPS):
        own = np.zeros(1, dtype=np.intp) if sets == 1 else moving // draws
        centre = centres[moving]
        if sets == 1:
            apart = (centre.reshape(-1, centre.shape[-1]) @ points[0].T).reshape(len(moving), groups, areas)
        else:
            apart = centre @ points[own].swapaxes(-1, -2)
        apart *= -2
        apart += square[own, None]
        apart += (centre**2).sum(axis=-1)[..., None]
        now = np.where(here[moving], apart.argmin(axis=1), -1)
        near = np.where(here[moving], apart.min(axis=1), 0.0)
        _fill_empty(now[None], near[None], groups)
        changed = (now != labels[moving]).any(axis=1)
        labels[moving], nearest[moving] = now, near
        if not changed.any():
            break
        moving = moving[changed]
        if sets == 1:
            centres[moving] = centroids(points, now[None, changed], groups)[0]
        else:
            centres[moving] = centroids(points[own[changed]], now[changed, None], groups)[:, 0]
    return labels.reshape(drawn.shape), nearest.reshape(drawn.shape).sum(axis=-1)


def _spread_out(points: Values, drawn: Mask, groups: int, rng: np.random.Generator) -> Values:
    """Starting centres, ``(sets, draws, groups, members)``: each next one far from those before, by lot."""
    sets, draws, _ = drawn.shape
    centres = np.empty((sets, draws, groups, points.shape[-1]))
    chance = drawn.astype(float)
    nearest = np.full(drawn.shape, np.inf)
    for g in range(groups):
        total = chance.cumsum(axis=-1)
        lot = rng.random((sets, draws, 1)) * total[..., -1:]
        pick = np.minimum((total <= lot).sum(axis=-1), drawn.shape[-1] - 1)
        centres[:, :, g] = points[np.arange(sets)[:, None], pick]
        apart = ((points[:, None] - centres[:, :, g, None]) ** 2).sum(axis=-1)
        nearest = np.minimum(nearest, apart)
        chance = np.where(drawn, nearest + 1e-12, 0.0)
    return centres


def _fill_empty(labels: Labels, far: Values, groups: int) -> None:
    """Give each empty group the area that lies farthest from its own centre, in place."""
    rows = np.arange(labels.size // labels.shape[-1])[:, None] * (groups + 1)
    cell = (labels.reshape(len(rows), -1) + 1 + rows).ravel()
    counts = np.bincount(cell, minlength=len(rows) * (groups + 1)).reshape(*labels.shape[:-1], -1)[..., 1:]
    for s, d, g in np.argwhere(counts == 0):
        own = labels[s, d]
        alone = np.bincount(own[own >= 0], minlength=groups)[own] < 2
        pick = np.where((own < 0) | alone, -1.0, far[s, d]).argmax()
        labels[s, d, pick], far[s, d, pick] = g, 0.0


def centroids(points: Values, labels: Labels, groups: int) -> Values:
    """Mean of each group, ``(sets, draws, groups, members)``; NaN for an empty one.

    >>> centroids(np.array([[[1.0], [3.0], [8.0]]]), np.array([[[0, 0, 1]]]), 2).ravel().tolist()
    [2.0, 8.0]
    """
    member = (labels[..., None, :] == np.arange(groups)[:, None]).astype(float)
    count = member.sum(axis=-1)[..., None]
    with np.errstate(invalid="ignore"):
        return np.asarray((member @ points[:, None]) / np.where(count > 0, count, np.nan))


@PARTITION.register(
    "ward",
    formula="joining, step by step, the two groups whose union adds least to the sum of squares within",
    source="Ward (1963)",
    gaps="areas with gaps are placed afterwards, at the nearest centroid",
    oracle="scikit-learn's AgglomerativeClustering",
)
def ward(points: Values, drawn: Mask, groups: int, rng: np.random.Generator) -> Labels:
    """Ward's tree, cut where there are ``groups``."""
    check_dense(points.shape[-2], "ward")
    found = np.full(drawn.shape, -1, dtype=np.intp)
    for s, d in np.ndindex(drawn.shape[:2]):
        here = drawn[s, d]
        found[s, d, here] = cut(linkage(points[s, here], "ward"), groups)
    return found


def cut(tree: Values, groups: int) -> Labels:
    """The groups of a tree of scipy's making, exactly so many, ``(areas,)``.

    >>> cut(linkage(np.array([[0.0], [1.0], [9.0]])), 2).tolist()
    [0, 0, 1]
    """
    areas = len(tree) + 1
    done = areas - groups
    joined = np.concatenate([tree[:done, 0], tree[:done, 1]]).astype(np.intp)
    above = np.tile(np.arange(areas, areas + done), 2)
    size = areas + done
    links = csr_array((np.ones(2 * done), (joined, above)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1][:areas], dtype=np.intp)


@PARTITION.register(
    "mixture",
    formula="the likeliest of so many normal distributions with one covariance in common",
    source="Dempster, Laird & Rubin (1977); Fraley & Raftery (2002)",
    gaps="areas with gaps are placed afterwards, at the nearest centroid",
    oracle="scikit-learn's GaussianMixture",
)
def mixture(points: Values, drawn: Mask, groups: int, rng: np.random.Generator) -> Labels:
    """Each area goes to the distribution it most likely comes from; one covariance in common, because a hundred areas
    are too few for one each."""
    labels = k_means(points, drawn, groups, rng)
    member, _ = expected(points, drawn, labels, groups)
    found = np.where(drawn, member.argmax(axis=-1), -1)
    empty = ((found[..., None] == np.arange(groups)).sum(axis=-2) == 0).any(axis=-1)
    return np.where(empty[..., None], labels, found)


def expected(points: Values, drawn: Mask, labels: Labels, groups: int, steps: int = STEPS) -> tuple[Values, Values]:
    """A normal mixture fitted from a start: each area's chances of the groups ``(sets, draws, areas, groups)``, and the
    log-likelihood ``(sets, draws)``."""
    members = points.shape[-1]
    chance = (labels[..., None] == np.arange(groups)).astype(float)
    place = points[:, None]
    count = drawn.sum(axis=-1)
    last = np.full(drawn.shape[:2], -np.inf)
    for _ in range(steps):
        size = np.maximum(chance.sum(axis=-2), 1e-9)
        mean = chance.swapaxes(-1, -2) @ place / size[..., None]
        second = (place * drawn[..., None]).swapaxes(-1, -2) @ place
        within = second - (mean * size[..., None]).swapaxes(-1, -2) @ mean
        covariance = within / count[..., None, None] + 1e-6 * np.eye(members)
        root = np.linalg.inv(np.linalg.cholesky(covariance)).swapaxes(-1, -2)
        white, centre = place @ root, mean @ root
        apart = (white**2).sum(axis=-1)[..., None] - 2 * white @ centre.swapaxes(-1, -2)
        apart = apart + (centre**2).sum(axis=-1)[..., None, :]
        spread = np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)[..., None, None]
        log = np.log(size / count[..., None])[..., None, :] + spread - 0.5 * (apart + members * np.log(2 * np.pi))
        top = log.max(axis=-1, keepdims=True)
        total = top[..., 0] + np.log(np.exp(log - top).sum(axis=-1))
        chance = np.exp(log - total[..., None]) * drawn[..., None]
        likelihood = np.where(drawn, total, 0.0).sum(axis=-1)
        if (likelihood - last < 1e-6 * count).all():
            break
        last = likelihood
    return chance, likelihood


@PARTITION.register(
    "k-medoids",
    formula="least sum of distances to the most central area of the own group",
    source="Kaufman & Rousseeuw (1990); Park & Jun (2009)",
    gaps="areas with gaps are placed afterwards, at the nearest centroid",
    oracle="every choice of medoids in small cases",
)
def k_medoids(points: Values, drawn: Mask, groups: int, rng: np.random.Generator) -> Labels:
    """From the groups of k-means, the most central area of each and the areas nearest to it, in turn, until settled."""
    check_dense(points.shape[-2], "k-medoids")
    apart = np.stack([cdist(p, p) for p in points])[:, None]
    labels = k_means(points, drawn, groups, rng)
    for _ in range(STEPS):
        member = (labels[..., None] == np.arange(groups)).astype(float)
        cost = np.where(member > 0, apart @ member, np.inf)
        centre = cost.argmin(axis=-2)
        away = np.take_along_axis(
            np.broadcast_to(apart, (*drawn.shape, drawn.shape[-1])), centre[..., None, :], axis=-1
        )
        own = np.broadcast_to(centre[..., None], (*centre.shape, groups))
        np.put_along_axis(away, own, np.where(np.eye(groups) > 0, -1.0, np.inf)[None, None], axis=-2)
        before, labels = labels, np.where(drawn, away.argmin(axis=-1), -1)
        if np.array_equal(before, labels):
            break
    return labels


@PARTITION.register(
    "consensus",
    formula="average linkage on the share of the other methods that put two areas together",
    source="Strehl & Ghosh (2002); Monti et al. (2003)",
    gaps="areas with gaps are placed afterwards, at the nearest centroid",
    oracle="",
)
def consensus(points: Values, drawn: Mask, groups: int, rng: np.random.Generator) -> Labels:
    """What the five other methods agree on."""
    check_dense(points.shape[-2], "consensus")
    votes = [way(points, drawn, groups, rng) for way in (graph_partition, k_means, ward, mixture, k_medoids)]
    found = np.full(drawn.shape, -1, dtype=np.intp)
    for s, d in np.ndindex(drawn.shape[:2]):
        here = drawn[s, d]
        upper = np.triu_indices(int(here.sum()), 1)
        together = np.mean([(v[s, d, here][:, None] == v[s, d, here])[upper] for v in votes], axis=0)
        found[s, d, here] = cut(linkage(1 - together, "average"), groups)
    return found


def check_dense(areas: int, method: str) -> None:
    """Raise ``MethodError`` where a method would need a table of too many areas by areas."""
    if areas > DENSE:
        raise MethodError(
            f"{method} compares every area with every other, which is too much for {areas:,} areas",
            remedy=f"use graph or k-means beyond {DENSE:,} areas",
            areas=areas,
        )
