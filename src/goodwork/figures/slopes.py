"""Ranks in two periods side by side: who moved, and whether the two ranges leave any doubt of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from goodwork.figures.axes import nothing, rule
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import dot, key
from goodwork.figures.lettering import SMALL, block, broken, spread, write
from goodwork.figures.markup import number, tag
from goodwork.figures.rows import Row, figure_in, has, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd


def slopes(
    table: pd.DataFrame,
    caption: Caption,
    periods: tuple[str, str],
    *,
    chosen: Collection[str] = (),
    breaks: str = "",
    name: str = "slopes",
) -> Figure:
    """Every area as a thin line from its rank in the first period to that in the second, 1 at the top; the ``chosen``
    strong, named, with the 95 % intervals of both ranks.

    ``table`` has ``area, name, rank_from, rank_to`` and may have ``from_low, from_high, to_low, to_high``; NaN is no
    rank, and such a line is not drawn. With ``breaks`` (what changed between the periods) no lines are drawn at all,
    only the ends of the chosen and what changed.
    """
    both = table[table["rank_from"].notna() & table["rank_to"].notna()]
    rows = rows_of(both)
    mine = sorted((row for row in rows if str(row["area"]) in chosen), key=lambda row: row["rank_to"])
    missing = len(table) - len(both)

    def draw(wide: float) -> Part:
        if not rows:
            return Part(
                nothing(tr("No data: none of {n} areas is ranked in both periods.").format(n=missing), 0, 20), wide, 40
            )
        small = wide <= NARROW
        entries = [(_sample(), tr("a named area, 95 % intervals of its ranks")), (_thin(), tr("each other area"))]
        head, taken = key(entries[: 1 if breaks else 2], 0, 10, wide)
        top = taken + 34
        last = max([len(both), *(float(row[c]) for row in mine for c in ("from_high", "to_high") if has(row, c))])
        tall = max(380.0 if not small else 420.0, 34.0 * len(mine))
        side = 118.0 if small else 240.0
        left, right = (34.0, wide - side) if small else (side, wide - side)

        def y(rank: float) -> float:
            return top + (float(rank) - 1) / max(last - 1, 1) * tall

        content = [head]
        for at, period in ((left, periods[0]), (right, periods[1])):
            content.append(write(period, at, top - 12, 13, weight=600, anchor="middle"))
            content.append(rule(at, top, top + tall, "grid", kind="grid"))
        if breaks:
            content.append(rule((left + right) / 2, top, top + tall, "lit", dashes="4 3", kind="break"))
        else:
            others = [row for row in rows if str(row["area"]) not in chosen]
            d = "".join(
                f"M{number(left)} {number(y(r['rank_from']))}L{number(right)} {number(y(r['rank_to']))}" for r in others
            )
            content.append(tag("path", d=d, **paint("none", "faint", 0.8, "others")) if d else "")
        for row in mine:
            content.append(_one(row, left, right, y(row["rank_from"]), y(row["rank_to"]), y, not breaks))
        lines = _lines(mine, "to", wide - right - 14)
        content += _labels(mine, "to", right + 12, y, top, tall, wide - right - 14)
        if not small:
            content += _labels(mine, "from", left - 12, y, top, tall, left - 14)
        else:
            places = spread([y(row["rank_from"]) for row in mine], 14, top, top + tall)
            content += [write(f"{row['rank_from']:.0f}", left - 10, at + 4, SMALL, "quiet", anchor="end")
                        for row, at in zip(mine, places, strict=True)]  # fmt: skip
        height = top + tall + 34 + 7 * (lines - 1)
        content.append(write(tr("Rank: 1 is best, at the top."), 0, height, SMALL, "quiet"))
        words = []
        if breaks:
            words.append(
                tr("Between the periods: {breaks}. Ranks before and after are not joined.").format(breaks=breaks)
            )
        if missing:
            told = tr("{missing} of {total} areas have no rank in one of the periods: not drawn.")
            words.append(told.format(missing=missing, total=len(table)))
        for sentence in words:
            said, more = block(sentence, 0, height + 18, wide, SMALL, "quiet", kind="missing")
            content.append(said)
            height += more + 3
        return Part("".join(content), wide, height + 12)

    return chart(name, caption, draw, table.assign(chosen=table["area"].isin(list(chosen))))


def _one(row: Row, left: float, right: float, start: float, end: float, y: Any, joined: bool) -> str:
    content = ""
    for at, period in ((left, "from"), (right, "to")):
        if has(row, f"{period}_low", f"{period}_high"):
            low, high = row[f"{period}_low"], row[f"{period}_high"]
            tall = max(y(high) - y(low), 1.0)
            painted = paint("bar", kind=f"interval {period}")
            content += tag("rect", data_area=row["area"], x=at - 3.5, y=y(low), width=7, height=tall, fill_opacity=0.75,
                           **painted)  # fmt: skip
    if joined:
        content += tag(
            "path",
            d=f"M{number(left)} {number(start)}L{number(right)} {number(end)}",
            **paint("none", "mark", 2.2, "line"),
        )
    for at, place, period in ((left, start, "from"), (right, end, "to")):
        said = f"{row['name']}: {_words(row, period)}"
        content += dot(
            at,
            place,
            said,
            area=str(row["area"]),
            kind=f"dot {period}",
            hollow=not has(row, f"{period}_low", f"{period}_high"),
        )
    return content


def _words(row: Row, period: str) -> str:
    low, high = (figure_in(row, f"{period}_{end}") for end in ("low", "high"))
    told = "{rank:.0f} ({low:.0f}–{high:.0f})" if low == low and high == high else tr("{rank:.0f} (no interval)")
    return told.format(rank=row[f"rank_{period}"], low=low, high=high)


def _lines(mine: list[Row], period: str, room: float) -> int:
    """How many lines the longest label takes."""
    texts = [broken(f"{row['name']} {_words(row, period)}", room, SMALL) for row in mine]
    return max((len(text) for text in texts), default=1)


def _labels(mine: list[Row], period: str, x: float, y: Any, top: float, tall: float, room: float) -> list[str]:
    """Names with ranks at one side, moved apart where they would touch."""
    anchor = "end" if period == "from" else "start"
    texts = [broken(f"{row['name']} {_words(row, period)}", room, SMALL) for row in mine]
    lines = _lines(mine, period, room)
    first_line = top + (lines - 1) * 7  # the highest label stays below the heads of the columns
    places = spread([y(row[f"rank_{period}"]) for row in mine], 14.0 * lines + 2, first_line, top + tall)
    found = []
    for text, at in zip(texts, places, strict=True):
        first = at + 4 - (len(text) - 1) * 7
        found += [
            write(line, x, first + k * 14, SMALL, "ink", anchor=anchor, kind="name") for k, line in enumerate(text)
        ]
    return found


def _sample() -> str:
    return tag("rect", x=-3, y=-8, width=6, height=16, **paint("bar")) + dot(0, 0)


def _thin() -> str:
    return tag("path", d="M-9 3L9 -3", **paint("none", "faint", 1.2))
