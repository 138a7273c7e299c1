"""Pages of audits in a real browser: accessible, on a phone, without scripts, in print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
VIEWS = ("/audit", "/audit/E06000058-bournemouth-christchurch-and-poole", "/audit/E06000053-isles-of-scilly",
         "/audit/tees-valley")  # fmt: skip
RUN_AXE = "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"


@pytest.mark.parametrize(
    "page",
    [{"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 700}}],
    indirect=True,
    ids=["dark", "phone"],
)
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(page: Page, axe: str) -> None:
    found = {}
    for view in VIEWS:
        page.goto(view)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), view
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        page.evaluate(axe)
        found[view] = page.evaluate(RUN_AXE)
    assert found == {view: [] for view in VIEWS}


@pytest.mark.parametrize(
    "page", [{"java_script_enabled": False, "viewport": {"width": 360, "height": 700}}], indirect=True
)
def test_everything_works_without_scripts(page: Page) -> None:
    page.goto("/audit")
    page.get_by_label("Area or group").fill("Tees Valley")
    page.get_by_role("button", name="Audit", exact=True).click()
    assert page.url.endswith("/audit/tees-valley")
    assert page.get_by_role("heading", name="Levers to talk about").is_visible()
    page.get_by_text("Sector programmes").click()
    assert page.get_by_text("Who holds it").first.is_visible()
    page.get_by_role("link", name="Hartlepool").last.click()
    assert page.url.endswith("/audit/E06000001-hartlepool")
