"""The score through time by chapter: countries and London side by side, on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.wording import listing
from goodwork.errors import MethodError
from goodwork.model.framework import INDEX
from goodwork.model.panel import Values
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.communities import breaks_in
from goodwork.pipeline.questions import NEEDED, REDRAWS

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.convergence import Convergence
    from goodwork.analysis.trends import Trends

#: A chapter has so many scored areas at least.
FEWEST = 10


@dataclass(frozen=True, eq=False)
class Chapter:
    """Some of the areas through time, on the scale of all of them.

    ``median`` with 95 % ``low`` and ``high`` over redraws of the figures, and ``n`` scored areas, ``(periods,)``;
    ``trends`` (beside the chapter's other areas) and ``convergence`` over ``stretch``, the periods without a break.
    """

    title: str
    area_set: str
    areas: frozenset[str]
    periods: tuple[str, ...]
    stretch: tuple[str, ...]
    n: Values
    median: Values
    low: Values
    high: Values
    trends: Trends
    convergence: Convergence

    @property
    def table(self) -> pd.DataFrame:
        """One row per period: scored areas, median score and its interval."""
        import pandas as pd

        columns = {"areas": self.n.astype(int), "median": self.median, "low": self.low, "high": self.high}
        return pd.DataFrame({"chapter": self.title, "period": self.periods, **columns})

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Where the middle area stood first and last, who clearly moved beside the others, and whether areas came
        closer."""
        first, last = (self._stood(self.periods.index(p)) for p in (self.stretch[0], self.stretch[-1]))
        lead = "{chapter}: the middle area of {areas:areas} scored {then} in {first} and "
        lead += "{median:.1f} ({low:.1f} to {high:.1f}) in {last}."
        then = say("{median:.1f} ({low:.1f} to {high:.1f})", **{k: v for k, v in first.items() if k != "areas"})
        said = say(lead, chapter=self.title, then=then, first=self.stretch[0], last=self.stretch[-1], **last)
        told = [said.about("middle", self.title, table="table", chapter=self.title, period=self.stretch[-1])]
        told += [self._headed(one, "moves") for one in self.trends.findings]
        return (*told, self._headed(self.convergence.findings[0], "changes"))

    def _stood(self, t: int) -> dict[str, float]:
        where = {name: float(getattr(self, name)[t]) for name in ("median", "low", "high")}
        return {"areas": int(self.n[t]), **where}

    def _headed(self, found: Finding, table: str) -> Finding:
        """A finding about the chapter's areas, with the chapter's name in front."""
        text = f"{{chapter}}: {found.template[:1].lower()}{found.template[1:]}"
        said = say(text, **{**found.numbers, "chapter": self.title})
        return said.about(*found.key, self.title, table=table, **{**found.row, "chapter": self.title})


@dataclass(frozen=True, eq=False)
class Chapters:
    """All chapters; ``scale`` says on which scale they are, ``left_out`` which have too few areas."""

    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per chapter and period."""
        import pandas as pd

        return pd.concat([chapter.table for chapter in self.chapters], ignore_index=True)

    @property
    def moves(self) -> pd.DataFrame:
        """One row per chapter and area: its trend beside the chapter's other areas."""
        return self._every({chapter.title: chapter.trends.table for chapter in self.chapters})

    @property
    def spread(self) -> pd.DataFrame:
        """One row per chapter, year and measure of how far its areas lie apart."""
        return self._every({chapter.title: chapter.convergence.table for chapter in self.chapters})

    @property
    def changes(self) -> pd.DataFrame:
        """One row per chapter and measure of how far its areas lie apart: its change over the stretch."""
        return self._every({chapter.title: chapter.convergence.changes for chapter in self.chapters})

    @staticmethod
    def _every(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        import pandas as pd

        return pd.concat(tables, names=["chapter"]).reset_index("chapter").reset_index(drop=True)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each chapter says, and which differ clearly at the end of the stretch: those without an area in common
        whose intervals are apart."""
        said = [sentence for chapter in self.chapters for sentence in chapter.findings]
        last = [(c, c.periods.index(c.stretch[-1])) for c in self.chapters]
        for (one, s), (other, t) in combinations(last, 2):
            apart = one.low[s] > other.high[t] or one.high[s] < other.low[t]
            if apart and not one.areas & other.areas:
                way = "above" if one.median[s] > other.median[t] else "below"
                lead = f"The middle area of {{one}} is clearly {way} that of {{other}} in {{period}}."
                told = say(lead, one=one.title, other=other.title, period=one.periods[s])
                row = {"chapter": [one.title, other.title], "period": one.periods[s]}
                said.append(told.about("apart", one.title, other.title, table="table", **row))
        return tuple(said)


def chapters_of(
    asked: Asked, sets: Sequence[str] = (), draws: int = REDRAWS, executor: Executor | None = None
) -> Chapters:
    """The score through time for named sets of areas inside the one asked about, on its scale.

    Without ``sets``: every set the framework is scored over whose areas lie among those asked about and are not all of
    them. Sets with fewer than ten scored areas are left out, by name. Raises ``MethodError`` where no set is left or no
    two periods are without a break between them.
    """
    geography, here = asked.material.geography, list(asked.panel.areas)
    stretch = asked.stretch
    if len(stretch) < 2:
        raise MethodError(
            "no two periods are without a break between them", remedy="take a framework with more periods"
        )
    index = asked.moving
    scores = index.displayed[..., index.nodes.index(INDEX)]
    chosen: list[tuple[str, list[int]]] = []
    left = []
    for name in sets or asked.framework.area_sets:
        members = {area.code for area in geography.members(name)}
        at = [i for i, code in enumerate(here) if code in members]
        title = geography.set_named(name).title
        if not members.issubset(here) or len(at) == len(here):
            if sets:
                raise MethodError(f"{title} is not a part of what is asked about", remedy="choose a smaller set")
            continue
        if int(np.isfinite(scores[:, at]).sum(axis=1).min()) < FEWEST:
            left.append(title)
            continue
        chosen.append((name, at))
    if not chosen:
        raise MethodError(
            "there is no chapter with enough areas", remedy=f"a chapter has {FEWEST} scored areas or more"
        )
    drawn = asked.drawn(index, draws, executor)
    found = [_chapter(asked, name, at, scores, drawn) for name, at in chosen]
    crossed = [p for p in index.periods[1:] if breaks_in(asked, p)]
    notes = [f"Scores of all chapters are on one scale, that of {geography.set_named(asked.area_set).title}."]
    notes += [f"Break in {period}: {listing(breaks_in(asked, period))}." for period in crossed]
    notes += [f"Left out, with fewer than {FEWEST} scored areas in some period: {listing(left)}."] if left else []
    notes += asked.priced
    return Chapters(tuple(found), tuple(dict.fromkeys(notes)))


def _chapter(asked: Asked, name: str, at: list[int], scores: Values, drawn: Values) -> Chapter:
    from goodwork.analysis.convergence import convergence
    from goodwork.analysis.trends import trends

    own, periods, stretch = scores[:, at], asked.moving.periods, asked.stretch
    inside_stretch = [periods.index(p) for p in stretch]
    years = [float(p[:4]) for p in stretch]
    kept = drawn[:, :, at][:, inside_stretch]
    low, high = np.percentile(np.nanmedian(drawn[:, :, at], axis=-1), [2.5, 97.5], axis=0)
    names = [asked.names[i] for i in at]
    title = asked.material.geography.set_named(name).title
    return Chapter(
        title, name, frozenset(asked.panel.areas[i] for i in at), periods, stretch,
        np.isfinite(own).sum(axis=1).astype(float), np.nanmedian(own, axis=1),
        low, high,
        trends(own[inside_stretch], years, names, draws=kept, against="others", needed=min(NEEDED, len(stretch))),
        convergence(own[inside_stretch], years, errors=kept.std(axis=0)),
    )  # fmt: skip
