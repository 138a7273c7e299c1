"""The addresses at which a monitor gives account of itself: releases, quality, method, words, what it is, how it can be
used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from goodwork.analysis.wording import figures
from goodwork.language import tr
from goodwork.monitor import Monitor
from goodwork.report.questions import PAGES
from goodwork.web import answers, method_page, quality_view, releases_page
from goodwork.web.glossary import GlossaryPage
from goodwork.web.method_page import MethodPage
from goodwork.web.quality_view import QualityView
from goodwork.web.releases_page import ReleasesPage
from goodwork.web.twins import asked_form, twin

if TYPE_CHECKING:
    from jinja2 import Environment

Answer = Callable[[Request], Response]
#: The tables of each page beside its first one.
TABLES: dict[str, tuple[str, ...]] = {
    "releases": releases_page.TABLES, "quality": quality_view.TABLES, "method": method_page.TABLES, "glossary": (),
}  # fmt: skip


class AccountRoutes:
    """Answers for one edition; ``small``: one of very many areas, whose figures are not read whole for a page."""

    def __init__(self, monitor: Monitor, templates: Environment, small: bool = False) -> None:
        self.monitor, self.templates, self.small = monitor, templates, small

    @property
    def routes(self) -> Iterator[tuple[str, Answer]]:
        """Addresses and what answers them."""
        for name in TABLES:
            if not (self.small and name == "quality"):
                yield f"/{name}", partial(self.page, name)
                yield f"/{name}.{{form}}", partial(self.twin, name)
        for name in ("about", "accessibility"):
            yield f"/{name}", partial(self.words, name)

    def page(self, name: str, request: Request) -> Response:
        """A page with numbers behind it."""
        return self._draw(request, name, page=self._found(name), questions=() if self.small else PAGES)

    def words(self, name: str, request: Request) -> Response:
        """A page of words alone."""
        origins = Counter(one.licence or tr("not stated") for one in self.monitor.origins.values())
        code = self.monitor.manifest.get("code") or {"package": "goodwork", "version": ""}
        return self._draw(
            request, name, licences=origins.most_common(), sources=origins.total(),
            software=f"{code['package']} {code['version']}".strip(),
        )  # fmt: skip

    def twin(self, name: str, request: Request) -> Response:
        """The numbers of a page as JSON, or one of its tables as CSV."""
        form, _ = asked_form(request)
        return twin(request, self.monitor, self._found(name), form, "", name, tables=TABLES[name])

    def _found(self, name: str) -> Any:
        found = {"releases": self._releases, "quality": self._quality, "method": self._method, "glossary": GlossaryPage}
        return found[name]()

    def _releases(self) -> ReleasesPage:
        return releases_page.releases_page(self.monitor)

    def _quality(self) -> QualityView:
        return self._seen

    def _method(self) -> MethodPage:
        return MethodPage(self.monitor)

    @cached_property
    def _seen(self) -> QualityView:
        """Worked out once: it looks at every figure."""
        return QualityView(self.monitor)

    def _draw(self, request: Request, name: str, **what: Any) -> Response:
        known = {"path": f"/{name}", "figures": figures, "share": share, "shown": releases_page.SHOWN}
        body = self.templates.get_template(f"{name}.html").render(**known, **what)
        return answers.respond(request, body, "text/html")


def share(part: float) -> str:
    """A part of a whole in per cent.

    >>> share(1 / 3), share(0.25)
    ('33.3 %', '25 %')
    """
    return f"{figures(100 * part)} %"
