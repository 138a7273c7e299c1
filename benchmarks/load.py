"""A mixed load over the loopback for as long as is asked: pages, interface for programs and downloads, one request in a
hundred malformed. Told at the end: answers by status, faults of the server, memory at the start, after the first minute
(when what is kept has filled) and at the end, and how long the middle and the slowest in a hundred took."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from serving import CONNECTIONS, Server, served_app, wait

MEMORY, GROWTH, WARM = 200, 0.02, 60.0
MALFORMED = 0.01
#: Requests that are none, or ask for what cannot be.
GARBAGE = (
    b"GET / HTTP/9.9\r\n\r\n", b"\x00\xff\xfe\r\n\r\n", b"GET /%zz%00?\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1,5-,-\r\nConnection: close\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"GET / HTT", b"",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /?node=" + b"n" * 10_000 + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /api/v1/latest/build?weights=pay:nan HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /data/..%2f..%2fcurrent.parquet HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
)  # fmt: skip
CODINGS = ("br", "br, gzip", "gzip", "identity", "", ";;q=,")


@dataclass
class Told:
    """What was answered so far: how often with which status, and how long each took, in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    malformed: int = 0
    hung_up: int = 0


def addresses(store: str) -> dict[str, list[str]]:
    """What readers ask for, by kind."""
    from goodwork.monitor import Monitor
    from goodwork.web.api.resources import RESOURCES
    from goodwork.web.app import create_app

    monitor = Monitor.open(store)
    pages = list(create_app(monitor).state.addresses.pages)
    areas = list(monitor.scores()["area"])
    paths = [page.partition("?")[0] for page in pages]
    twins = [f"/area/{code}{end}" for code in areas for end in (".json", ".csv", "/spine.svg", ".xlsx")]
    twins += [f"{path}{end}" for path in set(paths) if re.fullmatch(r"/(indicator|domain|audit)/.+", path)
              for end in (".json", ".csv", ".xlsx")]  # fmt: skip
    twins += [f"/index{end}?period={period}" for period in monitor.periods() for end in (".json", ".csv", ".xlsx")]
    worked = [f"/audit/{code}" for code in areas]
    worked += [f"/target?area={code}&goal=rank&value=10" for code in areas]
    worked += [f"/compare?areas={one}&areas={other}" for one, other in zip(areas, areas[7:], strict=False)]
    root, forms = f"/api/v1/{monitor.edition.name}", ("", ".csv", ".parquet", ".jsonstat")
    asked = [f"{root}/{one.name.replace('{area}', code)}{form}?limit=200"
             for one in RESOURCES for code in areas[::20] for form in forms]  # fmt: skip
    tables = [f"/data/{name}.{form}" for name in monitor.manifest["tables"] for form in ("csv", "parquet")]
    return {"pages": pages, "worked out": worked, "twins": twins, "interface": asked, "tables": tables}


#: Of a hundred requests, how many are of which kind.
SHARES = {"pages": 55, "worked out": 5, "twins": 22, "interface": 16, "tables": 2}


async def reader(port: int, known: dict[str, list[str]], seed: int, until: float, told: Told) -> None:
    """One reader who asks, reads and asks again until the time is over."""
    draw, kinds, weights = random.Random(seed), list(SHARES), list(SHARES.values())
    stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while time.monotonic() < until:
        if draw.random() < MALFORMED:
            await garbage(port, draw.choice(GARBAGE), told)
            continue
        path, begun = draw.choice(known[draw.choices(kinds, weights)[0]]), time.perf_counter()
        try:
            stream = stream or await asyncio.open_connection("127.0.0.1", port)
            asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {draw.choice(CODINGS)}\r\n\r\n"
            stream[1].write(asked.encode())
            status = await answer(stream[0])
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            told.faults[f"{path}: {type(error).__name__}"] += 1
            if stream:
                stream[1].close()
            stream = None
            continue
        told.took.append(time.perf_counter() - begun)
        told.statuses[status] += 1
        if status >= 500:
            told.faults[f"{path}: {status}"] += 1
    if stream:
        stream[1].close()


async def answer(stream: asyncio.StreamReader) -> int:
    """The status of an answer whose bytes are read to the end."""
    head = (await stream.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if (length := re.search(rb"content-length: (\d+)", head)) is not None:
        left = int(length[1])
        while left:
            left -= len(await stream.readexactly(min(left, 1 << 16)))
    elif b"chunked" in head:
        while size := int(await stream.readuntil(b"\r\n"), 16):
            await stream.readexactly(size + 2)
        await stream.readexactly(2)
    return status


async def garbage(port: int, content: bytes, told: Told) -> None:
    """What is no request, sent on a connection of its own; whatever is answered must not be a fault of the server."""
    told.malformed += 1
    out = None
    try:
        stream, out = await asyncio.open_connection("127.0.0.1", port)
        out.write(content)
        if out.can_write_eof():
            out.write_eof()
        head = await asyncio.wait_for(stream.read(64), 30)
    except TimeoutError:
        told.faults[f"malformed {content[:60]!r}: neither answered nor hung up"] += 1
        return
    except OSError:  # hung up, as it may
        told.hung_up += 1
        return
    finally:
        if out:
            out.close()
    if not head:
        told.hung_up += 1
    if (found := re.match(rb"HTTP/1.1 (\d+)", head)) is not None:
        told.statuses[int(found[1])] += 1
        if int(found[1]) >= 500:
            told.faults[f"malformed {content[:60]!r}: {int(found[1])}"] += 1


async def watched(server: Server, begun: float, until: float, held: list[tuple[float, float]]) -> None:
    """Memory of the process, every five seconds."""
    while time.monotonic() < until:
        held.append((time.monotonic() - begun, server.memory()))
        await asyncio.sleep(5)
    held.append((time.monotonic() - begun, server.memory()))


def run(store: str, minutes: float, seed: int = 1) -> dict[str, Any]:
    """Load a server for so many minutes, print what came of it; the same as plain data."""
    known, told, held = addresses(store), Told(), list[tuple[float, float]]()
    with Server(served_app, store) as server:
        wait(server.port, "/healthz")
        start, begun = server.memory(), time.monotonic()
        until = begun + 60 * minutes

        async def everybody() -> None:
            readers = (reader(server.port, known, seed * 100 + k, until, told) for k in range(CONNECTIONS))
            await asyncio.gather(watched(server, begun, until, held), *readers)

        spent = server.spent()
        asyncio.run(everybody())
        spent = server.spent() - spent
        alive = server.process.is_alive()
    warm = next((m for t, m in held if t >= WARM), held[-1][1])
    end, took = held[-1][1], sorted(told.took)
    server_errors = sum(n for status, n in told.statuses.items() if status >= 500)
    half = [m for t, m in held if t >= 30 * minutes]
    found = {
        "what": "serving: mixed load", "minutes": minutes, "requests": len(took) + told.malformed,
        "malformed": told.malformed, "hung_up": told.hung_up,
        "statuses": dict(sorted(told.statuses.items())), "server_errors": server_errors,
        "broken": sum(told.faults.values()) - server_errors, "alive": alive, "start_mib": start, "warm_mib": warm,
        "half_mib": half[0] if half else end, "end_mib": end, "most_mib": max(m for _, m in held),
        "p50_ms": 1000 * took[len(took) // 2], "p99_ms": 1000 * took[int(0.99 * len(took))], "slowest_s": took[-1],
        "cpu_s": spent, "clock_s": held[-1][0],
    }  # fmt: skip
    sent = f"{found['requests']:,} requests in {minutes:g} min"
    print(f"{sent}, {told.malformed} malformed ({told.hung_up} of these hung up on): {found['statuses']}")
    state = "runs" if alive else "DIED"
    print(f"faults of the server: {server_errors}; connections that broke: {found['broken']}; it {state}")
    for what, times in told.faults.most_common(10):
        print(f"  {times} × {what}")
    print(
        f"memory (MiB): start {start:.0f}, after a minute {warm:.0f}, half-way {found['half_mib']:.0f}, "
        f"end {end:.0f}, most {found['most_mib']:.0f}; target ≤ {MEMORY}; growth since the first minute "
        f"{end / warm - 1:+.1%}, since half-way {end / found['half_mib'] - 1:+.1%}, target ≤ {GROWTH:.0%}: "
        f"{'met' if found['most_mib'] <= MEMORY and end / warm - 1 <= GROWTH else 'missed'}"
    )
    print(
        f"an answer: half of them within {found['p50_ms']:.0f} ms, 99 of 100 within {found['p99_ms']:.0f} ms, the "
        f"slowest {found['slowest_s']:.1f} s; {spent:.0f} CPU seconds in {found['clock_s']:.0f}"
    )
    return found


def main() -> None:
    """Load the named store, else that of the shipped figures; ``--json FILE`` keeps what was found."""
    from goodwork.pipeline import shipped_store

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("store", nargs="?", default="")
    asked.add_argument("--minutes", type=float, default=3.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", default="")
    given = asked.parse_args()
    found = run(given.store or str(shipped_store()), given.minutes, given.seed)
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump(found, file, indent=1)
    sys.exit(1 if found["server_errors"] or not found["alive"] else 0)


if __name__ == "__main__":
    main()
