"""Outliers (handbook step 3): what is done to skewed members before they are put on one scale, and the log of it.

A member is treated over the areas of one call. ``reference``, which every method but ``none`` takes, holds the figures
the treatment is fitted to where these are not the values themselves: robustness treats its draws as the published
figures were treated, so that all are on one scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from goodwork.errors import MethodError
from goodwork.index.layout import lines, table
from goodwork.model.panel import Values
from goodwork.plugins import Registry

SKEW, KURTOSIS, POINTS = 2.0, 3.5, 5
#: What is added to a distance before its logarithm is taken, as a share of the range.
OFFSET = 0.01
#: Median absolute deviation to standard deviation, for a normal distribution.
MAD_TO_SD = 1.4826022185056018
HANDBOOK = "OECD/JRC (2008) step 3"
STAY = "stay gaps and count for nothing"


#: Skewness G1 and excess kurtosis G2 of each member.
Shape = tuple[Values, Values]


@dataclass(frozen=True, eq=False)
class Treated:
    """Treated values ``(..., areas, members)`` and what was done to each member.

    ``log`` maps a heading to an array ``(..., members)``: ``skew`` and ``kurtosis`` before, ``points`` drawn in,
    ``transform`` (a name, or ``"none"``), ``skew_after`` and ``kurtosis_after``, and whether the member ``passes`` in
    the end (a member whose shape cannot be told, for want of figures, does). Some methods add headings of their own.
    """

    values: Values
    log: dict[str, NDArray[np.generic]] = field(default_factory=dict)


#: name → function(values, **parameters); ``values`` is (..., areas, members) in natural units; returns ``Treated``.
TREATMENT: Registry[Callable[..., Treated]] = Registry("treatment")


@TREATMENT.register("none", formula="x", gaps="stay gaps")
def none(values: Values) -> Treated:
    """Leave the figures as they are."""
    return Treated(values)


@TREATMENT.register(
    "winsorise",
    formula="min(max(x, l), h), l and h the last figures left",
    source=f"{HANDBOOK}; Dixon (1960)",
    gaps=STAY,
    oracle="COINr 1.1.14 (asem/steps/treat_details.csv); scipy.stats.mstats.winsorize",
)
def winsorise(
    values: Values,
    *,
    points: ArrayLike = POINTS,
    skew: ArrayLike = SKEW,
    kurtosis: ArrayLike = KURTOSIS,
    lowest: ArrayLike | None = None,
    highest: ArrayLike | None = None,
    force: bool = False,
    reference: Values | None = None,
) -> Treated:
    """Set the furthest figures to the nearest one that is left: by the rule, or a fixed number at either end.

    ``values`` ``(..., areas, members)`` in natural units. By the rule: up to ``points`` figures, one value after the
    other on the side of the skew, while ``|G1| ≥ skew`` and ``G2 ≥ kurtosis`` (``force``: in any case). With ``lowest``
    or ``highest`` that many at these ends instead. Figures that tie are drawn in together or not at all, so fewer may
    be. Gaps stay gaps. Raises ``MethodError`` for numbers below zero. OECD/JRC (2008) step 3; Dixon (1960), *Annals of
    Mathematical Statistics* 31(2).

    >>> winsorise(np.array([[1.0], [2.0], [3.0], [9.0]]), highest=1).values.ravel()
    array([1., 2., 3., 3.])
    """
    most, g1, g2, down, up = checked(
        points, skew, kurtosis, 0 if lowest is None else lowest, 0 if highest is None else highest
    )
    base = fitted(values, reference)
    if lowest is None and highest is None:
        low, high, _, _ = winsor_bounds(base, moments(base), most, g1, g2, force)
    else:
        low, high = _end(base, down), -_end(-base, up)
        apart = low < high
        low, high = np.where(apart, low, -np.inf), np.where(apart, high, np.inf)
    return _held(values, base, low, high, g1, g2)


@TREATMENT.register(
    "clip",
    formula="min(max(x, q(low)), q(high)), quantiles of type 7",
    source=HANDBOOK,
    gaps=STAY,
    oracle="numpy.clip at numpy.nanquantile",
)
def clip(values: Values, *, low: float = 0.05, high: float = 0.95, reference: Values | None = None) -> Treated:
    """Hold every figure between two quantiles of its member.

    ``values`` ``(..., areas, members)`` in natural units; ``low`` and ``high`` are shares between 0 and 1. Gaps stay
    gaps. Raises ``MethodError`` unless ``0 ≤ low < high ≤ 1``. OECD/JRC (2008) step 3; Hyndman & Fan (1996) on types of
    quantiles.

    >>> clip(np.array([[0.0], [1.0], [2.0], [3.0], [100.0]]), low=0, high=0.75).values.ravel()
    array([0., 1., 2., 3., 3.])
    """
    if not 0 <= low < high <= 1:
        raise MethodError(f"quantiles {low:g} and {high:g} leave nothing", remedy="give 0 ≤ low < high ≤ 1")
    base = fitted(values, reference)
    return _held(values, base, quantile(base, low), quantile(base, high), SKEW, KURTOSIS)


def skewness(values: Values) -> Values:
    """Sample skewness G1 over areas: how much further the one tail reaches than the other (0 when symmetric).

    ``(..., areas, members)`` → ``(..., members)``; gaps are left out. NaN for fewer than three figures or none that
    differ. Joanes & Gill (1998), *The Statistician* 47(1); "type 2" of R's e1071.

    >>> skewness(np.array([[1.0], [2.0], [3.0], [10.0]])).round(4)
    array([1.7636])
    """
    return moments(values)[0]


def excess_kurtosis(values: Values) -> Values:
    """Sample excess kurtosis G2 over areas: how heavy the tails are (0 for a normal distribution).

    ``(..., areas, members)`` → ``(..., members)``; gaps are left out. NaN for fewer than four figures or none that
    differ. Joanes & Gill (1998), *The Statistician* 47(1); "type 2" of R's e1071.

    >>> excess_kurtosis(np.array([[1.0], [2.0], [3.0], [10.0]])).round(4)
    array([3.228])
    """
    return moments(values)[1]


def moments(values: Values) -> Shape:
    """Skewness and excess kurtosis at once, each ``(..., members)``."""
    return _moments(lines(values))


def winsor_bounds(
    values: Values, before: Shape, points: Values, skew: Values, kurtosis: Values, force: bool
) -> tuple[Values, Values, NDArray[np.int_], Shape]:
    """The lowest and highest figure left when outliers are drawn in to the next figure, one value at a time.

    While a member fails the test (``|G1| ≥ skew`` and ``G2 ≥ kurtosis``; with ``force`` in any case) its greatest value
    (for positive skew; else its least) is set to the next one, as long as no more than ``points`` figures change.
    Areas with the same value are changed together or not at all, and something that differs must remain. ``before`` is
    the shape of the members; ``points``, ``skew`` and ``kurtosis`` broadcast to ``(..., members)``. Returns bounds
    ``(..., 1, members)``, infinite at an end where nothing is drawn in; the number of figures beyond them and the shape
    between them, ``(..., members)``. The steps are those of COINr's ``winsorise``, which may exceed its limit where
    values tie.

    >>> x = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [99.0]])
    >>> low, high, changed, _ = winsor_bounds(x, moments(x), np.array(5), np.array(2.0), np.array(3.5), False)
    >>> float(low[0, 0]), float(high[0, 0]), changed
    (-inf, 5.0, array([1]))
    """
    shape = (*values.shape[:-2], values.shape[-1])
    x = lines(values).reshape(-1, values.shape[-2])
    limit, worst_skew, worst_kurtosis = (np.broadcast_to(p, shape).ravel() for p in (points, skew, kurtosis))
    lowest, highest = (end.reduce(x, axis=-1, initial=np.nan) for end in (np.fmin, np.fmax))
    low, high, changed = lowest.copy(), highest.copy(), np.zeros(len(x), dtype=int)
    g1, g2 = (array.flatten() for array in before)
    going = np.arange(len(x))
    while going.size:
        line, least, most = x[going], low[going], high[going]
        failing = (np.abs(g1[going]) >= worst_skew[going]) & (g2[going] >= worst_kurtosis[going])
        up = g1[going] >= 0
        most = np.where(up, np.where(line < most[:, None], line, -np.inf).max(axis=-1), most)
        least = np.where(up, least, np.where(line > least[:, None], line, np.inf).min(axis=-1))
        beyond = ((line > most[:, None]) | (line < least[:, None])).sum(axis=-1)
        step = (failing | force) & ~np.isnan(g1[going]) & (beyond <= limit[going]) & (least < most)
        going, line = going[step], line[step]
        low[going], high[going], changed[going] = least[step], most[step], beyond[step]
        if going.size:
            g1[going], g2[going] = _moments(np.clip(line, low[going, None], high[going, None]))
    low, high = np.where(low > lowest, low, -np.inf), np.where(high < highest, high, np.inf)
    low, high = low.reshape(shape)[..., None, :], high.reshape(shape)[..., None, :]
    return low, high, changed.reshape(shape), (g1.reshape(shape), g2.reshape(shape))


def checked(*parameters: ArrayLike) -> tuple[Values, ...]:
    """Parameters as arrays; ``MethodError`` for one below zero."""
    arrays = tuple(np.asarray(p, dtype=float) for p in parameters)
    if not all((array >= 0).all() for array in arrays):
        raise MethodError("a parameter of the treatment is below zero", remedy="give numbers of zero or more")
    return arrays


def positive(number: ArrayLike) -> Values:
    """A parameter as an array; ``MethodError`` unless it is above zero."""
    array = np.asarray(number, dtype=float)
    if not (array > 0).all():
        raise MethodError(
            "the offset, scale or whole of a transformation is not above zero", remedy="give a number above"
        )
    return array


def fitted(values: Values, reference: Values | None) -> Values:
    """The figures a treatment is fitted to; sums over their areas are the same however they lay in memory."""
    return table(lines(values if reference is None else reference))


def told(
    before: Values,
    after: Values,
    points: ArrayLike,
    transform: ArrayLike,
    skew: ArrayLike = SKEW,
    kurtosis: ArrayLike = KURTOSIS,
) -> dict[str, NDArray[np.generic]]:
    """The log of a treatment, ``(..., members)`` each; ``before`` and ``after`` are the figures it was fitted to."""
    return told_of(moments(before), moments(after), points, transform, skew, kurtosis)


def told_of(
    before: Shape, after: Shape, points: ArrayLike, transform: ArrayLike, skew: ArrayLike, kurtosis: ArrayLike
) -> dict[str, NDArray[np.generic]]:
    """The log of a treatment from the shapes before and after."""
    shape = before[0].shape
    return {
        **shape_of(before),
        "points": np.broadcast_to(points, shape).astype(int),
        "transform": np.broadcast_to(transform, shape).astype(np.str_),
        **shape_of(after, "_after"),
        "passes": distance(after, skew, kurtosis) < 1,
    }


def shape_of(shape: Shape, ending: str = "", where: ArrayLike = True) -> dict[str, NDArray[np.generic]]:
    """Skewness and excess kurtosis for the log, NaN except where they are to be told."""
    return {
        f"skew{ending}": np.where(where, shape[0], np.nan),
        f"kurtosis{ending}": np.where(where, shape[1], np.nan),
    }


def distance(shape: Shape, skew: ArrayLike = SKEW, kurtosis: ArrayLike = KURTOSIS) -> Values:
    """How far a member is from passing, ``(..., members)``: below 1 it passes. To fail it must fail on both counts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.abs(shape[0]) / np.asarray(skew), shape[1] / np.asarray(kurtosis)
    return np.asarray(np.fmax(np.minimum(*parts), 0.0))


def extremes(values: Values) -> tuple[Values, Values]:
    """Least and greatest figure over areas, ``(..., 1, members)``; NaN where there is none.

    >>> extremes(np.array([[1.0], [np.nan], [3.0]]))
    (array([[1.]]), array([[3.]]))
    """
    low, high = (end.reduce(values, axis=-2, keepdims=True, initial=np.nan) for end in (np.fmin, np.fmax))
    return low, high


def quantile(values: Values, share: float) -> Values:
    """Quantile of type 7 over areas, ``(..., 1, members)``; gaps are left out, NaN where there is nothing else.

    >>> quantile(np.array([[1.0], [np.nan], [3.0]]), 0.5)
    array([[2.]])
    """
    order = np.sort(values, axis=-2)
    place = np.round(share * np.maximum((~np.isnan(values)).sum(axis=-2, keepdims=True) - 1, 0), 9)
    down, up = np.floor(place).astype(np.intp), np.ceil(place).astype(np.intp)
    below, above = (np.take_along_axis(order, at, axis=-2) for at in (down, up))
    return np.asarray(below + (above - below) * (place - down))


def spread(values: Values) -> Values:
    """Median absolute deviation × 1.4826, else the standard deviation, else 1; ``(..., 1, members)``."""
    width = MAD_TO_SD * quantile(np.abs(values - quantile(values, 0.5)), 0.5)
    n = np.maximum((~np.isnan(values)).sum(axis=-2, keepdims=True), 1)
    off = values - np.nansum(values, axis=-2, keepdims=True) / n
    sd = np.sqrt(np.nansum(off**2, axis=-2, keepdims=True) / n)
    return np.where(width > 0, width, np.where(sd > 0, sd, 1.0))


def _end(values: Values, number: Values) -> Values:
    """The least figure left when ``number`` of the lowest are drawn in, ``(..., 1, members)``."""
    last = np.maximum((~np.isnan(values)).sum(axis=-2, keepdims=True) - 1, 0)
    return np.take_along_axis(np.sort(values, axis=-2), np.minimum(number, last).astype(np.intp), axis=-2)


def _held(values: Values, base: Values, low: Values, high: Values, skew: ArrayLike, kurtosis: ArrayLike) -> Treated:
    """Figures held between two bounds."""
    changed = ((base < low) | (base > high)).sum(axis=-2)
    return Treated(np.clip(values, low, high), told(base, np.clip(base, low, high), changed, "none", skew, kurtosis))


def _moments(rows: Values) -> tuple[Values, Values]:
    """G1 and G2 along the last axis."""
    gaps = np.isnan(rows)
    n = float(rows.shape[-1]) - gaps.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        x = rows - (np.where(gaps, 0.0, rows).sum(axis=-1) / n)[..., None]
        least, most = (end.reduce(x, axis=-1, initial=np.nan) for end in (np.fmin, np.fmax))
        x /= np.maximum(most, -least)[..., None]
        np.copyto(x, 0.0, where=gaps)
        square = x * x
        second = square.sum(axis=-1)
        x *= square
        g1 = n * np.sqrt(n - 1) / (n - 2) * x.sum(axis=-1) / second**1.5
        square *= square
        r = n * square.sum(axis=-1) / second**2
        g2 = ((n + 1) * (r - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    varies = most > least
    return np.where((n >= 3) & varies, g1, np.nan), np.where((n >= 4) & varies, g2, np.nan)


# This registers its methods above; it builds on what this file defines.
from goodwork.index import transforms  # noqa: E402, F401
