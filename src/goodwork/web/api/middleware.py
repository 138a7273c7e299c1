"""Before a request is read: how long it is, whether it can be decoded, in which form, and of which edition."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from goodwork.web.api.formats import FORMS
from goodwork.web.api.problems import MOUNT, problem

LONGEST_QUERY = 8_000
LATEST = "latest"
OWN = ("/openapi.json",)


class ApiMiddleware:
    """ASGI middleware around the interface. A path may end in a form (``.csv``); ``latest`` leads to the edition's
    name; HEAD is answered as GET (servers leave the body away)."""

    def __init__(self, app: ASGIApp, edition: str) -> None:
        self.app, self.edition = app, edition

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, query = scope["path"], scope["query_string"]
        if len(query) + len(path) > LONGEST_QUERY:
            detail = f"{len(query) + len(path):,} characters; at most {LONGEST_QUERY:,} are read"
            await problem(path, 414, detail, remedy="ask for fewer things at a time")(scope, receive, send)
            return
        if not _decodes(query):
            await problem(path, 400, "the query is not UTF-8", remedy="encode it as UTF-8, per cent")(
                scope, receive, send
            )
            return
        inside = path.removeprefix(scope.get("root_path", ""))
        if inside == f"/{LATEST}" or inside.startswith(f"/{LATEST}/"):
            target = f"{scope.get('root_path', '') or MOUNT}/{self.edition}{inside.removeprefix(f'/{LATEST}')}"
            asked = f"?{query.decode('ascii', 'replace')}" if query else ""
            answer = RedirectResponse(target + asked, 307, {"Cache-Control": "no-cache"})
            await answer(scope, receive, send)
            return
        scope = dict(scope)
        ending = path.rpartition(".")[2]
        if ending in FORMS and inside not in OWN and "/" not in ending:
            scope |= {"path": path[: -len(ending) - 1], "goodwork.form": ending}
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
        await self.app(scope, receive, send)


def _decodes(query: bytes) -> bool:
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
