"""Work cut into blocks, handed to any executor and taken back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Blocks under way at a time: enough to keep the workers busy, few enough to hold in memory.
AHEAD = 8


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], executor: Executor | None = None, ahead: int = AHEAD
) -> Iterator[Result]:
    """``function`` of every item, in the order of the items, however the executor runs them; at most ``ahead`` are
    under way or waiting to be taken, so that memory does not grow with their number.

    Without an executor the work is done here. An error in one item is raised where its result would be; what has not
    begun by then is cancelled.

    >>> list(in_order(abs, [-2, 1, -3]))
    [2, 1, 3]
    """
    if executor is None:
        yield from map(function, items)
        return
    waiting: deque[Future[Any]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(function, item))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
