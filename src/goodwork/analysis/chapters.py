"""A score through time by chapter: parts of the areas side by side, on the scale of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.convergence import Convergence, convergence
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.trends import Trends, trends
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: A chapter has so many scored areas at least.
FEWEST = 10


@dataclass(frozen=True, eq=False)
class Chapter:
    """Some of the areas through time, on the scale of all of them.

    ``median`` with 95 % ``low`` and ``high`` over redraws of the figures, and ``n`` scored areas, ``(periods,)``;
    ``trends`` (beside the chapter's other areas) and ``convergence`` over ``stretch``, the periods without a break.
    """

    title: str
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
    """All chapters; ``notes`` say on which scale they are, which breaks they cross, and which have too few areas."""

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


def chapter(
    title: str,
    scores: Values,
    drawn: Values,
    periods: Sequence[str],
    stretch: Sequence[str],
    areas: Mapping[str, str],
    needed: int = 3,
) -> Chapter:
    """A chapter through time: its middle area, its areas' trends beside one another, and whether they came closer.

    ``scores`` ``(periods, areas)`` on the scale of all areas, ``drawn`` the same under draws of the figures, ``(draws,
    periods, areas)``, with ``FEWEST`` scored areas or more in every period. ``areas`` are names by code, in the order
    of the columns; ``stretch`` are the periods, two or more, over which trends are taken, of which an area has
    ``needed`` or none. The middle area is the median over areas; its interval holds 95 % of the draws.

    >>> scores = 100 + np.arange(3.0)[:, None] + np.arange(12.0)
    >>> names = {f"E{n}": f"Area {n}" for n in range(12)}
    >>> years = ("2017", "2018", "2019")
    >>> chapter("Here", scores, np.stack([scores, scores]), years, years, names).median.tolist()
    [105.5, 106.5, 107.5]
    """
    at = [list(periods).index(period) for period in stretch]
    years = [float(period[:4]) for period in stretch]
    kept = drawn[:, at]
    low, high = np.percentile(np.nanmedian(drawn, axis=-1), [2.5, 97.5], axis=0)
    return Chapter(
        title, frozenset(areas), tuple(periods), tuple(stretch), np.isfinite(scores).sum(axis=1).astype(float),
        np.nanmedian(scores, axis=1), low, high,
        trends(scores[at], years, list(areas.values()), draws=kept, against="others", needed=min(needed, len(stretch))),
        convergence(scores[at], years, errors=kept.std(axis=0)),
    )  # fmt: skip
