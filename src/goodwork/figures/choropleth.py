"""A map of true shapes: every area in the colour of its class, with a magnified inset where areas crowd."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.figures.colour import DARK
from goodwork.figures.colouring import Colouring, by_score
from goodwork.figures.figure import FONT, INK, Caption, Figure, Part, figure
from goodwork.figures.marks import beside_outline, chosen_outline, hatch, layers, outline
from goodwork.figures.markup import tag, text
from goodwork.figures.outlines import Frame, Ring, Shapes, frame, path

if TYPE_CHECKING:
    import pandas as pd

WIDTH, HEIGHT = 1000.0, 1500.0


@dataclass(frozen=True)
class Inset:
    """Areas drawn a second time, larger: ``x``, ``y`` (top left corner) and ``width`` are shares of the sheet."""

    title: str
    codes: frozenset[str]
    x: float = 0.62
    y: float = 0.30
    width: float = 0.37


def choropleth(
    shapes: Shapes,
    table: pd.DataFrame,
    caption: Caption,
    *,
    borders: Sequence[Shapes] = (),
    inset: Inset | None = None,
    link: Callable[[str], str] | None = None,
    chosen: Collection[str] = (),
    beside: Collection[str] = (),
    colouring: Colouring | None = None,
    name: str = "map",
) -> Figure:
    """A map of the areas of ``table`` that have a shape.

    ``table`` has ``area, name, score`` and, as far as known, ``low, high, rank, rank_low, rank_high, ties, ranked,
    reason``. ``shapes``: code → polygons → rings (n, 2) in metres. ``borders`` are drawn over the areas, finest first.
    ``link`` gives the address of an area; ``chosen`` areas are outlined, those ``beside`` them with a broken line.
    Colours are quantiles of the whole table, or those of a ``colouring`` of its rows, which needs no score.
    """
    look = by_score(table, caption, name) if colouring is None else colouring
    kind = dict(zip((str(a) for a in table["area"]), look.of, strict=True))
    drawn = {code: shapes[code] for code in sorted(kind) if code in shapes}
    labels = {code: look.labels[code] for code in drawn}
    key = look.legend
    if not drawn:
        return figure(name, caption, Part(hatch(name, 12), WIDTH, 20.0), key, table, "img")
    whole = frame(drawn, width=WIDTH, height=HEIGHT)
    apart = inset if inset and 0 < len(inset.codes & drawn.keys()) < len(drawn) else None
    here = {code: path(polygons, whole) for code, polygons in drawn.items() if not apart or code not in apart.codes}
    content = [hatch(name, 12), _layers(here, kind, look, labels, link, name)]
    marked = dict(here)
    if apart:
        crowd = {code: shapes[code] for code in sorted(apart.codes & drawn.keys())}
        larger = _inset_frame(apart, crowd, whole)
        small = {code: path(polygons, whole) for code, polygons in crowd.items()}
        large = {code: path(polygons, larger) for code, polygons in crowd.items()}
        marked |= large
        content.append(tag("g", _plain(small, kind, look, name), class_="crowd", aria_hidden="true"))
        content += [_borders(borders, whole), _boxes(crowd, whole, larger, apart.title)]
        content.append(_layers(large, kind, look, labels, link, name))
    else:
        content.append(_borders(borders, whole))
    content += [beside_outline(marked[code], 3.0) for code in sorted(beside) if code in marked]
    content += [chosen_outline(marked[code], 4.0) for code in sorted(chosen) if code in marked]
    drawing = Part("".join(content), whole.width, whole.height)
    return figure(name, caption, drawing, key, table.assign(colour=list(look.of)), "group" if link else "img")


def _layers(
    marks: dict[str, str],
    kind: dict[str, int],
    look: Colouring,
    labels: dict[str, str],
    link: Callable[[str], str] | None,
    name: str,
) -> str:
    paths = {code: tag("path", d=d) for code, d in marks.items()}
    return layers(paths, kind, look.colours, labels, link, name=name, stroke=1.4, strength=look.strength)


def _plain(marks: dict[str, str], kind: dict[str, int], look: Colouring, name: str) -> str:
    """The crowded areas in their true place, too small to point at: drawn, not linked."""
    paths = {c: tag("path", d=d) for c, d in marks.items()}
    return layers(paths, kind, look.colours, {}, None, name=name, stroke=0.7, strength=look.strength)


def _borders(borders: Sequence[Shapes], on: Frame) -> str:
    drawn = ["".join(path(polygons, on) for _, polygons in sorted(shapes.items())) for shapes in borders]
    return "".join(outline(d, 1.6 + k, "border") for k, d in enumerate(drawn) if d)


def _inset_frame(inset: Inset, crowd: Shapes, whole: Frame) -> Frame:
    width = inset.width * whole.width
    return frame(crowd, width=width, height=whole.height, x=inset.x * whole.width, y=inset.y * whole.height)


def _boxes(crowd: Shapes, whole: Frame, larger: Frame, title: str) -> str:
    """A box round the crowded areas and round the inset, with its name and how much larger it is drawn."""
    points = np.concatenate([whole.points(_outer(p)) for polygons in crowd.values() for p in polygons])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    box = tag("rect", x=int(left) - 4, y=int(top) - 4, width=int(right - left) + 8, height=int(bottom - top) + 8)
    line = tag("rect", x=larger.x, y=larger.y, width=larger.width, height=larger.height)
    words = f"{title} ({larger.scale / whole.scale:.1f} ×)"
    name = tag(
        "text", text(words), class_="ink", x=larger.x + larger.width, y=larger.y - 12, font_size=32, fill=INK,
        font_family=FONT, text_anchor="end", stroke="none",
    )  # fmt: skip
    return tag("g", box + line, class_="box", fill="none", stroke=DARK, stroke_width=1.5, pointer_events="none") + name


def _outer(polygon: Sequence[Ring]) -> Ring:
    return polygon[0]
