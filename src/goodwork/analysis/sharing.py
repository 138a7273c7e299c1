"""Money shared in proportion within bounds, and to the penny."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from goodwork.model.panel import Values

Pence = NDArray[np.int64]


def in_proportion(need: Values, total: float, floor: float = 0.0, cap: float = np.inf) -> Values:
    """Shares proportional to ``need`` ``(..., areas)``, none below ``floor`` or above ``cap``, adding up to ``total``.

    The share of an area is factor × need, drawn to the bounds; the factor at which all add up is read off a broken
    line. Areas without need (0) get the floor, areas with NaN nothing and no floor. Where the bounds leave money over,
    every area with need has the cap; where floors come to more than there is, each area has the same. Shape kept.

    >>> in_proportion(np.array([1.0, 2.0, 5.0]), 80.0, floor=15.0, cap=40.0).tolist()
    [15.0, 25.0, 40.0]
    """
    here = ~np.isnan(need)
    wants = np.where(here, need, 0.0)
    low = np.where(here, min(floor, cap), 0.0)
    flat, lows = wants.reshape(-1, need.shape[-1]), low.reshape(-1, need.shape[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        begins = np.where(flat > 0, lows / flat, np.inf)  # the factor at which a share leaves the floor
        ends = np.where(flat > 0, cap / flat, np.inf)  # and at which it meets the cap
    stops = np.sort(np.concatenate([np.zeros((len(flat), 1)), begins, ends], axis=-1), axis=-1)
    last = np.where(np.isfinite(stops), stops, 0.0).max(axis=-1, keepdims=True)
    stops = np.where(np.isfinite(stops), stops, last)

    def shared(factor: Values) -> Values:
        return np.asarray(np.clip(factor * flat, lows, np.where(flat > 0, cap, lows)))

    first, second = np.zeros(len(flat), dtype=np.intp), np.full(len(flat), stops.shape[-1] - 1)
    rows = np.arange(len(flat))
    while (second - first > 1).any():  # the two stops between which all add up
        middle = (first + second) // 2
        enough = shared(stops[rows, middle][:, None]).sum(axis=-1) >= total
        first, second = np.where(enough, first, middle), np.where(enough, middle, second)
    low_end, high_end = (shared(stops[rows, at][:, None]) for at in (first, second))
    lower, upper = low_end.sum(axis=-1), high_end.sum(axis=-1)
    step = np.divide(total - lower, upper - lower, out=np.zeros_like(lower), where=upper > lower)
    found = low_end + np.clip(step, 0.0, 1.0)[:, None] * (high_end - low_end)
    beyond = (upper < total) & ~np.isfinite(cap) & (flat.sum(axis=-1) > 0)  # past the last stop nothing stops
    open_end = np.divide(total - upper, flat.sum(axis=-1), out=np.zeros_like(upper), where=beyond)
    found = np.where(beyond[:, None], high_end + open_end[:, None] * flat, found)
    short = (lows.sum(axis=-1) > total)[:, None]
    even = np.where(lows > 0, total / np.maximum((lows > 0).sum(axis=-1, keepdims=True), 1), 0.0)
    return np.asarray(np.where(short, even, found).reshape(need.shape))


def shares_within(need: Values, total: float, floor: float = 0.0, cap: float = np.inf, minimum: float = 0.0) -> Values:
    """As ``in_proportion``, but a share below ``minimum`` is not paid: as many areas as can be get it, those of most
    need; ``(..., areas)``.

    The areas paid are the largest number of those of most need whose least share is the minimum or more. Where not even
    one share is, nothing is paid.
    """
    if minimum <= 0 or floor >= minimum:
        return in_proportion(need, total, floor, cap)
    order = np.argsort(np.argsort(-np.nan_to_num(need, nan=-1.0), axis=-1, kind="stable"), axis=-1, kind="stable")
    most = (np.nan_to_num(need) > 0).sum(axis=-1)

    def paid(number: NDArray[np.intp]) -> Values:
        few = np.where(order < number[..., None], np.nan_to_num(need), np.nan)
        return np.where(np.isnan(few), 0.0, in_proportion(few, total, 0.0, cap))

    low, high = np.zeros_like(most), most  # so many can be paid; so many are wanted
    while (low < high).any():
        middle = (low + high + 1) // 2
        found = paid(middle)
        fine = np.where(found > 0, found, np.inf).min(axis=-1) >= minimum * (1 - 1e-12)
        fine &= (found > 0).sum(axis=-1) == middle
        low, high = np.where(fine & (low < high), middle, low), np.where(fine | (low >= high), high, middle - 1)
    return np.asarray(paid(low))


def to_the_penny(shares: Values, total: int, floor: int = 0, cap: int | None = None) -> Pence:
    """Whole pence ``(areas,)`` that add up to ``total``: each share rounded down, and what is left over given penny by
    penny to the largest remainders (Hamilton's method), never across ``floor`` or ``cap``; a share of nothing stays
    nothing, of equal remainders the larger share comes first. ``total`` must be what the shares add up to, but for
    rounding.

    >>> to_the_penny(np.array([33.5, 33.25, 33.25]), 100).tolist()
    [34, 33, 33]
    """
    exact = np.where(np.abs(shares - np.rint(shares)) < 1e-6, np.rint(shares), shares)
    whole = np.floor(exact).astype(np.int64)
    over, rest = total - int(whole.sum()), exact - whole
    paid = shares > 0
    while over:
        step = 1 if over > 0 else -1
        room = paid & (whole < cap if step > 0 and cap is not None else whole > floor if step < 0 else True)
        if not room.any():
            break
        first = np.lexsort((-shares, -step * rest, ~room))[: min(abs(over), int(room.sum()))]
        whole[first] += step
        rest[first] = 0.5
        over -= step * len(first)
    return whole
