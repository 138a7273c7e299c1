"""A bar for each row, with the range it may as well have, and a mark beside which it is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodwork.figures.axes import Scale, below, nothing, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import key
from goodwork.figures.lettering import headed
from goodwork.figures.markup import number, tag, text
from goodwork.figures.rows import Row, figure_in, has, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd


def bars(table: pd.DataFrame, caption: Caption, *, measures: str, ranges: str = "", marks: str = "",
         name: str = "bars") -> Figure:  # fmt: skip
    """A bar from nothing to each value, in the order of the table, on one scale of ``measures``.

    ``table`` has ``label, words, value`` (not below zero) and may have ``low, high``, a range called ``ranges``, and
    ``mark``, a line called ``marks``. A row without a value has its words and no bar.
    """
    rows = rows_of(table)

    def draw(wide: float) -> Part:
        if not any(has(row, "value") for row in rows):
            return Part(nothing(tr("There is nothing to draw."), 0, 20), wide, 40)
        small = wide <= NARROW
        left, right = (14.0, wide - 14) if small else (282.0, wide - 18)
        reach = max(figure_in(row, c) for row in rows for c in ("value", "high", "mark") if has(row, c))
        axis = scale([0.0, max(reach, 1e-9)], left, right, count=4, margin=0.0)
        entries = [(tag("rect", x=-8, y=-6, width=16, height=12, **paint("above")), caption.unit)]
        if ranges and any(has(row, "low", "high") for row in rows):
            entries.append((_range(0, -8, 8), ranges))
        if marks and any(has(row, "mark") for row in rows):
            entries.append((_mark(0, 0), marks))
        head, y = key(entries, 0, 10, wide)
        top, body = y + 10, []
        y = top
        for row in rows:
            drawn, y = _row(row, y, axis, wide, left, small)
            body.append(drawn)
        under, tall = below(axis, top, y, measures, left=0, right=wide)
        return Part("".join([head, under, *body]), wide, y + tall + 6)

    return chart(name, caption, draw, table)


def _row(row: Row, y: float, axis: Scale, wide: float, left: float, small: bool) -> tuple[str, float]:
    """The bar with its words, and where the next row begins."""
    room = wide if small else left - 16
    words, tall = headed(str(row["label"]), str(row["words"]), y + 15, room, ("label", "figure"), halo=small)
    at = y + tall + 14 if small else y + 6 + tall / 2
    content = [words]
    if has(row, "value"):
        said = tag("title", text(f"{row['label']}: {row['words']}"))
        long = axis(figure_in(row, "value")) - axis(0)
        content.append(
            tag("rect", said, x=axis(0), y=at - 8, width=max(long, 1.0), height=16, **paint("above", kind="bar"))
        )
        if has(row, "low", "high"):
            content.append(_range(at, axis(figure_in(row, "low")), axis(figure_in(row, "high"))))
        if has(row, "mark"):
            content.append(_mark(axis(figure_in(row, "mark")), at))
    return "".join(content), at + 18 if small else y + max(tall, 20.0) + 12


def _range(y: float, left: float, right: float) -> str:
    ends = f"M{number(left)} {number(y - 5)}V{number(y + 5)}M{number(right)} {number(y - 5)}V{number(y + 5)}"
    return tag("path", d=f"M{number(left)} {number(y)}H{number(right)}{ends}", **paint("none", "ink", 1.6, "range"))


def _mark(x: float, y: float) -> str:
    return tag("path", d=f"M{number(x)} {number(y - 11)}V{number(y + 11)}", **paint("none", "lit", 2.6, "mark-line"))
