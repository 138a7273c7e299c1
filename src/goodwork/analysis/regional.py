"""Means of several measures over the regions that areas lie in, and in which of them regions clearly differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from goodwork.analysis.association import LEVEL, adjusted
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.means import Means, means
from goodwork.errors import MethodError
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Regional:
    """The means of each measure by region; ``q`` ``(measures,)`` is the p of no difference among the regions
    (Kruskal–Wallis), adjusted over the measures."""

    measures: tuple[Means, ...]
    q: Values
    level: float

    @property
    def table(self) -> pd.DataFrame:
        """One row per measure and region, the highest mean first: areas, mean with its 95 % interval, q."""
        import pandas as pd

        parts = [
            one.table.rename(columns={"group": "region"}).assign(outcome=one.name, p=one.p, q=q)
            for one, q in zip(self.measures, self.q.tolist(), strict=True)
        ]
        return pd.concat(parts, ignore_index=True)[["outcome", "region", "n", "mean", "low", "high", "sd", "p", "q"]]

    @property
    def ends(self) -> pd.DataFrame:
        """One row per measure: the regions with the highest and the lowest mean, and how far these are apart, with a
        95 % interval over all pairs of regions."""
        import pandas as pd

        return pd.DataFrame([_ends(one) | {"q": q} for one, q in zip(self.measures, self.q.tolist(), strict=True)])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In how many measures regions clearly differ."""
        clear = [one.name for one, q in zip(self.measures, self.q, strict=True) if q <= self.level]
        lead = "Regions differ clearly on average in {apart} of {looked} outcomes" + (
            ": {names:list20}." if clear else "."
        )
        return (say(lead, apart=len(clear), looked=len(self.measures), names=clear).about("regions", table="table"),)

    @property
    def notes(self) -> tuple[str, ...]:
        """What means of regions are, and are not."""
        return ("Means of regions are means of areas, each counting once, not of people.",)


def regional(values: Values, labels: ArrayLike, names: Sequence[str], *, level: float = LEVEL) -> Regional:
    """Average every measure over each region.

    ``values`` ``(areas, measures)`` in natural units, NaN for a gap; ``labels`` ``(areas,)`` regions, empty for none. A
    measure with figures in fewer than two regions is left out. Raises ``MethodError`` where none is left. Handbook step
    9; Kruskal & Wallis (1952); Benjamini & Hochberg (1995) over the measures.

    >>> found = regional(np.arange(12.0)[:, None], np.repeat(["east", "west"], 6), ["pay"])
    >>> found.findings
    ('Regions differ clearly on average in 1 of 1 outcomes: pay.',)
    """
    kinds = np.asarray(labels, dtype=str)
    found = []
    for name, column in zip(names, values.T, strict=True):
        if len(set(kinds[np.isfinite(column)]) - {""}) > 1:
            found.append(means(column, kinds, name=name, level=level))
    if not found:
        raise MethodError("all areas with figures lie in one region", remedy="choose areas of several regions")
    return Regional(tuple(found), adjusted(np.array([one.p for one in found])), level)


def _ends(one: Means) -> dict[str, Any]:
    """The highest and the lowest of the regions of more than one area, and how far they are apart."""
    several = np.flatnonzero(one.n > 1)
    if len(several) < 2:
        return {"outcome": one.name, "highest": "", "lowest": ""}
    top, bottom = (one.groups[several[int(at(one.mean[several]))]] for at in (np.argmax, np.argmin))
    gap = one.difference(top, bottom, len(one.groups) * (len(one.groups) - 1) // 2)
    means_of = dict(zip(one.groups, one.mean.tolist(), strict=True))
    return {
        "outcome": one.name, "highest": top, "highest_mean": means_of[top], "lowest": bottom,
        "lowest_mean": means_of[bottom], "difference": gap.difference, "low": gap.low, "high": gap.high,
    }  # fmt: skip
