"""The addresses of two measures against each other: the page, its twins and its drawings."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response

from goodwork.analysis.association import CAVEAT
from goodwork.errors import NotFound
from goodwork.model.area import nearest
from goodwork.monitor import Monitor
from goodwork.web import answers
from goodwork.web.scatter_page import COLOURS, Asked, ScatterPage, lacking, options, rows, scatter_page

REMEMBERED = 4


class ScatterRoutes:
    """Answers about two measures in one edition; pages once made are remembered."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor, self.templates = monitor, templates
        self._made = lru_cache(REMEMBERED)(lambda asked: scatter_page(monitor, asked))

    @property
    def routes(self) -> tuple[tuple[str, Callable[..., Response]], ...]:
        """Addresses and what answers them."""
        return (
            ("/scatter", self.page), ("/scatter.json", self.json), ("/scatter.csv", self.csv),
            ("/scatter/{name}.svg", self.svg),
        )  # fmt: skip

    def page(self, request: Request) -> Response:
        """The cloud, the line, the doubts and the table."""
        page = self._page(request)
        body = self.templates.get_template("scatter.html").render(
            page=page, asked=page.asked, path="/scatter", state=None, caution=CAVEAT, rows=rows(page),
            lacking=lacking(page), measures={n: options(self.monitor, getattr(page.asked, n)) for n in ("x", "y")},
            colours=COLOURS,
        )  # fmt: skip
        return answers.respond(request, body, "text/html")

    def json(self, request: Request) -> Response:
        """The same as data."""
        page = self._page(request)
        head = {"monitor": self.monitor.title, "edition": self.monitor.edition.name, "invented": self.monitor.invented}
        return answers.respond(request, answers.dumps(head | page.as_dict()), "application/json")

    def csv(self, request: Request) -> Response:
        """Both figures of every area."""
        page = self._page(request)
        text = answers.as_csv(page.as_table(), self.monitor.invented)
        return answers.respond(request, text, "text/csv", filename=f"{page.asked.x}-{page.asked.y}.csv")

    def svg(self, request: Request) -> Response:
        """One drawing, which can stand alone."""
        page, name = self._page(request), request.path_params["name"]
        if name not in page.figures:
            raise NotFound("figure", name[:120], nearest(name[:120], page.figures) or list(page.figures))
        return answers.respond(request, page.figures[name].svg, "image/svg+xml")

    def _page(self, request: Request) -> ScatterPage:
        return self._made(Asked.read(self.monitor, request.query_params))
