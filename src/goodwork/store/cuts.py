"""Cuts of an edition's tables: the rows that hold given values, read and held no longer than they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from goodwork.store.editions import Edition

if TYPE_CHECKING:
    import pandas as pd

#: Cuts that are remembered.
KEPT = 24


class Cuts:
    """Rows of an edition, which never changes. ``view``: the columns by which rows belong together; those of one view
    are sought at once, or read alone from a large table that nobody asked for whole."""

    def __init__(self, edition: Edition, view: Sequence[str]) -> None:
        self.edition, self.view = edition, tuple(view)
        self.whole: dict[str, pd.DataFrame] = {}
        self._kept: dict[tuple[Any, ...], pd.DataFrame] = {}
        self._sought: dict[tuple[str, tuple[str, ...]], dict[Any, Any]] = {}

    def table(self, name: str) -> pd.DataFrame:
        """A whole table, checked against its checksum when it is read first; it is held from then on."""
        if name not in self.whole:
            self.whole[name] = self.edition.table(name)
        return self.whole[name]

    def rows(self, table: str, where: Mapping[str, Any]) -> pd.DataFrame:
        """The rows of a table whose columns hold given values, in their order."""
        key = (table, *where.items())
        if (held := self._kept.get(key)) is not None:
            return held
        rest = dict(where)
        begins = {column: rest.pop(column) for column in self.view if column in where}
        if not begins:
            rows = self.table(table)
        elif table in self.whole or not self.edition.is_large(table):
            rows = self.table(table).take(self.places(table, *begins).get(tuple(begins.values()), []))
        elif rest:
            rows = self.rows(table, begins)
        else:
            rows = self.edition.table(table, begins)
        for column, wanted in rest.items():
            rows = rows[rows[column] == wanted]
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[key] = rows
        return rows

    def places(self, table: str, *columns: str) -> dict[Any, Any]:
        """Where in a table the rows with the same values in some columns stand, by these values."""
        if (table, columns) not in self._sought:
            found = self.table(table).groupby(list(columns), sort=False).indices
            self._sought[table, columns] = {k if isinstance(k, tuple) else (k,): v for k, v in found.items()}
        return self._sought[table, columns]
