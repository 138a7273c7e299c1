"""Which areas can be told apart: confidence sets for ranks, pairs that surely differ, and tiers (handbook step 8).

A bare "110th of 119" says more than the figures can bear. An area is *surely* above another one when its published
score is, by more than a critical number of standard errors of the difference. That number is read off the draws of
sampling error, so that with the stated confidence none of the comparisons it stands for is wrong, not just each one.

*Variant.* The two-sided joint confidence sets of Mogstad, Romano, Shaikh & Wilhelm (2024) from studentised differences
of all pairs, in one step; R's ``csranks(cstype = "two-sided", stepdown = FALSE)`` with draws in the place of its
parametric bootstrap. As standard errors are known from the draws only, each draw is studentised by those of the others.
The stepwise refinement is left out: with 207 areas it narrows the sets by less than 2 % and costs the plain reading
that one number of standard errors separates every pair. *Ties.* Areas that are truly equal share places, from one more
than the number of better areas to the number of areas that are not worse; the sets cover all of these places.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from math import ceil, prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from goodwork.errors import Fault, MethodError
from goodwork.index.ranking import rank
from goodwork.language import tr
from goodwork.model.panel import Values

#: Comparing every pair of more areas takes minutes and gigabytes.
MOST_AREAS = 5000
#: Numbers of the blocks in which pairs are compared: a few arrays of this size stay in a processor's cache.
CELLS = 1 << 17

#: What the confidence is stated for: no mistake among all pairs; among those of one area (the row); in one pair.
Over = Literal["all pairs", "one area", "one pair"]


@dataclass(frozen=True, eq=False)
class RankSets:
    """The places each area may have; arrays ``(..., areas)``, NaN where an area is not scored.

    ``low`` (the better end) to ``high`` hold the true ranks of *all* areas at once with confidence ``level``: for
    league tables. ``low_alone`` to ``high_alone`` hold the true rank of the one area a reader asks about: never wider,
    for profiles. ``rank`` is the published one; ``apart`` ``(..., areas, areas)`` is ``told_apart`` over all pairs;
    ``critical`` ``(...)`` how many standard errors of their difference two areas must be apart, NaN below two areas.
    """

    level: float
    draws: int
    rank: Values
    low: Values
    high: Values
    low_alone: Values
    high_alone: Values
    critical: Values
    apart: NDArray[np.int8]

    @property
    def tier(self) -> Values:
        """The tier of each area, 1 = best, as ``tiers`` makes them."""
        return tiers(self.rank, self.apart)

    @property
    def share_apart(self) -> Values:
        """The share of the pairs of scored areas that can be told apart, ``(...)``; NaN below two areas."""
        scored = np.isfinite(self.rank).sum(axis=-1)
        pairs = scored * (scored - 1)
        counts = np.count_nonzero(self.apart, axis=(-2, -1))
        share: Values = np.divide(counts, pairs, out=np.full(np.shape(counts), np.nan), where=pairs > 0)
        return share


def simultaneous_ranks(
    published: Values, draws: Values, level: float = 0.95, executor: Executor | None = None
) -> RankSets:
    """The places each area may truly have, so that all areas' sets are right at once with confidence ``level``.

    ``published`` ``(..., areas)`` are scores, higher is better, NaN for not scored; ``draws`` ``(draws, ..., areas)``
    the same scores under draws of their errors, of which only the deviations from the draws' own mean are used, so that
    a bias does no harm; errors may differ between areas and go together. Every leading cell is a comparison of its own.
    The lowest place of an area is one more than the number of areas surely above it, the highest the number of areas
    less those surely below it; the published rank lies between. Raises ``MethodError`` for more than 5,000 areas, too
    few draws for the level, or scored areas without draws. Handbook step 8; Mogstad, Romano, Shaikh & Wilhelm (2024).

    >>> draws = np.random.default_rng(1).normal([9.0, 5.0, 4.8, np.nan], 0.5, (500, 4))
    >>> sets = simultaneous_ranks(np.array([9.0, 5.0, 4.8, np.nan]), draws)
    >>> sets.low, sets.high, sets.tier
    (array([ 1.,  2.,  2., nan]), array([ 1.,  3.,  3., nan]), array([ 1.,  2.,  2., nan]))
    """
    published, draws = np.asarray(published, dtype=float), np.asarray(draws)
    (joint, alone), critical = _each(published, draws, level, ("all pairs", "one area"), executor)
    ranks = rank(published, -1)
    low, high = _places(joint, ranks)
    low_alone, high_alone = _places(alone, ranks)
    return RankSets(level, len(draws), ranks, low, high, low_alone, high_alone, critical, joint)


def told_apart(
    published: Values,
    draws: Values,
    level: float = 0.95,
    *,
    over: Over = "all pairs",
    executor: Executor | None = None,
) -> NDArray[np.int8]:
    """Which areas surely differ: 1 where the row's area is surely above the column's, −1 surely below, 0 not sure.

    Arguments and errors as for ``simultaneous_ranks``; returns ``(..., areas, areas)``, 0 for areas not scored.
    ``over`` says which comparisons are right together: ``all pairs`` (tables, tiers); ``one area``, each row by itself
    (who is surely above York?), not mirrored across the diagonal; ``one pair`` (York or Hull?), for which the errors
    are taken as normal (Student's t). Looking for the widest gap needs ``all pairs``. Handbook step 8; Mogstad et al.
    (2024).

    >>> draws = np.random.default_rng(1).normal([9.0, 5.0, 4.8], 0.5, (500, 3))
    >>> told_apart(np.array([9.0, 5.0, 4.8]), draws)
    array([[ 0,  1,  1],
           [-1,  0,  0],
           [-1,  0,  0]], dtype=int8)
    """
    published, draws = np.asarray(published, dtype=float), np.asarray(draws)
    (apart,), _ = _each(published, draws, level, (over,), executor)
    return apart


def tiers(ranks: Values, apart: NDArray[np.int8]) -> Values:
    """Groups of neighbours in the ranking, 1 = best: a new tier begins with the first area surely below the head of the
    tier before it.

    ``ranks`` ``(..., areas)`` as published, NaN for not scored; ``apart`` ``(..., areas, areas)`` from ``told_apart``
    over all pairs. Returns ``(..., areas)``, whole numbers, NaN for not scored. Areas with equal scores stand in one
    tier and head it together; to be surely below one of them is enough. So the heads of two tiers that follow each
    other surely differ, and nobody is surely below the head of the own tier; but two areas on either side of a border
    need not differ, and within a tier the last may be surely below another one than the head. Handbook step 10.

    >>> tiers(np.array([1.0, 2.0, 3.0]), np.array([[0, 0, 1], [0, 0, 0], [-1, 0, 0]], dtype=np.int8))
    array([1., 1., 2.])
    """
    *shape, areas = np.shape(ranks)
    places = np.where(np.isnan(ranks), np.inf, ranks).reshape(prod(shape), areas)
    above = apart.reshape(prod(shape), areas, areas)
    tier = np.full(places.shape, np.nan)
    start, number = places.min(axis=-1, initial=np.inf), 0
    while np.isfinite(start).any():
        number += 1
        cell, head = np.nonzero((places == start[:, None]) & np.isfinite(places))
        below = np.zeros(places.shape, dtype=bool)
        np.logical_or.at(below, cell, above[cell, head] > 0)
        end = np.where(below & (places > start[:, None]), places, np.inf).min(axis=-1, initial=np.inf)
        tier[(places >= start[:, None]) & (places < end[:, None])] = number
        start = end
    return tier.reshape(np.shape(ranks))


def describe(tier: Values, level: float = 0.95) -> str:
    """The tiers ``(areas,)`` of one ranking in a sentence, with what they mean; NaN is not counted.

    >>> describe(np.array([1.0, 1.0, 2.0, np.nan])).split(":")[0]
    '3 areas form 2 tiers (of 2 and 1)'
    """
    sizes = [count for _, count in sorted(Counter(tier[np.isfinite(tier)].tolist()).items())]
    surely = tr("at {level:g} % confidence in all pairs at once").format(level=100 * level)
    if len(sizes) < 2:
        return tr("All {n} areas form one tier: none is surely below the first, {surely}.").format(
            n=sum(sizes), surely=surely
        )
    *others, last = map(str, sizes)
    return tr(
        "{n} areas form {tiers} tiers (of {sizes} and {last}): each begins with the first area that "
        "is surely below the head of the tier before it, {surely}; areas on either side of a border "
        "need not differ."
    ).format(n=sum(sizes), tiers=len(sizes), sizes=", ".join(others), last=last, surely=surely)


def interval_ranks(published: Values, errors: Values, level: float = 0.95) -> tuple[Values, Values]:
    """The lowest and highest place of each area from separate intervals: one area is surely above another when their
    intervals do not touch.

    ``published`` and ``errors`` (standard errors, score units) are ``(..., areas)``, returned are two such arrays, NaN
    for not scored. The simpler alternative, for any number of areas and without draws: right for all areas at once when
    errors are normal and independent, and mostly wider. Raises ``MethodError`` for a scored area without a standard
    error. Handbook step 8; Klein, Wright & Wieczorek (2020).

    >>> interval_ranks(np.array([9.0, 5.0, 4.8]), np.array([0.5, 0.5, 0.5]))
    (array([1., 2., 2.]), array([1., 3., 3.]))
    """
    published = np.asarray(published, dtype=float)
    errors = np.broadcast_to(np.asarray(errors, dtype=float), published.shape)
    scored = ~np.isnan(published)
    faults = _level_faults(level)
    if bad := np.count_nonzero(scored & ~(np.isfinite(published) & np.isfinite(errors) & (errors >= 0))):
        faults.append(Fault(f"{bad} scored areas lack a finite score or error", remedy="give both or neither"))
    _refuse(faults)
    number = scored.sum(axis=-1, keepdims=True)
    reach = special.ndtri((1 + level ** (1 / np.maximum(number, 1))) / 2) * errors
    bottom, top = published - reach, published + reach
    low, high = np.full(published.shape, np.nan), np.full(published.shape, np.nan)
    for cell in np.ndindex(published.shape[:-1]):
        here = scored[cell]
        ends, starts = np.sort(top[cell][here]), np.sort(bottom[cell][here])
        low[cell][here] = 1 + len(starts) - np.searchsorted(starts, top[cell][here], side="right")
        high[cell][here] = len(ends) - np.searchsorted(ends, bottom[cell][here], side="left")
    return low, high


def _places(apart: NDArray[np.int8], ranks: Values) -> tuple[Values, Values]:
    scored = np.isfinite(ranks)
    low = 1.0 + np.count_nonzero(apart < 0, axis=-1)
    high = scored.sum(axis=-1, keepdims=True) - np.count_nonzero(apart > 0, axis=-1)
    return np.where(scored, low, np.nan), np.where(scored, high, np.nan)


def _each(
    published: Values, draws: Values, level: float, overs: tuple[Over, ...], executor: Executor | None
) -> tuple[list[NDArray[np.int8]], Values]:
    """The sign matrices asked for, ``(..., areas, areas)`` each, and the critical values over all pairs ``(...)``."""
    _check(published, draws, level)
    *shape, areas = published.shape
    rows = published.reshape(prod(shape), areas)
    cells = [draws.reshape(len(draws), *rows.shape)[:, at] for at in range(len(rows))]
    one = partial(_cell, level, overs)
    found = list(executor.map(one, rows, cells) if executor else map(one, rows, cells))
    signs = [np.array([cell[0][n] for cell in found], np.int8).reshape(*shape, areas, areas) for n in range(len(overs))]
    return signs, np.array([cell[1] for cell in found]).reshape(shape)


def _cell(
    level: float, overs: tuple[Over, ...], published: Values, draws: Values
) -> tuple[list[NDArray[np.int8]], float]:
    """What ``_each`` finds, of one cell."""
    scored = np.flatnonzero(~np.isnan(published))
    found = [np.zeros((len(published), len(published)), dtype=np.int8) for _ in overs]
    if len(scored) < 2:
        return found, np.nan
    greatest, error = _studentised(draws[:, scored])
    at = _order(len(draws), level) - 1
    joint = _left_out(np.partition(greatest.max(axis=0), at)[at], len(draws))
    critical: dict[Over, Values] = {
        "all pairs": joint,
        "one pair": np.asarray(special.stdtrit(len(draws) - 1, (1 + level) / 2)),
    }
    if "one area" in overs:
        critical["one area"] = _left_out(np.partition(greatest, at, axis=1)[:, at, None], len(draws))
    gap = np.subtract.outer(published[scored], published[scored])
    ratio = np.divide(gap, error, out=np.copysign(np.inf, gap), where=error > 0)
    ratio[gap == 0] = 0
    for matrix, over in zip(found, overs, strict=True):
        surely_above, surely_below = ratio > critical[over], ratio < -critical[over]
        matrix[np.ix_(scored, scored)] = surely_above.view(np.int8) - surely_below.view(np.int8)
    return found, float(joint)


def _studentised(draws: Values) -> tuple[NDArray[np.float32], Values]:
    """Each area's greatest studentised difference from any other in every draw ``(areas, draws)``, and the standard
    errors of all differences ``(areas, areas)``.

    Areas stand on a circle: with ``k`` running to half its length, each area and the ``k``-th after it are every pair
    once, one array operation for all areas and draws. Single precision, squares until the end; a pair without error
    (both fixed, or always drawn together) has zeros.
    """
    number, areas = draws.shape
    errors = (draws - draws[0]).astype(float, copy=False)  # a score that is the same in all draws has exactly no error
    errors -= errors.mean(axis=0)
    unit = max(errors.max(), -errors.min()) or 1.0
    errors /= unit
    lines = np.ascontiguousarray(errors.T, dtype=np.float32)
    twice = np.concatenate([lines, lines])
    greatest = np.zeros_like(twice)
    steps = np.arange(1, areas // 2 + 1)
    squares = np.empty((areas, len(steps)), dtype=np.float32)
    block = max(1, CELLS // number)
    room = np.empty((min(block, areas), number), dtype=np.float32)
    for start in range(0, areas, block):
        own = lines[start : start + block]
        own_greatest, end = greatest[start : start + len(own)], start + len(own)
        gap = room[: len(own)]
        for step in steps.tolist():
            np.subtract(twice[start + step : end + step], own, out=gap)
            np.multiply(gap, gap, out=gap)
            total = squares[start:end, step - 1] = np.einsum("ij->i", gap)
            gap *= np.divide(1, total, out=np.zeros_like(total), where=total > 0)[:, None]
            np.maximum(own_greatest, gap, out=own_greatest)
            other_greatest = greatest[start + step : end + step]
            np.maximum(other_greatest, gap, out=other_greatest)
    here = np.arange(areas)[:, None]
    error = np.zeros((areas, areas))
    error[here, (here + steps) % areas] = error[(here + steps) % areas, here] = unit * np.sqrt(squares / (number - 1))
    return np.sqrt(np.maximum(greatest[:areas], greatest[areas:]) * np.float32(number - 1)), error


def _left_out(value: NDArray[np.float32], number: int) -> Values:
    """What a studentised difference would be if its own draw had no part in the mean and the standard error, as the
    published scores have none: a monotone change, so that it can wait until the critical value is found."""
    square = np.square(value, dtype=float) * number / (number - 1)
    return np.asarray(np.sqrt(square * (number - 2) / np.maximum(number - 1 - square, 1e-6)))


def _order(number: int, level: float) -> int:
    """Which of so many draws, in order of size, is exceeded with probability 1 − level at most by one more draw."""
    return ceil(level * (number + 1) - 1e-9)


def _level_faults(level: float) -> list[Fault]:
    return [] if 0 < level < 1 else [Fault(f"a confidence of {level:g}", remedy="choose one between 0 and 1")]


def _check(published: Values, draws: Values, level: float) -> None:
    """Collect all that is wrong with the arguments, and refuse once."""
    faults, areas = _level_faults(level), published.shape[-1]
    if areas > MOST_AREAS:
        faults.append(
            Fault(
                f"{areas:,} areas: every pair is compared up to {MOST_AREAS:,} only",
                remedy="compare areas within a region or at a higher level, or take interval_ranks",
            )
        )
    if draws.shape[1:] != published.shape:
        faults.append(Fault(f"draws shaped {draws.shape} of scores {published.shape}", remedy="put draws first"))
    elif bad := np.count_nonzero(~np.isnan(published) & ~(np.isfinite(published) & np.isfinite(draws).all(axis=0))):
        faults.append(Fault(f"{bad} scored areas are not finite in every draw", remedy="leave them out, or draw them"))
    if not faults and len(draws) < max(3, _order(len(draws), level)):
        faults.append(Fault(f"{len(draws)} draws are too few for {100 * level:g} %", remedy="take 200 draws or more"))
    _refuse(faults)


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise MethodError("areas cannot be told apart", faults=faults)
