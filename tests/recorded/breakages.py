"""The ways a publisher's answer breaks: every reader must read it as before or say what is wrong."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator

import pandas as pd

from goodwork.errors import GoodWorkError
from goodwork.sources.reading import Reading

PAGE = b"<!DOCTYPE html>\r\n<html><head><title>Error</title></head><body>An error, occurred</body></html>"


def byte_cuts(content: bytes, upto: int = 2048) -> Iterator[tuple[str, bytes]]:
    """The content cut after every byte; of a long one, the first ``upto`` bytes and each cut of those."""
    whole = content[:upto]
    for end in range(len(whole)):
        yield f"cut after byte {end}", whole[:end]


def breakages(content: bytes) -> Iterator[tuple[str, bytes]]:
    """One answer, broken in every way that does not depend on its format.

    The labels that begin with ``same`` change nothing that matters: a reader gives an equal result or a typed error,
    and never fewer rows. All others may also be refused.
    """
    bare = content.removeprefix(codecs.BOM_UTF8)
    lines = bare.replace(b"\r\n", b"\n")
    yield "same: byte order mark", codecs.BOM_UTF8 + bare
    yield "same: no byte order mark", bare
    yield "same: CRLF", lines.replace(b"\n", b"\r\n")
    yield "same: LF", lines
    yield "same: no last line end", content.rstrip(b"\r\n")
    yield "same: blank last lines", content + b"\n\n"
    yield "empty", b""
    yield "blank", b"  \r\n \n"
    yield "byte order mark only", codecs.BOM_UTF8
    yield "page with status 200", PAGE
    yield "page after the figures", content + PAGE
    yield "header only", bare.splitlines(keepends=True)[0] if bare else b""
    yield "header only, no line end", bare.splitlines()[0] if bare else b""
    yield "no header", b"".join(bare.splitlines(keepends=True)[1:])
    yield "UTF-16", bare.decode("utf-8", "replace").encode("utf-16")
    yield "UTF-16 without mark", bare.decode("utf-8", "replace").encode("utf-16-le")
    yield "EBCDIC", bare.decode("utf-8", "replace").encode("cp037", "replace")
    yield "wrong bytes", bare[: len(bare) // 2] + b"\xff\xfe\x00\x81" + bare[len(bare) // 2 :]
    yield "NUL in the middle", bare[: len(bare) // 2] + b"\x00" + bare[len(bare) // 2 :]
    yield "twice", content + content
    yield "open quotation mark", content + b'"'
    yield "compressed", b"\x1f\x8b\x08\x00" + bare[:200]
    yield "workbook", b"PK\x03\x04" + bare[:200]
    yield "JSON error", b'{"error":{"code":400,"message":"Invalid URL","details":[]}}'
    yield "plain words", b"Response too large"


def header_breakages(content: bytes) -> Iterator[tuple[str, bytes]]:
    """A comma-separated answer whose columns were moved, doubled, dropped or renamed, with its cells kept.

    ``same: columns reversed`` must read as before; ``renamed``, ``dropped`` and ``doubled`` name the column's number.
    """
    rows = [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) if row]

    def written(table: list[list[str]]) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(table)
        return out.getvalue().encode()

    yield "same: columns reversed", written([row[::-1] for row in rows])
    for i, name in enumerate(rows[0]):
        yield f"renamed: {name}", written([[*rows[0][:i], "zz unheard of", *rows[0][i + 1 :]], *rows[1:]])
        yield f"dropped: {name}", written([[*row[:i], *row[i + 1 :]] for row in rows])
        yield f"doubled: {name}", written([[*row, row[i]] for row in rows])


def assert_cuts_show(read: Callable[[bytes], Reading], content: bytes, *, upto: int = 2048) -> None:
    """Every cut gives a typed error or the same figures; a cut at a line end may give the first of them."""
    whole = _figures(read(content))
    for label, cut in byte_cuts(content, upto):
        try:
            found = _figures(read(cut))
        except GoodWorkError:
            continue
        at_line_end = cut.endswith((b"\n", b"\r")) or content[len(cut) : len(cut) + 1] in (b"\n", b"\r")
        assert found.equals(whole) or (at_line_end and found.equals(whole.head(len(found)))), label


def _figures(reading: Reading) -> pd.DataFrame:
    """Everything but the place in the file."""
    return reading.rows.drop(columns="row")
