"""Nomis: figures of the Annual Population Survey, earnings, jobs and the census, from its programming interface."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from goodwork.errors import DuplicateObservation, Fault, SourceChanged, SourceUnavailable, raise_faults
from goodwork.model.observation import Status
from goodwork.sources.delimited import decode, find_delimiter
from goodwork.sources.nomis_query import GUEST_LIMIT, KEY_LIMIT, geography_type
from goodwork.sources.published import (
    Cells,
    accounted,
    cell_faults,
    contradictions,
    cut_short,
    days,
    figures,
    read_cells,
    refuse_page,
    spaced,
)
from goodwork.sources.reading import READER, Reading

if TYPE_CHECKING:
    import pandas as pd

Confidence = Literal["half-width", "cv"]

#: Nomis's code of a measure → what it gives and the labels it may have. ``20701`` is a half-width in the Annual
#: Population Survey and a coefficient of variation in the Annual Survey of Hours and Earnings.
MEASURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "20100": ("value", ("value",)),
    "20599": ("value", ("variable", "value")),
    "21001": ("numerator", ("numerator",)),
    "21002": ("denominator", ("denominator",)),
    "21003": ("half-width", ("confidence", "confidence interval")),
    "20701": ("confidence", ("confidence", "confidence interval", "conf %", "cv", "coefficient of variation")),
}
_SAYS = {"confidence interval": "half-width", "conf %": "cv", "cv": "cv", "coefficient of variation": "cv"}

#: Header → role; the other columns of date, area, measure and figure are known and not needed.
_ROLES = {
    "DATE": "date",
    "DATE_NAME": "span",
    "TIME_NAME": "span",
    "GEOGRAPHY": "number",
    "GEOGRAPHY_NAME": "area_name",
    "GEOGRAPHY_CODE": "area",
    "MEASURES": "measure",
    "MEASURES_NAME": "measure_name",
    "OBS_VALUE": "value",
    "OBS_STATUS": "marker",
    "OBS_STATUS_NAME": "marker_name",
    "OBS_CONF": "conf",
    "OBS_CONF_NAME": "conf_name",
    "RECORD_OFFSET": "offset",
    "RECORD_COUNT": "count",
    "URN": "urn",
}
_ASIDE = re.compile(r"(DATE|TIME|GEOGRAPHY|MEASURES)_(CODE|TYPE|TYPECODE|SORTORDER)|TIME")
_DIMENSION = re.compile(r"(?!(?:DATE|TIME|GEOGRAPHY|MEASURES|OBS|RECORD)(?:_|$))[A-Z][A-Z0-9_]*")
_OF_DIMENSION = re.compile(r"_(NAME|CODE|TYPE|TYPECODE|SORTORDER)$")

#: Words in Nomis's texts of a status, in this order, and what they say of a figure.
_WORDS = (
    ("normal value", Status.NORMAL),
    ("unreliable", Status.UNRELIABLE),
    ("disclosive", Status.CONFIDENTIAL),
    ("confidential", Status.CONFIDENTIAL),
    ("suppressed", Status.CONFIDENTIAL),
    ("less than 500", Status.LOW),
    ("missing", Status.NOT_AVAILABLE),
    ("not available", Status.NOT_AVAILABLE),
    ("provisional", Status.PROVISIONAL),
    ("revised", Status.REVISED),
    ("estimate", Status.ESTIMATED),
)
#: Texts that may be the last of a file without a last line end: they are known not to be the beginning of another.
_WHOLE_TEXTS = (
    "a",
    "q",
    "f",
    "normal value",
    "these figures are missing.",
    "these figures are suppressed as statistically unreliable",
    "free (free for publication)",
)


@READER.register("nomis-csv", source="Nomis API v01, ONS")
def read_nomis_csv(content: bytes, name: str, *, whole: bool = True, confidence: Confidence | None = None) -> Reading:
    r"""Every figure of an answer of Nomis as CSV, all columns or those that were selected.

    One row of the reading is one figure: its confidence (half-width, or coefficient of variation with
    ``value ± 1.96 × value × CV / 100``) becomes its 95 % interval, its numerator and denominator two more columns. A
    series is the labels of all dimensions other than date, area and measure. Measure 20701 means a half-width in one
    survey and a coefficient of variation in another, under the same label: ``confidence`` says which. Areas that stand
    twice, as unitary authorities do when districts and counties are asked for together, are read once.

    ``whole=False`` reads one page of several. Raises ``SourceUnavailable`` for a page or nothing in place of figures,
    ``SourceChanged`` for an answer that was cut (``RECORD_COUNT``, or exactly as many records as the limit), unknown
    columns, measures or statuses, ``DataError`` naming every cell, ``DuplicateObservation``. Handbook step 2.

    >>> read = read_nomis_csv(b'''DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,VARIABLE_NAME,MEASURES_NAME,OBS_VALUE
    ... Jan 2019-Dec 2019,Northby,T01000001,Rate ,Variable,70.0
    ... Jan 2019-Dec 2019,Northby,T01000001,Rate ,Confidence,2.5
    ... ''', "rates.csv")
    >>> read.rows[["series", "area", "last", "value", "lower", "upper"]].to_numpy().tolist()
    [['Rate', 'T01000001', '2019-12-31', 70.0, 67.5, 72.5]]
    """
    refuse_page(name, content)
    if content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
        raise SourceUnavailable(f"{name}: the answer is a message in place of figures", remedy="check what was asked")
    first = _first_line(name, content)
    header = [cell.strip() for cell in next(iter(csv.reader([first], delimiter=find_delimiter(first))), [])]
    cells = read_cells(name, content, _roles(name, header), ("value",), open_end=True)
    if not content.endswith((b"\n", b"\r", b"\n\0")):
        _check_last_cell(cells, header[-1])
    return _reading(cells, whole, confidence, "row {}")


@READER.register("nomis-json", source="Nomis API v01, ONS")
def read_nomis_json(content: bytes, name: str, *, whole: bool = True, confidence: Confidence | None = None) -> Reading:
    """Every figure of an answer of Nomis as JSON; as ``read_nomis_csv`` otherwise.

    ``header.truncated`` is a text; ``"true"`` raises ``SourceChanged`` (unless ``whole`` is false), as does anything
    that is not whole JSON.

    >>> said = b'{"header": {"truncated": "true"}, "obs": []}'
    >>> read_nomis_json(said, "rates.json")
    Traceback (most recent call last):
        ...
    goodwork.errors.SourceChanged: rates.json is not whole: Nomis says that it was truncated
    What to do: fetch it again
    """
    refuse_page(name, content)
    try:
        told = json.loads(content.decode("utf-8-sig"))
        truncated = str(told["header"]["truncated"]).lower()
        records = [_record(one) for one in told["obs"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise cut_short(name, "it is not an answer of Nomis in JSON, or it was cut") from None
    if whole and truncated != "false":
        raise cut_short(name, "Nomis says that it was truncated")
    if not records:
        raise SourceChanged(f"{name} holds no figures", remedy="check what was asked for")
    header = list(dict.fromkeys(column for record in records for column in record))
    return _reading(_cells(name, header, records), whole, confidence, "obs[{}]")


def _record(one: Mapping[str, Any]) -> dict[str, str]:
    """One observation under the headers of the CSV."""
    said: dict[str, str] = {}
    for key, part in one.items():
        column = {"time": "DATE"}.get(key.lower(), key.upper())
        value, label = part.get("value"), part.get("description")
        if column == "OBS_VALUE":
            said[column] = "" if value is None else repr(value) if isinstance(value, float) else str(value)
            continue
        said[column] = "" if value is None else str(value)
        said[f"{column}_NAME"] = "" if label is None else str(label)
        if "geogcode" in part:
            said[f"{column}_CODE"] = str(part["geogcode"])
    said["OBS_VALUE"]
    return said


def _cells(name: str, header: list[str], records: list[dict[str, str]]) -> Cells:
    import pandas as pd

    roles = {role: headers[0] for role, headers in _roles(name, header).items()}
    columns = {
        role: np.array([record.get(column, "").strip() for record in records], dtype=object)
        for role, column in roles.items()
    }
    return Cells(name, pd.DataFrame(columns), roles)


def _first_line(name: str, content: bytes) -> str:
    return (decode(name, content)[0].lstrip("\r\n").splitlines() or [""])[0]


def _roles(name: str, header: list[str]) -> dict[str, list[str]]:
    """Role → headers, for the columns that are there; dimensions by their label, by their code where they have none."""
    faults: list[Fault] = []
    dimensions: dict[str, None] = {}
    found: dict[str, list[str]] = {}
    for column in header:
        if column in _ROLES:
            found.setdefault(_ROLES[column], []).append(column)
        elif _ASIDE.fullmatch(column):
            found.setdefault(f"aside {column}", []).append(column)
        elif _DIMENSION.fullmatch(column):
            dimensions[_OF_DIMENSION.sub("", column)] = None
        else:
            faults.append(Fault("a column that is not known", file=name, row=1, column=column))
    for dimension in dimensions:
        label = next((one for one in (f"{dimension}_NAME", dimension, f"{dimension}_CODE") if one in header), None)
        for column in header:
            if _OF_DIMENSION.sub("", column) == dimension:
                found.setdefault(f"dimension {column}" if column == label else f"aside {column}", []).append(column)
    if "OBS_VALUE" not in header:
        faults.append(Fault("there is no column 'OBS_VALUE'", file=name, row=1))
    if not {"span", "date"} & set(found):
        faults.append(Fault("there is no column 'DATE_NAME'", file=name, row=1))
    if not {"area", "area_name", "number"} & set(found):
        faults.append(Fault("there is no column 'GEOGRAPHY_CODE'", file=name, row=1))
    if faults:
        raise SourceChanged(f"{name} does not have the columns of Nomis", faults=faults, remedy="look at the file")
    return {role: list(dict.fromkeys(columns)) for role, columns in found.items()}


def _check_last_cell(cells: Cells, header: str) -> None:
    """A file may lack its last line end (some saved ones do), but not the end of its last cell."""
    role = next(role for role, column in cells.headers.items() if column == header)
    column = cells.text(role)
    last = column.iloc[-1]
    known = (role == "count" and last == str(len(column))) or last.casefold() in _WHOLE_TEXTS
    if not (known or (last != "" and (column.iloc[:-1] == last).any())):
        raise cut_short(cells.name, f"its last line has no end after {last!r}")


def _reading(cells: Cells, whole: bool, confidence: Confidence | None, label: str) -> Reading:
    _check_number(cells, whole)
    faults: list[Fault] = []
    value, beside = figures(cells, "value", faults)
    status, note = _statuses(cells, np.isnan(value), beside, faults)
    records = _records(cells, faults).assign(
        value=value,
        status=status,
        note=note,
        part=_parts(cells, confidence),
        row=[label.format(i) for i in cells.frame.index],
    )
    raise_faults(faults, f"{cells.name} holds cells that cannot be read")
    records, twice = _once(cells.name, records)
    rows, alone = _together(records)
    raise_faults(contradictions(cells, rows), f"{cells.name} contradicts itself")
    left_out = {"the same area again": twice, "a measure without its figure": alone}
    notes = list(cells.notes)
    if not {"measure", "measure_name"} & set(cells.frame):
        notes.append(f"{cells.name}: there is no column of measures; every record was read as a figure")
    return accounted(rows, len(cells.frame), len(records) - alone, left_out, {}, notes, cells.name)


def _check_number(cells: Cells, whole: bool) -> None:
    """Whether all records are there that Nomis counted."""
    found = len(cells.frame)
    if "count" not in cells.frame:
        if whole and found in (GUEST_LIMIT, KEY_LIMIT):
            raise cut_short(cells.name, f"exactly {found:,} records, the most that Nomis gives at a time")
        return
    counts = sorted(set(cells.frame["count"]))
    offsets = cells.text("offset")
    if len(counts) > 1 or not counts[0].isdigit():
        raise cut_short(cells.name, f"its records disagree about their number: {counts[:5]}")
    if "offset" in cells.frame and offsets.duplicated().any():
        raise cut_short(cells.name, "a record stands twice")
    if whole and found != int(counts[0]):
        raise cut_short(cells.name, f"{found:,} of {int(counts[0]):,} records")


def _parts(cells: Cells, confidence: Confidence | None) -> Any:
    """What each record gives: value, half-width, cv, numerator or denominator."""
    codes, labels = cells.text("measure"), cells.text("measure_name").str.casefold()
    pairs = codes + "|" + labels
    shares = (codes == "20599").any() or (labels == "variable").any()
    parts, faults = {}, []
    for pair in pairs.unique():
        code, label = pair.split("|", 1)
        allowed = [part for of, (part, names) in MEASURES.items() if code in ("", of) and (label in names or not label)]
        part = allowed[0] if allowed and (code or label) else "value" if pair == "|" else ""
        if part in ("confidence", "half-width") and code != "21003":
            part = _SAYS.get(label) or confidence or ("half-width" if shares else "")
            if not part:
                faults.append(Fault(f"measure {label or code} may be a half-width or a coefficient of variation"))
        elif not part:
            faults.append(Fault(f"measure {code} {label!r} is not known"))
        parts[pair] = part
    if faults:
        raise SourceChanged(
            f"{cells.name} holds measures that cannot be told", faults=faults, remedy="say which with confidence="
        )
    return pairs.map(parts)


def _statuses(cells: Cells, empty: Any, beside: Any, faults: list[Fault]) -> tuple[Any, Any]:
    """Markers from Nomis's texts, or its letters where there are no texts, and the texts that say something."""
    texts = cells.text("marker_name").where(cells.text("marker_name") != "", cells.text("marker"))
    markers: dict[str, str] = {}
    for text in texts.unique():
        marker = next((status for words, status in _WORDS if words in text.casefold()), None)
        if marker is None and len(text) <= 1:
            marker = {"": Status.NORMAL, "A": Status.NORMAL, "Q": Status.CONFIDENTIAL}.get(text.upper())
        if marker is None:
            faults += cell_faults(cells, "marker_name", texts == text, "unknown status")
        markers[text] = Status.NORMAL.value if marker is None else marker.value
    status = texts.map(markers).to_numpy(dtype=object)
    status = np.where(status == "", beside.astype(object), status)
    status = np.where(empty & (status == ""), Status.NOT_AVAILABLE.value, status)
    said = texts.where(~texts.str.casefold().isin(["", "a", "q", "normal value"]), "")
    free = cells.text("conf_name").str.casefold().str.startswith("free") | cells.text("conf_name").eq("")
    closed = cells.text("conf_name").where(~free, "")
    return status, (said + closed.where((said == "") | (closed == ""), "; " + closed)).to_numpy(dtype=object)


def _records(cells: Cells, faults: list[Fault]) -> pd.DataFrame:
    """What each record is about: series, area and period."""
    import pandas as pd

    role = "span" if "span" in cells.frame else "date"
    if role == "date" and not cells.text("date").str.fullmatch(r"[0-9]{4}").all():
        raise SourceChanged(
            f"{cells.name} gives dates without their names, so that their length is not known",
            remedy="ask for DATE_NAME too",
        )
    first, last = days(cells, role, faults)
    dimensions = [column for column in cells.frame if column.startswith("dimension ")]
    series = pd.Series("", index=cells.frame.index, dtype=object)
    for dimension in dimensions:
        labels = cells.text(dimension)
        labels = labels.map({text: spaced(text) for text in labels.unique()})
        series = labels if dimension == dimensions[0] else series + " · " + labels
    number = cells.text("number")
    nowhere = (cells.text("area") == "") & (cells.text("area_name") == "") & (number == "")
    faults += cell_faults(cells, "area", nowhere, "no area")
    kinds = {text: _kind(text) for text in number.unique()}
    area_name = cells.text("area_name").where(cells.text("area_name") != "", number)
    rows = pd.DataFrame({"series": series, "area": cells.text("area"), "area_name": area_name, "number": number})
    rows = rows.assign(first=first, last=last, span=cells.text(role))
    return rows.assign(area_type=number.map(kinds)) if "number" in cells.frame else rows


def _kind(number: str) -> str:
    try:
        return str(geography_type(int(number))[0])
    except ValueError:
        return ""


_KEY = ["series", "place", "first", "last"]


def _once(name: str, records: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Each record once: the same area may stand under two of Nomis's numbers."""
    named = records["number"].where(records["number"] != "", records["area_name"])
    records = records.assign(place=records["area"].where(records["area"] != "", named))
    about = [*_KEY, "part", "value", "status"]
    repeated = records.duplicated(about)
    if (records["number"] != "").all():  # the same number twice is not another number of the same area
        repeated &= ~records.duplicated([*about, "number"])
    kept = records[~repeated]
    clash = kept[kept.duplicated([*_KEY, "part"], keep=False)]
    if len(clash):
        raise DuplicateObservation(
            f"{name} gives the same figure twice with different values",
            faults=[
                Fault(f"{one.series}, {one.place}, {one.span}: {one.value}", file=f"{name}, {one.row}")
                for one in clash.itertuples()
            ],
        )
    return kept, int(repeated.sum())


def _together(records: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """One row for each figure with what accompanies it, and how many records accompany nothing."""
    rows = records[records["part"] == "value"].set_index(_KEY, drop=False)
    alone = 0
    parts = {}
    for part, those in records[records["part"] != "value"].groupby("part"):
        those = those.set_index(_KEY)
        alone += int((~those.index.isin(rows.index)).sum())
        parts[part] = those.reindex(rows.index)
    width = np.full(len(rows), np.nan)
    for part in ("half-width", "cv"):
        if part in parts:
            said = parts[part]["value"].to_numpy(dtype=float)
            width = said if part == "half-width" else np.abs(1.96 * rows["value"].to_numpy() * said / 100)
            unreliable = (parts[part]["status"] == Status.UNRELIABLE.value).to_numpy() & (
                rows["status"] == ""
            ).to_numpy()
            rows = rows.assign(status=rows["status"].mask(unreliable, Status.UNRELIABLE.value))
    rows = rows.assign(lower=rows["value"] - width, upper=rows["value"] + width)
    for part in ("numerator", "denominator"):
        if part in parts:
            rows[part] = parts[part]["value"].to_numpy(dtype=float)
    return rows.drop(columns=["place", "number", "part"]).set_axis(records.index[records["part"] == "value"]), alone
