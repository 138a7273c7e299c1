"""Every figure once more: as a PNG picture, and as a page of its own that other sites may hold in a frame."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message

from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.report import png, typesetting
from goodwork.web import answers
from goodwork.web.headers import EMBED

#: Where a figure stands, by the address of its drawing: the page above it, but the map's own page is the first.
HOME = "/figure"

Answer = Callable[[Request], Awaitable[Response]]


class PictureRoutes:
    """Answers made from drawings, which are asked of the application itself: every ``….svg`` has its twins at once."""

    def __init__(self, app: ASGIApp, templates: Environment) -> None:
        self.app, self.templates = app, templates
        templates.globals["pictures"] = typesetting.available()

    @property
    def routes(self) -> tuple[tuple[str, Answer], ...]:
        """Addresses and what answers them."""
        return ((EMBED + "{figure:path}", self.embed), ("/{figure:path}.png", self.png))

    async def png(self, request: Request) -> Response:
        """A figure as a picture of twice its size in pixels; ``501`` where the extra that draws it is not installed."""
        status, drawing = await self._drawing(request)
        if status != 200:
            raise self._none(request)
        if not typesetting.available():
            told = tr("A PNG needs an extra: {remedy}").format(remedy=typesetting.REMEDY)
            return answers.respond(request, f"{told}\n", "text/plain", status=501)
        picture = await run_in_threadpool(png.to_png, drawing)
        return Response(picture, headers={"ETag": '""', "Cache-Control": "no-cache"}, media_type="image/png")

    async def embed(self, request: Request) -> Response:
        """A figure with its title, note and source, and the way to its page; nothing runs and nothing is asked."""
        status, drawing = await self._drawing(request)
        if status != 200 or not drawing.lstrip().startswith("<svg"):
            raise self._none(request)
        figure, query = request.path_params["figure"], request.url.query
        page = f"/{figure}".rpartition("/")[0]
        address = ("/" if page == HOME else quote(unquote(page))) + (f"?{query}" if query else "")
        body = self.templates.get_template("embed.html").render(drawing=drawing, address=address, title=_title(drawing))
        return answers.respond(request, body, "text/html")

    async def _drawing(self, request: Request) -> tuple[int, str]:
        """The drawing behind an address, as the application answers it."""
        path = f"/{request.path_params['figure']}.svg"
        if path.startswith((EMBED, "/static/")):
            return 404, ""
        scope = {
            **request.scope, "path": path, "raw_path": quote(path).encode(), "path_params": {}, "method": "GET",
        }  # fmt: skip
        for name in ("endpoint", "route", "router"):
            scope.pop(name, None)
        got: dict[str, Any] = {"status": 500, "body": b""}

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                got["status"] = message["status"]
            else:
                got["body"] += message.get("body", b"")

        await self.app(scope, request.receive, keep)
        return got["status"], got["body"].decode("utf-8", "replace")

    @staticmethod
    def _none(request: Request) -> NotFound:
        remedy = tr("open its page and take it from there")
        return NotFound("figure", request.path_params["figure"][:120], remedy=remedy)


def _title(drawing: str) -> str:
    """The title of a drawing, as it stands in it.

    >>> _title("<svg><title id='t'>Pay &amp; hours</title></svg>"), _title("<svg></svg>")
    ('Pay & hours', 'A figure')
    """
    found = re.search(r"<title[^>]*>([^<]+)</title>", drawing)
    return unescape(found[1]) if found else tr("A figure")
