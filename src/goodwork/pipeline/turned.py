"""Trends that a revision turned round: series that rose before it and fall after it, or fell and now rise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.trends import theil_sen
from goodwork.pipeline.vintages import Vintage

if TYPE_CHECKING:
    import pandas as pd

#: Fewest periods of which a trend is told.
NEEDED = 3
#: A change over all periods of no more than this share of the largest figure is level: the last bits are no trend.
LEVEL = 1e-9
COLUMNS = ["indicator", "area", "first", "last", "slope_before", "slope_after", "turned"]


def turned(old: Vintage, new: Vintage, changed: pd.DataFrame) -> pd.DataFrame:
    """The trends of every indicator with a ``changed`` figure, before and after, and whether each ``turned`` round.

    A trend is the median slope per year between all pairs of periods (:func:`~goodwork.analysis.trends.theil_sen`),
    across no declared break, of one indicator in one area. It is taken over the periods that both vintages hold of the
    indicator, so that news of another year is no correction of the years before; three at least have a figure, both
    times. It has turned where the two slopes have opposite signs; from level to rising is no turn. (Handbook step 8.)

    >>> import pandas as pd
    >>> table = pd.DataFrame({"indicator": "pay", "area": "A", "period": ["1", "2", "3"], "value": [1.0, 2.0, 3.0]})
    >>> back = table.assign(value=[3.0, 2.0, 1.0])
    >>> turned(Vintage.of(table), Vintage.of(back), back)[["area", "slope_before", "slope_after", "turned"]].values
    array([['A', 1.0, -1.0, True]], dtype=object)
    """
    import pandas as pd

    found = [_of(str(indicator), old, new) for indicator in sorted(changed["indicator"].unique())]
    rows = [table for table in found if len(table)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=COLUMNS).astype({"turned": bool})


def _of(indicator: str, old: Vintage, new: Vintage) -> pd.DataFrame:
    """The trends of one indicator in all areas that both vintages hold."""
    import pandas as pd

    was, now = (
        side.figures[side.figures["indicator"] == indicator].pivot(index="period", columns="area", values="value")
        for side in (old, new)
    )
    periods = [p for p in was.index.intersection(now.index) if str(p).isdigit()]
    areas = was.columns.intersection(now.columns)
    if len(periods) < NEEDED:
        return pd.DataFrame(columns=COLUMNS)
    years = np.array(periods, dtype=float)
    values = np.stack([side.loc[periods, areas].to_numpy(dtype=float) for side in (was, now)])
    breaks = [float(p) for p in _breaks(new, indicator) if p.isdigit()]
    stretch = (years[:, None] >= np.array(breaks)).sum(axis=1) if breaks else None
    slopes = theil_sen(values, years, stretch)
    level = LEVEL * np.nanmax(np.abs(values), axis=1, initial=0.0)
    slopes = np.where(np.abs(slopes) * (years[-1] - years[0]) <= level, np.where(np.isnan(slopes), np.nan, 0.0), slopes)
    enough = (np.isfinite(values).sum(axis=1) >= NEEDED).all(axis=0) & np.isfinite(slopes).all(axis=0)
    table = pd.DataFrame({
        "indicator": indicator, "area": areas, "first": periods[0], "last": periods[-1],
        "slope_before": slopes[0], "slope_after": slopes[1], "turned": slopes[0] * slopes[1] < 0,
    })  # fmt: skip
    return table[enough].reset_index(drop=True)


def _breaks(vintage: Vintage, indicator: str) -> list[str]:
    """The periods from which a series cannot be compared with what came before, as declared last."""
    said = vintage.declared.get(f"indicator {indicator}", {})
    named = [place for place in said if place.startswith("breaks.") and place.endswith(".period")]
    return sorted({str(said[place]) for place in named})
