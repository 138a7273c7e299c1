"""Tables as an accessible workbook, after the guidance of the Government Analysis Function: a cover, contents, notes,
then one table to a sheet with its title above it, named, with one row of headers and no merged cells."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: Excel allows no longer name of a sheet; rows beyond which a table is better taken as CSV.
LONGEST, MOST_ROWS = 31, 10_000
#: How wide a column may be, and the letters of a cell that Excel holds.
WIDEST, CELL = 60, 32_767
GAPS = tr("An empty cell is a gap: not zero, and not filled in.")
#: A name of a sheet that Excel keeps for itself.
KEPT = "history"


@dataclass(frozen=True)
class Sheet:
    """One table: the name of its sheet, its title, lines that stand above it (units, source), and its rows."""

    name: str
    title: str
    lines: tuple[str, ...]
    table: pd.DataFrame


def accessible(title: str, cover: Sequence[str], notes: Sequence[tuple[str, str]], sheets: Sequence[Sheet]) -> bytes:
    """The workbook as bytes, the same for the same tables. ``notes``: what something is called and what is said of it,
    a row each. Text is never a formula; gaps are empty cells."""
    import pandas as pd
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
    heading, wrapped = book.add_format({"bold": True, "font_size": 15}), book.add_format({"text_wrap": True})
    first, second, third, *names = _names([tr("Cover"), tr("Contents"), tr("Notes"), *(sheet.name for sheet in sheets)])
    front = book.add_worksheet(first)
    front.set_column(0, 0, 100, wrapped)
    front.write_string(0, 0, title, heading)
    for row, line in enumerate([*cover, GAPS], start=1):
        front.write_string(row, 0, line[:CELL])
    contents = pd.DataFrame(
        [(third, tr("What is said with these tables"), len(notes))]
        + [(name, sheet.title, len(sheet.table)) for name, sheet in zip(names, sheets, strict=True)],
        columns=[tr("Sheet"), tr("What it holds"), tr("Rows")],
    )  # fmt: skip
    said = pd.DataFrame(list(notes), columns=[tr("About"), tr("Note")])
    own = [Sheet(second, second, (), contents), Sheet(third, third, (), said)]
    for number, (name, sheet) in enumerate(zip([second, third, *names], [*own, *sheets], strict=True)):
        page = book.add_worksheet(name)
        page.write_string(0, 0, sheet.title, heading)
        for row, line in enumerate(sheet.lines, start=1):
            page.write_string(row, 0, line[:CELL])
        _table(page, 1 + len(sheet.lines), f"table_{number}", sheet.table, wrapped)
    book.close()
    return content.getvalue()


def _table(page: Any, first: int, name: str, table: pd.DataFrame, wrapped: Any) -> None:
    headers = _different([str(header) for header in table.columns])
    rows = [[_cell(cell) for cell in row] for row in table.itertuples(index=False)]
    page.add_table(
        first, 0, first + max(len(rows), 1), max(len(headers) - 1, 0),
        {"name": name, "columns": [{"header": header} for header in headers], "data": rows, "autofilter": bool(rows),
         "style": None},
    )  # fmt: skip
    for k, header in enumerate(headers):
        longest = max([len(header) + 3, *(len(str(row[k])) for row in rows[:500] if row[k] is not None)])
        page.set_column(k, k, min(longest + 1, WIDEST), wrapped if longest > WIDEST else None)
    page.freeze_panes(first + 1, 0)


def _cell(cell: Any) -> Any:
    """A cell that a workbook can hold: text, number, truth value, or nothing."""
    if cell is None or isinstance(cell, bool | int):
        return cell
    if isinstance(cell, str):
        return cell[:CELL] or None
    number = float(cell)
    return number if math.isfinite(number) else None


def _names(wanted: Sequence[str]) -> list[str]:
    """Names that Excel allows, each its own and none that it keeps for itself.

    >>> _names(["York: pay", "york  pay", "", "History"])
    ['York  pay', 'york  pay 2', 'Table', 'History 2']
    """
    found: list[str] = []
    for name in wanted:
        short = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:LONGEST].strip() or tr("Table")
        taken, number, own = {KEPT, *(one.casefold() for one in found)}, 2, short
        while own.casefold() in taken:
            own, number = f"{short[: LONGEST - 3].rstrip()} {number}", number + 1
        found.append(own)
    return found


def _different(headers: list[str]) -> list[str]:
    """Headers of which none is empty and none stands twice, as a table of Excel wants them."""
    found: list[str] = []
    for k, header in enumerate(headers, start=1):
        own = header or tr("Column {n}").format(n=k)
        while own.casefold() in {one.casefold() for one in found}:
            own += "_"
        found.append(own)
    return found
