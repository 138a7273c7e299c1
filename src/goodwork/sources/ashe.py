"""Earnings by area: tables of the Annual Survey of Hours and Earnings and their companions of quality."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from goodwork.errors import Fault, SourceChanged
from goodwork.sources.answers import changed
from goodwork.sources.grids import Areas, read_sheets, table_of_areas
from goodwork.sources.numbers import parse_numbers
from goodwork.sources.ons_tables import NO_CODE, NOT_ASKED, choose, year_of
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tidy import Manner, tidy

#: The survey's own markers: above 20 % of variation, disclosive, not applicable, nil or negligible.
MARKS = {"x": "x", "..": "c", ":": "z", "-": "low"}
#: Half the width of a 95 % interval, in standard errors.
Z95 = 1.96


@READER.register(
    "ashe",
    formula="value ± 1.96 × CV/100 × value, from the companion table of coefficients of variation",
    source="Office for National Statistics, Annual Survey of Hours and Earnings",
    gaps="'x' (CV above 20 %), '..' (disclosive), ':' (not applicable), '-' (negligible) stay as rows without a value",
    oracle="bounds ONS publishes in Explore Local Statistics",
)
def read_ashe(
    content: bytes,
    name: str,
    *,
    sheet: str = "All",
    columns: Sequence[str] = (),
    span: str | None = None,
    cv: bytes | None = None,
    cv_name: str = "",
) -> Reading:
    """Jobs, medians, means and percentiles by area from one sheet of a table (``7.1a``), with intervals.

    ``sheet`` is ``All``, ``Male``, ``Full-Time`` …; ``columns`` the headings to read (all without it). ``cv`` is the
    companion workbook (``7.1b``), joined by area code and heading: the bounds are ``value ± 1.96 × CV/100 × value``, in
    the unit of the value, and NaN where the companion has no coefficient. The period is ``span`` or the year the title
    names (the survey is of April). Area-free rows ("Not Classified") and notes are counted in ``left_out``.

    Raises ``SourceChanged`` when there is no table of areas or the companion is of another year, other areas or other
    headings, ``NotFound`` for a sheet or heading that is not there, ``DataError`` with every cell that cannot be read.

    >>> text = b"Table 7.1a - UK 2022,,\\nDescription,Code,Median\\nYork,E06000014,500\\nHull,E06000010,x\\n"
    >>> rows = read_ashe(text, "a.csv", sheet="", cv=text.replace(b"500", b"10").replace(b"1a", b"1b")).rows
    >>> rows[["area", "value", "lower", "upper", "status"]].to_numpy().tolist()
    [['E06000014', 500.0, 402.0, 598.0, ''], ['E06000010', nan, nan, nan, 'x']]
    """
    found = _table(content, name, sheet)
    chosen = choose(name, found, columns, ())
    when = span or year_of(name, _title(found))
    parts = [_column(found, at, label, when) for at, label in chosen.items()]
    notes: tuple[str, ...] = ()
    table = pd.concat(parts, ignore_index=True).to_dict("series")
    if cv is not None:
        companion = _table(cv, cv_name or f"the companion of {name}", sheet)
        if span is None and (other := year_of(companion.table.sheet.name, _title(companion))) != when:
            raise changed(companion.table.sheet.name, f"it is of {other}, the figures of {when}", "give its companion")
        percent = _coefficients(found, companion, chosen)
        shown = parse_numbers(table["value"], ".").value
        half = Z95 * percent / 100 * np.abs(shown)
        table["lower"], table["upper"] = shown - half, shown + half
        without = int((np.isnan(percent) & ~np.isnan(shown)).sum())
        notes = (f"{name}: {without} figures have no coefficient of variation, so no interval",) if without else ()
    size = len(found.table.rows)
    return tidy(
        name,
        table,
        records=size * len(found.labels) + len(found.others),
        left_out={NO_CODE: len(found.others), NOT_ASKED: size * (len(found.labels) - len(chosen))},
        facts={"title": _title(found), "sheet": sheet},
        notes=notes,
        manner=Manner(MARKS),
    )


def _table(content: bytes, name: str, sheet: str) -> Areas:
    sheets = read_sheets(name, content, re.escape(sheet) if sheet else None)
    return table_of_areas(sheets[0])


def _coefficients(found: Areas, companion: Areas, chosen: dict[int, str]) -> NDArray[np.float64]:
    """The coefficient of variation of each figure, in per cent; NaN where the companion shows none."""
    file = companion.table.sheet.name
    codes = companion.table.column(companion.codes)
    faults = [
        Fault(f"{code} stands in only one of the two tables", file=file, remedy="give the companion of this table")
        for code in sorted(set(codes) ^ set(found.table.column(found.codes)))
    ]
    at = {label: position for position, label in companion.labels.items()}
    faults += [
        Fault(f"there is no heading {label!r}", file=file, remedy="give the companion of this table")
        for label in chosen.values()
        if label not in at
    ]
    if len(set(codes)) < len(codes):
        faults.append(Fault("an area stands twice", file=file, remedy="look at the file"))
    percents: list[NDArray[np.float64]] = []
    for label in () if faults else chosen.values():
        read = parse_numbers(pd.Series(companion.table.column(at[label])), ".")
        wrong = read.bad | (read.value < 0) | (read.value > 100)
        if wrong.any():
            cell = companion.table.column(at[label])[int(np.flatnonzero(wrong)[0])]
            faults.append(Fault(f"{cell!r} is no coefficient of variation in per cent", file=file, column=label))
        percents.append(pd.Series(read.value, index=codes).reindex(found.table.column(found.codes)).to_numpy())
    if faults:
        raise SourceChanged(f"{file} does not fit the figures it qualifies", faults=faults)
    return np.concatenate(percents)


def _title(found: Areas) -> str:
    return found.table.above.splitlines()[0] if found.table.above else ""


def _column(found: Areas, at: int, label: str, when: str) -> pd.DataFrame:
    table = found.table
    return pd.DataFrame(
        {
            "series": label,
            "area": table.column(found.codes),
            "area_name": table.column(found.names) if found.names >= 0 else "",
            "span": when,
            "value": table.column(at),
            "row": table.places(at),
        },
        dtype="str",
    )
