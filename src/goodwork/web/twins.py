"""The twins of a page: its numbers as JSON and CSV, and each of its figures as a drawing and as numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from goodwork.errors import NotFound
from goodwork.figures.figure import Figure
from goodwork.model.area import nearest
from goodwork.monitor import Monitor
from goodwork.web import answers

if TYPE_CHECKING:
    import pandas as pd


class Page(Protocol):
    """What has twins: drawings by name, all of it as plain data, and its main table."""

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Its drawings by name."""

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data."""

    def as_table(self, name: str = "") -> pd.DataFrame:
        """Its main table, or another by name."""


def asked_form(request: Request, others: Sequence[str] = ()) -> tuple[str, str]:
    """The form of a page that an address asks for and the drawing, if it is one; raises ``NotFound``."""
    form = request.path_params.get("form", "html")
    if form not in ("html", "json", "csv", *others):
        raise NotFound("form", form[:20], ["json", "csv", *others])
    return form, request.path_params.get("drawing", "")[:60]


def twin(
    request: Request, monitor: Monitor, page: Page, form: str, drawing: str, name: str, *, invented: bool = False,
    tables: Sequence[str] = (),
) -> Response:  # fmt: skip
    """A drawing of a page, or all of it as JSON, or one of its ``tables`` (named in the query) as CSV; ``invented``:
    the numbers are made up though the edition is not."""
    made_up = monitor.invented or invented
    if drawing:
        return of_figure(request, page.figures, drawing, "svg", made_up)
    if form == "json":
        head = {"monitor": monitor.title, "edition": monitor.edition.name, "invented": made_up}
        return answers.respond(request, answers.dumps(head | page.as_dict()), "application/json")
    wanted = request.query_params.get("table", "")[:60]
    if wanted and wanted not in tables:
        raise NotFound("table", wanted, nearest(wanted, tables) or list(tables))
    text = answers.as_csv(page.as_table(wanted), made_up)
    file = re.sub(r"[^\w.-]", "-", f"{name}{f'-{wanted}' if wanted else ''}.csv")
    return answers.respond(request, text, "text/csv", filename=file)


def of_figure(
    request: Request, figures: Mapping[str, Figure], name: str, form: str, invented: bool
) -> Response:  # fmt: skip
    """A figure of a page as a drawing (``svg``), or the numbers it was drawn from as CSV; raises ``NotFound`` with the
    names of those there are."""
    if name not in figures:
        raise NotFound("figure", name, nearest(name, figures) or list(figures))
    if form == "svg":
        return answers.respond(request, figures[name].svg, "image/svg+xml")
    return answers.respond(request, answers.as_csv(figures[name].table, invented), "text/csv")


def listed(request: Request, monitor: Monitor, name: str, table: pd.DataFrame) -> Response:
    """The twin of a page that is one list: its rows under a name as JSON, or as CSV."""
    form, _ = asked_form(request)
    if form == "csv":
        return answers.respond(request, answers.as_csv(table, monitor.invented), "text/csv", filename=f"{name}.csv")
    head = {"monitor": monitor.title, "edition": monitor.edition.name, "invented": monitor.invented}
    return answers.respond(request, answers.dumps(head | {name: records(table)}), "application/json")


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data; what is endless or missing is ``None``."""
    plain = table.replace([np.inf, -np.inf], np.nan).astype(object)
    return [{str(k): v for k, v in row.items()} for row in plain.where(plain.notna(), None).to_dict("records")]
