"""The rows of the table behind a drawing: the one place where cells of a data frame become figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]


def rows_of(table: pd.DataFrame) -> list[Row]:
    """The rows of a table in their order, by column."""
    columns = [str(column) for column in table.columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*(c.tolist() for _, c in table.items()), strict=True)]


def figure_in(row: Row | None, column: str) -> float:
    """The figure in a column; NaN where there is no row, no such column, or nothing in it.

    >>> figure_in({"share": 1}, "share"), figure_in({"share": None}, "share"), figure_in(None, "share")
    (1.0, nan, nan)
    """
    cell = None if row is None else row.get(column)
    return float("nan") if cell is None else float(cell)


def has(row: Row, *columns: str) -> bool:
    """Whether there is a figure in every one of some columns.

    >>> has({"low": 1, "high": 2}, "low", "high"), has({"low": float("nan"), "high": 2}, "low", "high"), has({}, "low")
    (True, False, False)
    """
    return all((figure := figure_in(row, column)) == figure for column in columns)
