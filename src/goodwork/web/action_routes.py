"""The addresses of plans: what it would take, and sharing a budget; pages, their twins and drawings."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response

from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.monitor import Monitor
from goodwork.web import allocation_page, answers, target_page
from goodwork.web.routes import Route
from goodwork.web.twins import asked_form, twin
from goodwork.web.words import CAUTION

REMEMBERED = 4


class ActionRoutes:
    """Answers about plans for areas of one edition; pages once made are remembered."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor, self.templates = monitor, templates
        self._target = lru_cache(REMEMBERED)(partial(target_page.target_page, monitor))
        self._allocation = lru_cache(REMEMBERED)(partial(allocation_page.allocation_page, monitor))

    @property
    def routes(self) -> tuple[Route, ...]:
        """Addresses and what answers them."""
        return (
            Route("/target", self.target), Route("/target.{form}", self.target),
            Route("/target/{drawing}.svg", self.target),
            Route("/allocation", self.allocation), Route("/allocation.{form}", self.allocation),
            Route("/allocation/{drawing}.svg", self.allocation),
        )  # fmt: skip

    def target(self, request: Request) -> Response:
        """What it would take an area, or the form alone where none is named."""
        asked = target_page.Asked.read(self.monitor, request.query_params)
        form, drawing = asked_form(request)
        if not asked.area:
            if form != "html" or drawing:
                address = "/target.json?area=York&goal=rank&value=10"
                raise NotFound("area", "", remedy=tr("name one: {address}").format(address=address))
            return self._page(request, "target.html", None, asked, "/target", goals=target_page.GOALS)
        page = self._target(asked)
        if form == "html" and not drawing:
            return self._page(
                request, "target.html", page, asked, "/target", goals=target_page.GOALS,
                place=target_page.address(page.planning, asked.area),
            )  # fmt: skip
        return twin(request, self.monitor, page, form, drawing, f"target-{asked.area}")

    def allocation(self, request: Request) -> Response:
        """A budget shared by a formula."""
        asked = allocation_page.Asked.read(self.monitor, request.query_params)
        form, drawing = asked_form(request)
        page = self._allocation(asked)
        if form == "html" and not drawing:
            return self._page(request, "allocation.html", page, asked, "/allocation", rules=allocation_page.RULES)
        return twin(request, self.monitor, page, form, drawing, f"allocation-{asked.area_set}-{asked.period}")

    def _page(self, request: Request, name: str, page: Any, asked: Any, path: str, **more: Any) -> Response:
        planning = page.planning if page else self.monitor.planning(asked.period, asked.area_set, asked.framework)
        members = [(m, planning.names[m]) for m in planning.framework.indicators]
        body = self.templates.get_template(name).render(
            page=page, asked=asked, path=path, caution=CAUTION, members=members, realism=target_page.REALISM,
            trends=target_page.TRENDS, units={m: self.monitor.catalogue[m].unit for m, _ in members},
            sure=target_page.SURE, places=target_page.places(planning), **{"place": ""} | more,
        )  # fmt: skip
        return answers.respond(request, body, "text/html")
