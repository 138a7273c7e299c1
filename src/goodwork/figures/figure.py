"""A figure: one drawing with everything a reader needs to judge it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goodwork.figures.markup import number, svg, tag, text

if TYPE_CHECKING:
    import pandas as pd

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
INK, QUIET, PAPER = "#1b2530", "#4a5663", "#ffffff"
MARGIN, SHEET = 24.0, 760.0


@dataclass(frozen=True)
class Caption:
    """What is said about a drawing: the finding, what is drawn, the sentence behind it, which end is better, what it is
    called where the numbers stand, where they come from and how far to trust them."""

    title: str
    subtitle: str
    sentence: str
    better: str
    unit: str
    source: str
    note: str


@dataclass(frozen=True)
class Part:
    """A piece of a drawing with its size in drawing units: what goes into a sheet or, by itself, into a page."""

    content: str
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Figure:
    """One drawing (``svg``, which can stand alone), the table behind it, a sentence made from the data, its source and
    a note of doubt. A page that sets title and notes in its own type takes ``drawing`` and ``legend`` instead.
    """

    name: str
    title: str
    subtitle: str
    svg: str
    table: pd.DataFrame = field(repr=False)
    sentence: str
    source: str
    note: str
    drawing: str = field(default="", repr=False)
    legend: str = field(default="", repr=False)

    def _repr_html_(self) -> str:
        """How a notebook shows it: the drawing, then the sentence."""
        return f"<figure>{self.svg}<figcaption>{text(self.sentence)}</figcaption></figure>"


def figure(name: str, caption: Caption, drawing: Part, legend: Part, table: pd.DataFrame, role: str) -> Figure:
    """Drawing, legend and words as one figure; ``role`` is ``group`` when there are links, else ``img``."""
    alone = svg(
        drawing.content,
        width=drawing.width,
        height=drawing.height,
        title=caption.title,
        description=f"{caption.subtitle}. {caption.sentence}",
        name=name,
        role=role,
    )
    key = svg(
        tag("g", legend.content, font_family=FONT),
        width=legend.width,
        height=legend.height,
        title="Legend",
        description=caption.better,
        name=f"{name}-legend",
        role="img",
    )
    return Figure(
        name=name,
        title=caption.title,
        subtitle=caption.subtitle,
        svg=sheet(name, caption, drawing, legend),
        table=table,
        sentence=caption.sentence,
        source=caption.source,
        note=caption.note,
        drawing=alone,
        legend=key,
    )


def sheet(name: str, caption: Caption, drawing: Part, legend: Part) -> str:
    """A drawing as it can be printed: title and subtitle above; legend, note and source below."""
    width = max(drawing.width + 2 * MARGIN, SHEET)
    y = 2.0 * MARGIN
    content = [tag("rect", width=width, height="100%", fill=PAPER)]
    for words, size, weight, colour in ((caption.title, 30.0, 600, INK), (caption.subtitle, 20.0, 400, QUIET)):
        lines = wrapped(words, int((width - 2 * MARGIN) / size * 1.9))
        content += [_line(line, y + k * size * 1.3, size, weight, colour) for k, line in enumerate(lines)]
        y += len(lines) * size * 1.3 + 4
    content.append(_placed(drawing, (width - drawing.width) / 2, y))
    y += drawing.height + MARGIN
    grown = min((width - 2 * MARGIN) / legend.width, 1.6)
    content.append(_placed(legend, MARGIN, y, grown))
    y += legend.height * grown + 1.5 * MARGIN
    for words in (caption.note, caption.source):
        lines = wrapped(words, int((width - 2 * MARGIN) / 16 * 1.9))
        content += [_line(line, y + k * 22, 16.0, 400, QUIET) for k, line in enumerate(lines)]
        y += len(lines) * 22 + 8
    body = tag("g", "".join(content), font_family=FONT)
    title, words = caption.title, caption.sentence
    return svg(body, width=width, height=y, title=title, description=words, name=f"{name}-sheet", role="group")


def _line(words: str, y: float, size: float, weight: int, colour: str) -> str:
    return tag("text", text(words), x=MARGIN, y=y, font_size=size, font_weight=weight, fill=colour)


def _placed(part: Part, x: float, y: float, scale: float = 1.0) -> str:
    grow = f" scale({number(scale, 3)})" if scale != 1.0 else ""
    return tag("g", part.content, transform=f"translate({number(x)} {number(y)}){grow}")


def wrapped(words: str, columns: int) -> list[str]:
    """Text broken into lines of at most so many characters.

    >>> wrapped("one two three", 8)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= columns:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
