"""What pages do beyond being read: the search box, the slider of periods, choosing on the map, brushing a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_search_box_is_a_combobox_that_needs_no_mouse(page: Page) -> None:
    page.goto("/method")
    box = page.get_by_role("combobox", name="Find an area")
    box.focus()
    names = {"yrok": "York", "selby": "North Yorkshire", "ynys": "Isle of Anglesey", "e06000014": "York"}
    for asked, first in names.items():
        box.fill(asked)
        page.locator("[role=option]", has_text=first).first.wait_for()
        assert page.locator("[role=option]").first.inner_text().startswith(first)
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    box.fill("cumb")
    page.locator("[role=option]").nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert chosen.get_attribute("id") == box.get_attribute("aria-activedescendant")
    assert "Cumbria was parted in 2023" in chosen.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/area/E06000064*")
    assert "Cumbria was parted in 2023" in page.locator(".notice").inner_text()


def test_a_step_of_the_slider_colours_the_map_at_once_and_the_page_follows(page: Page) -> None:
    page.goto("/")
    slider = page.get_by_role("slider", name="Period")
    assert int(slider.get_attribute("max") or 0) + 1 == page.locator("#ladder li").count()
    slider.focus()
    page.locator("#slider[data-ahead]").wait_for()  # the other periods are read
    step = """() => { const slider = document.getElementById('slider'); const times = [];
      for (const at of [3, 2, 1]) { slider.value = at; const start = performance.now();
        slider.dispatchEvent(new Event('input', {bubbles: true})); times.push(performance.now() - start); }
      return [Math.min(...times), document.querySelector('#canvas [data-area=E06000014] title').textContent]; }"""
    least, said = page.evaluate(step)
    assert least < 50
    page.wait_for_url("**period=2018*")
    page.locator("#league", has_text="2018").wait_for()
    assert page.locator("#canvas [data-area=E06000014] title").text_content() == said
    assert page.evaluate("document.activeElement.id") == "slider"
    assert slider.get_attribute("aria-valuetext") == "2018"


def test_space_chooses_an_area_on_the_map(page: Page) -> None:
    page.goto("/?view=tiles")
    page.locator("#canvas a[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    code = page.evaluate("document.activeElement.dataset.area")
    page.keyboard.press("Space")
    page.wait_for_url(f"**areas={code}*")
    page.locator(f"#picked a[data-code={code}]").wait_for()
    assert page.evaluate("document.activeElement.dataset.area") == code, "the focus stays on the map"
    assert page.locator("#canvas path.chosen").count() == 1


def test_a_rectangle_over_a_chart_marks_its_areas_on_the_map(page: Page) -> None:
    page.goto("/scatter")
    drawn = page.locator(".drawn:not(.slim):not(.map)").first
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y + 200)
    page.mouse.up()
    codes = "all => all.map(one => one.dataset.area).sort()"
    marked = page.eval_on_selector_all(".drawn:not(.slim):not(.map) .brushed", codes)
    assert len(marked) > 3
    assert page.eval_on_selector_all(".drawn.map .brushed", codes) == marked
    assert page.locator(".pointed").first.inner_text().startswith(f"{len(marked)} areas: ")
    page.keyboard.press("Escape")
    assert page.locator(".brushed").count() == 0


@pytest.mark.parametrize("how", ["Control", "Shift", "the switch"])
def test_several_areas_are_chosen_on_the_map_by_mouse(page: Page, how: str) -> None:
    page.goto("/?view=tiles&areas=E06000014")
    if how == "the switch":
        page.get_by_role("button", name="Select several").click()
    modifiers = [] if how == "the switch" else [how]
    for code, n in (("E08000035", 2), ("E06000001", 3)):
        page.locator(f"#canvas [data-area={code}] path").first.click(modifiers=modifiers)
        page.wait_for_url(f"**areas=*{code}*")
        page.locator("#picked a").nth(n - 1).wait_for()
    assert page.url.count("/") == 3, "no area was opened"
    assert page.locator("table.league input[name=areas]:checked").count() == 3
    page.locator("#canvas [data-area=E08000035] path").first.click(modifiers=modifiers)
    page.locator("#picked a").nth(2).wait_for(state="detached")


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}, "has_touch": True}], indirect=True)
def test_several_areas_are_chosen_on_the_map_by_touch(page: Page) -> None:
    page.goto("/?view=tiles")
    page.get_by_role("button", name="Select several").tap()
    for code in ("E08000035", "E06000014"):
        page.locator(f"#canvas [data-area={code}] path").first.tap()
        page.wait_for_url(f"**areas=*{code}*")
    assert page.locator("table.league input[name=areas]:checked").count() == 2


def test_a_dot_pointed_at_has_its_name_beside_it(page: Page) -> None:
    page.goto("/scatter")
    drawn = page.locator(".drawn:not(.slim):not(.map)").first
    drawn.locator("[data-area=E06000014]").first.hover()
    assert drawn.locator(".at-mark").text_content() == "York"
    drawn.locator("[data-area][tabindex='0']").focus()
    page.keyboard.press("End")
    name = page.evaluate("document.activeElement.querySelector('title').textContent")
    assert name.startswith(f"{drawn.locator('.at-mark').text_content()} (")
