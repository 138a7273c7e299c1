"""A line, or a plane, through areas by least squares: what is fitted, what is left, and who pulls at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from goodwork.analysis.association import dummies, left_over
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import areas_have, areas_of
from goodwork.errors import MethodError
from goodwork.model.panel import Values

#: Slopes of all pairs of more areas are too many.
MOST_AREAS = 5000
#: Pairs of so many areas are kept for the next measure.
FEW = 1000


@dataclass(frozen=True, eq=False)
class Regression:
    """A least-squares fit. ``coefficients`` and ``errors`` ``(1 + predictors,)``, the constant first; the others
    ``(areas,)``, NaN where a value is missing.

    ``low`` to ``high`` would hold 95 % of areas with the same predictors. ``apart`` is the residual over its standard
    error where the area itself has no say in the fit (externally studentised), ``p`` its two-sided p; ``leverage`` how
    unusual the predictors are, ``pull`` how far the area moves the fit (Cook's distance). ``spread`` is the standard
    deviation of what is left, on ``df`` degrees of freedom.
    """

    coefficients: Values
    errors: Values
    fitted: Values
    low: Values
    high: Values
    residual: Values
    apart: Values
    p: Values
    leverage: Values
    pull: Values
    here: NDArray[np.bool_]
    r2: float
    spread: float
    df: int

    @property
    def n(self) -> int:
        """Number of areas in the fit."""
        return int(self.here.sum())


@dataclass(frozen=True)
class Slope:
    """How much higher one measure is where the other is one unit higher, with 95 % interval; ``p`` two-sided (NaN where
    the method gives none); number of areas."""

    slope: float
    low: float
    high: float
    p: float
    n: int


def regression(predictors: ArrayLike, y: Values, weights: Values | None = None) -> Regression:
    """Fit one measure to others by least squares, over the areas that have them all.

    ``predictors`` ``(areas,)`` or ``(areas, k)`` and ``y`` ``(areas,)`` in any units; with ``weights`` (people) the
    variance of what is left is taken to be inverse to them, so that small places, which jump by chance, are not
    mistaken for exceptions. Raises ``MethodError`` when fewer than two areas more than coefficients are left, when
    predictors repeat each other, or for weights that are not positive. Handbook step 9; Belsley, Kuh & Welsch (1980).

    >>> found = regression(np.array([0.0, 1, 2, 3, 4]), np.array([1.0, 3, 5, 7, 19]))
    >>> found.coefficients.round(2).tolist(), int(np.argmax(found.pull))
    ([-1.0, 4.0], 4)
    """
    columns = np.asarray(predictors, dtype=float)
    columns = columns[:, None] if columns.ndim == 1 else columns
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    refuse_infinite(predictors=columns, measure=y, weights=w)
    here = ~(np.isnan(columns).any(axis=1) | np.isnan(y) | np.isnan(w))
    x, target, w = columns[here], np.asarray(y, dtype=float)[here], w[here]
    n, k = len(target), x.shape[1] + 1
    if n < k + 2:
        raise MethodError(f"{areas_have(n)} all values", remedy=f"a fit of {k} coefficients needs at least {k + 2}")
    if (w <= 0).any():
        raise MethodError("a weight is zero or less", remedy="leave areas out by NaN instead")
    w = w / w.mean()
    centre, scale = x.mean(axis=0), np.ptp(x, axis=0)
    design = np.column_stack([np.ones(n), (x - centre) / np.where(scale > 0, scale, 1.0)])
    left, size, right = np.linalg.svd(np.sqrt(w)[:, None] * design, full_matrices=False)
    if size[-1] < size[0] * 1e-10 or (scale == 0).any():
        raise MethodError("predictors repeat each other or are the same everywhere", remedy="leave some of them out")
    inverse = right.T / size
    solved = inverse @ (left.T @ (np.sqrt(w) * target))
    back = np.diag(np.concatenate([[1.0], 1 / scale]))
    back[0, 1:] = -centre / scale
    fitted = design @ solved
    residual = target - fitted
    leverage = (left**2).sum(axis=1)
    df, squares = n - k, w * residual**2
    total = float((w * (target - np.average(target, weights=w)) ** 2).sum())
    exact = squares.sum() <= 1e-20 * max(total, 1e-300)
    variance = 0.0 if exact else float(squares.sum() / df)
    free = np.maximum(1 - leverage, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        without = np.maximum(squares.sum() - squares / free, 0.0) / (df - 1)
        apart = np.sqrt(w) * residual / np.sqrt(without * free)
        pull = squares * leverage / (k * variance * free**2)
    apart, pull = (np.where(free < 1e-10, np.nan, v) for v in ((0.0, 0.0) if exact else (apart, pull)))
    half = special.stdtrit(df, 0.975) * np.sqrt(variance * (1 + leverage) / w)

    def everywhere(values: ArrayLike) -> Values:
        found = np.full(len(here), np.nan)
        found[here] = values
        return found

    return Regression(
        back @ solved,
        np.sqrt(variance * ((back @ inverse) ** 2).sum(axis=1)),
        everywhere(fitted),
        everywhere(fitted - half),
        everywhere(fitted + half),
        everywhere(residual),
        everywhere(apart),
        everywhere(2 * special.stdtr(df - 1, -np.abs(apart))),
        everywhere(leverage),
        everywhere(pull),
        here,
        1 - float(squares.sum()) / total if total > 0 else float("nan"),
        float(np.sqrt(variance)),
        df,
    )


def slope(x: Values, y: Values, controls: ArrayLike | None = None) -> Slope:
    """The slope of ``y`` on ``x`` by least squares, other things (``controls`` ``(areas, k)``) being equal.

    Areas with a gap are left out; controls that repeat each other count once. Raises ``MethodError`` as ``partial``.
    Handbook step 9.

    >>> slope(np.array([0.0, 1, 2, 3]), np.array([1.0, 3, 5, 7])).slope
    2.0
    """
    others = np.zeros((len(y), 0)) if controls is None else np.asarray(controls, dtype=float).reshape(len(y), -1)
    left, free = left_over(x, y, others)
    one, other = left.T
    at = float(one @ other / (one @ one))
    error = float(np.sqrt(((other - at * one) ** 2).sum() / (free - 2) / (one @ one)))
    half = float(special.stdtrit(free - 2, 0.975)) * error
    p = float(2 * special.stdtr(free - 2, -abs(at) / error)) if error > 0 else 0.0
    return Slope(at, at - half, at + half, p, len(left))


def within(x: Values, y: Values, groups: ArrayLike) -> Slope:
    """The slope inside groups (regions), one for all of them: areas are compared with those of their own group only.

    ``groups`` ``(areas,)`` labels, empty for none (left out). A group of one area says nothing. Raises ``MethodError``
    as ``partial``. The pooled within (fixed-effects) estimator; Wooldridge (2010), ch. 10.

    >>> round(within(np.array([0.0, 1, 2, 10, 11, 12]), np.array([5.0, 6, 7, 1, 2, 3.0]), list("aaabbb")).slope, 6)
    1.0
    """
    return slope(x, y, dummies(groups))


def theil_sen(x: Values, y: Values) -> Slope:
    """The median of the slopes between all pairs of areas: hardly moved by a few odd places.

    ``x`` and ``y`` ``(areas,)``; pairs with a NaN are left out. All NaN above 5,000 areas, where pairs are too many.
    Raises ``MethodError`` for fewer than four areas or an ``x`` that does not vary. Theil (1950), Sen (1968).

    >>> theil_sen(np.array([0.0, 1, 2, 3, 4]), np.array([0.0, 2, 4, 6, 90])).slope
    2.0
    """
    here = ~(np.isnan(x) | np.isnan(y))
    n, nan = int(here.sum()), float("nan")
    if n < 4 or np.ptp(x[here]) == 0:
        raise MethodError(f"no slope over {areas_of(n)}", remedy="give four or more, with figures that vary")
    if n > MOST_AREAS:
        return Slope(nan, nan, nan, nan, n)
    one, other = (_pairs if n <= FEW else _pairs.__wrapped__)(n)
    across, up = x[here][one] - x[here][other], y[here][one] - y[here][other]
    slopes = np.sort(up[across != 0] / across[across != 0]) + 0.0  # no negative zero
    repeats = [np.unique(v[here], return_counts=True)[1] for v in (x, y)]
    tied = sum(float((k * (k - 1) * (2 * k + 5)).sum()) for k in repeats)
    spread = (n * (n - 1) * (2 * n + 5) - tied) / 18
    if spread < 0:  # hardly anything but ties
        return Slope(float(np.median(slopes)), nan, nan, nan, n)
    half = special.ndtri(0.975) * np.sqrt(spread)
    low = max(int(np.round((len(slopes) - half) / 2)) - 1, 0)
    high = min(int(np.round((len(slopes) + half) / 2)), len(slopes) - 1)
    return Slope(float(np.median(slopes)), float(slopes[low]), float(slopes[high]), nan, n)


@lru_cache(maxsize=4)  # many measures are known for the same number of areas
def _pairs(areas: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(areas, 1)
