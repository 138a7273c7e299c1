"""The legend of a map: a strip with every area on it, the bounds of the classes, which end is better, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.wording import areas_of
from goodwork.figures.classes import Classes
from goodwork.figures.colour import HATCH_LINE, ramp
from goodwork.figures.figure import INK, QUIET, Part
from goodwork.figures.lettering import broken
from goodwork.figures.markup import number, tag, text
from goodwork.language import tr

WIDTH = 320.0
ROW = 20.0


def legend(
    values: NDArray[np.float64],
    classes: Classes,
    *,
    better: str,
    unit: str,
    hatch: str,
    scored: bool = True,
    decimals: int = 1,
) -> Part:
    """Strip, classes and the class of areas without a value; ``hatch`` is the id of the pattern they are drawn with.
    ``scored``: the values are scores, and an area can have data without one; else they are figures as published.

    >>> from goodwork.figures.classes import quantiles
    >>> some = np.array([1.0, 2.0, np.nan])
    >>> key = legend(some, quantiles(some), better="higher is better", unit="Score", hatch="map-hatch")
    >>> "No data or not scored: 1 area" in key.content, "Higher is better" in key.content
    (True, True)
    """
    lacking, drawn = tr("No data"), tr("{rule}; equal figures share a colour.")
    if scored:
        lacking, drawn = tr("No data or not scored"), tr("{rule}; equal scores share a colour.")
    rows = [line(f"{better[:1].upper()}{better[1:]}.", 0, 12, 13, weight=600)]
    y = 20.0
    if len(classes):
        rows.append(_strip(values, classes, y, decimals))
        y += 46
    for k, colour in enumerate(ramp(len(classes))):
        words = f"{classes.bounds(k, decimals)}: {classes.place(k)}, {areas_of(classes.counts[k])}"
        rows += [swatch(y, f"c{k}", colour, INK), line(words, 36, y + 12, 13)]
        y += ROW
    rows += [without_value(y, hatch, lacking, classes.missing)]
    y += ROW + 14
    said, tall = small_print(f"{unit[:1].upper()}{unit[1:]}. {drawn.format(rule=classes.words)}", y)
    return Part("".join([*rows, said]), WIDTH, y + tall)


def without_value(y: float, hatch: str, words: str, count: int) -> str:
    """How many areas are hatched, and why."""
    drawn = swatch(y, "none", f"url(#{hatch})", HATCH_LINE)
    return drawn + line(f"{words}: {areas_of(count)}", 36, y + 12, 13)


def small_print(words: str, y: float) -> tuple[str, float]:
    """Quiet lines at the foot of a legend, and the height they take."""
    lines = broken(words, WIDTH, 11) if words else []
    return "".join(line(said, 0, y + 14 * k, 11) for k, said in enumerate(lines)), 14.0 * len(lines)


def swatch(y: float, kind: str, fill: str, edge: str) -> str:
    """The colour of a class or category, as large as a word."""
    return tag("rect", class_=f"swatch {kind}", x=0.5, y=y + 0.5, width=26, height=14, fill=fill, stroke=edge)


def line(words: str, x: float, y: float, size: int, weight: int | None = None, anchor: str | None = None) -> str:
    """A line of a legend; small ones are quiet."""
    colour, kind = (QUIET, "quiet") if size < 12 else (INK, "ink")
    return tag(
        "text", text(words), class_=kind, x=x, y=y, font_size=size, font_weight=weight, fill=colour, text_anchor=anchor
    )


def _strip(values: NDArray[np.float64], classes: Classes, y: float, decimals: int) -> str:
    """Every area as a line at its value over the colours of the classes, the lowest and highest value at the ends."""
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
        line(tr("{value} lowest").format(value=f"{low:.{decimals}f}"), 0, y + 34, 11),
        line(tr("{value} highest").format(value=f"{high:.{decimals}f}"), WIDTH, y + 34, 11, anchor="end"),
    ]
    return "".join(lines)
