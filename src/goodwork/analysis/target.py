"""What would it take: the least change of an area's figures that brings its score to a goal (back to the details)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.achieved import Achieved
from goodwork.analysis.design import Design
from goodwork.analysis.finding import Finding
from goodwork.analysis.goal import Goal
from goodwork.analysis.held import Held
from goodwork.analysis.limits import Limits, limits_of
from goodwork.analysis.reach import Reached, reach
from goodwork.analysis.replicates import Study, blocks
from goodwork.errors import Fault, MethodError, MissingData
from goodwork.index.build import build
from goodwork.index.ranking import places
from goodwork.language import tr
from goodwork.model.framework import INDEX, Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.method import Method
from goodwork.model.panel import Panel, Values
from goodwork.model.shown import shown

if TYPE_CHECKING:
    import pandas as pd

#: Redraws of the figures, and the chance that is told for comparison.
DRAWS, SURE = 1000, 0.9
#: By how much of a displayed point a score must lie above the threshold: rounding does not make a rank.
AHEAD = 1e-7
#: Halvings of the search for a goal that must hold in the index built anew.
ROUNDS = 12


@dataclass(frozen=True, eq=False)
class Worth:
    """What one unit of an indicator comes to in an area: ``each`` so many of ``what`` (pounds, where ``pounds``)."""

    each: float
    what: str
    pounds: bool = False
    note: str = ""


@dataclass(frozen=True, eq=False)
class Target:
    """The least change by which an area reaches a goal; where no change within bounds does (``feasible`` is false), the
    furthest one. Arrays are ``(members,)`` in the framework's order, in natural units, NaN for a gap.

    ``effort`` is the change for the better in standard deviations over areas (``spread_of`` is one of them in natural
    units), ``limits`` what bounds it, ``gain`` how many displayed points one more brings. ``before``, ``after``,
    ``threshold`` and ``sure`` are displayed scores with the yardstick held at the published figures: as published,
    after the change, where the goal begins, and where it would be shown reached in nine of ten redraws; ``rebuilt``
    those of the index built anew with the change put in. ``interval_before`` and ``interval_after`` hold the rank in
    95 % of redraws, ``chance`` is the share of them in which the goal is reached. ``exact``: known to be the least.
    ``wanted`` is the chance asked for.
    """

    period: str
    area: str
    goal: Goal
    members: tuple[str, ...]
    titles: Mapping[str, str]
    catalogue: Catalogue
    figures: Values
    new: Values
    effort: Values
    gain: Values
    cost: Values
    spread_of: Values
    spread: bool
    limits: Limits
    feasible: bool
    exact: bool
    before: float
    after: float
    threshold: float
    rank_before: int
    rank_after: int
    ranked: int
    rebuilt: float
    rank_rebuilt: int
    interval_before: tuple[float, float]
    interval_after: tuple[float, float]
    chance: float
    sure: float
    wanted: float | None
    anew: bool
    draws: int
    worth: Mapping[str, Worth]
    moving: str
    invented: bool = False

    def _repr_html_(self) -> str:
        """How a notebook shows it: what it would take, and every figure before and after."""
        rows = self.table[["title", "unit", "better", "before", "after", "change", "limit"]]
        title = tr("What it would take, {period}").format(period=self.period)
        return shown(title, self.findings, rows, invented=self.invented)

    @property
    def already(self) -> bool:
        """Whether the goal is reached as things are."""
        return self.feasible and not np.nan_to_num(self.effort).any()

    @property
    def table(self) -> pd.DataFrame:
        """One row per member: its figure now and after, the change in its unit, in standard deviations, and in people
        or pounds where these are known; what bounds it, and whether it stops there."""
        import pandas as pd

        change = self.new - self.figures
        each = [self.worth[m].each if m in self.worth else np.nan for m in self.members]
        return pd.DataFrame(
            {
                "member": self.members,
                "title": [self.titles.get(m, m) for m in self.members],
                "unit": [self.catalogue[m].unit for m in self.members],
                "better": ["higher" if sign > 0 else "lower" for sign in self.limits.sign],
                "before": self.figures,
                "after": self.new,
                "change": change,
                "effort": self.effort,
                "gain": self.gain * self.effort,
                "cost": self.cost,
                "count": change * np.array(each),
                "counted": [self.worth[m].what if m in self.worth else "" for m in self.members],
                "low": self.limits.low,
                "high": self.limits.high,
                "limit": self.limits.why,
                "at_limit": self.at_limit,
            }
        )

    @property
    def numbers(self) -> dict[str, float | int | None]:
        """The numbers of the whole: scores, ranks with their 95 % intervals, chance."""
        return {
            "score": self.before, "score_after": self.after, "threshold": self.threshold, "score_rebuilt": self.rebuilt,
            "rank": self.rank_before, "rank_low": self.interval_before[0], "rank_high": self.interval_before[1],
            "rank_after": self.rank_after, "rank_after_low": self.interval_after[0],
            "rank_after_high": self.interval_after[1], "rank_rebuilt": self.rank_rebuilt, "ranked": self.ranked,
            "chance": self.chance, "score_for_90_percent": self.sure, "draws": self.draws,
        }  # fmt: skip

    @property
    def at_limit(self) -> NDArray[np.bool_]:
        """Which members go as far as their bounds let them, ``(members,)``."""
        end = np.where(self.limits.sign > 0, self.limits.high, self.limits.low)
        moved = np.nan_to_num(self.effort) > 0
        return np.asarray(moved & (np.abs(self.new - end) <= 1e-9 * np.maximum(1.0, np.abs(end))))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What it takes, what it brings, how sure that is, and where bounds stop it."""
        from goodwork.analysis.target_words import findings

        return findings(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is held still, how effort is counted, what bounds it, how far to trust it."""
        from goodwork.analysis.target_words import notes

        return notes(self)


def target(
    framework: Framework,
    panel: Panel,
    area: str,
    goal: Goal,
    catalogue: Catalogue,
    method: Method | None = None,
    *,
    period: str | None = None,
    costs: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float | None, float | None]] | None = None,
    most: Achieved | None = None,
    spread: bool = True,
    chance: float | None = None,
    anew: bool = False,
    past: Panel | None = None,
    moving: Values | None = None,
    moving_words: str = "",
    worth: Mapping[str, Worth] | None = None,
    draws: int = DRAWS,
    titles: Mapping[str, str] | None = None,
) -> Target:
    """The least change of an area's figures in a period (the last by default) that reaches a goal.

    A change is measured in standard deviations over areas; its cost is Σ ``costs`` × change² (``spread``: every part
    does something), or Σ ``costs`` × |change| (the cheapest parts do all); a member not named in ``costs`` counts 1.
    ``bounds`` are the lowest and highest figure allowed, in natural units; beside them hold the range of the indicator
    and, with ``most``, no larger improvement than others have made. ``chance``: reach the goal in that share of
    redraws of the figures, not only as published; ``anew``: also in the index built anew with the change put in, where
    the yardstick moves with it. ``moving`` ``(areas,)`` is what other scores are expected to gain
    meanwhile (displayed points), as ``moving_words`` say. ``past`` holds the figures by which an earlier period is
    compared (money in the prices of one year), ``worth`` what figures come to in people or pounds.

    The yardstick stays that of the published figures; then an index put together by arithmetic means is linear in the
    change, and the answer exact; otherwise it is found by tangents and may not be the least (``exact``). Sampling
    errors stay as large as they are. Raises ``NotFound`` and ``MissingData`` for an area or period that is not there
    or not scored, ``MethodError`` with every fault of goal, costs and bounds. OECD/JRC (2008), steps 8 and 9.
    """
    method = method or framework.method
    period = panel.periods[-1] if period is None else period
    held = Held.of(framework, panel, method, area, period, (titles or {}).get(area, area))
    names = dict(titles or {})
    scored = ~np.isnan(held.index.scores[held.at, :, 0])
    faults = goal.faults(area, panel.areas, scored, panel.periods, period)
    if chance is not None and not 0 < chance < 1:
        faults.append(Fault(f"a chance of {chance:g} is none", column="chance", remedy="above 0 and below 1"))
    figures, unit = held.figures, held.spread
    cost, limits, more = limits_of(framework, catalogue, figures, costs or {}, bounds or {}, most)
    if faults + more:
        raise MethodError("what it would take cannot be worked out", faults=faults + more)
    a, areas, published = held.a, panel.areas, held.index.displayed[held.at, :, 0]
    drift = np.zeros(len(areas)) if moving is None else np.where(np.arange(len(areas)) == a, 0.0, np.nan_to_num(moving))
    redrawn = _redrawn(framework, panel if past is None else past, catalogue, method, goal, period, a, draws)
    wanted = goal.threshold(redrawn.scores + drift, a, areas, redrawn.past) - redrawn.error
    base = float(goal.threshold(published + drift, a, areas, redrawn.own))
    lift = 0.0 if chance is None else max(float(np.quantile(wanted, chance, method="higher")) - base, 0.0)
    sign, step = limits.sign, np.nan_to_num(unit)

    def after(effort: Values) -> Values:
        return np.asarray(figures + sign * step * effort)

    def margin(effort: Values) -> Values:
        scores = held.scores(after(effort)) + drift
        needed = goal.threshold(scores, a, areas, redrawn.own) + lift
        return np.asarray(scores[..., a] - needed - AHEAD)

    def solved(beyond: float) -> tuple[Reached, Values, Values, float]:
        """The least change that goes so many points beyond, its figures, the index built anew, what that lacks."""
        found = reach(lambda effort: margin(effort) - beyond, cost, *limits.effort(figures, unit), spread)
        new = after(np.where(np.isfinite(found.change), found.change, 0.0))
        rebuilt = held.rebuilt(new) + drift
        return found, new, rebuilt, float(goal.threshold(rebuilt, a, areas, redrawn.own)) + lift - float(rebuilt[a])

    answer, beyond = solved(0.0), 0.0
    if anew and answer[0].feasible and answer[3] > 0:
        answer, beyond = _anew(solved, 2 * answer[3])
    found, new, rebuilt, _ = answer
    scores, change = held.scores(new), np.where(np.isfinite(found.change), found.change, 0.0)
    exact = found.exact and beyond == 0
    return Target(
        period=period, area=area, goal=goal, members=framework.indicators, titles=names, catalogue=catalogue,
        figures=figures, new=new, effort=np.where(np.isnan(figures), np.nan, change),
        gain=held.scores(after(change + np.eye(len(change))))[:, a] - scores[a],
        cost=cost, spread_of=unit, spread=spread, limits=limits, feasible=found.feasible, exact=exact,
        before=float(published[a]), after=float(scores[a]), threshold=base + lift,
        rank_before=int(places(published)[a]), rank_after=int(places(scores + drift)[a]), ranked=int(scored.sum()),
        rebuilt=float(rebuilt[a]), rank_rebuilt=int(places(rebuilt)[a]), anew=anew,
        interval_before=_interval(redrawn.scores, a), chance=float((scores[a] >= wanted).mean()),
        interval_after=_interval(redrawn.scores + drift + (scores[a] - published[a]) * (np.arange(len(areas)) == a), a),
        sure=float(np.quantile(wanted, SURE, method="higher")), wanted=chance, draws=len(redrawn.scores),
        worth=dict(worth or {}), moving=moving_words if moving is not None else "",
    )  # fmt: skip


Solved = tuple[Reached, Values, Values, float]


def _anew(solved: Callable[[float], Solved], beyond: float) -> tuple[Solved, float]:
    """How far beyond the goal the least change must go for the index built anew to reach it: found by doubling, then
    by halving. Not feasible where no such change is found."""
    least, answer = 0.0, solved(beyond)
    for _ in range(ROUNDS):
        if answer[3] <= 0 or not answer[0].feasible:
            break
        least, beyond = beyond, 2 * beyond
        answer = solved(beyond)
    if answer[3] > 0:
        return (replace(answer[0], feasible=False), *answer[1:]), beyond
    for _ in range(ROUNDS):
        tried = solved((least + beyond) / 2)
        if tried[3] <= 0:
            answer, beyond = tried, (least + beyond) / 2
        else:
            least = (least + beyond) / 2
    return answer, beyond


@dataclass(frozen=True, eq=False)
class _Redrawn:
    """Displayed scores in redraws of the figures ``(draws, areas)``, the area's error ``(draws,)``, its score of the
    earlier period in redraws ``(draws,)`` and as published, ``own`` (NaN where no earlier period is asked about)."""

    scores: Values
    error: Values
    past: Values
    own: float


def _redrawn(
    framework: Framework,
    panel: Panel,
    catalogue: Catalogue,
    method: Method,
    goal: Goal,
    period: str,
    a: int,
    draws: int,
) -> _Redrawn:
    """The index under redraws of the figures within their sampling error, in the period and the earlier one, if any."""
    both = [goal.period, period] if goal.kind == "no worse" else [period]
    if method.scope == "each period":
        panel = panel.select(periods=both)
        method = method.replace(scope="base period", base_period=period) if len(both) > 1 else method
    index = build(framework, panel, method)
    design = Design.drawn((), draws, method.sampling.seed, errors=True)
    study = Study.of(framework, panel, method, design, catalogue, published=index.scores, nodes=(INDEX,))
    found = np.concatenate([part.scores[~part.failed][:, :, 0] for part in blocks(study)])
    scores = method.display.centre + method.display.spread * found
    at = panel.periods.index(period)
    error = scores[:, at, a] - index.displayed[at, a, 0]
    if len(both) == 1:
        return _Redrawn(scores[:, at], error, np.full(len(scores), np.nan), float("nan"))
    then = panel.periods.index(goal.period)
    own = float(index.displayed[then, a, 0])
    if np.isnan(own):
        raise MissingData(f"{index.areas[a]} is not scored in {goal.period}", remedy="choose another period")
    return _Redrawn(scores[:, at], error, scores[:, then, a], own)


def _interval(scores: Values, a: int) -> tuple[float, float]:
    """The ranks that an area takes in 95 % of redraws ``(draws, areas)``."""
    low, high = np.quantile(places(scores)[:, a], [0.025, 0.975])
    return float(np.floor(low)), float(np.ceil(high))
