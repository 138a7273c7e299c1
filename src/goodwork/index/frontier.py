"""Weights that an optimiser finds (handbook step 6): benefit of the doubt, and weights for a wanted importance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from goodwork.errors import MethodError
from goodwork.index.weighting import WEIGHTING, correlation, settled, shares, to_one
from goodwork.model.panel import Values

#: What of a child the bounds of benefit of the doubt hold for: its weight, or its part of the area's score.
BOUNDED = ("weight", "score")
#: Slack that rounding may take from a bound or from the best score.
SLACK = 1e-12
#: Correlation matrices are lifted until no eigenvalue is below this, so that the optimum is one point.
FLOOR = 1e-6


@dataclass(frozen=True, eq=False)
class Importance:
    """Weights for a wanted importance, and how near they came. All ``(..., children)``, each sums to one.

    ``importance`` is the correlation of each child with the weighted mean, as a share of all; ``distance`` ``(...)`` is
    half the sum of absolute differences from ``target``: the share of importance that is in the wrong place.
    """

    weights: Values
    target: Values
    importance: Values
    distance: Values


def benefit_of_the_doubt(scores: Values, low: Any = 0.0, high: Any = 1.0, of: str = "weight") -> tuple[Values, Values]:
    """Every area is scored with the weights that suit it best, as long as these would lift no area above one.

    ``scores`` ``(..., areas, children)``, none negative; returns the composite ``(..., areas)`` and the weights
    ``(..., areas, children)`` that give it (``composite = Σ weight × score``; they do not sum to one). ``low`` and
    ``high``, one for all or ``(children,)``, bound each child's share of the area's weights (``of="weight"``; some
    area then reaches one if none has gaps) or of its score (``of="score"``, the pie shares of Cherchye et al., under
    which nobody may reach one). A gap carries no weight, sets no standard for others, and the bounds are scaled over
    the children that are there; an area without figures is NaN. Of several sets of weights that serve an area equally
    well it gets the one with the smallest sum of squares (of weight × best score of the child), which rests on several
    children rather than on one. Raises ``MethodError`` for negative scores and for bounds that nothing can meet.

    One linear programme per area (HiGHS). Handbook step 6, section 1.6; Melyn & Moesen (1991); Cherchye, Moesen, Rogge
    & Van Puyenbroeck (2007), *Social Indicators Research* 82.

    >>> composite, weights = benefit_of_the_doubt(np.array([[4.0, 1.0], [1.0, 2.0], [2.0, 1.0]]))
    >>> composite.round(3)
    array([1.   , 1.   , 0.714])
    """
    if of not in BOUNDED:
        raise MethodError(f"bounds cannot be of {of!r}", remedy=f"choose one of {', '.join(BOUNDED)}")
    if (scores < 0).any():
        raise MethodError(
            "benefit of the doubt needs scores that are not negative",
            remedy="normalise with min-max or another method that gives no negative scores",
        )
    children = scores.shape[-1]
    bounds = np.stack([np.broadcast_to(np.asarray(bound, dtype=float), (children,)) for bound in (low, high)])
    if not ((bounds[0] >= 0) & (bounds[0] <= bounds[1])).all() or bounds[0].sum() > 1 + SLACK or bounds[1].sum() < 1:
        raise MethodError(
            "no weights can meet the bounds of benefit of the doubt",
            remedy="low must not be negative nor above high, lows sum to at most 1 and highs to at least 1",
        )
    sheets = scores.reshape(-1, *scores.shape[-2:])
    weights = np.stack([_of_areas(sheet, bounds, of) for sheet in sheets]) if len(sheets) else np.zeros_like(sheets)
    weights = weights.reshape(scores.shape)
    composite = (weights * np.nan_to_num(scores)).sum(axis=-1)
    return np.where(np.isnan(scores).all(axis=-1), np.nan, composite), weights


def _of_areas(scores: Values, bounds: Values, of: str) -> Values:
    """Weights ``(areas, children)`` for one set of areas: the linear programmes, one after the other.

    Scores are taken relative to the best of each child, so that the weights to choose from are all of one size.
    """
    best = np.nan_to_num(scores).max(axis=0)
    best = np.where(best > 0, best, 1.0)
    relative = np.nan_to_num(scores / best)
    weights = np.zeros(scores.shape)
    for area in np.nonzero(~np.isnan(scores).all(axis=1))[0]:
        here = ~np.isnan(scores[area])
        low, high = bounds[:, here]
        high = high / min(1.0, high.sum())
        own, peers = relative[area, here], relative[:, here]
        part = np.diag(own if of == "score" else 1 / best[here])
        # Each row ≤ 0: the whole times the lower bound, less the part; the part, less the whole times the upper bound.
        whole = part.sum(axis=0)
        shared = np.concatenate([(low[:, None] * whole - part)[low > 0], (part - high[:, None] * whole)[high < 1]])
        weights[area, here] = _programme(own, np.unique(peers, axis=0), shared) / best[here]
    return weights


def _programme(own: Values, peers: Values, shared: Values) -> Values:
    """The weights ``(children,)`` that lift ``own`` highest with no peer above one and every row of ``shared`` at most
    zero; among these the shortest, by Lawson & Hanson's least distance programming (1974, chapter 23)."""
    from scipy.optimize import linprog, nnls  # 40 MB that few methods need

    rows = np.concatenate([peers, shared])
    limits = np.concatenate([np.ones(len(peers)), np.zeros(len(shared))])
    solved = linprog(-own, A_ub=rows, b_ub=limits, method="highs")
    if solved.status == 3:  # a child in which all score zero may have any weight: hold it
        solved = linprog(-own, A_ub=rows, b_ub=limits, bounds=(0, 1 / SLACK), method="highs")
    if not solved.success:
        raise MethodError(f"benefit of the doubt found no weights: {solved.message}", remedy="widen the bounds")
    found = np.maximum(np.asarray(solved.x, dtype=float), 0.0)
    reached = float(own @ found)
    at_least = np.concatenate([own[None], -rows, np.eye(len(own))])
    floors = np.concatenate([[reached - SLACK], -limits - SLACK, np.zeros(len(own))])
    distances = np.concatenate([at_least.T, floors[None]])
    answer, _ = nnls(distances, np.eye(len(own) + 1)[-1])
    rest = distances @ answer - np.eye(len(own) + 1)[-1]
    if rest[-1] < 0:
        shortest = np.maximum(-rest[:-1] / rest[-1], 0.0)
        if (at_least @ shortest >= floors - 1e-9).all():
            found = shortest * (reached / float(own @ shortest) if reached > 0 else 0.0)
    return np.asarray(found / max(1.0, float((peers @ found).max())))


@WEIGHTING.register(
    "benefit-of-the-doubt",
    formula="max Σ wᵢ xᵢ of each area, Σ wᵢ xᵢ ≤ 1 for all areas, shares of w (or of w x) between low and high",
    source="Melyn & Moesen (1991); Cherchye et al. (2007); OECD/JRC (2008) section 1.6",
    gaps="carry no weight and set no standard; bounds are scaled over what is there",
    oracle="all vertices enumerated; the envelopment form solved by scipy.optimize.linprog",
)
def most_favourable(scores: Values, stated: Values, *, low: Any = 0.0, high: Any = 1.0, of: str = "weight") -> Values:
    """For every area the weights that suit it best, scaled to sum to one.

    ``scores`` ``(..., areas, children)``, none negative; returns the same shape. Where no weights lift an area above
    zero its children count the same. The composite itself is :func:`benefit_of_the_doubt`: a mean with these weights
    has the scale of the scores, not the frontier's. Raises ``MethodError`` as that function does.

    >>> most_favourable(np.array([[4.0, 1.0], [1.0, 2.0], [2.0, 1.0]]), np.ones(2)).round(3)
    array([[0.5  , 0.5  ],
           [0.111, 0.889],
           [0.25 , 0.75 ]])
    """
    _, weights = benefit_of_the_doubt(scores, low, high, of)
    here = ~np.isnan(scores)
    weights = np.where(weights.sum(axis=-1, keepdims=True) > 0, weights, here)
    return to_one(np.where(here.any(axis=-1, keepdims=True), weights, 1.0), "weights")


def wanted_importance(scores: Values, target: Values) -> Importance:
    """Weights under which each child correlates with the weighted mean in proportion to a wanted importance.

    ``scores`` ``(..., areas, children)``, ``target`` ``(children,)``. The weights maximise the target-weighted sum of
    correlations with the mean, with none negative: where such weights can give the wanted importance they give it
    exactly, and a child that has more influence than wanted through its siblings alone gets weight zero. With gaps
    pairwise correlations stand in, so that the importance reached (taken from the mean with its gaps) may be off. A
    child that does not vary has no weight. Raises ``MethodError`` for targets that are negative or all zero. Handbook
    step 6; Becker, Saisana, Paruolo & Vandecasteele (2017), *Ecological Indicators* 80; Paruolo et al. (2013).

    >>> x, y = np.array([1.0, 2, 3, 4]), np.array([2.0, 1, 4, 3])
    >>> found = wanted_importance(np.stack([x, x + 0.1 * y, y], axis=-1), np.ones(3))
    >>> found.weights.round(3), float(found.distance.round(3))
    (array([0.5, 0. , 0.5]), 0.008)
    """
    target = np.asarray(target, dtype=float)
    if target.shape != scores.shape[-1:]:
        raise MethodError(
            f"importance is given for {target.size} children, the node has {scores.shape[-1]}",
            remedy="give one for each child",
        )
    target = to_one(target, "importance")
    clean = settled(scores)
    r = correlation(clean)
    varies = ~np.isnan(np.diagonal(r, axis1=-2, axis2=-1))
    r = np.nan_to_num(r) + np.eye(r.shape[-1]) * ~varies[..., None]
    lift = np.maximum(0.0, FLOOR - np.linalg.eigvalsh(r)[..., :1])
    standard = _nonnegative(r + np.eye(r.shape[-1]) * lift[..., None], np.where(varies, target, 0.0))
    here = ~np.isnan(clean)
    count = np.maximum(here.sum(axis=-2, keepdims=True), 1)
    centred = np.where(here, clean - np.where(here, clean, 0.0).sum(axis=-2, keepdims=True) / count, 0.0)
    sd = np.sqrt((centred**2).sum(axis=-2) / count[..., 0, :])
    weights = np.divide(standard, sd, out=np.zeros_like(sd), where=varies)
    weights = to_one(np.where(weights.sum(axis=-1, keepdims=True) > 0, weights, 1.0), "weights")
    mean = (shares(clean, weights) * np.where(here, clean, 0.0)).sum(axis=-1, keepdims=True)
    reached = np.nan_to_num(correlation(np.concatenate([clean, mean], axis=-1))[..., -1, :-1])
    total = np.abs(reached).sum(axis=-1, keepdims=True)
    importance = reached / np.where(total > 0, total, 1.0)
    return Importance(weights, target, importance, np.abs(importance - target).sum(axis=-1) / 2)


def _nonnegative(r: Values, target: Values) -> Values:
    """The ``v`` ≥ 0 with the least ``v' r v / 2 − target' v``, for positive definite ``r`` ``(..., k, k)``.

    Principal pivoting: solve as if the free ones were all, exchange those with the wrong sign; after a while only the
    last of them, which ends for certain (Murty 1974).
    """
    size = target.shape[-1]
    free, value = np.ones(target.shape, dtype=bool), np.zeros(target.shape)
    for step in range(10 + 2 ** min(size, 12)):
        both = free[..., :, None] & free[..., None, :]
        value = np.linalg.solve(np.where(both, r, np.eye(size)), np.where(free, target, 0.0)[..., None])[..., 0]
        slope = (r @ value[..., None])[..., 0] - target
        wrong = np.where(free, value, slope) < -SLACK
        if not wrong.any():
            break
        if step >= 10:
            wrong &= np.cumsum(wrong[..., ::-1], axis=-1)[..., ::-1] == 1
        free ^= wrong
    return np.where(free, np.maximum(value, 0.0), 0.0)


@WEIGHTING.register(
    "correlation-equalised",
    formula="r(xᵢ, Σ w x) the same for all children, w ≥ 0",
    source="Becker, Saisana, Paruolo & Vandecasteele (2017); Paruolo, Saisana & Saltelli (2013)",
    gaps="correlations are pairwise complete",
    oracle="closed form R⁻¹ 1; scipy.optimize.nnls",
)
def correlation_equalised(scores: Values, stated: Values) -> Values:
    """Weights under which every child has the same influence, not the same weight: equal correlation with the mean.

    ``scores`` ``(..., areas, children)``; returns ``(..., children)``. See :func:`wanted_importance`, which also says
    how near the weights came.

    >>> correlation_equalised(np.array([[1.0, 2.0], [2.0, 6.0], [3.0, 4.0]]), np.ones(2)).round(3)
    array([0.667, 0.333])
    """
    return wanted_importance(scores, np.ones(scores.shape[-1])).weights


@WEIGHTING.register(
    "optimised",
    formula="r(xᵢ, Σ w x) ∝ importanceᵢ, w ≥ 0",
    source="Becker, Saisana, Paruolo & Vandecasteele (2017)",
    gaps="correlations are pairwise complete",
    oracle="closed form R⁻¹ t; scipy.optimize.nnls",
)
def optimised(scores: Values, stated: Values, *, importance: Values | None = None) -> Values:
    """Weights under which the children's correlations with the mean stand in the proportions of ``importance``.

    ``scores`` ``(..., areas, children)``, ``importance`` ``(children,)`` (in a file: a table by child); returns ``(...,
    children)``. Raises ``MethodError`` without ``importance``. See :func:`wanted_importance`.

    >>> x = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    >>> optimised(x, np.ones(2), importance=np.array([3.0, 1.0]))
    array([0.75, 0.25])
    """
    if importance is None:
        raise MethodError("weighting method 'optimised' needs importance", remedy="give one for each child")
    return wanted_importance(scores, importance).weights
