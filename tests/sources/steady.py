"""What every reader must keep to, whatever arrives: an equal result or a typed error, and no row lost in silence."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from tests.recorded.breakages import breakages, byte_cuts, header_breakages

from goodwork.errors import GoodWorkError
from goodwork.sources.reading import ROW_COLUMNS, Reading

Read = Callable[[bytes], Reading]

#: Any JSON value, with the keys the formats use more often than by chance.
KEYS = st.sampled_from(
    [
        "class",
        "id",
        "size",
        "dimension",
        "value",
        "status",
        "role",
        "features",
        "properties",
        "cubes",
        "fields",
        "values",
        "observations",
        "dimensions",
        "error",
        "items",
        "labels",
        "uris",
        "category",
        "index",
        "attributes",
        "measures",
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False)
    | st.sampled_from(["dataset", "A", "2019"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


def same(one: Reading, other: Reading) -> bool:
    """Whether two readings hold the same figures, wherever they stand."""
    return figures(one).equals(figures(other))


def figures(reading: Reading) -> pd.DataFrame:
    """The rows in a fixed order, without where they stand in the file."""
    columns = [column for column in ROW_COLUMNS if column != "row"]
    return reading.rows[columns].sort_values(columns[:6], ignore_index=True)


def account_is_whole(reading: Reading) -> None:
    """Every record is among the rows or left out for a reason, and no figure stands beside a withholding marker."""
    assert list(reading.rows.columns) == list(ROW_COLUMNS)
    assert len(reading.rows) + sum(reading.left_out.values()) == reading.records
    assert all(reading.left_out.values())
    withheld = reading.rows["status"].isin(["c", "x", "z", "w"])
    assert reading.rows.loc[withheld, "value"].isna().all()
    assert (reading.rows["status"][reading.rows["value"].isna()] != "").all()


def assert_steady(read: Read, content: bytes, headers: bool = False, also_allowed: Iterable[str] = ()) -> None:
    """Every breakage of an answer gives an equal result or a typed error; ``also_allowed`` may give fewer figures."""
    whole = read(content)
    account_is_whole(whole)
    cases = list(breakages(content)) + (list(header_breakages(content)) if headers else [])
    for label, broken in cases:
        try:
            found = read(broken)
        except GoodWorkError:
            continue
        account_is_whole(found)
        assert same(found, whole) or label in also_allowed, label


def assert_cuts_are_seen(read: Read, content: bytes, cuts: Iterator[tuple[str, bytes]] | None = None) -> None:
    """A cut answer gives an equal result or a typed error; cut at a line end, figures that are all in the whole one."""
    whole = figures(read(content))
    for label, cut in cuts or byte_cuts(content):
        try:
            found = figures(read(cut))
        except GoodWorkError:
            continue
        if not cut.endswith((b"\n", b"\r")):
            assert found.equals(whole), label
        merged = found.merge(whole, how="left", indicator=True)
        assert (merged["_merge"] == "both").all(), label


def some_cuts(content: bytes, number: int = 40) -> Iterator[tuple[str, bytes]]:
    """A long answer cut at some places, always the same, and near its end."""
    places = random.Random(7).sample(range(len(content)), number)
    for end in [*places, *range(len(content) - 8, len(content))]:
        yield f"cut after byte {end}", content[:end]


def assert_no_crash(read: Callable[[bytes], Any], content: bytes, number: int = 80) -> None:
    """Bytes changed, dropped and doubled at random give a result or a typed error, never another exception."""
    chance = random.Random(11)
    for _ in range(number):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(changed))
            kind = chance.randrange(3)
            if kind == 0:
                changed[at] = chance.choice(b'0129,;"{}[]:\n\r\t -.ABxz\xff\x80')
            elif kind == 1:
                del changed[at : at + chance.randint(1, 6)]
            else:
                changed[at:at] = changed[at : at + chance.randint(1, 20)]
        with suppress(GoodWorkError):
            read(bytes(changed))


def parts_broken(data: Any) -> Iterator[tuple[str, bytes]]:
    """A JSON answer with one part at a time dropped or replaced by something of another kind."""
    for path in list(_paths(data))[1:]:
        for label, put in (("dropped", None), ("null", "null"), ("true", "true")):
            copy = json.loads(json.dumps(data))
            parent = copy
            for key in path[:-1]:
                parent = parent[key]
            if put is None:
                del parent[path[-1]]
            else:
                parent[path[-1]] = json.loads(put)
            yield f"{'/'.join(map(str, path))} {label}", json.dumps(copy).encode()


def _paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, part in parts:
        yield from _paths(part, (*path, key))


def never_crashes(read: Callable[[bytes], Any], cases: Iterable[tuple[str, bytes]]) -> None:
    """Each case gives a result or a typed error."""
    for label, content in cases:
        try:
            read(content)
        except GoodWorkError:
            continue
        except Exception as error:
            raise AssertionError(f"{label}: {error!r}") from error
