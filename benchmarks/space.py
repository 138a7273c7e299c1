"""Speed of the spatial statistics: local clusters with 9,999 permutations beside PySAL's esda in the same run.

Areas lie on a grid of squares that touch along a side (a third of the corners too, so that numbers of neighbours
differ); figures are invented. CPU seconds; ours are of a process of its own, first run, so that the memory told is that
of the line alone; esda's, where it is installed, are the lesser of two runs, the first of which may compile.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from clock import alone, cpu
from line import Line, show
from numpy.typing import NDArray

from goodwork.analysis.hotspots import hotspots
from goodwork.analysis.space import moran

SIZES = (203, 3_500, 35_000)


def grid(areas: int, seed: int = 1) -> NDArray[np.intp]:
    """Pairs of touching squares on a grid about as wide as high, ``(pairs, 2)``."""
    wide = int(np.ceil(np.sqrt(areas)))
    at = np.arange(areas)
    right = np.stack([at, at + 1], axis=1)[at % wide < wide - 1]
    down = np.stack([at, at + wide], axis=1)
    corner = np.stack([at, at + wide + 1], axis=1)[at % wide < wide - 1]
    corner = corner[np.random.default_rng(seed).random(len(corner)) < 1 / 3]
    pairs = np.concatenate([right, down, corner])
    return pairs[(pairs < areas).all(axis=1)]


def esda_local(
    values: NDArray[np.float64], pairs: NDArray[np.intp], permutations: int
) -> tuple[float, NDArray[np.float64]]:
    """CPU seconds and two-sided p of esda's local Moran on the same figures; NaN where it is not installed."""
    try:
        import warnings

        from esda import Moran_Local
        from libpysal.weights import W
    except ImportError:
        return float("nan"), np.full(len(values), np.nan)
    neighbours: dict[int, list[int]] = {i: [] for i in range(len(values))}
    for one, other in pairs.tolist():
        neighbours[one].append(other)
        neighbours[other].append(one)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights = W(neighbours, silence_warnings=True)
        weights.transform = "r"
        assert weights.sparse is not None  # built on first use, which is not to be timed

        def work() -> NDArray[np.float64]:
            return Moran_Local(values, weights, permutations=permutations, keep_simulations=False, seed=1).p_sim

        return cpu(work, runs=2, warm=False), np.minimum(2 * work(), 1)


def local(areas: int, permutations: int) -> object:
    """Our local Moran's I and Gi* on the board."""
    return hotspots(*board(areas), list(map(str, range(areas))), permutations=permutations)


def whole(areas: int, permutations: int) -> object:
    """Our global Moran's I on the board."""
    return moran(*board(areas), list(map(str, range(areas))), permutations=permutations)


def board(areas: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Invented figures and touching squares."""
    return np.random.default_rng(2).normal(size=areas), grid(areas)


def lines(full: bool = False, permutations: int = 9_999) -> Iterator[Line]:
    """Local clusters at each size beside esda's; the global statistic of many areas only where all is asked for."""
    for areas in SIZES:
        seconds, memory = alone(local, areas, permutations)
        theirs, their_p = esda_local(*board(areas), permutations)
        apart = np.abs(their_p - hotspots(*board(areas), list(map(str, range(areas))), permutations=permutations).p)
        what = f"local Moran and Gi*, {areas:,} areas, {permutations:,} permutations"
        note = f"peak {memory:,.0f} MiB; p apart by {apart.mean():.4f} on average"
        yield Line(what, seconds, theirs, "esda", "≥ 1 ×", note)
        if full or areas < 10_000:
            seconds, memory = alone(whole, areas, permutations)
            what = f"global Moran, {areas:,} areas, {permutations:,} permutations"
            yield Line(what, seconds, theirs, "esda, local", "", f"peak {memory:,.0f} MiB")


if __name__ == "__main__":
    for line in lines("--full" in sys.argv):
        show(line)
