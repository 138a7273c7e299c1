"""Communities of a monitor's areas: in one period, and through time under the same letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from goodwork.analysis.wording import listing
from goodwork.model import declarations
from goodwork.model.framework import Framework
from goodwork.model.questions import Archetype, Archetypes
from goodwork.pipeline.asked import Asked, inside

if TYPE_CHECKING:
    from goodwork.analysis.clusters import Clusters
    from goodwork.analysis.succession import Succession

#: Redraws of the areas.
DIVISIONS = 200
#: Numbers of communities that are compared.
COMPARED = range(2, 9)


def archetypes_for(framework: Framework) -> tuple[Archetype, ...]:
    """The names that communities of this framework's members may get, in order; none for a framework of one's own."""
    declared = Archetypes.from_toml(declarations.text("archetypes.toml"), "archetypes.toml")
    known = set(framework.nodes)
    return tuple(a for a in declared.archetype if framework.name == declared.framework and known.issuperset(a.nodes))


def communities_of(
    asked: Asked,
    k: int | None,
    draws: int = DIVISIONS,
    executor: Executor | None = None,
    numbers: Sequence[int] = (),
    method: str = "graph",
) -> Clusters:
    """Areas divided into ``k`` communities by their members in the period, named by the declared rules where one fits,
    and compared with other ``numbers`` of them; without ``k`` the steadiest number. ``method`` is one of ``PARTITION``.
    """
    from goodwork.analysis.clusters import communities

    numbers = numbers or (COMPARED if k is None else ())
    return communities(
        asked.index, k, period=asked.period, method=method, draws=draws, numbers=numbers,
        archetypes=archetypes_for(asked.framework), titles=asked.titles, units=asked.units, executor=executor,
    )  # fmt: skip


def successions_of(
    asked: Asked,
    k: int = 4,
    draws: int = DIVISIONS,
    executor: Executor | None = None,
    known: Mapping[str, Clusters] | None = None,
    method: str = "graph",
) -> Succession:
    """The communities of every period under the letters of the period looked at, who moved, and the transition matrix
    over the periods that no break parts from the one before; those ``known`` for a period are not found again."""
    from goodwork.analysis.succession import succession

    return succession(
        asked.index, k, base=asked.period, method=method, draws=draws,
        archetypes=archetypes_for(asked.framework), titles=asked.titles, units=asked.units,
        breaks={period: breaks_in(asked, period) for period in asked.panel.periods},
        known=known, executor=executor,
    )  # fmt: skip


def breaks_in(asked: Asked, period: str) -> list[str]:
    """What changed in a period, so that figures cannot be compared with those before, and in which members."""
    found: dict[str, list[str]] = {}
    for title, breaks in asked.breaks.items():
        if period in breaks:
            found.setdefault(breaks[period].rstrip("."), []).append(inside(title))
    return [f"{listing(titles)} ({what})" for what, titles in found.items()]
