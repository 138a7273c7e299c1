"""How a serving process stays small: few threads, and memory that is free given back to the system."""

from __future__ import annotations

import ctypes
import sys
import time
from contextlib import suppress

import anyio.to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

#: Threads that make pages. They share one interpreter: more of them hold more, and make nothing sooner.
THREADS = 4
#: Settings of the GNU C library's mallopt(3); a block of so many bytes is a mapping of its own, given back whole.
TRIM, MAPPED, ARENAS = -1, -3, -8
BLOCK = 128 << 10
#: Seconds between two sweeps while somebody asks.
EVERY = 2.0


def give_back() -> None:
    """Have freed memory return to the system, where the C library can be told so; elsewhere nothing happens."""
    with suppress(OSError, AttributeError):
        library = _library()
        for setting, value in ((ARENAS, 2), (MAPPED, BLOCK), (TRIM, BLOCK)):
            library.mallopt(setting, value)


def _library() -> ctypes.CDLL:
    if not sys.platform.startswith("linux"):
        raise OSError("no GNU C library")
    return ctypes.CDLL(None)


class Thrift:
    """ASGI middleware that keeps the threads few, and sweeps free memory out every few seconds while it is asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self._swept = app, time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        await self.app(scope, receive, send)
        if (now := time.monotonic()) - self._swept > EVERY:
            self._swept = now
            with suppress(OSError, AttributeError):
                await anyio.to_thread.run_sync(_library().malloc_trim, 0)
