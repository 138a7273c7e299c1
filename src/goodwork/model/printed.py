"""What a report printed: single facts, as printed, to be set beside an edition's own."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from goodwork.model import declarations
from goodwork.model.declaration import Declaration


class PrintedLeague(Declaration):
    """How many ``areas`` the league table has, which ``rank`` some have, and where the ends of it lie."""

    areas: int = Field(gt=0)
    rank: dict[str, int]
    top_ten_in_the_south_east: int
    top_ten_others: tuple[str, ...]
    bottom_ten_in_the_north: int
    bottom_ten_in_the_midlands: int


class PrintedFigure(Declaration):
    """A ``value`` of one area, the ``indicator`` of ours that comes nearest to it, the ``period`` it is filed under
    (that of the comparison, unless said), and what sets the two ``apart``."""

    area: str
    indicator: str
    value: float
    period: str = ""
    apart: str


class PrintedConditions(Declaration):
    """The rank of one area's conditions for good work, in all and within its region, and the indicators that are named
    in print."""

    area: str
    rank: int
    rank_in_region: int
    named: tuple[str, ...]


class PrintedProfiles(Declaration):
    """What is said of each community, in words."""

    A: str
    B: str
    C: str
    D: str


class PrintedCommunities(Declaration):
    """How many communities there are and what they are like; areas whose community is ``named``, and the area whose
    region's communities are; how many ``years`` of healthy life D is ahead of A and B."""

    number: int
    profiles: PrintedProfiles
    named: tuple[str, ...]
    region_of: str
    years: float


class PrintedRegions(Declaration):
    """What is said of variation inside regions, and areas that are its ``examples``."""

    said: str
    examples: tuple[str, ...]


class PrintedLink(Declaration):
    """What is said to go with the score: an ``indicator`` of ours, the ``sign``, the words, and what to ``know``."""

    indicator: str
    sign: Literal["positive", "negative"]
    said: str
    know: str = ""


class PrintedHealth(Declaration):
    """More than so many ``years`` of healthy life lie between two areas; of so many ``causes`` of ill health the score
    goes closely with some."""

    ahead: str
    behind: str
    years: float
    causes: int
    close: int


class PrintedShock(Declaration):
    """Which area was hit harder than which, in two measures."""

    harder: str
    other: str
    indicators: tuple[str, str]


class Printed(Declaration):
    """The file of facts printed in one report: whose it is, its ``title`` and ``date``, and the facts."""

    title: str
    by: str
    date: str
    note: str = ""
    league: PrintedLeague
    figure: tuple[PrintedFigure, ...]
    conditions: PrintedConditions
    regions: PrintedRegions
    communities: PrintedCommunities
    health: PrintedHealth
    link: tuple[PrintedLink, ...]
    shock: PrintedShock

    def value(self, area: str, indicator: str) -> float:
        """The figure printed for an area; raises ``KeyError`` where there is none.

        >>> printed_report().value("Blackpool", "furlough_takeup")
        34.0
        """
        return {(one.area, one.indicator): one.value for one in self.figure}[area, indicator]


@cache
def printed_report() -> Printed:
    """The facts printed in the report of 2021 that we hold.

    >>> printed_report().league.rank["York"]
    23
    """
    return Printed.from_toml(declarations.text("printed.toml"), "printed.toml")
