"""The map of a view: shapes and tiles from the store, scores from the monitor, drawn by ``figures``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from goodwork.figures.choropleth import Inset, choropleth
from goodwork.figures.colouring import Colouring, by_score
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.outlines import Shapes
from goodwork.figures.tilemap import tilemap
from goodwork.language import tr
from goodwork.model.framework import INDEX
from goodwork.monitor import Monitor
from goodwork.report.view import view_of
from goodwork.store.boundaries import read_boundaries, read_tiles
from goodwork.web import home_choices
from goodwork.web.answers import league
from goodwork.web.look import communities, kept, ordered
from goodwork.web.state import State
from goodwork.web.words import finding

if TYPE_CHECKING:
    import pandas as pd

LONDON = "E12000007"
AREAS = ("upper_tier_2023", "upper_tier_2018")
NOTE = tr(
    "Intervals show sampling error of the surveys only; other methods would move areas too. "
    "Where intervals overlap, the order is uncertain."
)


@lru_cache(maxsize=8)
def shapes(level: str) -> Shapes:
    """Outlines of a level in metres, read and projected once."""
    return read_boundaries().projected(level)


def attribution() -> str:
    """Whose outlines these are."""
    return read_boundaries().attribution


def vintage(codes: set[str]) -> str:
    """The boundaries that most of these codes belong to; empty when none has an outline (an own monitor)."""
    found = read_boundaries()
    counts = {name: len(codes.intersection(found.codes(name))) for name in AREAS if name in found.objects}
    best = max(counts, key=lambda name: counts[name], default="")
    return best if counts.get(best) else ""


def everything(monitor: Monitor, state: State) -> pd.DataFrame:
    """All areas of the view: those with a score, best first, then those without, each with the reason."""
    import pandas as pd

    where = {"period": state.period, "area_set": state.area_set, "framework": state.framework}
    scored = monitor.scores(**where, node=state.node)
    left = monitor.not_scored(**where)
    told = {*scored["area"], *left["area"]}
    rest = [
        {"area": a.code, "name": a.name, "reason": "no figure for this measure"}
        for a in monitor.geography.members(state.area_set)
        if a.code not in told
    ]
    gaps = pd.concat([left[["area", "name", "reason"]], pd.DataFrame(rest, columns=["area", "name", "reason"])])
    gaps = gaps[~gaps["area"].isin(set(scored["area"]))].sort_values("name", kind="stable")
    table = scored.assign(reason="").reindex(columns=[*scored.columns, "reason"])
    return pd.concat([table, gaps], ignore_index=True) if len(gaps) else table


def asked_for(monitor: Monitor, state: State, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``everything`` that the filters leave, in the order asked for; ranks stay those of the whole set."""
    if state.look.filtered:
        keep = kept(monitor, state.look, state.framework, state.area_set)
        table = table[table["area"].isin(keep)].reset_index(drop=True)
    return ordered(monitor, state.look, table)


#: Columns of the CSV behind those of the table on the page; rank and area always stand.
BEHIND = {"score": ("score", "low", "high"), "range": (), "top": ("top",)}
ALWAYS = ("area", "name", "rank", "rank_low", "rank_high", "ties", "ranked")


def on_screen(monitor: Monitor, state: State, table: pd.DataFrame) -> pd.DataFrame:
    """The table of a view as it stands on the page, for CSV: with the columns that a reader chose and the intervals
    that belong to them; where nobody chose, all there are."""
    shown, more = asked_for(monitor, state, table), columns_of(monitor, state)
    if "tier" in state.look.shown and "tier" in shown:
        more = more.join(shown.set_index("area")["tier"].astype("Int64"))
    found = league(shown).join(more, on="area")
    if not state.look.columns:
        return found
    chosen = [c for name in state.look.columns for c in BEHIND.get(name, (name, f"{name}_low", f"{name}_high", "unit"))]
    wanted = list(dict.fromkeys([*ALWAYS, *chosen, "reason"]))
    return found[[name for name in wanted if name in found]]


def columns_of(monitor: Monitor, state: State) -> pd.DataFrame:
    """The columns of the table that a reader chose beside the usual ones, by code of the area: the region, of domains
    the score with its interval, and of a single indicator the figure with its own."""
    import pandas as pd

    framework, areas = monitor.framework(state.framework), monitor.geography.by_code
    where = {"period": state.period, "area_set": state.area_set, "framework": state.framework}
    found = pd.DataFrame(index=[a.code for a in monitor.geography.members(state.area_set)])
    for name in state.look.shown:
        if name == "region":
            codes = [areas[code].parents.get("region", "") for code in found.index]
            found[name] = [areas[code].name if code in areas else "" for code in codes]
        elif name == "value" and state.node in framework.indicators and framework.alignment.rule == "exact":
            figures = monitor.values(state.node, state.period).set_index("area")
            for column, ending in (("value", ""), ("lower", "_low"), ("upper", "_high")):
                found[name + ending] = figures[column].reindex(found.index)
            found["unit"] = monitor.catalogue[state.node].unit
        elif name in framework.groups:
            scores = monitor.scores(**where, node=name).set_index("area")
            for column, ending in (("score", ""), ("low", "_low"), ("high", "_high")):
                found[name + ending] = scores[column].reindex(found.index)
    return found


def beside(monitor: Monitor, state: State) -> list[str]:
    """The areas that are outlined with the one that is chosen: its neighbours, or its community."""
    if not (state.area and state.look.beside):
        return []
    if state.look.beside == "community":
        letters = communities(monitor, state.framework, state.area_set)
        own = letters.get(state.area)
        return [code for code, letter in letters.items() if own and letter == own and code != state.area]
    table = monitor.answer("neighbours", state.area_set, state.framework).get("neighbours")
    return [] if table is None else list(table.loc[table["area"] == state.area, "neighbour"])


def colouring(monitor: Monitor, state: State, table: pd.DataFrame, words: Caption) -> Colouring:
    """The colours of a view by its rule for classes, whose bounds are the same in every period."""
    scope = monitor.framework(state.framework).method.scope
    wanted = {"framework": state.framework, "area_set": state.area_set, "node": state.node, "scope": scope}
    rows = monitor.cuts.among("scores", {column: [value] for column, value in wanted.items()})
    out = set()
    if state.look.filtered:
        out = set(table["area"]) - kept(monitor, state.look, state.framework, state.area_set)
    return by_score(
        table, words, "map", rule=state.look.classes or "quantiles", over=rows["displayed"].to_numpy(),
        unsure=bool(state.look.unsure), out=out,
    )  # fmt: skip


def caption(monitor: Monitor, state: State, scored: pd.DataFrame) -> Caption:
    """What is said about the map of a view."""
    framework = monitor.framework(state.framework)
    area_set = monitor.area_set(state.area_set, state.framework)
    measure = framework.node_title(state.node, monitor.catalogue)
    said = finding(scored, measure, state.period, area_set.title, state.node in framework.indicators)
    better = tr("a higher score is better")
    if state.node in framework.indicators:
        both = tr("a higher score is better (of the figure itself, {better})")
        better = both.format(better=monitor.catalogue[state.node].better)
    publishers = dict.fromkeys(
        monitor.catalogue[n].publisher for n in framework.indicators if monitor.catalogue[n].publisher
    )
    invented = tr("Invented data.") + " " if monitor.invented else ""
    made = tr("Edition {edition}. Figures: {published}.")
    if state.node == INDEX:
        measure = tr("{title} (index)").format(title=measure)
    subtitle = f"{invented}{measure}, {area_set.title}, {state.period}"
    only = home_choices.changed(*home_choices.filters(monitor, state)) if state.look.filtered else ""
    if only:
        subtitle = tr("{subtitle}; in colour: {only}").format(subtitle=subtitle, only=only)
    anchor = framework.method.anchor
    return Caption(
        title=said.headline,
        subtitle=subtitle,
        sentence=said.sentence,
        better=better,
        unit=tr("Score: {anchor}").format(anchor=anchor) if anchor else tr("Score"),
        source=invented
        + made.format(edition=monitor.edition.name, published="; ".join(publishers) or tr("own"))
        + f" {attribution()}",
        note=NOTE,
    )


def figures(monitor: Monitor, state: State) -> dict[str, str]:
    """Where the measure is one indicator: the figure of each area in its own unit, by code; the period stands with one
    of another time."""
    if state.node not in monitor.framework(state.framework).indicators:
        return {}
    rows = view_of(monitor, state.framework, state.area_set, state.period).figures
    rows, indicator = rows[rows["indicator"] == state.node], monitor.catalogue[state.node]
    return {
        str(code): indicator.show(value)
        if period == state.period
        else tr("{figure} in {period}").format(figure=indicator.show(value), period=period)
        for code, value, period in zip(rows["area"], rows["value"], rows["period"], strict=True)
        if value == value
    }


def draw(monitor: Monitor, state: State, table: pd.DataFrame, lying: Sequence[str] = ()) -> Figure | None:
    """The map or tile map of a view, with what is said of how areas lie; ``None`` when none of its areas has an
    outline."""
    codes = set(table["area"])
    if not (level := vintage(codes)):
        return None
    words = caption(monitor, state, table[table["score"].notna()])
    words = replace(words, sentence=" ".join([words.sentence, *lying]))
    if own := figures(monitor, state):
        table = table.assign(figure=table["area"].map(own).fillna(""))
    chosen = [code for code in dict.fromkeys((state.area, *state.look.areas)) if code]
    look, near = colouring(monitor, state, table, words), beside(monitor, state)

    def link(code: str) -> str:
        return state.url(area=code) + "#area"

    if state.view == "tiles":
        return tilemap(read_tiles().places, table, words, link=link, chosen=chosen, beside=near, colouring=look)
    parents = {
        kind: {a.parents.get(kind, "") for a in monitor.geography.members(state.area_set)}
        for kind in ("region", "country")
    }
    borders = [
        {code: outline for code, outline in shapes(kind).items() if code in parents[kind] and len(parents[kind]) > 1}
        for kind in ("region", "country")
    ]
    london = frozenset(a.code for a in monitor.geography.members(state.area_set) if a.parents.get("region") == LONDON)
    inset = Inset("London", london)
    return choropleth(
        shapes(level), table, words, borders=borders, inset=inset, link=link, chosen=chosen, beside=near,
        colouring=look,
    )  # fmt: skip
