"""The catalogue of questions as readers meet them: what is asked, how it is measured, and which tables are shown.

Every question of an edition has one page, made from the edition alone. This is the one place for its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from goodwork.language import tr

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


ENDS = ("low", "high", tr("95 % interval"))


def _last(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["period"] == table["period"].max()]


def _whole_score(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["score"] == "index"]


def _blows(tables: Tables) -> tuple[Column, ...]:
    """The shock's own two measures stand between place and kind."""
    measures = tables["shock_measures"]["measure"]
    return (
        Column(tr("Place"), "place", "number", digits=0, under=tr("1 = hit hardest")),
        Column(tr("Area"), "area", "area"),
        *(Column("", m, "natural", under=tr("higher is worse")) for m in measures),
        Column(tr("Hit"), "quadrant"),
        Column(tr("Community before"), "group"),
    )


COMMUNITIES = Question(
    "/communities", "communities", tr("Communities"),
    tr("Which areas have the same profile of work, wherever they lie?"),
    tr("Each area is a point: its indicators, standardised over the areas. Areas are joined to those most like them "
       "and the graph is divided where it has few joints. Of several runs, and of divisions of areas drawn anew, the "
       "division nearest to all others is taken. Where an area lies is never asked. Letters run from the lowest mean "
       "score (A) to the highest; names follow from the figures by rule."),
    tr("Areas form a line from low to high more than islands: a community is a stretch of it, and four is a choice."),
    (
        Sheet("communities", tr("Every area and its community"), (
            Column(tr("Community"), "community"),
            Column(tr("Area"), "area", "area"),
            Column(tr("There in"), "stability", "share", under=tr("share of draws")),
            Column(tr("Borderline"), "borderline", "flag"),
            Column(tr("Second community"), "second"),
            Column(tr("There in"), "second_share", "share", under=tr("share of draws")),
        ), sort=("community", "stability")),
        Sheet("communities_profiles", tr("What each community is like"), (
            Column(tr("Community"), "community"),
            Column(tr("Indicator"), "member", "node"),
            Column(tr("Mean"), "natural", "natural", of="member"),
            Column(tr("From the average of all areas"), "standardised", "number",
                   under=tr("standard deviations; above 0 is better")),
        )),
        Sheet("communities_transitions", tr("From community to community, from one period to the next"), (
            Column(tr("From"), "from"), Column(tr("To"), "to"),
            Column(tr("Of those in the first"), "share", "share", *ENDS),
            Column(tr("Moves"), "count", "number", digits=0),
        ), note=tr("Moves across a break are left out.")),
        Sheet("communities_numbers", tr("Other numbers of communities, compared"), (
            Column(tr("Communities"), "k", "number", digits=0),
            Column(tr("Chosen"), "chosen", "flag"),
            Column(tr("Same place in draws"), "stability", "share"),
            Column(tr("Silhouette"), "silhouette", "number", digits=2, under=tr("higher is better")),
            Column(tr("Smallest"), "smallest", "number", digits=0, under=tr("areas")),
            Column(tr("Favoured by"), "favoured_by"),
        )),
    ),
)  # fmt: skip
NEIGHBOURS = Question(
    "/neighbours", "neighbours", tr("Neighbours"),
    tr("Which areas are most like a given one in their figures, and which of them do better?"),
    tr("The distance between two areas is that of their standardised indicators, each counting the same. The five "
       "nearest are an area’s statistical neighbours. The unit is one standard deviation of an indicator over all "
       "areas."),
    tr("Alike in these figures is not alike in everything. The nearest of a few unusual areas may still be far away."),
    (
        Sheet("neighbours", tr("Every area and its nearest neighbour"), (
            Column(tr("Area"), "area", "area"),
            Column(tr("Nearest"), "neighbour", "area"),
            Column(tr("Distance"), "distance", "number", digits=2, under=tr("standard deviations")),
            Column(tr("Differ most on"), "differs_most", "node"),
            Column(tr("Part of distance"), "share", "share", under=tr("squared")),
        ), rows=lambda table: table[table["rank"] == 1]),
    ),
)  # fmt: skip
COMPACTS = Question(
    "/compacts", "compacts", tr("Compacts"),
    tr("Which areas share the same weak points and could act on them together?"),
    tr("A weak point is an indicator on which an area lies below the average of all areas. Groups of four to eight "
       "areas are chosen so that the weak points within each are as alike as possible and every area with a weak "
       "point is in one group."),
    tr("A group is a proposal: its areas share figures, and need not lie near each other or have causes in common."),
    (
        Sheet("compacts", tr("Every group"), (
            Column(tr("Group"), "compact", "number", digits=0),
            Column(tr("Areas"), "areas", "areas"),
            Column(tr("Weak points in common"), "shared", "nodes"),
            Column(tr("Differ most on"), "differ_on", "node"),
            Column(tr("Spread within"), "spread", "number", digits=2, under=tr("lower is more alike")),
        )),
        Sheet("compacts_areas", tr("Every area"), (
            Column(tr("Area"), "area", "area"),
            Column(tr("Group"), "compact", "number", digits=0, under=tr("0 = none")),
            Column(tr("Weak points"), "weak", "nodes"),
            Column(tr("Of these, in common"), "in_common", "number", digits=0),
            Column(tr("Why not in a group"), "reason"),
        )),
    ),
)  # fmt: skip
CONDITIONS = Question(
    "/conditions", "conditions", tr("Conditions"),
    tr("Do areas with better conditions for good work have a better score, and who stands apart from areas like them?"),
    tr("The score is set against the score of the conditions for good work: correlation, line, and the range in "
       "which 95 % of areas with such conditions are expected. The variation of the score is then divided among the "
       "conditions, averaged over all orders of taking them in."),
    tr("Association between areas is not cause, and says nothing of persons. Other conditions would share "
       "differently."),
    (
        Sheet("conditions", tr("Every area beside areas with like conditions"), (
            Column(tr("Area"), "area", "area"),
            Column(tr("Conditions"), "x", "number", under=tr("score; higher is better")),
            Column(tr("Score"), "y", "number", under=tr("higher is better")),
            Column(tr("Expected"), "expected", "number", "low", "high", tr("95 % of such areas")),
            Column(tr("Clearly better"), "better", "flag"),
            Column(tr("Clearly worse"), "worse", "flag"),
        )),
        Sheet("conditions_links", tr("How closely the two scores go together"), (
            Column(tr("One"), "x"), Column(tr("Other"), "y"),
            Column(tr("r"), "r", "number", *ENDS, 2),
            Column(tr("Rank r"), "rho", "number", "rho_low", "rho_high", tr("95 % interval"), 2),
            Column(tr("Line"), "slope", "number", "slope_low", "slope_high", tr("points for one point"), 2),
            Column(tr("Areas"), "n", "number", digits=0),
        )),
        Sheet("conditions_shares", tr("How the variation is divided among conditions"), (
            Column(tr("Of"), "target", "node"),
            Column(tr("Condition"), "predictor", "node"),
            Column(tr("Share of variation"), "share", "share", *ENDS),
            Column(tr("Alone"), "alone", "share"),
            Column(tr("Added last"), "last", "share"),
        )),
    ),
)  # fmt: skip
HEALTH = Question(
    "/health", "health", tr("Health and outcomes"),
    tr("Which outcomes of health and well-being go with the score, and where are they getting worse faster than "
       "expected?"),
    tr("Each outcome is correlated with the score over all areas, over areas of the same region, and, where the "
       "conditions are known, with these held fixed. An association is clear when it survives a false-discovery rate "
       "over all outcomes."),
    tr("Association between areas is not cause, and says nothing of persons."),
    (
        Sheet("health", tr("Every outcome and the score"), (
            Column(tr("Outcome"), "outcome", "node"),
            Column(tr("r"), "r", "number", *ENDS, 2),
            Column(tr("Inside regions"), "region", "number", "region_low", "region_high", tr("95 % interval"), 2),
            Column(tr("Like conditions"), "conditions", "number", "conditions_low", "conditions_high",
                   tr("95 % interval"), 2),
            Column(tr("Variation in common"), "r2", "share"),
            Column(tr("q"), "q", "chance", digits=3, under=tr("clear up to 0.05")),
            Column(tr("Areas"), "n", "number", digits=0),
            Column(tr("Year"), "observed"),
        ), rows=_whole_score, note=tr("Domains are in the whole table.")),
        Sheet("health_warnings", tr("Areas to watch: worse faster than expected"), (
            Column(tr("Outcome"), "outcome"),
            Column(tr("Area"), "area", "area"),
            Column(tr("Before"), "before", "number"),
            Column(tr("After"), "after", "number"),
            Column(tr("Change"), "change", "number"),
            Column(tr("Expected change"), "expected", "number", "low", "high", tr("95 % range")),
            Column(tr("Counted in"), "unit"),
            Column(tr("q"), "q", "chance", digits=3),
        ), rows=lambda table: table[table["warned"].astype(bool)],
            note=tr("Areas that are not clearly apart are in the whole table.")),
    ),
)  # fmt: skip
SHOCK = Question(
    "/shock", "shock", tr("Shock"),
    tr("Who was hit twice by a shock, and did that go with the score before?"),
    tr("Two measures of the shock are standardised over the areas and averaged. An area above the mean in both has "
       "had a double blow. The whole is set against the scores and communities of the period before."),
    tr("What goes with a blow need not have brought it about."),
    (
        Sheet("shock", tr("Every area, the hardest hit first"), _blows, sort=("place",)),
        Sheet("shock_links", tr("The blow and the scores before"), (
            Column(tr("Score"), "score", "node"),
            Column(tr("r"), "r", "number", *ENDS, 2),
            Column(tr("Rank r"), "rho", "number", "rho_low", "rho_high", tr("95 % interval"), 2),
            Column(tr("q"), "q", "chance", digits=3),
            Column(tr("Areas"), "n", "number", digits=0),
        )),
        Sheet("shock_communities", tr("The blow by community of the period before"), (
            Column(tr("Community"), "group"),
            Column(tr("Mean blow"), "mean", "number", *ENDS, 2),
            Column(tr("Areas"), "n", "number", digits=0),
        )),
    ),
)  # fmt: skip
REGIONS = Question(
    "/regions", "disparity", tr("Within regions"),
    tr("Do areas of one region differ more than regions do?"),
    tr("The variance between areas is divided into what lies between regions and what lies inside them. Survey "
       "error, which looks like variation inside regions, is taken out where it is known."),
    tr("Regions differ in how many areas they have; every area counts the same, however many people it has."),
    (
        Sheet("disparity", tr("Where the variation of each indicator lies"), (
            Column(tr("Indicator"), "indicator", "node"),
            Column(tr("Inside regions"), "within_share", "share", "within_low", "within_high", tr("95 % interval")),
            Column(tr("Where"), "where"),
            Column(tr("Survey error"), "error_share", "share", under=tr("part of the variance")),
            Column(tr("Areas"), "n", "number", digits=0),
        ), rows=_last, sort=("-within_share",), note=tr("Earlier periods are in the whole table.")),
        Sheet("disparity_regions", tr("Every region, from its best area to its worst"), (
            Column(tr("Indicator"), "indicator", "node"),
            Column(tr("Region"), "region"),
            Column(tr("Median"), "median", "natural", of="indicator"),
            Column(tr("Best"), "best", "area"),
            Column(tr("Best figure"), "best_value", "natural", of="indicator"),
            Column(tr("Worst"), "worst", "area"),
            Column(tr("Worst figure"), "worst_value", "natural", of="indicator"),
            Column(tr("Areas"), "n", "number", digits=0),
        ), rows=_last, note=tr("Earlier periods are in the whole table.")),
        Sheet("disparity_change", tr("Change of the share inside regions"), (
            Column(tr("Indicator"), "indicator", "node"),
            Column(tr("From"), "first"), Column(tr("To"), "last"),
            Column(tr("First"), "within_share_first", "share"),
            Column(tr("Last"), "within_share_last", "share"),
            Column(tr("Change"), "within_share_change", "share", "within_share_change_low",
                   "within_share_change_high", tr("95 % interval")),
        )),
    ),
)  # fmt: skip
SERIES = Question(
    "/series", "trends", tr("Time series"),
    tr("Who improves, who falls back, and are areas coming closer together?"),
    tr("Scores of all periods stand on one scale. An area’s trend is the median of the slopes between all pairs of "
       "periods, beside the other areas; its doubt comes from redrawing the figures within their survey error. No "
       "trend crosses a break."),
    tr("Intervals hold survey error only, each for itself; q looks at all areas at once, of which some would lie "
       "apart by chance. With few periods between breaks, only steep moves can be told from chance."),
    (
        Sheet("trends", tr("Every area’s trend beside the others"), (
            Column(tr("Area"), "area", "area"),
            Column(tr("Points a year"), "slope", "number", *ENDS, 2),
            Column(tr("Verdict"), "verdict"),
            Column(tr("q"), "q", "chance", digits=3, under=tr("over all areas; clear up to 0.05")),
            Column(tr("Periods"), "n", "number", digits=0),
        ), sort=("-slope",)),
        Sheet("trends_spread", tr("How far areas lie apart, period by period"), (
            Column(tr("Year"), "year", "number", digits=0),
            Column(tr("Measure"), "measure"),
            Column(tr("Value"), "value", "number", *ENDS, 2),
        )),
        Sheet("trends_chapters", tr("The middle area of each part of the country"), (
            Column(tr("Chapter"), "chapter"),
            Column(tr("Period"), "period"),
            Column(tr("Median score"), "median", "number", *ENDS),
            Column(tr("Areas"), "areas", "number", digits=0),
        )),
        Sheet("trends_mobility", tr("How many places areas moved"), (
            Column(tr("From"), "from"), Column(tr("To"), "to"),
            Column(tr("Places on average"), "shift", "number"),
            Column(tr("Survey error alone"), "noise", "number", under=tr("would make")),
            Column(tr("Furthest"), "furthest", "number", digits=0),
            Column(tr("Rank correlation"), "spearman", "number", digits=2),
            Column(tr("Areas"), "n", "number", digits=0),
        )),
    ),
)  # fmt: skip
SPACE = Question(
    "/space", "space", tr("Space"),
    tr("Do high and low areas lie together, and where does the score change steeply across a border?"),
    tr("Moran’s I says whether areas that touch are more alike than chance would make them; its local form and Getis "
       "and Ord’s Gi* say where. Tests are corrected so that at most 5 % of the areas named are false alarms."),
    tr("Likeness of areas that touch says where to look, not why."),
    (
        Sheet("space", tr("Are areas that touch alike?"), (
            Column(tr("Measure"), "name", "node"),
            Column(tr("Moran’s I"), "i", "number", digits=2),
            Column(tr("By chance"), "expected", "number", "random_low", "random_high", tr("95 % range"), 2),
            Column(tr("p"), "p", "chance", digits=3),
            Column(tr("Areas"), "n", "number", digits=0),
            Column(tr("Borders"), "pairs", "number", digits=0),
        )),
        Sheet("space_areas", tr("Every area and the areas it touches"), (
            Column(tr("Area"), "area", "area"),
            Column(tr("Score"), "value", "number", under=tr("higher is better")),
            Column(tr("Areas it touches"), "neighbours", "number", under=tr("mean score")),
            Column(tr("Among its neighbours"), "kind"),
            Column(tr("Spot"), "spot"),
            Column(tr("q"), "q", "chance", digits=3),
        ), sort=("q",)),
        Sheet("space_borders", tr("Borders across which the score clearly differs"), (
            Column(tr("Higher"), "higher", "area"),
            Column(tr("Lower"), "lower", "area"),
            Column(tr("Difference"), "difference", "number", *ENDS),
            Column(tr("q"), "q", "chance", digits=3),
        ), rows=lambda table: table[table["clear"].astype(bool)], note=tr("All borders are in the whole table.")),
    ),
)  # fmt: skip

#: Every page of a question, in the order of the navigation.
PAGES: tuple[Question, ...] = (
    COMMUNITIES, NEIGHBOURS, COMPACTS, CONDITIONS, HEALTH, SHOCK, REGIONS, SERIES, SPACE,
)  # fmt: skip
BY_PATH = {question.path: question for question in PAGES}
