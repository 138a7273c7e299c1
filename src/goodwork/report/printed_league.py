"""The report's league table, single figures and conditions beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from goodwork.analysis.profile import ordinal
from goodwork.analysis.wording import the
from goodwork.errors import NotFound
from goodwork.model.printed import PrintedFigure, printed_report
from goodwork.report.printed_fact import AREAS, METHOD, NONE, PERIOD, Row, signed

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor

NORTH = ("North East", "North West", "Yorkshire and The Humber")
MIDLANDS = ("East Midlands", "West Midlands")


def league_rows(monitor: Monitor, league: pd.DataFrame, regions: dict[str, str]) -> Iterator[Row]:
    """How many areas, who is at either end of the league, and the ranks that the report prints."""
    printed = printed_report().league
    yield Row(
        "English areas outside London that are scored",
        str(printed.areas),
        str(len(league)),
        signed(len(league) - printed.areas),
        "ours has the areas of April 2023 and leaves the Isles of Scilly out; the report's had those of 2013–18",
    )
    where = league["area"].map(regions)
    top, bottom = league.head(10), league.tail(10)
    south_east = int((where[top.index] == "South East").sum())
    others = [f"{n} ({r})" for n, r in zip(top["name"], where[top.index], strict=True) if r != "South East"]
    yield Row(
        "Top ten: how many in the South East",
        f"{printed.top_ten_in_the_south_east} (the others: {', '.join(printed.top_ten_others)})",
        f"{south_east} (the others: {', '.join(others) or 'none'})",
        signed(south_east - printed.top_ten_in_the_south_east),
        METHOD,
    )
    north, midlands = (int(where[bottom.index].isin(part).sum()) for part in (NORTH, MIDLANDS))
    yield Row(
        "Bottom ten: how many in the North, in the Midlands",
        f"{printed.bottom_ten_in_the_north}, {printed.bottom_ten_in_the_midlands}",
        f"{north}, {midlands}",
        f"{signed(north - printed.bottom_ten_in_the_north)}, {signed(midlands - printed.bottom_ten_in_the_midlands)}",
        METHOD,
    )
    for name, rank in printed.rank.items():
        code = monitor.find(name).code
        row = league[league["area"] == code].iloc[0]
        inside = row["rank_low"] <= rank <= row["rank_high"]
        yield Row(
            f"Rank of {name}",
            f"{ordinal(rank)} of {printed.areas} (no interval printed)",
            f"{ordinal(int(row['rank']))} of {int(row['ranked'])} "
            f"(95 % interval {row['rank_low']:.0f} to {row['rank_high']:.0f})",
            signed(int(row["rank"]) - rank),
            "the printed rank lies within our interval" if inside else f"{_extremes(monitor, code)}; {METHOD}",
        )


def _extremes(monitor: Monitor, area: str) -> str:
    """On what an area does best and worst in ours: where a difference is likely to come from."""
    found = monitor.profile(area, PERIOD, AREAS)
    ranked = sorted((f for f in found.figures if f.standing.scored), key=lambda f: f.standing.rank)
    best, worst = (f"{f.indicator.label} ({ordinal(int(f.standing.rank))})" for f in (ranked[0], ranked[-1]))
    return f"in ours best on {best}, worst on {worst}"


def value_rows(monitor: Monitor) -> Iterator[Row]:
    """Figures of single areas in natural units."""
    for printed in printed_report().figure:
        yield _value_row(monitor, printed)


def _value_row(monitor: Monitor, printed: PrintedFigure) -> Row:
    what, area = monitor.catalogue[printed.indicator], monitor.find(printed.area)
    found = monitor.values(printed.indicator, printed.period or PERIOD, [area.code])
    ours = float(found["value"].iloc[0]) if len(found) else float("nan")
    decimals = what.decimals if printed.value != int(printed.value) else 0
    difference = NONE if ours != ours else signed(round(ours - printed.value, decimals), decimals)
    was = f"{printed.value:g} {_unit(what.unit)}"
    return Row(f"{area.name}: {what.label}", was, what.show(ours), difference, printed.apart)


def _unit(unit: str) -> str:
    return "%" if unit.startswith("%") else unit


def condition_rows(monitor: Monitor, regions: dict[str, str]) -> Iterator[Row]:
    """The rank of one area's conditions for good work; nothing where an edition has no conditions."""
    printed = printed_report()
    try:
        period = min(monitor.periods("conditions"), key=lambda p: (abs(int(p) - int(PERIOD)), p))
        league = monitor.scores(period, AREAS, "conditions")
    except NotFound:
        return
    area = monitor.find(printed.conditions.area)
    row = league[league["area"] == area.code].iloc[0]
    same = league[league["area"].map(regions) == regions[area.code]]
    place = int((same["rank"] < row["rank"]).sum()) + 1
    said = printed.conditions
    members = monitor.framework("conditions").indicators
    own = len(set(members) - set(said.named))
    region = regions[area.code]
    yield Row(
        f"Conditions for good work: rank of {area.name} ({period})",
        f"{ordinal(said.rank)} of {printed.league.areas}, {ordinal(said.rank_in_region)} of {the(region)}",
        f"{ordinal(int(row['rank']))} of {int(row['ranked'])} (95 % interval {row['rank_low']:.0f} to "
        f"{row['rank_high']:.0f}), {ordinal(place)} of {the(region)}",
        signed(int(row["rank"]) - said.rank),
        f"{own} of the {len(members)} conditions are our choice; the report names {len(said.named)}",
    )
