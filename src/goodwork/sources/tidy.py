"""The last step of readers whose records are one figure each: columns of text become tidy rows.

Readers of files whose records are parts of figures (a value, its half-width, its numerator) or that hand over further
columns read their cells by role (``published``) and put the parts together first; both end in the same account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from goodwork.errors import DataError, Fault
from goodwork.model.observation import Status
from goodwork.sources.numbers import DecimalMark, parse_numbers, read_markers
from goodwork.sources.periods import YearKind, read_spans
from goodwork.sources.published import accounted, once
from goodwork.sources.reading import Reading

TEXTS = ("series", "area", "area_name", "span", "note", "row")
FIGURES = ("value", "lower", "upper")
SAME_AGAIN = "the same figure again"
#: Markers that may stand without a value; any other becomes ``x`` there, its text kept as the note.
_WITHOUT_VALUE = [s.value for s in Status if s.withholds] + [Status.UNRELIABLE.value, Status.LOW.value]
_TOLD = 200


@dataclass(frozen=True)
class Manner:
    """How a publisher writes: its own markers, the mark that sets off decimals, and what its periods mean."""

    marks: Mapping[str, str] = field(default_factory=dict)
    decimal: DecimalMark = "."
    year: YearKind = "financial"
    hyphen: Literal["years", "month"] | None = None


def tidy(
    name: str,
    columns: Mapping[str, Any],
    *,
    records: int,
    left_out: Mapping[str, int] | None = None,
    facts: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
    manner: Manner | None = None,
) -> Reading:
    """Columns of text as a ``Reading``; each column is one text for all rows or one per row.

    ``value``, ``lower`` and ``upper`` may be text or floats, ``status`` is the publisher's own marker, and the first
    and last day are read from ``span``. An empty cell has status ``x`` (not available) and NaN, a suppressed one NaN
    and its marker: neither is ever 0. The same figure twice is kept once and counted.

    Raises ``DataError`` with every cell, marker and period that cannot be read, every pair of bounds that is crossed
    and every marker that withholds a figure which is there; ``DuplicateObservation`` when one place and period has two
    figures; ``SourceChanged`` when rows and ``left_out`` do not add up to ``records``; ``MissingData`` for no rows.

    >>> columns = {"series": "pay", "area": ["A1", "A2"], "span": "2019", "value": ["12.5", "[c]"], "row": ["2", "3"]}
    >>> tidy("pay.csv", columns, records=2).rows[["area", "last", "value", "status"]].to_numpy().tolist()
    [['A1', '2019-12-31', 12.5, ''], ['A2', '2019-12-31', nan, 'c']]
    """
    manner = manner or Manner()
    length = max((len(c) for c in columns.values() if not isinstance(c, str)), default=0)
    frame = pd.DataFrame({c: _stripped(columns.get(c, ""), length) for c in TEXTS})
    book = _Faults(name, frame["row"].to_numpy(dtype=object))
    statuses: dict[str, NDArray[Any]] = {}
    for role in FIGURES:
        frame[role], statuses[role] = _figures(columns.get(role), length, manner, book, role)
    marker = _stripped(columns.get("status", ""), length)
    frame["status"] = _status(marker, statuses["value"], frame["value"].to_numpy(), manner, book)
    _keep_words(frame, marker, columns.get("value"))
    frame["first"], frame["last"] = _days(frame["span"], manner, book)
    crossed = (frame["lower"] > frame["upper"]).to_numpy()
    book.add(crossed, frame["lower"], "the lower bound {!r} is above the upper bound", "check the columns of bounds")
    book.raise_all()
    rows, again = once(name, frame)
    left = {**(left_out or {}), SAME_AGAIN: again}
    return accounted(rows, records, len(rows), left, facts or {}, notes, name)


def joined(parts: Iterable[pd.Series]) -> list[str]:
    """The texts of several columns put together, row by row; those of one column as they are.

    >>> joined([pd.Series(["Rate", "Rate"]), pd.Series(["Men", "Women"])])
    ['Rate · Men', 'Rate · Women']
    """
    return [" · ".join(texts) for texts in zip(*parts, strict=True)]


class _Faults:
    """The cells of a file that cannot be read, collected by column."""

    def __init__(self, name: str, places: NDArray[Any]) -> None:
        self.name, self.places = name, places
        self.faults: list[Fault] = []
        self.count = 0

    def add(self, wrong: NDArray[np.bool_], texts: pd.Series, what: str, remedy: str) -> None:
        at = np.flatnonzero(wrong)
        self.count += len(at)
        for position in at[:_TOLD]:
            place = str(self.places[position])
            number = place.removeprefix("row ")
            row = int(number) if number.isdecimal() and number.isascii() and len(number) < 10 else None
            said = what.format(texts.iloc[position]) + (f" at {place}" if place and row is None else "")
            self.faults.append(Fault(said, file=self.name, row=row, remedy=remedy))

    def raise_all(self) -> None:
        if self.count:
            raise DataError(f"{self.name} has {self.count} cell(s) that cannot be read", faults=self.faults)


def _figures(
    cells: Any, length: int, manner: Manner, book: _Faults, role: str
) -> tuple[NDArray[np.float64], NDArray[Any]]:
    if cells is None:
        return np.full(length, np.nan), np.full(length, "", dtype=object)
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "f":
        value, status = cells.astype(np.float64), np.full(length, "", dtype=object)
    else:
        texts = _stripped(cells, length)
        marked = _declared(texts, manner)
        read = parse_numbers(texts.where(marked == "", ""), manner.decimal)
        book.add(
            read.bad | read.unclear,
            texts,
            f"{{!r}} is no {'figure' if role == 'value' else role + ' bound'}",
            "declare it when it is a marker; else look at the file",
        )
        value, status = read.value, np.where(marked != "", marked, read.status.astype(object))
    endless = np.isinf(value)
    book.add(endless, pd.Series(value), "{!r} is not a finite figure", "look at the file")
    return value, status


def _stripped(cells: Any, length: int) -> pd.Series:
    """A column of texts without blanks at their ends; one text stands for all rows."""
    if isinstance(cells, str):
        return pd.Series(cells.strip(), index=range(length), dtype="str")
    codes, different = pd.factorize(np.asarray(cells, dtype=object), use_na_sentinel=False)
    texts = np.array([str(text).strip() for text in different] or [""], dtype=object)
    return pd.Series(texts[codes], index=range(length), dtype="str")


def _declared(texts: pd.Series, manner: Manner) -> NDArray[Any]:
    """Which of our markers a text was declared to be; empty where it was not."""
    marks = {text.strip().casefold(): Status(mark).value for text, mark in manner.marks.items()}
    codes, different = pd.factorize(texts.str.casefold())
    ours: NDArray[Any] = np.array([marks.get(str(text), "") for text in different] or [""], dtype=object)
    return np.asarray(ours[codes])


def _status(
    marker: pd.Series, beside: NDArray[Any], value: NDArray[np.float64], manner: Manner, book: _Faults
) -> NDArray[Any]:
    """The marker of its own column, unless only the one in the place of the figure says why there is none."""
    own = _declared(marker, manner)
    read, known = read_markers(marker.where(own == "", ""))
    own = np.where(own != "", own, read.astype(object))
    book.add(~known, marker, "the marker {!r} is not known", "declare which of our markers it is")
    empty = np.isnan(value)
    use_own = (own != "") & (~empty | np.isin(own, _WITHOUT_VALUE) | (beside == ""))
    status = np.where(use_own, own, beside)
    status[empty & ~np.isin(status, _WITHOUT_VALUE)] = Status.NOT_AVAILABLE.value
    withheld = ~empty & np.isin(status, [s.value for s in Status if s.withholds])
    book.add(withheld, marker, "the marker {!r} withholds a figure that is there", "check which cell the marker is of")
    return status


def _keep_words(frame: pd.DataFrame, marker: pd.Series, cells: Any) -> None:
    """The publisher's own sign as the note, where there is no note and the sign is not already ours."""
    words = marker
    if cells is not None and not (isinstance(cells, np.ndarray) and cells.dtype.kind == "f"):
        texts = _stripped(cells, len(frame))
        words = words.where(words != "", texts.where(frame["value"].isna(), ""))
    told = (frame["status"] != "") & (words.str.strip("[]()").str.casefold() != frame["status"])
    words = words.where(told, "")
    frame["note"] = frame["note"].where(frame["note"] != "", words)


def _days(spans: pd.Series, manner: Manner, book: _Faults) -> tuple[Any, Any]:
    try:
        return read_spans(spans, year=manner.year, hyphen=manner.hyphen)
    except ValueError as error:
        book.count += 1
        remedy = "declare the kind of year, or what a hyphen means; else look at the file"
        book.faults.append(Fault(str(error), file=book.name, remedy=remedy))
        return "", ""
