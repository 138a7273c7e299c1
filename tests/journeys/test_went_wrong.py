"""What went wrong for other monitors, each as a test in a real browser that it does not go wrong here."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from goodwork.figures.colour import HATCH_GROUND, HATCH_LINE, RAMPS, contrast
from goodwork.monitor import Monitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
FULL = "/?region=E12000003&unsure=yes&classes=equal&columns=score,access,region&sort=name&areas=York,Leeds"
NEW = (FULL, "/weights?w.access=2&spread=any",
       "/scatter?area=York&colour=community")  # fmt: skip
ROWS = "rows => rows.map(row => [row.dataset.area, ...[...row.cells].map(cell => cell.textContent.trim())])"


def table(page: Page, of: str = "table.league tbody tr") -> list[list[str]]:
    return page.eval_on_selector_all(of, ROWS)


def test_an_area_can_be_selected_without_a_mouse(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("checkbox", name="Choose Wokingham")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**areas=E06000041*")
    page.locator("#picked", has_text="Wokingham").wait_for()
    assert page.evaluate("document.activeElement.value") == "E06000041", "the focus stays where it was"
    page.locator("#canvas a[tabindex='0']").focus()
    page.keyboard.press("ArrowUp")
    code = page.evaluate("document.activeElement.dataset.area")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**area={code}*")
    page.locator("#area:focus").wait_for()


def test_no_chart_is_called_a_chart(page: Page) -> None:
    for path in ("/", "/area/E06000014-york", "/scatter"):
        page.goto(path)
        titles = page.eval_on_selector_all("svg[role] > title", "all => all.map(one => one.textContent)")
        assert titles
        assert not [t for t in titles if re.fullmatch(r"(?i).{0,12}\b(chart|map|graph|figure|plot)\b.{0,3}", t)]


@pytest.mark.parametrize(
    ("path", "mark"),
    [("/", "#canvas [data-area=E06000065] path"), ("/scatter?area_set=gb", ".drawn:not(.slim) [data-area=E06000014]")],
)
def test_pointing_says_name_and_value(page: Page, path: str, mark: str) -> None:
    page.goto(path)
    page.locator(mark).first.hover()
    page.locator(".status", has_text=re.compile(r"York.*\d")).first.wait_for()


def test_on_the_map_keeps_the_area(page: Page) -> None:
    page.goto("/area/E06000014-york?period=2019")
    page.get_by_role("link", name="On the map").click()
    assert page.locator("#area-name").inner_text() == "York"
    assert page.locator("#canvas path.chosen").count() == 1
    assert "2019" in page.locator("#league").inner_text()


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}, "has_touch": True}], indirect=True)
def test_small_areas_can_be_hit(page: Page) -> None:
    page.goto("/?region=E12000007")
    page.get_by_label("All 32 rows").check()
    small = page.eval_on_selector_all(
        "table.league .pick input, table.league tbody tr",
        "all => all.filter(one => one.getBoundingClientRect().height < 24).length",
    )
    assert small == 0
    page.get_by_label("Find an area").fill("scilly")
    page.get_by_role("option", name="Isles of Scilly").tap()
    page.wait_for_url("**/area/E06000053*")


def test_no_data_does_not_look_like_the_lowest_class(page: Page) -> None:
    assert contrast(HATCH_LINE, RAMPS[5][0]) >= 3
    assert contrast(HATCH_LINE, HATCH_GROUND) >= 3
    page.goto("/")
    assert page.locator("#canvas g.none a").count() > 0
    assert "url(#map-hatch)" in (page.locator("#canvas g.none").first.get_attribute("fill") or "")
    assert re.search(r"No data or not scored: \d+ areas", page.locator(".legend svg").text_content() or "")


def test_a_ranked_list_is_in_the_order_of_ranks(page: Page) -> None:
    page.goto("/")
    first = "rows => rows.map(row => parseInt(row.cells[0].firstChild.data))"
    ranks = page.eval_on_selector_all("table.league tbody tr", first)
    assert ranks == sorted(ranks)
    page.locator("th.col-name a").click()
    page.wait_for_url("**sort=name*")
    page.locator("th.col-name[aria-sort=ascending]").wait_for()
    names = [row[2].casefold() for row in table(page)]
    assert names == sorted(names)


def test_everything_is_compressed(page: Page) -> None:
    sent: dict[str, str] = {}
    page.on("response", lambda r: sent.update({r.url: r.headers.get("content-encoding", "")}))
    small = 600  # bytes below which packing makes nothing smaller
    page.goto("/")
    page.wait_for_load_state("networkidle")
    plain = [url for url, coding in sent.items() if coding not in ("gzip", "br")]
    assert len(sent) > 6
    assert [url for url in plain if len(page.request.get(url).body()) > small] == []


def test_a_slow_line_shows_words_first(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
    session.send("Network.emulateNetworkConditions", slow)
    page.goto("/", wait_until="commit")
    page.locator("h1").wait_for(timeout=5_000)


def test_no_area_is_dropped(page: Page, monitor: Monitor) -> None:
    members = {a.code for a in monitor.geography.members("gb")}
    page.goto("/")
    assert len(table(page)) + page.locator(".gaps li").count() == len(members)
    shown = 0
    for nation in ("E92000001", "S92000003", "W92000004"):
        page.goto(f"/?nation={nation}")
        shown += len(table(page)) + page.locator(".gaps li").count()
        words = page.locator(".only").inner_text()
        assert re.search(rf"^{len(table(page))} of \d+ scored areas shown", words)
        assert page.locator("#canvas .area").count() == len(members), "the others stay on the map, faint"
    assert shown == len(members)


@pytest.mark.parametrize(
    "choices",
    [FULL, "/weights?w.access=3&w.unemployment=0.5&normalisation=rank", "/scatter?x=median_pay&without=london"],
)
def test_a_shared_address_shows_the_same_choices(page: Page, choices: str) -> None:
    """The address is opened once more by somebody who has chosen nothing, and without scripts."""
    page.goto(choices)
    page.wait_for_load_state("networkidle")
    mine, url = page.locator("main").inner_text(), page.url
    context = page.context.browser.new_context(java_script_enabled=False)
    other = context.new_page()
    other.goto(url)
    for control in ("select", "input:checked"):
        pick = "all => all.map(one => [one.name, one.value])"
        assert other.eval_on_selector_all(f"main {control}", pick) == page.eval_on_selector_all(f"main {control}", pick)
    theirs = other.locator("h1").inner_text()
    context.close()
    assert theirs in mine


def test_back_and_forward_lead_through_the_choices(page: Page) -> None:
    page.goto("/")
    first = table(page)[0]
    page.get_by_label("Measure").select_option("pay")
    page.wait_for_url("**node=pay*")
    page.locator("#league", has_text=re.compile("^Pay and conditions")).wait_for()
    assert table(page)[0] != first
    page.get_by_text("Filter, sort and draw").click()
    page.get_by_label("Nation").select_option("S92000003")
    page.wait_for_url("**nation=S92000003*")
    page.locator(".only").wait_for()
    page.go_back()
    page.locator(".only").wait_for(state="detached")
    page.go_back()
    page.locator("#league", has_text=re.compile("^Access")).wait_for()
    assert table(page)[0] == first
    page.go_forward()
    page.locator("#league", has_text=re.compile("^Pay")).wait_for()
    assert page.get_by_label("Measure").input_value() == "pay"


def test_map_and_table_say_the_same_numbers(page: Page) -> None:
    page.goto("/?region=E12000003")
    said = dict(page.eval_on_selector_all("#canvas a", "all => all.map(a => [a.dataset.area, a.textContent])"))
    parts = "row => [row.dataset.area, ...row.querySelectorAll('th a, small')].map(one => one.textContent ?? one)"
    rows = page.eval_on_selector_all("table.league tbody tr", f"rows => rows.map({parts})")
    assert len(rows) > 10
    for code, ranks, name, scores in rows:
        assert said[code].startswith(f"{name}: score ")
        assert f"(95 % interval {scores}), " in said[code]
        assert said[code].endswith(f"(95 % interval {ranks})")


def test_a_bundle_has_a_dictionary_availability_and_parents(page: Page, monitor: Monitor) -> None:
    page.goto("/data")
    link = page.get_by_role("link", name="Everything as one ZIP")
    answer = page.request.get(link.get_attribute("href") or "")
    names = [name.rpartition("/")[2] for name in zipfile.ZipFile(io.BytesIO(answer.body())).namelist()]
    assert {"README.txt", "dictionary.csv", "availability.csv", "areas.csv", "indicators.csv"} <= set(names)


def test_beside_a_zip_stands_its_unpacked_size(page: Page, monitor: Monitor) -> None:
    page.goto("/data")
    packed = page.request.get(f"/data/{monitor.edition.name}.zip").body()
    unpacked = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(packed)).infolist())
    assert f"({unpacked:,} bytes) when unpacked" in page.locator(".whole-download").inner_text()


NAMED = ("/", "/area/E06000014-york", "/domain/pay", "/compare?areas=York,Leeds", "/scatter", "/indicator/median_pay")


@pytest.mark.parametrize("path", NAMED)
def test_every_name_of_an_indicator_is_the_declared_one(page: Page, monitor: Monitor, path: str) -> None:
    page.goto(path)
    declared = {one.id: (one.name, one.label) for one in monitor.catalogue.indicator}
    pick = "all => all.map(a => [a.pathname ? a.pathname.split('/').pop() : a.value, a.textContent.trim()])"
    shown = page.eval_on_selector_all("a[href*='/indicator/'], main option", pick)
    named = [(name, text.removesuffix(" (no figures)")) for name, text in shown if name in declared]
    assert named or path.startswith("/indicator/")
    said = [(name, text) for name, text in named if not text.startswith("What it is")]
    assert [(name, text) for name, text in said if text not in declared[name]] == []
    if path.startswith("/indicator/"):
        assert page.locator("h1").inner_text().startswith(declared["median_pay"])


def test_letters_do_nothing(page: Page) -> None:
    page.goto("/")
    page.locator("#canvas a[tabindex='0']").focus()
    here, url = page.evaluate("document.activeElement.dataset.area"), page.url
    for key in "abcdefghijklmnopqrstuvwxyz/?.":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.dataset.area") == here
    assert page.url == url


@pytest.mark.parametrize("view", NEW)
def test_axe_finds_nothing_with_no_rule_switched_off(page: Page, axe: str, view: str) -> None:
    page.goto(view)
    page.wait_for_load_state("networkidle")
    page.evaluate(axe)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        assert (scheme, found) == (scheme, [])
