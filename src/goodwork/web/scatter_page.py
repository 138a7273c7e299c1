"""Any two measures of the same areas against each other, with everything that keeps a reader from seeing too much in
the cloud: intervals, ranks, regions, weights, the areas it hangs on, whether neighbours repeat each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.association import CAVEAT, Association
from goodwork.analysis.finding import say
from goodwork.analysis.outcomes import Link, outcomes
from goodwork.analysis.regression import regression
from goodwork.analysis.wording import listing, written
from goodwork.errors import DeclarationError, MethodError, NotFound
from goodwork.figures.colouring import by_value
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.scatter import line_of, scatter
from goodwork.figures.tilemap import tilemap
from goodwork.language import tr, trn
from goodwork.model.area import Area, nearest
from goodwork.model.framework import INDEX
from goodwork.model.panel import Values
from goodwork.monitor import Monitor
from goodwork.store.boundaries import read_boundaries, read_tiles
from goodwork.web import maps
from goodwork.web.home_choices import Option
from goodwork.web.look import communities
from goodwork.web.state import area_path
from goodwork.web.words import edition_of, mid_sentence

if TYPE_CHECKING:
    import pandas as pd

COLOURS = {"region": tr("region"), "community": tr("community"), "none": tr("nothing")}
POPULATION, NAMED, LONGEST = "population", 4, 120


@dataclass(frozen=True)
class Asked:
    """What an address asks for: the two measures, the areas, what is left out or weighted, colours, one area."""

    x: str
    y: str
    framework: str
    area_set: str
    period: str
    without: str = ""
    weight: str = ""
    colour: str = "region"
    area: str = ""
    plain: Asked | None = field(default=None, compare=False, repr=False)

    @classmethod
    def read(cls, monitor: Monitor, query: Mapping[str, str]) -> Asked:
        """The two measures asked for, by id: an indicator, or a framework's score (``conditions.index``). Raises
        ``NotFound`` with the nearest names."""
        given = {name: query.get(name, "")[:LONGEST].strip() for name in NAMES}
        framework = monitor.framework(given["framework"] or None).name
        known = measures(monitor)
        usual = _usual(monitor, framework)
        chosen = {"x": given["x"] or usual[0], "y": given["y"] or usual[1]}
        for name in chosen.values():
            if name not in known:
                raise NotFound("measure", name, nearest(name, known) or list(known)[:6])
        for name, values in (("without", ("london",)), ("weight", (POPULATION,)), ("colour", COLOURS)):
            if given[name] and given[name] not in values:
                what = tr("{name} {asked!r} is not known").format(name=name, asked=given[name])
                raise DeclarationError(what, remedy=tr("choose {names}").format(names=", ".join(values)))
        where = {
            "framework": framework,
            "area_set": monitor.area_set(given["area_set"] or None, framework).name,
            "period": monitor.period(given["period"] or None, framework),
        }
        plain = cls(*usual, monitor.framework().name, monitor.area_set(None, framework).name,
                    monitor.period(None, framework))  # fmt: skip
        return cls(
            **chosen, **where, without=given["without"], weight=given["weight"], colour=given["colour"] or "region",
            area=monitor.find(given["area"]).code if given["area"] else "", plain=plain,
        )  # fmt: skip

    def url(self, ending: str = "", **changes: Any) -> str:
        """The address of this view, of a twin (``.csv``), or of either with something changed."""
        new, plain = replace(self, **changes), self.plain or self
        found = {n: getattr(new, n) for n in NAMES if getattr(new, n) and getattr(new, n) != getattr(plain, n)}
        return f"/scatter{ending}?{urlencode(found)}" if found else f"/scatter{ending}"


NAMES = ("x", "y", "framework", "area_set", "period", "without", "weight", "colour", "area")


@dataclass(frozen=True)
class Axis:
    """One measure: id, what it is called, unit, which end is better, the period its figures are of, and the figures
    ``(areas,)``, NaN for a gap."""

    id: str
    title: str
    unit: str
    better: str
    period: str
    values: Values = field(compare=False, repr=False)

    @property
    def label(self) -> str:
        """The title of an axis: all a reader needs to read it."""
        return f"{self.title}, {self.unit}, {self.period} ({self.better})"


@dataclass(frozen=True, eq=False)
class ScatterPage:
    """Everything on the page; ``link`` is ``None``, and ``reason`` says why, where too few areas have both figures."""

    asked: Asked
    monitor: Monitor
    x: Axis
    y: Axis
    areas: tuple[Area, ...]
    table: pd.DataFrame
    link: Link | None
    reason: str
    headline: str
    findings: tuple[str, ...]
    figures: dict[str, Figure]

    @property
    def coefficient(self) -> Association | None:
        """The correlation that the page leads with: over areas, or over people where that was asked for."""
        if self.link is None:
            return None
        return self.link.people if self.asked.weight and self.link.people is not None else self.link.pooled

    @property
    def ways(self) -> tuple[tuple[str, Association], ...]:
        """The coefficient over all areas, by ranks, inside regions, weighted by people, as far as it could be taken."""
        if self.link is None:
            return ()
        found = (
            (tr("All areas, each counts the same"), self.link.pooled),
            (tr("By ranks, whatever the shape"), self.link.ranks),
            (tr("Among areas of one region"), self.link.region),
            (tr("Each area counts by its people"), self.link.people),
        )  # fmt: skip
        return tuple((words, one) for words, one in found if one is not None)

    def as_dict(self) -> dict[str, Any]:
        """The page as plain data; gaps are ``None``."""
        rows = self.as_table().astype(object)
        axes = {n: {"id": a.id, "title": a.title, "unit": a.unit, "better": a.better, "period": a.period}
                for n, a in (("x", self.x), ("y", self.y))}  # fmt: skip
        return {
            **axes, "area_set": self.asked.area_set, "without": self.asked.without, "weight": self.asked.weight,
            "headline": self.headline, "findings": list(self.findings), "caution": CAVEAT, "reason": self.reason,
            "ways": [{"way": w, "coefficient": a.name, "r": a.r, "low": a.low, "high": a.high, "areas": a.n}
                     for w, a in self.ways],
            "areas": rows.where(rows.notna(), None).to_dict("records"),
        }  # fmt: skip

    def as_table(self) -> pd.DataFrame:
        """A row for each area with both figures, what the line expects and how far the area lies off it."""
        return self.table.drop(columns=["named", "said"])


def scatter_page(monitor: Monitor, asked: Asked) -> ScatterPage:
    """Two measures against each other over a set of areas."""
    import pandas as pd

    members = monitor.geography.members(asked.area_set)
    areas = tuple(a for a in members if not (asked.without and a.parents.get("region") == maps.LONDON))
    x, y = (axis(monitor, name, asked, areas) for name in (asked.x, asked.y))
    regions = [_name(monitor, a.parents.get("region") or a.parents.get("country", "")) for a in areas]
    table = pd.DataFrame({
        "area": [a.code for a in areas], "name": [a.name for a in areas], "region": regions, "x": x.values,
        "y": y.values,
    })  # fmt: skip
    people = axis(monitor, POPULATION, asked, areas).values if POPULATION in measures(monitor) else None
    link, reason = None, ""
    names = [a.name for a in areas]
    try:
        if asked.x == asked.y:
            raise MethodError(tr("a measure goes with itself"), remedy=tr("choose two different ones"))
        found = outcomes(
            x.values[:, None], y.values[:, None], names, names=([x.title], [y.title]), regions=regions,
            people=people, edges=_edges(areas),
        )  # fmt: skip
        link = found.links[0]
    except MethodError as error:
        reason = f"{error.what}; {error.remedy}" if error.remedy else str(error.what)
    table = table.assign(expected=np.nan, residual=np.nan, named=False, said="")
    figures: dict[str, Figure] = {}
    headline = tr("{x} and {y}: no answer").format(x=x.title, y=y.title)
    findings: tuple[str, ...] = ()
    if link is not None:
        fit = regression(x.values, y.values)
        off = {*link.outliers[:NAMED], link.hinge}
        table = table.assign(expected=fit.fitted, residual=fit.residual, named=[n in off for n in names])
        headline, findings = _told(x, y, link, bool(asked.weight))
    page = ScatterPage(asked, monitor, x, y, areas, table, link, reason, headline, findings, figures)
    if len(table):
        figures.update(_drawn(page))
    return page


def axis(monitor: Monitor, name: str, asked: Asked, areas: tuple[Area, ...]) -> Axis:
    """A measure over some areas: a score of the period asked for, or of the latest one the framework has before it; a
    figure likewise."""
    codes = [a.code for a in areas]
    if "." in name and name not in monitor.catalogue:
        of, _, node = name.partition(".")
        period = _period(monitor.periods(of), asked.period)
        sets = {s.name for s in monitor.area_sets(of)}
        where = asked.area_set if asked.area_set in sets else monitor.area_set(None, of).name
        table = monitor.scores(period, where, of, node).set_index("area")["score"]
        title, values = measures(monitor)[name], table.reindex(codes).to_numpy()
        return Axis(name, title, tr("score"), tr("higher is better"), period, values)
    known = monitor.catalogue[name]
    rows = monitor.values(name, areas=codes)
    rows = rows[rows["value"].notna()]
    period = _period(tuple(sorted(rows["period"].unique())), asked.period)
    values = rows[rows["period"] == period].set_index("area")["value"].reindex(codes).to_numpy(dtype=float)
    return Axis(name, known.name, known.unit, known.better, period, values)


@lru_cache(maxsize=1)  # the monitor that is served: a former one must not be kept alive
def _measures(monitor: Monitor) -> dict[str, str]:
    found = {}
    for framework in monitor.frameworks.values():
        for node in framework.groups:
            found[f"{framework.name}.{node}"] = framework.node_title(node)
    held = set(monitor.table("values")["indicator"].unique())
    figures = {i.id: i.name for i in monitor.catalogue.by_id.values() if i.id in held}
    return found | dict(sorted(figures.items(), key=lambda pair: pair[1].casefold()))


def measures(monitor: Monitor) -> dict[str, str]:
    """Every measure there are figures of, by id: scores of frameworks, then indicators by name."""
    return _measures(monitor)


def options(monitor: Monitor, chosen: str) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    """The measures as lists to choose from: scores by framework, then figures."""
    scores = {f.name: tr("Scores: {framework}").format(framework=f.title) for f in monitor.frameworks.values()}
    groups: dict[str, list[Option]] = {title: [] for title in (*scores.values(), tr("Figures in their own units"))}
    for name, title in measures(monitor).items():
        of = name.partition(".")[0] if "." in name and name not in monitor.catalogue else ""
        group = scores[of] if of else tr("Figures in their own units")
        words = tr("{title} (index)").format(title=title) if name.endswith(f".{INDEX}") else title
        groups[group].append(Option(name, words, name == chosen))
    return tuple((title, tuple(found)) for title, found in groups.items() if found)


def _usual(monitor: Monitor, framework: str) -> tuple[str, str]:
    """The two measures of somebody who has chosen nothing: another framework's index, or the first member with
    figures, against the index."""
    known = measures(monitor)
    others = [f"{name}.{INDEX}" for name in monitor.frameworks if name != framework]
    first = [*others, *(i for i in monitor.framework(framework).indicators if i in known)]
    return first[0], f"{framework}.{INDEX}"


def _period(periods: tuple[str, ...], asked: str) -> str:
    """The period asked for, else the latest before it, else the first there is."""
    before = [p for p in periods if p <= asked]
    return before[-1] if before else periods[0] if periods else asked


def _told(x: Axis, y: Axis, link: Link, by_people: bool) -> tuple[str, tuple[str, ...]]:
    one, other = mid_sentence(x.title), mid_sentence(y.title)
    lead = link.people if by_people and link.people is not None else link.pooled
    first = str(lead.sentence(one, other))
    said = [first]
    if link.region is not None:
        holds = link.region.clear and link.region.r * link.pooled.r > 0
        said.append(str(
            say("Among areas of one region it holds: {found}.", found=link.region.said) if holds
            else say("Among areas of one region it is not clear: {found}.", found=link.region.said)
        ))  # fmt: skip
    if by_people:
        said.append(str(say("Where each area counts the same: {found}.", found=link.pooled.said)))
    elif link.people is not None:
        said.append(str(say("Where each area counts by its people: {found}.", found=link.people.said)))
    said.append(str(say(
        "Without any one area r lies between {least:.2f} and {most:.2f}; leaving out {hinge} changes it most.",
        least=link.least, most=link.most, hinge=link.hinge,
    )))  # fmt: skip
    if link.residual is not None:
        alike = link.residual.p <= link.residual.level and link.residual.i > link.residual.expected
        said.append(str(
            say(
                "Neighbouring areas are alike in what the line leaves (Moran's I {i:.2f}): there is less evidence than "
                "{n} areas suggest.", i=link.residual.i, n=link.residual.n,
            ) if alike else say(
                "Neighbouring areas are no more alike in what the line leaves than chance would make them (Moran's I "
                "{i:.2f}; {n} areas).", i=link.residual.i, n=link.residual.n,
            )
        ))  # fmt: skip
    if link.outliers:
        said.append(tr("Clearly off the line: {areas}.").format(areas=listing(link.outliers)))
    return first.split(":")[0].rstrip("."), tuple(said)


def _drawn(page: ScatterPage) -> dict[str, Figure]:
    x, y, asked = page.x, page.y, page.asked
    areas = page.monitor.area_set(asked.area_set, asked.framework).title
    if asked.without:
        areas = tr("{areas} without London").format(areas=areas)
    made_up = tr("Invented data.") + " " if page.monitor.invented else ""
    source = f"{made_up}{edition_of(page.monitor)}."
    told = " ".join(page.findings) or page.reason
    caption = Caption(page.headline, f"{made_up}{areas}", told, "", "", source, CAVEAT)
    groups = page.table["region"]
    if asked.colour == "community":
        letters = communities(page.monitor, asked.framework, asked.area_set)
        named = {code: tr("Community {letter}").format(letter=letter) for code, letter in letters.items()}
        groups = page.table["area"].map(lambda code: named.get(code, ""))
    table = page.table.assign(group="" if asked.colour == "none" else groups)
    unweighted = page.link is not None and page.coefficient is page.link.pooled
    line = line_of(x.values, regression(x.values, y.values)) if unweighted else None
    linked = "" if page.coefficient is None else str(page.coefficient)
    if linked and not unweighted:
        linked = tr("{coefficient}, by people").format(coefficient=linked)
    chosen = [asked.area] if asked.area else []
    drawn = {"scatter": scatter(table, caption, (x.label, y.label), line=line, association=linked, chosen=chosen)}
    cells = read_tiles().places
    if any(a.code in cells for a in page.areas):
        value = table.assign(value=page.table["y"], said=[_said(page, r) for r in page.table.to_dict("records")])
        title = tr("{measure} on the map").format(measure=y.title)
        words = Caption(title, f"{made_up}{areas}, {y.period}", told, y.better, y.unit, source, "")
        look = by_value(value, words, "map", 1)
        drawn["map"] = tilemap(cells, value, words, colouring=look, chosen=chosen)
    return drawn


def _said(page: ScatterPage, row: Mapping[str, Any]) -> str:
    known = row["y"] == row["y"]
    return f"{row['name']}: {page.y.title} " + (f"{row['y']:,.4g} {page.y.unit}" if known else tr("no data"))


def _edges(areas: tuple[Area, ...]) -> NDArray[np.intp] | None:
    """Pairs of areas that share a border, as positions; ``None`` where no outlines of them are held."""
    place = {a.code: k for k, a in enumerate(areas)}
    if not (level := maps.vintage(set(place))):
        return None
    touching = _touching(level)
    pairs = [(place[a], place[b]) for a in place for b in touching.get(a, ()) if a < b and b in place]
    return np.array(pairs, dtype=np.intp).reshape(-1, 2) if pairs else None


@cache
def _touching(level: str) -> dict[str, tuple[str, ...]]:
    return read_boundaries().adjacent(level)


def _name(monitor: Monitor, code: str) -> str:
    known = monitor.geography.by_code
    return known[code].name if code in known else ""


def rows(page: ScatterPage) -> list[dict[str, str]]:
    """The lines of the table as the page writes them, furthest above the line first."""
    ordered = page.table.sort_values(["residual", "name"], ascending=[False, True], kind="stable", na_position="last")
    areas = page.monitor.geography.by_code
    return [
        {"area": r["area"], "name": r["name"], "url": area_path(areas[r["area"]]), "region": r["region"],
         **{k: written(r[k], ",.4g") if r[k] == r[k] else tr("no data") for k in ("x", "y")},
         "residual": written(r["residual"], "+,.3g") if r["residual"] == r["residual"] else "–"}
        for r in ordered.to_dict("records")
    ]  # fmt: skip


def lacking(page: ScatterPage) -> str:
    """How many areas lack a figure, in words; empty where none does."""
    without = int(page.table[["x", "y"]].isna().any(axis=1).sum())
    words = trn(
        "{n} area of {all} lacks one of the two figures.", "{n} areas of {all} lack one of the two figures.", without
    )
    return words.format(n=without, all=len(page.table)) if without else ""
