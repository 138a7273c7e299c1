"""A page of rows as a cube of JSON-stat 2.0: keys are its dimensions, numbers its last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from goodwork.web.api.problems import Refused
from goodwork.web.api.rows import Row

if TYPE_CHECKING:
    import pandas as pd

#: The column that names the categories of another one.
LABELS = {"area": "name", "node": "measure", "indicator": "indicator_name", "outcome": "outcome_name"}
ROLES = {"time": "period", "geo": "area"}
MEASURE = "column"


def cube(
    table: pd.DataFrame, columns: Sequence[str], model: type[Row], facts: Mapping[str, Any], keys: Sequence[str]
) -> dict[str, Any]:
    """The rows as a sparse cube: a cell without a number is left out; markers of figures stand on their cells.

    Raises ``Refused`` where rows have no keys or no numbers: such a resource is no cube.
    """
    import pandas as pd

    numbers = [name for name in columns if name not in keys and _number(model, name)]
    if not keys or not numbers:
        raise Refused(406, "these rows are no cube of numbers", "ask for JSON, CSV or Parquet")
    found = [pd.factorize(table[key]) if key in table else (np.empty(0, int), []) for key in keys]
    places, categories = [codes for codes, _ in found], [[str(c) for c in known] for _, known in found]
    size = [*(len(known) for known in categories), len(numbers)]
    start = np.zeros(len(table), dtype=np.int64)
    for codes, length in zip(places, size, strict=False):
        start = start * length + codes
    start *= len(numbers)
    value: dict[str, float | int] = {}
    for place, name in enumerate(numbers):
        if name in table:
            cells = table[name].to_numpy(dtype=float, na_value=np.nan)
            there = np.isfinite(cells)
            kind = get_args(model.model_fields[name].annotation)[0]
            value |= {str(s): kind(x) for s, x in zip((start + place)[there].tolist(), cells[there], strict=True)}
    dimension = {
        key: {"label": str(model.model_fields[key].description), "category": _category(table, key, known)}
        for key, known in zip(keys, categories, strict=True)
    }
    words = {name: str(model.model_fields[name].description) for name in numbers}
    dimension[MEASURE] = {"label": "what is told", "category": {"index": numbers, "label": words}}
    roles = {role: [key] for role, key in ROLES.items() if key in keys}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"{facts['title']}: {facts['resource']}",
        "source": facts["attribution"],
        "note": [facts["note"]] if facts["note"] else [],
        "extension": {name: fact for name, fact in facts.items() if name not in ("rows", "note")},
        "id": [*keys, MEASURE],
        "size": size,
        "role": {**roles, "metric": [MEASURE]},
        "dimension": dimension,
        "value": value,
        **_status(table, start, numbers),
    }


def _number(model: type[Row], name: str) -> bool:
    return get_args(model.model_fields[name].annotation)[0] in (int, float)


def _category(table: pd.DataFrame, key: str, known: Sequence[str]) -> dict[str, Any]:
    beside = LABELS.get(key)
    if beside not in table:
        return {"index": list(known)}
    names = dict(zip(table[key].astype(str), table[beside].astype(str), strict=True))
    return {"index": list(known), "label": {code: names[code] for code in known}}


def _status(table: pd.DataFrame, start: Any, numbers: Sequence[str]) -> dict[str, Any]:
    if "status" not in table or "value" not in numbers:
        return {}
    at = start + numbers.index("value")
    marks = {str(p): m for p, m in zip(at.tolist(), table["status"], strict=True) if isinstance(m, str) and m}
    return {"status": marks} if marks else {}
