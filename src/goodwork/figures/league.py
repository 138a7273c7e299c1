"""A league table drawn: every area's rank with the range it may truly have, and the tiers that can be told apart."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from goodwork.analysis.verdicts import verdict
from goodwork.figures.axes import Scale, nothing, round_numbers
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import bar, dot, key
from goodwork.figures.lettering import SMALL, broken, width, write
from goodwork.figures.marks import label
from goodwork.figures.markup import number, tag
from goodwork.figures.rows import Row, figure_in, has, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd


def league(table: pd.DataFrame, caption: Caption, *, chosen: Collection[str] = (), name: str = "league") -> Figure:
    """A row for each area, best first: rank, name, the 95 % interval of the rank as a bar, the rank as a dot, score.

    ``table`` has ``area, name, score, rank`` and, as far as known, ``rank_low, rank_high, low, high, ranked, ties,
    tier, reason``. A dot is hollow where no interval was computed. Areas of one ``tier`` lie on one band: the head of
    each band surely lies below the head of the band before. Areas without a score stand last, with the reason;
    ``chosen`` areas are set in bold and in a colour of their own.
    """
    table = table.sort_values(["rank", "name"], na_position="last", kind="stable", ignore_index=True)
    rows = rows_of(table)
    scored, rest = ([row for row in rows if has(row, "rank") == ranked] for ranked in (True, False))

    def draw(wide: float) -> Part:
        small = wide <= NARROW
        lines = max((len(_named(row, wide, small)) for row in rows), default=1)
        step, left = (21.0 + 15 * lines, 8.0) if small else (5.0 + 15 * lines, 36.0 + _names(rows) + 12)
        right = wide - (8 if small else 58)
        count = max([len(scored), *(int(row["rank_high"]) for row in scored if has(row, "rank_high"))])
        ticks = tuple(
            sorted(
                {1.0, *(t for t in round_numbers(1, count, 4 if small else 6) if t > count * 0.06 and t == round(t))}
            )
        )
        axis = Scale(0.5, max(count, 1) + 0.5, left, right, ticks)
        marks = [(_range_mark(), tr("95 % interval of the rank")), (dot(0, 0), tr("rank"))]
        if any(not has(row, "rank_low") for row in scored):
            marks.append((dot(0, 0, hollow=True), tr("rank, no interval known")))
        if any(has(row, "tier") for row in scored):
            marks.append((tag("rect", x=-9, y=-7, width=17, height=14, **paint("wash", "grid", 1)), tr("a tier")))
        head, taken = key(marks, 0, 10, wide)
        top = taken + 26
        bottom = top + len(scored) * step
        if not scored:
            more, tall = _rest(rest, top + 30, wide)
            return Part(nothing(tr("No area has a score."), 0, top) + more, wide, top + 10 + tall)
        ruled = "".join(f"M{number(axis(t))} {number(top)}V{number(bottom)}" for t in ticks)
        content = [head, *_bands(scored, top, step, wide), tag("path", d=ruled, **paint("none", "grid", 1, "grid"))]
        for y in (top - 6, bottom + 14):
            content += [write(f"{t:.0f}", axis(t), y, SMALL, "quiet", anchor="middle", kind="tick") for t in ticks]
        if not small:
            content.append(write(tr("Score"), wide, top - 6, SMALL, "quiet", anchor="end"))
        for k, row in enumerate(scored):
            content.append(_row(row, top + k * step, step, axis, wide, small, str(row["area"]) in chosen))
        words = tr("Rank: 1 is best. Score: {better}.").format(better=caption.better)
        content.append(write(words, wide, bottom + 32, SMALL, "quiet", anchor="end"))
        more, tall = _rest(rest, bottom + 58, wide)
        return Part("".join(content) + more, wide, bottom + 40 + tall)

    return chart(name, caption, draw, table)


def _row(row: Row, y: float, step: float, axis: Scale, wide: float, small: bool, chosen: bool) -> str:
    area, middle = str(row["area"]), y + (step - 12 if small else step / 2)
    weight, base = (700 if chosen else None), (y + 13 if small else y + 15)
    tied = "=" if has(row, "ties") and row["ties"] else ""
    content = [
        write(f"{row['rank']:.0f}{tied}", 30, base, 13, "quiet", anchor="end", weight=weight),
        *(
            write(words, 38, base + 15 * k, 13, "lit" if chosen else "ink", weight=weight, kind="name")
            for k, words in enumerate(_named(row, wide, small))
        ),
        write(f"{row['score']:.1f}", wide - 1, base, 13, "ink", anchor="end", weight=weight),
        bar(axis, middle, figure_in(row, "rank_low"), figure_in(row, "rank_high"), area=area),
        dot(axis(row["rank"]), middle, label(row), hollow=not has(row, "rank_low"), area=area,
            role="lit" if chosen else "mark"),
    ]  # fmt: skip
    return "".join(content)


def _bands(scored: list[Row], top: float, step: float, wide: float) -> list[str]:
    """Every second tier on a tinted band; each tier is named at its head."""
    found: list[str] = []
    start = 0
    for k in range(1, len(scored) + 1):
        if k < len(scored) and figure_in(scored[k], "tier") == figure_in(scored[start], "tier"):
            continue
        if has(scored[start], "tier"):
            place, y, tall = int(scored[start]["tier"]), top + start * step, (k - start) * step
            if place % 2:
                found.append(tag("rect", x=0, y=y, width=wide, height=tall, **paint("wash", kind="tier")))
            found.append(tag("path", d=f"M0 {number(y)}H{number(wide)}", **paint("none", "faint", 1, "tier-edge")))
        start = k
    return found


def _rest(rest: list[Row], y: float, wide: float) -> tuple[str, float]:
    if not rest:
        return "", 0.0
    content = [write(tr("Not scored, so not ranked ({n}):").format(n=len(rest)), 0, y, 13, weight=600)]
    for row in rest:
        reason = row.get("reason")
        reason = verdict(str(reason)) if reason and reason == reason else tr("no figures")
        for line in broken(f"{row['name']}: {reason}", wide, SMALL):
            y += 17
            content.append(write(line, 0, y, SMALL, "quiet", kind="not-scored"))
    return "".join(content), 30.0 + 17 * (len(content) - 1)


def _names(rows: list[Row]) -> float:
    return min(max((width(str(row["name"])) for row in rows), default=100.0), 330.0)


def _named(row: Row, wide: float, small: bool) -> list[str]:
    """The name in as many lines as it needs."""
    return broken(str(row["name"]), wide - 100 if small else 330.0, 13, 600)


def _range_mark() -> str:
    return tag("rect", x=-9, y=-4, width=17, height=8, rx=1.5, **paint("bar"))
