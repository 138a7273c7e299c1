"""Scales and axes: where a value lies on paper, round numbers beside it, and which end is better.

Round numbers are 1, 2 or 5 times a power of ten. matplotlib's tickers would do the same and bring 30 MB.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import ArrayLike

from goodwork.analysis.wording import written
from goodwork.figures.lettering import SMALL, broken, width, write
from goodwork.figures.markup import number, tag
from goodwork.figures.theme import paint


@dataclass(frozen=True)
class Scale:
    """A straight scale from values (``low`` to ``high``) to drawing units (``start`` to ``end``); ``ticks`` are round
    values inside it. ``known`` is False where there is no value at all; ``negated``: values are written with the other
    sign (of ranks, below zero so that 1 lies highest)."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    known: bool = True
    negated: bool = False

    def __call__(self, value: float) -> float:
        return self.start + (float(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def words(self, value: float) -> str:
        """A tick as it is written: as many decimals as the ticks differ in, a true minus.

        >>> scale([0.0, 1.0], 0, 100).words(0.5), scale([-2000.0, 1000.0], 0, 100).words(-2000.0)
        ('0.5', '−2,000')
        """
        step = self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else abs(value) or 1.0
        decimals = max(0, -floor(log10(step) + 1e-9))
        return written(-value if self.negated else value, f",.{decimals}f")


def round_numbers(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """About so many round numbers from low to high.

    >>> round_numbers(0.3, 9.7), round_numbers(92, 108, 4)
    ((2.0, 4.0, 6.0, 8.0), (95.0, 100.0, 105.0))
    """
    raw = (high - low) / max(count, 1)
    if not raw > 0 or not np.isfinite(raw):
        return ()
    power = 10.0 ** floor(log10(raw))
    step = next((m * power for m in (1, 2, 5) if raw <= m * power * 1.0001), 10 * power)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return tuple(round(k * step, 12) for k in range(first, last + 1))


def scale(
    values: ArrayLike, start: float, end: float, *, count: int = 5, margin: float = 0.04, holding: Iterable[float] = ()
) -> Scale:
    """The scale that shows all values (NaN is no value) and those it must be ``holding``, with a little room at both
    ends; a single value stands in the middle."""
    known = np.asarray(values, dtype=float).ravel()
    known = known[np.isfinite(known)]
    both = np.concatenate([known, np.asarray(list(holding), dtype=float)])
    if not both.size:
        return Scale(0.0, 1.0, start, end, (), known=False)
    low, high = float(both.min()), float(both.max())
    room = (high - low) * margin if high > low else abs(low) * 0.05 or 1.0
    low, high = low - room, high + room
    return Scale(low, high, start, end, round_numbers(low, high, count), known=bool(known.size))


def below(
    axis: Scale, top: float, bottom: float, title: str = "", *, left: float = 0.0, right: float | None = None
) -> tuple[str, float]:
    """An axis under a plot: hairlines from ``top`` to ``bottom``, numbers, title; and the height it takes. Numbers that
    would touch are left out."""
    lines = "".join(f"M{number(axis(t))} {number(top)}V{number(bottom)}" for t in axis.ticks)
    drawn = [tag("path", d=lines, **paint("none", "grid", 1, "grid"))] if lines else []
    last = -1e9
    for t in sorted(axis.ticks, key=axis):
        words = axis.words(t)
        half = width(words, SMALL) / 2
        at = min(axis(t), max(axis.start, axis.end) + 6 - half)
        if at - half > last + 6:
            drawn.append(write(words, at, bottom + 16, SMALL, "quiet", anchor="middle", kind="tick"))
            last = at + half
    taken = 22.0
    if title:
        right = max(axis.start, axis.end) if right is None else right
        for line in broken(title, right - left, SMALL):
            drawn.append(write(line, right, bottom + taken + 12, SMALL, "quiet", anchor="end"))
            taken += 15
    return "".join(drawn), taken + 6


def beside(axis: Scale, left: float, right: float) -> str:
    """An axis beside a plot: hairlines from ``left`` to ``right``, numbers left of them."""
    lines = "".join(f"M{number(left)} {number(axis(t))}H{number(right)}" for t in axis.ticks)
    drawn = [tag("path", d=lines, **paint("none", "grid", 1, "grid"))] if lines else []
    drawn += [
        write(axis.words(t), left - 6, axis(t) + 4, SMALL, "quiet", anchor="end", kind="tick") for t in axis.ticks
    ]
    return "".join(drawn)


def rule(
    x: float, top: float, bottom: float, role: str = "edge", *, dashes: str | None = None, kind: str = "rule"
) -> str:
    """A line down a plot."""
    return _straight(f"M{number(x)} {number(top)}V{number(bottom)}", role, dashes, kind)


def level(
    y: float, left: float, right: float, role: str = "edge", *, dashes: str | None = None, kind: str = "rule"
) -> str:
    """A line across a plot."""
    return _straight(f"M{number(left)} {number(y)}H{number(right)}", role, dashes, kind)


def _straight(d: str, role: str, dashes: str | None, kind: str) -> str:
    return tag("path", d=d, stroke_dasharray=dashes, **paint("none", role, 1.2, kind))


def nothing(what: str, x: float, y: float) -> str:
    """What stands where there is nothing to draw: words, never an empty frame or a zero."""
    return write(what, x, y, 13, "quiet", kind="nothing")
