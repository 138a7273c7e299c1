"""The one HTTP client: asks politely, tries again, checks what came, and never tells a secret.

Everything that can go wrong on the way ends as a ``SourceError``: ``SourceUnavailable`` when it may go well later,
``SourceChanged`` when the address, the query or the answer is no longer what was declared. Certificates are always
verified. ``transport`` is the seam at which tests stand in for the network.
"""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn, Self

import httpx

from goodwork.errors import SourceChanged, SourceUnavailable, StoreError
from goodwork.plugins import Tell, untold
from goodwork.sources.courtesy import LIMITS, Courtesy, Limits, jittered
from goodwork.sources.exchange import Answer, Cache, Kept, Request
from goodwork.sources.webpages import refuse_html
from goodwork.sources.wire import LATER, Redirected, Trouble, Wire, check_request, host_of

__all__ = ["Answer", "Client", "Request", "refuse_html"]

MAX_REDIRECTS = 5


class Client:
    """Asks providers for files: politely, again when it fails for the moment, and only over verified connections.

    ``cache`` finds answers kept earlier: online they spare a download (``If-None-Match``), ``offline`` they are all
    there is. ``tell`` is told of progress. One request with all its tries takes at most ``time_cap`` seconds; a
    provider that asks to be left alone for longer than ``patience`` seconds is not waited for. ``seed`` fixes the
    jitter; ``clock``, ``sleep`` and ``now`` stand in for time in tests. Several threads may use one client; each host
    is asked by one of them at a time.

    >>> answer = httpx.Response(200, content=b"area,value")
    >>> with Client(httpx.MockTransport(lambda request: answer)) as client:
    ...     client.get(Request("https://example.org/data.csv", promised="csv")).content
    b'area,value'
    """

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        *,
        offline: bool = False,
        cache: Cache | None = None,
        tell: Tell = untold,
        tries: int = 5,
        time_cap: float = 600.0,
        patience: float = 120.0,
        limits: Mapping[str, Limits] = LIMITS,
        seed: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._wire = Wire(transport, clock, now, tell)
        self._offline, self._cache, self._tell = offline, cache, tell
        self._tries, self._time_cap, self._patience = tries, time_cap, patience
        self._courtesy, self._chance = Courtesy(limits), random.Random(seed)
        self._clock, self._sleep, self._now = clock, sleep, now
        self._turns: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection."""
        self._wire.close()

    def get(self, request: Request) -> Answer:
        """The answer to a request, or the kept one when the provider confirms it (or when offline).

        Raises ``SourceUnavailable`` when there is no answer now, ``SourceChanged`` when the provider no longer knows
        the address or query, or sends more than ``max_bytes``, ``SourceError`` for an address that may not be asked.
        """
        return self._ask("GET", request)

    def post(self, request: Request) -> Answer:
        """As ``get`` for a query that goes in the body; it may be sent more than once, so it must be a question."""
        return self._ask("POST", request)

    def pages(self, first: Request, following: Callable[[Answer], Request | None]) -> Iterator[Answer]:
        """The answers to ``first`` and to every request that ``following`` derives from the answer before.

        Raises ``SourceChanged`` when a page leads back to one already read.
        """
        request: Request | None = first
        read: set[str] = set()
        while request is not None:
            if request.fingerprint() in read:
                raise SourceChanged(
                    f"the pages of {first.address} go round in a circle at {request.address}",
                    remedy="see how the provider counts its pages now",
                    url=request.address,
                )
            read.add(request.fingerprint())
            answer = self.get(request)
            yield answer
            request = following(answer)

    def _ask(self, method: str, request: Request) -> Answer:
        """The answer from the provider, or from what is kept."""
        check_request(request)
        fingerprint = request.fingerprint(method)
        kept = self._cache.find(fingerprint) if self._cache else None
        if self._offline:
            return self._kept_answer(request, fingerprint, kept)
        content, notes = self._kept_content(kept)
        answer = self._persist(method, request, kept if content is not None else None)
        if answer.status == 304 and kept and content is not None:
            answer = replace(
                answer,
                content=content,
                etag=answer.etag or kept.etag,
                last_modified=answer.last_modified or kept.last_modified,
                content_type=answer.content_type or kept.media_type,
                from_cache=True,
            )
        if request.promised and request.promised != "html":
            refuse_html(answer.content, request.address, request.promised, request.hide)
        return replace(answer, fingerprint=fingerprint, notes=notes + answer.notes)

    def _kept_answer(self, request: Request, fingerprint: str, kept: Kept | None) -> Answer:
        if self._cache is None or kept is None:
            raise SourceUnavailable(
                f"{request.address} has not been kept, and nothing is fetched offline",
                remedy="fetch it once with a connection (without --offline)",
                url=request.address,
            )
        return Answer(
            self._cache.read(kept),
            kept.url,
            200,
            kept.retrieved_at,
            etag=kept.etag,
            last_modified=kept.last_modified,
            content_type=kept.media_type,
            from_cache=True,
            fingerprint=fingerprint,
        )

    def _kept_content(self, kept: Kept | None) -> tuple[bytes | None, tuple[str, ...]]:
        """The kept bytes, where the provider can be asked whether they still hold; and what is wrong with them."""
        if self._cache is None or kept is None or not (kept.etag or kept.last_modified):
            return None, ()
        try:
            return self._cache.read(kept), ()
        except StoreError as error:
            return None, (f"fetched anew because the kept answer cannot be used: {error.what}",)

    def _persist(self, method: str, request: Request, kept: Kept | None) -> Answer:
        """Try, and try again after failures that may pass, until the tries, the time or the patience runs out."""
        deadline = self._clock() + self._time_cap
        why = ""
        for attempt in range(self._tries):
            try:
                return self._follow(method, request, kept, deadline)
            except Trouble as trouble:
                why, asked = request.hide(trouble.why), trouble.wait
            more = attempt + 1 < self._tries
            if asked is None and not more:
                break
            wait = jittered(attempt, self._chance) if asked is None else asked + self._chance.random()
            self._courtesy.leave_alone(host_of(request.whole), self._clock() + wait)
            if wait > self._patience:
                self._refuse_to_wait(request, wait, why)
            if more:
                self._tell(f"{host_of(request.whole)}: {why}; trying again in {wait:.0f} s", 0.0)
        raise SourceUnavailable(
            f"{request.address} could not be had in {self._tries} tries: {why}", remedy=LATER, url=request.address
        )

    def _follow(self, method: str, request: Request, kept: Kept | None, deadline: float) -> Answer:
        """One try: the request and the redirects it leads to."""
        address = request.whole
        for _ in range(MAX_REDIRECTS + 1):
            host = host_of(address)
            try:
                with self._turns[host]:
                    self._wait_turn(host, request, deadline)
                    answer = self._wire.send(method, address, request, kept, deadline)
                    if answer.pause:
                        self._courtesy.leave_alone(host, self._clock() + answer.pause)
                    return answer
            except Redirected as redirected:
                method, address = redirected.method, redirected.address
        raise SourceChanged(
            f"{request.address} is redirected without end",
            remedy="open the address in a browser and declare where it leads",
            url=request.address,
        )

    def _wait_turn(self, host: str, request: Request, deadline: float) -> None:
        """Wait until the host may be asked; do not wait for one that asked to be left alone for long."""
        while (wait := self._courtesy.wait(host, self._clock())) > 0:
            if wait > self._patience or self._clock() + wait > deadline:
                self._refuse_to_wait(request, wait, "it has been asked as often as it allows")
            self._sleep(wait)
        self._courtesy.asked(host, self._clock())

    def _refuse_to_wait(self, request: Request, wait: float, why: str) -> NoReturn:
        again = self._now() + timedelta(seconds=wait)
        raise SourceUnavailable(
            f"{host_of(request.whole)} is to be left alone until {again:%Y-%m-%d %H:%M:%S} UTC ({why})",
            remedy="fetch again after that; asking sooner may lead to a longer block",
            url=request.address,
            try_again=again.isoformat(timespec="seconds"),
        )
