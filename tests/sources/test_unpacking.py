"""Packed answers unpack however they arrive, and every cut is seen."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from tests.recorded import server as faults
from tests.recorded.asking import CSV, HOME, patient
from tests.recorded.server import Provider, Reply

from goodwork.errors import SourceUnavailable
from goodwork.sources.exchange import Request
from goodwork.sources.unpacking import BrokenBody, codings, unpacked


def _raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def _brotli(content: bytes) -> bytes:
    brotli = pytest.importorskip("brotli", minversion="1.2")
    packed: bytes = brotli.compress(content)
    return packed


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "two members": ("x-gzip", lambda content: gzip.compress(content[:99]) + gzip.compress(content[99:]) + b"\0\0"),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", _raw_deflate),
    "brotli": ("br", _brotli),
    "twice": ("deflate, GZIP", lambda content: gzip.compress(zlib.compress(content))),
    "not": ("identity", lambda content: content),
}


@pytest.mark.parametrize(("coding", "packer"), PACKERS.values(), ids=PACKERS.keys())
@pytest.mark.parametrize("size", [1, 7, 65536])
def test_packed_answers_unpack_however_they_arrive(coding: str, packer: Callable[[bytes], bytes], size: int) -> None:
    for content in (b"", b"a", CSV, bytes(300_000), CSV * 50):
        packed = packer(content)
        pieces = list(unpacked((packed[n : n + size] for n in range(0, len(packed), size)), coding))
        assert b"".join(pieces) == content
        if coding not in ("identity", "br"):
            assert max(map(len, pieces), default=0) <= 2**16


@pytest.mark.parametrize("name", [name for name in PACKERS if name not in ("not", "two members")])
def test_every_cut_of_a_packed_answer_is_seen(name: str) -> None:
    """Unpacked bytes, and a cut between two members, can only be seen by the length of the answer."""
    coding, packer = PACKERS[name]
    packed = packer(CSV[:300])
    for at in range(1, len(packed)):
        with pytest.raises(BrokenBody):
            list(unpacked([packed[:at]], coding))
    assert list(unpacked([], coding)) == []


def test_a_coding_that_is_not_known_is_said(provider: Provider) -> None:
    provider.serve(HOME, CSV, {"Content-Encoding": "zstd"})
    with patient(provider) as client, pytest.raises(SourceUnavailable, match="'zstd', which cannot be read"):
        client.get(Request(HOME))
    assert provider.asked[0].headers["accept-encoding"] == ", ".join(codings())


def test_a_packed_answer_comes_unpacked(provider: Provider) -> None:
    reply = faults.packed(Reply(CSV))
    provider.serve(HOME, reply.content, reply.headers)
    with patient(provider) as client:
        assert client.get(Request(HOME)).content == CSV
