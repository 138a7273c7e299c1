"""How well a division of areas holds when areas or figures are drawn anew, for one number of groups or for several."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.agreement import (
    adjusted_rand,
    bic,
    contingency,
    gap,
    matched,
    references,
    silhouette,
    variation_of_information,
)
from goodwork.analysis.blocks import in_order
from goodwork.analysis.graphs import natural_counts
from goodwork.analysis.partitions import PARTITION
from goodwork.analysis.similarity import Labels, Mask, standardised
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: Draws that share one seed, fewer where there are many areas; runs from which the most stable division is taken.
BLOCK, SEEDS = 100, 20
#: Areas of all draws of a block together, at most.
NODES = 200_000
#: Draws and invented data sets for each number of groups that is compared.
TRIED, FLAT = 60, 10
CRITERIA = (
    "k", "variation", "rand", "stability", "silhouette", "gap", "gap_error", "bic", "resolutions", "smallest"
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Division:
    """The most stable of several divisions, ``labels`` ``(areas,)``.

    ``others`` ``(draws, areas)`` are those of areas or figures drawn anew, matched to it, −1 where an area was not
    drawn; ``variation`` and ``rand`` are how far they differ from it, on average: variation of information as a share
    of the most there can be, and adjusted Rand index.
    """

    labels: Labels
    others: Labels
    variation: float
    rand: float


@dataclass(frozen=True, eq=False)
class Doubt:
    """What is drawn anew: areas with replacement, ``draws`` times, or ``figures`` ``(draws, areas, members)``, high is
    good, from their sampling error. ``seed`` fixes all chance."""

    draws: int
    seed: int
    figures: Values | None = None

    def some(self, draws: int) -> Doubt:
        """The first of the draws."""
        return Doubt(draws, self.seed, None if self.figures is None else self.figures[:draws])


def settled(
    space: Values, k: int, method: str, doubt: Doubt, runs: int = SEEDS, executor: Executor | None = None
) -> Division:
    """Divide standardised areas ``(areas, members)`` without gaps into ``k`` groups; of several runs the one that is
    nearest to all others and to those of the draws by variation of information. Meilă (2007); Hennig (2007).

    >>> space = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]])
    >>> settled(space, 2, "ward", Doubt(20, 1)).variation
    0.0
    """
    way = PARTITION[method]
    block, small = max(1, min(BLOCK, NODES // len(space))), np.min_scalar_type(-k - 1)

    def run(job: tuple[tuple[int, ...], int]) -> Labels:
        (number, *_), size = job
        rng = np.random.default_rng(np.random.SeedSequence(doubt.seed, spawn_key=(k, *job[0])))
        sets, drawn = space[None], np.ones((1, size, len(space)), dtype=bool)
        if number and doubt.figures is not None:
            sets = standardised(doubt.figures[(number - 1) * block : (number - 1) * block + size])[1]
            drawn = drawn.swapaxes(0, 1)
        elif number:
            drawn = resampled(len(space), size, k, rng)[None]
        return way(sets, drawn, k, rng).reshape(size, -1).astype(small)

    total = doubt.draws if doubt.figures is None else len(doubt.figures)
    # what each block takes its chance from: (0,), (0, 0, 1) … for the runs on all areas, (1,), (2,) … for the draws
    own = [((0, 0, i) if i else (0,), min(block, runs - at)) for i, at in enumerate(range(0, runs, block))]
    drawn = [((1 + i,), min(block, total - at)) for i, at in enumerate(range(0, total, block))]
    everything = np.concatenate(list(in_order(run, [*own, *drawn], executor)))
    first, others = everything[:runs], everything[runs:]
    mean = [variation_of_information(contingency(one, everything, k))[1].mean() for one in first]
    best = first[int(np.argmin(np.round(mean, 12)))]
    tables = contingency(best, others, k)
    share = float(variation_of_information(tables)[1].mean())
    return Division(best, matched(best, others, k), share, float(adjusted_rand(tables).mean()))


def resampled(areas: int, draws: int, groups: int, rng: np.random.Generator) -> Mask:
    """Which areas are drawn when so many are drawn with replacement, ``(draws, areas)``; doubles count once. A draw
    with hardly more areas than groups is taken again."""
    drawn = np.zeros((draws, areas), dtype=bool)
    while len(few := np.flatnonzero(drawn.sum(axis=1) <= groups)):
        drawn[few] = False
        drawn[few[:, None], rng.integers(0, areas, (len(few), areas))] = True
    return drawn


def shares(others: Labels, k: int) -> Values:
    """Share of the draws that an area is in, in which it is with each community, ``(areas, communities)``."""
    counts = np.stack([(others == g).sum(axis=0) for g in range(k)], axis=1)
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def compared(space: Values, numbers: Sequence[int], method: str, doubt: Doubt) -> list[dict[str, float]]:
    """For each number of groups, how stable and how good its division is: a row of ``CRITERIA``. ``resolutions`` is the
    share of the resolutions scanned at which the graph of areas has so many communities of itself."""
    if not numbers:
        return []
    lasting = natural_counts(space, np.random.default_rng(np.random.SeedSequence(doubt.seed, spawn_key=(0, 1))))
    flat = references(space, FLAT, np.random.default_rng(np.random.SeedSequence(doubt.seed, spawn_key=(0, 0, 2))))
    return [_row(space, n, method, doubt.some(TRIED), flat) | {"resolutions": lasting.get(n, 0.0)} for n in numbers]


def _row(space: Values, n: int, method: str, doubt: Doubt, flat: Values) -> dict[str, float]:
    found = settled(space, n, method, doubt, SEEDS // 2)
    labels = found.labels
    rng = np.random.default_rng(np.random.SeedSequence(doubt.seed, spawn_key=(n, 0, 1)))
    height, error = gap(space, labels, n, PARTITION[method], flat, rng)
    agree = shares(found.others, n)[np.arange(len(labels)), labels]
    return {
        "k": n, "variation": found.variation, "rand": found.rand, "stability": float(agree.mean()),
        "silhouette": float(np.nanmean(silhouette(space, labels))), "gap": height, "gap_error": error,
        "bic": bic(space, labels, n), "smallest": int(np.bincount(labels, minlength=n).min()),
    }  # fmt: skip


def steadiest(rows: Sequence[dict[str, float]]) -> int:
    """The number of groups whose division varies least between draws; of equally steady ones the largest.

    >>> steadiest([{"k": 2, "variation": 0.0}, {"k": 3, "variation": 0.2}, {"k": 4, "variation": 0.0}])
    4
    """
    return int(min(rows, key=lambda row: (round(row["variation"], 3), -row["k"]))["k"])


def side_by_side(rows: Sequence[dict[str, float]], k: int) -> pd.DataFrame:
    """Numbers of communities side by side; ``favoured_by`` names the criteria that a number is best by."""
    import pandas as pd

    table = pd.DataFrame(rows, columns=list(CRITERIA))
    best: dict[int, list[str]] = {}
    if len(table):
        beats = table["gap"].to_numpy()[:-1] >= (table["gap"] - table["gap_error"]).to_numpy()[1:]
        first = int(table["k"][int(np.argmax(beats))] if beats.any() else table["k"].iloc[-1])
        by = table.set_index("k")
        favourites = {"variation": steadiest(rows), "silhouette": by["silhouette"].idxmax(),
                      "gap": first, "bic": by["bic"].idxmin()}  # fmt: skip
        for name, number in favourites.items():
            best.setdefault(int(number), []).append(name)
    table["favoured_by"] = [", ".join(best.get(int(n), [])) for n in table["k"]]
    return table.assign(chosen=table["k"] == k)
