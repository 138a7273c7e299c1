"""How far a group of areas lies behind its nation, taken as one place; and what would lift its weakest areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.evidence import Redrawn
from goodwork.analysis.gaps import NOTHING, interval, verdict
from goodwork.model.counts import Counts
from goodwork.model.indicator import Catalogue

if TYPE_CHECKING:
    import pandas as pd


NUMBERS = (
    "value", "nation", "gap", "low", "high", "people", "people_low", "people_high", "lift", "lift_low", "lift_high",
)  # fmt: skip


def group_gaps(
    found: Redrawn,
    members: Sequence[str],
    everybody: Sequence[str],
    nation: str,
    signs: Mapping[str, int],
    below: Mapping[str, Sequence[str]],
    counts: Counts,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """A row for each indicator of ``signs`` that can be counted in people.

    ``value`` is the figure of the group as one place: all of its people counted together, over the ``n`` areas that
    have figures; ``nation`` the published figure of that code (NaN where there is none), ``gap`` how far behind it the
    group is (below zero: ahead), ``people`` what that comes to; ``lift`` the people who would bring the ``weak`` areas
    of ``below``, those surely below the median of ``everybody``, up to it. All with 95 % intervals from the draws.

    >>> from goodwork.model.counts import Count
    >>> from goodwork.model.indicator import Indicator
    >>> drawn = np.array([[[5.0, 100.0], [8.0, 300.0]]] * 3)
    >>> known = Catalogue(indicator=(Indicator(id="jobless", name="J", unit="%", kind="share"),
    ...                              Indicator(id="adults", name="A", unit="people", kind="count")))
    >>> count = Counts(count=(Count(indicator="jobless", what="jobless", of=("adults",)),))
    >>> table = group_gaps(Redrawn(("a", "b"), ("jobless", "adults"), drawn[0], drawn), ["a", "b"], ["a", "b"], "a",
    ...                    {"jobless": -1}, {"jobless": ["b"]}, count, known)
    >>> table[["value", "gap", "people", "lift"]].round(2).to_dict("records")
    [{'value': 7.25, 'gap': 2.25, 'people': 9.0, 'lift': 4.5}]
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    inside = [found.place[code] for code in members if code in found.place]
    every = [found.place[code] for code in everybody if code in found.place]
    for name, sign in signs.items():
        count = counts.by_indicator.get(name)
        if count is None or any(one not in found.indicators for one in count.of):
            continue
        at, of = found.indicators.index(name), [found.indicators.index(one) for one in count.of]
        part = np.array([0.01 if catalogue[one].kind == "share" else 1.0 for one in count.of])
        base = np.prod(found.value[:, of] * part, axis=-1) / count.per
        bases = np.prod(found.drawn[..., of] * part, axis=-1) / count.per
        there = [i for i in inside if np.isfinite(found.value[i, at] * base[i])]
        row: dict[str, Any] = {"indicator": name, "n": len(there), "weak": 0}
        empty = dict.fromkeys(NUMBERS, np.nan)
        row |= empty | {"verdict": NOTHING}
        if there:
            value = float((found.value[there, at] * base[there]).sum() / base[there].sum())
            values = (found.drawn[:, there, at] * bases[:, there]).sum(axis=1) / bases[:, there].sum(axis=1)
            row["value"] = value
            if nation in found.place:
                level, levels = found.value[found.place[nation], at], found.drawn[:, found.place[nation], at]
                total, totals = float(base[there].sum()), bases[:, there].sum(axis=1)
                row |= {"nation": level, "gap": sign * (level - value), "people": sign * (level - value) * total}
                row["low"], row["high"] = interval(sign * (levels - values))
                row["people_low"], row["people_high"] = interval(sign * (levels - values) * totals)
                row["verdict"] = verdict(row["gap"], row["low"], row["high"])
        weak = [found.place[code] for code in below.get(name, ()) if found.place.get(code) in there]
        if weak:
            middle, middles = np.nanmedian(found.value[every, at]), np.nanmedian(found.drawn[:, every, at], axis=1)
            row |= {"weak": len(weak), "lift": float((sign * (middle - found.value[weak, at]) * base[weak]).sum())}
            row["lift_low"], row["lift_high"] = interval(
                (sign * (middles[:, None] - found.drawn[:, weak, at]) * bases[:, weak]).sum(axis=1)
            )
        rows.append(row)
    return pd.DataFrame(rows, columns=["indicator", "n", "weak", *NUMBERS, "verdict"])
