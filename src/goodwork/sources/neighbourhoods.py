"""Events by neighbourhood (middle layer super output area) and month, added up to the districts they are called by."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from goodwork.errors import DeclarationError, Fault, SourceChanged, raise_faults
from goodwork.sources.answers import changed
from goodwork.sources.grids import Areas, read_sheets, table_of_areas
from goodwork.sources.numbers import parse_numbers
from goodwork.sources.ons_tables import NO_CODE, NOT_ASKED
from goodwork.sources.periods import read_span
from goodwork.sources.published import accounted
from goodwork.sources.reading import READER, Reading

#: A neighbourhood is called by its district in 2011 and a number of three digits.
_NAMED = re.compile(r"(.+) [0-9]{3}")
_MONTH = re.compile(rf"({'|'.join(month_name[1:])}) 20[0-9]{{2}}")
_CODE = re.compile(r"[EW]02[0-9]{6}")


@READER.register(
    "ons-neighbourhoods",
    formula="events of all neighbourhoods of a district, from the first to the last month of each series",
    source="Office for National Statistics, deaths due to COVID-19 by neighbourhood",
    gaps="a month that is missing in any neighbourhood makes the whole missing",
)
def read_neighbourhoods(
    content: bytes,
    name: str,
    *,
    windows: Mapping[str, Sequence[str]],
    neighbourhoods: int | None = None,
    total: str = "",
    open_end: bool = False,
) -> Reading:
    """Events by district and window of months, from a table of neighbourhoods by month.

    ``neighbourhoods`` is how many there are: a row that is lost would make a sum too low without a word. ``windows``
    gives each series its first and its last month, as the columns are headed; ``total`` is the heading of the sum over
    all months, which each row must equal. An area has the name of its district and no code: who takes the figures
    declares the codes. A figure stands where its rows do ("rows 7–33"). ``records`` are the cells of the table; columns
    that no window needs are left out.

    Raises ``SourceChanged`` when there are more or fewer neighbourhoods, a month is absent, a neighbourhood has no name
    of that kind or stands twice, its months do not add up to its total; ``DataError`` naming every cell that is no
    whole number of events.

    >>> text = (b"areacd,areanm,March 2020,April 2020,All\\n"
    ...         b"E02000001,York 001,1,2,3\\nE02000002,York 002,0,4,4\\n")
    >>> read = read_neighbourhoods(text, "d.csv", windows={"Deaths": ["March 2020", "April 2020"]}, total="All")
    >>> read.rows[["series", "area_name", "first", "last", "value", "row"]].values.tolist()
    [['Deaths', 'York', '2020-03-01', '2020-04-30', 7.0, 'rows 2–3']]
    """
    (sheet,) = read_sheets(name, content, None, open_end)[:1]
    found = table_of_areas(sheet, lambda text: bool(_CODE.fullmatch(text)))
    if neighbourhoods is not None and len(found.table.rows) != neighbourhoods:
        what = f"{len(found.table.rows):,} neighbourhoods in place of {neighbourhoods:,}"
        raise changed(name, what, "fetch it again: rows were lost")
    months = {label: at for at, label in found.labels.items() if _MONTH.fullmatch(label)}
    months = dict(sorted(months.items(), key=lambda month: read_span(month[0]).first))
    if gone := [month for ends in windows.values() for month in ends if month not in months]:
        raise changed(name, f"there is no column {gone[0]!r}", "look at the file", 1)
    districts = _districts(name, found)
    events = _events(name, found, list(months.values()))
    if total:
        _check_total(name, found, events, total)
    labels = list(months)
    parts, used = [], set()
    numbers = pd.Series([sheet.numbers[row] for row in found.table.rows])
    for series, ends in windows.items():
        window = labels[labels.index(ends[0]) : labels.index(ends[-1]) + 1]
        if not window:
            raise DeclarationError(f"{series}: its last month comes before its first", remedy="turn them round")
        used.update(window)
        whole = events[:, [labels.index(month) for month in window]].sum(axis=1)
        by = pd.DataFrame({"value": whole, "row": numbers}).groupby(districts, sort=True)
        parts.append(
            pd.DataFrame(
                {
                    "series": series,
                    "area": "",
                    "first": read_span(window[0]).first.isoformat(),
                    "last": read_span(window[-1]).last.isoformat(),
                    "span": f"{window[0]} to {window[-1]}",
                    "value": by["value"].sum(),
                    "lower": np.nan,
                    "upper": np.nan,
                    "status": "",
                    "note": "",
                    "row": [_told(rows) for _, rows in by["row"]],
                }
            ).rename_axis("area_name").reset_index()
        )  # fmt: skip
    size = len(found.table.rows)
    left_out = {NO_CODE: len(found.others), NOT_ASKED: size * (len(found.labels) - len(used))}
    records = size * len(found.labels) + len(found.others)
    return accounted(pd.concat(parts, ignore_index=True), records, size * len(used), left_out, {}, (), name)


def _districts(name: str, found: Areas) -> list[str]:
    codes = found.table.column(found.codes)
    told = [_NAMED.fullmatch(text) for text in found.table.column(found.names)] if found.names >= 0 else [None]
    if len(set(codes)) < len(codes) or not all(told):
        raise changed(name, "its neighbourhoods are not named after districts, or stand twice", "look at the file")
    return [match[1] for match in told if match]


def _events(name: str, found: Areas, columns: list[int]) -> np.ndarray:
    """Whole numbers of events, (neighbourhoods, months)."""
    faults: list[Fault] = []
    events = []
    for at in columns:
        cells = pd.Series(found.table.column(at))
        read = parse_numbers(cells, ".")
        wrong = read.bad | ~np.isfinite(read.value) | (read.value < 0) | (np.nan_to_num(read.value) % 1 != 0)
        faults += [
            Fault(f"{cells[i]!r} is no number of events", file=f"{name}, {found.table.places(at)[i]}")
            for i in np.flatnonzero(wrong)
        ]
        events.append(read.value)
    raise_faults(faults, f"{name} holds cells that cannot be read")
    return np.stack(events, axis=1)


def _check_total(name: str, found: Areas, events: np.ndarray, total: str) -> None:
    at = next((at for at, label in found.labels.items() if label == total), None)
    if at is None:
        raise changed(name, f"there is no column {total!r}", "look at the file", 1)
    said = parse_numbers(pd.Series(found.table.column(at)), ".").value
    places = found.table.places(at)
    faults = [
        Fault(f"the months add up to {events[i].sum():g}, the total is {said[i]:g}", file=f"{name}, {places[i]}")
        for i in np.flatnonzero(events.sum(axis=1) != said)
    ]
    if faults:
        raise SourceChanged(f"{name} contradicts itself", faults=faults, remedy="fetch it again")


def _told(rows: pd.Series) -> str:
    """The rows of a district: the first and the last where they stand together, else how many there are between."""
    first, last = int(rows.min()), int(rows.max())
    among = "" if last - first + 1 == len(rows) else f", {len(rows)} of them"
    return f"rows {first}–{last}{among}"
