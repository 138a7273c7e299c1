"""What planning rests on: one framework over one set of areas in one period, and all that is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from goodwork.analysis.achieved import YEARS, Achieved, achieved
from goodwork.analysis.design import Design, factors_of
from goodwork.analysis.real_terms import in_prices_of
from goodwork.analysis.replicates import Study, blocks
from goodwork.analysis.robustness import Vary
from goodwork.analysis.target import Worth
from goodwork.analysis.trends import theil_sen
from goodwork.errors import MethodError, MissingData, NotFound
from goodwork.index.build import Index, build
from goodwork.language import tr
from goodwork.model.area import Area, Geography, nearest, plain_name
from goodwork.model.counts import Counts
from goodwork.model.framework import INDEX, Framework
from goodwork.model.groups import Groups
from goodwork.model.indicator import Catalogue
from goodwork.model.panel import Panel, Values
from goodwork.model.prices import Prices

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.evidence import Evidence
    from goodwork.analysis.neighbours import Neighbours

#: How many like areas stand for what can be done, and how many communities there are.
LIKE, COMMUNITIES = 10, 4
#: Periods without a break between them that a trend needs.
NEEDED = 3
#: Whose improvements bound what is thought possible.
Realism = Literal["neighbours", "areas", "none"]


@dataclass(frozen=True, eq=False)
class Planning:
    """One framework over the areas of a set in a period; ``values`` are tidy rows of figures, ``known`` the communities
    of this period where they are found already (letter by area), ``groups`` declared groups such as authorities that
    act together."""

    framework: Framework
    catalogue: Catalogue
    geography: Geography
    area_set: str
    period: str
    values: pd.DataFrame
    prices: Prices | None = None
    counts: Counts = field(default_factory=Counts)
    groups: Groups | None = None
    known: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, evidence: Evidence, groups: Groups | None = None) -> Planning:
        """On the same grounds as an audit."""
        held = evidence.here("communities")
        known = dict(zip(held["area"], held["community"], strict=True)) if len(held) else {}
        return cls(
            evidence.framework, evidence.catalogue, evidence.geography, evidence.area_set.name, evidence.period,
            evidence.values, evidence.prices, evidence.counts, groups, known,
        )  # fmt: skip

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The areas of the set, in order of code."""
        return self.geography.members(self.area_set)

    @cached_property
    def names(self) -> dict[str, str]:
        """What readers call areas, domains and members, by code or id."""
        nodes = {node: self.framework.node_title(node, self.catalogue) for node in self.framework.nodes}
        nodes |= {name: self.catalogue[name].label for name in self.framework.indicators}
        return nodes | {area.code: area.name for area in self.areas}

    @cached_property
    def panel(self) -> Panel:
        """The framework's figures, all periods, money of its own year."""
        wanted = {*self.framework.indicators, *self.framework.denominators}
        return Panel.of(self.framework, self.values[self.values["indicator"].isin(wanted)], self.areas)

    @cached_property
    def real(self) -> Panel:
        """The same with money in the prices of one year, where prices are known."""
        return self.in_prices(self.panel)

    @cached_property
    def index(self) -> Index:
        """The index by the framework's own method."""
        return build(self.framework, self.panel)

    @cached_property
    def moving(self) -> Index:
        """The index of all periods on the scale of this one, money in the prices of one year."""
        method = self.framework.method
        if method.scope == "each period":
            method = method.replace(scope="base period", base_period=self.period)
        return build(self.framework, self.real, method)

    @property
    def at(self) -> int:
        """The position of the period."""
        if self.period not in self.panel.periods:
            raise NotFound("period with figures", self.period, list(self.panel.periods[-6:]))
        return self.panel.periods.index(self.period)

    @cached_property
    def communities(self) -> Mapping[str, str]:
        """The community of each area, by code of the area."""
        if self.known:
            return self.known
        from goodwork.analysis.clusters import communities

        found = communities(self.index, COMMUNITIES, period=self.period, numbers=(), draws=200)
        return {area: found.names[label] for area, label in zip(found.points.areas, found.labels, strict=True)}

    @cached_property
    def like(self) -> Neighbours:
        """The areas most like each area."""
        from goodwork.analysis.neighbours import neighbours

        return neighbours(self.index, LIKE, period=self.period)

    def place(self, asked: str) -> Area:
        """The area of the set that a person means; raises ``NotFound``."""
        found = self.geography.find(asked, among={a.code for a in self.geography.at(self.geography.level)})
        if found not in self.areas:
            raise NotFound(f"area in the set {self.area_set!r}", found.name, remedy="choose another set of areas")
        return found

    @cached_property
    def scored(self) -> tuple[str, ...]:
        """The areas that have a score in the period, by code."""
        here = ~np.isnan(self.index.scores[self.at, :, 0])
        return tuple(code for code, one in zip(self.index.areas, here, strict=True) if one)

    def check_scored(self, code: str) -> None:
        """Raise ``MissingData`` with the reason for an area that has no score in the period, ``NotFound`` for a period
        that is not there."""
        here = self.period if self.at >= 0 else ""
        if code not in self.scored:
            gone = self.index.excluded
            why = gone[(gone["area"] == code) & (gone["period"] == here)]["reason"]
            raise MissingData(f"{self.names[code]} is not scored in {here}" + (f": {why.iloc[0]}" if len(why) else ""))

    def group(self, asked: str, area: str) -> tuple[tuple[str, ...], str]:
        """The areas of a group and what it is called: the ``community`` of an area, its ``region`` or ``country``, its
        ``neighbours`` (the areas most like it), ``all``, or a region or declared group by name. Raises ``NotFound``,
        and ``MethodError`` for a group that has no area in the set."""
        if asked in ("community", "neighbours"):
            if asked == "neighbours":
                return self.like.of(area), tr("the {n} areas most like it").format(n=LIKE)
            letter = self.communities.get(area)
            if letter is None:
                raise MethodError(f"{self.names[area]} is in no community: it lacks figures", remedy="choose a region")
            return tuple(a for a, of in self.communities.items() if of == letter), tr("community {letter}").format(
                letter=letter
            )
        if asked == "all":
            return tuple(a.code for a in self.areas), self.geography.set_named(self.area_set).title
        parents = {code for one in self.areas for code in one.parents.values()}
        known_parents = [code for code in parents if code in self.geography.by_code]
        by_name = {plain_name(self.geography.by_code[code].name): code for code in known_parents}
        own = self.geography.by_code[area].parents.get(asked)
        code = own or by_name.get(plain_name(asked)) or (asked if asked in parents else None)
        if code is not None:
            inside = tuple(one.code for one in self.areas if code in one.parents.values())
            return inside, self.geography.by_code[code].name
        declared = self.groups.named(asked) if self.groups else None
        if declared is not None:
            inside = tuple(one.code for one in self.areas if one.code in declared.members)
            if not inside:
                raise MethodError(f"{declared.name} has no area in this set", remedy="choose another set of areas")
            return inside, declared.name
        groups = [one.name for one in self.groups.group] if self.groups else []
        known = ["community", "neighbours", "region", "country", "all", *sorted(by_name), *groups]
        raise NotFound("group", asked, nearest(asked, known) or known[:5])

    def achieved(self, area: str, realism: Realism, years: int = YEARS) -> Achieved | None:
        """The most that the areas most like one, or any area of the set, improved each member within so many years up
        to this period, no break between; ``None`` without a bound."""
        if realism == "none":
            return None
        members = self.framework.indicators
        table = self.values[self.values["indicator"].isin(members) & (self.values["period"] <= self.period)]
        chosen = self.like.of(area) if realism == "neighbours" else self.scored
        whole = self.in_prices(Panel.from_table(table, indicators=members, areas=list(chosen)))
        segment = np.zeros((len(whole.periods), len(members)), dtype=np.intp)
        for m, name in enumerate(members):
            for one in self.catalogue[name].breaks:
                segment[:, m] += np.array([period >= one.period for period in whole.periods], dtype=np.intp)
        scales = [self.catalogue[name].scale for name in members]
        return achieved(
            whole.value, whole.periods, chosen, members, self.framework.directions,
            scales=scales, segment=segment, years=years,
        )  # fmt: skip

    def drift(self, years: float) -> tuple[Values, str]:
        """What each area's score gains in so many years if it goes on as in the longest run of periods without a break
        up to this one, ``(areas,)``; and how that is said. Raises ``MethodError`` for a run too short."""
        run = self.stretch
        if len(run) < NEEDED:
            raise MethodError(
                f"no trend can be told before {self.period}: breaks leave {len(run)} comparable periods",
                remedy="hold the others still",
            )
        index = self.moving
        at = [index.periods.index(period) for period in run]
        slope = theil_sen(index.displayed[at, :, 0], np.array([float(p[:4]) for p in run]))
        words = tr("All other areas go on for {years:g} years as they did from {first} to {last}.").format(
            years=years, first=run[0], last=run[-1]
        )
        return np.asarray(years * slope), words

    @cached_property
    def stretch(self) -> tuple[str, ...]:
        """The longest run of periods up to this one without a break between them, the last of equals."""
        marks = {one.period for name in self.framework.indicators for one in self.catalogue[name].breaks}
        runs: list[list[str]] = [[]]
        for period in self.panel.periods[: self.at + 1]:
            runs = [*runs, []] if period in marks else runs
            runs[-1].append(period)
        most = max(map(len, runs))
        return tuple([run for run in runs if len(run) == most][-1])

    def figures(self, names: tuple[str, ...], tolerance: int = 1) -> Values:
        """Any indicators in this period, or the nearest one within the tolerance, ``(areas, indicators)``."""
        table = self.values[self.values["indicator"].isin(names)]
        if table.empty:
            return np.full((len(self.areas), len(names)), np.nan)
        whole = Panel.from_table(table, indicators=names, areas=[a.code for a in self.areas])
        return np.asarray(whole.aligned([self.period], tolerance).value[0])

    @cached_property
    def people(self) -> Values:
        """Residents of each area ``(areas,)``; NaN where that is not known."""
        return self.figures(("population",))[:, 0]

    def worth(self, area: str) -> dict[str, Worth]:
        """What one unit of each member comes to in an area, in people or pounds, where that is known."""
        row, found = [a.code for a in self.areas].index(area), {}
        for name in self.framework.indicators:
            if (count := self.counts.by_indicator.get(name)) is None:
                continue
            shares = np.array([100.0 if self.catalogue[of].kind == "share" else 1.0 for of in count.of])
            each = float(np.prod(self.figures(count.of)[row] / shares)) / count.per
            if np.isfinite(each):
                found[name] = Worth(each, count.what, count.pounds, count.note)
        return found

    def replicates(self, vary: Vary, node: str, draws: int, executor: Executor | None = None) -> Values:
        """Displayed scores of a node in the index built again, ``(draws, areas)``, as ``robustness`` builds it; those
        that failed are left out. None at all where the framework declares nothing of the method as uncertain."""
        framework, method = self.framework, self.framework.method
        panel = self.panel.select(periods=[self.period]) if method.scope == "each period" else self.panel
        factors = () if vary == "sampling" else factors_of(framework, method)
        if vary == "method" and not factors:
            return np.empty((0, len(self.areas)))
        design = Design.drawn(factors, draws, method.sampling.seed, errors=vary != "method")
        index = build(framework, panel, method)
        study = Study.of(framework, panel, method, design, self.catalogue, published=index.scores, nodes=(node,))
        at = panel.periods.index(self.period)
        found = [part.scores[~part.failed][:, at, 0] for part in blocks(study, executor)]
        return np.asarray(method.display.centre + method.display.spread * np.concatenate(found))

    def redrawn(self, node: str, draws: int) -> Values:
        """Displayed scores of a node in all periods, on the scale of this one, under redraws of the figures within
        their sampling error ``(draws, periods, areas)``."""
        index, method = self.moving, self.moving.method
        design = Design.drawn((), draws, method.sampling.seed, errors=True)
        study = Study.of(
            self.framework, self.real, method, design, self.catalogue, published=index.scores, nodes=(node,)
        )
        found = [part.scores[~part.failed][:, :, 0] for part in blocks(study)]
        return np.asarray(method.display.centre + method.display.spread * np.concatenate(found))

    def node(self, name: str) -> int:
        """The position of a node by id; raises ``NotFound``."""
        if name not in self.framework.nodes:
            raise NotFound("domain or indicator", name, nearest(name, self.framework.nodes) or [INDEX])
        return self.framework.nodes.index(name)

    def in_prices(self, panel: Panel) -> Panel:
        """Money in the prices of the period's year, or of the base year where that one has none."""
        prices, known = self.prices, self.catalogue
        money = [name for name in panel.indicators if name in known and known[name].prices == "current"]
        if prices is None or not money:
            return panel
        base = prices.index.get(self.period[:4], prices.index[prices.base])
        return in_prices_of(panel, {name: np.array(prices.of(known[name], panel.periods)) for name in money}, base)
