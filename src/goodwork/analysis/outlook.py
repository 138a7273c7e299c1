"""Where a series is heading: the chance that it reaches a goal by a year if it goes on as before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from goodwork.model.panel import Values

#: From this chance on a target is on track, up to one less it off track; between nobody can tell.
LIKELY = 0.8
#: Figures that a trend needs.
NEEDED = 3


@dataclass(frozen=True)
class Outlook:
    """What is expected at the year of a goal, with the range that holds it in 95 of 100 cases, on the scale of the
    figures; the slope a year; the chance that the goal is reached; how many figures it rests on."""

    expected: float
    low: float
    high: float
    slope: float
    chance: float
    n: int

    @property
    def verdict(self) -> str:
        """On track, off track, or cannot tell.

        >>> Outlook(1.0, 0.0, 2.0, 0.1, 0.5, 5).verdict
        'cannot tell'
        """
        if not np.isfinite(self.chance):
            return "cannot tell"
        return "on track" if self.chance >= LIKELY else "off track" if self.chance <= 1 - LIKELY else "cannot tell"


def outlook(values: Values, errors: Values, years: Values, goal: float, by: float, higher: bool = True) -> Outlook:
    """A straight line through the figures, weighted by their standard errors, carried on to the year ``by``.

    All arrays are ``(periods,)`` without gaps, on a scale on which errors are normal. What is predicted is the true
    figure of that year: the doubt of the line, and the ups and downs beyond sampling error, if the figures lie further
    off the line than their errors explain; the range is then Student's with the degrees of freedom left, else normal.
    A year that has a figure is judged by that figure alone. NaN with fewer than three figures. Weighted least squares:
    Draper & Smith (1998), chapter 9; Birge (1932) for the scaling of errors.

    >>> found = outlook(np.array([5.0, 4.0, 3.0]), np.full(3, 0.1), np.arange(2017.0, 2020.0), 1.5, 2021.0, False)
    >>> round(found.expected, 6), found.verdict
    (1.0, 'on track')
    """
    sign = 1.0 if higher else -1.0
    here = np.flatnonzero(years == by)
    if len(here):
        value, error = float(values[here[0]]), float(errors[here[0]])
        return Outlook(value, value - 1.96 * error, value + 1.96 * error, float("nan"),
                       float(special.ndtr(sign * (value - goal) / error)), 1)  # fmt: skip
    n = len(values)
    if n < NEEDED:
        nan = float("nan")
        return Outlook(nan, nan, nan, nan, nan, n)
    weights = 1 / errors**2
    centre = (weights * years).sum() / weights.sum()
    x = years - centre
    spread = (weights * x**2).sum()
    level, slope = (weights * values).sum() / weights.sum(), (weights * x * values).sum() / spread
    off = values - level - slope * x
    ratio = float((weights * off**2).sum() / (n - 2))
    beyond = max(ratio, 1.0)
    ahead = by - centre
    doubt = beyond * (1 / weights.sum() + ahead**2 / spread)
    own = max(beyond - 1.0, 0.0) / weights.mean()
    sd = float(np.sqrt(doubt + own))
    expected = float(level + slope * ahead)
    reach = float(special.stdtrit(n - 2, 0.975) if ratio > 1 else special.ndtri(0.975)) * sd
    apart = sign * (expected - goal) / sd
    chance = float(special.stdtr(n - 2, apart) if ratio > 1 else special.ndtr(apart))
    return Outlook(expected, expected - reach, expected + reach, float(slope), chance, n)
