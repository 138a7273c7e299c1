"""The distance of scores from others, taken apart: the numbers, their tables and sentences (step 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from goodwork.analysis.wording import written
from goodwork.language import tr
from goodwork.model.framework import INDEX, Framework
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: So many indicators are named in a sentence.
SHOWN = 3
Question = Literal["score", "difference", "change"]


@dataclass(frozen=True, eq=False)
class Explanation:
    """Distances between scores by indicator: one row per comparison of ``areas`` in ``periods`` with what they stand
    ``against``; arrays ``(rows, members)`` in score units, ``scores`` and ``references`` ``(rows,)``.

    The ``parts`` of a row sum to its score less its reference. ``normalised`` and ``compared`` are the values of the
    two sides (NaN: no figure). ``errors`` are the standard errors of the parts: zero where every
    mixture was computed. A part that comes from a figure only one side has is marked in ``table`` under ``coverage``.
    """

    question: Question
    framework: Framework
    node: str
    areas: tuple[str, ...]
    periods: tuple[str, ...]
    against: tuple[tuple[str, str], ...]
    members: tuple[str, ...]
    scores: Values
    references: Values
    normalised: Values
    compared: Values
    parts: Values
    errors: Values
    centre: float
    spread: float
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> pd.DataFrame:
        """One row per comparison and indicator; ``displayed`` is the part in display units, ``coverage`` says
        ``both``, ``neither``, ``here only`` or ``there only`` (on the side of ``against``) of its figures."""

        n, m = self.parts.shape
        rows = self.totals.loc[np.repeat(np.arange(n), m), ["area", "period", "against", "against_period"]]
        here, there = ~np.isnan(self.normalised), ~np.isnan(self.compared)
        words = np.array(["neither", "there only", "here only", "both"])
        return rows.reset_index(drop=True).assign(
            domain=np.tile(self._domains, n),
            indicator=np.tile(self.members, n),
            normalised=self.normalised.ravel(),
            compared=self.compared.ravel(),
            part=self.parts.ravel(),
            displayed=self.spread * self.parts.ravel(),
            standard_error=self.errors.ravel(),
            coverage=words[2 * here + there].ravel(),
        )

    @property
    def domains(self) -> pd.DataFrame:
        """One row per comparison and child of the node: the parts of its indicators together."""
        keys = ["area", "period", "against", "against_period", "domain"]
        return self.table.groupby(keys, sort=False)[["part", "displayed"]].sum(min_count=1).reset_index()

    @property
    def totals(self) -> pd.DataFrame:
        """One row per comparison: score, reference, and their distance, which the parts add up to."""
        import pandas as pd

        apart = self.scores - self.references
        return pd.DataFrame(
            {
                "area": self.areas,
                "period": self.periods,
                "against": [name for name, _ in self.against],
                "against_period": [period for _, period in self.against],
                "score": self.scores,
                "reference": self.references,
                "distance": apart,
                "displayed": self.spread * apart,
            }
        )

    @property
    def findings(self) -> tuple[str, ...]:
        """A few plain sentences per comparison, in display units."""
        return tuple(sentence for row in range(len(self.areas)) for sentence in self._sentences(row))

    @property
    def _domains(self) -> list[str]:
        def child(name: str) -> str:
            return name if self.framework.parent(name) == self.node else child(self.framework.parent(name))

        return [child(member) for member in self.members]

    def _sentences(self, row: int) -> list[str]:
        area, (other, former), period = self._title(self.areas[row]), self.against[row], self.periods[row]
        parts, at, to = (self.spread * x[row] for x in (self.parts, self.references, self.scores))
        largest = np.nanmax(np.abs([*parts, to - at]), initial=0.0)
        digits = 1 if not largest > 0 else int(np.clip(1 - np.floor(np.log10(largest)), 1, 9))

        def number(value: float, sign: str = "") -> str:
            return written(value, f"{sign}.{digits}f")

        here, there = ~np.isnan(self.normalised[row]), ~np.isnan(self.compared[row])
        what = area if self.node == INDEX else f"{area} ({self._title(self.framework.node_title(self.node))})"
        facts = {"what": what, "period": period, "former": former}
        level, before = number(self.centre + to), number(self.centre + at)
        if self.question == "change":
            sides = [period, former]
            told = tr("{what} went from {before} in {former} to {level} in {period} ({change}).")
        else:
            sides = [area, self._title(other)]
            told = tr("{what} scores {level} in {period}, {far} below {other} ({before}).")
            if to >= at:
                told = tr("{what} scores {level} in {period}, {far} above {other} ({before}).")
        sentences = [told.format(**facts, before=before, level=level, change=number(to - at, "+"), other=sides[1],
                                 far=number(abs(to - at)))]  # fmt: skip
        for sign, few, many in (
            (1, tr("Lifted by: {parts}."), tr("Lifted by: {parts}, and others.")),
            (-1, tr("Lowered by: {parts}."), tr("Lowered by: {parts}, and others.")),
        ):
            order = [m for m in np.argsort(-sign * parts, kind="stable") if sign * round(float(parts[m]), digits) > 0]
            named = ", ".join(f"{self._title(self.members[m])} ({number(parts[m], '+')})" for m in order[:SHOWN])
            sentences += [(many if len(order) > SHOWN else few).format(parts=named)] if order else []
        for m in np.nonzero(here != there)[0]:
            only = tr("{member} has a figure only for {side}: its part ({part}) is what counting it does, the weights "
                      "being shared out anew.")  # fmt: skip
            member, side = self._title(self.members[m]), sides[0 if here[m] else 1]
            sentences.append(only.format(member=member, side=side, part=number(parts[m], "+")))
        if none := [self._title(self.members[m]) for m in np.nonzero(~here & ~there)[0]]:
            sentences.append(tr("Without a figure, so without a part: {names}.").format(names=", ".join(none)))
        return sentences

    def _title(self, name: str) -> str:
        return self.titles.get(name, name)
