"""Answers changed at random: each is read with every record accounted for, or refused with a typed error.

2,000 cases among the other tests; ``make fuzz`` tries as many as ``GOODWORK_FUZZ_CASES`` says, always new ones.
"""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.recorded.formats import FORMATS, Format
from tests.recorded.test_formats import assert_accounted

from goodwork.errors import GoodWorkError

CASES = int(os.environ.get("GOODWORK_FUZZ_CASES", "2000"))
#: What stands in cells where nobody expects it.
ODD_TEXTS = (
    *("", " ", "NaN", "inf", "-inf", "1e999", "-0", "1,234", "1.234,5", "٣٤", "½", "1_000", "0x1F", "+-1", "--", "[c]"),
    *(
        "x",
        "..",
        "*",
        "=1+1",
        '"',
        "'",
        "\ufeff5",
        "\u200b5",
        "5\u00a0",
        "E06000014",
        "E0600001",
        "2019",
        "2019/20",
        "0001",
    ),
    *(
        "31/02/2019",
        "Jan 2019-Dec 2018",
        "9999-12-31/P9Y",
        "-1",
        "true",
        "null",
        "<html>",
        "a" * 5_000,
        "\U0001f4a3",
        "é",
    ),
    *("\t", "a\nb"),
)
ODD_VALUES = (None, True, -1, 10**400, 1.5, "", "x", "2019", [], {}, [[]], {"": None}, "E06000014", 2**31, [None] * 9)
BYTES = st.sampled_from([bytes([n]) for n in b'0129,;"{}[]:<>/=&\n\r\t -.ABxz\x00\xff\x80'])


@st.composite
def changed(draw: st.DrawFn, content: bytes) -> bytes:
    """An answer with some of its bytes, cells, rows, values or parts changed, as its kind has them."""
    if content.startswith(b"PK\x03\x04") and draw(st.integers(0, 3)):
        return _parts(draw, content)
    if content.startswith(b"{") and draw(st.booleans()):
        return _values(draw, content)
    if content[-1:] == b"\n" and draw(st.booleans()):
        return _cells(draw, content)
    return _bytes(draw, content)


def _bytes(draw: st.DrawFn, content: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, max(0, len(content) - 1))), draw(st.integers(0, 20))
        put = draw(st.one_of(BYTES, st.just(b""), st.just(content[at : at + length]), st.binary(max_size=4)))
        content = content[:at] + put + content[at + draw(st.integers(0, 3)) :]
    return content


def _cells(draw: st.DrawFn, content: bytes) -> bytes:
    rows = [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) if row]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(rows) - 1))
        kind = draw(st.sampled_from(["cell", "cell", "cell", "copy", "gone", "swap", "short", "long"]))
        if kind == "cell" and rows[at]:
            rows[at][draw(st.integers(0, len(rows[at]) - 1))] = draw(st.sampled_from(ODD_TEXTS) | st.text(max_size=6))
        elif kind == "copy":
            rows.insert(at, list(rows[draw(st.integers(0, len(rows) - 1))]))
        elif kind == "gone" and len(rows) > 1:
            del rows[at]
        elif kind == "swap":
            other = draw(st.integers(0, len(rows) - 1))
            rows[at], rows[other] = rows[other], rows[at]
        elif kind == "short":
            rows[at] = rows[at][:-1]
        elif kind == "long":
            rows[at] = [*rows[at], draw(st.sampled_from(ODD_TEXTS))]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=draw(st.sampled_from(["\n", "\r\n"]))).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _values(draw: st.DrawFn, content: bytes) -> bytes:
    data = json.loads(content)
    for _ in range(draw(st.integers(1, 3))):
        parent, key = _place(draw, data)
        if parent is None:
            break
        kind = draw(st.sampled_from(["odd", "odd", "gone", "text", "number"]))
        if kind == "gone":
            del parent[key]
        else:
            odd = {"odd": st.sampled_from(ODD_VALUES), "text": st.sampled_from(ODD_TEXTS), "number": st.floats()}
            parent[key] = deepcopy(draw(odd[kind]))
    return json.dumps(data).encode()


def _place(draw: st.DrawFn, data: Any) -> tuple[Any, Any]:
    """A place somewhere in a tree of JSON: what holds it, and under which key."""
    parent: Any = None
    key: Any = None
    while isinstance(data, dict | list) and data:
        keys = list(data) if isinstance(data, dict) else list(range(len(data)))
        parent, key = data, draw(st.sampled_from(keys))
        data = data[key]
        if not draw(st.integers(0, 3)):
            break
    return parent, key


def _parts(draw: st.DrawFn, content: bytes) -> bytes:
    """A zip whose checksums hold, with something changed in one of its parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {item.filename: archive.read(item) for item in archive.infolist()}
    title = draw(st.sampled_from(sorted(parts)))
    parts[title] = _bytes(draw, parts[title])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, body in parts.items():
            archive.writestr(part, body)
    return out.getvalue()


@pytest.mark.timeout(0 if CASES > 10_000 else 300)
@pytest.mark.parametrize("format_", FORMATS, ids=str)
def test_any_change_is_read_or_refused(format_: Format) -> None:
    @settings(
        max_examples=-(-CASES // len(FORMATS)), deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(changed(format_.content))
    def check(content: bytes) -> None:
        try:
            reading = format_.read(content)
        except GoodWorkError as error:
            assert str(error)  # noqa: PT017
            return
        assert_accounted(reading)

    check()
