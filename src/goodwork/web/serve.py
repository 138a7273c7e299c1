"""Run the web server on one port until it is told to stop, in one process or several."""

from __future__ import annotations

import ipaddress
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from goodwork.errors import DeclarationError, ServeError
from goodwork.model.plans import Plans
from goodwork.monitor import Monitor
from goodwork.report import typesetting
from goodwork.report.view import view_of
from goodwork.store import apart
from goodwork.store.editions import open_edition
from goodwork.store.tables import disk_errors
from goodwork.web.app import create_app
from goodwork.web.serving.access_log import AccessLog
from goodwork.web.serving.current import CurrentEdition
from goodwork.web.serving.thrift import Thrift, give_back
from goodwork.web.small.sliced import many

#: Requests a second that one reader may make where strangers can reach the server.
RATE = 20.0
GRACE = 5
#: Seconds that a process may take to open the edition, or to answer at all, before it is replaced.
PATIENCE = 60


@dataclass(frozen=True)
class Application:
    """How the served application is made; every process makes its own."""

    store: str
    rate: float = 0.0
    log: str = ""
    plans: Plans | None = None

    def __call__(self) -> ASGIApp:
        """Open the store's current edition and answer from it, and from the next one when it comes."""

        def make(monitor: Monitor) -> ASGIApp:
            view_of.cache_clear()  # of the edition before, which nobody will ask for again
            if not many(monitor):
                monitor.cuts.hold()
            return create_app(monitor, rate=self.rate, plans=self.plans)

        give_back()
        typesetting.apart()
        apart.apart()
        app: ASGIApp = Thrift(CurrentEdition(self.store, make))
        return AccessLog(app, _written_to(self.log)) if self.log else app


def _written_to(log: str) -> TextIO:
    if log == "-":
        return sys.stdout
    with disk_errors(Path(log)):
        return open(log, "a", encoding="utf-8")  # open as long as the server runs


def serve(
    store_path: str | Path,
    host: str = "127.0.0.1",
    port: int = 8765,
    on_ready: Callable[[str], None] | None = None,
    *,
    workers: int = 1,
    rate: float | None = None,
    log: str = "",
    plans: Plans | None = None,
) -> None:
    """Serve the current edition of a store until Ctrl-C or SIGTERM; requests under way are finished first.

    ``on_ready`` is called with the address once it answers. ``port`` 0 takes any free port. ``workers``: processes
    that share the port, each with the edition in its own memory; one that dies is replaced. ``rate``: requests a second
    from one reader, over all processes; 0 for no limit, and if left out no limit on this machine alone, else ``RATE``.
    ``log``: a file for one line per answer, ``-`` for the terminal. ``plans``: what places brought of their own, shown
    beside every edition. Raises ``ServeError`` when the port is taken or the
    host is not ours, ``EditionNotFound`` when there is no edition.
    """
    if workers < 1:
        raise DeclarationError(f"{workers} processes cannot serve", remedy="--workers 1 or more")
    if rate is None:
        rate = 0.0 if is_own(host) else RATE
    make = Application(str(store_path), rate / workers, log, plans)
    app = make() if workers == 1 else make
    open_edition(Path(store_path))
    with listening(host, port) as taken:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{taken.getsockname()[1]}/"
        config = uvicorn.Config(
            app, factory=workers > 1, workers=workers, log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=GRACE, timeout_worker_healthcheck=PATIENCE,
        )  # fmt: skip

        def ready() -> None:
            if on_ready:
                on_ready(address)

        if workers > 1:
            _Processes(config, [taken], ready).run()
            return
        try:
            _Server(config, ready).run(sockets=[taken])
        except KeyboardInterrupt:
            return


def is_own(host: str) -> bool:
    """Whether only programs of this machine can reach an address.

    >>> is_own("127.0.0.1"), is_own("::1"), is_own("localhost"), is_own("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that the port is ours before anything is promised."""
    try:
        if not 0 <= port <= 65535:  # beyond it, a resolver counts on from 0
            raise OverflowError
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except (OSError, OverflowError, UnicodeError):
        raise ServeError(
            f"{host!r} port {port} is not an address to serve on",
            remedy="use --host 127.0.0.1 and a --port from 0 to 65535",
        ) from None
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise ServeError(
            f"port {port} on {host} cannot be used: {error.strerror or error}",
            remedy=f"stop the other program or choose another port: --port {port + 1 if port < 65535 else 8766}",
            port=port,
        ) from None
    return bound


class _Server(uvicorn.Server):
    """uvicorn, which tells when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()


class _Processes(Multiprocess):
    """uvicorn's processes, which tell when all of them answer."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], ready: Callable[[], None]) -> None:
        super().__init__(config, sockets)
        self._ready = ready

    def init_processes(self) -> None:
        super().init_processes()
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        waiting = list(self.processes)
        while waiting and not self.should_exit.is_set():
            waiting = [one for one in waiting if not one.is_ready(1)]
            time.sleep(0.1)
        if not self.should_exit.is_set():
            self._ready()
