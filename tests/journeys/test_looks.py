"""Every kind of page looks as it did when somebody last looked at it: no map gone, no column fallen in, no style lost.

A page is kept as a tiny grey picture in ``looks``: too coarse for words and numbers, fine enough for what is seen from
across the room. Words are set in one known font, so that lines break alike whichever fonts a machine has.
``GOODWORK_LOOKS=renew`` makes the pictures anew: look at them and at their pages before they are committed.
"""

from __future__ import annotations

import base64
import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray

from goodwork.monitor import Monitor
from goodwork.report.questions import PAGES
from goodwork.web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
LOOKS = Path(__file__).parent / "looks"
#: One of every kind of page; where all areas would make a page long and its parts alike, those of Wales.
VIEWS = (
    "/", "/?area_set=wales&view=tiles", "/?area_set=wales&area=W06000015", "/area/W06000015-cardiff",
    "/area/E06000053-isles-of-scilly", "/compare", "/compare?areas=York,Leeds,Cardiff", "/indicator/median_pay",
    "/domain/access?area_set=wales", "/scatter", "/weights?area_set=wales", "/audit", "/audit/W06000015-cardiff",
    "/audit/wales", "/target?area=W06000015&goal=rank&value=50", "/allocation?budget=1000000", "/track",
    "/charters", "/transition", *(question.path for question in PAGES), "/neighbours?area=Cardiff", "/method", "/data",
    "/about", "/glossary", "/quality", "/releases", "/accessibility", "/api/v1/docs", "/embed/regions/shares",
    "/areas?q=north",
)  # fmt: skip
#: Width of the screen → pixels of the page that make one of the picture.
CELL = {360: 30, 1280: 40}
TALL = 6000  # pixels of a page that are looked at: below lies the rest of a long table
SHADES = 32
#: How many rows a row may have moved, and how unlike its stretch of three rows may be: a share of black.
MOVED, UNLIKE = 3, 0.012
FACE = """@font-face { font-family: Looks; src: url(/looks.otf); }
* { font-family: Looks !important; font-weight: 400 !important; }"""
SETTLED = """document.fonts.load('16px Looks').then(() => {
  for (const row of document.querySelectorAll('.pages ul')) row.scrollLeft = 0;
  return Math.min(document.documentElement.scrollHeight, %d);
})"""


def look(page: Page, address: str, change: str = "") -> NDArray[np.float64]:
    """A page as a tiny picture: the share of ink in every cell, 0 paper, 1 black; after a script that changes it."""
    image = pytest.importorskip("PIL.Image", reason="pillow is not installed")
    fonts = pytest.importorskip("font_source_sans_pro", reason="the font of the extra pdf is not installed")
    page.route("**/looks.otf", lambda route: route.fulfill(path=fonts.SourceSansPro, content_type="font/otf"))
    answer = page.goto(address, timeout=60_000)
    assert answer is not None
    assert answer.ok, f"{address}: {answer.status}"
    if page.locator("#lab").count():
        page.wait_for_selector("#lab[data-ready]")
    page.add_style_tag(content=FACE)
    if change:
        page.evaluate(change)
    tall, wide = page.evaluate(SETTLED % TALL), int(page.evaluate("innerWidth"))
    page.unroute("**/looks.otf")
    clip = {"x": 0, "y": 0, "width": wide, "height": tall, "scale": 0.25}
    how = {"format": "png", "clip": clip, "captureBeyondViewport": True}
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", how)
    session.detach()
    seen = image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("L")
    small = seen.resize((wide // CELL[wide], max(tall // CELL[wide], 1)), image.Resampling.BOX)
    shades: NDArray[np.float64] = np.rint((1 - np.asarray(small, dtype=float) / 255) * SHADES) / SHADES
    return shades


def unlike(kept: NDArray[np.float64], seen: NDArray[np.float64]) -> float:
    """How unlike the most unlike three rows of either picture are to whatever comes nearest to them about the same
    place in the other, as a mean share of black.

    >>> page = np.eye(9)
    >>> unlike(page, page), unlike(page, np.zeros((9, 9))) > 0.1
    (0.0, True)
    """
    one, other = (np.lib.stride_tricks.sliding_window_view(np.pad(p, ((1, 1), (0, 0)), "edge"), 3, 0)
                  for p in (kept, seen))  # fmt: skip
    apart = np.abs(one[:, None] - other[None]).mean(axis=(2, 3))
    rows, columns = (np.arange(len(p)) for p in (one, other))
    apart[np.abs(rows[:, None] - columns[None]) > MOVED] = 1.0
    return float(max(apart.min(axis=0).max(), apart.min(axis=1).max()))


def named(address: str, width: int) -> str:
    """The file of a page's picture."""
    return f"{re.sub('[^a-z0-9]+', '-', address.lower()).strip('-') or 'home'}-{width}.png"


def screens(*widths: int) -> pytest.MarkDecorator:
    """Screens of these widths. The site's own policy would not load the font that words are set in here."""
    wanted = [{"viewport": {"width": w, "height": 900}, "bypass_csp": True} for w in widths]
    return pytest.mark.parametrize("page", wanted, indirect=True, ids=[str(w) for w in widths])


@screens(*CELL)
@pytest.mark.timeout(900)
def test_every_page_looks_as_it_did(page: Page, tmp_path: Path) -> None:
    image: Any = pytest.importorskip("PIL.Image", reason="pillow is not installed")
    wide = int(page.evaluate("innerWidth"))
    changed = []
    for view in VIEWS:
        seen = look(page, view)
        file = LOOKS / named(view, wide)
        if os.environ.get("GOODWORK_LOOKS") == "renew":
            LOOKS.mkdir(exist_ok=True)
            image.fromarray(np.rint(seen * SHADES).astype(np.uint8) * (255 // SHADES)).save(file, optimize=True)
        kept = np.rint(np.asarray(image.open(file), dtype=float) / (255 // SHADES)) / SHADES if file.exists() else None
        found = 1.0 if kept is None else unlike(kept, seen)
        if found > UNLIKE:
            page.screenshot(path=tmp_path / file.name, full_page=True)
            changed.append(f"{view} is {found:.3f} unlike its picture, more than {UNLIKE}: see {tmp_path / file.name}")
    assert not changed, "\n".join([*changed, "If they are meant to look so: CONTRIBUTING.md, under looks of pages"])


@screens(1280)
def test_a_lost_map_a_fallen_column_and_a_lost_style_are_seen_and_other_numbers_are_not(page: Page) -> None:
    """So that the limit is never widened until nothing is found."""
    view = "/?area_set=wales"
    usual = look(page, view)
    changes = {
        "the same": "1",
        "other numbers": """for (const cell of document.querySelectorAll('td.num'))
            for (const word of cell.childNodes) word.data &&= word.data.replace(/[0-9]/, (one) => 9 - one);""",
        "no map": "document.querySelector('#canvas svg').remove()",
        "no columns": "document.querySelector('.sheet').style.display = 'block'",
        "no style": "document.querySelector('link[href*=\"style.css\"]').remove()",
    }
    found = {what: unlike(usual, look(page, view, change)) for what, change in changes.items()}
    assert {what for what, much in found.items() if much > UNLIKE} == {"no map", "no columns", "no style"}, found


def test_every_page_of_its_own_has_a_picture(monitor: Monitor) -> None:
    known = {urlsplit(view).path for view in VIEWS}
    lists = {"/areas/all"}  # too long for a picture
    assert create_app(monitor).state.addresses.single <= known | lists, "add it to VIEWS, then renew the pictures"


def test_no_picture_is_kept_of_a_page_that_is_gone() -> None:
    wanted = {named(view, wide) for view in VIEWS for wide in CELL}
    assert {file.name for file in LOOKS.glob("*.png")} == wanted
