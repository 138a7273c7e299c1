"""How far two divisions of areas agree, and how good one is for the data it was made from."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from goodwork.analysis.partitions import DENSE, Partition, expected
from goodwork.analysis.similarity import Labels
from goodwork.model.panel import Values

#: Areas compared with all others at once; labels of divisions looked at together.
ROWS, CELLS = 500, 1 << 22


def contingency(one: Labels, others: Labels, groups: int) -> Values:
    """Areas that are in group i of one division and group j of each other, ``(draws, groups, groups)``.

    ``one`` is ``(areas,)``, ``others`` ``(draws, areas)``; −1 counts in neither.
    """
    found = np.empty((len(others), groups, groups))
    step = max(1, CELLS // max(len(one), 1))
    for at in range(0, len(others), step):
        some = others[at : at + step]
        both = (one >= 0) & (some >= 0)
        cell = (np.arange(len(some))[:, None] * groups + one) * groups + some
        counts = np.bincount(cell[both], minlength=len(some) * groups**2)
        found[at : at + step] = counts.reshape(-1, groups, groups)
    return found


def variation_of_information(table: Values) -> tuple[Values, Values]:
    """Variation of information, in nats and as a share of the most there can be, from tables ``(..., groups, groups)``.

    0: the same division; a share of 1: knowing one division says nothing of the other. Meilă (2007).

    >>> nats, share = variation_of_information(np.array([[[2.0, 0], [0, 2]], [[1, 1], [1, 1]]]))
    >>> nats.round(3).tolist(), share.tolist()
    ([0.0, 1.386], [0.0, 1.0])
    """
    part = table / np.maximum(table.sum(axis=(-1, -2), keepdims=True), 1)
    joint = _entropy(part.reshape(*part.shape[:-2], -1))
    alone = _entropy(part.sum(axis=-1)) + _entropy(part.sum(axis=-2))
    nats = np.maximum(2 * joint - alone, 0.0)
    nats = np.where(nats < 1e-12, 0.0, nats)
    return nats, np.divide(nats, alone, out=np.zeros_like(nats), where=alone > 1e-12)


def _entropy(part: Values) -> Values:
    return np.asarray(-(part * np.log(np.where(part > 0, part, 1.0))).sum(axis=-1))


def adjusted_rand(table: Values) -> Values:
    """Adjusted Rand index from tables ``(..., groups, groups)``: 1 the same division, 0 as by chance.

    Hubert & Arabie (1985).

    >>> adjusted_rand(np.array([[2.0, 0], [0, 2]])).item()
    1.0
    """
    pairs = (table * (table - 1) / 2).sum(axis=(-1, -2))
    rows, columns = table.sum(axis=-1), table.sum(axis=-2)
    a, b = (rows * (rows - 1) / 2).sum(axis=-1), (columns * (columns - 1) / 2).sum(axis=-1)
    n = table.sum(axis=(-1, -2))
    chance = a * b / np.maximum(n * (n - 1) / 2, 1)
    span = (a + b) / 2 - chance
    return np.asarray(np.where(np.abs(span) < 1e-12, 1.0, (pairs - chance) / np.where(span == 0, 1.0, span)))


def matched(one: Labels, others: Labels, groups: int) -> Labels:
    """Other divisions ``(draws, areas)`` with their groups renamed to fit the first ``(areas,)``, so that as many areas
    as possible agree (Kuhn 1955).

    >>> matched(np.array([0, 0, 1]), np.array([[1, 1, 0]]), 2).tolist()
    [[0, 0, 1]]
    """
    tables = contingency(one, others, groups)
    names = np.array([linear_sum_assignment(-table.T)[1] for table in tables], dtype=others.dtype).reshape(-1, groups)
    names = np.concatenate([names, np.full((len(names), 1), -1, dtype=names.dtype)], axis=1)  # -1 stays -1
    return np.take_along_axis(names, others, axis=1)


def silhouette(points: Values, labels: Labels) -> Values:
    """How much nearer each area is to its own group than to the next, −1 to 1, ``(areas,)``; 0 for a group of one.

    ``points`` are ``(areas, members)`` without gaps; areas are compared in blocks, and of more than ``DENSE`` areas
    only every so-many-th, so that the others are NaN. Rousseeuw (1987).

    >>> silhouette(np.array([[0.0], [1.0], [9.0], [10.0]]), np.array([0, 0, 1, 1])).round(3).tolist()
    [0.895, 0.882, 0.882, 0.895]
    """
    groups = int(labels.max()) + 1
    member = np.eye(groups)[labels]
    size = member.sum(axis=0)
    chosen = np.arange(0, len(points), -(-len(points) // DENSE))
    blocks = [cdist(points[chosen[at : at + ROWS]], points) @ member for at in range(0, len(chosen), ROWS)]
    total = np.concatenate(blocks)
    mine = labels[chosen]
    own = np.arange(len(chosen)), mine
    inside = total[own] / np.maximum(size[mine] - 1, 1)
    mean = total / np.maximum(size, 1)
    mean[own] = np.inf
    mean[:, size == 0] = np.inf
    outside = mean.min(axis=1)
    with np.errstate(invalid="ignore"):
        width = (outside - inside) / np.maximum(inside, outside)
    found = np.full(len(points), np.nan)
    found[chosen] = np.where((size[mine] > 1) & np.isfinite(width), width, 0.0)
    return found


def scatter(points: Values, labels: Labels, groups: int) -> Values:
    """Sum of squared distances to the mean of the own group; points ``(sets, areas, members)``, labels ``(sets,
    areas)``, result ``(sets,)``."""
    member = (labels[..., None, :] == np.arange(groups)[:, None]).astype(float)
    centre = member @ points / np.maximum(member.sum(axis=-1), 1)[..., None]
    return np.asarray(((points - np.take_along_axis(centre, labels[..., None], axis=-2)) ** 2).sum(axis=(-1, -2)))


def references(points: Values, number: int, rng: np.random.Generator) -> Values:
    """Invented points without groups, ``(number, areas, members)``: even over the box of the principal axes."""
    centre = points.mean(axis=0)
    axes = np.linalg.svd(points - centre, full_matrices=False)[2]
    turned = (points - centre) @ axes.T
    return np.asarray(rng.uniform(turned.min(axis=0), turned.max(axis=0), (number, *turned.shape)) @ axes + centre)


def gap(
    points: Values, labels: Labels, groups: int, way: Partition, flat: Values, rng: np.random.Generator
) -> tuple[float, float]:
    """How much tighter the groups are than the same method makes them where there are none, in logs, and its error.

    ``flat`` are points without groups, see :func:`references`. Tibshirani, Walther & Hastie (2001).
    """
    there = np.ones((len(flat), 1, points.shape[0]), dtype=bool)
    found = np.log(np.maximum(scatter(flat, way(flat, there, groups, rng)[:, 0], groups), 1e-300))
    ours = np.log(np.maximum(scatter(points[None], labels[None], groups), 1e-300))[0]
    return float(found.mean() - ours), float(found.std() * np.sqrt(1 + 1 / len(flat)))


def bic(points: Values, labels: Labels, groups: int) -> float:
    """Bayesian information criterion of a normal mixture begun at a division; lower is better. Fraley & Raftery (2002).

    One covariance in common: ``groups × members`` means, ``groups − 1`` shares, ``members (members + 1) / 2``.
    """
    areas, members = points.shape
    there = np.ones((1, 1, areas), dtype=bool)
    likelihood = expected(points[None], there, labels[None, None], groups)[1][0, 0]
    free = groups * members + groups - 1 + members * (members + 1) / 2
    return float(free * np.log(areas) - 2 * likelihood)
