"""How benchmarks take time and memory."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from threadpoolctl import threadpool_limits


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


def peak() -> float:
    """Most memory this process has held so far, MiB, NaN where the system does not tell: unlike that of getrusage it
    does not begin at what the parent held."""
    status = Path("/proc/self/status")
    held = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii")) if status.exists() else None
    return float(held[1]) / 1024 if held else float("nan")


def alone(work: Callable[..., object], *given: object) -> tuple[float, float]:
    """CPU seconds of a function of this folder on one thread, first run, in a process of its own, and the most MiB that
    the process holds."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(_measured, work, given).result()


def _measured(work: Callable[..., object], given: tuple[object, ...]) -> tuple[float, float]:
    with threadpool_limits(1):
        return cpu(lambda: work(*given), runs=1, warm=False), peak()
