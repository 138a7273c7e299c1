"""Scores and ranks through time: every area's path with its interval, what it rests on, and where it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import listing
from goodwork.errors import Fault, MethodError
from goodwork.index.ranking import rank
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: Below this share of areas a period's figures of an indicator do not stand for all.
MOST = 0.9


@dataclass(frozen=True, eq=False)
class Paths:
    """Scores and ranks ``(periods, areas)`` with 95 % ends (NaN where not known), the coverage of each indicator
    ``(periods, indicators)`` as a share of areas, and ``breaks``: indicator → period → what changed then.

    ``segment`` ``(periods,)`` counts breaks so far: two periods of one segment can be compared, and a line is drawn
    across a change of segment only with a mark.
    """

    name: str
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    indicators: tuple[str, ...]
    score: Values
    low: Values
    high: Values
    rank: Values
    rank_low: Values
    rank_high: Values
    coverage: Values
    breaks: Mapping[str, Mapping[str, str]]
    segment: NDArray[np.intp]
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per area and period: score and rank with their ends, the segment, and ``breaks``, the indicators
        whose series breaks there."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.periods, self.areas], names=["period", "area"]).to_frame(index=False)
        columns = ("score", "low", "high", "rank", "rank_low", "rank_high")
        table = keys.assign(**{name: getattr(self, name).ravel() for name in columns})
        table["segment"] = np.repeat(self.segment, len(self.areas))
        table["breaks"] = np.repeat(["; ".join(self.breaking(p)) for p in self.periods], len(self.areas))
        return table.sort_values(["area", "period"], kind="stable", ignore_index=True)

    @property
    def reach(self) -> pd.DataFrame:
        """One row per indicator and period: share of areas with a figure, and what breaks there."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.periods, self.indicators], names=["period", "indicator"])
        table = keys.to_frame(index=False).assign(coverage=self.coverage.ravel())
        said = zip(table["indicator"], table["period"], strict=True)
        return table.assign(breaks=[self.breaks.get(i, {}).get(p, "") for i, p in said])

    def breaking(self, period: str) -> tuple[str, ...]:
        """The indicators whose series breaks in a period."""
        return tuple(name for name in self.indicators if period in self.breaks.get(name, {}))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Which periods can be compared, and which indicators lack figures."""
        said = []
        for period in self.periods[1:]:
            if broken := self.breaking(period):
                lead = "From {period} on, scores cannot be compared freely with before: the series of {names:list12} "
                told = say(lead + ("breaks." if len(broken) == 1 else "break."), period=period, names=broken)
                said.append(told.about("break", period, table="reach", period=period, indicator=broken))
        for at, indicator in enumerate(self.indicators):
            if lack := [p for p, share in zip(self.periods, self.coverage[:, at], strict=True) if share < MOST]:
                none = (self.coverage[:, at] == 0).all()
                lead = "{indicator} has figures for fewer than {most:.0%} of areas in {periods:list20}."
                told = say(
                    "{indicator} has no figures in any period." if none else lead, indicator=indicator, most=MOST,
                    periods=lack, count=len(lack),
                ).about("coverage", indicator, table="reach", indicator=indicator, period=tuple(lack))  # fmt: skip
                said.append(told)
        whole = say("All indicators have figures throughout, and no series breaks.")
        return tuple(said) or (whole.about("coverage", table="reach"),)


def paths(
    scores: Values,
    periods: Sequence[str],
    areas: Sequence[str],
    *,
    figures: Values | None = None,
    indicators: Sequence[str] = (),
    breaks: Mapping[str, Mapping[str, str]] | None = None,
    draws: Values | None = None,
    low: Values | None = None,
    high: Values | None = None,
    name: str = "the score",
) -> Paths:
    """Fixed-base scores through time with ranks among the areas scored in each period.

    ``scores`` ``(periods, areas)``, higher better, on the scale of one base period so that they move; NaN where an area
    is not scored. Intervals come from ``draws`` ``(draws, periods, areas)`` (scores and ranks) or from ``low`` and
    ``high`` ``(periods, areas)`` (scores only). ``figures`` ``(periods, areas, indicators)`` are the values whose
    coverage is told; ``breaks`` maps an indicator to the periods where its series breaks. Raises ``MethodError`` for
    arrays that do not match. Handbook step 10.

    >>> found = paths(np.array([[1.0, 2.0], [3.0, 2.5]]), ["2020", "2021"], ["a", "b"],
    ...               figures=np.ones((2, 2, 1)), indicators=["jobs"], breaks={"jobs": {"2021": "new codes"}})
    >>> found.rank.tolist(), found.segment.tolist()
    ([[2.0, 1.0], [1.0, 2.0]], [0, 1])
    """
    scores = np.asarray(scores, dtype=float)
    nothing = np.full(scores.shape, np.nan)
    figures = np.full((*scores.shape, len(indicators)), np.nan) if figures is None else np.asarray(figures, dtype=float)
    _check(scores, periods, areas, figures, indicators, draws, low, high)
    refuse_infinite(scores=scores, figures=figures, draws=draws, low=low, high=high)
    here = np.isfinite(scores)
    rank_low, rank_high = nothing, nothing
    if draws is not None:
        low, high = _ends(np.where(here, draws, np.nan))
        rank_low, rank_high = _ends(rank(np.where(here, draws, np.nan), -1))
    declared = {name: dict(found) for name, found in (breaks or {}).items() if name in indicators}
    broken = [any(str(p) in found for found in declared.values()) for p in periods]
    segment = np.cumsum([False, *broken[1:]])
    notes = [
        tr("Ranks are taken within each period among the areas scored in it; scores move on the scale of the base.")
    ]
    if len(set(here.sum(axis=1).tolist())) > 1:
        notes.append(
            tr("The number of scored areas differs between periods, so ranks of two periods are not out of the same.")
        )
    if never := [areas[int(a)] for a in np.flatnonzero(~here.any(axis=0)).tolist()]:
        notes.append(tr("Without a score in any period: {names}.").format(names=listing(never, 12)))
    if low is not None and (unknown := int((here & np.isnan(low)).sum())):
        notes.append(tr("Scores without an interval, because an error is not known: {n:,}.").format(n=unknown))
    return Paths(
        name, tuple(map(str, periods)), tuple(areas), tuple(indicators), scores,
        nothing if low is None else np.asarray(low, dtype=float),
        nothing if high is None else np.asarray(high, dtype=float),
        rank(scores, -1), rank_low, rank_high, np.isfinite(figures).mean(axis=1), declared, segment, tuple(notes),
    )  # fmt: skip


def _ends(drawn: Values) -> tuple[Values, Values]:
    """95 % over draws; NaN where there is nothing."""
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return np.asarray(low), np.asarray(high)


def _check(
    scores: Values,
    periods: Sequence[str],
    areas: Sequence[str],
    figures: Values,
    indicators: Sequence[str],
    draws: Values | None,
    low: Values | None,
    high: Values | None,
) -> None:
    shape = (len(periods), len(areas))
    faults = []
    if not len(areas):
        faults.append(Fault("no areas", remedy="give the scores of some"))
    if scores.shape != shape:
        faults.append(Fault(f"scores of shape {scores.shape}, expected {shape} (periods, areas)"))
    if figures.shape != (*shape, len(indicators)):
        faults.append(Fault(f"figures of shape {figures.shape} for {len(indicators)} indicators"))
    if (low is None) != (high is None) or (draws is not None and low is not None):
        faults.append(Fault("half an interval, or two kinds of them", remedy="give draws, or both low and high"))
    if any(array is not None and np.shape(array)[-2:] != shape for array in (draws, low, high)):
        faults.append(Fault(f"intervals or draws that do not match {shape} (periods, areas)"))
    if faults:
        raise MethodError("paths cannot be drawn", faults=faults)
