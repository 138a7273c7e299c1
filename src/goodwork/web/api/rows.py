"""What one row of each resource holds: the columns in their order, typed, with what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

Cell = type[Any] | Any
INTERVAL = "of its 95 % interval (sampling error)"


class Row(BaseModel):
    """One row. Every column may be null (a gap is never zero) or left out (``fields``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


R = TypeVar("R", bound=Row)


class Answer(BaseModel, Generic[R]):
    """One page of rows with what is needed to use them."""

    model_config = ConfigDict(extra="forbid")

    resource: str
    title: str = Field(description="name of the monitor")
    edition: str
    invented: bool = Field(description="true where the figures are made up for practice")
    attribution: str = Field(description="to be shown wherever the rows are")
    licence: str
    note: str = Field(description="what has to be known to read the rows rightly")
    total: int = Field(ge=0, description="rows there are, on all pages")
    limit: int = Field(ge=1)
    offset: int = Field(ge=0)
    next: str | None = Field(description="address of the next page")
    rows: list[R]


def answer_of(kind: type[Row]) -> Any:
    """The type of an answer with such rows: ``Answer[kind]``, where ``kind`` is only known when the program runs."""
    return Answer.__class_getitem__(kind)


class Fault(BaseModel):
    """One thing that is wrong with what was asked."""

    parameter: str
    detail: str


class Problem(BaseModel):
    """A problem in the form of RFC 9457, with the nearest names where something was not found."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    nearest: list[str] = []
    remedy: str | None = None
    faults: list[Fault] = []


def row(name: str, columns: Mapping[str, tuple[Cell, str]]) -> type[Row]:
    """A type of row from its columns: type and meaning of each.

    >>> list(row("Pair", {"a": (int, "first"), "b": (str, "second")})(a=1).model_dump())
    ['a', 'b']
    """
    fields: dict[str, Any] = {
        key: (kind | None, Field(default=None, description=words)) for key, (kind, words) in columns.items()
    }
    return create_model(name, __base__=Row, __doc__=f"One row of {name.lower()}.", **fields)


def bounded(name: str, words: str, low: str = "", high: str = "") -> dict[str, tuple[Cell, str]]:
    """A number and the two columns of its interval."""
    low, high = low or f"{name}_low", high or f"{name}_high"
    return {
        name: (float, words),
        low: (float, f"lower end {INTERVAL}"),
        high: (float, f"upper end {INTERVAL}"),
    }


VIEW = {
    "framework": (str, "what is counted as good"),
    "area_set": (str, "the areas compared"),
    "scope": (str, "what scores refer to: each period by itself, or a base period"),
    "period": (str, "the period the row is of"),
}
AREA = {"area": (str, "code"), "name": (str, "name of the area")}
NODE = {"node": (str, "index, domain or indicator"), "measure": (str, "what readers call the node")}
SCORE = {
    **bounded("score", "score as shown; higher is better", "low", "high"),
    "low_90": (float, "lower end of its 90 % interval"),
    "high_90": (float, "upper end of its 90 % interval"),
    "low_50": (float, "lower end of its 50 % interval"),
    "high_50": (float, "upper end of its 50 % interval"),
    "raw_score": (float, "the score before it is put on the scale of display"),
}
RISE = {
    "rise": (float, "share of draws in which the score was above that of the period before; on a fixed scale only"),
    "since_first": (float, "share of draws in which it was above that of the first period; on a fixed scale only"),
}
RANK = {
    "rank": (int, "place, 1 is best"),
    "rank_low": (int, f"better end {INTERVAL}"),
    "rank_high": (int, f"worse end {INTERVAL}"),
    "ties": (int, "other areas that share the place exactly"),
    "ranked": (int, "areas that have a place"),
}
CHANCES = {
    "top": (float, "share of draws in the first ten places"),
    "bottom": (float, "share of draws in the last ten places"),
}
FIGURE = {
    **bounded("value", "the figure in its own unit", "lower", "upper"),
    "unit": (str, "unit"),
    "better": (str, "which end is better"),
    "status": (str, "marker of the figure's quality (GSS)"),
    "basis": (str, "published, derived or inherited"),
}
SOURCE = {"source": (str, "publisher, title, release, licence"), "derivation": (str, "what was computed from what")}


def link(name: str, words: str) -> dict[str, tuple[Cell, str]]:
    """A correlation with its interval and how likely one so far from zero is by chance."""
    found = bounded(name, words, *(("low", "high") if name == "r" else ()))
    return {**found, "p" if name == "r" else f"{name}_p": (float, "chance of one so far from zero without a link")}


Editions = row("Editions", {
    "name": (str, "as it stands in addresses"), "latest": (bool, "whether latest leads here"),
    "latest_period": (str, "the last period with scores"), "frameworks": (list[str], "names"),
    "geography": (str, "level and vintage of the areas"), "checksum": (str, "SHA-256 of the manifest"),
})  # fmt: skip
Areas = row("Areas", {
    **AREA, "level": (str, "kind of area"), "parents": (list[str], "codes of the areas it lies in"),
    "parent_names": (list[str], "their names"), "aliases": (list[str], "other names"),
    "former": (list[str], "retired codes that lead here"), "area_sets": (list[str], "sets that hold it"),
})  # fmt: skip
Indicators = row("Indicators", {
    "indicator": (str, "name in addresses"), "name": (str, "name"), "definition": (str, "what is counted"),
    "unit": (str, "unit"), "kind": (str, "what sort of number it is"), "better": (str, "which end is better"),
    "role": (str, "what it is used for"), "publisher": (str, "who publishes it"), "dataset": (str, "in which dataset"),
    "release": (str, "in which release"), "licence": (str, "under which licence"), "url": (str, "where"),
    "covers": (str, "what a period covers"), "designation": (str, "what kind of statistic the publisher calls it"),
    "missing": (str, "why there are no figures"), "caveat": (str, "what to be careful about"),
    "breaks": (list[str], "periods that cannot be compared with those before, and why"),
    "figures": (int, "how many figures"), "first": (str, "first period"), "last": (str, "last period"),
    "areas": (int, "areas with figures"),
})  # fmt: skip
Frameworks = row("Frameworks", {
    "framework": (str, "name in addresses"), "title": (str, "name"), **NODE, "parent": (str, "the node above"),
    "level": (int, "1 for indicators"), "better": (str, "which end is better"), "weight": (float, "among siblings"),
    "why": (str, "the reason it is there"), "area_sets": (list[str], "sets it is scored over, the default first"),
    "periods": (list[str], "periods with scores"), "base_period": (str, "period of the fixed scale"),
    "normalisation": (str, "method"), "weighting": (str, "method"), "aggregation": (str, "method"),
})  # fmt: skip
Observations = row("Observations", {
    "indicator": (str, "name in addresses"), "indicator_name": (str, "name"), **AREA, "period": VIEW["period"],
    "span": (str, "what the publisher printed as its period"), **FIGURE, **SOURCE,
})  # fmt: skip
Scores = row("Scores", {**VIEW, **AREA, **NODE, **SCORE})
Ranks = row("Ranks", {
    **VIEW, **AREA, **NODE, **RANK, "rank_low_90": (int, "better end of the 90 % interval"),
    "rank_high_90": (int, "worse end of the 90 % interval"), "rank_low_50": (int, "better end of the 50 % interval"),
    "rank_high_50": (int, "worse end of the 50 % interval"), **CHANCES,
    "above_median": (float, "share of draws in the better half"),
    "set_low": (int, "best place that cannot be excluded, for all areas at once"),
    "set_high": (int, "worst place that cannot be excluded, for all areas at once"),
    "tier": (int, "1 is best; those of a tier are not surely below its head"),
})  # fmt: skip
Excluded = row("Excluded", {
    **VIEW, **AREA, "coverage": (float, "share of the members with a figure"), "reason": (str, "why it has no score"),
})  # fmt: skip
Profiles = row("Profiles", {
    **VIEW, **AREA, **NODE, **{k: SCORE[k] for k in ("score", "low", "high")}, **RANK, **CHANCES, **FIGURE,
    "observed": (str, "the period the figure is of"), "nation": (str, "whom it is compared with"),
    "national": (float, "the figure there"), "normalised": (float, "the figure on the common scale, more is better"),
    "contribution": (float, "its part of the index score"), **SOURCE,
    "missing": (str, "why there is no score or no figure"),
})  # fmt: skip
Neighbours = row("Neighbours", {
    **VIEW, **AREA, "order": (int, "1 is the most alike"), "neighbour": (str, "code"),
    "neighbour_name": (str, "name of the neighbour"), "distance": (float, "between standardised members"),
    "members": (int, "members both have"), "differs_most": (str, "the member that sets them apart most"),
    "share": (float, "its share of the squared distance"),
})  # fmt: skip
Communities = row("Communities", {
    **VIEW, **AREA, "community": (str, "letter; A has the lowest mean score"),
    "archetype": (str, "name from its members"),
    "stability": (float, "share of draws in which the area is of this community"),
    "second": (str, "the community it is of next most often"), "second_share": (float, "share of draws in that one"),
    "borderline": (bool, "less than 80 % of draws agree"), "silhouette": (float, "how much nearer to its own, −1 to 1"),
    "fitted": (bool, "whether the area took part in finding the communities"),
})  # fmt: skip
Associations = row("Associations", {
    **VIEW, "outcome": (str, "indicator"), "outcome_name": (str, "name"), "unit": (str, "unit"),
    "better": (str, "which end of the outcome is better"), **NODE, "observed": (str, "the period of the outcome"),
    "n": (int, "areas with both"), **link("r", "Pearson's correlation over areas"),
    "q": (float, "p with all links asked about at once held to a false-discovery rate"),
    **link("rho", "Spearman's correlation"), **link("region", "within regions"),
    **link("people", "areas counted by their people"), **link("conditions", "with conditions held fixed"),
    **bounded("slope", "change of the outcome per point of score"), "outliers": (str, "areas far from the line"),
})  # fmt: skip
Series = row("Series", {
    **VIEW, **AREA, **NODE, **{k: SCORE[k] for k in ("score", "low", "high", "raw_score")}, **RISE,
    "breaks": (list[str], "members whose series breaks here: not comparable with the periods before"),
})  # fmt: skip
Findings = row("Findings", {
    **VIEW, "question": (str, "what was asked"), "id": (str, "name of the finding"),
    "kind": (str, "finding, note or not answered"), "area": (str, "code, of one about an area"),
    "sentence": (str, "what was found"), "numbers": (dict[str, Any], "the numbers the sentence rests on"),
    "table": (str, "the edition's table they stand in"), "where": (str, "the rows of the table, as JSON"),
})  # fmt: skip
VIEWED = {key: VIEW[key] for key in ("framework", "area_set", "period")}
Audits = row("Audits", {
    **VIEWED, "subject": (str, "the place or group"), "aspect": (str, "part of the audit"),
    "title": (str, "what readers call it"), "id": (str, "name of the finding"), "sentence": (str, "what was found"),
    "numbers": (dict[str, Any], "the numbers the sentence rests on"), "notes": (list[str], "what limits this aspect"),
})  # fmt: skip
Targets = row("Targets", {
    **VIEWED, **AREA, "goal": (str, "in words"), "feasible": (bool, "whether it can be reached within the bounds"),
    "exact": (bool, "whether the change is known to be the least"), "chance": (float, "share of redraws that reach it"),
    "score_before": (float, "as published"), "score_after": (float, "after the change"),
    "rank_before": (int, "as published"), "rank_before_low": (float, f"better end {INTERVAL}"),
    "rank_before_high": (float, f"worse end {INTERVAL}"), "rank_after": (int, "after the change"),
    "rank_after_low": (float, f"better end {INTERVAL}"), "rank_after_high": (float, f"worse end {INTERVAL}"),
    "ranked": (int, "areas that have a place"), "member": (str, "indicator"), "member_name": (str, "name"),
    "unit": (str, "unit"), "better": (str, "which end is better"), "before": (float, "the figure"),
    "after": (float, "the figure needed"), "change": (float, "in the unit"),
    "effort": (float, "change for the better in standard deviations over areas"),
    "gain": (float, "points of score it brings"), "cost": (float, "how dear a change is, beside the others"),
    "count": (float, "what the change comes to"), "counted": (str, "of what: people, pounds"),
    "low": (float, "lowest it may be"), "high": (float, "highest it may be"), "limit": (str, "what bounds it"),
    "at_limit": (bool, "whether it goes as far as it may"),
})  # fmt: skip
Allocations = row("Allocations", {
    **VIEWED, **AREA, "people": (float, "residents"),
    "need": (float, "what the formula counts"), "grant": (float, "pounds"), "share": (float, "of the budget"),
    "per_head": (float, "pounds"), "by_people": (float, "pounds, if shared by people alone"),
    "gains": (float, "pounds against that"),
    **{f"{end}_{kind}": (float, f"{words} end of the grant in 95 % of rebuilt indices: {varied}")
       for kind, varied in (("sampling", "sampling error"), ("method", "choices of the method"), ("both", "both"))
       for end, words in (("low", "lower"), ("high", "upper"))},
    **{f"paid_{kind}": (float, "share of rebuilt indices that pay it") for kind in ("sampling", "method", "both")},
    **{f"rule_{rule}": (float, f"pounds by the rule {rule}") for rule in ("need", "population", "equal", "tiers")},
})  # fmt: skip
Tracking = row("Tracking", {
    **VIEWED, **AREA, "of": (str, "index, domain or indicator"), "measure": (str, "what readers call it"),
    "unit": (str, "unit"), "goal": (float, "in the unit"), "better": (str, "which end is better"),
    "by": (str, "the year of the goal"), "last": (str, "year of the last figure"), **bounded("figure", "the last one"),
    "since": (str, "where the trend begins"), "figures": (int, "how many it rests on"),
    **bounded("expected", "where the trend leads by the year"), "chance": (float, "that the goal is reached so"),
    "verdict": (str, "on track, off track, cannot tell; met, not met"), "why": (str, "why nobody can tell"),
    "invented": (bool, "whether the target is made up"),
})  # fmt: skip
Charters = row("Charters", {
    "kind": (str, "tier, sector, size or characteristic"), "name": (str, "of it"), "charter": (str, "of a tier"),
    "members": (int, "employers that have signed"),
    "unknown": (int, "of them, those who do not say how many they employ"),
    "employees": (float, "of members, as far as known"), "all": (float, "employees there in all"),
    "share": (float, "of them, those of members; at least, where some are unknown"),
    "gap": (bool, "whether so few are reached that it is called a gap"), "asks": (list[str], "what a tier asks"),
    "invented": (bool, "whether the row is made up"),
})  # fmt: skip
Transition = row("Transition", {
    "framework": VIEW["framework"], "area_set": VIEW["area_set"], "period": VIEW["period"], **AREA,
    **bounded("least", "per cent of work that is surely routine"), **bounded("most", "per cent that may be"),
    "shares": (dict[str, Any], "per cent of people in work by group of occupations"),
    "break": (str, "why the figures cannot be compared with those before"),
})  # fmt: skip
Built = row("Built", {
    **VIEW, **AREA, **NODE, **{k: SCORE[k] for k in ("score", "low", "high", "raw_score")}, **RANK, **CHANCES,
})  # fmt: skip

#: A number never leaves without the columns that say how sure it is.
COMPANIONS: dict[str, tuple[str, ...]] = {
    "score": ("low", "high"), "rank": ("rank_low", "rank_high", "ranked"), "value": ("lower", "upper", "status"),
    "r": ("low", "high"), "tier": ("set_low", "set_high"),
    **{name: (f"{name}_low", f"{name}_high") for name in ("rho", "region", "people", "conditions", "slope")},
}  # fmt: skip
