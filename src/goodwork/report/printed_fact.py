"""One fact printed in the report of January 2021 beside our answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import written

if TYPE_CHECKING:
    from goodwork.analysis.clusters import Clusters
    from goodwork.analysis.disparity import Disparity
    from goodwork.model.panel import Values
    from goodwork.monitor import Monitor

#: The areas of the report, and the period of ours that is most likely its own: it does not name one.
PERIOD = "2018"
AREAS = "england-119"
METHOD = "the weights, indicators and normalisation of the report are not public; figures have been revised since"
#: Stands where there is no difference to tell.
NONE = "–"
#: Years between the score and a figure set against it.
TOLERANCE = 2


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


@dataclass(frozen=True, eq=False)
class Answers:
    """What an edition does not hold for the report's year and is asked anew: four communities beside other numbers of
    them, and variation inside and between regions; areas are codes in the first, names in the second."""

    communities: Clusters
    disparity: Disparity


def signed(value: float, decimals: int = 0) -> str:
    """A difference with its sign, as it stands in the table.

    >>> signed(-3), signed(0.25, 1), signed(0)
    ('−3', '+0.2', 'none')
    """
    return "none" if value == 0 else written(value, f"+.{decimals}f")


def regions_of(monitor: Monitor) -> dict[str, str]:
    """The name of the region of every area that lies in one, by code."""
    names = monitor.geography.by_code
    return {a.code: names[a.parents["region"]].name for a in monitor.geography.areas if "region" in a.parents}


def figures(monitor: Monitor, indicator: str, areas: list[str], period: str = PERIOD) -> tuple[Values, str]:
    """An indicator for some areas ``(areas,)`` in the period nearest to the one asked for, and that period; NaN for a
    gap, all of it where no period is near enough."""
    table = monitor.values(indicator)
    near = [p for p in table["period"].unique() if abs(int(p[:4]) - int(period[:4])) <= TOLERANCE]
    if not near:
        return np.full(len(areas), np.nan), ""
    chosen = min(near, key=lambda p: (abs(int(p[:4]) - int(period[:4])), p))
    found = table[table["period"] == chosen].set_index("area")["value"].reindex(areas)
    return found.to_numpy(dtype=float), chosen


def told(shown: Mapping[str, str]) -> str:
    """Names and figures in a row: ``unemployment 2.3 %, pay £469``."""
    return ", ".join(f"{name} {figure}" for name, figure in shown.items())
