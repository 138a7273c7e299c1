"""Put the children of a node together (handbook step 7).

In every method a gap counts for nothing: the weights are shared out over the children that have a score and a weight,
which gives what leaving the missing child out of the framework would give. An area without any such child is NaN.
Scores have no unit of their own; a method keeps the scale of its children unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from goodwork.errors import MethodError
from goodwork.index.frontier import benefit_of_the_doubt
from goodwork.index.layout import weighted_sum
from goodwork.index.outranking import ALIKE, copeland, kemeny
from goodwork.index.weighting import per_area, shares, weight_there
from goodwork.model.panel import Values
from goodwork.plugins import Registry

#: name → function(scores, weights, **parameters): ``scores`` is (..., areas, children) with NaN for gaps, ``weights``
#: is (..., children) or one set per area; returns (..., areas), NaN where an area has nothing.
AGGREGATION: Registry[Callable[..., Values]] = Registry("aggregation")

#: Methods for scores above zero only; they refuse others by name.
POSITIVE = frozenset({"geometric", "harmonic", "mazziotta-pareto"})
#: Methods by which an area's score depends on which other areas there are.
RELATIVE = frozenset({"benefit-of-the-doubt", "copeland", "kemeny", "topsis", "wroclaw"})
#: Methods by which a gain in one child never lowers an area's own score.
MONOTONE = frozenset({
    "arithmetic", "geometric", "harmonic", "generalised-mean", "median", "minimum", "mean-min", "owa", "copeland",
    "topsis", "benefit-of-the-doubt",
})  # fmt: skip

RESHARED = "weights shared out over the children that have a score"
JRC = "OECD/JRC (2008), section 1.7"


@AGGREGATION.register("arithmetic", formula="Σ wᵢxᵢ", source=JRC, gaps=RESHARED, oracle="COINr a_amean")
def arithmetic(scores: Values, weights: Values) -> Values:
    """Weighted arithmetic mean of what is there: weights are re-scaled over the children that have a score.

    Fully compensatory: a strength makes up for a weakness. Handbook step 7; OECD/JRC (2008) section 1.7.

    >>> arithmetic(np.array([[1.0, 3.0], [np.nan, 3.0], [np.nan, np.nan]]), np.array([0.5, 0.5]))
    array([ 2.,  3., nan])
    """
    of_area, gaps = per_area(weights, scores), np.isnan(scores)
    filled = np.where(gaps, 0.0, scores) if gaps.any() else scores
    return weighted_sum(of_area, filled) / weight_there(of_area, gaps)


@AGGREGATION.register("geometric", formula="Π xᵢ^wᵢ", source=JRC, gaps=RESHARED, oracle="COINr a_gmean")
def geometric(scores: Values, weights: Values) -> Values:
    """Weighted geometric mean: a low score is made up for only in part, and the more it costs the lower it is.

    Raises ``MethodError`` for a score of zero or less, before anything is computed. Handbook step 7; OECD/JRC (2008)
    section 1.7; used by the Human Development Index since 2010.

    >>> geometric(np.array([[1.0, 4.0], [np.nan, 4.0]]), np.array([0.5, 0.5])).round(9)
    array([2., 4.])
    """
    return np.exp(arithmetic(_logarithms(scores, weights), weights))


@AGGREGATION.register("harmonic", formula="1 / Σ (wᵢ/xᵢ)", source=JRC, gaps=RESHARED, oracle="COINr a_hmean")
def harmonic(scores: Values, weights: Values) -> Values:
    """Weighted harmonic mean: nearer to the lowest score than the geometric mean.

    Raises ``MethodError`` for a score of zero or less. Handbook step 7; OECD/JRC (2008) section 1.7.

    >>> harmonic(np.array([[1.0, 3.0]]), np.array([0.5, 0.5]))
    array([1.5])
    """
    return np.reciprocal(arithmetic(_inverses(scores, weights), weights))


@AGGREGATION.register(
    "generalised-mean",
    formula="(Σ wᵢxᵢᵖ)^(1/p)",
    source="Hardy, Littlewood and Pólya (1934); Decancq and Lugo (2013)",
    gaps=RESHARED,
    oracle="COINr a_genmean, p = 2",
)
def generalised_mean(scores: Values, weights: Values, *, p: float = 0.5) -> Values:
    """Weighted power mean: ``p`` = 1 is the arithmetic mean, 0 the geometric, −1 the harmonic; the lower, the more a
    weakness costs.

    Raises ``MethodError`` for a score below zero, or of zero where ``p`` is zero or less (with ``p`` = 1 any score
    will do), and for a ``p`` that is not finite. Handbook step 7; Decancq and Lugo (2013).

    >>> generalised_mean(np.array([[1.0, 7.0]]), np.array([0.5, 0.5]), p=2)
    array([5.])
    """
    if not np.isfinite(p):
        raise MethodError(f"the generalised mean cannot use p = {p:g}", remedy="use minimum, or a finite p")
    if p == 1:
        return arithmetic(scores, weights)
    if abs(p) < 1e-8:
        return geometric(scores, weights)
    allowed = _positive(scores, weights, f"the generalised mean with p = {p:g}", zero=p > 0)
    unit = (np.fmax if p > 0 else np.fmin).reduce(allowed, axis=-1, keepdims=True)
    unit = np.where(unit > 0, unit, 1.0)
    return np.asarray(unit[..., 0] * arithmetic((allowed / unit) ** p, weights) ** (1.0 / p))


@AGGREGATION.register(
    "median", formula="x with half of the weight on either side", source="Edgeworth (1888)", gaps=RESHARED,
    oracle="numpy.median, equal weights",
)  # fmt: skip
def median(scores: Values, weights: Values) -> Values:
    """Weighted median: the score that has half of the weight on either side, or the middle between the two that do.

    With equal weights the ordinary median. One extreme child does not move it. Handbook step 7; Edgeworth (1888).

    >>> median(np.array([[1.0, 2.0, 9.0], [1.0, np.nan, 9.0]]), np.array([1.0, 1.0, 1.0]))
    array([2., 5.])
    """
    share, ordered = _ordered(scores, weights)
    up_to = np.cumsum(share, axis=-1)
    lower = np.argmax(up_to >= 0.5 - 1e-9, axis=-1)[..., None]
    upper = np.argmax(up_to > 0.5 + 1e-9, axis=-1)[..., None]
    middle = (np.take_along_axis(ordered, lower, -1) + np.take_along_axis(ordered, upper, -1)) / 2
    return np.where(np.isnan(up_to[..., -1]), np.nan, middle[..., 0])


@AGGREGATION.register("minimum", formula="min xᵢ", source=JRC, gaps="left out", oracle="numpy.nanmin")
def minimum(scores: Values, weights: Values) -> Values:
    """The weakest child with a weight: nothing makes up for it. Weights matter only where they are zero.

    Handbook step 7; OECD/JRC (2008) section 1.7.

    >>> minimum(np.array([[1.0, 4.0], [np.nan, 4.0]]), np.array([0.5, 0.5]))
    array([1., 4.])
    """
    return np.asarray(np.fmin.reduce(np.where(per_area(weights, scores) > 0, scores, np.nan), axis=-1))


@AGGREGATION.register(
    "mean-min",
    formula="M − α(√((M − min)² + β²) − β)",
    source="Casadio Tarabusi and Guarini (2013)",
    gaps=RESHARED,
    oracle="by hand; α = 0 arithmetic mean, α = 1 and β = 0 minimum",
)
def mean_min(scores: Values, weights: Values, *, alpha: float = 0.5, beta: float = 0.0) -> Values:
    """The mean lowered by its distance from the weakest child: between the arithmetic mean and the minimum.

    ``alpha`` (0 to 1) is how much imbalance costs, ``beta`` (score units, 0 or more) how small distances are spared.
    Raises ``MethodError`` for others. Handbook step 7; Casadio Tarabusi and Guarini (2013).

    >>> mean_min(np.array([[1.0, 4.0]]), np.array([0.5, 0.5]), alpha=0.5)
    array([1.75])
    """
    if not 0 <= alpha <= 1 or beta < 0:
        raise MethodError(
            f"mean-min cannot use alpha = {alpha:g}, beta = {beta:g}", remedy="alpha is 0 to 1, beta 0 or more"
        )
    mean = arithmetic(scores, weights)
    return np.asarray(mean - alpha * (np.hypot(mean - minimum(scores, weights), beta) - beta))


@AGGREGATION.register(
    "mazziotta-pareto", formula="M ± S²/M", source="Mazziotta and Pareto (2016)", gaps=RESHARED, oracle="by hand"
)
def mazziotta_pareto(scores: Values, weights: Values, *, sign: int = -1) -> Values:
    """The mean with a penalty for imbalance: the standard deviation of an area's scores times their variation (S/M).

    ``sign`` is −1 where more is better (as everywhere here) and +1 for an index of something bad. Made for scores of
    mean 100 and standard deviation 10 (``z-score`` with ``mean`` and ``sd``), or, to compare years, of 70 to 130
    between goalposts (``goalposts`` with ``start`` and ``scale``). Population SD, weighted. Not monotone where scores
    differ by more than their mean. Raises ``MethodError`` for a score of zero or less. Handbook step 7; Mazziotta and
    Pareto (2016).

    >>> mazziotta_pareto(np.array([[90.0, 110.0], [100.0, np.nan]]), np.array([0.5, 0.5]))
    array([ 99., 100.])
    """
    if sign not in (-1, 1):
        raise MethodError(f"mazziotta-pareto cannot use sign = {sign}", remedy="−1: more is better; +1: less is better")
    allowed = _positive(scores, weights, "the Mazziotta–Pareto index")
    mean = arithmetic(allowed, weights)
    return mean + sign * arithmetic((allowed - mean[..., None]) ** 2, weights) / mean


@AGGREGATION.register(
    "owa",
    formula="Σ (Q(Wⱼ) − Q(Wⱼ₋₁)) x₍ⱼ₎, best first, W cumulated shares, Q through the cumulated order weights",
    source="Yager (1988); Torra (1997)",
    gaps=RESHARED,
    oracle="by hand; order (1,) arithmetic mean, equal weights Yager's OWA",
)
def owa(scores: Values, weights: Values, *, order: Sequence[float] = (1.0, 2.0)) -> Values:
    """Ordered weighted average: how much a score counts depends on its place among the area's own, best first.

    ``order`` holds weights from best to worst, up to a factor; they are stretched over the weight that is there, so
    (1, 2) lets the worse half count double, (0, 1) leaves the better half out, (1,) is the arithmetic mean. With as
    many order weights as children, equally weighted, it is Yager's OWA. Raises ``MethodError`` for negative order
    weights or none. Handbook step 7; Yager (1988); Torra (1997).

    >>> owa(np.array([[4.0, 1.0], [4.0, np.nan]]), np.array([0.5, 0.5]), order=(1, 2))
    array([2., 4.])
    """
    of_place = np.asarray(order, dtype=float)
    if of_place.ndim != 1 or not np.isfinite(of_place).all() or (of_place < 0).any() or of_place.sum() <= 0:
        raise MethodError("owa needs order weights of zero or more, not all zero", remedy="such as order = [1, 2]")
    share, ordered = _ordered(scores, weights)
    knots = np.linspace(0.0, 1.0, of_place.size + 1)
    heights = np.concatenate([[0.0], np.cumsum(of_place / of_place.sum())])
    worse = np.interp(np.minimum(np.cumsum(share, axis=-1), 1.0), 1.0 - knots[::-1], 1.0 - heights[::-1])
    return np.asarray((np.diff(worse, axis=-1, prepend=0.0) * ordered).sum(axis=-1))


@AGGREGATION.register(
    "topsis", formula="d⁻ / (d⁺ + d⁻), d = √Σ wᵢ(xᵢ − endᵢ)²", source="Hwang and Yoon (1981)", gaps=RESHARED,
    oracle="by hand",
)  # fmt: skip
def topsis(scores: Values, weights: Values) -> Values:
    """How near an area is to the best score of every child, against how near to the worst: 1 is the best on all.

    Best and worst are those of the areas in the same period, so scores of periods are not comparable. 0.5 where best
    and worst are the same. Handbook step 7; Hwang and Yoon (1981).

    >>> topsis(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), np.array([0.5, 0.5]))
    array([0. , 0.5, 1. ])
    """
    far, near = _distance(scores, weights, np.fmax), _distance(scores, weights, np.fmin)
    apart = np.where(far + near == 0, 1.0, far + near)
    return np.where(far + near == 0, 0.5, near / apart)


@AGGREGATION.register(
    "wroclaw", formula="1 − d / (mean d + 2 SD d), d = √Σ wᵢ(xᵢ − bestᵢ)²", source="Hellwig (1968)", gaps=RESHARED,
    oracle="by hand",
)  # fmt: skip
def wroclaw(scores: Values, weights: Values) -> Values:
    """Hellwig's taxonomic measure: one less the distance from the best score of every child, in units of the distance
    that is exceptional (mean and two standard deviations over areas).

    1 is the best on all; rarely below 0. Depends on the areas of the same period: a gain that moves the best score
    away from the others can change every score. 1 for all where nobody is away from the best. Handbook step 7;
    Hellwig (1968).

    >>> wroclaw(np.array([[1.0], [2.0], [3.0]]), np.array([1.0])).round(2)
    array([0.24, 0.62, 1.  ])
    """
    distance = np.ascontiguousarray(_distance(scores, weights, np.fmax))
    here = ~np.isnan(distance)
    count = np.maximum(here.sum(axis=-1, keepdims=True), 1)
    mean = np.where(here, distance, 0.0).sum(axis=-1, keepdims=True) / count
    spread = np.sqrt(np.where(here, (distance - mean) ** 2, 0.0).sum(axis=-1, keepdims=True) / count)
    exceptional = mean + 2 * spread
    return np.asarray(1.0 - distance / np.where(exceptional > 0, exceptional, 1.0))


PAIRWISE = "a pair is compared on the children both areas have"
AGGREGATION.register(
    "copeland", formula="areas outranked − areas outranking", source="Copeland (1951); Munda and Nardo (2009)",
    gaps=PAIRWISE, oracle="COINr a_copeland",
)(copeland)  # fmt: skip
AGGREGATION.register(
    "kemeny", formula="areas below, in the order with the largest sum of outranking shares above the diagonal",
    source="Kemeny (1959); Young and Levenglick (1978)", gaps=PAIRWISE, oracle="every order tried, six areas",
)(kemeny)  # fmt: skip


@AGGREGATION.register(
    "benefit-of-the-doubt",
    formula="max Σ wᵢxᵢ of each area, Σ wᵢxᵢ ≤ 1 for all areas, shares of w (or of wx) between low and high",
    source="Melyn and Moesen (1991); Cherchye et al. (2007)",
    gaps="carry no weight and set no standard; bounds are scaled over what is there",
    oracle="all vertices enumerated; the envelopment form solved by scipy.optimize.linprog",
)
def most_favourable_score(
    scores: Values, weights: Values, *, low: Any = 0.0, high: Any = 1.0, of: str = "weight"
) -> Values:
    """The highest mean an area can have under one set of weights by which no area exceeds 1: its distance from the
    frontier of what others reach.

    0 to 1, and 1 for somebody unless bounds are ``of="score"``. Weights matter only where they are zero: the area finds
    its own, within ``low`` and ``high``; see :func:`~goodwork.index.frontier.benefit_of_the_doubt`, which also says
    what they are and raises ``MethodError`` for negative scores and impossible bounds. Depends on the areas of the
    same period. Handbook step 7; Melyn and Moesen (1991).

    >>> most_favourable_score(np.array([[4.0, 1.0], [1.0, 2.0], [2.0, 1.0]]), np.array([0.5, 0.5])).round(3)
    array([1.   , 1.   , 0.714])
    """
    return benefit_of_the_doubt(np.where(per_area(weights, scores) > 0, scores, np.nan), low, high, of)[0]


def _logarithms(scores: Values, weights: Values) -> Values:
    return np.log(_positive(scores, weights, "the geometric mean"))


def _inverses(scores: Values, weights: Values) -> Values:
    return np.reciprocal(_positive(scores, weights, "the harmonic mean"))


#: Means that are arithmetic on a scale of their own (Kolmogorov 1930; Nagumo 1930): what takes scores there, and back.
SCALES: dict[str, tuple[Callable[[Values, Values], Values], Callable[[Values], Values]]] = {
    "geometric": (_logarithms, np.exp),
    "harmonic": (_inverses, np.reciprocal),
}


def _positive(scores: Values, weights: Values, method: str, zero: bool = False) -> Values:
    """The scores, with ones in place of wrong ones that have no weight; refuses wrong ones (zero or less) that have."""
    wrong = scores < 0 if zero else scores <= 0
    if not wrong.any():
        return scores
    counts = wrong & (per_area(weights, scores) > 0)
    if counts.any():
        position = tuple(int(i) for i in np.argwhere(counts)[0])
        score = np.broadcast_to(scores, counts.shape)[position]
        raise MethodError(
            f"{method} needs scores {'of zero or more' if zero else 'above zero'}; found {score:.4g}",
            remedy="normalise to a positive scale, such as min-max with low = 1, or z-score with mean = 100, sd = 10",
            position=position,
            failing=counts.any(axis=(-2, -1)).tolist(),
        )
    return np.where(wrong, 1.0, scores)


def _ordered(scores: Values, weights: Values) -> tuple[Values, Values]:
    """Shares and scores of each area from the lowest score to the highest; what does not count comes last, as zero."""
    share = shares(scores, weights)
    counts = share > 0
    order = np.argsort(np.where(counts, scores, np.inf), axis=-1, kind="stable")
    filled = np.where(counts, scores, 0.0)
    return np.take_along_axis(share, order, -1), np.take_along_axis(filled, order, -1)


def _distance(scores: Values, weights: Values, end: np.ufunc) -> Values:
    """Weighted Euclidean distance of each area from the end (``np.fmax``: best) of every child over the areas."""
    apart = scores - end.reduce(scores, axis=-2, keepdims=True)
    return np.sqrt(arithmetic(np.where(np.abs(apart) <= ALIKE, 0.0, apart) ** 2, weights))
