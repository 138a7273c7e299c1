"""A client whose waits cost no time, for tests that ask a provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from tests.recorded.server import Provider

from goodwork.sources.client import Client

CSV = b"area,value\n" + b"".join(b"E%08d,%d\n" % (n, n) for n in range(500))
HOME = "https://www.nomisweb.co.uk/api/v01/data.csv"
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.seconds, self.slept = 1000.0, []

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def client(self, answer: Callable[[httpx.Request], httpx.Response], **options: Any) -> Client:
        options = {"seed": 1, "now": lambda: NOON, **options}
        return Client(httpx.MockTransport(answer), clock=self.clock, sleep=self.sleep, **options)


def patient(provider: Provider, **options: Any) -> Client:
    """A client on real sockets whose waits cost no time."""
    moments = Time()
    return Client(provider.transport(), clock=moments.clock, sleep=moments.sleep, **{"seed": 1, "tries": 3, **options})
