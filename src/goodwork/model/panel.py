"""The numbers, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import MissingData, NotFound
from goodwork.model.area import nearest

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.model.area import Area
    from goodwork.model.framework import Framework

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Panel:
    """Value, interval, status and the period observed, by period × area × indicator.

    All arrays are shaped ``(periods, areas, indicators)``. A missing value is NaN, never zero. ``observed`` names the
    period a value was taken from: it differs from the cell's own period where a nearest one serves. ``groups`` maps the
    name of a grouping of areas (``region``) to one label per area.
    """

    periods: tuple[str, ...]
    areas: tuple[str, ...]
    indicators: tuple[str, ...]
    value: Values
    lower: Values
    upper: Values
    status: NDArray[np.str_]
    basis: NDArray[np.str_]
    observed: NDArray[np.str_]
    groups: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.periods), len(self.areas), len(self.indicators))
        for name in ("value", "lower", "upper", "status", "basis", "observed"):
            array = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, expected {shape}")

    @classmethod
    def from_table(
        cls,
        table: pd.DataFrame,
        *,
        indicators: Sequence[str],
        areas: Sequence[str] | None = None,
        periods: Sequence[str] | None = None,
    ) -> Panel:
        """A panel from tidy rows (``indicator, area, period, value`` and, if there are any, ``lower, upper, status,
        basis``). Rows of other indicators, areas or periods are left aside; cells without a row are NaN."""
        table = table[table["indicator"].isin(list(indicators))]
        areas = sorted(table["area"].unique()) if areas is None else list(areas)
        periods = sorted(table["period"].unique()) if periods is None else [str(p) for p in periods]
        if not periods or not areas:
            raise MissingData(
                "there are no figures for the indicators of this framework",
                remedy=f"add figures for {', '.join(indicators)}",
            )
        shape = (len(periods), len(areas), len(indicators))
        named = (("period", periods), ("area", areas), ("indicator", indicators))
        every = [_places(keys, table[column]) for column, keys in named]
        here = np.flatnonzero((every[0] >= 0) & (every[1] >= 0))
        table, at = table.take(here), tuple(places[here] for places in every)
        arrays: dict[str, Any] = {name: np.full(shape, np.nan) for name in ("value", "lower", "upper")}
        arrays |= {name: np.full(shape, "", dtype="<U16") for name in ("status", "basis", "observed")}
        columns = table.assign(observed=table["period"])
        for name, array in arrays.items():
            if name in columns:
                array[at] = columns[name].to_numpy(dtype=array.dtype)
        return cls(tuple(periods), tuple(areas), tuple(indicators), **arrays)

    @classmethod
    def of(cls, framework: Framework, table: pd.DataFrame, areas: Sequence[Area]) -> Panel:
        """The figures of a framework's members and denominators over some areas: its periods, aligned by its rule;
        areas are grouped by their parents. ``table``: tidy rows as for ``from_table``."""
        wanted = (*framework.indicators, *framework.denominators)
        panel = cls.from_table(table, indicators=wanted, areas=[area.code for area in areas])
        levels = sorted({level for area in areas for level in area.parents})
        labels = {level: np.array([area.parents.get(level, "") for area in areas]) for level in levels}
        panel = replace(panel, groups=labels)
        periods = framework.periods or panel.periods
        if framework.alignment.rule == "nearest":
            return panel.aligned(periods, framework.alignment.tolerance)
        return panel.select(periods=[period for period in periods if period in panel.periods])

    def values_of(self, indicators: Sequence[str]) -> Values:
        """The values of some indicators, ``(periods, areas, indicators)``; raises ``NotFound`` for one not there."""
        return self.value[..., self._positions("indicator", self.indicators, indicators)]

    def select(
        self, *, areas: Sequence[str] | None = None, periods: Sequence[str] | None = None, indicators: Any = None
    ) -> Panel:
        """The part of the panel for some areas, periods or indicators, in the order asked."""
        axes = [
            self._positions("period", self.periods, periods),
            self._positions("area", self.areas, areas),
            self._positions("indicator", self.indicators, indicators),
        ]
        cut = np.ix_(*axes)
        return Panel(
            tuple(self.periods[i] for i in axes[0]),
            tuple(self.areas[i] for i in axes[1]),
            tuple(self.indicators[i] for i in axes[2]),
            **{name: getattr(self, name)[cut] for name in ("value", "lower", "upper", "status", "basis", "observed")},
            groups={name: labels[axes[1]] for name, labels in self.groups.items()},
        )

    @staticmethod
    def _positions(kind: str, names: tuple[str, ...], wanted: Sequence[str] | None) -> list[int]:
        if wanted is None:
            return list(range(len(names)))
        where = {name: i for i, name in enumerate(names)}
        for name in wanted:
            if str(name) not in where:
                raise NotFound(kind, str(name), nearest(str(name), names) or list(names[-5:]))
        return [where[str(name)] for name in wanted]

    def aligned(self, periods: Sequence[str], tolerance: int) -> Panel:
        """Each asked period with the figure of the nearest year not further than ``tolerance`` years, by indicator and
        area; of two equally near the earlier. ``observed`` keeps the year the figure belongs to."""
        years = np.array([int(p[:4]) for p in self.periods])
        asked = np.array([int(str(p)[:4]) for p in periods])
        distance = np.abs(asked[:, None] - years[None, :]).astype(float)
        distance[distance > tolerance] = np.inf
        cost = distance[:, :, None, None] + np.where(np.isnan(self.value), np.inf, 0.0)[None]
        nearest_year = np.argmin(cost, axis=1)
        found = np.isfinite(np.min(cost, axis=1))

        def take(array: NDArray[Any], empty: Any) -> NDArray[Any]:
            return np.where(found, np.take_along_axis(array, nearest_year, axis=0), empty)

        arrays: dict[str, Any] = {name: take(getattr(self, name), np.nan) for name in ("value", "lower", "upper")}
        arrays |= {name: take(getattr(self, name), "") for name in ("status", "basis", "observed")}
        return replace(self, periods=tuple(str(p) for p in periods), **arrays)


def _places(names: Sequence[str], column: pd.Series) -> NDArray[np.intp]:
    """Where each cell of a column stands among some names; −1 for nowhere."""
    import pandas as pd

    at = {name: i for i, name in enumerate(names)}
    found = np.append(np.fromiter(at.values(), dtype=np.intp), -1)[pd.Index(list(at)).get_indexer(column)]
    return np.asarray(found, dtype=np.intp)
