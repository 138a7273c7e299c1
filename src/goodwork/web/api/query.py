"""What may be asked of a resource: filters, paging, choice of columns, order; every bound of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from goodwork.web.look import TYPES

MOST_ROWS = 10_000
USUAL_ROWS = 1_000
MOST_NAMES = 250
EVERY = "*"

Name = Annotated[str, Field(min_length=1, max_length=120)]
Names = Annotated[list[Name], Field(max_length=MOST_NAMES)]


class Paged(BaseModel):
    """Paging, columns and order: every resource takes these."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(
        USUAL_ROWS, ge=1, le=MOST_ROWS,
        description=f"rows in one answer, at most {MOST_ROWS:,}; go on with next, or take the edition's Parquet files",
    )  # fmt: skip
    offset: int = Field(0, ge=0, le=1_000_000_000, description="rows to pass over first")
    fields: str = Field(
        "", max_length=1_000, description="columns wanted, with commas between; a number brings its interval along"
    )
    sort: str = Field(
        "", max_length=400, description="columns to sort by, with commas between; - before one: descending"
    )


class OfFramework(Paged):
    """A framework."""

    framework: str = Field("", max_length=120, description="a framework; left out: the edition's first")


class InSet(OfFramework):
    """Areas compared under a framework."""

    area_set: str = Field("", max_length=120, description="the areas compared; left out: the framework's default set")


class View(InSet):
    """Periods of one view."""

    period: Names = Field([], description=f"periods; left out: the latest; {EVERY}: every one")


class Kinds(BaseModel):
    """Which areas by where they lie and what they are."""

    region: Names = Field([], description="areas that lie in these regions, by code or name")
    nation: Names = Field([], description="areas that lie in these nations, by code or name")
    type: Names = Field([], description=f"areas of these types of authority: {', '.join(TYPES)}, or their names")


class OfAreas(View, Kinds):
    """Rows of areas."""

    area: Names = Field([], description="areas by code or name; left out: every one")


class OfNodes(OfAreas):
    """Rows of areas at nodes."""

    node: Names = Field([], description=f"index, domains or indicators; left out: index; {EVERY}: every one")
    scope: Literal["", "each period", "pooled", "base period"] = Field(
        "", description="what scores refer to; left out: as the framework says"
    )


class Places(Paged, Kinds):
    """Areas, whatever is scored."""

    area: Names = Field([], description="areas by code or name; left out: every one")
    level: str = Field("", max_length=120, description="kind of area; left out: every one")
    area_set: str = Field("", max_length=120, description="members of a set; left out: every area")


class OfIndicators(Paged):
    """Indicators."""

    indicator: Names = Field([], description="indicators by name; left out: every one")


class Figures(OfIndicators, Kinds):
    """Figures as published or derived."""

    area: Names = Field([], description="areas of any level by code or name; left out: every one")
    period: Names = Field([], description="periods; left out: every one")
    framework: str = Field("", max_length=120, description="only the members of a framework")
    area_set: str = Field("", max_length=120, description="only the members of a set of areas")


class Links(View):
    """Associations of scores with outcomes."""

    indicator: Names = Field([], description="outcomes; left out: every one")
    node: Names = Field([], description="index or domains; left out: every one")


class Through(InSet):
    """One area through time."""

    node: Names = Field([], description=f"index, domains or indicators; left out: index; {EVERY}: every one")
    scope: Literal["", "*", "each period", "pooled", "base period"] = Field(
        "*", description="what scores refer to; left out: every scope there is"
    )


class OfOne(InSet):
    """One area in one period."""

    period: str = Field("", max_length=20, description="a period; left out: the latest")


class Found(InSet):
    """Sentences of the registry of findings."""

    question: str = Field("", max_length=120, description="what was asked; left out: everything")
    area: Names = Field([], description="about these areas only")
    kind: Literal["", "finding", "note", "not answered"] = Field("", description="what sort of sentence")


class Audited(InSet):
    """The audit of one place or group."""

    period: str = Field("", max_length=20, description="a period; left out: the latest")
    of: str = Field(
        "nation", max_length=120,
        description="an area, region, country or combined authority by name; community A or compact 3; nation",
    )  # fmt: skip
    aspect: str = Field("", max_length=60, description="one aspect of the audit; left out: every one")


class Goal(InSet):
    """A goal for one area, and what bounds the way to it."""

    period: str = Field("", max_length=20, description="a period; left out: the latest")
    goal: Literal["rank", "score", "median", "no_worse"] = Field("rank", description="what is to be reached")
    value: str = Field(
        "10",
        max_length=80,
        description="the rank, the score, the group whose median it is, or the year that was no worse",
    )
    realism: Literal["neighbours", "areas", "none"] = Field(
        "neighbours", description="no part improves by more than these have within five years"
    )
    chance: Literal["", "0.75", "0.9", "0.95"] = Field(
        "", description="in this share of redraws; left out: as published"
    )
    trend: str = Field("", max_length=4, description="years for which the other areas go on as before")
    few: bool = Field(False, description="change as few parts as possible, not all a little")
    anew: bool = Field(False, description="it must hold in the index built anew, too")
    costs: str = Field("", max_length=1_000, description="member:cost with commas between; others cost 1",
                       examples=["median_pay:4"])  # fmt: skip
    bounds: str = Field("", max_length=1_000, description="member:lowest:highest with commas; either may be empty",
                        examples=["unemployment:4:,median_pay:450:600"])  # fmt: skip


class Shared(InSet):
    """A budget and the formula that shares it."""

    period: str = Field("", max_length=20, description="a period; left out: the latest")
    among: str = Field(
        "", max_length=60, description="areas of a region, country or group by name; left out: every one"
    )
    budget: str = Field("1000000", max_length=60, description="pounds")
    by: str = Field("", max_length=60, description="need, population, equal or tiers; left out: need")
    of: str = Field("", max_length=60, description="need by the index, a domain or an indicator; left out: the index")
    threshold: str = Field("", max_length=60, description="need begins below this score; left out: 100")
    taper: str = Field("", max_length=60, description="points above the threshold over which need fades out")
    power: str = Field("", max_length=60, description="0 counts heads, 1 distance, 2 favours the farthest")
    floor: str = Field("", max_length=60, description="every area gets this at least")
    cap: str = Field("", max_length=60, description="no area gets more")
    minimum: str = Field("", max_length=60, description="smaller grants are not paid")
    tiers: str = Field("", max_length=60, description="per cent of areas from the lowest:weight, with commas between")


class Tracked(InSet):
    """Targets to be followed."""

    period: str = Field("", max_length=20, description="a period; left out: the latest")
    target: Annotated[list[Name], Field(max_length=24)] = Field(
        [], description="place:measure:goal:year, repeated; left out: those brought to the server",
        examples=[["York:unemployment:3:2028"]],
    )  # fmt: skip


class Routine(InSet):
    """Routine work of areas."""

    period: Names = Field([], description="periods; left out: every one")
    area: Names = Field([], description="areas by code or name; left out: every one")


class Own(InSet):
    """An index of one's own over the edition's figures."""

    period: str = Field("", max_length=20, description="a period; left out: the latest")
    node: Names = Field([], description=f"index, domains or indicators; left out: index; {EVERY}: every one")
    weights: str = Field(
        "", max_length=2_000,
        description="name:weight with commas between, for domains or indicators; others keep the framework's weight",
        examples=["unemployment:2,pay:0.5"],
    )  # fmt: skip
    normalisation: str = Field("", max_length=60, description="a method by name; left out: the framework's")
    weighting: str = Field("", max_length=60, description="a method by name; left out: the framework's")
    aggregation: str = Field("", max_length=60, description="a method by name; left out: the framework's")
    draws: int = Field(
        0, ge=0, le=1_000, description="redraws of the figures within their sampling error, for intervals; 0: none"
    )

    @field_validator("weights")
    @classmethod
    def _pairs(cls, text: str) -> str:
        read_weights(text)
        return text


def read_weights(text: str) -> dict[str, float]:
    """Weights by node; ``ValueError`` for one that is no number, negative, not finite or given twice.

    >>> read_weights("unemployment:2, pay:0.5")
    {'unemployment': 2.0, 'pay': 0.5}
    """
    found: dict[str, float] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, colon, number = part.rpartition(":")
        try:
            weight = float(number)
        except ValueError:
            weight = float("nan")
        if not colon or not name or not 0 <= weight <= 1e6:
            raise ValueError(f"{part[:60]!r} is not a name, a colon and a number from 0 to 1,000,000")
        if name in found:
            raise ValueError(f"{name[:60]!r} is given twice")
        found[name] = weight
    return found
