"""Where blocks of draws are computed: here, in threads, or on a cluster; the result is the same."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, cast

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
        with ThreadPoolExecutor(threads) as executor:
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
