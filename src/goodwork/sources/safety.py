"""Workbooks looked over before a reader opens them: what would not fit into memory is refused while it is still small.

A spreadsheet is a zip of XML, and a few kilobytes of either can claim millions of rows. Readers of spreadsheets believe
what they are told, and end the whole process when there is no memory left. So every part is unpacked piece by piece and
what it holds is counted first, never too low.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from goodwork.errors import Fault, SourceError
from goodwork.sources.repeats import OpenDocument
from goodwork.zips import BROKEN

MAX_UNPACKED = 64 * 2**20
MAX_RATIO = 200
MAX_PARTS = 5_000
#: Of the rectangle that the cells of one sheet span: a reader makes a cell of every place in it.
MAX_CELLS = 5_000_000
#: Characters once every cell has its text, however often one text is shared or repeated.
MAX_TEXT = 64 * 2**20
_PIECE = 2**20

_TAG = rb"<(?:[\w.-]+:)?"
_ATTRIBUTES = rb"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*?"
_ROW = re.compile(_TAG + rb"row[\s/>]")
_CELL = re.compile(_TAG + rb"c[\s/>]")
_EITHER = re.compile(_TAG + rb"(?:c|row)[\s/>]")
#: A row or cell that says where it stands, and whether it is empty. Attributes are read whole, so that nothing inside
#: one can pass for another; what does not fit the pattern counts as a cell that does not say where it stands.
_PLACED = re.compile(
    _TAG + rb"(?:c|row)" + _ATTRIBUTES + rb"\s+r\s*=\s*[\"']([A-Za-z]{0,3}[0-9]{1,9})[\"']" + _ATTRIBUTES + rb"\s*(/?)>"
)
_SHARED = re.compile(rb"[\s\"']t\s*=\s*[\"']s[\"']")
_SHARED_TEXT = re.compile(_SHARED.pattern + rb"[^<]*" + _TAG + rb"v\b[^<>]*>\s*([0-9]{1,9})\s*<")
_TEXT = re.compile(_TAG + rb"si[\s/>]")
_ERROR = re.compile(rb'<c [^>]*?\br="([A-Z]+\d+)"[^>]*?\bt="e"')
_LETTERS, _DIGITS = bytes(range(65, 91)) + bytes(range(97, 123)), bytes(range(48, 58))


def look_over(name: str, content: bytes) -> list[str]:
    """Notes on formula errors in an XLSX or ODS workbook, once it is found safe to open.

    Raises ``SourceError`` when it is damaged in any part, locked with a password, declares entities of its own, or
    would unpack to an unreasonable size, number of cells or length of text, whatever it says of itself.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except BROKEN:
        raise _damaged(name) from None
    with archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked > min(MAX_UNPACKED, MAX_RATIO * len(content)):
            raise too_much(name, f"the workbook would unpack from {len(content):,} to {unpacked:,} bytes")
        if len(parts) > MAX_PARTS:
            raise too_much(name, f"the workbook has {len(parts):,} parts, more than {MAX_PARTS:,}")
        if any(part.flag_bits & 1 for part in parts):
            raise unreadable(name, "the workbook is locked with a password", "save it without a password")
        if any(part.filename.lower().endswith("workbook.bin") for part in parts):
            raise unreadable(name, "this is a binary workbook (XLSB)", "save it as .xlsx or .csv")
        return _Book(name, archive).look_over()


def unreadable(name: str, what: str, remedy: str) -> SourceError:
    """The error for a workbook that is not opened, or could not be read.

    >>> print(unreadable("a.xlsx", "it is damaged", "save it again").faults[0])
    a.xlsx: it is damaged — save it again
    """
    return SourceError(f"{name} could not be read", faults=[Fault(what, file=name, remedy=remedy)])


def too_much(name: str, what: str) -> SourceError:
    """The error for a workbook that would not fit.

    >>> print(too_much("a.xlsx", "a sheet reaches over 9 rows").faults[0].what)
    a sheet reaches over 9 rows
    """
    return unreadable(name, what, "delete stray cells far from the table, or save the one table needed as CSV")


def _damaged(name: str) -> SourceError:
    return unreadable(name, "this is not a workbook, or it is damaged", "save it again as .xlsx or .csv")


class _Book:
    """What the parts of one workbook hold."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self.name, self.archive = name, archive
        self.lengths: list[int] = []
        self.errors: list[str] = []

    def look_over(self) -> list[str]:
        cells = {part.filename: self._part(part.filename) for part in self.archive.infolist()}
        if sum(cells.values()) * max(self.lengths, default=0) > MAX_TEXT:
            self._check_text(sum(self._text_of(title) for title, count in cells.items() if count))
        if not self.errors:
            return []
        more = f" and {len(self.errors) - 5} more" if len(self.errors) > 5 else ""
        return [f"{self.name}: formula errors were read as empty cells: {', '.join(self.errors[:5])}{more}"]

    def _part(self, title: str) -> int:
        """Look over one part, to its end so that its checksum is compared; how many cells and rows it has."""
        letters: set[bytes] = set()
        digits: set[bytes] = set()
        tags = placed = 0
        is_open_document = False
        for piece in self._pieces(title):
            if b"<!ENTITY" in piece:
                raise unreadable(self.name, "the workbook declares entities of its own", "save it as .xlsx or .csv")
            is_open_document = is_open_document or b"table-cell" in piece
            tags += len(_EITHER.findall(piece))
            found = _PLACED.findall(piece)
            placed += len(found)
            letters.update(reference.rstrip(_DIGITS) for reference, empty in found if not empty)
            digits.update(reference.lstrip(_LETTERS) for reference, empty in found if not empty)
            self._texts(piece)
            if b't="e"' in piece:
                self.errors += [cell.decode() for cell in _ERROR.findall(piece)]
        height = max(map(int, digits), default=0)
        width = max((_column(text.decode()) for text in letters), default=0)
        if placed < tags:  # cells that do not say where they stand: each stands beside the one before
            rows, widest = self._unplaced(title)
            height, width = height + rows, width + widest
        if height * width > MAX_CELLS:
            raise too_much(self.name, f"a sheet reaches over {height:,} rows × {width:,} columns")
        if is_open_document:
            self._open_document(title)
        return tags

    def _texts(self, piece: bytes) -> None:
        """The lengths of the shared texts, their markup counted in."""
        if not self.lengths and b"si" not in piece:
            return
        starts = [found.start() for found in _TEXT.finditer(piece)]
        if self.lengths:
            self.lengths[-1] += starts[0] if starts else len(piece)
        self.lengths += [after - start for start, after in pairwise([*starts, len(piece)])]

    def _unplaced(self, title: str) -> tuple[int, int]:
        """How many rows begin in a part, and the most cells between the beginnings of two of them."""
        rows = widest = cells = 0
        for piece in self._pieces(title):
            for number, row in enumerate(_ROW.split(piece)):
                cells = len(_CELL.findall(row)) + (cells if number == 0 else 0)
                rows, widest = rows + (number > 0), max(widest, cells)
        return rows, widest

    def _text_of(self, title: str) -> int:
        """The characters that the cells of one part share, each as often as it is shared."""
        told: Counter[bytes] = Counter()
        shared = 0
        for piece in self._pieces(title):
            shared += len(_SHARED.findall(piece))
            told.update(_SHARED_TEXT.findall(piece))
        known = sum(n * self.lengths[int(at)] for at, n in told.items() if int(at) < len(self.lengths))
        return known + max(self.lengths) * max(0, shared - told.total())

    def _check_text(self, length: int) -> None:
        if length > MAX_TEXT:
            raise too_much(self.name, f"the cells of the workbook hold {length:,} characters")

    def _open_document(self, title: str) -> None:
        document = OpenDocument()
        for piece in self._pieces(title):
            document.feed(piece)
            if document.cells > MAX_CELLS:
                raise too_much(self.name, f"a sheet reaches over {document.cells:,} cells")
            self._check_text(document.text)
        if document.damaged:
            raise unreadable(self.name, "the workbook is damaged: it is not regular XML", "save or fetch it again")

    def _pieces(self, title: str) -> Iterator[bytes]:
        """A part piece by piece; none ends inside a tag, nor between a cell and its value where that can be helped."""
        kept = b""
        try:
            with self.archive.open(title) as opened:
                while piece := opened.read(_PIECE):
                    whole = kept + piece
                    at = whole.rfind(b"<c ", len(whole) - 1000)
                    at = at if at > 0 else whole.rfind(b"<")
                    at = at if at > 0 else len(whole)
                    kept = whole[at:]
                    yield whole[:at]
        except BROKEN:  # of the reader of zips alone: what goes wrong with a piece is not thrown in here
            raise _damaged(self.name) from None
        if kept:
            yield kept


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
