"""Bring indicators to one scale (handbook step 5). Direction is applied here, once, and nowhere else.

Every method takes ``values`` and ``reference`` ``(..., areas, members)`` with the better end high and returns the shape
of ``values`` with the order of areas kept. A gap (NaN) stays a gap and counts in no statistic; where a method needs
the reference, a member without any figure in it is a gap throughout. Where a member makes a method impossible,
``MethodError`` says which, by its place in words and in the fact ``members`` (counted from 0). Limits, goalposts and
targets are in the indicator's own unit, one for each member or one for all; results have no unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from goodwork.errors import MethodError
from goodwork.index.layout import lines, table
from goodwork.index.moments import mean_and_sd
from goodwork.index.treatment import quantile
from goodwork.model.panel import Values
from goodwork.plugins import Registry

#: name → function(values, reference, **parameters); ``values`` is (..., areas, members) with the better end high,
#: ``reference`` the values that statistics are taken over, (..., any number, members), broadcast against ``values``.
NORMALISATION: Registry[Callable[..., Values]] = Registry("normalisation")

#: Methods whose result a change of unit (any factor above zero, any shift) changes; it leaves all others as they are.
OF_UNIT = frozenset({"distance-to-target", "fraction-of-maximum", "scaled", "goalposts"})
#: A parameter that has to be given, for every member.
NEEDED = float("nan")

STAY = "stay gaps and count in no statistic"
JRC = "OECD/JRC (2008), section 1.5"


def orient(values: Values, directions: Sequence[str]) -> Values:
    """Turn the sign of members for which lower is better, so that more is better everywhere.

    ``values`` is ``(..., areas, members)``; NaN stays NaN.

    >>> orient(np.array([[5.0, 5.0]]), ["higher", "lower"])
    array([[ 5., -5.]])
    """
    if "lower" not in directions:
        return values
    return np.asarray(values * np.array([-1.0 if direction == "lower" else 1.0 for direction in directions]))


@NORMALISATION.register(
    "z-score", formula="m + s(x − x̄)/σ", source=f"{JRC}; ONS Health Index (weighted)", gaps=STAY,
    oracle="COINr n_zscore; scipy.stats.zscore",
)  # fmt: skip
def z_score(
    values: Values, reference: Values, *, mean: float = 0.0, sd: float = 1.0, sample: bool = False,
    area_weights: Values | None = None,
) -> Values:  # fmt: skip
    """Distance from the average of the reference in standard deviations (population SD unless ``sample``).

    With ``area_weights`` (such as population; ``(areas,)`` or ``(periods, areas)``) mean and SD are weighted, and an
    area without a weight does not count in them. A constant member gives NaN, which ``build`` refuses by name
    beforehand. Raises ``MethodError`` for weights that do not fit. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> z_score(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [3.0]])).ravel().round(4)
    array([-1.2247,  0.    ,  1.2247])
    """
    _check_positive("z-score", sd=sd)
    weight = None if area_weights is None else _weight_of_rows(np.asarray(area_weights, dtype=float), reference)
    centre, spread = mean_and_sd(reference, weight, sample)
    found = values - centre
    if sd != 1:
        found *= sd
    found /= spread
    if mean != 0:
        found += mean
    return found


@NORMALISATION.register(
    "robust-z", formula="(x − median) / (1.4826 MAD)", source="Rousseeuw and Croux (1993)", gaps=STAY,
    oracle="scipy.stats.median_abs_deviation",
)  # fmt: skip
def robust_z(values: Values, reference: Values, *, mean: float = 0.0, sd: float = 1.0) -> Values:
    """Distance from the median in units of the median absolute deviation, made comparable with standard deviations.

    Outliers move neither centre nor spread. ``mean`` and ``sd`` are those of the scale, as for ``z-score``. Raises
    ``MethodError`` for a member of which more than half of the figures are the same. Handbook step 5; Rousseeuw and
    Croux (1993).

    >>> robust_z(np.array([[1.0], [2.0], [3.0], [99.0]]), np.array([[1.0], [2.0], [3.0]])).ravel().round(3)
    array([-0.674,  0.   ,  0.674, 65.426])
    """
    _check_positive("robust-z", sd=sd)
    centre = quantile(reference, 0.5)
    deviation = quantile(np.abs(reference - centre), 0.5)
    _refuse(deviation == 0, "more than half of the figures are the same, so the median deviation is 0", "use z-score")
    return mean + sd * (values - centre) / (1.4826 * deviation)


@NORMALISATION.register(
    "min-max", formula="low + (high − low)(x − min)/(max − min)", source=JRC, gaps=STAY, oracle="COINr n_minmax"
)
def min_max(values: Values, reference: Values, *, low: float = 0.0, high: float = 100.0) -> Values:
    """Where a figure lies between the worst (``low``) and the best (``high``) of the reference.

    Values outside the reference (other periods) may lie outside. Raises ``MethodError`` for a member that does not
    vary and for ``low`` not below ``high``. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> min_max(np.array([[1.0], [2.0], [5.0]]), np.array([[1.0], [5.0]])).ravel()
    array([  0.,  25., 100.])
    """
    if not low < high:
        raise MethodError(f"min-max needs low below high; found {low:g} and {high:g}", remedy="such as 0 and 100")
    worst, best = (end.reduce(reference, axis=-2, keepdims=True) for end in (np.fmin, np.fmax))
    _refuse(worst == best, "all figures are the same", "leave it out of the framework, or the period")
    found = values - worst
    found /= best - worst
    found *= high - low
    found += low
    return found


@NORMALISATION.register(
    "distance-to-maximum", formula="1 − (max − x)/(max − min)", source=JRC, gaps=STAY, oracle="COINr n_dist2max"
)
def distance_to_maximum(values: Values, reference: Values) -> Values:
    """How much of the way from the worst to the best of the reference an area has come: 1 is the best, 0 the worst.

    Raises ``MethodError`` for a member that does not vary. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> distance_to_maximum(np.array([[1.0], [2.0], [5.0]]), np.array([[1.0], [5.0]])).ravel()
    array([0.  , 0.25, 1.  ])
    """
    return min_max(values, reference, low=0.0, high=1.0)


@NORMALISATION.register(
    "distance-to-reference", formula="1 − (r − x)/(r − min)", source=JRC, gaps=STAY, oracle="by hand"
)
def distance_to_reference(
    values: Values, reference: Values, *, to: str = "mean", capped: bool = False, areas: Sequence[str] = ()
) -> Values:
    """How much of the way from the worst area to a reference an area has come: 1 is level with it.

    ``to`` is ``"mean"``, ``"median"`` or the code of an area (its mean over the reference's periods); ``areas`` are
    the codes in order. With ``capped`` nobody is above 1. Raises ``MethodError`` for a code that is not there, an area
    without a figure, and a reference that is itself the worst. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> distance_to_reference(np.array([[1.0], [2.0], [6.0]]), np.array([[1.0], [2.0], [6.0]])).ravel()
    array([0. , 0.5, 2.5])
    """
    if to == "mean":
        level, _ = mean_and_sd(reference)
    elif to == "median":
        level = quantile(reference, 0.5)
    elif to in (codes := list(areas)) and reference.shape[-2] % len(codes) == 0:
        own = reference[..., codes.index(to) :: len(codes), :]
        level, _ = mean_and_sd(own)
    else:
        raise MethodError(f"distance-to-reference knows no area {to!r}", remedy='use "mean", "median" or a code')
    return _distance(values, reference, level, capped, f"the reference ({to}) is missing or itself the worst")


@NORMALISATION.register("distance-to-target", formula="1 − (t − x)/(t − min)", source=JRC, gaps=STAY, oracle="by hand")
def distance_to_target(
    values: Values, reference: Values, *, target: Values | float = NEEDED, capped: bool = False,
    direction: Values | float = 1.0,
) -> Values:  # fmt: skip
    """How much of the way from the worst area of the reference to a target an area has come: 1 is reached.

    ``target`` is in the indicator's unit; with ``capped`` going beyond it earns nothing. Raises ``MethodError`` for a
    target that is not given or that the worst area has reached. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> distance_to_target(np.array([[50.0], [70.0]]), np.array([[50.0], [70.0]]), target=90.0).ravel()
    array([0. , 0.5])
    """
    level, _ = _oriented(target, target, direction)
    return _distance(values, reference, level, capped, "the target is missing or no better than the worst figure")


@NORMALISATION.register(
    "fraction-of-maximum", formula="x/max, or min/x where lower is better", source=JRC, gaps=STAY, oracle="by hand"
)
def fraction_of_maximum(values: Values, reference: Values, *, direction: Values | float = 1.0) -> Values:
    """The figure as a share of the best one; where lower is better, the best one as a share of the figure.

    For figures with a true zero only: raises ``MethodError`` for one below zero, for zero where lower is better, and
    where the best is zero. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> fraction_of_maximum(np.array([[2.0, -2.0], [4.0, -4.0]]), np.array([[2.0, -2.0], [4.0, -4.0]]),
    ...                     direction=np.array([1.0, -1.0]))
    array([[0.5, 1. ],
           [1. , 0.5]])
    """
    lower = np.broadcast_to(np.asarray(direction) < 0, values.shape[-1:])
    turn = np.where(lower, -1.0, 1.0)
    best = turn * np.fmax.reduce(reference, axis=-2, keepdims=True)
    natural = turn * values
    for part in (natural, turn * reference):
        wrong = ((part < 0) | (lower & (part == 0))).any(axis=-2, keepdims=True) | (best == 0)
        _refuse(wrong, "figures not above zero have no fraction of the maximum", "use min-max")
    return np.where(lower, best, natural) / np.where(lower, natural, best)


@NORMALISATION.register("scaled", formula="scale (x − low)/(high − low)", source=JRC, gaps=STAY, oracle="by hand")
def scaled(
    values: Values, reference: Values, *, low: Values | float = NEEDED, high: Values | float = NEEDED,
    scale: float = 100.0, direction: Values | float = 1.0,
) -> Values:  # fmt: skip
    """Where a figure lies between two limits in its own unit, whatever the other areas have; not cut off at them.

    Where lower is better ``low`` earns the most. Raises ``MethodError`` for limits that are not given or not in order.
    Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> scaled(np.array([[-5.0], [-20.0]]), np.array([[0.0]]), low=0.0, high=20.0, direction=-1.0).ravel()
    array([75.,  0.])
    """
    return goalposts(values, reference, low=low, high=high, scale=scale, truncated=False, direction=direction)


@NORMALISATION.register(
    "goalposts", formula="start + scale ((x − low)/(high − low))^exponent, cut off at the posts",
    source="UNDP (2010); Mazziotta and Pareto (2016)", gaps=STAY, oracle="COINr n_goalposts",
)  # fmt: skip
def goalposts(
    values: Values, reference: Values, *, low: Values | float = NEEDED, high: Values | float = NEEDED,
    scale: float = 100.0, start: float = 0.0, exponent: float = 1.0, truncated: bool = True,
    direction: Values | float = 1.0,
) -> Values:  # fmt: skip
    """Where a figure lies between two posts in its own unit, ``start`` to ``start + scale``; nothing beyond counts.

    Where lower is better ``low`` earns the most. Scores of periods and of editions are comparable, since no area's
    figures enter. An ``exponent`` below 1 rewards the first steps most. Raises ``MethodError`` for posts that are not
    given or not in order, and for an exponent or scale not above zero. Handbook step 5; UNDP (2010).

    >>> goalposts(np.array([[20.0], [50.0], [90.0]]), np.array([[0.0]]), low=25.0, high=85.0).ravel().round(2)
    array([  0.  ,  41.67, 100.  ])
    """
    _check_positive("goalposts", exponent=exponent, scale=scale)
    worst, best = _oriented(low, high, direction)
    wrong = np.broadcast_to(~(worst < best), values.shape[-1:])
    _refuse(wrong, "low and high must both be given, low below high", "mend them")
    share = (values - worst) / (best - worst)
    if truncated:
        share = np.clip(share, 0.0, 1.0)
    return start + scale * np.sign(share) * np.abs(share) ** exponent


@NORMALISATION.register("rank", formula="1 + number worse", source=JRC, gaps=STAY, oracle="COINr n_rank")
def rank_from_lowest(values: Values, reference: Values) -> Values:
    """Place from the worst upwards: 1 is the worst of the reference, equal figures share the lower place.

    Differences in size are given up. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> rank_from_lowest(np.array([[5.0], [7.0], [5.0]]), np.array([[5.0], [7.0], [5.0]])).ravel()
    array([1., 3., 1.])
    """
    return borda(values, reference) + 1.0


@NORMALISATION.register("borda", formula="number worse", source="Borda (1781)", gaps=STAY, oracle="COINr n_borda")
def borda(values: Values, reference: Values) -> Values:
    """Borda points: how many figures of the reference are worse. Handbook step 5; Borda (1781).

    >>> borda(np.array([[5.0], [7.0], [5.0]]), np.array([[5.0], [7.0], [5.0]])).ravel()
    array([0., 2., 0.])
    """
    rows, own = np.sort(lines(reference), axis=-1), lines(values)
    known = (~np.isnan(rows)).sum(axis=-1)
    found = np.empty((*np.broadcast_shapes(own.shape[:-1], rows.shape[:-1]), own.shape[-1]))
    own = np.broadcast_to(own, found.shape)
    further = (slice(None),) * (found.ndim - rows.ndim)
    for at in np.ndindex(rows.shape[:-1]):  # each member in each period of the reference; draws all at once
        where = (*further, *(i if n > 1 else slice(None) for i, n in zip(at, rows.shape[:-1], strict=True)))
        found[where] = np.searchsorted(rows[at][: known[at]], own[where])
    return np.where(np.isnan(values) | np.isnan(reference).all(axis=-2, keepdims=True), np.nan, table(found))


@NORMALISATION.register(
    "percentile-rank", formula="number worse / (n − 1)", source=JRC, gaps=STAY, oracle="COINr n_prank"
)
def percentile_rank(values: Values, reference: Values) -> Values:
    """The share of the other figures of the reference that are worse, 0 to 1.

    Raises ``MethodError`` for a member with a single figure. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> percentile_rank(np.array([[5.0], [7.0], [9.0]]), np.array([[5.0], [7.0], [9.0]])).ravel()
    array([0. , 0.5, 1. ])
    """
    count = (~np.isnan(reference)).sum(axis=-2, keepdims=True)
    _refuse(count == 1, "one figure has no percentile rank", "leave it out of the framework, or the period")
    return np.asarray(np.minimum(borda(values, reference) / np.maximum(count - 1, 1), 1.0))


@NORMALISATION.register(
    "categorical", formula="points of the quantile band of x", source=JRC, gaps=STAY, oracle="numpy.nanquantile"
)
def categorical(
    values: Values, reference: Values, *, quantiles: Sequence[float] = (0.15, 0.25, 0.65, 0.85, 0.95),
    points: Sequence[float] = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0),
) -> Values:  # fmt: skip
    """Points for the band a figure falls in; bands are cut at quantiles (type 7) of the reference, border above.

    Small changes within a band do not count. Raises ``MethodError`` unless quantiles rise between 0 and 1 and points
    rise and are one more. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> x = np.array([[1.0], [2.0], [3.0]])
    >>> categorical(x, x, quantiles=[0.5], points=[0, 1]).ravel()
    array([0., 1., 1.])
    """
    cuts, steps = np.array([0.0, *quantiles, 1.0]), np.asarray(points, dtype=float)
    if len(cuts) != len(steps) + 1 or not (np.diff(cuts) > 0).all() or not (np.diff(steps) > 0).all():
        what = "categorical needs quantiles that rise between 0 and 1, and rising points, one more than quantiles"
        raise MethodError(what, remedy="such as quantiles = [0.25, 0.5, 0.75], points = [0, 1, 2, 3]")
    found = np.where(np.isnan(values) | np.isnan(reference).all(axis=-2, keepdims=True), np.nan, steps[0])
    for share, step in zip(quantiles, np.diff(steps), strict=True):
        found = found + np.where(values >= quantile(reference, share), step, 0.0)
    return found


@NORMALISATION.register(
    "logistic", formula="scale / (1 + e^(−steepness z))", source="Verhulst (1838)", gaps=STAY, oracle="by hand"
)
def logistic(values: Values, reference: Values, *, steepness: float = 1.0, scale: float = 100.0) -> Values:
    """z-scores bent to lie between 0 and ``scale``: an average area has half, and extremes gain less and less.

    Raises ``MethodError`` for a steepness or scale not above zero. Handbook step 5.

    >>> logistic(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [3.0]])).ravel().round(2)
    array([22.71, 50.  , 77.29])
    """
    _check_positive("logistic", steepness=steepness, scale=scale)
    return np.asarray(scale * expit(steepness * z_score(values, reference)))


def _oriented(low: Values | float, high: Values | float, direction: Values | float) -> tuple[Values, Values]:
    """Two marks in natural units, in the order and with the sign of oriented values: the worse one, the better one."""
    turn = np.asarray(direction, dtype=float)
    below, above = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    return np.where(turn < 0, -above, below), np.where(turn < 0, -below, above)


def _distance(values: Values, reference: Values, level: Values, capped: bool, fault: str) -> Values:
    """1 − (level − x)/(level − worst); refuses members whose level is not above the worst figure."""
    worst = np.fmin.reduce(reference, axis=-2, keepdims=True)
    _refuse(~(level > worst) & ~np.isnan(worst), fault, "choose another, or leave the indicator out")
    found = 1 - (level - values) / (level - worst)
    return np.minimum(found, 1.0) if capped else found


def _weight_of_rows(weights: Values, reference: Values) -> Values:
    """Weights of areas, (areas,) or (periods, areas), for the rows of a reference: (..., rows, 1)."""
    rows = reference.shape[-2]
    weights = np.nan_to_num(weights, nan=0.0)
    if (weights < 0).any():
        raise MethodError("weights of areas cannot be negative", remedy="mend them")
    if weights.ndim == 2 and weights.shape == reference.shape[-3:-1]:
        return weights[..., None]
    if weights.size == rows or (weights.ndim == 1 and rows % weights.size == 0):
        return np.tile(weights.ravel(), rows // weights.size)[:, None]
    what = f"weights of areas of shape {weights.shape} do not fit the {rows} rows that statistics are taken over"
    raise MethodError(what, remedy="give one weight per area, of the base period if there is one")


def _check_positive(method: str, **parameters: float) -> None:
    for name, value in parameters.items():
        if not value > 0:
            raise MethodError(f"{method}: {name} = {value:g} turns the order round", remedy="give one above zero")


def _refuse(wrong: NDArray[np.bool_], what: str, remedy: str) -> None:
    """Raise ``MethodError`` for the members (last axis) where ``wrong`` holds anywhere."""
    if members := [int(m) for m in np.nonzero(wrong.reshape(-1, wrong.shape[-1]).any(axis=0))[0]]:
        where = ", ".join(f"member {m + 1}" for m in members)
        raise MethodError(f"{what}: {where}", remedy=remedy, members=members)
