"""A line for every answer, as JSON, that says nothing of who asked: no network address, no words that were typed."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Parts of the query whose values are names that we gave; of others only the name is told.
CLOSED = ("framework", "area_set", "period", "node", "view", "scope")


class AccessLog:
    """ASGI middleware that writes a line to ``out`` when an answer is finished."""

    def __init__(self, app: ASGIApp, out: TextIO) -> None:
        self.app, self.out = app, out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, size = time.perf_counter(), 500, 0

        async def counting(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, counting)
        finally:
            took = 1000 * (time.perf_counter() - began)
            print(line(scope["method"], scope["path"], scope["query_string"], status, size, took), file=self.out)
            self.out.flush()


def line(method: str, path: str, query: bytes, status: int, size: int, took: float) -> str:
    """One line of the log. A path that leads nowhere may be anything, so only its first part is told; so with queries.

    >>> line("GET", "/areas", b"q=my+street+12&period=2021", 302, 0, 1.234)[42:]
    '"method": "GET", "path": "/areas", "query": {"q": "-", "period": "2021"}, "status": 302, "bytes": 0, "ms": 1.2}'
    """
    there = status < 400
    parts = path.split("/")
    asked = parse_qsl(query.decode("latin-1"), keep_blank_values=True)[:20] if there else []
    return json.dumps(
        {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": method if method.isalpha() and len(method) < 10 else "-",
            "path": path[:200] if there else f"/{parts[1][:20]}" + ("/…" if len(parts) > 2 else ""),
            "query": {name[:20]: value[:40] if name in CLOSED else "-" for name, value in asked},
            "status": status,
            "bytes": size,
            "ms": round(took, 1),
        },
        ensure_ascii=False,
    )
