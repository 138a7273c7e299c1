"""Speed of communities, neighbours and compacts on invented figures, beside scikit-learn's k-means in the same run.

CPU seconds, on one thread, of a process of its own for each line, so that the memory told is that of the line alone.
The reference is the straightforward loop: areas drawn with replacement, ``KMeans`` fitted to them, once for each draw;
it runs some draws and is taken times the rest. Fewer draws, and no 35,000 areas, unless all is asked for with
``--full``. Nothing holds a table of areas by areas beyond 5,000 areas, which the peak of memory shows (35,000 by 35,000
numbers are 9,800 MiB).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from clock import alone
from line import Line, show
from sklearn.cluster import KMeans

from goodwork.analysis.clusters import communities
from goodwork.analysis.compacts import compacts
from goodwork.analysis.neighbours import neighbours

#: Draws that the reference runs.
SOME = {203: 100, 3_500: 20, 35_000: 3}


def invented(areas: int, members: int = 6) -> np.ndarray:
    """A continuum with two factors behind it, as official figures have."""
    rng = np.random.default_rng(areas)
    return rng.standard_normal((areas, 2)) @ rng.standard_normal((2, members)) + rng.standard_normal((areas, members))


def divide(areas: int, draws: int, method: str = "graph", k: int | None = 4) -> object:
    """Communities of invented areas; without ``k``, 2 to 8 of them compared."""
    return communities(invented(areas), k, draws=draws, method=method, numbers=range(2, 9) if k is None else ())


def near(areas: int) -> object:
    """Neighbours of invented areas."""
    return neighbours(invented(areas))


def together(areas: int) -> object:
    """Compacts of invented areas."""
    return compacts(invented(areas))


def loop(areas: int, draws: int, k: int = 4) -> object:
    """scikit-learn's k-means of areas drawn with replacement, one draw at a time."""
    figures, rng = invented(areas), np.random.default_rng(1)
    figures = (figures - figures.mean(axis=0)) / figures.std(axis=0)
    drawn = (figures[np.unique(rng.integers(0, areas, areas))] for _ in range(draws))
    return [KMeans(k, n_init=5, random_state=1).fit_predict(some) for some in drawn]


def lines(full: bool = False) -> Iterator[Line]:
    """Communities at each size by graph and by k-means, what goes into choosing a number, neighbours and compacts."""
    sizes = {203: 1000, 3_500: 1000, 35_000: 1000} if full else {203: 1000, 3_500: 50}
    for areas, draws in sizes.items():
        some = SOME[areas]
        reference = alone(loop, areas, some)[0] * draws / some
        for method in ("graph", "k-means"):
            seconds, memory = alone(divide, areas, draws, method)
            what = f"communities by {method}, {areas:,} × 6, {draws:,} draws"
            note = f"peak {memory:,.0f} MiB; the loop ran {some} draws"
            yield Line(what, seconds, reference, "KMeans loop", "≤ 2 GiB", note)
    seconds, memory = alone(divide, 203, 1000, "graph", None)
    yield Line("2 to 8 communities compared, 203 × 6", seconds, 15.0, "15 s", "≤ 15 s", f"peak {memory:,.0f} MiB")
    for areas in (3_500, 35_000) if full else (3_500,):
        seconds, memory = alone(near, areas)
        note = f"peak {memory:,.0f} MiB"
        yield Line(f"neighbours, {areas:,} × 6", seconds, 60.0, "60 s", "≤ 60 s; ≤ 1 GiB", note)
    seconds, memory = alone(together, 203)
    yield Line("compacts of 4 to 8, 203 × 6", seconds, 15.0, "15 s", "≤ 15 s", f"peak {memory:,.0f} MiB")


if __name__ == "__main__":
    for line in lines("--full" in sys.argv):
        show(line)
