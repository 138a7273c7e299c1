"""Where neighbours are alike: local Moran and Getis–Ord statistics, tested without a false alarm in every twenty.

*How it is tested.* Under conditional permutation the neighbours' sum of an area is compared with sums of as many other
areas taken at random. Sums of ``k`` areas of all are drawn once for all areas with ``k`` neighbours; the few that
happen to hold the area itself have it exchanged for one more area. That is the same test, exact for each area, without
drawing anew for each, so that time grows with permutations plus areas, not with their product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import false_discovery_control

from goodwork.analysis.adjacency import Mapped
from goodwork.analysis.finding import Finding, say
from goodwork.errors import Fault, MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

SEED, PERMUTATIONS, LEVEL = 2021, 9999, 0.05
#: Random numbers held at once.
CELLS = 4_000_000
#: Own value and neighbours' mean, above (high) or below (low) the average.
CLASSES = ("high-high", "low-low", "high-low", "low-high")


@dataclass(frozen=True, eq=False)
class Hotspots:
    """Local statistics by area; NaN, and ``"not defined"``, where an area has no figure or no neighbour with one.

    ``value`` and ``neighbours`` (their mean) in natural units; ``local`` Moran's I; its two-sided ``p`` from
    conditional permutations and ``q``, the same with Benjamini and Hochberg's control; ``kind``: high-high, low-low,
    high-low, low-high, or not clear. ``g`` is Getis and Ord's Gi* (a z-score of area and neighbours together) with
    ``g_p`` and ``g_q``; ``spot`` is hot, cold or not clear. High is high in the figure, whichever end is better.
    """

    name: str
    areas: tuple[str, ...]
    value: Values
    neighbours: Values
    local: Values
    p: Values
    q: Values
    kind: NDArray[np.str_]
    g: Values
    g_p: Values
    g_q: Values
    spot: NDArray[np.str_]
    level: float
    permutations: int
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per area, in the order given."""
        import pandas as pd

        columns = ("value", "neighbours", "local", "p", "q", "kind", "g", "g_p", "g_q", "spot")
        return pd.DataFrame({"area": self.areas, **{name: getattr(self, name) for name in columns}})

    def named(self, kind: str) -> tuple[str, ...]:
        """The areas of a kind (``high-high`` …) or spot (``hot``, ``cold``)."""
        labels = self.spot if kind in ("hot", "cold") else self.kind
        return tuple(self.areas[i] for i in np.flatnonzero(labels == kind))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Counts of clusters, of outliers, and of hot and cold spots, each with the areas named."""
        said = []
        for kind, text in (
            ("high-high", "high among high neighbours"),
            ("low-low", "low among low neighbours"),
            ("high-low", "high among low neighbours"),
            ("low-high", "low among high neighbours"),
        ):
            if here := self.named(kind):
                lead = f"{{count:areas}} {_are(here)} clearly {text} in {{name}}: {{areas:list12}}."
                found = say(lead, count=len(here), name=self.name, areas=here)
                said.append(found.about(kind, table="table", kind=kind))
        if not said:
            lead = "No area stands out clearly with its neighbours in {name}."
            found = say(lead, total=int(np.isfinite(self.q).sum()), name=self.name)
            said.append(found.about("none", table="table"))
        for spot in ("hot", "cold"):
            if here := self.named(spot):
                lead = f"{{count:areas}} {_are(here)} in a {spot} spot of {{name}}: {{areas:list12}}."
                found = say(lead, count=len(here), name=self.name, areas=here)
                said.append(found.about(spot, table="table", spot=spot))
        return tuple(said)


def hotspots(
    values: Values,
    edges: ArrayLike,
    areas: Sequence[str],
    *,
    name: str = "the score",
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    level: float = LEVEL,
) -> Hotspots:
    """Clusters of high or low areas, areas unlike their neighbours, hot and cold spots.

    ``values`` ``(areas,)`` in any unit, NaN for a gap; ``edges`` ``(edges, 2)`` positions of touching areas, weighed
    equally. Local Moran's I is tested given the area's own value (conditional permutation); Gi*, which counts the area
    itself, against sets of areas taken at random from all. Both p-values are two-sided and controlled for the share of
    false discoveries ``level`` (Benjamini–Hochberg). Deterministic for a ``seed``. Raises ``MethodError`` for fewer
    than four areas, no variation, or bad edges. Handbook step 9; Anselin (1995); Ord & Getis (1995); Caldas de Castro &
    Singer (2006).

    >>> found = hotspots(np.arange(8.0), [(i, i + 1) for i in range(7)], list("abcdefgh"), permutations=99)
    >>> found.local.round(2)[[0, 3]].tolist(), set(found.kind.tolist())
    ([1.46, 0.04], {'not clear'})
    """
    _check(permutations, level)
    mapped = Mapped.of(values, edges, areas)
    degree, n = mapped.adjacency.degree, len(mapped.values)
    z = (mapped.values - mapped.values.mean()) / mapped.values.std()
    total = np.asarray(mapped.adjacency.matrix @ z)
    others, together = _tails(z, degree, total, permutations, seed)
    own = degree + 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        # with mean 0 and variance 1; an area that touches all others holds everything and cannot stand out
        g = np.where(own < n, (total + z) / np.sqrt(own * (n - own) / (n - 1)), 0.0)
    found = {
        "neighbours": mapped.adjacency.mean_of_neighbours(mapped.values),
        "local": (n - 1) / n * z * total / degree,
        "p": others,
        "q": false_discovery_control(others),
        "g": g,
        "g_p": together,
        "g_q": false_discovery_control(together),
    }
    kind = np.where(z > 0, np.where(total > 0, "high-high", "high-low"), np.where(total > 0, "low-high", "low-low"))
    labels = {
        "kind": np.where(found["q"] <= level, kind, "not clear"),
        "spot": np.where(found["g_q"] <= level, np.where(g > 0, "hot", "cold"), "not clear"),
    }
    everywhere = {key: np.full(len(areas), np.nan) for key in found}
    named = {key: np.full(len(areas), "not defined") for key in labels}
    for key, array in found.items():
        everywhere[key][mapped.at] = array
    for key, text in labels.items():
        named[key][mapped.at] = text
    notes = (
        tr(
            "A share of {level:.0f} % of the areas named may be false alarms (Benjamini–Hochberg over "
            "{n} areas; {permutations:,} permutations)."
        ).format(level=100 * level, n=n, permutations=permutations),
        *mapped.notes,
    )
    return Hotspots(
        name, tuple(areas), np.array(values, dtype=float), **everywhere, **named, level=level,
        permutations=permutations, notes=notes,
    )  # fmt: skip


def _tails(z: Values, degree: NDArray[np.intp], total: Values, permutations: int, seed: int) -> tuple[Values, Values]:
    """Two-sided p of each area's neighbours' sum given its own value, and of the sum with its own value; ``(areas,)``.

    ``above`` and ``below`` count random sums that are at least, and at most, what is observed.
    """
    n, most = len(z), int(degree.max())
    rng = np.random.default_rng(seed)
    counts = np.zeros((2, 2, n))  # given the own value / with it; above / below
    kinds = np.unique(degree)
    with_own = total + z
    slack = 1e-9  # sums in another order differ in their last digits
    block = max(1, CELLS // (most + 1))
    for start in range(0, permutations, block):
        sets = _sets(rng, n, most + 1, min(block, permutations - start))
        drawn = z[sets]
        sums = np.cumsum(drawn, axis=1)
        for k in kinds.tolist():
            here = np.flatnonzero(degree == k)
            _count(counts[0], here, np.sort(sums[:, k - 1]), total[here], slack)
            _count(counts[1], here, np.sort(sums[:, k]), with_own[here], slack)
            row, column = np.nonzero(degree[sets[:, :k]] == k)  # sets that hold the area they are to be compared with
            area = sets[row, column]
            wrong, right = sums[row, k - 1], sums[row, k] - drawn[row, column]
            for side, sign in enumerate((1, -1)):
                limit = sign * total[area] - slack
                change = (sign * right >= limit).astype(float) - (sign * wrong >= limit)
                counts[0, side] += np.bincount(area, change, n)
    least = np.minimum(counts[:, 0], counts[:, 1])
    p = np.minimum(2 * (least + 1) / (permutations + 1), 1.0)
    return p[0], p[1]


def _count(counts: Values, here: NDArray[np.intp], ordered: Values, observed: Values, slack: float) -> None:
    """Add how many of the ordered sums are at least, and at most, what was observed."""
    counts[0, here] += len(ordered) - np.searchsorted(ordered, observed - slack, side="left")
    counts[1, here] += np.searchsorted(ordered, observed + slack, side="right")


def _sets(rng: np.random.Generator, n: int, size: int, number: int) -> NDArray[np.intp]:
    """Random sets of ``size`` of ``n`` areas, in random order, ``(number, size)`` (Floyd's algorithm; Bentley & Floyd
    1987): the j-th member is drawn from the first areas, and where it is there already the newest of them comes in."""
    found = np.empty((number, size), dtype=np.intp)
    for place, newest in enumerate(range(n - size, n)):
        drawn = rng.integers(0, newest + 1, number)
        there = (found[:, :place] == drawn[:, None]).any(axis=1)
        found[:, place] = np.where(there, newest, drawn)
    return np.asarray(rng.permuted(found, axis=1))


def _check(permutations: int, level: float) -> None:
    faults = []
    if not 0 < level < 1:
        faults.append(Fault(f"a false-discovery rate of {level:g}", remedy="choose one between 0 and 1"))
    if permutations < 99:
        faults.append(Fault(f"{permutations} permutations", remedy="take 99 or more"))
    if faults:
        raise MethodError("local clusters cannot be tested", faults=faults)


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
