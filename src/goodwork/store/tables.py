"""Tables as Parquet files, and files written so that a crash never leaves half of one."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from goodwork.errors import GoodWorkError, StoreError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

#: Numbers of what was read: types of texts are named by them.
_READ = count()


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_parquet(table: pd.DataFrame, path: Path, facts: Mapping[str, str] | None = None) -> None:
    """Write a table as Parquet: the same table always gives the same bytes; NaN is written as null. ``facts`` about it
    (edition, licence) stand in the file's own metadata."""
    import duckdb

    how = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"
    if facts:
        how += f", KV_METADATA {{{', '.join(f'{quoted(key)}: {quoted(text)}' for key, text in facts.items())}}}"
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("source_table", table)
        connection.execute(f"COPY source_table TO {quoted(str(path))} ({how})")


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def parquet_bytes(table: pd.DataFrame, facts: Mapping[str, str]) -> bytes:
    """A table as the bytes of a Parquet file, with facts about it in the file's own metadata."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.parquet"
        write_parquet(table, file, facts)
        return file.read_bytes()


def read_parquet(
    path: Path, where: Mapping[str, str] | None = None, within: duckdb.DuckDBPyConnection | None = None
) -> pd.DataFrame:
    """Read a Parquet file, whole or the rows whose columns hold given texts; empty text cells come back as ``""``.
    ``within``: a connection to read many files with, which is quicker. Raises ``StoreError`` if it is no Parquet.

    Every different text is held once, however many cells have it, so that a table of codes and names is small.
    """
    import duckdb

    try:
        with connected() if within is None else nullcontext(within) as connection:
            source = f"read_parquet({quoted(str(path))})"
            if where:
                holds = " AND ".join(f"{column_name(name)} = {quoted(text)}" for name, text in where.items())
                connection.execute(f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT * FROM {source} WHERE {holds}")
                source = "chosen"
            return _read(connection, source)
    except duckdb.Error as error:
        raise StoreError(
            f"{path.name} cannot be read as Parquet: {str(error).splitlines()[0]}", remedy="build it again"
        ) from None


def connected() -> duckdb.DuckDBPyConnection:
    """A connection that reads files; it is closed by who leaves it."""
    import duckdb

    return duckdb.connect(config={"threads": 1})


def column_name(name: str) -> str:
    """A column as SQL names it."""
    return '"' + name.replace('"', '""') + '"'


def _read(connection: duckdb.DuckDBPyConnection, source: str) -> pd.DataFrame:
    """A source of rows, its columns of text read as numbers of texts and then given their texts."""
    import numpy as np
    import pandas as pd

    chosen, texts = [], {}
    own = next(_READ)
    for k, (name, kind, *_) in enumerate(connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()):
        column = column_name(name)
        if kind == "VARCHAR":
            different = f"SELECT DISTINCT {column} FROM {source} WHERE {column} IS NOT NULL"
            connection.execute(f"CREATE TYPE texts_{own}_{k} AS ENUM ({different})")
            texts[name] = k
            column = f"CAST({column} AS texts_{own}_{k}) AS {column}"
        chosen.append(column)
    table: pd.DataFrame = connection.execute(f"SELECT {', '.join(chosen)} FROM {source}").df()
    for name in texts:
        found = table[name].cat
        words = np.append(np.asarray(found.categories, dtype=object), "")  # the last one is for gaps, code −1
        table[name] = pd.Series(words[found.codes.to_numpy()], index=table.index, dtype=pd.Series([""]).dtype)
    return table


def sync_folder(path: Path) -> None:
    """Make a rename in this folder survive a power cut (where the system allows folders to be synced)."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file aside, sync it, and move it into place: readers see the old file or the new one, never half."""
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        aside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.chmod(0o644)
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the system says about the disk into a ``StoreError`` with a remedy."""
    try:
        yield
    except GoodWorkError:
        raise
    except OSError as error:
        remedy = {
            errno.ENOSPC: "free some space and build again; what was there before is untouched",
            errno.EDQUOT: "free some space and build again; what was there before is untouched",
            errno.EACCES: "choose a folder that you may write to",
            errno.EPERM: "choose a folder that you may write to",
            errno.EROFS: "choose a folder that you may write to",
            errno.ENOTDIR: "choose a folder, not a file",
            errno.EEXIST: "choose a folder, not a file",
        }.get(error.errno or 0, "see what the system says, then try again")
        raise StoreError(f"cannot write {path}: {error.strerror or error}", remedy=remedy) from error
    except Exception as error:
        import duckdb

        if not isinstance(error, duckdb.Error):
            raise
        raise StoreError(
            f"cannot write {path}: {str(error).splitlines()[0]}",
            remedy="see that there is space on the disk, then build again; what was there before is untouched",
        ) from error
