"""Drawings and cards as PNG pictures, the same bytes each time. Typst draws them; it comes with the extra ``pdf``."""

from __future__ import annotations

import json
from collections.abc import Sequence

from goodwork.report.typesetting import FONT, in_print, spoken, typeset

#: Pixels of a picture to a pixel of the drawing, and of a card to a point of its page.
SHARPNESS = 2.0
_DRAWING = '#set page(width: auto, height: auto, margin: 0pt, fill: white)\n#image("drawing.svg")\n'
_CARDS = """
#let doc = json("cards.json")
#set page(width: 600pt, height: 315pt, margin: (x: 36pt, y: 32pt), fill: rgb("#ffffff"))
#set text(font: "FONT", fill: rgb("#1b2530"), lang: doc.lang, region: doc.region)
#set par(leading: 0.5em)
#for (number, told) in doc.cards.enumerate() {
  if number > 0 { pagebreak() }
  rect(width: 48pt, height: 5pt, fill: rgb("#1d4f91"))
  v(10pt)
  text(size: if told.title.len() > 90 { 25pt } else { 31pt }, weight: 700, told.title)
  v(8pt)
  text(size: 15pt, fill: rgb("#4a5663"), told.sentence)
  place(bottom + left, text(size: 12.5pt, fill: rgb("#4a5663"), told.line))
}
""".replace("FONT", FONT)


def to_png(svg: str, sharpness: float = SHARPNESS) -> bytes:
    """A drawing as PNG; raises ``GoodWorkError`` where the extra is not installed or the drawing cannot be read."""
    return _compiled({"main": _DRAWING.encode(), "drawing.svg": in_print(svg).encode()}, 72 * sharpness)[0]


def cards(told: Sequence[tuple[str, str, str]]) -> list[bytes]:
    """Pictures of 1,200 × 630 pixels that stand for pages where links to them are shown: what each page finds, one
    sentence, and whose it is. Together they take half the time that each alone would."""
    if not told:
        return []
    named = [
        {"title": shortened(title, 150), "sentence": shortened(sentence, 190), "line": line}
        for title, sentence, line in told
    ]
    plain = json.dumps({**spoken(), "cards": named})
    return _compiled({"main": _CARDS.encode(), "cards.json": plain.encode()}, 144)


def shortened(text: str, longest: int) -> str:
    """A text of no more than so many characters, cut between words.

    >>> shortened("Wandsworth scores highest", 20), shortened("York", 20)
    ('Wandsworth scores…', 'York')
    """
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _compiled(sources: dict[str, bytes], ppi: float) -> list[bytes]:
    """The pages of a document as pictures."""
    found = typeset(sources, "the picture", format="png", ppi=ppi)
    return found if isinstance(found, list) else [bytes(found)]
