"""Which column of a person's file means what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from goodwork.errors import Fault, raise_faults
from goodwork.model.area import nearest
from goodwork.model.indicator import Catalogue
from goodwork.sources.tables import RawTable

#: Other headers under which people file a column, without case, spaces, underscores and points.
ALIASES: dict[str, tuple[str, ...]] = {
    "indicator": ("indicatorid", "indicatorcode", "variable"),
    "area": ("areacode", "code", "areacd", "gsscode", "geographycode", "geogcode", "geocode", "areaid"),
    "area_name": ("name", "areanm", "geographyname", "geogname", "place"),
    "period": ("year", "time", "date", "timeperiod"),
    "value": ("observation", "obsvalue", "figure"),
    "lower": ("lci95", "lci", "lowerci", "lower95", "lowerci95", "lowerci950limit", "lowerbound", "lowerlimit"),
    "upper": ("uci95", "uci", "upperci", "upper95", "upperci95", "upperci950limit", "upperbound", "upperlimit"),
    "error": ("standarderror", "stderr", "stderror", "se"),
    "cv": ("coefficientofvariation", "cvpercent"),
    "sample": ("samplesize", "unweightedbase", "n"),
    "status": ("marker", "obsstatus", "flag"),
    "span": (),
    "basis": (),
    "source": (),
}
#: ``lad23cd`` and ``lad23nm``: how the Office for National Statistics heads the codes and names of a vintage.
_VINTAGE = re.compile(r"[a-z]{3,6}[0-9]{2}(cd|nm)")


@dataclass(frozen=True)
class Layout:
    """The header of the file for each role (``"area"``; ``"value:<indicator>"`` in a wide file).

    ``indicators`` are those with a column of their own (none in long form), ``sole`` the one a long file without an
    indicator column is about.
    """

    headers: dict[str, str]
    indicators: tuple[str, ...] = ()
    sole: str = ""
    notes: tuple[str, ...] = ()

    def header(self, role: str, indicator: str) -> str:
        """The header under which a figure of an indicator stands."""
        return self.headers.get(f"{role}:{indicator}") or self.headers.get(role, role)


def plain_header(text: str) -> str:
    """A header without case, spaces and punctuation.

    >>> plain_header("Area_Code "), plain_header("Lower CI 95.0 limit")
    ('areacode', 'lowerci950limit')
    """
    return re.sub(r"[\W_]+", "", text.casefold())


def lay_out(raw: RawTable, catalogue: Catalogue, names_may_be_codes: bool) -> Layout:
    """What each column of a table means; ``DataError`` when one that is needed is absent or stands twice.

    ``names_may_be_codes`` lets the names of areas serve as their codes when there is no column of codes.
    """
    roles = {alias: role for role, aliases in ALIASES.items() for alias in (plain_header(role), *aliases)}
    own = _indicator_columns(catalogue)
    headers: dict[str, str] = {}
    unused: list[str] = []
    faults: list[Fault] = []
    for header in _codes_first(list(raw.frame.columns)):
        plain = plain_header(header)
        role = roles.get(plain) or _vintage_role(plain)
        if plain == "area" and "area" in headers and "area_name" not in headers:
            role = "area_name"
        role = role or own.get(plain)
        if role is None:
            unused.append(header)
        elif role in headers:
            faults.append(
                Fault(
                    f"columns {headers[role]!r} and {header!r} both mean {role.replace(':', ' of ')}",
                    file=raw.name,
                    row=1,
                    column=header,
                    remedy="rename or delete one of them",
                )
            )
        else:
            headers[role] = header
    faults += _absent(raw, headers, unused, catalogue)
    raise_faults(faults, f"the columns of {raw.name} are wrong")
    if "area" not in headers:
        headers["area"] = headers["area_name"] if names_may_be_codes else headers.pop("area_name")
    notes = [_unused_note(raw.name, header, [*ALIASES, *catalogue.by_id]) for header in unused]
    long = "value" in headers
    indicators = () if long else tuple(role.split(":")[1] for role in headers if role.startswith("value:"))
    if long:
        ignored = [header for role, header in headers.items() if ":" in role]
        notes += [f"{raw.name}: column {header!r} is not used: there is a column of values" for header in ignored]
    sole = ""
    if long and "indicator" not in headers:
        sole = catalogue.indicator[0].id
        notes.append(f"{raw.name}: there is no column of indicators; all figures were read as {sole}")
    return Layout(headers, indicators, sole, tuple(notes))


def _indicator_columns(catalogue: Catalogue) -> dict[str, str]:
    """Plain header → role, for a column of an indicator's values, bounds, precision or markers; ids overrule names."""
    found: dict[str, str] = {}
    names = [(i.id, name) for i in catalogue.indicator for name in (i.name, i.short) if name]
    for indicator, name in [*names, *((i.id, i.id) for i in catalogue.indicator)]:
        found[plain_header(name)] = f"value:{indicator}"
        for role in ("lower", "upper", "error", "cv", "sample", "status"):
            for suffix in (role, *ALIASES[role]):
                found[plain_header(name) + suffix] = f"{role}:{indicator}"
    return found


def _codes_first(headers: list[str]) -> list[str]:
    """A column called ``area`` last: beside a column of codes it holds names."""
    return sorted(headers, key=lambda header: plain_header(header) == "area")


def _vintage_role(plain: str) -> str | None:
    match = _VINTAGE.fullmatch(plain)
    return None if match is None else {"cd": "area", "nm": "area_name"}[match.group(1)]


def _absent(raw: RawTable, headers: dict[str, str], unused: list[str], catalogue: Catalogue) -> list[Fault]:
    faults = []
    wide = any(role.startswith("value:") for role in headers)
    if "area" not in headers and "area_name" not in headers:
        faults.append(_missing(raw, "area", "with the code of each area", unused))
    if "value" not in headers and not wide:
        ids = ", ".join(list(catalogue.by_id)[:5])
        faults.append(_missing(raw, "value", f"or one column for each indicator ({ids} …)", unused))
    if "value" in headers and "indicator" not in headers and len(catalogue.indicator) > 1:
        faults.append(_missing(raw, "indicator", "with the id of the indicator", unused))
    return faults


def _missing(raw: RawTable, role: str, more: str, unused: list[str]) -> Fault:
    offers = nearest(role, unused)
    hint = f"rename {offers[0]!r} if it is that column" if offers else f"add a column {role!r} {more}"
    return Fault(f"there is no column {role!r}", file=raw.name, row=1, column=role, remedy=hint)


def _unused_note(name: str, header: str, known: list[str]) -> str:
    offers = nearest(header, known, 1)
    hint = f" (did you mean {offers[0]!r}?)" if offers else ""
    return f"{name}: column {header!r} is not used{hint}"
