"""Text separated by commas, semicolons, tabs or pipes, in whatever encoding it was saved."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from itertools import islice

from goodwork.errors import DataError, Fault, MissingData, SourceError

#: In the order in which they are preferred when two explain a file equally well.
DELIMITERS = {"\t": "tab", ";": "semicolon", "|": "pipe", ",": "comma"}

SAMPLE = 500
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b]")


@dataclass(frozen=True)
class Records:
    """A header, rows of cells, the number of each row as a spreadsheet shows it, and notes."""

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    notes: tuple[str, ...]


def read_delimited(name: str, content: bytes) -> Records:
    """The records of a delimited text; blank lines are left out but counted.

    Raises ``SourceError`` for bytes that are not text, ``DataError`` for a quotation mark that is never closed,
    ``MissingData`` when there is nothing but blank lines.
    """
    text, notes = decode(name, content)
    delimiter = find_delimiter(text)
    rows: list[list[str]] = []
    numbers: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if row and (len(row) > 1 or row[0].strip()):
                rows.append(row)
                numbers.append(number)
    except csv.Error as error:
        raise DataError(
            f"{name} is not a regular table",
            faults=[
                Fault(
                    f"the quotation marks or the cells are not regular ({error})",
                    file=name,
                    row=number + 1,
                    remedy='close every quotation mark, and double a mark inside a cell ("")',
                )
            ],
        ) from None
    if not rows:
        raise MissingData(
            f"{name} is empty", faults=[Fault("the file is empty", file=name, remedy="add a header and rows")]
        )
    return Records(rows[0], rows[1:], numbers[1:], notes)


def decode(name: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text in the bytes: by its byte order mark, else UTF-8, else Windows-1252 with a note that says so.

    >>> decode("a.csv", "Môn".encode("cp1252"))
    ('Môn', ('a.csv is not UTF-8; it was read as Windows-1252 (check accented letters)',))
    """
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1")):
        raise _not_text(name, "it is a workbook or a Parquet file under another ending")
    notes: tuple[str, ...] = ()
    mark, encoding = next(((m, e) for m, e in _MARKS if content.startswith(m)), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        if mark:
            raise _not_text(name, f"it announces {encoding.upper()} but does not keep to it") from None
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise _not_text(name, "its bytes are neither UTF-8 nor Windows-1252") from None
        notes = (f"{name} is not UTF-8; it was read as Windows-1252 (check accented letters)",)
    if found := _CONTROL.search(text):
        what = "NUL bytes" if found.group() == "\0" else f"the control character {found.group()!r}"
        row = text.count("\n", 0, found.start()) + 1
        raise _not_text(name, f"it holds {what}", row)
    return text, notes


def find_delimiter(text: str) -> str:
    r"""The separator under which most rows have as many fields as the header, then the one that gives most fields.

    >>> find_delimiter("area;value\nA1;1,5\nA2;2,5\n"), find_delimiter('area,note\nA1,"x;y"\n')
    (';', ',')
    """
    best, chosen = (0.0, 0), ","
    for delimiter in DELIMITERS:
        lines = io.StringIO(text, newline="")
        try:
            widths = [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), SAMPLE) if row]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        score = (sum(width == widths[0] for width in widths[1:]) / max(len(widths) - 1, 1), widths[0])
        if score > best:
            best, chosen = score, delimiter
    return chosen


def _not_text(name: str, why: str, row: int | None = None) -> SourceError:
    return SourceError(
        f"{name} could not be read",
        faults=[
            Fault(f"this is not a text file: {why}", file=name, row=row, remedy="save it as CSV UTF-8 and try again")
        ],
    )
