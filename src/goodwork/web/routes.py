"""One table of addresses: what answers each, and which pages of it belong in a published copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import Response


class Route(NamedTuple):
    """An address, what answers it, the pages of it that a published copy holds, and how their addresses are written:
    ``plain`` takes the query of an address and leaves out what would be chosen anyway.

    Routes may also stand as bare pairs of address and answer; one without a parameter is then a page of its own.
    """

    path: str
    answer: Callable[..., Response]
    pages: Callable[[], Iterable[str]] | None = None
    plain: Callable[[str, Mapping[str, str]], str] | None = None


def route_of(found: Any) -> Route:
    """A route from a pair or from itself.

    >>> route_of(("/audit", print)).path
    '/audit'
    """
    return found if isinstance(found, Route) else Route(*found)


def pages_of(route: Route) -> tuple[str, ...]:
    """The pages of a route that are published: those it names, or itself where it has neither parameter nor ending.

    >>> pages_of(Route("/audit", print)), pages_of(Route("/audit.json", print)), pages_of(Route("/area/{name}", print))
    (('/audit',), (), ())
    """
    if route.pages is not None:
        return tuple(route.pages())
    own = "{" in route.path or "." in route.path.rpartition("/")[2] or route.path in UNPUBLISHED
    return () if own else (route.path,)


#: Addresses that only a server can answer.
UNPUBLISHED = frozenset(("/areas", "/healthz"))


class Addresses:
    """How addresses of pages are written, whoever wrote them: two that show the same are the same text."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._known: dict[str, str] = {}
        self._heads = {
            route.path.partition("{")[0]: route.plain for route in self.routes if route.plain is not None
        }  # fmt: skip
        self._longest = sorted(self._heads, key=len, reverse=True)

    def plain(self, address: str) -> str:
        """An address without what would be chosen anyway, its query in order; the fragment is left away."""
        if (known := self._known.get(address)) is None:
            known = self._known[address] = self._plain(address)
        return known

    def _plain(self, address: str) -> str:
        parts = urlsplit(address)
        query = {name: value for name, value in parse_qsl(parts.query) if value}
        head = next((h for h in self._longest if self._fits(h, parts.path)), None)
        if head is not None and (rule := self._heads[head]) is not None:
            return rule(parts.path, query)
        return with_query(parts.path, query)

    @staticmethod
    def _fits(head: str, path: str) -> bool:
        return path.startswith(head) if len(head) > 1 and head.endswith("/") else path == head

    @property
    def pages(self) -> tuple[str, ...]:
        """Every page of a published copy."""
        return tuple(dict.fromkeys(self.plain(page) for route in self.routes for page in pages_of(route)))

    @property
    def single(self) -> frozenset[str]:
        """Pages that stand for themselves: an edition may not have what one of them shows."""
        return frozenset(page for route in self.routes if route.pages is None for page in pages_of(route))


def with_query(path: str, query: Mapping[str, Any]) -> str:
    """A path with a query whose parts stand in order; nothing after the path where nothing is asked.

    >>> with_query("/", {"period": "2019", "area_set": "wales", "area": ""})
    '/?area_set=wales&period=2019'
    """
    chosen = sorted((name, value) for name, value in query.items() if value)
    return f"{path}?{urlencode(chosen)}" if chosen else path


def without_plain(
    path: str, query: Mapping[str, str], choices: Mapping[str, Any], usual: Mapping[str, Any], *, always: bool = False
) -> str:
    """An address with those of its ``choices`` that are not ``usual``, and whatever else it asks.

    Where ``always``, the choices are kept together: another framework has another set of areas and other periods.
    """
    own = {name: value for name, value in choices.items() if value and (always or value != usual.get(name))}
    return with_query(path, {name: value for name, value in query.items() if name not in choices} | own)
