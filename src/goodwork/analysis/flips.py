"""How firmly two areas stand in their order: the smallest change of weights that turns it (handbook step 8).

Under the arithmetic mean a score is a sum of weights times scores, so the order of two areas turns at a plane in the
space of weights, and the question is how far the weights in use are from that plane. The distance is the weight that
has to be moved from some nodes to others: half the sum of all changes, in points of 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from goodwork.analysis.cut import Cut
from goodwork.errors import MethodError
from goodwork.index.build import Index
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: By how much of their largest difference one area must lie ahead of another: rounding does not make an order. The
#: solver keeps to a constraint only so closely, so it is given more.
AHEAD, SOLVER_AHEAD = 1e-9, 1e-6
#: Seconds a search for the smallest change may take; what it has found by then is not known to be the smallest.
SECONDS = 60.0
#: Changes below this, in points, are not worth a word.
SEEN = 0.05


@dataclass(frozen=True, eq=False)
class WeightChange:
    """The smallest change of weights by which an area passes a rival, or comes among the first ``top``.

    ``before`` and ``after`` are weights in the whole, ``(nodes,)``, each summing to one; ``points`` of 100 are moved.
    Where no weights do it, ``feasible`` is false, ``after`` and ``points`` are NaN and ``best_rank`` is the best place
    any weights give the area (NaN where it was not asked). ``unbeatable`` are the areas that are at least as good in
    every node, which no weights can put behind; ``set_aside`` those with gaps of their own, whose scores are not linear
    in the weights: they are in the ranks, but the search did not steer by them. ``proven`` says that no smaller change
    (or, where not feasible, no change at all) does it; it is false where the search ran out of time or was stopped by
    the areas set aside.
    """

    period: str
    area: str
    rival: str | None
    top: int | None
    nodes: tuple[str, ...]
    titles: tuple[str, ...]
    before: Values
    after: Values
    points: float
    feasible: bool
    proven: bool
    rank_before: int
    rank_after: float
    best_rank: float
    unbeatable: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """One row per node: its weight before and after, and the change, in points of 100."""
        import pandas as pd

        weights = {"before": 100 * self.before, "after": 100 * self.after, "change": 100 * (self.after - self.before)}
        return pd.DataFrame({"node": self.nodes, "title": self.titles, **weights})

    def sentence(self, names: Mapping[str, str] | None = None) -> str:
        """The finding in words; ``names`` gives areas and nodes the names a reader knows."""
        names = names or {}
        goal = tr("among the first {top}").format(top=self.top)
        if self.rival is not None:
            goal = tr("ahead of {rival}").format(rival=names.get(self.rival, self.rival))
        facts = {"area": names.get(self.area, self.area), "goal": goal, "period": self.period}
        if not self.feasible:
            none = tr("No weights were found that put {area} {goal} in {period}{why_not}.")
            if self.proven:
                none = tr("No weights put {area} {goal} in {period}{why_not}.")
            return none.format(**facts, why_not=self._why_not(names))
        if self.points == 0:
            return tr("{area} is {goal} in {period} as the weights are.").format(**facts)
        change = 100 * (self.after - self.before)
        titles = [names.get(node, title) for node, title in zip(self.nodes, self.titles, strict=True)]
        order = np.argsort(-abs(change), kind="stable")
        givers, takers = (
            _listed([f"{titles[i]} ({abs(change[i]):.1f})" for i in order if sign * change[i] > SEEN])
            for sign in (-1, 1)
        )
        amount = tr("Less than {least} points of weight").format(least=SEEN)
        if self.points >= SEEN:
            amount = tr("{points:.1f} points of weight").format(points=self.points)
        told = tr("{amount} put {area} {goal} in {period}")
        if givers and takers:
            told = tr("{amount}, moved from {givers} to {takers}, put {area} {goal} in {period}")
        told = told.format(amount=amount, givers=givers, takers=takers, **facts)
        return f"{told}." if self.proven else tr("{told}; less may do.").format(told=told)

    def _why_not(self, names: Mapping[str, str]) -> str:
        if self.rival is not None:
            better = tr(": {rival} is at least as good in everything that is weighed")
            return better.format(rival=names.get(self.rival, self.rival))
        if not self.proven:
            return ""
        best = tr(": at best it is {rank:.0f} in rank")
        if self.unbeatable:
            best = tr(": at best it is {rank:.0f} in rank, and {n} are at least as good in everything")
        return best.format(rank=self.best_rank, n=len(self.unbeatable))


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return tr("{names} and {last}").format(names=", ".join(words[:-1]), last=words[-1])


@dataclass(frozen=True, eq=False)
class AdjacentSwaps:
    """For each two areas next to each other in the ranking, the smallest change of weights that turns their order.

    ``ahead`` and ``behind`` are the pairs, best first; ``gap`` ``(pairs,)`` is the distance of their scores and
    ``points`` ``(pairs,)`` of 100 the weight that has to be moved; NaN where ``reason`` says why there is no such
    change.
    """

    period: str
    nodes: tuple[str, ...]
    ahead: tuple[str, ...]
    behind: tuple[str, ...]
    gap: Values
    points: Values
    reason: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per pair, in the order of the ranking."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in ("ahead", "behind", "gap", "points", "reason")}
        return pd.DataFrame(columns).assign(period=self.period)


def smallest_swap(
    index: Index, area: str, rival: str, period: str | None = None, level: int | None = None
) -> WeightChange:
    """The smallest change of weights that puts an area ahead of a rival in a period (the last by default).

    Weights are those of the children of the index or, with ``level``, of the nodes of that level in the whole (1: the
    indicators); none becomes negative. Weight goes to the node where the area is furthest ahead, taken first from where
    it is furthest behind, which solves the linear programme exactly. Other areas may pass, too: ``rank_after`` counts
    them. Raises ``MethodError`` for nodes above those weights that are not arithmetic means and for areas whose gaps
    differ or lie beneath a domain, ``NotFound`` and ``MissingData`` for areas that are unknown or not scored. Handbook
    step 8; Foster, McGillivray & Seth (2013), *Econometric Reviews* 32, on rankings that hold under other weights.

    >>> from goodwork import Panel, build
    >>> from goodwork.model.framework import Framework, Member
    >>> import pandas as pd
    >>> table = pd.DataFrame({"area": list("AAABBBCCC"), "indicator": ["pay", "hours", "safety"] * 3, "period": "2023",
    ...                       "value": [9.0, 9, 3, 5, 8, 6, 1, 4, 9]})
    >>> members = tuple(Member(indicator=i, direction="higher") for i in ("pay", "hours", "safety"))
    >>> framework = Framework(name="jobs", title="Jobs", members=members)
    >>> index = build(framework, Panel.from_table(table, indicators=framework.indicators))
    >>> smallest_swap(index, "B", "A").sentence()
    '6.3 points of weight, moved from pay (6.3) to safety (6.3), put B ahead of A in 2023.'
    """
    cut = Cut.of(index, period, level)
    a, b = cut.place(area), cut.place(rival)
    if not (cut.same_gaps(a)[b] and cut.linear[a]):
        raise MethodError(
            f"{area} and {rival} have gaps by which their order is not linear in these weights",
            remedy="fill gaps (imputation), leave out what one of them lacks, or ask at the level of the domains",
        )
    if cut.total[a] > cut.total[b]:
        return _change(cut, area, rival=rival, after=cut.weights)
    after, _, feasible = _overtake(cut.difference(a, [b])[0], cut.weights)
    return _change(cut, area, rival=rival, after=after) if feasible else _change(cut, area, rival=rival)


def smallest_to_top(
    index: Index,
    area: str,
    period: str | None = None,
    top: int = 10,
    level: int | None = None,
    seconds: float = SECONDS,
) -> WeightChange:
    """The smallest change of weights that brings an area among the first ``top`` in a period (the last by default).

    Which areas it has to pass is part of the question, so that this is a mixed programme: weights, and for each rival
    whether it stays ahead; solved by HiGHS within ``seconds``. Weights and errors as in ``smallest_swap``. Areas with
    other gaps than this one are left out of the programme but not of the ranking: where they come in between, fewer
    others are let ahead until the place is reached (``proven`` is then false). Raises ``MethodError`` for a ``top``
    below one. Handbook step 8; Foster, McGillivray & Seth (2013).
    """
    if top < 1:
        raise MethodError(f"there are no first {top}", remedy="choose 1 or more")
    cut = Cut.of(index, period, level)
    a = cut.place(area)
    if not cut.linear[a]:
        raise MethodError(
            f"{area} has gaps beneath a domain, so that its score is not linear in these weights",
            remedy="fill gaps (imputation), or ask at the level of the domains",
        )
    if cut.ranks[a] <= top:
        return _change(cut, area, top=top, after=cut.weights)
    search = _Search.of(cut, a, seconds)
    for places in range(top, 0, -1):
        after, proven = search.smallest(places)
        if after is None:
            break
        if cut.rank_of(a, after) <= top:
            return _change(cut, area, top=top, after=after, proven=proven and places == top)
    impossible = after is None and places == top and proven
    best, certain = search.best_rank()
    return _change(cut, area, top=top, proven=impossible and certain, best_rank=best)


def pairwise_swaps(index: Index, period: str | None = None, level: int | None = None) -> AdjacentSwaps:
    """The smallest change of weights that turns the order of each two neighbours in the ranking of a period.

    Weights and errors as in ``smallest_swap``; all pairs at once. A pair of few points is an order that the weights
    have made, not the figures. Tied areas need (almost) nothing. Handbook step 8; Foster, McGillivray & Seth (2013).
    """
    cut = Cut.of(index, period, level)
    order = np.argsort(np.where(cut.scored, cut.ranks, np.inf), kind="stable")[: int(cut.scored.sum())]
    ahead, behind = order[:-1], order[1:]
    difference = np.nan_to_num(cut.scores[behind] - cut.scores[ahead])
    _, moved, feasible = _overtake(difference, cut.weights)
    comparable = (cut.here[ahead] == cut.here[behind]).all(axis=-1) & cut.linear[ahead]
    reason = np.select([~comparable, ~feasible], ["not linear: gaps", "at least as good in everything"], "")
    return AdjacentSwaps(
        period=cut.index.periods[cut.at],
        nodes=cut.nodes,
        ahead=tuple(cut.index.areas[i] for i in ahead),
        behind=tuple(cut.index.areas[i] for i in behind),
        gap=cut.total[ahead] - cut.total[behind],
        points=np.where(comparable & feasible, 100 * moved, np.nan),
        reason=tuple(map(str, reason)),
    )


def _overtake(difference: Values, weights: Values) -> tuple[Values, Values, NDArray[np.bool_]]:
    """Weights after, weight moved, and whether any weights do it, for differences ``(..., nodes)`` to the area ahead.

    Each unit of weight that goes from a node to the best one gains the distance of their differences, so the worst give
    first, each as much as it has: the linear programme of one constraint, solved in order.
    """
    lead = difference - AHEAD * np.abs(difference).max(axis=-1, keepdims=True) * (difference != 0)
    lacking = np.maximum(-(lead @ weights), 0.0)[..., None]
    gain = lead.max(axis=-1, keepdims=True) - lead
    order = np.argsort(lead, axis=-1, kind="stable")
    supply = np.take_along_axis(weights * gain, order, axis=-1)
    used = np.clip(lacking - (np.cumsum(supply, axis=-1) - supply), 0.0, supply)
    used = np.take_along_axis(used, np.argsort(order, axis=-1), axis=-1)
    given = np.divide(used, gain, out=np.zeros_like(used), where=gain > 0)
    best = np.arange(lead.shape[-1]) == lead.argmax(axis=-1)[..., None]
    moved = given.sum(axis=-1)
    return weights - given + best * moved[..., None], moved, np.asarray(lead.max(axis=-1) > 0)


def _change(
    cut: Cut,
    area: str,
    *,
    rival: str | None = None,
    top: int | None = None,
    after: Values | None = None,
    proven: bool = True,
    best_rank: float = np.nan,
) -> WeightChange:
    """The finding as a result; without weights ``after`` there are none that do it."""
    a = cut.place(area)
    rivals = np.flatnonzero(cut.same_gaps(a) & (np.arange(len(cut.total)) != a))
    unbeatable = rivals[(cut.difference(a, rivals) <= 0).all(axis=-1)]
    apart = np.flatnonzero(cut.scored & ~cut.same_gaps(a)) if rival is None else np.arange(0)
    feasible = after is not None
    after = np.full(len(cut.nodes), np.nan) if after is None else after
    return WeightChange(
        period=cut.index.periods[cut.at],
        area=area,
        rival=rival,
        top=top,
        nodes=cut.nodes,
        titles=tuple(cut.index.framework.node_title(node) for node in cut.nodes),
        before=cut.weights,
        after=after,
        points=float(50 * np.abs(after - cut.weights).sum()),
        feasible=feasible,
        proven=proven,
        rank_before=int(cut.ranks[a]),
        rank_after=np.nan if not feasible else cut.ranks[a] if after is cut.weights else cut.rank_of(a, after),
        best_rank=best_rank,
        unbeatable=tuple(cut.index.areas[i] for i in unbeatable),
        set_aside=tuple(cut.index.areas[i] for i in apart),
    )


@dataclass(frozen=True, eq=False)
class _Search:
    """The mixed programme: the weight of each node, what it gives, and for each rival in doubt whether it stays ahead.

    ``lead`` ``(rivals, nodes)`` is how far the area is ahead, as a part of the largest distance to that rival; rivals
    that are always ahead are only counted (``lost``), those always behind left out.
    """

    weights: Values
    lead: Values
    lost: int
    seconds: float

    @classmethod
    def of(cls, cut: Cut, a: int, seconds: float) -> _Search:
        rivals = np.flatnonzero(cut.same_gaps(a) & (np.arange(len(cut.total)) != a))
        lead = cut.difference(a, rivals)
        lead = lead / np.maximum(np.abs(lead).max(axis=-1, keepdims=True), 1e-300)
        lost = (lead <= SOLVER_AHEAD).all(axis=-1)
        won = (lead > SOLVER_AHEAD).all(axis=-1)
        return cls(cut.weights, lead[~lost & ~won], int(lost.sum()), seconds)

    def smallest(self, places: int) -> tuple[Values | None, bool]:
        """Weights that leave fewer than ``places`` rivals ahead with the least moved (none: impossible, or not found),
        and whether that is proven."""
        if self.lost >= places:
            return None, True
        nodes, rivals = len(self.weights), len(self.lead)
        places_left = np.concatenate([np.zeros(2 * nodes), np.ones(rivals)])
        given = np.concatenate([np.zeros(nodes), np.ones(nodes), np.zeros(rivals)])
        found, proven = self._solve(given, LinearConstraint(places_left, -np.inf, places - 1 - self.lost))
        if found is None:
            return None, proven
        after = np.maximum(found[:nodes], 0.0)
        return after / after.sum(), proven

    def best_rank(self) -> tuple[float, bool]:
        """The best place any weights give the area among those it can be compared with, and whether it is proven."""
        nodes, rivals = len(self.weights), len(self.lead)
        found, proven = self._solve(np.concatenate([np.zeros(2 * nodes), np.ones(rivals)]))
        return (np.nan if found is None else 1.0 + self.lost + float(found[2 * nodes :].round().sum())), proven

    def _solve(self, cost: Values, *more: LinearConstraint) -> tuple[Values | None, bool]:
        """Weights, what each node gives, and who stays ahead: the cheapest by ``cost``, and whether that is proven."""
        nodes, rivals = len(self.weights), len(self.lead)
        one, none = np.eye(nodes), np.zeros((nodes, rivals))
        whole = np.concatenate([np.ones(nodes), np.zeros(nodes + rivals)])
        reach = SOLVER_AHEAD - self.lead.min(axis=-1, initial=0.0)
        passing = np.hstack([self.lead, np.zeros((rivals, nodes)), np.diag(reach)])
        answer = milp(
            cost,
            integrality=np.concatenate([np.zeros(2 * nodes), np.ones(rivals)]),
            bounds=Bounds(0.0, 1.0),
            constraints=[
                LinearConstraint(whole, 1.0, 1.0),
                LinearConstraint(np.hstack([one, one, none]), self.weights, np.inf),
                LinearConstraint(passing, SOLVER_AHEAD, np.inf),
                *more,
            ],
            # With presolve HiGHS prints notes of its own to the standard output, and is no faster here.
            options={"time_limit": self.seconds, "mip_rel_gap": 0.0, "presolve": False},
        )
        return answer.x, answer.status in (0, 2)
