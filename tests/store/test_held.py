"""A table held small gives back what was read, bit by bit, and another process may read it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from goodwork.store import apart
from goodwork.store.cuts import Cuts
from goodwork.store.editions import write_edition
from goodwork.store.held import LONG, Held
from goodwork.store.tables import parquet_bytes, read_parquet

ROWS = 400
TABLE = pd.DataFrame({
    "view": ["a", "b", "a", "c's"] * (ROWS // 4),
    "node": list("xxyyzzxx") * (ROWS // 8),
    "many": [f"text {k}" for k in range(ROWS)],
    "long": ["", "<svg>" * LONG, "short", "<svg/>" * LONG] * (ROWS // 4),
    "few": [0.1, float("nan"), -0.0, 0.0] * (ROWS // 4),
    "every": np.random.default_rng(1).normal(size=ROWS),
    "rank": np.arange(ROWS) % 7,
    "sure": [True, False] * (ROWS // 2),
})  # fmt: skip


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cuts, Cuts, pd.DataFrame]:
    """The same edition held small by another process, read in the usual way, and its table."""
    edition = write_edition(tmp_path_factory.mktemp("held"), "held", {"t": TABLE}, {"title": "held"})
    held = Cuts(edition, ["view"])
    held.hold()
    return held, Cuts(edition, ["view"]), edition.table("t")


def test_every_bit_comes_back(read: tuple[Cuts, Cuts, pd.DataFrame]) -> None:
    held, _, table = read
    assert list(held.held) == ["t"]
    found = held.held["t"].take()
    pd.testing.assert_frame_equal(found, table)
    for name in ("few", "every"):
        assert (found[name].to_numpy().view(np.int64) == table[name].to_numpy().view(np.int64)).all()
    assert held.held["t"].packed


def test_it_is_smaller_than_the_table(read: tuple[Cuts, Cuts, pd.DataFrame]) -> None:
    columns = read[0].held["t"].columns
    assert all(columns[name].rows.itemsize == 1 for name in ("view", "node", "few", "rank", "sure"))
    assert columns["every"].words is None
    words = columns["long"].words
    assert words is not None
    assert max(len(word) for word in words) < LONG


@pytest.mark.parametrize("where", [{}, {"view": ["a", "c's"]}, {"view": ["a"], "node": ["z", "none"]},
                                   {"rank": [3]}, {"few": [0.0]}, {"sure": [True]}, {"every": [7.0]}])  # fmt: skip
def test_rows_that_hold_values_are_those_of_the_table(read: tuple[Cuts, Cuts, pd.DataFrame], where: dict) -> None:
    held, plain, _ = read
    pd.testing.assert_frame_equal(held.among("t", where), plain.among("t", where))


def test_cuts_and_parts_are_those_of_the_table(read: tuple[Cuts, Cuts, pd.DataFrame]) -> None:
    held, plain, table = read
    for where in ({"view": "a"}, {"view": "c's", "node": "y"}, {"view": "none"}):
        pd.testing.assert_frame_equal(held.rows("t", where), plain.rows("t", where))
    for cuts in (held, plain):
        parts = list(cuts.parts("t", 150))
        assert [len(part) for part in parts] == [150, 150, 100]
        pd.testing.assert_frame_equal(pd.concat(parts), table)


def test_a_table_without_rows_is_held_too() -> None:
    held = Held.of(TABLE.iloc[:0])
    assert list(held.take().columns) == list(TABLE.columns)
    assert held.places(["view"]) == {}
    assert len(held.among({"view": ["a"]})) == 0


def test_a_damaged_table_is_left_to_who_asks_for_it(tmp_path: Path) -> None:
    edition = write_edition(tmp_path, "two", {"whole": TABLE, "cut": TABLE}, {"title": "two"})
    file = edition.path / "cut.parquet"
    file.write_bytes(file.read_bytes()[:-9])
    assert [name for name, _ in apart.held_tables(edition.path)] == ["whole"]


def test_parquet_written_apart_is_the_same(tmp_path: Path) -> None:
    facts = {"edition": "one's"}
    content = apart.parquet(TABLE, facts)
    assert content == parquet_bytes(TABLE, facts)
    (tmp_path / "t.parquet").write_bytes(content)
    assert len(read_parquet(tmp_path / "t.parquet")) == ROWS
