"""What it would take, as a page: the goal in the address, the change as bars and a table, the sentences and doubts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from goodwork.analysis.planning import LIKE, Planning, Realism
from goodwork.analysis.target import Target
from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import written
from goodwork.errors import DeclarationError, Fault
from goodwork.figures.bars import bars
from goodwork.figures.figure import Caption, Figure
from goodwork.language import tr, trn
from goodwork.model.area import nearest
from goodwork.model.indicator import which_end
from goodwork.monitor import Monitor
from goodwork.web.state import area_path
from goodwork.web.words import edition_of

if TYPE_CHECKING:
    import pandas as pd

#: Goal in an address → its name in words and what its value is.
GOALS = {
    "rank": (tr("a rank"), "10"),
    "score": (tr("a score"), "105"),
    "median": (tr("the median of a group"), "community"),
    "no_worse": (tr("its own score of a year"), "2019"),
}
REALISM: dict[Realism, str] = {
    "neighbours": tr("the {n} areas most like it have").format(n=LIKE),
    "areas": tr("any area has"),
    "none": tr("no bound"),
}
SURE = {"": tr("as published"), **{
    chance: tr("in {share:.0f} % of redraws").format(share=100 * float(chance)) for chance in ("0.75", "0.9", "0.95")
}}  # fmt: skip
#: Years for which the others go on as before.
TRENDS = {"": tr("stay as they are"), **{
    str(n): trn("go on for {n} year", "go on for {n} years", n).format(n=n) for n in (1, 3, 5, 10)
}}  # fmt: skip
LONGEST, DRAWS, MOST_YEARS = 120, 1000, 50
#: The lowest and the highest figure that a part may have, ``None`` where there is no such bound.
Ends = tuple[float | None, float | None]


@dataclass(frozen=True)
class Asked:
    """What an address asks for; ``area`` is empty where nothing is asked yet."""

    framework: str
    area_set: str
    period: str
    area: str = ""
    goal: str = "rank"
    value: str = "10"
    realism: Realism = "neighbours"
    chance: str = ""
    trend: str = ""
    few: bool = False
    anew: bool = False
    costs: tuple[tuple[str, float], ...] = ()
    bounds: tuple[tuple[str, Ends], ...] = ()
    usual: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def read(cls, monitor: Monitor, query: Mapping[str, str]) -> Asked:
        """The question in a query; raises ``NotFound`` for names that are not there, ``DeclarationError`` with all
        that cannot be read."""
        given = {name: str(value)[:LONGEST].strip() for name, value in query.items()}
        framework = monitor.framework(given.get("framework") or None)
        area = given.get("area", "")
        goal, faults, choose = given.get("goal") or "rank", [], tr("choose {names}")
        if goal not in GOALS:
            what = tr("no goal is called {asked!r}").format(asked=goal)
            faults.append(Fault(what, column="goal", remedy=choose.format(names=", ".join(GOALS))))
            goal = "rank"
        value = given.get("value") or GOALS[goal][1]
        if goal in ("rank", "score") and _number(value) is None:
            what = (tr("{text!r} is no rank") if goal == "rank" else tr("{text!r} is no score")).format(text=value)
            faults.append(Fault(what, column="value", remedy=tr("write {value}").format(value=GOALS[goal][1])))
        wanted = given.get("realism") or "neighbours"
        realism: Realism = next((one for one in REALISM if one == wanted), "neighbours")
        if realism != wanted:
            what = tr("{text!r} is no bound").format(text=wanted)
            faults.append(Fault(what, column="realism", remedy=choose.format(names=", ".join(REALISM))))
        if (chance := given.get("chance", "")) not in SURE:
            what = tr("{text!r} is no chance").format(text=chance)
            faults.append(Fault(what, column="chance", remedy=tr("choose 0.75, 0.9 or 0.95")))
        trend = given.get("trend", "").removesuffix(".0")
        if trend and not ((years := _number(trend)) and 0 < years <= MOST_YEARS):
            what = tr("{text!r} is no number of years").format(text=trend)
            faults.append(Fault(what, column="trend", remedy=tr("1 to {most}, or none").format(most=MOST_YEARS)))
        costs, bounds = [], []
        for name in framework.indicators:
            cost, low, high = (
                _read(given.get(f"{what}.{name}", ""), f"{what}.{name}", faults) for what in ("cost", "low", "high")
            )
            if cost is not None and cost != 1:
                costs.append((name, cost))
            if (low, high) != (None, None):
                bounds.append((name, (low, high)))
        known = {f"{what}.{name}" for what in ("cost", "low", "high") for name in framework.indicators}
        faults += [
            Fault(
                tr("no part is called {asked!r}").format(asked=name.partition(".")[2]), column=name,
                remedy=choose.format(names=", ".join(offers)),
            )
            for name in given if name.partition(".")[0] in ("cost", "low", "high") and "." in name and name not in known
            for offers in [nearest(name.partition(".")[2], framework.indicators) or framework.indicators]
        ]  # fmt: skip
        if faults:
            raise DeclarationError(tr("this cannot be asked"), faults=faults)
        return cls(
            framework.name, monitor.area_set(given.get("area_set") or None, framework.name).name,
            monitor.period(given.get("period") or None, framework.name), monitor.find(area).code if area else "",
            goal, value, realism, chance, trend, "few" in given, "anew" in given, tuple(costs), tuple(bounds),
            usual(monitor),
        )  # fmt: skip

    def url(self, ending: str = "") -> str:
        """The address of this question."""
        query = {"area": self.area, "goal": self.goal, "value": self.value, "chance": self.chance}
        query |= where((self.framework, self.area_set, self.period), self.usual)
        query |= {"realism": self.realism} if self.realism != "neighbours" else {}
        query |= {name: "1" for name in ("few", "anew") if getattr(self, name)} | {"trend": self.trend}
        query |= {f"cost.{name}": f"{cost:g}" for name, cost in self.costs}
        ends = {
            f"{what}.{name}": end for name, pair in self.bounds for what, end in zip(("low", "high"), pair, strict=True)
        }
        query |= {name: f"{end:.12g}" for name, end in ends.items() if end is not None}
        return f"/target{ending}?{urlencode({k: v for k, v in query.items() if v})}"

    @property
    def wanted(self) -> dict[str, Any]:
        """The goal as the analysis takes it."""
        plain = _number(self.value)
        kind: Any = {"rank": int, "score": float}.get(self.goal, str)
        value = self.value if plain is None else plain
        if self.goal == "rank" and plain is not None and plain != int(plain):
            what = tr("{value} is no rank").format(value=self.value)
            raise DeclarationError(what, remedy=tr("write a whole number"))
        return {self.goal: kind(value) if self.goal in ("rank", "score") else self.value}


@dataclass(frozen=True, eq=False)
class TargetPage:
    """Everything on the page."""

    asked: Asked
    planning: Planning
    found: Target
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def headline(self) -> str:
        """The finding in a line."""
        found, name = self.found, self.planning.names[self.found.area]
        if found.already:
            words = tr("{area} reaches {goal} in {period}")
        elif not found.feasible:
            words = tr("{area} cannot reach {goal} within these bounds")
        else:
            words = tr("What it would take {area} to reach {goal}")
        return words.format(area=name, goal=found.goal.words, period=found.period)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The table as it is read: part, now, needed, change, its bound, what it comes to."""
        lines: list[tuple[str, ...]] = []
        for r in self.found.table.to_dict("records"):
            one = self.planning.catalogue[r["member"]]
            moved = np.nan_to_num(r["effort"]) != 0
            known = r["before"] == r["before"]
            end = r["high"] if r["better"] == "higher" else r["low"]
            counted = ""
            if moved and r["count"] == r["count"] and abs(r["count"]) >= 1:
                words = tr("{n:,.0f} more {counted}") if r["count"] > 0 else tr("{n:,.0f} fewer {counted}")
                counted = words.format(n=float(f"{abs(r['count']):.3g}"), counted=r["counted"])
            lines.append(
                (
                    r["member"], r["title"], which_end(r["better"]), one.show(r["before"]),
                    one.show(r["after"]) if moved else tr("as it is") if known else tr("no figure"),
                    written(r["gain"], "+.1f") if moved else "–",
                    one.show(end) if known and math.isfinite(end) else "–", verdict(r["limit"]) if known else "",
                    counted or "–",
                )
            )  # fmt: skip
        return lines

    def as_dict(self) -> dict[str, Any]:
        """All of the page as plain data; gaps and what is endless are ``None``."""
        table = self.found.table.replace([np.inf, -np.inf], np.nan).astype(object)
        return {
            "area": self.found.area, "name": self.planning.names[self.found.area], "period": self.found.period,
            "framework": self.asked.framework, "area_set": self.asked.area_set, "goal": self.found.goal.words,
            "feasible": self.found.feasible, "exact": self.found.exact, "headline": self.headline,
            "findings": list(self.found.findings), "notes": list(self.found.notes), **self.found.numbers,
            "members": table.where(table.notna(), None).to_dict("records"),
        }  # fmt: skip

    def as_table(self, name: str = "") -> pd.DataFrame:
        """One row per part, every digit."""
        return self.found.table.replace([np.inf, -np.inf], np.nan)


def target_page(monitor: Monitor, asked: Asked) -> TargetPage:
    """The answer to what is asked."""
    planning = monitor.planning(asked.period, asked.area_set, asked.framework)
    found = monitor.target(
        asked.area, planning, **asked.wanted, realism=asked.realism, costs=dict(asked.costs),
        bounds=dict(asked.bounds), spread=not asked.few, anew=asked.anew, trend=_number(asked.trend),
        chance=float(asked.chance) if asked.chance else None, draws=DRAWS,
    )  # fmt: skip
    page = TargetPage(asked, planning, found)
    if not found.already:
        page.figures["change"] = _change(monitor, page)
    return page


def _change(monitor: Monitor, page: TargetPage) -> Figure:
    """Each part's change in standard deviations over areas, beside the most it may be."""
    import pandas as pd

    found, catalogue = page.found, page.planning.catalogue
    high = found.limits.effort(found.figures, found.spread_of)[1]
    rows = []
    for m, name in enumerate(found.members):
        one, effort = catalogue[name], found.effort[m]
        words = tr("no figure") if effort != effort else one.show(found.figures[m])
        if np.nan_to_num(effort) != 0:
            words = f"{one.show(found.figures[m])} → {one.show(found.new[m])}"
        bounded = np.isfinite(high[m]) and found.limits.why[m] and effort == effort and high[m] < 8
        mark = float(high[m]) if bounded else float("nan")
        rows.append({"member": name, "label": found.titles[name], "words": words, "value": effort, "mark": mark})
    table = pd.DataFrame(rows).sort_values("value", ascending=False, na_position="last", kind="stable")
    source = f"{edition_of(monitor)}; {page.planning.period}."
    told = Caption(
        page.headline, tr("Change for the better, in standard deviations over areas (how far places differ)"),
        str(found.findings[0]), tr("longer is a larger change"), tr("change needed"),
        source + (f" {tr('Invented data.')}" if monitor.invented else ""),
        tr("What would give the score, not what could be done; the largest change that others made is partly chance."),
    )  # fmt: skip
    return bars(
        table, told, measures=tr("Standard deviations over areas"), marks=tr("as far as it may go"), name="change"
    )


def usual(monitor: Monitor) -> tuple[str, ...]:
    """Framework, set of areas and period that are meant where an address names none."""
    framework = monitor.framework().name
    return framework, monitor.area_set(None, framework).name, monitor.period(None, framework)


def where(chosen: tuple[str, str, str], plain: tuple[str, ...]) -> dict[str, str]:
    """Framework, set of areas and period as an address names them: those that are not usual.

    >>> where(("good_work", "wales", "2021"), ("good_work", "gb", "2021"))
    {'area_set': 'wales'}
    """
    names = ("framework", "area_set", "period")
    other = bool(plain) and chosen[0] != plain[0]
    pairs = zip(names, chosen, plain or ("", "", ""), strict=True)
    return {name: value for name, value, known in pairs if other or value != known}


def places(planning: Planning) -> list[tuple[str, str]]:
    """The areas that have a score, by name, as a form offers them."""
    scored = set(planning.scored)
    return sorted((a.name, a.code) for a in planning.areas if a.code in scored)


def address(planning: Planning, code: str) -> str:
    """Where the page of an area is."""
    return area_path(planning.geography.by_code[code])


def _read(text: str, name: str, faults: list[Fault]) -> float | None:
    """A number of an address; what is none is added to the faults."""
    if text and _number(text) is None:
        what = tr("{text!r} is no number").format(text=text)
        faults.append(Fault(what, column=name, remedy=tr("write a number, or leave it out")))
    return _number(text) if text else None


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return None
    return found if math.isfinite(found) else None
