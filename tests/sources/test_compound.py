"""Workbooks of before 2007, written byte by byte: whole ones are read, bombs and broken ones are refused unopened."""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodwork.errors import GoodWorkError, SourceError
from goodwork.sources.compound import SIGNATURE, Damaged, reach
from goodwork.sources.safety import MAX_CELLS
from goodwork.sources.workbooks import read_workbook

NONE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def number(row: int, column: int, value: float) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, value))


def label(row: int, column: int, text: int) -> bytes:
    return record(0xFD, struct.pack("<HHHI", row, column, 0, text))


def shared_texts(texts: Sequence[str], joint: int = 8000) -> bytes:
    """The table of shared texts, continued in a further record wherever it is too long for one."""
    body = struct.pack("<II", len(texts), len(texts))
    for text in texts:
        body += struct.pack("<HB", len(text), 0) + text.encode("latin-1")
    parts = [body[:joint]]
    while body := body[joint:]:
        parts.append(b"\0" + body[:joint])
    return b"".join(record(0xFC if not n else 0x3C, part) for n, part in enumerate(parts))


def stream(cells: bytes, texts: Sequence[str] = (), claim: tuple[int, int, int, int] | None = None) -> bytes:
    """One sheet."""
    bof = struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6)
    sheet = record(0x809, bof[:2] + struct.pack("<H", 0x10) + bof[4:])
    if claim is not None:
        sheet += record(0x200, struct.pack("<IIHHH", *claim, 0))
    named = record(0x85, struct.pack("<IBBBB", 0, 0, 0, 1, 0) + b"S")
    start = len(record(0x809, bof) + named + shared_texts(texts) + record(0x0A, b""))
    named = record(0x85, struct.pack("<IBBBB", start, 0, 0, 1, 0) + b"S")
    return record(0x809, bof) + named + shared_texts(texts) + record(0x0A, b"") + sheet + cells + record(0x0A, b"")


def compound(held: bytes, following: dict[int, int] | None = None) -> bytes:
    """A compound file that holds one stream: a table of sectors, a directory, the stream."""
    held = held.ljust(max(4096, len(held)), b"\0")
    count = -(-len(held) // 512)
    tables = -(-(count + 1) // 126)
    chain = [*range(tables + 2, tables + 1 + count), END]
    table = [TABLE] * tables + [END, *chain]
    for at, to in (following or {}).items():
        table[at] = to
    table += [NONE] * (128 * tables - len(table))

    def entry(name: str, kind: int, first: int, size: int, child: int) -> bytes:
        told = (name + "\0").encode("utf-16-le")
        head = told.ljust(64, b"\0") + struct.pack("<HBB3I", len(told), kind, 1, NONE, NONE, child)
        return head + bytes(36) + struct.pack("<III", first, size, 0)

    directory = entry("Root Entry", 5, END, 0, 1) + entry("Workbook", 2, tables + 1, len(held), NONE)
    head = SIGNATURE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, END, 0, END, 0)
    head += struct.pack("<109I", *range(tables), *[NONE] * (109 - tables))
    body = struct.pack(f"<{len(table)}I", *table) + directory.ljust(512, b"\0") + held.ljust(count * 512, b"\0")
    return head + body


GOOD = compound(stream(label(0, 0, 0) + label(0, 1, 1) + label(1, 0, 2) + number(1, 1, 7.5), ["area", "value", "York"]))


def read(content: bytes) -> list[list[str]]:
    records = read_workbook("t.xls", ".xls", content, None)
    return [records.header, *records.rows]


def test_a_whole_one_is_read() -> None:
    assert read(GOOD) == [["area", "value"], ["York", "7.5"]]
    places, text = reach(GOOD)
    assert places == 4
    assert text >= len("areavalueYork")


def test_texts_over_several_records_are_counted_in_full() -> None:
    texts = ["x" * 3_000] * 9
    content = compound(stream(b"".join(label(n, 0, n) for n in range(9)), texts))
    assert [len(row[0]) for row in read(content)] == [3_000] * 9
    assert 9 * 3_000 <= reach(content)[1] < 9 * 3_100


BOMBS = {
    "a cell at the far end": stream(number(0, 0, 1.0) + number(65_535, 65_535, 1.0)),
    "many columns in one record": stream(
        number(0, 0, 1.0) + record(0xBD, struct.pack("<HHHiH", 65_000, 0, 0, 0, 65_535))
    ),
    "a size that is only claimed": stream(number(0, 0, 1.0), claim=(0, 2**32 - 1, 0, 2**16 - 1)),
    "a shared text again and again": stream(
        b"".join(label(n, 0, 0) for n in range(6_000)), ["x" * 60_000]
    ),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused_at_once(bomb: bytes) -> None:
    content = compound(bomb)
    begin = time.perf_counter()
    with pytest.raises(SourceError, match="could not be read") as told:
        read(content)
    assert time.perf_counter() - begin < 2
    assert "stray cells" in str(told.value)
    assert len(content) < 200_000


def test_refusing_costs_no_memory(tmp_path: Path) -> None:
    """Under a limit of address space that the reader would break: the process ends with a typed error, not killed."""
    (tmp_path / "b.xls").write_bytes(compound(BOMBS["a cell at the far end"]))
    code = (
        "import pathlib, sys\n"
        "from goodwork.errors import SourceError\n"
        "from goodwork.sources.workbooks import read_workbook\n"
        "try: read_workbook('b.xls', '.xls', pathlib.Path(sys.argv[1]).read_bytes(), None)\n"
        "except SourceError: print('no')"
    )
    limit = 3 * 2**30

    def hold() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "b.xls"], capture_output=True, text=True, preexec_fn=hold
    )
    assert (done.stdout, done.returncode) == ("no\n", 0), done.stderr


@pytest.mark.parametrize(
    "following", [{3: 3}, {5: 2}, {9: 4_000}, {1: 1}], ids=["itself", "back", "out of the file", "directory"]
)
def test_sectors_that_lead_nowhere(following: dict[int, int]) -> None:
    content = compound(stream(number(0, 0, 1.0)).ljust(6_000, b"\0"), following)
    with pytest.raises(Damaged):
        reach(content)
    with pytest.raises(SourceError, match="could not be read"):
        read(content)


def test_every_cut_is_read_the_same_or_refused() -> None:
    for end in range(0, len(GOOD), 7):
        try:
            assert read(GOOD[:end]) == [["area", "value"], ["York", "7.5"]], end
        except GoodWorkError:
            continue


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
def test_any_change_is_read_or_refused(changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(GOOD)
    for at, put in changes:
        content[at : at + len(put)] = put
    try:
        told = bool(read(bytes(content)))
    except GoodWorkError as error:
        told = bool(str(error))
    assert told


@pytest.mark.shared
def test_a_real_one_passes(shared: Path) -> None:
    content = (shared / "other" / "ons_ashe_lwf_7_1a_2022_provisional.xls").read_bytes()
    places, text = reach(content)
    assert 26_865 <= places < MAX_CELLS  # what a reader makes of it
    assert 105_572 <= text < 1_000_000


def test_what_is_no_workbook_is_not_opened() -> None:
    for content in (b"\x09\x08\x10\x00" + bytes(600), SIGNATURE, SIGNATURE + bytes(2_000)):
        with pytest.raises(GoodWorkError):
            read(content)
