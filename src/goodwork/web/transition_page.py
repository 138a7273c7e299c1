"""Work in transition, as a page: how much of an area's work is routine, by year; a person's own index beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from goodwork.analysis.disruption import Disruption, disruption_beside
from goodwork.analysis.finding import say
from goodwork.analysis.planning import Planning
from goodwork.analysis.routine_work import RoutineWork, routine_work
from goodwork.analysis.sector_moves import SectorMoves, sector_moves
from goodwork.errors import MethodError
from goodwork.figures.bars import bars
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.series import series
from goodwork.language import tr
from goodwork.model.occupations import shipped_occupations
from goodwork.model.plans import Plans
from goodwork.monitor import Monitor
from goodwork.web.state import area_path
from goodwork.web.target_page import usual, where
from goodwork.web.twins import records
from goodwork.web.words import edition_of

if TYPE_CHECKING:
    import pandas as pd

#: Areas that are drawn, and sectors that are listed for each origin.
SHOWN, NEAREST = 20, 3
TABLES = ("routine", "disruption", "moves")


@dataclass(frozen=True)
class Asked:
    """What an address asks for; without an ``area`` all areas of the set."""

    framework: str
    area_set: str
    period: str
    area: str = ""
    usual: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def read(cls, monitor: Monitor, query: Mapping[str, str]) -> Asked:
        """The question in a query; raises ``NotFound`` for names that are not there."""
        framework = monitor.framework(query.get("framework") or None).name
        area = query.get("area", "")[:120].strip()
        return cls(
            framework, monitor.area_set(query.get("area_set") or None, framework).name,
            monitor.period(query.get("period") or None, framework), monitor.find(area).code if area else "",
            usual(monitor),
        )  # fmt: skip

    def url(self, ending: str = "", **more: str) -> str:
        """The address of this question."""
        query = where((self.framework, self.area_set, self.period), self.usual)
        query = ({"area": self.area} if self.area else {}) | query | more
        return f"/transition{ending}{f'?{urlencode(query)}' if query else ''}"


@dataclass(frozen=True, eq=False)
class TransitionPage:
    """Everything on the page; ``when`` is the period shown of all areas."""

    asked: Asked
    planning: Planning
    found: RoutineWork
    when: str
    beside: Disruption | None
    moves: SectorMoves | None
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def headline(self) -> str:
        """The finding in a line."""
        if self.asked.area:
            return str(self.found.of(self.asked.area)[0]).partition(":")[0].rstrip(".")
        rows = self.own[self.own["least"].notna()].to_dict("records")
        if not rows:
            return str(self.found.findings[0]).rstrip(".")
        first, *others = rows
        if not np.isfinite(first["least_low"]):
            return say("At least {least:.0f} % of work is routine in {name}, the highest figure of {count:areas}, with "
                       "no interval", count=len(rows), **first)  # fmt: skip
        return say(
            "At least {least:.0f} % of work is routine in {name} (95 % interval {least_low:.0f} to {least_high:.0f}), "
            "the highest figure of {count:areas}; the intervals of {near} others overlap with it",
            count=len(rows), near=sum(row["least_high"] >= first["least_low"] for row in others), **first,
        )  # fmt: skip

    @property
    def findings(self) -> list[str]:
        """What is said: of the area first, if there is one."""
        mine = self.found.of(self.asked.area) if self.asked.area else ()
        return [*mine, *self.found.findings, *(self.beside.findings if self.beside else ())]

    @property
    def own(self) -> pd.DataFrame:
        """The rows shown: every year of the area, or every area in the period, the most routine work first."""
        table = self.found.table
        if self.asked.area:
            return table[(table["area"] == self.asked.area) & table[["least", "most"]].notna().any(axis=1)]
        here = table[table["period"] == self.when]
        return here.sort_values("least", ascending=False, na_position="last", kind="stable")

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The table as it is read: address and name or nothing and the year; each group's share, least, most, score."""
        groups = [group.name for group in self.found.occupations.group]
        return [
            (
                "" if self.asked.area else area_path(self.planning.geography.by_code[r["area"]]),
                (tr("{period} (break)") if r["break"] else "{period}").format(period=r["period"])
                if self.asked.area else r["name"],
                *(_cell(r[name]) for name in groups), _range(r, "least"), _range(r, "most"), _cell(r["score"]),
            )
            for r in records(self.own)
        ]  # fmt: skip

    @property
    def exposed(self) -> list[tuple[str, ...]]:
        """The areas exposed to disruption with a low score, as they are read, the lowest score first."""
        if self.beside is None:
            return []
        table = self.beside.table
        rows = records(table[table["exposed"]].sort_values("score", kind="stable"))
        places = self.planning.geography.by_code
        return [(area_path(places[r["area"]]), r["name"], f"{r['disruption']:g}", f"{r['score']:.1f}") for r in rows]

    @property
    def nearest(self) -> list[tuple[str, ...]]:
        """The nearest sectors of each, as they are read."""
        if self.moves is None:
            return []
        rows = records(self.moves.table.groupby("origin", sort=False).head(NEAREST))
        return [
            (r["origin"], r["destination"], f"{r['distance']:.2f}", f"{100 * r['learn']:.0f} %", r["skill"] or "–",
             tr("not known") if r["jobs"] is None else f"{r['jobs']:,.0f}")
            for r in rows
        ]  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """All of the page as plain data; gaps are ``None``."""
        return {
            "framework": self.asked.framework, "area_set": self.asked.area_set, "period": self.when,
            "area": self.asked.area, "headline": self.headline, "findings": self.findings,
            "notes": list(self.found.notes), "routine": records(self.own),
            "disruption": records(self.beside.table) if self.beside else None,
            "moves": records(self.moves.table) if self.moves else None,
        }  # fmt: skip

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables there are."""
        there = (True, self.beside is not None, self.moves is not None)
        return tuple(name for name, here in zip(TABLES, there, strict=True) if here)

    def as_table(self, name: str = "") -> pd.DataFrame:
        """Routine work, or another table by name, every digit."""
        if name == "disruption" and self.beside:
            return self.beside.table
        return self.moves.table if name == "moves" and self.moves else self.own


def transition_page(monitor: Monitor, plans: Plans, asked: Asked) -> TransitionPage:
    """The answer to what is asked. Raises ``MethodError`` where an edition has no figures on occupations, and what is
    wrong with an index or with skills that were brought."""
    planning = monitor.planning(asked.period, asked.area_set, asked.framework)
    if asked.area:
        planning.place(asked.area)
    if lacks_occupations(monitor, plans):
        raise MethodError(
            tr("this edition has no figures on occupations"),
            remedy=tr("add indicators of them, and bring occupations.toml that says how far their work is routine"),
        )
    found = routine_work(planning, plans.occupations or shipped_occupations())
    known = [p for k, p in enumerate(found.periods) if np.isfinite(found.low[k]).any()]
    when = asked.period if asked.period in known else next((p for p in reversed(known) if p <= asked.period), "")
    beside = disruption_beside(planning, plans.disruption, "the index of disruption") if plans.disruption else None
    page = TransitionPage(asked, planning, found, when or (known or [asked.period])[-1], beside, _moves(plans))
    if asked.area:
        page.figures["routine"] = _through(monitor, page)
    else:
        page.figures["routine"] = _most(monitor, page)
    return page


def lacks_occupations(monitor: Monitor, plans: Plans) -> bool:
    """Whether an edition lacks one of the indicators that the shipped groups of occupations are made of, and no groups
    were brought instead."""
    wanted = {name for group in shipped_occupations().group for name in (group.of, group.less) if name}
    return plans.occupations is None and not all(name in monitor.catalogue for name in wanted)


def _moves(plans: Plans) -> SectorMoves | None:
    if not plans.skills:
        return None
    sectors, names = tuple(plans.skills), tuple(next(iter(plans.skills.values())))
    levels = np.array([[plans.skills[s][name] for name in names] for s in sectors])
    return sector_moves(levels, sectors, names, np.array([plans.jobs.get(s, np.nan) for s in sectors]))


def _caption(monitor: Monitor, page: TransitionPage, title: str, subtitle: str) -> Caption:
    source = f"{edition_of(monitor)}."
    return Caption(
        title, subtitle, " ".join(map(str, page.findings[:2])), tr("neither end is better: exposure is no verdict"),
        tr("routine at least, % of people in work"), source + (f" {tr('Invented data.')}" if monitor.invented else ""),
        tr("Between least and most the mix of occupations that is known tells no more. Exposure is no forecast."),
    )  # fmt: skip


def _through(monitor: Monitor, page: TransitionPage) -> Figure:
    """Least and most routine work of one area by year."""
    import pandas as pd

    rows = records(page.own)
    name = page.planning.names[page.asked.area]
    least, most = tr("{name}: at least").format(name=name), tr("{name}: at most").format(name=name)
    lines = [
        {"line": line, "period": r["period"], "value": r[kind], "low": r[f"{kind}_low"], "high": r[f"{kind}_high"]}
        for line, kind in ((least, "least"), (most, "most")) for r in rows
    ]  # fmt: skip
    table = pd.DataFrame(lines, columns=["line", "period", "value", "low", "high"])
    words = _caption(
        monitor, page, page.headline,
        tr("The least and the most of all work that is routine, % of people in work; the band is the 95 % interval of "
           "the least"),
    )  # fmt: skip
    return series(table, words, breaks=page.found.breaks, show="{:.1f}".format, name="routine")


def _most(monitor: Monitor, page: TransitionPage) -> Figure:
    """The areas with most work that is surely routine, each with its interval and the most it can be."""
    table, words = page.own[page.own["least"].notna()].head(SHOWN), tr("{least:.0f} to {most:.0f} %")
    drawn = table[["area", "name"]].assign(
        label=table["name"], value=table["least"], low=table["least_low"], high=table["least_high"],
        mark=table["most"], words=[words.format(**r) for r in records(table)],
    )  # fmt: skip
    subtitle = tr("The {n} areas with most work that is surely routine, {period}")
    told = _caption(monitor, page, page.headline, subtitle.format(n=len(table), period=page.when))
    return bars(
        drawn, told, measures=tr("% of people in work"), ranges=tr("95 % interval"), marks=tr("the most it can be"),
        name="routine",
    )  # fmt: skip


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _range(row: dict[str, Any], kind: str) -> str:
    """A figure and its interval."""
    if row[kind] is None:
        return "–"
    low, high = row[f"{kind}_low"], row[f"{kind}_high"]
    words = "{value:.1f}" if None in (low, high) else tr("{value:.1f} ({low:.1f} to {high:.1f})")
    return words.format(value=row[kind], low=low, high=high)
