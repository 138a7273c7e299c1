"""Whatever a report prints is plain words and plain numbers: no exponents, no gaps of a program, no code names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd
import pytest

from goodwork.analysis.finding import say
from goodwork.monitor import Monitor
from goodwork.report.audit_report import audit_report
from goodwork.report.cells import grid
from goodwork.report.community_report import community_report
from goodwork.report.document import Chapter, Document
from goodwork.report.section import Section

#: What no reader should meet: 1.35e+03, nan, None, two spaces, names of columns, a zero with a sign, 43%.
FAULTS = re.compile(
    r"\d[eE][+\-−]\d|\b(?:nan|NaN|inf|None(?! of))\b|  |\b[a-z]+_[a-z_]+\b|(?<![\d.])[+\-−]0(?:\.0+)?(?![\d.])|\d%"
)


def printed(document: Document) -> Iterator[str]:
    """Every text that is printed: sentences, notes, headings, cells, and the words about drawings."""
    yield from (document.title, document.about, document.source)
    yield from (part for fact in document.facts for part in (fact.label, fact.value, fact.doubt))
    yield from (words for *_, words in document.sentences())
    for chapter in document.chapters:
        yield chapter.title
        for section in chapter.sections:
            yield section.title
            if section.figure is not None:
                one = section.figure
                yield from (one.title, one.subtitle, one.sentence, one.note)
                yield from re.findall(r">([^<>]+)</text>", one.drawing or one.svg)
            if section.table is not None and len(section.table):
                cells = grid(section.table)
                yield from cells.headers
                yield from (cell for row in cells.rows for cell in row)


def faults(document: Document) -> list[str]:
    return [words for words in printed(document) if FAULTS.search(words)]


def test_the_five_kinds_of_report_are_plain(
    york: Document, scilly: Document, nation: Document, monitor: Monitor
) -> None:
    found = [york, scilly, nation, community_report(monitor, "A")]
    found += [audit_report(monitor, name) for name in ("Blackpool", "Greater Manchester", "nation")]
    for document in found:
        assert not faults(document), document.title


@pytest.mark.parametrize(
    "words",
    [
        "about 1.35e+03",
        "4e-05 years",
        "nan to nan",
        "two  spaces",
        "low_pay",
        "None",
        "by −0.00",
        "+0.0 points",
        "43% up",
    ],
)
def test_what_is_not_plain_is_seen(york: Document, words: str) -> None:
    wrong = Chapter("Wrong", (Section("", (say("{words}", words=words),), pd.DataFrame({"Area": [words]})),))
    assert len(faults(Document("n", "Kind", "T", (), (wrong,), "about", "source"))) == 2


def test_no_format_of_a_sentence_writes_an_exponent() -> None:
    assert say("{a:.3g} {b:+.3g} {c:,.3g} {d:number}", a=1352.4, b=0.00001234, c=-25000.0, d=1e-5) == (
        "1,352 +0.0000123 −25,000 0.00001"
    )
