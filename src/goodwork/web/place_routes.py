"""Addresses of places and of what is measured there: area, comparison, indicator, domain, each with its twins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import unquote, urlencode

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from goodwork.analysis.wording import chance
from goodwork.errors import DeclarationError, NotFound
from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.model.area import Area, nearest
from goodwork.monitor import Monitor
from goodwork.report.view import View, view_of
from goodwork.web import answers
from goodwork.web.area_page import area_page
from goodwork.web.compare_page import compare_page, comparison
from goodwork.web.domain_page import domain_page
from goodwork.web.indicator_page import indicator_page
from goodwork.web.published_pages import (
    area_pages,
    domain_pages,
    indicator_pages,
    plain_area,
    plain_domain,
    plain_indicator,
)
from goodwork.web.routes import Route
from goodwork.web.search import notice_of
from goodwork.web.state import State, area_path, fitting, resolve
from goodwork.web.twins import of_figure
from goodwork.web.words import edition_of

if TYPE_CHECKING:
    import pandas as pd

#: Pages and views kept while their twins and figures are asked for; finished answers are kept by ``serving``.
REMEMBERED = 4
DRAWINGS = re.compile(r"(.+)/([a-z]+)\.(svg|csv)")


class Page(Protocol):
    """What every page here can do: be plain data, be a table, show its figures."""

    @property
    def figures(self) -> dict[str, Figure]:
        """Its drawings by name."""

    def __hash__(self) -> int:
        """Pages are remembered, each by itself."""

    def as_dict(self) -> dict[str, Any]:
        """Everything on it as plain data."""

    def as_table(self) -> pd.DataFrame:
        """Its numbers as one table."""


class Asked(NamedTuple):
    """What an address asks for: the name in it, the form (page, json, csv, svg) and which drawing, if one is named;
    the form of a drawing’s own numbers is ``numbers``."""

    name: str
    form: str = "html"
    drawing: str = ""


def asked(reference: str) -> Asked:
    """The name and the form in an address.

    >>> asked("york.json"), asked("york/spine.svg").drawing, asked("york/spine.csv").form
    (Asked(name='york', form='json', drawing=''), 'spine', 'numbers')
    """
    if drawn := DRAWINGS.fullmatch(reference):
        return Asked(drawn[1], "svg" if drawn[3] == "svg" else "numbers", drawn[2])
    for form in ("json", "csv"):
        if reference.endswith(f".{form}"):
            return Asked(reference.removesuffix(f".{form}"), form)
    return Asked(reference)


class PlaceRoutes:
    """Answers about areas, indicators and domains of one edition; pages once made are remembered."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor, self.templates = monitor, templates
        self._area = lru_cache(REMEMBERED)(lambda state, code: area_page(self._of(state), self._by_code(code)))
        self._compare = lru_cache(REMEMBERED)(
            lambda state, codes: compare_page(self._of(state), [self._by_code(c) for c in codes])
        )
        self._indicator = lru_cache(REMEMBERED)(
            lambda name, period, classes: indicator_page(monitor, name, period, classes)
        )
        self._domain = lru_cache(REMEMBERED)(lambda state, node: domain_page(self._of(state), node))

    @property
    def routes(self) -> tuple[Route, ...]:
        """Addresses and what answers them."""
        m = self.monitor
        return (
            Route("/area/{reference:path}", self.area, partial(area_pages, m), plain_area(m)),
            Route("/compare", self.compare),
            Route("/compare.{form}", self.compare),
            Route("/compare/{drawing}.svg", self.compare),
            Route("/compare/{drawing}.csv", self.compare),
            Route("/indicator/{reference:path}", self.indicator, partial(indicator_pages, m), plain_indicator(m)),
            Route("/domain/{reference:path}", self.domain, partial(domain_pages, m), plain_domain(m)),
        )

    def area(self, request: Request) -> Response:
        """The page of an area, its twins and drawings, or the way to them."""
        reference = request.path_params["reference"]
        want = asked(reference)
        found = resolve(self.monitor, want.name)
        words = notice_of(self.monitor, request.query_params.get("asked", ""), found)
        query = {key: value for key, value in request.query_params.items() if key not in ("area", "asked")}
        state = State.read(self.monitor, query)
        if not query.get("area_set"):
            state = State.read(self.monitor, query | fitting(self.monitor, state, found))
        canonical = area_path(found)
        if want.form == "html" and reference != unquote(canonical).removeprefix("/area/"):
            more = f"?{urlencode(query)}" if query else ""
            return RedirectResponse(canonical + more, 302)
        page = self._area(state, found.code)
        if words and want.form == "html":
            return answers.respond(request, self._draw("area.html", state, page, canonical, words), "text/html")
        return self._answer(request, want, "area.html", state, page, found.code, canonical)

    def compare(self, request: Request) -> Response:
        """Two to six areas beside each other; the form to choose them where none are named."""
        form, drawing = request.path_params.get("form", "html"), request.path_params.get("drawing", "")
        if form not in ("html", "json", "csv"):
            raise NotFound("form of answer", form, ["json", "csv"])
        of_drawing = "svg" if request.url.path.endswith(".svg") else "numbers"
        want = Asked("compare", of_drawing if drawing else form, drawing)
        names = request.query_params.getlist("areas")
        query = {k: v for k, v in request.query_params.items() if k not in ("areas", "area")}
        state = State.read(self.monitor, query)
        places = comparison(self.monitor, names)
        if not places and want.form != "html":
            remedy = tr("name two to six: {address}").format(address="?areas=York,Leeds")
            raise DeclarationError(tr("no areas are named"), remedy=remedy)
        if not places:
            return answers.respond(request, self._draw("compare.html", state, None, "/compare"), "text/html")
        if not query.get("area_set"):
            state = self._holding(state, places)
        codes = tuple(place.code for place in places)
        page = self._compare(state, codes)
        return self._answer(request, want, "compare.html", state, page, "-".join(codes), "/compare")

    def _holding(self, state: State, places: Sequence[Area]) -> State:
        """The view in the first set of areas that holds all of these, if there is one."""
        sets = self.monitor.area_sets(state.framework)
        fit = [s.name for s in sets if all(s.holds(place) for place in places)]
        if not fit or state.area_set in fit:
            return state
        return State.read(self.monitor, {"framework": state.framework, "period": state.period, "area_set": fit[0]})

    def indicator(self, request: Request) -> Response:
        """What an indicator is and its figures; its periods are its own, not those of an index."""
        want = asked(request.path_params["reference"])
        period = request.query_params.get("period", "")[:40]
        query = {k: v for k, v in request.query_params.items() if k == "framework"}
        state = State.read(self.monitor, query)
        page = self._indicator(want.name[:120], period, request.query_params.get("classes", "")[:40])
        return self._answer(request, want, "indicator.html", state, page, want.name, f"/indicator/{page.indicator.id}")

    def domain(self, request: Request) -> Response:
        """What a domain is made of, and where areas stand on it."""
        want = asked(request.path_params["reference"])
        query = {k: v for k, v in request.query_params.items() if k not in ("area", "node")}
        state = State.read(self.monitor, query)
        groups = [g for g in self.monitor.framework(state.framework).groups if g != "index"]
        if want.name not in groups:
            raise NotFound("domain", want.name[:120], nearest(want.name[:120], groups) or groups)
        page = self._domain(state, want.name)
        return self._answer(request, want, "domain.html", state, page, want.name, f"/domain/{want.name}")

    def cite(self, what: str, path: str) -> str:
        """How to cite a page: what it is, monitor, edition, address."""
        made_up = " " + tr("Invented data.") if self.monitor.invented else ""
        return f"{what}. {edition_of(self.monitor)}, {path}.{made_up}"

    def _answer(
        self, request: Request, want: Asked, template: str, state: State, page: Page, name: str, path: str
    ) -> Response:
        if want.form == "html":
            return answers.respond(request, self._draw(template, state, page, path), "text/html")
        if want.drawing:
            return of_figure(request, page.figures, want.drawing, want.form, self.monitor.invented)
        head = {"monitor": self.monitor.title, "edition": self.monitor.edition.name, "invented": self.monitor.invented}
        if want.form == "json":
            told = {"figures": {n: {"title": f.title, "sentence": f.sentence} for n, f in page.figures.items()}}
            return answers.respond(request, answers.dumps(head | page.as_dict() | told), "application/json")
        file = re.sub(r"[^\w.-]", "-", f"{template.removesuffix('.html')}-{name}.csv")
        text = answers.as_csv(page.as_table(), self.monitor.invented)
        return answers.respond(request, text, "text/csv", filename=file)

    def _draw(self, template: str, state: State, page: Page | None, path: str, notice: str = "") -> str:
        return self.templates.get_template(template).render(
            page=page, state=state, cite=self.cite, chance=chance, path=path, notice=notice
        )

    def _of(self, state: State) -> View:
        return view_of(self.monitor, state.framework, state.area_set, state.period)

    def _by_code(self, code: str) -> Area:
        return self.monitor.geography.by_code[code]
