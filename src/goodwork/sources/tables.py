"""A person's file as a table of text: whatever its dialect, encoding or format."""

from __future__ import annotations

import glob
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from goodwork.errors import Fault, MissingData, SourceError, raise_faults
from goodwork.sources.delimited import Records, read_delimited
from goodwork.sources.workbooks import read_workbook

DELIMITED = (".csv", ".tsv", ".txt", ".tab")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
PARQUET = (".parquet", ".pq")


@dataclass(frozen=True, eq=False)
class RawTable:
    """The cells of a file as text, before anything is read into them.

    ``frame`` holds stripped text, an empty cell is ``""``; its index is the row a spreadsheet shows (the header of a
    plain file is row 1), so that a fault names the row a person sees; Parquet has no header row, so its first record
    is row 1. ``first_row`` is the row of the first record, ``notes`` what had to be decided to read the file.
    """

    name: str
    frame: pd.DataFrame
    first_row: int
    notes: tuple[str, ...] = field(default=())


def read_table(path: Path, sheet: str | None = None) -> RawTable:
    """The table in a CSV, TSV, TXT, XLSX, XLS, ODS or Parquet file.

    The delimiter (comma, semicolon, tab or pipe) is the one that gives every row the same number of fields. ``sheet``
    names a sheet of a workbook; without it the first sheet that is not empty is read. Rows and columns that are wholly
    empty are left out. Raises ``SourceError`` when the file cannot be read at all, ``MissingData`` when it holds no
    rows, ``DataError`` naming every row or column that is wrong, ``NotFound`` for an unknown sheet.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in (*DELIMITED, *WORKBOOKS, *PARQUET):
        raise _unreadable(
            path,
            f"the ending {suffix or '(none)'} is not one that can be read",
            f"save the table as one of {', '.join((*DELIMITED[:3], *WORKBOOKS, PARQUET[0]))}",
        )
    if sheet is not None and suffix not in WORKBOOKS:
        raise _unreadable(path, f"only a workbook has sheets, so there is no sheet {sheet!r}", "leave the sheet out")
    content = read_bytes(path)
    if not content.strip():
        raise MissingData(
            f"{path.name} is empty", faults=[Fault("the file is empty", file=path.name, remedy="add a header and rows")]
        )
    if suffix in WORKBOOKS:
        records = read_workbook(path.name, suffix, content, sheet)
    elif suffix in PARQUET:
        records = _read_parquet(path, content)
    else:
        records = read_delimited(path.name, content)
    return _table(path.name, records)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; ``SourceError`` when there is no such file, or it is a folder, or it may not be read."""
    try:
        if path.is_dir():
            raise _unreadable(path, "this is a folder, not a file", "name the file inside it")
        return path.read_bytes()
    except FileNotFoundError:
        raise _unreadable(path, f"there is no file {path}", "check the name and the folder") from None
    except (OSError, ValueError) as error:
        raise _unreadable(
            path, f"the file could not be opened: {error}", "check the name and the permissions"
        ) from None


def _unreadable(path: Path, what: str, remedy: str) -> SourceError:
    return SourceError(f"{path.name or path} could not be read", faults=[Fault(what, file=path.name, remedy=remedy)])


def _read_parquet(path: Path, content: bytes) -> Records:
    """Every column as text; numbers keep their full precision and whole numbers lose a trailing ``.0``."""
    damaged = _unreadable(path, "this is not a Parquet file, or it is damaged", "write the file again")
    if not (content.startswith(b"PAR1") and content.endswith(b"PAR1")):
        raise damaged
    with duckdb.connect() as connection:
        try:
            found = connection.execute(
                "SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [glob.escape(str(path.resolve()))]
            )
            names = [str(column[0]) for column in found.description]
            cells = found.fetchall()
        except duckdb.Error:
            raise damaged from None
    frame = pd.DataFrame(cells, columns=range(len(names)), dtype="str").fillna("")
    for column in frame:
        frame[column] = frame[column].str.replace(r"^(-?\d+)\.0$|^(\S+) 00:00:00$", r"\1\2", regex=True)
    return Records(names, frame.to_numpy(dtype=object).tolist(), list(range(1, len(cells) + 1)), ())


def _table(name: str, records: Records) -> RawTable:
    """Header and rows put together, once every row has a cell for every column and every column one name."""
    header = [cell.strip() for cell in records.header]
    width = len(header)
    lengths = [len(row) for row in records.rows]
    if any(length != width for length in lengths):
        rows = [row if len(row) <= width or any(map(str.strip, row[width:])) else row[:width] for row in records.rows]
        faults = [_ragged(name, row, number, width) for row, number in zip(rows, records.numbers, strict=True)]
        raise_faults([f for f in faults if f is not None], f"{name} has rows that do not fit its header")
    else:
        rows = records.rows
    frame = pd.DataFrame(rows, columns=range(width), index=records.numbers, dtype="str")
    frame = frame.apply(lambda column: column.str.strip()) if len(frame) else frame
    frame = frame[(frame != "").any(axis=1)] if width else frame
    kept = [i for i in range(width) if header[i] or (frame[i] != "").any()]
    raise_faults(_header_faults(name, header, kept), f"the header of {name} is wrong")
    if frame.empty:
        raise MissingData(
            f"{name} holds no rows",
            faults=[Fault("there is a header but no rows below it", file=name, row=1, remedy="add rows of figures")],
        )
    frame = frame[kept].set_axis([header[i] for i in kept], axis=1)
    return RawTable(name, frame, int(frame.index[0]), records.notes)


def _ragged(name: str, row: list[str], number: int, width: int) -> Fault | None:
    if len(row) == width:
        return None
    return Fault(
        f"{len(row)} fields where the header has {width}",
        file=name,
        row=number,
        remedy="put cells that hold the separator in double quotes, and remove title or note lines"
        if len(row) > width
        else "add the missing cells; leave a cell empty when there is no figure",
    )


def _header_faults(name: str, header: list[str], kept: list[int]) -> list[Fault]:
    seen: dict[str, int] = {}
    faults = []
    for i in kept:
        if not header[i]:
            faults.append(Fault(f"column {i + 1} has no name", file=name, row=1, remedy="name it or delete it"))
        elif header[i] in seen:
            faults.append(
                Fault(
                    f"columns {seen[header[i]] + 1} and {i + 1} have the same name",
                    file=name,
                    row=1,
                    column=header[i],
                    remedy="rename or delete one of them",
                )
            )
        seen.setdefault(header[i], i)
    return faults
