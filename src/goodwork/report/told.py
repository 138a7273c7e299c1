"""What the registry of an edition says, as findings again: with the numbers each sentence rests on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from goodwork.analysis.finding import Finding
from goodwork.report.view import View, view_of

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor


def told(view: View, question: str, area: str = "", kind: str = "finding") -> tuple[Finding, ...]:
    """The findings of a view about one question: about an area, or (without one) about all of them; none where the
    period is another than the one that was asked about."""
    rows = view.rows("findings", period=view.period)
    if not len(rows):
        return ()
    rows = rows[(rows["question"] == question) & (rows["kind"] == kind) & (rows["area"].fillna("") == area)]
    return tuple(again(rows))


def notes(view: View, question: str) -> tuple[str, ...]:
    """What an answer leaves out and how far to trust it, or why there is none; each note once."""
    found = [*told(view, question, kind="note"), *told(view, question, kind="not answered")]
    return tuple(dict.fromkeys(map(str, found)))


def again(rows: pd.DataFrame) -> Iterable[Finding]:
    """Rows of the registry as findings: each sentence as it was published, with its template and numbers."""
    for row in rows.to_dict("records"):
        made = str.__new__(Finding, row["sentence"])
        made.template, made.numbers = str(row["template"]), json.loads(row["numbers"])
        made.key, made.table, made.row = tuple(str(row["id"]).split(".")), str(row["table"]), {}
        yield made


def setting(monitor: Monitor, period: str | None, area_set: str | None, framework: str | None) -> View:
    """The view that is meant: the latest period, the framework's own set, the first framework where none is named."""
    chosen = monitor.framework(framework).name
    return view_of(monitor, chosen, monitor.area_set(area_set, chosen).name, monitor.period(period, chosen))
