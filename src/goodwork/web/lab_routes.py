"""The weights lab as a page, as JSON and CSV, and the figures from which the page computes by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from threading import Lock

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response

from goodwork.analysis.finding import say
from goodwork.analysis.wording import chance
from goodwork.errors import GoodWorkError
from goodwork.index.imputation import ON_NORMALISED
from goodwork.language import marked, tr
from goodwork.model.framework import INDEX
from goodwork.monitor import Monitor
from goodwork.report.view import rank_bar
from goodwork.web import answers
from goodwork.web.home_choices import Option, Select
from goodwork.web.lab import AGGREGATION, DRAWS, NORMALISATION, SPREAD, Lab, Weighting, figures, lab, varied_within
from goodwork.web.routes import Route, with_query
from goodwork.web.state import area_path

#: What is said of the result; the page says the same with its own numbers.
TOLD = marked(
    "Under these weights {first} comes first. {moved} of {n} areas change place, {left} of them to outside the range "
    "that sampling error alone gives their published rank. {far} moves furthest, from {from} to {to}."
)
SAME = marked("These weights and methods give the published order of all {n} areas: {first} comes first.")
ABOVE = marked("{one} stands above {other} in {share} of the plausible weightings; sampling error comes on top.")
NOTE = tr(
    "Not the edition's own scores. least to most: ranks in 95 % of plausible weightings; rank_low to "
    "rank_high: 95 % interval of the published rank, sampling error."
)
REMEMBERED = 4


@dataclass(frozen=True)
class Slider:
    """One weight: its node, what it is called, its value and largest value, its share among its siblings, and whether
    there are any figures behind it."""

    node: str
    title: str
    weight: float
    most: float
    step: str
    share: float
    known: bool


@dataclass(frozen=True)
class Row:
    """A line of the lab's table."""

    code: str
    name: str
    url: str
    rank: int
    least: int
    most: int
    published: int
    interval: str
    score: str
    moved: int
    left: bool
    bar: tuple[float, float, float]


class LabRoutes:
    """Answers of the lab in one edition; results are remembered, and worked out one at a time."""

    def __init__(self, monitor: Monitor, templates: Environment) -> None:
        self.monitor, self.templates = monitor, templates
        self._lock = Lock()
        self._lab = lru_cache(REMEMBERED)(lambda asked: lab(monitor, asked))
        self._figures = lru_cache(REMEMBERED)(lambda asked: answers.dumps(figures(monitor, asked)))

    @property
    def routes(self) -> tuple[Route, ...]:
        """Addresses and what answers them."""
        return (
            Route("/weights", self.page, self.pages, self.plain), Route("/weights.json", self.json, plain=self.plain),
            Route("/weights.csv", self.csv, plain=self.plain),
            Route("/weights/figures.json", self.figures, plain=self.plain),
        )  # fmt: skip

    def pages(self) -> Iterator[str]:
        """The lab of every framework that it can be used with, for each set of areas in the latest period."""
        for name, framework in self.monitor.frameworks.items():
            if framework.method.imputation.name in ON_NORMALISED:
                continue
            for area_set in self.monitor.area_sets(name):
                yield self.plain("/weights", {"framework": name, "area_set": area_set.name})

    def plain(self, path: str, query: Mapping[str, str]) -> str:
        """How addresses of the lab are written: without what is usual, and without the two areas that are named."""
        try:
            asked = Weighting.read(self.monitor, {k: v for k, v in query.items() if k not in ("one", "other")})
        except GoodWorkError:
            return with_query(path, query)
        return asked.url(path)

    def page(self, request: Request) -> Response:
        """Sliders, methods and the table they give."""
        asked, found = self._found(request)
        page = {
            "asked": asked, "lab": found, "rows": rows(self.monitor, found), "told": told(found),
            "groups": groups(self.monitor, asked), "selects": selects(self.monitor, asked), "pair": pair(found),
            "words": {"told": tr(TOLD), "same": tr(SAME), "above": tr(ABOVE)}, "draws": DRAWS,
            "framework": self.monitor.framework(asked.framework), "frameworks": self.monitor.frameworks.values(),
        }  # fmt: skip
        body = self.templates.get_template("weights.html").render(path="/weights", state=None, **page)
        return answers.respond(request, body, "text/html")

    def json(self, request: Request) -> Response:
        """The same table as data, with what was asked."""
        asked, found = self._found(request)
        table = found.table.astype(object)
        data = {
            "monitor": self.monitor.title, "edition": self.monitor.edition.name, "invented": self.monitor.invented,
            "framework": asked.framework, "area_set": asked.area_set, "period": asked.period,
            "normalisation": asked.normalisation, "aggregation": asked.aggregation, "weights": dict(asked.weights),
            "plausible": SPREAD[asked.spread].format(within=f"{100 * found.within:.0f} %"), "draws": DRAWS,
            "note": NOTE,
            "finding": told(found), "areas": table.where(table.notna(), None).to_dict("records"),
        }  # fmt: skip
        return answers.respond(request, answers.dumps(data), "application/json")

    def csv(self, request: Request) -> Response:
        """The same table as CSV."""
        _, found = self._found(request)
        text = answers.as_csv(found.table, self.monitor.invented)
        return answers.respond(request, text, "text/csv", filename="weights.csv")

    def figures(self, request: Request) -> Response:
        """Oriented figures, the tree and the published ranks: all that the page needs."""
        asked = Weighting.read(self.monitor, request.query_params)
        plain = Weighting(asked.framework, asked.area_set, asked.period)
        with self._lock:
            body = self._figures(plain)
        return answers.respond(request, body, "application/json")

    def _found(self, request: Request) -> tuple[Weighting, Lab]:
        asked = Weighting.read(self.monitor, request.query_params)
        with self._lock:
            return asked, self._lab(asked)


def told(found: Lab) -> str:
    """What the result says, in words."""
    facts = found.facts
    return say(TOLD if facts["moved"] else SAME, **facts)


def pair(found: Lab) -> tuple[str, str, str]:
    """The two areas that are set against each other, the first two published if none are named, and the sentence."""
    asked, table = found.asked, found.table.sort_values(["published", "name"], kind="stable")
    given = [code for code in (asked.one, asked.other) if code in found.areas]
    codes = list(dict.fromkeys([*given, *table["area"]]))[:2]
    names = dict(zip(table["area"], table["name"], strict=True))
    if len(codes) < 2:
        return codes[0], codes[0], ""
    share = chance(floor(100 * found.above(codes[0], codes[1]) + 0.5) / 100)
    return codes[0], codes[1], say(ABOVE, one=names[codes[0]], other=names[codes[1]], share=share)


def rows(monitor: Monitor, found: Lab) -> tuple[Row, ...]:
    """The lines of the table, best first."""
    made, count = [], len(found.areas)
    for r in found.table.to_dict("records"):
        low, high = r["rank_low"], r["rank_high"]
        interval = tr("{low} to {high}").format(low=int(low), high=int(high)) if low == low else tr("no interval")
        least, most, own = int(r["least"]), int(r["most"]), int(r["rank"])
        made.append(
            Row(
                str(r["area"]), str(r["name"]), area_path(monitor.geography.by_code[str(r["area"])]), own, least, most,
                int(r["published"]), interval,
                f"{r['score']:.1f}", int(r["moved"]), bool(r["left"]), rank_bar(least, most, own, count),
            )
        )  # fmt: skip
    return tuple(made)


def groups(monitor: Monitor, asked: Weighting) -> tuple[tuple[str, tuple[Slider, ...]], ...]:
    """The sliders: the domains, then the members of each domain, each group with its title."""
    framework, own = monitor.framework(asked.framework), dict(asked.weights)
    found = []
    for group in framework.groups:
        children = framework.children(group)
        stated = [framework.weight(child) for child in children]
        weights = [own.get(child, framework.weight(child)) for child in children]
        known = [c not in framework.indicators or not monitor.catalogue[c].missing for c in children]
        whole = sum(w for w, there in zip(weights, known, strict=True) if there) or 1.0
        most = 4 * max(stated)
        fine = all(abs(w / (most / 80) - round(w / (most / 80))) < 1e-9 for w in stated)
        title = tr("The whole: domains") if group == INDEX else framework.node_title(group)
        if len(children) > 1:
            found.append((title, tuple(
                Slider(child, framework.node_title(child, monitor.catalogue), weight, max(most, weight),
                       f"{most / 80:g}" if fine else "any", weight / whole * there, there)
                for child, weight, there in zip(children, weights, known, strict=True)
            )))  # fmt: skip
    return tuple(found)


def selects(monitor: Monitor, asked: Weighting) -> tuple[Select, ...]:
    """The lists of methods."""
    within = f"{100 * varied_within(monitor.framework(asked.framework)):.0f} %"

    def one(name: str, title: str, choices: dict[str, str]) -> Select:
        options = tuple(Option(key, words, key == getattr(asked, name)) for key, words in choices.items())
        return Select(name, title, options)

    return (
        one("normalisation", tr("On one scale by"), {k: v[0] for k, v in NORMALISATION.items()}),
        one("aggregation", tr("Strong parts make up for weak ones"), {k: v[0] for k, v in AGGREGATION.items()}),
        one("spread", tr("Plausible weights"), {k: v.format(within=within) for k, v in SPREAD.items()}),
    )
