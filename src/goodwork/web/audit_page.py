"""The page of a Good Jobs Audit: of an area, of a group, of the nation; and the page where one is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from goodwork.analysis.audit import Aspect, Audit
from goodwork.analysis.finding import Finding, slug
from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.model.area import Area
from goodwork.model.groups import combined_authorities
from goodwork.monitor import Monitor
from goodwork.report.audit import audit, lead
from goodwork.report.section import Section
from goodwork.web.state import State, area_path

if TYPE_CHECKING:
    import pandas as pd

#: Tables with more rows than these are folded away.
LONG = 14


@dataclass(frozen=True, eq=False)
class Shown:
    """One section as it stands on the page: where it is found, its parts, its table as text, whether that is folded."""

    name: str
    section: Section
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool


@dataclass(frozen=True, eq=False)
class AuditPage:
    """Everything on the page of an audit; page, JSON and CSV are made from it."""

    found: Audit
    headline: Finding
    sections: tuple[Shown, ...]
    address: str
    area: Area | None
    places: tuple[tuple[str, str], ...]

    @property
    def figures(self) -> dict[str, Figure]:
        """Its drawings by name."""
        drawn = (one.section.figure for one in self.sections)
        return {figure.name: figure for figure in drawn if figure is not None}

    def as_dict(self) -> dict[str, Any]:
        """The audit as plain data, with its headline."""
        return {"headline": str(self.headline), **self.found.as_dict()}

    def as_table(self, name: str = "") -> pd.DataFrame:
        """The findings, one a row; or the table behind one aspect, every digit. Raises ``KeyError`` for another."""
        import pandas as pd

        if name:
            return self.found[name].table
        rows = [(one.name, one.title, said.id, str(said)) for one in self.found.aspects for said in one.findings]
        return pd.DataFrame(rows, columns=["aspect", "title", "finding", "sentence"])


def audit_page(monitor: Monitor, state: State, asked: str | tuple[str, ...]) -> AuditPage:
    """The page of an audit in a view; raises ``NotFound`` for a place or group that is not there."""
    found, sections = audit(monitor, asked, state.period, state.area_set, state.framework)
    known = monitor.geography.by_code
    area = known[found.members[0]] if found.kind == "area" else None
    places = () if area else tuple((known[code].name, address_of(known[code])) for code in found.members)
    pairs = zip(found.aspects, sections, strict=True)
    shown = tuple(_shown(aspect, section) for aspect, section in pairs)
    return AuditPage(found, lead(found), shown, _address(found, area), area, places)


def address_of(subject: Area | str) -> str:
    """Where the audit of an area, or of a group by its name, stands.

    >>> address_of("Greater Manchester"), address_of(Area(code="E06000014", name="York"))
    ('/audit/greater-manchester', '/audit/E06000014-york')
    """
    if isinstance(subject, Area):
        return area_path(subject).replace("/area/", "/audit/", 1)
    return f"/audit/{slug(subject).replace('_', '-')}"


def choices(monitor: Monitor, state: State) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Groups that can be audited, kind by kind, with their addresses: regions and countries, combined authorities that
    have areas in the set, communities and compacts of the edition."""
    evidence = monitor.evidence(state.period, state.area_set, state.framework)
    inside = {area.code for area in evidence.areas}
    above = {code for area in evidence.areas for code in area.parents.values()}
    levels = [a for a in monitor.geography.areas if a.code in above]
    joined = [group.name for group in combined_authorities().group if inside & set(group.members)]
    found = [
        (tr("Regions and countries"), [(area.name, address_of(area.name)) for area in levels]),
        (tr("Combined authorities of England"), [(name, address_of(name)) for name in joined]),
    ]
    for table, column, kind in (("communities", "community", "community"), ("compacts_areas", "compact", "compact")):
        rows = evidence.asked(table, period=state.period)
        labels = sorted({str(x) for x in rows[column]} - {"0"}, key=lambda x: (len(x), x)) if len(rows) else []
        title, named = (
            (tr("Communities, by profile"), tr("community {letter}")) if kind == "community"
            else (tr("Compacts, by shared weak points"), tr("compact {letter}"))
        )  # fmt: skip
        groups = [(named.format(letter=label), address_of(f"{kind} {label}")) for label in labels]
        found.append((title, groups))
    return tuple((title, tuple(groups)) for title, groups in found if groups)


def _address(found: Audit, area: Area | None) -> str:
    if area is not None:
        return address_of(area)
    if found.kind == "nation":
        return "/audit/nation"
    if found.kind == "own group":
        return "/audit/own"
    return address_of(quote(found.subject) if "/" in found.subject else found.subject)


def _shown(aspect: Aspect, section: Section) -> Shown:
    """A section with its table as text; levers with all that is known of them, as each opens by itself."""
    table = aspect.shown() if aspect.name == "levers" else section.table
    if table is None:
        return Shown(aspect.name, section, (), (), False)
    rows = tuple(tuple(map(str, row)) for row in table.itertuples(index=False))
    return Shown(aspect.name, section, tuple(table.columns), rows, len(rows) > LONG)
