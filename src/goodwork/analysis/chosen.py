"""What a person means by a name: one area, or a group of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from goodwork.analysis.evidence import Evidence
from goodwork.analysis.wording import the
from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.model.area import Area, nearest, plain_name
from goodwork.model.groups import Groups

#: Names for all areas of the set at once.
WHOLE = ("nation", "national", "country", "all")


@dataclass(frozen=True)
class Chosen:
    """A group of areas: what kind it is, its ``title`` as a sentence names it, the codes of its members in the set, and
    a ``note`` on how they were chosen, with who is left out."""

    kind: str
    title: str
    codes: tuple[str, ...]
    note: str = ""

    @property
    def called(self) -> str:
        """The title with its article, if it has one, as it stands within a sentence."""
        return the(self.title)


def chosen(evidence: Evidence, asked: str, groups: Sequence[Groups] = ()) -> Area | Chosen:
    """The area, or the group, that is meant: an area by name or code; ``nation`` for all areas of the set; a combined
    authority or another declared group; a region or country; ``community A`` or ``compact 3`` of the edition; another
    name of an area, with its small typos. Raises ``NotFound`` with the nearest names of areas and groups.
    """
    wanted, known = plain_name(asked), {area.code: area for area in evidence.areas}
    said = asked.strip().casefold()
    for area in evidence.areas:
        if said in {name.casefold() for name in (area.code, area.name, *area.aliases)}:
            return area
    if wanted in WHOLE:
        return Chosen("nation", evidence.area_set.title, tuple(known), evidence.area_set.why)
    for declared in groups:
        if (group := declared.named(asked)) is not None:
            since = f", since {group.since}" if group.since else ""
            return _group(
                evidence, declared.kind, group.name, group.members, f"{group.source}{since}. {group.note}".strip()
            )
    for area in evidence.geography.areas:
        if area.level != evidence.geography.level and wanted in {
            plain_name(n) for n in (area.name, *area.aliases, area.code)
        }:
            inside = [a.code for a in evidence.areas if area.code in a.parents.values()]
            return _group(evidence, area.level, area.name, inside, "")
    for question, column, kind in (("communities", "community", "community"), ("compacts_areas", "compact", "compact")):
        if match := re.fullmatch(rf"{kind} (\w+)", wanted):
            return _of_edition(evidence, question, column, kind, match[1].upper())
    try:
        return evidence.geography.find(asked, among={a.code for a in evidence.geography.at(evidence.geography.level)})
    except NotFound as missing:
        names = [g.name for d in groups for g in d.group] + [a.name for a in evidence.geography.areas]
        raise NotFound(
            "area or group", asked, nearest(asked, names, 5) or missing.nearest,
            remedy="name an area, a region, a combined authority, community A, compact 1 or nation; or areas: --areas",
        ) from None  # fmt: skip


def listed(evidence: Evidence, names: Sequence[str], title: str = "") -> Chosen:
    """A group of one's own: some areas by name or code, each once; raises ``NotFound`` for a name that is none, and for
    an empty list."""
    codes = [evidence.geography.find(n, among={a.code for a in evidence.areas}).code for n in names if n.strip()]
    codes = list(dict.fromkeys(codes))
    return _group(evidence, "own group", title or tr("your group of areas"), codes, "")


def _group(evidence: Evidence, kind: str, title: str, members: Sequence[str], note: str) -> Chosen:
    inside = {area.code for area in evidence.areas}
    codes = tuple(code for code in members if code in inside)
    out = [evidence.names.get(code, code) for code in members if code not in inside]
    if not codes:
        raise NotFound(
            f"area in the set {evidence.area_set.name!r}",
            title,
            [],
            remedy="the group is empty here: choose another --area-set",
        )
    left = tr(" Outside the set of areas, and left out: {names}.").format(names=", ".join(out)) if out else ""
    return Chosen(kind, title, codes, f"{note}{left}".strip())


def _of_edition(evidence: Evidence, question: str, column: str, kind: str, label: str) -> Chosen:
    """A community by its letter or a compact by its number."""
    rows = evidence.asked(question)
    rows = rows[rows["period"] == evidence.period] if len(rows) else rows
    labels = rows[column].astype(str).str.upper() if len(rows) else []
    mine = list(rows.loc[labels == label, "area"]) if len(rows) else []
    if not mine or label == "0":
        known = sorted({str(x) for x in rows[column]} - {"0"}) if len(rows) else []
        raise NotFound(
            kind, label, known[:8], remedy=f"choose one of the edition’s: goodwork {kind.replace('y', 'ies')}"
        )
    return _group(evidence, kind, f"{kind} {label}", mine, tr("Found by the figures, not by location."))
