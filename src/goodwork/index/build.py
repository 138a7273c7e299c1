"""The index: one pure function from framework, panel and method to scores and ranks, every stage kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.errors import MethodError
from goodwork.index.aggregation import AGGREGATION, SCALES, arithmetic
from goodwork.index.arguments import Context, by_choice, check_choice, parameters_of
from goodwork.index.checks import check_prepared, check_values
from goodwork.index.imputation import IMPUTATION, ON_NORMALISED
from goodwork.index.judgement import by_child
from goodwork.index.layout import lines, part, side_by_side, table
from goodwork.index.normalisation import NORMALISATION, orient
from goodwork.index.preparation import impute, prepare, with_members
from goodwork.index.ranking import rank_with_ties
from goodwork.index.screening import Screened, reasons
from goodwork.index.treatment import TREATMENT
from goodwork.index.weighting import WEIGHTING, WRITTEN, shares
from goodwork.model.framework import INDEX, Framework
from goodwork.model.method import Method
from goodwork.model.panel import Panel, Values
from goodwork.model.shown import shown
from goodwork.plugins import Registry

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Index:
    """Scores and ranks at every node, with every stage between values and scores.

    ``stages`` holds ``values`` and then, in the method's order, ``denominated``, ``screened``, ``treated`` and
    ``imputed``, at last ``oriented`` and ``normalised``, each ``(periods, areas, members)``; ``scores``, ``ranks`` and
    ``ties`` are ``(periods, areas, nodes)`` with nodes in the framework's order, ranks and shares computed when they
    are first asked for; ``shares`` is the weight each node really has in the index in each area; ``treatment`` is the
    log of what was done to outliers. NaN stands where an area is not scored.
    """

    framework: Framework
    method: Method
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    nodes: tuple[str, ...]
    stages: Mapping[str, Values]
    screened: Screened
    treatment: Mapping[str, Mapping[str, Any]]
    scores: Values
    weights: Mapping[str, Values]

    @property
    def ranks(self) -> Values:
        """Competition ranks, 1 the best."""
        return self._places[0]

    @property
    def ties(self) -> Values:
        """How many other areas share each rank exactly."""
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[Values, Values]:
        return rank_with_ties(self.scores)

    @cached_property
    def shares(self) -> Values:
        """The weight each node really has in the index, in each area; NaN below a node without a score."""
        return within(self.framework, self.scores, self.weights)

    @cached_property
    def contributions(self) -> Values:
        """Each member's part of the index score, in score units; ``(periods, areas, members)``. They add up to the
        score exactly. Raises ``MethodError`` unless every node is an arithmetic mean."""
        if other := self._other_than_arithmetic:
            raise MethodError(
                f"contributions add up only under the arithmetic mean, not under {', '.join(other)}",
                remedy="use a decomposition made for that method",
            )
        return self.shares[..., -len(self.framework.indicators) :] * self.stages["normalised"]

    @property
    def additive(self) -> bool:
        """Whether contributions add up to the score: every node is an arithmetic mean."""
        return not self._other_than_arithmetic

    @cached_property
    def _other_than_arithmetic(self) -> list[str]:
        choices = [self.method.choice("aggregation", n, self.framework.level(n)) for n in self.framework.groups]
        return sorted({choice.label for choice in choices if choice.name != "arithmetic"})

    @property
    def displayed(self) -> Values:
        """Scores on the scale of display (100 is the average of the areas in scope)."""
        return self.method.display.centre + self.method.display.spread * self.scores

    def _repr_html_(self) -> str:
        """How a notebook shows it: scores alone, for ranks have no interval here (``robustness`` gives them)."""
        whole = self.table[lambda rows: rows["node"] == INDEX]
        few = whole.pivot(index="area", columns="period", values="displayed").reset_index().head(10)
        return shown(self.framework.title, [f"{len(few)} of {len(self.areas):,} areas, scores"], few)

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

        titles = [self.framework.node_title(domain) for domain in self.framework.children(INDEX)]
        rows = [
            (
                self.periods[p],
                self.areas[a],
                float(self.screened.coverage[p, a]),
                reasons(self.screened, (p, a), titles, self.method.screening),
            )
            for p, a in zip(*np.nonzero(~self.screened.included), strict=True)
        ]
        return pd.DataFrame(rows, columns=["period", "area", "coverage", "reason"])


def build(framework: Framework, panel: Panel, method: Method | None = None) -> Index:
    """Build the index: denominate, screen, treat, impute, orient, normalise, weight, aggregate, rank.

    Pure: no files, clock, network or chance. ``panel`` must hold the framework's indicators and denominators (an
    indicator that has no figures at all is a gap everywhere and stays visible as one). Raises ``MissingData`` when
    there is nothing to build from and ``MethodError`` when the method cannot be applied: an unknown method or
    parameter, fewer than three areas, a member that does not vary. OECD/JRC (2008), steps 2 to 7.
    """
    method = method or framework.method
    check_method(method, framework)
    return build_sharing(framework, panel, method, None)


def build_sharing(framework: Framework, panel: Panel, method: Method, known: dict[str, Any] | None) -> Index:
    """As ``build``, with the results of steps before normalisation that are ``known`` for this panel taken from there,
    and left there for methods that begin alike (see :func:`~goodwork.index.preparation.prepare`)."""
    context = Context.of(framework, panel)
    values = panel.values_of(framework.indicators)
    check_values(framework, panel, values)
    prepared = prepare(context, values, method, known=known)
    oriented = orient(prepared.values, framework.directions)
    reference = reference_values(oriented, method, panel.periods)
    check_prepared(framework, panel, method, oriented, reference, prepared.screened)
    scores, weights = _scored(context, method, normalised_members(context, method, oriented, reference))
    return Index(
        framework=framework,
        method=method,
        periods=panel.periods,
        areas=panel.areas,
        nodes=framework.nodes,
        stages={**prepared.stages, "oriented": oriented, "normalised": scores[..., len(framework.groups) :]},
        screened=prepared.screened,
        treatment=prepared.log,
        scores=scores,
        weights=weights,
    )


def normalised_members(context: Context, method: Method, oriented: Values, reference: Values) -> Values:
    """Oriented values ``(..., periods, areas, members)`` on one scale, each member by its choice; same shape.

    ``reference`` holds the oriented values that statistics are taken over. Gaps stay gaps. Raises ``MethodError``
    naming the members that cannot be normalised. Handbook step 5.
    """
    framework = context.framework
    found: list[Values] = [oriented] * len(framework.indicators)
    for choice, columns in by_choice(framework, method, "normalisation"):
        function = NORMALISATION[choice.name]
        arguments = context.arguments(choice, function, columns)
        if np.ndim(arguments.get("area_weights", 0)) == 2 and method.scope != "each period":
            arguments["area_weights"] = _reference_weights(arguments["area_weights"], method, context.periods)
        try:
            scaled = function(part(oriented, columns), part(reference, columns), **arguments)
        except MethodError as error:
            raise with_members(error, [framework.indicators[column] for column in columns]) from None
        if len(columns) == len(found):
            return scaled
        for place, column in enumerate(columns):
            found[column] = scaled[..., place]
    return side_by_side(found)


def aggregate_nodes(
    context: Context,
    method: Method,
    normalised: Values,
    stated: Values | None = None,
    nodes: Sequence[str] | None = None,
) -> Values:
    """Scores at every node ``(..., periods, areas, nodes)`` from normalised members ``(..., periods, areas, members)``.

    An imputation on the normalised scale comes first, so the scores of members are those that were aggregated.
    ``stated`` ``(..., nodes)`` are weights that stand in for those written in the framework; its leading axes (with 1
    for the periods) and those of ``normalised`` broadcast: one table of members, many sets of weights. ``nodes`` are
    those that are wanted, all if left out. A node is NaN where it has nothing. Raises ``MethodError``; if because of
    some scores, its fact ``failing`` tells for each of the leading axes, periods included, whether there are such.
    Handbook steps 6 and 7.
    """
    return _scored(context, method, normalised, stated, nodes)[0]


def _scored(
    context: Context,
    method: Method,
    normalised: Values,
    stated: Values | None = None,
    nodes: Sequence[str] | None = None,
) -> tuple[Values, dict[str, Values]]:
    """Scores at every node, and the weights under each node that has children. Scores whose parent is the same mean
    stay until then on the scale on which it is an arithmetic one: a geometric mean of such means takes no powers."""
    framework, weights, staying = context.framework, {}, _staying(context.framework, method)
    if method.imputation.name in ON_NORMALISED:
        scored = ~np.isnan(normalised).all(axis=-1, keepdims=True)
        normalised = np.where(scored, impute(context, normalised, method), np.nan)
    *lead, areas, _ = normalised.shape
    groups = table(np.empty((*lead, len(framework.groups), areas)))
    for place, node in reversed(list(enumerate(framework.groups))):
        below = _below(context, node, groups, normalised)
        weights[node] = _weights(context, method, node, below, stated)
        score = _aggregate(context, method, node, below, weights[node], staying)
        if needed := method.share_needed(node, context.framework.level(node)):
            enough = (~np.isnan(below)).mean(axis=-1) >= needed - 1e-12
            score = np.where(enough, score, np.nan)
        if score.shape != groups.shape[:-1]:  # weights differ between draws that share their figures
            groups = table(np.array(np.broadcast_to(lines(groups), (*score.shape[:-1], *lines(groups).shape[-2:]))))
        groups[..., place] = score
    places = range(len(framework.nodes)) if nodes is None else [context.places[node] for node in nodes]
    for node, back in staying.items():
        if context.places[node] in places:
            groups[..., context.places[node]] = back(groups[..., context.places[node]])
    if max(places) < len(framework.groups):
        return part(groups, places), weights
    return _chosen(groups, normalised, places), weights


def _staying(framework: Framework, method: Method) -> dict[str, Callable[[Values], Values]]:
    """The nodes whose scores stay on the scale of their mean until their parent is scored, and what takes them back:
    all the children of a parent that is the same mean of nodes, with weights that do not hang on their scores."""
    choices = {node: method.choice("aggregation", node, framework.level(node)) for node in framework.groups}
    if not any(choice.name in SCALES for choice in choices.values()):
        return {}
    found: dict[str, Callable[[Values], Values]] = {}
    for node, own in choices.items():
        children = framework.children(node)
        written = method.choice("weighting", node, framework.level(node)).name in WRITTEN
        if own.name in SCALES and written and all(choices.get(child) == own for child in children):
            found |= dict.fromkeys(children, SCALES[own.name][1])
    return found


def _below(context: Context, node: str, groups: Values, normalised: Values) -> Values:
    """The scores of the children of a node; a view where they lie in a row."""
    places, first = [context.places[child] for child in context.framework.children(node)], groups.shape[-1]
    if max(places) < first:
        return part(groups, places)
    if min(places) >= first:
        return part(normalised, [place - first for place in places])
    return _chosen(groups, normalised, places)


def _chosen(groups: Values, normalised: Values, places: Sequence[int]) -> Values:
    """The scores at some places among all nodes, groups first, as one array."""
    first = groups.shape[-1]
    return side_by_side([groups[..., p] if p < first else normalised[..., p - first] for p in places])


def within(framework: Framework, scores: Values, weights: Mapping[str, Values]) -> Values:
    """From the top down: a child's share of its node, times the share of the node; ``(..., areas, nodes)``."""
    places = {node: place for place, node in enumerate(framework.nodes)}
    found = np.ones_like(scores)
    for node in framework.groups:
        columns = [places[child] for child in framework.children(node)]
        share = shares(scores[..., columns], weights[node])
        found[..., columns] = share * found[..., places[node], None]
    return found


def _weights(context: Context, method: Method, node: str, below: Values, stated: Values | None) -> Values:
    framework = context.framework
    choice = method.choice("weighting", node, context.framework.level(node))
    function = WEIGHTING[choice.name]
    children = framework.children(node)
    if stated is None:
        own = np.array([framework.weight(child) for child in children])
    else:
        own = part(stated, [context.places[child] for child in children])
    given = _node_arguments(choice.parameters, children)
    if "counts" in parameters_of(function):
        given["counts"] = np.array([float(framework.member_count(child)) for child in children])
    try:
        return function(below, own, **given)
    except MethodError as error:
        raise MethodError(f"{error.what} (weights under {node})", faults=error.faults, remedy=error.remedy) from None


def _aggregate(
    context: Context, method: Method, node: str, below: Values, weights: Values, staying: Collection[str]
) -> Values:
    """The score of a node; on the scale of its mean, if it is to stay there."""
    choice = method.choice("aggregation", node, context.framework.level(node))
    function = AGGREGATION[choice.name]
    children = context.framework.children(node)
    try:
        if node not in staying and children[0] not in staying:
            return function(below, weights, **_node_arguments(choice.parameters, children))
        there, back = SCALES[str(choice.name)]
        score = arithmetic(below if children[0] in staying else there(below, weights), weights)
        return score if node in staying else back(score)
    except MethodError as error:
        raise named(error, context, node, children) from None


def _node_arguments(parameters: Mapping[str, Any], children: tuple[str, ...]) -> dict[str, Any]:
    """Parameters of a node's method: a table by child, or a table of such tables, becomes an array in the children's
    order (a table meant for several nodes may name the children of others too)."""
    return {
        key: by_child(key, value, children) if isinstance(value, Mapping) else value
        for key, value in parameters.items()
    }


def _reference_weights(weights: Values, method: Method, periods: tuple[str, ...]) -> Values:
    """Weights of areas for the values normalisation refers to: of the base period, or of all periods in a row."""
    return weights[periods.index(method.base_period)] if method.scope == "base period" else weights.reshape(1, -1)


def named(error: MethodError, context: Context, node: str, children: tuple[str, ...]) -> MethodError:
    """An aggregation's refusal with the names of the node, the area and the child it speaks of by position."""
    where = error.facts.get("position")
    if where is None:
        return error
    *_, period, area, child = where
    return MethodError(
        f"{error.what}: {children[child]} of {context.areas[area]} in {context.periods[period]} (under {node})",
        faults=error.faults,
        remedy=error.remedy,
        failing=error.facts.get("failing"),
    )


def check_method(method: Method, framework: Framework | None = None) -> None:
    """Raise ``MethodError`` for a method that is not registered, a parameter that it does not have, or choices for a
    node or level that the framework does not have."""
    registries: dict[str, Registry[Any]] = {
        "treatment": TREATMENT,
        "imputation": IMPUTATION,
        "normalisation": NORMALISATION,
        "weighting": WEIGHTING,
        "aggregation": AGGREGATION,
    }
    for step, registry in registries.items():
        check_choice(registry, getattr(method, step))
        for own in method.at.values():
            if (choice := getattr(own, step, None)) is not None:
                check_choice(registry, choice)
    if framework is not None and method.at:
        levels = {f"level {framework.level(node)}" for node in framework.nodes}
        if unknown := sorted(set(method.at) - levels - set(framework.nodes)):
            raise MethodError(
                f"the method has choices at {', '.join(map(repr, unknown))}, which the framework does not have",
                remedy=f"its levels are {', '.join(sorted(levels))}; its nodes {', '.join(framework.nodes)}",
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
