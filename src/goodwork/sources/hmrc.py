"""Furlough by area: the Coronavirus Job Retention Scheme tables of HM Revenue and Customs, and copies of them."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from goodwork.errors import DataError, Fault, SourceChanged
from goodwork.sources.answers import changed
from goodwork.sources.grids import GSS, Areas, read_sheets, table_of_areas
from goodwork.sources.ons_tables import NO_CODE, NOT_ASKED
from goodwork.sources.periods import read_span
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tidy import Manner, tidy

#: What the two figures are called in the tables of different months and in public copies of them.
HEADINGS = {
    "Employments furloughed": r"(total number of )?(employments furloughed|furlough count)",
    "Take-up rate": r"(take-up rate|furlough rate)",
    "Eligible employments": r"eligible employments",
}
#: The scheme paid wages from this day on (HMRC, statistics guidance); the figures are of all employments since then.
BEGAN = date(2020, 3, 1)
MARKS = {"[c]": "c", "*": "c", "~": "low"}
_DAY = re.compile(r"\b([0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2})\b")
_FOOTNOTE = re.compile(r"\s*(\[note [0-9]+\]|\([0-9]+\)|[0-9]+)?\s*$", re.IGNORECASE)


@READER.register(
    "hmrc-furlough",
    formula="sheet, header and columns are found by content; the take-up rate is a share of those eligible, 0 to 1",
    source="HM Revenue and Customs, Coronavirus Job Retention Scheme statistics",
    gaps="'NA' and suppressed areas stay as rows without a value",
)
def read_furlough(
    content: bytes, name: str, *, sheet: str | None = None, upto: str | None = None, open_end: bool = False
) -> Reading:
    """Employments furloughed and the take-up rate by area, from a CSV, XLSX or ODS file.

    Without ``sheet`` (a pattern) the one sheet that has both area codes and a heading for furloughed employments is
    read: names and numbers of sheets change every month. The figures are cumulative from 1 March 2020 to ``upto``, or
    to the one day that the words above the table name. Notes and rows without a code are counted in ``left_out``.

    Raises ``SourceChanged`` when there is no such sheet, or more than one, or a rate is no share; ``DataError`` when
    no day is named, with every cell that cannot be read.

    >>> text = b"LAD19CD,Name,Furlough count,Furlough rate\\nE06000014,York,29700,0.31\\n"
    >>> rows = read_furlough(text, "cjrs.csv", upto="31 July 2020").rows
    >>> rows[["series", "first", "last", "value"]].to_numpy().tolist()[1]
    ['Take-up rate', '2020-03-01', '2020-07-31', 0.31]
    """
    found, chosen = _find(name, content, sheet, open_end)
    last = _last_day(name, upto, found.table.above)
    parts = [
        pd.DataFrame(
            {
                "series": series,
                "area": found.table.column(found.codes),
                "area_name": found.table.column(found.names) if found.names >= 0 else "",
                "span": f"{BEGAN.isoformat()}/{last.isoformat()}",
                "value": found.table.column(at),
                "row": found.table.places(at),
            },
            dtype="str",
        )
        for series, at in chosen.items()
    ]
    size = len(found.table.rows)
    reading = tidy(
        name,
        pd.concat(parts, ignore_index=True).to_dict("series"),
        records=size * len(found.labels) + len(found.others),
        left_out={NO_CODE: len(found.others), NOT_ASKED: size * (len(found.labels) - len(chosen))},
        facts={
            "title": found.table.above.splitlines()[0] if found.table.above else "",
            "unit": "Take-up rate: share of eligible employments, 0 to 1",
        },
        manner=Manner(MARKS),
    )
    rows = reading.rows
    wrong = rows[(rows["series"] == "Take-up rate") & ((rows["value"] < 0) | (rows["value"] > 1))]
    if len(wrong):
        faults = [Fault(f"the take-up rate {r.value} is no share ({r.row})", file=name) for r in wrong.itertuples()]
        raise SourceChanged(f"{name} gives take-up rates in another unit", faults=faults)
    return reading


def _find(name: str, content: bytes, wanted: str | None, open_end: bool) -> tuple[Areas, dict[str, int]]:
    """The one table with area codes and a heading for furloughed employments, and its columns."""
    tables: list[tuple[Areas, dict[str, int]]] = []
    for sheet in read_sheets(name, content, wanted, open_end):
        if any(GSS.fullmatch(cell) for row in sheet.cells for cell in row):
            found = table_of_areas(sheet)
            chosen = _columns(name, found)
            if "Employments furloughed" in chosen and "Take-up rate" in chosen:
                tables.append((found, chosen))
    if len(tables) != 1:
        titles = ", ".join(found.table.sheet.title for found, _ in tables)
        what = f"{len(tables)} sheets hold furlough by area ({titles})" if tables else "no table holds furlough by area"
        raise changed(name, what, "declare the sheet" if tables else "look at the file")
    return tables[0]


def _columns(name: str, found: Areas) -> dict[str, int]:
    chosen: dict[str, int] = {}
    for at, label in found.labels.items():
        bare = _FOOTNOTE.sub("", label).casefold()
        for series, pattern in HEADINGS.items():
            if re.fullmatch(pattern, bare):
                if series in chosen:
                    raise changed(name, f"two columns hold {series!r}", "look at the file", column=label)
                chosen[series] = at
    return chosen


def _last_day(name: str, upto: str | None, words: str) -> date:
    days = [upto] if upto else sorted(set(_DAY.findall(words)))
    try:
        spans = {read_span(day).last for day in days}
    except ValueError:
        spans = set()
    if len(spans) != 1 or min(spans) <= BEGAN:
        told = f"names {', '.join(days)}" if days else "names no day"
        fault = Fault(f"up to which day the figures count: the file {told}", file=name, remedy="declare it")
        raise DataError(f"{name} does not say up to which day its figures count", faults=[fault])
    return spans.pop()
