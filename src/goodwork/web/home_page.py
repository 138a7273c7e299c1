"""What stands on the home page: a view becomes the words, rows and choices that the template sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import chance
from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.model.framework import INDEX
from goodwork.model.origin import Origin
from goodwork.monitor import Monitor
from goodwork.report.view import rank_bar, view_of
from goodwork.web import home_choices, maps
from goodwork.web.area_panel import FEW, AreaPanel, panel
from goodwork.web.home_choices import Head, Option, Period, Select
from goodwork.web.state import VIEWS, State, area_path
from goodwork.web.whereabouts import map_in_words
from goodwork.web.words import Finding, finding

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Cell:
    """A cell of the league table: its column, the words, the small line under them, and the rank bar if it is one (0
    to 100 across)."""

    column: str
    words: str
    small: str = ""
    bar: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Row:
    """One line of the league table: rank and area, then the cells of the columns shown."""

    code: str
    name: str
    url: str
    rank: str
    ranks: str
    cells: tuple[Cell, ...]
    chosen: bool
    picked: bool


@dataclass(frozen=True, eq=False)
class Home:
    """Everything on the home page."""

    state: State
    finding: Finding
    measure: str
    place: str
    question: str
    table: pd.DataFrame
    rows: tuple[Row, ...]
    heads: tuple[Head, ...]
    gaps: tuple[tuple[str, str, str], ...]
    figure: Figure | None
    undrawn: int
    together: tuple[str, ...]
    frameworks: tuple[Option, ...]
    nodes: tuple[tuple[str, tuple[Option, ...]], ...]
    views: tuple[Option, ...]
    periods: tuple[Period, ...]
    filters: tuple[Select, ...]
    drawing: tuple[Select, ...]
    order: Select
    columns: tuple[Option, ...]
    tray: tuple[tuple[str, str, str], ...]
    asked_for: str
    changed: str
    ranked: int
    better: str
    missing: tuple[tuple[str, str], ...]
    origins: tuple[Origin, ...]
    attribution: str
    panel: AreaPanel | None
    elsewhere: str


def home(monitor: Monitor, state: State) -> Home:
    """The home page of a view."""
    framework = monitor.framework(state.framework)
    area_set = monitor.area_set(state.area_set, state.framework)
    table = maps.everything(monitor, state)
    shown = maps.asked_for(monitor, state, table)
    scored, whole = shown[shown["score"].notna()], table[table["score"].notna()]
    measure = framework.node_title(state.node, monitor.catalogue)
    lying = map_in_words(whole)
    figure = maps.draw(monitor, state, table, lying)
    place = monitor.geography.by_code.get(state.area)
    inside = place is not None and area_set.holds(place)
    single = state.node in framework.indicators
    filters, columns = home_choices.filters(monitor, state), _Cells(monitor, state)
    drawing, order = home_choices.drawing(monitor, state), home_choices.order(state)
    return Home(
        state=state,
        finding=finding(whole, measure, state.period, area_set.title, single),
        measure=measure,
        place=area_set.title,
        question=framework.question,
        table=table,
        rows=tuple(_row(monitor, state, record, columns) for record in scored.to_dict("records")),
        heads=home_choices.heads(monitor, state, len(whole), columns.unit),
        gaps=tuple(
            (str(r["name"]), state.url(area=str(r["area"])) + "#area", verdict(str(r["reason"])))
            for r in shown[shown["score"].isna()].to_dict("records")
        ),
        figure=figure,
        undrawn=0 if figure is None else len(table) - figure.drawing.count("data-area="),
        together=lying,
        frameworks=tuple(
            Option(f.name, f.title, f.name == state.framework, state.url(framework=f.name))
            for f in monitor.frameworks.values()
        ),
        nodes=_nodes(monitor, state),
        views=tuple(Option(v, t, v == state.view, state.url(view=v)) for v, t in VIEWS.items()),
        periods=home_choices.periods(monitor, state),
        filters=filters,
        drawing=drawing,
        order=order,
        columns=home_choices.columns(monitor, state),
        tray=tuple(_picked(monitor, state, code) for code in state.look.areas),
        asked_for=home_choices.changed(*filters),
        changed=home_choices.changed(*filters, order, *drawing),
        ranked=len(whole),
        better=monitor.catalogue[state.node].better if single else "",
        missing=tuple(
            (i.name, i.missing) for i in map(monitor.catalogue.__getitem__, framework.indicators) if i.missing
        ),
        origins=_origins(monitor, state),
        attribution=maps.attribution() if figure else "",
        panel=panel(monitor, state, place.code) if place and inside else None,
        elsewhere=place.name if place and not inside else "",
    )


class _Cells:
    """Makes the cells of a row beside rank and area, in the columns shown."""

    def __init__(self, monitor: Monitor, state: State) -> None:
        self.monitor, self.values = monitor, _values(monitor, state)
        framework = monitor.framework(state.framework)
        self.unit = monitor.catalogue[state.node].unit if self.values else ""
        self.columns = [name for name in state.look.shown if name != "value" or self.values]
        view = view_of(monitor, state.framework, state.area_set, state.period)
        self.tied = view.tied if "tier" in self.columns and state.node == INDEX else {}
        where = {"period": state.period, "area_set": state.area_set, "framework": state.framework}
        self.domains = {
            name: monitor.scores(**where, node=name).set_index("area")[["score", "low", "high"]].to_dict("index")
            for name in self.columns if name in framework.groups
        }  # fmt: skip

    def of(self, record: dict[Any, Any]) -> tuple[Cell, ...]:
        """The cells of one row."""
        return tuple(self._cell(name, record) for name in self.columns)

    def _cell(self, name: str, record: dict[Any, Any]) -> Cell:
        code, known = str(record["area"]), record.get("rank_low", float("nan")) == record.get("rank_low")
        if name in self.domains:
            found = self.domains[name].get(code)
            return Cell(name, f"{found['score']:.1f}", _ends(found)) if found else Cell(name, "–", tr("not scored"))
        if name == "value":
            return Cell(name, self.values.get(code, ""))
        if name == "score":
            return Cell(name, f"{record['score']:.1f}", _ends(record))
        if name == "range":
            ends = (record["rank_low"], record["rank_high"], record["rank"], int(record["ranked"])) if known else None
            return Cell(name, "", bar=rank_bar(*ends) if ends else None)
        if name == "tier":
            tier, tied = record.get("tier", float("nan")), self.tied.get(code)
            small = "" if tied is None else tr("with {n}").format(n=tied)
            return Cell(name, f"{tier:.0f}" if tier == tier else "–", small)
        if name == "top":
            return Cell(name, chance(record["top"]) if known and int(record["ranked"]) >= FEW else "–")
        areas = self.monitor.geography.by_code
        region = areas[code].parents.get("region", "")
        return Cell(name, areas[region].name if region in areas else "–")


def _row(monitor: Monitor, state: State, record: dict[Any, Any], cells: _Cells) -> Row:
    area = monitor.geography.by_code[str(record["area"])]
    low, high = record.get("rank_low", float("nan")), record.get("rank_high", float("nan"))
    return Row(
        code=area.code,
        name=area.name,
        url=state.url(area_path(area), node=INDEX, view="map", area=""),
        rank=f"{int(record['rank'])}{'=' if record['ties'] else ''}",
        ranks=tr("{low} to {high}").format(low=int(low), high=int(high)) if low == low else tr("no interval"),
        cells=cells.of(record),
        chosen=area.code == state.area,
        picked=area.code in state.look.areas,
    )


def _ends(row: dict[Any, Any]) -> str:
    low, high = row.get("low", float("nan")), row.get("high", float("nan"))
    return tr("{low:.1f} to {high:.1f}").format(low=low, high=high) if low == low else tr("no interval")


def _picked(monitor: Monitor, state: State, code: str) -> tuple[str, str, str]:
    """A chosen area: code, name, and the view without it."""
    rest = tuple(other for other in state.look.areas if other != code)
    return code, monitor.geography.by_code[code].name, state.url(areas=rest)


def _values(monitor: Monitor, state: State) -> dict[str, str]:
    """The figures behind the scores when the measure is a single indicator whose figures belong to the period."""
    framework = monitor.framework(state.framework)
    if state.node not in framework.indicators or framework.alignment.rule != "exact":
        return {}
    indicator = monitor.catalogue[state.node]
    table = monitor.values(state.node, state.period)
    spoken = indicator.unit.lstrip("£")  # the head of the column says it once
    return {str(r["area"]): indicator.show(r["value"]).removesuffix(spoken).strip() for r in table.to_dict("records")}


def _nodes(monitor: Monitor, state: State) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    framework = monitor.framework(state.framework)

    def option(node: str) -> Option:
        empty = node in framework.indicators and monitor.catalogue[node].missing
        title = framework.node_title(node, monitor.catalogue)
        words = tr("{title} (no figures)").format(title=title) if empty else title
        return Option(node, words, node == state.node)

    domains = tuple(option(n) for n in framework.groups if n != INDEX)
    groups = (
        (tr("The whole"), (Option(INDEX, tr("{title} (index)").format(title=framework.title), state.node == INDEX),)),
        (tr("Domains"), domains),
        (tr("Indicators"), tuple(option(n) for n in framework.indicators)),
    )
    return tuple((title, options) for title, options in groups if options)


def _origins(monitor: Monitor, state: State) -> tuple[Origin, ...]:
    """The sources of the figures of the framework's indicators, by publisher."""
    of_members = monitor.cuts.among("values", {"indicator": monitor.framework(state.framework).indicators})
    used = set(of_members["source"].unique())
    found = [origin for name, origin in monitor.origins.items() if name in used]
    return tuple(sorted(found, key=lambda o: (o.publisher, o.title)))
