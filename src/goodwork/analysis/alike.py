"""The areas most like one area, found for it alone: what can be asked where there are too many to compare all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.neighbours import SHARED


def alike(figures: NDArray[np.floating], at: int, number: int = 5) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The ``number`` areas nearest to the one ``at`` a row of ``figures`` ``(areas, members)``, and how far they are.

    The distance is that of :func:`~goodwork.analysis.neighbours.neighbours`: Euclidean over members standardised to
    mean 0 and standard deviation 1, each counting the same; NaN is a gap, and areas are compared on the members both
    have, at least half of them, scaled up to all. Fewer, or none, where an area shares too few.

    >>> places, far = alike(np.array([[1.0], [2.0], [9.0]]), 0, 2)
    >>> places.tolist(), far.round(2).tolist()
    ([1, 2], [0.28, 2.25])
    """
    values = np.asarray(figures, dtype=np.float64)
    counts = np.maximum(np.isfinite(values).sum(axis=0), 1)  # a member that nobody has a figure of is a gap in all
    away = values - np.nansum(values, axis=0) / counts
    spread = np.sqrt(np.nansum(away**2, axis=0) / counts)
    scaled = away / np.where(spread > 0, spread, np.inf)
    members = scaled.shape[1]
    apart = (scaled - scaled[at]) ** 2
    both = np.isfinite(apart).sum(axis=1)
    enough = (both >= SHARED * members - 1e-12) & (both > 0)
    squared = np.where(enough, np.nansum(apart, axis=1) * members / np.where(both > 0, both, 1), np.inf)
    squared[at] = np.inf
    order = np.argsort(np.round(squared, 10), kind="stable")[:number]
    order = order[np.isfinite(squared[order])]
    return order, np.sqrt(squared[order])
