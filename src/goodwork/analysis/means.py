"""What groups of areas (regions, communities) are like on average, and whether they clearly differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from goodwork.analysis.association import LEVEL
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import amount, areas_of, listing
from goodwork.errors import MethodError, NotFound
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Difference:
    """How much higher the mean of one group is than that of another, with 95 % interval and two-sided p."""

    difference: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, eq=False)
class Means:
    """Means of groups of areas, all ``(groups,)``: number of areas ``n``, ``mean``, its 95 % interval (NaN for a group
    of one), standard deviation ``sd`` and how many equal areas they are ``worth`` (n without weights). ``p`` is that of
    no difference among the groups (Kruskal–Wallis); ``unit`` is what the measure is counted in."""

    name: str
    groups: tuple[str, ...]
    n: Values
    mean: Values
    low: Values
    high: Values
    sd: Values
    worth: Values
    p: float
    level: float
    notes: tuple[str, ...]
    unit: str = ""

    @property
    def table(self) -> pd.DataFrame:
        """One row per group, the highest mean first."""
        import pandas as pd

        names = ("n", "mean", "low", "high", "sd")
        table = pd.DataFrame({"group": self.groups, **{name: getattr(self, name) for name in names}})
        return table.astype({"n": int}).sort_values("mean", ascending=False, kind="stable").reset_index(drop=True)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The highest and the lowest group, if the groups clearly differ."""
        if not self.p <= self.level:
            lead = "There is no clear difference in {name} among the {total} groups."
            return (say(lead, name=self.name, total=len(self.groups), p=self.p),)
        known = np.where(self.n > 1, self.mean, np.nan)
        top, bottom = (self.groups[int(at(known))] for at in (np.nanargmax, np.nanargmin))
        pairs = len(self.groups) * (len(self.groups) - 1) // 2
        found = self.difference(top, bottom, pairs)
        if not found.low > 0:
            return (say("The groups differ in {name}, but no two of them clearly.", name=self.name, p=self.p),)
        apart = amount("{difference:number}", self.unit)
        return (
            say(
                "The figure for {name} is highest on average in {top} and lowest in {bottom}: a difference of "
                f"{apart} (95 % interval over all pairs {{difference_low:number}} to "
                "{difference_high:number}).",
                name=self.name, top=top, bottom=bottom, difference=found.difference, difference_low=found.low,
                difference_high=found.high,
            ),
        )  # fmt: skip

    def difference(self, one: str, other: str, pairs: int = 1) -> Difference:
        """Mean of one group less that of another (Welch 1947); for one pair picked out of many, give their number and
        the interval is that of Bonferroni. Raises ``NotFound`` for a group that is not there."""
        for asked in (one, other):
            if asked not in self.groups:
                raise NotFound("group", asked, self.groups)
        at = [self.groups.index(one), self.groups.index(other)]
        share = self.sd[at] ** 2 / self.worth[at]
        apart, error = float(self.mean[at[0]] - self.mean[at[1]]), float(np.sqrt(share.sum()))
        with np.errstate(invalid="ignore", divide="ignore"):
            df = float(share.sum() ** 2 / (share**2 / (self.worth[at] - 1)).sum())
            half = float(stats.t.ppf(1 - 0.025 / pairs, df)) * error
            p = float(np.minimum(2 * stats.t.sf(abs(apart) / error, df) * pairs, 1.0))
        return Difference(apart, apart - half, apart + half, p)


def means(
    values: Values,
    labels: ArrayLike,
    *,
    name: str = "the score",
    unit: str = "",
    weights: Values | None = None,
    level: float = LEVEL,
) -> Means:
    """Average a measure over each group of areas.

    ``values`` ``(areas,)`` in a ``unit``, ``labels`` ``(areas,)`` (empty for none); areas without a value, a label or a
    weight are left out. With ``weights`` (people) an area counts by its weight, in the mean and its interval, but not
    in the test. Raises ``MethodError`` for fewer than two groups or a weight that is not positive. Handbook step 9;
    Kruskal & Wallis (1952).

    >>> found = means(np.array([1.0, 2, 3, 7, 8, 9]), list("aaabbb"))
    >>> found.mean.tolist(), round(found.difference("b", "a").low, 2)
    ([2.0, 8.0], 3.73)
    """
    labels, w = np.asarray(labels, dtype=str), np.ones(len(values)) if weights is None else weights
    refuse_infinite(values=values, weights=weights)
    here = ~np.isnan(values) & ~np.isnan(w) & (labels != "")
    x, w = values[here], w[here]
    groups, at = np.unique(labels[here], return_inverse=True)
    if len(groups) < 2:
        raise MethodError(
            f"{len(groups)} group{'' if len(groups) == 1 else 's'} with figures",
            remedy="means are compared between two or more",
        )
    if (w <= 0).any():
        raise MethodError("a weight is zero or less", remedy="leave areas out by NaN instead")
    n, total, square = (np.bincount(at, v, len(groups)).astype(float) for v in (np.ones(len(x)), w, w**2))
    mean = np.bincount(at, w * x) / total
    worth = total**2 / square
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = np.sqrt(np.bincount(at, w * (x - mean[at]) ** 2) / total * worth / (worth - 1))
        sd = np.where(n > 1, sd, np.nan)
        half = stats.t.ppf(0.975, worth - 1) * sd / np.sqrt(worth)
    apart = np.split(x[np.argsort(at, kind="stable")], np.cumsum(n.astype(int))[:-1])
    p = float(stats.kruskal(*apart).pvalue) if np.ptp(x) > 0 else 1.0
    notes = []
    if left := int((~here).sum()):
        notes.append(tr("{areas} left out because a figure or a group is missing.").format(areas=areas_of(left)))
    if alone := [str(g) for g, k in zip(groups, n, strict=True) if k == 1]:
        notes.append(tr("Groups of one area have no interval: {names}.").format(names=listing(alone, 12)))
    return Means(
        name, tuple(groups.tolist()), n, mean, mean - half, mean + half, sd, worth, p, level, tuple(notes), unit
    )  # fmt: skip
