"""How sure a score and a rank are, given the error of the figures and the choices of the method (handbook step 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from goodwork.analysis.design import Design, Factor, factors_of
from goodwork.analysis.replicates import Study, blocks
from goodwork.analysis.summaries import EVERY_RANK, Summary
from goodwork.analysis.tiers import RankSets, simultaneous_ranks
from goodwork.errors import MethodError, NotFound
from goodwork.index.build import Index, build_sharing, check_method
from goodwork.model.area import nearest
from goodwork.model.framework import INDEX, Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.method import Method
from goodwork.model.panel import Panel, Values
from goodwork.plugins import Tell, untold

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (0.50, 0.90, 0.95)
TOP = 10
#: Up to so many areas every pair of them is counted at the index.
EVERY_PAIR = 1_000
Vary = Literal["sampling", "method", "both"]

#: Names of the columns of ``Robustness.table``, in order.
MEASURES = (
    "score_mean", "score_sd", "score_low_50", "score_high_50", "score_low_90", "score_high_90", "score_low",
    "score_high", "rank_mean", "rank_median", "rank_low_50", "rank_high_50", "rank_low_90", "rank_high_90", "rank_low",
    "rank_high", "top", "bottom", "above_median",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Robustness:
    """Scores and ranks over replicates; every array is ``(periods, areas, nodes)``, NaN where an area is not scored.

    ``nodes`` are those that were asked for, in the framework's order. ``vary`` says what differed between replicates:
    the ``sampling`` error of the figures, the ``method``, or ``both``. ``index`` holds the published scores and ranks.
    ``score_low`` and ``score_high`` bound 95 % of the scores, with ``_90`` and ``_50`` so many; ``rank_low`` (the
    better end) and ``rank_high`` bound the places that were taken. ``top`` and ``bottom`` are the shares of replicates
    in the first and last ten places, ``above_median`` in the better half. ``rise`` and ``since_first`` are the shares
    in which the score was above that of the period before, and of the first period: the probability of a real
    improvement, where periods share a scale. ``failed`` replicates could not be computed; ``reasons`` counts them by
    what the method said.
    """

    index: Index
    nodes: tuple[str, ...]
    vary: Vary
    draws: int
    seed: int
    factors: tuple[Factor, ...]
    failed: int
    reasons: Mapping[str, int]
    score_mean: Values
    score_sd: Values
    score_low_50: Values
    score_high_50: Values
    score_low_90: Values
    score_high_90: Values
    score_low: Values
    score_high: Values
    rank_mean: Values
    rank_median: Values
    rank_low_50: Values
    rank_high_50: Values
    rank_low_90: Values
    rank_high_90: Values
    rank_low: Values
    rank_high: Values
    top: Values
    bottom: Values
    above_median: Values
    rise: Values
    since_first: Values
    summary: Summary

    @property
    def table(self) -> pd.DataFrame:
        """One row per period, area and node, in the order of ``Index.table``."""
        import pandas as pd

        axes = [self.index.periods, self.index.areas, self.nodes]
        keys = pd.MultiIndex.from_product(axes, names=["period", "area", "node"])
        columns = {name: getattr(self, name).ravel() for name in (*MEASURES, "rise", "since_first")}
        return keys.to_frame(index=False).assign(**columns)

    def probability(self, area: str, first: int, last: int, node: str = INDEX) -> Values:
        """How likely an area is to take a place from ``first`` to ``last``, by period; shares of replicates."""
        a, n = _place("area", area, self.index.areas), _place("node", node, self.nodes)
        found = self.summary.share_of_places(np.asarray(float(first)), np.asarray(float(last)))
        return np.asarray(found[:, n, a])

    def above(self, area: str, other: str, node: str = INDEX) -> Values:
        """How likely one area is to stand above another, by period: the share of replicates in which it did.

        What the two probabilities leave to 1 is that of a tie. Raises ``NotFound`` for an area that is not there and
        ``MethodError`` for a node whose pairs were not counted.
        """
        a, b = (_place("area", name, self.index.areas) for name in (area, other))
        n = _place("node", node, self.nodes)
        if n not in self.summary.pair_nodes:
            raise MethodError(f"pairs of areas were not counted at {node!r}", remedy="name it in pairs=")
        wins = self.summary.pairs[:, self.summary.pair_nodes.index(n)]
        both = np.where(np.isnan(self.rank_low[:, a, n] + self.rank_low[:, b, n]), np.nan, self.draws - self.failed)
        return np.asarray(wins[:, a, b] / both)

    @cached_property
    def sets(self) -> RankSets:
        """Places that hold for all areas at once, and tiers of areas that cannot be told apart, at the index and its
        domains: arrays ``(periods, groups, areas)``, from the first replicates, which are kept whole; those in which an
        area had no score are left aside."""
        return self.simultaneous()

    def simultaneous(self, executor: Executor | None = None) -> RankSets:
        """What ``sets`` holds, computed by the executor if there is one."""
        kept, published = self.summary.kept, self.summary.published_scores
        found = []
        for n in (i for i, node in enumerate(self.nodes) if node in self.index.framework.groups):
            whole = (np.isfinite(kept[:, :, n]) | ~np.isfinite(published[:, n])).all(axis=(-2, -1))
            found.append(simultaneous_ranks(published[:, n], kept[whole][:, :, n], executor=executor))
        arrays = ("rank", "low", "high", "low_alone", "high_alone", "critical", "apart")
        joined = {name: np.stack([getattr(one, name) for one in found], axis=1) for name in arrays}
        return RankSets(level=found[0].level, draws=min(one.draws for one in found), **joined)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """The replicates that could not be computed: how many, and what the method said."""
        import pandas as pd

        rows = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        return pd.DataFrame(rows, columns=["reason", "replicates"])


def robustness(
    framework: Framework,
    panel: Panel,
    catalogue: Catalogue | None = None,
    method: Method | None = None,
    *,
    vary: Vary = "sampling",
    draws: int | None = None,
    seed: int | None = None,
    design: Design | None = None,
    nodes: Sequence[str] | None = None,
    pairs: Sequence[str] | None = None,
    executor: Executor | None = None,
    block: int | None = None,
    tell: Tell = untold,
) -> Robustness:
    """Build the index again and again, and see how far scores and ranks move.

    ``vary="sampling"`` draws every figure from its published interval: normal on the scale that suits its kind (logit
    for shares, log for money and rates), with the catalogue's declared relative error where no interval is published,
    never without error. ``"method"`` draws the choices that the framework declares as uncertain; ``"both"`` does both
    at once. ``draws`` and ``seed`` stand in for the declared ones. ``nodes`` are those of the result (by default
    all; above 5,000 areas the index and its domains), ``pairs`` those at which pairs of areas are counted (by default
    the index, up to 1,000 areas). ``design`` replays given choices. The result is the same to the
    last bit whatever the ``executor`` and the size of a ``block`` of replicates.

    Who is scored, the limits of outliers and the statistics of normalisation are those of the published figures in
    every draw: taken anew from noisier draws they would pull every score towards the average. Errors are independent
    between areas and periods. Where variants of the method have other scales, their scores are put on the published
    one. Raises ``MethodError`` for a choice that cannot be varied as asked; a replicate that fails is counted, with the
    reason. OECD/JRC (2008) step 8; Saisana, Saltelli & Tarantola (2005); Goldstein & Spiegelhalter (1996).
    """
    method = method or framework.method
    if seed is not None:
        method = method.replace(sampling=method.sampling.replace(seed=seed))
    check_method(method, framework)
    known: dict[str, Any] = {}
    index = build_sharing(framework, panel, method, known)
    if design is None:
        factors = () if vary == "sampling" else factors_of(framework, method)
        if vary == "method" and not factors:
            raise MethodError(
                "the framework declares nothing of its method as uncertain",
                remedy="add [uncertainty] to the framework, or vary the sampling error",
            )
        if draws is None:
            draws = method.sampling.draws if vary == "sampling" else framework.uncertainty.draws
        design = Design.drawn(factors, draws, method.sampling.seed, errors=vary != "method")
    if nodes is None:
        nodes = framework.nodes if len(index.areas) <= EVERY_RANK else framework.groups
    places = sorted(_place("node", name, index.nodes) for name in nodes)
    nodes = tuple(index.nodes[i] for i in places)
    study = Study.of(framework, panel, method, design, catalogue, index.scores, nodes, known)
    if pairs is None:
        pairs = (INDEX,) if len(index.areas) <= EVERY_PAIR and INDEX in nodes else ()
    published = np.swapaxes(index.scores[..., places], -2, -1)
    summary = Summary(published, [_place("node", name, nodes) for name in pairs])
    done = 0
    for found in blocks(study, executor, block):
        summary.add(found)
        done += len(found.scores)
        tell(f"{done:,} of {len(design):,} replicates", done / len(design))
    if not summary.n:
        said = "; ".join(f"{reason} ({times:,} times)" for reason, times in summary.reasons.items())
        raise MethodError(
            f"every replicate failed: {said}", remedy="use a method that can be applied to the draws, too"
        )
    return _closed(index, nodes, vary, design, summary)


def _closed(index: Index, nodes: tuple[str, ...], vary: Vary, design: Design, summary: Summary) -> Robustness:
    """The result read off a summary that has seen every replicate."""
    places = [index.nodes.index(node) for node in nodes]
    ranked = np.isfinite(index.scores[..., places]).sum(axis=1)[..., None].astype(float)
    measures = {"score_mean": summary.mean(), "score_sd": summary.sd(), "rank_mean": summary.mean_rank()}
    measures["rank_median"] = summary.rank_quantile(0.5)
    for level in LEVELS:
        name = "" if level == LEVELS[-1] else f"_{level:.0%}".rstrip("%")
        tail = (1 - level) / 2
        measures["score_low" + name] = summary.score_quantile(tail)
        measures["score_high" + name] = summary.score_quantile(1 - tail)
        measures["rank_low" + name] = summary.place_at(tail, worse=False)
        measures["rank_high" + name] = summary.place_at(tail, worse=True)
    one = np.ones_like(ranked)
    measures["top"] = summary.share_of_places(one, np.minimum(TOP, ranked))
    measures["bottom"] = summary.share_of_places(np.maximum(ranked - TOP + 1, 1), ranked)
    measures["above_median"] = summary.share_of_places(one, np.floor(ranked / 2))
    measures["rise"], measures["since_first"] = summary.share(summary.rises), summary.share(summary.since_first)
    for name in ("rise", "since_first"):
        measures[name][0] = np.nan
    return Robustness(
        index=index,
        nodes=nodes,
        vary=vary,
        draws=len(design),
        seed=index.method.sampling.seed,
        factors=design.factors,
        failed=summary.failed,
        reasons=summary.reasons,
        summary=summary,
        **{name: np.swapaxes(values, -2, -1) for name, values in measures.items()},
    )


def _place(kind: str, asked: str, names: Sequence[str]) -> int:
    if asked not in names:
        raise NotFound(kind, asked, nearest(asked, names))
    return names.index(asked)
