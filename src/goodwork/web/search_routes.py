"""Addresses of the search: the way from words to an area's page, and the names that the search box suggests."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from goodwork.monitor import Monitor
from goodwork.web import answers
from goodwork.web.postcodes import Postcodes, is_postcode
from goodwork.web.search import Choice, search, suggestions
from goodwork.web.state import area_path


class SearchRoutes:
    """Answers to searches in one edition."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor, self.templates, self.postcodes = monitor, templates, Postcodes.here()
        templates.globals["postcodes"] = self.postcodes is not None
        self._suggestions = answers.dumps(suggestions(monitor))

    @property
    def routes(self) -> tuple[tuple[str, Callable[..., Response]], ...]:
        """Addresses and what answers them."""
        return (("/areas", self.search), ("/areas.json", self.suggestions))

    def search(self, request: Request) -> Response:
        """From a name, a code, a former name or a postcode to the page of the area, which says so where it is not
        called what was asked for; or a page with the areas to choose from. A postcode itself goes no further."""
        asked = request.query_params.get("q", "")
        found = search(self.monitor, asked, self.postcodes)
        if isinstance(found, Choice):
            told = urlencode({"asked": found.asked})
            notes = found.notes or ("",) * len(found.areas)
            offers = [(a.name, f"{area_path(a)}?{told}", note) for a, note in zip(found.areas, notes, strict=True)]
            body = self.templates.get_template("areas_choice.html").render(choice=found, offers=offers)
            return answers.respond(request, body, "text/html")
        address = area_path(found.area)
        if found.notice and not is_postcode(asked):
            address += "?" + urlencode({"asked": asked.strip()[:120]})
        return RedirectResponse(address, 302)

    def suggestions(self, request: Request) -> Response:
        """Names, codes, other and former names of all areas."""
        return answers.respond(request, self._suggestions, "application/json")
