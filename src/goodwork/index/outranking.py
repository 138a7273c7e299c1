"""Pairwise comparison of areas (handbook step 7): outranking shares, Copeland's score, the Condorcet–Kemeny order.

Nothing is compensated: a child counts for the better area of a pair with its whole weight, however large the
difference. A pair is compared on the children that both areas have; their weights share out the whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import MethodError
from goodwork.model.panel import Values

#: Differences that are not larger decide nothing, so that rounding in the last digit never makes a winner.
ALIKE = 1e-9
#: Numbers of pairs worked on at once: a few arrays of this size stay in a processor's cache.
CELLS = 1 << 15
#: The Kemeny order is found exactly up to this many areas; its cost doubles with each further one.
MOST_AREAS = 10


def outranking(scores: Values, weights: Values, *, indifference: float = ALIKE) -> Values:
    """The share of the weight on which each area (row) is better than each other one (column); ties count half.

    ``scores`` is ``(..., areas, children)``, ``weights`` ``(..., children)`` or one set per area (a pair then takes the
    mean of the two); returns ``(..., areas, areas)`` with zeros on the diagonal and NaN where a pair has no child in
    common. Differences up to ``indifference``, in score units, are ties. Elsewhere a share and the one across the
    diagonal sum to one. Handbook step 7; OECD/JRC (2008) section 1.7; Munda and Nardo (2009).

    >>> outranking(np.array([[1.0, 3.0], [2.0, 2.0], [np.nan, 9.0]]), np.array([0.75, 0.25]))
    array([[0.  , 0.25, 0.  ],
           [0.75, 0.  , 0.  ],
           [1.  , 1.  , 0.  ]])
    """
    flat, shared, lead = _flat(scores, weights)
    areas = scores.shape[-2]
    matrix = np.empty((flat.shape[0], areas, areas))
    for leads, rows in _blocks(flat.shape[0], areas):
        net, common = _compared(flat, shared, leads, rows, indifference)
        with np.errstate(invalid="ignore", divide="ignore"):
            matrix[leads, rows] = 0.5 + 0.5 * net / np.where(common > 0, common, np.nan)
    matrix[:, np.arange(areas), np.arange(areas)] = 0.0
    return matrix.reshape(*lead, areas, areas)


def copeland(scores: Values, weights: Values, *, indifference: float = ALIKE) -> Values:
    """Number of areas that an area outranks less the number that outrank it.

    ``scores`` is ``(..., areas, children)``, ``weights`` ``(..., children)`` or one set per area; returns
    ``(..., areas)``: whole numbers, counts of areas, that sum to zero; NaN where an area has no score. One area
    outranks another that is worse on more than half of the weight they have in common; with nothing in common neither
    does. Scores depend on which other areas there are. Memory stays small whatever the number of areas or draws.
    Handbook step 7; Copeland (1951); Munda and Nardo (2009).

    >>> copeland(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, np.nan]]), np.array([0.5, 0.5]))
    array([-2.,  0.,  2.])
    """
    flat, shared, lead = _flat(scores, weights)
    found = np.empty((flat.shape[0], areas := flat.shape[1]))
    for leads, rows in _blocks(flat.shape[0], areas):
        net, _ = _compared(flat, shared, leads, rows, indifference, with_common=False)
        found[leads, rows] = np.count_nonzero(net > ALIKE, axis=-1) - np.count_nonzero(net < -ALIKE, axis=-1)
    return np.where(_scored(flat, shared), found, np.nan).reshape(*lead, areas)


def kemeny(scores: Values, weights: Values, *, indifference: float = ALIKE) -> Values:
    """Number of areas below each in the order of areas that agrees best with all pairwise comparisons.

    ``scores`` is ``(..., areas, children)``, ``weights`` ``(..., children)`` or one set per area; returns
    ``(..., areas)``, NaN where an area has no score. Where several orders agree equally well the number is their
    average, so that the order of rows never decides. Exact, by dynamic programming over sets of areas; raises
    ``MethodError`` for more than ten areas. Handbook step 7; Kemeny (1959); Young and Levenglick (1978); Munda and
    Nardo (2009).

    >>> kemeny(np.array([[1.0, 1.0, 3.0], [2.0, 2.0, 1.0], [3.0, 1.0, 2.0]]), np.array([0.4, 0.3, 0.3]))
    array([0., 1., 2.])
    """
    areas = scores.shape[-2]
    if areas > MOST_AREAS:
        raise MethodError(
            f"the Kemeny order of {areas} areas cannot be found exactly: it is for {MOST_AREAS} areas at most",
            remedy="use copeland, or fewer areas",
        )
    flat, shared, lead = _flat(scores, weights)
    here = _scored(flat, shared)
    net = 2 * np.nan_to_num(outranking(flat, shared, indifference=indifference), nan=0.5) - 1
    net = np.where(here[:, :, None] & here[:, None, :], net, 1.0 * here[:, :, None] - here[:, None, :])
    net[:, np.arange(areas), np.arange(areas)] = 0.0
    places = np.concatenate([_mean_places(block) for block in np.array_split(net, len(net) // 64 + 1)])
    below = here.sum(axis=-1, keepdims=True) - 1 - places
    return np.where(here, below.round(9), np.nan).reshape(*lead, areas)


def _mean_places(net: Values) -> Values:
    """The place of each area (0 = first), averaged over the best orders; ``net`` is antisymmetric, (leads, n, n).

    ``best[S]`` is the agreement reached when the set S takes the first places, ``rest[S]`` what the others can add to
    it; ``ways`` and ``ends`` count the orders that reach them.
    """
    n = net.shape[-1]
    sets = np.arange(1 << n)
    inside = (sets[:, None] >> np.arange(n)) & 1
    size = inside.sum(axis=1)
    gain = net @ (1.0 - inside.T)
    best = np.where(sets == 0, 0.0, np.full((len(net), 1 << n), -np.inf))
    rest = np.where(sets == sets[-1], 0.0, np.full((len(net), 1 << n), -np.inf))
    ways, ends = 1.0 * np.isfinite(best), 1.0 * np.isfinite(rest)
    steps = [[(i, np.nonzero((size == k) & (inside[:, i] == 0))[0]) for i in range(n)] for k in range(n)]
    for step in steps:
        for i, at in step:
            best[:, at | 1 << i] = np.maximum(best[:, at | 1 << i], best[:, at] + gain[:, i, at])
        for i, at in step:
            reached = best[:, at] + gain[:, i, at] > best[:, at | 1 << i] - ALIKE
            ways[:, at | 1 << i] += np.where(reached, ways[:, at], 0.0)
    for step in reversed(steps):
        for i, at in step:
            rest[:, at] = np.maximum(rest[:, at], rest[:, at | 1 << i] + gain[:, i, at])
        for i, at in step:
            reached = rest[:, at | 1 << i] + gain[:, i, at] > rest[:, at] - ALIKE
            ends[:, at] += np.where(reached, ends[:, at | 1 << i], 0.0)
    places = np.zeros(net.shape[:2])
    for step in steps:
        for i, at in step:
            through = best[:, at] + gain[:, i, at] + rest[:, at | 1 << i] > best[:, -1:] - ALIKE
            places[:, i] += (np.where(through, ways[:, at] * ends[:, at | 1 << i], 0.0) * size[at]).sum(axis=-1)
    return np.asarray(places / ways[:, -1:])


def _flat(scores: Values, weights: Values) -> tuple[Values, Values, tuple[int, ...]]:
    """Scores as (leads, areas, children), weights as (leads, areas or 1, children) that sum to one; the shape of the
    leading axes, which broadcast."""
    of_area = weights if weights.ndim == scores.ndim else weights[..., None, :]
    lead = np.broadcast_shapes(scores.shape[:-2], of_area.shape[:-2])
    total = of_area.sum(axis=-1, keepdims=True)
    shared = of_area / np.where(total > 0, total, 1.0)
    flat, shared = (np.broadcast_to(part, lead + part.shape[-2:]) for part in (scores, shared))
    children = scores.shape[-1]
    return flat.reshape(-1, scores.shape[-2], children), shared.reshape(-1, shared.shape[-2], children), lead


def _scored(flat: Values, shared: Values) -> NDArray[np.bool_]:
    """Whether an area has a child with a figure and a weight; (leads, areas)."""
    return np.asarray((~np.isnan(flat) & (shared > 0)).any(axis=-1))


def _blocks(leads: int, areas: int) -> Iterator[tuple[slice, slice]]:
    """Parts of (leads, areas) whose pairs with all areas number about ``CELLS``: whole leads, or rows of one."""
    many = max(1, CELLS // (areas * areas))
    rows = areas if areas * areas <= CELLS else max(1, CELLS // areas)
    for lead in range(0, leads, many):
        for row in range(0, areas, rows):
            yield slice(lead, lead + many), slice(row, row + rows)


def _compared(
    flat: Values, shared: Values, leads: slice, rows: slice, indifference: float, with_common: bool = True
) -> tuple[Values, Values]:
    """For a block of areas against all: weight for less weight against, and weight in common; (leads, rows, areas)."""
    mine, others, weights = flat[leads, rows], flat[leads], shared[leads]
    alike = weights.shape[1] == 1
    net = np.zeros((*mine.shape[:2], others.shape[1]))
    common = np.zeros_like(net) if with_common else net
    for child in range(flat.shape[-1]):
        apart = mine[:, :, None, child] - others[:, None, :, child]
        weight = weights[:, :, None, child]
        if not alike:
            weight = (weights[:, rows, None, child] + weights[:, None, :, child]) / 2
        better, worse = (apart > indifference).view(np.int8), (apart < -indifference).view(np.int8)
        net += weight * (better - worse)
        if with_common:
            common += weight * ~np.isnan(apart)
    return net, common
