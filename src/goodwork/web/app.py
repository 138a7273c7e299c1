"""The web application: addresses to answers, errors to pages."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from goodwork.errors import (
    DataError,
    DeclarationError,
    GoodWorkError,
    MethodError,
    NotFound,
    StoreError,
)
from goodwork.monitor import Monitor
from goodwork.web import answers, maps, pages
from goodwork.web.api import create_api
from goodwork.web.asked import Questions
from goodwork.web.headers import SECURITY, SecurityHeaders
from goodwork.web.places import Places
from goodwork.web.questions import BY_PATH
from goodwork.web.state import State, area_path, plain_state
from goodwork.web.words import tight

#: Error → HTTP status; the first class that fits.
STATUS: tuple[tuple[type[GoodWorkError], int], ...] = (
    (NotFound, 404),
    (DeclarationError, 422),
    (MethodError, 422),
    (DataError, 422),
    (StoreError, 503),
    (GoodWorkError, 500),
)
#: What a name in an error is called in addresses.
PARAMETERS = {
    "framework": "framework",
    "area set": "area_set",
    "period with scores": "period",
    "measure": "node",
    "kind of map": "view",
}
#: Kinds of things that have pages of their own, and where these are.
PAGES = {"indicator": "/indicator", "domain": "/domain"}
REMEMBERED = 64


def create_app(monitor: Monitor) -> FastAPI:
    """The application that serves one opened edition."""
    app = FastAPI(title=monitor.title, docs_url=None, redoc_url=None, openapi_url=None)
    site = Site(monitor)
    methods = ["GET", "HEAD"]
    for path, answer in (
        ("/", site.home),
        ("/index.json", site.index_json),
        ("/index.csv", site.index_csv),
        ("/figure/map.svg", site.map_svg),
        ("/areas", site.search),
        ("/healthz", site.health),
    ):
        app.add_api_route(path, answer, methods=methods, response_model=None)
    for path, asked in Questions(monitor, site.templates).routes():
        app.add_route(path, asked, methods)
    for path, page in Places(monitor, site.templates).routes:
        app.add_route(path, page, methods)
    app.router.routes.append(create_api(monitor, STATUS, site.templates))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.add_exception_handler(GoodWorkError, site.failed)
    app.add_exception_handler(HTTPException, site.refused)
    app.add_exception_handler(Exception, site.broken)
    app.add_middleware(GZipMiddleware, minimum_size=600)
    app.add_middleware(SecurityHeaders)
    return app


class Site:
    """Answers for one edition. An edition never changes, so views already drawn are remembered."""

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self.templates = Environment(
            loader=PackageLoader("goodwork.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self.templates.globals |= {"monitor": monitor, "plain": plain_state(monitor), "urlencode": urlencode}
        self.templates.filters["tight"] = tight
        self._home = lru_cache(REMEMBERED)(self._draw_home)
        self._table = lru_cache(REMEMBERED)(partial(maps.everything, monitor))

    def _draw_home(self, state: State) -> str:
        return self.templates.get_template("home.html").render(
            page=pages.home(self.monitor, state), state=state, path="/"
        )

    def _state(self, request: Request) -> State:
        return State.read(self.monitor, request.query_params)

    def home(self, request: Request) -> Response:
        """The map, the league table and, if one is chosen, an area."""
        return answers.respond(request, self._home(self._state(request)), "text/html")

    def index_json(self, request: Request) -> Response:
        """The league table of a view as JSON."""
        state = self._state(request)
        table = self._table(state)
        words = maps.caption(self.monitor, state, table[table["score"].notna()])
        data = answers.as_data(self.monitor, state, table, words.title)
        return answers.respond(request, answers.dumps(data), "application/json")

    def index_csv(self, request: Request) -> Response:
        """The league table of a view as CSV."""
        state = self._state(request)
        name = re.sub(r"[^\w.-]", "-", f"{state.framework}-{state.area_set}-{state.period}-{state.node}.csv")
        return answers.respond(
            request, answers.as_csv(self._table(state), self.monitor.invented), "text/csv", filename=name
        )

    def map_svg(self, request: Request) -> Response:
        """The map of a view, which can stand alone."""
        state = self._state(request)
        if (drawn := maps.draw(self.monitor, state, self._table(state))) is None:
            raise NotFound("map", state.area_set, remedy="the areas of this monitor have no outlines: use the table")
        return answers.respond(request, drawn.svg, "image/svg+xml")

    def search(self, request: Request) -> Response:
        """From a name, a code or a former name to the page of the area."""
        asked = request.query_params.get("q", "")[:120].strip()
        if not asked:
            raise NotFound("area", "", remedy="write the name or the code of an area in the search box")
        return RedirectResponse(area_path(self.monitor.find(asked)), 302)

    def health(self, request: Request) -> Response:
        """Whether the server answers, and from which edition."""
        data = {"status": "ok", "edition": self.monitor.edition.name}
        return answers.respond(request, answers.dumps(data), "application/json")

    def failed(self, request: Request, error: Exception) -> Response:
        """An error a person can put right."""
        assert isinstance(error, GoodWorkError)
        status = next(code for kind, code in STATUS if isinstance(error, kind))
        return self._error(request, status, error)

    def refused(self, request: Request, error: Exception) -> Response:
        """No such address, or a method that is not answered."""
        assert isinstance(error, HTTPException)
        known = NotFound("page", request.url.path[:120], remedy="start from the map, or search for an area")
        fault = known if error.status_code == 404 else GoodWorkError(error.detail, remedy="go back to the map")
        response = self._error(request, error.status_code, fault)
        response.headers.update(error.headers or {})
        return response

    def broken(self, request: Request, error: Exception) -> Response:
        """A bug: the page says so, the log has the traceback. Made outside the middleware, so it adds the headers."""
        fault = GoodWorkError("the server made a mistake", remedy="go back to the map; the fault has been logged")
        response = self._error(request, 500, fault)
        response.headers.update(SECURITY)
        return response

    def _error(self, request: Request, status: int, error: GoodWorkError) -> Response:
        path = request.url.path
        if path.endswith(".json"):
            return answers.respond(request, answers.dumps(error.as_dict()), "application/json", status=status)
        if path.endswith((".csv", ".svg")):
            return answers.respond(request, f"{error}\n", "text/plain", status=status)
        asked = request.query_params.get("q", "")[:120]
        page = self.templates.get_template("error.html").render(
            error=error, status=status, offers=self._offers(error, path), asked=asked
        )
        return answers.respond(request, page, "text/html", status=status)

    def _offers(self, error: GoodWorkError, path: str) -> list[tuple[str, str]]:
        """The nearest names as links, to the page that was asked for where it takes them."""
        if not isinstance(error, NotFound):
            return []
        kind: Any = error.facts.get("kind")
        if kind in PARAMETERS:
            page = path if path in BY_PATH else "/"
            return [(name, f"{page}?{urlencode({PARAMETERS[kind]: name})}") for name in error.nearest]
        if kind in PAGES:
            return [(name, f"{PAGES[kind]}/{name}") for name in error.nearest]
        areas = self.monitor.geography.by_code
        codes = [(name, name.rpartition("(")[2].rstrip(")")) for name in error.nearest]
        return [(name, area_path(areas[code])) for name, code in codes if code in areas]
