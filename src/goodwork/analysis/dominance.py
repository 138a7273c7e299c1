"""Which conditions go with which domain: the variation they share, divided fairly among conditions that overlap.

A description of how figures lie together, not of what brings about what: conditions that were left out, or that stand
for others, would share differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.association import CAVEAT, SEED
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import areas_have, areas_of
from goodwork.errors import MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: Every subset of the conditions is fitted: 65,536 of them for 16.
MOST, DRAWS = 16, 500
#: Numbers that subsets of several samples may take at once: few enough for the processor's own memory.
CELLS = 1 << 19


@dataclass(frozen=True, eq=False)
class Dominance:
    """The share of each target's variation that goes with each predictor: ``share`` ``(targets, predictors)``, which
    sums to ``r2`` ``(targets,)``; ``low`` to ``high`` hold 95 % of the shares when areas are drawn again.

    ``first`` ``(targets, predictors)`` is how often a predictor has the greatest share when areas are drawn again;
    ``alone`` is its R² by itself, ``last`` what it adds to all the others. ``chance`` is the share that a column of
    random numbers would have on average, 1 / (n − 1): a share cannot be below zero, so it is never clearly none.
    """

    predictors: tuple[str, ...]
    targets: tuple[str, ...]
    share: Values
    low: Values
    high: Values
    first: Values
    alone: Values
    last: Values
    r2: Values
    chance: float
    n: int
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per target and predictor, the greatest share of each target first."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.targets, self.predictors], names=["target", "predictor"])
        columns = ("share", "low", "high", "first", "alone", "last")
        table = keys.to_frame(index=False).assign(**{name: getattr(self, name).ravel() for name in columns})
        table["r2"], table["n"] = np.repeat(self.r2, len(self.predictors)), self.n
        table["at"] = np.repeat(np.arange(len(self.targets)), len(self.predictors))
        table = table.sort_values(["at", "share"], ascending=[True, False], kind="stable")
        return table.drop(columns="at").reset_index(drop=True)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """For each target, the share of variation in common, and the condition it goes with most if that is clear."""
        found = []
        for t, target in enumerate(self.targets):
            order = np.argsort(-self.share[t], kind="stable")
            top = order[0]
            lead = "All {total} together go with {r2:.0%} of the variation in {target}; "
            facts = {"total": len(self.predictors), "r2": self.r2[t], "target": target}
            if self.first[t, top] >= 0.95:
                lead += "the greatest share is that of {predictor} ({share:.0%} of it all, 95 % interval {low:.0%} to "
                facts |= {"predictor": self.predictors[top], "share": self.share[t, top], "low": self.low[t, top]}
                said = say(lead + "{high:.0%}).", high=self.high[t, top], **facts)
            else:
                some = [self.predictors[i] for i in order if self.first[t, i] >= 0.05]
                said = say(lead + "there is no clear first among {names:list}.", names=some, **facts)
            row = {"target": target, "predictor": self.predictors[top]}
            found.append(said.about("shares", target, table="table", **row))
        return tuple(found)


def dominance(
    predictors: Values,
    targets: Values,
    names: tuple[Sequence[str], Sequence[str]],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Dominance:
    """Divide each target's R² among the predictors: what each adds, averaged over all orders of taking them in.

    ``predictors`` ``(areas, k)`` (at most 16) and ``targets`` ``(areas, t)`` in any units, ``names`` of both; areas
    with any gap are left out. Intervals are quantiles over ``draws`` samples of areas drawn with replacement; the same
    for the same ``seed``. Raises ``MethodError`` for too many predictors, too few areas, or a column that is the same
    everywhere. Handbook step 9; Lindeman, Merenda & Gold (1980); Budescu (1993), *Psychological Bulletin* 114; it is
    the Shapley value of R².

    >>> x = np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]] * 2)
    >>> found = dominance(x, (2 * x[:, 0] + x[:, 1])[:, None], (["a", "b"], ["y"]), draws=20)
    >>> found.share.round(2).tolist(), found.r2.round(2).tolist()
    ([[0.8, 0.2]], [1.0])
    """
    x, y = np.asarray(predictors, dtype=float), np.asarray(targets, dtype=float)
    kinds = [tuple(kind) for kind in names]
    if x.shape[1] != len(kinds[0]) or y.shape[1] != len(kinds[1]):
        raise MethodError(f"{x.shape[1]} predictors and {y.shape[1]} targets for {names}", remedy="name each column")
    if x.shape[1] > MOST:
        raise MethodError(f"{x.shape[1]} predictors have too many subsets", remedy=f"choose at most {MOST}")
    refuse_infinite(predictors=x, targets=y)
    here = ~(np.isnan(x).any(axis=1) | np.isnan(y).any(axis=1))
    columns = np.column_stack([x, y])[here]
    n, k = len(columns), x.shape[1]
    if n < k + 3:
        raise MethodError(f"{areas_have(n)} all {k + y.shape[1]} values", remedy=f"{k} predictors need {k + 3} areas")
    if flat := [name for name, c in zip(sum(kinds, ()), columns.T, strict=True) if np.ptp(c) == 0]:
        raise MethodError(f"the same everywhere: {', '.join(flat)}", remedy="choose measures that vary")
    r2 = explained(correlations_of(columns, np.ones((1, n))), k)[0]
    rng, step = np.random.default_rng(seed), max(1, CELLS // ((1 << k) * (y.shape[1] + 2) ** 2))
    again = correlations_of(columns, rng.multinomial(n, np.full(n, 1 / n), draws))
    drawn = np.concatenate([shapley(explained(again[i : i + step], k)) for i in range(0, draws, step)])
    share = shapley(r2[None])[0]
    largest = drawn == drawn.max(axis=-1, keepdims=True)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    ones, everything = 1 << np.arange(k), (1 << k) - 1
    notes = [
        CAVEAT,
        tr(
            "Over {areas}; a column of random numbers would have a share of {share:.1f} % on average. "
            "Shares describe these conditions together and would change with others."
        ).format(areas=areas_of(n), share=100 * (1 / (n - 1))),
    ]
    if left := int((~here).sum()):
        notes.append(tr("{areas} left out because a figure is missing.").format(areas=areas_of(left)))
    return Dominance(
        kinds[0], kinds[1], share, low, high, largest.mean(axis=0), r2[:, ones],
        r2[:, -1:] - r2[:, everything - ones], r2[:, -1], 1 / (n - 1), n, tuple(notes),
    )  # fmt: skip


def correlations_of(columns: Values, counts: NDArray[np.number]) -> Values:
    """Correlations ``(draws, columns, columns)`` in samples in which each area of ``columns`` ``(areas, columns)``
    stands ``counts`` ``(draws, areas)`` times; a column that does not vary in a sample goes with nothing.

    >>> correlations_of(np.array([[1.0, 1], [2, 3], [3, 2]]), np.ones((1, 3)))[0].round(2).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    z = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    share = counts / counts.sum(axis=-1, keepdims=True)
    mean = share @ z
    size = z.shape[1]
    products = share @ (z[:, :, None] * z[:, None, :]).reshape(len(z), -1)
    moments = products.reshape(-1, size, size) - mean[:, :, None] * mean[:, None, :]
    variance = np.einsum("dii->di", moments)
    scale = np.where(variance > 1e-12, np.sqrt(np.maximum(variance, 1e-12)), np.inf)
    return np.asarray(moments / (scale[:, :, None] * scale[:, None, :]))


def explained(correlations: Values, predictors: int) -> Values:
    """R² of every subset of the first ``predictors`` columns for each of the others, ``(draws, targets, 2^k)``.

    ``correlations`` is ``(draws, columns, columns)``; bit i of a subset's number says whether predictor i is in it.
    Each predictor in turn is either held fixed (its part is taken out of all columns after it) or passed over, which
    doubles the cases; one that the others already say adds nothing.

    >>> explained(np.array([[[1.0, 0.0, 0.6], [0.0, 1.0, 0.3], [0.6, 0.3, 1.0]]]), 2)[0, 0].round(2).tolist()
    [0.0, 0.36, 0.09, 0.45]
    """
    left = correlations[..., None]
    for _ in range(predictors):
        pivot, row, rest = left[:, 0, 0], left[:, 0, 1:], left[:, 1:, 1:]
        inverse = np.where(pivot > 1e-10, 1 / np.where(pivot > 1e-10, pivot, 1.0), 0.0)
        fixed = (inverse[:, None] * row)[:, :, None] * row[:, None]
        left = np.concatenate([rest, np.subtract(rest, fixed, out=fixed)], axis=-1)
    whole = np.einsum("dtt->dt", correlations)[:, predictors:]
    return np.asarray(np.clip(whole[..., None] - np.einsum("dtts->dts", left), 0.0, 1.0))


def shapley(values: Values) -> Values:
    """What each player adds to the value of a set, averaged over all orders of joining: ``(..., players)``.

    ``values`` is ``(..., 2^players)``, the empty set first, bit i of a set's number standing for player i. The shares
    sum to the value of all less that of none. Shapley (1953).

    >>> shapley(np.array([0.0, 1.0, 2.0, 6.0])).tolist()
    [2.5, 3.5]
    """
    players = int(values.shape[-1]).bit_length() - 1
    inside: NDArray[np.bool_] = (np.arange(1 << players)[:, None] >> np.arange(players)) & 1 == 1
    size = inside.sum(axis=1)
    chance = np.array([1 / (players * comb(players - 1, s)) for s in range(players)])
    weights = np.where(inside, chance[size - 1][:, None], -chance[np.minimum(size, players - 1)][:, None])
    return np.asarray(values @ weights)
