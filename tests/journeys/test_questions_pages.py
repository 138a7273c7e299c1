"""The pages of the questions in a real browser: accessible, on a phone, without scripts, by keyboard, in print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goodwork.report.questions import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
#: Every page over few areas, so that all of its rows are looked at; conditions are known for England only.
SMALL = tuple(f"{q.path}?area_set=wales" if q.path != "/conditions" else q.path for q in PAGES)
VIEWS = (*SMALL, "/neighbours?area=Cardiff&area_set=wales", "/conditions?area_set=gb", "/method")
RUN_AXE = "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"


@pytest.mark.parametrize(
    "page",
    [{}, {"viewport": {"width": 360, "height": 700}}, {"forced_colors": "active"}], indirect=True,
    ids=["light and dark", "phone", "forced colours"],
)  # fmt: skip
def test_axe_finds_no_violation_on_any_page(page: Page, axe: str, request: pytest.FixtureRequest) -> None:
    found = {}
    schemes = ("light", "dark") if "dark" in request.node.name else ("light",)
    for view in VIEWS:
        page.goto(view)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        page.evaluate(axe)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            found[view, scheme] = page.evaluate(RUN_AXE)
    assert found == {(view, scheme): [] for view in VIEWS for scheme in schemes}


@pytest.mark.parametrize("page", [{"viewport": {"width": w, "height": 700}} for w in (320, 2560)], indirect=True)
def test_no_page_scrolls_sideways_at_any_width(page: Page) -> None:
    for view in VIEWS:
        page.goto(view)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), view


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 700}}], indirect=True)
def test_a_phone_gets_the_narrow_drawing_and_a_desk_the_wide_one(page: Page) -> None:
    page.goto("/regions")
    assert page.locator(".drawn.slim").is_visible()
    assert not page.locator(".drawn.broad").is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator(".drawn.broad").is_visible()
    assert not page.locator(".drawn.slim").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".drawn.broad").is_visible()
    assert not page.locator("nav.pages").is_visible()


def test_the_page_is_walked_by_keyboard_and_tables_open(page: Page) -> None:
    page.goto("/communities")
    stops = []
    for _ in range(60):
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
