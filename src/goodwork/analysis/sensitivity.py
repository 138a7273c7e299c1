"""Which uncertain choice matters most for the ranks (handbook step 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.design import Design, Factor, factors_of, sampling_factor
from goodwork.analysis.replicates import Replicates, Study, blocks
from goodwork.analysis.robustness import TOP
from goodwork.analysis.sobol import SobolIndices, saltelli_sample, sobol_indices
from goodwork.errors import MethodError, NotFound
from goodwork.index.build import Index, build
from goodwork.language import tr
from goodwork.model.area import nearest
from goodwork.model.framework import INDEX, Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.method import Method
from goodwork.model.panel import Panel, Values
from goodwork.plugins import Tell, untold

if TYPE_CHECKING:
    import pandas as pd

SHIFT = "mean absolute rank shift"


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sobol indices of the factors for what happens to the ranks in one period.

    ``outputs`` names what was looked at: the mean absolute rank shift over areas, and for each area asked its rank and
    whether it is among the first ten. ``indices`` has one trailing axis, the outputs. Runs that ``failed`` are counted
    with their ``reasons``; the rows they belong to are left out.
    """

    index: Index
    period: str
    node: str
    factors: tuple[Factor, ...]
    outputs: tuple[str, ...]
    indices: SobolIndices
    runs: int
    failed: int
    reasons: Mapping[str, int]

    @property
    def table(self) -> pd.DataFrame:
        """One row per output and factor: first-order and total index with intervals, and the rows used."""
        table = self.indices.table
        table["output"] = [self.outputs[i] for i in table["output"]]
        return table

    @property
    def findings(self) -> tuple[str, ...]:
        """For each output, the factor that matters most, in a sentence; none where the output does not vary."""
        said = []
        for i, output in enumerate(self.outputs):
            total = self.indices.total[:, i]
            if not np.isfinite(total).any():
                said.append(tr("{output}: no choice makes any difference.").format(output=_capital(output)))
                continue
            most = int(np.nanargmax(total))
            low, high = self.indices.total_low[most, i], self.indices.total_high[most, i]
            told = tr(
                "{output}: {factor} matters most; of the variance, {share:.0f} % ({low:.0f} % to {high:.0f} %) would "
                "be left if all else were settled."
            )
            said.append(
                told.format(
                    output=_capital(output), factor=self.factors[most].name, share=100 * total[most],
                    low=100 * max(low, 0), high=100 * min(high, 1),
                )
            )  # fmt: skip
        return tuple(said)


def sensitivity(
    framework: Framework,
    panel: Panel,
    catalogue: Catalogue | None = None,
    method: Method | None = None,
    *,
    n: int = 1024,
    areas: Sequence[str] = (),
    period: str | None = None,
    node: str = INDEX,
    errors: bool = False,
    factors: Sequence[Factor] | None = None,
    resamples: int = 1000,
    executor: Executor | None = None,
    tell: Tell = untold,
) -> Sensitivity:
    """How much of the variation of ranks each uncertain choice brings in, alone and together with others.

    ``n × (factors + 2)`` builds at the points of a Saltelli design over everything the framework declares as uncertain;
    with ``errors`` the sampling error of the figures is one more factor (it needs the catalogue). Looked at: the mean
    absolute rank shift against the published ranks over the areas of one period (the last, if none is asked), and the
    rank and the membership of the top ten of each of ``areas``. Raises ``MethodError`` where nothing is declared as
    uncertain or a choice cannot be varied as asked, ``NotFound`` for an area, period or node that is not there.
    OECD/JRC (2008) step 8; Saltelli et al. (2010); Saisana, Saltelli & Tarantola (2005).
    """
    method = method or framework.method
    index = build(framework, panel, method)
    period = index.periods[-1] if period is None else str(period)
    asked = [("period", period, index.periods), ("node", node, index.nodes), *(("area", a, index.areas) for a in areas)]
    for kind, name, known in asked:
        if name not in known:
            raise NotFound(kind, name, nearest(name, known))
    if factors is None:
        factors = (*factors_of(framework, method), *((sampling_factor(),) if errors else ()))
    if not factors:
        raise MethodError(
            "the framework declares nothing of its method as uncertain",
            remedy="add [uncertainty] to the framework, or ask for the sampling error as well",
        )
    published = index.scores
    if method.scope == "each period" and not any(f.kind == "period" for f in factors):
        panel, published = (
            panel.select(periods=[period]),
            published[[index.periods.index(period)]],
        )  # others do not enter
    design = Design.at(factors, saltelli_sample(len(factors), n, method.sampling.seed))
    study = Study.of(framework, panel, method, design, catalogue, published, (node,))
    p = panel.periods.index(period)
    ranks = np.nan_to_num(index.ranks[index.periods.index(period), :, index.nodes.index(node)])
    places = [index.areas.index(area) for area in areas]
    found, failed, reasons = [], 0, dict[str, int]()
    for block in blocks(study, executor):
        found.append(_outputs(block, p, ranks, places))
        failed += int(block.failed.sum())
        for reason, times in block.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + times
        tell("sensitivity", sum(map(len, found)) / len(design))
    names = [SHIFT, *(f"rank of {a}" for a in areas), *(f"{a} among the first {TOP}" for a in areas)]
    indices = sobol_indices(np.concatenate(found), [f.name for f in factors], resamples=resamples)
    return Sensitivity(index, period, node, tuple(factors), tuple(names), indices, len(design), failed, reasons)


def one_at_a_time(
    framework: Framework, panel: Panel, method: Method | None = None, *, period: str | None = None, node: str = INDEX
) -> pd.DataFrame:
    """Every option of every uncertain choice by itself, all else as published: what it does to the ranks.

    One row per factor and option: its probability, Spearman's correlation with the published ranks, mean and greatest
    absolute shift, the area that moves most with its places gained (+) or lost (−), how many of the first ten stay
    there, and, where it cannot be computed, why. Weight sets are many: of them, the first hundred. Raises as
    ``sensitivity`` does. OECD/JRC (2008) step 8.
    """
    import pandas as pd

    method = method or framework.method
    index = build(framework, panel, method)
    p = len(index.periods) - 1 if period is None else index.periods.index(str(period))
    published = np.nan_to_num(index.ranks[p, :, index.nodes.index(node)])
    rows = []
    for factor in factors_of(framework, method):
        options = np.arange(min(len(factor.labels), 100))
        study = Study.of(framework, panel, method, Design((factor,), options[:, None]), nodes=(node,))
        done = 0
        for block in blocks(study):
            for i, ranks in enumerate(block.ranks[:, p, 0]):
                option = int(options[done + i])
                row = {"factor": factor.name, "option": factor.labels[option], "chance": factor.chances[option]}
                rows.append(row | _effect(ranks.astype(float), published, index.areas, bool(block.failed[i])))
                if block.failed[i]:
                    rows[-1]["reason"] = "; ".join(block.reasons)
            done += len(block.ranks)
    return pd.DataFrame(rows)


def _outputs(block: Replicates, period: int, published: Values, places: Sequence[int]) -> Values:
    """What a sensitivity analysis looks at ``(runs, outputs)``; NaN for a run that failed."""
    ranks = block.ranks[:, period, 0].astype(float)
    both = (ranks > 0) & (published > 0)
    shift = np.where(both, np.abs(ranks - published), 0.0).sum(axis=1) / np.maximum(both.sum(axis=1), 1)
    of_areas = np.where(ranks > 0, ranks, np.nan)[:, list(places)]
    inside = np.where(np.isnan(of_areas), np.nan, of_areas <= TOP)
    found = np.concatenate([shift[:, None], of_areas, inside], axis=1)
    found[block.failed] = np.nan
    return found


def _effect(ranks: Values, published: Values, areas: Sequence[str], failed: bool) -> dict[str, object]:
    """What one option does to the ranks, as a row."""
    from scipy import stats

    both = (ranks > 0) & (published > 0)
    if failed or both.sum() < 3:
        return {"spearman": np.nan, "mean_shift": np.nan, "greatest_shift": np.nan, "area": "", "places": np.nan,
                "top_kept": np.nan, "reason": ""}  # fmt: skip
    gained = np.where(both, published - ranks, 0.0)
    most = int(np.argmax(np.abs(gained)))
    top = both & (published <= TOP)
    return {
        "spearman": float(stats.spearmanr(ranks[both], published[both]).statistic),
        "mean_shift": float(np.abs(gained[both]).mean()),
        "greatest_shift": float(np.abs(gained[most])),
        "area": areas[most] if gained[most] else "",
        "places": float(gained[most]),
        "top_kept": float((ranks[top] <= TOP).sum()),
        "reason": "",
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
