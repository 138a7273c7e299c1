"""Areas by indicators at a glance: each cell in the colour of its distance from the average, with its figure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import written
from goodwork.figures.colour import DIVERGING, ink
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import gap
from goodwork.figures.lettering import SMALL, broken, width, write
from goodwork.figures.marks import hatch
from goodwork.figures.markup import number, tag, text
from goodwork.figures.rows import Row, figure_in, has, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: Distances from the average, in standard deviations, at which the colour changes.
BOUNDS = (-1.5, -1.0, -0.5, 0.5, 1.0, 1.5)


def step(distance: float) -> int:
    """The place of a distance in the diverging ramp.

    >>> [step(d) for d in (-9.0, -0.5, 0.0, 0.5, 9.0)]
    [0, 2, 3, 4, 6]
    """
    return bisect_left(BOUNDS, distance) if distance < 0 else bisect_right(BOUNDS, distance)


def heat(
    table: pd.DataFrame,
    caption: Caption,
    indicators: Sequence[str],
    *,
    say: Callable[[str, float], str] | None = None,
    name: str = "heat",
) -> Figure:
    """A row for each area, in the order given, under the head of its ``group`` if the table has one; a column for each
    indicator, its name upright.

    ``table`` has ``area, name, indicator, standardised`` (turned so that more is better) and may have ``value`` (in its
    own unit, written by ``say``) and ``group``. A missing figure is hatched, never the colour of the average.
    """
    rows = list(dict.fromkeys(zip(table["area"].astype(str), table["name"].astype(str), strict=True)))
    group = dict(zip(table["area"].astype(str), table["group"].astype(str), strict=True)) if "group" in table else {}
    cells = {(str(r["area"]), str(r["indicator"])): r for r in rows_of(table)}

    def draw(wide: float) -> Part:
        small = wide <= NARROW
        left = 112.0 if small else min(max((width(n, SMALL) for _, n in rows), default=0.0) + 12, 250.0)
        across = min((wide - left) / max(len(indicators), 1), 58.0)
        content, y = [hatch(name if not small else f"{name}-narrow", 6)], 14.0
        content.append(_key(y, wide))
        y += 40 if not small else 56
        heads = [broken(i, 150, SMALL) for i in indicators]
        tall = max((width(line, SMALL) for lines in heads for line in lines), default=0.0) + 6
        fits = max(1, int(across // 13))
        for k, lines in enumerate(heads):
            shown = [" ".join(lines)] if len(lines) > fits else lines
            tall = max(tall, width(shown[0], SMALL) + 6) if len(lines) > fits else tall
            heads[k] = shown
        for k, lines in enumerate(heads):
            x = left + (k + 0.5) * across + 4 - (len(lines) - 1) * 6.5
            content += [_upright(line, x + i * 13, y + tall) for i, line in enumerate(lines)]
        y += tall + 6
        before = None
        for area, named in rows:
            if group and group[area] != before:
                y += 8 if before is not None else 0
                for line in broken(group[area], wide, 13, 600):
                    content.append(write(line, 0, y + 13, 13, weight=600, kind="group"))
                    y += 18
                before = group[area]
            lines = broken(named, left - 8, SMALL)
            high = max(18.0, 13.0 * len(lines) + 4)
            content += [write(line, 0, y + 13 + k * 13, SMALL, kind="name") for k, line in enumerate(lines)]
            for k, indicator in enumerate(indicators):
                content.append(
                    _cell(
                        cells.get((area, indicator)),
                        left + k * across,
                        y,
                        across,
                        high,
                        say,
                        name if not small else f"{name}-narrow",
                    )
                )
            y += high
        return Part("".join(content), wide, y + 8)

    return chart(name, caption, draw, table)


def _cell(
    row: Row | None,
    x: float,
    y: float,
    across: float,
    high: float,
    say: Callable[[str, float], str] | None,
    name: str,
) -> str:
    z = figure_in(row, "standardised")
    who = f"{row['name']}, {row['indicator']}: " if row is not None else ""
    area = str(row["area"]) if row is not None else None
    if not np.isfinite(z) or row is None:
        return gap(x, y, across - 1, high - 1, f"{name}-hatch", who + tr("no data"), area=area)
    colour = DIVERGING[step(z)]
    words = written(z, "+.1f")
    value = say(str(row["indicator"]), figure_in(row, "value")) if say and has(row, "value") else words
    said = who + tr("{value} ({distance} standard deviations, higher is better)").format(value=value, distance=words)
    box = tag(
        "rect",
        tag("title", text(said)),
        data_area=area,
        x=x,
        y=y,
        width=across - 1,
        height=high - 1,
        **paint(colour, kind="cell"),
    )
    if width(words, 11) > across - 3:
        return box
    return box + tag(
        "text",
        words,
        x=x + across / 2,
        y=y + high / 2 + 4,
        font_size=11,
        fill=ink(colour),
        text_anchor="middle",
        pointer_events="none",
    )


def _upright(words: str, x: float, y: float) -> str:
    return tag(
        "g",
        write(words, 0, 0, SMALL, "ink", kind="indicator"),
        transform=f"translate({number(x)} {number(y)}) rotate(-90)",
    )


def _key(y: float, wide: float) -> str:
    names = (tr("1.5 below"), tr("average"), tr("1.5 above"))
    size = 30.0
    content = [tag("rect", x=k * size, y=y - 10, width=size, height=12, **paint(c)) for k, c in enumerate(DIVERGING)]
    content.append(tag("rect", x=0, y=y - 10, width=size * 7, height=12, **paint("none", "edge", 0.8)))
    places = ((0.0, "start"), (105.0, "middle"), (210.0, "end"))
    content += [write(w, x, y + 16, SMALL, "quiet", anchor=a) for w, (x, a) in zip(names, places, strict=True)]
    x, base = (226.0, y) if wide > 500 else (0.0, y + 34)
    content.append(write(tr("standard deviations; above is better. Hatched: no data"), x, base, SMALL, "quiet"))
    return "".join(content)
