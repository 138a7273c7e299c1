"""Speed of the spatial statistics: local clusters with 9,999 permutations beside PySAL's esda in the same run.

Areas lie on a grid of squares that touch along a side (a third of the corners too, so that numbers of neighbours
differ); figures are invented. CPU seconds of this process, the least of two runs. esda is run where it is installed.
"""

from __future__ import annotations

import resource

import numpy as np
from clock import cpu
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
    """CPU seconds and two-sided p of esda's local Moran on the same figures, compiled beforehand; NaN where it is not
    installed."""
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


def main(permutations: int = 9_999) -> None:
    """Print one line per size."""
    for areas in SIZES:
        values, pairs = np.random.default_rng(2).normal(size=areas), grid(areas)
        names = list(map(str, range(areas)))
        ours = cpu(lambda values=values, pairs=pairs, names=names: hotspots(
            values, pairs, names, permutations=permutations), runs=2, warm=False)  # fmt: skip
        whole = cpu(lambda values=values, pairs=pairs, names=names: moran(
            values, pairs, names, permutations=permutations), runs=1, warm=False)  # fmt: skip
        theirs, their_p = esda_local(values, pairs, permutations)
        apart = np.abs(their_p - hotspots(values, pairs, names, permutations=permutations).p).mean()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{areas:>7,} areas, {permutations:,} permutations: local Moran and Gi* {ours:6.2f} s; esda's local Moran "
            f"{theirs:6.2f} s ({theirs / ours:.0f} times, p apart by {apart:.4f} on average); "
            f"global Moran {whole:6.2f} s; peak {peak:,.0f} MiB"
        )


if __name__ == "__main__":
    main()
