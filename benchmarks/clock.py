"""How benchmarks take time."""

from __future__ import annotations

import time
from collections.abc import Callable


def cpu(work: Callable[[], object], runs: int = 3, *, warm: bool = True) -> float:
    """Least CPU time of this process over some runs; ``warm`` runs once before that does not count."""
    if warm:
        work()
    found = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)
