"""From class to class: how often areas stay or move, and where that would lead if it went on (a Markov chain)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.stats import beta

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.wording import listing
from goodwork.errors import Fault, MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

Labels = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Transitions:
    """Moves between classes from one period to the next, all pairs of periods together.

    ``counts`` ``(classes, classes)``, from row to column; ``share`` the same as shares of a row, with 95 % ``low`` and
    ``high`` (Clopper–Pearson); NaN in the row of a class that nobody was in. ``steady`` ``(classes,)`` is the
    distribution that repeats itself, NaN where there is more than one; ``immobility`` the mean share that stays.
    """

    classes: tuple[str, ...]
    periods: tuple[str, ...]
    counts: Values
    share: Values
    low: Values
    high: Values
    steady: Values
    notes: tuple[str, ...]

    @property
    def immobility(self) -> float:
        """Share of all moves that end where they began."""
        return float(np.trace(self.counts) / self.counts.sum())

    @property
    def table(self) -> pd.DataFrame:
        """One row per pair of classes: count, share of the row and its interval."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.classes, self.classes], names=["from", "to"]).to_frame(index=False)
        columns = {name: getattr(self, name).ravel() for name in ("share", "low", "high")}
        return keys.assign(count=self.counts.ravel().astype(int), **columns)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How many stay in their class, and what share each would come to hold."""
        total, stay = int(self.counts.sum()), int(np.trace(self.counts))
        lead = "In {stay} of {moves} steps from one period to the next the area stayed in its class."
        said = [say(lead, stay=stay, moves=total).about("stayed", table="table")]
        if np.isfinite(self.steady).all():
            parts = [say("{name} {part:.0%}", name=n, part=p) for n, p in zip(self.classes, self.steady, strict=True)]
            lead = f"If moves went on like this, classes would come to hold: {{parts:list{len(parts)}}}."
            said.append(say(lead, parts=parts).about("steady", table="table"))
        return tuple(said)


def transitions(
    labels: Labels, classes: Sequence[str], periods: Sequence[str], breaks: Sequence[str] = ()
) -> Transitions:
    """Moves between classes over successive periods.

    ``labels`` ``(periods, areas)`` positions in ``classes``, −1 where an area has none (a move needs both ends). Moves
    into a period of ``breaks`` are not counted: what changed may be the way of measuring. Raises
    ``MethodError`` for arrays that do not match, labels out of range or no move at all. The steady state supposes that
    moves go on as they were and depend on the present class only. Kemeny & Snell (1960); Rey (2001).

    >>> found = transitions(np.array([[0, 0, 1, 1], [0, 1, 1, 1]]), ["low", "high"], ["2019", "2020"])
    >>> found.share.tolist(), found.steady.tolist()
    ([[0.5, 0.5], [0.0, 1.0]], [0.0, 1.0])
    """
    labels = np.asarray(labels)
    size = len(classes)
    faults = []
    if labels.ndim != 2 or len(labels) != len(periods) or len(periods) < 2:
        faults.append(Fault(f"labels of shape {labels.shape} for {len(periods)} periods", remedy="two periods or more"))
    if not np.issubdtype(labels.dtype, np.integer) or (labels < -1).any() or (labels >= size).any():
        faults.append(Fault(f"labels that are not positions in {size} classes", remedy="−1 where there is none"))
    if faults:
        raise MethodError("transitions cannot be counted", faults=faults)
    kept = [t for t, period in enumerate(periods[1:]) if period not in breaks]
    before, after = labels[:-1][kept].ravel(), labels[1:][kept].ravel()
    both = (before >= 0) & (after >= 0)
    if not both.any():
        raise MethodError("no area has a class in two successive periods without a break", remedy="take others")
    counts = np.bincount(before[both] * size + after[both], minlength=size * size).reshape(size, size).astype(float)
    total = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)
    with np.errstate(invalid="ignore"):
        low = np.where(counts > 0, beta.ppf(0.025, counts, total - counts + 1), 0.0)
        high = np.where(counts < total, beta.ppf(0.975, counts + 1, total - counts), 1.0)
    empty = np.broadcast_to(total == 0, counts.shape)
    steady = steady_state(share)
    notes = [tr("Errors of figures move areas between classes: true classes change less than this.")]
    if crossed := [period for period in periods[1:] if period in breaks]:
        notes.append(tr("Not counted are moves across a break, into {periods}.").format(periods=listing(crossed)))
    if np.isnan(steady).any():
        notes.append(tr("There is no single steady state: some classes are never left, or were never seen."))
    return Transitions(
        tuple(classes), tuple(map(str, periods)), counts, share, np.where(empty, np.nan, low),
        np.where(empty, np.nan, high), steady, tuple(notes),
    )  # fmt: skip


def steady_state(share: Values) -> Values:
    """The distribution over classes that moves leave as it is, ``(classes,)``, adding up to 1.

    ``share`` ``(classes, classes)``, rows adding up to 1. NaN where there is more than one such distribution, or where
    a row is not known.

    >>> steady_state(np.array([[0.9, 0.1], [0.3, 0.7]])).round(2).tolist()
    [0.75, 0.25]
    """
    size = len(share)
    if np.isnan(share).any() or _closed(share) != 1:
        return np.full(size, np.nan)
    equations = np.vstack([share.T - np.eye(size), np.ones(size)])
    found = np.linalg.lstsq(equations, np.append(np.zeros(size), 1.0), rcond=None)[0]
    return np.asarray(np.maximum(found, 0.0).round(12))


def quantile_classes(scores: Values, number: int, pooled: bool = False) -> Labels:
    """Classes of equal numbers of areas by score, 0 the lowest; −1 where there is no score; same shape.

    ``scores`` ``(periods, areas)``; cut within each period, or with ``pooled`` at the same scores in all of them. Equal
    scores share a class. Raises ``MethodError`` for fewer than two classes.

    >>> quantile_classes(np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 1.0, np.nan, 9.0]]), 2).tolist()
    [[0, 0, 1, 1], [0, 0, -1, 1]]
    """
    if number < 2:
        raise MethodError(f"{number} class(es)", remedy="take two or more")
    scores = np.asarray(scores, dtype=float)
    rows = scores.reshape(1, -1) if pooled else scores
    here = np.isfinite(rows)
    below = np.array([np.searchsorted(np.sort(row[fine]), row) for row, fine in zip(rows, here, strict=True)])
    n = np.maximum(here.sum(axis=-1, keepdims=True), 1)
    return np.asarray(np.where(here, np.minimum(below * number // n, number - 1), -1).reshape(scores.shape))


def _closed(share: Values) -> int:
    """How many groups of classes are never left once entered: one, if the steady state is the only one."""
    number, member = connected_components(share > 0, connection="strong")
    group = member[:, None] == np.arange(number)
    leaves = group.T.astype(float) @ (share > 0) @ group
    np.fill_diagonal(leaves, 0)
    return int((leaves.sum(axis=1) == 0).sum())
