"""The resources of the interface: what each is called, what may be asked of it, where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodwork.web.api import build, plans, rows
from goodwork.web.api import contents as make
from goodwork.web.api import query as asked
from goodwork.web.api.rows import Row
from goodwork.web.words import CAUTION

if TYPE_CHECKING:
    import pandas as pd

SURE = "Intervals are 95 % and show sampling error of the surveys only; where they overlap, the order is uncertain."
ASSOCIATION = "Associations over areas; they say nothing of people, or of cause. " + SURE


@dataclass(frozen=True)
class Resource:
    """One resource. ``make`` gives its rows, of the ``one`` area named in the address if so; ``keys`` are the columns
    that tell rows apart and so the dimensions of a cube, none where the rows are no numbers; what is ``lasting``
    follows from the edition alone."""

    name: str
    words: str
    row: type[Row]
    query: type[asked.Paged]
    make: Callable[..., pd.DataFrame]
    keys: Sequence[str] = ()
    note: Callable[[Any], str] | str = ""
    one: bool = False
    lasting: bool = True

    @property
    def short(self) -> str:
        """The name without the area that stands in the address."""
        return self.name.partition("/")[0]

    def told(self, query: Any) -> str:
        """What has to be known to read the rows of a query rightly."""
        return self.note if isinstance(self.note, str) else self.note(query)


POINT = ("framework", "area_set", "scope", "period", "area", "node")
VIEWED = ("framework", "area_set", "period")
RESOURCES = (
    Resource("areas", "Areas of every level, with parents and other names", rows.Areas, asked.Places, make.areas),
    Resource("areas/{area}", "One area; a retired code or a name leads on to it", rows.Areas, asked.Paged,
             make.one_area, one=True),
    Resource("indicators", "What each number is, who publishes it, where its series breaks", rows.Indicators,
             asked.OfIndicators, make.indicators),
    Resource("frameworks", "What is counted as good and how much: a row per node", rows.Frameworks, asked.OfFramework,
             make.frameworks),
    Resource("observations", "Figures as published or derived, with intervals and sources", rows.Observations,
             asked.Figures, make.observations, ("indicator", "area", "period"),
             "A gap is left out, never zero. status holds GSS markers."),
    Resource("scores", "Scores with their intervals", rows.Scores, asked.OfNodes, make.of_nodes("scores"), POINT, SURE),
    Resource("ranks", "Ranks, never without their intervals", rows.Ranks, asked.OfNodes, make.of_nodes("ranks"), POINT,
             SURE),
    Resource("excluded", "Areas that are not scored, and why", rows.Excluded, asked.OfAreas,
             make.of_areas("exclusions")),
    Resource("profiles/{area}", "One area at every node: score, rank, figure, source", rows.Profiles, asked.OfOne,
             make.profiles, POINT, SURE, one=True),
    Resource("neighbours/{area}", "The areas most like one area", rows.Neighbours, asked.OfOne, make.neighbours,
             (*POINT[:5], "neighbour"), "Alike by their members; order 1 is the most alike. It is no rank.", one=True),
    Resource("communities", "The community of each area, and how sure that is", rows.Communities, asked.OfAreas,
             make.of_areas("communities"), POINT[:5],
             "Found without reference to location; A has the lowest mean score."),
    Resource("associations", "Scores and outcomes of health, area by area", rows.Associations, asked.Links,
             make.associations, (*POINT[:4], "outcome", "node"), ASSOCIATION),
    Resource("series/{area}", "One area's scores through the periods, breaks marked", rows.Series, asked.Through,
             make.series, POINT, "Within each period 100 is the average of that period: compare periods on the scale "
             "of the base period, and not across breaks. " + SURE, one=True),
    Resource("findings", "What was found, a sentence a row, with its numbers", rows.Findings, asked.Found,
             make.findings),
    Resource("build", "Own weights and methods over the edition's figures", rows.Built, asked.Own, build.built,
             POINT, build.note),
    Resource("audits", "The Good Jobs Audit of a place or a group, a sentence a row", rows.Audits, asked.Audited,
             plans.audits, note="For discussion: nothing here says that a lever will work. " + SURE),
    Resource("targets/{area}", "What it would take one area to reach a goal: the least change, a part a row",
             rows.Targets, asked.Goal, plans.targets, (*VIEWED, "area", "member"), CAUTION, one=True),
    Resource("allocations", "A budget shared among areas by a formula", rows.Allocations, asked.Shared,
             plans.allocations, (*VIEWED, "area"), CAUTION),
    Resource("tracking", "Whether targets are on track", rows.Tracking, asked.Tracked, plans.tracking,
             note="A straight line through the figures since the last break, carried on. A target is no forecast.",
             lasting=False),
    Resource("charters", "How far employers' charters reach", rows.Charters, asked.Paged, plans.charters,
             note="A signature is a promise. Where no charters were brought to the server the rows are an invented "
             "example, and say so.", lasting=False),
    Resource("transition", "How much work is routine, at least and at most", rows.Transition, asked.Routine,
             plans.transition, (*VIEWED, "area"), "Intervals hold sampling error. Exposure is no forecast.",
             lasting=False),
)  # fmt: skip
