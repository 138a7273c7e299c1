"""A published edition behind a server and in a real browser, for every journey that looks at pages."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from tests.journeys.hands import WAYS, Hand

from goodwork.monitor import Monitor
from goodwork.web.app import create_app
from goodwork.web.serve import listening

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), "")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
TESTS = Path(__file__).parents[1]
AXE = (os.environ.get("AXE_PATH", ""), TESTS / "node_modules/axe-core/axe.min.js",
       TESTS / "web/node_modules/axe-core/axe.min.js")  # fmt: skip


@pytest.fixture(scope="module")
def address(monitor: Monitor) -> Iterator[str]:
    """The server, in a thread of this process."""
    with listening("127.0.0.1", 0) as taken:
        server = uvicorn.Server(uvicorn.Config(create_app(monitor), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a journey that needs it is skipped, visibly, where it or Playwright is absent."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM:
        pytest.skip("Debian's chromium is not installed: no page was tried in a browser")
    with playwright.sync_playwright() as run:
        started = run.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@contextmanager
def watched(browser: Browser, address: str, lost: Sequence[str] = (), **options: Any) -> Iterator[Page]:
    """A page at the address in a browser of its own, which fails the test when the browser complains or asks anybody
    else. Addresses that are ``lost`` are meant not to be found."""
    missing = {f"{address}{path}" for path in lost}
    context = browser.new_context(base_url=address, **{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(15_000)
    found = context.new_page()
    faults: list[str] = []

    def complained(message: ConsoleMessage) -> None:
        if not ("404" in message.text and message.location["url"] in missing):
            faults.append(f"{message.text} {message.location['url']}")

    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", complained)
    found.on("request", lambda asked: None if asked.url.startswith(address) else faults.append(asked.url))
    yield found
    context.close()
    assert not faults


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the served edition; the addresses that a module calls ``LOST`` are meant not to be found."""
    with watched(browser, address, getattr(request.module, "LOST", ()), **getattr(request, "param", {})) as found:
        yield found


@pytest.fixture(params=WAYS)
def hand(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Hand]:
    """Somebody at the served edition: with a mouse, with keys alone, on a phone, without scripts."""
    with watched(browser, address, **WAYS[request.param]) as found:
        yield Hand(found, request.param)


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that looks for faults of accessibility; where it is absent what needs it is skipped, visibly."""
    script = next((Path(p) for p in AXE if p and Path(p).is_file()), None)
    if script is None:
        pytest.skip("axe-core is not here: set AXE_PATH or run tests/prepare.sh; accessibility was not checked")
    return script.read_text(encoding="utf-8")
