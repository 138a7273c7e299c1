"""Stat-Xplore, the Department for Work and Pensions' tables: the query, and the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodwork.sources.answers import changed, read_json, unavailable
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tidy import Manner, tidy

ADDRESS = "https://stat-xplore.dwp.gov.uk/webapi/rest/v1/table"
#: Figures are randomised before they are shown, so that nobody can be recognised.
RANDOMISED = "Counts are randomised for disclosure control: totals need not be the sum of their parts."
TOTALS = "totals over all areas or periods"
MARKS = {"..": "low"}
_GSS = re.compile(r"[A-Z][0-9]{8}")
_MONTH = re.compile(r"(20[0-9]{2})(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class TableRequest:
    """What to send to Stat-Xplore; the key stands in a header only and is never shown.

    >>> TableRequest({"database": "d"}, "a secret")
    TableRequest(body={'database': 'd'})
    """

    body: Mapping[str, Any]
    key: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request, with the key."""
        return {"APIKey": self.key, "Content-Type": "application/json"}


def table_query(
    database: str,
    measures: Sequence[str],
    dimensions: Sequence[str],
    recodes: Mapping[str, Sequence[Sequence[str]]] | None = None,
    totals: Sequence[str] = (),
) -> dict[str, Any]:
    """The body of a table query: one table axis per dimension, and the values (or groups of them) to show.

    ``recodes`` lists by dimension the groups of value ids; ``totals`` names the dimensions to add a total to. Raises
    ``ValueError`` for an id of the wrong kind or a recode of no dimension.

    >>> query = table_query("str:database:UC", ["str:count:UC:V"], ["str:field:UC:V:LA", "str:field:UC:D:M"])
    >>> query["dimensions"]
    [['str:field:UC:V:LA'], ['str:field:UC:D:M']]
    """
    kinds = [("str:database:", [database]), ("str:", measures), ("str:field:", dimensions)]
    wrong = [text for start, texts in kinds for text in texts if not text.startswith(start)]
    wrong += [text for groups in (recodes or {}).values() for g in groups for text in g if not text.startswith("str:")]
    wrong += [text for text in (*(recodes or {}), *totals) if text not in dimensions]
    if wrong or not measures or not dimensions:
        raise ValueError(f"not ids of Stat-Xplore, or of no dimension: {', '.join(wrong) or 'nothing is asked for'}")
    query: dict[str, Any] = {
        "database": database,
        "measures": list(measures),
        "dimensions": [[dimension] for dimension in dimensions],
    }
    shown = {*(recodes or {}), *totals}
    if shown:
        query["recodes"] = {
            dimension: {"map": [list(g) for g in (recodes or {}).get(dimension, [])], "total": dimension in totals}
            for dimension in dimensions
            if dimension in shown
        }
    return query


@dataclass(frozen=True)
class _Field:
    """One axis of the table: its name, and the code, label and marker of each item; a total has no code."""

    label: str
    uri: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    marks: tuple[str, ...]


@READER.register(
    "stat-xplore",
    formula="one row per cell; an area's code is the last part of its id",
    source="Department for Work and Pensions, Stat-Xplore Open Data API v1",
    gaps="null stays as a row without a value; totals over areas or periods are left out",
)
def read_table_answer(
    content: bytes,
    name: str,
    *,
    area: str | None = None,
    period: str | None = None,
) -> Reading:
    """The cells of a table, one row per measure, area, period and combination of the other fields.

    ``area`` and ``period`` name fields by label or id; without them they are those whose codes are area codes and
    months. The items of other fields, totals too, become part of ``series``. A total over areas or periods has no code
    and is left out, and counted. Raises ``SourceUnavailable`` for errors of the API and ``SourceChanged`` when cells
    and fields do not fit.

    >>> text = b'''{"measures": [{"uri": "m", "label": "Households"}], "cubes": {"m": {"values": [[5], [9]]}},
    ... "fields": [{"uri": "f1", "label": "LA", "items": [{"uris": ["a:E06000014"], "labels": ["York"]},
    ...   {"type": "Total", "labels": ["Total"]}]},
    ...  {"uri": "f2", "label": "Month", "items": [{"uris": ["d:201805"], "labels": ["May 2018"]}]}]}'''
    >>> reading = read_table_answer(text, "uc.json")
    >>> reading.rows[["series", "area", "last", "value"]].to_numpy().tolist(), reading.left_out
    ([['Households', 'E06000014', '2018-05-31', 5.0]], {'totals over all areas or periods': 1})
    """
    data = read_json(name, content)
    if not isinstance(data, dict) or not isinstance(data.get("cubes"), dict) or not data["cubes"]:
        said = str(data.get("message") or data.get("errorType") or "no table") if isinstance(data, dict) else "no table"
        raise unavailable(name, "an error", said, "check the query and the key")
    fields = _fields(name, data.get("fields"))
    shape = tuple(len(f.codes) for f in fields)
    at = _which(name, fields, area, "area", _GSS)
    when = _which(name, fields, period, "period", _MONTH)
    axes = np.unravel_index(np.arange(int(np.prod(shape))), shape)
    has_code = np.ones(len(axes[0]), dtype=bool)
    for i in (at, when):
        has_code &= (np.array(fields[i].codes, dtype=object)[axes[i]] != "").astype(bool)
    labels = {str(m.get("uri")): str(m.get("label")) for m in _list(data.get("measures")) if isinstance(m, dict)}
    pieces: list[dict[str, NDArray[Any]]] = []
    for number, (measure, cube) in enumerate(data["cubes"].items()):
        values = _values(name, cube, shape)[has_code]
        piece = _piece(fields, at, when, [axis[has_code] for axis in axes], labels.get(measure, measure))
        piece["value"] = values
        piece["row"] = np.array([f"cubes[{number}].values[{i}]" for i in np.flatnonzero(has_code)], dtype=object)
        pieces.append(piece)
    columns = {role: np.concatenate([piece[role] for piece in pieces]) for role in pieces[0]}
    notes, database = _object(data.get("annotationMap")), _object(data.get("database"))
    return tidy(
        name,
        columns,
        records=len(has_code) * len(pieces),
        left_out={TOTALS: int((~has_code).sum()) * len(pieces)},
        facts={
            "title": str(database.get("label") or ""),
            "note": "\n".join([RANDOMISED, *(f"{key}: {text}" for key, text in notes.items())]),
        },
        notes=(f"{name}: {RANDOMISED}",),
        manner=Manner(MARKS),
    )


def _object(part: Any) -> dict[str, Any]:
    return part if isinstance(part, dict) else {}


def _list(part: Any) -> list[Any]:
    return part if isinstance(part, list) else []


def _fields(name: str, parts: Any) -> list[_Field]:
    if not isinstance(parts, list) or not parts:
        raise changed(name, "the table has no fields", "check the query")
    fields = []
    for part in parts:
        items = part.get("items") if isinstance(part, dict) else None
        if (
            not isinstance(items, list)
            or not items
            or not all(isinstance(i, dict) and _list(i.get("labels")) for i in items)
        ):
            raise changed(name, "a field has no items", "check the query")
        codes = tuple(_code(item) for item in items)
        labels = tuple("; ".join(map(str, item["labels"])) for item in items)
        marks = tuple(" ".join(map(str, _list(item.get("annotationKeys")))) for item in items)
        fields.append(_Field(str(part.get("label") or ""), str(part.get("uri") or ""), codes, labels, marks))
    return fields


def _code(item: dict[str, Any]) -> str:
    uris = _list(item.get("uris"))
    return str(uris[0]).rsplit(":", 1)[-1] if len(uris) == 1 else ""


def _which(name: str, fields: list[_Field], declared: str | None, what: str, pattern: re.Pattern[str]) -> int:
    if declared:
        found = [i for i, f in enumerate(fields) if declared in (f.label, f.uri)]
    else:
        found = [
            i for i, f in enumerate(fields) if any(f.codes) and all(not c or pattern.fullmatch(c) for c in f.codes)
        ]
    if len(found) != 1:
        raise changed(name, f"which field is the {what} is not clear", f"declare one of {[f.label for f in fields]}")
    return found[0]


def _values(name: str, cube: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The cells of one measure, flat; ``SourceChanged`` when they do not fill the table."""
    nested = cube.get("values") if isinstance(cube, dict) else None
    try:
        array = np.array(nested, dtype=object)
        kinds = set(map(type, array.reshape(-1).tolist())) if array.shape == shape else {list}
        if not kinds <= {int, float, type(None)}:
            raise ValueError
        return array.astype(np.float64).reshape(-1)
    except (ValueError, TypeError, OverflowError):
        raise changed(
            name, f"the cells are not a table of {' × '.join(map(str, shape))} numbers", "ask again"
        ) from None


def _piece(
    fields: list[_Field], at: int, when: int, axes: list[NDArray[np.intp]], measure: str
) -> dict[str, NDArray[Any]]:
    def text(i: int, parts: Sequence[str]) -> NDArray[Any]:
        return np.array(parts, dtype=object)[axes[i]]

    series = np.full(len(axes[0]), measure, dtype=object)
    for i, f in enumerate(fields):
        if i not in (at, when):
            series = series + f" · {f.label}: " + text(i, f.labels)
    months = [
        _MONTH.sub(r"\1M\2", code) if _MONTH.fullmatch(code) else label
        for code, label in zip(fields[when].codes, fields[when].labels, strict=True)
    ]
    revised = ["r" if "r" in mark.split() else "" for mark in fields[when].marks]
    return {
        "series": series,
        "area": text(at, fields[at].codes),
        "area_name": text(at, fields[at].labels),
        "span": text(when, months),
        "status": text(when, revised),
    }
