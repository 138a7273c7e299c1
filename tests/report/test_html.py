"""The HTML page of a report: alone, safe, and saying what was found."""

from __future__ import annotations

import os
import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from goodwork.analysis.finding import say
from goodwork.errors import GoodWorkError
from goodwork.figures.figure import Figure
from goodwork.report import html
from goodwork.report.document import Chapter, Document
from goodwork.report.html import to_html
from goodwork.report.section import Section

CHROMIUM = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), "")
AXE = (os.environ.get("AXE_PATH", ""), Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js")


def plain(page: str) -> str:
    """Words as a reader sees them."""
    return re.sub(r"[\s\xa0]+", " ", unescape(re.sub(r"<[^>]+>", " ", page.partition("<main>")[2])))


def test_it_says_every_sentence(york: Document, nation: Document) -> None:
    for document in (york, nation):
        text = plain(to_html(document))
        missing = [words for *_, words in document.sentences() if re.sub(r"\s+", " ", html.tight(words)) not in text]
        assert not missing


def test_it_needs_nothing_else_and_ids_are_there_once(york: Document) -> None:
    page = to_html(york)
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for name in re.findall(r'(?:aria-labelledby|aria-describedby)="([^"]+)"|url\(#([^)]+)\)|href="#([^"]+)"', page):
        assert "".join(name) in ids
    assert page.count("<h1") == 1
    assert 'lang="en-GB"' in page


def test_a_drawing_shown_twice_keeps_its_ids_apart() -> None:
    title = '<title id="m-title">M</title>'
    drawing = f'<svg viewBox="0 0 9 9" aria-labelledby="m-title">{title}<path fill="url(#m-hatch)"/></svg>'
    one = Figure("m", "M", "", drawing, pd.DataFrame({"a": [1]}), "M.", "", "", drawing, "", "")
    twice = Chapter("One", (Section("A", (), None, one), Section("B", (), None, one)))
    page = to_html(Document("n", "Kind", "Title", (), (twice,), "about", "source"))
    ids = re.findall(r'\bid="([^"]+title)"', page)
    assert len(ids) == len(set(ids)) == 2
    assert set(re.findall(r'aria-labelledby="([^"]+title)"', page)) == set(ids)
    assert len(set(re.findall(r"url\(#([^)]+)\)", page))) == 2


def test_markup_in_words_is_shown_as_it_is() -> None:
    nasty = '<img src=x onerror=alert(1)> & "quotes"'
    section = Section(nasty, (say("{words}", words=nasty),), pd.DataFrame({nasty: [nasty]}), None, (nasty,))
    page = to_html(
        Document("n", nasty, nasty, (say("{words}", words=nasty),), (Chapter(nasty, (section,)),), nasty, nasty)
    )
    assert "<img" not in page


def test_invented_figures_are_said_to_be() -> None:
    document = Document("n", "Kind", "Title", (), (), "about", "source", invented=True)
    assert "Invented figures" in to_html(document)


def test_a_fault_of_the_template_is_told_as_one(york: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    from jinja2 import Environment, StrictUndefined

    broken = Environment(undefined=StrictUndefined).from_string("{{ nothing.of_the_kind }}")
    monkeypatch.setattr(html, "_template", lambda: broken)
    with pytest.raises(GoodWorkError, match="York could not be written as HTML"):
        to_html(york)


@pytest.mark.skipif(not CHROMIUM, reason="Debian's chromium is not installed: the page was not tried in a browser")
def test_the_page_in_a_browser(york: Document, tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    axe = next((Path(p) for p in AXE if p and Path(p).is_file()), None)
    file = tmp_path / "report.html"
    file.write_text(to_html(york), encoding="utf-8")
    narrow = {"viewport": {"width": 320, "height": 800}, "color_scheme": "dark"}
    faults: list[str] = []
    with playwright.sync_playwright() as run:
        browser = run.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for options in ({}, narrow):
            found = browser.new_context(bypass_csp=True, **options).new_page()
            found.on("console", lambda message: faults.append(message.text))
            found.on("requestfailed", lambda request: faults.append(request.url))
            found.goto(file.as_uri())
            assert found.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            seen = "[...document.querySelectorAll('figure svg')].filter(d => d.getBoundingClientRect().width).length"
            assert found.evaluate(seen) == len(york.figures)
            same = "getComputedStyle(t).fontSize === parseFloat(t.getAttribute('font-size')) + 'px'"
            assert found.evaluate(f"[...document.querySelectorAll('svg text')].every(t => {same})")
            if axe is not None:
                found.add_script_tag(path=str(axe))
                assert not found.evaluate("axe.run().then(r => r.violations.map(v => v.id))")
        browser.close()
    assert not faults
