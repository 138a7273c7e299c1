"""A budget shared among areas by a rule that is data, beside other rules, and how far the shares can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.finding import Finding
from goodwork.analysis.inequality import gini
from goodwork.analysis.sharing import Pence, shares_within, to_the_penny
from goodwork.errors import Fault, MethodError
from goodwork.index.ranking import places
from goodwork.language import tr
from goodwork.model.allocation import Formula, Rule
from goodwork.model.panel import Values
from goodwork.model.shown import shown

if TYPE_CHECKING:
    import pandas as pd

RULES: tuple[Rule, ...] = get_args(Rule)
#: The part of the areas whose share is told: the lowest fifth.
LOWEST = 0.2


@dataclass(frozen=True, eq=False)
class Allocation:
    """Grants in pence ``(areas,)`` by the formula's own rule, which add up to the budget; and by every rule.

    ``scores`` and ``people`` are ``(areas,)``; ``need`` is what the formula counts for all people of an area. Areas
    that lack a score or people are in ``without``, each with the reason, and get nothing. ``rules`` has the grants of
    each rule within the same bounds, or why there are none. ``ranges`` has, for each thing that was varied, the grants
    in pounds in 95 % of rebuilt indices ``(2, areas)``, ``paid`` the share of them in which an area got anything.
    """

    formula: Formula
    period: str
    areas: tuple[str, ...]
    titles: Mapping[str, str]
    scores: Values
    people: Values
    need: Values
    grants: Pence
    rules: Mapping[str, Pence | str]
    ranges: Mapping[str, Values]
    paid: Mapping[str, Values]
    draws: Mapping[str, int]
    without: Mapping[str, str]
    invented: bool = False

    def _repr_html_(self) -> str:
        """How a notebook shows it: who gets how much, with the ranges, and how far that can be trusted."""
        return shown(
            tr("A budget shared, {period}").format(period=self.period),
            self.findings,
            self.table,
            invented=self.invented,
        )

    @cached_property
    def pounds(self) -> Values:
        """Grants in pounds, ``(areas,)``."""
        return np.asarray(self.grants / 100)

    @cached_property
    def by_people(self) -> Values:
        """What each area would get if the budget were shared by people and nothing else, in pounds ``(areas,)``."""
        return np.asarray(float(self.formula.budget) * self.people / self.people.sum())

    @property
    def table(self) -> pd.DataFrame:
        """One row per area, the largest grant first: score, people, need, grant, share, pounds per head, what it gains
        against a share by population, and for each thing varied the range of the grant and how often it is paid."""
        import pandas as pd

        columns = {
            "area": self.areas, "name": [self.titles.get(a, a) for a in self.areas], "score": self.scores,
            "people": self.people, "need": self.need, "grant": self.pounds,
            "share": self.grants / max(int(self.grants.sum()), 1), "per_head": self.pounds / self.people,
            "by_people": self.by_people, "gains": self.pounds - self.by_people,
        }  # fmt: skip
        for kind, (low, high) in self.ranges.items():
            columns |= {f"low_{kind}": low, f"high_{kind}": high, f"paid_{kind}": self.paid[kind]}
        table = pd.DataFrame(columns)
        return table.sort_values(["grant", "need"], ascending=False, kind="stable", ignore_index=True)

    @property
    def compared(self) -> pd.DataFrame:
        """One row per area, in the order of ``table``, with its grant in pounds under every rule; NaN under a rule that
        the bounds forbid."""
        import pandas as pd

        columns = {rule: np.nan if isinstance(found, str) else found / 100 for rule, found in self.rules.items()}
        table = pd.DataFrame({"area": self.areas, "name": [self.titles.get(a, a) for a in self.areas]})
        order = self.table["area"]
        return table.assign(**columns).set_index("area").loc[order].reset_index()

    @property
    def summary(self) -> pd.DataFrame:
        """One row per rule: areas paid, largest and smallest grant, what the lowest fifth of areas get, Gini of pounds
        per head, concentration (below zero: more goes where scores are low), pounds that move against shares by
        people; or why the bounds forbid it."""
        import pandas as pd

        rows: list[dict[str, object]] = []
        for rule, found in self.rules.items():
            if isinstance(found, str):
                rows.append({"rule": rule, "why_not": found})
                continue
            pounds = found / 100
            rows.append(
                {
                    "rule": rule, "areas": int((found > 0).sum()), "largest": pounds.max(),
                    "smallest": pounds[found > 0].min(), "lowest_fifth": pounds[self.lowest].sum() / pounds.sum(),
                    "gini": float(gini(pounds / self.people, self.people)),
                    "concentration": concentration(pounds, self.people, self.scores),
                    "moved": float(np.abs(pounds - self.by_people).sum() / 2), "why_not": "",
                }
            )  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def lowest(self) -> NDArray[np.bool_]:
        """Which areas are among the lowest fifth by score, ``(areas,)``."""
        return np.asarray(_below(self.scores) < LOWEST)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Who gets how much, who gains against a share by people, and how far that can be trusted."""
        from goodwork.analysis.allocation_words import findings

        return findings(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """The formula in words, who is left out, what the ranges hold."""
        from goodwork.analysis.allocation_words import notes

        return notes(self)


def allocate(
    formula: Formula,
    areas: Sequence[str],
    scores: Values,
    people: Values,
    *,
    period: str = "",
    titles: Mapping[str, str] | None = None,
    replicates: Mapping[str, Values] | None = None,
) -> Allocation:
    """Share a budget among areas by a formula, to the penny.

    ``scores`` ``(areas,)`` are displayed scores of the formula's node, ``people`` ``(areas,)`` residents, NaN where not
    known: such areas are left out and named. ``replicates`` hold scores of the index built again ``(draws, areas)`` by
    what was varied; the formula is applied to each, without rounding. Raises ``MethodError`` with every fault: no area
    with score and people, none in need, a floor that costs more than the budget, a cap under which it cannot be spent,
    a minimum grant above the budget. Need by distance and people: Foster, Greer & Thorbecke (1984), *Econometrica* 52.

    >>> found = allocate(Formula(budget="100"), ["a", "b", "c"], np.array([90.0, 95, 110]), np.full(3, 1000.0))
    >>> found.grants.tolist()
    [6667, 3333, 0]
    """
    scores, people = np.asarray(scores, dtype=float), np.asarray(people, dtype=float)
    here = np.isfinite(scores) & (people > 0)
    titles = titles or {}
    if not here.any():
        raise MethodError(
            "no area here has both a score and residents to share among", remedy="choose other areas, or another period"
        )
    need = needs(formula, formula.by, scores[here], people[here])
    rules: dict[str, Pence | str] = {}
    for rule in (formula.by, *(r for r in RULES if r != formula.by)):
        wants = needs(formula, rule, scores[here], people[here])
        faults = _faults(formula, wants)
        if faults and rule == formula.by:
            raise MethodError("the budget cannot be shared by this formula", faults=faults)
        rules[rule] = "; ".join(fault.what for fault in faults) if faults else _granted(formula, wants)
    ranges, paid = {}, {}
    _, floor, cap, minimum = formula.pence
    for kind, drawn in (replicates or {}).items():
        wants = needs(formula, formula.by, drawn[:, here], people[here])
        found = shares_within(wants, formula.pence[0], floor, np.inf if cap is None else cap, minimum) / 100
        ranges[kind], paid[kind] = np.quantile(found, [0.025, 0.975], axis=0), (found > 0).mean(axis=0)
    why = np.where(np.isfinite(scores), "no number of residents is known", "it has no score")
    without = {area: str(reason) for area, reason, fine in zip(areas, why, here, strict=True) if not fine}
    grants = rules[formula.by]
    assert not isinstance(grants, str)  # its faults were raised
    return Allocation(
        formula=formula, period=period, areas=tuple(np.array(areas)[here].tolist()), titles=titles,
        scores=scores[here], people=people[here], need=need, grants=grants, rules=rules, ranges=ranges, paid=paid,
        draws={kind: len(drawn) for kind, drawn in (replicates or {}).items()}, without=without,
    )  # fmt: skip


def needs(formula: Formula, rule: Rule, scores: Values, people: Values) -> Values:
    """What a rule counts for all people of each area, in proportion to which money is shared, ``(..., areas)``.

    ``need``: people × fade × shortfall to the formula's power, where the shortfall is measured from the upper end of
    the taper and the fade falls from 1 at the threshold to 0 there. ``scores`` ``(..., areas)`` without gaps.

    >>> formula = Formula(budget="1", threshold=100, taper=4)
    >>> needs(formula, "need", np.array([90.0, 102, 104]), np.array([10.0, 10, 10])).tolist()
    [140.0, 10.0, 0.0]
    """
    if rule == "population":
        return np.broadcast_to(people, scores.shape).copy()
    if rule == "equal":
        return np.ones(scores.shape)
    if rule == "tiers":
        ends, weights = np.array([t.upto for t in formula.tiers]), np.array([t.weight for t in formula.tiers] + [0.0])
        return np.asarray(weights[np.searchsorted(ends, _below(scores), side="right")] * people)
    end = formula.threshold + formula.taper
    depth = np.maximum(end - scores, 0.0)
    fade = np.clip(depth / formula.taper, 0.0, 1.0) if formula.taper > 0 else (depth > 0).astype(float)
    return np.asarray(people * fade * depth**formula.power)


def concentration(amount: Values, people: Values, scores: Values) -> float:
    """How far money goes to people in areas of low or of high scores: −1 all to the lowest, 0 by people, 1 to the top.

    One less twice the area under the concentration curve: the share of money of the people of the lowest areas, areas
    with one score taken together. All arrays ``(areas,)``. Kakwani (1980); Wagstaff, Paci & van Doorslaer (1991).

    >>> concentration(np.array([1.0, 0.0]), np.array([5.0, 5.0]), np.array([80.0, 120.0]))
    -0.5
    """
    _, of = np.unique(scores, return_inverse=True)
    heads, money = np.bincount(of, weights=people), np.bincount(of, weights=amount)
    x = np.concatenate([[0.0], np.cumsum(heads) / heads.sum()])
    y = np.concatenate([[0.0], np.cumsum(money) / money.sum()])
    return float(1 - (np.diff(x) * (y[1:] + y[:-1])).sum())


def _below(scores: Values) -> Values:
    """The share of areas with a lower score, ``(..., areas)``."""
    return np.asarray((places(-scores) - 1) / scores.shape[-1])


def _faults(formula: Formula, wants: Values) -> list[Fault]:
    """Why the budget cannot be shared within the bounds."""
    budget, floor, cap, minimum = formula.pence
    n, needy = len(wants), int((wants > 0).sum())
    faults = []
    if not needy:
        remedy = "raise the threshold, or choose another rule"
        faults.append(Fault("no area is in need", column="threshold", remedy=remedy))
    if floor * n > budget:
        what = f"a floor of £{floor / 100:,.2f} for {n} areas is more than the budget, £{budget / 100:,.2f}"
        faults.append(Fault(what, column="floor", remedy=f"£{budget // n / 100:,.2f} at most"))
    if cap is not None and needy and cap * needy + floor * (n - needy) < budget:
        most = (cap * needy + floor * (n - needy)) / 100
        what = f"with a cap of £{cap / 100:,.2f} no more than £{most:,.2f} of £{budget / 100:,.2f} can be spent"
        faults.append(Fault(what, column="cap", remedy="raise the cap, or widen the need"))
    if minimum > budget:
        what = f"the minimum grant, £{minimum / 100:,.2f}, is more than the budget, £{budget / 100:,.2f}"
        faults.append(Fault(what, column="minimum", remedy="lower it"))
    if not faults and minimum and cap is not None and _spent(formula, wants) < budget - 0.5:
        what = "minimum and cap together leave money over: fewer areas can be paid than are needed to spend it"
        faults.append(Fault(what, column="minimum", remedy="lower the minimum, or raise the cap"))
    return faults


def _spent(formula: Formula, wants: Values) -> float:
    budget, floor, cap, minimum = formula.pence
    return float(shares_within(wants, budget, floor, np.inf if cap is None else cap, minimum).sum())


def _granted(formula: Formula, wants: Values) -> Pence:
    """Grants in pence."""
    budget, floor, cap, minimum = formula.pence
    shares = shares_within(wants, budget, floor, np.inf if cap is None else cap, minimum)
    return to_the_penny(shares, budget, max(floor, minimum), cap)
