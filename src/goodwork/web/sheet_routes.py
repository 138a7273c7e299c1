"""Every page that has a CSV twin once more as a spreadsheet: what the page says, and each table that it offers."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from goodwork.errors import DeclarationError, NotFound
from goodwork.language import tr
from goodwork.monitor import Monitor
from goodwork.report.sheets import MOST_ROWS, Sheet, accessible
from goodwork.web.dictionary import declared, meaning
from goodwork.web.publish.head import plain_text, said
from goodwork.web.report_routes import SHEET
from goodwork.web.words import edition_of, rights

if TYPE_CHECKING:
    import pandas as pd
    from fastapi import FastAPI

#: Where a page stands whose twins do not begin with its address; what has forms of its own.
PAGES = {"/index": "/"}
OTHERS = ("/data/", "/report/", "/static/", "/embed/", "/api/")
#: Columns that stay text, whatever is in them.
TEXTS = {"period": object, "area": object, "year": object}
#: Tables of one workbook.
MOST = 40
_LINK = re.compile(r'<a\b[^>]*?href="([^"]+?\.csv(?:\?[^"]*)?)"[^>]*>(.*?)</a>', re.DOTALL)
_TRUST = re.compile(r'<section aria-labelledby="trust">(.*?)</section>', re.DOTALL)
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_QUOTED = re.compile(r"“(.+)”")

Answer = Callable[[Request], Awaitable[Response]]


class SheetRoutes:
    """Answers made from a page and its CSV twins, which are asked of the application itself: what a page offers as CSV
    is in its spreadsheet at once."""

    def __init__(self, app: FastAPI, monitor: Monitor, templates: Environment) -> None:
        self.app, self.monitor = app, monitor
        templates.globals["sheets"] = True

    @property
    def routes(self) -> tuple[tuple[str, Answer], ...]:
        """Addresses and what answers them."""
        return (("/{page:path}.xlsx", self.sheet),)

    async def sheet(self, request: Request) -> Response:
        """The spreadsheet of a page; raises what the page or its table would."""
        path, query = f"/{request.path_params['page']}", request.url.query
        if path.startswith(OTHERS):
            raise NotFound("spreadsheet", path[:120], remedy=tr("open its page and take it from there"))
        main = f"{path}.csv" + (f"?{query}" if query else "")
        tables = {main: await self._ask(request, main)}
        address = PAGES.get(path, path) + (f"?{query}" if query else "")
        page = await self._ask(request, address)
        offered = dict.fromkeys([main, *links(page, address)])
        for one in list(offered)[1:MOST]:
            if (text := await self._ask(request, one)) not in tables.values():  # one table may have two addresses
                tables[one] = text
        content = await run_in_threadpool(self._made, page, address, tables)
        name = re.sub(r"[^\w.-]", "-", path.strip("/") or "index")
        held = {"Content-Disposition": f'inline; filename="{name}.xlsx"', "Cache-Control": "no-cache"}
        return Response(content, headers=held, media_type=SHEET)

    async def _ask(self, request: Request, address: str, further: int = 2) -> str:
        """What the application answers to an address, wherever it leads."""
        parts = urlsplit(address)
        scope = {
            **request.scope, "path": unquote(parts.path), "raw_path": quote(unquote(parts.path)).encode(),
            "path_params": {}, "method": "GET", "query_string": parts.query.encode(),
        }  # fmt: skip
        for name in ("endpoint", "route", "router", "starlette.exception_handlers"):
            scope.pop(name, None)  # without the last, what goes wrong is raised and not told
        got: dict[str, Any] = {"body": []}

        async def keep(message: Any) -> None:
            if message["type"] == "http.response.start":
                got.update(status=message["status"], headers=dict(message["headers"]))
            else:
                got["body"].append(message.get("body", b""))

        await self.app.router(scope, request.receive, keep)
        if got["status"] in (302, 307) and further:
            return await self._ask(request, got["headers"][b"location"].decode("latin-1"), further - 1)
        if got["status"] != 200:
            what, remedy = tr("this page has no table here"), tr("open the page and see what it offers")
            raise DeclarationError(what, remedy=remedy)
        return b"".join(got["body"]).decode("utf-8", "replace")

    def _made(self, page: str, address: str, tables: dict[str, str]) -> bytes:
        title, lead = said(page)
        attribution, licence = rights(self.monitor)
        titles = labels(page, address)
        sheets, notes = [], [(tr("This page"), line) for line in [lead, *trusted(page)] if line]
        for where, text in tables.items():
            table, name = _read(text), name_of(where, address)
            told = titles.get(where) or (title if where == next(iter(tables)) else name)
            cut = tr("The first {n:,} of {all:,} rows.").format(n=MOST_ROWS, all=len(table))
            whole = tr("This sheet holds one table. The same as CSV, every digit: {address}").format(address=where)
            lines = [whole, cut if len(table) > MOST_ROWS else "", self._source()]
            sheets.append(Sheet(name, told, tuple(filter(None, lines)), table.head(MOST_ROWS)))
            known = name in declared()["tables"]  # a word may mean something else in a table of a page's own
            told_of = [(str(c), meaning(name, str(c))) for c in table.columns] if known else []
            notes += [pair for pair in told_of if pair[1] and pair not in notes]
        cover = [
            lead, tr("The page: {address}").format(address=address), attribution,
            tr("Licence of the figures: {licence}").format(licence=licence),
            *([tr("INVENTED FIGURES, for practice only.")] if self.monitor.invented else []),
            tr("Ranks: 1 is best. Intervals are 95 % and hold sampling error of the surveys only. "
               "What a column is, and its unit, stands in the sheet Notes or in a column of its own."),
        ]  # fmt: skip
        return accessible(title, [line for line in cover if line], notes, sheets)

    def _source(self) -> str:
        made_up = " " + tr("Invented data.") if self.monitor.invented else ""
        return tr("Source: {source}.").format(source=edition_of(self.monitor)) + made_up


def links(page: str, address: str) -> list[str]:
    """The tables that a page offers as CSV, in their order; those of the edition as a whole are not its own, and of one
    shown in part it is the part.

    >>> links('<a href="/health.csv?table=links">CSV</a> <a href="/data/scores.csv">all</a>', "/health")
    ['/health.csv?table=links']
    """
    return [
        one
        for one in labels(page, address)
        if one.startswith("/") and not one.startswith(OTHERS) and "rows=all" not in one
    ]


def labels(page: str, address: str) -> dict[str, str]:
    """What each of them is called where it is offered, as far as it is told between quotation marks."""
    found: dict[str, str] = {}
    for target, words in _LINK.findall(page):
        quoted = _QUOTED.search(plain_text(words))
        where = urljoin(address, html.unescape(target))
        found[where] = found.get(where) or (quoted[1] if quoted else "")
    return found


def trusted(page: str) -> list[str]:
    """What a page says of how far to trust it, a line each."""
    section = _TRUST.search(page)
    return [plain_text(words) for words in _PARAGRAPH.findall(section[1])] if section else []


def name_of(where: str, address: str) -> str:
    """The name of a table by its address: what its query or the end of its path says; else that of its page.

    >>> name_of("/health.csv?table=health_links", "/health"), name_of("/health/spread.csv", "/health")
    ('health_links', 'spread')
    """
    parts = urlsplit(where)
    named = parse_qs(parts.query).get("table", [""])[0]
    return named or unquote(parts.path).rpartition("/")[2].removesuffix(".csv") or "table"


def _read(text: str) -> pd.DataFrame:
    """The table in a CSV; periods and codes stay text."""
    import pandas as pd

    if not text.strip():
        return pd.DataFrame()
    table = pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""], low_memory=False, dtype=TEXTS)
    return table.astype({name: "object" for name in table if table[name].dtype.kind in "OUT"})
