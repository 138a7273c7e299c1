"""What an audit rests on: one framework over one set of areas in one period, as an edition holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.real_terms import in_prices_of
from goodwork.analysis.sampling import SamplingError, sampling_errors, slope
from goodwork.model.area import Area, AreaSet, Geography
from goodwork.model.counts import Counts
from goodwork.model.framework import INDEX, Framework
from goodwork.model.indicator import Catalogue, Indicator
from goodwork.model.panel import Panel, Values
from goodwork.model.prices import Prices

if TYPE_CHECKING:
    import pandas as pd

#: Redraws of the figures within their sampling error, for gaps; and years looked back at.
DRAWS, YEARS = 1000, 10


@dataclass(frozen=True, eq=False)
class Redrawn:
    """The figures of one period, ``value`` ``(areas, indicators)``, and as they might as well have come out of the
    surveys, ``drawn`` ``(draws, areas, indicators)``; both in natural units, NaN for a gap."""

    areas: tuple[str, ...]
    indicators: tuple[str, ...]
    value: Values
    drawn: Values

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The row of each area."""
        return {code: row for row, code in enumerate(self.areas)}


@dataclass(frozen=True, eq=False)
class Evidence:
    """Declarations and tables that audits are made from; nothing in it is about one area.

    ``rows`` gives the rows of a table of the edition that have the given values (``framework``, ``area_set`` …), none
    where there is no such table. ``counts`` says what gaps come to in people, ``draws`` how often figures are redrawn.
    """

    framework: Framework
    catalogue: Catalogue
    geography: Geography
    area_set: AreaSet
    period: str
    values: pd.DataFrame
    rows: Callable[[str, Mapping[str, Any]], pd.DataFrame]
    counts: Counts = field(default_factory=Counts)
    prices: Prices | None = None
    draws: int = DRAWS
    _known: dict[tuple[Any, ...], pd.DataFrame] = field(default_factory=dict, repr=False)

    def asked(self, table: str, **where: Any) -> pd.DataFrame:
        """The rows of a table about this framework and these areas, and with other values if wished; kept once
        found."""
        key = (table, *where.items())
        if key not in self._known:
            about = {"framework": self.framework.name, "area_set": self.area_set.name, **where}
            self._known[key] = self.rows(table, about)
        return self._known[key]

    def here(self, table: str, **where: Any) -> pd.DataFrame:
        """The rows of this period, on the scale of each period or whatever scope the framework has."""
        return self.asked(table, scope=self.framework.method.scope, period=self.period, **where)

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """The areas of the set, in order of code."""
        return self.geography.members(self.area_set.name)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names of areas of every level, and titles of nodes, by code or id."""
        titles = {node: self.framework.node_title(node, self.catalogue) for node in self.framework.nodes}
        return titles | {code: area.name for code, area in self.geography.by_code.items()}

    @cached_property
    def ranked(self) -> pd.DataFrame:
        """Score and rank of the index by area, best first."""
        scores, ranks = self.here("scores", node=INDEX), self.here("ranks", node=INDEX)
        both = scores.reindex(columns=["area", "displayed", "low", "high"]).merge(
            ranks.drop(columns=["framework", "area_set", "scope", "period", "node"]), on="area"
        )
        return both.rename(columns={"displayed": "score"}).sort_values("rank", kind="stable", ignore_index=True)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The framework's indicators that have a figure somewhere in the set in this period."""
        known = np.isfinite(self.now.value[: len(self.areas)])
        return tuple(
            name for name in self.framework.indicators if known[:, self.now.indicators.index(name)].any()
        )  # fmt: skip

    @cached_property
    def signs(self) -> Mapping[str, int]:
        """+1 for each member of which more is better, −1 for others."""
        pairs = zip(self.framework.indicators, self.framework.directions, strict=True)
        return {name: 1 if direction == "higher" else -1 for name, direction in pairs}

    @cached_property
    def panel(self) -> Panel:
        """Figures of the members, and of what they are counted with, for the areas of the set, then for their regions
        and countries; the last ``YEARS`` years up to this period, each with its own figures only."""
        counted = [name for m in self.framework.indicators if m in self.counts.by_indicator
                   for name in self.counts.by_indicator[m].of]  # fmt: skip
        wanted = list(dict.fromkeys([*self.framework.indicators, *counted]))
        inside = [area.code for area in self.areas]
        above = sorted({code for area in self.areas for code in area.parents.values()})
        rows = self.values[self.values["indicator"].isin(wanted)]
        first = str(int(self.period[:4]) - YEARS + 1) if self.period[:4].isdigit() else ""
        periods = sorted({*(p for p in rows["period"].unique() if first <= p <= self.period), self.period})
        return Panel.from_table(rows, indicators=wanted, areas=[*inside, *above], periods=periods)

    @cached_property
    def real(self) -> Panel:
        """The panel with money in the prices of one year; as it is where no prices are known."""
        return self.panel if self.prices is None else in_prices_of(self.panel, self._index, self._base)

    @cached_property
    def errors(self) -> Values:
        """Standard errors of the figures of ``real`` in natural units, its shape; NaN for a gap."""
        spread = sampling_errors(self.real, self.catalogue, self.framework.method.sampling)[1]
        scales = (self.catalogue[name].scale for name in self.real.indicators)
        steep = [slope(self.real.value[..., m], scale) for m, scale in enumerate(scales)]
        return np.asarray(spread / np.stack(steep, axis=-1))

    def marked(self, indicator: str) -> Indicator:
        """An indicator as its figures in ``real`` are called: money says in whose prices it is."""
        plain = self.catalogue[indicator]
        return self.prices.marked(plain) if self.prices is not None and plain.prices == "current" else plain

    @property
    def _base(self) -> float:
        assert self.prices is not None  # only asked where there are prices; for the type checker
        return self.prices.index[self.prices.base]

    @property
    def _index(self) -> dict[str, Values]:
        """The price index of every period, by indicator that is money of the year itself."""
        assert self.prices is not None  # as above
        money = [name for name in self.panel.indicators if self.catalogue[name].prices == "current"]
        return {name: np.array(self.prices.of(self.catalogue[name], self.panel.periods)) for name in money}

    @cached_property
    def now(self) -> Redrawn:
        """The figures of this period, redrawn."""
        panel = self.panel.select(periods=[self.period])
        sampling = self.framework.method.sampling
        surveys = {self.catalogue[name].survey for name in panel.indicators}
        fitting = {name: r for name, r in sampling.correlation.items() if name in surveys}
        error = SamplingError.of(panel, self.catalogue, sampling.replace(correlation=fitting))
        drawn = error.drawn(error.noise(np.arange(self.draws)))[:, 0]
        return Redrawn(panel.areas, panel.indicators, panel.value[0], np.asarray(drawn, dtype=float))

    @cached_property
    def scored(self) -> Redrawn:
        """Scores of the index and its domains, redrawn each by its own standard error (not with each other)."""
        groups = list(self.framework.groups)
        rows = self.here("scores")
        rows = rows[rows["node"].isin(groups)]
        codes = tuple(area.code for area in self.areas)
        table = {
            column: rows.pivot(index="area", columns="node", values=column).reindex(index=list(codes), columns=groups)
            for column in ("displayed", "sd") if column in rows
        }  # fmt: skip
        value = table["displayed"].to_numpy(dtype=float)
        sd = table["sd"].to_numpy(dtype=float) if "sd" in table else np.full(value.shape, np.nan)
        noise = np.random.default_rng(self.framework.method.sampling.seed).standard_normal((self.draws, *value.shape))
        return Redrawn(codes, tuple(groups), value, value + sd * noise)

    def community_of(self, area: str) -> tuple[str, tuple[str, ...]]:
        """The letter of an area's community and the codes of the others in it; empty where there is none."""
        rows = self.asked("communities", period=self.period)
        mine = list(rows.loc[rows["area"] == area, "community"]) if len(rows) else []
        if not mine:
            return "", ()
        letter = str(mine[0])
        same = rows[(rows["community"].astype(str) == letter) & (rows["area"] != area)]
        return letter, tuple(same["area"])

    def neighbours_of(self, area: str) -> tuple[str, ...]:
        """The codes of the areas most like an area, nearest first; empty where they are not known."""
        rows = self.asked("neighbours", period=self.period)
        mine = rows[rows["area"] == area] if len(rows) else rows
        return tuple(mine.sort_values("rank")["neighbour"]) if len(mine) else ()

    def held(self, codes: Sequence[str]) -> pd.DataFrame:
        """All figures of all indicators held for some areas, of any year; gaps left out."""
        rows = [self._places[code] for code in codes if code in self._places]
        return self.values.iloc[np.concatenate([*rows, np.zeros(0, dtype=np.intp)])]

    def spans(self, codes: Sequence[str]) -> pd.DataFrame:
        """By indicator, in how many of some areas there is a figure of any year, and of which years the first and the
        last are: ``areas``, ``first``, ``last``; indicators without one are left out."""
        import pandas as pd

        ends: dict[str, list[tuple[str, str]]] = {}
        for code in codes:
            for name, span in self._cells.get(code, {}).items():
                ends.setdefault(name, []).append(span)
        rows = [(len(spans), min(s[0] for s in spans), max(s[1] for s in spans)) for spans in ends.values()]
        return pd.DataFrame(rows, index=list(ends), columns=["areas", "first", "last"])

    @cached_property
    def _cells(self) -> Mapping[str, Mapping[str, tuple[str, str]]]:
        """By area and indicator the first and the last period with a figure."""
        known = self.values[self.values["value"].notna()]
        ends = known.groupby(["area", "indicator"], sort=False)["period"].agg(["min", "max"])
        found: dict[str, dict[str, tuple[str, str]]] = {}
        for (area, name), first, last in zip(ends.index, ends["min"], ends["max"], strict=True):
            found.setdefault(str(area), {})[str(name)] = (str(first), str(last))
        return found

    @cached_property
    def _places(self) -> Mapping[str, NDArray[np.intp]]:
        """Where the figures of each area stand among the values."""
        known = np.flatnonzero(self.values["value"].notna().to_numpy(dtype=bool))
        found = self.values["area"].iloc[known].reset_index(drop=True)
        return {str(code): known[at] for code, at in found.groupby(found).indices.items()}

    def people(self) -> dict[str, float]:
        """Residents aged 16 to 64 by area of the set, in this period; NaN where they are not known."""
        indicators = ("population", "share_16_64")
        rows = self.values[(self.values["period"] == self.period) & self.values["indicator"].isin(indicators)]
        table = rows.pivot(index="area", columns="indicator", values="value").reindex(columns=list(indicators))
        number = table[indicators[0]] * table[indicators[1]] / 100
        return {area.code: float(number.get(area.code, np.nan)) for area in self.areas}
