"""What goes together over areas before and after a year, in levels and in changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.finding import Finding
from goodwork.analysis.wording import listing
from goodwork.errors import MethodError
from goodwork.pipeline.asked import Asked, inside

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.windows import Windows

#: Areas that must have both figures in a year for it to count.
FEWEST = 10
#: The year from which the Good Work Time Series saw what goes together change.
BREAK_YEAR = 2020


@dataclass(frozen=True, eq=False)
class Together:
    """Pairs of measures in the years before and after a break, each with its own ``Windows``."""

    pairs: tuple[Windows, ...]
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per pair, window and kind (levels, changes)."""
        import pandas as pd

        parts = [pair.table.assign(one=pair.names[0], other=pair.names[1]) for pair in self.pairs]
        table = pd.concat(parts, ignore_index=True)
        return table[["one", "other", *(column for column in table.columns if column not in ("one", "other"))]]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each pair says, those that clearly changed first."""
        said = [sentence for pair in self.pairs for sentence in pair.findings]
        return tuple(sorted(said, key=_unchanged))


def _unchanged(said: Finding) -> bool:
    """Whether a sentence tells of no clear difference between the windows."""
    low, high = (said.numbers.get(f"difference_{end}", np.nan) for end in ("low", "high"))
    return not (low > 0 or high < 0)


def windows_of(asked: Asked, indicators: Sequence[str] = (), year: int = BREAK_YEAR) -> Together:
    """Correlations over areas of every pair of ``indicators`` (the framework's members unless others are named), of
    levels and of changes, in the years before and from ``year`` on, over all years that both have figures for.

    In natural units. A pair without years on both sides is left out, by name; breaks inside a window are told. Raises
    ``MethodError`` where no pair is left.
    """
    from goodwork.analysis.windows import windows

    chosen = list(indicators or asked.framework.indicators)
    periods = sorted(asked.material.figures_of(chosen)["period"].unique())
    value = asked.figures(chosen, periods)[0]
    years = np.array([float(str(p)[:4]) for p in periods])
    there = np.isfinite(value).sum(axis=1) >= FEWEST
    found, left = [], []
    for one, other in combinations(range(len(chosen)), 2):
        at = np.flatnonzero(there[:, one] & there[:, other])
        names = (inside(asked.title(chosen[one])), inside(asked.title(chosen[other])))
        try:
            found.append(windows(value[at, :, one], value[at, :, other], years[at], year, names=names))
        except MethodError:
            left.append(f"{names[0]} with {names[1]}")
    if not found:
        raise MethodError(f"no two measures have years on both sides of {year}", remedy="choose another year")
    notes = [*found[0].notes, "Intervals are for one pair at a time."]
    if left:
        notes.append(f"Left out, without years on both sides of {year}: {listing(left, 12)}.")
    broken = {name: sorted(b.period for b in asked.material.catalogue[name].breaks) for name in chosen}
    if said := [f"{inside(asked.title(name))} ({', '.join(when)})" for name, when in broken.items() if when]:
        notes.append(f"Series with breaks, so that changes may be those of measurement: {listing(said, 12)}.")
    return Together(tuple(found), tuple(notes))
