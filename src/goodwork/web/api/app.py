"""The interface for programs: an edition's resources under ``/api/v1``, in four forms, described by OpenAPI 3.1."""

from __future__ import annotations

import inspect
import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import FastAPI, Path, Query
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount

from goodwork.errors import NotFound
from goodwork.model.plans import Plans
from goodwork.monitor import Monitor
from goodwork.web.api.caching import Shelf, fresh
from goodwork.web.api.contents import checksum, editions
from goodwork.web.api.docs import describe, page
from goodwork.web.api.formats import chosen_columns, dumps, in_order, wanted_form, written
from goodwork.web.api.middleware import LATEST, ApiMiddleware
from goodwork.web.api.problems import MOUNT, Statuses, add_handlers
from goodwork.web.api.query import Paged
from goodwork.web.api.resources import RESOURCES, Resource
from goodwork.web.api.rows import Areas, Editions, answer_of
from goodwork.web.api.tables import Tables
from goodwork.web.small.sliced import tables_of
from goodwork.web.words import rights

if TYPE_CHECKING:
    import pandas as pd

VERSION = "1.0.0"
EDITIONS = Resource("editions", "The editions served", Editions, Paged, editions)
EditionName = Annotated[str, Path(max_length=120, description="name of an edition; latest leads to it")]
AreaName = Annotated[str, Path(max_length=120, description="code of an area; a name leads on to it")]


def create_api(monitor: Monitor, statuses: Statuses, templates: Environment, plans: Plans | None = None) -> Mount:
    """The interface over one opened edition, and plans brought beside it, as a route for ``/api/v1`` and everything
    under it."""
    api = FastAPI(title=monitor.title, version=VERSION, docs_url=None, redoc_url=None, openapi_url=None)
    desk = Desk(monitor, templates, plans or Plans())
    add_handlers(api, statuses)
    api.add_api_route("/", desk.index, summary="What there is", operation_id="index", response_model=dict[str, Any])
    api.add_api_route(
        "/editions", desk.editions, summary="The editions served", operation_id="editions",
        response_model=answer_of(Editions),
    )  # fmt: skip
    api.add_api_route("/openapi.json", desk.openapi, include_in_schema=False)
    api.add_api_route("/docs", desk.docs, include_in_schema=False)
    for resource in RESOURCES:
        api.add_api_route(
            f"/{{edition}}/{resource.name}",
            desk.of(resource),
            summary=resource.words,
            operation_id=resource.short + ("_of_one" if resource.one else ""),
            response_model=answer_of(resource.row),
        )
    desk.api = api
    mounted = Mount(MOUNT, ApiMiddleware(api, monitor.edition.name))
    mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)  # whatever stands in a path, line ends too
    return mounted


class Desk:
    """Answers requests for the resources of one edition."""

    api: FastAPI

    def __init__(self, monitor: Monitor, templates: Environment, plans: Plans) -> None:
        self.monitor, self.templates, self.plans = monitor, templates, plans
        self._described = lru_cache(1)(lambda root: describe(self.api, root, self.facts))

    @cached_property
    def tables(self) -> Tables:
        """The edition's tables, read when they are first asked for."""
        return tables_of(self.monitor)(self.monitor, self.plans)

    @cached_property
    def shelf(self) -> Shelf:
        """Answers under tags that begin from this version of the interface and the edition's checksum."""
        return Shelf(f"{VERSION} {checksum(self.tables)}")

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What every answer says of where it comes from."""
        said, licence = rights(self.monitor)
        return {
            "title": self.monitor.title,
            "edition": self.monitor.edition.name,
            "invented": self.monitor.invented,
            "attribution": said,
            "licence": licence,
        }

    def index(self, request: Request) -> Response:
        """The resources, what each holds, and where it is."""
        root, name = _root(request), self.monitor.edition.name
        found = {one.name: {"words": one.words, "href": f"{root}/{name}/{one.name}"} for one in RESOURCES}
        data = {
            **self.facts, "publishers": sorted({o.publisher for o in self.monitor.origins.values() if o.publisher}),
            "documentation": f"{root}/docs", "openapi": f"{root}/openapi.json", "latest": f"{root}/{LATEST}",
            "resources": {"editions": {"words": "The editions served", "href": f"{root}/editions"}, **found},
        }  # fmt: skip
        return fresh(request, dumps(data), "json")

    def openapi(self, request: Request) -> Response:
        """The description of the interface."""
        return fresh(request, dumps(self._described(_root(request))), "json")

    def docs(self, request: Request) -> Response:
        """The same description as a page."""
        body = page(self.templates, self._described(_root(request)), self.monitor.edition.name)
        return Response(body, headers={"Cache-Control": "no-cache"}, media_type="text/html")

    def editions(self, request: Request, asked: Annotated[Paged, Query()]) -> Response:
        """The editions that can be asked."""
        form = _form(request)
        body, more = self._page(request, form, EDITIONS, asked, editions(self.tables))
        return fresh(request, body, form, more)

    def of(self, resource: Resource) -> Any:
        """The function that answers for a resource, with the parameters of its query."""

        def of_one(edition: str, area: str, request: Request, asked: Any) -> Response:
            return self._answer(request, resource, edition, asked, area)

        def of_all(edition: str, request: Request, asked: Any) -> Response:
            return self._answer(request, resource, edition, asked)

        function: Any = of_one if resource.one else of_all
        kinds = {"edition": EditionName, "area": AreaName, "asked": Annotated[resource.query, Query()]}
        signature = inspect.signature(function)
        typed = [one.replace(annotation=kinds.get(name, Request)) for name, one in signature.parameters.items()]
        function.__signature__ = signature.replace(parameters=typed)
        return function

    def _answer(self, request: Request, resource: Resource, edition: str, asked: Any, area: str = "") -> Response:
        served, form, beside = self.monitor.edition.name, _form(request), []
        if edition != served:
            raise NotFound("edition", edition, [served, LATEST])
        if resource.one:
            everywhere = resource.row is Areas
            place = self.monitor.geography.find(area) if everywhere else self.monitor.find(area)
            if place.code != area:
                path = f"{_root(request)}/{served}/{resource.short}/{quote(place.code, safe='')}"
                return RedirectResponse(_address(request, path), 307, {"Cache-Control": "no-cache"})
            beside = [place]

        def make() -> tuple[bytes, dict[str, str]]:
            return self._page(request, form, resource, asked, resource.make(self.tables, asked, *beside))

        if resource.lasting:
            return self.shelf.answer(request, form, make)
        body, more = make()
        return fresh(request, body, form, more)

    def _page(
        self, request: Request, form: str, resource: Resource, asked: Paged, rows: pd.DataFrame
    ) -> tuple[bytes, dict[str, str]]:
        """The bytes of one page of rows in one form, and the headers that go with them."""
        columns = chosen_columns(asked, resource.row)
        there = in_order(rows, asked, resource.row).iloc[asked.offset : asked.offset + asked.limit]
        end, more = asked.offset + len(there), {}
        following = None
        if len(there) and end < len(rows):
            following = _address(request, request.url.path, offset=end)
            more["Link"] = f'<{following}>; rel="next"'
        facts = {"resource": resource.short, **self.facts, "note": resource.told(asked), "total": len(rows)}
        facts |= {"limit": asked.limit, "offset": asked.offset, "next": following}
        if form in ("csv", "parquet"):
            name = f"{resource.short}-{self.monitor.edition.name}.{form}"
            more["Content-Disposition"] = f'inline; filename="{name}"'
        return written(form, there.reset_index(drop=True), columns, resource.row, facts, resource.keys), more


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _form(request: Request) -> str:
    """The form the address ends in, or the one the reader accepts."""
    return str(request.scope.get("goodwork.form") or wanted_form(request.headers.get("accept", "")))


def _address(request: Request, path: str, **changes: Any) -> str:
    """A path in the form of this request, with its query and some changes."""
    pairs = [(k, v) for k, v in parse_qsl(request.scope["query_string"].decode(), keep_blank_values=True)]
    asked = urlencode([(k, v) for k, v in pairs if k not in changes] + list(changes.items()))
    form = request.scope.get("goodwork.form")
    return quote(path, safe="/%") + (f".{form}" if form else "") + (f"?{asked}" if asked else "")
