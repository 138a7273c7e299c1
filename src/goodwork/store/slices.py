"""Some columns and rows of an edition's tables, read from their files: what is not asked for is never held."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from goodwork.errors import StoreError
from goodwork.store.editions import Edition
from goodwork.store.tables import column_name, quoted

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

#: Memory that reading may take beside what it gives back.
MEMORY = "64MB"
#: Rows that DuckDB reads at a time.
VECTOR = 2048


class Slices:
    """Reads parts of the tables of one edition; each file is checked against its checksum before it is read first."""

    def __init__(self, edition: Edition) -> None:
        import duckdb

        self.edition = edition
        self._checked: dict[str, Path] = {}
        self._here = threading.local()
        # what was read once is in the system's own cache: the library need not hold it a second time
        self._connection = duckdb.connect(
            config={"threads": 1, "memory_limit": MEMORY, "enable_external_file_cache": False}
        )

    def __contains__(self, table: str) -> bool:
        return table in self.edition.manifest["tables"]

    def read(
        self, table: str, columns: Sequence[str], where: Mapping[str, Any] | None = None, order: str = ""
    ) -> pd.DataFrame:
        """The rows of a table whose columns hold given values (one of them, where several are given), in the order of a
        column; empty text cells come back as ``""``. Columns that the table does not have are left out. Raises
        ``ChecksumMismatch`` and ``StoreError``."""
        known = self.edition.manifest["tables"][table]["columns"]
        chosen = ", ".join(column_name(name) for name in columns if name in known)
        conditions, values = [], []
        for column, wanted in (where or {}).items():
            several = list(wanted) if isinstance(wanted, list | tuple) else [wanted]
            conditions.append(f"{column_name(column)} IN ({', '.join('?' * len(several))})" if several else "false")
            values += several
        asked = f"SELECT {chosen} FROM {self._source(table)}"
        asked += f" WHERE {' AND '.join(conditions)}" if conditions else ""
        asked += f" ORDER BY {column_name(order)}" if order else ""
        return self._asked(table, asked, values)

    def different(self, table: str, columns: Sequence[str]) -> pd.DataFrame:
        """The different rows that some columns of a table have."""
        chosen = ", ".join(column_name(name) for name in columns)
        return self._asked(table, f"SELECT DISTINCT {chosen} FROM {self._source(table)} ORDER BY {chosen}", [])

    def types(self, table: str) -> dict[str, str]:
        """The columns of a table with their types as SQL calls them: VARCHAR, BIGINT, DOUBLE, BOOLEAN."""
        found = self._asked(table, f"DESCRIBE SELECT * FROM {self._source(table)}", [])
        return dict(zip(found["column_name"], found["column_type"], strict=True))

    def parts(self, table: str, rows: int) -> Iterator[pd.DataFrame]:
        """A whole table, about so many rows at a time; one without rows is a part too."""
        cursor = self._connection.cursor()
        cursor.execute(f"SELECT * FROM {self._source(table)}")
        part = _texts(cursor.fetch_df_chunk(max(rows // VECTOR, 1)))
        while True:
            yield part
            part = _texts(cursor.fetch_df_chunk(max(rows // VECTOR, 1)))
            if not len(part):
                return

    def _source(self, table: str) -> str:
        """The file of a table as SQL reads it, checked the first time."""
        if table not in self._checked:
            self._checked[table] = self.edition.check(table)
        return f"read_parquet({quoted(str(self._checked[table]))})"

    def _asked(self, table: str, asked: str, values: Sequence[Any]) -> pd.DataFrame:
        import duckdb

        if not hasattr(self._here, "cursor"):
            self._here.cursor = self._connection.cursor()  # one for each thread
        try:
            found: pd.DataFrame = self._here.cursor.execute(asked, list(values)).df()
        except duckdb.Error as error:
            raise StoreError(
                f"{self._checked[table].name} cannot be read: {str(error).splitlines()[0]}", remedy="build it again"
            ) from None
        return _texts(found)


def _texts(found: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in found.columns if found[name].dtype.kind in "OUT"]
    return found.fillna(dict.fromkeys(texts, "")) if texts else found
