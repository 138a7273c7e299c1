"""Content codings taken off while the bytes come in: piece by piece, so that a bomb is met before it has burst."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType

PIECE = 2**16
_RAW_DEFLATE, _ZLIB, _GZIP = -zlib.MAX_WBITS, zlib.MAX_WBITS, zlib.MAX_WBITS | 16


class BrokenBody(Exception):
    """The bytes of an answer do not unpack: they were cut on the way, or are not what their coding says."""


def codings() -> tuple[str, ...]:
    """The content codings that can be taken off, in the order they are asked for (Brotli where its library is).

    >>> codings()[-2:]
    ('gzip', 'deflate')
    """
    return (*(("br",) if _brotli() else ()), "gzip", "deflate")


def unpacked(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The bytes under a ``Content-Encoding``, in pieces of about 64 KiB whatever they unpack to.

    Several codings (``gzip, br``) are taken off from the last to the first. Raises ``BrokenBody`` for bytes that are
    damaged, that end too early, or whose coding is not known.

    >>> import gzip
    >>> b"".join(unpacked([gzip.compress(b"area,value")], "gzip"))
    b'area,value'
    """
    for name in reversed([part.strip().lower() for part in coding.split(",")]):
        if name in ("", "identity"):
            continue
        if name not in _UNPACK or (name == "br" and not _brotli()):
            raise BrokenBody(f"the answer is packed as {name!r}, which cannot be read here")
        chunks = _UNPACK[name](chunks)
    yield from chunks


def _gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return _inflate(chunks, _GZIP)


def _undeflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """``deflate`` means zlib by the standard and raw deflate by some servers: the first two bytes tell."""
    chunks = iter(chunks)
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= 2:
            break
    wrapped = len(head) >= 2 and head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0

    def again() -> Iterator[bytes]:
        yield head
        yield from chunks

    return _inflate(again(), _ZLIB if wrapped else _RAW_DEFLATE)


def _inflate(chunks: Iterable[bytes], window: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(window)
    begun = False
    try:
        for chunk in chunks:
            data = chunk
            while data:
                if inflater.eof:  # a further gzip member; zeros are padding
                    if not data.strip(b"\0"):
                        break
                    inflater = zlib.decompressobj(window)
                begun = True
                if piece := inflater.decompress(data, PIECE):
                    yield piece
                data = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        if tail := inflater.flush():
            yield tail
    except zlib.error as error:
        raise BrokenBody(f"the packed answer is damaged ({error})") from None
    if begun and not inflater.eof:
        raise BrokenBody("the packed answer ends too early")


def _unbrotli(chunks: Iterable[bytes]) -> Iterator[bytes]:
    brotli = _brotli()
    assert brotli is not None
    opener = brotli.Decompressor()
    begun = False
    try:
        for chunk in chunks:
            begun = begun or bool(chunk)
            data = chunk
            while True:
                piece: bytes = opener.process(data, output_buffer_limit=PIECE)
                if piece:
                    yield piece
                if not piece or opener.is_finished():
                    break
                data = b""
    except brotli.error:
        raise BrokenBody("the packed answer is damaged (brotli)") from None
    if begun and not opener.is_finished():
        raise BrokenBody("the packed answer ends too early")


def _brotli() -> ModuleType | None:
    """The Brotli library where it is and can unpack piece by piece (1.2 or newer); it is not needed."""
    try:
        import brotli
    except ImportError:
        return None
    found: ModuleType = brotli
    return found if hasattr(found.Decompressor, "can_accept_more_data") else None


_UNPACK: dict[str, Callable[[Iterable[bytes]], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
}
