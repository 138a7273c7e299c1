"""Spreadsheets: XLSX, XLS and ODS, opened only when they are safe to open."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from goodwork.errors import Fault, MissingData, NotFound, SourceError
from goodwork.model.area import nearest
from goodwork.sources.archives import BROKEN
from goodwork.sources.delimited import Records

MAX_UNPACKED = 512 * 2**20
MAX_RATIO = 200
MAX_CELLS = 50_000_000

_OLE = b"\xd0\xcf\x11\xe0"
_ROW = re.compile(rb'<row [^>]*?\br="(\d+)"')
_COLUMN = re.compile(rb'<c [^>]*?\br="([A-Z]+)\d')
_ERROR = re.compile(rb'<c [^>]*?\br="([A-Z]+\d+)"[^>]*?\bt="e"')


def read_workbook(name: str, suffix: str, content: bytes, sheet: str | None) -> Records:
    """The records of one sheet; without ``sheet`` the first that is not empty, with a note that names the others.

    Dates become ISO dates, whole numbers lose their ``.0``, other numbers keep full precision. A cell that shows a
    formula error is read as empty, and a note names it. Raises ``SourceError`` for a workbook that is damaged, locked
    with a password or would unpack to an unreasonable size, ``NotFound`` for an unknown sheet.
    """
    notes: list[str] = []
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise _unreadable(name, "the workbook is locked with a password", "save it without a password")
    if suffix != ".xls":
        notes += _safe_archive(name, content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
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
    except PasswordError:
        raise _unreadable(name, "the workbook is locked with a password", "save it without a password") from None
    except BaseException as error:  # the reader of old workbooks panics over damaged ones
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        what = f"this is not a {suffix[1:].upper()} workbook, or it is damaged"
        raise _unreadable(name, what, "save it again") from None
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


def _safe_archive(name: str, content: bytes) -> list[str]:
    """Notes on formula errors; ``SourceError`` when the archive is damaged or unpacks to an unreasonable size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
            if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(content):
                raise _unreadable(
                    name,
                    f"the workbook would unpack from {len(content):,} to {unpacked:,} bytes",
                    "save the one table that is needed, as CSV",
                )
            if any(item.flag_bits & 1 for item in archive.infolist()):
                raise _unreadable(name, "the workbook is locked with a password", "save it without a password")
            if (damaged := archive.testzip()) is not None:  # one changed byte can be the name of another area
                raise _unreadable(name, f"the workbook is damaged in a part: {damaged}", "save it or fetch it again")
            sheets = [item for item in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", item)]
            return [note for item in sheets for note in _sheet_notes(name, archive.read(item))]
    except BROKEN:
        raise _unreadable(name, "this is not a workbook, or it is damaged", "save it again as .xlsx or .csv") from None


def _sheet_notes(name: str, xml: bytes) -> list[str]:
    height = max(map(int, _ROW.findall(xml)), default=0)
    width = max((_column_number(letters) for letters in set(_COLUMN.findall(xml))), default=0)
    if height * width > MAX_CELLS:
        raise _unreadable(
            name,
            f"a sheet reaches over {height:,} rows × {width:,} columns",
            "delete the stray cells far from the table",
        )
    errors = [cell.decode() for cell in _ERROR.findall(xml)]
    if not errors:
        return []
    more = f" and {len(errors) - 5} more" if len(errors) > 5 else ""
    return [f"{name}: formula errors were read as empty cells: {', '.join(errors[:5])}{more}"]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unreadable(name: str, what: str, remedy: str) -> SourceError:
    return SourceError(f"{name} could not be read", faults=[Fault(what, file=name, remedy=remedy)])
