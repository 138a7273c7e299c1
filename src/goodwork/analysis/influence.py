"""What each part of an index really counts, beside what it is said to count (handbook steps 6 and 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.correlation import period_of
from goodwork.index.build import Index
from goodwork.index.weighting import correlation
from goodwork.model.framework import INDEX, Framework
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Influence:
    """Stated and effective weights of every domain and member in one period; arrays ``(nodes,)``, index left out.

    ``stated`` is the product of stated weights down the tree, ``used`` the weight the method gave on average over
    areas, ``correlation`` that with the index score, ``explained`` its square, ``part`` the share of the variance of
    the index that comes in through the node: cov(share × score, index) ÷ var(index). The parts of all members sum to
    one, and so do those of the children of the index; a part below zero works against the rest. ``part`` is NaN unless
    every mean is arithmetic.
    """

    period: str
    nodes: tuple[str, ...]
    levels: tuple[int, ...]
    stated: Values
    used: Values
    correlation: Values
    explained: Values
    part: Values

    @property
    def table(self) -> pd.DataFrame:
        """One row per domain and member; ``ratio`` is the part over the stated weight (1 = counts as it is said to)."""
        import pandas as pd

        names = ("stated", "used", "correlation", "explained", "part")
        table = pd.DataFrame({"node": self.nodes, "level": self.levels, **{n: getattr(self, n) for n in names}})
        return table.assign(period=self.period, ratio=table["part"] / table["stated"].where(table["stated"] > 0))


def influence(index: Index, period: str | None = None) -> Influence:
    """Effective weights of all domains and members in a period (the last by default), over the areas with a score.

    Weights are not importances: a member that varies little, or against its siblings, counts less than it is said to.
    Gaps carry no weight in their area. Raises ``NotFound`` for a period that is not there. Handbook step 6, section
    1.6; Paruolo, Saisana & Saltelli (2013), *JRSS A* 176; Becker et al. (2017). The parts are the covariance
    decomposition of a sum (Shorrocks 1982).
    """
    framework, at = index.framework, period_of(index, period)
    scored = ~np.isnan(index.scores[at, :, 0])
    scores, share = index.scores[at, scored], np.nan_to_num(index.shares[at, scored])
    nodes = index.nodes[1:]
    r = correlation(scores)[0, 1:]
    means = [index.method.choice("aggregation", n, framework.level(n)).name for n in framework.groups]
    part = np.full(len(nodes), np.nan)
    total = scores[:, 0] - scores[:, 0].mean() if len(scores) else scores[:, 0]
    if set(means) == {"arithmetic"} and (variance := float(total @ total)) > 0:
        part = total @ (share * np.nan_to_num(scores))[:, 1:] / variance
    return Influence(
        index.periods[at],
        nodes,
        tuple(framework.level(node) for node in nodes),
        np.array([stated_weight(framework, node) for node in nodes]),
        share[:, 1:].mean(axis=0) if len(scores) else np.full(len(nodes), np.nan),
        r,
        r**2,
        part,
    )


def stated_weight(framework: Framework, node: str) -> float:
    """The weight of a node in the whole as the framework states it: shares among siblings, multiplied down the tree.

    >>> from goodwork.model.framework import Member
    >>> pair = Framework(name="two", title="Two", members=(
    ...     Member(indicator="a", direction="higher", weight=3), Member(indicator="b", direction="lower")))
    >>> stated_weight(pair, "a")
    0.75
    """
    weight = 1.0
    while node != INDEX:
        above = framework.parent(node)
        weight *= framework.weight(node) / sum(framework.weight(child) for child in framework.children(above))
        node = above
    return weight
