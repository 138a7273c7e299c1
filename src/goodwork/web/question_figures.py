"""Drawings of an answer that are made from the edition's tables when they are asked for: an area's own way, ranks of a
few areas through all periods, a small map for each period, moves between communities."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.finding import say
from goodwork.analysis.moved import unbroken
from goodwork.analysis.profile import ordinal
from goodwork.figures.figure import Figure
from goodwork.figures.moves import moves
from goodwork.figures.multiples import multiples
from goodwork.figures.series import LOOKS, series
from goodwork.language import tr
from goodwork.model.area import Area
from goodwork.monitor import Monitor
from goodwork.report.area_figures import caption, through_time
from goodwork.report.view import BASE, View, view_of
from goodwork.store.boundaries import read_tiles

if TYPE_CHECKING:
    import pandas as pd

#: What a break does to the figures it parts.
PARTED = tr("No line crosses a break: figures before and after cannot be compared freely.")


@lru_cache(maxsize=1)  # the monitor that is served: a former one must not be kept alive
def more(monitor: Monitor, question: str, framework: str, area_set: str, area: str = "") -> tuple[Figure, ...]:
    """The further drawings of the answer to a question, about one area where one is named; each only where there is
    something to draw."""
    if question not in ("trends", "communities"):
        return ()
    view = view_of(monitor, framework, area_set, monitor.period(None, framework))
    if question == "communities":
        found = [_moves(view)]
    else:
        place = monitor.geography.by_code.get(area)
        inside = place if place is not None and view.area_set.holds(place) else None
        own = through_time(view, view.profile(inside)) if inside else None
        found = [own, bump(view, inside), maps(view)]
    return tuple(one for one in found if one is not None)


def bump(view: View, area: Area | None) -> Figure | None:
    """The ranks of an area and its neighbours in every period, or of the areas that are highest now; ``None`` with
    fewer than three periods."""
    import pandas as pd

    ranked, most = view.ranked, len(LOOKS)
    if ranked["period"].nunique() < 3:
        return None
    codes, who = list(view.index["area"][:most]), tr("the areas that score highest now")
    if area is not None:
        near = view.rows("neighbours")
        near = near[near["area"] == area.code].sort_values("rank") if len(near) else near
        codes = [area.code, *near["neighbour"]][:most] if len(near) else [area.code]
        who = tr("{area} and its neighbours").format(area=area.name) if len(codes) > 1 else area.name
    rows = ranked[ranked["area"].isin(codes)]
    order = {code: k for k, code in enumerate(codes)}
    rows = rows.assign(order=rows["area"].map(order)).sort_values(["order", "period"], kind="stable")
    if not len(rows):
        return None
    ends = {n: rows.get(f"rank_{n}", np.nan) for n in ("low", "high")}
    table = pd.DataFrame(
        {"line": rows["area"].map(view.names), "period": rows["period"], "value": rows["rank"], **ends}
    )
    last = table[table["period"] == table["period"].max()]
    told = say("In {period}: {parts:apart}.", period=str(table["period"].max()),
               parts=[_placed(row) for row in last.to_dict("records")])  # fmt: skip
    title = say(
        "Ranks of {who} from {first} to {last}", who=who, first=table["period"].min(), last=table["period"].max()
    )
    words = caption(
        view, title, tr("Rank in every period, 1 is best; the ribbon is the 95 % interval of the first"), told,
        unit=tr("Rank"),
        when=tr("{first} to {last}").format(first=table["period"].min(), last=table["period"].max()),
        note=f"{PARTED} {tr('Each mark says its 95 % interval.')}",
    )  # fmt: skip
    return series(
        table, words, breaks=view.breaks(), show="{:.0f}".format, better=tr("1 is best, at the top"), flipped=True,
        name="bump",
    )  # fmt: skip


def _placed(row: dict[str, object]) -> str:
    low, high = float(str(row["low"])), float(str(row["high"]))
    place = ordinal(int(float(str(row["value"]))))
    if low != low:
        return say("{area} {place} (no interval was computed)", area=row["line"], place=place)
    return say("{area} {place} (95 % interval {low:.0f} to {high:.0f})", area=row["line"], place=place, low=low,
               high=high)  # fmt: skip


def maps(view: View) -> Figure | None:
    """A small tile map of the scores of each period, in the same classes; ``None`` with fewer than two periods or where
    no area has a tile."""
    scores, cells = view.on_one_scale, dict(read_tiles().places)
    if len(scores) < 2 or not any(code in cells for code in scores.columns):
        return None
    through = view.through
    members = [a.code for a in view.monitor.geography.members(view.set_name)]
    wide = through.pivot(index="period", columns="area", values="displayed").reindex(columns=members)
    table: pd.DataFrame = wide.stack(future_stack=True).rename("value").reset_index()
    table["name"] = table["area"].map(view.names)
    middle = wide.median(axis=1)
    told = say(
        "The middle area scored {parts:apart}.",
        parts=[say("{score:.1f} in {period}", score=score, period=str(period)) for period, score in middle.items()],
    )  # fmt: skip
    periods = [str(p) for p in wide.index]
    broken = [p for p in periods[1:] if p in view.breaks()]
    subtitle = (
        tr("Score, one scale for all periods; every tile is one area, a darker one scores higher")
        if view.one_scale == BASE
        else tr("Score, each period on its own scale; every tile is one area, a darker one scores higher")
    )
    run = unbroken(periods, view.breaks())
    title = say("Scores in {n} periods", n=len(periods))
    if run and view.one_scale == BASE:
        title = say("The middle area scored {before:.1f} in {first} and {after:.1f} in {last}", first=run[0],
                    last=run[-1], before=middle[run[0]], after=middle[run[-1]])  # fmt: skip
    note = [
        tr("Classes are quantiles of all periods together."),
        say("Breaks before {broken:list}: maps on either side cannot be compared freely.", broken=broken),
        tr("Scores have intervals: see the league table."),
    ]
    words = caption(
        view, title, subtitle, told, unit=tr("Score"), better=tr("darker is higher, and higher is better"),
        when=tr("{first} to {last}").format(first=periods[0], last=periods[-1]),
        note=" ".join(note if broken else note[::2]),
    )  # fmt: skip
    return multiples(cells, table, words, broken=broken)


def _moves(view: View) -> Figure | None:
    """How areas moved from community to community between periods that no break parts, as a square of cells."""
    rows = view.rows("communities_transitions")
    if not len(rows):
        return None
    table = rows[["from", "to", "share", "low", "high", "count"]].reset_index(drop=True)
    stayed, total = int(table.loc[table["from"] == table["to"], "count"].sum()), int(table["count"].sum())
    title = say("In {stayed} of {total} steps from one period to the next an area stayed in its community",
                stayed=stayed, total=total)  # fmt: skip
    known = table[(table["from"] == table["to"]) & table["share"].notna()].to_dict("records")
    told = say("Stayed: {parts:apart}.", parts=[
        say("{name} {share:.0%} (95 % interval {low:.0%} to {high:.0%})", name=r["from"], share=r["share"],
            low=r["low"], high=r["high"]) for r in known])  # fmt: skip
    words = caption(
        view, title, tr("Share of each community’s areas by community a period later, with 95 % interval"), told,
        note=tr("Counted between periods that no break parts; letters are those of the latest period."),
    )  # fmt: skip
    return moves(table, words)
