"""Where each indicator of a place is going: its slope by itself and beside other areas, and whether it is more than
survey error; over the longest run of years that no break cuts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.association import adjusted
from goodwork.analysis.evidence import YEARS
from goodwork.analysis.trends import FALLING, IMPROVING, NOTHING, UNCLEAR, trends
from goodwork.errors import MethodError
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: Figures that a direction needs.
NEEDED = 3


def unbroken(periods: Sequence[str], known: Sequence[bool], breaks: Collection[str], years: int = YEARS) -> list[int]:
    """Positions of the longest run of periods with a figure that no break cuts, the last of equals, among the last so
    many years; a break cuts before its period.

    >>> unbroken(["2016", "2017", "2018", "2019", "2020", "2021"], [True] * 6, {"2020"})
    [0, 1, 2, 3]
    """
    last = int(periods[-1][:4])
    runs: list[list[int]] = [[]]
    for at, period in enumerate(periods):
        if period in breaks:
            runs.append([])
        if known[at] and last - int(period[:4]) < years:
            runs[-1].append(at)
    most = max(map(len, runs))
    return [run for run in runs if len(run) == most][-1]


def travel(
    values: Values,
    errors: Values,
    periods: Sequence[str],
    areas: Sequence[str],
    indicators: Sequence[str],
    signs: Sequence[int],
    breaks: Sequence[Collection[str]],
    others: Values,
) -> pd.DataFrame:
    """Slopes of some areas (the first is the one asked about) in every indicator, in its own unit a year.

    ``values`` and ``errors`` ``(periods, areas, indicators)``, NaN for a gap; ``signs`` +1 where more is better;
    ``breaks`` the periods of each indicator that begin anew; ``others`` ``(periods, indicators)`` is what the areas
    compared did (their median), taken off for ``beside``. A row per indicator and area: ``first``, ``last``, ``n``,
    figures ``begin`` and ``end``, ``slope`` with 95 % interval ``low`` to ``high``, ``verdict``; ``beside`` and
    ``beside_verdict`` the same less what others did. Verdicts control false discoveries (Benjamini–Hochberg) over the
    indicators of the first area, and over all of the other areas together. Theil (1950); Sen (1968).
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for m, indicator in enumerate(indicators):
        run = unbroken(periods, np.isfinite(values[:, 0, m]).tolist(), breaks[m])
        blank = {"indicator": indicator, "n": len(run), "first": "", "last": "", "begin": np.nan, "end": np.nan}
        empty = dict.fromkeys(("slope", "low", "high", "p", "beside", "beside_low", "beside_high", "beside_p"), np.nan)
        if len(run) < NEEDED:
            rows += [{**blank, "area": areas[0], **empty}]
            continue
        years = [float(periods[at][:4]) for at in run]
        x, error = values[run][..., m], errors[run][..., m]
        try:
            alone = trends(x, years, areas, errors=error, needed=NEEDED)
            beside = trends(x - others[run][:, m, None], years, areas, errors=error, needed=NEEDED)
        except MethodError:
            rows += [{**blank, "area": areas[0], **empty}]
            continue
        for a, area in enumerate(areas):
            here = {"slope": alone.slope[a], "low": alone.low[a], "high": alone.high[a], "p": alone.p[a]}
            here |= {f"beside{end}": getattr(beside, name)[a] for end, name in
                     (("", "slope"), ("_low", "low"), ("_high", "high"), ("_p", "p"))}  # fmt: skip
            ends = {"begin": x[0, a], "end": x[-1, a], "first": periods[run[0]], "last": periods[run[-1]]}
            rows.append({**blank, **ends, "area": area, "n": int(np.isfinite(x[:, a]).sum()), **here})
    table = pd.DataFrame(rows)
    sign = table["indicator"].map(dict(zip(indicators, signs, strict=True))).to_numpy(dtype=float)
    own = (table["area"] == areas[0]).to_numpy(dtype=bool)
    for name, p in (("slope", "p"), ("beside", "beside_p")):
        verdict = "verdict" if name == "slope" else "beside_verdict"
        table[verdict] = _verdicts(table[name].to_numpy(), table[p].to_numpy(), sign, own)
    return table


def _verdicts(slope: Values, p: Values, sign: Values, own: NDArray[np.bool_]) -> list[str]:
    """Improving, falling back, no clear trend or not defined, for the area asked about and for the others apart."""
    q = np.full(len(p), np.nan)
    for part in (own, ~own):
        q[part] = adjusted(p[part])
    better = slope * sign > 0
    clear = q <= 0.05
    words = np.select([np.isnan(q), clear & better, clear & ~better], [NOTHING, IMPROVING, FALLING], UNCLEAR)
    return [str(word) for word in words]
