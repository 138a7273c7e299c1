"""One table, four forms: JSON, CSV, Parquet, JSON-stat; and the headers by which readers keep and check them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from goodwork.model.area import nearest
from goodwork.report.export import csv
from goodwork.store.tables import parquet_bytes
from goodwork.web.api_errors import Refused, Unknown
from goodwork.web.api_jsonstat import cube
from goodwork.web.api_query import Paged
from goodwork.web.api_rows import COMPANIONS, Row

if TYPE_CHECKING:
    import pandas as pd

#: Form → media type, in the order in which they are preferred.
FORMS = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "jsonstat": "application/json-stat+json",
}
#: Answers that are kept when made: up to how many bytes, and how many of them.
SMALL, KEPT = 64_000, 256
YEAR = "public, max-age=31536000, immutable"


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
    names = _known(asked.fields, model)
    wanted = {*names, *(beside for name in names for beside in COMPANIONS.get(name, ()))}
    return [name for name in model.model_fields if not names or name in wanted]


def in_order(table: pd.DataFrame, asked: Paged, model: type[Row]) -> pd.DataFrame:
    """The rows in the order asked for; equal ones, and those of no order, as they stand in the edition."""
    signed = [(name.strip(), not name.strip().startswith("-")) for name in asked.sort.split(",") if name.strip()]
    names = _known(",".join(name.lstrip("-") for name, _ in signed), model)
    for name, (_, up) in reversed(list(zip(names, signed, strict=True))):
        if kind_of(model, name) not in (str, int, float, bool):
            raise Unknown("column to sort by", name, [])
        if name in table:
            table = table.sort_values(name, ascending=up, kind="stable", na_position="last")
    return table


def _known(text: str, model: type[Row]) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in model.model_fields:
            raise Unknown("column", name, nearest(name, model.model_fields) or list(model.model_fields))
    return list(dict.fromkeys(names))


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
        return parquet_bytes(flat(table, columns, model), {**told, "invented": str(facts["invented"]).lower()})
    return csv(flat(table, columns, model).assign(**told)).encode()


def dumps(data: Any) -> bytes:
    """Plain data as JSON."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


class Shelf:
    """Answers that never change, under strong entity tags; small ones that were made are kept for the next reader."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._made: dict[str, tuple[bytes, dict[str, str]]] = {}

    def answer(self, request: Request, form: str, make: Callable[[], tuple[bytes, dict[str, str]]]) -> Response:
        """The answer to a request; ``304`` without making it when the reader has it already.

        The tag follows from the edition, what was asked, the form and how it will be compressed.
        """
        query = "&".join(sorted(request.scope["query_string"].decode("ascii", "replace").split("&")))
        text = "\n".join((self.seed, request.url.path, query, form))
        key = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
        tag = f'"{"-".join((key, *_codings(request)))}"'
        headers = {"ETag": tag, "Cache-Control": YEAR, "Vary": "Accept, Accept-Encoding"}
        if tag in _tags(request):
            return Response(status_code=304, headers=headers)
        body, more = self._made.get(key) or make()
        if len(body) <= SMALL:
            if len(self._made) >= KEPT:
                self._made.clear()
            self._made[key] = body, more
        if "*" in _tags(request):
            return Response(status_code=304, headers=headers)
        charset = "; charset=utf-8" if form == "csv" else ""
        return Response(body, headers={**headers, **more}, media_type=FORMS[form] + charset)


def _codings(request: Request) -> list[str]:
    return [name for name in ("br", "gzip") if name in request.headers.get("accept-encoding", "")]


def _tags(request: Request) -> list[str]:
    return [part.strip() for part in request.headers.get("if-none-match", "").split(",")]


def fresh(request: Request, body: bytes, form: str, more: Mapping[str, str] | None = None) -> Response:
    """An answer that a later edition may change: readers ask again, and are told when they have it already."""
    tag = f'"{"-".join((hashlib.sha256(body).hexdigest()[:32], *_codings(request)))}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding", **(more or {})}
    if tag in _tags(request):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=FORMS[form])
