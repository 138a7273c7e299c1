"""The PDF: what it says is what was found, it can be read by assistive technology, and it is the same every time."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from goodwork.analysis.finding import say
from goodwork.errors import GoodWorkError
from goodwork.report import pdf, typesetting
from goodwork.report.document import Chapter, Document
from goodwork.report.pdf import to_pages, to_pdf
from goodwork.report.section import Section

pytest.importorskip("typst", reason="the extra pdf is not installed")
pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")

#: Type area of an A4 page in shares of its width: what lies outside, left and right, stays white.
LEFT, RIGHT = 20.5 / 210, 189.5 / 210


def squeezed(words: str) -> str:
    """Letters and digits alone: lines break anywhere."""
    return re.sub(r"[\s ­]+", "", words)


def text_of(content: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return squeezed("".join(page.extract_text() for page in reader.pages))


def tags(node: Any) -> Iterator[Any]:
    """Every element of the tree of tags."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from tags(child)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from tags(node["/K"])


def test_every_sentence_and_table_of_the_document_is_text_in_the_pdf(york: Document, york_pdf: bytes) -> None:
    text = text_of(york_pdf)
    missing = [words for *_, words in york.sentences() if squeezed(words) not in text]
    # Sentences that run over the end of a page are parted by its foot; there may be a few of those.
    assert len(missing) <= 2, missing
    for section in york.sections:
        for cell in [] if section.table is None else section.table.iloc[:, 0]:
            assert squeezed(str(cell).split("\n")[0]) in text


def test_it_has_title_language_day_contents_and_page_numbers(york: Document, york_pdf: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(york_pdf))
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "York: Area report"
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert york.dated is not None
    assert reader.metadata.creation_date.date() == york.dated
    outline = [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)]
    assert [chapter.title for chapter in york.chapters] == outline
    last = len(reader.pages)
    assert squeezed(f"Page {last} of {last}") in squeezed(reader.pages[-1].extract_text())
    assert all(squeezed(york.source) in squeezed(page.extract_text()) for page in reader.pages)


def test_it_is_tagged_and_every_drawing_has_its_words(york: Document, york_pdf: bytes) -> None:
    root = pypdf.PdfReader(io.BytesIO(york_pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    found = list(tags(root["/StructTreeRoot"]))
    alternatives = [str(tag["/Alt"]) for tag in found if tag.get("/S") == "/Figure" and "/Alt" in tag]
    for figure in york.figures:
        assert any(figure.sentence in words for words in alternatives), figure.name
    kinds = {tag.get("/S") for tag in found}
    assert {"/Title", "/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/TOC"} <= kinds
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode(errors="replace")


def test_an_area_has_four_pages_and_one_without_figures_fewer(york_pdf: bytes, scilly: Document) -> None:
    assert len(pypdf.PdfReader(io.BytesIO(york_pdf)).pages) == 4
    assert len(pypdf.PdfReader(io.BytesIO(to_pdf(scilly))).pages) < 3


def test_it_is_the_same_every_time(york: Document, york_pdf: bytes) -> None:
    assert to_pdf(york) == york_pdf


def white_margins(document: Document) -> bool:
    image = pytest.importorskip("PIL.Image", reason="pillow is not installed")
    for page in to_pages(document, 40):
        sheet = image.open(io.BytesIO(page)).convert("L")
        for first, last in ((0, int(sheet.width * LEFT)), (int(sheet.width * RIGHT) + 1, sheet.width)):
            if sheet.crop((first, 0, last, sheet.height)).getextrema()[0] < 250:
                return False
    return True


def test_nothing_runs_into_the_margins(york: Document, scilly: Document, view: Any) -> None:
    from goodwork.report.area_report import report_of

    longest = max(view.monitor.geography.members(view.set_name), key=lambda area: len(area.name))
    assert white_margins(york)
    assert white_margins(scilly)
    assert white_margins(report_of(view, longest))


def test_a_word_too_wide_is_seen_in_the_margin(york: Document) -> None:
    """So that the test above is known to see something."""
    wide = Chapter("Wide", (Section("", (say("{word}", word="x" * 200),)),))
    assert not white_margins(replace(york, chapters=(wide,)))


NASTY = "#let x = 1 $a_b$ *bold* _it_ \\ <b>&amp;</b> @ref `raw` = no heading / [x] “ŵ” −5"


def test_markup_in_words_is_shown_as_it_is() -> None:
    table = pd.DataFrame({NASTY: [NASTY]})
    chapter = Chapter(NASTY, (Section(NASTY, (say("{words}", words=NASTY),), table, None, (NASTY,)),))
    made = to_pdf(Document("n", "Kind", NASTY, (say("{words}", words=NASTY),), (chapter,), "about", "source"))
    assert text_of(made).count(squeezed("*bold* _it_ \\ <b>&amp;</b>")) >= 7
    assert to_pdf(Document("n", "Kind", "Without a day", (), (), "about", "source"))


def test_without_the_extra_it_says_what_to_install(york: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    typesetting.engine.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(GoodWorkError, match=r"goodwork\[pdf\]"):
        to_pdf(york)
    monkeypatch.undo()
    typesetting.engine.cache_clear()


def test_a_fault_of_the_template_is_told_as_one(york: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_sources", lambda document: {"main.typ": b"#nothing-of-the-kind()"})
    with pytest.raises(GoodWorkError, match="York could not be typeset: unknown variable"):
        to_pdf(york)
