"""Speed of communities, neighbours and compacts on invented figures, beside the same work by other libraries, same run.

CPU seconds, on one thread, of a process of its own for each line, so that the memory told is that of the line alone.
Each way to divide areas stands beside a straightforward loop over the draws that does the same: for k-means
scikit-learn's ``KMeans``; for the graph scikit-learn's nearest neighbours and networkx's ``louvain_communities``, at
resolutions that grow until there are communities enough (what else ours does, the tree that connects all areas and the
joining of too many communities, it goes without; networkx is written in Python). k-means and the graph are not set
against each other: they find other things. A reference runs some draws and is taken times the rest. 35,000 areas are
asked for with ``--full``, with few draws; what a draw costs, and a thousand of them would, is told. Nothing holds a
table of areas by areas beyond 5,000 areas, which the peak of memory shows (35,000 by 35,000 numbers are 9,800 MiB).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product

import numpy as np
from clock import alone
from line import Line, show
from sklearn.cluster import KMeans
from sklearn.neighbors import kneighbors_graph

from goodwork.analysis.clusters import communities
from goodwork.analysis.compacts import compacts
from goodwork.analysis.neighbours import neighbours
from goodwork.analysis.stability import SEEDS

#: Draws that communities rest on where nobody asks for others; and those that each reference runs.
WHOLE = 1000
SOME = {203: 50, 3_500: 10, 35_000: 1}
#: Links of each area, first resolution and its growth, as in :mod:`goodwork.analysis.partitions`.
NEAREST, FIRST, GROWTH = 10, 0.4, 1.4


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


def loop(areas: int, draws: int, method: str, k: int = 4) -> object:
    """Areas drawn with replacement and divided, one draw at a time."""
    figures, rng = invented(areas), np.random.default_rng(1)
    figures = (figures - figures.mean(axis=0)) / figures.std(axis=0)
    drawn = (figures[np.unique(rng.integers(0, areas, areas))] for _ in range(draws))
    if method == "k-means":
        return [KMeans(k, n_init=5, random_state=1).fit_predict(some) for some in drawn]
    return [by_networkx(some, k) for some in drawn]


def by_networkx(figures: np.ndarray, k: int) -> object:
    """Communities of the graph of nearest neighbours, at the least resolution tried that gives as many."""
    import networkx

    near = kneighbors_graph(figures, NEAREST, mode="distance")
    reach = near.max(axis=1).toarray().ravel()
    one, other = near.nonzero()
    near.data = np.exp(-(near.data**2) / (reach[one] * reach[other]))
    graph, resolution = networkx.from_scipy_sparse_array(near.maximum(near.T)), FIRST
    while len(found := networkx.community.louvain_communities(graph, resolution=resolution, seed=1)) < k:
        resolution *= GROWTH
    return found


def lines(full: bool = False) -> Iterator[Line]:
    """Communities at each size by graph and by k-means, what goes into choosing a number, neighbours and compacts."""
    sizes = {203: 1000, 3_500: 1000, 35_000: 20} if full else {203: 1000, 3_500: 50}
    beside = {"graph": "kNN and networkx loop", "k-means": "KMeans loop"}
    for (areas, draws), method in product(sizes.items(), beside):
        if method == "graph" and not find_spec("networkx"):
            continue
        some = SOME[areas]
        reference = alone(loop, areas, some, method)[0] * draws / some
        seconds, memory = alone(divide, areas, draws, method)
        what = f"communities by {method}, {areas:,} × 6, {draws:,} draws"
        cost = f"{1000 * seconds / (draws + SEEDS):,.0f} ms for each of the draws and {SEEDS} runs on all areas"
        if draws < WHOLE:
            cost += f": {seconds / (draws + SEEDS) * (WHOLE + SEEDS):,.0f} s for {WHOLE:,} draws, reckoned"
        note = f"peak {memory:,.0f} MiB; {cost}; the loop ran {some} draws"
        yield Line(what, seconds, reference, beside[method], "≥ 1 ×; ≤ 2 GiB", note)
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
