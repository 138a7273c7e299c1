"""A published copy: every link leads somewhere, below any folder; what has not changed stays; a break harms nothing."""

from __future__ import annotations

import http.server
import json
import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import brotli
import pytest
from tests.conftest import BASE

from goodwork.errors import DataError, DeclarationError, StoreError
from goodwork.model.plans import example_plans
from goodwork.monitor import Monitor
from goodwork.web.app import create_app
from goodwork.web.publish import press, site
from goodwork.web.publish.check import astray, links_of
from goodwork.web.publish.markup import Copy, form, rewritten
from goodwork.web.publish.places import place_of
from goodwork.web.publish.site import RECORD, Published, publish_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def published(store: Path, folder: Path, **more: Any) -> Published:
    return publish_site(store, folder, BASE, workers=1, cards=False, **more)


def broken_links(folder: Path, places: list[str]) -> list[str]:
    read = [links_of(place, (folder / place).read_text(), BASE) for place in places]
    named = {where: of for found, _ in read for where, of in found.items()}
    return [fault for _, faults in read for fault in faults] + astray(named, folder)


@pytest.fixture
def copy(toyland_copy: Path) -> Path:
    return toyland_copy


def test_every_page_twin_figure_and_table_is_there(copy: Path, toyland_store: Path) -> None:
    monitor = Monitor.open(toyland_store)
    pages = create_app(monitor).state.addresses.pages
    missing = [page for page in pages if not (copy / place_of(page)).is_file()]
    # these say themselves when an edition cannot answer
    assert set(missing) <= {"/allocation", "/target", "/audit", "/transition"}
    for area in monitor.geography.at(monitor.geography.level):
        assert json.loads((copy / f"area/{area.code}.json").read_text())["area"]["code"] == area.code
        assert (copy / f"area/{area.code}.csv").is_file()
        assert (copy / f"area/{area.code}/spine.svg").read_text().startswith("<svg")
    for table in monitor.manifest["tables"]:
        parquet = (copy / f"data/{table}.parquet").read_bytes()
        assert parquet == (monitor.edition.path / f"{table}.parquet").read_bytes()
        assert (copy / f"data/{table}.csv").is_file()


def test_the_table_of_a_copy_is_the_one_that_is_served(copy: Path, toyland_store: Path) -> None:
    from fastapi.testclient import TestClient

    with TestClient(create_app(Monitor.open(toyland_store))) as client:
        for address in ("/index.csv", "/index.json", "/area/T01.json", "/area/T12.csv", "/data/scores.csv"):
            assert (copy / place_of(address)).read_bytes() == client.get(address).content


def test_every_link_resolves_and_a_broken_one_is_found(copy: Path, tmp_path: Path) -> None:
    places = [p.relative_to(copy).as_posix() for end in ("html", "svg") for p in copy.rglob(f"*.{end}")]
    assert len(places) > 100
    assert broken_links(copy, places) == []
    broken = tmp_path / "broken"
    (broken / "a").mkdir(parents=True)
    (broken / "index.html").write_text(
        '<a href="a/">A</a> <a href="a/#there">B</a> <a href="https://ons.gov.uk/">C</a>'
    )
    (broken / "a/index.html").write_text(
        '<p id="there"></p><a href="../none/">1</a><a href="#nowhere">2</a><a href="/a">3</a><img src="x.svg">'
        '<a href="../../out.html">4</a><a href="https://example.org/some/folder/gone/">5</a>'
    )
    found = broken_links(broken, ["index.html", "a/index.html"])
    assert len(found) == 6
    assert all(fault.startswith("a/index.html") for fault in found)


def test_nothing_on_a_page_asks_a_server(copy: Path) -> None:
    labs = 0
    for page in copy.rglob("*.html"):
        text = page.read_text()
        for markup in re.findall(r"<form\b[^>]*>", text):
            if "data-figures=" in markup:  # the lab: a module of the page works it out
                assert 'action="./"' in markup
                labs += 1
                continue
            assert 'role="search"' in markup
            (leads,) = re.findall(r'action="([^"]*)"', markup)
            assert (page.parent / leads).resolve() == (copy / "areas/all").resolve(), page
        assert not re.search(r'(?:href|src|action)="/(?!/)', text), page
    assert labs


def test_what_places_bring_is_in_the_copy_and_in_what_it_is_made_of(
    toyland_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans, jobs = example_plans(), []

    def printed(own: press.Press, workers: int, tell: Any) -> Any:
        jobs.append(own)
        raise StoreError("enough")

    monkeypatch.setattr(site, "_print", printed)
    for brought in (plans, None):
        with pytest.raises(StoreError, match="enough"):
            published(toyland_store, tmp_path / "www", plans=brought)
    (with_plans, tracked), (without, empty) = ((own, own.ask("/track")[1].decode()) for own in jobs)
    assert with_plans.job.plans == plans
    assert plans.targets is not None
    assert plans.targets.target[0].place in tracked
    assert tracked != empty
    made = {site._made_of(own.monitor, BASE, False, own.job.plans) for own in (with_plans, without, with_plans)}
    assert len(made) == 2


def test_the_packed_forms_are_the_same_bytes(copy: Path) -> None:
    page = copy / "index.html"
    assert brotli.decompress((copy / "index.html.br").read_bytes()) == page.read_bytes()
    assert (copy / "index.html.gz").stat().st_size < page.stat().st_size / 2


def test_what_machines_read(copy: Path) -> None:
    page = (copy / "index.html").read_text()
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    assert data["@type"] == "Dataset"
    assert "nvented" in data["description"]
    for one in data["distribution"]:
        assert (copy / one["contentUrl"].removeprefix(BASE)).is_file()
    assert f'<link rel="canonical" href="{BASE}">' in page
    area = (copy / place_of("/area/T01-" + next(copy.glob("area/T01-*")).name[4:])).read_text()
    assert re.search(f'rel="canonical" href="{BASE}area/T01-[a-z-]+/"', area)
    urls = [e.text or "" for e in ElementTree.parse(copy / "sitemap.xml").getroot().iter() if e.tag.endswith("loc")]
    assert BASE in urls
    assert all((copy / url.removeprefix(BASE) / "index.html").is_file() for url in urls)
    assert "Disallow: /\n" in (copy / "robots.txt").read_text()  # invented data are not for search engines
    entries = list(ElementTree.parse(copy / "releases.atom.xml").getroot().iter("{http://www.w3.org/2005/Atom}entry"))
    assert len(entries) == 2


def test_publishing_again_writes_nothing_and_a_changed_figure_only_what_shows_it(
    toyland_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "again"
    few = re.compile("/|/area/T0[123]-.*|/areas/all")
    every = site.planned
    monkeypatch.setattr(site, "planned", lambda *given: tuple(page for page in every(*given) if few.fullmatch(page)))
    monkeypatch.setattr(site, "_made_of", lambda *_: "this program")
    assert published(toyland_store, folder).written > 20
    before = {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in folder.rglob("*") if p.is_file()}
    assert published(toyland_store, folder).written == 0
    assert {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in before} == before
    from goodwork.web import area_page

    drawn = area_page.area_page

    def other(view: Any, area: Any) -> Any:
        page = drawn(view, area)
        if area.code == "T03":
            from dataclasses import replace

            page.figures["spine"] = replace(page.figures["spine"], drawing=page.figures["spine"].drawing + "<!-- -->")
        return page

    monkeypatch.setattr("goodwork.web.place_routes.area_page", other)
    monkeypatch.setattr(site, "_made_of", lambda *_: "another program")
    found = published(toyland_store, folder)
    changed = {
        p.relative_to(folder).as_posix() for p, (_, inode) in before.items() if p.exists() and p.stat().st_ino != inode
    }
    own = {name for name in changed if not name.endswith((".br", ".gz")) and name != RECORD}
    assert own
    assert all("T03" in name for name in own)
    assert found.written == len(own)


def test_what_only_a_server_can_show_is_not_linked(copy: Path) -> None:
    page = (copy / "index.html").read_text()
    assert "<select" not in page
    assert re.search(r'<nav class="published"[^>]*>.*>2021</a>', page, re.DOTALL)
    for word in ("region", "width of the rank interval", "natural breaks"):
        assert f">{word}</a>" not in page
    assert "has to be computed" in (copy / "compare/index.html").read_text()
    area = next(copy.glob("area/T01-*")) / "index.html"
    assert re.search(r"<a>On the map</a>", area.read_text())


def test_a_break_leaves_the_former_copy(toyland_store: Path, copy: Path, tmp_path: Path, monkeypatch: Any) -> None:
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "index.html").write_text("the former one")
    (folder / RECORD).write_text('{"files": {}, "made_of": ""}')

    def broken(self: press.Press, pages: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(press.Press, "run", broken)
        with pytest.raises(KeyboardInterrupt):
            published(toyland_store, folder)
    assert (folder / "index.html").read_text() == "the former one"
    assert sorted(p.name for p in tmp_path.iterdir() if "lock" not in p.name) == ["www"]

    def lost(self: press.Press, pages: Any) -> Any:
        faulty = press.Printed()
        self.write("index.html", b'<a href="gone/">gone</a>', faulty)
        return faulty

    with monkeypatch.context() as patched:
        patched.setattr(press.Press, "run", lost)
        with pytest.raises(DataError) as caught:
            published(toyland_store, folder)
    assert any("gone" in str(fault) for fault in caught.value.faults)
    assert (folder / "index.html").read_text() == "the former one"
    # broken off between the two steps of putting in place: the next publishing begins from the former one
    os.rename(folder, tmp_path / ".www.former")
    with monkeypatch.context() as patched:
        patched.setattr(press.Press, "run", broken)
        with pytest.raises(KeyboardInterrupt):
            published(toyland_store, folder)
    assert (folder / "index.html").read_text() == "the former one"


def test_other_peoples_files_are_not_touched(toyland_store: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError):
        published(toyland_store, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("base", ["example.org", "ftp://example.org/", "https://example.org/?x=1", ""])
def test_an_address_that_is_none_is_refused(toyland_store: Path, tmp_path: Path, base: str) -> None:
    with pytest.raises(DeclarationError):
        publish_site(toyland_store, tmp_path / "x", base)


def test_links_and_forms_keep_only_what_is_published() -> None:
    kept = Copy(frozenset(("/", "/?period=2020", "/area/a", "/areas/all")), lambda address: address)
    page = '<a href="/area/a?period=1999">a</a><a href="/?period=1999">b</a>'
    page += '<a class="c" href="/none#x">c</a><a href="/#y">d</a>'
    assert rewritten(page, "/?period=2020", kept) == (
        '<a href="../../area/a/">a</a><a>b</a><a class="c">c</a><a href="../../#y">d</a>'
    )
    asked = (
        '<form action="/" aria-label="What is shown"><label for="p">Period</label><select id="p" name="period">'
        '<option value="2021" selected>2021</option><option value="2020">2020</option>'
        '<option value="1999">1999</option></select></form>'
    )
    shown = form(asked, "/", kept)
    assert '<a href="/?period=2020">2020</a>' in shown
    assert "1999" not in shown
    assert "<select" not in shown


@pytest.fixture
def elsewhere(copy: Path) -> Iterator[str]:
    """The copy behind a plain server of files, below a folder that is not the one it was published for."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(copy.parent.parent)))
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_address[1]}/some/folder/"
    serving.shutdown()


#: Area, rank, range over plausible weights and score of a line of the lab.
LAB = """rows => rows.map(row => [row.dataset.area, row.cells[0].firstChild.data.trim(),
  row.cells[2].textContent.trim(), row.cells[4].textContent.trim()])"""


@pytest.fixture
def visitor(elsewhere: str) -> Iterator[Page]:
    """A page of a browser in which nothing may go wrong, nor ask anybody else."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("Debian's chromium is not installed: no page was tried in a browser")
    with playwright.sync_playwright() as run:
        flags = ["--no-sandbox", "--disable-gpu"]
        browser: Browser = run.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        page = browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda told: faults.append(told.text) if told.type in ("error", "warning") else None)
        page.on("request", lambda sent: None if sent.url.startswith(elsewhere) else faults.append(sent.url))
        page.on("response", lambda got: None if got.status < 400 else faults.append(f"{got.status} {got.url}"))
        yield page
        browser.close()
    assert not faults


@pytest.mark.browser
def test_a_plain_server_shows_it_below_a_folder(elsewhere: str, visitor: Page) -> None:
    page = visitor
    page.goto(elsewhere)
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).letterSpacing") != "normal"  # it has its style
    page.locator("nav.published a[href]").first.click()
    page.wait_for_url("**/view/**")
    page.locator(".brand a").click()
    assert page.url.rstrip("/") == elsewhere.rstrip("/")
    page.locator("table.league tbody a[href]").first.click()
    page.wait_for_url("**/area/T*/")
    assert page.locator("h1").inner_text()
    page.get_by_role("link", name="Communities").first.click()
    page.wait_for_url("**/communities/")


@pytest.mark.browser
def test_the_lab_of_a_copy_computes_in_the_page(elsewhere: str, toyland_store: Path, visitor: Page) -> None:
    from goodwork.web.lab import Weighting, lab

    monitor = Monitor.open(toyland_store)
    node = monitor.framework().children("index")[0]
    found = lab(monitor, Weighting.read(monitor, {f"w.{node}": "2", "aggregation": "geometric"}))
    wanted = {r["area"]: [f"{r['rank']:.0f}", f"{r['least']:.0f} to {r['most']:.0f}", f"{r['score']:.1f}"]
              for r in found.table.to_dict("records")}  # fmt: skip
    visitor.goto(f"{elsewhere}weights/")
    visitor.wait_for_selector("#lab[data-ready]")
    assert visitor.locator("[data-twins]").is_visible()
    visitor.locator(f"[id='w.{node}']").evaluate(
        "slider => { slider.value = 2; slider.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    visitor.get_by_label("Strong parts make up for weak ones").select_option("geometric")
    visitor.wait_for_selector("#lab[data-turn='2']")
    assert visitor.eval_on_selector_all("#ranks tbody tr", LAB) == [[area, *line] for area, line in wanted.items()]
    assert not visitor.locator("[data-twins]").is_visible()  # files hold the published weights alone
    shared = visitor.url
    assert f"w.{node}=2" in shared
    visitor.goto(elsewhere)
    visitor.goto(shared)  # as somebody who was sent the address
    visitor.wait_for_selector("#lab[data-turn='1']")
    assert visitor.eval_on_selector_all("#ranks tbody tr", LAB) == [[area, *line] for area, line in wanted.items()]
    visitor.get_by_role("link", name="Back to the published weights").click()
    visitor.wait_for_selector("#lab[data-ready]")
    assert visitor.url == f"{elsewhere}weights/"
