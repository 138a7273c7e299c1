"""What is wrong with a request, told by RFC 9457: status, what happened, what to do, the nearest names."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from goodwork.errors import GoodWorkError, NotFound
from goodwork.model.area import nearest

PROBLEM = "application/problem+json"
MOUNT = "/api/v1"
SHOWN = 25
LONGEST = 200
WORDS = {
    400: "The request cannot be read",
    404: "Not found",
    405: "This method is not answered",
    406: "Not in this form",
    414: "The address is too long",
    422: "Something asked for is wrong",
    500: "The server made a mistake",
    503: "The edition cannot be read",
}
Statuses = Sequence[tuple[type[GoodWorkError], int]]


class Refused(Exception):
    """A request that is not answered: status, why, what to do."""

    def __init__(self, status: int, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.status, self.detail, self.remedy = status, detail, remedy
        self.nearest: tuple[str, ...] = ()


class Unknown(Refused):
    """A name in a parameter that is not known; offers the nearest."""

    def __init__(self, kind: str, asked: str, offers: Sequence[str]) -> None:
        super().__init__(422, f"no {kind} called {asked!r}", f"did you mean {', '.join(offers[:SHOWN])}?")
        self.nearest = tuple(offers)


def problem(
    path: str,
    status: int,
    detail: str,
    *,
    title: str = "",
    remedy: str | None = None,
    nearest_names: Sequence[str] = (),
    faults: Sequence[tuple[str, str]] = (),
) -> Response:
    """The answer that tells of a problem; what a reader sent comes back cut to a readable length."""
    data: dict[str, Any] = {
        "type": f"{MOUNT}/docs#problem-{status}",
        "title": title or WORDS.get(status, WORDS[400]),
        "status": status,
        "detail": _cut(detail),
        "instance": _cut(path),
        "nearest": [_cut(name) for name in nearest_names],
        "remedy": None if remedy is None else _cut(remedy),
        "faults": [{"parameter": _cut(name), "detail": _cut(what)} for name, what in faults[:SHOWN]],
    }
    body = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8", "replace")
    return Response(body, status, {"Cache-Control": "no-store"}, PROBLEM)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def of_error(path: str, status: int, error: GoodWorkError) -> Response:
    """The problem that an error of ours is."""
    return problem(
        path,
        status,
        error.what,
        title=error.title,
        remedy=error.remedy or f"see {MOUNT}/docs",
        nearest_names=error.nearest if isinstance(error, NotFound) else error.facts.get("nearest", ()),
        faults=[(fault.column or "", str(fault.what)) for fault in error.faults],
    )


def add_handlers(api: FastAPI, statuses: Statuses) -> None:
    """Every way a request can go wrong leads to a problem. Each handler is given only the errors it is added for,
    though its type says any ``Exception``: the assertions tell the type checker so."""

    def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, GoodWorkError)
        status = next(code for kind, code in statuses if isinstance(error, kind))
        return of_error(request.url.path, status, error)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return problem(request.url.path, error.status, error.detail, remedy=error.remedy, nearest_names=error.nearest)

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        known = _parameters(request)
        faults = [_fault(item, known) for item in error.errors()]
        offers = [name for item in error.errors() for name in nearest(str(item["loc"][-1]), known) if _extra(item)]
        return problem(
            request.url.path,
            422,
            "; ".join(f"{name}: {what}" for name, what in faults),
            remedy=f"see {MOUNT}/docs",
            nearest_names=offers,
            faults=faults,
        )

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            return problem(
                request.url.path, 404, "there is no such resource", remedy=f"see {MOUNT}/ for those there are"
            )
        answer = problem(request.url.path, error.status_code, str(error.detail), remedy=f"see {MOUNT}/docs")
        answer.headers.update({"Allow": "GET, HEAD"} if error.status_code == 405 else error.headers or {})
        return answer

    def broken(request: Request, error: Exception) -> Response:
        return problem(request.url.path, 500, "the fault has been logged", remedy="ask for something else")

    api.add_exception_handler(GoodWorkError, ours)
    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(RequestValidationError, invalid)
    api.add_exception_handler(HTTPException, http)
    api.add_exception_handler(Exception, broken)


def _parameters(request: Request) -> list[str]:
    """The names of what the resource that was asked takes in its query."""
    asked = inspect.signature(request.scope["endpoint"], eval_str=True).parameters["asked"].annotation
    return list(get_args(asked)[0].model_fields)


def _extra(item: Any) -> bool:
    return bool(item["type"] == "extra_forbidden")


def _fault(item: Any, known: Sequence[str]) -> tuple[str, str]:
    name = ".".join(str(part) for part in item["loc"][1:]) or "query"
    if _extra(item):
        return name, f"no such parameter; this resource takes {', '.join(known)}"
    return name, str(item["msg"]).removeprefix("Value error, ")
