"""One table, four forms: JSON, CSV, Parquet, JSON-stat; which one, which columns, in which order."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from goodwork.model.area import nearest
from goodwork.report.export import csv
from goodwork.store import apart
from goodwork.store.tables import parquet_bytes
from goodwork.web.api.jsonstat import cube
from goodwork.web.api.problems import Refused, Unknown
from goodwork.web.api.query import Paged
from goodwork.web.api.rows import COMPANIONS, Row

if TYPE_CHECKING:
    import pandas as pd

#: Form → media type, in the order in which they are preferred.
FORMS = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "jsonstat": "application/json-stat+json",
}


def wanted_form(accept: str) -> str:
    """The form a reader likes best of those there are; raises ``Refused`` (406) when none will do.

    >>> wanted_form("text/html, text/csv;q=0.9"), wanted_form(""), wanted_form("*/*")
    ('csv', 'json', 'json')
    """
    if not accept.strip():
        return "json"
    likes: dict[str, float] = {}
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        given = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            likes[kind] = float(given)
        except ValueError:
            likes[kind] = 0.0
    ranges = {form: (kind, f"{kind.split('/')[0]}/*", "*/*") for form, kind in FORMS.items()}
    found = {form: next((likes[r] for r in kinds if r in likes), 0.0) for form, kinds in ranges.items()}
    best = max(found, key=lambda form: found[form])
    if not found[best] > 0:
        raise Refused(406, f"none of {', '.join(FORMS.values())} is accepted", "leave out Accept, or end in .csv")
    return best


def chosen_columns(asked: Paged, model: type[Row]) -> list[str]:
    """The columns of an answer: those asked for, with the intervals of their numbers; in the resource's order."""
    names = [name for name in (piece.strip() for piece in asked.fields.split(",")) if name]
    _known("column", names, model.model_fields)
    wanted = {*names, *(beside for name in names for beside in COMPANIONS.get(name, ()))}
    return [name for name in model.model_fields if not names or name in wanted]


def in_order(table: pd.DataFrame, asked: Paged, model: type[Row]) -> pd.DataFrame:
    """The rows in the order asked for; equal ones, and those of no order, as they stand in the edition. Of a column
    named twice the first mention counts."""
    up: dict[str, bool] = {}
    for part in filter(None, (piece.strip() for piece in asked.sort.split(","))):
        up.setdefault(part.lstrip("-").strip(), not part.startswith("-"))
    _known("column to sort by", up, [n for n in model.model_fields if kind_of(model, n) in (str, int, float, bool)])
    for name in reversed(up):
        if name in table:
            table = table.sort_values(name, ascending=up[name], kind="stable", na_position="last")
    return table


def _known(kind: str, names: Iterable[str], columns: Collection[str]) -> None:
    for name in names:
        if name not in columns:
            raise Unknown(kind, name, nearest(name, columns) or list(columns))


def kind_of(model: type[Row], name: str) -> Any:
    """What sort of thing a column holds."""
    return get_args(model.model_fields[name].annotation)[0]


def plain(table: pd.DataFrame, columns: Sequence[str], model: type[Row]) -> list[dict[str, Any]]:
    """Rows as plain data; what is not a finite number is ``None``."""
    cells = [_plain_column(table, name, kind_of(model, name)) for name in columns]
    return [dict(zip(columns, line, strict=True)) for line in zip(*cells, strict=True)]


def _plain_column(table: pd.DataFrame, name: str, kind: Any) -> list[Any]:
    if name not in table:
        return [None] * len(table)
    if kind in (int, float):
        numbers = table[name].to_numpy(dtype=float, na_value=np.nan)
        return [kind(x) if math.isfinite(x) else None for x in numbers.tolist()]
    return [None if isinstance(x, float) else x for x in table[name].tolist()]


def flat(table: pd.DataFrame, columns: Sequence[str], model: type[Row]) -> pd.DataFrame:
    """Rows as a table of numbers and texts: lists joined by semicolons, what is nested as JSON."""
    import pandas as pd

    types = {int: "Int64", float: "float64", bool: "boolean"}
    found = {}
    for name in columns:
        kind, cells = kind_of(model, name), _plain_column(table, name, kind_of(model, name))
        if kind in types:
            found[name] = pd.Series(cells, dtype=types[kind])
        else:
            found[name] = pd.Series([_text(cell) for cell in cells], dtype="object")
    return pd.DataFrame(found, columns=list(columns))


def _text(cell: Any) -> str | None:
    if isinstance(cell, list):
        return "; ".join(map(str, cell))
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else cell


def written(
    form: str, table: pd.DataFrame, columns: Sequence[str], model: type[Row], facts: Mapping[str, Any],
    keys: Sequence[str],
) -> bytes:  # fmt: skip
    """One page of rows in one form, with the facts of the answer in it."""
    if form == "json":
        return dumps({**facts, "rows": plain(table, columns, model)})
    if form == "jsonstat":
        return dumps(cube(table, columns, model, facts, keys))
    note = "; ".join(filter(None, ("invented data" if facts["invented"] else "", facts["note"])))
    told = {"edition": facts["edition"], "edition_licence": facts["licence"], "attribution": facts["attribution"]}
    told["note"] = note
    if form == "parquet":
        told["invented"] = str(facts["invented"]).lower()
        return (apart.parquet if apart.chosen() else parquet_bytes)(flat(table, columns, model), told)
    return csv(flat(table, columns, model).assign(**told)).encode()


def dumps(data: Any) -> bytes:
    """Plain data as JSON."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
