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
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.regression import Regression, Slope, regression, slope
from goodwork.analysis.wording import areas_of, listing
from goodwork.language import tr
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
    def findings(self) -> tuple[Finding, ...]:
        """How closely the two go together, who stands out, and on whom the line leans."""
        one, other = self.names
        found = [self.pearson.sentence(one, other).about("association", table="links")]
        if self.pearson.clear:
            line = say(
                "One point more in {one} goes with {slope:number} points in {other} on average (95 % interval "
                "{slope_low:number} to {slope_high:number}); R² = {r2:.2f}.",
                one=one, other=other, slope=self.slope.slope, slope_low=self.slope.low, slope_high=self.slope.high,
                r2=self.pearson.r2,
            )  # fmt: skip
            found.append(line.about("line", table="links"))
        for which, way in ((self.better, "better"), (self.worse, "worse")):
            if which.any():
                names = [self.areas[i] for i in self._ordered(which)]
                lead = "Of the {total:areas} looked at, {count} " + ("stands" if len(names) == 1 else "stand")
                lead += f" clearly {way} in {{other}} than areas with similar {{one}}: {{areas:list}}."
                said = say(lead, one=one, other=other, total=self.line.n, count=len(names), areas=names)
                found.append(said.about(way, table="table", **{way: True}))
        if not (self.better | self.worse).any():
            said = say("No area stands clearly apart in {other} from areas with similar {one}.", one=one, other=other)
            found.append(said.about("none", table="table"))
        if self.pulling.any():
            names = [self.areas[i] for i in np.argsort(-np.nan_to_num(self.line.pull)) if self.pulling[i]]
            said = say("The line leans most on {areas:list}.", areas=names, count=len(names))
            found.append(said.about("leaning", table="table", pulling=True))
        return tuple(found)

    @property
    def links(self) -> pd.DataFrame:
        """One row: both correlations with Fisher's intervals and those drawn, and the slope of the line."""
        import pandas as pd

        one, other, line = self.pearson, self.spearman, self.slope
        row: dict[str, object] = {"x": self.names[0], "y": self.names[1], "n": one.n}
        row |= {"r": one.r, "low": one.low, "high": one.high, "p": one.p, "r2": one.r2}
        row |= {"rho": other.r, "rho_low": other.low, "rho_high": other.high, "rho_p": other.p}
        for name, ends in (("drawn", self.pearson_drawn), ("rho_drawn", self.spearman_drawn)):
            row |= {f"{name}_low": ends[0], f"{name}_high": ends[1]}
        row |= {"slope": line.slope, "slope_low": line.low, "slope_high": line.high, "slope_p": line.p}
        return pd.DataFrame([row])

    def of(self, area: str) -> Finding:
        """One area's sentence: its score, what areas like it have, and whether the difference is more than usual."""
        at = self.areas.index(area)
        one, other = self.names
        if not self.line.here[at]:
            said = say("{area} has no figure for {one} or {other}.", area=area, one=one, other=other)
            return said.about("area", table="table", area=area)
        line = self.line
        words = "clearly better than" if self.better[at] else "clearly worse than" if self.worse[at] else "much as"
        facts = "{y:.4g}, where 95 % of areas with similar {one} have {low:.4g} to {high:.4g}"
        template = f"In {{other}}, {{area}} stands {words} its {{one}} would suggest ({facts})."
        if words == "much as" and not line.low[at] <= self.y[at] <= line.high[at]:
            template = (
                "In {other}, {area} lies outside the usual range for its {one}, yet not clearly apart once all areas "
                f"are looked at ({facts})."
            )
        found = say(template, one=one, other=other, area=area, y=self.y[at], low=line.low[at], high=line.high[at])
        return found.about("area", table="table", area=area)

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
    notes = [
        CAVEAT,
        tr("Over {areas}; the line and its ranges suppose that areas scatter evenly about it.").format(
            areas=areas_of(line.n)
        ),
    ]
    if left:
        notes.append(tr("Left out, because one of the two scores is missing: {names}.").format(names=listing(left, 12)))
    return Relation(
        names, tuple(areas), x, y, both, spearman(x, y), bootstrap(x, y, "pearson", draws, seed),
        bootstrap(x, y, "spearman", draws, seed), slope(x, y), line, adjusted(line.p), level, tuple(notes),
    )  # fmt: skip
