"""The index: one pure function from framework, panel and method to scores and ranks, every stage kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.errors import Fault, MethodError, MissingData
from goodwork.index.aggregation import AGGREGATION
from goodwork.index.normalisation import NORMALISATION, orient, parameters_of
from goodwork.index.ranking import rank, tied
from goodwork.index.screening import Screened, screen
from goodwork.index.weighting import WEIGHTING, shares
from goodwork.model.framework import INDEX, Framework
from goodwork.model.method import Choice, Method
from goodwork.model.panel import Panel, Values
from goodwork.plugins import Registry

if TYPE_CHECKING:
    import pandas as pd

FEWEST_AREAS = 3


@dataclass(frozen=True, eq=False)
class Index:
    """Scores and ranks at every node, with every stage between values and scores.

    ``stages`` holds ``values``, ``screened``, ``oriented`` and ``normalised``, each ``(periods, areas, members)``;
    ``scores``, ``ranks`` and ``ties`` are ``(periods, areas, nodes)`` with nodes in the framework's order;
    ``shares`` is the weight each node really has in the index in each area. NaN stands where an area is not scored.
    """

    framework: Framework
    method: Method
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    nodes: tuple[str, ...]
    stages: Mapping[str, Values]
    screened: Screened
    scores: Values
    ranks: Values
    ties: Values
    shares: Values

    @cached_property
    def contributions(self) -> Values:
        """Each member's part of the index score, in score units; ``(periods, areas, members)``. They add up to the
        score exactly. Raises ``MethodError`` unless every node is an arithmetic mean."""
        if self.method.aggregation.name != "arithmetic":
            raise MethodError(
                f"contributions add up only under the arithmetic mean, not under {self.method.aggregation.name!r}",
                remedy="use a decomposition made for that method",
            )
        return self.shares[..., -len(self.framework.indicators) :] * self.stages["normalised"]

    @property
    def displayed(self) -> Values:
        """Scores on the scale of display (100 is the average of the areas in scope)."""
        return self.method.display.centre + self.method.display.spread * self.scores

    @property
    def table(self) -> pd.DataFrame:
        """One row per period, area and node: score, displayed score, rank, ties, number ranked."""
        import pandas as pd

        keys = pd.MultiIndex.from_product(
            [self.periods, self.areas, self.nodes], names=["period", "area", "node"]
        ).to_frame(index=False)
        ranked = np.broadcast_to((~np.isnan(self.ranks)).sum(axis=1, keepdims=True), self.ranks.shape)
        return keys.assign(
            score=self.scores.ravel(),
            displayed=self.displayed.ravel(),
            rank=self.ranks.ravel(),
            ties=self.ties.ravel(),
            ranked=ranked.ravel(),
        )

    @property
    def excluded(self) -> pd.DataFrame:
        """The areas that are not scored, per period, each with the reason."""
        import pandas as pd

        rule, rows = self.method.screening, []
        domains = self.framework.children(INDEX)
        for p, a in zip(*np.nonzero(~self.screened.included), strict=True):
            empty = [self.framework.node_title(domains[d]) for d in np.nonzero(self.screened.empty_domains[p, a])[0]]
            coverage = self.screened.coverage[p, a]
            reasons = [f"no figure in {', '.join(empty)}"] if empty and rule.every_domain else []
            if coverage < rule.minimum_share:
                reasons.append(f"{coverage:.0%} of the indicators have a figure; {rule.minimum_share:.0%} are needed")
            rows.append((self.periods[p], self.areas[a], float(coverage), "; ".join(reasons)))
        return pd.DataFrame(rows, columns=["period", "area", "coverage", "reason"])


def build(framework: Framework, panel: Panel, method: Method | None = None) -> Index:
    """Build the index: screen, orient, normalise, weight, aggregate, rank. Pure: no files, clock, network or chance.

    ``panel`` must hold the framework's indicators (an indicator that has no figures at all is a gap everywhere and
    stays visible as one). Raises ``MissingData`` when there is nothing to build from and ``MethodError`` when the
    method cannot be applied: an unknown method or parameter, fewer than three areas, a member that does not vary.
    OECD/JRC (2008), steps 2 and 5 to 7.
    """
    method = method or framework.method
    check_method(method)
    panel = panel.select(indicators=framework.indicators)
    screened = screen(panel.value, domain_columns(framework), method.screening)
    values = np.where(screened.included[..., None], panel.value, np.nan)
    oriented = orient(values, framework.directions)
    _check_values(framework, panel, oriented, screened, method)
    reference = reference_values(oriented, method, panel.periods)
    normalised, scores, share = score_nodes(framework, method, oriented, reference)
    ranks = rank(scores)
    stages = {"values": panel.value, "screened": values, "oriented": oriented, "normalised": normalised}
    return Index(
        framework, method, panel.periods, panel.areas, framework.nodes, stages, screened, scores, ranks, tied(ranks),
        share,
    )  # fmt: skip


def score_nodes(
    framework: Framework, method: Method, oriented: Values, reference: Values
) -> tuple[Values, Values, Values]:
    """From oriented values ``(..., periods, areas, members)`` to normalised values, node scores and node shares.

    ``reference`` holds the oriented values that normalisation takes its statistics over. Scores and shares are
    ``(..., periods, areas, nodes)``. Leading axes are draws or variants of the same call.
    """
    normalise = NORMALISATION[method.normalisation.name]
    normalised = normalise(oriented, reference, **method.normalisation.parameters)
    weigh, aggregate = WEIGHTING[method.weighting.name], AGGREGATION[method.aggregation.name]
    place = {node: i for i, node in enumerate(framework.nodes)}
    scores = np.full((*oriented.shape[:-1], len(place)), np.nan)
    scores[..., len(framework.groups) :] = normalised
    within = np.zeros_like(scores)
    within[..., place[INDEX]] = 1.0
    for node in reversed(framework.groups):
        columns = [place[child] for child in framework.children(node)]
        stated = np.array([framework.weight(child) for child in framework.children(node)])
        weights = weigh(scores[..., columns], stated, **method.weighting.parameters)
        scores[..., place[node]] = aggregate(scores[..., columns], weights, **method.aggregation.parameters)
        within[..., columns] = shares(scores[..., columns], weights)
    for node in framework.groups:
        for child in framework.children(node):
            within[..., place[child]] *= within[..., place[node]]
    return normalised, scores, within


def domain_columns(framework: Framework) -> list[list[int]]:
    """For each child of the index, the columns of the members that belong to it."""
    return [
        [i for i, member in enumerate(framework.indicators) if framework.top_domain(member) == child]
        for child in framework.children(INDEX)
    ]


def check_method(method: Method) -> None:
    """Raise ``MethodError`` for a method that is not registered or a parameter that it does not have."""
    steps: tuple[tuple[Registry[Any], Choice], ...] = (
        (NORMALISATION, method.normalisation),
        (WEIGHTING, method.weighting),
        (AGGREGATION, method.aggregation),
    )
    for registry, choice in steps:
        known = parameters_of(registry[choice.name])
        if unknown := sorted(set(choice.parameters) - known):
            raise MethodError(
                f"{registry.step} method {choice.name!r} has no parameter {', '.join(map(repr, unknown))}",
                remedy=f"it takes {', '.join(sorted(known))}" if known else "it takes none",
            )


def reference_values(oriented: Values, method: Method, periods: tuple[str, ...]) -> Values:
    """The values that normalisation takes its statistics over: of each period, pooled, or of the base period."""
    if method.scope == "each period":
        return oriented
    if method.scope == "pooled":
        *lead, n_periods, n_areas, n_members = oriented.shape
        return oriented.reshape(*lead, 1, n_periods * n_areas, n_members)
    if method.base_period not in periods:
        raise MethodError(
            f"the base period {method.base_period!r} is not among the periods {', '.join(periods)}",
            remedy="choose one of these as base_period",
        )
    at = periods.index(method.base_period)
    return oriented[..., at : at + 1, :, :]


def _check_values(framework: Framework, panel: Panel, oriented: Values, screened: Screened, method: Method) -> None:
    """Everything that makes the index impossible, found before computing and told by name."""
    if np.isnan(panel.value).all():
        raise MissingData(
            "every value is missing for the indicators of this framework",
            remedy=f"add figures for {', '.join(framework.indicators)}",
        )
    faults = []
    if np.isinf(panel.value).any():
        p, a, m = (int(x[0]) for x in np.nonzero(np.isinf(panel.value)))
        faults.append(
            Fault(f"{framework.indicators[m]} is infinite for {panel.areas[a]} in {panel.periods[p]}", remedy="mend it")
        )
    if len(framework.indicators) < 2:
        faults.append(Fault("the framework has one indicator", remedy="add another, or rank the indicator itself"))
    included = screened.included.sum(axis=-1)
    if not included.any():
        raise MissingData(
            "no area has enough figures to be scored",
            remedy="lower minimum_share, switch every_domain off, or add figures",
        )
    faults += [
        Fault(f"only {n} area(s) can be scored in {period}", remedy=f"at least {FEWEST_AREAS} are needed")
        for period, n in zip(panel.periods, included, strict=True)
        if 0 < n < FEWEST_AREAS
    ]
    reference = reference_values(oriented, method, panel.periods)
    counts = (~np.isnan(reference)).sum(axis=-2)
    filled = np.where(np.isnan(reference), np.inf, reference)
    lowest = filled.min(axis=-2)
    highest = np.where(np.isnan(reference), -np.inf, reference).max(axis=-2)
    labels = panel.periods if method.scope == "each period" else (method.base_period or "all periods",)
    for p, m in zip(*np.nonzero((counts > 0) & (lowest == highest)), strict=True):
        faults.append(
            Fault(
                f"{framework.indicators[m]} is the same in all {counts[p, m]} area(s) in {labels[p]}, so it cannot "
                "tell areas apart",
                remedy="remove it from the framework, or leave out the period",
            )
        )
    if method.scope != "each period":
        here = (~np.isnan(oriented)).any(axis=(-3, -2))
        faults += [
            Fault(f"{framework.indicators[m]} has no figure in the base period", remedy="choose another base_period")
            for m in np.nonzero(here & (counts == 0).all(axis=0))[0]
        ]
    if faults:
        raise MethodError("the index cannot be built from these data", faults=faults)
