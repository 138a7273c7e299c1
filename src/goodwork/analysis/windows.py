"""Whether two measures go together, in levels and in changes, before and after a break year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.errors import Fault, MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

SEED, RESAMPLES = 2021, 1999
#: Counts of resampled areas held at once.
CELLS = 4_000_000
KINDS = ("levels", "changes")
WINDOWS = ("before", "after")


@dataclass(frozen=True, eq=False)
class Windows:
    """Correlations over areas, ``(windows, kinds)`` for ``WINDOWS`` × ``KINDS``: ``r`` with 95 % ``low`` and ``high``
    over resampled areas, and ``n``; NaN where fewer than ten areas have both. ``difference`` ``(kinds,)`` is after less
    before, over the areas that are in both, with its interval."""

    names: tuple[str, str]
    spans: tuple[tuple[float, float], tuple[float, float]]
    r: Values
    low: Values
    high: Values
    n: Values
    difference: Values
    difference_low: Values
    difference_high: Values
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per window and kind."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([WINDOWS, KINDS], names=["window", "of"]).to_frame(index=False)
        keys["from"], keys["to"] = (np.repeat([span[end] for span in self.spans], 2) for end in (0, 1))
        columns = {name: getattr(self, name).ravel() for name in ("r", "low", "high")}
        apart = {name: np.tile(getattr(self, name), 2) for name in ("difference", "difference_low", "difference_high")}
        return keys.assign(**columns, n=self.n.ravel().astype(int), **apart)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """A sentence for levels and one for changes: whether each window shows an association, and whether it
        differs."""
        one, other = self.names
        said = []
        for at, kind in enumerate(KINDS):
            parts = {name: self._window(w, at) for w, name in enumerate(WINDOWS) if np.isfinite(self.r[w, at])}
            if not parts:
                continue
            text = "{kind} of {one} and {other}: " + "; ".join(f"{{{name}}}" for name in parts)
            low, high = self.difference_low[at], self.difference_high[at]
            facts: dict[str, float] = {}
            if np.isfinite(low):
                changed = "a clear difference" if low > 0 or high < 0 else "no clear difference"
                facts = {"difference": self.difference[at], "difference_low": low, "difference_high": high}
                text += f"; {changed} between the two ({{difference:+z.2f}}, 95 % interval "
                text += "{difference_low:+bound} to {difference_high:+bound})"
            found = say(text + ".", kind=kind.capitalize(), one=one, other=other, **parts, **facts)
            said.append(found.about(kind, one, other, table="table", one=one, other=other, of=kind))
        return tuple(said)

    def _window(self, window: int, kind: int) -> Finding:
        r, low, high = (float(v[window, kind]) for v in (self.r, self.low, self.high))
        clear = "" if low > 0 or high < 0 else "no clear association, "
        return say(
            clear + "r = {r:z.2f} ({low:bound} to {high:bound}, n = {n}) in {first:.0f} to {last:.0f}",
            r=r, low=low, high=high, n=int(self.n[window, kind]),
            first=self.spans[window][0], last=self.spans[window][1],
        )  # fmt: skip


def windows(
    x: Values,
    y: Values,
    years: Sequence[float] | Values,
    break_year: float,
    *,
    names: tuple[str, str] = ("the score", "the outcome"),
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Windows:
    """Correlations of levels and of changes over areas, in the years before and from ``break_year`` on.

    ``x`` and ``y`` ``(periods, areas)`` in any unit, NaN for a gap. A window's level is the mean over the years that
    both have; its change is the last of these less the first, so that no change crosses the break. Intervals resample
    areas. Raises ``MethodError`` for arrays that do not match or a window without years. Handbook step 9.

    >>> rng = np.random.default_rng(1)
    >>> x = np.cumsum(rng.normal(size=(4, 60)), axis=0)
    >>> windows(x, 2 * x, [2018, 2019, 2020, 2021], 2020).r.round(6).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    x, y, years = (np.asarray(array, dtype=float) for array in (x, y, years))
    _check(x, y, years, break_year)
    refuse_infinite(x=x, y=y)
    sides = [np.flatnonzero(years < break_year), np.flatnonzero(years >= break_year)]
    pairs = np.array([_levels_and_changes(x[side], y[side]) for side in sides])  # (windows, kinds, 2, areas)
    shared = np.where(np.isfinite(pairs).all(axis=(0, 2), keepdims=True), pairs, np.nan)
    rng, drawn, size = np.random.default_rng(seed), np.empty((2, *pairs.shape[:2], resamples)), x.shape[1]
    block = max(1, CELLS // size)
    for start in range(0, resamples, block):
        number = min(block, resamples - start)
        rows = rng.integers(0, size, (number, size)) + size * np.arange(number)[:, None]
        counts = np.bincount(rows.ravel(), minlength=number * size).reshape(number, size).astype(float)
        for at, one in enumerate((pairs, shared)):
            drawn[at, ..., start : start + number] = _resampled(one, counts)
    r, n = _correlation(pairs)
    low, high = _ends(drawn[0])
    difference = np.diff(_correlation(shared)[0], axis=0)[0]
    difference_low, difference_high = _ends(drawn[1, 1] - drawn[1, 0])
    spans = [(float(years[side[0]]), float(years[side[-1]])) for side in sides]
    return Windows(
        names, (spans[0], spans[1]), r, low, high, n, difference, difference_low, difference_high,
        (tr(
            "Areas, not people; association, not cause. Survey error draws correlations, of changes "
            "above all, towards zero."
        ),),
    )  # fmt: skip


def _levels_and_changes(x: Values, y: Values) -> Values:
    """``(kinds, 2, areas)`` from one window's years ``(years, areas)``; NaN where there is no level, or one year."""
    here = np.isfinite(x) & np.isfinite(y)
    count = here.sum(axis=0)
    first, last = np.argmax(here, axis=0), len(here) - 1 - np.argmax(here[::-1], axis=0)
    at = np.arange(x.shape[1])
    found = np.full((2, 2, x.shape[1]), np.nan)
    for side, values in enumerate((x, y)):
        total = np.where(here, values, 0.0).sum(axis=0)
        found[0, side] = np.divide(total, count, out=found[0, side], where=count > 0)
        found[1, side] = np.where(count > 1, values[last, at] - values[first, at], np.nan)
    return found


def _correlation(pairs: Values) -> tuple[Values, Values]:
    """Pearson's r and n over the last axis of ``(windows, kinds, 2, ..., areas)`` → ``(windows, kinds, ...)``."""
    x, y = pairs[:, :, 0], pairs[:, :, 1]
    here = np.isfinite(x) & np.isfinite(y)
    n = here.sum(axis=-1)
    at_least = np.maximum(n, 1)[..., None]
    x, y = (np.where(here, v - np.where(here, v, 0.0).sum(axis=-1, keepdims=True) / at_least, 0.0) for v in (x, y))
    below = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    fine = (n >= 10) & (below > 1e-12)
    return np.divide((x * y).sum(axis=-1), below, out=np.full(n.shape, np.nan), where=fine), n.astype(float)


def _resampled(pairs: Values, counts: Values) -> Values:
    """Pearson's r of ``pairs`` ``(windows, kinds, 2, areas)`` in samples, ``(windows, kinds, samples)``; NaN where
    fewer than ten areas, or none that differ, are taken; ``counts`` ``(samples, areas)``, how often each is taken."""
    here = np.asarray(np.isfinite(pairs).all(axis=2, keepdims=True))
    size = np.maximum(here.sum(axis=-1, keepdims=True), 1)
    known = np.where(here, pairs, 0.0)
    known = np.where(here, known - known.sum(axis=-1, keepdims=True) / size, 0.0)  # in standard units, so that sums
    scale = np.sqrt((known**2).sum(axis=-1, keepdims=True) / size)  # of squares keep their digits
    x, y = np.moveaxis(np.divide(known, scale, out=np.zeros_like(known), where=scale > 0), 2, 0)
    n, sx, sy, sxx, syy, sxy = np.stack([here[:, :, 0], x, y, x * x, y * y, x * y]) @ counts.T
    fine = n >= 10
    least = np.maximum(n, 1.0)
    xx, yy, xy = sxx - sx * sx / least, syy - sy * sy / least, sxy - sx * sy / least
    fine &= (xx > 1e-9) & (yy > 1e-9)
    below = np.sqrt(np.where(fine, xx * yy, 1.0))
    return np.asarray(np.divide(xy, below, out=np.full(n.shape, np.nan), where=fine))


def _ends(drawn: Values) -> tuple[Values, Values]:
    """95 % over the last axis; NaN where some draw has no value."""
    low, high = np.percentile(drawn, [2.5, 97.5], axis=-1)
    return np.asarray(low), np.asarray(high)


def _check(x: Values, y: Values, years: Values, break_year: float) -> None:
    faults = []
    if x.ndim != 2 or x.shape != y.shape or len(x) != len(years):
        faults.append(Fault(f"measures of shape {x.shape} and {y.shape} for {len(years)} periods"))
    if not x.size:
        faults.append(Fault("no areas", remedy="give the figures of some"))
    if not (np.diff(years) > 0).all():
        faults.append(Fault("years that do not increase"))
    if not (years < break_year).any() or not (years >= break_year).any():
        faults.append(Fault(f"no years on one side of {break_year:.0f}", remedy="choose a break among the years"))
    if faults:
        raise MethodError("the windows cannot be compared", faults=faults)
