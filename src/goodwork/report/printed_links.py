"""What the report says goes with good work, health and the pandemic, beside ours: sign and size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.association import Association, pearson
from goodwork.report.printed_fact import AREAS, NONE, PERIOD, Row, figures, signed

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor

AREAL = "areas, not people; association, not cause"
DEATHS = f"deaths, openly licensed, stand for the report's years of life lost; {AREAL}"
DESPAIR = "a strong association with diseases of despair"
RESILIENT = "areas with more good work were more resilient; no coefficient printed"
STRONG = "a strong association; no coefficient printed"
#: What the report says goes up or down with the score: indicator, sign, what is printed, what to know.
LINKS = (
    ("hle_male", 1, STRONG, f"{AREAL}. Below about 0.6 would mean that the data are joined wrongly"),
    ("hle_female", 1, STRONG, f"{AREAL}. Below about 0.6 would mean that the data are joined wrongly"),
    ("alcohol_related_mortality", -1, f"{DESPAIR}, liver disease among them", DEATHS),
    ("drug_poisoning_deaths", -1, f"{DESPAIR}, drug use among them", DEATHS),
    ("suicide", -1, f"{DESPAIR}, self-harm among them", DEATHS),
    ("furlough_takeup", -1, RESILIENT, AREAL),
    ("claimant_rise_2020", -1, RESILIENT, AREAL),
    ("covid_deaths_first_wave", -1, "areas with more good work suffered fewer deaths; no coefficient printed",
     f"crude rates: areas with older people have more deaths, whatever the work; {AREAL}"),
)  # fmt: skip
HIT = ("furlough_takeup", "claimant_rise_2020")


def link_rows(monitor: Monitor, league: pd.DataFrame) -> Iterator[Row]:
    """Healthy life from end to end of the league, and the sign and size of every association."""
    yield _gap(monitor)
    for indicator, sign, printed, note in LINKS:
        found, period = association(monitor, league, indicator)
        yield Row(
            f"Score of {PERIOD} with {monitor.catalogue[indicator].label}, {period}",
            f"{'positive' if sign > 0 else 'negative'}: {printed}",
            str(found),
            _verdict(found, sign),
            note,
        )
    yield Row(
        "Causes of ill health that the score goes with (R² of a quarter or more)",
        "6 of 15",
        "not compared",
        NONE,
        "the figures for causes (DALYs) are published under non-commercial terms and are not shipped; a person's own "
        "export can be set against the score",
    )


def _verdict(found: Association, sign: int) -> str:
    if not found.clear:
        return "no clear association"
    return "same sign" if found.r * sign > 0 else "opposite sign"


def _gap(monitor: Monitor) -> Row:
    table = monitor.values("hle_male", PERIOD).set_index("area")
    two = [monitor.find(name).code for name in ("Wokingham", "Stoke-on-Trent")]
    gap = float(table.loc[two[0], "value"] - table.loc[two[1], "value"])
    doubt = " and ".join(f"±{(table.loc[code, 'upper'] - table.loc[code, 'lower']) / 2:.1f}" for code in two)
    return Row(
        "Healthy life expectancy, men: Wokingham less Stoke-on-Trent",
        "more than 10 years",
        f"{gap:.1f} years",
        "agrees" if gap > 10 else signed(round(gap - 10, 1), 1),
        f"three years to 2018, revised series; the two figures are sure to {doubt} years (95 % intervals)",
    )


def shock_rows(monitor: Monitor, league: pd.DataFrame) -> Iterator[Row]:
    """The report's two examples: who was hit harder, and on which side of the averages they lie."""
    codes = league["area"].tolist()
    hit = np.stack([figures(monitor, name, codes, "2020")[0] for name in HIT], axis=1)
    two = [codes.index(monitor.find(name).code) for name in ("Blackpool", "West Berkshire")]
    mean = np.nanmean(hit, axis=0)
    harder = bool((hit[two[0]] > hit[two[1]]).all())
    above = ["above both means" if (x > mean).all() else "below both" if (x < mean).all() else "above one mean"
             for x in hit[two]]  # fmt: skip
    shown = [monitor.catalogue[name].show(float(m)) for name, m in zip(HIT, mean, strict=True)]
    yield Row(
        "Blackpool and West Berkshire: which was hit harder in both measures",
        "Blackpool (34 % against 27 %; 5.2 points against 2.5)",
        f"{'Blackpool' if harder else 'neither'}; Blackpool {above[0]}, West Berkshire {above[1]} "
        f"(means {shown[0]} and {shown[1]} of {int(np.isfinite(hit).all(axis=1).sum())} areas)",
        "agrees" if harder else "differs",
        "windows differ, see above",
    )


def association(
    monitor: Monitor, league: pd.DataFrame, indicator: str, period: str = PERIOD
) -> tuple[Association, str]:
    """Correlation of the score with an indicator over the areas of a league table, in the period nearest to the one
    asked for; and that period."""
    values, chosen = figures(monitor, indicator, league["area"].tolist(), period)
    return pearson(league["raw_score"].to_numpy(dtype=float), values), chosen


def health_association(monitor: Monitor, indicator: str, period: str) -> Association:
    """Correlation of the score with an outcome over the 119 areas in one period."""
    return association(monitor, monitor.scores(period, AREAS), indicator, period)[0]
