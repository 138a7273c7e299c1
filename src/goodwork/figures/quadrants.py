"""Two measures cut at their means: which areas lie above both, one or neither."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from goodwork.figures.axes import below, beside, level, nothing, rule, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import glyph, key
from goodwork.figures.lettering import SMALL, block, write
from goodwork.figures.markup import tag
from goodwork.figures.rows import rows_of
from goodwork.figures.scatter import named as names
from goodwork.figures.scatter import not_drawn, written
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: Above both means, above the first only, the second only, neither: shape, role of colour, whether filled.
LOOKS = (("diamond", "lit", True), ("triangle", "below", False), ("square", "above", False), ("circle", "quiet", False))


def quadrants(
    table: pd.DataFrame,
    caption: Caption,
    titles: tuple[str, str],
    means: tuple[float, float],
    kinds: tuple[str, str, str, str],
    *,
    named: Collection[str] = (),
    name: str = "quadrants",
) -> Figure:
    """A mark for each area with both figures, told apart by shape, filling and colour; rules at the two ``means``.

    ``table`` has ``area, name, x, y, kind``; ``kinds`` are what above both, above the first only, above the second only
    and neither are called. ``named`` areas are named where there is room. Areas without both figures are counted.
    """
    known = table[table["x"].notna() & table["y"].notna()]
    missing = len(table) - len(known)

    def draw(wide: float) -> Part:
        if not len(known):
            return Part(nothing(tr("No data: {n} areas.").format(n=missing), 0, 20), wide, 40)
        small = wide <= NARROW
        counts = [int((known["kind"] == kind).sum()) for kind in kinds]
        entries = [(_mark(k, 0, 0, ""), f"{kind}: {counts[k]}") for k, kind in enumerate(kinds)]
        head, taken = key(entries, 0, 10, wide)
        said, more = block(f"↑ {titles[1]}", 0, taken + 16, wide, SMALL, "quiet", kind="title")
        top, left = taken + more + 14, 46.0
        bottom = top + wide * (0.95 if small else 0.6)
        x = scale(known["x"], left + 4, wide - 8, count=4 if small else 7, holding=means[:1])
        y = scale(known["y"], bottom - 4, top + 4, holding=means[1:])
        at, up = x(means[0]), y(means[1])
        shade = tag("rect", x=at, y=top, width=wide - at, height=up - top, **paint("wash", kind="double"))
        under, tall = below(x, top, bottom, f"{titles[0]} →", left=0, right=wide)
        content = [head, said, shade, beside(y, left, wide), under]
        content += [
            rule(at, top, bottom, "ink", dashes="5 4", kind="mean"),
            level(up, left, wide, "ink", dashes="5 4", kind="mean"),
        ]
        content.append(
            write(tr("mean {mean:.1f}").format(mean=means[0]), at + 4, bottom - 6, SMALL, "quiet", halo=True)
        )
        content.append(
            write(
                tr("mean {mean:.1f}").format(mean=means[1]), wide - 4, up - 5, SMALL, "quiet", anchor="end", halo=True
            )
        )
        place = {kind: k for k, kind in enumerate(kinds)}
        rows = rows_of(known)
        for row in rows:
            words = f"{row['name']}: {titles[0]} {written(row['x'])}; {titles[1]} {written(row['y'])}; {row['kind']}"
            content.append(_mark(place[str(row["kind"])], x(row["x"]), y(row["y"]), words, str(row["area"])))
        wanted = [row for row in rows if row["area"] in named]
        wanted.sort(key=lambda row: -(abs(x(row["x"]) - at) + abs(y(row["y"]) - up)))
        content += names(wanted, rows, x, y, (left, top, wide, bottom))
        note, height = not_drawn(missing, len(table), bottom + tall, wide)
        return Part("".join([*content, note]), wide, height + 6)

    return chart(name, caption, draw, table)


def _mark(k: int, x: float, y: float, said: str, area: str | None = None) -> str:
    shape, role, filled = LOOKS[k]
    painted = paint(role, "paper", 0.8, "dot") if filled else paint("paper", role, 1.6, "dot hollow")
    return glyph(shape, x, y, 4.4, said, area=area, **painted)
