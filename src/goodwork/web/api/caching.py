"""How readers keep answers and check them: entity tags, how long they hold, and answers made once for many."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from goodwork.web.api.formats import FORMS

#: Answers that are kept when made: up to how many bytes, and how many of them.
SMALL, KEPT = 64_000, 256
YEAR = "public, max-age=31536000, immutable"


class Shelf:
    """Answers that never change, under strong entity tags; small ones that were made are kept for the next reader."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._made: dict[str, tuple[bytes, dict[str, str]]] = {}

    def answer(self, request: Request, form: str, make: Callable[[], tuple[bytes, dict[str, str]]]) -> Response:
        """The answer to a request; ``304`` without making it when the reader has it already.

        The tag follows from the edition, what was asked, the form and how it will be compressed.
        """
        query = "&".join(sorted(request.scope["query_string"].decode("ascii", "replace").split("&")))
        text = "\n".join((self.seed, request.url.path, query, form))
        key = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
        tag = f'"{"-".join((key, *_codings(request)))}"'
        headers = {"ETag": tag, "Cache-Control": YEAR, "Vary": "Accept, Accept-Encoding"}
        if tag in _tags(request):
            return Response(status_code=304, headers=headers)
        body, more = self._made.get(key) or make()
        if len(body) <= SMALL:
            if len(self._made) >= KEPT:
                self._made.clear()
            self._made[key] = body, more
        if "*" in _tags(request):
            return Response(status_code=304, headers=headers)
        charset = "; charset=utf-8" if form == "csv" else ""
        return Response(body, headers={**headers, **more}, media_type=FORMS[form] + charset)


def _codings(request: Request) -> list[str]:
    return [name for name in ("br", "gzip") if name in request.headers.get("accept-encoding", "")]


def _tags(request: Request) -> list[str]:
    return [part.strip() for part in request.headers.get("if-none-match", "").split(",")]


def fresh(request: Request, body: bytes, form: str, more: Mapping[str, str] | None = None) -> Response:
    """An answer that a later edition may change: readers ask again, and are told when they have it already."""
    tag = f'"{"-".join((hashlib.sha256(body).hexdigest()[:32], *_codings(request)))}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding", **(more or {})}
    if tag in _tags(request):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=FORMS[form])
