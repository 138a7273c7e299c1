"""What is asked about: a framework over a set of areas in a period, with all that an analysis may need to know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.audit import figure
from goodwork.analysis.design import Design
from goodwork.analysis.real_terms import in_prices_of
from goodwork.analysis.replicates import Study, blocks
from goodwork.analysis.sampling import sampling_errors, slope
from goodwork.errors import MethodError, MissingData, NotFound
from goodwork.index.build import Index, build
from goodwork.model.framework import INDEX, Framework
from goodwork.model.method import Method
from goodwork.model.panel import Panel, Values
from goodwork.pipeline.material import Material, panel_of
from goodwork.store.boundaries import read_boundaries

#: The outlines whose shared borders say which areas touch.
OUTLINES = "upper_tier_2023"
Level = Literal["country", "region", "type"]
#: Codes of the Register of Geographic Codes (Office for National Statistics): the kind of area, and its number.
OFFICIAL = re.compile(r"[EKNSW]\d{8}")


@dataclass(frozen=True, eq=False)
class Asked:
    """One framework over one set of areas, looked at in one period; everything an analysis may ask for about it."""

    material: Material
    framework: Framework
    area_set: str
    panel: Panel
    period: str

    @classmethod
    def of(cls, material: Material, framework: Framework, area_set: str, period: str | None = None) -> Asked:
        """The framework's panel for the areas of a set, in the last period unless another is asked for; raises
        ``NotFound`` for a set or period that is not there."""
        areas = [area.code for area in material.geography.members(area_set)]
        panel = panel_of(framework, material, areas)
        if period is None:
            period = panel.periods[-1]
        if period not in panel.periods:
            raise NotFound("period with figures", period, list(panel.periods[-6:]))
        return cls(material, framework, area_set, panel, period)

    @property
    def at(self) -> int:
        """The position of the period."""
        return self.panel.periods.index(self.period)

    @cached_property
    def index(self) -> Index:
        """The index by the framework's own method, all periods."""
        return build(self.framework, self.panel)

    @cached_property
    def moving(self) -> Index:
        """The index on one scale for all periods, so that scores move: that of the base period if there is one. Money
        of the year itself is put into the prices of one year first, where prices are known."""
        return build(self.framework, self.real, self._one_scale())

    @property
    def money(self) -> tuple[str, ...]:
        """The indicators of the framework that are money of the year itself."""
        known = self.material.catalogue
        return tuple(name for name in self.panel.indicators if name in known and known[name].prices == "current")

    @cached_property
    def real(self) -> Panel:
        """The panel with money in the prices of one year; as it is where no prices are known."""
        prices = self.material.prices
        return in_prices_of(self.panel, self._index, prices.index[prices.base]) if prices else self.panel

    @property
    def priced(self) -> tuple[str, ...]:
        """What a reader must know of money in an answer about change: in whose prices it is, or that it is in none."""
        if not self.money:
            return ()
        names, prices = ", ".join(inside(self.title(name)) for name in self.money), self.material.prices
        if prices is None:
            return (f"Money of the year itself, so part of a rise is that of prices: {names}.",)
        none = np.isnan(np.stack(list(self._index.values()))).any(axis=0)
        gone = ", ".join(self.panel.periods[at] for at in np.flatnonzero(none))
        lack = f" No prices, and so no figure, for {gone}." if gone else ""
        return (f"Money {prices.words}, those of the whole country ({prices.line}): {names}.{lack}",)

    @cached_property
    def _index(self) -> dict[str, Values]:
        """The price index of every period, by indicator that is money of the year itself."""
        prices, known = self.material.prices, self.material.catalogue
        return {name: np.array(prices.of(known[name], self.panel.periods)) for name in self.money} if prices else {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What readers call the areas, in the panel's order; the code is added where two have one name."""
        known = self.material.geography.by_code
        plain = [known[code].name for code in self.panel.areas]
        shared = {name for name, times in Counter(plain).items() if times > 1}
        return tuple(
            f"{name} ({code})" if name in shared else name for name, code in zip(plain, self.panel.areas, strict=True)
        )

    @cached_property
    def titles(self) -> dict[str, str]:
        """What readers call areas, members and domains, by code or id."""
        nodes = {node: self.title(node) for node in self.framework.nodes}
        return nodes | dict(zip(self.panel.areas, self.names, strict=True))

    @cached_property
    def units(self) -> dict[str, str]:
        """How a sentence writes a figure of each member that is not divided by another, by id."""
        known = self.material.catalogue
        own = [m.indicator for m in self.framework.members if not m.denominator]
        return {name: figure(known[name], "") for name in own if name in known}

    def title(self, node: str) -> str:
        """What readers call the index, a domain or an indicator."""
        if node not in self.framework.nodes:
            return self.material.catalogue[node].label
        return self.framework.node_title(node, self.material.catalogue)

    def name_of(self, code: str) -> str:
        """The name of an area of the set; raises ``NotFound`` for another."""
        if code not in self.panel.areas:
            name = self.material.geography.by_code[code].name
            raise NotFound(f"area in the set {self.area_set!r}", name, [], remedy="choose another --area-set")
        return self.names[self.panel.areas.index(code)]

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Each area's region by name, or its country where there are no regions; empty where neither is known."""
        known = self.material.geography.by_code
        codes = [known[a].parents.get("region") or known[a].parents.get("country", "") for a in self.panel.areas]
        return tuple(known[code].name if code in known else code for code in codes)

    def labels(self, level: Level) -> dict[str, str]:
        """Each area's region or country, by code of the area; a country stands in where there are no regions. The type
        is the kind of authority, which the first three signs of the official codes of the United Kingdom tell (E06 for
        unitary authorities); areas with other codes have none."""
        if level == "region":
            return dict(zip(self.panel.areas, self.regions, strict=True))
        if level == "type":
            return {area: area[:3] if OFFICIAL.fullmatch(area) else "" for area in self.panel.areas}
        known = self.material.geography.by_code
        return {area: known[area].parents.get(level, "") for area in self.panel.areas}

    @cached_property
    def edges(self) -> NDArray[np.intp] | None:
        """Pairs of areas that share a border, as positions ``(edges, 2)``; ``None`` where no outlines are held."""
        place = {code: i for i, code in enumerate(self.panel.areas)}
        touching = read_boundaries().adjacent(OUTLINES)
        if not place.keys() & touching.keys():
            return None
        known = {a: [b for b in others if a < b and b in place] for a, others in touching.items() if a in place}
        pairs = [(place[a], place[b]) for a, others in known.items() for b in others]
        return np.array(pairs, dtype=np.intp).reshape(-1, 2)

    @property
    def touching(self) -> list[tuple[str, str]]:
        """Pairs of areas that share a border, by code; raises ``MethodError`` where no outlines are held."""
        return [(self.panel.areas[a], self.panel.areas[b]) for a, b in self.borders.tolist()]

    @property
    def borders(self) -> NDArray[np.intp]:
        """The edges; raises ``MethodError`` where no outlines of these areas are held."""
        if self.edges is None:
            raise MethodError(
                "which of these areas touch is not known", remedy="outlines are held for areas of Great Britain only"
            )
        return self.edges

    @cached_property
    def errors(self) -> Values:
        """Standard errors of the members in natural units, ``(periods, areas, members)``; NaN for a gap."""
        panel = self.panel.select(indicators=self.framework.indicators)
        catalogue = self.material.catalogue
        spread = sampling_errors(panel, catalogue, self.framework.method.sampling)[1]
        steep = [slope(panel.value[..., m], catalogue[name].scale) for m, name in enumerate(panel.indicators)]
        return np.asarray(spread / np.stack(steep, axis=-1))

    def scores(self, period: str | None = None) -> Values:
        """Displayed scores of the index and of every domain in a period, ``(areas, groups)``."""
        at = self.at if period is None else self.index.periods.index(period)
        groups = [self.index.nodes.index(node) for node in self.framework.groups]
        return np.asarray(self.index.displayed[at][:, groups])

    def drawn(self, index: Index, draws: int, executor: Executor | None = None) -> Values:
        """Displayed scores of an index of these figures under draws of them, ``(draws, periods, areas)``; drawn
        once."""
        for known, number, scores in self._drawn:
            if known is index and number == draws:
                return scores
        method, panel = index.method, self.panel if index is self.index else self.real
        design = Design.drawn((), draws, method.sampling.seed, errors=True)
        study = Study.of(
            self.framework, panel, method, design, self.material.catalogue, published=index.scores, nodes=(INDEX,)
        )
        found = [part.scores[~part.failed][:, :, 0] for part in blocks(study, executor)]
        scores = np.asarray(method.display.centre + method.display.spread * np.concatenate(found))
        scores.flags.writeable = False
        self._drawn.append((index, draws, scores))
        return scores

    @cached_property
    def _drawn(self) -> list[tuple[Index, int, Values]]:
        return []

    @cached_property
    def breaks(self) -> dict[str, dict[str, str]]:
        """Title of member → period → what changed then."""
        members = self.framework.indicators
        return {self.title(m): {b.period: b.what for b in self.material.catalogue[m].breaks} for m in members}

    @cached_property
    def stretch(self) -> tuple[str, ...]:
        """The longest run of periods without a break between them, the last of equals."""
        runs: list[list[str]] = [[]]
        for period in self.panel.periods:
            if any(period in found for found in self.breaks.values()):
                runs.append([])
            runs[-1].append(period)
        most = max(map(len, runs))
        return tuple([run for run in runs if len(run) == most][-1])

    def figures(
        self, indicators: Sequence[str], periods: Sequence[str], tolerance: int = 0
    ) -> tuple[Values, list[str]]:
        """Any indicators of the catalogue, ``(periods, areas, indicators)``, from the period itself or the nearest one
        within the tolerance; and for each the period that most figures of the first period are of."""
        observed = [name for name in indicators if name in self.material.rows]
        value = np.full((len(periods), len(self.panel.areas), len(indicators)), np.nan)
        when = [""] * len(indicators)
        if observed:
            table = self.material.figures_of(observed)
            whole = Panel.from_table(table, indicators=observed, areas=self.panel.areas)
            found = whole.aligned([str(p) for p in periods], tolerance)
            for at, name in enumerate(observed):
                value[..., indicators.index(name)] = found.value[..., at]
                seen = found.observed[0, np.isfinite(found.value[0, :, at]), at]
                if len(seen):
                    years, counts = np.unique(seen, return_counts=True)
                    when[indicators.index(name)] = str(years[counts.argmax()])
        return value, when

    def beside(self, name: str, period: str) -> Asked | None:
        """Another framework over the same areas and period; ``None`` where it has no figures for them."""
        for framework in self.material.frameworks:
            if framework.name == name and self.area_set in (framework.area_sets or (self.area_set,)):
                try:
                    panel = panel_of(framework, self.material, list(self.panel.areas))
                except MissingData:
                    return None
                if period in panel.periods:
                    return Asked(self.material, framework, self.area_set, panel, period)
        return None

    def _one_scale(self) -> Method:
        method = self.framework.method
        if method.scope != "each period":
            return method
        if self.framework.base_period in self.panel.periods:
            return method.replace(scope="base period", base_period=self.framework.base_period)
        return method.replace(scope="pooled")


def inside(title: str) -> str:
    """A title as it stands inside a sentence; abbreviations keep their capitals.

    >>> inside("Unemployment"), inside("GVA per job")
    ('unemployment', 'GVA per job')
    """
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
