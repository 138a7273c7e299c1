"""Zip archives are opened only when they are safe to open."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pytest

from goodwork.errors import SourceError
from goodwork.sources.archives import MAX_MEMBERS, read_members


def zipped(files: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for title, content in files:
            archive.writestr(title, content)
    return buffer.getvalue()


def test_files_by_their_names() -> None:
    assert read_members("a.zip", zipped([("x/a.csv", b"1"), ("b.csv", b"2")])) == {"x/a.csv": b"1", "b.csv": b"2"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "files",
    [
        [("bomb.csv", b"0" * 50_000_000)],
        [(f"{i}.csv", b"1") for i in range(MAX_MEMBERS + 1)],
        [("a.csv", b"1"), ("a.csv", b"2")],
    ],
)
def test_bombs_and_doubles_are_refused(files: list[tuple[str, bytes]]) -> None:
    content = zipped(files)
    start = time.perf_counter()
    with pytest.raises(SourceError):
        read_members("a.zip", content)
    assert time.perf_counter() - start < 2


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    content = zipped([("a.csv", b"0" * 1_000_000)])
    real, false = struct.pack("<I", 1_000_000), struct.pack("<I", 10)
    assert content.count(real) == 2
    with pytest.raises(SourceError):
        read_members("a.zip", content.replace(real, false))


def test_every_cut_is_refused() -> None:
    content = zipped([("a.csv", b"area,value\n")])
    for end in range(len(content)):
        with pytest.raises(SourceError):
            read_members("a.zip", content[:end])
