"""The Office for National Statistics' API: single observations as JSON, and whole data sets as CSV version 4."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from goodwork.sources.answers import changed, read_json, read_text, unavailable
from goodwork.sources.grids import plain, read_sheets, table_under
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tidy import Manner, joined, tidy

NOT_ASKED = "categories that are not asked for"
#: The heads of code columns that hold areas and periods, without case.
AREAS = ("geography", "administrative-geography", "admin-geography", "local-authority", "uk-only", "countries")
TIMES = ("time", "calendar-years", "mmm-yy", "yyyy", "yyyy-yy", "yyyy-to-yyyy-yy", "week-number")
#: The heads of metadata columns, without case, spaces and signs, and what they hold.
METADATA = {
    "datamarking": "status",
    "datamarkings": "status",
    "observationstatus": "status",
    "lcl": "lower",
    "lowerlimit": "lower",
    "lowercl": "lower",
    "lowerci": "lower",
    "lower95ci": "lower",
    "ucl": "upper",
    "upperlimit": "upper",
    "uppercl": "upper",
    "upperci": "upper",
    "upper95ci": "upper",
}


@READER.register(
    "ons-api",
    formula="one row per observation; the dimensions that were fixed in the query hold for all of them",
    source="Office for National Statistics, API v1 (developer.ons.gov.uk)",
    gaps="an empty observation stays as a row without a value",
)
def read_observations(
    content: bytes,
    name: str,
    *,
    area: str = "geography",
    period: str = "time",
    half_width: str | None = None,
    marks: Mapping[str, str] | None = None,
) -> Reading:
    """The observations of one query; an observation is a text there, its marker a ``data_marking`` beside it.

    ``area`` and ``period`` name those dimensions. ``half_width`` names the metadata that is half the width of a 95 %
    interval; without it ``confidence_interval`` is kept as a note, since its meaning differs by data set. Raises
    ``SourceUnavailable`` for the API's errors, which are plain words, and ``SourceChanged`` when fewer observations
    came than the answer announces (the API stops at 10,000).

    >>> text = b'''{"dimensions": {"time": {"option": {"id": "Oct-11"}}}, "total_observations": 1, "observations": [
    ... {"dimensions": {"geography": {"id": "K02000001", "label": "UK"}}, "observation": "146.3",
    ...  "metadata": {"data_marking": "p"}}]}'''
    >>> read_observations(text, "o.json").rows[["area", "first", "value", "status"]].to_numpy().tolist()
    [['K02000001', '2011-10-01', 146.3, 'p']]
    """
    data = read_json(name, content)
    items = data.get("observations") if isinstance(data, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise changed(name, "there is no list of observations", "check the query")
    total = data.get("total_observations")
    if total != len(items):
        raise changed(name, f"{len(items)} observations came, {total} are announced", "ask for fewer at a time")
    fixed = _fixed(name, data.get("dimensions"))
    free = [_free(name, item.get("dimensions")) for item in items]
    metadata = [item["metadata"] if isinstance(item.get("metadata"), dict) else {} for item in items]
    for wanted in (area, period):
        if wanted not in fixed and not all(wanted in one for one in free):
            raise changed(name, f"the observations have no dimension {wanted!r}", "declare which it is", column=wanted)
    merged = [{**fixed, **one} for one in free]
    values = [item.get("observation") for item in items]
    if not all(isinstance(value, str) or value is None for value in values):
        raise changed(name, "an observation is not a text", "look at the file")
    columns: dict[str, Any] = {
        "series": [" · ".join(one[k][1] for k in sorted(one) if k not in (area, period)) for one in merged],
        "area": [one[area][0] for one in merged],
        "area_name": [one[area][1] if one[area][1] != one[area][0] else "" for one in merged],
        "span": [one[period][0] for one in merged],
        "value": [value or "" for value in values],
        "status": [str(m.get("data_marking") or "") for m in metadata],
        "note": ["" if half_width else _interval_note(m) for m in metadata],
        "row": [f"observations[{i}]" for i in range(len(items))],
    }
    if half_width:
        columns |= _interval(name, columns["value"], [str(m.get(half_width) or "") for m in metadata])
    return tidy(name, columns, records=len(items), facts=_notes(data), manner=Manner(marks or {}))


@READER.register(
    "ons-csv-v4",
    formula="first head v4_N, then N columns of metadata, then pairs of code and label",
    source="Office for National Statistics, API v1: full CSV of a version",
    gaps="empty and marked observations stay as rows without a value",
)
def read_v4(
    content: bytes,
    name: str,
    *,
    area: str | None = None,
    period: str | None = None,
    keep: Mapping[str, list[str]] | None = None,
    metadata: Mapping[str, str] | None = None,
    marks: Mapping[str, str] | None = None,
) -> Reading:
    r"""A whole data set: every row an observation, its metadata, and a code and a label for each dimension.

    The case of the heads varies and does not matter. ``area`` and ``period`` name a dimension by the head of its code
    or its label column where it is not one of the usual; ``keep`` lists by dimension the codes or labels to read;
    ``metadata`` says what a metadata column holds (``status``, ``lower`` or ``upper``) where its head does not.

    >>> text = b"V4_1,Data Marking,calendar-years,Time,uk-only,Geography,sex,Sex\n,x,2019,2019,K02000001,UK,all,All\n"
    >>> read_v4(text, "v4.csv").rows[["series", "area", "last", "status"]].to_numpy().tolist()
    [['All', 'K02000001', '2019-12-31', 'x']]
    """
    text = read_text(name, content).lstrip("\r\n ")
    found = re.match(r'"?v4_([0-9]{1,2})"?[,\r\n]', text, re.IGNORECASE)
    if not found:
        raise unavailable(name, "something else", text, "check the address; a full CSV begins with v4_N")
    sheet = read_sheets(name, content)[0]
    frame = table_under(sheet, [sheet.cells[0][0]]).frame()
    heads, extra = [plain(label) for label in frame.columns], int(found[1])
    frame.columns = pd.Index(range(len(heads)))
    pairs = list(range(1 + extra, len(heads), 2))
    dimensions = [(heads[pair], heads[pair + 1]) for pair in pairs if pair + 1 < len(heads)]
    if not pairs or len(heads) != 1 + extra + 2 * len(set(dimensions)):
        raise changed(name, f"after {1 + extra} columns there are no pairs of code and label", "look at the file", 1)
    at = _dimension(name, heads, pairs, area, AREAS, "area")
    when = _dimension(name, heads, pairs, period, TIMES, "period")
    chosen = np.ones(len(frame), dtype=bool)
    for key, wanted in (keep or {}).items():
        pair = _dimension(name, heads, pairs, key, (), key)
        chosen &= (frame[pair].isin(wanted) | frame[pair + 1].isin(wanted)).to_numpy()
    used = frame[chosen]
    rest = [pair for pair in pairs if pair not in (at, when)]
    columns: dict[str, Any] = {
        "series": joined(used[pair + 1] for pair in rest) if rest else "",
        "area": used[at].tolist(),
        "area_name": used[at + 1].tolist(),
        "span": used[when + 1].where(used[when + 1] != "", used[when]).tolist(),
        "value": used[0].tolist(),
        "row": sheet.places(used.index, 0),
    }
    columns |= _metadata(name, heads[1 : 1 + extra], used, metadata or {})
    left_out = {NOT_ASKED: int((~chosen).sum())}
    return tidy(name, columns, records=len(frame), left_out=left_out, manner=Manner(marks or {}))


def _dimension(
    name: str, heads: list[str], pairs: list[int], declared: str | None, usual: tuple[str, ...], what: str
) -> int:
    names = (plain(declared),) if declared else usual
    found = [pair for pair in pairs if heads[pair] in names or heads[pair + 1] in names]
    if len(found) != 1:
        labels = ", ".join(heads[pair + 1] for pair in pairs)
        raise changed(name, f"which dimension is the {what} is not clear", f"declare one of {labels}", 1, what)
    return found[0]


def _metadata(name: str, heads: list[str], used: pd.DataFrame, declared: Mapping[str, str]) -> dict[str, Any]:
    """What the metadata columns hold; one that is not known becomes part of the note."""
    roles = {plain(head): role for head, role in declared.items()}
    columns: dict[str, Any] = {}
    notes: list[pd.Series] = []
    for position, head in enumerate(heads, start=1):
        role = roles.get(head) or METADATA.get(re.sub(r"[\W_]+", "", head))
        if role is None:
            notes.append(used[position].map(lambda text, head=head: f"{head} {text}" if text else ""))
        elif role in columns:
            raise changed(name, f"two columns hold the {role}", "declare which one does", 1, head)
        else:
            columns[role] = used[position].tolist()
    if notes:
        columns["note"] = ["; ".join(filter(None, texts)) for texts in zip(*notes, strict=True)]
    return columns


def _fixed(name: str, dimensions: Any) -> dict[str, tuple[str, str]]:
    """The dimensions fixed in the query, each with its code (which is all the API gives)."""
    if not isinstance(dimensions, dict):
        raise changed(name, "the dimensions of the query are absent", "check the query")
    found = {}
    for key, part in dimensions.items():
        option = part.get("option") if isinstance(part, dict) else None
        if not isinstance(option, dict) or not option.get("id"):
            raise changed(name, "the dimension has no code", "check the query", column=key)
        found[str(key)] = (str(option["id"]), str(option.get("label") or option["id"]))
    return found


def _free(name: str, dimensions: Any) -> dict[str, tuple[str, str]]:
    if not isinstance(dimensions, dict) or not all(isinstance(p, dict) and p.get("id") for p in dimensions.values()):
        raise changed(name, "an observation does not say what it is of", "look at the file")
    return {str(key): (str(p["id"]), str(p.get("label") or p["id"])) for key, p in dimensions.items()}


def _interval_note(metadata: dict[str, Any]) -> str:
    text = str(metadata.get("confidence_interval") or "")
    return f"confidence_interval {text}" if text else ""


def _interval(name: str, values: list[str], halves: list[str]) -> dict[str, Any]:
    from goodwork.sources.numbers import parse_numbers

    value, half = parse_numbers(pd.Series(values), "."), parse_numbers(pd.Series(halves), ".")
    if half.bad.any() or (half.value < 0).any():
        raise changed(name, "a half-width is no number, or below 0", "declare no half_width", column="metadata")
    return {"lower": value.value - half.value, "upper": value.value + half.value}


def _notes(data: dict[str, Any]) -> dict[str, str]:
    notes = data.get("usage_notes")
    found = [n for n in notes if isinstance(n, dict)] if isinstance(notes, list) else []
    said = [f"{n.get('title', '')}: {n.get('note', '')}" for n in found]
    return {"note": "\n".join(said)} if said else {}
