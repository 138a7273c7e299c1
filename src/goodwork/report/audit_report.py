"""The Good Jobs Audit of an area or a group, as a document to print."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from goodwork.analysis.audit import Aspect, Audit
from goodwork.analysis.finding import Finding
from goodwork.analysis.verdicts import verdict
from goodwork.language import tr
from goodwork.monitor import Monitor
from goodwork.report import area_figures
from goodwork.report.answers import PRINTED, cut
from goodwork.report.audit import audit
from goodwork.report.document import Chapter, Document, dated, file_name
from goodwork.report.section import Section
from goodwork.report.view import view_of

if TYPE_CHECKING:
    import pandas as pd

#: What an audit comes to, in the order it is said: aspect → keys of findings, the first of which is taken.
LEADS = {
    "position": (("index",),),
    "people": (("weak",), ("cannot tell",)),
    "priorities": (("tier",),),
    "strengths": (("indicators", "nation"),),
    "gaps": (("people", "nation"), ("people", "community"), ("none behind",)),
    "direction": (("flag",),),
}
#: How the table of gaps is read.
ACROSS = tr(
    "In the table: how far behind (below zero: ahead), with the 95 % interval; domains in points of the score, "
    "indicators in their own units. Each gap with its figures and people stands in the spreadsheet."
)
#: Aspects whose sentences say all that their table does.
SAID = ("conditions", "shock", "gaps")


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
    view = view_of(monitor, found.framework, found.area_set, found.period)
    printed = [_printed(aspect, section) for aspect, section in zip(found.aspects, sections, strict=True)]
    whole = {
        section.title: section.table for section, one in zip(sections, printed, strict=True)
        if section.table is not None and section.table is not one.table
    }  # fmt: skip
    return Document(
        name=file_name("audit", *(found.members if found.kind == "area" else ()), found.subject),
        kind=tr("Good Jobs Audit"),
        title=found.subject,
        lead=_lead(found),
        chapters=tuple(_chapters(printed)),
        about=view.where,
        source=area_figures.caption(view, "", "", "").source,
        dated=dated(monitor),
        invented=monitor.invented,
        data=whole,
    )


def _lead(found: Audit) -> tuple[Finding, ...]:
    """What it comes to: where it stands, where it is behind, what would close the widest gap, what worsens."""
    aspects = {one.name: one for one in found.aspects}
    said = []
    for name, keys in LEADS.items():
        known = aspects[name].findings if name in aspects else ()
        said += [one for key in keys for one in known if one.key[: len(key)] == key][:1]
    return tuple(said) or found.findings[:2]


def _chapters(sections: Sequence[Section]) -> list[Chapter]:
    """A chapter for each title; sections that say nothing are left out."""
    told = [s for s in sections if s.findings or s.notes or s.figure is not None or s.table is not None]
    return [
        Chapter(title, tuple(Section("", s.findings, s.table, s.figure, s.notes) for s in same))
        for title, same in groupby(told, key=lambda s: s.title)
    ]


def _printed(aspect: Aspect, section: Section) -> Section:
    """A section as it is printed: a long table is cut, one that repeats its sentences is left out, and gaps stand in
    one row for each domain and indicator; the spreadsheet has every table whole."""
    table, more = section.table, tuple[str, ...]()
    if table is not None and aspect.name == "strengths":
        table, more = across(aspect), (ACROSS,)
    elif table is not None and aspect.name in SAID:
        table, more = None, (tr("The table stands in the spreadsheet."),)
    elif table is not None and aspect.name == "charter":
        table = table.assign(**{table.columns[0]: table.iloc[:, 0].str.capitalize()})
    elif table is not None and len(table) > PRINTED:
        table, more = cut(table)
    return Section(section.title, section.findings, table, section.figure, (*section.notes, *more))


def across(aspect: Aspect) -> pd.DataFrame:
    """The gaps of an area, a row for each domain and indicator and a column for each benchmark: the verdict, and how
    far behind (below zero: ahead) with its 95 % interval."""
    import pandas as pd

    rows = aspect.table
    heads = {"nation": tr("Nation"), "region": tr("Region"), "community": tr("Its community"),
             "best": tr("Best of it"), "neighbours": tr("Most like it")}  # fmt: skip
    known = [name for name in heads if (rows["against"] == name).any()]
    lines = []
    for title, same in rows.groupby("title", sort=False):
        line = {tr("Domain or indicator"): title, tr("Here"): same["shown_value"].iloc[0]}
        for name in known:
            one = same[same["against"] == name]
            line[heads[name]] = "–" if not len(one) else _verdict(one.iloc[0])
        lines.append(line)
    return pd.DataFrame(lines)


def _verdict(row: pd.Series) -> str:
    return f"{verdict(row['verdict'])}\n{row['shown_gap']}"
