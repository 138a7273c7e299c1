"""The index built again and again: every replicate is one more leading axis of the same kernels (handbook step 8).

What replicates have in common is computed once: the figures prepared and normalised by each variant of the method. What
differs between replicates of a variant (draws of the figures, weights, members left out) is computed for all of them
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.blocks import in_order
from goodwork.analysis.design import Design, Variant, variants_of
from goodwork.analysis.sampling import PACKET, SamplingError, shifted
from goodwork.errors import MethodError
from goodwork.index.arguments import Context
from goodwork.index.build import aggregate_nodes, check_method, normalised_members, reference_values
from goodwork.index.layout import lines, table
from goodwork.index.normalisation import orient
from goodwork.index.preparation import Prepared, prepare
from goodwork.index.ranking import places
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.method import Choice, Method
from goodwork.model.panel import Panel, Values

#: Figures that go through the kernels together, about: large enough to forget Python, small enough for the cache.
BATCH_CELLS = 400_000
#: Scores that a block of replicates holds at once, about: they are ranked, counted and handed on together.
BLOCK_SCORES = 3_000_000


@dataclass(frozen=True, eq=False)
class Ready:
    """One variant of the method applied to the published figures; ``reason`` says why it cannot be.

    ``scale`` takes its scores to the scale of the published ones: a factor and a step, each ``(periods, nodes, 1)``.
    """

    method: Method
    shift: int
    prepared: Prepared | None = None
    reference: Values | None = None
    normalised: Values | None = None
    reason: str = ""
    scale: tuple[Values, Values] | None = None


@dataclass(frozen=True, eq=False)
class Study:
    """Everything a block of replicates needs: the design, each variant made ready, the error of the figures."""

    context: Context
    design: Design
    ready: tuple[Ready, ...]
    which: NDArray[np.intp]
    errors: SamplingError | None
    nodes: tuple[int, ...]
    shape: tuple[int, int, int]
    scored: NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls,
        framework: Framework,
        panel: Panel,
        method: Method,
        design: Design,
        catalogue: Catalogue | None = None,
        published: Values | None = None,
        nodes: Sequence[str] | None = None,
        known: dict[str, Any] | None = None,
    ) -> Study:
        """Prepare every variant that occurs in a design. ``nodes`` are those whose scores are kept: all, if left out.

        ``catalogue`` is needed where sampling error is drawn. With ``published`` scores ``(periods, areas, nodes)``
        only what has a published score is scored, and the scores of every variant are put on the published scale:
        applied to the published figures it has their mean and standard deviation over areas at every node. ``known``
        are steps that were already taken with these figures.
        """
        context = Context.of(framework, panel)
        values = panel.values_of(framework.indicators)
        variants, which = variants_of(design, method)
        drawn = design.errors or bool(design.of("sampling"))
        if drawn and catalogue is None:
            raise MethodError("sampling error needs the catalogue of indicators", remedy="give catalogue=")
        errors = None
        if drawn and catalogue is not None:
            errors = SamplingError.of(panel.select(indicators=framework.indicators), catalogue, method.sampling)
        if len(panel.periods) < 2 and any(v.shift for v in variants):
            raise MethodError(
                "figures of a neighbouring period cannot be taken: there is only one period",
                remedy="give the panel more periods, or take the period out of the uncertainty",
            )
        kept = tuple(framework.nodes.index(node) for node in (framework.nodes if nodes is None else nodes))
        shared: dict[object, Any] = {0: {} if known is None else known}
        ready = tuple(_ready(context, values, variant, shared) for variant in variants)
        if published is not None:
            published = np.swapaxes(published[..., list(kept)], -2, -1)
            names = [framework.nodes[i] for i in kept]
            ready = _on_scale(context, ready, method, published, names)
        shape = (len(panel.periods), len(panel.areas), len(kept))
        scored = None if published is None else np.isfinite(published)
        return cls(context, design, ready, which, errors, kept, shape, scored)

    @property
    def names(self) -> tuple[str, ...]:
        """The nodes whose scores are kept."""
        return tuple(self.context.framework.nodes[i] for i in self.nodes)

    @property
    def packet(self) -> int:
        """Replicates that share one seed."""
        return PACKET if self.errors is None else self.errors.packet

    @property
    def batch(self) -> int:
        """Replicates that go through the kernels together: whole packets of draws, more of them where they are shared
        out among variants; as many as there is room for where all have the same figures."""
        periods, areas, nodes = self.shape
        framework = self.context.framework
        one_table = self.errors is None and not self.design.of("drop")
        wide = max(len(framework.children(n)) for n in framework.groups) if one_table else len(framework.indicators)
        cells = periods * areas * max(nodes, wide)
        if self.errors is None:
            return max(1, BATCH_CELLS // cells)
        return max(1, BATCH_CELLS * min(len(self.ready), 8) // (cells * self.packet)) * self.packet

    @property
    def block(self) -> int:
        """Replicates that are handed on together: some batches, where their scores are few beside their figures."""
        periods, areas, nodes = self.shape
        return max(1, BLOCK_SCORES // (periods * areas * nodes * self.batch)) * self.batch


@dataclass(frozen=True, eq=False)
class Replicates:
    """Scores and ranks of replicates ``(replicates, periods, nodes, areas)``, NaN and 0 where there is none.

    ``failed`` marks the replicates that could not be computed, ``reasons`` counts them by what the method said.
    """

    scores: Values
    ranks: NDArray[np.int32]
    failed: NDArray[np.bool_]
    reasons: dict[str, int]


def blocks(study: Study, executor: Executor | None = None, size: int | None = None) -> Iterator[Replicates]:
    """All replicates of a study, block after block in their order, computed by the executor if there is one."""
    step = size or study.block
    starts = range(0, len(study.design), step)
    yield from in_order(partial(_block, study, step), starts, executor)


def _block(study: Study, step: int, start: int) -> Replicates:
    return replicate(study, slice(start, start + step))


def replicate(study: Study, part: slice) -> Replicates:
    """Some replicates in a row: scores, ranks, and those that failed with the reasons."""
    design = study.design[part]
    periods, areas, nodes = study.shape
    scores = np.empty((len(design), periods, nodes, areas))
    failed = np.ones(len(design), dtype=bool)
    reasons: dict[str, int] = {}
    step = len(design) if study.errors is None else study.batch
    for start in range(0, len(design), step):
        few = slice(start, start + step)
        _batch(study, design[few], scores[few], failed[few], reasons)
    scores[failed] = np.nan
    if study.scored is not None and not study.scored.all():
        scores[:, ~study.scored] = np.nan
    return Replicates(scores, places(scores), failed, reasons)


def _batch(study: Study, design: Design, scores: Values, failed: NDArray[np.bool_], reasons: dict[str, int]) -> None:
    """Put the scores of a batch of replicates in place, and which of them failed."""
    which = study.which[design.first : design.first + len(design)]
    noise = None if study.errors is None else study.errors.noise(_draw_numbers(design))
    for number in np.unique(which):
        for some in _together(study, design, np.flatnonzero(which == number)):
            failed[some] = _score(study, design, study.ready[number], some, noise, scores, reasons)


def _together(study: Study, design: Design, rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Rows of one variant that go through the kernels together: all of a batch, unless what fills gaps is drawn anew,
    too; then those of one packet of draws. Where figures are not drawn, a block is parted by variants first."""
    if study.errors is None:
        return np.split(rows, range(study.batch, len(rows), study.batch))
    if study.ready[study.which[design.first + rows[0]]].method.imputation.name != "multiple":
        return [rows]
    packet = _draw_numbers(design)[rows] // study.packet
    return [rows[packet == number] for number in np.unique(packet)]


def _draw_numbers(design: Design) -> NDArray[np.intp]:
    """Which draw of the figures each replicate takes: its own, or the one its factor says."""
    for factor, chosen in design.of("sampling"):
        return np.asarray(factor.parts[chosen])
    return np.arange(design.first, design.first + len(design))


def _score(
    study: Study,
    design: Design,
    ready: Ready,
    rows: NDArray[np.intp],
    noise: Values | None,
    scores: Values,
    reasons: dict[str, int],
) -> NDArray[np.bool_]:
    """Put the scores of some replicates of one variant in place; says which of them failed."""
    failed = np.ones(len(rows), dtype=bool)
    if ready.normalised is None:
        reasons[ready.reason] = reasons.get(ready.reason, 0) + len(rows)
        return failed
    stated = next((f.parts[c[rows]][:, None, :] for f, c in design.of("weights")), None)
    without = next((f.parts[c[rows]][:, None, None, :] for f, c in design.of("drop")), None)
    alive = np.arange(len(rows))
    while alive.size:
        try:
            normalised = ready.normalised[None]
            if noise is not None:
                own = noise if len(alive) == len(noise) else noise[rows[alive]]
                normalised = _drawn(study, ready, own, int(_draw_numbers(design)[rows[alive[0]]]))
            if without is not None:
                normalised = np.where(without[alive], np.nan, normalised)
            weights = None if stated is None else stated[alive]
            found = aggregate_nodes(study.context, ready.method, normalised, weights, study.names)
        except MethodError as error:
            fails = _failing(error, alive.size)
            reason = error.what.split(";")[0]  # what is wrong; where it was found first differs between replicates
            reasons[reason] = reasons.get(reason, 0) + int(fails.sum())
            alive = alive[~fails]
            continue
        own = np.swapaxes(found, -2, -1)
        if ready.scale is not None:
            factor, step = ready.scale
            own = own * factor
            own += step
        scores[rows[alive]], failed[alive] = own, False
        break
    return failed


def _failing(error: MethodError, replicates: int) -> NDArray[np.bool_]:
    """Which replicates a refusal is about: those it names, or all."""
    named = error.facts.get("failing")
    if named is None:
        return np.ones(replicates, dtype=bool)
    cells = np.asarray(named)
    return np.broadcast_to(cells.reshape(len(cells), -1).any(axis=1), (replicates,))


def _drawn(study: Study, ready: Ready, noise: Values, first: int) -> Values:
    """Normalised values of draws of the figures, prepared and scaled as the published ones were."""
    method, errors = ready.method, study.errors
    assert ready.reference is not None  # a variant that could not be made ready has failed before
    assert errors is not None  # there is noise
    if method.imputation.name == "multiple":  # what stands in for a gap is drawn anew each time, too
        seed = np.random.SeedSequence(errors.seed, spawn_key=(first // study.packet, 1)).generate_state(1)
        parameters = {**method.imputation.parameters, "seed": int(seed[0])}
        method = method.replace(imputation=Choice(name="multiple", parameters=parameters))
    prepared = prepare(study.context, errors.drawn(noise, ready.shift), method, ready.prepared)
    oriented = orient(prepared.values, study.context.framework.directions)
    return normalised_members(study.context, method, oriented, ready.reference)


def _ready(context: Context, values: Values, variant: Variant, known: dict[object, Any]) -> Ready:
    """A variant applied to the published figures; variants that differ in later steps only share the earlier ones."""
    method, framework = variant.method, context.framework
    check_method(method, framework)
    try:
        before = _before_normalisation(method, variant.shift)
        if before not in known:
            at = shifted(len(values), variant.shift)
            prepared = prepare(context, values[at], method, known=known.setdefault(variant.shift, {}))
            known[before] = prepared, orient(prepared.values, framework.directions)
        prepared, oriented = known[before]
        reference = reference_values(oriented, method, context.periods)
        normalised = normalised_members(context, method, oriented, reference)
    except MethodError as error:
        return Ready(method, variant.shift, reason=error.what)
    return Ready(method, variant.shift, prepared, reference, normalised)


def _on_scale(
    context: Context, ready: tuple[Ready, ...], method: Method, published: Values, nodes: Sequence[str]
) -> tuple[Ready, ...]:
    """The variants with what takes their scores to the scale of the published ones; as they are where they share it,
    or cannot be scored: then their replicates fail with the reason."""
    found = list(ready)
    others = {
        i: one.normalised.size for i, one in enumerate(ready) if one.normalised is not None and one.method != method
    }
    for alike in _alike(others, [_after_normalisation(one.method) for one in ready]):
        for i, own in zip(alike, _scores(context, [ready[i] for i in alike], nodes), strict=True):
            if own is not None:
                found[i] = replace(ready[i], scale=_scale(own, published))
    return tuple(found)


def _alike(sizes: dict[int, int], keys: Sequence[str]) -> list[list[int]]:
    """Numbers whose key is the same, together as far as their ``sizes`` are a batch of figures."""
    of_key: dict[str, list[int]] = {}
    for number in sizes:
        of_key.setdefault(keys[number], []).append(number)
    most = max(1, BATCH_CELLS // max(sizes.values(), default=1))
    return [some[i : i + most] for some in of_key.values() for i in range(0, len(some), most)]


def _scores(context: Context, alike: Sequence[Ready], nodes: Sequence[str]) -> list[Values | None]:
    """Scores ``(periods, nodes, areas)`` of the published figures by variants that differ before aggregation only."""
    normalised = [one.normalised for one in alike if one.normalised is not None]
    together = normalised[0][None] if len(normalised) == 1 else table(np.stack([lines(one) for one in normalised]))
    try:
        return list(np.swapaxes(aggregate_nodes(context, alike[0].method, together, nodes=nodes), -2, -1))
    except MethodError:
        return [None] if len(alike) == 1 else [_scores(context, [one], nodes)[0] for one in alike]


def _scale(own: Values, published: Values) -> tuple[Values, Values]:
    """The factor and the step that give scores the mean and standard deviation of the published ones at each node."""
    both = np.isfinite(own) & np.isfinite(published)

    def moments(scores: Values) -> tuple[Values, Values]:
        n = np.maximum(both.sum(axis=-1, keepdims=True), 1)
        mean = np.where(both, scores, 0.0).sum(axis=-1, keepdims=True) / n
        return mean, np.sqrt(np.where(both, (scores - mean) ** 2, 0.0).sum(axis=-1, keepdims=True) / n)

    (mean, sd), (mean_published, sd_published) = moments(own), moments(published)
    factor = np.where(sd > 0, sd_published / np.where(sd > 0, sd, 1.0), 1.0)
    return factor, mean_published - factor * mean


def _after_normalisation(method: Method) -> str:
    """What the steps from normalised members to scores depend on, as a key."""
    return repr((method.imputation, method.weighting, method.aggregation, method.minimum_share, method.at))


def _before_normalisation(method: Method, shift: int) -> str:
    """What the steps before normalisation depend on, as a key."""
    treatments = {key: own.treatment for key, own in method.at.items() if own.treatment}
    alone = method.scope == "each period"
    return repr((method.order, method.screening, method.treatment, method.imputation, treatments, alone, shift))
