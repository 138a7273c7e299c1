"""Marks of charts: dots, intervals, and shapes that tell groups apart without their colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goodwork.figures.axes import Scale
from goodwork.figures.colour import OKABE_ITO
from goodwork.figures.lettering import SMALL, broken, width, write
from goodwork.figures.markup import number, tag, text
from goodwork.figures.theme import paint

#: Outlines round (0, 0) with a radius of about 1; a mark in another size and place is one of these moved.
SHAPES = ("circle", "square", "triangle", "diamond", "down", "cross")
#: How far the words of a key stand from where their mark begins.
KEY = 27.0
#: So many groups differ in shape or filling, each shape filled and hollow.
GROUPS = 2 * len(SHAPES)
_PATHS = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1.15), (1.05, 0.75), (-1.05, 0.75)),
    "diamond": ((0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)),
    "down": ((0, 1.15), (1.05, -0.75), (-1.05, -0.75)),
    "cross": ((-1.2, -0.45), (-0.45, -0.45), (-0.45, -1.2), (0.45, -1.2), (0.45, -0.45), (1.2, -0.45), (1.2, 0.45),
              (0.45, 0.45), (0.45, 1.2), (-0.45, 1.2), (-0.45, 0.45), (-1.2, 0.45)),
}  # fmt: skip


def glyph(
    shape: str, x: float, y: float, size: float, said: str = "", *, area: str | None = None, **painted: Any
) -> str:
    """One mark, with the words that hovering shows."""
    inside = tag("title", text(said)) if said else None
    if shape == "circle":
        return tag("circle", inside, data_area=area, cx=x, cy=y, r=size, **painted)
    points = [f"{number(x + a * size)} {number(y + b * size)}" for a, b in _PATHS[shape]]
    return tag("path", inside, data_area=area, d="M" + "L".join(points) + "z", **painted)


def coded(at: int, kind: str = "dot") -> tuple[str, dict[str, Any]]:
    """The shape and paint of the group in a place of a list: six shapes, filled and then hollow, so that twelve groups
    differ in shape alone; the colour only helps.

    >>> coded(1)[0], coded(7)[0], coded(1)[1]["fill"] != coded(7)[1]["fill"]
    ('square', 'square', True)
    """
    colour = OKABE_ITO[at % len(OKABE_ITO)]
    if (at // len(SHAPES)) % 2 == 0:
        return SHAPES[at % len(SHAPES)], paint(colour, "ink", 0.7, kind)
    return SHAPES[at % len(SHAPES)], paint("paper", colour, 1.8, f"{kind} hollow")


def dot(
    x: float,
    y: float,
    said: str = "",
    *,
    size: float = 4.5,
    role: str = "mark",
    hollow: bool = False,
    kind: str = "dot",
    area: str | None = None,
) -> str:
    """A round mark with a rim of paper; hollow where what it shows is not sure or has no interval."""
    painted = paint("paper", role, 2, kind) if hollow else paint(role, "paper", 1, kind)
    return glyph("circle", x, y, size, said, area=area, **painted)


def bar(
    axis: Scale,
    y: float,
    low: float,
    high: float,
    *,
    thick: float = 8,
    role: str = "bar",
    kind: str = "interval",
    area: str | None = None,
) -> str:
    """An interval across a row; nothing where an end is not known."""
    if not (low == low and high == high):
        return ""
    left, right = sorted((axis(low), axis(high)))
    wide = max(right - left, 1.0)
    left = (left + right - wide) / 2
    return tag(
        "rect", data_area=area, x=left, y=y - thick / 2, width=wide, height=thick, rx=1.5, **paint(role, kind=kind)
    )


def gap(x: float, y: float, wide: float, tall: float, hatch: str, said: str = "", *, area: str | None = None) -> str:
    """The place of a figure that is not there: hatched and outlined, never a zero."""
    inside, painted = tag("title", text(said)) if said else None, paint(None, "edge", 0.8, "gap")
    return tag("rect", inside, data_area=area, x=x, y=y, width=wide, height=tall, fill=f"url(#{hatch})", **painted)


def key(entries: Sequence[tuple[str, str]], x: float, y: float, room: float) -> tuple[str, float]:
    """Marks with their names, in as many lines as they need, and the height they take. An entry is the drawing of a
    mark round (0, 0), at most 9 to either side, and words."""
    drawn, at, base = [], x, y
    for mark, words in entries:
        wide = KEY + width(words, SMALL) + 16
        if at > x and at + wide - 16 > x + room:
            at, base = x, base + 19
        drawn.append(tag("g", mark, transform=f"translate({number(at + 10)} {number(base)})"))
        for k, line in enumerate(broken(words, room - KEY, SMALL)):
            base += 15 if k else 0
            drawn.append(write(line, at + KEY, base + 4, SMALL, "quiet", kind="key"))
        at += wide
    return "".join(drawn), (base - y + 22) if entries else 0.0
