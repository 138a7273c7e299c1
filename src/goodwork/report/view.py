"""One view of an edition: the tables of a framework, a set of areas and a period, cut once and asked many times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.alongside import CLEAR
from goodwork.analysis.profile import BASES, Profile, Standing, profile
from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.model.area import Area, AreaSet
from goodwork.model.counts import Counts, shipped_counts
from goodwork.model.framework import INDEX, Framework
from goodwork.model.indicator import Indicator
from goodwork.model.observation import Status
from goodwork.monitor import Monitor

if TYPE_CHECKING:
    import pandas as pd

CUT = ("scores", "ranks", "normalised", "contributions", "exclusions")
BASE = "base period"
#: Views that are remembered for whoever asks for the same again.
REMEMBERED = 3


@dataclass(frozen=True, eq=False)
class View:
    """A framework over a set of areas in a period. What it cuts out of the edition it keeps: an edition never
    changes."""

    monitor: Monitor
    name: str
    set_name: str
    period: str

    @cached_property
    def framework(self) -> Framework:
        """What is good and how much it counts."""
        return self.monitor.framework(self.name)

    @cached_property
    def area_set(self) -> AreaSet:
        """The areas compared."""
        return self.monitor.area_set(self.set_name, self.name)

    @cached_property
    def where(self) -> str:
        """Index, areas and period in words."""
        return f"{self.framework.title}, {self.area_set.title}, {self.period}"

    @cached_property
    def arithmetic(self) -> bool:
        """Whether the edition holds contributions of this view, which add up."""
        return bool(len(self._tables.get("contributions", ())))

    def rows(self, table: str, *, period: str | None = None, scope: str | None = None) -> pd.DataFrame:
        """The rows of a table of the edition that are about this framework and set; of one period and scope if asked
        for. None where the edition has no such table."""
        if table not in self.monitor.manifest["tables"]:
            import pandas as pd

            return pd.DataFrame()
        found = self.monitor.cut(table, self.set_name, self.name)
        for column, wanted in (("period", period), ("scope", scope)):
            found = found if wanted is None else found[found[column] == wanted]
        return found

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        scope = self.framework.method.scope
        known = self.monitor.manifest["tables"]
        return {name: self.rows(name, period=self.period, scope=scope) for name in CUT if name in known}

    def standings(self, node: str = INDEX) -> pd.DataFrame:
        """Score and rank of every ranked area at a node, both with intervals, by code, best first."""
        scores, ranks = (self._tables[name] for name in ("scores", "ranks"))
        both = [t[t["node"] == node].drop(columns=["framework", "area_set", "scope", "period", "node"])
                for t in (scores, ranks)]  # fmt: skip
        table = both[0].drop(columns="score").merge(both[1], on="area").rename(columns={"displayed": "score"})
        table.insert(1, "name", table["area"].map(self.names))
        return table.sort_values(["rank", "name"], kind="stable").set_index("area", drop=False)

    @property
    def exclusions(self) -> pd.DataFrame:
        """Areas of the set that are not scored in the period, with the reason."""
        return self._tables["exclusions"]

    @cached_property
    def index(self) -> pd.DataFrame:
        """``standings`` of the index."""
        return self.standings()

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of all areas by code."""
        return self.monitor.geography.names

    @cached_property
    def _stands(self) -> dict[str, dict[Any, Any]]:
        return {str(r["area"]): r for r in self.index.to_dict("records")}

    def profile(self, area: Area) -> Profile:
        """Everything the edition says of one area; raises ``NotFound`` where the set does not hold it."""
        if not self.area_set.holds(area):
            fitting = [s.name for s in self.monitor.area_sets(self.name) if s.holds(area)]
            raise NotFound(f"area in the set {self.set_name!r}", area.name, fitting)
        return profile(
            area,
            framework=self.framework,
            catalogue=self.monitor.catalogue,
            origins=self.monitor.origins,
            geography=self.monitor.geography,
            area_set=self.area_set,
            period=self.period,
            tables={name: self.about(name, area.code) for name in self._tables},
            values=self._of_areas([area.code, area.parents.get("country", "")]),
        )

    def about(self, table: str, area: str) -> pd.DataFrame:
        """The rows of a cut table that are about one area."""
        cut = self._tables[table]
        return cut.iloc[self._places[table].get(area, [])]

    @cached_property
    def _places(self) -> dict[str, dict[str, NDArray[np.intp]]]:
        return {name: dict(cut.groupby("area").indices) for name, cut in self._tables.items()}

    def held(self, area: str) -> pd.DataFrame:
        """All figures of all indicators held for an area."""
        return self.monitor.figures_of(area)

    def _of_areas(self, areas: list[str]) -> pd.DataFrame:
        import pandas as pd

        found = pd.concat([self.monitor.figures_of(area) for area in areas])
        return found[found["indicator"].isin(self.framework.indicators)]

    @cached_property
    def one_scale(self) -> str:
        """The scope in which scores of all periods stand on one scale, where the edition holds it; else that of the
        method."""
        scope = self.framework.method.scope
        held = self.framework.base_period and (self.rows("scores")["scope"] == BASE).any()
        return BASE if held else scope

    @cached_property
    def through(self) -> pd.DataFrame:
        """Scores of the index in all periods, on one scale where there is one."""
        scores = self.rows("scores", scope=self.one_scale)
        return scores[scores["node"] == INDEX]

    @cached_property
    def on_one_scale(self) -> pd.DataFrame:
        """The same scores, periods × areas; NaN where an area has none."""
        return self.through.pivot(index="period", columns="area", values="score")

    @cached_property
    def ranked(self) -> pd.DataFrame:
        """Ranks of the index in all periods."""
        ranks = self.rows("ranks", scope=self.framework.method.scope)
        return ranks[ranks["node"] == INDEX]

    @cached_property
    def doubt(self) -> pd.DataFrame:
        """Ranks of the index in the period by what was varied, three rows an area."""
        rows = self.rows("robustness", period=self.period, scope=self.framework.method.scope)
        return rows[rows["node"] == INDEX] if len(rows) else rows

    def place(self, area: str) -> Standing:
        """Where an area stands on the index, without all that lies behind it."""
        title = self.framework.title
        if (row := self._stands.get(area)) is None:
            return Standing(INDEX, title)
        names = ("score", "low", "high", "rank", "rank_low", "rank_high", "ties", "top", "bottom")
        return Standing(INDEX, title, of=int(row["ranked"]), **{n: row.get(n, float("nan")) for n in names})

    @property
    def members(self) -> pd.DataFrame:
        """All figures of the framework's members, in every period and area."""
        return self.monitor.cuts.among("values", {"indicator": self.framework.indicators})

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The figure of every area and member that serves the period under the framework's rule of alignment, a row
        each, by area and indicator."""
        rule, table = self.framework.alignment, self.members
        kept = table[table["period"] == self.period].assign(away=0)
        if rule.rule == "nearest":
            import pandas as pd

            years = (table["period"].str[:4].astype(int) - int(self.period[:4])).abs()
            other = table.assign(away=years)[(years <= rule.tolerance) & (table["period"] != self.period)]
            kept = pd.concat([kept, other.sort_values(["away", "period"], kind="stable")])
        kept = kept.drop_duplicates(["area", "indicator"])
        return kept.set_index(["area", "indicator"], drop=False).sort_index()

    @cached_property
    def natural(self) -> pd.DataFrame:
        """Figures of the ranked areas in their own units, areas × members; NaN where there is none."""
        wide = self.figures["value"].unstack("indicator")
        return wide.reindex(index=list(self.index["area"]), columns=list(self.framework.indicators))

    @cached_property
    def spreads(self) -> dict[str, tuple[float, float, list[float]]]:
        """Of each member over the ranked areas: mean, standard deviation, and where the least, the tenth and ninetieth
        percentile and the most lie in standard deviations, turned so that more is better; NaN where there is none."""
        found = {}
        for member in self.framework.members:
            values = self.natural[member.indicator].to_numpy(dtype=float)
            there, sign = values[np.isfinite(values)], 1.0 if member.direction == "higher" else -1.0
            mean, sd = (float(there.mean()), float(there.std())) if len(there) else (np.nan, np.nan)
            ends = np.percentile(sign * (there - mean) / sd, [0, 10, 90, 100]).tolist() if sd > 0 else [np.nan] * 4
            found[member.indicator] = (mean, sd, ends)
        return found

    def figure(self, area: str, indicator: str) -> dict[Any, Any]:
        """The figure of an area that serves the period; empty where there is none."""
        return self._records.get((area, indicator), {})

    @cached_property
    def _records(self) -> dict[tuple[str, str], dict[Any, Any]]:
        return {(r["area"], r["indicator"]): r for r in self.figures.to_dict("records")}

    def shares(self, area: str) -> dict[str, float]:
        """The weight each node really has in the index here, of 1: that of nodes without a score goes to their
        siblings."""
        there = set(self.about("scores", area)["node"])
        found = {INDEX: 1.0} if INDEX in there else {}
        for node in self.framework.groups:
            children = [child for child in self.framework.children(node) if child in there]
            whole = sum(map(self.framework.weight, children))
            for child in children if node in found and whole else ():
                found[child] = found[node] * self.framework.weight(child) / whole
        return found

    @cached_property
    def counts(self) -> Counts:
        """How figures become numbers of people, as far as what they are shares of is held."""
        return shipped_counts().within(self.monitor.catalogue)

    def denominators(self, area: str) -> dict[tuple[str, str], float]:
        """The figures of an area that shares are shares of, by indicator and period."""
        names = {name for one in self.counts.count for name in one.of}
        rows = self.held(area)
        cells = zip(rows["indicator"].tolist(), rows["period"].tolist(), rows["value"].tolist(), strict=True)
        return {(name, period): value for name, period, value in cells if name in names}

    @cached_property
    def standardised(self) -> pd.DataFrame:
        """Normalised figures of all areas, areas × members, turned so that more is better; NaN where there is none."""
        wide = self._tables["normalised"].pivot(index="area", columns="indicator", values="normalised")
        return wide.reindex(columns=list(self.framework.indicators))

    def breaks(self) -> dict[str, str]:
        """Periods from which members cannot be compared with before, and what to say of each."""
        return self._breaks

    @cached_property
    def _breaks(self) -> dict[str, str]:
        words = tr("From {period}: {what} changed, so scores cannot be compared freely with before")
        return {period: words.format(period=period, what=what) for period, what in self.changed.items()}

    @cached_property
    def changed(self) -> dict[str, str]:
        """Periods from which members cannot be compared with before: what changed, by name."""
        found: dict[str, list[str]] = {}
        for name in self.framework.indicators:
            for broke in self.monitor.catalogue[name].breaks:
                found.setdefault(broke.period, []).append(self.monitor.catalogue[name].label)
        return {period: ", ".join(dict.fromkeys(names)) for period, names in found.items()}

    def above(self, area: str) -> dict[str, float]:
        """How likely an area stands above each other one, by code; empty in periods for which pairs were not
        counted."""
        mine = self._pairs.get(area)
        return {} if mine is None else dict(zip(mine["other"], mine["above"], strict=True))

    @cached_property
    def tied(self) -> dict[str, int]:
        """With how many others each area is tied: it stands neither above nor below them in 95 of 100 draws; empty in
        periods for which pairs were not counted."""
        pairs = self.rows("pairs", period=self.period)
        if not len(pairs):
            return {}
        unsure = (pairs["above"] > 1 - CLEAR) & (pairs["above"] < CLEAR)
        return {str(area): int(count) for area, count in unsure.groupby(pairs["area"]).sum().items()}

    @cached_property
    def _pairs(self) -> dict[str, pd.DataFrame]:
        pairs = self.rows("pairs", period=self.period)
        return {str(area): rows for area, rows in pairs.groupby("area")} if len(pairs) else {}


@lru_cache(REMEMBERED)
def view_of(monitor: Monitor, name: str, set_name: str, period: str) -> View:
    """The view of a framework over a set of areas in a period; the last few asked for are the same objects, so that
    what one has cut serves the next report."""
    return View(monitor, name, set_name, period)


def said(indicator: Indicator, value: float, lower: float, upper: float) -> str:
    """A figure with unit and interval in words.

    >>> said(Indicator(id="u", name="Unemployment", unit="%", kind="share", decimals=1), 2.9, float("nan"), 0)
    '2.9 % (no interval known)'
    """
    if value != value:
        return tr("no data")
    if lower != lower:
        return tr("{figure} (no interval known)").format(figure=indicator.show(value))
    interval = bounds(indicator, lower, upper)
    return tr("{figure} (95 % interval {interval})").format(figure=indicator.show(value), interval=interval)


def bounds(indicator: Indicator, lower: float, upper: float) -> str:
    """Both ends of an interval; words of the unit are not said again.

    >>> bounds(Indicator(id="pay", name="Pay", unit="£ per week", kind="money", decimals=0), 426.1, 533.7)
    '£426 to £534'
    """
    unit = indicator.unit.removeprefix("£").strip()
    low, high = (indicator.show(end).removesuffix(unit).strip() for end in (lower, upper))
    return tr("{low} to {high}").format(low=low, high=high)


def quality(status: str, basis: str) -> str:
    """Marker and basis in words; empty for a figure as published.

    >>> quality("e", "derived"), quality("", "published")
    ('estimated, derived', '')
    """
    words = [] if Status(status) is Status.NORMAL else [Status(status).words]
    return ", ".join([*words, *([] if basis in ("published", "") else [BASES.get(basis, basis)])])


def apart(one: tuple[float, float], other: tuple[float, float]) -> bool | None:
    """Whether two intervals have nothing in common; ``None`` where one is not known. Intervals that overlap do not say
    that there is no difference, only that they do not show it.

    >>> apart((1.0, 2.0), (2.5, 3.0)), apart((1.0, 2.0), (1.5, 3.0)), apart((1.0, 2.0), (np.nan, np.nan))
    (True, False, None)
    """
    if not np.isfinite((*one, *other)).all():
        return None
    return one[1] < other[0] or other[1] < one[0]


def rank_bar(low: float, high: float, rank: float, ranked: float) -> tuple[float, float, float]:
    """Start and width of the interval of a rank and the place of the rank, on a bar 100 wide that holds all ranks.

    >>> rank_bar(2, 4, 3, 10)
    (10.0, 30.0, 25.0)
    """
    return 100 * (low - 1) / ranked, 100 * (high - low + 1) / ranked, 100 * (rank - 0.5) / ranked
