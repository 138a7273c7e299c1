"""A slope when areas that touch are alike in what it leaves: the spatial error model (handbook step 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from goodwork.analysis.adjacency import Adjacency
from goodwork.analysis.regression import Slope
from goodwork.errors import MethodError
from goodwork.model.panel import Values

#: The eigenvalues of more areas take minutes.
MOST_AREAS = 2000
#: How near to the most likely dependence one comes.
WITHIN = 1e-8


@dataclass(frozen=True)
class SpatialSlope:
    """The slope with its interval when what is left of an area is in part that of its neighbours: ``dependence`` is
    that part (−1 to 1), ``p`` the chance of such a one where there is none (likelihood ratio)."""

    slope: Slope
    dependence: float
    p: float


def spatial_error(x: Values, y: Values, edges: ArrayLike, areas: Sequence[str]) -> SpatialSlope:
    """Fit y = a + b x + u with u = λ W u + e by maximum likelihood, W the mean of the areas that touch.

    ``x`` and ``y`` ``(areas,)`` in any units, ``edges`` pairs of positions of areas that touch; areas with a gap or
    without a neighbour that has figures are left out. The interval is that of large samples. Raises ``MethodError`` for
    fewer than ten areas, more than 2,000, measures that do not vary, or bad edges. Ord (1975), *JASA* 70; Anselin
    (1988), ch. 8.

    >>> x = np.arange(12.0) % 5
    >>> y = 2 * x + np.repeat([1.0, -1.0, 0.5], 4) + np.tile([0.1, 0.0, -0.1], 4)
    >>> found = spatial_error(x, y, [(i, i + 1) for i in range(11)], list("abcdefghijkl"))
    >>> round(found.slope.slope, 1), found.dependence > 0.5
    (2.0, True)
    """
    here = ~(np.isnan(x) | np.isnan(y))
    everyone = Adjacency.of(edges, areas)
    here[here] = everyone.among(here).degree > 0
    adjacency, n = everyone.among(here), int(here.sum())
    if not 10 <= n <= MOST_AREAS:
        raise MethodError(f"{n} areas with figures and neighbours", remedy=f"give 10 to {MOST_AREAS:,}")
    if np.ptp(x[here]) == 0 or np.ptp(y[here]) == 0:
        raise MethodError("one of the two measures is the same everywhere", remedy="choose measures that vary")
    columns = np.column_stack([np.ones(n), x[here] - x[here].mean(), y[here]])
    around = adjacency.mean_of_neighbours(columns)
    eigenvalues = _eigenvalues(n, np.ascontiguousarray(adjacency.pairs).tobytes())
    own, across, beyond = (a.T @ b for a, b in ((columns, columns), (columns, around), (around, around)))

    def fitted(tried: Values) -> tuple[Values, Values, Values]:
        """Log-likelihood (up to a constant), slope and its variance, for each of some dependences."""
        t = tried[:, None, None]
        products = own - t * (across + across.T) + t**2 * beyond
        inverse = np.linalg.inv(products[:, :2, :2])
        solved = inverse @ products[:, :2, 2:]
        left = products[:, 2, 2] - (solved[..., 0] * products[:, :2, 2]).sum(axis=1)
        variance = np.maximum(left / n, 1e-300)
        jacobian = np.log1p(-tried[:, None] * eigenvalues).sum(axis=1)
        return jacobian - n / 2 * np.log(variance), solved[:, 1, 0], variance * inverse[:, 1, 1]

    low, high = (max(1 / float(eigenvalues[0]), -1.0) if eigenvalues[0] < 0 else -1.0) + 1e-4, 1 - 1e-4
    while high - low > WITHIN:  # a grid around the most likely one, ever finer
        tried = np.linspace(low, high, 33)
        most = int(np.argmax(fitted(tried)[0]))
        low, high = float(tried[max(most - 1, 0)]), float(tried[min(most + 1, 32)])
    best = (low + high) / 2
    likelihood, at, variance = (float(part[0]) for part in fitted(np.array([best])))
    error = float(np.sqrt(variance))
    half = float(special.ndtri(0.975)) * error
    p = float(2 * special.ndtr(-abs(at) / error))
    ratio = max(2 * (likelihood - float(fitted(np.zeros(1))[0][0])), 0.0)
    return SpatialSlope(Slope(at, at - half, at + half, p, n), best, float(special.chdtrc(1, ratio)))


@lru_cache(maxsize=16)  # many measures are known for the same areas
def _eigenvalues(areas: int, pairs: bytes) -> Values:
    """Eigenvalues of the means of neighbours, from the pairs of touching areas, each once."""
    one, other = np.frombuffer(pairs, dtype=np.intp).reshape(-1, 2).T
    touching = np.zeros((areas, areas))
    touching[one, other] = touching[other, one] = 1.0
    root = 1 / np.sqrt(touching.sum(axis=1))
    return np.asarray(np.linalg.eigvalsh(touching * root[:, None] * root))
