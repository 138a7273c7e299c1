"""Cuts of an edition's tables: the rows that hold given values, read and held no longer than they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.store.apart import held_tables
from goodwork.store.editions import Edition

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.store.held import Held

#: Kinds of columns as SQL calls them; all others hold texts.
TYPES = {"int64": "BIGINT", "int32": "INTEGER", "float64": "DOUBLE", "bool": "BOOLEAN"}
#: Bytes of cuts that are remembered.
ROOM = 8 << 20


class Cuts:
    """Rows of an edition, which never changes. ``view``: the columns by which rows belong together; those of one view
    are sought at once, or read alone from a large table that nobody asked for whole. Of tables that are ``held`` small
    rows are made when asked for; a large one is never made whole for longer than it is looked at."""

    def __init__(self, edition: Edition, view: Sequence[str]) -> None:
        self.edition, self.view = edition, tuple(view)
        self.whole: dict[str, pd.DataFrame] = {}
        self.held: dict[str, Held] = {}
        self._kept: dict[tuple[Any, ...], pd.DataFrame] = {}
        self._size = 0
        self._sought: dict[tuple[str, tuple[str, ...]], dict[Any, Any]] = {}

    def hold(self) -> None:
        """Hold every table, each as small as it gets: for a process that answers many readers for long. Another process
        reads them, and one that it cannot read is left to who asks for it."""
        self.held.update(held_tables(self.edition.path))

    def table(self, name: str) -> pd.DataFrame:
        """A whole table, checked against its checksum when it is read first; it is kept from then on."""
        if (kept := self.whole.get(name)) is not None:
            return kept
        found = self.held[name].take() if name in self.held else self.edition.table(name)
        if name not in self.held or not self.edition.is_large(name):
            self.whole[name] = found
        return found

    def among(self, name: str, where: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
        """The rows of a table whose columns hold one of the values wanted of each, in their order."""
        if name in self.held:
            return self.held[name].among(where)
        rows = self.table(name)
        for column, wanted in where.items():
            rows = rows[rows[column].isin(list(wanted))]
        return rows

    def take(self, name: str, places: Sequence[int] | NDArray[np.intp]) -> pd.DataFrame:
        """The rows of a table at some places."""
        return self.held[name].take(places) if name in self.held else self.table(name).take(places)

    def read(self, name: str, columns: Sequence[str], where: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
        """Some columns of such rows."""
        return self.among(name, where)[list(columns)]

    def types(self, name: str) -> dict[str, str]:
        """What the columns of a table that is held hold, as SQL calls it."""
        return {column: TYPES.get(str(one.kind), "VARCHAR") for column, one in self.held[name].columns.items()}

    def parts(self, name: str, rows: int) -> Iterator[pd.DataFrame]:
        """A whole table, so many rows at a time; one without rows is a part too."""
        held = self.held.get(name)
        if held is not None:
            for first in range(0, max(held.rows, 1), rows):
                yield held.take(slice(first, first + rows))
            return
        table = self.whole[name] if name in self.whole else self.edition.table(name)
        for first in range(0, max(len(table), 1), rows):
            yield table.iloc[first : first + rows]

    def rows(self, table: str, where: Mapping[str, Any]) -> pd.DataFrame:
        """The rows of a table whose columns hold given values, in their order."""
        key = (table, *where.items())
        if (held := self._kept.get(key)) is not None:
            return held
        rest = dict(where)
        begins = {column: rest.pop(column) for column in self.view if column in where}
        if not begins:
            rows = self.table(table)
        elif table in self.held or table in self.whole or not self.edition.is_large(table):
            rows = self.take(table, self.places(table, *begins).get(tuple(begins.values()), []))
        elif rest:
            rows = self.rows(table, begins)
        else:
            rows = self.edition.table(table, begins)
        for column, wanted in rest.items():
            rows = rows[rows[column] == wanted]
        if table in self.held and self.held[table].packed:
            return rows  # drawings and the like: longer than they look
        self._size += (size := int(rows.memory_usage().sum()))
        if self._size > ROOM:
            self._kept.clear()
            self._size = size
        self._kept[key] = rows
        return rows

    def places(self, table: str, *columns: str) -> dict[Any, Any]:
        """Where in a table the rows with the same values in some columns stand, by these values."""
        if (table, columns) not in self._sought and table in self.held:
            self._sought[table, columns] = self.held[table].places(columns)
        elif (table, columns) not in self._sought:
            found = self.table(table).groupby(list(columns), sort=False).indices
            self._sought[table, columns] = {k if isinstance(k, tuple) else (k,): v for k, v in found.items()}
        return self._sought[table, columns]
