"""What needs DuckDB done by a process of its own, which ends with it: a process that serves for months does not hold
40 MB of a library that it needs when it begins, and now and then for a download."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodwork.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.store.held import Held

#: Whether files are written apart from now on.
_APART = [False]


def apart(chosen: bool = True) -> None:
    """From now on Parquet for a download is written by a process of its own."""
    _APART[:] = [chosen]


def chosen() -> bool:
    """Whether it is."""
    return _APART[0]


def held_tables(edition: Path) -> Iterator[tuple[str, Held]]:
    """Every table of an edition that is whole, by name. One that is not is left out: who asks for it is told."""
    with _other("tables", edition) as other:
        assert other.stdout is not None  # it is a pipe; for the type checker
        with suppress(EOFError, pickle.UnpicklingError):  # it has ended, or was ended within a table
            while True:
                yield pickle.load(other.stdout)  # from our own process


def parquet(table: pd.DataFrame, facts: Mapping[str, str]) -> bytes:
    """A table as the bytes of a Parquet file, with facts about it."""
    with _other("parquet", (table, dict(facts))) as other:
        assert other.stdout is not None  # as above
        content = other.stdout.read()
    if other.returncode or not content:
        raise StoreError("the file could not be written: the process ended", remedy="see that there is memory left")
    return bytes(content)


def _other(what: str, given: Any) -> subprocess.Popen[bytes]:
    other = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdin is not None  # it is a pipe; for the type checker
    with suppress(BrokenPipeError), other.stdin as pipe:
        pickle.dump((what, given), pipe, protocol=5)
    return other


def _tables(edition: Path, out: Any) -> None:
    from goodwork.errors import GoodWorkError
    from goodwork.store.editions import open_edition
    from goodwork.store.held import Held
    from goodwork.store.tables import connected

    opened = open_edition(edition)
    with connected() as connection:
        for name in opened.manifest["tables"]:
            with suppress(GoodWorkError):
                pickle.dump((name, Held.of(opened.table(name, None, connection))), out, protocol=5)


def _parquet(given: Any, out: Any) -> None:
    from goodwork.store.tables import parquet_bytes

    out.write(parquet_bytes(*given))


def _work() -> None:
    """What the other process does; nothing it prints may come between."""
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        what, given = pickle.load(sys.stdin.buffer)
        {"tables": _tables, "parquet": _parquet}[what](given, out)


if __name__ == "__main__":
    _work()
