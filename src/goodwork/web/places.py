"""Addresses of places and of what is measured there: area, comparison, indicator, domain, each with its twins."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import unquote, urlencode

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from goodwork.errors import DeclarationError, NotFound
from goodwork.figures.figure import Figure
from goodwork.model.area import Area, nearest
from goodwork.monitor import Monitor
from goodwork.web import answers, profiles
from goodwork.web.area import area_page
from goodwork.web.compare import chance, compare_page, comparison
from goodwork.web.domains import domain_page
from goodwork.web.indicators import indicator_page
from goodwork.web.state import State, area_path
from goodwork.web.view import View

if TYPE_CHECKING:
    import pandas as pd

REMEMBERED, VIEWS = 48, 8
DRAWINGS = re.compile(r"(.+)/([a-z]+)\.svg")


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
    """What an address asks for: the name in it, the form (page, json, csv, svg) and which drawing."""

    name: str
    form: str = "html"
    drawing: str = ""


def asked(reference: str) -> Asked:
    """The name and the form in an address.

    >>> asked("york.json"), asked("york/spine.svg").drawing
    (Asked(name='york', form='json', drawing=''), 'spine')
    """
    if drawn := DRAWINGS.fullmatch(reference):
        return Asked(drawn[1], "svg", drawn[2])
    for form in ("json", "csv"):
        if reference.endswith(f".{form}"):
            return Asked(reference.removesuffix(f".{form}"), form)
    return Asked(reference)


class Places:
    """Answers about areas, indicators and domains of one edition; pages once made are remembered."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor, self.templates = monitor, templates
        self._view: Callable[[str, str, str], View] = lru_cache(VIEWS)(
            lambda framework, area_set, period: View(monitor, framework, area_set, period)
        )
        self._area = lru_cache(REMEMBERED)(lambda state, code: area_page(self._of(state), self._by_code(code)))
        self._compare = lru_cache(REMEMBERED)(
            lambda state, codes: compare_page(self._of(state), [self._by_code(c) for c in codes])
        )
        self._indicator = lru_cache(REMEMBERED)(lambda name, period: indicator_page(monitor, name, period))
        self._domain = lru_cache(REMEMBERED)(lambda state, node: domain_page(self._of(state), node))
        self._text = lru_cache(REMEMBERED)(self._draw)

    @property
    def routes(self) -> tuple[tuple[str, Callable[..., Response]], ...]:
        """Addresses and what answers them."""
        return (
            ("/area/{reference:path}", self.area),
            ("/compare", self.compare),
            ("/compare.{form}", self.compare),
            ("/compare/{drawing}.svg", self.compare),
            ("/indicator/{reference:path}", self.indicator),
            ("/domain/{reference:path}", self.domain),
        )

    def area(self, request: Request) -> Response:
        """The page of an area, its twins and drawings, or the way to them."""
        reference = request.path_params["reference"]
        want = asked(reference)
        found = profiles.resolve(self.monitor, want.name)
        query = {key: value for key, value in request.query_params.items() if key != "area"}
        state = State.read(self.monitor, query)
        if not query.get("area_set"):
            state = State.read(self.monitor, query | profiles.fitting(self.monitor, state, found))
        canonical = area_path(found)
        if want.form == "html" and reference != unquote(canonical).removeprefix("/area/"):
            more = f"?{urlencode(query)}" if query else ""
            return RedirectResponse(canonical + more, 302)
        page = self._area(state, found.code)
        return self._answer(request, want, "area.html", state, page, found.code, canonical)

    def compare(self, request: Request) -> Response:
        """Two to six areas beside each other; the form to choose them where none are named."""
        form, drawing = request.path_params.get("form", "html"), request.path_params.get("drawing", "")
        if form not in ("html", "json", "csv"):
            raise NotFound("form of answer", form, ["json", "csv"])
        want = Asked("compare", "svg" if drawing else form, drawing)
        names = request.query_params.getlist("areas")
        query = {k: v for k, v in request.query_params.items() if k not in ("areas", "area")}
        state = State.read(self.monitor, query)
        places = comparison(self.monitor, names)
        if not places and want.form != "html":
            raise DeclarationError("no areas are named", remedy="name two to six: ?areas=York,Leeds")
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
        page = self._indicator(want.name[:120], period)
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
        made_up = " Invented data." if self.monitor.invented else ""
        return f"{what}. {self.monitor.title}, edition {self.monitor.edition.name}, {path}.{made_up}"

    def _answer(
        self, request: Request, want: Asked, template: str, state: State, page: Page, name: str, path: str
    ) -> Response:
        if want.form == "html":
            return answers.respond(request, self._text(template, state, page, path), "text/html")
        if want.form == "svg":
            if want.drawing not in page.figures:
                raise NotFound("figure", want.drawing, nearest(want.drawing, page.figures) or list(page.figures))
            return answers.respond(request, page.figures[want.drawing].svg, "image/svg+xml")
        head = {"monitor": self.monitor.title, "edition": self.monitor.edition.name, "invented": self.monitor.invented}
        if want.form == "json":
            told = {"figures": {n: {"title": f.title, "sentence": f.sentence} for n, f in page.figures.items()}}
            return answers.respond(request, answers.dumps(head | page.as_dict() | told), "application/json")
        table = page.as_table()
        table = table.assign(note="invented data") if self.monitor.invented else table
        file = re.sub(r"[^\w.-]", "-", f"{template.removesuffix('.html')}-{name}.csv")
        text = str(table.to_csv(index=False, lineterminator="\r\n"))
        return answers.respond(request, text, "text/csv", filename=file)

    def _draw(self, template: str, state: State, page: Page | None, path: str) -> str:
        return self.templates.get_template(template).render(
            page=page, state=state, cite=self.cite, chance=chance, path=path
        )

    def _of(self, state: State) -> View:
        return self._view(state.framework, state.area_set, state.period)

    def _by_code(self, code: str) -> Area:
        return self.monitor.geography.by_code[code]
