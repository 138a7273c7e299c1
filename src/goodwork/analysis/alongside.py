"""An area beside a group it belongs with, by one score: over how many it stands, under how many, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.model.panel import Values

#: From this share of draws on, one area clearly stands above another; up to one less this share, clearly below.
CLEAR = 0.95
#: A group in a sentence, by its kind; ``name`` is what the group itself is called.
GROUPS = {
    "neighbours": "of its {total} statistical neighbours",
    "nation": "of the {total} other areas of {name}",
    "type": "of the {total} other areas of its type, {name},",
}


@dataclass(frozen=True)
class Alongside:
    """How an area compares with the ``total`` others of a group that have a score: it stands above ``above`` of them
    and below ``below``, of which ``clear_above`` and ``clear_below`` clearly (−1 where that was not counted); ``mean``
    is the mean score of the others."""

    area: str
    kind: str
    name: str
    total: int
    above: int
    below: int
    clear_above: int
    clear_below: int
    mean: float

    @property
    def sentence(self) -> Finding:
        """The comparison as a sentence with its doubt."""
        over, under = ("", "") if self.clear_above < 0 else (" ({clear_above} clearly)", " ({clear_below} clearly)")
        lead = f"{{area}} scores higher than {{above}}{over} {GROUPS[self.kind]} and lower than {{below}}{under}"
        lead += "; {equal} score the same" if self.equal else ""
        lead += "; how surely was not counted" if self.clear_above < 0 else ""
        return say(f"{lead}.", **self._numbers)

    @property
    def headline(self) -> Finding:
        """The comparison in short: the side on which more of the group lies."""
        side = "above" if self.above >= self.below else "below"
        word = "higher" if side == "above" else "lower"
        clear = self.clear_above if side == "above" else self.clear_below
        lead = f"{{area}} scores {word} than {{{side}}} {GROUPS[self.kind].rstrip(',')}"
        ends = {-1: "", 0: ", none of them clearly"}.get(clear, f", {{clear_{side}}} of them clearly")
        return say(lead + ends, **self._numbers)

    @property
    def equal(self) -> int:
        """How many have the same score."""
        return self.total - self.above - self.below

    @property
    def _numbers(self) -> dict[str, Any]:
        names = ("area", "name", "total", "above", "below", "clear_above", "clear_below", "equal")
        return {name: getattr(self, name) for name in names}

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data; what was not counted is ``None``."""
        clear = {n: None if (k := getattr(self, n)) < 0 else k for n in ("clear_above", "clear_below")}
        return {
            "kind": self.kind, "group": self.name, "areas": self.total, "higher_than": self.above,
            "lower_than": self.below, **clear, "mean_score": self.mean, "sentence": str(self.sentence),
        }  # fmt: skip


def alongside(area: str, kind: str, name: str, own: float, others: Values, surely: Values) -> Alongside | None:
    """An area's score beside those of a group without it, a higher one being better.

    ``others`` ``(others,)`` are their scores, NaN where one has none (it is left out); ``surely`` ``(others,)`` is the
    share of draws in which the area stood above each, NaN where that was not counted: unless it is known for all, how
    surely is not told. ``None`` where the area or all others have no score.

    >>> found = alongside("York", "nation", "England", 101.0, np.array([99.0, 104.0, np.nan]), np.array([0.8, 0.01, 1]))
    >>> found.sentence
    'York scores higher than 1 (0 clearly) of the 2 other areas of England and lower than 1 (1 clearly).'
    """
    there = np.isfinite(others)
    if own != own or not there.any():
        return None
    scores, share = others[there], surely[there]
    counted = bool(np.isfinite(share).all())
    return Alongside(
        area=area, kind=kind, name=name, total=len(scores),
        above=int((scores < own).sum()), below=int((scores > own).sum()),
        clear_above=int((share >= CLEAR).sum()) if counted else -1,
        clear_below=int((share <= 1 - CLEAR).sum()) if counted else -1,
        mean=float(scores.mean()),
    )  # fmt: skip


def alike_on(own: Values, others: Values, members: Sequence[str], count: int = 2) -> list[tuple[str, ...]]:
    """The members on which each of some areas is nearest to one's own figures, nearest first.

    ``own`` ``(members,)`` and ``others`` ``(areas, members)`` are standardised, so that members can be compared; a
    member that either lacks does not count.

    >>> alike_on(np.array([0.0, 1.0, np.nan]), np.array([[2.0, 1.1, 0.0], [0.1, 3.0, 0.0]]), ["pay", "hours", "health"])
    [('hours', 'pay'), ('pay', 'hours')]
    """
    away = np.abs(others - own)
    order = np.argsort(np.where(np.isfinite(away), away, np.inf), axis=1, kind="stable")[:, :count]
    return [
        tuple(members[k] for k in row if np.isfinite(apart[k])) for row, apart in zip(order, away, strict=True)
    ]  # fmt: skip
