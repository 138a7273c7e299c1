"""JSON-stat 2.0, in which NISRA's PxStat, the Explore Local Statistics API and many other offices answer."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodwork.sources.answers import changed, read_json
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tidy import Manner, tidy

#: A cube may announce any size in a few bytes; above this it is refused.
MAX_CELLS = 20_000_000
ABSENT = "cells that a sparse cube leaves empty"
NOT_ASKED = "categories that are not asked for"
BOUND = "bounds put beside their value"
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9:]+)?"
)


@dataclass(frozen=True)
class Dimension:
    """One dimension of a cube: its categories in order, as codes and as labels."""

    id: str
    label: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]


@READER.register(
    "jsonstat",
    formula="one row per cell of the cube; the last dimension varies fastest",
    source="JSON-stat 2.0 (json-stat.org/full)",
    gaps="null and marked cells stay as rows without a value",
)
def read_jsonstat(
    content: bytes,
    name: str,
    *,
    area: str | None = None,
    period: str | None = None,
    keep: Mapping[str, list[str]] | None = None,
    bounds: Mapping[str, str] | None = None,
    marks: Mapping[str, str] | None = None,
) -> Reading:
    """Every cell of a cube as a row; arrays or objects for index, value and status alike.

    ``area`` and ``period`` name those dimensions where the cube has no ``role`` for them; a cube without areas has an
    empty ``area``. The labels of all other dimensions together are the ``series``. ``keep`` lists, by dimension, the
    codes or labels to read. ``bounds`` puts cells of one dimension beside one another: ``{"dimension": "measure",
    "value": "value", "lower": "lci_95", "upper": "uci_95"}``. A collection with its data sets inside is read as all
    of them.

    The Explore Local Statistics API numbers the ``status`` of a filtered answer by the unfiltered cube: markers that
    fall outside the cube or on a figure are refused, so ask it for whole cubes and choose with ``keep``.

    Raises ``SourceUnavailable`` for words or a page (PxStat says ``NotFound``), ``SourceChanged`` for a cube whose
    parts do not fit one another, ``DataError`` for values that are no numbers and markers that are not known.

    >>> cube = b'''{"class": "dataset", "version": "2.0", "id": ["LGD", "TLIST(A1)"], "size": [2, 1],
    ... "role": {"geo": ["LGD"], "time": ["TLIST(A1)"]}, "value": {"1": 4.5}, "status": {"0": "c"}, "label": "Rate",
    ... "dimension": {"LGD": {"category": {"index": ["N09000001", "N09000002"]}},
    ... "TLIST(A1)": {"category": {"index": {"2019": 0}}}}}'''
    >>> read_jsonstat(cube, "cube.json").rows[["series", "area", "span", "value", "status"]].to_numpy().tolist()
    [['Rate', 'N09000001', '2019', nan, 'c'], ['Rate', 'N09000002', '2019', 4.5, '']]
    """
    cubes = _cubes(name, read_json(name, content))
    if len(cubes) == 1:
        return _read_cube(name, cubes[0], area, period, keep or {}, bounds or {}, marks or {})
    import pandas as pd

    readings = [_read_cube(name, cube, area, period, keep or {}, bounds or {}, marks or {}) for cube in cubes]
    left_out: dict[str, int] = {}
    for reading in readings:
        for reason, count in reading.left_out.items():
            left_out[reason] = left_out.get(reason, 0) + count
    rows = pd.concat([reading.rows for reading in readings], ignore_index=True)
    facts = {"title": "; ".join(reading.facts.get("title", "") for reading in readings)}
    return Reading(rows, sum(reading.records for reading in readings), left_out, facts)


def read_moment(text: str) -> str:
    """A moment as ISO 8601, also where the publisher leaves out a leading zero; ``ValueError`` when it is none.

    >>> read_moment("2025-05-14T9:30:00.000Z")
    '2025-05-14T09:30:00+00:00'
    """
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a moment")
    day, hour, minute, second, zone = found.groups()
    return datetime.fromisoformat(f"{day}T{int(hour):02}:{minute}:{second or '00'}{zone or ''}").isoformat()


def _cubes(name: str, data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict) and data.get("class") == "dataset":
        return [data]
    if isinstance(data, dict) and data.get("class") == "collection":
        link = data.get("link")
        items = link.get("item") if isinstance(link, dict) else None
        if isinstance(items, list) and items and all(isinstance(i, dict) and "value" in i for i in items):
            return items
        raise changed(name, "this is a collection of links, not of figures", "fetch the data sets it links to")
    if isinstance(data, dict) and ("error" in data or "message" in data):
        raise changed(name, f"an error: {str(data.get('error') or data.get('message'))[:80]!r}", "check the query")
    raise changed(name, "this is not a data set of JSON-stat 2.0", "ask for JSON-stat 2.0")


def _read_cube(
    name: str,
    cube: dict[str, Any],
    area: str | None,
    period: str | None,
    keep: Mapping[str, list[str]],
    bounds: Mapping[str, str],
    marks: Mapping[str, str],
) -> Reading:
    dimensions = _dimensions(name, cube)
    shape = tuple(len(d.codes) for d in dimensions)
    values, given = _values(name, cube.get("value"), math.prod(shape))
    status = _statuses(name, cube.get("status"), math.prod(shape))
    roles = {"geo": area or _role(cube, "geo", dimensions), "time": period or _role(cube, "time", dimensions)}
    named = {d.id: i for i, d in enumerate(dimensions)}
    for wanted in (*filter(None, roles.values()), *keep, *([bounds.get("dimension", "")] if bounds else [])):
        if wanted not in named:
            raise changed(name, f"there is no dimension {wanted!r}", f"it has {', '.join(named)}", column=wanted)
    if not roles["time"]:
        raise changed(name, "it does not say which dimension is time", f"declare one of {', '.join(named)}")
    chosen = _chosen(name, dimensions, keep)
    present = given | (status != "")
    used = chosen.reshape(shape) & present.reshape(shape)
    figures = {"value": values.reshape(shape)}
    beside = 0
    if bounds:
        used, figures, beside = _beside(name, dimensions, named, bounds, used, figures["value"])
    cells = np.flatnonzero(used)
    at = np.unravel_index(cells, shape)
    columns: dict[str, Any] = _texts(dimensions, at, named, roles, str(cube.get("label") or ""), bounds)
    for role, figure in figures.items():
        columns[role] = np.asarray(figure.reshape(-1)[cells], dtype=np.float64)
    columns["status"] = status[cells].tolist()
    columns["row"] = [f"value[{cell}]" for cell in cells.tolist()]
    left_out = {
        ABSENT: int((chosen & ~present).sum()),
        NOT_ASKED: int((~chosen).sum()),
        BOUND: beside,
    }
    return tidy(name, columns, records=math.prod(shape), left_out=left_out, facts=_facts(cube), manner=Manner(marks))


def _dimensions(name: str, cube: dict[str, Any]) -> list[Dimension]:
    ids, sizes, parts = cube.get("id"), cube.get("size"), cube.get("dimension")
    if not (isinstance(ids, list) and isinstance(sizes, list) and isinstance(parts, dict) and len(ids) == len(sizes)):
        raise changed(name, "its id, size and dimension do not fit one another", "ask for JSON-stat 2.0")
    if not ids or len(set(map(str, ids))) < len(ids) or not all(type(s) is int and s > 0 for s in sizes):
        raise changed(name, "its dimensions are empty, repeated or without a size", "check the query")
    if math.prod(sizes) > MAX_CELLS:
        raise changed(name, f"the cube announces {math.prod(sizes):,} cells", "ask for less at a time")
    found = []
    for id_, size in zip(map(str, ids), sizes, strict=True):
        part = parts.get(id_)
        category = part.get("category") if isinstance(part, dict) else None
        if not isinstance(part, dict) or not isinstance(category, dict):
            raise changed(name, "the dimension has no categories", "look at the file", column=id_)
        codes = _codes(category)
        if codes is None or len(codes) != size or len(set(codes)) != size:
            raise changed(name, f"its categories are not {size} different ones in order", "look at it", column=id_)
        words = _object(category.get("label"))
        labels = tuple(str(words.get(code) or code) for code in codes)
        found.append(Dimension(id_, str(part.get("label") or id_), codes, labels))
    return found


def _object(part: Any) -> dict[str, Any]:
    return part if isinstance(part, dict) else {}


def _codes(category: dict[str, Any]) -> tuple[str, ...] | None:
    index = category.get("index")
    if isinstance(index, list):
        return tuple(map(str, index))
    if isinstance(index, dict):
        if sorted(map(str, index.values())) != sorted(map(str, range(len(index)))):
            return None
        return tuple(sorted(index, key=lambda code: int(index[code])))
    label = category.get("label")
    return tuple(label) if index is None and isinstance(label, dict) and len(label) == 1 else None


def _sparse(name: str, cells: Any, size: int, what: str) -> tuple[list[int], list[Any]]:
    """Positions and contents of cells given by position; a position outside the cube is a fault."""
    if not all(re.fullmatch(r"[0-9]{1,9}", key) and int(key) < size for key in cells):
        raise changed(name, f"a {what} is given for a cell outside the cube", "ask for the cube without a filter")
    return [int(key) for key in cells], list(cells.values())


def _values(name: str, cells: Any, size: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The figures, NaN for null, and which cells are given at all."""
    if isinstance(cells, list):
        if len(cells) != size:
            raise changed(name, f"{len(cells)} values for {size} cells", "ask again; the answer may have been cut")
        positions, contents = list(range(size)), cells
    elif isinstance(cells, dict):
        positions, contents = _sparse(name, cells, size, "value")
    else:
        raise changed(name, "there are no values", "check the query")
    if wrong := set(map(type, contents)) - {int, float, type(None)}:
        kinds = ", ".join(sorted(kind.__name__ for kind in wrong))
        raise changed(name, f"values are not numbers but {kinds}", "look at the file")
    values, given = np.full(size, np.nan), np.zeros(size, dtype=bool)
    try:
        values[positions] = np.array(contents, dtype=np.float64)
    except OverflowError:
        raise changed(name, "a value is too large to be one", "look at the file") from None
    given[positions] = True
    return values, given


def _statuses(name: str, cells: Any, size: int) -> NDArray[Any]:
    status = np.full(size, "", dtype=object)
    if cells is None or cells == {}:
        return status
    if isinstance(cells, str):
        status[:] = cells
    elif isinstance(cells, list) and len(cells) == size:
        status[:] = ["" if text is None else str(text) for text in cells]
    elif isinstance(cells, dict):
        positions, contents = _sparse(name, cells, size, "status")
        status[positions] = ["" if text is None else str(text) for text in contents]
    else:
        raise changed(name, "the status is neither one text nor one per cell", "look at the file")
    return status


def _role(cube: dict[str, Any], role: str, dimensions: list[Dimension]) -> str | None:
    declared = _object(cube.get("role")).get(role)
    if isinstance(declared, list) and declared:
        return str(declared[0])
    usual = {"geo": ("areacd", "geography", "geo"), "time": ("period", "time", "year")}[role]
    return next((d.id for d in dimensions if d.id.casefold() in usual), None)


def _chosen(name: str, dimensions: list[Dimension], keep: Mapping[str, list[str]]) -> NDArray[np.bool_]:
    """Which cells belong to the categories asked for, flat."""
    mask = np.ones([len(d.codes) for d in dimensions], dtype=bool)
    for i, d in enumerate(dimensions):
        if d.id in keep:
            wanted = set(keep[d.id])
            if absent := wanted - set(d.codes) - set(d.labels):
                raise changed(name, f"there is no category {', '.join(sorted(absent))}", "look at it", column=d.id)
            along = np.array([c in wanted or label in wanted for c, label in zip(d.codes, d.labels, strict=True)])
            mask &= along.reshape([-1 if j == i else 1 for j in range(len(dimensions))])
    return mask.reshape(-1)


def _beside(
    name: str,
    dimensions: list[Dimension],
    named: dict[str, int],
    bounds: Mapping[str, str],
    used: NDArray[np.bool_],
    values: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], dict[str, NDArray[np.float64]], int]:
    """Lower and upper bounds moved beside the value they belong to; the number of cells moved."""
    axis = named[bounds["dimension"]]
    codes = dimensions[axis].codes
    positions: dict[str, int] = {}
    for role in ("value", "lower", "upper"):
        if role in bounds:
            if bounds[role] not in codes:
                raise changed(name, f"there is no {bounds[role]!r}", f"it has {', '.join(codes)}", column=role)
            positions[role] = codes.index(bounds[role])
    figures = {role: np.broadcast_to(np.take(values, [at], axis=axis), values.shape) for role, at in positions.items()}
    moved = np.zeros_like(used)
    for role in positions:
        if role != "value":
            moved[(slice(None),) * axis + (positions[role],)] = True
    return used & ~moved, figures, int((used & moved).sum())


def _texts(
    dimensions: list[Dimension],
    at: tuple[NDArray[np.intp], ...],
    named: dict[str, int],
    roles: Mapping[str, str | None],
    title: str,
    bounds: Mapping[str, str],
) -> dict[str, Any]:
    columns: dict[str, Any] = {"series": title}
    if roles["geo"]:
        i = named[roles["geo"]]
        columns["area"] = np.array(dimensions[i].codes, dtype=object)[at[i]]
        columns["area_name"] = np.array(dimensions[i].labels, dtype=object)[at[i]]
    time = named[roles["time"] or ""]
    columns["span"] = np.array(dimensions[time].codes, dtype=object)[at[time]]
    spare = {*roles.values(), bounds.get("dimension")}
    rest = [i for i, d in enumerate(dimensions) if d.id not in spare]
    if rest:
        columns["series"] = _told_apart(dimensions[rest[0]])[at[rest[0]]]
        for i in rest[1:]:
            columns["series"] = columns["series"] + " · " + _told_apart(dimensions[i])[at[i]]
    return columns


def _told_apart(d: Dimension) -> NDArray[Any]:
    """The labels of a dimension, with the codes behind them where two are alike."""
    alike = len(set(d.labels)) < len(d.labels)
    return np.array([f"{w} [{c}]" if alike else w for c, w in zip(d.codes, d.labels, strict=True)], dtype=object)


def _facts(cube: dict[str, Any]) -> dict[str, str]:
    """What the cube says of itself; the day of release only when it can be read."""
    notes = cube.get("note")
    facts = {"title": str(cube.get("label") or ""), "publisher": str(cube.get("source") or "")}
    facts["note"] = "\n".join(map(str, notes)) if isinstance(notes, list) else str(notes or "")
    facts["updated"] = str(cube.get("updated") or "")
    with suppress(ValueError):
        facts["updated"] = read_moment(facts["updated"])
    return {key: text for key, text in facts.items() if text}
