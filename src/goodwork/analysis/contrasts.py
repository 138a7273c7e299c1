"""Steep borders: where areas that touch differ most, and whether the difference is more than survey error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import false_discovery_control, norm

from goodwork.analysis.adjacency import Adjacency
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import amount
from goodwork.errors import Fault, MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.05


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Differences across borders, the steepest first: ``pairs`` ``(pairs, 2)`` positions, the higher area first;
    ``difference`` with 95 % ``low`` and ``high``, ``p`` and ``q`` (Benjamini–Hochberg), ``(pairs,)``; NaN where no
    error is known. ``clear`` where the false-discovery rate allows saying that the two differ; ``unit`` is what a
    difference is counted in."""

    name: str
    areas: tuple[str, ...]
    values: Values
    pairs: NDArray[np.intp]
    difference: Values
    low: Values
    high: Values
    p: Values
    q: Values
    clear: NDArray[np.bool_]
    level: float
    notes: tuple[str, ...]
    unit: str = ""

    @property
    def table(self) -> pd.DataFrame:
        """One row per pair of touching areas, the steepest difference first."""
        import pandas as pd

        names = np.array(self.areas, dtype=object)
        ends = {"higher": names[self.pairs[:, 0]], "lower": names[self.pairs[:, 1]]}
        figures = {"higher_value": self.values[self.pairs[:, 0]], "lower_value": self.values[self.pairs[:, 1]]}
        rest = {key: getattr(self, key) for key in ("difference", "low", "high", "p", "q", "clear")}
        return pd.DataFrame(ends | figures | rest)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How many borders are clearly steep, and the steepest of them."""
        known = int((~np.isnan(self.p)).sum())
        if not known:
            lead = "No error is known of {name}: no difference across a border can be called clear."
            return (say(lead, name=self.name).about("unknown", table="table"),)
        clear = np.flatnonzero(self.clear)
        if not clear.size:
            lead = "There is no clear difference in {name} across any of {total} borders."
            return (say(lead, name=self.name, total=known).about("none", table="table"),)
        at = clear[0]
        one, other = (self.areas[i] for i in self.pairs[at])
        lead = "{name:opened} differs clearly across {count} of {total} borders."
        steepest = (
            f"The steepest clear difference: {{higher}} stands {amount('{difference:.3g}', self.unit)} above {{lower}} "
            "in {name} (95 % interval {low:.3g} to {high:.3g})."
        )
        return (
            say(lead, name=self.name, count=len(clear), total=known).about("clear", table="table", clear=True),
            say(
                steepest,
                higher=one,
                lower=other,
                name=self.name,
                difference=self.difference[at],
                low=self.low[at],
                high=self.high[at],
            ).about("steepest", table="table", higher=one, lower=other),
        )


def contrasts(
    values: Values,
    errors: Values | None,
    edges: ArrayLike,
    areas: Sequence[str],
    *,
    name: str = "the score",
    level: float = LEVEL,
    unit: str = "",
) -> Contrasts:
    """Every pair of touching areas with its difference, interval and test.

    ``values`` and their standard ``errors`` ``(areas,)`` in natural units, taken to be independent and normal; NaN for
    a gap (the pair is left out) or an unknown error (the pair has no interval). Without ``errors`` nothing is clear.
    ``unit`` is what a difference is counted in. Raises ``MethodError`` for arrays that do not match the names, negative
    errors, or bad edges.

    >>> found = contrasts(np.array([3.0, 1.0, 0.9]), np.array([0.1, 0.1, 0.1]), [(0, 1), (1, 2)], ["a", "b", "c"])
    >>> found.table[["higher", "lower", "clear"]].values.tolist()
    [['a', 'b', True], ['b', 'c', False]]
    """
    values = np.asarray(values, dtype=float)
    errors = np.full(len(areas), np.nan) if errors is None else np.asarray(errors, dtype=float)
    faults = [
        Fault(f"{what} of shape {array.shape} for {len(areas)} areas", remedy="give one for each area")
        for what, array in (("values", values), ("errors", errors))
        if array.shape != (len(areas),)
    ]
    if (errors < 0).any():
        faults.append(Fault("a negative standard error", remedy="a standard error is zero or more"))
    if faults:
        raise MethodError("areas cannot be compared across borders", faults=faults)
    refuse_infinite(values=values, errors=errors)
    pairs = Adjacency.of(edges, areas).pairs
    known = np.isfinite(values[pairs]).all(axis=1)
    pairs = pairs[known]
    turned = values[pairs[:, 0]] < values[pairs[:, 1]]
    pairs = np.where(turned[:, None], pairs[:, ::-1], pairs)
    difference = values[pairs[:, 0]] - values[pairs[:, 1]]
    pairs = pairs[order := np.argsort(-difference, kind="stable")]
    difference = difference[order]
    error = np.hypot(*errors[pairs].T)
    ratio = np.divide(difference, error, out=np.where(difference > 0, np.inf, 0.0), where=error != 0)
    p = np.asarray(2 * norm.sf(ratio))
    q = np.full(len(p), np.nan)
    if (tested := ~np.isnan(p)).any():
        q[tested] = false_discovery_control(p[tested])
    half = norm.ppf(0.975) * error
    notes = [
        tr(
            "The steepest of many differences looks steeper than it is: some of it is chance. Errors of "
            "two areas are taken to be independent."
        )
    ]
    if left := int((~known).sum()):
        notes.append(tr("Pairs of areas left out because one has no figure: {left}.").format(left=left))
    if unknown := int((~tested).sum()):
        notes.append(
            tr("Pairs of areas without an interval because no error is known: {unknown}.").format(unknown=unknown)
        )
    return Contrasts(
        name, tuple(areas), values, pairs, difference, difference - half, difference + half, p, q, q <= level, level,
        tuple(notes), unit,
    )  # fmt: skip
