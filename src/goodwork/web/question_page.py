"""The page of one question: the finding, its figures, what else was found, how far to trust it, the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from goodwork.errors import NotFound
from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.model.area import Area, AreaSet, nearest
from goodwork.monitor import Monitor
from goodwork.report.questions import NEIGHBOURS, PAGES, Question
from goodwork.web.answers import dumps
from goodwork.web.home_choices import Option
from goodwork.web.question_figures import more
from goodwork.web.question_neighbours import Beside, beside
from goodwork.web.question_tables import Saying, Shown, named, only_chosen, rows_of, shown
from goodwork.web.state import LONGEST, area_path
from goodwork.web.words import edition_of

if TYPE_CHECKING:
    import pandas as pd

#: An area's own rows are shown by themselves where they are no more than these.
FEW = 6
FINDING, NOTE, UNANSWERED = "finding", "note", "not answered"


@dataclass(frozen=True)
class Asking:
    """One question as asked in an address: over which areas, of which framework, about which area if any."""

    question: Question
    framework: str
    area_set: str
    area: str = ""

    @classmethod
    def read(cls, monitor: Monitor, question: Question, query: Mapping[str, str]) -> Asking:
        """What a query asks; without a set of areas the first for which there is an answer, the default first. Raises
        ``NotFound`` with the nearest names for anything that is not there."""
        asked = {key: query.get(key, "")[:LONGEST].strip() for key in ("framework", "area_set", "area")}
        framework = monitor.framework(asked["framework"] or None).name
        area_set = monitor.area_set(asked["area_set"] or None, framework).name
        area = monitor.find(asked["area"]) if asked["area"] else None
        if not asked["area_set"]:
            order = [area_set, *(s.name for s in monitor.area_sets(framework) if s.name != area_set)]
            held = [s for s in order if area is None or monitor.geography.set_named(s).holds(area)]
            answered = [s for s in held if not _why(monitor, question, framework, s)]
            area_set = next(iter(answered or held or order))
        return cls(question, framework, area_set, area.code if area else "")

    def url(self, ending: str = "", **changes: Any) -> str:
        """The address of this page, of a twin (``.csv``), or of either with something changed; the set of areas is
        always said, so that the address keeps its meaning."""
        new = {"framework": self.framework, "area_set": self.area_set, "area": self.area} | changes
        chosen = {key: value for key, value in new.items() if value}
        return f"{self.question.path}{ending}?{urlencode(chosen)}"


@dataclass(frozen=True)
class Picture:
    """One figure of an answer, as the edition holds it."""

    name: str
    title: str
    subtitle: str
    sentence: str
    source: str
    note: str
    drawing: str
    narrow: str
    legend: str
    svg: str
    table: str


@dataclass(frozen=True, eq=False)
class Page:
    """Everything on the page of a question."""

    asking: Asking
    question: Question
    headline: str
    area_set: AreaSet
    framework: str
    period: str
    reason: str
    elsewhere: tuple[Option, ...]
    pictures: tuple[Picture, ...]
    findings: tuple[str, ...]
    notes: tuple[str, ...]
    sheets: tuple[Shown, ...]
    area: Area | None
    area_url: str
    of_area: tuple[str, ...]
    rows_of_area: tuple[Shown, ...]
    beside: Beside | None
    others: tuple[str, ...]
    citation: str


def page(monitor: Monitor, asking: Asking) -> Page:
    """The page of a question as asked."""
    question = asking.question
    found = _findings(monitor, asking)
    reason = _reason(monitor, asking)
    pictures = () if reason else pictures_of(monitor, asking)
    whole = tuple(found.loc[(found["kind"] == FINDING) & (found["area"] == ""), "sentence"])
    area_set = monitor.area_set(asking.area_set, asking.framework)
    framework = monitor.framework(asking.framework)
    place = monitor.geography.by_code[asking.area] if asking.area else None
    tables = {} if reason else monitor.answer(question.name, asking.area_set, asking.framework)
    query = asking.url().partition("?")[2]
    say = Saying(monitor, asking.framework, "?" + query.partition("&area=")[0])
    sheets = tuple(shown(s, tables, say, asking.area) for s in question.sheets if s.table in tables)
    held = {sheet.name for sheet in sheets if not sheet.partial}
    own = tuple(found.loc[(found["kind"] == FINDING) & (found["area"] == asking.area), "sentence"]) if place else ()
    headline = headline_of(pictures, whole, question)
    if reason:
        headline = tr("{question}: not answered").format(question=question.title)
    cited = headline if reason else f"{question.title}: {headline}"
    if asks_of := question is NEIGHBOURS and bool(own):
        headline = own[0].rstrip(".")
    period = str(found["period"].iloc[0]) if len(found) else monitor.period(None, asking.framework)
    return Page(
        asking=asking,
        question=question,
        headline=headline,
        area_set=area_set,
        framework=framework.title,
        period=period,
        reason=reason,
        elsewhere=tuple(
            Option(s.name, s.title, False, asking.url(framework=monitor.framework().name, area_set=s.name))
            for s in monitor.area_sets()
            if not _why(monitor, question, monitor.framework().name, s.name)
        )
        if reason
        else (),
        pictures=pictures,
        findings=whole if pictures or asks_of else whole[1:],
        notes=tuple(found.loc[found["kind"] == NOTE, "sentence"]),
        sheets=sheets,
        area=place,
        area_url=area_path(place) if place else "",
        of_area=own,
        rows_of_area=tuple(only_chosen(s) for s in sheets if 0 < len(s.chosen) <= FEW),
        beside=beside(monitor, asking.framework, asking.area_set, asking.area, say)
        if question is NEIGHBOURS and place and not reason
        else None,
        others=tuple(name for name in tables if name not in held),
        citation=f"{edition_of(monitor)}. {cited}. {framework.title}, {area_set.title}, {period}. "
        + tr("Address: {address}").format(address=replace(asking, area="").url()),
    )


def headline_of(pictures: tuple[Picture, ...], findings: tuple[str, ...], question: Question) -> str:
    """The finding: what the first figure is called, else the first sentence."""
    if pictures:
        return pictures[0].title
    return findings[0].rstrip(".") if findings else question.title


def pictures_of(monitor: Monitor, asking: Asking) -> tuple[Picture, ...]:
    """The figures of an answer."""
    table = monitor.figures(asking.question.name, asking.area_set, asking.framework)
    names = Picture.__dataclass_fields__
    held = [Picture(**{n: str(row[n]) for n in names}) for row in table.to_dict("records")]
    further = more(monitor, asking.question.name, asking.framework, asking.area_set, asking.area)
    return (*held, *(_picture(one) for one in further if one.name not in {h.name for h in held}))


def _picture(figure: Figure) -> Picture:
    """A drawing made now, as the edition would hold it."""
    table = figure.table.to_csv(index=False, lineterminator="\r\n")
    words = {n: getattr(figure, n) for n in Picture.__dataclass_fields__ if n != "table"}
    return Picture(**words, table=table)


def picture_of(monitor: Monitor, asking: Asking, name: str) -> Picture:
    """One figure of an answer by name; raises ``NotFound`` with those there are."""
    there = {picture.name: picture for picture in pictures_of(monitor, asking)}
    if name not in there:
        raise NotFound("figure", name, nearest(name, there) or list(there))
    return there[name]


def sheet_of(monitor: Monitor, asking: Asking, name: str, whole: bool) -> tuple[str, pd.DataFrame]:
    """One table of an answer with its name, as shown or ``whole``; the first if none is named. Raises ``NotFound``
    where the question was not answered or there is no such table."""
    if reason := _reason(monitor, asking):
        raise NotFound("table", asking.question.name, [], remedy=tr("not answered: {reason}").format(reason=reason))
    tables = monitor.answer(asking.question.name, asking.area_set, asking.framework)
    sheets = {sheet.table: sheet for sheet in asking.question.sheets if sheet.table in tables}
    name = name or next(iter(sheets))
    if name not in tables:
        raise NotFound("table", name, nearest(name, tables) or list(tables))
    table = rows_of(monitor, sheets[name], tables, whole) if name in sheets else named(monitor, tables[name])
    return name, table


def as_json(monitor: Monitor, asking: Asking) -> str:
    """The page as data: what it finds and notes, its figures in words, and its tables with every digit."""
    shown_page = page(monitor, asking)
    tables = {sheet.name: sheet_of(monitor, asking, sheet.name, False)[1] for sheet in shown_page.sheets}
    whole = not asking.area
    sentences = {"of_area": {"area": asking.area, "sentences": shown_page.of_area}} if not whole else {}
    return dumps(
        {
            "monitor": monitor.title,
            "edition": monitor.edition.name,
            "invented": monitor.invented,
            "question": asking.question.name,
            "asks": asking.question.asks,
            "framework": asking.framework,
            "area_set": asking.area_set,
            "period": shown_page.period,
            "answered": not shown_page.reason,
            "reason": shown_page.reason,
            "finding": shown_page.headline,
            "findings": shown_page.findings,
            **sentences,
            "notes": shown_page.notes,
            "figures": [
                {name: getattr(one, name) for name in ("name", "title", "subtitle", "sentence", "source", "note")}
                for one in shown_page.pictures
            ],
            "tables": {name: _plain(table) for name, table in tables.items()},
            "measured": asking.question.measured,
            "citation": shown_page.citation,
        }
    )


def _plain(table: pd.DataFrame) -> list[dict[Any, Any]]:
    rows = table.astype(object)
    return list(rows.where(rows.notna(), None).to_dict("records"))


def _findings(monitor: Monitor, asking: Asking) -> pd.DataFrame:
    table = monitor.findings(None, None, asking.area_set, asking.framework)
    return table[table["question"] == asking.question.name]


def _reason(monitor: Monitor, asking: Asking) -> str:
    """Why there is no answer; empty where there is one."""
    return _why(monitor, asking.question, asking.framework, asking.area_set)


def answered(monitor: Monitor, question: Question) -> list[tuple[str, str]]:
    """The frameworks and sets of areas for which a question was answered."""
    return [key[:2] for key, reason in _reasons(monitor).items() if key[2] == question.name and not reason]


def _why(monitor: Monitor, question: Question, framework: str, area_set: str) -> str:
    known = _reasons(monitor)
    if (framework, area_set, question.name) in known:
        return known[framework, area_set, question.name]
    words = tr("In this edition questions are asked of {title}, not of {other}.")
    return words.format(title=monitor.framework().title, other=monitor.framework(framework).title)


@lru_cache(maxsize=1)  # the monitor that is served: a former one must not be kept alive
def _reasons(monitor: Monitor) -> dict[tuple[str, str, str], str]:
    """For every framework, set of areas and question the reason for no answer; empty where there is one."""
    table = monitor.table("findings")
    keys = ["framework", "area_set", "question"]
    reasons = dict.fromkeys(table[keys].drop_duplicates().itertuples(index=False, name=None), "")
    silent = table[table["kind"] == UNANSWERED]
    return reasons | dict(zip(silent[keys].itertuples(index=False, name=None), silent["sentence"], strict=True))


#: What stands in the navigation.
NAVIGATION = tuple((question.path, question.title) for question in PAGES)
