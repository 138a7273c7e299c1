"""Targets and tracking, as a page: targets in the address or of a file, each with its past, outlook and verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
from starlette.datastructures import QueryParams

from goodwork.analysis.outlook import LIKELY
from goodwork.analysis.planning import Planning
from goodwork.analysis.tracking import Tracked, Tracking, track
from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import number
from goodwork.errors import DeclarationError, Fault
from goodwork.figures.bars import bars
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.series import series
from goodwork.language import tr
from goodwork.model.framework import INDEX
from goodwork.model.indicator import which_end
from goodwork.model.targets import Aim, Targets
from goodwork.monitor import Monitor
from goodwork.web.state import area_path
from goodwork.web.target_page import usual, where
from goodwork.web.twins import records
from goodwork.web.words import edition_of

if TYPE_CHECKING:
    import pandas as pd

#: Targets that an address may hold, and how many of a page are drawn through time.
MOST, DRAWN, LONGEST = 24, 6, 120
#: What a target is written with in an address, between place, measure, goal and year.
APART = ":"


@dataclass(frozen=True)
class Asked:
    """What an address asks for: targets of its own, else those of the file that the server was given."""

    framework: str
    area_set: str
    period: str
    targets: Targets | None
    own: bool
    usual: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def read(cls, monitor: Monitor, query: QueryParams, held: Targets | None = None) -> Asked:
        """The question in a query; ``held`` are the targets of a file. Raises ``NotFound`` for a place that is not
        there and ``DeclarationError`` with every target that cannot be read."""
        framework = monitor.framework(query.get("framework") or None).name
        texts = [text[: 4 * LONGEST].strip() for text in query.getlist("target")]
        parts = [query.get(name, "")[:LONGEST].strip() for name in ("place", "of", "goal", "by")]
        if parts[0]:
            texts.append(APART.join((parts[0], parts[1] or INDEX, parts[2], parts[3])))
        texts = list(dict.fromkeys(text for text in texts if text))
        if len(texts) > MOST:
            raise DeclarationError(
                tr("{n} targets are in this address").format(n=len(texts)),
                remedy=tr("{most} at most; keep more in a file of targets").format(most=MOST),
            )
        faults: list[Fault] = []
        aims = [aim for k, text in enumerate(texts, start=1) if (aim := _aim(monitor, text, k, faults))]
        if faults:
            raise DeclarationError(tr("these targets cannot be read"), faults=faults)
        own = Targets.from_dict({"target": [dict(aim) for aim in aims]}, "the address") if aims else None
        return cls(
            framework, monitor.area_set(query.get("area_set") or None, framework).name,
            monitor.period(query.get("period") or None, framework), own or held, own is not None, usual(monitor),
        )  # fmt: skip

    @property
    def texts(self) -> tuple[str, ...]:
        """The targets of the address, as they stand in it."""
        if not self.own or self.targets is None:
            return ()
        return tuple(APART.join((a.place, a.of, f"{a.goal:.12g}", a.by)) for a in self.targets.target)

    @property
    def last(self) -> str:
        """The place of the last target of the address, at which the form begins."""
        return self.targets.target[-1].place if self.own and self.targets else ""

    def url(self, ending: str = "", without: int = -1, **more: str) -> str:
        """The address of this question, or of it without one of its targets."""
        pairs = [("target", text) for k, text in enumerate(self.texts) if k != without]
        pairs += [*where((self.framework, self.area_set, self.period), self.usual).items(), *more.items()]
        return f"/track{ending}{f'?{urlencode(pairs, safe=APART)}' if pairs else ''}"


def _aim(monitor: Monitor, text: str, number: int, faults: list[Fault]) -> Aim | None:
    """One target of an address; what is wrong with it is added to the faults."""
    parts = text.rsplit(APART, 3)
    goal = _number(parts[2]) if len(parts) == 4 else None
    if len(parts) != 4 or goal is None:
        remedy = tr("write place:measure:goal:year, such as {example}").format(example="York:unemployment:3:2028")
        what = tr("{text!r} is no target").format(text=text[:60])
        if len(parts) == 4:
            what = tr("{text!r} is no goal").format(text=parts[2])
        faults.append(Fault(what, column=f"target {number}", remedy=remedy))
        return None
    if not (len(parts[3]) == 4 and parts[3].isascii() and parts[3].isdigit()):
        what, remedy = tr("{text!r} is no year").format(text=parts[3]), tr("write four digits: 2028")
        faults.append(Fault(what, column=f"target {number}", remedy=remedy))
        return None
    return Aim(place=monitor.find(parts[0]).code, of=parts[1], goal=goal, by=parts[3])


@dataclass(frozen=True, eq=False)
class TrackPage:
    """Everything on the page."""

    asked: Asked
    planning: Planning
    found: Tracking
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def invented(self) -> bool:
        """Whether the targets are made up, whatever the figures are."""
        return bool(self.asked.targets and self.asked.targets.invented)

    @property
    def headline(self) -> str:
        """The finding in a line."""
        rows = self.found.rows
        if len(rows) == 1:
            one = rows[0]
            words = tr("{name}, {title} of {goal} by {by}: {verdict}")
            if one.outlook.chance == one.outlook.chance:
                words = tr("{name}, {title} of {goal} by {by}: {verdict}, chance {chance:.0f} %")
            return words.format(
                name=one.name, title=one.title, goal=goal_of(one), by=one.aim.by, verdict=verdict(one.verdict),
                chance=100 * one.outlook.chance,
            )  # fmt: skip
        counts = {words: sum(r.verdict == one for r in rows) for one, words in COUNTED.items()}
        told = ", ".join(words.format(n=n) for words, n in counts.items() if n)
        return tr("Of {n} targets: {verdicts}").format(n=len(rows), verdicts=told)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The table as it is read: address of the place, name, measure, direction, goal, year, last, outlook, chance,
        verdict, who set it."""
        lines: list[tuple[str, ...]] = []
        for r in self.found.rows:
            known = r.value == r.value
            ends = sorted(r.expected[1:])
            last = tr("{value} ({low} to {high}) in {period}").format(
                value=number(r.value), low=number(r.low), high=number(r.high), period=r.last
            ) if known else tr("no figure")  # fmt: skip
            ahead = tr("{value} ({low} to {high})").format(
                value=number(r.expected[0]), low=number(ends[0]), high=number(ends[1])
            )
            lines.append((
                area_path(self.planning.geography.by_code[r.area]), r.name, r.title,
                f"{which_end('higher' if r.higher else 'lower')}; {r.unit}", number(r.aim.goal), r.aim.by, last,
                ahead if r.expected[0] == r.expected[0] else verdict(r.why),
                f"{100 * r.outlook.chance:.0f} %" if r.outlook.chance == r.outlook.chance else "–",
                verdict(r.verdict), r.aim.why,
            ))  # fmt: skip
        return lines

    def as_dict(self) -> dict[str, Any]:
        """All of the page as plain data; gaps are ``None``."""
        return {
            "title": self.found.title, "period": self.found.period, "framework": self.asked.framework,
            "area_set": self.asked.area_set, "targets_invented": self.invented, "headline": self.headline,
            "findings": list(self.found.findings), "notes": list(self.found.notes),
            "targets": records(self.found.table),
        }  # fmt: skip

    def as_table(self, name: str = "") -> pd.DataFrame:
        """One row per target, every digit."""
        return self.found.table


#: How many targets have each verdict, in words.
COUNTED = {
    "met": tr("{n} met"), "on track": tr("{n} on track"), "cannot tell": tr("{n} too uncertain to tell"),
    "off track": tr("{n} off track"), "not met": tr("{n} not met"),
}  # fmt: skip


def track_page(monitor: Monitor, asked: Asked) -> TrackPage | None:
    """The answer to what is asked; ``None`` where there is no target."""
    if asked.targets is None:
        return None
    planning = monitor.planning(asked.period, asked.area_set, asked.framework)
    page = TrackPage(asked, planning, track(planning, asked.targets, "this address" if asked.own else "targets.toml"))
    page.figures["chances"] = _chances(monitor, page)
    for k, row in enumerate(page.found.rows[:DRAWN]):
        if row.history:
            page.figures[f"target-{k + 1}"] = _through(monitor, page, row, k)
    return page


def goal_of(row: Tracked) -> str:
    """A goal with its unit, as short as it can be said."""
    unit = " %" if row.unit.startswith("%") else "" if row.unit == "points" else f" {row.unit}"
    return f"£{number(row.aim.goal)}" if row.unit.startswith("£") else f"{number(row.aim.goal)}{unit}"


def measures(planning: Planning) -> list[tuple[str, Sequence[tuple[str, str]]]]:
    """What a target may be about, as a form offers it: scores, members with figures, other indicators with figures and
    a better end."""
    catalogue, framework = planning.catalogue, planning.framework
    held = set(planning.values["indicator"].unique())
    scores = [(node, planning.names[node]) for node in framework.groups]
    members = [(name, catalogue[name].label) for name in framework.indicators if name in held]
    others = [(one.id, one.label) for one in catalogue.indicator
              if one.id in held and one.id not in framework.indicators and one.direction != "neither"]  # fmt: skip
    others.sort(key=lambda pair: pair[1])
    groups = [(tr("Scores"), scores), (tr("Its indicators"), members), (tr("Other indicators"), others)]
    return [(title, found) for title, found in groups if found]


def _caption(monitor: Monitor, page: TrackPage, title: str, subtitle: str, sentence: str, unit: str) -> Caption:
    source = [f"{edition_of(monitor)}; {page.found.period}."]
    if monitor.invented or page.invented:
        source.append(tr("Invented data.") if monitor.invented else tr("Invented targets."))
    sentence = f"{tr('Invented targets.')} {sentence}" if page.invented else sentence
    return Caption(
        title, subtitle, sentence, tr("the goal is the better side of the mark"), unit, " ".join(source),
        tr("A straight line through the figures since the last break, carried on: it knows of no plan and no shock."),
    )  # fmt: skip


def _chances(monitor: Monitor, page: TrackPage) -> Figure:
    """The chance of every target, beside that from which it counts as on track."""
    import pandas as pd

    label = tr("{name}: {title}, {goal} by {by}")
    rows = [
        {
            "label": label.format(name=r.name, title=r.title, goal=goal_of(r), by=r.aim.by),
            "value": 100 * r.outlook.chance, "mark": mark,
            "words": ("" if math.isnan(r.outlook.chance) else f"{100 * r.outlook.chance:.0f} %, ") + verdict(r.verdict),
        }
        for r in page.found.rows for mark in [100 * LIKELY]
    ]  # fmt: skip
    words = _caption(
        monitor, page, page.headline, tr("Chance that the goal is reached if the trend goes on, in per cent"),
        "; ".join(map(str, page.found.findings[:3])), tr("chance"),
    )  # fmt: skip
    marks = tr("on track from {share:.0f} %").format(share=100 * LIKELY)
    return bars(pd.DataFrame(rows), words, measures=tr("Per cent"), marks=marks, name="chances")


def _through(monitor: Monitor, page: TrackPage, row: Tracked, k: int) -> Figure:
    """One target: its figures through time, where the trend leads, and the goal."""
    import pandas as pd

    first = row.history[0][0]
    past = [{"line": row.name, "period": p, "value": v, "low": low, "high": high} for p, v, low, high in row.history]
    aim = [{"line": tr("Goal"), "period": row.aim.by, "value": row.aim.goal}]
    ahead = []
    if np.isfinite(row.expected[0]) and row.last < row.aim.by:
        low, high = sorted(row.expected[1:])
        ahead = [{"line": line, "period": row.aim.by, "value": value} for line, value in (
            (tr("As it went"), row.expected[0]), (tr("95 %: lowest"), low), (tr("95 %: highest"), high),
        )]  # fmt: skip
    table = pd.DataFrame([*past, *aim, *ahead], columns=["line", "period", "value", "low", "high"])
    title = tr("{name}, {title}: {goal} by {by}")
    title = title.format(name=row.name, title=row.title, goal=goal_of(row), by=row.aim.by)
    subtitle = tr("Figures since {first} with their 95 % interval, the goal, and where the trend since {since} leads")
    subtitle = subtitle.format(first=first, since=row.since)
    words = _caption(monitor, page, title, subtitle, str(page.found.findings[k]), row.unit)
    better = which_end("higher" if row.higher else "lower")
    breaks = {year: why for year, why in row.breaks.items() if year <= row.history[-1][0]}
    return series(table, words, breaks=breaks, show=number, better=better, name=f"target-{k + 1}")


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", "").removeprefix("£"))
    except ValueError:
        return None
    return found if math.isfinite(found) else None
