"""The questions about places, asked of a monitor's figures: who is alike, who differs, who moves, what goes together.

Each function puts the figures, survey errors, regions and borders of what is asked into the hands of a pure analysis,
and gives back its result with readers' names for areas and indicators.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from goodwork.errors import MethodError
from goodwork.model.framework import INDEX
from goodwork.pipeline.asked import Asked, Level, inside

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.compacts import Compacts
    from goodwork.analysis.contrasts import Contrasts
    from goodwork.analysis.convergence import Convergence
    from goodwork.analysis.disparity import Disparity
    from goodwork.analysis.hotspots import Hotspots
    from goodwork.analysis.mobility import Mobility
    from goodwork.analysis.neighbours import Distance, Neighbours
    from goodwork.analysis.paths import Paths
    from goodwork.analysis.space import Moran
    from goodwork.analysis.trends import Trends

#: Redraws of the figures for paths, trends and borders.
REDRAWS = 500
#: A trend needs so many periods without a break between them.
NEEDED = 3


def neighbours_of(
    asked: Asked,
    number: int = 5,
    same: Level | None = None,
    apart: bool = False,
    distance: Distance = "euclidean",
    weights: Mapping[str, float] | None = None,
) -> Neighbours:
    """The areas most like each other; of the ``same`` region, country or type only, or never those that touch
    (``apart``); members count as ``weights`` say, 1 where they say nothing. Under ``mahalanobis`` members that say the
    same count once; areas that lack a member are then left out."""
    from goodwork.analysis.neighbours import neighbours

    return neighbours(
        asked.index, number, period=asked.period, titles=asked.titles, weights=weights,
        distance=distance, same={same: asked.labels(same)} if same else None, exclude=asked.touching if apart else (),
    )  # fmt: skip


def compacts_of(
    asked: Asked,
    sizes: tuple[int, int] = (4, 8),
    inside: bool = False,
    together: bool = False,
    since: str | None = None,
) -> Compacts:
    """Groups with the same weak points; ``inside`` regions, or hanging ``together``. Change is measured ``since`` the
    first period that no break parts from this one, unless said otherwise."""
    from goodwork.analysis.compacts import compacts

    if since is None and asked.period in asked.stretch and asked.period != asked.stretch[0]:
        since = asked.stretch[0]
    return compacts(
        asked.index, sizes, period=asked.period, since=since, titles=asked.titles, errors=asked.errors,
        adjacent=asked.touching if together else None, within=asked.labels("region") if inside else None,
    )  # fmt: skip


def disparity_of(asked: Asked) -> Disparity:
    """Variation of every member inside and between regions, in every period up to the one looked at."""
    from goodwork.analysis.disparity import disparity

    members = asked.framework.indicators
    there = [m for m, name in enumerate(members) if np.isfinite(asked.panel.values_of([name])[asked.at]).any()]
    chosen, upto = [members[m] for m in there], slice(0, asked.at + 1)
    return disparity(
        asked.panel.values_of(chosen)[upto], asked.regions, asked.names, [asked.title(name) for name in chosen],
        directions=[asked.framework.directions[m] for m in there], errors=asked.errors[upto][..., there],
        periods=asked.panel.periods[upto], breaks={title: tuple(found) for title, found in asked.breaks.items()},
    )  # fmt: skip


class Answer(Protocol):
    """What every analysis gives back: sentences made from its numbers, and what they leave out."""

    @property
    def findings(self) -> tuple[str, ...]:
        """Sentences."""

    @property
    def notes(self) -> tuple[str, ...]:
        """How many areas, what was left out, how far to trust it."""


@dataclass(frozen=True, eq=False)
class Through:
    """The score through time: paths over all periods; trends, convergence and mobility over ``periods``."""

    periods: tuple[str, ...]
    paths: Paths
    trends: Trends
    convergence: Convergence
    mobility: Mobility
    money: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[str, ...]:
        """What each of the four found."""
        parts: tuple[Answer, ...] = (self.paths, self.trends, self.convergence, self.mobility)
        return tuple(said for part in parts for said in part.findings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What each of the four leaves out, and which periods count."""
        span = f"{self.periods[0]} to {self.periods[-1]}"
        crossed = [p for p in self.periods[1:] if self.paths.breaking(p)]
        said = [
            f"Trends from {span}, across breaks in {' and '.join(crossed)}: they hold only as far as a break moved all "
            "areas alike."
            if crossed
            else f"Trends from {span}, the longest stretch without a break."
        ]
        parts: tuple[Answer, ...] = (self.paths, self.trends, self.convergence, self.mobility)
        return tuple(dict.fromkeys([*said, *self.money, *(note for part in parts for note in part.notes)]))


def trends_of(asked: Asked, across: bool = False, draws: int = REDRAWS, executor: Executor | None = None) -> Through:
    """Paths, trends, convergence and mobility of the score on one scale.

    Trends are taken over the longest stretch without a break, or, ``across`` breaks, over all periods: both beside the
    other areas, for what moves all of them at once says nothing about a place.
    """
    from goodwork.analysis.convergence import convergence
    from goodwork.analysis.mobility import mobility
    from goodwork.analysis.paths import paths
    from goodwork.analysis.trends import trends

    index, members = asked.moving, asked.framework.indicators
    scores = index.displayed[..., index.nodes.index(INDEX)]
    drawn = asked.drawn(index, draws, executor)
    through = paths(
        scores, index.periods, asked.names, figures=asked.real.values_of(members), breaks=asked.breaks,
        indicators=[asked.title(name) for name in members], draws=drawn,
    )  # fmt: skip
    periods = index.periods if across else asked.stretch
    if len(periods) < 2:
        raise MethodError(
            "no two periods are without a break between them", remedy="take trends across breaks: --across-breaks"
        )
    at = [index.periods.index(p) for p in periods]
    years = [float(p[:4]) for p in periods]
    kept, errors = drawn[:, at], drawn.std(axis=0)[at]
    moves = trends(
        scores[at], years, asked.names, draws=kept, against="others", needed=min(NEEDED, len(periods))
    )  # fmt: skip
    return Through(
        periods, through, moves, convergence(scores[at], years, errors=errors),
        mobility(scores[at], periods, asked.names, draws=kept), asked.priced,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Lie:
    """How the score lies on the map: over all, place by place, and across borders."""

    moran: Moran
    members: tuple[Moran, ...]
    hotspots: Hotspots
    contrasts: Contrasts

    @property
    def table(self) -> pd.DataFrame:
        """Moran's I of the score and of every member, a row each."""
        import pandas as pd

        return pd.concat([one.table for one in (self.moran, *self.members)], ignore_index=True)

    @property
    def findings(self) -> tuple[str, ...]:
        """What each found."""
        parts: tuple[Answer, ...] = (self.moran, *self.members, self.hotspots, self.contrasts)
        return tuple(said for part in parts for said in part.findings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What each leaves out."""
        return tuple(dict.fromkeys(said for part in (self.moran, self.hotspots, self.contrasts) for said in part.notes))


def space_of(asked: Asked, draws: int = REDRAWS, executor: Executor | None = None) -> Lie:
    """Moran's I of the score and of every member, clusters, hot and cold spots, and steep borders."""
    from goodwork.analysis.contrasts import contrasts
    from goodwork.analysis.hotspots import hotspots
    from goodwork.analysis.space import moran

    edges, names = asked.borders, asked.names
    score = asked.scores()[:, 0]
    value = asked.panel.values_of(asked.framework.indicators)[asked.at]
    there = [(name, x) for name, x in zip(asked.framework.indicators, value.T, strict=True) if np.isfinite(x).any()]
    errors = asked.drawn(asked.index, draws, executor)[:, asked.at].std(axis=0)
    return Lie(
        moran(score, edges, names, executor=executor),
        tuple(moran(x, edges, names, name=inside(asked.title(name)), executor=executor) for name, x in there),
        hotspots(score, edges, names),
        contrasts(score, errors, edges, names, unit="points"),
    )
