"""Spreadsheets: XLSX, XLS and ODS, opened only when they are safe to open."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from goodwork.errors import Fault, MissingData, NotFound
from goodwork.model.area import nearest
from goodwork.sources.compound import Damaged, reach
from goodwork.sources.delimited import Records
from goodwork.sources.safety import MAX_CELLS, MAX_TEXT, MAX_UNPACKED, look_over, too_much, unreadable

OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


@contextmanager
def open_workbook(name: str, suffix: str, content: bytes) -> Iterator[tuple[CalamineWorkbook, list[str]]]:
    """A workbook that is safe to open, and notes on its formula errors; for as long as it is read from.

    Raises ``SourceError`` for one that is damaged, locked with a password or would unpack to an unreasonable size.
    """
    if content.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise unreadable(name, "the workbook is locked with a password", "save it without a password")
    notes = _look_over_old(name, content) if suffix == ".xls" and content.startswith(OLE) else look_over(name, content)
    try:
        yield CalamineWorkbook.from_filelike(io.BytesIO(content)), notes
    except PasswordError:
        raise unreadable(name, "the workbook is locked with a password", "save it without a password") from None
    except BaseException as error:  # the reader of old workbooks panics over damaged ones
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        what = f"this is not a {suffix[1:].upper()} workbook, or it is damaged"
        raise unreadable(name, what, "save it again") from None


def _look_over_old(name: str, content: bytes) -> list[str]:
    """No notes; raises ``SourceError`` for a workbook of before 2007 that is damaged or would not fit."""
    if len(content) > MAX_UNPACKED:
        raise too_much(name, f"the workbook has {len(content):,} bytes")
    try:
        places, text = reach(content)
    except Damaged:
        raise unreadable(name, "this is not a XLS workbook, or it is damaged", "save it again") from None
    if places > MAX_CELLS:
        raise too_much(name, f"its sheets reach over {places:,} cells")
    if text > MAX_TEXT:
        raise too_much(name, f"the cells of the workbook hold {text:,} characters")
    return []


def read_workbook(name: str, suffix: str, content: bytes, sheet: str | None) -> Records:
    """The records of one sheet; without ``sheet`` the first that is not empty, with a note that names the others.

    Dates become ISO dates, whole numbers lose their ``.0``, other numbers keep full precision. A cell that shows a
    formula error is read as empty, and a note names it. Raises ``SourceError`` for a workbook that is damaged, locked
    with a password or would unpack to an unreasonable size, ``NotFound`` for an unknown sheet.
    """
    with open_workbook(name, suffix, content) as (book, notes):
        if sheet is not None and sheet not in book.sheet_names:
            raise NotFound("sheet", sheet, nearest(sheet, book.sheet_names) or book.sheet_names)
        sheets = {
            title: book.get_sheet_by_name(title) for title in ([sheet] if sheet is not None else book.sheet_names)
        }
        filled = [title for title, found in sheets.items() if found.start is not None]
        if not filled:
            raise MissingData(
                f"{name} is empty",
                faults=[Fault("the workbook holds no cells", file=name, remedy="add a header and rows")],
            )
        chosen = sheets[filled[0]]
        cells = chosen.to_python(skip_empty_area=True)
        top = chosen.start[0] + 1 if chosen.start else 1
    if len(filled) > 1:
        notes.append(f"{name}: sheet {filled[0]!r} was read; not read: {', '.join(map(repr, filled[1:]))}")
    rows = [[cell_text(cell) for cell in row] for row in cells]
    return Records(rows[0], rows[1:], list(range(top + 1, top + len(rows))), tuple(notes))


def cell_text(cell: Any) -> str:
    """A cell as text: whole numbers without ``.0``, other numbers in full, dates as ISO dates.

    >>> cell_text(3.0), cell_text(0.1), cell_text(True)
    ('3', '0.1', 'true')
    """
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)
