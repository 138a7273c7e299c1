"""Plans asked as a person asks them: what it would take one area to reach a goal, and how to share out a budget."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor

import numpy as np

from goodwork.analysis.allocation import Allocation, allocate
from goodwork.analysis.goal import Goal
from goodwork.analysis.planning import Planning, Realism
from goodwork.analysis.robustness import Vary
from goodwork.analysis.target import DRAWS, Target, target
from goodwork.errors import MethodError
from goodwork.model.allocation import Formula

#: Rebuilt indices for the ranges of grants, and what is varied.
REBUILT = 1000
EVERY: tuple[Vary, ...] = ("sampling", "method", "both")


def goal_of(
    planning: Planning,
    area: str,
    rank: int | None = None,
    score: float | None = None,
    median: str | None = None,
    no_worse: str | None = None,
) -> Goal:
    """The one goal that is asked for an area (by code); raises ``MethodError`` for none or several, ``NotFound`` for a
    group that is not there."""
    given = {"rank": rank, "score": score, "median": median, "no worse": no_worse}
    named = [name for name, value in given.items() if value is not None]
    if len(named) != 1:
        raise MethodError(
            f"{'no goal is' if not named else ' and '.join(named) + ' are'} given",
            remedy="give one goal: a rank, a score, the median of a group, or no worse than an earlier year",
        )
    if rank is not None:
        return Goal.rank(rank)
    if score is not None:
        return Goal.score(score)
    if median is not None:
        return Goal.median(*planning.group(median, area))
    return Goal.no_worse(str(no_worse))


def target_of(
    planning: Planning,
    area: str,
    *,
    rank: int | None = None,
    score: float | None = None,
    median: str | None = None,
    no_worse: str | None = None,
    realism: Realism = "neighbours",
    costs: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float | None, float | None]] | None = None,
    spread: bool = True,
    chance: float | None = None,
    anew: bool = False,
    trend: float | None = None,
    draws: int = DRAWS,
) -> Target:
    """What it would take an area (by name or code) to reach one goal; see :func:`~goodwork.analysis.target.target`.

    ``median`` names a group: ``community``, ``neighbours``, ``region``, ``country``, ``all``, or a region or declared
    group. ``realism``: no part may improve by more than the areas most like it (``neighbours``), or any area of the set
    (``areas``), have within five years; or by as much as it takes (``none``). ``trend``: the others go on for so many
    years as they did before. Money of an earlier year is put into the prices of this one.
    """
    code = planning.place(area).code
    planning.check_scored(code)
    goal = goal_of(planning, code, rank, score, median, no_worse)
    moving, words = (None, "") if trend is None else planning.drift(trend)
    return target(
        planning.framework, planning.panel, code, goal, planning.catalogue, period=planning.period, costs=costs,
        bounds=bounds, most=planning.achieved(code, realism), spread=spread, chance=chance, anew=anew,
        past=planning.real, moving=moving, moving_words=words, worth=planning.worth(code), draws=draws,
        titles=planning.names,
    )  # fmt: skip


def allocation_of(
    planning: Planning,
    formula: Formula,
    *,
    among: str = "all",
    draws: int = REBUILT,
    executor: Executor | None = None,
) -> Allocation:
    """Share a budget among the areas of a group (all of the set, or a region, country or declared group by name) by a
    formula; see :func:`~goodwork.analysis.allocation.allocate`.

    Residents are those of the period, or of the nearest year. With ``draws`` the formula is applied to so many rebuilt
    indices for sampling error, the method, and both; the scores, and so the thresholds, are those among all areas of
    the set. Raises ``NotFound`` for a node or group that is not there, ``MethodError`` as ``allocate`` does.
    """
    at, node, areas = planning.at, planning.node(formula.of), [area.code for area in planning.areas]
    chosen, title = planning.group(among, areas[0])
    here = np.isin(areas, chosen)
    scores = planning.index.displayed[at, :, node]
    drawn = {kind: planning.replicates(kind, formula.of, draws, executor) for kind in EVERY} if draws else {}
    whole = {kind: found[np.isfinite(found[:, np.isfinite(scores)]).all(axis=1)] for kind, found in drawn.items()}
    try:
        return allocate(
            formula, np.array(areas)[here].tolist(), scores[here], planning.people[here], period=planning.period,
            titles=planning.names, replicates={kind: found[:, here] for kind, found in whole.items() if len(found)},
        )  # fmt: skip
    except MethodError as error:
        raise MethodError(f"{title}: {error.what}", faults=error.faults, remedy=error.remedy) from None
