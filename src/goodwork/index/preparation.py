"""The steps before normalisation, in the order of the method: denominate, screen, treat, impute; in natural units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from goodwork.errors import MethodError
from goodwork.index.arguments import Context, by_choice, parameters_of
from goodwork.index.imputation import IMPUTATION, ON_NORMALISED
from goodwork.index.layout import lines, part, table
from goodwork.index.screening import Screened, screen
from goodwork.index.treatment import TREATMENT
from goodwork.model.framework import INDEX, Framework
from goodwork.model.method import Method
from goodwork.model.panel import Values


@dataclass(frozen=True, eq=False)
class Prepared:
    """The steps before normalisation: every stage by name, what went into each step, the screening, and the log of
    treatment by indicator. ``stages`` ends with the values that are normalised."""

    stages: dict[str, Values]
    inputs: dict[str, Values]
    screened: Screened
    log: dict[str, dict[str, Any]]

    @property
    def values(self) -> Values:
        """The values that are normalised, in natural units."""
        return list(self.stages.values())[-1]


def prepare(
    context: Context,
    values: Values,
    method: Method,
    published: Prepared | None = None,
    known: dict[str, Any] | None = None,
) -> Prepared:
    """The steps before normalisation, in the method's order, in natural units.

    ``values`` is ``(..., periods, areas, members)``. Areas that are not included are NaN from the screening on. Draws
    of the figures are prepared as the ``published`` figures were: the same areas are scored, and outliers are drawn in
    to the same limits, so that all are on one scale. ``known`` keeps the result of every step, so that methods that
    begin alike share it; it must be kept for the same values only.
    """
    framework, values = context.framework, table(lines(values))
    stages: dict[str, Values] = {"values": values}
    inputs: dict[str, Values] = {}
    screened = published.screened if published else None
    log: dict[str, dict[str, Any]] = {}
    so_far = ""
    for step in method.order:
        inputs[step] = values
        so_far += f"{step} {_choices_of(step, method)} " if known is not None else ""
        if known is not None and so_far in known:
            stages, screened, log = known[so_far]
            stages, log, values = dict(stages), dict(log), list(stages.values())[-1]
            continue
        if step == "denominate":
            values = stages["denominated"] = denominate(context, values)
        elif step == "screen":
            screened = screened or screen(values, domain_columns(framework), method.screening, context.areas)
            values = stages["screened"] = _of_included(values, screened)
        elif step == "treat":
            values = stages["treated"] = _treat(context, values, method, log, published)
        elif method.imputation.name not in ON_NORMALISED:
            values = impute(context, values, method)
            if screened is not None:  # a filling never lets an area in
                values = _of_included(values, screened)
            stages["imputed"] = values
        if known is not None:
            known[so_far] = dict(stages), screened, dict(log)
    if screened is None:
        everybody = method.screening.replace(minimum_share=0, minimum_nonzero=0, every_domain=False)
        screened = screen(values, domain_columns(framework), everybody, context.areas)
    return Prepared(stages, inputs, screened, log)


def _choices_of(step: str, method: Method) -> str:
    """What a step depends on, in words that differ where it does."""
    if step == "treat":
        at = {key: own.treatment for key, own in method.at.items() if own.treatment}
        return repr((method.treatment, at, method.scope == "each period"))
    return repr({"screen": method.screening, "impute": method.imputation}.get(step, ""))


def _of_included(values: Values, screened: Screened) -> Values:
    """The values of the areas that are scored; NaN for the others."""
    return values if screened.included.all() else np.where(screened.included[..., None], values, np.nan)


def denominate(context: Context, values: Values) -> Values:
    """Members divided by their denominators, times their factors; NaN where a denominator is missing or 0."""
    members = context.framework.members
    if not any(member.denominator or member.factor != 1 for member in members):
        return values
    divided = np.asarray(values * np.array([member.factor for member in members]))
    for column, member in enumerate(members):
        if member.denominator:
            below = context.further[member.denominator]
            divided[..., column] /= np.where(below == 0, np.nan, below)
    return divided


def _treat(
    context: Context, values: Values, method: Method, log: dict[str, dict[str, Any]], published: Prepared | None
) -> Values:
    """Each member treated by its choice: within each period, or over all periods where they share one scale."""
    names, done = context.framework.indicators, values

    def flat(array: Values, columns: list[int]) -> Values:
        own = part(array, columns)
        return own if method.scope == "each period" else own.reshape(*own.shape[:-3], 1, -1, len(columns))

    for choice, columns in by_choice(context.framework, method, "treatment"):
        function = TREATMENT[choice.name]
        given = context.arguments(choice, function, columns)
        if published is not None and "reference" in parameters_of(function):
            given["reference"] = flat(published.inputs["treat"], columns)
        try:
            result = function(flat(values, columns), **given)
        except MethodError as error:
            raise with_members(error, [names[column] for column in columns]) from None
        treated = result.values.reshape(*values.shape[:-1], len(columns))
        if len(columns) == len(names):
            done = treated
        else:
            done = values.copy(order="K") if done is values else done
            done[..., columns] = treated
        if result.log:
            rows = result.log.items()
            log |= {names[c]: {head: array[..., i] for head, array in rows} for i, c in enumerate(columns)}
    return table(lines(done))


def impute(context: Context, values: Values, method: Method) -> Values:
    """The method's imputation applied to values ``(..., periods, areas, members)``; refusals name the members."""
    function = IMPUTATION[method.imputation.name]
    columns = range(len(context.framework.indicators))
    try:
        return function(values, **context.arguments(method.imputation, function, columns))
    except MethodError as error:
        raise with_members(error, list(context.framework.indicators)) from None


def domain_columns(framework: Framework) -> list[list[int]]:
    """For each child of the index, the columns of the members that belong to it."""
    found: dict[str, list[int]] = {child: [] for child in framework.children(INDEX)}
    for column, member in enumerate(framework.indicators):
        found[framework.top_domain(member)].append(column)
    return list(found.values())


def with_members(error: MethodError, names: list[str]) -> MethodError:
    """A refusal with the names of the members it speaks of by position."""
    members = error.facts.get("members")
    if members is None:
        return error
    what = error.what.rsplit(": member", 1)[0]
    return MethodError(f"{what}: {', '.join(names[m] for m in members)}", faults=error.faults, remedy=error.remedy)
