"""A map of tiles: every area one hexagon of the same size, so that small and large places are seen alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from goodwork.figures.colour import ink
from goodwork.figures.colouring import Colouring, by_score
from goodwork.figures.figure import FONT, Caption, Figure, Part, figure
from goodwork.figures.marks import beside_outline, chosen_outline, hatch, layers
from goodwork.figures.markup import number, tag, text

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 1000.0
LEGIBLE = 70.0  # on smaller tiles names are marked, so that a page can leave them out; letters of groups stand alone
ROW = 3**0.5 / 2
_SMALL_WORDS = {"and", "of", "the", "upon", "on", "with", "city", "county", "na"}


def tilemap(
    cells: Mapping[str, tuple[int, int]],
    table: pd.DataFrame,
    caption: Caption,
    *,
    link: Callable[[str], str] | None = None,
    chosen: Collection[str] = (),
    beside: Collection[str] = (),
    colouring: Colouring | None = None,
    name: str = "map",
    lettered: bool = True,
) -> Figure:
    """A tile map of the areas of ``table`` (columns as for ``choropleth``) that have a cell.

    ``cells``: code → (column, row) of pointed hexagons, rows running southwards, odd rows half a tile east.
    Colours are quantiles of the score, or those of a ``colouring`` of the rows, whose letters stand under the names.
    ``chosen`` areas are outlined, those ``beside`` them with a broken line. Tiles that are not ``lettered`` have their
    name only where they are pointed at, and in the table.
    """
    look = by_score(table, caption, name) if colouring is None else colouring
    names = {str(area): str(named) for area, named in zip(table["area"], table["name"], strict=True)}
    kind = dict(zip(names, look.of, strict=True))
    drawn = {code: cells[code] for code in sorted(names) if code in cells}
    key = look.legend
    if not drawn:
        return figure(name, caption, Part(hatch(name, 12), WIDTH, 20.0), key, table, "img")
    across = {code: column + 0.5 * (row % 2) for code, (column, row) in drawn.items()}
    west, east = min(across.values()), max(across.values())
    north, south = min(row for _, row in drawn.values()), max(row for _, row in drawn.values())
    size = min(WIDTH / (east - west + 1), 90.0)
    centres = {
        code: ((across[code] - west + 0.5) * size, ((row - north) * ROW + 0.6) * size)
        for code, (_, row) in drawn.items()
    }
    hexagons = {code: _hexagon(x, y, size) for code, (x, y) in centres.items()}
    marks = {
        code: tag("path", d=d)
        + (_letters(names[code], *centres[code], size, kind[code], look, code in look.strength) if lettered else "")
        for code, d in hexagons.items()
    }
    labels = {code: look.labels[code] for code in drawn}
    content = hatch(name, size / 4) + layers(
        marks, kind, look.colours, labels, link, name=name, stroke=1.4, strength=look.strength
    )
    content += "".join(beside_outline(hexagons[code], 4.0) for code in sorted(beside) if code in hexagons)
    content += "".join(chosen_outline(hexagons[code], 5.0) for code in sorted(chosen) if code in hexagons)
    drawing = Part(tag("g", content, font_family=FONT), (east - west + 1) * size, ((south - north) * ROW + 1.2) * size)
    return figure(name, caption, drawing, key, table.assign(colour=list(look.of)), "group" if link else "img")


def _hexagon(x: float, y: float, size: float) -> str:
    """A pointed hexagon a little narrower than its cell, so that every tile keeps its own outline."""
    half, tall = size * 0.47, size * 0.47 / ROW
    corners = ((0, -tall), (half, -tall / 2), (half, tall / 2), (0, tall), (-half, tall / 2), (-half, -tall / 2))
    return "M" + "L".join(f"{number(x + dx)} {number(y + dy)}" for dx, dy in corners) + "z"


def _letters(name: str, x: float, y: float, size: float, kind: int, look: Colouring, faded: bool) -> str:
    kinds = "letters" if size >= LEGIBLE else "letters small"
    colour = ink(look.colours[kind]) if kind >= 0 and not faded else "#000000"
    white = {"stroke": "#ffffff", "stroke_width": size / 14, "paint_order": "stroke"}
    halo = (white if kind < 0 or faded else {"stroke": "none"}) | ({"fill_opacity": "1"} if faded else {})
    under = look.letters[kind] if kind >= 0 else ""
    up = size * 0.1 if under else 0.0
    lines: list[tuple[str, float, float, int | None]] = [(short(name), 0.11, 0.27 if under else 0.3, None)]
    if under and size < LEGIBLE:  # what the colour means comes before the name
        kinds, up, lines = "letters", 0.0, [(under, 0.14, 0.4, 700)]
    elif under:
        lines.append((under, 0.36, 0.24, 700))
    return "".join(
        tag("text", text(words), class_=kinds, x=x, y=y + size * down - up, font_size=size * tall, font_weight=weight,
            fill=colour, text_anchor="middle", aria_hidden="true", pointer_events="none", **halo)
        for words, down, tall, weight in lines
    )  # fmt: skip


def short(name: str) -> str:
    """Up to four letters of a name, for a tile; the whole name is in its title.

    >>> [short(n) for n in ("York", "North Yorkshire", "Bath and North East Somerset", "Kingston upon Hull, City of")]
    ['York', 'NoYo', 'BNES', 'KiHu']
    """
    words: list[str] = [w for w in re.findall(r"[^\W\d_]+", name) if w.casefold() not in _SMALL_WORDS] or [name[:4]]
    if len(words) == 1:
        return words[0][:4]
    if len(words) == 2:
        return words[0][:2] + words[1][:2]
    return "".join(w[0] for w in words[:4]).upper()
