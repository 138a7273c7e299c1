"""Which areas touch: pairs of areas, sums over neighbours, and areas that touch none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import areas_have, listing
from goodwork.errors import Fault, MethodError
from goodwork.model.panel import Values


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Pairs of touching areas, each once: ``pairs`` ``(pairs, 2)`` of positions in ``areas``, the smaller first."""

    areas: tuple[str, ...]
    pairs: NDArray[np.intp]

    @classmethod
    def of(cls, edges: ArrayLike, areas: Sequence[str]) -> Adjacency:
        """Adjacency from an edge list: ``edges`` ``(edges, 2)`` of positions in ``areas``, in either order, repeated or
        not.

        Raises ``MethodError`` naming every edge that is not a pair of different areas. Weights are never asked for:
        areas touch or they do not.

        >>> Adjacency.of([(1, 0), (0, 1), (2, 1)], ["a", "b", "c", "d"]).degree.tolist()
        [1, 2, 1, 0]
        """
        given = np.asarray(edges)
        given = given.reshape(-1, 2) if given.size == 0 else given
        if given.ndim != 2 or given.shape[1] != 2 or (given.size and not np.issubdtype(given.dtype, np.integer)):
            raise MethodError(
                f"an edge list of shape {given.shape} and type {given.dtype}",
                remedy="give pairs of positions, whole numbers shaped (edges, 2)",
            )
        pairs = given.astype(np.intp)
        bad = np.flatnonzero((pairs < 0).any(axis=1) | (pairs >= len(areas)).any(axis=1) | (pairs[:, 0] == pairs[:, 1]))
        if bad.size:
            raise MethodError(
                "areas cannot be put beside each other",
                faults=[Fault(f"{tuple(pairs[row].tolist())} is not a pair of areas", row=int(row)) for row in bad],
                remedy=f"positions run from 0 to {len(areas) - 1}, and no area touches itself",
            )
        return cls(tuple(areas), np.unique(np.sort(pairs, axis=1), axis=0))

    @cached_property
    def degree(self) -> NDArray[np.intp]:
        """How many areas each area touches, ``(areas,)``."""
        return np.bincount(self.pairs.ravel(), minlength=len(self.areas))

    @property
    def islands(self) -> tuple[str, ...]:
        """Names of the areas that touch none."""
        return tuple(self.areas[i] for i in np.flatnonzero(self.degree == 0))

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """The pairs as a sparse matrix of ones, ``(areas, areas)``, both ways round."""
        both = np.concatenate([self.pairs, self.pairs[:, ::-1]])
        size = len(self.areas)
        return sparse.csr_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(size, size))

    def mean_of_neighbours(self, values: Values) -> Values:
        """Each area's mean over the areas it touches, ``(areas, ...)``; NaN for an area that touches none."""
        degree = self.degree.reshape(-1, *[1] * (values.ndim - 1))
        total = np.asarray(self.matrix @ values)
        mean: Values = np.divide(total, degree, out=np.full(total.shape, np.nan), where=degree > 0)
        return mean

    def among(self, here: NDArray[np.bool_]) -> Adjacency:
        """The adjacency of some areas only, ``here`` ``(areas,)``, positions counted anew."""
        place = np.cumsum(here) - 1
        kept = here[self.pairs].all(axis=1)
        names = tuple(compress(self.areas, here.tolist()))
        return replace(self, areas=names, pairs=place[self.pairs[kept]])


@dataclass(frozen=True, eq=False)
class Mapped:
    """Values with an adjacency, ready for a spatial statistic: the areas ``at`` (positions) that have a value and touch
    another that has one; ``islands`` and ``missing`` are the names of the others."""

    adjacency: Adjacency
    values: Values
    at: NDArray[np.intp]
    islands: tuple[str, ...]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, values: Values, edges: ArrayLike, areas: Sequence[str]) -> Mapped:
        """Leave out areas without a value ``(areas,)``, then areas without a neighbour among the rest.

        Raises ``MethodError`` when names and values do not match, when fewer than four areas are left, or when they all
        have the same value.
        """
        values = np.asarray(values, dtype=float)
        if values.shape != (len(areas),):
            raise MethodError(f"values of shape {values.shape} for {len(areas)} areas", remedy="give one for each area")
        refuse_infinite(values=values)
        adjacency, here = Adjacency.of(edges, areas), np.isfinite(values)
        alone = adjacency.among(here).degree == 0
        kept = here.copy()
        kept[here] = ~alone
        left = values[kept]
        if len(left) < 4:
            raise MethodError(
                f"{areas_have(len(left))} a value and a neighbour with one, and a pattern needs four",
                remedy="choose a set with more areas that touch",
            )
        if np.ptp(left) == 0:
            raise MethodError("all areas have the same value", remedy="choose a measure that varies")
        names = np.array(areas, dtype=object)
        return cls(
            adjacency.among(kept), left, np.flatnonzero(kept), tuple(names[here & ~kept]), tuple(names[~here])
        )  # fmt: skip

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, by name."""
        found = []
        if self.islands:
            found.append(f"Left out, because they touch no area with a figure: {listing(self.islands, 12)}.")
        if self.missing:
            found.append(f"Left out, because they have no figure: {listing(self.missing, 12)}.")
        return tuple(found)
