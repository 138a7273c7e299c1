"""Our edition beside the facts printed in the Good Work Monitor of January 2021.

A comparison, not a target: the published data have been revised since, the method note is not public, and nothing here
is tuned to agree. What was printed is typed in below as printed; everything under "ours" is read from the edition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.association import Association, pearson
from goodwork.analysis.profile import ordinal
from goodwork.errors import NotFound

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor

PERIOD = "2018"
AREAS = "england-119"
PRINTED_RANKS = {"Wokingham": 1, "West Berkshire": 7, "York": 23, "Blackpool": 110, "Kingston upon Hull": 116,
                 "Stoke-on-Trent": 119}  # fmt: skip
NORTH = ("North East", "North West", "Yorkshire and The Humber")
MIDLANDS = ("East Midlands", "West Midlands")
METHOD = "the weights, indicators and normalisation of the report are not public; figures have been revised since"


@dataclass(frozen=True)
class Row:
    """One fact: as printed, as ours, the difference, and the likely reason for it."""

    fact: str
    printed: str
    ours: str
    difference: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        """The row as plain data."""
        return asdict(self)


def comparison(monitor: Monitor) -> list[Row]:
    """Every fact that our edition can answer, in the order of the report; those it cannot are listed as such."""
    league = monitor.scores(PERIOD, AREAS)
    regions = _regions(monitor)
    return [
        *_league_rows(monitor, league, regions),
        *_value_rows(monitor),
        *_condition_rows(monitor, regions),
        *_health_rows(monitor, league),
    ]


def _regions(monitor: Monitor) -> dict[str, str]:
    names = monitor.geography.by_code
    return {a.code: names[a.parents["region"]].name for a in monitor.geography.areas if "region" in a.parents}


def _league_rows(monitor: Monitor, league: pd.DataFrame, regions: dict[str, str]) -> Iterator[Row]:
    yield Row(
        "English areas outside London that are scored",
        "119",
        str(len(league)),
        _signed(len(league) - 119),
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
        _signed(south_east - 8),
        METHOD,
    )
    north, midlands = (int(where[bottom.index].isin(part).sum()) for part in (NORTH, MIDLANDS))
    yield Row(
        "Bottom ten: how many in the North, in the Midlands",
        "8, 2",
        f"{north}, {midlands}",
        f"{_signed(north - 8)}, {_signed(midlands - 2)}",
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
            _signed(int(row["rank"]) - printed),
            "the printed rank lies within our interval" if inside else f"{_extremes(monitor, code)}; {METHOD}",
        )


def _extremes(monitor: Monitor, area: str) -> str:
    """On what an area does best and worst in ours: where a difference is likely to come from."""
    found = monitor.profile(area, PERIOD, AREAS)
    ranked = sorted((f for f in found.figures if f.standing.scored), key=lambda f: f.standing.rank)
    best, worst = (f"{f.indicator.label} ({ordinal(int(f.standing.rank))})" for f in (ranked[0], ranked[-1]))
    return f"in ours best on {best}, worst on {worst}"


def _value_rows(monitor: Monitor) -> Iterator[Row]:
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
    difference = "–" if ours != ours else _signed(round(ours - printed, decimals), decimals)
    return Row(f"{area.name}: {what.label}", f"{printed:g} {_unit(what.unit)}", what.show(ours), difference, reason)


def _unit(unit: str) -> str:
    return "%" if unit.startswith("%") else unit


def _condition_rows(monitor: Monitor, regions: dict[str, str]) -> Iterator[Row]:
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
        _signed(int(row["rank"]) - 41),
        "nine of the twelve conditions are our choice; the report names three",
    )


def _health_rows(monitor: Monitor, league: pd.DataFrame) -> Iterator[Row]:
    figures = monitor.values("hle_male", PERIOD).set_index("area")
    two = [monitor.find(name).code for name in ("Wokingham", "Stoke-on-Trent")]
    gap = float(figures.loc[two[0], "value"] - figures.loc[two[1], "value"])
    doubt = " and ".join(f"±{(figures.loc[code, 'upper'] - figures.loc[code, 'lower']) / 2:.1f}" for code in two)
    yield Row(
        "Healthy life expectancy, men: Wokingham less Stoke-on-Trent",
        "more than 10 years",
        f"{gap:.1f} years",
        "agrees" if gap > 10 else _signed(round(gap - 10, 1), 1),
        f"three years to 2018, revised series; the two figures are sure to {doubt} years (95 % intervals)",
    )
    for indicator in ("hle_male", "hle_female"):
        found = health_association(monitor, indicator, PERIOD)
        yield Row(
            f"Score with {monitor.catalogue[indicator].label}, 119 areas, {PERIOD}",
            "a strong association; no coefficient printed",
            str(found),
            "–",
            "areas, not people; association, not cause. Below about 0.6 would mean that the data are joined wrongly",
        )
    yield Row(
        "Causes of ill health that the score goes with (R² of a quarter or more)",
        "6 of 15",
        "not compared",
        "–",
        "the figures for causes (DALYs) are published under non-commercial terms and are not shipped",
    )


def health_association(monitor: Monitor, indicator: str, period: str) -> Association:
    """Correlation of the score with an outcome over the 119 areas in one period."""
    scores = monitor.scores(period, AREAS).set_index("area")["raw_score"]
    values = monitor.values(indicator, period).set_index("area")["value"].reindex(scores.index)
    return pearson(scores.to_numpy(dtype=float), np.asarray(values, dtype=float))


def _signed(value: float, decimals: int = 0) -> str:
    return "none" if value == 0 else f"{value:+.{decimals}f}".replace("-", "−")


def markdown(rows: list[Row]) -> str:
    """The comparison as a page of the documentation."""
    lines = [
        "# Beside the printed report",
        "",
        "Made by `goodwork compare-report --out docs/explanation/printed-report.md`; do not edit by hand. Our edition",
        f"({PERIOD}, {AREAS}) beside facts printed in the Institute for the Future of Work's *Good Work Monitor*",
        "(January 2021). It is a comparison, never tuned to: data have been revised, and the report's method note is",
        "not public.",
        "",
        "| fact | printed | ours | difference | likely reason |",
        "|---|---|---|---|---|",
        *(f"| {r.fact} | {r.printed} | {r.ours} | {r.difference} | {r.reason} |" for r in rows),
        "",
    ]
    return "\n".join(lines)
