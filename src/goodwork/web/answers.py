"""One answer, three forms: the same rows stand in the page, in JSON and in CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from goodwork.monitor import Monitor
from goodwork.report.export import unlike_formulas
from goodwork.web.state import NAMES, State

if TYPE_CHECKING:
    import pandas as pd

SCORES = ("area", "name", "score", "low", "high")
RANKS = ("rank", "rank_low", "rank_high", "ties", "ranked", "top", "bottom")
COLUMNS = (*SCORES, *RANKS, "reason")
NOTE = "invented data"
WHOLE = ("rank", "rank_low", "rank_high", "ties", "ranked")


def league(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that are published of a league table, in their order; whole numbers stay whole."""
    published = table.reindex(columns=list(COLUMNS))
    return published.astype(dict.fromkeys(WHOLE, "Int64")).astype({"reason": "object"}).fillna({"reason": ""})


def as_csv(table: pd.DataFrame, invented: bool = False, *, header: bool = True) -> str:
    """A table as CSV: every digit, gaps empty, text like a formula quoted; a column says so where the data are
    invented."""
    told = table.assign(note=NOTE) if invented else table
    return str(unlike_formulas(told).to_csv(index=False, lineterminator="\r\n", header=header))


def with_note(text: str) -> str:
    """CSV of invented data with a column that says so.

    >>> with_note("area,value\\nT01,3\\n")
    'area,value,note\\r\\nT01,3,invented data\\r\\n'
    """
    lines = csv.reader(io.StringIO(text))
    out = io.StringIO()
    csv.writer(out).writerows([*line, NOTE if k else "note"] for k, line in enumerate(lines))
    return out.getvalue()


def as_data(monitor: Monitor, state: State, table: pd.DataFrame, finding: str) -> dict[str, Any]:
    """The league table with what is needed to understand it, as plain data; gaps are ``None``."""
    rows = league(table).astype(object)
    rows = rows.where(rows.notna(), None)
    return {
        "monitor": monitor.title,
        "edition": monitor.edition.name,
        "invented": monitor.invented,
        **{name: getattr(state, name) for name in NAMES if name not in ("view", "area")},
        **({"shown": state.look.chosen} if state.look.chosen else {}),
        "finding": finding,
        "average": monitor.framework(state.framework).method.display.centre,
        "interval": "95 %, sampling error",
        "top_and_bottom": "share of draws in the first and last ten places",
        "areas": rows.to_dict("records"),
    }


def dumps(data: Any) -> str:
    """Plain data as JSON."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1, default=_number)


def _number(value: Any) -> Any:
    return value.item()


def in_parts(parts: Iterator[str], media_type: str, *, about: str, filename: str) -> Response:
    """A long text sent as it is made. ``about`` says all that it follows from: its tag is made of that."""
    seed = f"{version('goodwork')} {filename} {about}"
    tag = f'"{hashlib.sha256(seed.encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Disposition": f'inline; filename="{filename}"'}
    whole = (part.encode("utf-8", "replace") for part in parts)
    return StreamingResponse(whole, 200, headers, f"{media_type}; charset=utf-8")


def respond(
    request: Request, body: str, media_type: str, *, status: int = 200, filename: str | None = None
) -> Response:
    """The body with an entity tag; ``304`` without a body when the reader already has it."""
    content = body.encode("utf-8", "replace")
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if filename:
        headers["Content-Disposition"] = f'inline; filename="{filename}"'
    known = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    if status == 200 and tag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, status, headers, f"{media_type}; charset=utf-8")
