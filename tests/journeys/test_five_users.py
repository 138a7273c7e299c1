"""What five kinds of users come for: each from the first page to the answer, by mouse, by keys, by touch, by links.

Without scripts everything goes but this: the search box does not suggest, the lab works out only when it is asked to,
and the lab of a published copy, which has no server to ask, says that it needs JavaScript.
"""

from __future__ import annotations

import csv
import http.server
import io
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.journeys.conftest import watched
from tests.journeys.hands import WAYS, Hand

from goodwork.analysis.profile import ordinal
from goodwork.monitor import Monitor
from goodwork.web.postcodes import Postcodes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
YORK, PAY = "E06000014", "median_pay"
RANKS = (
    "rows => rows.map(row => [row.dataset.area, ...[...row.cells].slice(0, 5).map(cell => cell.textContent.trim())])"
)


def words(page: Page, where: str) -> str:
    return page.locator(where).first.inner_text().replace("\N{NO-BREAK SPACE}", " ")


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def search(hand: Hand, asked: str) -> None:
    """Write into the search box, and take the first that it suggests; without scripts it does not suggest."""
    hand.write(hand.page.get_by_label("Find an area"), asked)
    if not hand.scripts:
        hand.press(hand.page.get_by_role("button", name="Find"))
        return
    first = hand.page.get_by_role("option").first
    first.wait_for()
    if hand.way != "keys":
        hand.press(first)
        return
    hand.page.keyboard.press("ArrowDown")
    hand.page.keyboard.press("Enter")


def text_of(drawing: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", drawing).split())


def test_a_resident_asks_how_the_area_does_and_how_sure_that_is(hand: Hand, monitor: Monitor) -> None:
    page = hand.page
    hand.open("/")
    search(hand, "YO1 7HH" if Postcodes.here() else "yrok")
    page.wait_for_url(f"**/area/{YORK}-york*")
    hand.looked()
    row = monitor.scores().set_index("area").loc[YORK]
    place = f"{ordinal(int(row['rank']))} of {row['ranked']:.0f}"
    sure = f"(95 % interval {row['rank_low']:.0f} to {row['rank_high']:.0f})"
    assert words(page, "h1").startswith("York")
    assert f"{place} {sure}" in words(page, ".lead"), "no rank without its interval, and both at the top"
    hand.press(page.get_by_role("link", name="How sure"))
    told = re.search(r"cannot be told from (\d+) of the (\d+) other areas", words(page, "section:has(> #sure)"))
    assert told
    assert int(told[2]) == row["ranked"] - 1
    hand.press(page.get_by_text("Which ones, in order of rank"))
    alike = page.get_by_role("table", name="Areas that cannot be told from York")
    alike.wait_for()
    assert alike.locator("tbody tr").count() == int(told[1])
    assert page.get_by_role("row", name="both together").is_visible()
    hand.looked()


def test_an_officer_asks_who_is_alike_and_does_better_on_pay(hand: Hand, monitor: Monitor) -> None:
    page = hand.page
    hand.open("/")
    hand.press(page.get_by_role("link", name="Neighbours"))
    page.wait_for_url("**/neighbours")
    hand.looked()
    hand.write(page.get_by_label("Whose neighbours"), "York")
    hand.press(page.get_by_role("button", name="Show"))
    page.wait_for_url("**area=*")
    assert words(page, "h1").startswith("Most like York are ")
    hand.looked()
    near = monitor.answer("neighbours", "gb", "good_work")["neighbours"].query("area == @YORK")["neighbour"]
    names = {code: monitor.geography.by_code[code].name for code in near}
    figures = monitor.values(PAY, monitor.periods()[-1], [YORK, *near]).set_index("area")
    own, others = figures.loc[YORK], figures.loc[list(near)]
    ahead = others[others["value"] > own["value"]].sort_values("value", ascending=False)
    clear = ahead[ahead["lower"] > own["upper"]]
    pay = words(page, "tr:has(th:text('Median pay')) td").splitlines()
    assert pay[0].startswith("clearly: " if len(clear) else "none clearly")
    told = " ".join(pay)
    places = [told.index(names[code]) for code in [*clear.index, *ahead.index.difference(clear.index, sort=False)]]
    assert places == sorted(places), "the best first"
    assert not any(name in told for code, name in names.items() if code not in ahead.index)
    first = names[ahead.index[0]]
    hand.press(page.locator("#area").get_by_role("link", name=first, exact=True))
    page.wait_for_url(f"**/area/{ahead.index[0]}*")
    assert words(page, "h1").startswith(first)
    hand.looked()


def test_an_analyst_shares_weights_and_others_see_the_same_ranks(hand: Hand, browser: Browser, address: str) -> None:
    page = hand.page
    hand.open("/")
    hand.press(page.get_by_role("link", name="Weights"))
    page.wait_for_url("**/weights")
    if hand.scripts:
        page.wait_for_selector("#lab[data-ready]")
    hand.looked()
    before = page.eval_on_selector_all("#ranks tbody tr", RANKS)
    hand.most(page.get_by_label("Pay and conditions"))
    if hand.scripts:
        page.wait_for_selector("#lab[data-turn]")
        page.wait_for_timeout(100)
    else:
        hand.press(page.get_by_role("button", name="Work out"))
        page.wait_for_url("**w.pay=*")
    mine = page.eval_on_selector_all("#ranks tbody tr", RANKS)
    assert mine != before
    link = page.get_by_role("link", name="Link to this choice")
    shared = link.evaluate("link => link.href")
    assert re.search(r"w\.pay=[1-9]", shared)
    if hand.scripts:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        hand.press(page.get_by_role("button", name="Copy the link"))
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == shared
    with watched(browser, address, java_script_enabled=not hand.scripts) as other:  # another browser, of another kind
        other.goto(shared)
        assert other.eval_on_selector_all("#ranks tbody tr", RANKS) == mine
        assert other.get_by_label("Pay and conditions").input_value() == re.findall(r"w\.pay=([\d.]+)", shared)[0]


def test_a_journalist_saves_the_chart_with_its_source_and_the_numbers(hand: Hand, monitor: Monitor) -> None:
    page, edition = hand.page, monitor.edition.name
    hand.open("/")
    whole = page.locator("figcaption")
    name, drawing = hand.saved(whole.get_by_role("link", name="SVG of"))
    assert name == f"{edition}-figure-map.svg"
    told = text_of(drawing)
    assert words(page, "h1").split(" for ")[0] in told
    assert f"Edition {edition}" in told
    assert "Figures: Office for National Statistics" in told
    name, numbers = hand.saved(whole.get_by_role("link", name="its numbers as CSV"))
    assert name.endswith(".csv")
    scores = monitor.scores().set_index("area")
    rows = {row["area"]: row for row in table(numbers)}
    assert float(rows[YORK]["score"]) == scores.loc[YORK, "score"]
    assert len(rows) == page.locator("table.league tbody tr").count() + page.locator(".gaps li").count()
    assert all(row["reason"] for row in rows.values() if not row["score"]), "a gap says why"
    hand.open(f"/area/{YORK}-york")
    figure = page.locator("section:has(> #time) figure").first
    name, drawing = hand.saved(figure.get_by_role("link", name="SVG of"))
    assert name == f"{edition}-area-{YORK}-score.svg"
    assert f"edition {edition}. Figures: Office for National Statistics" in text_of(drawing)
    name, numbers = hand.saved(figure.get_by_role("link", name="its numbers as CSV"))
    assert name == f"{edition}-area-{YORK}-score.csv"
    own = [row for row in table(numbers) if row["line"] == "York"]
    assert [row["period"] for row in own] == list(monitor.periods())
    assert all(float(row["low"]) < float(row["value"]) < float(row["high"]) for row in own)
    cited = words(page, ".cite")
    assert edition in cited
    assert page.url in cited or not hand.scripts


@pytest.fixture
def site(toyland_copy: Path) -> Iterator[str]:
    """The published copy behind a plain server of files, below folders of its own."""

    class Plain(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Plain, directory=str(toyland_copy.parents[1])))
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_address[1]}/some/folder/"
    serving.shutdown()


@pytest.mark.parametrize("way", WAYS)
def test_a_maintainer_walks_the_copy_below_a_folder(browser: Browser, site: str, way: str) -> None:
    with watched(browser, site, **WAYS[way]) as page:
        hand = Hand(page, way)
        hand.open(site)
        hand.press(page.get_by_role("link", name="2021"))
        page.wait_for_url("**/view/**")
        hand.looked()
        assert words(page, ".standfirst").startswith("In 2021 ")
        assert not page.locator("input[type=checkbox]").count(), "nothing to tick that no server would read"
        _, numbers = hand.saved(page.locator("main").get_by_role("link", name="CSV", exact=True))
        assert {row["note"] for row in table(numbers)} == {"invented data"}
        hand.press(page.locator("table.league tbody a").first)
        page.wait_for_url("**/area/T*/")
        hand.looked()
        search(hand, "teap")
        if not hand.scripts:  # the search of a copy leads to the list of all
            page.wait_for_url("**/areas/all/?q=teap")
            hand.press(page.get_by_role("link", name="Teapot Green"))
        page.wait_for_url("**/area/T*-teapot-green/")
        hand.press(page.get_by_role("link", name="Compare", exact=True).first)
        page.wait_for_url("**/compare/")
        hand.press(page.get_by_role("link", name="The page of each area"))
        page.wait_for_url("**/areas/all/")
        hand.looked()
        hand.press(page.get_by_role("link", name="Weights"))
        page.wait_for_url("**/weights/")
        hand.looked()
        if not hand.scripts:
            assert "it needs JavaScript" in page.locator("noscript").first.inner_text()
            return
        page.wait_for_selector("#lab[data-ready]")
        before = page.eval_on_selector_all("#ranks tbody tr", RANKS)
        hand.most(page.get_by_label("Pay", exact=True))
        page.wait_for_selector("#lab[data-turn]")
        assert page.eval_on_selector_all("#ranks tbody tr", RANKS) != before
