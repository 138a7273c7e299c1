"""How much areas change places between periods, and how much of that survey error would make by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.errors import Fault, MethodError
from goodwork.index.ranking import rank
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Mobility:
    """Moves between pairs of periods: each to the next, and at last the first to the last.

    ``spearman`` correlation of scores; ``shift``, the mean absolute change of rank; ``furthest``, the greatest one;
    ``n`` areas with a score in both. Ranks are taken among these. ``noise`` is the shift between two draws of the same
    scores, those of the earlier period: what error alone makes; NaN without draws.
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    areas: tuple[str, ...]
    n: Values
    spearman: Values
    shift: Values
    furthest: Values
    noise: Values
    places: Values

    @property
    def table(self) -> pd.DataFrame:
        """One row per pair of periods."""
        import pandas as pd

        table = pd.DataFrame(self.pairs, columns=["from", "to"])
        return table.assign(
            n=self.n, spearman=self.spearman, shift=self.shift, furthest=self.furthest, noise=self.noise
        )

    @property
    def moves(self) -> pd.DataFrame:
        """One row per pair of periods and area: places gained (+) or lost (−); NaN where not in both."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([range(len(self.pairs)), self.areas], names=["pair", "area"])
        table = keys.to_frame(index=False).assign(places=self.places.ravel())
        ends = pd.DataFrame(self.pairs, columns=["from", "to"])
        return table.join(ends, on="pair")[["from", "to", "area", "places"]]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How far areas have moved between the first and last period, beside what error alone would make."""
        first, last = self.pairs[-1]
        shift, noise = float(self.shift[-1]), float(self.noise[-1])
        lead = "Between {first} and {last} areas moved {shift:.1f} places in {name} on average (of {n:.0f}; " + (
            "rank correlation {spearman:.2f})" if np.isfinite(self.spearman[-1]) else "all level in one of the two)"
        )
        if not np.isfinite(noise):
            lead += "; how much of that is survey error is not known."
        elif shift <= noise:
            lead += ": no more than survey error alone would make ({noise:.1f})."
        else:
            lead += "; survey error alone would make {noise:.1f}."
        said = say(
            lead, first=first, last=last, name=self.name, shift=shift, n=self.n[-1], spearman=self.spearman[-1],
            noise=noise,
        )  # fmt: skip
        return (said.about("places", table="table", **{"from": first, "to": last}),)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the numbers leave out."""
        return (
            tr("Ranks are taken among the areas with a score in both periods."),
            tr(
                "What survey error makes supposes that errors of two periods are independent: where the same "
                "households are asked again, error makes less, and areas move less than it says."
            ),
        )


def mobility(
    scores: Values,
    periods: Sequence[str],
    areas: Sequence[str],
    *,
    draws: Values | None = None,
    name: str = "the score",
) -> Mobility:
    """Changes of place from each period to the next, and from the first to the last.

    ``scores`` ``(periods, areas)``, higher better, NaN where there is none; ``draws`` ``(draws, periods, areas)`` of
    them within their survey error. Raises ``MethodError`` for fewer than two periods, arrays that do not match, or two
    periods with fewer than three areas in common. Handbook step 8.

    >>> found = mobility(np.array([[3.0, 2.0, 1.0], [3.0, 1.0, 2.0]]), ["2019", "2020"], ["a", "b", "c"])
    >>> found.spearman.round(2).tolist(), found.shift.round(2).tolist()
    ([0.5], [0.67])
    """
    scores = np.asarray(scores, dtype=float)
    _check(scores, periods, areas, draws)
    refuse_infinite(scores=scores, draws=draws)
    ends = [(i, i + 1) for i in range(len(periods) - 1)]
    ends += [(0, len(periods) - 1)] if len(periods) > 2 else []
    first, last = np.array(ends).T
    both = np.isfinite(scores[first]) & np.isfinite(scores[last])
    n = both.sum(axis=-1).astype(float)
    if (n < 3).any():
        at = ends[int(np.argmin(n))]
        raise MethodError(
            f"{periods[at[0]]} and {periods[at[1]]} have fewer than three areas in common",
            remedy="leave one of them out",
        )
    before, after = np.where(both, scores[first], np.nan), np.where(both, scores[last], np.nan)
    places = rank(before, -1) - rank(after, -1)
    x, y = (rankdata(side, axis=-1, nan_policy="omit") for side in (before, after))
    x, y = (side - np.nanmean(side, axis=-1, keepdims=True) for side in (x, y))
    below = np.sqrt(np.nansum(x**2, axis=-1) * np.nansum(y**2, axis=-1))
    spearman = np.divide(np.nansum(x * y, axis=-1), below, out=np.full(n.shape, np.nan), where=below > 0)
    noise = np.full(n.shape, np.nan)
    if draws is not None:
        for number, start in enumerate(first.tolist()):
            drawn = rank(np.where(both[number], draws[:, start], np.nan), -1)
            step = np.abs(drawn - np.roll(drawn, 1, axis=0))
            noise[number] = step[known].mean() if (known := ~np.isnan(step)).any() else np.nan
    shift, furthest = np.nanmean(np.abs(places), axis=-1), np.nanmax(np.abs(places), axis=-1)
    pairs = tuple((str(periods[i]), str(periods[j])) for i, j in ends)
    return Mobility(name, pairs, tuple(areas), n, spearman, shift, furthest, noise, places)


def _check(scores: Values, periods: Sequence[str], areas: Sequence[str], draws: Values | None) -> None:
    faults = []
    if scores.shape != (len(periods), len(areas)):
        faults.append(Fault(f"scores of shape {scores.shape} for {len(periods)} periods and {len(areas)} areas"))
    if len(periods) < 2:
        faults.append(Fault("a single period", remedy="mobility needs two"))
    if draws is not None and (draws.shape[1:] != scores.shape or len(draws) < 2):
        faults.append(Fault(f"draws of shape {draws.shape} of scores {scores.shape}", remedy="put draws first"))
    if faults:
        raise MethodError("mobility cannot be worked out", faults=faults)
