"""The pages on which the monitor gives account of itself, in a real browser: as the accessibility statement says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PAGES = ("/releases", "/method", "/glossary", "/about", "/accessibility")
SHORTER = "document.querySelectorAll('tbody').forEach(body => [...body.rows].slice(3).forEach(row => row.remove()))"
RUN_AXE = "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"


@pytest.mark.parametrize(
    "page",
    [{"viewport": {"width": 320, "height": 800}}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    indirect=True, ids=["400 % zoom", "dark", "forced colours"],
)  # fmt: skip
def test_nothing_bars_a_reader(page: Page, axe: str, request: pytest.FixtureRequest) -> None:
    light = request.node.callspec.id == "400 % zoom"
    for path in (*PAGES, "/quality") if light else PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.evaluate(SHORTER)  # three lines of a table are enough to look at
        page.evaluate(axe)
        assert page.evaluate(RUN_AXE) == [], path


def test_a_word_leads_to_its_meaning_and_back(page: Page) -> None:
    page.goto("/")
    page.locator("#league ~ .note a.word").first.click()
    page.wait_for_url("**/glossary#score")
    assert page.locator("#score dt").is_visible()
    page.go_back()
    page.locator("table.league").wait_for()
