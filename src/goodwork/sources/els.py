"""Explore Local Statistics: the tidy files in which the Office for National Statistics publishes local indicators."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.errors import Fault, SourceChanged, raise_faults
from goodwork.model.observation import Status
from goodwork.sources.published import (
    Cells,
    accounted,
    cell_faults,
    contradictions,
    days,
    figures,
    once,
    read_cells,
    refuse_page,
)
from goodwork.sources.reading import READER, Reading

if TYPE_CHECKING:
    import pandas as pd

#: Role → the headers under which it has been published since 2023.
ROLES: dict[str, tuple[str, ...]] = {
    "area": ("areacd",),
    "area_name": ("areanm",),
    "level": ("geography",),
    "series": ("indicator",),
    "span": ("period",),
    "value": ("observation",),
    "measure": ("measure",),
    "unit": ("unit",),
    "lower": ("lci_95", "lower_confidence_interval_95"),
    "upper": ("uci_95", "upper_confidence_interval_95"),
    "status": ("status", "observation_status"),
    "note": ("notes",),
}
COUNTS = {"numerator": ("numerator",), "denominator": ("denominator",)}

_UNRELIABLE = r"^estimate and confidence interval unreliable"
_COMBINED = r"^value for .+ combined$"


@READER.register("els-csv", source="ONS, Explore Local Statistics data (github.com/ONSdigital), 2023–2026")
def read_els(content: bytes, name: str, *, metadata: bytes | None = None) -> Reading:
    r"""Every figure of one Explore Local Statistics file, with its 95 % interval, marker and note.

    A series is an indicator; where an indicator comes in several measures, ``indicator (measure)``. ``metadata`` is the
    JSON file beside it: what it says goes into the facts. An empty figure without a marker is not available (``x``);
    a figure that the note calls unreliable is marked ``u``; text such as "Value for Cornwall and Isles of Scilly
    combined" in the column of markers is a note. The area code ``na`` is none. Files of 2024 with counts have two more
    columns of rows, ``numerator`` and ``denominator``. "Replaced by" notes are kept as words and never acted upon: one
    of them is wrong.

    Raises ``SourceUnavailable`` for a page or nothing in place of figures, ``SourceChanged`` for columns that are gone
    or a file that was cut, ``DataError`` naming every cell that cannot be read, ``DuplicateObservation`` for a figure
    given twice with different values. Handbook step 2.

    >>> read = read_els(b'''areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes
    ... T01000001,Northby,District,Jobs,2019-01-01/P1Y,73.60000000000001,Percentage,%,70.1,77.1,,
    ... T01000002,Southby,District,Jobs,2019-01-01/P1Y,,Percentage,%,,,c,Too few people
    ... ''', "jobs.csv")
    >>> read.rows[["area", "last", "value", "lower", "status", "row"]].to_numpy().tolist()
    [['T01000001', '2019-12-31', 73.6, 70.1, '', 'row 2'], ['T01000002', '2019-12-31', nan, nan, 'c', 'row 3']]
    """
    cells = read_cells(name, content, _roles(content), ("area", "span", "value"))
    faults: list[Fault] = []
    rows = _rows(cells, faults)
    faults += contradictions(cells, rows)
    raise_faults(faults, f"{name} holds cells that cannot be read")
    facts = _units(cells, rows["series"])
    rows, repeats = once(name, rows)
    notes = list(cells.notes)
    if metadata is not None:
        facts |= els_facts(metadata, name)
    left_out = {"the same row again": repeats}
    return accounted(rows, len(cells.frame), len(rows), left_out, facts, notes, name)


def els_facts(metadata: bytes, name: str) -> dict[str, str]:
    """What the JSON file beside an Explore Local Statistics file says of it.

    ``title``, ``subtitle``, ``description``, ``source``, ``url``, ``released`` (ISO dates), ``designation``, ``unit``
    and ``caveats``; for a file of several indicators ``Indicator: title`` and so on, what they share without a name.
    Several sources are separated by ``; ``. What is empty is left out. Raises ``SourceChanged`` when it is not such a
    file, ``SourceUnavailable`` for a page in its place.

    >>> els_facts(b'{"ess-beta-metadata": {"label": "Jobs", "sourceDate": "23/10/2025", "caveats": null}}', "jobs.json")
    {'title': 'Jobs', 'released': '2025-10-23'}
    """
    refuse_page(name, metadata)
    try:
        told = json.loads(metadata.decode("utf-8-sig"))
        about = told["ess-beta-metadata"]
        changed = told.get("_note")
        found = dict(_facts(about))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceChanged(
            f"the facts of {name} are not in the shape that is known", remedy="look at its JSON file"
        ) from None
    return found | ({"changed": str(changed)} if changed else {})


_NAMES = {
    "label": "title",
    "subtitle": "subtitle",
    "longDescription": "description",
    "sourceOrg": "source",
    "sourceURL": "url",
    "sourceDate": "released",
    "licence": "licence",
    "license": "licence",
    "caveats": "caveats",
    "subText": "unit",
}


def _facts(about: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, told in about.items():
        if isinstance(told, Mapping):
            prefix = "" if key == "shared" else f"{key}: "
            yield from ((prefix + fact, text) for fact, text in _facts(told))
        elif key in _NAMES and told not in (None, ""):
            parts = [part.strip() for part in str(told).split("|")] if key.startswith("source") else [str(told)]
            yield (
                _NAMES[key],
                "; ".join(dict.fromkeys(re.sub(r"^(\d\d)/(\d\d)/(\d{4})$", r"\3-\2-\1", p) for p in parts)),
            )
        elif key == "experimentalStatistic":
            yield "designation", "official statistics in development" if told == "T" else "official statistics"


def _roles(content: bytes) -> dict[str, tuple[str, ...]]:
    header = content.split(b"\n", 1)[0].lower()
    return ROLES | {role: names for role, names in COUNTS.items() if role.encode() in header}


def _rows(cells: Cells, faults: list[Fault]) -> pd.DataFrame:
    import pandas as pd

    value, beside = figures(cells, "value", faults)
    first, last = days(cells, "span", faults)
    note = cells.text("note").to_numpy(dtype=object)
    status, note = _markers(cells, np.isnan(value), beside, note, faults)
    area = cells.text("area")
    nowhere = (area == "") & (cells.text("area_name") == "")
    faults += cell_faults(cells, "area", nowhere, "no area")
    rows = {
        "series": _series(cells),
        "area": area.where(area.str.lower() != "na", ""),
        "area_name": cells.text("area_name"),
        "first": first,
        "last": last,
        "span": cells.text("span"),
        "value": value,
        "lower": figures(cells, "lower", faults)[0],
        "upper": figures(cells, "upper", faults)[0],
        "status": status,
        "note": note,
        "row": [f"row {number}" for number in cells.frame.index],
    }
    rows |= {role: figures(cells, role, faults)[0] for role in COUNTS if role in cells.frame}
    return pd.DataFrame(rows, index=cells.frame.index)


def _markers(cells: Cells, empty: Any, beside: Any, note: Any, faults: list[Fault]) -> tuple[Any, Any]:
    """Markers, and notes to which the words found among the markers were added."""
    status = cells.text("status").to_numpy(dtype=object)
    for text in set(status):
        here = status == text
        if re.match(_COMBINED, text.lower()):
            note = np.where(here & (note != ""), note + "; " + text, np.where(here, text, note))
            status = np.where(here, "", status)
            continue
        try:
            status = np.where(here, Status.from_text(text).value, status)
        except ValueError:
            faults += cell_faults(cells, "status", here, "unknown marker")
    status = np.where(status == "", beside.astype(object), status)
    status = np.where(empty & (status == ""), Status.NOT_AVAILABLE.value, status)
    doubtful = {text for text in set(note) if re.match(_UNRELIABLE, text.lower())}
    said = np.array([text in doubtful for text in note], dtype=bool)
    return np.where((status == "") & said, Status.UNRELIABLE.value, status), note


def _series(cells: Cells) -> Any:
    """The indicator; its measure too where it has several; the name of a file that names no indicator."""
    if "series" not in cells.frame:
        return re.sub(r"\.[a-z]+$", "", cells.name)
    series, measure = cells.text("series"), cells.text("measure")
    several = measure.groupby(series).transform("nunique") > 1
    return series.where(~several, series + " (" + measure + ")")


def _units(cells: Cells, series: pd.Series) -> dict[str, str]:
    pairs = cells.text("unit").groupby(series.to_numpy()).unique()
    units = {indicator: "; ".join(filter(None, found)) for indicator, found in pairs.items()}
    return {f"{indicator}: unit" if len(units) > 1 else "unit": unit for indicator, unit in units.items() if unit}
