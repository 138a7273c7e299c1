"""Drawings and cards as PNG pictures, the same bytes each time. Typst draws them; it comes with the extra ``pdf``."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from goodwork.errors import GoodWorkError

FONT = "Source Sans Pro"
REMEDY = "pip install 'goodwork[pdf]'; the same drawing as SVG comes without it"
#: Pixels of a picture to a pixel of the drawing, and of a card to a point of its page.
SHARPNESS = 2.0
_FAMILY = re.compile(r"font-family=(\"[^\"]*\"|'[^']*')")
_DRAWING = '#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("drawing.svg")\n'
_CARD = """
#set page(width: 600pt, height: 315pt, margin: (x: 36pt, y: 32pt), fill: rgb("#ffffff"))
#set text(font: "Source Sans Pro", fill: rgb("#1b2530"), lang: "en", region: "gb")
#set par(leading: 0.5em)
#let told = json("card.json")
#rect(width: 48pt, height: 5pt, fill: rgb("#1d4f91"))
#v(10pt)
#text(size: if told.title.len() > 90 { 25pt } else { 31pt }, weight: 700, told.title)
#v(8pt)
#text(size: 15pt, fill: rgb("#4a5663"), told.sentence)
#place(bottom + left, text(size: 12.5pt, fill: rgb("#4a5663"), told.line))
"""


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("typst") is not None and find_spec("font_source_sans_pro") is not None


def to_png(svg: str, sharpness: float = SHARPNESS) -> bytes:
    """A drawing as PNG; raises ``GoodWorkError`` where the extra is not installed or the drawing cannot be read."""
    drawing = _FAMILY.sub(f'font-family="{FONT}"', svg)
    return _compiled({"main": _DRAWING.encode(), "drawing.svg": drawing.encode()}, 72 * sharpness)


def card(title: str, sentence: str, line: str) -> bytes:
    """A picture of 1,200 × 630 pixels that stands for a page where a link to it is shown: what the page finds, one
    sentence, and whose it is."""
    import json

    told = {"title": shortened(title, 150), "sentence": shortened(sentence, 190), "line": line}
    return _compiled({"main": _CARD.encode(), "card.json": json.dumps(told).encode()}, 144)


def shortened(text: str, longest: int) -> str:
    """A text of no more than so many characters, cut between words.

    >>> shortened("Wandsworth scores highest", 20), shortened("York", 20)
    ('Wandsworth scores…', 'York')
    """
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _compiled(sources: dict[str, bytes], ppi: float) -> bytes:
    typst, fonts = _typst()
    try:
        found = typst.compile(sources, font_paths=fonts, ignore_system_fonts=True, format="png", ppi=ppi)
    except typst.TypstError as error:
        raise GoodWorkError(f"the picture could not be drawn: {error}", remedy="take the SVG instead") from None
    return bytes(found[0] if isinstance(found, list) else found)


@cache
def _typst() -> tuple[Any, Any]:
    """Typst, and the font it may use: never the system's, so that a picture is the same everywhere."""
    try:
        import font_source_sans_pro
        import typst
    except ImportError:
        raise GoodWorkError("a PNG needs the library typst and a font", remedy=REMEDY) from None
    folder = files(font_source_sans_pro) / "files"
    return typst, typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])
