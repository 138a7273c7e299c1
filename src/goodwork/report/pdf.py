"""A document as PDF: tagged for assistive technology (PDF/UA-1), text as text, drawings as vectors, the same bytes each
time. Typesetting is Typst's; it comes with the extra ``pdf``."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.report.cells import grid
from goodwork.report.document import Document, blocks
from goodwork.report.section import Section
from goodwork.report.typesetting import FONT, in_print, spoken, typeset

#: The standard that is enforced: a document that breaks it is not made.
STANDARD = "ua-1"
#: Height of the tallest drawing, in widths of the page's type area; and the shape that would be too small by then.
TALLEST, TOO_TALL = 1.1, 3.0
#: Words that are not parted at the end of a line; what stands between both ends of an interval.
KEPT, BETWEEN = tr("no data"), tr("{low} to {high}").removeprefix("{low}").removesuffix("{high}")


def to_pdf(document: Document) -> bytes:
    """The document as PDF; raises ``GoodWorkError`` where the extra is not installed, or where Typst refuses it."""
    found: bytes = _compiled(document, format="pdf", pdf_standards=STANDARD)
    return found


def to_pages(document: Document, ppi: float = 100.0) -> list[bytes]:
    """Every page as a PNG picture, to look at."""
    found = _compiled(document, format="png", ppi=ppi)
    return [found] if isinstance(found, bytes) else list(found)


def _compiled(document: Document, **how: Any) -> Any:
    when = document.dated or date(2000, 1, 1)
    stamp = datetime(when.year, when.month, when.day, 12, tzinfo=UTC)
    return typeset(_sources(document), document.title, timestamp=stamp, **how)


def _sources(document: Document) -> dict[str, bytes]:
    """The template, what it says as data (never as markup), and the drawings."""
    template = files("goodwork.report") / "templates" / "report.typ"
    pictures: dict[str, bytes] = {}
    plain = {
        "kind": document.kind,
        "title": document.title,
        "lead": list(map(_tight, document.lead)),
        "facts": [{"label": f.label, "value": _tight(f.value), "doubt": _tight(f.doubt)} for f in document.facts],
        "about": document.about,
        "source": document.source,
        "dated": document.dated and [document.dated.year, document.dated.month, document.dated.day],
        "invented": document.invented,
        "font": FONT,
        **spoken(),
        "words": {
            "invented": tr("Invented figures, for practice only."),
            "page": tr("Page {page} of {pages}"),
            "legend": tr("Legend"),
        },
        "chapters": [
            {"title": chapter.title, "blocks": [_block(b, document, pictures) for b in blocks(chapter.sections)]}
            for chapter in document.chapters
        ],
    }
    return {"main.typ": template.read_bytes(), "document.json": json.dumps(plain).encode(), **pictures}


def _block(block: tuple[Section, ...], document: Document, pictures: dict[str, bytes]) -> list[dict[str, Any]]:
    """One section, or two drawings side by side; the drawings join the ``pictures``."""
    return [_section(section, document, pictures, beside=len(block) > 1) for section in block]


def _section(section: Section, document: Document, pictures: dict[str, bytes], beside: bool) -> dict[str, Any]:
    table = section.table
    found: dict[str, Any] = {
        "title": section.title,
        "findings": list(map(_tight, section.findings)),
        "notes": list(map(_tight, section.notes)),
        "figure": None,
        "table": None,
    }
    if section.figure is not None and _shape(section.figure.drawing or section.figure.svg) > TOO_TALL:
        words = tr("{drawing}: that drawing is too tall for paper; it stands in the HTML page.")
        found["notes"].append(words.format(drawing=section.figure.title))
    elif section.figure is not None:
        file = f"figure-{len(pictures)}.svg"
        drawn = for_print(section.figure, beside)
        pictures[file] = drawn.encode()
        found["figure"] = _figure(section.figure, document) | {"file": file, "width": _width(drawn), "legend": ""}
        if section.figure.legend:
            found["figure"]["legend"] = f"legend-{len(pictures)}.svg"
            pictures[found["figure"]["legend"]] = in_print(section.figure.legend).encode()
    if table is not None and len(table):
        cells = grid(table)
        found["table"] = {
            "headers": [_tight(words).split("\n") for words in cells.headers],
            "numeric": list(cells.numeric),
            "widths": list(cells.widths),
            "wordy": cells.wordy,
            "stretch": cells.stretch,
            "rows": [[_tight(cell).split("\n", 1) for cell in row] for row in cells.rows],
        }
    return found


def _figure(figure: Figure, document: Document) -> dict[str, Any]:
    """The words about a drawing; a source that stands on every page is not said again."""
    return {
        "title": _tight(figure.title),
        "subtitle": _tight(figure.subtitle.removeprefix(f"{document.about}. ")),
        "alt": f"{figure.title}. {figure.subtitle}. {figure.sentence}",
        "note": _tight(figure.note),
        "source": "" if figure.source == document.source else figure.source,
    }


def for_print(figure: Figure, beside: bool = False) -> str:
    """A drawing as it is printed: in the font of the document, in the colours of light paper, which every mark carries
    itself; laid out for half the width where it stands ``beside`` another."""
    return in_print((figure.narrow if beside else "") or figure.drawing or figure.svg)


def _width(drawn: str) -> float:
    """The share of the page's width a drawing takes: all of it, unless it would then be too tall for a page."""
    return min(1.0, TALLEST / _shape(drawn))


def _shape(drawn: str) -> float:
    """Height over width of a drawing."""
    found = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', drawn)
    return float(found[2]) / float(found[1]) if found else 1.0


def _tight(words: str) -> str:
    """Words that are not parted at the end of a line: a number and its per cent sign, “no data”."""
    apart = re.sub(r"(?<=\d) ?%", "\N{NO-BREAK SPACE}%", str(words))
    return _ranged(apart.replace(KEPT, _whole(KEPT)))


def _ranged(words: str) -> str:
    """Both ends of an interval stay on one line; those of a span of dates need not."""
    return (
        words
        if re.search(r"\d-\d", words)
        else re.sub(rf"(?<=[\d%]){re.escape(BETWEEN)}(?=[\d£+−])", _whole(BETWEEN), words)
    )


def _whole(words: str) -> str:
    return words.replace(" ", "\N{NO-BREAK SPACE}")
