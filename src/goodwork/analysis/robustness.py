"""How sure a score and a rank are, given the sampling error of the figures (handbook step 8).

Every draw is one more leading axis of the same kernels, cut into blocks of fixed size with a seed of their own, so that
results do not depend on the order in which blocks are computed.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from goodwork.index.arguments import Context
from goodwork.index.build import reference_values, score_nodes
from goodwork.index.normalisation import orient
from goodwork.index.preparation import Prepared, prepare
from goodwork.index.ranking import rank
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.method import Choice, Method, Sampling
from goodwork.model.panel import Panel, Values

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 50
Z95 = 1.959963984540054
LEVELS = (0.90, 0.95)
TOP = 10


@dataclass(frozen=True, eq=False)
class Robustness:
    """Intervals of scores and ranks; all arrays ``(periods, areas, nodes)``, NaN where an area is not scored.

    ``rank_low`` and ``rank_high`` bound the places an area took in 95 % of the draws (``rank_low`` is the better end),
    ``rank_low_90`` … in 90 %; ``top`` and ``bottom`` are the shares of draws in the first and last ten places.
    """

    periods: tuple[str, ...]
    areas: tuple[str, ...]
    nodes: tuple[str, ...]
    draws: int
    score_sd: Values
    score_low: Values
    score_high: Values
    rank_low: Values
    rank_high: Values
    rank_low_90: Values
    rank_high_90: Values
    top: Values
    bottom: Values

    @property
    def table(self) -> pd.DataFrame:
        """One row per period, area and node, in the order of ``Index.table``."""
        import pandas as pd

        names = ("score_sd", "score_low", "score_high", "rank_low", "rank_high", "rank_low_90", "rank_high_90")
        keys = pd.MultiIndex.from_product([self.periods, self.areas, self.nodes], names=["period", "area", "node"])
        columns = {name: getattr(self, name).ravel() for name in (*names, "top", "bottom")}
        return keys.to_frame(index=False).assign(**columns)


def sampling_uncertainty(
    framework: Framework,
    panel: Panel,
    catalogue: Catalogue,
    method: Method | None = None,
    executor: Executor | None = None,
) -> Robustness:
    """Draw every figure from its published interval, rebuild, and see how far scores and ranks move.

    A figure is drawn from a normal distribution on the scale that suits its kind (logit for shares, log for money and
    rates) whose 95 % range has the width of the published interval. Where none is published the catalogue's declared
    relative error stands in, never zero; figures marked as estimated are widened by ``method.sampling``'s factor.
    Survey, model and register errors are taken as independent between areas and indicators. Sampling error only: the
    doubt that comes from the method is another question. Normalisation keeps the mean and spread of the published
    figures: taken anew from noisier draws they would pull every score towards the average. OECD/JRC (2008) step 8;
    Saisana, Saltelli & Tarantola (2005); Goldstein & Spiegelhalter (1996) on the ranks of estimates.
    """
    method = method or framework.method
    context = Context.of(framework, panel)
    panel = panel.select(indicators=framework.indicators)
    published = prepare(context, panel.value, method)
    reference = reference_values(orient(published.values, framework.directions), method, panel.periods)
    centre, spread = sampling_errors(panel, catalogue, method.sampling)
    blocks = -(-method.sampling.draws // BLOCK)
    seeds = np.random.SeedSequence(method.sampling.seed).spawn(blocks)
    one = partial(_block, context, catalogue, method, (centre, spread), published, reference)
    results = list(executor.map(one, seeds) if executor else map(one, seeds))
    draws = method.sampling.draws
    scores = np.concatenate([r[0] for r in results])[:draws]
    ranks = np.concatenate([r[1] for r in results])[:draws]
    return _summary(framework, panel, scores, ranks)


def sampling_errors(panel: Panel, catalogue: Catalogue, sampling: Sampling) -> tuple[Values, Values]:
    """Centre and standard error of every figure on its own scale, ``(periods, areas, members)``; NaN for a gap."""
    centre, spread = np.full(panel.value.shape, np.nan), np.full(panel.value.shape, np.nan)
    for m, name in enumerate(panel.indicators):
        indicator = catalogue[name]
        value, lower, upper = (array[..., m] for array in (panel.value, panel.lower, panel.upper))
        usual = np.nanmean(np.abs(value)) if np.isfinite(value).any() else 0.0
        assumed = indicator.assumed_error * np.maximum(np.abs(value), 0.1 * usual)
        missing = np.isnan(lower) | np.isnan(upper)
        error = np.where(missing, assumed, (upper - lower) / (2 * Z95))
        centre[..., m] = to_scale(value, indicator.scale)
        spread[..., m] = error * slope(value, indicator.scale)
    return centre, spread * np.where(panel.status == "e", sampling.estimated_factor, 1.0)


def to_scale(values: Values, scale: str) -> Values:
    """Values on the scale their sampling error is normal on; bounds that touch the edge are held just inside."""
    if scale == "logit":
        return np.asarray(logit(np.clip(values / 100, 1e-4, 1 - 1e-4)))
    return np.asarray(np.log(np.maximum(values, 1e-9))) if scale == "log" else values


def slope(values: Values, scale: str) -> Values:
    """How much the scale stretches a small error at each value (delta method)."""
    if scale == "logit":
        part = np.clip(values / 100, 1e-3, 1 - 1e-3)
        return np.asarray(0.01 / (part * (1 - part)))
    return np.asarray(1 / np.maximum(values, 1e-9)) if scale == "log" else np.ones_like(values)


def from_scale(values: Values, scale: str) -> Values:
    """The way back from ``to_scale``.

    >>> from_scale(to_scale(np.array([3.0]), "logit"), "logit").round(12)
    array([3.])
    """
    if scale == "logit":
        return np.asarray(100 * expit(values))
    return np.asarray(np.exp(values)) if scale == "log" else values


def _block(
    context: Context,
    catalogue: Catalogue,
    method: Method,
    errors: tuple[Values, Values],
    published: Prepared,
    reference: Values,
    seed: np.random.SeedSequence,
) -> tuple[Values, NDArray[np.int32]]:
    """Scores and ranks ``(draws, periods, areas, nodes)`` of one block of draws."""
    centre, spread = errors
    noise = np.random.default_rng(seed).standard_normal((BLOCK, *centre.shape))
    drawn = centre + spread * noise
    for m, name in enumerate(context.framework.indicators):
        drawn[..., m] = from_scale(drawn[..., m], catalogue[name].scale)
    if method.imputation.name == "multiple":  # what stands in for a gap is drawn anew each time, too
        drawn_too = {**method.imputation.parameters, "seed": int(seed.generate_state(1)[0])}
        method = method.replace(imputation=Choice(name="multiple", parameters=drawn_too))
    prepared = prepare(context, drawn, method, published)
    _, scores, _ = score_nodes(context, method, orient(prepared.values, context.framework.directions), reference)
    return scores, np.nan_to_num(rank(scores)).astype(np.int32)


def _summary(framework: Framework, panel: Panel, scores: Values, ranks: NDArray[np.int32]) -> Robustness:
    """Quantiles over draws. Ranks are whole numbers, so their bounds are observed places, not interpolated ones; who is
    scored does not change between draws, and 0 stands for no rank."""
    n = scores.shape[0]
    tails = {level: int(np.floor(n * (1 - level) / 2)) for level in LEVELS}
    places = sorted({at for tail in tails.values() for at in (tail, n - 1 - tail)})
    scored = ranks[0] > 0
    in_order = np.partition(ranks, places, axis=0)
    bounds = {
        level: tuple(np.where(scored, in_order[at], np.nan) for at in (tail, n - 1 - tail))
        for level, tail in tails.items()
    }
    tail = tails[0.95]
    score_order = np.partition(scores, [tail, n - 1 - tail], axis=0)
    last = scored.sum(axis=-2, keepdims=True) - TOP
    return Robustness(
        periods=panel.periods,
        areas=panel.areas,
        nodes=framework.nodes,
        draws=n,
        score_sd=scores.std(axis=0),
        score_low=score_order[tail],
        score_high=score_order[n - 1 - tail],
        rank_low=bounds[0.95][0],
        rank_high=bounds[0.95][1],
        rank_low_90=bounds[0.90][0],
        rank_high_90=bounds[0.90][1],
        top=np.where(scored, (ranks <= TOP).mean(axis=0), np.nan),
        bottom=np.where(scored, (ranks > last).mean(axis=0), np.nan),
    )
