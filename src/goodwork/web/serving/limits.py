"""How much one reader may ask: how long an address may be, and how often in a second."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from goodwork.errors import GoodWorkError

LONGEST = 8_000
#: Readers whose allowance is remembered, and how many seconds' worth of requests may come at once.
READERS, BURST = 10_000, 6
NEVER_COUNTED = ("/healthz",)

Refuse = Callable[[Request, int, GoodWorkError], Response]


class Limits:
    """ASGI middleware: an address longer than ``longest`` characters gets ``414``; a reader who asks more than
    ``rate`` times a second (over ``BURST`` seconds) gets ``429`` and is told how long to wait. Rate 0: no limit.

    The allowance of a reader is a bucket that fills by ``rate`` a second, in the memory of this process, and is
    forgotten when it is full or when more than ``READERS`` others have come since.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse, rate: float = 0.0, longest: int = LONGEST) -> None:
        self.app, self.refuse, self.rate, self.longest = app, refuse, rate, longest
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = len(scope["query_string"]) + len(scope.get("raw_path") or scope["path"])
        if asked > self.longest and not scope["path"].startswith("/api/"):
            fault = GoodWorkError(
                f"the address has {asked:,} characters; at most {self.longest:,} are read",
                remedy="ask for fewer things at a time",
            )
            await self._refused(scope, 414, fault, {})(scope, receive, send)
            return
        if self.rate and scope["path"] not in NEVER_COUNTED and (wait := self.wait(reader(scope), time.monotonic())):
            fault = GoodWorkError(
                f"more than {self.rate:g} requests a second came from one address",
                remedy=f"wait {wait} second{'' if wait == 1 else 's'}; for many figures at once, download the edition",
            )
            await self._refused(scope, 429, fault, {"Retry-After": str(wait)})(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def wait(self, who: str, now: float) -> int:
        """Whole seconds until the reader may ask again; 0, and one request less, when at once."""
        whole = self.rate * BURST
        left, then = self._buckets.pop(who, (whole, now))
        left = min(whole, left + (now - then) * self.rate)
        self._buckets[who] = (left - 1 if left >= 1 else left), now
        if len(self._buckets) > READERS:
            self._buckets.popitem(last=False)
        return 0 if left >= 1 else max(1, math.ceil((1 - left) / self.rate))

    def _refused(self, scope: Scope, status: int, fault: GoodWorkError, headers: dict[str, str]) -> Response:
        short = {**scope, "query_string": b"", "path": scope["path"][:200]}
        response = self.refuse(Request(short), status, fault)
        response.headers.update({**headers, "Cache-Control": "no-store"})
        return response


def reader(scope: Scope) -> str:
    """Who asks, as far as the network tells: an address, or the /64 network of an IPv6 address.

    >>> reader({"client": ("2001:db8::1", 50000)}), reader({"client": ("192.0.2.1", 50000)})
    ('2001:db8::/64', '192.0.2.1')
    """
    host = (scope.get("client") or ("", 0))[0]
    try:
        known = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if known.version == 4:
        return host
    return str(ipaddress.ip_network((known, 64), strict=False))
