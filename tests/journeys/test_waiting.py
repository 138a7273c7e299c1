"""What a reader sees while the server works, and when a newer edition has come in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from goodwork.monitor import Monitor

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser
#: Keeps what a page showed of its waiting, to be looked at once it is gone.
SEEN = """new MutationObserver(() => {
  const one = document.querySelector("[aria-busy=true]");
  if (one) sessionStorage.busy = JSON.stringify({ href: one.getAttribute("href"),
    beside: one.nextElementSibling?.textContent.trim(), said: document.getElementById("said").textContent });
}).observe(document.body, { subtree: true, childList: true, attributes: true })"""


def test_a_link_to_slow_work_says_that_it_is_under_way(page: Page) -> None:
    def late(route: Route) -> None:
        time.sleep(1)
        route.fulfill(body="done", content_type="text/html")

    page.goto("/audit")
    page.evaluate(SEEN)
    page.route("**/audit/nation", late)
    page.locator("main a[href='/audit/nation']").click()
    page.get_by_text("done").wait_for()
    busy = page.evaluate("JSON.parse(sessionStorage.busy)")
    assert busy == {"href": "/audit/nation", "beside": "Working it out…", "said": "Working it out…"}


def test_a_report_is_made_first_and_opened_then(page: Page) -> None:
    asked = []

    def answer(route: Route) -> None:
        asked.append(route.request.resource_type)
        route.fulfill(body="a,b", content_type="text/plain")

    page.goto("/area/E06000014-york")
    page.route("**/report/*.xlsx", answer)
    page.get_by_role("link", name="spreadsheet").first.click()
    page.wait_for_url("**/report/*.xlsx")
    assert asked == ["fetch", "document"]


def test_a_link_that_answers_at_once_says_nothing(page: Page) -> None:
    page.goto("/about")
    page.route("**/method", lambda route: route.fulfill(body="done", content_type="text/html"))
    page.evaluate(SEEN)
    page.get_by_role("link", name="Method", exact=True).first.click()
    page.get_by_text("done").wait_for()
    assert page.evaluate("sessionStorage.busy") is None


def test_a_link_that_is_saved_says_nothing(page: Page) -> None:
    page.goto("/method")
    link = page.locator("main a[href='/method.csv']").first
    with page.expect_download():
        link.click()
    page.wait_for_timeout(700)
    assert page.locator("[aria-busy=true], .working").count() == 0


def test_a_page_of_a_newer_edition_is_read_whole(page: Page, monitor: Monitor) -> None:
    """Two tabs, one opened before a new edition came: its next choice must not mix the two."""
    page.goto("/")
    page.evaluate("window.opened = 'before'")
    page.get_by_label("Measure").select_option("pay")
    page.wait_for_url("**node=pay*")
    assert page.evaluate("window.opened") == "before", "in the same edition only the content changes"

    def newer(route: Route) -> None:
        got = route.fetch()
        route.fulfill(response=got, body=got.text().replace(monitor.edition.name, "good-work-2099"))

    page.route("**/?*node=access*", newer)
    page.get_by_label("Measure").select_option("access")
    page.wait_for_url("**node=access*")
    page.wait_for_function("window.opened === undefined")
    assert page.locator("html").get_attribute("data-edition") == "good-work-2099"
    assert "good-work-2099" in page.locator("footer").inner_text()


@pytest.mark.parametrize("path", ["/", "/area/E06000014-york", "/weights", "/quality"])
@pytest.mark.parametrize(
    "page", [{}, {"viewport": {"width": 360, "height": 800}}], indirect=True, ids=["wide", "phone"]
)
def test_nothing_moves_while_a_page_loads_over_a_slow_line(page: Page, path: str) -> None:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 100, "downloadThroughput": 250_000, "uploadThroughput": 250_000}
    line.send("Network.emulateNetworkConditions", slow)
    page.goto(path)
    page.wait_for_timeout(300)
    moved = page.evaluate(
        "new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().map((one) => one.value)))"
        ".observe({ type: 'layout-shift', buffered: true }) || setTimeout(() => done([]), 100))"
    )
    assert sum(moved) < 0.002
