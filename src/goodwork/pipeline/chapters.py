"""The score through time by chapter: countries and London side by side, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.convergence import UNCLEAR
from goodwork.analysis.wording import areas_of, listing
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
    def findings(self) -> tuple[str, ...]:
        """Where the middle area stood first and last, who clearly moved beside the others, and whether areas came
        closer."""
        at = [self.periods.index(p) for p in (self.stretch[0], self.stretch[-1])]
        ends = [f"{self.median[t]:.1f} ({self.low[t]:.1f} to {self.high[t]:.1f}) in {self.periods[t]}" for t in at]
        up, down = self.trends.improvers, self.trends.fallers
        moved = [f"{word}: {listing(names)}" for word, names in (("improving", up), ("falling back", down)) if names]
        told = f"clearly {'; '.join(moved)}," if moved else "no area clearly improves or falls back"
        told += " beside the others of the chapter"
        spread, first = self.convergence.sigma, self.convergence.spread[:, 0]
        apart = "came neither closer together nor further apart" if spread == UNCLEAR else f"are {spread}"
        return (
            f"{self.title}: the middle area of {areas_of(int(self.n[at[-1]]))} scored {' and '.join(ends)}.",
            f"{self.title}: {told} from {self.stretch[0]} to {self.stretch[-1]}.",
            f"{self.title}: areas {apart} (standard deviation {first[0]:.1f} and {first[-1]:.1f}).",
        )  # fmt: skip


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
    def findings(self) -> tuple[str, ...]:
        """What each chapter says, and which differ clearly at the end of the stretch: those without an area in common
        whose intervals are apart."""
        said = [sentence for chapter in self.chapters for sentence in chapter.findings]
        last = [(c, c.periods.index(c.stretch[-1])) for c in self.chapters]
        for (one, s), (other, t) in combinations(last, 2):
            apart = one.low[s] > other.high[t] or one.high[s] < other.low[t]
            if apart and not one.areas & other.areas:
                way = "above" if one.median[s] > other.median[t] else "below"
                said.append(
                    f"The middle area of {one.title} is clearly {way} that of {other.title} in {one.periods[s]}."
                )
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
    drawn = asked.drawn(index, draws, executor)
    found, left = [], []
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
        found.append(_chapter(asked, name, at, scores, drawn))
    if not found:
        raise MethodError(
            "there is no chapter with enough areas", remedy=f"a chapter has {FEWEST} scored areas or more"
        )
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
