"""Workbooks of before 2007 (XLS) looked over before they are opened: how far cells reach, how long texts are.

An XLS file is a small file system of sectors that holds one stream of records. It is not packed, but a record of a few
bytes can place a cell at the far end of a sheet, claim sizes, or repeat a shared text; a reader believes it and asks
for the memory. Source: Microsoft, [MS-CFB] and [MS-XLS].
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFA  # from here on a number says something other than which sector
_SMALL = 4096  # streams below this length lie in a stream of small sectors
_BOF, _CONTINUE, _DIMENSIONS, _SHARED, _SHARED_TEXTS = 0x809, 0x3C, 0x200, 0xFD, 0xFC
#: Records of several cells of a row: the last column stands at their end.
_RUNS = {0xBD, 0xBE}
#: Records that begin with the row and the column of a cell.
_CELLS = {0x06, 0x7E, 0x27E, 0x201, 0x203, 0x204, 0x205, 0x206, 0x406, 0xD6, _SHARED} | _RUNS


class Damaged(Exception):
    """The bytes are no regular XLS file."""


def reach(content: bytes) -> tuple[int, int]:
    """How many places the rectangles of all sheets have, and how many characters their cells hold together, shared
    texts counted as often as they are shared; never too low.

    Raises ``Damaged`` when sectors, directory or records make no sense.
    """
    places, own = 0, 0
    sheet = _Rectangle()
    shared: Counter[int] = Counter()
    lengths: list[int] = []
    for kind, body in _records(_stream(content)):
        if kind == _BOF:
            places, sheet = places + sheet.places, _Rectangle()
        elif kind == _DIMENSIONS and len(body) >= 12:
            sheet.claimed(*struct.unpack_from("<IIHH", body))
        elif kind in _CELLS and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            sheet.hold(row, column, struct.unpack_from("<H", body, len(body) - 2)[0] if kind in _RUNS else column)
            own += len(body)
            if kind == _SHARED and len(body) >= 10:
                shared[struct.unpack_from("<I", body, 6)[0]] += 1
        elif kind == _SHARED_TEXTS:
            lengths = _text_lengths(body)
    longest = max(lengths, default=0)
    text = sum(count * (lengths[at] if at < len(lengths) else longest) for at, count in shared.items())
    return places + sheet.places, text + own


class _Rectangle:
    """The smallest rectangle that holds every cell of a sheet; or the one that the sheet claims, if that is larger."""

    def __init__(self) -> None:
        self.top, self.bottom, self.left, self.right = 2**32, -1, 2**32, -1
        self.claim = 0

    def hold(self, row: int, column: int, last: int) -> None:
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column, last), max(self.right, column, last)

    def claimed(self, first: int, after: int, left: int, right: int) -> None:
        self.claim = max(self.claim, abs(after - first) * abs(right - left))

    @property
    def places(self) -> int:
        held = (self.bottom - self.top + 1) * (self.right - self.left + 1) if self.bottom >= 0 else 0
        return max(held, self.claim)


def _stream(content: bytes) -> bytes:
    """The stream of the workbook."""
    try:
        return _Sectors(content).stream("Workbook", "Book")
    except (struct.error, IndexError):
        raise Damaged from None


class _Sectors:
    """The sectors of a compound file, each followed by the one that its table names."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(SIGNATURE):
            raise Damaged
        self.content = content
        shift, small = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or small >= shift:
            raise Damaged
        self.size, self.small = 1 << shift, 1 << small
        directory, small_table, more, count = (struct.unpack_from("<I", content, at)[0] for at in (48, 60, 68, 72))
        tables = [n for n in struct.unpack_from("<109I", content, 76) if n < _FREE]
        for _ in range(min(count, len(content) // self.size)):
            if more >= _FREE:
                break
            *further, more = struct.unpack(f"<{self.size // 4}I", self._sector(more))
            tables += [n for n in further if n < _FREE]
        if len(tables) > len(content) // self.size:
            raise Damaged
        self.next = [n for at in tables for n in struct.unpack(f"<{self.size // 4}I", self._sector(at))]
        self.entries = self._chain(directory)
        table = self._chain(small_table) if small_table < _FREE else b""
        self.next_small = list(struct.unpack(f"<{len(table) // 4}I", table))

    def stream(self, *names: str) -> bytes:
        """The bytes of the first stream with one of these names."""
        found: dict[str, tuple[int, int]] = {}
        for at in range(0, len(self.entries) - 127, 128):
            entry = self.entries[at : at + 128]
            length = max(0, struct.unpack_from("<H", entry, 64)[0] - 2)
            name = "" if length > 62 else entry[:length].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<II", entry, 116)
            found.setdefault("/" if entry[66] == 5 else name, (first, size))
        for name in names:
            if name in found:
                first, size = found[name]
                if size >= _SMALL:
                    return self._chain(first)[:size]
                root = self._chain(found["/"][0]) if "/" in found else b""
                return self._chain_of(first, self.next_small, root, self.small, 0)[:size]
        raise Damaged

    def _sector(self, number: int) -> bytes:
        sector = self.content[(number + 1) * self.size : (number + 2) * self.size]
        if not sector:
            raise Damaged
        return sector.ljust(self.size, b"\0")

    def _chain(self, first: int) -> bytes:
        return self._chain_of(first, self.next, self.content, self.size, 1)

    def _chain_of(self, first: int, following: list[int], content: bytes, size: int, before: int) -> bytes:
        parts: list[bytes] = []
        at = first
        while at < _FREE:
            if len(parts) > len(following) or at >= len(following):
                raise Damaged  # it leads in a circle, or out of the file
            parts.append(content[(at + before) * size : (at + before + 1) * size])
            at = following[at]
        return b"".join(parts)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a workbook; the table of shared texts with its continuations, each under a mark of its own."""
    at, held, parts = 0, 0, [b""]
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _CONTINUE and held:
            parts.append(body)
            continue
        if held:
            yield held, _put_together(parts)
            held = 0
        if kind == _SHARED_TEXTS:
            held, parts = kind, [body]
        elif kind or length:
            yield kind, body
        else:
            break  # zeros after the last record
    if held:
        yield held, _put_together(parts)


def _put_together(parts: list[bytes]) -> bytes:
    """The parts of a record behind the positions of their joints: a count, then where each begins."""
    starts = [0]
    for part in parts:
        starts.append(starts[-1] + len(part))
    return struct.pack(f"<I{len(starts)}I", len(starts), *starts) + b"".join(parts)


def _text_lengths(told: bytes) -> list[int]:
    """The length of every shared text, in characters; where the table is not regular the rest of it is one text."""
    (count,) = struct.unpack_from("<I", told)
    joints = struct.unpack_from(f"<{count}I", told, 4)
    body = told[4 + 4 * count :]
    lengths: list[int] = []
    at = 8
    while at + 3 <= len(body):
        characters, flags = struct.unpack_from("<HB", body, at)
        at += 3
        runs = struct.unpack_from("<H", body, at)[0] if flags & 8 and at + 2 <= len(body) else 0
        at += 2 * bool(flags & 8)
        extra = struct.unpack_from("<I", body, at)[0] if flags & 4 and at + 4 <= len(body) else 0
        at += 4 * bool(flags & 4)
        lengths.append(characters)
        left = characters
        while left and at < len(body):
            place = bisect_right(joints, at)
            if joints[place - 1] == at:  # a continuation says anew how wide its characters are
                flags, at = body[at], at + 1
            width = 1 + (flags & 1)
            taken = min(left, max(1, (joints[min(place, count - 1)] - at) // width))
            left, at = left - taken, at + taken * width
        at += 4 * runs + extra
    return lengths
