"""Where work is done: blocks of draws here, in threads, or on a cluster; whole questions in processes beside this one.
The result is the same to the last bit."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import current_process, get_context, parent_process
from types import ModuleType
from typing import Any, cast

from threadpoolctl import threadpool_limits

from goodwork.errors import GoodWorkError

#: Workers that one scheduler may lose while they hold a block, before the block is given up.
LOSSES = 5


@contextmanager
def workers(scheduler: str | None = None, threads: int | None = None) -> Iterator[Executor]:
    """An executor for blocks of draws: threads of this machine, or the workers of a Dask scheduler at an address such
    as ``tcp://10.0.0.5:8786``. A block whose worker is lost is computed again by another.

    Raises ``GoodWorkError`` where the library for clusters is not installed or nobody answers at the address.
    """
    if scheduler is None:
        with ThreadPoolExecutor(threads or cores()) as executor:
            yield executor
        return
    try:
        import distributed
    except ImportError:
        raise GoodWorkError(
            "a cluster needs the library dask.distributed", remedy="pip install 'goodwork[cluster]'"
        ) from None
    try:
        client: Any = cast(Any, distributed).Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise GoodWorkError(
            f"no scheduler answers at {scheduler}: {error}", remedy="start one with: dask scheduler; then: dask worker"
        ) from None
    with client:
        yield client.get_executor(pure=False, retries=LOSSES)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def alone() -> threadpool_limits:
    """While it is open, matrices are multiplied in one thread: so cores are not asked for twice, and the last digit
    does not hang on their number."""
    return threadpool_limits(1, user_api="blas")


@contextmanager
def processes(number: int, begin: Callable[..., None], *given: Any) -> Iterator[Executor | None]:
    """Processes beside this one, each of which begins with ``begin(*given)``: for work that holds Python's lock, so
    that threads would only take turns. ``None`` where there is none to be had (``number`` 0, one core, or already
    inside such a process): the work is then done here.

    They are new ones, not copies, so that no thread or lock of this process is in them; they end with it, however it
    ends.
    """
    if number < 1 or current_process().daemon or parent_process() is not None:
        yield None
        return
    script, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:  # the script that runs, which may have no guard against it, is not to be run again by each
        executor = ProcessPoolExecutor(number, get_context("spawn"), _settle, (begin, *given))
        for _ in range(number):
            executor.submit(os.getpid)
    except (ImportError, OSError, NotImplementedError):  # a system without semaphores
        executor = None
    finally:
        sys.modules["__main__"] = script
    try:
        yield executor
    finally:
        if executor is not None:
            executor.shutdown(cancel_futures=True)


def _settle(begin: Callable[..., None], *given: Any) -> None:
    """What a new process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    alone()
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()
    begin(*given)


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
