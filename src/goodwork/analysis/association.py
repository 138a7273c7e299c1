"""How the score goes together with other measures of the same areas (handbook step 9).

Coefficients are about areas, not people, and none of them says what brings about what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import areas_have
from goodwork.errors import MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

CAVEAT = tr("About areas, not people; association, not cause. Survey error in either measure weakens what is seen.")
SEED, DRAWS, LEVEL = 2021, 2000, 0.05
#: Numbers of resampled areas worked on at once.
CELLS = 1 << 20
#: Up to so many areas ranks are taken anew without each of them.
MOST_REMOVED = 2000


@dataclass(frozen=True)
class Association:
    """A correlation over areas: coefficient, 95 % interval, two-sided p and number of areas. It is about areas, not
    people, and says nothing of cause. ``name`` is what the coefficient is called (``r``, ``rho``, ``partial r``)."""

    r: float
    low: float
    high: float
    p: float
    n: int
    name: str = "r"

    @property
    def r2(self) -> float:
        """The share of variation that the two have in common."""
        return self.r**2

    @property
    def clear(self) -> bool:
        """Whether the interval says which sign the coefficient has."""
        return self.low > 0 or self.high < 0

    def sentence(self, one: str, other: str) -> Finding:
        """What the coefficient says, in words, and nothing that its interval does not bear out.

        >>> Association(-0.5, -0.7, -0.2, 0.001, 40).sentence("pay", "need")
        'Higher values of pay tend to go with lower values of need: r = −0.50 (95 % interval −0.70 to −0.20; 40 areas).'
        """
        if not self.clear:
            return self.unclear(one, other)
        way = "higher" if self.r > 0 else "lower"
        template = "Higher values of {one} tend to go with " + way + " values of {other}: {found}."
        return say(template, one=one, other=other, found=self.said)

    def unclear(self, one: str, other: str) -> Finding:
        """That there is no clear association, with the coefficient."""
        template = "There is no clear association between {one} and {other}: {found}."
        return say(template, one=one, other=other, found=self.said)

    @property
    def said(self) -> Finding:
        """The coefficient with its interval and the number of areas, as it stands in a sentence."""
        return say(
            "{name} = {r:.2f} (95 % interval {low:bound} to {high:bound}; {n:areas})",
            name=self.name, r=self.r, low=self.low, high=self.high, n=self.n,
        )  # fmt: skip

    def __str__(self) -> str:
        return str(self.said)


def pearson(x: Values, y: Values) -> Association:
    """Product-moment correlation over the areas that have both values, with Fisher's z interval.

    ``x`` and ``y`` are ``(areas,)``; pairs with a NaN are left out. Raises ``MethodError`` for fewer than four pairs or
    when one side does not vary. Handbook step 9; Fisher (1921).

    >>> str(pearson(np.array([1.0, 2, 3, 4, 5]), np.array([1.0, 2, 3, 4, 6])))
    'r = 0.99 (95 % interval 0.80 to 1.00; 5 areas)'
    """
    x, y = _both(x, y)
    apart = [(v, np.abs(v).max()) for v in (x - x.mean(), y - y.mean())]
    one, other = (v / (most * np.sqrt(((v / most) ** 2).sum())) for v, most in apart)
    return _judged(float(np.clip(one @ other, -1, 1)), len(x))


def spearman(x: Values, y: Values) -> Association:
    """Rank correlation: whether one measure rises with the other, whatever the shape, and hardly moved by outliers.

    As ``pearson``, ties averaged; the variance on Fisher's scale is (1 + rho²/2) / (n − 3) (Bonett & Wright 2000,
    *Psychometrika* 65), p is from Student's t. Handbook step 9.

    >>> str(spearman(np.array([1.0, 2, 3, 4, 5, 6]), np.array([1.0, 2, 3, 4, 60, 50])))
    'rho = 0.94 (95 % interval 0.38 to 1.00; 6 areas)'
    """
    x, y = _both(x, y)
    ranks = np.column_stack([_ranks(v, np.ones((1, len(v))))[0] for v in (x, y)])
    rho = float(np.clip(np.corrcoef(ranks, rowvar=False)[1, 0], -1, 1))
    return _judged(rho, len(x), spread=1 + rho**2 / 2, name="rho")


def partial(x: Values, y: Values, controls: ArrayLike) -> Association:
    """What two measures have in common beyond what both share with others: the correlation of what is left of each
    after the controls are fitted.

    ``controls`` are ``(areas, k)`` in any units (k may be 0); areas with any gap are left out. Controls that repeat
    each other count once. Raises ``MethodError`` as ``pearson``, and when too few areas are left for so many controls
    or nothing of a measure is left. Handbook step 9; Fisher (1924).

    >>> x = np.arange(8.0)
    >>> round(partial(x, x + np.array([1, 0, 0, 1, 0, 0, 1, 0]), np.zeros((8, 0))).r, 3)
    0.977
    """
    given = np.asarray(controls, dtype=float)
    given = given[:, None] if given.ndim == 1 else given
    left, free = left_over(x, y, given)
    size = np.sqrt((left**2).sum(axis=0))
    found = _judged(float(np.clip(left[:, 0] @ left[:, 1] / size.prod(), -1, 1)), free, name="partial r")
    return Association(found.r, found.low, found.high, found.p, len(left), found.name)


def left_over(x: Values, y: Values, controls: Values) -> tuple[Values, int]:
    """What controls ``(areas, k)`` leave of two measures ``(areas,)`` over the areas that have all values, ``(complete
    areas, 2)``, and how many areas that is worth: one less for each control that says something of its own.

    Raises ``MethodError`` as ``partial``. Frisch & Waugh (1933): slopes and correlations of what is left are those with
    the controls held fixed.

    >>> left_over(np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 4]), np.zeros((4, 0)))[0][:, 0].tolist()
    [-1.5, -0.5, 0.5, 1.5]
    """
    x, y, *columns = _both(x, y, *controls.T)
    design = np.column_stack([np.ones(len(x)), *(_unit(column) for column in columns)])
    basis, size, _ = np.linalg.svd(design, full_matrices=False)
    rank = int((size > size[0] * 1e-10).sum())
    centred = np.column_stack([x - x.mean(), y - y.mean()])
    left = centred - basis[:, :rank] @ (basis[:, :rank].T @ centred)
    free = len(x) - (rank - 1)
    if free < 4:
        raise MethodError(
            f"{len(x)} areas with {rank - 1} controls leave nothing to compare", remedy="use fewer controls"
        )
    if ((left**2).sum(axis=0) < 1e-18 * (centred**2).sum(axis=0)).any():
        raise MethodError("the controls say all there is to say about a measure", remedy="choose other controls")
    return left, free


def dummies(labels: ArrayLike) -> Values:
    """Group labels ``(areas,)`` as controls ``(areas, groups − 1)`` of zeros and ones; an empty label is a gap. One
    group is a column of zeros.

    >>> dummies(["a", "b", "", "b"]).tolist()
    [[0.0], [1.0], [nan], [1.0]]
    """
    given = np.asarray(labels, dtype=str)
    known = np.unique(given[given != ""])
    marks = (given[:, None] == known[1:]).astype(float) if len(known) > 1 else np.zeros((len(given), 1))
    return np.where((given == "")[:, None], np.nan, marks)


def weighted(x: Values, y: Values, weights: Values) -> Association:
    """Correlation in which an area counts by its weight (people), with an interval for as many areas as the weights
    are worth: (Σw)² / Σw² (Kish 1965).

    ``weights`` ``(areas,)`` are positive, NaN for a gap. Raises ``MethodError`` as ``pearson``, for a weight that is
    not positive, and when the weights are worth fewer than four areas. Handbook step 9.

    >>> x, y = np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 1, 4, 3, 5])
    >>> weighted(x, y, np.ones(5)) == pearson(x, y)
    True
    """
    x, y, w = _both(x, y, weights)
    if (w <= 0).any():
        raise MethodError("a weight is zero or less", remedy="leave areas out by NaN instead")
    worth = float(w.sum() ** 2 / (w**2).sum())
    if worth < 4:
        raise MethodError(f"the weights are worth {worth:.1f} areas", remedy="an association needs at least four")
    found = _judged(float(resampled(x, y, w[None])[0]), worth)
    return Association(found.r, found.low, found.high, found.p, len(x))


def without_each(x: Values, y: Values) -> Values:
    """Pearson's r without each area in turn, ``(areas,)``: how much hangs on one place. NaN where a value is missing.

    Raises ``MethodError`` as ``pearson``. Handbook step 9; Cook & Weisberg (1982).

    >>> without_each(np.array([0.0, 1, 2, 3, 9]), np.array([1.0, 0, 1, 0, 9])).round(2).tolist()
    [0.97, 0.91, 0.92, 0.97, -0.45]
    """
    here = ~(np.isnan(x) | np.isnan(y))
    one, other = (_unit(v) for v in _both(x, y))
    n = len(one)
    first, second, both = (a @ b - n / (n - 1) * a * b for a, b in ((one, one), (other, other), (one, other)))
    found = np.full(len(x), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        found[here] = np.clip(both / np.sqrt(np.maximum(first * second, 0)), -1, 1)
    return found


def resampled(
    x: Values, y: Values, counts: NDArray[np.number], kind: Literal["pearson", "spearman"] = "pearson"
) -> Values:
    """The correlation in samples in which each area stands ``counts`` ``(draws, areas)`` times; ``(draws,)``.

    ``x`` and ``y`` ``(areas,)`` are complete; ranks are taken within each sample, ties averaged. NaN where a sample
    does not vary.

    >>> float(resampled(np.array([1.0, 2, 3]), np.array([1.0, 3, 2]), np.array([[1, 1, 1]]))[0].round(3))
    0.5
    """
    one, other = (_ranks(v, counts) for v in (x, y)) if kind == "spearman" else (_unit(x)[None], _unit(y)[None])
    total = counts.sum(axis=-1, keepdims=True)
    one, other = (v - (counts * v).sum(axis=-1, keepdims=True) / total for v in (one, other))
    first, second, both = ((counts * a * b).sum(axis=-1) for a, b in ((one, one), (other, other), (one, other)))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.clip(both / np.sqrt(first * second), -1, 1)
    return np.asarray(np.where((first > 1e-12) & (second > 1e-12), found, np.nan))


def bootstrap(
    x: Values, y: Values, kind: Literal["pearson", "spearman"] = "pearson", draws: int = DRAWS, seed: int = SEED
) -> tuple[float, float]:
    """A 95 % interval of a correlation that supposes no shape of the figures: areas are drawn again and again, with
    replacement, and the quantiles of the coefficient corrected for bias and skewness (BCa).

    ``x`` and ``y`` ``(areas,)``; pairs with a NaN are left out. The same for the same ``seed``. Raises ``MethodError``
    as ``pearson``. Handbook step 9; Efron (1987), *JASA* 82.

    >>> x = np.arange(30.0)
    >>> [round(end, 2) for end in bootstrap(x, x + 8 * np.sin(5 * x))]
    [0.76, 0.92]
    """
    x, y = _both(x, y)
    rng, n = np.random.default_rng(seed), len(x)
    step = max(1, CELLS // n)
    blocks = (min(step, draws - start) for start in range(0, draws, step))
    drawn = [resampled(x, y, rng.multinomial(n, np.full(n, 1 / n), size), kind) for size in blocks]
    found = np.concatenate(drawn)
    found = found[~np.isnan(found)]
    r = float(resampled(x, y, np.ones((1, n)), kind)[0])
    alone = _without_each(x, y, kind)
    pull = alone.mean() - alone
    size = float((pull**2).sum()) ** 1.5
    skew = float((pull**3).sum()) / (6 * size) if size > 1e-300 else 0.0
    below = (np.sum(found < r - 1e-12) + np.sum(found <= r + 1e-12)) / (2 * len(found))
    bias = float(special.ndtri(np.clip(below, 1 / len(found), 1 - 1 / len(found))))
    ends = bias + np.asarray(special.ndtri([0.025, 0.975]))
    at = np.asarray(special.ndtr(bias + ends / (1 - skew * ends)))
    return float(np.quantile(found, at[0])), float(np.quantile(found, at[1]))


def adjusted(p: ArrayLike) -> Values:
    """Benjamini and Hochberg's adjusted p along the last axis: called clear at or below 0.05, one in twenty of the
    things called clear is expected to be chance. NaN was not tested and counts for nothing.

    Benjamini & Hochberg (1995), *JRSS B* 57.

    >>> adjusted([0.01, 0.04, np.nan, 0.03]).round(3).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    given = np.asarray(p, dtype=float)
    order = np.argsort(given, axis=-1)
    tests = (~np.isnan(given)).sum(axis=-1, keepdims=True)
    scaled = np.take_along_axis(given, order, -1) * tests / np.arange(1, given.shape[-1] + 1)
    least = np.fmin.accumulate(scaled[..., ::-1], axis=-1)[..., ::-1]
    found = np.empty_like(given)
    np.put_along_axis(found, order, np.minimum(least, 1.0), -1)
    return np.where(np.isnan(given), np.nan, found)


def _both(*columns: ArrayLike) -> list[Values]:
    """Columns over the areas that have all of them; the first two must vary."""
    arrays = [np.asarray(column, dtype=float) for column in columns]
    if len({array.shape for array in arrays}) > 1:
        raise MethodError(f"arrays of shapes {[a.shape for a in arrays]}", remedy="give one value for each area")
    refuse_infinite(**{f"measure {i}": array for i, array in enumerate(arrays, 1)})
    all_of = ~np.isnan(arrays).any(axis=0)
    kept = [array[all_of] for array in arrays]
    if len(kept[0]) < 4:
        raise MethodError(
            f"{areas_have(len(kept[0]))} both values, and an association needs four", remedy="choose more areas"
        )
    if any(np.ptp(array) == 0 for array in kept[:2]):
        raise MethodError("one of the two measures is the same everywhere", remedy="choose measures that vary")
    return kept


def _unit(values: Values) -> Values:
    """Centred, of length one; all zero where nothing varies."""
    apart = values - values.mean()
    scale = np.abs(apart).max(initial=0.0)
    if scale == 0:
        return np.zeros(len(values))
    apart = apart / scale
    return np.asarray(apart / np.sqrt(apart @ apart))


def _without_each(x: Values, y: Values, kind: Literal["pearson", "spearman"]) -> Values:
    """The coefficient without each area; above 2,000 areas ranks stay as they are among all."""
    if kind == "pearson":
        return np.nan_to_num(without_each(x, y))
    if len(x) > MOST_REMOVED:
        from scipy.stats import rankdata  # 25 MB that serving does without

        return np.nan_to_num(without_each(rankdata(x), rankdata(y)))
    return np.nan_to_num(resampled(x, y, 1 - np.eye(len(x)), kind))


def _ranks(values: Values, counts: NDArray[np.number]) -> Values:
    """Average ranks ``(draws, areas)`` of values ``(areas,)`` that stand ``counts`` times in each sample."""
    levels, place = np.unique(values, return_inverse=True)
    sort = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[sort], np.arange(len(levels)))
    times = np.add.reduceat(counts[:, sort], starts, axis=-1)
    up_to = np.cumsum(times, axis=-1)
    return np.asarray((up_to - times / 2 + 0.5)[:, place])


def _judged(r: float, n: float, spread: float = 1.0, name: str = "r") -> Association:
    """Interval on Fisher's scale and p from Student's t for a coefficient that ``n`` areas are behind."""
    if abs(r) > 1 - 1e-15:
        return Association(r, r, r, 0.0, int(n), name)
    half = special.ndtri(0.975) * np.sqrt(spread / (n - 3)) if n > 3 else np.inf
    low, high = np.tanh(np.arctanh(r) + np.array([-half, half]))
    p = 2 * special.stdtr(n - 2, -abs(r) * np.sqrt((n - 2) / (1 - r**2)))
    return Association(r, float(low), float(high), float(p), int(n), name)
