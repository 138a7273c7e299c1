"""Run the web server on one port until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from goodwork.errors import ServeError
from goodwork.monitor import Monitor
from goodwork.web.app import create_app


def serve(
    store_path: str | Path,
    host: str = "127.0.0.1",
    port: int = 8765,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Open the edition at ``store_path`` and serve it until Ctrl-C or SIGTERM; requests under way are finished first.

    ``on_ready`` is called with the address once it answers. ``port`` 0 takes any free port. Raises ``ServeError`` when
    the port is taken or the host is not ours, ``EditionNotFound`` when there is no edition.
    """
    app = create_app(Monitor.open(store_path))
    with listening(host, port) as taken:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{taken.getsockname()[1]}/"
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5
        )
        server = _Server(config, lambda: on_ready(address) if on_ready else None)
        try:
            server.run(sockets=[taken])
        except KeyboardInterrupt:
            return


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
