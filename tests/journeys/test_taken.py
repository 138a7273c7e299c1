"""What can be taken along: a citation and a sentence with a button on every page, true to what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goodwork.monitor import Monitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PAGES = ("/", "/weights", "/regions", "/scatter", "/compare?areas=York,Leeds", "/domain/pay")
COPIED = "navigator.clipboard.readText()"


def grant(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_citation_and_a_sentence_to_copy(
    page: Page, monitor: Monitor, address: str, path: str
) -> None:
    grant(page)
    page.goto(path)
    page.get_by_role("button", name="Copy the citation").last.click()
    page.get_by_role("button", name="Copied").wait_for()
    cited = page.evaluate(COPIED)
    assert monitor.edition.name in cited
    assert f"{address}{path.partition('?')[0]}" in cited
    sentence = page.locator(".aloud [data-copy]").inner_text()
    page.locator(".aloud button").click()
    page.locator(".aloud button", has_text="Copied").wait_for()
    assert page.evaluate(COPIED) == " ".join(sentence.split())
    assert sentence.replace("\xa0", " ").rstrip().endswith(f"(Good Work Monitor, edition {monitor.edition.name})")


def test_the_map_of_the_home_page_has_its_sentence(page: Page) -> None:
    grant(page)
    page.goto("/")
    page.locator(".picture .spoken summary").click()
    page.locator(".picture .spoken button").click()
    page.locator(".picture .spoken button", has_text="Copied").wait_for()
    assert page.evaluate(COPIED).startswith("In ")


def test_the_lab_cites_what_the_sliders_show(page: Page) -> None:
    page.goto("/weights")
    slider = page.locator("input[type=range]:not([disabled])").first
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_url("**w.*")
    told = page.locator("#told").inner_text()
    assert page.locator(".aloud [data-copy]").inner_text().startswith(told)
    assert page.url in page.locator(".cite [data-copy]").inner_text()
