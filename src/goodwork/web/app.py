"""The web application: addresses to answers, errors to pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI
from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from goodwork.analysis.summaries import EVERY_RANK
from goodwork.errors import (
    DataError,
    DeclarationError,
    GoodWorkError,
    MethodError,
    NotFound,
    StoreError,
)
from goodwork.language import tr
from goodwork.model.plans import Plans
from goodwork.monitor import Monitor
from goodwork.report import templating
from goodwork.report.questions import BY_PATH
from goodwork.web import answers, assets, home_page, maps
from goodwork.web.account_routes import AccountRoutes
from goodwork.web.action_routes import ActionRoutes
from goodwork.web.api.app import create_api
from goodwork.web.audit_routes import AuditRoutes
from goodwork.web.data_routes import DataRoutes
from goodwork.web.faults import told
from goodwork.web.glossary import words
from goodwork.web.headers import SECURITY, SecurityHeaders
from goodwork.web.lab_routes import LabRoutes
from goodwork.web.look import Look
from goodwork.web.picture_routes import PictureRoutes
from goodwork.web.place_routes import PlaceRoutes
from goodwork.web.plan_routes import PlanRoutes, unanswerable
from goodwork.web.published_pages import home_pages, plain_api, plain_home
from goodwork.web.question_routes import QuestionRoutes
from goodwork.web.report_routes import ReportRoutes
from goodwork.web.routes import Addresses, Route, route_of
from goodwork.web.scatter_routes import ScatterRoutes
from goodwork.web.script_words import WORDS
from goodwork.web.search_routes import SearchRoutes
from goodwork.web.serving.finished import Finished
from goodwork.web.serving.limits import Limits
from goodwork.web.sheet_routes import SheetRoutes
from goodwork.web.small.sliced import SlicedMonitor, many
from goodwork.web.state import State, area_path, plain_state
from goodwork.web.whereabouts import map_in_words
from goodwork.web.words import file_name, tight

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
#: Pages on which a reader chooses what to see, as they stand in the navigation before those of the questions.
EXPLORE = (
    ("/", tr("Map and league")), ("/compare", tr("Compare")), ("/scatter", tr("Scatter")), ("/weights", tr("Weights")),
    ("/audit", tr("Audit")), ("/target", tr("What would it take")), ("/allocation", tr("Share a budget")),
    ("/track", tr("Targets")), ("/charters", tr("Charters")), ("/transition", tr("Routine work")),
)  # fmt: skip
REMEMBERED = 4


def create_app(monitor: Monitor, rate: float = 0.0, plans: Plans | None = None, *, served: bool = True) -> FastAPI:
    """The application that serves one opened edition, and ``plans`` of places beside it; a reader may ask ``rate``
    times a second, 0: at will. Where it is not ``served`` but asked by this process alone, nothing is packed,
    remembered or limited."""
    app = FastAPI(title=monitor.title, docs_url=None, redoc_url=None, openapi_url=None)
    app.router.redirect_slashes = False  # it would lead to whatever host the request names
    methods = ["GET", "HEAD"]
    if many(monitor):
        if plans is not None:
            raise DeclarationError(
                f"plans are followed for up to {EVERY_RANK:,} areas, and this monitor has more",
                remedy="serve it without --plans",
            )
        monitor = SlicedMonitor(monitor.edition)
        from goodwork.web.small.site import SmallSite  # it stands on this module

        site: Site = SmallSite(monitor)
    else:
        site = Site(monitor, plans or Plans())
        for path, picture in PictureRoutes(app, site.templates).routes:
            app.add_route(path, picture, methods)
    reports = [route for route in site.table if route.path.startswith("/report/")]  # with spreadsheets of their own
    sheets = () if many(monitor) else SheetRoutes(app, monitor, site.templates).routes
    for route in reports:
        app.add_route(route.path, route.answer, methods)
    app.router.routes.append(create_api(monitor, STATUS, site.templates, site.plans))
    for path, sheet in sheets:  # after the interface for programs, which has its own forms
        app.add_route(path, sheet, methods)
    for route in site.table:
        app.add_route(route.path, route.answer, methods)
    app.state.addresses, app.state.templates = Addresses(site.addresses), site.templates
    app.add_route("/static/{name:path}", assets.answer, methods)
    app.add_exception_handler(GoodWorkError, site.failed)
    app.add_exception_handler(HTTPException, site.refused)
    app.add_exception_handler(Exception, site.broken)
    if served:
        app.add_middleware(Finished)
        app.add_middleware(Limits, refuse=site.answer_error, rate=rate)
        app.add_middleware(SecurityHeaders)
    return app


def environment(monitor: Monitor) -> Environment:
    """Templates of an edition's pages, with what all of them use."""
    templates = templating.environment("goodwork.web", tight=True)
    templates.globals |= {
        "monitor": monitor,
        "urlencode": urlencode,
        "asset": assets.asset,
        "asks": False,
        "postcodes": False,
        "glossary": words(),
        "script_words": WORDS,
    }
    templates.filters["tight"] = tight
    templates.filters["saved"] = lambda address: f"{monitor.edition.name}-{file_name(address)}"
    return templates


class Site:
    """Answers for one edition. It never changes: what was answered is remembered in ``serving.finished``."""

    def __init__(self, monitor: Monitor, plans: Plans) -> None:
        self.monitor, self.plans = monitor, plans
        self.templates = environment(monitor)
        self.templates.globals |= {"plain": plain_state(monitor)}
        lacking = unanswerable(monitor, plans)
        self.templates.globals["explore"] = [page for page in EXPLORE if page[0] not in lacking]
        self._whole = lru_cache(REMEMBERED)(partial(maps.everything, monitor))

    @cached_property
    def table(self) -> tuple[Route, ...]:
        """Every address but those of the interface for programs and of assets."""
        monitor, templates = self.monitor, self.templates
        plain = plain_home(monitor)
        own = (
            Route("/", self.home, partial(home_pages, monitor), plain),
            Route("/index.json", self.index_json, plain=plain),
            Route("/index.csv", self.index_csv, plain=plain),
            Route("/figure/map.svg", self.map_svg, plain=plain),
            Route("/healthz", self.health),
        )
        rooms: tuple[Iterable[Any], ...] = (
            QuestionRoutes(monitor, templates).routes(),
            PlaceRoutes(monitor, templates).routes,
            SearchRoutes(monitor, templates).routes,
            LabRoutes(monitor, templates).routes,
            ScatterRoutes(monitor, templates).routes,
            AuditRoutes(monitor, templates).routes,
            ActionRoutes(monitor, templates).routes,
            PlanRoutes(monitor, templates, self.plans).routes,
            DataRoutes(monitor, templates).routes,
            ReportRoutes(monitor, templates).routes,
            AccountRoutes(monitor, templates).routes,
        )
        return (*own, *(route_of(found) for room in rooms for found in room))

    @property
    def addresses(self) -> tuple[Route, ...]:
        """Every address that has pages, that of the page about the interface for programs among them."""
        return (*self.table, Route("/api/v1/", self.health, lambda: ("/api/v1/docs",), plain_api))

    def _draw_home(self, state: State) -> str:
        return self.templates.get_template("home.html").render(
            page=home_page.home(self.monitor, state), state=state, path="/"
        )

    def _state(self, request: Request) -> State:
        state = State.read(self.monitor, request.query_params)
        own = Look.read(self.monitor, state.framework, state.area_set, request.query_params)
        return replace(state, look=own)

    def home(self, request: Request) -> Response:
        """The map, the league table and, if one is chosen, an area."""
        return answers.respond(request, self._draw_home(self._state(request)), "text/html")

    def index_json(self, request: Request) -> Response:
        """The league table of a view as JSON."""
        state = self._state(request)
        table = self._whole(state.bare)
        words = maps.caption(self.monitor, state, table[table["score"].notna()])
        data = answers.as_data(self.monitor, state, maps.asked_for(self.monitor, state, table), words.title)
        return answers.respond(request, answers.dumps(data), "application/json")

    def index_csv(self, request: Request) -> Response:
        """The league table of a view as CSV."""
        state = self._state(request)
        name = re.sub(r"[^\w.-]", "-", f"{state.framework}-{state.area_set}-{state.period}-{state.node}.csv")
        table = maps.on_screen(self.monitor, state, self._whole(state.bare))
        body = answers.as_csv(table, self.monitor.invented)
        return answers.respond(request, body, "text/csv", filename=name)

    def map_svg(self, request: Request) -> Response:
        """The map of a view, which can stand alone."""
        state = self._state(request)
        whole = self._whole(state.bare)
        if (drawn := maps.draw(self.monitor, state, whole, map_in_words(whole))) is None:
            remedy = tr("the areas of this monitor have no outlines: use the table")
            raise NotFound("map", state.area_set, remedy=remedy)
        return answers.respond(request, drawn.svg, "image/svg+xml")

    def health(self, request: Request) -> Response:
        """Whether the server answers, and from which edition."""
        data = {"status": "ok", "edition": self.monitor.edition.name}
        return answers.respond(request, answers.dumps(data), "application/json")

    def failed(self, request: Request, error: Exception) -> Response:
        """An error a person can put right."""
        assert isinstance(error, GoodWorkError)  # the only kind this handler is added for; for the type checker
        status = next(code for kind, code in STATUS if isinstance(error, kind))
        return self.answer_error(request, status, error)

    def refused(self, request: Request, error: Exception) -> Response:
        """No such address, or a method that is not answered."""
        assert isinstance(error, HTTPException)  # as above
        path, query = request.url.path, request.url.query
        if path == "/api/v1":
            return RedirectResponse("/api/v1/", 307)
        if error.status_code == 404 and len(path) > 1 and path.endswith("/"):  # as a published copy writes it
            return RedirectResponse(quote(f"/{path.strip('/')}") + (f"?{query}" if query else ""), 307)
        known = NotFound("page", request.url.path[:120], remedy=tr("start from the map, or search for an area"))
        fault = known if error.status_code == 404 else GoodWorkError(error.detail, remedy=tr("go back to the map"))
        response = self.answer_error(request, error.status_code, fault)
        response.headers.update(error.headers or {})
        return response

    def broken(self, request: Request, error: Exception) -> Response:
        """A bug: the page says so, the log has the traceback. Made outside the middleware, so it adds the headers."""
        remedy = tr("go back to the map; the fault has been logged")
        fault = GoodWorkError(tr("the server made a mistake"), remedy=remedy)
        response = self.answer_error(request, 500, fault)
        response.headers.update(SECURITY)
        return response

    def answer_error(self, request: Request, status: int, error: GoodWorkError) -> Response:
        """An error as a page, as JSON or as a line, whichever the address asks for."""
        path = request.url.path
        if path.endswith(".json"):
            return answers.respond(request, answers.dumps(error.as_dict()), "application/json", status=status)
        if path.endswith((".csv", ".svg")):
            return answers.respond(request, f"{error}\n", "text/plain", status=status)
        asked = request.query_params.get("q", "")[:120]
        page = self.templates.get_template("error.html").render(
            told=told(error), status=status, offers=self._offers(error, path), asked=asked
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
