"""Drawings and cards as PNG pictures, the same bytes each time. Typst draws them; it comes with the extra ``pdf``."""

from __future__ import annotations

from goodwork.report.typesetting import FONT, in_print, typeset

#: Pixels of a picture to a pixel of the drawing, and of a card to a point of its page.
SHARPNESS = 2.0
_DRAWING = '#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("drawing.svg")\n'
_CARD = """
#set page(width: 600pt, height: 315pt, margin: (x: 36pt, y: 32pt), fill: rgb("#ffffff"))
#set text(font: "FONT", fill: rgb("#1b2530"), lang: "en", region: "gb")
#set par(leading: 0.5em)
#let told = json("card.json")
#rect(width: 48pt, height: 5pt, fill: rgb("#1d4f91"))
#v(10pt)
#text(size: if told.title.len() > 90 { 25pt } else { 31pt }, weight: 700, told.title)
#v(8pt)
#text(size: 15pt, fill: rgb("#4a5663"), told.sentence)
#place(bottom + left, text(size: 12.5pt, fill: rgb("#4a5663"), told.line))
""".replace("FONT", FONT)


def to_png(svg: str, sharpness: float = SHARPNESS) -> bytes:
    """A drawing as PNG; raises ``GoodWorkError`` where the extra is not installed or the drawing cannot be read."""
    return _compiled({"main": _DRAWING.encode(), "drawing.svg": in_print(svg).encode()}, 72 * sharpness)


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
    found = typeset(sources, "the picture", format="png", ppi=ppi)
    return bytes(found[0] if isinstance(found, list) else found)
