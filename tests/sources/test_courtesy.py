"""Waiting: as long as a provider asks, as often as it allows, on a clock of its own."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest
from tests.recorded.asking import CSV, HOME, NOON, Time
from tests.recorded.server import Asked, Provider, Reply

from goodwork.errors import SourceUnavailable
from goodwork.sources.client import Client
from goodwork.sources.exchange import Request


def test_waits_are_drawn_and_can_be_drawn_again() -> None:
    def waits(seed: int) -> list[float]:
        moments = Time()
        client = moments.client(lambda request: httpx.Response(503), seed=seed, limits={"x.uk": ()})
        with client, pytest.raises(SourceUnavailable, match="in 5 tries"):
            client.get(Request("https://x.uk/"))
        return moments.slept

    first = waits(1)
    assert first == waits(1) != waits(2)
    assert len(first) == 4
    assert all(0 <= wait <= most for wait, most in zip(first, (1, 2, 4, 8), strict=True))


@pytest.mark.parametrize("asked", ["7", format_datetime(datetime(2026, 1, 2, 12, 0, 7, tzinfo=UTC), usegmt=True)])
def test_a_provider_that_asks_for_time_is_given_it(asked: str) -> None:
    answers = iter([httpx.Response(429, headers={"Retry-After": asked}), httpx.Response(200, content=CSV)])
    moments = Time()
    with moments.client(lambda request: next(answers)) as client:
        assert client.get(Request(HOME)).content == CSV
    assert 7 <= sum(moments.slept) <= 8


def test_a_date_is_counted_from_the_providers_own_clock() -> None:
    headers = {"Date": "Thu, 01 Jan 1998 00:00:00 GMT", "Retry-After": "Thu, 01 Jan 1998 00:00:09 GMT"}
    answers = iter([httpx.Response(503, headers=headers), httpx.Response(200, content=CSV)])
    moments = Time()
    with moments.client(lambda request: next(answers)) as client:
        client.get(Request(HOME))
    assert 9 <= sum(moments.slept) <= 10


ALLOWANCE = {
    "thousandths, as Stat-Xplore gives them": ("-Table", f"{(NOON.timestamp() + 40) * 1000:.0f}", 40),
    "seconds since 1970": ("", f"{NOON.timestamp() + 40:.0f}", 40),
    "seconds from now": ("", "40", 40),
    "long ago": ("-Schema", "1600000000000", 0),
}


@pytest.mark.parametrize(("kind", "reset", "wait"), ALLOWANCE.values(), ids=ALLOWANCE.keys())
def test_an_allowance_that_is_used_up_is_waited_for(kind: str, reset: str, wait: float) -> None:
    headers = {f"X-RateLimit{kind}": "1000", f"X-RateLimit-Reset{kind}": reset}
    left = iter(["1", "0", "999"])
    moments = Time()

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=CSV, headers={**headers, f"X-RateLimit-Remaining{kind}": next(left)})

    with moments.client(answer, limits={"x.uk": ()}) as client:
        for slept in (0, 0, wait):
            assert client.get(Request("https://x.uk/")).content == CSV
            assert sum(moments.slept) == slept


@pytest.mark.parametrize(("reset", "until"), [(f"{NOON.timestamp() * 1000 + 1_800_000:.0f}", "12:30"), ("", "13:00")])
def test_an_allowance_renewed_much_later_stops_with_the_time(reset: str, until: str) -> None:
    headers = {"X-RateLimit-Remaining-Table": "0", "X-RateLimit-Reset-Table": reset}
    asked = []
    moments = Time()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=CSV, headers=headers)

    with moments.client(answer) as client:
        assert client.post(Request("https://stat-xplore.dwp.gov.uk/webapi/rest/v1/table", body=b"{}")).pause > 0
        with pytest.raises(SourceUnavailable, match=f"left alone until 2026-01-02 {until}:00 UTC") as caught:
            client.post(Request("https://stat-xplore.dwp.gov.uk/webapi/rest/v1/table", body=b"{}"))
    assert caught.value.remedy == "fetch again after that; asking sooner may lead to a longer block"
    assert (len(asked), moments.slept) == (1, [])


def test_a_refusal_that_names_no_time_is_counted_from_the_allowance() -> None:
    headers = {"X-RateLimit-Remaining-Table": "0", "X-RateLimit-Reset-Table": f"{NOON.timestamp() * 1000 + 9000:.0f}"}
    answers = iter([httpx.Response(429, headers=headers), httpx.Response(200, content=CSV)])
    moments = Time()
    with moments.client(lambda request: next(answers)) as client:
        assert client.get(Request(HOME)).content == CSV
    assert 9 <= sum(moments.slept) <= 10


@pytest.mark.parametrize("nonsense", ["soon", "-5", "", "٣", "Thu, 99 Jan 2026 00:00:00 GMT", "1e3"])
def test_a_wait_that_cannot_be_read_is_drawn(nonsense: str) -> None:
    answers = iter([httpx.Response(429, headers={"Retry-After": nonsense.encode()}), httpx.Response(200, content=CSV)])
    moments = Time()
    with moments.client(lambda request: next(answers)) as client:
        assert client.get(Request(HOME)).content == CSV
    assert sum(moments.slept) <= 1


def test_a_provider_that_asks_for_an_hour_is_left_alone() -> None:
    """Ignoring it would lead to a block; neither this request nor the next may reach it."""
    reached = []

    def answer(request: httpx.Request) -> httpx.Response:
        reached.append(request.url.host)
        return httpx.Response(429, headers={"Retry-After": "3600"})

    moments = Time()
    with moments.client(answer) as client:
        for _ in range(2):
            why = "it has been asked as often as it allows" if reached else "429 Too Many Requests"
            with pytest.raises(SourceUnavailable, match=f"left alone until 2026-01-02 13:00:00 UTC .{why}") as caught:
                client.get(Request("https://api.beta.ons.gov.uk/v1/x"))
            assert caught.value.facts["try_again"].startswith("2026-01-02T13:00:0")
        assert reached == ["api.beta.ons.gov.uk"]
        with pytest.raises(SourceUnavailable):
            client.get(Request(HOME))
    assert moments.slept == []
    assert len(reached) == 2


@pytest.mark.parametrize(
    ("host", "limits"),
    [
        ("api.beta.ons.gov.uk", [(120, 10), (200, 60)]),
        ("www.ons.gov.uk", [(120, 10), (200, 60)]),
        ("ws-data.nisra.gov.uk", [(60, 1)]),
        ("www.nomisweb.co.uk", [(2, 1), (60, 60)]),
        ("a-host-nobody-listed.uk", [(2, 1), (60, 60)]),
    ],
)
def test_no_host_is_asked_more_often_than_it_allows(host: str, limits: list[tuple[int, float]]) -> None:
    times = []
    moments = Time()

    def answer(request: httpx.Request) -> httpx.Response:
        times.append(moments.seconds)
        moments.seconds += 0.001
        return httpx.Response(200, content=b"x")

    with moments.client(answer) as client:
        for _ in range(450):
            client.get(Request(f"https://{host}/data"))
    for count, span in limits:
        windows = [later - earlier for earlier, later in zip(times, times[count:], strict=False)]
        assert min(windows) >= span - 1e-9
    most = max(450 / count * span for count, span in limits)
    assert times[-1] - times[0] <= most


def test_this_machine_may_be_asked_at_any_pace(provider: Provider) -> None:
    provider.serve("/x", b"x")
    begun = time.monotonic()
    with Client() as client:
        for _ in range(50):
            client.get(Request(f"{provider.url}/x"))
    assert time.monotonic() - begun < 10


def test_threads_ask_one_host_one_at_a_time(provider: Provider) -> None:
    inside, most = [0], [0]
    guard = threading.Lock()

    def answer(asked: Asked) -> Reply:
        with guard:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.005)
        with guard:
            inside[0] -= 1
        return Reply(asked.address.encode())

    provider.serve("/x", answer)
    found: list[bytes] = []
    with Client() as client:

        def ask(n: int) -> None:
            found.append(client.get(Request(f"{provider.url}/x", {"n": str(n)})).content)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(found) == sorted(f"/x?n={n}".encode() for n in range(20))
    assert most == [1]
