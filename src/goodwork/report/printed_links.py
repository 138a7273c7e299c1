"""What the report says goes with good work, health and the pandemic, beside ours: sign and size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.association import Association, pearson
from goodwork.model.printed import printed_report
from goodwork.report.printed_fact import AREAS, NONE, PERIOD, Row, figures, signed

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor

#: What holds for every association.
AREAL = "areas, not people; association, not cause"


def link_rows(monitor: Monitor, league: pd.DataFrame) -> Iterator[Row]:
    """Healthy life from end to end of the league, and the sign and size of every association."""
    yield _gap(monitor)
    printed = printed_report()
    for link in printed.link:
        found, period = association(monitor, league, link.indicator)
        yield Row(
            f"Score of {PERIOD} with {monitor.catalogue[link.indicator].label}, {period}",
            f"{link.sign}: {link.said}",
            str(found),
            _verdict(found, 1 if link.sign == "positive" else -1),
            f"{link.know}; {AREAL}" if link.know else AREAL,
        )
    yield Row(
        "Causes of ill health that the score goes with (R² of a quarter or more)",
        f"{printed.health.close} of {printed.health.causes}",
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
    printed = printed_report().health
    table = monitor.values("hle_male", PERIOD).set_index("area")
    two = [monitor.find(name).code for name in (printed.ahead, printed.behind)]
    gap = float(table.loc[two[0], "value"] - table.loc[two[1], "value"])
    doubt = " and ".join(f"±{(table.loc[code, 'upper'] - table.loc[code, 'lower']) / 2:.1f}" for code in two)
    return Row(
        f"Healthy life expectancy, men: {printed.ahead} less {printed.behind}",
        f"more than {printed.years:g} years",
        f"{gap:.1f} years",
        "agrees" if gap > printed.years else signed(round(gap - printed.years, 1), 1),
        f"three years to 2018, revised series; the two figures are sure to {doubt} years (95 % intervals)",
    )


def shock_rows(monitor: Monitor, league: pd.DataFrame) -> Iterator[Row]:
    """The report's two examples: who was hit harder, and on which side of the averages they lie."""
    printed, codes = printed_report(), league["area"].tolist()
    shock = printed.shock
    hit = np.stack([figures(monitor, name, codes, "2020")[0] for name in shock.indicators], axis=1)
    names = (shock.harder, shock.other)
    two = [codes.index(monitor.find(name).code) for name in names]
    mean = np.nanmean(hit, axis=0)
    harder = bool((hit[two[0]] > hit[two[1]]).all())
    above = ["above both means" if (x > mean).all() else "below both" if (x < mean).all() else "above one mean"
             for x in hit[two]]  # fmt: skip
    shown = [monitor.catalogue[name].show(float(m)) for name, m in zip(shock.indicators, mean, strict=True)]
    (one, other), (rise, less) = ([printed.value(name, what) for name in names] for what in shock.indicators)
    yield Row(
        f"{names[0]} and {names[1]}: which was hit harder in both measures",
        f"{names[0]} ({one:g} % against {other:g} %; {rise:g} points against {less:g})",
        f"{names[0] if harder else 'neither'}; {names[0]} {above[0]}, {names[1]} {above[1]} "
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
