"""The legend of a map: a strip with every area on it, the bounds of the classes, which end is better, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from goodwork.figures.classes import Classes
from goodwork.figures.colour import HATCH_LINE, ramp
from goodwork.figures.figure import INK, QUIET, Part, wrapped
from goodwork.figures.markup import number, tag, text

WIDTH = 320.0
ROW = 20.0
RULE = "Each colour holds about the same number of areas (quantiles); equal scores share a colour."


def legend(values: NDArray[np.float64], classes: Classes, *, better: str, unit: str, hatch: str) -> Part:
    """Strip, classes and the class of areas without a value; ``hatch`` is the id of the pattern they are drawn with.

    >>> from goodwork.figures.classes import quantiles
    >>> some = np.array([1.0, 2.0, np.nan])
    >>> key = legend(some, quantiles(some), better="higher is better", unit="Score", hatch="map-hatch")
    >>> "No data or not scored: 1 area" in key.content, "Higher is better" in key.content
    (True, True)
    """
    rows = [line(f"{better[:1].upper()}{better[1:]}.", 0, 12, 13, weight=600)]
    y = 20.0
    if len(classes):
        rows.append(_strip(values, classes, y))
        y += 46
    for k, colour in enumerate(ramp(len(classes))):
        rows.append(_row(y, f"c{k}", colour, INK, f"{classes.bounds(k)}: {classes.place(k)}", classes.counts[k], ", "))
        y += ROW
    rows.append(_row(y, "none", f"url(#{hatch})", HATCH_LINE, "No data or not scored", classes.missing, ": "))
    y += ROW + 14
    for words in wrapped(f"{unit}. {RULE}", 52):
        rows.append(line(words, 0, y, 11))
        y += 14
    return Part("".join(rows), WIDTH, y)


def _row(y: float, kind: str, fill: str, edge: str, words: str, count: int, joint: str) -> str:
    return swatch(y, kind, fill, edge) + line(f"{words}{joint}{count} area{'' if count == 1 else 's'}", 36, y + 12, 13)


def swatch(y: float, kind: str, fill: str, edge: str) -> str:
    """The colour of a class or category, as large as a word."""
    return tag("rect", class_=f"swatch {kind}", x=0.5, y=y + 0.5, width=26, height=14, fill=fill, stroke=edge)


def line(words: str, x: float, y: float, size: int, weight: int | None = None, anchor: str | None = None) -> str:
    """A line of a legend; small ones are quiet."""
    colour, kind = (QUIET, "quiet") if size < 12 else (INK, "ink")
    return tag(
        "text", text(words), class_=kind, x=x, y=y, font_size=size, font_weight=weight, fill=colour, text_anchor=anchor
    )


def _strip(values: NDArray[np.float64], classes: Classes, y: float) -> str:
    """Every area as a line at its score over the colours of the classes, the lowest and highest score at the ends."""
    low, high = classes.low[0], classes.high[-1]

    def across(value: float) -> float:
        return 1 + (value - low) / ((high - low) or 1.0) * (WIDTH - 2)

    ticks = "".join(f"M{number(across(float(v)))} {number(y)}v9" for v in np.sort(values[np.isfinite(values)]))
    lines = [tag("path", class_="ticks", d=ticks, stroke=INK, stroke_width=0.8)]
    ends = [0.0, *(across((a + b) / 2) for a, b in zip(classes.high, classes.low[1:], strict=False)), WIDTH]
    for k, colour in enumerate(ramp(len(classes))):
        lines.append(
            tag("rect", class_=f"c{k}", x=ends[k], y=y + 11, width=ends[k + 1] - ends[k], height=9, fill=colour)
        )
    lines.append(tag("rect", class_="strip", x=0.5, y=y + 11, width=WIDTH - 1, height=9, fill="none", stroke=INK))
    lines += [
        line(f"{low:.1f} lowest", 0, y + 34, 11),
        line(f"{high:.1f} highest", WIDTH, y + 34, 11, anchor="end"),
    ]
    return "".join(lines)
