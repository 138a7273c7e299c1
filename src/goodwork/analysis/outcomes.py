"""How the score and its domains go together with outcomes such as health, seen in several ways (handbook step 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from goodwork.analysis.association import (
    CAVEAT,
    LEVEL,
    SEED,
    Association,
    adjusted,
    dummies,
    partial,
    pearson,
    spearman,
    weighted,
    without_each,
)
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.regression import Slope, regression, slope, theil_sen, within
from goodwork.analysis.space import Moran, moran
from goodwork.analysis.spatial_error import SpatialSlope, spatial_error
from goodwork.analysis.wording import areas_of, listing
from goodwork.errors import MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
#: The share of variation from which the report of 2021 spoke of an association worth printing.
QUARTER = 0.25
#: An outcome known in fewer areas is listed as missing.
FEWEST = 20
#: Random orders in which residuals are put to see whether neighbours are alike.
PERMUTATIONS = 199


@dataclass(frozen=True)
class Link:
    """One outcome with one score (the index or a domain), in several ways; ``None`` where a way was not asked for or
    cannot be taken.

    ``pooled`` and ``ranks`` over all areas; ``line`` its slope, ``robust`` the median of slopes (Theil–Sen); ``people``
    weighted by population; ``region`` with the region held fixed, ``inside`` the slope within regions, ``like`` with
    the conditions held fixed. ``q`` and ``region_q`` are p adjusted over the outcomes of the same score. ``residual``
    is Moran's I of what the line leaves, ``spaced`` the slope with the
    likeness of neighbours allowed for. ``least`` to ``most`` are the r without one area, ``hinge`` the area whose
    leaving changes it most; ``outliers`` lie clearly off the line.
    """

    outcome: str
    score: str
    observed: str
    pooled: Association
    ranks: Association
    line: Slope
    robust: Slope
    people: Association | None
    region: Association | None
    inside: Slope | None
    like: Association | None
    residual: Moran | None
    spaced: SpatialSlope | None
    least: float
    most: float
    hinge: str
    outliers: tuple[str, ...]
    q: float = float("nan")
    region_q: float = float("nan")

    @property
    def keys(self) -> dict[str, str]:
        """What picks the row of this link in the table of all."""
        return {"outcome": self.outcome, "score": self.score}

    def clear(self, level: float) -> bool:
        """Whether the association is clear, by itself and among all outcomes."""
        return self.q <= level and self.pooled.clear


@dataclass(frozen=True, eq=False)
class Outcomes:
    """All links between outcomes and scores, outcome by outcome; ``scores[0]`` is the index. ``missing`` says which
    outcomes have no figures, and why; ``threshold`` is the R² from which an association counts as close."""

    scores: tuple[str, ...]
    outcomes: tuple[str, ...]
    links: tuple[Link, ...]
    missing: Mapping[str, str]
    threshold: float
    level: float
    notes: tuple[str, ...]

    def link(self, outcome: str, score: str | None = None) -> Link:
        """The link of one outcome with one score, the index by default."""
        wanted = (outcome, self.scores[0] if score is None else score)
        return next(link for link in self.links if (link.outcome, link.score) == wanted)

    @property
    def table(self) -> pd.DataFrame:
        """One row per outcome and score; the ways side by side, their intervals as ``…_low`` and ``…_high``."""
        import pandas as pd

        return pd.DataFrame([_row(link, self.threshold) for link in self.links])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the index goes with, how closely, whether it holds inside regions, and what stands out."""
        index = self.scores[0]
        links = [link for link in self.links if link.score == index]
        clear = [link for link in links if link.clear(self.level)]
        close = _named(link for link in clear if link.pooled.r2 >= self.threshold)
        lead = "{score:opened} goes clearly with " + ("{clear}" if clear else "none") + " of {total} outcomes, and has "
        lead += "{threshold:.0%} or more of the variation in common with "
        lead += "{close}: {names:list20}." if close else "none."
        facts = {"score": index, "clear": len(clear), "total": len(links)}
        found = [
            say(lead, **facts, threshold=self.threshold, close=len(close), names=close).about("all", table="table")
        ]
        if unclear := _named(link for link in links if link not in clear):
            none = say("There is no clear association between {score} and {names:list20}.", score=index, names=unclear)
            found.append(none.about("unclear", table="table"))
        found += [
            link.pooled.sentence(index, link.outcome).about("link", link.outcome, table="table", **link.keys)
            for link in clear
        ]
        if clear and any(link.region for link in links):
            hold = [x for x in clear if x.region and x.region_q <= self.level and x.region.r * x.pooled.r > 0]
            rest = _named(link for link in clear if link not in hold)
            lead = _still("Among areas of the same region", len(hold), len(clear))
            lead += "; no longer clear: {names:list20}." if rest and hold else "."
            found.append(say(lead, hold=len(hold), names=rest, **facts).about("inside regions", table="table"))
        if clear and any(link.like for link in links):
            hold = [x for x in clear if x.like and x.like.clear and x.like.r * x.pooled.r > 0]
            lead = _still("Among areas with like conditions", len(hold), len(clear)) + "."
            found.append(say(lead, hold=len(hold), **facts).about("like conditions", table="table"))
        if unlike := [x for x in clear if x.outliers]:
            named = [say("{areas:list} ({outcome})", areas=x.outliers, outcome=x.outcome) for x in unlike]
            found.append(say("Clearly off the line: {names:apart}.", names=named).about("off the line", table="table"))
        if alike := _named(x for x in links if x.residual and x.residual.p <= self.level and x.residual.i > 0):
            lead = (
                "What the score leaves is alike in areas that touch for {names:list20}: areas are not separate "
                "witnesses there, and intervals are too narrow."
            )
            found.append(say(lead, names=alike, score=index).about("alike", table="table"))
        if clear and any(link.spaced for link in links):
            hold = [x for x in clear if x.spaced and (x.spaced.slope.low > 0 or x.spaced.slope.high < 0)]
            hold = [x for x in hold if x.spaced and x.spaced.slope.slope * x.pooled.r > 0]
            lead = _still("With the likeness of areas that touch allowed for", len(hold), len(clear)) + "."
            found.append(say(lead, hold=len(hold), **facts).about("likeness allowed for", table="table"))
        return tuple(found)


def outcomes(
    scores: Values,
    figures: Values,
    areas: Sequence[str],
    *,
    names: tuple[Sequence[str], Sequence[str]],
    observed: Sequence[str] | None = None,
    regions: ArrayLike | None = None,
    people: Values | None = None,
    conditions: Values | None = None,
    edges: ArrayLike | None = None,
    missing: Mapping[str, str] | None = None,
    threshold: float = QUARTER,
    level: float = LEVEL,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Outcomes:
    """Set every score against every outcome.

    ``scores`` ``(areas, scores)``, the index first, and ``figures`` ``(areas, outcomes)`` in natural units, ``names``
    of both; ``observed`` the period of each outcome. Where given: ``regions`` labels ``(areas,)``, ``people``
    ``(areas,)``, ``conditions`` ``(areas, k)`` to be held fixed, ``edges`` pairs of areas that touch. Gaps are left out
    pair by pair; an outcome with figures for fewer than 20 areas with a score is listed as missing, and a score without
    as many has no links. Raises ``MethodError`` when no outcome is left, or for arrays that do not match. Handbook step
    9; the threshold of a quarter is that of the Good Work Monitor (2021); Benjamini & Hochberg (1995) over the outcomes
    of each score.

    >>> x = np.random.default_rng(1).normal(size=(50, 2))
    >>> found = outcomes(x, x[:, :1] + 1.0, [str(i) for i in range(50)], names=(["index", "pay"], ["health"]))
    >>> found.table[["outcome", "score", "n", "r"]].round(2).values.tolist()[0]
    ['health', 'index', 50, 1.0]
    """
    kinds = [tuple(kind) for kind in names]
    if scores.shape != (len(areas), len(kinds[0])) or figures.shape != (len(areas), len(kinds[1])):
        raise MethodError(f"{scores.shape} scores and {figures.shape} outcomes", remedy="name each area and column")
    refuse_infinite(scores=scores, outcomes=figures, people=people, conditions=conditions)
    enough = np.array([[_enough(x, y) for x in scores.T] for y in figures.T])
    kept = np.flatnonzero(enough[:, 0]).tolist()
    lacking = dict(missing or {})
    for at in np.flatnonzero(~enough[:, 0]).tolist():
        number = int((~np.isnan(figures[:, at]) & ~np.isnan(scores[:, 0])).sum())
        lacking.setdefault(
            kinds[1][at],
            tr("{areas} with figures; {fewest} that vary are needed").format(areas=areas_of(number), fewest=FEWEST),
        )
    if not kept:
        raise MethodError("no outcome has enough figures", remedy="choose another period or more areas")
    groups = None if regions is None else np.asarray(regions, dtype=str)
    alone = groups is not None and len(set(groups.tolist()) - {""}) < 2
    groups = None if alone else groups
    pairs = [(at, k) for at in kept for k in range(len(kinds[0])) if enough[at, k]]
    links = [
        _link(scores[:, k], figures[:, at], areas, groups, people, conditions, edges, level, permutations, seed)
        for at, k in pairs
    ]
    p = np.full((2, len(kinds[0]), len(kinds[1])), np.nan)
    for (at, k), link in zip(pairs, links, strict=True):
        p[:, k, at] = link.pooled.p, link.region.p if link.region else np.nan
    q = adjusted(p)
    judged = [
        replace(
            link, outcome=kinds[1][at], score=kinds[0][k], observed="" if observed is None else observed[at],
            q=float(q[0, k, at]), region_q=float(q[1, k, at]),
        )
        for (at, k), link in zip(pairs, links, strict=True)
    ]  # fmt: skip
    notes = [CAVEAT, tr("p is adjusted over the outcomes set against the same score; intervals are for one at a time.")]
    notes += [
        tr("Missing: {name} ({reason}).").format(name=name, reason=why.rstrip(".")) for name, why in lacking.items()
    ]
    if alone:
        notes.append(tr("These areas do not lie in several regions: the region is not held fixed."))
    if few := [name for k, name in enumerate(kinds[0]) if not enough[:, k].any()]:
        notes.append(
            tr("Without enough figures to be set against any outcome: {names}.").format(names=listing(few, 12))
        )
    if edges is None:
        notes.append(
            tr("No borders were given: whether neighbouring areas are alike in what is left was not looked at.")
        )
    return Outcomes(kinds[0], tuple(kinds[1][i] for i in kept), tuple(judged), lacking, threshold, level, tuple(notes))


def _still(lead: str, hold: int, clear: int) -> str:
    """How many of the clear associations are clear in another way of looking, in the right number."""
    if clear == 1:
        return lead + (", the one that is clear still is" if hold else ", the one that is clear is so no longer")
    if hold in (0, clear):
        every = "both" if clear == 2 else "all {clear}"
        return lead + (f", {every} are still clear" if hold else ", none of the {clear} is still clear")
    return lead + f", {{hold}} of the {{clear}} {'is' if hold == 1 else 'are'} still clear"


def _named(links: Iterable[Link]) -> list[str]:
    return [link.outcome for link in links]


def _enough(x: Values, y: Values) -> bool:
    """Whether there are figures that vary for enough areas."""
    here = ~(np.isnan(x) | np.isnan(y))
    return bool(here.sum() >= FEWEST and np.ptp(x[here]) > 0 and np.ptp(y[here]) > 0)


def _link(
    x: Values,
    y: Values,
    areas: Sequence[str],
    regions: Any,
    people: Values | None,
    conditions: Values | None,
    edges: ArrayLike | None,
    level: float,
    permutations: int,
    seed: int,
) -> Link:
    fit, left_out = regression(x, y), without_each(x, y)
    pooled = pearson(x, y)
    off = np.flatnonzero(adjusted(fit.p) <= level)
    off = off[np.argsort(-np.abs(fit.apart[off]), kind="stable")]
    left = fit.residual
    spatial = None if edges is None else _if_it_can(
        lambda: moran(left, edges, areas, name="the residual", permutations=permutations, seed=seed, level=level)
    )  # fmt: skip
    spaced = None if edges is None else _if_it_can(lambda: spatial_error(x, y, edges, areas))
    return Link(
        "", "", "", pooled, spearman(x, y), slope(x, y), theil_sen(x, y),
        None if people is None else _if_it_can(lambda: weighted(x, y, people)),
        None if regions is None else _if_it_can(lambda: partial(x, y, dummies(regions))),
        None if regions is None else _if_it_can(lambda: within(x, y, regions)),
        None if conditions is None else _if_it_can(lambda: partial(x, y, conditions)),
        spatial, spaced, float(np.nanmin(left_out)), float(np.nanmax(left_out)),
        str(areas[int(np.nanargmax(np.abs(left_out - pooled.r)))]), tuple(str(areas[i]) for i in off.tolist()),
    )  # fmt: skip


def _if_it_can(way: Callable[[], T]) -> T | None:
    """A further way of looking, where the figures allow it: too few areas for it is no reason to show none."""
    try:
        return way()
    except MethodError:
        return None


def _row(link: Link, threshold: float) -> dict[str, Any]:
    row: dict[str, Any] = {"outcome": link.outcome, "score": link.score, "observed": link.observed}
    row |= {key: asdict(link.pooled)[key] for key in ("n", "r", "low", "high", "p")}
    row |= {"q": link.q, "r2": link.pooled.r2, "quarter": link.pooled.r2 >= threshold}
    nan = float("nan")
    for name, found in (
        ("rho", link.ranks), ("people", link.people), ("region", link.region), ("conditions", link.like)
    ):  # fmt: skip
        row |= {name: nan if found is None else found.r}
        row |= {f"{name}_{key}": nan if found is None else getattr(found, key) for key in ("low", "high", "p", "n")}
    row["region_q"] = link.region_q
    spaced = link.spaced.slope if link.spaced else None
    for name, line in (("slope", link.line), ("theil_sen", link.robust), ("inside", link.inside), ("spaced", spaced)):
        row |= {name: nan if line is None else line.slope}
        row |= {f"{name}_{key}": nan if line is None else getattr(line, key) for key in ("low", "high")}
    row |= {"dependence": link.spaced.dependence if link.spaced else nan}
    row |= {"moran": nan if link.residual is None else link.residual.i}
    row |= {"moran_p": nan if link.residual is None else link.residual.p}
    return row | {
        "r_least": link.least, "r_most": link.most, "hinge": link.hinge, "outliers": "; ".join(link.outliers)
    }  # fmt: skip
