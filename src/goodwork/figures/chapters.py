"""A few paths side by side, each figure with its interval, and nothing drawn across a break."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from goodwork.figures.axes import Scale, beside, nothing, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import glyph, key
from goodwork.figures.lettering import SMALL, block, width, write
from goodwork.figures.markup import number, tag
from goodwork.figures.rows import Row, has, rows_of
from goodwork.figures.series import LOOKS, cuts_in, drawn_breaks, told, told_apart
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd


def side_by_side(
    table: pd.DataFrame,
    caption: Caption,
    *,
    breaks: Mapping[str, str] | None = None,
    show: Callable[[float], str] = "{:.1f}".format,
    name: str = "chapters",
) -> Figure:
    """A point with an upright bar, its 95 % interval, for each line and period; the lines of a period stand next to one
    another, so that bars can be compared.

    ``table`` has ``line, period, value, low, high``; a row without a value is not drawn. ``breaks`` says from which
    periods figures cannot be compared with before, and why; no line crosses one. At most six lines.
    """
    lines = told_apart(table["line"])
    periods = sorted({str(p) for p in table["period"]})
    cuts = cuts_in(periods, breaks or {})
    known = table[table["value"].notna()]

    def draw(wide: float) -> Part:
        if not len(known):
            return Part(nothing(tr("No data in any period."), 0, 20), wide, 40)
        entries = [(_path(k, [(-9.0, 0.0), (9.0, 0.0)]) + _mark(k, 0, 0), line) for k, line in enumerate(lines)]
        head, taken = key([*entries, (_upright(0, -8, 8, "ink"), tr("95 % interval"))], 0, 10, wide)
        unit, more = block(f"{caption.unit}; {caption.better}", 0, taken + 16, wide, SMALL, "quiet")
        top = taken + more + (28 if cuts else 14)
        bottom = top + wide * (0.75 if wide <= NARROW else 0.45)
        y = scale(known[["value", "low", "high"]], bottom, top)
        left = max((width(y.words(t), SMALL) for t in y.ticks), default=20.0) + 10
        step = (wide - left) / len(periods)
        apart = min(step * 0.7 / len(lines), 22.0)
        middle = {p: left + (i + 0.5) * step for i, p in enumerate(periods)}
        content = [head, unit, beside(y, left, wide)]
        content += [write(p, at, bottom + 17, SMALL, "quiet", anchor="middle", kind="tick") for p, at in middle.items()]
        parted, under = drawn_breaks(cuts, {p: middle[p] - step / 2 for p in cuts}, top, bottom, wide)
        content.append(parted)
        for k, line in enumerate(lines):
            mine = {str(r["period"]): r for r in rows_of(known) if str(r["line"]) == line}
            where = {p: middle[p] + (k - (len(lines) - 1) / 2) * apart for p in mine}
            content += [_joined(k, p, q, mine, where, y) for p, q in pairwise(periods)
                        if p in mine and q in mine and q not in cuts]  # fmt: skip
            content += [_point(k, line, mine[p], where[p], y, show) for p in mine]
        return Part("".join(content), wide, under)

    return chart(name, caption, draw, table)


def _joined(k: int, first: str, then: str, rows: Mapping[str, Row], where: Mapping[str, float], y: Scale) -> str:
    return _path(k, [(where[p], y(rows[p]["value"])) for p in (first, then)])


def _point(k: int, line: str, row: Row, x: float, y: Scale, show: Callable[[float], str]) -> str:
    said = told(line, row, show)
    if not has(row, "low", "high"):
        return _mark(k, x, y(row["value"]), said)
    return _upright(x, y(row["low"]), y(row["high"]), LOOKS[k][0]) + _mark(k, x, y(row["value"]), said)


def _upright(x: float, low: float, high: float, role: str) -> str:
    return tag("path", d=f"M{number(x)} {number(low)}V{number(high)}", **paint("none", role, 1.6, "interval"))


def _path(k: int, points: list[tuple[float, float]]) -> str:
    role, _, dashes, _ = LOOKS[k]
    d = "M" + "L".join(f"{number(a)} {number(b)}" for a, b in points)
    return tag("path", d=d, stroke_dasharray=dashes, **paint("none", role, 1.2, "line"))


def _mark(k: int, x: float, y: float, said: str = "") -> str:
    role, _, _, shape = LOOKS[k]
    return glyph(shape, x, y, 4.0, said, **paint(role, "paper", 1, "point"))
