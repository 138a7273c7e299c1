"""Answers that come in parts, too large to be remembered: sent on as they come, packed on the way."""

from __future__ import annotations

import zlib
from typing import Any, Protocol

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Send

#: Letters of a packer's window, as a power of two: 4 MB less for each answer under way.
WINDOW = 18


class Enough(OSError):
    """Told to who makes the parts, as if the reader had gone: nobody wants the rest."""


class Packer(Protocol):
    """What packs parts one after the other."""

    def pack(self, part: bytes) -> bytes:
        """What can be sent once this part is known."""

    def end(self) -> bytes:
        """The rest."""


class _Brotli:
    def __init__(self) -> None:
        self._own = brotli.Compressor(quality=4, lgwin=WINDOW)

    def pack(self, part: bytes) -> bytes:
        return bytes(self._own.process(part))

    def end(self) -> bytes:
        return bytes(self._own.finish())


class _Gzip:
    def __init__(self) -> None:
        self._own = zlib.compressobj(5, wbits=31)

    def pack(self, part: bytes) -> bytes:
        return self._own.compress(part)

    def end(self) -> bytes:
        return self._own.flush()


class _Plain:
    def pack(self, part: bytes) -> bytes:
        return part

    def end(self) -> bytes:
        return b""


def packer(coding: str) -> Packer:
    """What packs in a coding; the same parts give the same bytes.

    >>> one = packer("br")
    >>> brotli.decompress(one.pack(b"good ") + one.pack(b"work") + one.end())
    b'good work'
    """
    return _Brotli() if coding == "br" else _Gzip() if coding == "gzip" else _Plain()


class Passing:
    """One such answer. Its ``headers`` hold a strong tag of the whole as it is made; each coding has its own."""

    def __init__(self, headers: list[tuple[bytes, bytes]], coding: str, known: list[str], send: Send) -> None:
        self.coding, self.send, self._packer = coding, send, packer(coding)
        told = dict(headers)
        tag = told.get(b"etag", b"").decode("latin-1")
        if coding != "identity":
            told.pop(b"content-length", None)
            told[b"content-encoding"] = coding.encode()
            if tag:
                tag = f'{tag[:-1]}-{coding}"'
                told[b"etag"] = tag.encode()
        self.headers = list(told.items())
        self.same = bool(tag) and ("*" in known or tag in known)

    async def begin(self, *, head: bool) -> None:
        """Send the headers; raises ``Enough`` where nothing else is wanted."""
        kept = (b"content-length", b"content-type", b"content-encoding")
        headers = [pair for pair in self.headers if not self.same or pair[0] not in kept]
        await self.send({"type": "http.response.start", "status": 304 if self.same else 200, "headers": headers})
        if self.same or head:
            await self.send({"type": "http.response.body", "body": b""})
            raise Enough

    async def part(self, message: Message) -> None:
        """Send one part on."""
        body: Any = message.get("body", b"")
        more = bool(message.get("more_body"))
        packed = await run_in_threadpool(self._packer.pack, body) if body else b""
        packed += b"" if more else await run_in_threadpool(self._packer.end)
        if packed or not more:
            await self.send({"type": "http.response.body", "body": packed, "more_body": more})
