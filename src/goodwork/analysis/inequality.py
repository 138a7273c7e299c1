"""How unequal areas are, and how much of it lies between groups of them: Theil, Gini, variance (Shorrocks 1984).

Every kernel takes values ``(..., areas)`` and splits the whole exactly: between groups (each area given its group's
mean) and within them; for Gini a third part, the overlap, because groups overlap on the scale. Areas count equally, or
by ``weights`` ``(areas,)`` such as people. Gaps have to be left out before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from goodwork.errors import MethodError
from goodwork.model.panel import Values

Measure = Literal["variance", "theil_t", "theil_l", "gini"]
Labels = NDArray[np.intp]
#: Random orders of so many areas are kept for the next measure.
FEW = 1000


@dataclass(frozen=True, eq=False)
class Split:
    """A measure of inequality ``total`` and its parts, each ``(...)``; ``overlap`` is zero but for Gini."""

    total: Values
    between: Values
    within: Values
    overlap: Values

    @property
    def share_within(self) -> Values:
        """The part within groups in all, overlap counted as within; NaN where nothing varies."""
        nothing = np.full(np.shape(self.total), np.nan)
        return np.asarray(np.divide(self.within + self.overlap, self.total, out=nothing, where=self.total > 0))


def theil_t(values: Values, weights: Values | None = None) -> Values:
    """Theil's T: mean of (x/μ) ln(x/μ); 0 when all are equal, ln n when one has everything; ``(...)``.

    ``values`` ``(..., areas)`` not below zero; NaN where one is, where the mean is zero, or for a gap. It minds
    differences at the top. Theil (1967).

    >>> round(float(theil_t(np.array([1.0, 3.0]))), 4)
    0.1308
    """
    share = _shares(values, weights)
    ratio = _to_mean(values, share, zero=True)
    return np.asarray((share * xlogy(ratio, ratio)).sum(axis=-1))


def theil_l(values: Values, weights: Values | None = None) -> Values:
    """Theil's L, the mean logarithmic deviation: mean of ln(μ/x); 0 when all are equal, no upper limit; ``(...)``.

    ``values`` ``(..., areas)`` above zero; NaN where one is not. It minds differences at the bottom. Theil (1967).

    >>> round(float(theil_l(np.array([1.0, 3.0]))), 4)
    0.1438
    """
    share = _shares(values, weights)
    return np.asarray(-(share * np.log(_to_mean(values, share, zero=False))).sum(axis=-1))


def gini(values: Values, weights: Values | None = None) -> Values:
    """Gini's coefficient: half the mean difference of two areas over the mean; 0 when all are equal; ``(...)``.

    ``values`` ``(..., areas)`` not below zero; NaN where one is. No correction for few areas. Gini (1912).

    >>> float(gini(np.array([1.0, 3.0])))
    0.25
    """
    share = _shares(values, weights)
    return mean_difference(_to_mean(values, share, zero=True), share) / 2


def coefficient_of_variation(values: Values, weights: Values | None = None) -> Values:
    """Standard deviation (population) over the mean, ``(...)``; NaN where the mean is not above zero.

    >>> float(coefficient_of_variation(np.array([1.0, 3.0])))
    0.5
    """
    share = _shares(values, weights)
    mean = (share * values).sum(axis=-1)
    sd = np.sqrt(variance(values, weights))
    return np.asarray(np.divide(sd, mean, out=np.full(mean.shape, np.nan), where=mean > 0))


def variance(values: Values, weights: Values | None = None) -> Values:
    """Population variance ``(...)``: it needs no true zero, and is the same for a share and its complement.

    >>> float(variance(np.array([1.0, 3.0])))
    1.0
    """
    share = _shares(values, weights)
    centre = (share * values).sum(axis=-1, keepdims=True)
    return np.asarray((share * (values - centre) ** 2).sum(axis=-1))


def mean_difference(values: Values, share: Values) -> Values:
    """Mean absolute difference of two areas drawn by their ``share`` (adding up to 1, with replacement), ``(...)``."""
    share = np.broadcast_to(share, values.shape)
    order = np.argsort(values, axis=-1, kind="stable")
    ordered, part = np.take_along_axis(values, order, -1), np.take_along_axis(share, order, -1)
    below = np.cumsum(part, axis=-1)
    gaps = np.diff(ordered, axis=-1)
    return np.asarray(2 * (gaps * below[..., :-1] * (1 - below[..., :-1])).sum(axis=-1))


def split(values: Values, groups: Labels, measure: Measure, weights: Values | None = None) -> Split:
    """A measure taken apart into between and within groups: the parts add up to the whole.

    ``values`` ``(..., areas)``; ``groups`` ``(areas,)`` are whole numbers from 0 without a gap. Variance, Theil's T and
    L have no overlap; for Gini it is what neither part explains (Lambert & Aronson 1993). NaN where the measure is not
    defined. Raises ``MethodError`` for another name. Shorrocks (1984), Econometrica 52.

    >>> found = split(np.array([1.0, 3.0, 2.0, 6.0]), np.array([0, 0, 1, 1]), "variance")
    >>> [float(part) for part in (found.total, found.between, found.within)]
    [3.5, 1.0, 2.5]
    """
    if measure not in MEASURES:
        raise MethodError(f"inequality {measure!r} is not known", remedy=f"choose one of {', '.join(MEASURES)}")
    share, whole = _shares(values, weights), MEASURES[measure]
    total = whole(values, weights)
    means, part = group_means(values, groups, share)
    between = np.where(np.isnan(total), np.nan, whole(means, part))
    if measure == "gini":
        inside = _gini_within(values, groups, share, means, part)
        return Split(total, between, inside, np.maximum(total - between - inside, 0.0))
    return Split(total, between, np.maximum(total - between, 0.0), np.zeros_like(total))


def group_means(values: Values, groups: Labels, share: Values) -> tuple[Values, Values]:
    """Means of groups ``(..., groups)`` and their shares ``(groups,)``, areas counting by ``share`` ``(areas,)``."""
    member = (groups[:, None] == np.arange(groups.max() + 1)).astype(float) * share[:, None]
    part = member.sum(axis=0)
    return np.asarray(values @ member / part), part


def permuted_p(
    values: Values, groups: Labels, measure: Measure, weights: Values | None, permutations: int, seed: int
) -> float:
    """How often groups put together at random differ as much between them as these do: one-sided p.

    ``values`` ``(areas,)``; every area keeps its value and weight, and groups keep their numbers of areas. At least
    1/(permutations + 1). NaN where the measure is not defined. Rey (2004) on Theil's decomposition.

    >>> p = permuted_p(np.array([1.0, 2, 3, 7, 8, 9]), np.array([0, 0, 0, 1, 1, 1]), "variance", None, 999, 1)
    >>> round(p, 1)
    0.1
    """
    observed = split(values, groups, measure, weights).between
    if not np.isfinite(observed):
        return float("nan")
    share = _shares(values, weights)
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(groups.max() + 1))
    shuffled = (_shuffled if len(values) <= FEW else _shuffled.__wrapped__)(len(values), permutations, seed)
    part = np.add.reduceat(share[shuffled], starts, axis=1)
    means = np.add.reduceat((share * values)[shuffled], starts, axis=1) / part
    drawn = _between(means, part, measure)
    return float((np.count_nonzero(drawn >= observed * (1 - 1e-9)) + 1) / (permutations + 1))


@lru_cache(maxsize=4)  # the same orders serve every measure of an indicator
def _shuffled(areas: int, permutations: int, seed: int) -> Labels:
    """Areas in random orders, ``(permutations, areas)``."""
    rng = np.random.default_rng(seed)
    return rng.permuted(np.broadcast_to(np.arange(areas), (permutations, areas)), axis=1)


def _between(means: Values, part: Values, measure: Measure) -> Values:
    """The measure of group means ``(draws, groups)``, each draw with shares of its own."""
    if measure == "variance":
        centre = (part * means).sum(axis=-1, keepdims=True)
        return np.asarray((part * (means - centre) ** 2).sum(axis=-1))
    ratio = means / (part * means).sum(axis=-1, keepdims=True)
    if measure == "theil_t":
        return np.asarray((part * xlogy(ratio, ratio)).sum(axis=-1))
    if measure == "theil_l":
        return np.asarray(-(part * np.log(ratio)).sum(axis=-1))
    return mean_difference(ratio, part) / 2


def _gini_within(values: Values, groups: Labels, share: Values, means: Values, part: Values) -> Values:
    inside = np.zeros(values.shape[:-1])
    mean = (share * values).sum(axis=-1)
    for group in range(len(part)):
        here = groups == group
        income = part[group] * means[..., group] / mean
        inside = inside + part[group] * income * gini(values[..., here], share[here])
    return inside


def _shares(values: Values, weights: Values | None) -> Values:
    if weights is None:
        return np.full(values.shape[-1], 1 / values.shape[-1])
    return np.asarray(weights / weights.sum())


def _to_mean(values: Values, share: Values, zero: bool) -> Values:
    """Values over their mean; NaN throughout where one is below zero (or zero, unless ``zero``)."""
    mean = (share * values).sum(axis=-1, keepdims=True)
    bad = (values < 0) if zero else (values <= 0)
    fine = ~bad.any(axis=-1, keepdims=True) & (mean > 0)
    return np.asarray(np.divide(values, mean, out=np.full(values.shape, np.nan), where=fine))


MEASURES: dict[str, Callable[[Values, Values | None], Values]] = {
    "variance": variance,
    "theil_t": theil_t,
    "theil_l": theil_l,
    "gini": gini,
}
