"""The addresses of what places bring: targets and tracking, employers' charters, work in transition."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response

from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.model.plans import FILES, Plans, example
from goodwork.monitor import Monitor
from goodwork.web import answers, charters_page, track_page, transition_page
from goodwork.web.routes import Route
from goodwork.web.twins import asked_form, twin

REMEMBERED = 4


class PlanRoutes:
    """Answers about one edition and the plans brought beside it; pages once made are remembered."""

    def __init__(self, monitor: Monitor, templates: Environment, plans: Plans) -> None:
        self.monitor, self.templates, self.plans = monitor, templates, plans
        self._track = lru_cache(REMEMBERED)(partial(track_page.track_page, monitor))
        self._charters = lru_cache(1)(partial(charters_page.charters_page, monitor, plans))
        self._transition = lru_cache(REMEMBERED)(partial(transition_page.transition_page, monitor, plans))

    @property
    def routes(self) -> tuple[Route, ...]:
        """Addresses and what answers them."""
        return (
            Route("/track", self.track), Route("/track.{form}", self.track), Route("/track/{drawing}.svg", self.track),
            Route("/charters", self.charters), Route("/charters.{form}", self.charters),
            Route("/charters/{drawing}.svg", self.charters),
            Route("/transition", self.transition), Route("/transition.{form}", self.transition),
            Route("/transition/{drawing}.svg", self.transition),
            Route("/plans/{name}.txt", self.example),
        )  # fmt: skip

    def track(self, request: Request) -> Response:
        """Whether targets are on track, or how to set one."""
        asked = track_page.Asked.read(self.monitor, request.query_params, self.plans.targets)
        form, drawing = asked_form(request, ("toml",))
        page = self._track(asked)
        if form == "html" and not drawing:
            planning = self.monitor.planning(asked.period, asked.area_set, asked.framework)
            return self._page(
                request, "track.html", page=page, asked=asked, path="/track", places=_all_places(planning),
                measures=track_page.measures(planning), sample=example("targets.toml"), most=track_page.MOST,
            )  # fmt: skip
        if page is None or asked.targets is None:
            address = f"/track.{form}?target=York:unemployment:3:2028"
            raise NotFound("target", "", remedy=tr("name one: {address}").format(address=address))
        if form == "toml":
            return answers.respond(request, asked.targets.toml, "application/toml", filename="targets.toml")
        return twin(request, self.monitor, page, form, drawing, "track", invented=page.invented)

    def charters(self, request: Request) -> Response:
        """How far employers' charters reach, or an example of it."""
        form, drawing = asked_form(request)
        page = self._charters()
        if form == "html" and not drawing:
            return self._page(request, "charters.html", page=page, path="/charters", samples=charters_page.samples())
        return twin(
            request, self.monitor, page, form, drawing, "charters", invented=page.invented, tables=charters_page.TABLES
        )

    def transition(self, request: Request) -> Response:
        """How much work is routine, of all areas or of one."""
        asked = transition_page.Asked.read(self.monitor, request.query_params)
        form, drawing = asked_form(request)
        page = self._transition(asked)
        if form == "html" and not drawing:
            return self._page(
                request, "transition.html", page=page, asked=asked, path="/transition",
                places=_all_places(page.planning), place=page.planning.names.get(asked.area, ""),
                shown=transition_page.SHOWN, nearest=transition_page.NEAREST,
            )  # fmt: skip
        return twin(request, self.monitor, page, form, drawing, f"transition-{asked.area or asked.area_set}",
                    tables=page.tables)  # fmt: skip

    def example(self, request: Request) -> Response:
        """A file of the invented example, as text."""
        name = request.path_params["name"][:60]
        known = (*charters_page.EXAMPLES, "targets.toml")
        if name not in known:
            raise NotFound("file of the example", name, list(known))
        return answers.respond(request, example(name), "text/plain")

    def _page(self, request: Request, name: str, **more: Any) -> Response:
        body = self.templates.get_template(name).render(files=FILES, **more)
        return answers.respond(request, body, "text/html")


def unanswerable(monitor: Monitor, plans: Plans) -> set[str]:
    """The pages that an edition has no figures for: sharing a budget without residents, routine work without groups of
    occupations."""
    lacking = {"/allocation": "population" not in monitor.catalogue,
               "/transition": transition_page.lacks_occupations(monitor, plans)}  # fmt: skip
    return {page for page, lacks in lacking.items() if lacks}


def _all_places(planning: Any) -> list[tuple[str, str]]:
    """Every area of the set, by name."""
    return sorted((area.name, area.code) for area in planning.areas)
