"""Answers remembered with their bytes: an edition never changes, so what was answered once is answered again at once.

An answer is kept packed (brotli, and gzip once somebody asked for it), each form under its own strong entity tag, until
newer ones need the room: a page takes a sixth of its length. A reader who has it already gets ``304``. What comes in
parts is passed on (``passing``) and not kept.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goodwork.web.serving.passing import Enough, Passing

Raw = list[tuple[bytes, bytes]]
Key = tuple[str, bytes, bytes]

#: Bytes of answers that are remembered, as they are held; the largest answer that is.
ROOM, LARGEST = 12 << 20, 1 << 20
#: Answers shorter than this are not packed: the headers would eat the gain.
SHORTEST = 600
PLAIN, HELD = "identity", "br"
#: Kinds of content that are worth packing.
WORDY = (b"text/", b"application/json", b"application/problem+json", b"application/xml", b"application/atom+xml",
         b"image/svg+xml", b"application/openapi", b"application/manifest+json")  # fmt: skip
#: What the reader sends that does not change what is answered, or that is dealt with here.
OURS = frozenset((b"if-none-match", b"if-modified-since", b"accept-encoding", b"range"))
MADE_HERE = frozenset((b"etag", b"content-length", b"content-encoding", b"vary"))


def pack(body: bytes, coding: str, swift: bool = True) -> bytes:
    """The bytes in a coding; ``swift`` for a reader who waits, else as small as they get. The same bytes every time.

    >>> brotli.decompress(pack(b"good work", "br")), gzip.decompress(pack(b"good work", "gzip"))
    (b'good work', b'good work')
    """
    if coding == "br":
        return bytes(brotli.compress(body, quality=5 if swift else 10))
    return gzip.compress(body, 6 if swift else 9, mtime=0) if coding == "gzip" else body


def coding_for(accepted: str) -> str:
    """The coding to answer in: brotli before gzip, whichever the reader takes.

    >>> coding_for("gzip, deflate, br"), coding_for("gzip;q=1, br;q=0"), coding_for("")
    ('br', 'gzip', 'identity')
    """
    taken = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        taken[name.strip()] = weight.strip().removeprefix("q=").strip() not in ("0", "0.0", "0.00", "0.000")
    return next((coding for coding in ("br", "gzip") if taken.get(coding)), PLAIN)


@dataclass
class Answer:
    """One finished answer: its ``body`` as it is held, packed where it ``packs``, and the forms that were sent."""

    headers: Raw
    body: bytes
    packs: bool
    digest: str
    forms: dict[str, tuple[Raw, bytes, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, headers: Raw, body: bytes, packs: bool) -> Answer:
        """The answer that was made."""
        digest = hashlib.sha256(body).hexdigest()[:24]
        return cls(headers, pack(body, HELD) if packs else body, packs, digest)

    def form(self, coding: str) -> tuple[Raw, bytes, str]:
        """Headers, bytes and entity tag in a coding; all but the unpacked form of what packs is remembered."""
        coding = coding if self.packs else PLAIN
        if (known := self.forms.get(coding)) is not None:
            return known
        body = self.body
        if self.packs and coding != HELD:
            body = pack(brotli.decompress(body), coding)
        tag = f'"{self.digest}"' if coding == PLAIN else f'"{self.digest}-{coding}"'
        headers = [*self.headers, (b"etag", tag.encode()), (b"content-length", str(len(body)).encode())]
        if coding != PLAIN:
            headers.append((b"content-encoding", coding.encode()))
        if coding != PLAIN or not self.packs:
            self.forms[coding] = headers, body, tag
        return headers, body, tag

    @property
    def size(self) -> int:
        """Bytes held, packed forms as if both were there."""
        return len(self.body) * (2 if self.packs else 1) + 1024


class Wanted(NamedTuple):
    """What a reader wants of an answer, whatever it is: its coding, its headers only, and the tags of what is there."""

    coding: str
    head: bool
    known: list[str]


class Finished:
    """ASGI middleware that answers from memory what the application answered before; ``room`` bytes of it."""

    def __init__(self, app: ASGIApp, room: int = ROOM) -> None:
        self.app, self.room = app, room
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._held = 0
        self._making: dict[Key, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        sent: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            sent[name] = sent[name] + b"," + value if name in sent else value
        accepted = sent.get(b"accept", b"") if scope["path"].startswith("/api") else b""
        wanted = Wanted(
            coding_for(sent.get(b"accept-encoding", b"").decode("latin-1")), scope["method"] == "HEAD",
            [part.strip().removeprefix("W/") for part in sent.get(b"if-none-match", b"").decode("latin-1").split(",")],
        )  # fmt: skip
        key = scope["path"], scope["query_string"], accepted
        answer = self._kept.get(key)
        if answer is None:
            answer = await self._make(key, wanted, scope, receive, send)
            if answer is None:
                return
        else:
            self._kept.move_to_end(key)
        coding = wanted.coding if answer.packs else PLAIN
        if coding in answer.forms or coding == HELD or not answer.packs:
            headers, body, tag = answer.form(coding)
        else:
            headers, body, tag = await run_in_threadpool(answer.form, coding)
        if "*" in wanted.known or tag in wanted.known:
            kept = [(n, v) for n, v in headers if n not in (b"content-length", b"content-type", b"content-encoding")]
            await send({"type": "http.response.start", "status": 304, "headers": kept})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        await send({"type": "http.response.body", "body": b"" if wanted.head else body})

    async def _make(self, key: Key, wanted: Wanted, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """The answer to a request that is new; ``None`` when the application answered otherwise and that was sent.
        Of many who ask the same at once one is served by the application, the others wait for it."""
        if (making := self._making.get(key)) is not None:
            await making.wait()
            if (answer := self._kept.get(key)) is not None:
                return answer
        mine = self._making.setdefault(key, asyncio.Event())
        try:
            answer = await self._ask(wanted, mine, scope, receive, send)
            if answer is not None and len(answer.body) <= LARGEST:
                self._keep(key, answer)
            return answer
        finally:
            mine.set()
            if self._making.get(key) is mine:
                del self._making[key]

    async def _ask(
        self, wanted: Wanted, making: asyncio.Event, scope: Scope, receive: Receive, send: Send
    ) -> Answer | None:
        start: Message = {}
        body = b""
        passing: Passing | None = None

        async def catching(message: Message) -> None:
            nonlocal start, body, passing
            if message["type"] == "http.response.start":
                start = message
                if start["status"] != 200:
                    await send(start)
            elif start["status"] != 200:
                await send(message)
            elif passing is None and not message.get("more_body"):
                body = message.get("body", b"")
            else:
                if passing is None:
                    making.set()  # nothing will be kept: nobody need wait for it
                    headers = _told(start, (b"vary",))
                    coding = wanted.coding if _wordy(headers) else PLAIN
                    passing = Passing(headers, coding, wanted.known, send)
                    await passing.begin(head=wanted.head)
                await passing.part(message)

        plain = {
            **scope, "method": "GET", "headers": [pair for pair in scope["headers"] if pair[0] not in OURS]
        }  # fmt: skip
        with suppress(Enough, ClientDisconnect):
            await self.app(plain, receive, catching)
        if start["status"] != 200 or passing is not None:
            return None
        headers = _told(start, MADE_HERE)
        packs = len(body) >= SHORTEST and _wordy(headers)
        return await run_in_threadpool(Answer.of, headers, body, packs) if packs else Answer.of(headers, body, packs)

    def _keep(self, key: tuple[str, bytes, bytes], answer: Answer) -> None:
        self._kept[key] = answer
        self._held += _size(key, answer)
        while self._held > self.room and len(self._kept) > 1:
            self._held -= _size(*self._kept.popitem(last=False))


def _size(key: Key, answer: Answer) -> int:
    """Bytes that are held for an answer and the question it answers."""
    return sum(map(len, key)) + answer.size


def _told(start: Message, without: Collection[bytes]) -> Raw:
    """The headers of an answer, in small letters, without some; it differs by the coding that is taken."""
    headers = [(n.lower(), v) for n, v in start["headers"]]
    varies = {p.strip() for n, v in headers if n == b"vary" for p in v.decode("latin-1").split(",")}
    vary = ", ".join(sorted(varies | {"Accept-Encoding"})).encode()
    return [*(pair for pair in headers if pair[0] not in without and pair[0] != b"vary"), (b"vary", vary)]


def _wordy(headers: Raw) -> bool:
    return next((v for n, v in headers if n == b"content-type"), b"").startswith(WORDY)
