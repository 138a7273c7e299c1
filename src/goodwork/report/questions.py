"""The catalogue of questions as readers meet them: what is asked, how it is measured, and which tables are shown.

Every question of an edition has one page, made from the edition alone. This is the one place for its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

#: area, areas: codes that become names with links; node, nodes: ids that become titles; natural: a figure in the unit
#: of an indicator; share: a part of one; chance: a p or q; flag: yes or nothing.
Kind = Literal["text", "area", "areas", "node", "nodes", "number", "share", "natural", "chance", "flag"]
Tables = Mapping[str, "pd.DataFrame"]


@dataclass(frozen=True)
class Column:
    """One column as shown: its head, the column of the edition's table, how it is written, the ends of its 95 %
    interval, and a small line under the head. ``of`` names the column that says whose unit a natural figure has."""

    head: str
    value: str
    kind: Kind = "text"
    low: str = ""
    high: str = ""
    under: str = ""
    digits: int = 1
    of: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table as shown: which of the edition's, its title, its columns and, where not all are shown, which rows."""

    table: str
    title: str
    columns: tuple[Column, ...] | Callable[[Tables], tuple[Column, ...]]
    rows: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    sort: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Question:
    """One page: address, name in the edition, name in the navigation, what is asked, how it is measured, tables."""

    path: str
    name: str
    title: str
    asks: str
    measured: str
    caution: str
    sheets: tuple[Sheet, ...]


ENDS = ("low", "high", "95 % interval")


def _last(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["period"] == table["period"].max()]


def _whole_score(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["score"] == "index"]


def _blows(tables: Tables) -> tuple[Column, ...]:
    """The shock's own two measures stand between place and kind."""
    measures = tables["shock_measures"]["measure"]
    return (
        Column("Place", "place", "number", digits=0, under="1 = hit hardest"),
        Column("Area", "area", "area"),
        *(Column("", m, "natural", under="higher is worse") for m in measures),
        Column("Hit", "quadrant"),
        Column("Community before", "group"),
    )


COMMUNITIES = Question(
    "/communities", "communities", "Communities",
    "Which areas have the same profile of work, wherever they lie?",
    "Each area is a point: its indicators, standardised over the areas. Areas are joined to those most like them "
    "and the graph is divided where it has few joints. Of several runs, and of divisions of areas drawn anew, the "
    "division nearest to all others is taken. Where an area lies is never asked. Letters run from the lowest mean "
    "score (A) to the highest; names follow from the figures by rule.",
    "Areas form a line from low to high more than islands: a community is a stretch of it, and four is a choice.",
    (
        Sheet("communities", "Every area and its community", (
            Column("Community", "community"),
            Column("Area", "area", "area"),
            Column("There in", "stability", "share", under="share of draws"),
            Column("Borderline", "borderline", "flag"),
            Column("Second community", "second"),
            Column("There in", "second_share", "share", under="share of draws"),
        ), sort=("community", "stability")),
        Sheet("communities_profiles", "What each community is like", (
            Column("Community", "community"),
            Column("Indicator", "member", "node"),
            Column("Mean", "natural", "natural", of="member"),
            Column("From the average of all areas", "standardised", "number",
                   under="standard deviations; above 0 is better"),
        )),
        Sheet("communities_transitions", "From community to community, from one period to the next", (
            Column("From", "from"), Column("To", "to"),
            Column("Of those in the first", "share", "share", *ENDS),
            Column("Moves", "count", "number", digits=0),
        ), note="Moves across a break are left out."),
        Sheet("communities_numbers", "Other numbers of communities, compared", (
            Column("Communities", "k", "number", digits=0),
            Column("Chosen", "chosen", "flag"),
            Column("Same place in draws", "stability", "share"),
            Column("Silhouette", "silhouette", "number", digits=2, under="higher is better"),
            Column("Smallest", "smallest", "number", digits=0, under="areas"),
            Column("Favoured by", "favoured_by"),
        )),
    ),
)  # fmt: skip
NEIGHBOURS = Question(
    "/neighbours", "neighbours", "Neighbours",
    "Which areas are most like a given one in their figures, and which of them do better?",
    "The distance between two areas is that of their standardised indicators, each counting the same. The five "
    "nearest are an area’s statistical neighbours. The unit is one standard deviation of an indicator over all "
    "areas.",
    "Alike in these figures is not alike in everything. The nearest of a few unusual areas may still be far away.",
    (
        Sheet("neighbours", "Every area and its nearest neighbour", (
            Column("Area", "area", "area"),
            Column("Nearest", "neighbour", "area"),
            Column("Distance", "distance", "number", digits=2, under="standard deviations"),
            Column("Differ most on", "differs_most", "node"),
            Column("Part of distance", "share", "share", under="squared"),
        ), rows=lambda table: table[table["rank"] == 1]),
    ),
)  # fmt: skip
COMPACTS = Question(
    "/compacts", "compacts", "Compacts",
    "Which areas share the same weak points and could act on them together?",
    "A weak point is an indicator on which an area lies below the average of all areas. Groups of four to eight "
    "areas are chosen so that the weak points within each are as alike as possible and every area with a weak point"
    " is in one group.",
    "A group is a proposal: its areas share figures, and need not lie near each other or have causes in common.",
    (
        Sheet("compacts", "Every group", (
            Column("Group", "compact", "number", digits=0),
            Column("Areas", "areas", "areas"),
            Column("Weak points in common", "shared", "nodes"),
            Column("Differ most on", "differ_on", "node"),
            Column("Spread within", "spread", "number", digits=2, under="lower is more alike"),
        )),
        Sheet("compacts_areas", "Every area", (
            Column("Area", "area", "area"),
            Column("Group", "compact", "number", digits=0, under="0 = none"),
            Column("Weak points", "weak", "nodes"),
            Column("Of these, in common", "in_common", "number", digits=0),
            Column("Why not in a group", "reason"),
        )),
    ),
)  # fmt: skip
CONDITIONS = Question(
    "/conditions", "conditions", "Conditions",
    "Do areas with better conditions for good work have a better score, and who stands apart from areas like them?",
    "The score is set against the score of the conditions for good work: correlation, line, and the range in which "
    "95 % of areas with such conditions are expected. The variation of the score is then divided among the "
    "conditions, averaged over all orders of taking them in.",
    "Association between areas is not cause, and says nothing of persons. Other conditions would share differently.",
    (
        Sheet("conditions", "Every area beside areas with like conditions", (
            Column("Area", "area", "area"),
            Column("Conditions", "x", "number", under="score; higher is better"),
            Column("Score", "y", "number", under="higher is better"),
            Column("Expected", "expected", "number", "low", "high", "95 % of such areas"),
            Column("Clearly better", "better", "flag"),
            Column("Clearly worse", "worse", "flag"),
        )),
        Sheet("conditions_links", "How closely the two scores go together", (
            Column("One", "x"), Column("Other", "y"),
            Column("r", "r", "number", *ENDS, 2),
            Column("Rank r", "rho", "number", "rho_low", "rho_high", "95 % interval", 2),
            Column("Line", "slope", "number", "slope_low", "slope_high", "points for one point", 2),
            Column("Areas", "n", "number", digits=0),
        )),
        Sheet("conditions_shares", "How the variation is divided among conditions", (
            Column("Of", "target", "node"),
            Column("Condition", "predictor", "node"),
            Column("Share of variation", "share", "share", *ENDS),
            Column("Alone", "alone", "share"),
            Column("Added last", "last", "share"),
        )),
    ),
)  # fmt: skip
HEALTH = Question(
    "/health", "health", "Health and outcomes",
    "Which outcomes of health and well-being go with the score, and where are they getting worse faster than expected?",
    "Each outcome is correlated with the score over all areas, over areas of the same region, and, where the "
    "conditions are known, with these held fixed. An association is clear when it survives a false-discovery rate "
    "over all outcomes.",
    "Association between areas is not cause, and says nothing of persons.",
    (
        Sheet("health", "Every outcome and the score", (
            Column("Outcome", "outcome", "node"),
            Column("r", "r", "number", *ENDS, 2),
            Column("Inside regions", "region", "number", "region_low", "region_high", "95 % interval", 2),
            Column("Like conditions", "conditions", "number", "conditions_low", "conditions_high", "95 % interval", 2),
            Column("Variation in common", "r2", "share"),
            Column("q", "q", "chance", digits=3, under="clear up to 0.05"),
            Column("Areas", "n", "number", digits=0),
            Column("Year", "observed"),
        ), rows=_whole_score, note="Domains are in the whole table."),
        Sheet("health_warnings", "Areas to watch: worse faster than expected", (
            Column("Outcome", "outcome"),
            Column("Area", "area", "area"),
            Column("Before", "before", "number"),
            Column("After", "after", "number"),
            Column("Change", "change", "number"),
            Column("Expected change", "expected", "number", "low", "high", "95 % range"),
            Column("Counted in", "unit"),
            Column("q", "q", "chance", digits=3),
        ), rows=lambda table: table[table["warned"].astype(bool)],
            note="Areas that are not clearly apart are in the whole table."),
    ),
)  # fmt: skip
SHOCK = Question(
    "/shock", "shock", "Shock",
    "Who was hit twice by a shock, and did that go with the score before?",
    "Two measures of the shock are standardised over the areas and averaged. An area above the mean in both has had"
    " a double blow. The whole is set against the scores and communities of the period before.",
    "What goes with a blow need not have brought it about.",
    (
        Sheet("shock", "Every area, the hardest hit first", _blows, sort=("place",)),
        Sheet("shock_links", "The blow and the scores before", (
            Column("Score", "score", "node"),
            Column("r", "r", "number", *ENDS, 2),
            Column("Rank r", "rho", "number", "rho_low", "rho_high", "95 % interval", 2),
            Column("q", "q", "chance", digits=3),
            Column("Areas", "n", "number", digits=0),
        )),
        Sheet("shock_communities", "The blow by community of the period before", (
            Column("Community", "group"),
            Column("Mean blow", "mean", "number", *ENDS, 2),
            Column("Areas", "n", "number", digits=0),
        )),
    ),
)  # fmt: skip
REGIONS = Question(
    "/regions", "disparity", "Within regions",
    "Do areas of one region differ more than regions do?",
    "The variance between areas is divided into what lies between regions and what lies inside them. Survey error, "
    "which looks like variation inside regions, is taken out where it is known.",
    "Regions differ in how many areas they have; every area counts the same, however many people it has.",
    (
        Sheet("disparity", "Where the variation of each indicator lies", (
            Column("Indicator", "indicator", "node"),
            Column("Inside regions", "within_share", "share", "within_low", "within_high", "95 % interval"),
            Column("Where", "where"),
            Column("Survey error", "error_share", "share", under="part of the variance"),
            Column("Areas", "n", "number", digits=0),
        ), rows=_last, sort=("-within_share",), note="Earlier periods are in the whole table."),
        Sheet("disparity_regions", "Every region, from its best area to its worst", (
            Column("Indicator", "indicator", "node"),
            Column("Region", "region"),
            Column("Median", "median", "natural", of="indicator"),
            Column("Best", "best", "area"),
            Column("Best figure", "best_value", "natural", of="indicator"),
            Column("Worst", "worst", "area"),
            Column("Worst figure", "worst_value", "natural", of="indicator"),
            Column("Areas", "n", "number", digits=0),
        ), rows=_last, note="Earlier periods are in the whole table."),
        Sheet("disparity_change", "Change of the share inside regions", (
            Column("Indicator", "indicator", "node"),
            Column("From", "first"), Column("To", "last"),
            Column("First", "within_share_first", "share"),
            Column("Last", "within_share_last", "share"),
            Column("Change", "within_share_change", "share", "within_share_change_low",
                   "within_share_change_high", "95 % interval"),
        )),
    ),
)  # fmt: skip
SERIES = Question(
    "/series", "trends", "Time series",
    "Who improves, who falls back, and are areas coming closer together?",
    "Scores of all periods stand on one scale. An area’s trend is the median of the slopes between all pairs of "
    "periods, beside the other areas; its doubt comes from redrawing the figures within their survey error. No "
    "trend crosses a break.",
    "Intervals hold survey error only, each for itself; q looks at all areas at once, of which some would lie apart by "
    "chance. With few periods between breaks, only steep moves can be told from chance.",
    (
        Sheet("trends", "Every area’s trend beside the others", (
            Column("Area", "area", "area"),
            Column("Points a year", "slope", "number", *ENDS, 2),
            Column("Verdict", "verdict"),
            Column("q", "q", "chance", digits=3, under="over all areas; clear up to 0.05"),
            Column("Periods", "n", "number", digits=0),
        ), sort=("-slope",)),
        Sheet("trends_spread", "How far areas lie apart, period by period", (
            Column("Year", "year", "number", digits=0),
            Column("Measure", "measure"),
            Column("Value", "value", "number", *ENDS, 2),
        )),
        Sheet("trends_chapters", "The middle area of each part of the country", (
            Column("Chapter", "chapter"),
            Column("Period", "period"),
            Column("Median score", "median", "number", *ENDS),
            Column("Areas", "areas", "number", digits=0),
        )),
        Sheet("trends_mobility", "How many places areas moved", (
            Column("From", "from"), Column("To", "to"),
            Column("Places on average", "shift", "number"),
            Column("Survey error alone", "noise", "number", under="would make"),
            Column("Furthest", "furthest", "number", digits=0),
            Column("Rank correlation", "spearman", "number", digits=2),
            Column("Areas", "n", "number", digits=0),
        )),
    ),
)  # fmt: skip
SPACE = Question(
    "/space", "space", "Space",
    "Do high and low areas lie together, and where does the score change steeply across a border?",
    "Moran’s I says whether areas that touch are more alike than chance would make them; its local form and Getis "
    "and Ord’s Gi* say where. Tests are corrected so that at most 5 % of the areas named are false alarms.",
    "Likeness of areas that touch says where to look, not why.",
    (
        Sheet("space", "Are areas that touch alike?", (
            Column("Measure", "name", "node"),
            Column("Moran’s I", "i", "number", digits=2),
            Column("By chance", "expected", "number", "random_low", "random_high", "95 % range", 2),
            Column("p", "p", "chance", digits=3),
            Column("Areas", "n", "number", digits=0),
            Column("Borders", "pairs", "number", digits=0),
        )),
        Sheet("space_areas", "Every area and the areas it touches", (
            Column("Area", "area", "area"),
            Column("Score", "value", "number", under="higher is better"),
            Column("Areas it touches", "neighbours", "number", under="mean score"),
            Column("Among its neighbours", "kind"),
            Column("Spot", "spot"),
            Column("q", "q", "chance", digits=3),
        ), sort=("q",)),
        Sheet("space_borders", "Borders across which the score clearly differs", (
            Column("Higher", "higher", "area"),
            Column("Lower", "lower", "area"),
            Column("Difference", "difference", "number", *ENDS),
            Column("q", "q", "chance", digits=3),
        ), rows=lambda table: table[table["clear"].astype(bool)], note="All borders are in the whole table."),
    ),
)  # fmt: skip

#: Every page of a question, in the order of the navigation.
PAGES: tuple[Question, ...] = (
    COMMUNITIES, NEIGHBOURS, COMPACTS, CONDITIONS, HEALTH, SHOCK, REGIONS, SERIES, SPACE,
)  # fmt: skip
BY_PATH = {question.path: question for question in PAGES}
