"""How far a place lies behind what others have: in the indicator's own unit, and in people or pounds, with intervals.

The gap of a place to a benchmark is what would have to change for its figure to be the benchmark. Its interval holds
the sampling error of both. A gap whose interval holds zero is none that can be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from goodwork.analysis.evidence import Redrawn
from goodwork.errors import MethodError
from goodwork.model.counts import Count, Counts
from goodwork.model.indicator import Catalogue
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

BEHIND, AHEAD, UNCLEAR, NOTHING = "behind", "ahead", "cannot tell", "no figure"


@dataclass(frozen=True)
class Benchmark:
    """What a place is held against: the ``figure`` of one area (its nation), the ``median`` of several, or the ``best``
    of several by the published figures. ``title`` is how a sentence names it."""

    name: str
    title: str
    areas: tuple[str, ...]
    how: Literal["figure", "median", "best"] = "median"


def gaps(
    found: Redrawn,
    area: str,
    benchmarks: Sequence[Benchmark],
    signs: Mapping[str, int],
    counts: Counts,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """The gap of one area in every member of ``signs`` (+1: more is better, −1: less) to every benchmark.

    A row each: ``value``, ``benchmark``, ``gap`` (how far it lies behind, in natural units and so that more is worse:
    below zero it is ahead) with its 95 % interval ``low`` to ``high`` from the draws, ``verdict`` (behind, ahead,
    cannot tell, no figure), ``who`` the benchmark is where it is one area, ``n`` areas it is made of; ``people``
    (or pounds) the gap comes to, with interval, NaN where that cannot be said. The best is best among figures with
    errors, so that the true gap to it is on average smaller. Raises ``MethodError`` for an area that is not there.

    >>> from goodwork.model.indicator import Indicator
    >>> drawn = np.array([[[5.0], [8.0]], [[5.2], [7.9]], [[4.9], [8.1]]])
    >>> known = Catalogue(indicator=(Indicator(id="jobless", name="Jobless", unit="%", kind="share"),))
    >>> table = gaps(Redrawn(("a", "b"), ("jobless",), drawn[0], drawn), "b",
    ...              [Benchmark("other", "the other", ("a",))], {"jobless": -1}, Counts(), known)
    >>> table[["gap", "verdict"]].to_dict("records")
    [{'gap': 3.0, 'verdict': 'behind'}]
    """
    import pandas as pd

    if area not in found.place:
        raise MethodError(f"{area} is not among the areas", remedy="choose an area of the set")
    own, columns = found.place[area], [found.indicators.index(name) for name in signs]
    sign = np.array([float(s) for s in signs.values()])
    mine = found.drawn[:, own][:, columns]
    made = []
    for benchmark in benchmarks:
        level, levels, who, n = _held_against(found, benchmark, columns, sign)
        made.append((benchmark, level, (apart := sign * (levels - mine)), intervals(apart), who, n))
    times = [_times(found, own, counts.by_indicator.get(name), catalogue) for name in signs]
    rows: list[dict[str, Any]] = []
    for m, name in enumerate(signs):
        value = found.value[own, columns[m]]
        for benchmark, level, apart, ends, who, n in made:
            gap = sign[m] * (level[m] - value)
            low, high = map(float, ends[:, m])
            people, fewest, most = np.nan, np.nan, np.nan
            if (count := times[m]) is not None:
                people = gap * count[0]
                fewest, most = interval(apart[:, m] * count[1])
            rows.append({
                "indicator": name, "against": benchmark.name, "value": value, "benchmark": level[m], "gap": gap,
                "low": low, "high": high, "verdict": verdict(gap, low, high), "who": who[m], "n": int(n[m]),
                "people": people, "people_low": fewest, "people_high": most,
            })  # fmt: skip
    return pd.DataFrame(rows)


def _held_against(
    found: Redrawn, benchmark: Benchmark, columns: list[int], sign: Values
) -> tuple[Values, Values, list[str], Values]:
    """The benchmark's figures ``(members,)``, redrawn ``(draws, members)``, whose they are, and of how many areas."""
    rows = [found.place[code] for code in benchmark.areas if code in found.place]
    members = len(columns)
    if not rows:
        return np.full(members, np.nan), np.full((len(found.drawn), members), np.nan), [""] * members, np.zeros(members)
    value, drawn = found.value[np.ix_(rows, columns)], found.drawn[:, rows][..., columns]
    n = np.isfinite(value).sum(axis=0)
    if benchmark.how == "median":
        return median_of(value), median_of(drawn), [""] * members, n
    oriented = np.where(np.isfinite(value), value * sign, -np.inf)
    best, every = oriented.argmax(axis=0), np.arange(members)
    who = [found.areas[rows[b]] if n[m] else "" for m, b in enumerate(best)]
    return value[best, every], drawn[:, best, every], who, n


def median_of(values: Values) -> Values:
    """Median over areas, the last axis but one; NaN where none has a figure.

    >>> median_of(np.array([[1.0, np.nan], [4.0, np.nan], [np.nan, np.nan]])).tolist()
    [2.5, nan]
    """
    here = ~np.isnan(values)
    if here.all() and values.shape[-2]:
        return np.asarray(np.median(values, axis=-2))
    ordered, count = np.sort(values, axis=-2), here.sum(axis=-2, keepdims=True)  # gaps come last
    if not values.shape[-2]:
        return np.full(count[..., 0, :].shape, np.nan)
    middle = [
        np.take_along_axis(ordered, np.maximum(at, 0), axis=-2)[..., 0, :] for at in ((count - 1) // 2, count // 2)
    ]
    return np.asarray(np.where(count[..., 0, :] > 0, (middle[0] + middle[1]) / 2, np.nan))


def _times(found: Redrawn, own: int, count: Count | None, catalogue: Catalogue) -> tuple[float, Values] | None:
    """People (or pounds) that one unit of an indicator stands for: as published, and redrawn ``(draws,)``."""
    if count is None or any(name not in found.indicators for name in count.of):
        return None
    at = [found.indicators.index(name) for name in count.of]
    part = np.array([0.01 if catalogue[name].kind == "share" else 1.0 for name in count.of])
    point = float(np.prod(found.value[own, at] * part)) / count.per
    return point, np.asarray(np.prod(found.drawn[:, own, at] * part, axis=-1) / count.per)


def interval(draws: Values) -> tuple[float, float]:
    """The ends between which 95 % of draws lie; NaN where one of them has no figure.

    >>> interval(np.arange(1001.0)), interval(np.array([1.0, np.nan]))
    ((25.0, 975.0), (nan, nan))
    """
    low, high = intervals(draws[:, None])[:, 0].tolist()
    return low, high


def intervals(draws: Values) -> Values:
    """The same of each column of ``draws`` ``(draws, members)``: lower and upper ends ``(2, members)``."""
    return np.where(np.isfinite(draws).all(axis=0), np.percentile(draws, [2.5, 97.5], axis=0), np.nan)


def verdict(gap: float, low: float, high: float) -> str:
    """Whether a gap with its interval shows a place behind or ahead, or cannot tell.

    >>> verdict(3.0, 1.0, 5.0), verdict(-3.0, -5.0, -1.0), verdict(3.0, -1.0, 7.0), verdict(np.nan, np.nan, np.nan)
    ('behind', 'ahead', 'cannot tell', 'no figure')
    """
    if not np.isfinite(gap):
        return NOTHING
    return BEHIND if low > 0 else AHEAD if high < 0 else UNCLEAR
