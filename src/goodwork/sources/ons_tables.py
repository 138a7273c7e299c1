"""Tables of the Office for National Statistics: workbooks and CSV files of areas by period or by measure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd

from goodwork.errors import NotFound
from goodwork.model.area import nearest
from goodwork.sources.answers import changed
from goodwork.sources.grids import Areas, plain, read_sheets, table_of_areas
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tidy import Manner, tidy

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
NO_CODE = "rows without an area code (notes, totals)"
NOT_ASKED = "columns that are not asked for"


@READER.register(
    "ons-table",
    formula="the table is found where area codes begin; its headings are periods or measures",
    source="Office for National Statistics, data sets and ad hoc tables",
    gaps="markers such as ':' stay as rows without a value",
)
def read_ons_table(
    content: bytes,
    name: str,
    *,
    series: str = "",
    sheets: str | None = None,
    headings: Literal["periods", "series"] = "periods",
    span: str | None = None,
    columns: Sequence[str] = (),
    ignore: Sequence[str] = (),
    marks: Mapping[str, str] | None = None,
    open_end: bool = False,
    encoding: str | None = None,
) -> Reading:
    r"""Figures by area from one or more sheets, or from a CSV file, whose columns are periods or measures.

    ``sheets`` is the pattern of the sheets to read (a series may be cut over several); without it all that hold area
    codes are. With ``headings="periods"`` every column is a period of ``series``; with ``"series"`` every column is
    a measure of its own, ``series`` is put before its heading, and the period is ``span`` or the one year that the
    title names. ``columns`` are the headings to read (all without it), ``ignore`` those to leave out (totals over
    periods); both are counted in ``left_out``. ``encoding`` is that of a CSV file which is not UTF-8.

    Raises ``SourceChanged`` when there is no table of areas, ``NotFound`` for a heading that is not there,
    ``DataError`` with every cell that cannot be read.

    >>> text = b"code,name,2020,2019\nE92000001,England,43,41\nW92000004,Wales,.,24 p\n"
    >>> read_ons_table(text, "t.csv", series="deaths", marks={".": "x"}).rows[["area", "span", "value"]].values.tolist()
    [['E92000001', '2020', 43.0], ['W92000004', '2020', nan], ['E92000001', '2019', 41.0], ['W92000004', '2019', 24.0]]
    """
    parts: list[pd.DataFrame] = []
    left_out: dict[str, int] = {}
    records = 0
    titles: list[str] = []
    for found in _tables(name, content, sheets, open_end, encoding):
        chosen = choose(name, found, columns, ignore)
        parts += [_column(found, at, label, series, headings, span, name) for at, label in chosen.items()]
        size = len(found.table.rows)
        records += size * len(found.labels) + len(found.others)
        left_out[NO_CODE] = left_out.get(NO_CODE, 0) + len(found.others)
        left_out[NOT_ASKED] = left_out.get(NOT_ASKED, 0) + size * (len(found.labels) - len(chosen))
        titles += found.table.above.splitlines()[:1]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["value"], dtype="str")
    facts = {"title": "; ".join(titles)} if titles else {}
    return tidy(
        name, table.to_dict("series"), records=records, left_out=left_out, facts=facts, manner=Manner(marks or {})
    )


def choose(name: str, found: Areas, columns: Sequence[str], ignore: Sequence[str]) -> dict[int, str]:
    """The columns to read, by position; ``NotFound`` for a heading asked for or ignored that is not there.

    >>> from goodwork.sources.grids import Sheet
    >>> found = table_of_areas(Sheet("t", "", [["", "2019", "Total"], ["E06000014", "5", "9"]], [1, 2]))
    >>> choose("t", found, [], ["total"])
    {1: '2019'}
    """
    by_label = {plain(label): at for at, label in found.labels.items()}
    for label in (*columns, *ignore):
        if plain(label) not in by_label:
            labels = list(found.labels.values())
            raise NotFound("column", label, nearest(label, labels) or labels, f"look at {name}")
    asked = [by_label[plain(label)] for label in columns] or list(found.labels)
    return {at: found.labels[at] for at in asked if plain(found.labels[at]) not in {plain(i) for i in ignore}}


def year_of(name: str, words: str) -> str:
    """The one year that some words name; ``SourceChanged`` when they name none or several.

    >>> year_of("t.xls", "Table 7 - For all employee jobs: United Kingdom, 2022")
    '2022'
    """
    years = sorted(set(_YEAR.findall(words)))
    if len(years) != 1:
        told = f"it names {', '.join(years)}" if years else "it names no year"
        raise changed(name, f"the title does not say which year the figures are of: {told}", "declare the span")
    return str(years[0])


def _tables(name: str, content: bytes, wanted: str | None, open_end: bool, encoding: str | None) -> list[Areas]:
    sheets = read_sheets(name, content, wanted, open_end, encoding)
    if wanted is not None or len(sheets) == 1:
        return [table_of_areas(sheet) for sheet in sheets]
    filled = [s for s in sheets if any(re.fullmatch(r"[A-Z][0-9]{8}", c) for row in s.cells for c in row)]
    if not filled:
        raise changed(name, "no sheet holds area codes", "look at the file")
    return [table_of_areas(sheet) for sheet in filled]


def _column(found: Areas, at: int, label: str, series: str, headings: str, span: str | None, name: str) -> pd.DataFrame:
    table = found.table
    by_period = headings == "periods"
    title = table.above.splitlines()[0] if table.above else ""
    return pd.DataFrame(
        {
            "series": series if by_period else ": ".join(part for part in (series, label) if part),
            "area": table.column(found.codes),
            "area_name": table.column(found.names) if found.names >= 0 else "",
            "span": label if by_period else span or year_of(name, title),
            "value": table.column(at),
            "row": table.places(at),
        },
        dtype="str",
    )
