"""One score against another: how closely they go together, and who stands better or worse than the other suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.association import (
    CAVEAT,
    DRAWS,
    LEVEL,
    SEED,
    Association,
    adjusted,
    bootstrap,
    pearson,
    spearman,
)
from goodwork.analysis.regression import Regression, Slope, regression, slope
from goodwork.analysis.wording import areas_of, listing, number
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: An area is named as unusual when its leverage is this many times the average, or its pull more than 4 / n.
UNUSUAL = 3.0


@dataclass(frozen=True, eq=False)
class Relation:
    """Two scores of the same areas, ``x`` (what is compared with) and ``y``, both ``(areas,)``, the better end high.

    ``pearson`` and ``spearman`` have Fisher's intervals; ``pearson_drawn`` and ``spearman_drawn`` are intervals from
    the bootstrap. ``line`` is the fitted line with the range that would hold 95 % of areas with the same ``x``, what is
    left over for each area and how far it pulls at the line. ``q`` ``(areas,)`` is the p of what is left, adjusted for
    looking at all areas (Benjamini–Hochberg); ``better`` and ``worse`` where q is at or below ``level``.
    """

    names: tuple[str, str]
    areas: tuple[str, ...]
    x: Values
    y: Values
    pearson: Association
    spearman: Association
    pearson_drawn: tuple[float, float]
    spearman_drawn: tuple[float, float]
    slope: Slope
    line: Regression
    q: Values
    level: float
    notes: tuple[str, ...]

    @property
    def better(self) -> NDArray[np.bool_]:
        """Areas that surely stand higher than the line."""
        return np.asarray((self.q <= self.level) & (self.line.residual > 0))

    @property
    def worse(self) -> NDArray[np.bool_]:
        """Areas that surely stand lower than the line."""
        return np.asarray((self.q <= self.level) & (self.line.residual < 0))

    @property
    def far(self) -> NDArray[np.bool_]:
        """Areas whose ``x`` is so unusual that the line leans on them."""
        return np.asarray(self.line.leverage > UNUSUAL * 2 / self.line.n)

    @property
    def pulling(self) -> NDArray[np.bool_]:
        """Areas without which the line would lie otherwise (Cook's distance above 4 / n)."""
        return np.asarray(self.line.pull > 4 / self.line.n)

    @property
    def table(self) -> pd.DataFrame:
        """One row per area with both scores, from furthest above the line to furthest below."""
        import pandas as pd

        line = self.line
        table = pd.DataFrame(
            {
                "area": self.areas, "x": self.x, "y": self.y, "expected": line.fitted, "low": line.low,
                "high": line.high, "residual": line.residual, "apart": line.apart, "p": line.p, "q": self.q,
                "better": self.better, "worse": self.worse, "leverage": line.leverage, "far": self.far,
                "pull": line.pull, "pulling": self.pulling,
            }
        )  # fmt: skip
        return table[line.here].sort_values("apart", ascending=False, kind="stable").reset_index(drop=True)

    @property
    def findings(self) -> tuple[str, ...]:
        """How closely the two go together, who stands out, and on whom the line leans."""
        one, other = self.names
        low, high = (number(end) for end in (self.slope.low, self.slope.high))
        found = [self.pearson.sentence(one, other)]
        if self.pearson.clear:
            found.append(
                f"One point more in {one} goes with {number(self.slope.slope)} points in {other} on average "
                f"(95 % interval {low} to {high}); R² = {self.pearson.r2:.2f}."
            )
        for which, way in ((self.better, "better"), (self.worse, "worse")):
            if which.any():
                names = [self.areas[i] for i in self._ordered(which)]
                lead = f"Clearly {way} in {other} than areas with similar {one}"
                found.append(f"{lead}, of {self.line.n} looked at: {listing(names)}.")
        if not (self.better | self.worse).any():
            found.append(f"No area stands clearly apart in {other} from areas with similar {one}.")
        if self.pulling.any():
            names = [self.areas[i] for i in np.argsort(-np.nan_to_num(self.line.pull)) if self.pulling[i]]
            found.append(f"The line leans most on {listing(names)}.")
        return tuple(found)

    def of(self, area: str) -> str:
        """One area's sentence: its score, what areas like it have, and whether the difference is more than usual."""
        at = self.areas.index(area)
        one, other = self.names
        if not self.line.here[at]:
            return f"{area} has no figure for {one} or {other}."
        line = self.line
        ends = f"{number(line.low[at])} to {number(line.high[at])}"
        words = "clearly better than" if self.better[at] else "clearly worse than" if self.worse[at] else "much as"
        facts = f"{number(self.y[at])}, where 95 % of areas with similar {one} have {ends}"
        if words == "much as" and not line.low[at] <= self.y[at] <= line.high[at]:
            words = "outside the usual range, yet not clearly apart once all areas are looked at, from"
        return f"In {other}, {area} stands {words} its {one} would suggest ({facts})."

    def _ordered(self, which: NDArray[np.bool_]) -> NDArray[np.intp]:
        order = np.argsort(-np.abs(np.nan_to_num(self.line.apart)), kind="stable")
        return order[which[order]]


def relation(
    x: Values,
    y: Values,
    areas: Sequence[str],
    *,
    names: tuple[str, str] = ("conditions", "the score"),
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Relation:
    """Set one score against another: correlation, line, prediction interval, and who stands apart.

    ``x`` and ``y`` ``(areas,)`` on any scale, the better end high; areas without both are left out and counted. Raises
    ``MethodError`` for fewer than four areas in common or a score that does not vary. Handbook step 9; Cook & Weisberg
    (1982) for the diagnostics.

    >>> x = np.arange(12.0)
    >>> y = x + np.tile([0.1, -0.1], 6); y[5] += 4
    >>> found = relation(x, y, list("abcdefghijkl"))
    >>> [found.areas[i] for i in np.flatnonzero(found.better)]
    ['f']
    """
    line, both = regression(x, y), pearson(x, y)
    left = [areas[i] for i in np.flatnonzero(~line.here).tolist()]
    notes = [CAVEAT, f"Over {areas_of(line.n)}; the line and its ranges suppose that areas scatter evenly about it."]
    if left:
        notes.append(f"Left out, because one of the two scores is missing: {listing(left, 12)}.")
    return Relation(
        names, tuple(areas), x, y, both, spearman(x, y), bootstrap(x, y, "pearson", draws, seed),
        bootstrap(x, y, "spearman", draws, seed), slope(x, y), line, adjusted(line.p), level, tuple(notes),
    )  # fmt: skip
