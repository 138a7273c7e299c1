"""A figure: one drawing with everything a reader needs to judge it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goodwork.figures.lettering import broken
from goodwork.figures.markup import number, svg, tag, text
from goodwork.figures.theme import ROLES
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
INK, QUIET, PAPER = (ROLES[role][0] for role in ("ink", "quiet", "paper"))
MARGIN, SHEET = 24.0, 760.0
#: Widths for which charts are laid out: a column of a page, and a phone.
WIDE, NARROW = 720.0, 340.0


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
    a note of doubt. A page that sets title and notes in its own type takes ``drawing`` and ``legend`` instead, and on a
    phone ``narrow``, the drawing laid out anew for small screens (empty for maps, which only shrink).
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
    narrow: str = field(default="", repr=False)

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
        title=tr("Legend"),
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


def chart(name: str, caption: Caption, draw: Callable[[float], Part], table: pd.DataFrame) -> Figure:
    """A chart as a figure: ``draw`` lays it out for a width, with its key and directions inside; ``table`` is what was
    drawn."""
    words = f"{caption.subtitle}. {caption.sentence}"
    wide, small = draw(WIDE), draw(NARROW)

    def alone(part: Part, name: str) -> str:
        content = tag("g", part.content, font_family=FONT)
        return svg(
            content, width=part.width, height=part.height, title=caption.title, description=words, name=name, role="img"
        )

    return Figure(
        name, caption.title, caption.subtitle, sheet(name, caption, wide, None), table, caption.sentence,
        caption.source, caption.note, drawing=alone(wide, name), narrow=alone(small, f"{name}-narrow"),
    )  # fmt: skip


def sheet(name: str, caption: Caption, drawing: Part, legend: Part | None) -> str:
    """A drawing as it can be printed: title and subtitle above; legend (charts have it inside), note and source
    below."""
    width = max(drawing.width + 2 * MARGIN, SHEET)
    y = 2.0 * MARGIN
    content = [tag("rect", width=width, height="100%", fill=PAPER)]
    head, under = (30.0, 20.0) if legend else (24.0, 16.0)
    for words, size, weight, colour in ((caption.title, head, 600, INK), (caption.subtitle, under, 400, QUIET)):
        lines = broken(words, width - 2 * MARGIN, size, weight)
        content += [_line(line, y + k * size * 1.3, size, weight, colour) for k, line in enumerate(lines)]
        y += len(lines) * size * 1.3 + 4
    y += 0 if legend else 8
    content.append(_placed(drawing, (width - drawing.width) / 2, y))
    y += drawing.height + MARGIN
    if legend:
        grown = min((width - 2 * MARGIN) / legend.width, 1.6)
        content.append(_placed(legend, MARGIN, y, grown))
        y += legend.height * grown + 1.5 * MARGIN
    size = 16.0 if legend else 13.0
    for words in (caption.note, caption.source):
        lines = broken(words, width - 2 * MARGIN, size)
        content += [_line(line, y + k * size * 1.38, size, 400, QUIET) for k, line in enumerate(lines)]
        y += len(lines) * size * 1.38 + 8
    body = tag("g", "".join(content), font_family=FONT)
    title, words, role = caption.title, caption.sentence, "group" if legend else "img"
    return svg(body, width=width, height=y, title=title, description=words, name=f"{name}-sheet", role=role)


def _line(words: str, y: float, size: float, weight: int, colour: str) -> str:
    return tag("text", text(words), x=MARGIN, y=y, font_size=size, font_weight=weight, fill=colour)


def _placed(part: Part, x: float, y: float, scale: float = 1.0) -> str:
    grow = f" scale({number(scale, 3)})" if scale != 1.0 else ""
    return tag("g", part.content, transform=f"translate({number(x)} {number(y)}){grow}")
