"""Variants of an index beside each other: who moves, how far, and why (handbook step 8, back to the details)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from goodwork.errors import DeclarationError, GoodWorkError, MethodError, MissingData, NotFound
from goodwork.index.build import Index, build
from goodwork.index.ranking import rank
from goodwork.model.area import nearest
from goodwork.model.framework import INDEX, Framework
from goodwork.model.indicator import Direction
from goodwork.model.method import Method
from goodwork.model.panel import Panel, Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two variants of an index over the periods and areas they share; arrays ``(periods, areas)``, NaN where an area is
    not scored in both.

    Ranks are taken among the areas that both score, so that an area which only one of them scores moves nobody.
    ``places`` are gained (+) or lost (−) from ``before`` to ``after``. ``reasons`` ``(periods, areas, members)`` are
    the changes of the members' contributions, which add up to the change of score; ``None`` unless both are arithmetic.
    """

    labels: tuple[str, str]
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    members: tuple[str, ...]
    score_before: Values
    score_after: Values
    rank_before: Values
    rank_after: Values
    reasons: Values | None

    @property
    def places(self) -> Values:
        """Places gained (+) or lost (−)."""
        return self.rank_before - self.rank_after

    @property
    def table(self) -> pd.DataFrame:
        """One row per period and area that both score, the widest moves of each period first, with the member that
        did most in the direction of the move of the score (``why``, empty where contributions do not add up)."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.periods, self.areas], names=["period", "area"]).to_frame(index=False)
        names = ("score_before", "score_after", "rank_before", "rank_after", "places")
        table = keys.assign(**{name: getattr(self, name).ravel() for name in names})
        table["shift"] = table["score_after"] - table["score_before"]
        table["why"] = self._strongest()
        table = table[table["places"].notna()].assign(far=table["places"].abs(), wide=table["shift"].abs())
        table = table.sort_values(["period", "far", "wide"], ascending=[True, False, False], kind="stable")
        return table.drop(columns=["far", "wide"]).reset_index(drop=True)

    @property
    def summary(self) -> pd.DataFrame:
        """One row per period: areas in common, Spearman's and Kendall's correlation of the scores, mean and greatest
        rank shift, share of areas that keep their rank. NaN where fewer than three areas are in common."""
        import pandas as pd

        rows = []
        for at, period in enumerate(self.periods):
            both = ~np.isnan(self.places[at])
            before, after, moved = (a[at, both] for a in (self.score_before, self.score_after, np.abs(self.places)))
            vary = len(before) > 2 and np.ptp(before) > 0 and np.ptp(after) > 0
            agree = (stats.spearmanr, stats.kendalltau) if vary else ()
            rho, tau = (float(f(before, after).statistic) for f in agree) if agree else (np.nan, np.nan)
            some = len(moved) > 0
            rows.append(
                {
                    "period": period,
                    "areas": len(moved),
                    "spearman": rho,
                    "kendall": tau,
                    "mean_rank_shift": float(moved.mean()) if some else np.nan,
                    "greatest_rank_shift": float(moved.max()) if some else np.nan,
                    "unmoved": float((moved == 0).mean()) if some else np.nan,
                }
            )
        return pd.DataFrame(rows)

    def why(self, area: str, period: str | None = None) -> pd.DataFrame:
        """The members behind one area's change of score, the greatest first; they add up to it.

        Raises ``NotFound`` for an area or period that the two do not share and ``MethodError`` when the contributions
        of one of them do not add up (some mean is not arithmetic).
        """
        import pandas as pd

        if self.reasons is None:
            raise MethodError(
                "a change of score can be taken apart only when both variants are arithmetic means",
                remedy="compare ranks instead",
            )
        period = self.periods[-1] if period is None else str(period)
        for kind, name, names in (("area", area, self.areas), ("period", period, self.periods)):
            if name not in names:
                raise NotFound(kind, name, nearest(name, names))
        change = self.reasons[self.periods.index(period), self.areas.index(area)]
        table = pd.DataFrame({"member": self.members, "change": change})
        return table.sort_values("change", key=abs, ascending=False, kind="stable").reset_index(drop=True)

    def _strongest(self) -> list[str]:
        if self.reasons is None:
            return [""] * self.places.size
        towards = self.reasons * np.sign(self.score_after - self.score_before)[..., None]
        best = np.nan_to_num(towards, nan=-np.inf).reshape(-1, len(self.members))
        return [self.members[int(np.argmax(row))] if row.max() > 0 else "" for row in best]


def compare(before: Index, after: Index, labels: tuple[str, str] = ("before", "after")) -> Comparison:
    """Put two variants of an index beside each other, over the periods and areas they share.

    Scores are compared as they are: under another normalisation they have another scale, and only ranks can be
    compared. Gaps: an area that one of them does not score has no shift. Raises ``MissingData`` when they share no
    period or no area. Handbook step 8; Saisana, Saltelli & Tarantola (2005): the mean absolute shift of ranks.
    """
    periods = tuple(p for p in before.periods if p in after.periods)
    areas = tuple(a for a in before.areas if a in after.areas)
    if not periods or not areas:
        raise MissingData("the two variants share no period or no area", remedy="build both from the same panel")
    cuts = [np.ix_([i.periods.index(p) for p in periods], [i.areas.index(a) for a in areas]) for i in (before, after)]
    scores = [index.scores[..., 0][cut] for index, cut in zip((before, after), cuts, strict=True)]
    missing = np.isnan(scores[0]) | np.isnan(scores[1])
    scores = [np.where(missing, np.nan, score) for score in scores]
    members = tuple(dict.fromkeys((*before.framework.indicators, *after.framework.indicators)))
    reasons: Values | None = None
    try:
        parts = [_spread(index, cut, members) for index, cut in zip((before, after), cuts, strict=True)]
        reasons = np.where(missing[..., None], np.nan, parts[1] - parts[0])
    except MethodError:
        pass  # some mean is not arithmetic: contributions do not add up
    return Comparison(
        labels, periods, areas, members, scores[0], scores[1], rank(scores[0], -1), rank(scores[1], -1), reasons
    )


def _spread(index: Index, cut: tuple[NDArray[np.intp], ...], members: tuple[str, ...]) -> Values:
    """Contributions with one column per member of either variant; zero for a gap and for a member that is not in it."""
    own = np.nan_to_num(index.contributions[cut])
    found = np.zeros((*own.shape[:-1], len(members)))
    found[..., [members.index(name) for name in index.framework.indicators]] = own
    return found


@dataclass(frozen=True, eq=False)
class Removals:
    """What removing one member or domain at a time does: a comparison with the whole for each, and the ``refused`` with
    the reason why the index cannot be built without them."""

    what: str
    comparisons: Mapping[str, Comparison]
    refused: Mapping[str, str]

    @property
    def table(self) -> pd.DataFrame:
        """One row per removed node and period, as in ``Comparison.summary``, and one per refused node with the
        reason."""
        import pandas as pd

        found = [c.summary.assign(removed=name, refused="") for name, c in self.comparisons.items()]
        found.append(pd.DataFrame({"removed": list(self.refused), "refused": list(self.refused.values())}))
        table = pd.concat([t for t in found if len(t)], ignore_index=True) if any(map(len, found)) else found[-1]
        return table[["removed", *(c for c in table if c not in ("removed", "refused")), "refused"]]


def drop_one(
    framework: Framework, panel: Panel, method: Method | None = None, what: Literal["members", "domains"] = "members"
) -> Removals:
    """Remove each member (or each domain with all beneath it) in turn, build again, and compare with the whole.

    Really removed, not given weight zero: screening, normalisation and weights are those of the smaller framework.
    What cannot be removed (the only member of a domain, the last but one of the index …) is listed with the reason.
    Raises what ``build`` raises for the whole, and ``MethodError`` for another ``what``. Handbook step 8.
    """
    if what not in ("members", "domains"):
        raise MethodError(f"{what!r} cannot be dropped one by one", remedy="choose members or domains")
    method = method or framework.method
    whole = build(framework, panel, method)
    comparisons, refused = {}, {}
    for node in framework.indicators if what == "members" else framework.groups[1:]:
        try:
            smaller, own = without(framework, node, method)
            comparisons[node] = compare(whole, build(smaller, panel, own), ("whole", f"without {node}"))
        except GoodWorkError as error:
            refused[node] = " ".join([error.what, *map(str, error.faults)])
    return Removals(what, comparisons, refused)


def without(framework: Framework, node: str, method: Method | None = None) -> tuple[Framework, Method]:
    """The framework without a member or a domain (and all beneath it), and the method without choices made for them.

    Raises ``NotFound`` for a name that is not there and ``MethodError`` when what is left is no index: an empty domain,
    fewer than two members, siblings that all have weight zero.
    """
    if node not in framework.nodes or node == INDEX:
        raise NotFound("domain or indicator", node, nearest(node, framework.nodes[1:]))
    gone = {node}
    for name in framework.nodes[1:]:
        above = name
        while above != INDEX and above not in gone:
            above = framework.parent(above)
        gone |= {name} if above in gone else set()
    members = tuple(m for m in framework.members if m.indicator not in gone)
    domains = tuple(d for d in framework.domains if d.name not in gone)
    above = framework.parent(node)
    if len(members) < 2:
        raise MethodError(f"without {node!r} the index has fewer than two members", remedy="keep it")
    if set(framework.children(above)) == {node}:
        raise MethodError(f"{node!r} is all there is in {above!r}", remedy=f"remove {above!r} instead")
    method = method or framework.method
    try:
        smaller = framework.replace(members=members, domains=domains)
    except DeclarationError as error:
        raise MethodError(f"without {node!r} there is no index", faults=error.faults, remedy="keep it") from None
    levels = {f"level {smaller.level(name)}" for name in smaller.nodes}
    own = {key: choice for key, choice in method.at.items() if key in levels or key in smaller.nodes}
    return smaller, method.replace(at=own)


def substitute(
    framework: Framework,
    panel: Panel,
    old: str,
    new: str,
    method: Method | None = None,
    direction: Direction | None = None,
) -> Comparison:
    """Put another indicator in a member's place (same domain, weight and, unless given, direction) and compare.

    Raises ``NotFound`` for a member or an indicator that is not there, ``MethodError`` when the new one is already a
    member, and what ``build`` raises. Handbook step 8: the choice of indicators is one of the uncertain ones.
    """
    if old not in framework.indicators:
        raise NotFound("member", old, nearest(old, framework.indicators))
    if new not in panel.indicators:
        raise NotFound("indicator", new, nearest(new, panel.indicators))
    if new in framework.indicators:
        raise MethodError(f"{new!r} is already a member", remedy="choose another indicator, or drop one of the two")
    method = method or framework.method
    members = [
        {**m.model_dump(), "indicator": new, "direction": direction or m.direction, "denominator": "", "factor": 1.0}
        if m.indicator == old
        else m
        for m in framework.members
    ]
    other = framework.replace(members=members)
    at = {new if key == old else key: choice for key, choice in method.at.items()}
    return compare(build(framework, panel, method), build(other, panel, method.replace(at=at)), (old, new))
