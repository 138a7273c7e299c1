"""What is kept of replicates as they stream by: sums, counts of ranks, counts of scores on a fine grid.

Memory does not grow with the number of replicates, and the result does not depend on the blocks they come in: counts
are whole numbers, and sums are taken in the order of the replicates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.replicates import Replicates
from goodwork.model.panel import Values

#: Cells of the grid on which scores are counted: quantiles are right to a few hundredths of the standard deviation of
#: the score, less than chance moves them with any number of draws in use.
GRID = 256
#: Replicates kept whole: they set the grid, and tell pairs of areas apart.
KEPT = 500
#: Up to so many areas every rank is counted; above, ranks are counted in so many equal classes.
EVERY_RANK = 5_000
RANK_CLASSES = 250
#: Pairs of areas that are compared at once.
PAIRS_AT_ONCE = 20_000_000
#: Scores that are counted at once; of so many replicates at least, whose counts of one area lie near each other.
AT_ONCE, FEW = 32_000, 16
#: Most scores that are kept whole.
MOST_KEPT = 16_000_000


class Summary:
    """Running counts over replicates; arrays are ``(periods, nodes, areas, …)``. Quantiles and shares are read off when
    every block has been added: what they are read off is put together once.

    ``ranks`` counts how often an area took each place: ``[..., 0]`` how often it had none, ``[..., k]`` the k-th class
    of places, which are ``places`` wide (1 up to ``EVERY_RANK`` areas). ``rises`` and ``since_first`` count the
    replicates in which a score was above that of the period before, and of the first period. ``pairs`` counts, for the
    nodes asked, how often an area (second last axis) stood above another (last axis).
    """

    def __init__(self, published: Values, pairs: Iterable[int] = ()) -> None:
        self.published_scores = published
        self.published = np.nan_to_num(published)
        periods, nodes, areas = published.shape
        self.pair_nodes = list(pairs)
        self.places = 1 if areas <= EVERY_RANK else -(-areas // RANK_CLASSES)
        self.n, self.failed = 0, 0
        self.reasons: dict[str, int] = {}
        self.scored = np.zeros(published.shape, dtype=np.int64)
        self.sums, self.squares = np.zeros(published.shape), np.zeros(published.shape)
        self.rank_sums = np.zeros(published.shape, dtype=np.int64)
        self.ranks = np.zeros((periods, nodes, areas, -(-areas // self.places) + 1), dtype=np.uint32)
        self.rises = np.zeros(published.shape, dtype=np.int64)
        self.since_first = np.zeros(published.shape, dtype=np.int64)
        self.pairs = np.zeros((periods, len(self.pair_nodes), areas, areas), dtype=np.int64)
        self.keep = int(np.clip(MOST_KEPT // max(published.size, 1), 64, KEPT))
        self._room: Values = np.empty((self.keep, *published.shape))
        self.grid: NDArray[np.uint32] | None = None
        self.low, self.step = np.zeros(published.shape), np.zeros(published.shape)

    @property
    def kept(self) -> Values:
        """The first replicates, ``(replicates, periods, nodes, areas)``."""
        return self._room[: min(self.n, self.keep)]

    def add(self, block: Replicates) -> None:
        """Count a block of replicates, which must come in their order."""
        self.failed += int(block.failed.sum())
        for reason, times in block.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + times
        alive = ~block.failed
        scores, ranks = (block.scores, block.ranks) if alive.all() else (block.scores[alive], block.ranks[alive])
        if not len(scores):
            return
        self.n += len(scores)
        gaps = bool((ranks == 0).any())
        self._add_sums(scores, ranks, gaps)
        self.rank_sums += ranks.sum(axis=0, dtype=np.int64)
        _count(self.ranks, len(ranks), lambda part, at: self._class(ranks[(part, *at)]))
        if scores.shape[1] > 1:
            self.rises[1:] += (scores[:, 1:] > scores[:, :-1]).sum(axis=0)
            self.since_first[1:] += (scores[:, 1:] > scores[:, :1]).sum(axis=0)
        for i, node in enumerate(self.pair_nodes):
            self.pairs[:, i] += _wins(ranks[:, :, node])
        self._add_to_grid(scores, gaps)

    def _class(self, ranks: NDArray[np.int32]) -> NDArray[np.int32]:
        """The class of places each rank belongs to; 0 for none."""
        return ranks if self.places == 1 else -(-ranks // self.places)

    def _add_sums(self, scores: Values, ranks: NDArray[np.int32], gaps: bool) -> None:
        """Add deviations from the published scores, and their squares, one replicate after the other."""
        apart = np.empty((len(scores) + 1, *scores.shape[1:]))
        np.subtract(scores, self.published, out=apart[1:])
        if gaps:
            apart[1:][ranks == 0] = 0.0
        self.scored += (ranks > 0).sum(axis=0) if gaps else len(scores)
        apart[0] = self.sums
        self.sums = np.add.reduce(apart, axis=0)
        np.square(apart[1:], out=apart[1:])
        apart[0] = self.squares
        self.squares = np.add.reduce(apart, axis=0)

    def _add_to_grid(self, scores: Values, gaps: bool) -> None:
        if self.grid is None:
            held = self.n - len(scores)
            self._room[held : self.n] = scores[: self.keep - held]
            scores = scores[self.keep - held :]
            if not len(scores):
                return
            self._lay_grid()
        self._count_on_grid(scores, gaps)

    def _lay_grid(self) -> None:
        """Set the grid by the replicates kept: their range, and a quarter of it more at either end."""
        low, high = (end.reduce(self.kept, axis=0) for end in (np.fmin, np.fmax))
        self.low = np.where(np.isfinite(low), low - 0.25 * (high - low), 0.0)
        self.step = np.where(np.isfinite(low), 1.5 * (high - low) / GRID, 0.0)
        self.grid = np.zeros((*self.low.shape, GRID + 1), dtype=np.uint32)
        self._count_on_grid(self.kept, bool(np.isnan(self.kept).any()))

    def _count_on_grid(self, scores: Values, gaps: bool) -> None:
        assert self.grid is not None  # laid when more replicates came than are kept
        per = np.divide(1.0, self.step, out=np.zeros_like(self.step), where=self.step > 0)

        def cell(part: slice, at: tuple[int, int]) -> NDArray[np.intp]:
            place = scores[(part, *at)] - self.low[at]
            place *= per[at]
            np.clip(place, 0, GRID - 1, out=place)
            place += 1
            if gaps:
                place[np.isnan(place)] = 0
            return np.asarray(place, dtype=np.intp)

        _count(self.grid, len(scores), cell)

    @cached_property
    def _ranks_up_to(self) -> Cumulated:
        """How often areas took the classes of places."""
        return Cumulated.of(self.ranks)

    @cached_property
    def _scores_up_to(self) -> Cumulated:
        """How often scores fell into the cells of the grid."""
        assert self.grid is not None  # asked for only where there is one
        return Cumulated.of(self.grid)

    @cached_property
    def _ordered(self) -> Values:
        """The replicates kept whole, each area's from the lowest to the highest, ``(periods, nodes, areas, kept)``."""
        ordered = np.ascontiguousarray(np.moveaxis(self.kept, 0, -1))
        ordered.sort(axis=-1)
        return ordered

    def score_quantile(self, q: float) -> Values:
        """Quantile of the scores, ``(periods, nodes, areas)``: exact (type 7 of Hyndman and Fan 1996) while all
        replicates are kept, else with the values spread evenly within a cell of the grid."""
        position = q * np.maximum(self.scored - 1, 0)
        if self.grid is None:
            low, high = (
                np.take_along_axis(self._ordered, edge(position).astype(np.intp)[..., None], -1)[..., 0]
                for edge in (np.floor, np.ceil)
            )
            return np.asarray(low + (high - low) * (position - np.floor(position)))
        cell = self._scores_up_to.cell(position)
        below, upper = (self._scores_up_to.before(cell + i) for i in (0, 1))
        part = (position - below + 0.5) / np.maximum(upper - below, 1)
        value = self.low + self.step * (cell + np.clip(part, 0, 1))
        return np.where(self.scored > 0, value, np.nan)

    def place_at(self, q: float, *, worse: bool) -> Values:
        """The place such that a share ``q`` of the replicates lies beyond it, towards the better end or the worse:
        a place that was taken, never one in between; the outer end of its class where places are counted in classes."""
        tail = np.floor(self.scored * q)
        position = np.maximum(self.scored - 1 - tail, 0) if worse else tail
        cell = self._ranks_up_to.cell(position)
        areas = self.published.shape[-1]
        place = np.minimum((cell + 1) * self.places, areas) if worse else cell * self.places + 1
        return np.where(self.scored > 0, place, np.nan)

    def rank_quantile(self, q: float) -> Values:
        """Quantile of the ranks, between the two places it falls between (type 7 of Hyndman and Fan 1996)."""
        position = q * np.maximum(self.scored - 1, 0)
        ends = [self._ranks_up_to.cell(edge(position)) for edge in (np.floor, np.ceil)]
        low, high = (end * self.places + (self.places + 1) / 2 for end in ends)
        return np.where(self.scored > 0, low + (high - low) * (position - np.floor(position)), np.nan)

    def share_of_places(self, first: Values, last: Values) -> Values:
        """How often an area took a place from ``first`` to ``last`` (both counted), of the times it had one."""
        size, up_to = self.ranks.shape[-1], self._ranks_up_to

        def counted(place: Values) -> NDArray[np.int64]:
            cell = np.clip(np.ceil(place / self.places), 0, size - 1).astype(np.intp)
            return up_to.before(np.broadcast_to(cell, self.scored.shape))

        return self.share(counted(np.asarray(last)) - counted(np.asarray(first) - 1))

    def share(self, times: NDArray[np.int64]) -> Values:
        """Times as a share of the replicates in which an area was scored; NaN where it never was."""
        with np.errstate(invalid="ignore"):
            return np.where(self.scored > 0, times / np.maximum(self.scored, 1), np.nan)

    def mean(self) -> Values:
        """Mean score over replicates."""
        return np.where(self.scored > 0, self.published + self.sums / np.maximum(self.scored, 1), np.nan)

    def sd(self) -> Values:
        """Standard deviation of the score over replicates."""
        n = np.maximum(self.scored, 1)
        return np.where(self.scored > 0, np.sqrt(np.maximum(self.squares / n - (self.sums / n) ** 2, 0)), np.nan)

    def mean_rank(self) -> Values:
        """Mean rank over replicates."""
        return self.share(self.rank_sums)


def _count(
    counts: NDArray[np.uint32], replicates: int, cells: Callable[[slice, tuple[int, int]], NDArray[np.integer]]
) -> None:
    """Add one to ``counts[p, n, a, c]`` for every cell ``c`` of an area, ``cells`` ``(replicates, areas)`` for some
    replicates and one period and node: few at a time, so that they stay in the processor's own memory."""
    periods, nodes, areas, width = counts.shape
    starts, step = np.arange(0, areas * width, width, dtype=np.intp), max(FEW, AT_ONCE // areas)
    for at in np.ndindex(periods, nodes):
        line = counts[at].reshape(-1)
        for start in range(0, replicates, step):
            found = cells(slice(start, start + step), at) + starts
            np.add.at(line, found.T.ravel(), np.uint32(1))


@dataclass(frozen=True, eq=False)
class Cumulated:
    """Counts added up from cell to cell: ``up_to`` ``(..., areas, groups, cells)``, cells in as many groups as a group
    has cells, so that a cell is found by looking at the ``ends`` of the groups and then into one of them."""

    up_to: NDArray[np.uint32]
    ends: NDArray[np.uint32]

    @classmethod
    def of(cls, counts: NDArray[np.uint32]) -> Cumulated:
        """From counts ``(..., areas, 1 + cells)``, whose first cell, of what has none, is left out."""
        *shape, cells = counts[..., 1:].shape
        side = max(1, isqrt(cells - 1) + 1)
        up_to = np.empty((*shape, side * side), dtype=np.uint32)
        np.cumsum(counts[..., 1:], axis=-1, dtype=np.uint32, out=up_to[..., :cells])
        up_to[..., cells:] = np.iinfo(np.uint32).max
        up_to = up_to.reshape(*shape, side, side)
        return cls(up_to, np.ascontiguousarray(up_to[..., -1]))

    def before(self, cell: NDArray[np.intp]) -> NDArray[np.int64]:
        """How much each area has in the cells before one of its own, ``(..., areas)``."""
        flat, side = self.up_to.reshape(-1), self.up_to.shape[-1]
        starts = np.arange(0, flat.size, side * side).reshape(self.up_to.shape[:-2])
        return np.where(cell > 0, flat[starts + np.maximum(cell - 1, 0)], 0).astype(np.int64)

    def cell(self, position: Values) -> NDArray[np.intp]:
        """The cell of each area that holds the value at a position of its sorted values, ``(..., areas)``."""
        wanted = np.floor(position).astype(np.uint32)[..., None]
        side = self.up_to.shape[-1]
        group = np.minimum(np.count_nonzero(self.ends <= wanted, axis=-1), side - 1)
        inside = self.up_to.reshape(-1, side)[np.arange(group.size) * side + group.ravel()].reshape(*group.shape, side)
        found = group * side + np.count_nonzero(inside <= wanted, axis=-1)
        return np.asarray(np.minimum(found, side * side - 1))  # an area without any count has none


def _wins(ranks: NDArray[np.int32]) -> NDArray[np.int64]:
    """How often each area stood above each other one, ``(periods, areas, areas)``, from ranks ``(replicates, periods,
    areas)`` with 0 for none: in small whole numbers, which add up fast."""
    small = np.where(ranks == 0, np.iinfo(np.int16).max, ranks).astype(np.int16)
    wins = np.zeros((ranks.shape[1], ranks.shape[2], ranks.shape[2]), dtype=np.int64)
    step = int(np.clip(PAIRS_AT_ONCE // max(wins.size, 1), 1, 255))
    for start in range(0, len(small), step):
        part = small[start : start + step]
        above = part[..., :, None] < part[..., None, :]
        wins += above.view(np.uint8).sum(axis=0, dtype=np.uint8)
    return wins
