"""Speed of serving as ratios to a bare Starlette route that returns the same bytes, over the loopback, 8 connections.

Ratios are of CPU seconds of the server's process for each request, which other work on the machine hardly moves; the
requests a second and the slowest in a hundred are by the clock. Beside them: memory of the process, bytes that travel
for the first map, the time until it stands in Chromium, and the time from a reader's move to the picture that answers
it.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from line import Line, show

CONNECTIONS, REQUESTS = 8, 1600
CHROMIUM = Path("/usr/bin/chromium")
#: What is asked for: name, address, target of requests a second, target of the slowest in a hundred (ms).
CASES = (
    ("area JSON", "/area/{area}.json", 1500, 50),
    ("league JSON", "/index.json", 1000, 60),
    ("HTML page", "/", 300, 100),
)
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now()"
TARGET, MEMORY, BYTES, DRAWN, ANSWERED = 0.7, 200, 150_000, 500, 50
#: What a reader does: name, page, what must be there before, and the move itself as a function of a number.
MOVES = (
    ("pointing at an area", "/", "#canvas a[data-area]",
     "k => document.querySelectorAll('#canvas a[data-area]')[k].dispatchEvent("
     "new PointerEvent('pointerover', {bubbles: true}))"),
    ("a step of the period slider", "/", "#slider[data-ahead]",
     "k => { const one = document.getElementById('slider'); one.value = k + 1;"
     " one.dispatchEvent(new Event('input', {bubbles: true})); }"),
    ("a change of a weight", "/weights", "#lab[data-ready]",
     "k => { const one = document.querySelector('#lab input[type=range]:enabled'); one.value = 1 + k / 4;"
     " one.dispatchEvent(new Event('input', {bubbles: true})); }"),
)  # fmt: skip
#: From the move to the next picture of the page, milliseconds.
ASKED = """async (k) => { const act = %s; const begun = performance.now(); act(k);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done))); return performance.now() - begun; }"""


@dataclass(frozen=True)
class Served:
    """What a load of requests cost: CPU seconds and clock seconds a request, the slowest in a hundred, bytes of one."""

    cpu: float
    clock: float
    slowest: float
    size: int


def served_app(store: str, told: Connection) -> None:
    """The monitor's own server, in a process of its own."""
    import uvicorn

    from goodwork.web.serve import Application, listening

    with listening("127.0.0.1", 0) as taken:
        app = Application(store)()
        told.send(taken.getsockname()[1])
        uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[taken])


def bare_app(answers: dict[str, tuple[bytes, dict[str, str]]], told: Connection) -> None:
    """Starlette with one route for each address, which returns bytes that are there already."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from goodwork.web.serve import listening

    def route(path: str, body: bytes, headers: dict[str, str]) -> Route:
        async def answer(request: Request) -> Response:
            return Response(body, headers=headers)

        return Route(path, answer)

    with listening("127.0.0.1", 0) as taken:
        app = Starlette(routes=[route(path, *answer) for path, answer in answers.items()])
        told.send(taken.getsockname()[1])
        uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[taken])


class Server:
    """A server in a process of its own, ended when it is left."""

    def __init__(self, work: Any, given: Any) -> None:
        context = get_context("spawn")
        here, there = context.Pipe()
        self.process = context.Process(target=work, args=(given, there), daemon=True)
        self.process.start()
        self.port = int(here.recv())

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.join(10)

    def spent(self) -> float:
        """CPU seconds of the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """MiB that the process holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


async def _reader(port: int, path: str, count: int, took: list[float]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br, gzip\r\n\r\n".encode()
    size = 0
    for _ in range(count):
        begun = time.perf_counter()
        writer.write(asked)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(head[:200])
        size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(size)
        took.append(time.perf_counter() - begun)
    writer.close()
    return size


def load(server: Server, path: str, requests: int = REQUESTS) -> Served:
    """Ask for one address over all connections at once."""
    wait(server.port, path)
    took: list[float] = []

    async def all_readers() -> int:
        each = requests // CONNECTIONS
        return max(await asyncio.gather(*(_reader(server.port, path, each, took) for _ in range(CONNECTIONS))))

    spent, begun = server.spent(), time.perf_counter()
    size = asyncio.run(all_readers())
    clock = time.perf_counter() - begun
    cpu = server.spent() - spent
    return Served(cpu / len(took), clock / len(took), sorted(took)[int(0.99 * len(took))], size)


def wait(port: int, path: str) -> None:
    """Until the server answers; the first answer is made then."""
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60):
                break
        except OSError:
            time.sleep(0.1)
    asyncio.run(_reader(port, path, 2, []))


def answers_of(store: str) -> dict[str, tuple[bytes, dict[str, str]]]:
    """The finished bytes and headers of every case, as the monitor sends them."""
    from fastapi.testclient import TestClient

    from goodwork.monitor import Monitor
    from goodwork.web.app import create_app
    from goodwork.web.serving.finished import pack

    monitor = Monitor.open(store)
    found = {}
    with TestClient(create_app(monitor)) as client:
        for path in paths(monitor):
            answer = client.get(path, headers={"Accept-Encoding": "identity"})
            headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
            found[path] = pack(answer.content, "br"), {**headers, "content-encoding": "br"}
    return found


def paths(monitor: Any) -> list[str]:
    """The address of every case."""
    area = monitor.scores()["area"].iloc[0]
    return [path.format(area=area) for _, path, _, _ in CASES]


def first_map(port: int) -> tuple[int, float]:
    """Bytes that travel for the first page, and milliseconds until its map stands, in a browser that has nothing yet;
    the least of five. NaN where there is no browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return 0, float("nan")
    if not CHROMIUM.exists():
        return 0, float("nan")
    drawn, size = [], 0
    with sync_playwright() as run:
        browser = run.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        for _ in range(5):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{port}/", wait_until="load")
            page.wait_for_selector(".canvas svg path, table.league", state="attached")
            drawn.append(page.evaluate(PAINTED))
            size = page.evaluate(
                "() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
                ".reduce((sum, one) => sum + one.transferSize, 0)")  # fmt: skip
            context.close()
        browser.close()
    return int(size), min(drawn)


def moves(port: int) -> list[tuple[str, float]]:
    """Milliseconds from each of a reader's moves to the picture that answers it, the middle of five."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as run:
        browser = run.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for name, path, there, act in MOVES:
            page.goto(f"http://127.0.0.1:{port}{path}", wait_until="load")
            page.evaluate("document.getElementById('slider')?.focus()")  # then it reads the other periods ahead
            page.wait_for_selector(there, state="attached", timeout=60_000)
            found.append((name, sorted(page.evaluate(ASKED % act, k) for k in range(5))[2]))
        browser.close()
    return found


def report(store: str) -> list[dict[str, Any]]:
    """Print every line; the same as plain data."""
    rows: list[dict[str, Any]] = []
    answers = answers_of(store)
    with Server(served_app, store) as ours, Server(bare_app, answers) as bare:
        for (name, _, rate, slow), path in zip(CASES, answers, strict=True):
            own, reference = load(ours, path), load(bare, path)
            note = f"{1 / own.clock:,.0f}/s (bare {1 / reference.clock:,.0f}), p99 {1000 * own.slowest:.0f} ms"
            line = Line(f"serving: {name}, a request", own.cpu, reference.cpu, "bare", f"≥ {TARGET} ×", note)
            show(line)
            rows.append({"what": line.what, "ours": own.cpu, "reference": reference.cpu, "ratio": line.ratio,
                         "per_second": 1 / own.clock, "p99_ms": 1000 * own.slowest, "target_per_second": rate,
                         "target_p99_ms": slow, "bytes": own.size})  # fmt: skip
        held = ours.memory()
        size, drawn = first_map(ours.port)
        print(f"{'serving: memory of the process':50s} {held:6.0f} MiB   target ≤ {MEMORY}", flush=True)
        print(f"{'serving: bytes of the first page, packed':50s} {size / 1000:6.0f} kB   target ≤ {BYTES // 1000}")
        print(f"{'serving: first map drawn in Chromium':50s} {drawn:6.0f} ms   target ≤ {DRAWN}", flush=True)
        rows.append({"what": "serving: memory", "mib": held, "bytes": size, "drawn_ms": drawn})
        for name, took in moves(ours.port) if drawn == drawn else ():
            what = f"serving: {name}, to the next picture"
            print(f"{what:50s} {took:6.0f} ms   target ≤ {ANSWERED}", flush=True)
            rows.append({"what": what, "ms": took, "target_ms": ANSWERED})
    return rows


def main() -> None:
    """Print every line for the store that is named, else that of the shipped figures, and add them to
    ``results.json``."""
    from goodwork.pipeline import shipped_store

    rows = report(sys.argv[1] if len(sys.argv) > 1 else str(shipped_store()))
    file = Path(__file__).parent / "results.json"
    known = json.loads(file.read_text()) if file.exists() else []
    others = [row for row in known if not str(row.get("what", "")).startswith("serving:")]
    file.write_text(json.dumps(others + rows, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
