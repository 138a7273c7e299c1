"""Classes of a map by one stated rule: equal numbers of areas, natural breaks, or equal steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodwork.language import tr
from goodwork.model.panel import Values

CLASSES = 5
NO_DATA = -1
#: Natural breaks are looked for among at most so many distinct values; more are thinned to their quantiles.
DISTINCT = 600
_PARTS = {2: tr("half"), 3: tr("third"), 4: tr("quarter"), 5: tr("fifth"), 6: tr("sixth"), 7: tr("seventh")}
_PLACES = (tr("lowest"), tr("second"), tr("third"), tr("fourth"), tr("fifth"), tr("sixth"), tr("seventh"))


@dataclass(frozen=True)
class Rule:
    """How values are cut into classes: its name, what it does in words, and the function ``(values, classes)`` that
    gives the highest value of every class but the last."""

    name: str
    title: str
    words: str
    cuts: Callable[[Values, int], Values]


@dataclass(frozen=True)
class Classes:
    """The class of each value (0 = lowest, ``NO_DATA`` where there is none), and what each class holds.

    ``low`` and ``high`` are the smallest and largest value in each class, ``counts`` how many areas are in it,
    ``missing`` how many have no value. ``fixed``: the classes were cut over more values than these (all periods), so
    that a class can be empty here, and ``low`` and ``high`` are those of all of them.
    """

    of: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int
    rule: str = "quantiles"
    fixed: bool = False

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def words(self) -> str:
        """By which rule the classes were cut, over what.

        >>> quantiles(np.arange(10.0)).words
        'Each colour holds about the same number of areas (quantiles)'
        """
        told = RULES[self.rule].words
        together = tr("Over all periods together: {rule}")
        return together.format(rule=f"{told[:1].lower()}{told[1:]}") if self.fixed else told

    def place(self, k: int) -> str:
        """What part of the areas a class is.

        >>> quantiles(np.arange(10.0)).place(4), quantiles(np.arange(10.0)).place(1)
        ('highest fifth', 'second fifth')
        >>> equal_steps(np.arange(10.0)).place(1)
        'second of 5'
        """
        part = _PARTS.get(len(self))
        if part is None:
            return tr("all areas with a value")
        if self.fixed or self.rule != "quantiles":
            ends = {0: tr("lowest"), len(self) - 1: tr("highest")}
            return ends.get(k) or tr("{place} of {n}").format(place=_PLACES[k], n=len(self))
        return tr("{place} {part}").format(place=tr("highest") if k == len(self) - 1 else _PLACES[k], part=part)

    def bounds(self, k: int, decimals: int = 1) -> str:
        """The values a class holds.

        >>> quantiles(np.arange(10.0)).bounds(0)
        '0.0 to 1.0'
        """
        low, high = f"{self.low[k]:.{decimals}f}", f"{self.high[k]:.{decimals}f}"
        return low if low == high else tr("{low} to {high}").format(low=low, high=high)

    def touched(self, low: Values, high: Values) -> NDArray[np.intp]:
        """How many classes each interval reaches into, ``(areas,)``; 0 where an end is not known.

        >>> quantiles(np.arange(10.0)).touched(np.array([0.0, 1.2, np.nan]), np.array([0.5, 6.0, 1.0])).tolist()
        [1, 4, 0]
        """
        edges = [(a + b) / 2 for a, b in zip(self.high, self.low[1:], strict=False)]
        first, last = (np.searchsorted(edges, np.nan_to_num(ends), side="right") for ends in (low, high))
        return np.asarray(np.where(np.isfinite(low) & np.isfinite(high), last - first + 1, 0))


def classed(values: Values, rule: str = "quantiles", classes: int = CLASSES, *, over: Values | None = None) -> Classes:
    """Values ``(areas,)`` in classes by a rule of ``RULES``, cut over these values or over others ``over``, which must
    hold these. Equal values are never parted; few distinct values make fewer classes; NaN is ``NO_DATA``.

    >>> classed(np.array([1.0, 2.0, 9.0]), "equal", 2).of, classed(np.array([9.0]), over=np.arange(10.0)).of
    ((0, 0, 1), (4,))
    """
    values = np.asarray(values, dtype=np.float64)
    pool = values if over is None else np.asarray(over, dtype=np.float64)
    known = pool[np.isfinite(pool)]
    if not len(known):
        return Classes((NO_DATA,) * len(values), (), (), (), len(values), rule, over is not None)
    breaks = np.unique(RULES[rule].cuts(known, classes))
    used, dense = np.unique(np.searchsorted(breaks, known, side="left"), return_inverse=True)
    groups = [known[dense == k] for k in range(len(used))]
    here = np.isfinite(values)
    of = np.full(len(values), NO_DATA)
    raw = np.searchsorted(breaks, values[here], side="left")
    of[here] = np.minimum(np.searchsorted(used, raw), len(used) - 1)
    return Classes(
        of=tuple(int(k) for k in of),
        low=tuple(float(g.min()) for g in groups),
        high=tuple(float(g.max()) for g in groups),
        counts=tuple(int(n) for n in np.bincount(of[here], minlength=len(used))),
        missing=int((~here).sum()),
        rule=rule,
        fixed=over is not None,
    )


def quantiles(values: Values, classes: int = CLASSES) -> Classes:
    """Equal numbers of areas in each class; equal values are never parted, so classes can differ a little in size, and
    few distinct values make fewer classes.

    >>> quantiles(np.array([3.0, np.nan, 1.0, 2.0, 2.0, 2.0])).of
    (2, -1, 0, 1, 1, 1)
    """
    return classed(values, "quantiles", classes)


def natural(values: Values, classes: int = CLASSES) -> Classes:
    """Natural breaks: the classes in which values lie closest to the mean of their class.

    >>> natural(np.array([1.0, 2.0, 9.0, 10.0, 30.0]), 3).of
    (0, 0, 1, 1, 2)
    """
    return classed(values, "natural", classes)


def equal_steps(values: Values, classes: int = CLASSES) -> Classes:
    """Classes of the same width from the lowest to the highest value; those that hold nothing are left out.

    >>> equal_steps(np.array([0.0, 1.0, 2.0, 3.0, 10.0])).counts
    (3, 1, 1)
    """
    return classed(values, "equal", classes)


def _quantile_cuts(known: Values, classes: int) -> Values:
    return np.asarray(np.quantile(known, np.arange(1, classes) / classes, method="inverted_cdf"))


def _equal_cuts(known: Values, classes: int) -> Values:
    return np.linspace(known.min(), known.max(), classes + 1)[1:-1]


def _natural_cuts(known: Values, classes: int) -> Values:
    """The cuts with the least sum of squares within classes, found exactly (Fisher 1958, *JASA* 53): the best cut into
    k classes up to a value is the best cut into k − 1 up to some earlier one, and one class more."""
    if len(np.unique(known)) > DISTINCT:
        known = np.quantile(known, np.linspace(0, 1, DISTINCT), method="inverted_cdf")
    at, count = np.unique(known, return_counts=True)
    classes, n = min(classes, len(at)), len(at)
    middle = at.mean()
    sums = [np.concatenate([[0.0], np.cumsum(count * (at - middle) ** power)]) for power in (0, 1, 2)]
    # within[i, j]: sum of squares of the values i to j − 1 about their mean
    weight, first, second = (total[None, :] - total[:, None] for total in sums)
    within = np.where(weight > 0, second - first**2 / np.where(weight > 0, weight, 1), np.inf)
    best, chosen = within[0], []
    for _ in range(classes - 1):
        through = best[:, None] + within
        chosen.append(through.argmin(axis=0))
        best = through.min(axis=0)
    cuts, end = [], n
    for starts in reversed(chosen):
        end = int(starts[end])
        cuts.append(float(at[end - 1]))
    return np.array(cuts[::-1])


#: The rules a reader can choose from.
RULES = {
    rule.name: rule
    for rule in (
        Rule("quantiles", tr("same number of areas"),
             tr("Each colour holds about the same number of areas (quantiles)"), _quantile_cuts),
        Rule("natural", tr("natural breaks"),
             tr("Colours part where values lie apart (natural breaks, Fisher 1958)"), _natural_cuts),
        Rule("equal", tr("equal steps"), tr("Each colour is a step of the same width (equal intervals)"), _equal_cuts),
    )
}  # fmt: skip
