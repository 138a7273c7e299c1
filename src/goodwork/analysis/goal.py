"""What an area is to reach: a rank, a score, the median of a group, or what it had in an earlier period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import Fault
from goodwork.language import tr
from goodwork.model.panel import Values

Kind = Literal["rank", "score", "median", "no worse"]


@dataclass(frozen=True)
class Goal:
    """A goal of one ``kind`` for an area's score.

    ``number`` is the rank or the displayed score; ``areas`` the group whose median is the goal, called ``name``;
    ``period`` the earlier one. A rank is reached with that place or a better one, the median of a group is that of its
    other areas.
    """

    kind: Kind
    number: float = float("nan")
    areas: tuple[str, ...] = ()
    name: str = ""
    period: str = ""

    @classmethod
    def rank(cls, place: int) -> Goal:
        """The ``place`` in the ranking, or a better one."""
        return cls("rank", number=float(place))

    @classmethod
    def score(cls, score: float) -> Goal:
        """A score on the scale of display, or more."""
        return cls("score", number=float(score))

    @classmethod
    def median(cls, areas: Sequence[str], name: str) -> Goal:
        """The median score of the other areas of a group, or more."""
        return cls("median", areas=tuple(areas), name=name)

    @classmethod
    def no_worse(cls, period: str) -> Goal:
        """The area's own score of an earlier period, on the scale of the one looked at, or more."""
        return cls("no worse", period=period)

    @property
    def words(self) -> str:
        """The goal as it stands in a sentence.

        >>> Goal.rank(10).words, Goal.median(["a"], "community C").words
        ('rank 10 or better', 'the median score of the other areas of community C')
        """
        return {
            "rank": tr("rank {rank:.0f} or better").format(rank=self.number),
            "score": tr("a score of {score:.1f}").format(score=self.number),
            "median": tr("the median score of the other areas of {name}").format(name=self.name),
            "no worse": tr("at least its score of {period}").format(period=self.period),
        }[self.kind]

    def faults(
        self, area: str, areas: Sequence[str], scored: NDArray[np.bool_], periods: Sequence[str], period: str
    ) -> list[Fault]:
        """What makes the goal impossible to ask; ``scored`` ``(areas,)`` says who has a score."""
        found = []
        ranked = int(scored.sum())
        if self.kind == "rank" and not (1 <= self.number <= ranked and self.number == int(self.number)):
            found.append(
                Fault(f"there is no rank {self.number:g} among {ranked} areas", column="goal", remedy=f"1 to {ranked}")
            )
        if self.kind == "score" and not np.isfinite(self.number):
            found.append(Fault("the score is no number", column="goal", remedy="give one on the scale of display"))
        if self.kind == "median":
            known = set(np.asarray(areas)[scored].tolist())
            if not known & (set(self.areas) - {area}):
                what = f"{self.name or 'the group'} has no other area with a score"
                found.append(Fault(what, column="goal", remedy="name another group"))
        if self.kind == "no worse" and (self.period not in periods or self.period >= period):
            earlier = [name for name in periods if name < period]
            remedy = f"choose one of {', '.join(earlier)}" if earlier else "there is none"
            found.append(Fault(f"there is no period {self.period} before {period}", column="goal", remedy=remedy))
        return found

    def threshold(self, scores: Values, a: int, areas: Sequence[str], past: Values | float = np.nan) -> Values:
        """The score that reaches the goal, given the scores of all areas ``(..., areas)``; ``past`` ``(...)`` is the
        area's own in the earlier period. Raises nothing; NaN where there is none."""
        if self.kind == "score":
            return np.full(scores.shape[:-1], self.number)
        if self.kind == "no worse":
            return np.broadcast_to(np.asarray(past, dtype=float), scores.shape[:-1])
        others = np.delete(scores, a, axis=-1)
        if self.kind == "rank":
            best_first = -np.sort(-others, axis=-1)  # gaps come last
            place = int(self.number) - 1
            if place >= others.shape[-1]:
                return np.full(scores.shape[:-1], -np.inf)
            found = best_first[..., place]
            return np.asarray(np.where(np.isnan(found), -np.inf, found))
        group = np.isin(np.delete(np.asarray(areas), a), self.areas)
        return np.asarray(np.nanmedian(others[..., group], axis=-1))
