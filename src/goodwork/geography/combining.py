"""The figure of an area from the figures of its parts: arithmetic on groups of rows.

Every function takes columns of parts, shaped ``(parts,)``, and ``group``, the number of the area each part goes to.
``factor`` is the share of a part that goes there: 1 for the whole, NaN where nobody has said.

References: Office for National Statistics, Subnational statistics: geography aggregation (counts are added, rates never
averaged; a missing part makes the whole missing); Cochran (1977), Sampling Techniques, 3rd edition, section 5.3
(variance of a weighted sum of independent estimates).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Group = NDArray[np.intp]


class How(IntEnum):
    """How a figure came about. The later in the list, the further from what was published."""

    AS_PUBLISHED = 0
    RECODED = 1
    SUMMED = 2
    REBUILT = 3
    WEIGHTED = 4
    APPROXIMATED = 5
    INHERITED = 6
    APPORTIONED = 7
    PART_MISSING = 8
    NO_SHARES = 9
    NO_WEIGHTS = 10

    @property
    def words(self) -> str:
        """The way in words."""
        return _WORDS[self]


_WORDS = {
    How.AS_PUBLISHED: "as published",
    How.RECODED: "the same place under another code",
    How.SUMMED: "sum of the parts",
    How.REBUILT: "rate of the summed numerators and denominators",
    How.WEIGHTED: "mean of the parts' rates, weighted by population",
    How.APPROXIMATED: "mean of the parts' medians, weighted: an approximation",
    How.INHERITED: "rate of the larger area it is a part of",
    How.APPORTIONED: "share of a larger area's count",
    How.PART_MISSING: "none: a part is missing or withheld",
    How.NO_SHARES: "none: nobody says how the count divides",
    How.NO_WEIGHTS: "none: neither numerators nor weights to combine rates with",
}


@dataclass(frozen=True, eq=False)
class Parts:
    """Columns of parts and the number of parts each group needs.

    ``count`` and ``median`` say what kind of figure a part is (otherwise a rate per ``per``); ``factor`` as in the
    module; ``needed`` is shaped ``(groups,)``.
    """

    group: Group
    needed: NDArray[np.intp]
    factor: Column
    value: Column
    lower: Column
    upper: Column
    numerator: Column
    denominator: Column
    weight: Column
    per: Column
    count: NDArray[np.bool_]
    median: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Combined:
    """One figure per group, with its way; shaped ``(groups,)``. What is ``estimated`` is no official figure."""

    value: Column
    lower: Column
    upper: Column
    numerator: Column
    denominator: Column
    weight: Column
    how: NDArray[np.int64]
    estimated: NDArray[np.bool_]


def combine(parts: Parts) -> Combined:
    """The figure of each group: counts added, rates rebuilt or weighted, one part inherited; NaN where a part is not
    known.

    A rate is ``per`` Σn/Σd; without numerators Σwr/Σw, with its own denominators or else the given weights. Half-widths
    of intervals add in quadrature: √Σh² for counts, √Σ(d/D)²h² for rates, taking parts as independent; NaN where a part
    has none.

    >>> one = np.ones(2)
    >>> district = dict(factor=one, value=np.array([79.5, 70.0]), lower=np.array([73.8, 64.0]),
    ...                 upper=np.array([85.2, 76.0]), numerator=np.array([45.6, 35.0]),
    ...                 denominator=np.array([57.36, 50.0]), weight=np.nan * one, per=100 * one,
    ...                 count=np.array([False, False]), median=np.array([False, False]))
    >>> whole = combine(Parts(group=np.array([0, 0]), needed=np.array([2]), **district))
    >>> whole.value.round(2).tolist(), (whole.upper - whole.value).round(2).tolist(), How(whole.how[0]).name
    ([75.07], [4.13], 'REBUILT')
    """
    group, groups = parts.group, len(parts.needed)
    first = np.full(groups, -1)
    first[group[::-1]] = np.arange(len(group))[::-1]
    count, median, alone = parts.count[first], parts.median[first], parts.needed == 1
    pieces = _total(parts.factor != 1, group, groups) > 0

    got = np.bincount(group, weights=~np.isnan(parts.value), minlength=groups)
    complete = (np.bincount(group, minlength=groups) == parts.needed) & (got == parts.needed)
    numerator = _total(parts.factor * parts.numerator, group, groups)
    denominator = _total(parts.factor * parts.denominator, group, groups)
    weight = _total(parts.factor * parts.weight, group, groups)
    summed = _total(parts.factor * parts.value, group, groups)

    own = np.isfinite(denominator) & (denominator > 0)
    rebuilt = own & np.isfinite(numerator) & ~median
    by = np.where(own[group], parts.denominator, parts.weight) * parts.factor
    whole = _total(by, group, groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where((whole > 0)[group], by / whole[group], np.nan)
        rate = np.where(rebuilt, parts.per[first] * numerator / denominator, _total(share * parts.value, group, groups))
    rate = np.where(alone, parts.value[first], rate)
    value = np.where(count, summed, rate)

    scale = np.where(parts.count, parts.factor, np.where(alone[group], 1.0, share))
    below = np.sqrt(_total((scale * (parts.value - parts.lower)) ** 2, group, groups))
    above = np.sqrt(_total((scale * (parts.upper - parts.value)) ** 2, group, groups))

    how = np.select(
        [
            ~complete,
            np.isnan(value) & count,
            np.isnan(value),
            alone & ~pieces,
            count & pieces,
            count,
            alone,
            median,
            rebuilt,
        ],
        [
            How.PART_MISSING,
            How.NO_SHARES,
            How.NO_WEIGHTS,
            How.RECODED,
            How.APPORTIONED,
            How.SUMMED,
            How.INHERITED,
            How.APPROXIMATED,
            How.REBUILT,
        ],
        How.WEIGHTED,
    )
    known = how < How.PART_MISSING
    return Combined(
        value=np.where(known, value, np.nan),
        lower=np.where(known, value - below, np.nan),
        upper=np.where(known, value + above, np.nan),
        numerator=np.where(known, numerator, np.nan),
        denominator=np.where(known, denominator, np.nan),
        weight=np.where(known, weight, np.nan),
        how=how,
        estimated=known & ((how >= How.WEIGHTED) | pieces),
    )


def _total(column: NDArray[np.generic], group: Group, groups: int) -> Column:
    """Sum by group; one NaN makes the group NaN."""
    return np.asarray(np.bincount(group, weights=column.astype(float), minlength=groups), dtype=float)
