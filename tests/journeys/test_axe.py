"""Accessibility of pages no other journey looks at, and of all kinds in forced colours: no rule switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SELDOM = ("/data", "/areas/all", "/api/v1/docs", "/embed/figure/map", "/areas?q=Cumbria", "/areas?q=zzzzz", "/nothing",
          "/audit", "/glossary")  # fmt: skip
KINDS = ("/", "/area/E06000014-york", "/compare?areas=York,Leeds", "/weights", "/scatter", "/quality", "/about")
LOST = ("/areas?q=zzzzz", "/nothing")
FAULTS = "axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
LOOKS = {"dark": {"color_scheme": "dark"}, "forced": {"forced_colors": "active"}}


def faults(page: Page, axe: str, view: str) -> object:
    page.goto(view)
    page.evaluate(axe)
    return page.evaluate(FAULTS)


@pytest.mark.parametrize("page", LOOKS.values(), indirect=True, ids=LOOKS)
def test_axe_finds_nothing_on_pages_seldom_seen(page: Page, axe: str) -> None:
    found = {view: faults(page, axe, view) for view in SELDOM}
    assert {view: told for view, told in found.items() if told} == {}


@pytest.mark.parametrize("page", [LOOKS["forced"]], indirect=True, ids=["forced"])
def test_axe_finds_nothing_in_forced_colours(page: Page, axe: str) -> None:
    found = {view: faults(page, axe, view) for view in KINDS}
    assert {view: told for view, told in found.items() if told} == {}


def test_an_embedded_figure_says_what_it_is(page: Page) -> None:
    page.goto("/embed/figure/map")
    assert "scores highest" in page.locator("h1").inner_text()
    assert "scores highest" in page.title()
