"""Which edition is served: the current one of a store, also when that changes while the server runs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from goodwork.errors import GoodWorkError
from goodwork.monitor import Monitor
from goodwork.store.editions import check_edition, open_edition

log = logging.getLogger("goodwork")


class CurrentEdition:
    """ASGI application that serves a store's current edition and looks every so often whether there is a newer one.

    A newer edition is opened beside the old one and every file of it checked; only then does it answer. One that cannot
    be opened is told of once, and the old one stays until the store names another. Requests under way end with the
    edition they began with.
    """

    def __init__(self, store: str | Path, make: Callable[[Monitor], ASGIApp], every: float = 2.0) -> None:
        """Raises ``EditionNotFound`` or another ``StoreError`` when there is nothing to begin with."""
        self.store, self.make, self.every = Path(store), make, every
        monitor = Monitor.open(self.store)
        self.name, self.app = monitor.edition.name, make(monitor)
        self._tried = self._told = ""
        self._looked = time.monotonic()
        self._looking: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and time.monotonic() - self._looked > self.every and self._looking is None:
            self._looking = asyncio.create_task(self._look_aside())
        await self.app(scope, receive, send)

    async def _look_aside(self) -> None:
        try:
            await asyncio.to_thread(self.look)
        finally:
            self._looked, self._looking = time.monotonic(), None

    def look(self) -> bool:
        """Whether a newer edition was found whole and now answers."""
        try:
            edition = open_edition(self.store)
            if edition.name in (self.name, self._tried):
                return False
            self._tried = edition.name
            check_edition(edition)
            monitor = Monitor(edition)
            app = self.make(monitor)
        except GoodWorkError as error:
            if str(error) != self._told:
                log.warning("the new edition is not served, %s stays: %s", self.name, error)
            self._told = str(error)
            return False
        self.name, self.app, self._tried, self._told = edition.name, app, "", ""
        log.warning("edition %s is served now", self.name)
        return True
