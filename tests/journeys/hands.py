"""Four ways to use a page: with a mouse, with keys alone, by touch on a phone, and without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PHONE = 360
#: What a browser is told for each way.
WAYS: dict[str, dict[str, Any]] = {
    "mouse": {},
    "keys": {},
    "phone": {"viewport": {"width": PHONE, "height": 740}, "has_touch": True, "is_mobile": True},
    "no scripts": {"java_script_enabled": False},
}
#: Steps with Tab after which nobody would go on.
PATIENCE = 150
#: Whether a thing has the focus, and whether it comes later on the page than what has.
WHERE = """one => { const here = document.activeElement;
  return [one === here, Boolean(here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)]; }"""


class Hand:
    """What a person does on a page in one of the four ways; nothing else is done to it."""

    def __init__(self, page: Page, way: str) -> None:
        self.page, self.way = page, way

    @property
    def scripts(self) -> bool:
        """Whether the browser runs scripts."""
        return self.way != "no scripts"

    def open(self, address: str) -> None:
        """An address, as it is written into the browser."""
        self.page.goto(address)
        self.looked()

    def press(self, what: Locator) -> None:
        """A link, a button or a fold."""
        if self.way == "keys":
            self._go(what)
            self.page.keyboard.press("Enter")
        elif self.way == "phone":
            what.tap()
        else:
            what.click()

    def write(self, box: Locator, text: str) -> None:
        """Words into an empty box."""
        if self.way == "keys":
            self._go(box)
        else:
            self.press(box)
        self.page.keyboard.type(text)

    def most(self, slider: Locator) -> None:
        """A slider to its right end, or near it."""
        if self.way == "keys":
            self._go(slider)
            self.page.keyboard.press("End")
            return
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        place: Any = {"x": box["width"] * 0.9, "y": box["height"] / 2}
        if self.way == "phone":
            slider.tap(position=place)
        else:
            slider.click(position=place)

    def saved(self, what: Locator) -> tuple[str, str]:
        """What a link saves: the name of the file, and what stands in it."""
        before = self.page.url
        with self.page.expect_download() as got:
            self.press(what)
        assert self.page.url == before, "the page stays"
        return got.value.suggested_filename, Path(got.value.path()).read_text(encoding="utf-8")

    def looked(self) -> None:
        """A page seen to its end: on a phone nothing of it lies beyond the side."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert self.way != "phone" or wide <= PHONE, f"{self.page.url} is {wide} wide on a phone"

    def _go(self, what: Locator) -> None:
        """To a thing with Tab, or back with Shift and Tab."""
        for _ in range(PATIENCE):
            there, later = what.evaluate(WHERE)
            if there:
                return
            self.page.keyboard.press("Tab" if later else "Shift+Tab")
        raise AssertionError(f"{what} is not reached with Tab")
