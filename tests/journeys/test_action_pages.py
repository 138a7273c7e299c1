"""The pages of plans in a browser: the form works without scripts, nothing overflows, nothing bars a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE = {"viewport": {"width": 360, "height": 800}}
SILENT = {"java_script_enabled": False}
ADDRESSES = ("/target?area=E06000019&goal=rank&value=10", "/target", "/allocation", "/charters",
             "/track?target=York:unemployment:3:2028&target=Blackpool:median_pay:480:2028", "/transition")  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("page", [SILENT, SILENT | PHONE], indirect=True)
def test_a_goal_is_chosen_without_scripts(page: Page) -> None:
    page.goto("/target")
    page.get_by_label("Area", exact=True).select_option(label="Blackpool")
    page.get_by_label("Goal", exact=True).select_option("median")
    page.get_by_label("Which (10, 105, community, 2019)").fill("North West")
    page.get_by_role("button", name="Show").click()
    heading = page.locator("h1").inner_text().replace("\n", " ").replace("\xa0", " ")
    assert "Blackpool" in heading
    assert "the median score of the other areas of North West" in heading
    assert (
        page.locator("#figure-change svg").first.is_visible() or page.locator("#figure-change svg").nth(1).is_visible()
    )
    assert page.get_by_label("Goal", exact=True).input_value() == "median", "what was asked stands in the form"


@pytest.mark.browser
@pytest.mark.parametrize("page", [SILENT], indirect=True)
def test_a_budget_is_shared_without_scripts(page: Page) -> None:
    page.goto("/allocation")
    page.get_by_label("Budget (£)").fill("5000000")
    page.get_by_label("At most (£)").fill("100000")
    page.get_by_role("button", name="Share").click()
    assert "Of £5,000,000.00, shared by need" in page.locator(".standfirst").inner_text().replace("\xa0", " ")
    assert "none more than £100,000" in page.locator("main").inner_text().replace("\xa0", " ")


@pytest.mark.browser
@pytest.mark.parametrize("page", [SILENT], indirect=True)
def test_targets_are_set_with_keys_alone_and_left_out_again(page: Page) -> None:
    page.goto("/track")
    for goal in ("3", "450"):
        page.get_by_label("Place", exact=True).focus()
        page.keyboard.type("York")
        page.keyboard.press("Tab")
        page.keyboard.type("Unemployment" if goal == "3" else "Median pay")
        page.keyboard.press("Tab")
        page.keyboard.type(goal)
        page.keyboard.press("Tab")
        page.keyboard.type("2028")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    rows = page.get_by_role("table").first.locator("tbody tr")
    assert [rows.nth(k).locator("td").first.inner_text().splitlines()[0] for k in range(2)] == [
        "Unemployment", "Median pay",
    ]  # fmt: skip
    page.get_by_role("link", name="Leave out York, Unemployment").click()
    assert rows.count() == 1
    assert "Median pay" in page.locator("h1").inner_text().replace("\xa0", " ")


@pytest.mark.browser
@pytest.mark.parametrize("page", [{}, PHONE], indirect=True)
def test_nothing_overflows_and_nothing_bars_a_reader(page: Page, axe: str) -> None:
    for address in ADDRESSES:
        page.goto(address)
        wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= room, address
        page.evaluate(axe)
        found: dict[str, Any] = page.evaluate("axe.run()")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], address
