"""An index held still: what every area scores when one area's figures change and the published statistics stay."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from goodwork.errors import MissingData, NotFound
from goodwork.index.arguments import Context
from goodwork.index.build import Index, aggregate_nodes, build, normalised_members, reference_values
from goodwork.index.normalisation import orient
from goodwork.index.preparation import Prepared, prepare
from goodwork.model.area import nearest
from goodwork.model.framework import INDEX, Framework
from goodwork.model.method import Method
from goodwork.model.panel import Panel, Values


@dataclass(frozen=True, eq=False)
class Held:
    """One area in one period of an index whose yardstick stays as published.

    Who is scored, the limits of outliers and the statistics of normalisation are those of the published figures, as in
    redraws of them: one area's gain then changes nobody else's score, but where the method's weights or ranks say so.
    """

    panel: Panel
    index: Index
    context: Context
    prepared: Prepared
    reference: Values
    at: int
    a: int

    @classmethod
    def of(cls, framework: Framework, panel: Panel, method: Method, area: str, period: str, name: str = "") -> Held:
        """The index of a panel, held; raises ``NotFound`` for an area or period that is not there, ``MissingData`` for
        an area that is not scored, ``MethodError`` as ``build`` does."""
        for kind, name, known in (("area", area, panel.areas), ("period", period, panel.periods)):
            if name not in known:
                raise NotFound(kind, name, nearest(name, known) or list(known[-5:]))
        at, a = panel.periods.index(period), panel.areas.index(area)
        if method.scope == "each period":
            panel, at = panel.select(periods=[period]), 0
        index = build(framework, panel, method)
        if np.isnan(index.scores[at, a, 0]):
            gone = index.excluded
            why = gone[(gone["area"] == area) & (gone["period"] == period)]["reason"]
            raise MissingData(f"{name or area} is not scored in {period}" + (f": {why.iloc[0]}" if len(why) else ""))
        context = Context.of(framework, panel)
        prepared = prepare(context, panel.values_of(framework.indicators), method)
        oriented = orient(prepared.values, framework.directions)
        return cls(panel, index, context, prepared, reference_values(oriented, method, panel.periods), at, a)

    @property
    def figures(self) -> Values:
        """The area's figures in natural units, ``(members,)``; NaN for a gap."""
        return np.asarray(self.panel.values_of(self.index.framework.indicators)[self.at, self.a])

    @property
    def spread(self) -> Values:
        """How far the areas that are scored differ in each member (population standard deviation), ``(members,)``."""
        scored = ~np.isnan(self.index.scores[self.at, :, 0])
        values = self.panel.values_of(self.index.framework.indicators)[self.at][scored]
        known = ~np.isnan(values)
        n = np.maximum(known.sum(axis=0), 1)
        centre = np.where(known, values, 0.0).sum(axis=0) / n
        return np.asarray(np.sqrt(np.where(known, (values - centre) ** 2, 0.0).sum(axis=0) / n))

    def scores(self, figures: Values) -> Values:
        """Displayed scores of every area when this one has other figures: ``(..., members)`` → ``(..., areas)``."""
        framework, method = self.index.framework, self.index.method
        figures = np.asarray(figures, dtype=float)
        published = self.panel.values_of(framework.indicators)
        values = np.broadcast_to(published, (*figures.shape[:-1], *published.shape)).copy()
        values[..., self.at, self.a, :] = figures
        prepared = prepare(self.context, values, method, self.prepared)
        oriented = orient(prepared.values, framework.directions)
        normalised = normalised_members(self.context, method, oriented, self.reference)
        found = aggregate_nodes(self.context, method, normalised, nodes=(INDEX,))[..., self.at, :, 0]
        scored = ~np.isnan(self.index.scores[self.at, :, 0])
        return np.asarray(np.where(scored, method.display.centre + method.display.spread * found, np.nan))

    def rebuilt(self, figures: Values) -> Values:
        """Displayed scores of all areas ``(areas,)`` when the index is built anew with this one's other figures in the
        panel: mean and spread then move with it, a little."""
        value = self.panel.value.copy()
        columns = [self.panel.indicators.index(name) for name in self.index.framework.indicators]
        value[self.at, self.a, columns] = figures
        index = build(self.index.framework, replace(self.panel, value=value), self.index.method)
        return np.asarray(index.displayed[self.at, :, 0])
