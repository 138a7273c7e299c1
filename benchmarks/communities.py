"""Speed of communities, neighbours and compacts; invented figures, CPU seconds of this process.

Communities of many areas are run with few draws: time is linear in draws, which the line shows. Nothing holds a table
of areas by areas beyond 5,000 areas, which the peak of memory shows.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from functools import partial

import numpy as np
from clock import cpu

from goodwork.analysis.clusters import communities
from goodwork.analysis.compacts import compacts
from goodwork.analysis.neighbours import neighbours


def peak() -> float:
    """Most memory this process has held so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def invented(areas: int, members: int = 6) -> np.ndarray:
    """A continuum with two factors behind it, as official figures have."""
    rng = np.random.default_rng(areas)
    return rng.standard_normal((areas, 2)) @ rng.standard_normal((2, members)) + rng.standard_normal((areas, members))


def lines(full: bool = False) -> list[str]:
    """What was done, how long it took, and the most memory held by then."""
    found = []

    def line(what: str, work: Callable[[], object], target: str = "") -> None:
        seconds = cpu(work, runs=1, warm=False)
        found.append(f"{what:62s} {seconds:7.2f} s   peak {peak():6,.0f} MiB   {target}")
        print(found[-1], flush=True)

    small = invented(203)
    line("communities, 203 areas, k = 4, 1,000 draws", lambda: communities(small, 4, numbers=()), "a few seconds")
    line("the same, k-means", lambda: communities(small, 4, numbers=(), method="k-means"))
    line("comparison of 2 to 8 communities and 1,000 draws", lambda: communities(small, 4), "≤ 15 s")
    line("neighbours, 203 areas", lambda: neighbours(small))
    line("compacts of 4 to 8, 203 areas", lambda: compacts(small))
    for areas, draws in ((3_500, 1000 if full else 50), (35_000, 100 if full else 10)):
        many = invented(areas)
        what = f"communities, {areas:,} areas, k = 4, {draws:,} draws"
        line(what, partial(communities, many, 4, numbers=(), draws=draws))
        line(f"neighbours, {areas:,} areas", partial(neighbours, many))
    return found


if __name__ == "__main__":
    lines("--full" in sys.argv)
