"""Addresses of the Good Jobs Audit: a page to choose on, a page for each place and group, and their twins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from urllib.parse import unquote

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from goodwork.analysis.chosen import Chosen, chosen
from goodwork.errors import DeclarationError, NotFound
from goodwork.language import tr
from goodwork.model.area import Area, nearest
from goodwork.model.framework import INDEX
from goodwork.model.groups import combined_authorities
from goodwork.monitor import Monitor
from goodwork.web import answers
from goodwork.web.audit_page import AuditPage, address_of, audit_page, choices
from goodwork.web.place_routes import Asked, asked
from goodwork.web.published_pages import VIEW, plain_area
from goodwork.web.routes import Route, with_query, without_plain
from goodwork.web.state import State, fitting, plain_state
from goodwork.web.twins import listed, of_figure

REMEMBERED, MOST, LONGEST = 4, 60, 120


class AuditRoutes:
    """Answers about audits of one edition; pages once made are remembered."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor, self.templates = monitor, templates
        self._page: Callable[[State, str | tuple[str, ...]], AuditPage] = lru_cache(REMEMBERED)(
            lambda state, subject: audit_page(monitor, state, subject)
        )

    @property
    def routes(self) -> tuple[Route, ...]:
        """Addresses, what answers them, and which of them are published."""
        plain = plain_audit(self.monitor)
        return (
            Route("/audit", self.choose, plain=plain),
            Route("/audit.{form}", self.choices, plain=plain),
            Route("/audit/{reference:path}", self.audit, partial(audit_pages, self.monitor), plain),
        )

    def choose(self, request: Request) -> Response:
        """The page where a place or a group is chosen; what is named in the query leads on to its audit."""
        query = request.query_params
        state = self._state(request)
        if name := query.get("q", "")[:LONGEST].strip():
            found = self._meant(state, name)
            if isinstance(found, Area):
                state = self._holding(request, state, found)
                return RedirectResponse(state.url(address_of(found)), 302)
            target = "/audit/nation" if found.kind == "nation" else address_of(found.title)
            return RedirectResponse(state.url(target), 302)
        groups = choices(self.monitor, state)
        body = self.templates.get_template("audit_choose.html").render(groups=groups, state=state, path="/audit")
        return answers.respond(request, body, "text/html")

    def choices(self, request: Request) -> Response:
        """The groups that can be chosen, as JSON or CSV."""
        import pandas as pd

        state = self._state(request)
        rows = [(kind, name, state.url(address, area="", node=INDEX, view="map"))
                for kind, group in choices(self.monitor, state) for name, address in group]  # fmt: skip
        return listed(request, self.monitor, "groups", pd.DataFrame(rows, columns=["kind", "name", "address"]))

    def audit(self, request: Request) -> Response:
        """The audit of an area or a group, its twins and drawings."""
        want = asked(request.path_params["reference"])
        state, subject, place = self._subject(request, want.name)
        if want.form == "html" and place is not None and address_of(place) != f"/audit/{want.name}":
            return RedirectResponse(state.url(address_of(place)), 302)
        page = self._page(state, subject)
        own = f"?areas={','.join(page.found.members)}" if page.found.kind == "own group" else ""
        if want.form == "html":
            body = self.templates.get_template("audit.html").render(page=page, state=state, path=page.address, own=own)
            return answers.respond(request, body, "text/html")
        return self._twin(request, want, page)

    def _twin(self, request: Request, want: Asked, page: AuditPage) -> Response:
        if want.drawing:
            return of_figure(request, page.figures, want.drawing, want.form, self.monitor.invented)
        if want.form == "json":
            head = {"monitor": self.monitor.title, "edition": self.monitor.edition.name}
            return answers.respond(request, answers.dumps(head | page.as_dict()), "application/json")
        name = request.query_params.get("table", "")[:LONGEST]
        known = [aspect.name for aspect in page.found.aspects]
        if name and name not in known:
            raise NotFound("table", name, nearest(name, known) or known)
        text = answers.as_csv(page.as_table(name), self.monitor.invented)
        file = re.sub(r"[^\w.-]", "-", f"audit-{page.found.subject}{f'-{name}' if name else ''}.csv")
        return answers.respond(request, text, "text/csv", filename=file)

    def _subject(self, request: Request, name: str) -> tuple[State, str | tuple[str, ...], Area | None]:
        """The view, what is audited in it, and the area if it is one."""
        state = self._state(request)
        if name == "own":
            given = ",".join(request.query_params.getlist("areas"))
            names = tuple(part.strip()[:LONGEST] for part in given.split(",") if part.strip())
            if not names or len(names) > MOST:
                raise DeclarationError(
                    tr("{n} areas are named").format(n=len(names)),
                    remedy=tr("name one to {most}: {address}").format(most=MOST, address="/audit/own?areas=York,Leeds"),
                )
            return state, names, None
        words = name[:LONGEST].replace("-", " ")
        found = area_of(self.monitor, name) or self._meant(state, words)
        if isinstance(found, Area):
            return self._holding(request, state, found), found.code, found
        return state, words, None

    def _meant(self, state: State, name: str) -> Area | Chosen:
        evidence = self.monitor.evidence(state.period, state.area_set, state.framework)
        return chosen(evidence, name, (combined_authorities(),))

    def _holding(self, request: Request, state: State, area: Area) -> State:
        """The view in a set of areas that holds the area, where none is asked for."""
        if request.query_params.get("area_set"):
            return state
        return State.read(self.monitor, self._query(request) | fitting(self.monitor, state, area))

    def _state(self, request: Request) -> State:
        return State.read(self.monitor, self._query(request))

    def _query(self, request: Request) -> dict[str, str]:
        return {k: v for k, v in request.query_params.items() if k in ("framework", "area_set", "period")}


def area_of(monitor: Monitor, name: str) -> Area | None:
    """The area whose code a name in an address begins with; ``None`` where it is no code."""
    code = name.partition("-")[0]
    found = (a for a in monitor.geography.at(monitor.geography.level) if a.code in (code, name))
    return next(found, None)


def audit_pages(monitor: Monitor) -> Iterator[str]:
    """The audits of a published copy: of the whole, of regions, countries and declared groups. Those of single areas,
    of communities and compacts are made when they are asked for."""
    yield "/audit/nation"
    for _, group in choices(monitor, plain_state(monitor))[:2]:
        yield from (address for _, address in group)


def plain_audit(monitor: Monitor) -> Callable[[str, Mapping[str, str]], str]:
    """How addresses of audits are written: without the set of areas, period and framework that are usual."""
    of_area = plain_area(monitor)

    def write(path: str, query: Mapping[str, str]) -> str:
        name = asked(unquote(path).removeprefix("/audit/")).name
        if path != "/audit" and area_of(monitor, name) is not None:
            return str(of_area(path.replace("/audit/", "/area/", 1), query)).replace("/area/", "/audit/", 1)
        try:
            state = State.read(monitor, {k: v for k, v in query.items() if k in VIEW})
        except NotFound:
            return with_query(path, query)
        own, known = ({n: getattr(one, n) for n in VIEW} for one in (state, plain_state(monitor)))
        return without_plain(path, query, own, known, always=state.framework != plain_state(monitor).framework)

    return write
