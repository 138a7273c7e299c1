"""A published edition behind a server and in a real browser, for every journey that looks at pages."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

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


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at the address, which fails the test when the browser complains or asks anybody else. The addresses that
    a module calls ``LOST`` are meant not to be found."""
    options: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    lost = {f"{address}{path}" for path in getattr(request.module, "LOST", ())}
    context = browser.new_context(base_url=address, **options)
    context.set_default_timeout(15_000)
    found = context.new_page()
    faults: list[str] = []

    def complained(message: ConsoleMessage) -> None:
        if not ("404" in message.text and message.location["url"] in lost):
            faults.append(f"{message.text} {message.location['url']}")

    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", complained)
    found.on("request", lambda asked: None if asked.url.startswith(address) else faults.append(asked.url))
    yield found
    context.close()
    assert not faults


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that looks for faults of accessibility; where it is absent what needs it is skipped, visibly."""
    script = next((Path(p) for p in AXE if p and Path(p).is_file()), None)
    if script is None:
        pytest.skip("axe-core is not here: set AXE_PATH or run tests/prepare.sh; accessibility was not checked")
    return script.read_text(encoding="utf-8")
