"""What stands on the home page: a view becomes the words, rows and choices that the template sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodwork.figures.figure import Figure
from goodwork.model.framework import INDEX
from goodwork.model.origin import Origin
from goodwork.monitor import Monitor
from goodwork.web import maps
from goodwork.web.profiles import FEW, AreaPanel, panel
from goodwork.web.state import VIEWS, State, area_path
from goodwork.web.words import Finding, finding

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen."""

    value: str
    title: str
    chosen: bool
    url: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the league table, as text and as places on the rank bar (0 to 100 across)."""

    code: str
    name: str
    url: str
    score: str
    interval: str
    rank: str
    ranks: str
    chance: str
    value: str
    chosen: bool
    bar: tuple[float, float, float] | None


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
    gaps: tuple[tuple[str, str, str], ...]
    figure: Figure | None
    undrawn: int
    frameworks: tuple[Option, ...]
    area_sets: tuple[Option, ...]
    periods: tuple[Option, ...]
    nodes: tuple[tuple[str, tuple[Option, ...]], ...]
    views: tuple[Option, ...]
    has_value: bool
    unit: str
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
    scored = table[table["score"].notna()]
    measure = framework.node_title(state.node, monitor.catalogue)
    figure = maps.draw(monitor, state, table)
    values = _values(monitor, state)
    place = monitor.geography.by_code.get(state.area)
    inside = place is not None and area_set.holds(place)
    return Home(
        state=state,
        finding=finding(scored, measure, state.period, area_set.title, state.node in framework.indicators),
        measure=measure,
        place=area_set.title,
        question=framework.question,
        table=table,
        rows=tuple(_row(monitor, state, record, values) for record in scored.to_dict("records")),
        gaps=tuple(
            (str(r["name"]), state.url(area=str(r["area"])) + "#area", str(r["reason"]))
            for r in table[table["score"].isna()].to_dict("records")
        ),
        figure=figure,
        undrawn=0 if figure is None else len(table) - figure.drawing.count("data-area="),
        frameworks=tuple(
            Option(f.name, f.title, f.name == state.framework, state.url(framework=f.name))
            for f in monitor.frameworks.values()
        ),
        area_sets=tuple(Option(s.name, s.title, s.name == state.area_set) for s in monitor.area_sets(state.framework)),
        periods=tuple(Option(p, p, p == state.period) for p in reversed(monitor.periods(state.framework))),
        nodes=_nodes(monitor, state),
        views=tuple(Option(v, t, v == state.view, state.url(view=v)) for v, t in VIEWS.items()),
        has_value=bool(values),
        unit=monitor.catalogue[state.node].unit if state.node in framework.indicators else "",
        better=monitor.catalogue[state.node].better if state.node in framework.indicators else "",
        missing=tuple(
            (i.name, i.missing) for i in map(monitor.catalogue.__getitem__, framework.indicators) if i.missing
        ),
        origins=_origins(monitor, state),
        attribution=maps.attribution() if figure else "",
        panel=panel(monitor, state, place.code) if place and inside else None,
        elsewhere=place.name if place and not inside else "",
    )


def _row(monitor: Monitor, state: State, record: dict[Any, Any], values: dict[str, str]) -> Row:
    area = monitor.geography.by_code[str(record["area"])]
    ranked = int(record["ranked"])
    low, high = record.get("rank_low", float("nan")), record.get("rank_high", float("nan"))
    known = low == low
    return Row(
        code=area.code,
        name=area.name,
        url=state.url(area_path(area), node=INDEX, view="map", area=""),
        score=f"{record['score']:.1f}",
        interval=f"{record['low']:.1f} to {record['high']:.1f}" if known else "no interval",
        rank=f"{int(record['rank'])}{'=' if record['ties'] else ''}",
        ranks=f"{int(low)} to {int(high)}" if known else "no interval",
        chance=_share(record["top"]) if known and ranked >= FEW else "–",
        value=values.get(area.code, ""),
        chosen=area.code == state.area,
        bar=(100 * (low - 1) / ranked, 100 * (high - low + 1) / ranked, 100 * (record["rank"] - 0.5) / ranked)
        if known
        else None,
    )


def _share(share: float) -> str:
    """A chance in words that do not pretend to more than a thousand draws can tell."""
    if share < 0.01:
        return "under 1 %"
    return "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"


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
        return Option(node, title + (" (no figures)" if empty else ""), node == state.node)

    domains = tuple(option(n) for n in framework.groups if n != INDEX)
    groups = (
        ("The whole", (Option(INDEX, f"{framework.title} (index)", state.node == INDEX),)),
        ("Domains", domains),
        ("Indicators", tuple(option(n) for n in framework.indicators)),
    )
    return tuple((title, options) for title, options in groups if options)


def _origins(monitor: Monitor, state: State) -> tuple[Origin, ...]:
    """The sources of the figures of the framework's indicators, by publisher."""
    values = monitor.table("values")
    of_members = values[values["indicator"].isin(monitor.framework(state.framework).indicators)]
    used = set(of_members["source"].unique())
    found = [origin for name, origin in monitor.origins.items() if name in used]
    return tuple(sorted(found, key=lambda o: (o.publisher, o.title)))
