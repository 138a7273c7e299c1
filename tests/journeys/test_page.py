"""A published edition in a real browser: seen, clicked, walked by keyboard, without scripts, on a narrow screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
VIEWS = ("/", "/?view=tiles", "/?area=E06000014", "/area/E06000014-york", "/areas?q=north",
         "/area/E06000053-isles-of-scilly", "/compare?areas=York,Leeds", "/indicator/median_pay",
         "/domain/access")  # fmt: skip


def test_the_page_opens_with_a_finding_a_map_and_a_table(page: Page) -> None:
    page.goto("/")
    assert re.search(r"scores highest for .*, (but|and) .* could be first", page.locator("h1").inner_text())
    areas = page.locator("#canvas .area")
    assert areas.count() == 207
    assert page.locator("table.league tbody tr").count() + page.locator(".gaps li").count() == 207
    box = page.locator("#canvas .area[data-area=E06000065] path").bounding_box()
    assert box
    assert box["width"] > 10


def test_a_click_on_an_area_opens_its_panel_and_the_address_keeps_it(page: Page) -> None:
    page.goto("/?period=2019")
    page.locator("#canvas .area[data-area=E06000065] path").click()
    page.wait_for_url("**area=E06000065*")
    assert "period=2019" in page.url
    assert page.locator("#area-name").inner_text() == "North Yorkshire"
    assert "95\N{NO-BREAK SPACE}% interval" in page.locator("#area .standfirst").inner_text()
    assert page.locator("#canvas .chosen").count() == 1
    page.go_back()
    assert page.locator("#area").count() == 0


def test_pointing_at_map_or_table_says_name_score_and_rank_with_intervals(page: Page) -> None:
    page.goto("/")
    page.locator("#canvas .area[data-area=E06000065] path").hover()
    words = r"North Yorkshire: score [\d.]+ \(95 % interval .*\), .* of \d+ \(95 % interval \d+ to \d+\)"
    assert re.fullmatch(words, page.locator("#status").inner_text())
    assert page.locator("tr.on").get_attribute("data-area") == "E06000065"
    page.locator("tr[data-area]").first.hover()
    assert page.locator("#canvas .lit").get_attribute("d")


def test_the_whole_page_can_be_walked_by_keyboard(page: Page) -> None:
    page.goto("/")
    first = page.locator("tr[data-area]").first.get_attribute("data-area")
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.dataset.area ?? document.activeElement.id"))
        if stops[-1] == first:
            break
    assert "q" in stops[:4], "search comes first"
    assert stops[-1] == first, "the map is one tab stop, at the first area"
    assert first in (page.evaluate("document.activeElement.href.baseVal") or "")
    seen = {first}
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowRight", "End", "Home"):
        page.keyboard.press(key)
        here = page.evaluate("document.activeElement.dataset.area")
        assert page.locator(f"#canvas [data-area={here}] title").inner_html() in page.locator("#status").inner_html()
        seen.add(here)
    assert len(seen) >= 6
    assert here == first
    page.keyboard.press("Tab")
    assert not page.evaluate("Boolean(document.activeElement.closest('#canvas'))"), "one stop, then out of the map"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**area={first}*")


def test_arrow_keys_move_geographically(page: Page) -> None:
    page.goto("/?view=tiles&area=E06000014")
    page.locator("#canvas [data-area=E06000014]").focus()

    def place() -> dict[str, float]:
        return page.evaluate(
            "(b => ({x: b.x + scrollX, y: b.y + scrollY}))(document.activeElement.getBoundingClientRect())"
        )

    for key, axis, sign in (("Up", "y", -1), ("Down", "y", 1), ("Left", "x", -1), ("Right", "x", 1)):
        before = place()
        page.keyboard.press(f"Arrow{key}")
        assert sign * (place()[axis] - before[axis]) > 0
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "league"


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_everything_works_without_javascript(page: Page) -> None:
    page.goto("/")
    page.locator("#canvas .area[data-area=E06000065] path").click()
    assert page.locator("#area-name").inner_text() == "North Yorkshire"
    page.get_by_label("Measure").select_option("pay")
    page.get_by_label("Areas compared").select_option("england")
    page.get_by_role("button", name="Show").click()
    assert "node=pay" in page.url
    assert "Pay and conditions, England" in page.locator("#league").inner_text()
    assert page.locator("#area-name").inner_text() == "North Yorkshire"
    page.get_by_role("link", name="equal tiles").click()
    assert page.locator("#canvas.tiles .area").count() == 153
    page.get_by_label("Find an area").fill("yrok")
    page.get_by_role("button", name="Find").click()
    assert page.locator("h1").inner_text().startswith("York scores ")
    page.get_by_label("Find an area").fill("north")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="North Yorkshire").or_(page.locator("main li a").first).first.click()
    assert page.locator("h1").inner_text().startswith("North")


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 700}}], indirect=True)
def test_a_narrow_screen_never_scrolls_sideways(page: Page) -> None:
    for view in VIEWS:
        page.goto(view)
        for width in (360, 320):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (view, width)


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_violation_in_light_and_dark(page: Page, axe: str, view: str) -> None:
    page.goto(view)
    page.evaluate(axe)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        assert (scheme, found) == (scheme, [])


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_on_a_phone_the_table_comes_first_and_is_whole_when_asked_for(page: Page) -> None:
    page.goto("/")
    table, map_ = (page.locator(one).bounding_box() for one in ("table.league", "#canvas"))
    assert table
    assert map_
    assert table["y"] + table["height"] < map_["y"]
    rows = page.locator("table.league tbody tr")
    assert sum(row.is_visible() for row in rows.all()[:20]) == 12
    page.get_by_label("All 201 rows").check()
    assert rows.last.is_visible()
    page.goto(f"/?area={rows.last.get_attribute('data-area')}")
    assert page.locator("table.league tr.chosen").is_visible()
