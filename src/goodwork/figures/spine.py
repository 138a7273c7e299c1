"""A spine chart: one area on every indicator beside its nation, region, type, community and neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodwork.figures.axes import Scale, nothing, rule, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import bar, dot, glyph, key
from goodwork.figures.lettering import SMALL, block, headed, write
from goodwork.figures.markup import number, tag
from goodwork.figures.rows import Row, figure_in, has, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: What an area may be compared with, and how that is drawn.
OTHERS = {
    "nation": ("diamond", "ink", False), "region": ("triangle", "below", True), "type": ("cross", "edge", True),
    "community": ("square", "quiet", True), "neighbours": ("down", "above", True),
}  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """What the area is compared with: a kind of ``OTHERS``, and its name ("England", "mean of 5 neighbours")."""

    kind: str
    name: str


def spine(
    table: pd.DataFrame, caption: Caption, area: str, others: Sequence[Beside] = (), *, name: str = "spine"
) -> Figure:
    """A row for each indicator: where all areas lie, where the area lies with its interval, where the others lie.

    ``table`` has ``indicator, better`` (words), ``area`` (standardised over all areas, turned so that right is better),
    ``words`` (the figure in its own unit), ``least, p10, p90, most`` of all areas on the same scale; it may have ``low,
    high`` of the area and a column for each kind of ``others`` with its ``…_words``. NaN is no data and is said so.
    """
    rows = rows_of(table)
    columns = [c for c in ("area", "low", "high", "least", "most", *(o.kind for o in others)) if c in table]

    def draw(wide: float) -> Part:
        small = wide <= NARROW
        left = 4.0 if small else 252.0
        axis = scale(table[columns], left + 8, wide - 10, holding=(0.0,), margin=0.03)
        if not axis.known:
            return Part(nothing(tr("No data on any indicator."), 0, 20), wide, 40)
        entries = [(dot(0, 0), area), (_range(-9, -4, 4, 9, 0), tr("all areas: four in five, and the ends"))]
        if "low" in table and table["low"].notna().any():
            entries.insert(1, (tag("rect", x=-9, y=-3, width=18, height=6, **paint("bar")), tr("95 % interval")))
        entries += [(_other(o.kind, 0, 0, o.name), o.name) for o in others]
        head, taken = key(entries, 0, 10, wide)
        y = taken + 22
        content = [
            head,
            write(tr("← worse"), left + 4, y, SMALL, "quiet"),
            write(tr("better →"), wide - 4, y, SMALL, "quiet", anchor="end"),
        ]
        content.append(write(tr("average"), axis(0.0), y, SMALL, "quiet", anchor="middle"))
        y += 8
        top, body = y, []
        for row in rows:
            drawn, y = _row(row, y, axis, wide, left, small, area, others)
            body.append(drawn)
        return Part("".join([*content, rule(axis(0.0), top, y, kind="zero"), *body]), wide, y + 8)

    return chart(name, caption, draw, table)


def _row(
    row: Row,
    y: float,
    axis: Scale,
    wide: float,
    left: float,
    small: bool,
    area: str,
    others: Sequence[Beside],
) -> tuple[str, float]:
    value, words, known = figure_in(row, "area"), str(row["words"]), has(row, "area")
    beside = "; ".join(
        f"{o.name} {row[f'{o.kind}_words']}" for o in others[:1] if f"{o.kind}_words" in row and has(row, o.kind)
    )
    figures = (words if known else tr("no data")) + (f" ({beside})" if beside else "")
    content, room = [], wide if small else left - 10
    under = f"{figures}; {row['better']}" if small else figures
    text, tall = headed(str(row["indicator"]), under, y + 14, room, ("indicator", "figure"), halo=small)
    content.append(text)
    if not small:
        text, more = block(str(row["better"]), 0, y + 14 + tall, room, SMALL, "quiet", kind="direction", halo=small)
        content.append(text)
        tall += more
    at = y + tall + 14 if small else y + 6 + max(tall, 30) / 2
    if has(row, "least", "p10", "p90", "most"):
        content.append(_range(axis(row["least"]), axis(row["p10"]), axis(row["p90"]), axis(row["most"]), at))
    if known:
        content.append(bar(axis, at, figure_in(row, "low"), figure_in(row, "high"), thick=6))
    for o in others:
        if has(row, o.kind):
            said = f"{o.name}: {row.get(f'{o.kind}_words', '')}"
            content.append(_other(o.kind, axis(row[o.kind]), at, said))
    if known:
        content.append(dot(axis(value), at, f"{area}: {words}", size=5.5))
    else:
        content.append(write(tr("no data"), wide - 6, at + 4, SMALL, "quiet", anchor="end", kind="no-data", halo=True))
    y = at + 16 if small else y + max(tall, 30) + 10
    line = tag("path", d=f"M0 {number(y)}H{number(wide)}", **paint("none", "grid", 1, "grid"))
    return "".join(content) + line, y + 2


def _range(least: float, low: float, high: float, most: float, y: float) -> str:
    line = tag("path", d=f"M{number(least)} {number(y)}H{number(most)}", **paint("none", "faint", 1.5, "ends"))
    return line + tag(
        "rect",
        x=low,
        y=y - 6,
        width=max(high - low, 1.0),
        height=12,
        rx=2,
        fill_opacity=0.6,
        **paint("faint", kind="most"),
    )


def _other(kind: str, x: float, y: float, said: str) -> str:
    shape, role, hollow = OTHERS[kind]
    painted = paint("paper", role, 1.8, f"other {kind}") if hollow else paint(role, "paper", 1, f"other {kind}")
    return glyph(shape, x, y, 5.0, said, **painted)
