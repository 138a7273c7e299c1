"""The report's league table, single figures and conditions beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from goodwork.analysis.profile import ordinal
from goodwork.errors import NotFound
from goodwork.report.printed_fact import AREAS, METHOD, NONE, PERIOD, Row, signed

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor

PRINTED_RANKS = {"Wokingham": 1, "West Berkshire": 7, "York": 23, "Blackpool": 110, "Kingston upon Hull": 116,
                 "Stoke-on-Trent": 119}  # fmt: skip
NORTH = ("North East", "North West", "Yorkshire and The Humber")
MIDLANDS = ("East Midlands", "West Midlands")


def league_rows(monitor: Monitor, league: pd.DataFrame, regions: dict[str, str]) -> Iterator[Row]:
    """How many areas, who is at either end of the league, and the ranks that the report prints."""
    yield Row(
        "English areas outside London that are scored",
        "119",
        str(len(league)),
        signed(len(league) - 119),
        "ours has the areas of April 2023 and leaves the Isles of Scilly out; the report's had those of 2013–18",
    )
    where = league["area"].map(regions)
    top, bottom = league.head(10), league.tail(10)
    south_east = int((where[top.index] == "South East").sum())
    others = [f"{n} ({r})" for n, r in zip(top["name"], where[top.index], strict=True) if r != "South East"]
    yield Row(
        "Top ten: how many in the South East",
        "8 (the others: Trafford, Rutland)",
        f"{south_east} (the others: {', '.join(others) or 'none'})",
        signed(south_east - 8),
        METHOD,
    )
    north, midlands = (int(where[bottom.index].isin(part).sum()) for part in (NORTH, MIDLANDS))
    yield Row(
        "Bottom ten: how many in the North, in the Midlands",
        "8, 2",
        f"{north}, {midlands}",
        f"{signed(north - 8)}, {signed(midlands - 2)}",
        METHOD,
    )
    for name, printed in PRINTED_RANKS.items():
        code = monitor.find(name).code
        row = league[league["area"] == code].iloc[0]
        inside = row["rank_low"] <= printed <= row["rank_high"]
        yield Row(
            f"Rank of {name}",
            f"{ordinal(printed)} of 119 (no interval printed)",
            f"{ordinal(int(row['rank']))} of {int(row['ranked'])} "
            f"(95 % interval {row['rank_low']:.0f} to {row['rank_high']:.0f})",
            signed(int(row["rank"]) - printed),
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
    yield _value_row(monitor, "York", "unemployment_survey", 2.3, "survey estimate, 16–64")
    yield _value_row(monitor, "York", "unemployment", 2.3, "ours in the score is the model-based rate, 16 and over")
    shock = "ours is the average claimant rate of 2020 less that of 2019; the report's window is not stated"
    cumulative = "employments furloughed at any time to 31 July 2020; the report's date is not stated"
    yield _value_row(monitor, "Blackpool", "furlough_takeup", 34, cumulative, "2020")
    yield _value_row(monitor, "Blackpool", "claimant_rise_2020", 5.2, shock, "2020")
    yield _value_row(monitor, "West Berkshire", "furlough_takeup", 27, cumulative, "2020")
    yield _value_row(monitor, "West Berkshire", "claimant_rise_2020", 2.5, shock, "2020")
    yield _value_row(monitor, "Stoke-on-Trent", "hle_male", 59.4, "three years to 2018; the series was revised since")


def _value_row(monitor: Monitor, name: str, indicator: str, printed: float, reason: str, period: str = PERIOD) -> Row:
    what, area = monitor.catalogue[indicator], monitor.find(name)
    found = monitor.values(indicator, period, [area.code])
    ours = float(found["value"].iloc[0]) if len(found) else float("nan")
    decimals = what.decimals if printed != int(printed) else 0
    difference = NONE if ours != ours else signed(round(ours - printed, decimals), decimals)
    return Row(f"{area.name}: {what.label}", f"{printed:g} {_unit(what.unit)}", what.show(ours), difference, reason)


def _unit(unit: str) -> str:
    return "%" if unit.startswith("%") else unit


def condition_rows(monitor: Monitor, regions: dict[str, str]) -> Iterator[Row]:
    """The rank of North Tyneside's conditions for good work; nothing where an edition has no conditions."""
    try:
        period = min(monitor.periods("conditions"), key=lambda p: (abs(int(p) - int(PERIOD)), p))
        league = monitor.scores(period, AREAS, "conditions")
    except NotFound:
        return
    area = monitor.find("North Tyneside")
    row = league[league["area"] == area.code].iloc[0]
    same = league[league["area"].map(regions) == regions[area.code]]
    place = int((same["rank"] < row["rank"]).sum()) + 1
    yield Row(
        f"Conditions for good work: rank of North Tyneside ({period})",
        "41st of 119, 1st of the North East",
        f"{ordinal(int(row['rank']))} of {int(row['ranked'])} (95 % interval {row['rank_low']:.0f} to "
        f"{row['rank_high']:.0f}), {ordinal(place)} of the North East",
        signed(int(row["rank"]) - 41),
        "nine of the twelve conditions are our choice; the report names three",
    )
