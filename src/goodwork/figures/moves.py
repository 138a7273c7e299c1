"""From class to class: the share of areas that moved from each class (row) to each (column), with what it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodwork.figures.colour import RAMPS, ink
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.lettering import SMALL, broken, width, write
from goodwork.figures.marks import hatch
from goodwork.figures.markup import tag, text
from goodwork.figures.rows import Row, figure_in, has, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd


def moves(table: pd.DataFrame, caption: Caption, *, name: str = "moves") -> Figure:
    """A square of cells, from row to column: share of the row, its 95 % interval, and how many moves that is.

    ``table`` has ``from, to, share, low, high, count`` (as ``Transitions.table``). A row in which nobody was is
    hatched: no share is known of it.
    """
    classes = list(dict.fromkeys(table["from"].astype(str)))
    cells = {(str(r["from"]), str(r["to"])): r for r in rows_of(table)}

    def draw(wide: float) -> Part:
        small = wide <= NARROW
        own = name if not small else f"{name}-narrow"
        left = min(max((width(c, weight=600) for c in classes), default=20.0), 80.0 if small else 200.0) + 14
        size = min((wide - left) / max(len(classes), 1), 130.0)
        tall = max(min(size * 0.72, 76.0), 60.0)
        content = [hatch(own, 8), write(tr("From (row) to (column)"), 0, 14, SMALL, "quiet")]
        heads = [broken(c, size - 6, SMALL, 600) for c in classes]
        top = 28.0 + 14 * max((len(h) for h in heads), default=1)
        for k, lines in enumerate(heads):
            x, base = left + (k + 0.5) * size, top - 8 - 14 * (len(lines) - 1)
            content += [write(w, x, base + 14 * i, SMALL, anchor="middle", weight=600) for i, w in enumerate(lines)]
        for r, start in enumerate(classes):
            lines = broken(start, left - 10, 13, 600)
            middle = top + (r + 0.5) * tall
            content += [
                write(line, 0, middle + 5 + (i - (len(lines) - 1) / 2) * 15, 13, weight=600)
                for i, line in enumerate(lines)
            ]
            for c, end in enumerate(classes):
                content.append(_cell(cells.get((start, end)), left + c * size, top + r * tall, size, tall, r == c, own))
        return Part("".join(content), wide, top + tall * len(classes) + 8)

    return chart(name, caption, draw, table)


def _cell(row: Row | None, x: float, y: float, size: float, tall: float, stays: bool, name: str) -> str:
    share = figure_in(row, "share")
    edge = paint(None, "ink" if stays else "faint", 2.2 if stays else 0.8)
    if row is None or share != share:
        box = tag("rect", x=x + 1, y=y + 1, width=size - 2, height=tall - 2, fill=f"url(#{name}-hatch)", **edge)
        return box + write(
            tr("no data"), x + size / 2, y + tall / 2 + 4, SMALL, "quiet", anchor="middle", halo=True, kind="no-data"
        )
    colour = RAMPS[5][min(int(share * 5), 4)]
    sure = has(row, "low", "high")
    lines = (
        (f"{100 * share:.0f} %", 15.0, 700),
        (f"{100 * row['low']:.0f}–{100 * row['high']:.0f} %" if sure else tr("no interval"), 11.0, None),
        (f"{row['count']}", 11.0, None),
    )
    said = tr("From {start} to {end}: {share:.0f} % (no interval known), {n} moves")
    if sure:
        said = tr("From {start} to {end}: {share:.0f} % (95 % interval {low:.0f} % to {high:.0f} %), {n} moves")
    said = said.format(
        start=row["from"], end=row["to"], share=100 * share, n=row["count"],
        low=100 * figure_in(row, "low"), high=100 * figure_in(row, "high"),
    )  # fmt: skip
    content = tag(
        "rect",
        tag("title", text(said)),
        x=x + 1,
        y=y + 1,
        width=size - 2,
        height=tall - 2,
        **(paint(colour, kind="cell") | {k: v for k, v in edge.items() if k != "class_"}),
    )
    shown = lines if width(lines[1][0], 11) <= size - 4 else (lines[0], lines[2])
    for k, (words, high, weight) in enumerate(shown):
        content += tag(
            "text",
            text(words),
            x=x + size / 2,
            y=y + tall / 2 + 4 + (k - (len(shown) - 1) / 2) * 16,
            font_size=high,
            font_weight=weight,
            fill=ink(colour),
            text_anchor="middle",
            pointer_events="none",
        )
    return content
