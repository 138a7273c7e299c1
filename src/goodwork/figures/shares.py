"""Where the variation of each indicator lies: inside regions, or between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodwork.figures.axes import Scale, below, nothing, rule, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import gap, key
from goodwork.figures.lettering import SMALL, headed, write
from goodwork.figures.marks import hatch
from goodwork.figures.markup import number, tag, text
from goodwork.figures.rows import Row, figure_in, has, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd


def shares(table: pd.DataFrame, caption: Caption, *, name: str = "shares") -> Figure:
    """A bar for each indicator, cut where the share inside regions ends and that between them begins; the cut has its
    95 % interval, and a rule stands at one half.

    ``table`` has ``indicator, share`` (inside, 0 to 1) and may have ``low, high`` and ``where`` (which part is clearly
    larger). NaN is hatched: not defined.
    """
    rows = rows_of(table)

    def draw(wide: float) -> Part:
        if not any(has(row, "share") for row in rows):
            return Part(nothing(tr("No data: the variance of no indicator can be split."), 0, 20), wide, 40)
        small = wide <= NARROW
        own = f"{name}-narrow" if small else name
        left, right = (6.0, wide - 14) if small else (262.0, wide - 14)
        axis = scale([0.0, 100.0], left, right, count=4, margin=0.0)
        entries = [
            (_box("above"), tr("inside regions")),
            (_box("faint"), tr("between regions")),
            (_interval(0, -8, 8), tr("95 % interval of the cut")),
        ]
        head, y = key(entries, 0, 10, wide)
        y += 10
        top, body, words = y, [hatch(own, 6)], []
        for row in rows:
            drawn, told, y = _row(row, y, axis, wide, left, small, own)
            body.append(drawn)
            words.append(told)
        under, tall = below(axis, top, y, tr("Share of the variance between areas (%)"), left=0, right=wide)
        half = rule(axis(50.0), top, y, "ink", dashes="4 3", kind="half")
        return Part("".join([head, under, *body, half, *words]), wide, y + tall + 6)

    return chart(name, caption, draw, table)


def _row(
    row: Row, y: float, axis: Scale, wide: float, left: float, small: bool, hatched: str
) -> tuple[str, str, float]:
    """The bar, the words, and where the next row begins: words lie over the rule at one half."""
    share, low, high = (figure_in(row, column) for column in ("share", "low", "high"))
    sure, facts = has(row, "low", "high"), []
    if share == share:
        told = tr("{share:.0f} % ({low:.0f} % to {high:.0f} %)") if sure else tr("{share:.0f} %, no interval")
        facts.append(told.format(share=100 * share, low=100 * low, high=100 * high))
    facts += [str(row["where"])] if row.get("where") else []
    room, kinds = wide if small else left - 14, ("indicator", "figure")
    words, tall = headed(str(row["indicator"]), " · ".join(facts), y + 15, room, kinds, halo=small)
    at = y + tall + 14 if small else y + 6 + tall / 2
    content: list[str] = []
    if share != share:
        content.append(gap(axis(0), at - 8, axis(100) - axis(0), 16, f"{hatched}-hatch"))
        content.append(
            write(tr("not defined"), axis(50), at + 4, SMALL, "quiet", anchor="middle", halo=True, kind="no-data")
        )
    else:
        cut = axis(100 * share)
        said = tag("title", text(f"{row['indicator']}: {', '.join(facts)}"))
        content.append(
            tag("rect", said, x=axis(0), y=at - 8, width=cut - axis(0), height=16, **paint("above", kind="inside"))
        )
        content.append(tag("rect", x=cut, y=at - 8, width=axis(100) - cut, height=16, **paint("faint", kind="between")))
        if sure:
            content.append(_interval(at, axis(100 * low), axis(100 * high)))
    return "".join(content), words, (at + 16 if small else y + max(tall + 10, 30))


def _interval(y: float, left: float, right: float) -> str:
    """A line with ends, dark on both parts of a bar."""
    one, other, top = number(left), number(right), number(y - 4)
    d = f"M{one} {number(y)}H{other}M{one} {top}v8M{other} {top}v8"
    return tag("path", d=d, **paint("none", "paper", 4, "halo")) + tag(
        "path", d=d, **paint("none", "ink", 1.8, "interval")
    )


def _box(role: str) -> str:
    return tag("rect", x=-9, y=-6, width=17, height=12, **paint(role))
