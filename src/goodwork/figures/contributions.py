"""What a difference is made of: each part as a step from one figure to the other, adding up exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import written
from goodwork.figures.axes import Scale, below, rule, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import key
from goodwork.figures.lettering import SMALL, block, width, write
from goodwork.figures.markup import number, tag
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: Parts must add up to so small a share of the whole movement; what is left is arithmetic, not statistics.
EXACT = 1e-9


def waterfall(
    table: pd.DataFrame,
    caption: Caption,
    start: tuple[str, float],
    end: tuple[str, float],
    *,
    decimals: int = 1,
    name: str = "waterfall",
    ranks: bool = False,
) -> Figure:
    """Steps from ``start`` (name, figure) to ``end``, each as long as its part; up is to the right.

    ``table`` has ``part, value`` in the order drawn; NaN is a part that is not known: named as such, and drawn as
    nothing. Raises ``ValueError`` unless the known parts add up to the difference: a picture that does not add up is
    not drawn. With ``ranks`` the two figures are ranks below zero, so that 1 lies farthest right, and are written
    without their sign.
    """
    values = table["value"].to_numpy(dtype=np.float64)
    known = np.nan_to_num(values)
    total = end[1] - start[1]
    size = max(float(np.abs(known).sum()), abs(total), abs(start[1]), abs(end[1]), 1e-300)
    if not abs(float(known.sum()) - total) <= EXACT * size:
        raise ValueError(f"the parts add up to {known.sum():.6g}, not to {total:.6g}: {start[0]} to {end[0]}")
    after = start[1] + np.cumsum(known)
    before = after - known
    drawn = table.assign(before=before, after=after)

    def draw(wide: float) -> Part:
        small = wide <= NARROW
        names = [str(p) for p in table["part"]]
        left = (
            4.0
            if small
            else min(max((width(p, weight=600) for p in [*names, start[0], end[0]]), default=0.0), 270.0) + 12
        )
        longest = max(np.abs(known).max(initial=0), abs(start[1]), abs(end[1]))
        room = width(f"+{longest:.{decimals}f}", SMALL, 600) + 10
        axis = scale([start[1], end[1], *after], left + room, wide - room, count=4 if small else 7, margin=0.02)
        axis = replace(axis, negated=ranks)
        places = 0 if ranks and (known % 1 == 0).all() else decimals
        words = (tr("raises"), tr("lowers"), tr("the two figures"))
        if ranks:
            words = (tr("places gained"), tr("places lost"), tr("the two ranks"))
        boxes = (_box("above"), _box("below"), _box("quiet"))
        head, taken = key(list(zip(boxes, words, strict=True)), 0, 10, wide)
        y = top = taken + 14
        content: list[str] = []
        rows = [(*start, None), *zip(names, after, values, strict=True), (*end, None)]
        for k, (named, level, step) in enumerate(rows):
            text, tall = block(
                named,
                0,
                y + 15,
                wide if small else left - 10,
                13,
                "ink",
                weight=600 if step is None else None,
                kind="part",
            )
            content.append(text)
            at = y + tall + 14 if small else y + max(tall, 20) / 2 + 2
            content.append(_step(axis, at, float(level), None if step is None else float(step), places))
            y = at + 14 if small else y + max(tall, 20) + 6
            if k + 1 < len(rows):
                content.append(rule(axis(float(level)), at + 8, y + (2 if not small else 6), "edge", kind="joint"))
        under, more = below(axis, top, y, "; ".join(filter(None, (caption.unit, caption.better))) + " →")
        return Part(head + under + "".join(content), wide, y + more + 6)

    return chart(name, caption, draw, drawn)


def _step(axis: Scale, at: float, level: float, step: float | None, decimals: int) -> str:
    x = axis(level)
    if step is None:
        mark = tag(
            "path", d=f"M{number(x)} {number(at - 9)}V{number(at + 9)}", **paint("none", "quiet", 4, "end-point")
        )
        return mark + write(
            written(-level if axis.negated else level, f".{0 if axis.negated else decimals}f"),
            x + 7,
            at + 4,
            SMALL,
            weight=600,
            halo=True,
            kind="figure",
        )
    if step != step:
        unknown = tr("not known")
        near = axis.end - x < width(unknown, SMALL) + 6
        return write(unknown, x - 6 if near else x + 6, at + 4, SMALL, "quiet", anchor="end" if near else None,
                     halo=True, kind="no-data")  # fmt: skip
    back = axis(level - step)
    role = "above" if step >= 0 else "below"
    box = tag(
        "rect", x=min(x, back), y=at - 8, width=max(abs(x - back), 0.8), height=16, **paint(role, kind=f"step {role}")
    )
    words = written(step, f"+.{decimals}f")
    right = step >= 0
    return box + write(
        words,
        max(x, back) + 5 if right else min(x, back) - 5,
        at + 4,
        SMALL,
        "quiet",
        anchor="start" if right else "end",
        halo=True,
        kind="figure",
    )


def _box(role: str) -> str:
    return tag("rect", x=-9, y=-6, width=17, height=12, **paint(role))
