"""What communities are like: the average area of each on every indicator, by letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from goodwork.figures.axes import Scale, below, nothing, rule, scale
from goodwork.figures.colour import COMMUNITIES, FURTHER, ink
from goodwork.figures.colouring import Category
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import key
from goodwork.figures.lettering import SMALL, headed, write
from goodwork.figures.markup import tag, text
from goodwork.figures.rows import Row, has, rows_of
from goodwork.figures.strip import lanes
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

SIZE = 8.5


def communities_as(names: Sequence[str], archetypes: Sequence[str] = ()) -> tuple[Category, ...]:
    """Communities as categories of a map or chart: A to D always in the same four colours.

    >>> [c.colour for c in communities_as("AD")]
    ['#d55e00', '#0072b2']
    """
    fixed = dict(zip("ABCD", COMMUNITIES, strict=True))
    spare = iter(FURTHER * (1 + len(names) // len(FURTHER)))
    told = archetypes or ("",) * len(names)
    return tuple(
        Category(n, fixed.get(n) or next(spare), n, f"{n} – {a}" if a else n) for n, a in zip(names, told, strict=True)
    )


def profile(table: pd.DataFrame, caption: Caption, groups: Sequence[Category], *, name: str = "profile") -> Figure:
    """A row for each indicator, a lettered mark for each community at its mean, in standard deviations from the average
    of all areas, turned so that right is better.

    ``table`` has ``indicator, better, community, standardised, words`` (the mean in its own unit); NaN is not drawn,
    and said. Marks that would cover each other stand above each other.
    """
    records = rows_of(table)
    indicators = list(dict.fromkeys(row["indicator"] for row in records))

    def draw(wide: float) -> Part:
        small = wide <= NARROW
        left = 4.0 if small else 212.0
        axis = scale(table["standardised"], left + SIZE + 4, wide - SIZE - 6, holding=(0.0,), count=4 if small else 7)
        if not axis.known:
            return Part(nothing(tr("No data for any community."), 0, 20), wide, 40)
        y, content = 10.0, []
        for group in groups:
            mark, tall = key([(_mark(0, 0, group, ""), group.meaning)], 0, y, wide)
            content.append(mark)
            y += tall
        y += 12
        content.append(write(tr("← worse than average"), left, y, SMALL, "quiet"))
        content.append(write(tr("better →"), wide, y, SMALL, "quiet", anchor="end"))
        y += 8
        top, body = y, []
        for indicator in indicators:
            rows = [row for row in records if row["indicator"] == indicator]
            drawn, y = _row(str(indicator), rows, y, axis, wide, left, small, groups)
            body.append(drawn)
        under, tall = below(axis, top, y, tr("standard deviations from the average of all areas"))
        zero = rule(axis(0.0), top, y, "edge", kind="zero")
        return Part("".join([*content, under, zero, *body]), wide, y + tall + 6)

    return chart(name, caption, draw, table)


def _row(
    indicator: str, rows: Sequence[Row], y: float, axis: Scale, wide: float, left: float, small: bool,
    groups: Sequence[Category],
) -> tuple[str, float]:  # fmt: skip
    by = {str(r["community"]): r for r in rows}
    known = sorted((g for g in groups if has(by.get(g.value, {}), "standardised")),
                   key=lambda g: by[g.value]["standardised"])  # fmt: skip
    lane = lanes([axis(by[g.value]["standardised"]) for g in known], 2 * SIZE + 1)
    up, down = (int(-lane.min()), int(lane.max())) if len(lane) else (0, 0)
    room, kinds = wide if small else left - 12, ("indicator", "direction")
    head, tall = headed(indicator, str(rows[0]["better"]), y + 15, room, kinds, halo=small)
    content, words = [head], tall + 4
    reach = (up + down + 1) * (2 * SIZE + 1)
    middle = (
        y + words + 12 + up * (2 * SIZE + 1) if small else y + max(words, reach) / 2 + 5 + (up - down) * (SIZE + 0.5)
    )
    for group, side in zip(known, lane, strict=True):
        row = by[group.value]
        said = f"{group.meaning}: {row['words']}"
        content.append(_mark(axis(row["standardised"]), middle + side * (2 * SIZE + 1), group, said))
    lacking = [g.letter for g in groups if g not in known]
    if lacking:
        gone = tr("no data: {communities}").format(communities=", ".join(lacking))
        content.append(write(gone, wide, y + 15, SMALL, "quiet", anchor="end", kind="no-data"))
    y = y + words + reach + 10 if small else y + max(words, reach) + 10
    return "".join(content) + tag("path", d=f"M0 {y:.1f}H{wide:.1f}", **paint("none", "grid", 1, "grid")), y + 1


def _mark(x: float, y: float, group: Category, said: str) -> str:
    inside = tag("title", text(said)) if said else ""
    disc = tag("circle", cx=x, cy=y, r=SIZE, data_area=group.value, **paint(group.colour, "ink", 0.8, "dot"))
    letter = tag(
        "text",
        text(group.letter),
        x=x,
        y=y + 4,
        font_size=11,
        font_weight=700,
        fill=ink(group.colour),
        text_anchor="middle",
    )
    return tag("g", inside + disc + letter)
