"""Fingertips: the public health profiles of the Office for Health Improvement and Disparities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.errors import Fault, SourceChanged, raise_faults
from goodwork.model.observation import Status
from goodwork.sources.columns import plain_header
from goodwork.sources.delimited import decode
from goodwork.sources.periods import YearKind
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
    spaced,
)
from goodwork.sources.reading import READER, Reading

if TYPE_CHECKING:
    import pandas as pd

ROLES: dict[str, tuple[str, ...]] = {
    "indicator": ("Indicator ID",),
    "indicator_name": ("Indicator Name",),
    "parent": ("Parent Code",),
    "parent_name": ("Parent Name",),
    "area": ("Area Code",),
    "area_name": ("Area Name",),
    "area_type": ("Area Type",),
    "sex": ("Sex",),
    "age": ("Age",),
    "category_type": ("Category Type",),
    "category": ("Category",),
    "span": ("Time period",),
    "value": ("Value",),
    "lower": ("Lower CI 95.0 limit",),
    "upper": ("Upper CI 95.0 limit",),
    "lower_998": ("Lower CI 99.8 limit",),
    "upper_998": ("Upper CI 99.8 limit",),
    "count": ("Count",),
    "denominator": ("Denominator",),
    "note": ("Value note",),
    "trend": ("Recent Trend",),
    "against_england": ("Compared to England value or percentiles",),
    "sortable": ("Time period Sortable",),
    "new": ("New data",),
    "goal": ("Compared to goal",),
}
#: Added by the publisher later: older files have 26 columns without it.
_RANGE = {"range": ("Time period range",)}
#: The header of the comparison with the parent area changes with what was asked for.
_AGAINST_PARENT = re.compile(r"compared to (?!england value|goal).+|compared to percentiles", re.IGNORECASE)

_INHERITED = re.compile(r"value for .+ applied to .+", re.IGNORECASE)
#: Words of a value note → marker, for a figure that is there and for one that is not.
_WITH_VALUE = ((_INHERITED, Status.ESTIMATED), (re.compile(r"data quality issue", re.IGNORECASE), Status.UNRELIABLE))
_WITHOUT_VALUE = ((re.compile(r"suppress|disclos|small number|confidential", re.IGNORECASE), Status.CONFIDENTIAL),)


@READER.register("fingertips-csv", source="OHID, Fingertips (fingertips.phe.org.uk), api/all_data/csv")
def read_fingertips(content: bytes, name: str, *, year: YearKind = "financial") -> Reading:
    r"""Every figure of areas in a Fingertips file of 26 or 27 columns, with its 95 % interval, marker and note.

    A series is ``id name · sex · age``. Records with a category type are sub-groups within an area and are left out,
    counted by their type; England and the regions stand once for each parent and are read once. The value note is kept;
    a figure inherited from a former area ("Value for … applied to …") is marked ``e``, one with a data quality issue
    ``u``, one that is suppressed ``c``, another that is not there ``x``. ``2016 - 18`` is three calendar years,
    ``2019/20`` a financial year unless ``year`` says academic. ``denominator`` is one more column of rows.

    Raises ``SourceUnavailable`` for a page or nothing in place of figures, ``SourceChanged`` for other columns or a
    file that was cut, ``DataError`` naming every cell, ``DuplicateObservation``. Handbook step 2.

    >>> cells = {"Indicator ID": "1", "Indicator Name": "Jobs", "Area Code": "T01000001", "Sex": "Persons",
    ...          "Age": "16+ yrs", "Time period": "2016 - 18", "Value": "61.5", "Lower CI 95.0 limit": "60.1",
    ...          "Upper CI 95.0 limit": "62.9", "Value note": "Value for Oldshire applied to Northby"}
    >>> headers = [*(header for headers in ROLES.values() for header in headers), "Compared to Region value"]
    >>> record = ",".join(cells.get(header, "") for header in headers)
    >>> read = read_fingertips(f"{','.join(headers)}\n{record}\n".encode(), "jobs.csv")
    >>> read.rows[["series", "first", "last", "value", "status"]].to_numpy().tolist()
    [['1 Jobs · Persons · 16+ yrs', '2016-01-01', '2018-12-31', 61.5, 'e']]
    """
    refuse_page(name, content)
    cells = read_cells(name, content, _roles(name, content), tuple(ROLES))
    group = cells.text("category_type").where(cells.text("category_type") != "", cells.text("category"))
    whole = (group == "").to_numpy()
    left_out = {f"sub-group: {kind}": int(count) for kind, count in group[~whole].value_counts().items()}
    if not whole.any():
        raise SourceChanged(f"{name} holds sub-groups only", remedy="ask for the areas too")
    areas = Cells(cells.name, cells.frame[whole], cells.headers, cells.notes)
    faults: list[Fault] = []
    rows = _rows(areas, year, faults)
    faults += contradictions(areas, rows)
    raise_faults(faults, f"{name} holds cells that cannot be read")
    rows, repeats = once(name, rows)
    left_out["the same area under another parent"] = repeats
    return accounted(rows, len(cells.frame), len(rows), left_out, {}, cells.notes, name)


def _roles(name: str, content: bytes) -> dict[str, tuple[str, ...]]:
    """The known columns, with the header that the comparison with the parent has this time."""
    first = (decode(name, content)[0].lstrip("\r\n").splitlines() or [""])[0]
    headers = [cell.strip().strip('"') for cell in first.split(",")]
    known = {plain_header(spelling) for spellings in ROLES.values() for spelling in spellings}
    parents = [header for header in headers if _AGAINST_PARENT.fullmatch(header) and plain_header(header) not in known]
    roles = ROLES | ({"against_parent": tuple(parents)} if parents else {})
    return roles | (_RANGE if any(plain_header(header) == "timeperiodrange" for header in headers) else {})


def _rows(cells: Cells, year: YearKind, faults: list[Fault]) -> pd.DataFrame:
    import pandas as pd

    value, beside = figures(cells, "value", faults)
    first, last = days(cells, "span", faults, year=year)
    note = cells.text("note")
    for role in ("area", "indicator"):
        faults += cell_faults(cells, role, cells.text(role) == "", f"no {role}")
    label = cells.text("indicator") + " " + cells.text("indicator_name")
    for role in ("sex", "age"):
        label = label + (" · " + cells.text(role)).where(cells.text(role) != "", "")
    return pd.DataFrame(
        {
            "series": label.map({text: spaced(text) for text in label.unique()}),
            "area": cells.text("area"),
            "area_name": cells.text("area_name"),
            "first": first,
            "last": last,
            "span": cells.text("span"),
            "value": value,
            "lower": figures(cells, "lower", faults)[0],
            "upper": figures(cells, "upper", faults)[0],
            "status": _markers(np.isnan(value), beside, note),
            "note": note,
            "row": [f"row {number}" for number in cells.frame.index],
            "denominator": figures(cells, "denominator", faults)[0],
        },
        index=cells.frame.index,
    )


def _markers(empty: Any, beside: Any, note: pd.Series) -> Any:
    """A marker for each figure, from its cell or its note; one that is not there is at least not available."""
    told = {text: _marker(text, _WITH_VALUE) for text in note.unique()}
    instead = {text: _marker(text, _WITHOUT_VALUE) for text in note.unique()}
    status = np.where(empty, note.map(instead).to_numpy(dtype=object), note.map(told).to_numpy(dtype=object))
    status = np.where(beside != "", beside.astype(object), status)
    return np.where(empty & (status == ""), Status.NOT_AVAILABLE.value, status)


def _marker(text: str, rules: tuple[tuple[re.Pattern[str], Status], ...]) -> str:
    return next((status.value for words, status in rules if words.search(text)), "")
