"""The pages of the questions in a real browser: accessible, on a phone, without scripts, by keyboard, in print."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn

from goodwork.monitor import Monitor
from goodwork.web.app import create_app
from goodwork.web.questions import PAGES
from goodwork.web.serve import listening

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Debian's chromium is not installed: no page was tried in a browser"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
TESTS = Path(__file__).parents[1]
AXE = (os.environ.get("AXE_PATH", ""), TESTS / "node_modules/axe-core/axe.min.js")
#: Every page over few areas, so that all of its rows are looked at; conditions are known for England only.
SMALL = tuple(f"{q.path}?area_set=wales" if q.path != "/conditions" else q.path for q in PAGES)
VIEWS = (*SMALL, "/neighbours?area=Cardiff&area_set=wales", "/conditions?area_set=gb", "/method")
RUN_AXE = "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"


@pytest.fixture(scope="module")
def address(monitor: Monitor) -> Iterator[str]:
    """The server, in a thread of this process."""
    with listening("127.0.0.1", 0) as taken:
        server = uvicorn.Server(uvicorn.Config(create_app(monitor), log_level="warning"))
        thread = Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as run:
        started = run.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: playwright.Browser, address: str, request: pytest.FixtureRequest) -> Iterator[playwright.Page]:
    """A page at the address, which fails the test when the browser complains or asks anybody else."""
    options: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(base_url=address, **options)
    context.set_default_timeout(15_000)
    found = context.new_page()
    faults: list[str] = []
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", lambda message: faults.append(message.text))
    found.on("request", lambda asked: None if asked.url.startswith(address) else faults.append(asked.url))
    yield found
    context.close()
    assert not faults


@pytest.mark.parametrize(
    "page",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 700}},
     {"forced_colors": "active"}],
    indirect=True, ids=["light", "dark", "phone", "forced colours"],
)  # fmt: skip
def test_axe_finds_no_violation_on_any_page(page: playwright.Page) -> None:
    script = next((Path(p) for p in AXE if p and Path(p).is_file()), None)
    if script is None:
        pytest.skip("axe-core is not here: set AXE_PATH or run tests/prepare.sh; accessibility was not checked")
    found = {}
    for view in VIEWS:
        page.goto(view)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        page.evaluate(script.read_text(encoding="utf-8"))
        found[view] = page.evaluate(RUN_AXE)
    assert found == {view: [] for view in VIEWS}


@pytest.mark.parametrize("page", [{"viewport": {"width": w, "height": 700}} for w in (320, 2560)], indirect=True)
def test_no_page_scrolls_sideways_at_any_width(page: playwright.Page) -> None:
    for view in VIEWS:
        page.goto(view)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), view


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 700}}], indirect=True)
def test_a_phone_gets_the_narrow_drawing_and_a_desk_the_wide_one(page: playwright.Page) -> None:
    page.goto("/regions")
    assert page.locator(".drawn.slim").is_visible()
    assert not page.locator(".drawn.broad").is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator(".drawn.broad").is_visible()
    assert not page.locator(".drawn.slim").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".drawn.broad").is_visible()
    assert not page.locator("nav.pages").is_visible()


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_an_officer_finds_who_is_alike_and_does_better_without_a_script(page: playwright.Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Neighbours").click()
    page.get_by_label("Whose neighbours").fill("yrok")
    page.get_by_label("Areas compared").select_option("england")
    page.get_by_role("button", name="Show").click()
    assert page.locator("h1").inner_text().startswith("Most like York are")
    assert "area_set=england" in page.url
    assert page.locator("#area table").count() == 2
    page.locator("#area tbody th a").nth(1).click()
    assert "/area/" in page.url


def test_the_page_is_walked_by_keyboard_and_tables_open(page: playwright.Page) -> None:
    page.goto("/communities")
    stops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("document.activeElement.textContent.trim().slice(0, 30) || document.activeElement.id")
        )
        if stops[-1].startswith("Every area and its community"):
            break
    assert stops[0] == "Go to the content"
    assert "Communities" in stops
    assert "Show" in stops
    assert stops[-1].startswith("Every area and its community"), "controls, figures and links come before the tables"
    page.locator("summary", has_text="What each community is like").focus()
    page.keyboard.press("Enter")
    assert page.locator("#communities_profiles").is_visible()


def test_a_journalist_takes_the_figure_and_the_numbers_behind_it(page: playwright.Page) -> None:
    page.goto("/health")
    drawn = page.request.get(page.get_by_role("link", name="SVG").first.get_attribute("href"))
    assert "Edition good-work" in drawn.text()
    numbers = page.request.get(page.get_by_role("link", name="its numbers as CSV").get_attribute("href"))
    assert numbers.text().startswith("outcome,")
