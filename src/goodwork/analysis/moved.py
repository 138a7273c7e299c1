"""Why an area moved in a league: its own change, that of the others, who came and went, the yardstick of each year.

A rank changes because the area's score changed or because those of others did. With all scores on one scale the two
can be told apart: the rank is worked out with the area's own score of the later period and the others' of the earlier
one, and the other way round. As the two do not add up in either order alone, each gets the mean over both orders
(Shapley's value of a game of two players), and then they do, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.profile import ordinal
from goodwork.language import tr
from goodwork.model.panel import Values

#: The parts in their order, with what each one is.
PARTS = {
    "own": tr("Own change"),
    "others": tr("Others overtaking or falling behind"),
    "members": tr("Areas that came into the league or left"),
    "method": tr("Method: each year has its own yardstick"),
    "revised": tr("Revised data"),
    "boundary": tr("Boundary change"),
}


@dataclass(frozen=True)
class Place:
    """A published rank of a period with its 95 % interval (NaN: not computed), 1 being best, among ``of`` areas."""

    period: str
    rank: float
    low: float
    high: float
    of: int

    @property
    def words(self) -> Finding:
        """The place with its interval."""
        numbers = {"place": ordinal(int(self.rank)), "of": self.of, "period": self.period}
        if self.low != self.low:
            return say("{place} of {of} in {period} (no interval was computed)", **numbers)
        return say("{place} of {of} in {period} (95 % interval {low:.0f} to {high:.0f})", low=self.low, high=self.high,
                   **numbers)  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """The way of an area from one place to another in parts, in places gained (below zero: lost); they add up exactly.
    A part that cannot be known is NaN and counts in none."""

    area: str
    first: Place
    last: Place
    own: float
    others: float
    members: float
    method: float
    revised: float
    boundary: float

    @property
    def gained(self) -> float:
        """Places gained in all; below zero: lost."""
        return float(self.first.rank - self.last.rank)

    @property
    def parts(self) -> dict[str, float]:
        """Every part by its key, in order."""
        return {key: float(getattr(self, key)) for key in PARTS}

    @property
    def apart(self) -> bool | None:
        """Whether the intervals of both ranks have nothing in common; ``None`` where one is not known."""
        ends = self.first.low, self.first.high, self.last.low, self.last.high
        return None if any(end != end for end in ends) else ends[1] < ends[2] or ends[3] < ends[0]

    @property
    def title(self) -> Finding:
        """How far it moved, and whether clearly."""
        clear = {True: "", False: ", not clearly: the intervals overlap", None: ", how surely is not known"}[self.apart]
        if not self.gained:
            return say("{area} kept its place from {first} to {last}", **self._numbers)
        way = "rose" if self.gained > 0 else "fell"
        places = "place" if abs(self.gained) == 1 else "places"
        return say(f"{{area}} {way} {{by:.0f}} {places} from {{first}} to {{last}}{clear}", **self._numbers)

    @property
    def sentences(self) -> tuple[Finding, ...]:
        """Where it stood, what made it move, and what each part rests on."""
        known = {key: value for key, value in self.parts.items() if value == value}
        told = [say("{what} {value:+.1f}", what=PARTS[key][:1].lower() + PARTS[key][1:], value=value)
                for key, value in known.items()]  # fmt: skip
        found = [
            say("{area} was {before} and {after}.", area=self.area, before=self.first.words, after=self.last.words),
            say("In places gained: {parts:apart}; in all {gained:+.0f}.", parts=told, gained=self.gained),
            say(
                "Own change and others: the mean over both orders, its own score changed first or theirs first, on one "
                "scale for all years. Revised data: {revised:.0f}, as both ranks are made of the figures of this "
                "edition; whether an earlier edition gave another rank is not known here.",
                revised=self.revised,
            ),
        ]
        if self.boundary != self.boundary:
            found.append(say("Boundary change: not known. {area} was made of former areas between {first} and {last}; "
                             "figures of before are theirs put together.", **self._numbers))  # fmt: skip
        return tuple(found)

    @property
    def _numbers(self) -> dict[str, object]:
        return {"area": self.area, "first": self.first.period, "last": self.last.period, "by": abs(self.gained)}


def moved(
    area: str, first: Place, last: Place, own: tuple[float, float], others: Values, boundary: bool = False
) -> Moved | None:
    """Why an area moved from its ``first`` place to its ``last``.

    ``own`` are its scores in both periods and ``others`` ``(2, others)`` those of all other areas, NaN where one has
    none, all on one scale on which higher is better; ``boundary`` says that the area was made anew in between. What
    published ranks differ from ranks on the one scale is the yardstick of each year, by which they were made. ``None``
    where the area has no score or no rank in one of the periods.

    >>> before, after = Place("2017", 2, 1, 3, 3), Place("2019", 1, 1, 2, 3)
    >>> found = moved("York", before, after, (5.0, 7.0), np.array([[6.0, 1.0], [6.5, 2.0]]))
    >>> found.own, found.others, found.gained
    (1.0, 0.0, 1.0)
    """
    if not np.isfinite([*own, first.rank, last.rank]).all():
        return None
    both = np.isfinite(others).all(axis=0)
    at = np.array([[_place(score, year[both]) for year in others] for score in own])  # own score × others' year
    mine = ((at[0, 0] - at[1, 0]) + (at[0, 1] - at[1, 1])) / 2
    theirs = ((at[0, 0] - at[0, 1]) + (at[1, 0] - at[1, 1])) / 2
    whole = [_place(score, year[np.isfinite(year)]) for score, year in zip(own, others, strict=True)]
    return Moved(
        area=area, first=first, last=last, own=float(mine), others=float(theirs),
        members=float((whole[0] - at[0, 0]) - (whole[1] - at[1, 1])),
        method=float((first.rank - whole[0]) - (last.rank - whole[1])),
        revised=0.0, boundary=float("nan") if boundary else 0.0,
    )  # fmt: skip


def _place(score: float, others: Values) -> float:
    """The place of a score among others, 1 being best; equal scores share the better place."""
    return 1.0 + float((others > score).sum())


def unbroken(periods: Iterable[str], breaks: Iterable[str]) -> tuple[str, ...]:
    """The last run of at least two periods that no break cuts; a break begins with its period. Empty where there is
    none.

    >>> unbroken(["2017", "2018", "2019", "2020", "2021"], ["2020", "2021"])
    ('2017', '2018', '2019')
    """
    runs: list[list[str]] = [[]]
    known = set(breaks)
    for period in sorted(periods):
        if period in known and runs[-1]:
            runs.append([])
        runs[-1].append(period)
    return next((tuple(run) for run in reversed(runs) if len(run) > 1), ())
