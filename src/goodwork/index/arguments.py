"""What a method is called with: its parameters as written, and what only the data can give it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import MethodError
from goodwork.model.framework import Framework
from goodwork.model.method import Choice, Method
from goodwork.model.panel import Panel, Values
from goodwork.plugins import Registry

#: Parameters that ``build`` fills in and nobody writes.
GIVEN = frozenset({"direction", "domains", "periods", "areas", "counts", "reference"})


@lru_cache(maxsize=256)
def parameters_of(function: Callable[..., Any]) -> frozenset[str]:
    """Names of the parameters a method takes besides its arrays (keyword-only ones)."""
    return frozenset(p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY)


def check_choice(registry: Registry[Any], choice: Choice) -> None:
    """Raise ``MethodError`` for a method that is not registered or a parameter that it does not have."""
    known = parameters_of(registry[choice.name]) - GIVEN
    if unknown := sorted(set(choice.parameters) - known):
        raise MethodError(
            f"{registry.step} method {choice.label!r} has no parameter {', '.join(map(repr, unknown))}",
            remedy=f"it takes {', '.join(sorted(known))}" if known else "it takes none",
        )


def by_choice(framework: Framework, method: Method, step: str) -> list[tuple[Choice, list[int]]]:
    """The members that share each choice of a step: the choice, and the columns of its members."""
    if not method.at:
        return [(getattr(method, step), list(range(len(framework.indicators))))]
    found: list[tuple[Choice, list[int]]] = []
    for column, member in enumerate(framework.indicators):
        choice = method.choice(step, member, 1)
        for known, columns in found:
            if known == choice:
                columns.append(column)
                break
        else:
            found.append((choice, [column]))
    return found


@dataclass(frozen=True, eq=False)
class Context:
    """What the data can give a method: names, directions, groups of areas, further indicators of the panel.

    ``periods`` and ``areas`` are the labels of those axes; ``groups`` maps the name of a grouping to one label per
    area; ``further`` maps an indicator to its values ``(periods, areas)``.
    """

    framework: Framework
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    groups: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)
    further: Mapping[str, Values] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each node on the last axis of scores."""
        return {node: place for place, node in enumerate(self.framework.nodes)}

    @classmethod
    def of(cls, framework: Framework, panel: Panel) -> Context:
        """The context of a panel."""
        further = {name: panel.value[..., i] for i, name in enumerate(panel.indicators)}
        return cls(framework, panel.periods, panel.areas, panel.groups, further)

    def arguments(self, choice: Choice, function: Callable[..., Any], columns: Sequence[int]) -> dict[str, Any]:
        """Keyword arguments for a method applied to some members: tables by indicator become arrays, the name of a
        grouping its labels, the name of an indicator as ``area_weights`` its values; what a method asks of the data
        is added. Raises ``MethodError`` when one of them is not there."""
        names = [self.framework.indicators[column] for column in columns]
        given = {key: self._resolved(key, value, names, choice) for key, value in choice.parameters.items()}
        wanted = parameters_of(function)
        if "direction" in wanted:
            given["direction"] = np.array([-1.0 if self.framework.directions[c] == "lower" else 1.0 for c in columns])
        if "domains" in wanted:
            of = [self.framework.parent(name) for name in names]
            given["domains"] = [[i for i, d in enumerate(of) if d == domain] for domain in dict.fromkeys(of)]
        if "periods" in wanted:
            given["periods"] = self.periods
        if "areas" in wanted:
            given["areas"] = self.areas
        return given

    def _resolved(self, key: str, value: Any, names: list[str], choice: Choice) -> Any:
        where = f"parameter {key!r} of {choice.label!r}"
        if key == "groups" and isinstance(value, str):
            if value not in self.groups:
                known = ", ".join(sorted(self.groups)) or "none"
                raise MethodError(f"{where}: there is no grouping {value!r}", remedy=f"groupings of areas: {known}")
            return self.groups[value]
        if key == "area_weights" and isinstance(value, str):
            if value not in self.further:
                raise MethodError(f"{where}: the panel has no indicator {value!r}", remedy="add its figures")
            return self.further[value]
        if isinstance(value, Mapping) and key != "matrix":
            if unknown := sorted(set(value) - set(self.framework.indicators)):
                raise MethodError(
                    f"{where} speaks of {', '.join(unknown)}, which the framework does not have",
                    remedy=f"its indicators are {', '.join(self.framework.indicators)}",
                )
            if missing := [name for name in names if name not in value]:
                raise MethodError(f"{where} says nothing of {', '.join(missing)}", remedy="give a value for each")
            value = np.array([value[name] for name in names], dtype=float)
        if isinstance(value, float | np.ndarray) and not np.isfinite(value).all():
            raise MethodError(f"{where} is not a finite number", remedy="give a finite one")
        return value
