"""Areas where an outcome grows worse faster than their score would lead one to expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from goodwork.analysis.association import CAVEAT, LEVEL, adjusted
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.regression import Regression, regression
from goodwork.analysis.wording import areas_of, listing
from goodwork.errors import MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class EarlyWarning:
    """The change of an outcome from ``before`` to ``after``, ``(areas,)`` in natural units, and the change of areas
    with the same score and the same figure before (``fit``); ``unit`` is what a change is counted in, in words.

    ``p`` is one-sided, for a change that is worse than expected; ``q`` adjusts it for looking at all areas
    (Benjamini–Hochberg). ``warned`` where q is at or below ``level`` and the outcome did grow worse.
    """

    outcome: str
    areas: tuple[str, ...]
    before: Values
    after: Values
    fit: Regression
    worse: float
    p: Values
    q: Values
    level: float
    notes: tuple[str, ...]
    unit: str = ""

    @property
    def change(self) -> Values:
        """After less before."""
        return self.after - self.before

    @property
    def warned(self) -> NDArray[np.bool_]:
        """Areas to look at."""
        return np.asarray((self.q <= self.level) & (self.change * self.worse > 0))

    @property
    def table(self) -> pd.DataFrame:
        """One row per area, the change furthest on the worse side of what was expected first."""
        import pandas as pd

        fit = self.fit
        table = pd.DataFrame(
            {
                "area": self.areas, "before": self.before, "after": self.after, "change": self.change,
                "expected": fit.fitted, "low": fit.low, "high": fit.high, "apart": fit.apart * self.worse, "p": self.p,
                "q": self.q, "warned": self.warned,
            }
        )  # fmt: skip
        return table[fit.here].sort_values("apart", ascending=False, kind="stable").reset_index(drop=True)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Which areas are warned of, with their change beside that expected; or that none stands clearly apart."""
        way = "rose" if self.worse > 0 else "fell"
        count = self.fit.n
        if not self.warned.any():
            none = say(
                "No area of {total} stands clearly apart: nowhere did the figure for {outcome} surely grow worse "
                "faster than in areas with a like score and a like figure before.",
                total=count, outcome=self.outcome,
            )  # fmt: skip
            return (none.about("warning", self.outcome, table="table"),)
        order = np.argsort(np.where(self.warned, self.q, np.inf), kind="stable")[: int(self.warned.sum())]
        shown = [
            say(
                "{area} ({change:+.3g}, expected {expected:+.3g})", area=self.areas[i],
                change=self.change[i], expected=self.fit.fitted[i],
            )
            for i in order
        ]  # fmt: skip
        lead = f"Where the figure for {{outcome}} {way} clearly faster than in like areas, of {{total}}"
        lead += " (change in {unit}): " if self.unit else ": "
        facts = {"count": len(shown), "total": count, "outcome": self.outcome, "unit": self.unit}
        found = say(lead + "{areas:list12}.", areas=shown, **facts)
        return (found.about("warning", self.outcome, table="table", warned=True),)


def early_warning(
    before: Values,
    after: Values,
    score: Values,
    areas: Sequence[str],
    *,
    outcome: str = "the outcome",
    better: Literal["higher", "lower"] = "lower",
    people: Values | None = None,
    level: float = LEVEL,
    unit: str = "",
) -> EarlyWarning:
    """List areas whose outcome grows worse faster than their score explains, with how sure that is.

    ``before`` and ``after`` ``(areas,)`` in natural units, ``score`` ``(areas,)`` of the period before, ``better`` the
    better end of the outcome, ``unit`` what a change is counted in. The change is fitted to the score and to the figure
    before, for areas that stood high by chance fall back by themselves; with ``people`` ``(areas,)`` the scatter is
    taken to be inverse to them, so that small places are not warned of for chance alone. Areas with any gap are left
    out. Raises ``MethodError`` for fewer than six areas or figures that do not vary. Handbook step 9; Barnett, van der
    Pols & Dobson (2005), *International Journal of Epidemiology* 34, on regression to the mean.

    >>> rng = np.random.default_rng(3)
    >>> score, before = rng.normal(size=(2, 40))
    >>> after = before + rng.normal(scale=0.1, size=40); after[7] += 2
    >>> found = early_warning(before, after, score, [str(i) for i in range(40)])
    >>> [found.areas[i] for i in np.flatnonzero(found.warned)]
    ['7']
    """
    if better not in ("higher", "lower"):
        raise MethodError(f"no worse end: {better!r} is better", remedy="say whether higher or lower is better")
    fit = regression(np.column_stack([score, before]), after - before, people)
    worse = -1.0 if better == "higher" else 1.0
    p = np.asarray(special.stdtr(fit.df - 1, -fit.apart * worse))
    notes = [
        CAVEAT,
        tr(
            "Over {areas}; expected is the change of areas with the same score and the same figure "
            "before. Small numbers of cases jump by chance: a warning is a reason to look, not a verdict."
        ).format(areas=areas_of(fit.n)),
    ]
    if left := [areas[i] for i in np.flatnonzero(~fit.here).tolist()]:
        notes.append(tr("Left out, because a figure is missing: {names}.").format(names=listing(left, 12)))
    return EarlyWarning(outcome, tuple(areas), before, after, fit, worse, p, adjusted(p), level, tuple(notes), unit)
