"""Tables of an edition as pages, reports, JSON and CSV show them: the same rows in the same order, in words or with
every digit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import written
from goodwork.language import tr
from goodwork.model.area import Area
from goodwork.monitor import Monitor
from goodwork.report.questions import Column, Sheet, Tables

if TYPE_CHECKING:
    import pandas as pd

#: The address of an area's page; empty where there is none, as on paper.
Link = Callable[[Area], str]
#: Columns that say what was asked; they stand at the head of a page, not in its rows.
ABOUT = ("framework", "area_set", "scope")
NUMBERS = ("number", "share", "natural", "chance")


@dataclass(frozen=True)
class Cell:
    """What stands in one cell: words, each with a link or none; the interval below; whether it is a number."""

    words: tuple[tuple[str, str], ...]
    interval: str = ""
    number: bool = False


@dataclass(frozen=True)
class Shown:
    """One table as a page shows it; the column ``heads`` names its rows, ``chosen`` are those of the area looked at."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int
    chosen: frozenset[int]
    note: str
    partial: bool


def rows_of(monitor: Monitor, sheet: Sheet, tables: Tables, whole: bool = False) -> pd.DataFrame:
    """The rows of a sheet in their order, with every digit; ``whole`` has also those that a page leaves out."""
    table = tables[sheet.table]
    if sheet.rows is not None and not whole:
        table = sheet.rows(table)
    if sheet.sort:
        by = [name.removeprefix("-") for name in sheet.sort]
        table = table.sort_values(by, ascending=[not n.startswith("-") for n in sheet.sort], kind="stable",
                                  na_position="last")  # fmt: skip
    return named(monitor, table)


def named(monitor: Monitor, table: pd.DataFrame) -> pd.DataFrame:
    """A table with the name of each area after its code, without the columns that say what was asked."""
    names = monitor.geography.names
    table = table.drop(columns=[n for n in ABOUT if n in table]).reset_index(drop=True)
    for column in ("area", "neighbour", "higher", "lower", "best", "worst"):
        if column in table and table[column].dtype.kind != "f":
            table.insert(table.columns.get_loc(column) + 1, f"{column}_name", table[column].map(names))
    return table


def shown(sheet: Sheet, tables: Tables, say: Saying, area: str = "") -> Shown:
    """A sheet in words: names for codes, units for figures, intervals beside numbers."""
    monitor = say.monitor
    columns = sheet.columns(tables) if callable(sheet.columns) else sheet.columns
    columns = tuple(_headed(monitor, column) for column in columns)
    table = rows_of(monitor, sheet, tables)
    there = [c for c in columns if c.value in table and (c.kind not in NUMBERS or table[c.value].notna().any())]
    records = table.to_dict("records")
    rows = tuple(tuple(say.cell(column, row) for column in there) for row in records)
    places = [column.value for column in there if column.kind == "area"]
    chosen = frozenset(k for k, row in enumerate(records) if area and any(row[name] == area for name in places))
    heads = next((k for k, column in enumerate(there) if column.kind in ("area", "node")), 0)
    partial = len(table) < len(tables[sheet.table])
    return Shown(sheet.table, sheet.title, tuple(there), rows, heads, chosen, sheet.note if partial else "", partial)


def only_chosen(sheet: Shown) -> Shown:
    """The rows of the area looked at, by themselves."""
    rows = tuple(row for k, row in enumerate(sheet.rows) if k in sheet.chosen)
    return replace(sheet, name="", rows=rows, chosen=frozenset(), note="", partial=False)


def _headed(monitor: Monitor, column: Column) -> Column:
    """A column of one indicator is headed by its name."""
    if column.head or column.value not in monitor.catalogue:
        return column
    head = monitor.catalogue[column.value].label
    return Column(head, column.value, column.kind, column.low, column.high, column.under, of="")


class Saying:
    """How the numbers and codes of an edition are written for readers; ``link`` gives the address of an area."""

    def __init__(self, monitor: Monitor, framework: str = "", link: Link = lambda area: "") -> None:
        self.monitor, self.link = monitor, link
        self.framework = monitor.framework(framework or None)
        self.areas: Mapping[str, Area] = monitor.geography.by_code

    def cell(self, column: Column, row: Mapping[Any, Any]) -> Cell:
        """One cell: what it says, its links, its interval."""
        value = row[column.value]
        if column.kind == "area":
            return Cell((self.place(str(value)),))
        if column.kind == "areas":
            return Cell(tuple(self.place(code) for code in str(value).split(", ") if code))
        if column.kind in ("node", "nodes"):
            return Cell(((", ".join(self.node(n) for n in str(value).split(", ") if n), ""),))
        if column.kind == "flag":
            return Cell(((tr("yes") if value else "", ""),))
        if column.kind == "text":
            return Cell((("" if value != value or value is None else verdict(str(value)), ""),))
        ends = [row[name] for name in (column.low, column.high) if name]
        words = self.number(column, value, row)
        known = len(ends) == 2 and all(end == end for end in ends)
        low, high = (self.number(column, end, row) for end in ends) if known else ("", "")
        interval = tr("{low} to {high}").format(low=low, high=high) if known else ""
        return Cell(((words, ""),), interval, number=True)

    def number(self, column: Column, value: float, row: Mapping[Any, Any]) -> str:
        """A figure as a reader expects it; a gap is a dash."""
        if value != value or value is None:
            return "–"
        if column.kind == "chance" and value < 10**-column.digits:
            return tr("under {figure}").format(figure=f"{10**-column.digits:g}")  # never nought
        if column.kind == "share":
            return written(value, ".0%")
        if column.kind == "natural":
            name = str(row[column.of]) if column.of else column.value
            if name in self.monitor.catalogue:
                return self.monitor.catalogue[name].show(float(value))
        return written(value, f".{column.digits}f")

    def node(self, name: str) -> str:
        """The title of the index, a domain or an indicator; a name that is none of them is left as it is."""
        if name in self.framework.nodes:
            return self.framework.node_title(name, self.monitor.catalogue)
        return self.monitor.catalogue[name].label if name in self.monitor.catalogue else name

    def place(self, code: str) -> tuple[str, str]:
        """An area's name and the address of its page."""
        area = self.areas.get(code)
        return (area.name, self.link(area)) if area else (code, "")
