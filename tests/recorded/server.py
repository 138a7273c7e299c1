"""A real HTTP server on 127.0.0.1 that plays providers from recorded bytes, with every way they go wrong.

::

    with Provider() as provider:
        provider.serve("https://www.nomisweb.co.uk/api/v01/x.csv", b"…", faults=[broken(502), cut(10)])
        client = Client(provider.transport())             # declared addresses, real sockets
        client.get(Request("https://www.nomisweb.co.uk/api/v01/x.csv"))
        provider.asked                                    # what came, in order

Addresses that begin with ``/`` are the server's own (``provider.url + path``). An address may hold a query: then it
must match as it stands; without one it answers every query. Faults are used up, one per request, then the answer is
whole.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import httpx

#: How long a fault may keep a connection busy: whoever waits longer than this has no limit of time.
LONGEST_FAULT = 30.0


@dataclass(frozen=True)
class Asked:
    """One request that came: the address as ``serve`` knows it, with its query; headers by lower-case name."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What a provider answers."""

    content: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Fault = Callable[["_Handler", Reply], None]


def answered(status: int, content: bytes = b"", **headers: str) -> Fault:
    """Another answer in place of the right one; ``Retry_After="3"`` gives the header ``Retry-After``."""
    reply = Reply(content, status, {name.replace("_", "-"): value for name, value in headers.items()})
    return lambda handler, _: handler.send(reply)


def broken(status: int = 502) -> Fault:
    """The page of a gateway that has lost its server."""
    return answered(status, b"<html><head><title>Bad Gateway</title></head></html>", Content_Type="text/html")


def busy(retry_after: str = "") -> Fault:
    """Too many requests."""
    return answered(429, b"Too many requests", **({"Retry_After": retry_after} if retry_after else {}))


def web_page(title: str = "Sorry, the query is not known") -> Fault:
    """A web page with status 200 where figures are expected."""
    return answered(200, f"<!DOCTYPE html><html><title>{title}</title></html>".encode(), Content_Type="text/html")


def redirected(to: str, status: int = 302) -> Fault:
    """The answer lies elsewhere."""
    return answered(status, b"", Location=to)


def cut(at: int) -> Fault:
    """The connection ends after ``at`` bytes of the body, though more were announced."""
    return lambda handler, reply: handler.send(reply, send=reply.content[:at], hang_up=True)


def reset(handler: _Handler, reply: Reply) -> None:
    """The connection is reset before a byte of the answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def wrong_length(by: int) -> Fault:
    """The announced length is wrong by so many bytes; then the connection ends."""
    return lambda handler, reply: handler.send(reply, length=len(reply.content) + by, hang_up=True)


def unmeasured(at: int | None = None) -> Fault:
    """No length is announced: the body ends where the connection does (after ``at`` bytes)."""
    return lambda handler, reply: handler.send(reply, length=None, send=reply.content[:at], hang_up=True)


def dripping(every: float = 0.1, headers_too: bool = False) -> Fault:
    """A byte now and then, without end ("slow loris"); with ``headers_too`` not even the headers end."""

    def drip(handler: _Handler, reply: Reply) -> None:
        start = b"HTTP/1.1 200 OK\r\n" + (b"X-Slow: " if headers_too else b"Content-Length: 1000000\r\n\r\n")
        end = time.monotonic() + LONGEST_FAULT
        with suppress(OSError):
            handler.wfile.write(start)
            while time.monotonic() < end and not handler.provider.closing.wait(every):
                handler.wfile.write(b"a")
        handler.close_connection = True

    return drip


def silent(seconds: float = LONGEST_FAULT) -> Fault:
    """No answer at all."""

    def wait(handler: _Handler, reply: Reply) -> None:
        handler.provider.closing.wait(seconds)
        handler.close_connection = True

    return wait


def bomb(size: int) -> Fault:
    """A small body that unpacks to ``size`` bytes."""
    block = gzip.compress(bytes(2**20))
    packed = block * (size // 2**20)
    return answered(200, packed, Content_Encoding="gzip", Content_Type="text/csv")


def declared(content_type: str) -> Fault:
    """The right bytes with another declaration of what they are (``text/csv; charset=utf-16``)."""
    return lambda handler, reply: handler.send(
        Reply(reply.content, reply.status, {**reply.headers, "Content-Type": content_type})
    )


def packed(reply: Reply) -> Reply:
    """The same answer, gzipped."""
    return Reply(gzip.compress(reply.content), reply.status, {**reply.headers, "Content-Encoding": "gzip"})


class Provider:
    """The server: ``serve`` says what it answers, ``asked`` is what it was asked; ``certificate`` makes it TLS."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._served: dict[str, tuple[Callable[[Asked], Reply], Iterator[Fault]]] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.provider = self
        self.port = int(self._server.server_address[1])
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"

    def serve(
        self,
        address: str,
        content: bytes | Callable[[Asked], Reply],
        headers: Mapping[str, str] | None = None,
        faults: Sequence[Fault] = (),
        status: int = 200,
    ) -> None:
        """Answer an address with these bytes (or with what a function makes of the request), after the faults."""
        if isinstance(content, bytes):
            reply = Reply(content, status, headers or {})
            self._served[address] = (lambda asked: reply, iter(faults))
        else:
            self._served[address] = (content, iter(faults))

    def transport(self) -> httpx.BaseTransport:
        """A transport that brings every request here, whatever host it is addressed to."""
        return _Readdressed(self.port)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> tuple[Reply, Fault | None]:
        """What is to be answered, and what is to go wrong."""
        with self._lock:
            self.asked.append(asked)
            found = self._served.get(asked.address) or self._served.get(asked.address.partition("?")[0])
            if found is None:
                return Reply(b"NotFound", 404, {"Content-Type": "text/plain"}), None
            fault = next(found[1], None)
        reply = found[0](asked)
        if _unchanged(asked, reply):
            reply = Reply(b"", 304, {name: reply.headers[name] for name in reply.headers if name.lower() == "etag"})
        return reply, fault


def _unchanged(asked: Asked, reply: Reply) -> bool:
    tags = {name.lower(): value for name, value in reply.headers.items()}
    return reply.status == 200 and (
        (bool(tags.get("etag")) and asked.headers.get("if-none-match") == tags["etag"])
        or (bool(tags.get("last-modified")) and asked.headers.get("if-modified-since") == tags["last-modified"])
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    provider: Provider

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no event."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = LONGEST_FAULT
    disable_nagle_algorithm = True

    @property
    def provider(self) -> Provider:
        found: Provider = self.server.provider
        return found

    def _take(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = headers.get("host", "")
        here = host.partition(":")[0] in ("127.0.0.1", "localhost")
        body = self.rfile.read(int(headers.get("content-length", 0)))
        address = self.path if here else f"{headers.get('x-scheme', 'https')}://{host}{self.path}"
        reply, fault = self.provider.answer(Asked(self.command, address, headers, body))
        fault(self, reply) if fault else self.send(reply)

    do_GET = do_POST = _take  # noqa: N815

    def send(self, reply: Reply, *, length: int | None = -1, send: bytes | None = None, hang_up: bool = False) -> None:
        """Write an answer, with a length other than its own or a body other than its own where asked."""
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(len(reply.content) if length == -1 else length))
        if hang_up:
            self.send_header("Connection", "close")
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(reply.content if send is None else send)
        self.close_connection = self.close_connection or hang_up

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


class _Readdressed(httpx.HTTPTransport):
    """Sends every request to the local server; the ``Host`` header still names the provider."""

    def __init__(self, port: int) -> None:
        super().__init__(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))  # never used: the way here is plain
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return super().handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port),
                headers=[*request.headers.multi_items(), ("X-Scheme", request.url.scheme)],
                stream=request.stream,
                extensions=request.extensions,
            )
        )
