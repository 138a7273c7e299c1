"""Read side: one opened edition, with rooms to ask in. It delegates and computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodwork.analysis.profile import Profile, profile
from goodwork.errors import NotFound
from goodwork.geography.tables import from_tables
from goodwork.model.area import Area, AreaSet, Geography, nearest
from goodwork.model.former import former_places
from goodwork.model.framework import INDEX, Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.origin import Origin
from goodwork.model.prices import Prices, shipped_prices
from goodwork.monitor.rooms import Rooms
from goodwork.store.cuts import Cuts
from goodwork.store.editions import UNNAMED, Edition, open_edition

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.allocation import Allocation
    from goodwork.analysis.audit import Audit
    from goodwork.analysis.evidence import Evidence
    from goodwork.analysis.planning import Planning
    from goodwork.analysis.target import Target
    from goodwork.model.allocation import Formula
    from goodwork.model.levers import Levers

#: What a view is; the rows of each are sought together.
VIEW = ("framework", "area_set", "period")


class Monitor(Rooms):
    """An opened edition. Tables come back as pandas, ranks always with their intervals.

    ``period``, ``area_set`` and ``framework`` may be left out: the latest period, the framework's default set and the
    edition's first framework are then meant. Every question about something that is not there raises ``NotFound``
    with the nearest names.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.manifest = edition.manifest
        self._evidence: dict[tuple[Any, ...], Evidence] = {}
        self._plans: dict[tuple[str, ...], Planning] = {}
        self.cuts = Cuts(edition, VIEW)

    @classmethod
    def open(cls, path: str | Path) -> Monitor:
        """Open an edition folder, or the current edition of a store."""
        return cls(open_edition(Path(path)))

    def __repr__(self) -> str:
        return f"<Monitor {self.title}: edition {self.edition.name}, periods {', '.join(self.periods())}>"

    @property
    def title(self) -> str:
        """Name of the monitor."""
        return str(self.manifest["title"])

    @property
    def invented(self) -> bool:
        """Whether the figures are made up for practice; every view must say so."""
        return bool(self.manifest["invented"])

    @cached_property
    def catalogue(self) -> Catalogue:
        """What each number is."""
        return Catalogue.from_dict(self.manifest["declarations"]["catalogue"], "edition")

    @cached_property
    def prices(self) -> Prices | None:
        """The prices by which money of different years is compared: those of the edition, or those that ship with the
        package for an edition of the shipped figures; ``None`` where none are known."""
        if declared := self.manifest["declarations"].get("prices"):
            return Prices.from_dict(declared, "edition")
        return shipped_prices() if self.manifest.get("figures") else None

    @cached_property
    def frameworks(self) -> dict[str, Framework]:
        """What is good and how much it counts, by name."""
        found = (Framework.from_dict(data, "edition") for data in self.manifest["declarations"]["frameworks"])
        return {framework.name: framework for framework in found}

    @cached_property
    def origins(self) -> dict[str, Origin]:
        """Where figures came from, by id."""
        found = (Origin.from_dict(data, "edition") for data in self.manifest["declarations"]["origins"])
        return {origin.id: origin for origin in found}

    @cached_property
    def geography(self) -> Geography:
        """The areas, their parents, retired codes and former names, and named sets."""
        held = from_tables(
            self.table("areas"),
            self.table("successors"),
            sets=(AreaSet.from_dict(data, "edition") for data in self.manifest["declarations"]["area_sets"]),
            level=self.manifest["geography"]["level"],
            vintage=self.manifest["geography"]["vintage"],
        )
        return replace(held, successors=(*held.successors, *former_places().beyond(held)))

    def hold(self) -> None:
        """Read every table whole, for who will ask for all views: faster in the end, and takes the room."""
        for name in self.manifest["tables"]:
            self.table(name)

    def table(self, name: str) -> pd.DataFrame:
        """A whole table of the edition, checked against its checksum the first time it is read."""
        return self.cuts.table(name)

    def framework(self, name: str | None = None) -> Framework:
        """A framework by name; the first one if none is named."""
        if name is None:
            return next(iter(self.frameworks.values()))
        if name not in self.frameworks:
            raise NotFound("framework", name, nearest(name, self.frameworks) or list(self.frameworks))
        return self.frameworks[name]

    def area_sets(self, framework: str | None = None) -> tuple[AreaSet, ...]:
        """The area sets a framework is scored over."""
        return tuple(self.geography.set_named(n) for n in self.framework(framework).area_sets or ("all",))

    def area_set(self, name: str | None = None, framework: str | None = None) -> AreaSet:
        """An area set by name; the framework's default if none is named."""
        chosen = self.framework(framework)
        sets = {s.name: s for s in self.area_sets(framework)}
        wanted = name or chosen.default_area_set or next(iter(sets))
        if wanted not in sets:
            raise NotFound("area set", wanted, nearest(wanted, sets) or list(sets))
        return sets[wanted]

    def periods(self, framework: str | None = None) -> tuple[str, ...]:
        """The periods a framework has scores for, in order."""
        return self._periods.get(self.framework(framework).name, ())

    @cached_property
    def _periods(self) -> dict[str, tuple[str, ...]]:
        pairs = sorted(self.cuts.places("scores", "framework", "period"))
        return {name: tuple(p for f, p in pairs if f == name) for name in dict.fromkeys(f for f, _ in pairs)}

    def period(self, period: str | int | None = None, framework: str | None = None) -> str:
        """A period that has scores; the latest if none is named."""
        known = self.periods(framework)
        if period is None:
            return known[-1]
        if str(period) not in known:
            raise NotFound("period with scores", str(period), known[-6:])
        return str(period)

    def find(self, area: str) -> Area:
        """The area a person means by a code or name, among those that can be scored."""
        return self.geography.find(area, among={a.code for a in self.geography.at(self.geography.level)})

    def scores(
        self,
        period: str | int | None = None,
        area_set: str | None = None,
        framework: str | None = None,
        node: str = INDEX,
    ) -> pd.DataFrame:
        """The league table of one node: area, name, score with its 95 % interval, rank with its 95 % interval, how many
        share the rank, how many are ranked; best first. Areas that are not scored are in ``not_scored``."""
        chosen = self.framework(framework)
        if node not in chosen.nodes:
            raise NotFound("domain or indicator", node, nearest(node, chosen.nodes) or list(chosen.groups))
        where = self._where(period, area_set, framework)
        table = self._rows("scores", where | {"node": node}).drop(columns=["node", *where])
        ranks = self._rows("ranks", where | {"node": node}).drop(columns=["node", *where])
        table = table.merge(ranks, on="area").rename(columns={"score": "raw_score", "displayed": "score"})
        table.insert(1, "name", table["area"].map(self.geography.names))
        return table.sort_values(["rank", "name"], kind="stable").reset_index(drop=True)

    def not_scored(
        self, period: str | int | None = None, area_set: str | None = None, framework: str | None = None
    ) -> pd.DataFrame:
        """The areas of a set that are not scored in a period, each with the reason."""
        where = self._where(period, area_set, framework)
        table = self._rows("exclusions", where).drop(columns=list(where))
        table.insert(1, "name", table["area"].map(self.geography.names))
        return table.reset_index(drop=True)

    def profile(
        self,
        area: str,
        period: str | int | None = None,
        area_set: str | None = None,
        framework: str | None = None,
    ) -> Profile:
        """One area: score and rank with intervals, domains, every raw value with unit, direction, national figure,
        rank, interval and source, strengths and weaknesses."""
        place, where = self.find(area), self._where(period, area_set, framework)
        if not self.area_set(area_set, framework).holds(place):
            fitting = [s.name for s in self.area_sets(framework) if s.holds(place)]
            raise NotFound(f"area in the set {where['area_set']!r}", place.name, fitting)
        tables = {
            name: self._about(name, where, place)
            for name in ("scores", "ranks", "normalised", "contributions", "exclusions")
            if name in self.manifest["tables"]
        }
        return profile(
            place,
            framework=self.framework(framework),
            catalogue=self.catalogue,
            origins=self.origins,
            geography=self.geography,
            area_set=self.area_set(area_set, framework),
            period=where["period"],
            tables=tables,
            values=self.figures_of(place.code, place.parents.get("country", "")),
            invented=self.invented,
        )

    def _about(self, table: str, where: Mapping[str, Any], area: Area) -> pd.DataFrame:
        """Rows of a table in which all are that are about an area."""
        return self._rows(table, where)

    def figures_of(self, *areas: str) -> pd.DataFrame:
        """Every figure of some areas."""
        known = self.cuts.places("values", "area")
        places = sorted(place for area in set(areas) for place in known.get((area,), ()))
        return self.cuts.take("values", places)

    def audit(
        self,
        asked: str | Sequence[str] = "nation",
        period: str | int | None = None,
        area_set: str | None = None,
        framework: str | None = None,
        levers: Levers | None = None,
    ) -> Audit:
        """The Good Jobs Audit of an area, of a group by name (``"Greater Manchester"``, a region, ``"community A"``,
        ``"nation"``) or of several areas; ``levers``: a register of your own in place of the shipped one."""
        from goodwork.analysis.audited import audited

        def profile(code: str) -> Profile:
            return self.profile(code, period, area_set, framework)

        return audited(self.evidence(period, area_set, framework), asked, profile, levers, self.invented)

    def evidence(
        self, period: str | int | None = None, area_set: str | None = None, framework: str | None = None
    ) -> Evidence:
        """What audits rest on: a framework over a set of areas in a period, with its figures, errors and answers."""
        from goodwork.analysis.evidence import Evidence
        from goodwork.model.counts import shipped_counts

        where = self._where(period, area_set, framework)
        key = tuple(where.values())
        if (found := self._evidence.get(key)) is None:
            self._evidence.clear()  # 40 MB, most of it figures redrawn
            self._plans.clear()
            found = self._evidence[key] = Evidence(
                self.framework(framework), self.catalogue, self.geography, self.area_set(area_set, framework),
                where["period"], self.table("values"), self._held, shipped_counts().within(self.catalogue), self.prices,
            )  # fmt: skip
        return found

    def planning(
        self, period: str | int | None = None, area_set: str | None = None, framework: str | None = None
    ) -> Planning:
        """What plans for areas rest on: a framework over a set of areas in a period, with figures, prices, groups."""
        from goodwork.analysis.planning import Planning
        from goodwork.model.groups import combined_authorities

        evidence = self.evidence(period, area_set, framework)
        view = evidence.framework.name, evidence.area_set.name, evidence.period
        if (found := self._plans.get(view)) is None:
            found = self._plans[view] = Planning.of(evidence, combined_authorities())
        return found

    def target(self, area: str, planning: Planning | None = None, **goal: Any) -> Target:
        """What it would take an area to reach one goal: ``rank=10``, ``score=105``, ``median="community"`` or
        ``no_worse="2019"``; other settings are those of :func:`~goodwork.analysis.plans.target_of`."""
        from goodwork.analysis.plans import target_of

        return replace(target_of(planning or self.planning(), area, **goal), invented=self.invented)

    def allocate(self, formula: Formula, planning: Planning | None = None, **how: Any) -> Allocation:
        """A budget shared among areas by a formula, to the penny: :func:`~goodwork.analysis.plans.allocation_of`."""
        from goodwork.analysis.plans import allocation_of

        return replace(allocation_of(planning or self.planning(), formula, **how), invented=self.invented)

    def _held(self, table: str, where: Mapping[str, Any]) -> pd.DataFrame:
        """The rows of a table with given values; none where the edition has no such table."""
        known = table in self.manifest["tables"]
        return self._rows(table, dict(where)) if known else self.table("scores").iloc[:0]

    def above(self, area: str, other: str, area_set: str | None = None, framework: str | None = None) -> float:
        """How likely one area is to stand above another in the latest period: the share of redraws of the figures
        within their sampling error in which it did. NaN where one is not scored, or no pairs were counted."""
        if "pairs" not in self.manifest["tables"]:
            return float("nan")
        chosen = self.framework(framework)
        where = {"framework": chosen.name, "area_set": self.area_set(area_set, framework).name}
        rows = self._rows("pairs", where | {"area": self.find(area).code, "other": self.find(other).code})
        return float(rows["above"].iloc[0]) if len(rows) else float("nan")

    def robustness(
        self, period: str | int | None = None, area_set: str | None = None, framework: str | None = None
    ) -> pd.DataFrame:
        """Ranks of the index by what was varied, best first: sampling error, choices of the method, both; an area has
        a row for each. Empty where the framework declares nothing as uncertain."""
        where = self._where(period, area_set, framework)
        if "robustness" not in self.manifest["tables"]:
            return self.table("ranks").iloc[:0]
        rows = self._rows("robustness", where | {"node": INDEX}).drop(columns=["node", *where])
        rows.insert(1, "name", rows["area"].map(self.geography.names))
        return rows.reset_index(drop=True)

    def findings(
        self,
        question: str | None = None,
        area: str | None = None,
        area_set: str | None = None,
        framework: str | None = None,
        kind: str | None = None,
    ) -> pd.DataFrame:
        """What was found of places in the latest period, a sentence a row, with the named numbers it rests on (JSON),
        and the rows of the tables they stand in; of one question, or about one area, if wished. ``kind``: finding, note
        (what an answer leaves out, how far to trust it) or not answered (the sentence is the reason)."""
        rows = self.cut("findings", area_set, framework)
        if question is not None:
            rows = rows[rows["question"] == self._question(question)]
        if area is not None:
            rows = rows[rows["area"] == self.find(area).code]
        return (rows if kind is None else rows[rows["kind"] == kind]).reset_index(drop=True)

    def answer(
        self, question: str, area_set: str | None = None, framework: str | None = None
    ) -> dict[str, pd.DataFrame]:
        """The tables of the answer to one question in the latest period, by name; none where it was not answered."""
        begins = self._question(question)
        names = [name for name in self.manifest["tables"] if name.partition("_")[0] == begins]
        found = {name: self.cut(name, area_set, framework).reset_index(drop=True) for name in names}
        return {name: rows for name, rows in found.items() if len(rows)}

    def figures(
        self, question: str | None = None, area_set: str | None = None, framework: str | None = None
    ) -> pd.DataFrame:
        """The drawings of the answers in the latest period, a row each: title, subtitle, sentence, source and note; the
        drawing for a page (``narrow`` for a phone), the whole as ``svg``, and the ``table`` behind it as CSV."""
        rows = self.cut("figures", area_set, framework)
        if question is not None:
            rows = rows[rows["question"] == self._question(question)]
        named = {name: rows[name].str.replace(UNNAMED, self.edition.name, regex=False) for name in ("source", "svg")}
        return rows.assign(**named).reset_index(drop=True)

    def indicators(self) -> pd.DataFrame:
        """Every indicator with unit, direction, publisher, periods and number of figures; those missing say why."""
        return self.table("indicators")

    def values(
        self, indicator: str, period: str | int | None = None, areas: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """The figures of one indicator as published or derived, with interval, marker, basis and source."""
        table = self.table("values")
        table = table[table["indicator"] == self.catalogue[indicator].id]
        if period is not None:
            table = table[table["period"] == str(period)]
        if areas is not None:
            table = table[table["area"].isin(list(areas))]
        return table.assign(name=table["area"].map(self.geography.names)).reset_index(drop=True)

    def series(self, area: str, area_set: str | None = None, framework: str | None = None) -> pd.DataFrame:
        """One area's scores over time: within each period, with intervals, and on the scale of the base period."""
        chosen = self.framework(framework)
        where = {"framework": chosen.name, "area_set": self.area_set(area_set, framework).name}
        rows = self._rows("scores", where | {"area": self.find(area).code, "node": INDEX})
        return rows.drop(columns=[*where, "area", "node"]).reset_index(drop=True)

    def _question(self, name: str) -> str:
        known = list(self.table("findings")["question"].unique())
        if name not in known:
            raise NotFound("question", name, nearest(name, known) or known)
        return name

    def cut(self, table: str, area_set: str | None = None, framework: str | None = None) -> pd.DataFrame:
        """The rows of a table that are about a framework and a set of areas, in every period."""
        chosen = self.framework(framework)
        return self._rows(table, {"framework": chosen.name, "area_set": self.area_set(area_set, framework).name})

    def _where(self, period: str | int | None, area_set: str | None, framework: str | None) -> dict[str, Any]:
        chosen = self.framework(framework)
        return {
            "framework": chosen.name,
            "area_set": self.area_set(area_set, framework).name,
            "scope": chosen.method.scope,
            "period": self.period(period, framework),
        }

    def _rows(self, table: str, where: Mapping[str, Any]) -> pd.DataFrame:
        return self.cuts.rows(table, where)
