"""Who has improved and who has fallen back: a robust slope for each area, and whether it is more than survey error.

The slope is Theil and Sen's: the median of the slopes between all pairs of periods, so that one odd year does not make
a trend. Its doubt comes from draws of the figures within their errors. What moves all areas at once is not doubt: to
see who moves against the others, take ``against="others"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.association import adjusted
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import listing
from goodwork.errors import Fault, MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

SEED, DRAWS, LEVEL = 2021, 1000, 0.05
#: Slopes held at once.
CELLS = 8_000_000
IMPROVING, FALLING, UNCLEAR, NOTHING = "improving", "falling back", "no clear trend", "not defined"


@dataclass(frozen=True, eq=False)
class Trends:
    """Slopes by area, in score units a year: ``slope``, its 95 % ``low`` and ``high``, ``rising`` (share of draws that
    slope upwards), two-sided ``p`` and ``q`` (Benjamini–Hochberg over areas), ``(areas,)``, and ``verdict``: improving,
    falling back, no clear trend, or not defined (fewer than ``needed`` periods with a figure)."""

    name: str
    areas: tuple[str, ...]
    years: Values
    n: NDArray[np.intp]
    slope: Values
    low: Values
    high: Values
    rising: Values
    p: Values
    q: Values
    verdict: NDArray[np.str_]
    against: Literal["itself", "others"]
    level: float
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per area, the steepest rise first; areas without a slope last."""
        import pandas as pd

        columns = ("n", "slope", "low", "high", "rising", "p", "q", "verdict")
        table = pd.DataFrame({"area": self.areas, **{name: getattr(self, name) for name in columns}})
        return table.sort_values("slope", ascending=False, kind="stable", ignore_index=True)

    @property
    def improvers(self) -> tuple[str, ...]:
        """Areas that clearly improve, the steepest first."""
        return self._named(IMPROVING, -1)

    @property
    def fallers(self) -> tuple[str, ...]:
        """Areas that clearly fall back, the steepest first."""
        return self._named(FALLING, 1)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How many areas clearly improve or fall back, and which ones; or that none does."""
        facts = {
            "first": int(self.years.min()), "last": int(self.years.max()), "name": self.name,
            "total": int(np.isfinite(self.slope).sum()),
        }  # fmt: skip
        where = (
            "in {name}" + (" beside the other areas" if self.against == "others" else "") + " from {first} to {last}"
        )
        said = []
        for names, verb, verdict in (
            (self.improvers, ("improves", "improve"), IMPROVING),
            (self.fallers, ("falls back", "fall back"), FALLING),
        ):
            if names:
                lead = f"{{count}} of {{total:areas}} clearly {verb[len(names) > 1]} {where}: {{areas:list10}}."
                told = say(lead, count=len(names), areas=names, **facts)
                said.append(told.about(verdict, table="table", verdict=verdict))
        none = say(f"No area clearly improves or falls back {where}.", **facts)
        return tuple(said) or (none.about("none", table="table"),)

    def _named(self, verdict: str, sign: int) -> tuple[str, ...]:
        here = np.flatnonzero(self.verdict == verdict)
        return tuple(self.areas[i] for i in here[np.argsort(sign * self.slope[here], kind="stable")])


def theil_sen(values: Values, years: Values, segment: NDArray[np.intp] | None = None) -> Values:
    """Median slope between all pairs of periods, per year: ``values`` ``(..., periods, areas)`` → ``(..., areas)``.

    ``years`` ``(periods,)`` increase. Pairs with a gap are left out, and so are pairs of different ``segment``
    ``(periods,)``: figures on two sides of a break. NaN without a pair. Theil (1950); Sen (1968).

    >>> theil_sen(np.array([[1.0], [2.0], [9.0], [4.0]]), np.arange(2018.0, 2022.0)).tolist()
    [1.0]
    """
    early, late = np.triu_indices(len(years), 1)
    if segment is not None:
        same = np.asarray(segment)[early] == np.asarray(segment)[late]
        early, late = early[same], late[same]
    if not len(early):
        return np.full((*values.shape[:-2], values.shape[-1]), np.nan)
    step = (years[late] - years[early])[:, None]
    slopes = (values[..., late, :] - values[..., early, :]) / step
    gap = np.isnan(slopes)
    if not gap.any():
        return np.asarray(np.median(slopes, axis=-2))
    ordered = np.sort(slopes, axis=-2)  # gaps come last
    count = (~gap).sum(axis=-2, keepdims=True)
    middle = [
        np.take_along_axis(ordered, np.maximum(at, 0), axis=-2)[..., 0, :] for at in ((count - 1) // 2, count // 2)
    ]
    return np.asarray(np.where(count[..., 0, :] > 0, (middle[0] + middle[1]) / 2, np.nan))


def trends(
    values: Values,
    years: Sequence[float] | Values,
    areas: Sequence[str],
    *,
    draws: Values | None = None,
    errors: Values | None = None,
    segment: NDArray[np.intp] | None = None,
    against: Literal["itself", "others"] = "itself",
    higher_is_better: bool = True,
    name: str = "the score",
    needed: int = 3,
    number: int = DRAWS,
    seed: int = SEED,
    level: float = LEVEL,
) -> Trends:
    """Slope of every area, with the doubt that survey error leaves.

    ``values`` ``(periods, areas)`` on a scale that stays fixed over periods; either ``draws`` ``(draws, periods,
    areas)`` of the same, from an index built again, or standard ``errors`` ``(periods, areas)`` from which normal ones
    are drawn; independent over periods. ``segment`` ``(periods,)`` numbers the stretches between breaks, and no slope
    crosses one. ``against="others"`` takes each period's median over areas off first. p is twice the share of draws
    that slope the other way (never zero), q controls false discoveries over areas. NaN for a gap; an area needs
    ``needed`` figures, with a known error. Raises ``MethodError`` for arrays that do not match, no source of doubt or
    two, years that do not increase. Theil (1950); Sen (1968); Benjamini & Hochberg (1995).

    >>> line = np.array([[1.0, 5.0], [2.0, 5.2], [3.0, 4.9]])
    >>> trends(line, [2019, 2020, 2021], ["a", "b"], errors=np.full((3, 2), 0.2)).table["verdict"].tolist()
    ['improving', 'no clear trend']
    """
    values, years = np.asarray(values, dtype=float), np.asarray(years, dtype=float)
    _check(values, years, areas, draws, errors, segment, against)
    refuse_infinite(values=values, draws=draws, errors=errors)
    here = np.isfinite(values)
    if errors is not None:
        here &= np.isfinite(errors)
    if draws is not None:
        here &= np.isfinite(draws).all(axis=0)
    n = here.sum(axis=0)
    told = (n >= needed) & np.isfinite(theil_sen(np.where(here, values, np.nan), years, segment))
    values = np.where(here, values, np.nan)[:, told]
    if not told.any():
        raise MethodError(
            f"no area has {needed} periods with a figure, two of them without a break between",
            remedy="take more periods, or need fewer",
        )
    slope = theil_sen(_beside(values, against), years, segment)
    total = len(draws) if draws is not None else number
    block = max(1, CELLS // (values.size * max(len(years), 2)))
    rng = np.random.default_rng(seed)
    drawn = np.empty((total, values.shape[1]))
    for start in range(0, total, block):
        stop = min(start + block, total)
        if draws is not None:
            part = np.where(here[:, told], draws[start:stop][..., told], np.nan)
        else:
            noise = rng.standard_normal((stop - start, *values.shape))
            part = values + np.asarray(errors, dtype=float)[:, told] * noise
        drawn[start:stop] = theil_sen(_beside(part, against), years, segment)
    found = _told(drawn, total)
    sign = 1 if higher_is_better else -1
    clear = found["q"] <= level
    verdict = np.where(clear, np.where(sign * (found["rising"] - 0.5) > 0, IMPROVING, FALLING), UNCLEAR)
    everywhere = {key: np.full(len(areas), np.nan) for key in ("slope", *found)}
    labels = np.full(len(areas), NOTHING, dtype="<U16")
    for key, array in {"slope": slope, **found}.items():
        everywhere[key][told] = array
    labels[told] = verdict
    notes = [
        tr("Intervals hold survey error only, taken as independent over periods; not the ups and downs of a place.")
    ]
    if segment is not None and len(set(np.asarray(segment).tolist())) > 1:
        notes.append(tr("Slopes are between periods of the same stretch only: none crosses a break."))
    if left := [area for area, fine in zip(areas, told, strict=True) if not fine]:
        notes.append(
            tr("Fewer than {needed} periods with a figure and a known error: {names}.").format(
                needed=needed, names=listing(left, 12)
            )
        )
    return Trends(
        name, tuple(areas), years, n, **everywhere, verdict=labels, against=against, level=level, notes=tuple(notes)
    )  # fmt: skip


def _told(drawn: Values, total: int) -> dict[str, Values]:
    up, down = (drawn > 0).sum(axis=0), (drawn < 0).sum(axis=0)
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    p = np.minimum(2 * (total - np.maximum(up, down) + 1) / (total + 1), 1.0)
    return {
        "low": low, "high": high, "rising": (up + 0.5 * (total - up - down)) / total, "p": p,
        "q": adjusted(p),
    }  # fmt: skip


def _beside(values: Values, against: str) -> Values:
    """Values, or what they are above each period's median over areas; ``(..., periods, areas)``."""
    if against != "others":
        return values
    empty = np.isnan(values).all(axis=-1, keepdims=True)
    return np.asarray(values - np.nanmedian(np.where(empty, 0.0, values), axis=-1, keepdims=True))


def _check(
    values: Values,
    years: Values,
    areas: Sequence[str],
    draws: Values | None,
    errors: Values | None,
    segment: NDArray[np.intp] | None,
    against: str,
) -> None:
    faults = []
    if values.shape != (len(years), len(areas)):
        faults.append(Fault(f"values of shape {values.shape} for {len(years)} periods and {len(areas)} areas"))
    if len(years) < 2 or not (np.diff(years) > 0).all():
        faults.append(Fault("years that do not increase, or fewer than two"))
    if (draws is None) == (errors is None):
        faults.append(Fault("doubt from nowhere, or from two sources", remedy="give draws or errors, one of them"))
    elif draws is not None and draws.shape[1:] != values.shape:
        faults.append(Fault(f"draws of shape {draws.shape} of values {values.shape}", remedy="put draws first"))
    elif errors is not None and (np.shape(errors) != values.shape or (np.asarray(errors) < 0).any()):
        faults.append(Fault("errors that are negative or of another shape than the values"))
    if segment is not None and np.shape(segment) != years.shape:
        faults.append(Fault(f"{np.shape(segment)} segments for {len(years)} periods"))
    if against not in ("itself", "others"):
        faults.append(Fault(f"a trend against {against!r}", remedy="choose itself or others"))
    if faults:
        raise MethodError("trends cannot be worked out", faults=faults)
