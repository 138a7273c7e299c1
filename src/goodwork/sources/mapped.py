"""Any other table, read by a declared mapping: which column is the area, the period, the value, its interval."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from goodwork.errors import DataError, Fault, NotFound, SourceChanged
from goodwork.model.area import nearest
from goodwork.model.declaration import Declaration
from goodwork.model.observation import Status
from goodwork.sources.answers import changed
from goodwork.sources.grids import Sheet, Table, plain, read_sheets, table_under
from goodwork.sources.jsonstat import read_jsonstat
from goodwork.sources.numbers import parse_numbers
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tables import read_table
from goodwork.sources.tidy import Manner, joined, tidy

NOT_ASKED = "rows that are not asked for"
DELETED = "rows that the publisher deletes"
#: Observation statuses of SDMX (code list CL_OBS_STATUS) as markers of ours.
SDMX_STATUS = {
    "A": "",
    "B": "b",
    "D": "e",
    "E": "e",
    "F": "f",
    "H": "x",
    "I": "e",
    "L": "x",
    "M": "x",
    "N": "u",
    "O": "x",
    "P": "p",
    "Q": "c",
    "R": "r",
    "U": "u",
    "V": "p",
}


class TableMapping(Declaration):
    """Which column of a table means what; every name is a header as printed (case and spacing do not matter).

    Of the interval give ``lower`` and ``upper``, or one of ``standard_error``, ``cv`` (in per cent of the value) and
    ``half_width``: bounds are then ``value ± z95`` standard errors. A table with one column per period names them in
    ``periods`` (or all that match ``periods_like``) instead of ``period`` and ``value``; a table of one period gives
    ``span``. ``where`` keeps the rows whose cell is one of the texts listed.

    >>> TableMapping(area="Code", value="Rate", span="2019", series="Rate of jobs").columns
    ('Code', 'Rate')
    """

    format: Literal["table", "sdmx-csv", "jsonstat"] = "table"
    sheet: str | None = None
    area: str | None = None
    area_name: str | None = None
    period: str | None = None
    span: str | None = None
    value: str | None = None
    lower: str | None = None
    upper: str | None = None
    standard_error: str | None = None
    cv: str | None = None
    half_width: str | None = None
    status: str | None = None
    note: str | None = None
    series: str = ""
    series_columns: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    periods_like: str | None = None
    where: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    marks: Mapping[str, str] = Field(default_factory=dict)
    decimal: Literal[".", ","] = "."
    year: Literal["financial", "academic"] = "financial"
    hyphen: Literal["years", "month"] | None = None
    z95: float = Field(default=1.96, gt=0)
    open_end: bool = False
    encoding: Literal["cp1252", "latin-1"] | None = None

    @field_validator("marks")
    @classmethod
    def _known_marks(cls, marks: Mapping[str, str]) -> Mapping[str, str]:
        for mark in marks.values():
            Status(mark)
        return marks

    @field_validator("periods_like")
    @classmethod
    def _a_pattern(cls, text: str | None) -> str | None:
        try:
            re.compile(text or "")
        except re.error as error:
            raise ValueError(f"{text!r} is not a pattern: {error}") from None
        return text

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.format != "table":
            return self
        wide = bool(self.periods or self.periods_like)
        widths = [w for w in (self.standard_error, self.cv, self.half_width) if w]
        wrong = [
            (not (self.area or self.area_name), "name the column of areas (area or area_name)"),
            (wide and bool(self.period or self.value or self.span), "with one column per period give no other period"),
            (not wide and not self.value, "name the column of values"),
            (not wide and bool(self.period) == bool(self.span), "give either the column of periods or one span"),
            (len(widths) + bool(self.lower or self.upper) > 1, "give bounds, or one measure of their width"),
            (bool(self.lower) != bool(self.upper), "give both bounds"),
            (wide and bool(widths or self.lower or self.status), "columns of periods have no interval or status"),
            (not (self.series or self.series_columns), "say what is measured (series or series_columns)"),
        ]
        if told := [text for bad, text in wrong if bad]:
            raise ValueError("; ".join(told))
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers the table must have."""
        named = (
            self.area, self.area_name, self.period, self.value, self.lower, self.upper, self.standard_error, self.cv,
            self.half_width, self.status, self.note, *self.series_columns, *self.periods, *self.where,
        )  # fmt: skip
        return tuple(dict.fromkeys(name for name in named if name))


@READER.register(
    "mapped",
    formula="columns by declaration; bounds from a standard error, a CV or a half-width at 95 %",
    source="any publisher: CSV, XLSX, XLS, ODS, Parquet, SDMX-CSV, JSON-stat",
    gaps="empty and marked cells stay as rows without a value",
)
def read_mapped(content: bytes, name: str, *, mapping: TableMapping | Mapping[str, Any]) -> Reading:
    r"""The figures of a table by a declared mapping.

    The format is known by the bytes; the header is the first row that holds every column of the mapping, so titles may
    stand above it. Rows that ``where`` does not keep are counted in ``left_out``. ``mapping`` may be plain data, as it
    stands in TOML. Raises ``DeclarationError`` for a mapping that is wrong, ``SourceChanged`` when no row holds its
    columns, ``DataError`` with every cell that cannot be read.

    >>> text = b"Rates by area\nCode,2018,2019\nE06000014,5.1,[c]\n"
    >>> mapping = {"area": "code", "periods_like": "20..", "series": "rate"}
    >>> read_mapped(text, "r.csv", mapping=mapping).rows[["area", "span", "value", "status"]].to_numpy().tolist()
    [['E06000014', '2018', 5.1, ''], ['E06000014', '2019', nan, 'c']]
    """
    declared = mapping if isinstance(mapping, TableMapping) else TableMapping.from_dict(dict(mapping), "the mapping")
    if declared.format == "jsonstat":
        keep = {key: list(texts) for key, texts in declared.where.items()}
        return read_jsonstat(content, name, area=declared.area, period=declared.period, keep=keep, marks=declared.marks)
    if declared.format == "sdmx-csv":
        declared = _sdmx(declared)
    frame, places = _frame(content, name, declared)
    return _rows(name, frame, places, declared)


def _sdmx(declared: TableMapping) -> TableMapping:
    """The columns every SDMX-CSV has, where the mapping does not say otherwise."""
    return declared.replace(
        format="table",
        area=declared.area or "REF_AREA",
        period=declared.period or (None if declared.span else "TIME_PERIOD"),
        value=declared.value or "OBS_VALUE",
        status=declared.status or "OBS_STATUS",
        series=declared.series or "OBS_VALUE",
        marks={**SDMX_STATUS, **declared.marks},
    )


def _frame(content: bytes, name: str, declared: TableMapping) -> tuple[pd.DataFrame, list[str]]:
    """The cells as text under plain headers, and where each row stands."""
    if content.startswith(b"PAR1"):
        frame = _parquet(content, name)
        places = [f"row {number}" for number in frame.index]
        heads = [plain(_bare(str(label))) for label in frame.columns]
        if absent := [label for label in declared.columns if plain(label) not in heads]:
            raise NotFound("column", absent[0], nearest(absent[0], list(frame.columns)) or list(frame.columns))
    else:
        wanted = re.escape(declared.sheet) if declared.sheet else None
        sheets = read_sheets(name, content, wanted, declared.open_end, declared.encoding)
        table = _one_table(name, [sheet for sheet in sheets if sheet.cells], declared.columns)
        frame, places = table.frame(), table.places(0)
        heads = [plain(label) for label in table.labels]
    needed = {*map(plain, declared.columns), "action"}
    if twice := sorted(head for head in needed if heads.count(head) > 1):
        raise changed(name, f"{heads.count(twice[0])} columns are called {twice[0]!r}", "look at the file")
    return frame.set_axis(heads, axis=1).reset_index(drop=True), places


def _one_table(name: str, sheets: list[Sheet], columns: tuple[str, ...]) -> Table:
    """The table with all these columns, in whichever sheet it is; there must be one only."""
    found: list[Table] = []
    refusals: list[SourceChanged] = []
    for sheet in sheets:
        plainer = replace(sheet, cells=[[*map(_bare, sheet.cells[0])], *sheet.cells[1:]])
        try:
            found.append(table_under(plainer, columns))
        except SourceChanged as refusal:
            refusals.append(refusal)
    if len(found) > 1:
        titles = ", ".join(table.sheet.title for table in found)
        raise changed(name, f"several sheets have these columns: {titles}", "declare the sheet")
    if not found:
        raise min(refusals, key=lambda r: len(r.faults)) if refusals else changed(name, "it is empty", "look at it")
    return found[0]


def _bare(head: str) -> str:
    """``REF_AREA`` of ``REF_AREA: Reference area``, as SDMX-CSV prints heads with labels."""
    found = re.fullmatch(r"([A-Z][A-Z0-9_]*): .+", head)
    return found[1] if found else head


def _parquet(content: bytes, name: str) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        path.write_bytes(content)
        try:
            return read_table(path).frame
        except DataError as error:
            error.what = error.what.replace(path.name, name)
            raise


def _rows(name: str, frame: pd.DataFrame, places: list[str], declared: TableMapping) -> Reading:
    chosen = np.ones(len(frame), dtype=bool)
    for column, texts in declared.where.items():
        chosen &= frame[plain(column)].isin(texts).to_numpy()
    deleted = np.zeros(len(frame), dtype=bool)
    if {"structure", "action"} <= set(frame.columns):
        deleted = (frame["action"] == "D").to_numpy()
    used = frame[chosen & ~deleted]
    at = np.array(places, dtype=object)[chosen & ~deleted]
    columns: dict[str, Any] = {
        role: used[plain(head)].tolist() for role, head in _roles(declared).items() if head is not None
    }
    columns["series"] = _series(used, declared)
    columns["row"] = at.tolist()
    width = 1
    if declared.periods or declared.periods_like:
        columns, width = _by_period(name, used, columns, declared)
    else:
        if declared.span:
            columns["span"] = declared.span
        columns |= _bounds(name, used, declared)
    return tidy(
        name,
        columns,
        records=len(frame) * width,
        left_out={DELETED: int(deleted.sum()) * width, NOT_ASKED: int((~chosen & ~deleted).sum()) * width},
        manner=Manner(declared.marks, declared.decimal, declared.year, declared.hyphen),
    )


def _roles(declared: TableMapping) -> dict[str, str | None]:
    return {
        "area": declared.area,
        "area_name": declared.area_name,
        "span": declared.period,
        "value": declared.value,
        "lower": declared.lower,
        "upper": declared.upper,
        "status": declared.status,
        "note": declared.note,
    }


def _series(used: pd.DataFrame, declared: TableMapping) -> list[str]:
    parts = [used[plain(column)] for column in declared.series_columns]
    if declared.series or not parts:
        parts.insert(0, pd.Series(declared.series, index=used.index, dtype="str"))
    return joined(parts)


def _by_period(
    name: str, used: pd.DataFrame, columns: dict[str, Any], declared: TableMapping
) -> tuple[dict[str, Any], int]:
    """One row per area and column of a period."""
    like = re.compile(declared.periods_like or r"(?!)", re.IGNORECASE)
    listed = {plain(label) for label in declared.periods}
    heads = [head for head in used.columns if head in listed or like.fullmatch(head)]
    if not heads or len(set(heads)) < len(heads):
        raise changed(name, f"{len(heads)} columns of periods are found, or one of them twice", "look at the file")
    long = {role: np.tile(np.array(cells, dtype=object), len(heads)) for role, cells in columns.items()}
    long["span"] = np.repeat(np.array(heads, dtype=object), len(used))
    long["value"] = np.concatenate([used[head].to_numpy(dtype=object) for head in heads])
    return long, len(heads)


def _bounds(name: str, used: pd.DataFrame, declared: TableMapping) -> dict[str, NDArray[np.float64]]:
    """Lower and upper bounds from a standard error, a coefficient of variation or a half-width."""
    head = declared.standard_error or declared.cv or declared.half_width
    if head is None:
        return {}
    read = parse_numbers(used[plain(head)], declared.decimal)
    wrong = read.bad | (read.value < 0)
    if wrong.any():
        cells = used[plain(head)].to_numpy(dtype=object)[wrong][:25]
        faults = [Fault(f"{cell!r} is no width of an interval", file=name, column=head) for cell in cells]
        raise DataError(f"{name} has {int(wrong.sum())} widths that cannot be read", faults=faults)
    value = parse_numbers(used[plain(declared.value or "")], declared.decimal).value
    half = read.value
    if declared.standard_error:
        half = declared.z95 * half
    elif declared.cv:
        half = declared.z95 * half / 100 * np.abs(value)
    return {"lower": value - half, "upper": value + half}
