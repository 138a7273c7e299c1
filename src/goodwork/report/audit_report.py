"""The Good Jobs Audit of an area or a group, as a document to print."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from goodwork.monitor import Monitor
from goodwork.report import area_figures
from goodwork.report.answers import PRINTED, cut
from goodwork.report.audit import audit
from goodwork.report.document import Chapter, Document, dated, file_name
from goodwork.report.section import Section
from goodwork.report.view import View

#: The aspects that say first what an audit comes to: of an area, of a group.
LEADS = ("position", "people")


def audit_report(
    monitor: Monitor,
    asked: str | Sequence[str] = "nation",
    period: str | None = None,
    area_set: str | None = None,
    framework: str | None = None,
) -> Document:
    """The audit of an area, or of a group by name ("Greater Manchester", a region, "community A", "nation"), a chapter
    for each of its aspects; raises ``NotFound`` for what is not there."""
    found, sections = audit(monitor, asked, period, area_set, framework)
    view = View(monitor, found.framework, found.area_set, found.period)
    leads = [s for s, one in zip(sections, found.aspects, strict=True) if one.name in LEADS and s.findings]
    return Document(
        name=file_name("audit", *(found.members if found.kind == "area" else ()), found.subject),
        kind="Good Jobs Audit",
        title=found.subject,
        lead=leads[0].findings[:3] if leads else found.findings[:2],
        chapters=tuple(_chapters(sections)),
        about=view.where,
        source=area_figures.caption(view, "", "", "").source,
        dated=dated(monitor),
        invented=monitor.invented,
        data={s.title: s.table for s in sections if s.table is not None and len(s.table) > PRINTED},
    )


def _chapters(sections: Sequence[Section]) -> list[Chapter]:
    """A chapter for each title; sections that say nothing are left out."""
    told = [s for s in sections if s.findings or s.notes or s.figure is not None or s.table is not None]
    return [Chapter(title, tuple(_printed(s) for s in same)) for title, same in groupby(told, key=lambda s: s.title)]


def _printed(section: Section) -> Section:
    """A section under its chapter's heading; a long table is cut, which is said: the spreadsheet has it whole."""
    table, more = (None, ()) if section.table is None else cut(section.table)
    return Section("", section.findings, table, section.figure, (*section.notes, *more))
