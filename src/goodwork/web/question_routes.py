"""The addresses of the questions: a page each, its twins in JSON and CSV, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response

from goodwork.figures.theme import stylesheet
from goodwork.monitor import Monitor
from goodwork.report.questions import PAGES, Question
from goodwork.web import question_page
from goodwork.web.answers import as_csv, respond, with_note
from goodwork.web.published_pages import plain_question, question_pages
from goodwork.web.question_page import NAVIGATION, Asking
from goodwork.web.routes import Route

Answer = Callable[[Request], Response]


class QuestionRoutes:
    """Answers what is asked at the pages of questions of one edition."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor, self.templates = monitor, templates
        templates.globals |= {"navigation": NAVIGATION}

    def routes(self) -> Iterator[Route]:
        """Every address with what answers it."""
        for question in PAGES:
            path, plain = question.path, plain_question(self.monitor, question)
            yield Route(path, partial(self.page, question), partial(question_pages, self.monitor, question), plain)
            yield Route(f"{path}.json", partial(self.json, question), plain=plain)
            yield Route(f"{path}.csv", partial(self.csv, question), plain=plain)
            yield Route(f"{path}/{{name}}.svg", partial(self.svg, question), plain=plain)
            yield Route(f"{path}/{{name}}.csv", partial(self.behind, question), plain=plain)
        yield Route("/figure/theme.css", self.theme)

    def page(self, question: Question, request: Request) -> Response:
        """The page of a question."""
        return respond(request, self._draw(self._asking(question, request)), "text/html")

    def json(self, question: Question, request: Request) -> Response:
        """All of the page as data."""
        return respond(
            request, question_page.as_json(self.monitor, self._asking(question, request)), "application/json"
        )

    def csv(self, question: Question, request: Request) -> Response:
        """One table of the page, every digit; ``rows=all`` has also the rows that the page leaves out."""
        asking, query = self._asking(question, request), request.query_params
        whole = query.get("rows", "") == "all"
        name, table = question_page.sheet_of(self.monitor, asking, query.get("table", "")[:120], whole)
        return respond(
            request, as_csv(table, self.monitor.invented), "text/csv", filename=f"{name}-{asking.area_set}.csv"
        )

    def svg(self, question: Question, request: Request) -> Response:
        """One figure, which can stand alone: title, note and source are in it."""
        one = question_page.picture_of(self.monitor, self._asking(question, request), request.path_params["name"])
        return respond(request, one.svg, "image/svg+xml")

    def behind(self, question: Question, request: Request) -> Response:
        """The numbers that one figure draws."""
        asking = self._asking(question, request)
        one = question_page.picture_of(self.monitor, asking, request.path_params["name"])
        body = with_note(one.table) if self.monitor.invented else one.table
        return respond(request, body, "text/csv", filename=f"{one.name}-{asking.area_set}-figure.csv")

    def theme(self, request: Request) -> Response:
        """The colours of drawings in light, dark, print and forced colours."""
        return respond(request, stylesheet(), "text/css")

    def _asking(self, question: Question, request: Request) -> Asking:
        return Asking.read(self.monitor, question, request.query_params)

    def _draw(self, asking: Asking) -> str:
        page = question_page.page(self.monitor, asking)
        return self.templates.get_template("question.html").render(page=page, path=asking.question.path)
