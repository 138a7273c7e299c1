"""The addresses of a monitor of more areas than one page can hold, and what answers them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import unquote, urlencode

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from goodwork.analysis.summaries import EVERY_RANK
from goodwork.analysis.wording import chance
from goodwork.errors import DeclarationError, GoodWorkError, NotFound
from goodwork.figures.colour import ramp
from goodwork.figures.raster import painted
from goodwork.figures.theme import stylesheet
from goodwork.language import tr
from goodwork.model.area import nearest
from goodwork.model.plans import Plans
from goodwork.report.questions import PAGES as QUESTIONS
from goodwork.web import answers
from goodwork.web.account_routes import AccountRoutes
from goodwork.web.app import EXPLORE, Site, environment
from goodwork.web.compare_page import comparison
from goodwork.web.data_routes import DataRoutes
from goodwork.web.place_routes import asked
from goodwork.web.routes import Route
from goodwork.web.small import pages
from goodwork.web.small.asked import named, whole
from goodwork.web.small.comparing import compared
from goodwork.web.small.country import Country, Seen
from goodwork.web.small.sliced import SlicedMonitor
from goodwork.web.state import LONGEST, area_path

#: Rows of a page of the league as JSON, if not said otherwise, and at most.
ROWS, MOST_ROWS = 1_000, 5_000
#: Pages of pictures and lists kept, made once.
KEPT = 8
#: A table of more rows is not written as CSV: its Parquet file, or the interface for programs, serves better.
CSV_ROWS = 50_000
NAVIGATION = (
    ("/left-out", tr("What is not asked of so many areas")), ("/method", tr("Method")), ("/data", tr("Data"))
)  # fmt: skip
#: Tools that are there for any number of areas.
HERE = ("/", "/compare")
COLUMNS = ["area", "name", "authority", "authority_name", "score", "low", "high", "rank", "rank_low", "rank_high",
           "ties", "ranked", "reason"]  # fmt: skip
WHOLE = ("rank", "rank_low", "rank_high", "ranked")


class SmallSite(Site):
    """Answers for one edition of very many areas: the country as a picture, a page for every authority and area."""

    country: Country

    def __init__(self, monitor: SlicedMonitor) -> None:
        self.monitor, self.plans, self.country = monitor, Plans(), Country(monitor)  # plans are of larger places
        self.finder = monitor.finder
        self.data = DataRoutes(monitor, templates := environment(monitor))
        self.templates, self.account = templates, AccountRoutes(monitor, templates, small=True)
        shown = (("/", tr("Map and league")), ("/authorities", tr("Authorities")), ("/compare", tr("Compare")))
        templates.globals |= {"explore": shown, "navigation": NAVIGATION, "asks": True}
        templates.globals |= {"country": self.country, "csv_rows": CSV_ROWS, "limit": EVERY_RANK}
        self._png = lru_cache(KEPT)(self._paint)
        self._drawn = lru_cache(KEPT)(lambda seen: pages.picture(self.country, self.country.league(seen)))
        self._drawn(self.country.usual)  # what is asked first is ready
        self._png(self.country.usual)
        _ = self.country.figures

    @cached_property
    def table(self) -> tuple[Route, ...]:
        """Every address but those of the interface for programs and of assets."""
        own: tuple[tuple[str, Callable[..., Response]], ...] = (
            ("/", self.home), ("/index.json", self.index_json), ("/index.csv", self.index_csv),
            ("/figure/map.png", self.map_png), ("/figure/theme.css", self.theme),
            ("/authorities", self.authorities), ("/areas/all", self.authorities),
            ("/authority/{reference:path}", self.authority),
            ("/area/{reference:path}", self.area), ("/areas", self.search), ("/areas.json", self.suggestions),
            ("/compare", self.compare), ("/compare.{form}", self.compare),
            ("/indicator/{name}", self.indicator), ("/domain/{name}", self.domain),
            ("/left-out", self.left_out), ("/healthz", self.health),
            ("/data", self.data.page), ("/data.{form}", self.data.tables), ("/data/{name}.zip", self.data.whole),
            ("/data/manifest.json", self.data.manifest),
            ("/data/{name}.csv", self.data_csv), ("/data/{name}.parquet", self.data.parquet),
            *self.account.routes,
        )  # fmt: skip
        gone = ["/quality", *(path for path, _ in EXPLORE if path not in HERE), *(asks.path for asks in QUESTIONS)]
        held = {"/": self._measures, "/authority/{reference:path}": self._authorities}
        return tuple(Route(*one, held.get(one[0])) for one in (*own, *((path, self.left_out) for path in gone)))

    def _measures(self) -> list[str]:
        """The home page of every measure: what a published copy holds of it."""
        usual = self.country.usual
        nodes = self.monitor.framework(usual.framework).groups
        return [pages.address(self.country, replace(usual, node=node)) for node in nodes]

    def _authorities(self) -> list[str]:
        """The page of every authority."""
        return [pages.authority_path(self.country, k) for k in range(len(self.country.groups))]

    def home(self, request: Request) -> Response:
        """The picture of the country, and the league page by page."""
        country, query = self.country, request.query_params
        seen = country.seen(query)
        league = country.league(seen)
        rows, told = self._rows(seen, query)
        number = whole(query.get("page", ""), 1)
        last = max(-(-len(rows) // pages.PAGE), 1)
        if number > last:
            raise NotFound("page of the league", str(number), [str(last)], remedy=f"there are {last:,} pages")
        first = (number - 1) * pages.PAGE
        title, sentence = pages.headline(country, league)
        kept = {name: query.get(name, "")[:LONGEST].strip() for name in ("authority", "name")}
        return self._page(
            request, "small_home.html", seen=seen, figure=self._drawn(seen), title=title, sentence=sentence,
            lines=pages.lines(country, league, rows[first : first + pages.PAGE]), rows=len(rows), first=first,
            number=number, last=last, told=told, kept=kept, league=league, path="/",
            to=lambda page: pages.address(country, seen, page=page if page > 1 else 0, **kept),
            twin=lambda ending: pages.address(country, seen, f"/index.{ending}", **kept),
            figure_address=pages.address(country, seen, "/figure/map.png"), all=pages.address(country, seen),
        )  # fmt: skip

    def index_json(self, request: Request) -> Response:
        """The league of a view as JSON, in pages: ``page`` and ``per_page``; ``next`` leads on."""
        country, query = self.country, request.query_params
        seen = country.seen(query)
        rows, _ = self._rows(seen, query)
        per = min(whole(query.get("per_page", ""), ROWS), MOST_ROWS)
        number = whole(query.get("page", ""), 1)
        some = rows[(number - 1) * per : number * per]
        more = {"page": number + 1, "per_page": per if per != ROWS else 0}
        kept = {name: query.get(name, "")[:LONGEST] for name in ("authority", "name")}
        following = pages.address(country, seen, "/index.json", **more, **kept) if number * per < len(rows) else None
        title, sentence = pages.headline(country, country.league(seen))
        table = country.table(country.league(seen), some)[COLUMNS]
        data = {
            **self._head(seen), "node": seen.node, "finding": title, "sentence": sentence,
            "average": self.monitor.framework(seen.framework).method.display.centre,
            "interval": "95 %, sampling error", "counted_in_steps_of": country.league(seen).step,
            "total": len(rows), "page": number, "next": following, "areas": pages.as_rows(table),
        }  # fmt: skip
        return answers.respond(request, answers.dumps(data), "application/json")

    def index_csv(self, request: Request) -> Response:
        """The league of a view as CSV, every area that is asked for."""
        seen = self.country.seen(request.query_params)
        rows, _ = self._rows(seen, request.query_params)
        return self._csv(request, seen, rows, f"{seen.framework}-{seen.period}-{seen.node}.csv")

    def map_png(self, request: Request) -> Response:
        """The country as a picture."""
        seen = self.country.seen(request.query_params)
        if self.country.grid is None:
            raise NotFound(
                "map", seen.area_set, remedy=tr("the edition does not say where its areas are: use the table")
            )
        return Response(self._png(seen), headers={"Cache-Control": "no-cache"}, media_type="image/png")

    def authorities(self, request: Request) -> Response:
        """Every authority with how many of its areas lie in one half of the country with their whole interval."""
        seen = self.country.seen(request.query_params)
        found = pages.halves(self.country, self.country.league(seen))
        return self._page(request, "small_authorities.html", found=found, seen=seen, path="/authorities",
                          measure=pages.measure(self.country, seen))  # fmt: skip

    def authority(self, request: Request) -> Response:
        """An authority: its small areas as a map and as a table; its twins and its drawing."""
        country, want = self.country, asked(request.path_params["reference"])
        seen = country.seen(request.query_params)
        name = want.name[:LONGEST]
        at = named([code or "none" for code in country.groups], name)
        if at is None:
            offers = [country.titles[country.groups.index(c)] for c in nearest(name.split("-")[0], country.groups)]
            raise NotFound("authority", name, offers, remedy=tr("choose one from the list of authorities"))
        path = pages.authority_path(country, at)
        if want.form == "html" and request.url.path != unquote(path):
            return RedirectResponse(pages.address(country, seen, path), 302)
        league = country.league(seen)
        if want.drawing:
            known = (want.drawing, want.form) == ("map", "svg")
            if not known or (drawn := pages.authority_map(country, league, at)) is None:
                raise NotFound("figure", want.drawing, ["map"])
            return answers.respond(request, drawn.svg, "image/svg+xml")
        inside = country.inside(at)
        inside = inside[np.lexsort((inside, np.nan_to_num(league.rank[inside], nan=np.inf)))]
        if want.form == "csv":
            return self._csv(request, seen, inside, f"{country.groups[at] or 'none'}-{seen.period}-{seen.node}.csv")
        sure = pages.halves(country, league)[at]
        if want.form == "json":
            told = {"authority": country.groups[at], "name": country.titles[at], "sentence": sure.sentence}
            rows = pages.as_rows(country.table(league, inside)[COLUMNS])
            data = {**self._head(seen), "node": seen.node, **told, "areas": rows}
            return answers.respond(request, answers.dumps(data), "application/json")
        base = "/authority/" + (country.groups[at] or "none")
        return self._page(
            request, "small_authority.html", sure=sure, seen=seen, league=league, path=path,
            lines=pages.lines(country, league, inside), figure=pages.authority_map(country, league, at),
            measure=pages.measure(country, seen), twin=lambda ending: pages.address(country, seen, base + ending),
        )  # fmt: skip

    def area(self, request: Request) -> Response:
        """A small area: where it stands, how sure that is, every figure behind it, and who is like it."""
        country, want = self.country, asked(request.path_params["reference"])
        seen = pages.seen_whole(country.seen(request.query_params))
        at = named(country.codes, want.name[:LONGEST], country.place)
        if want.drawing:
            raise NotFound("figure", want.drawing, remedy=tr("the map of its authority is a drawing"))
        if at is None:
            at, offers = self.finder.meant(want.name[:LONGEST].replace("-", " "))
            if at is None:
                raise NotFound(
                    "area", want.name[:LONGEST], self._named(offers), remedy=tr("search for its name or code")
                )
        path = area_path(country.area(at))
        if want.form == "html" and request.url.path != unquote(path):
            return RedirectResponse(pages.address(country, seen, path), 302)
        found = pages.profile_of(country, at, seen)
        near = pages.like(country, at) if seen == country.usual else []
        beside = [{"area": country.codes[k], "name": country.names[k], "distance": far} for k, far in near]
        if want.form == "json":
            data = {**self._head(seen), **found.as_dict(), "like": beside}
            return answers.respond(request, answers.dumps(data), "application/json")
        if want.form == "csv":
            import pandas as pd

            rows = pd.DataFrame([
                {n: v for n, v in one.items() if n != "standing"} for one in found.as_dict()["indicators"]
            ])  # fmt: skip
            body = answers.as_csv(rows, self.monitor.invented)
            return answers.respond(request, body, "text/csv", filename=f"{country.codes[at]}.csv")
        group, league = int(country.group[at]), country.league(seen)
        shown = [(country.names[k], pages.address(country, seen, area_path(country.area(k))), far) for k, far in near]
        base, beside_it = f"/area/{country.codes[at]}", (at, *(k for k, _ in near))
        return self._page(
            request, "small_area.html", found=found, seen=seen, path=path, like=shown, above=country.above[group],
            authority=(country.titles[group], pages.address(country, seen, pages.authority_path(country, group))),
            figure=pages.authority_map(country, league, group, country.codes[at]), league=league,
            compare=pages.address(country, seen, "/compare", areas=",".join(country.codes[k] for k in beside_it)),
            twin=lambda ending: pages.address(country, seen, base + ending),
        )  # fmt: skip

    def compare(self, request: Request) -> Response:
        """Two to six small areas beside each other; the form to choose them where none are named."""
        country, form = self.country, request.path_params.get("form", "html")
        if form not in ("html", "json", "csv"):
            raise NotFound("form of answer", form[:20], ["json", "csv"])
        seen = pages.seen_whole(country.seen(request.query_params))
        areas = comparison(self.monitor, request.query_params.getlist("areas"))
        if not areas and form != "html":
            raise DeclarationError(tr("no areas are named"), remedy=tr("name two to six codes, such as ?areas=A1,A2"))
        if not areas:
            return self._page(request, "small_compare.html", page=None, seen=seen, path="/compare")
        page = compared(country, areas, seen)
        if form == "json":
            return answers.respond(request, answers.dumps(self._head(seen) | page.as_dict()), "application/json")
        if form == "csv":
            body = answers.as_csv(page.as_table(), self.monitor.invented)
            return answers.respond(request, body, "text/csv", filename=f"{page.codes.replace(',', '-')}.csv")
        league = country.league(seen)
        return self._page(
            request, "small_compare.html", page=page, seen=seen, path="/compare", ranked=league.ranked,
            step=league.step, chance=chance, bars=page.bars,
            links=[pages.address(country, seen, area_path(area)) for area in areas],
        )  # fmt: skip

    def search(self, request: Request) -> Response:
        """From a name or a code to the page of the small area."""
        text = request.query_params.get("q", "")[:LONGEST].strip()
        authority = [k for k, title in enumerate(self.country.titles) if title.casefold() == text.casefold()]
        if authority:
            return RedirectResponse(pages.authority_path(self.country, authority[0]), 302)
        at, offers = self.finder.meant(text)
        if at is None:
            raise NotFound(
                "area", text, self._named(offers[:8]), remedy=tr("write the name or the code of a small area")
            )
        return RedirectResponse(area_path(self.country.area(at)), 302)

    def suggestions(self, request: Request) -> Response:
        """The areas that fit what is being written (``q``), as the search box needs them."""
        country, found = self.country, self.finder.search(request.query_params.get("q", "")[:LONGEST])
        listed = [
            {"code": country.codes[k], "name": country.names[k], "in": country.titles[country.group[k]], "other": [],
             "url": area_path(country.area(k))}
            for k in found
        ]  # fmt: skip
        return answers.respond(request, answers.dumps({"areas": listed, "former": []}), "application/json")

    def indicator(self, request: Request) -> Response:
        """What an indicator is: unit, which end is better, definition, publisher."""
        name = request.path_params["name"][:LONGEST]
        known = self.monitor.catalogue
        if name not in known:
            ids = [one.id for one in known.indicator]
            raise NotFound("indicator", name, nearest(name, ids) or ids[:6])
        return self._page(request, "small_indicator.html", one=known[name], path=f"/indicator/{name}")

    def domain(self, request: Request) -> Response:
        """The map and league of a domain."""
        seen = self.country.seen({**request.query_params, "node": request.path_params["name"]})
        return RedirectResponse(pages.address(self.country, seen), 302)

    def left_out(self, request: Request) -> Response:
        """What is not computed for so many areas, and why: the answer at every address of it."""
        path = request.url.path
        return self._page(request, "small_left_out.html", questions=QUESTIONS, path=path, tools=[
            one for one in EXPLORE if one[0] not in HERE
        ], here=next((q.title for q in QUESTIONS if q.path == path), dict(EXPLORE).get(path, "")))  # fmt: skip

    def theme(self, request: Request) -> Response:
        """The colours of drawings in light, dark, print and forced colours."""
        return answers.respond(request, stylesheet(), "text/css")

    def data_csv(self, request: Request) -> Response:
        """A table as CSV, if it is not too long."""
        name = request.path_params["name"]
        entry = self.monitor.manifest["tables"].get(name)
        if entry is not None and entry["rows"] > CSV_ROWS:
            raise DeclarationError(
                f"{name} has {entry['rows']:,} rows, too many for one CSV",
                remedy=f"take /data/{name}.parquet, or pages of it from /api/v1/",
            )
        return self.data.csv(request)

    def _rows(self, seen: Seen, query: Mapping[str, str]) -> tuple[NDArray[np.intp], str]:
        """The areas of a view that are asked for, best first, unscored ones last; and what was asked, in words."""
        country, league = self.country, self.country.league(seen)
        rows = np.concatenate([league.order, np.flatnonzero(~np.isfinite(league.rank))])
        told = []
        if code := query.get("authority", "")[:LONGEST].strip():
            if code not in country.groups:
                raise NotFound("authority", code, nearest(code, country.groups))
            rows = rows[country.group[rows] == country.groups.index(code)]
            told.append(country.titles[country.groups.index(code)])
        if text := query.get("name", "")[:LONGEST].strip():
            rows = rows[np.isin(rows, self.finder.holding(text))]
            told.append(tr("names with “{text}”").format(text=text))
        return rows, "; ".join(told)

    def _csv(self, request: Request, seen: Seen, rows: NDArray[np.intp], name: str) -> Response:
        table = self.country.table(self.country.league(seen), rows)[COLUMNS].astype(dict.fromkeys(WHOLE, "Int64"))
        body = answers.as_csv(table, self.monitor.invented)
        return answers.respond(request, body, "text/csv", filename=re.sub(r"[^\w.-]", "-", name))

    def _paint(self, seen: Seen) -> bytes:
        league, grid = self.country.league(seen), self.country.grid
        return painted(grid, league.of, self.country.group, ramp(len(league.classes))) if grid is not None else b""

    def _head(self, seen: Seen) -> dict[str, Any]:
        return {
            "monitor": self.monitor.title, "edition": self.monitor.edition.name, "invented": self.monitor.invented,
            "framework": seen.framework, "area_set": seen.area_set, "period": seen.period,
        }  # fmt: skip

    def _page(self, request: Request, template: str, **what: Any) -> Response:
        return answers.respond(request, self.templates.get_template(template).render(**what), "text/html")

    def _named(self, found: list[int]) -> list[str]:
        return [f"{self.country.names[k]} ({self.country.codes[k]})" for k in found]

    def _offers(self, error: GoodWorkError, path: str) -> list[tuple[str, str]]:
        """The nearest names as links."""
        if not isinstance(error, NotFound):
            return []
        kind: Any = error.facts.get("kind")
        if kind in ("measure", "period with scores", "framework"):
            names = {"measure": "node", "period with scores": "period"}
            return [(name, f"/?{urlencode({names.get(kind, kind): name})}") for name in error.nearest]
        codes = [(name, name.rpartition("(")[2].rstrip(")")) for name in error.nearest]
        place = self.country.place
        return [(name, area_path(self.country.area(place[code]))) for name, code in codes if code in place]
