"""Addresses of what one prints: the profile of an area and its audit as PDF and as spreadsheet, made when asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.monitor import Monitor
from goodwork.report import typesetting
from goodwork.web import answers
from goodwork.web.state import NAMES, State, area_path, resolve

if TYPE_CHECKING:
    from jinja2 import Environment

    from goodwork.report.document import Document

Answer = Callable[[Request], Response]
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReportRoutes:
    """Reports of one edition; a PDF needs the extra ``pdf``, a spreadsheet nothing."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor = monitor
        templates.globals["printable"] = typesetting.available()

    @property
    def routes(self) -> tuple[tuple[str, Answer], ...]:
        """Addresses and what answers them."""
        return (
            ("/report/audit/{reference}.{form}", self.audit),
            ("/report/{reference}.{form}", self.area),
        )

    def area(self, request: Request) -> Response:
        """The profile of an area to print, in the view that is asked for."""
        from goodwork.report.area_report import area_report

        code, name, state = self._asked(request)
        document = area_report(self.monitor, code, state.period, state.area_set, state.framework)
        return self._answer(request, document, name)

    def audit(self, request: Request) -> Response:
        """The audit of an area to print, in the view that is asked for."""
        from goodwork.report.audit_report import audit_report

        code, name, state = self._asked(request)
        document = audit_report(self.monitor, code, state.period, state.area_set, state.framework)
        return self._answer(request, document, f"{name}-audit")

    def _asked(self, request: Request) -> tuple[str, str, State]:
        found = resolve(self.monitor, request.path_params["reference"])
        query = {k: v for k, v in request.query_params.items() if k in NAMES and k != "area"}
        return found.code, area_path(found).rpartition("/")[2], State.read(self.monitor, query)

    @staticmethod
    def _answer(request: Request, document: Document, name: str) -> Response:
        form = request.path_params["form"]
        if form == "xlsx":
            from goodwork.report.spreadsheet import to_xlsx

            body, kind = to_xlsx(document), SHEET
        elif form == "pdf" and not typesetting.available():
            told = tr("A PDF needs an extra: {remedy}").format(remedy=typesetting.REMEDY)
            return answers.respond(request, f"{told}\n", "text/plain", status=501)
        elif form == "pdf":
            from goodwork.report.pdf import to_pdf

            body, kind = to_pdf(document), "application/pdf"
        else:
            raise NotFound("form of report", form[:20], ["pdf", "xlsx"])
        held = {"Content-Disposition": f'inline; filename="{name}.{form}"', "Cache-Control": "no-cache"}
        return Response(body, headers=held, media_type=kind)
