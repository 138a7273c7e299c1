"""Whether neighbours are alike: Moran's I over all areas (handbook step 9; Moran 1950; Cliff & Ord 1981)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.special import ndtr

from goodwork.analysis.adjacency import Adjacency, Mapped
from goodwork.analysis.blocks import in_order
from goodwork.analysis.finding import Finding, say
from goodwork.errors import MethodError
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

SEED, PERMUTATIONS = 2021, 999
#: Permutations computed together: fixed, so that the draws do not depend on anything else.
BLOCK = 16
#: Random orders of so many areas are kept for the next measure.
FEW = 1000


@dataclass(frozen=True)
class Moran:
    """Moran's I: how alike neighbours are, between about −1 (opposites) and 1 (alike).

    ``expected`` is its mean when figures lie at random, −1/(n − 1); ``z`` and ``p_analytic`` (two-sided) are under
    randomisation, ``p`` (two-sided) is from permutations; ``random_low`` and ``random_high`` hold 95 % of what chance
    gives. ``n`` areas, ``pairs`` of touching ones.
    """

    name: str
    i: float
    expected: float
    z: float
    p_analytic: float
    p: float
    random_low: float
    random_high: float
    n: int
    pairs: int
    permutations: int
    level: float
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row."""
        import pandas as pd

        keys = ("name", "i", "expected", "z", "p_analytic", "p", "random_low", "random_high", "n", "pairs")
        return pd.DataFrame([{key: getattr(self, key) for key in keys}])

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One sentence: neighbours alike, unlike, or no clear pattern."""
        facts = "Moran's I {i:.2f}, where chance gives {random_low:.2f} to {random_high:.2f}; {n:areas}"
        words = f"There is no clear pattern in where {{name}} is high or low ({facts})."
        if self.p <= self.level:
            alike = "alike" if self.i > self.expected else "unlike"
            words = f"Areas that touch are more {alike} in {{name}} than chance would make them ({facts})."
        row = self.table.iloc[0].to_dict()
        said = say(words, **{str(key): value for key, value in row.items()})
        return (said.about("pattern", self.name, table="table", name=self.name),)


def moran(
    values: Values,
    edges: ArrayLike,
    areas: Sequence[str],
    *,
    name: str = "the score",
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    level: float = 0.05,
    executor: Executor | None = None,
) -> Moran:
    """How far neighbours are alike: the slope of the neighbours' mean on an area's own value.

    ``values`` ``(areas,)`` in any unit, NaN for a gap; ``edges`` ``(edges, 2)`` positions of touching areas. Every area
    weighs its neighbours equally (row-standardised contiguity). Areas without a value or without a neighbour that has
    one are left out and named. Deterministic for a ``seed``, whatever the executor. Raises ``MethodError`` for fewer
    than four areas, no variation, or bad edges. Handbook step 9; Cliff & Ord (1981), Spatial Processes.

    >>> found = moran(np.array([1.0, 2, 3, 4, 5]), [(0, 1), (1, 2), (2, 3), (3, 4)], list("abcde"))
    >>> round(found.i, 3), found.expected
    (0.6, -0.25)
    """
    if permutations < 1:
        raise MethodError(f"{permutations} permutations", remedy="take 99 or more")
    mapped = Mapped.of(values, edges, areas)
    adjacency, n = mapped.adjacency, len(mapped.values)
    weights = _pair_weights(adjacency)
    z = (mapped.values - mapped.values.mean()) / mapped.values.std()
    observed = float(z @ (weights @ z)) / n
    expected = -1 / (n - 1)
    sd = _sd(adjacency, z)
    score = (observed - expected) / sd if sd > 0 else float("nan")
    starts = range(0, permutations, BLOCK)
    work = [(seed, at, min(BLOCK, permutations - start)) for at, start in enumerate(starts)]
    drawn = np.concatenate(list(in_order(partial(_permuted, weights, z), work, executor)))
    further = np.count_nonzero(np.abs(drawn - expected) >= abs(observed - expected) * (1 - 1e-12))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Moran(
        name, observed, expected, score, float(2 * ndtr(-abs(score))), float((further + 1) / (permutations + 1)),
        float(low), float(high), n, len(adjacency.pairs), permutations, level, mapped.notes,
    )  # fmt: skip


def _pair_weights(adjacency: Adjacency) -> sparse.csr_array:
    """What each pair of neighbours weighs, both ways round together: 1 / degree of one, plus that of the other."""
    one, other = adjacency.pairs.T
    weight = 1 / adjacency.degree
    size = len(adjacency.areas)
    return sparse.csr_array((weight[one] + weight[other], (one, other)), shape=(size, size))


def _permuted(weights: sparse.csr_array, z: Values, work: tuple[int, int, int]) -> Values:
    """Moran's I of some random orders of the standardised values."""
    shuffled = z[(_orders if len(z) <= FEW else _orders.__wrapped__)(len(z), *work)].T
    return np.asarray(np.einsum("ij,ij->j", shuffled, weights @ shuffled) / len(z))


@lru_cache(maxsize=128)  # many measures are put in the same orders
def _orders(areas: int, seed: int, block: int, number: int) -> NDArray[np.intp]:
    """Random orders of areas, ``(number, areas)``, by a seed and the block they are of."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))
    return rng.permuted(np.broadcast_to(np.arange(areas), (number, areas)), axis=1)


def _sd(adjacency: Adjacency, z: Values) -> float:
    """Standard deviation of Moran's I over all orders of the values (randomisation; Cliff & Ord 1981, 1.44)."""
    n, one, other = len(z), *adjacency.pairs.T
    weight = 1 / adjacency.degree
    s0 = float(n)
    s1 = float(((weight[one] + weight[other]) ** 2).sum())
    into = np.bincount(one, weight[other], n) + np.bincount(other, weight[one], n)
    s2 = float(((1 + into) ** 2).sum())
    kurtosis = float((z**4).mean())
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    square = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2)
    return float(np.sqrt(max(square - 1 / (n - 1) ** 2, 0.0)))
