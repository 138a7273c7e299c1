"""How closely a score goes with each of several outcomes: coefficients with their intervals about a line at none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from goodwork.figures.axes import Scale, below, nothing, rule, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import glyph, key
from goodwork.figures.lettering import SMALL, headed, write
from goodwork.figures.markup import number, tag
from goodwork.figures.rows import Row, figure_in, has, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: The ways of looking, in the order of a table: shape and role of colour.
LOOKS = (("circle", "mark"), ("square", "below"), ("triangle", "quiet"), ("diamond", "above"))


def associations(table: pd.DataFrame, caption: Caption, ways: Sequence[str], *, name: str = "associations") -> Figure:
    """A row for each outcome, a mark with its 95 % interval for each of the ``ways`` it was looked at (all areas, same
    region …), a line at zero; hollow where no association is clear.

    ``table`` has ``outcome, way, r, low, high, n`` and may have ``clear`` (after allowing for many outcomes; else
    whether the interval leaves zero out) and ``note`` (what an outcome is, its year). NaN is said, not drawn.
    """
    if len(ways) > len(LOOKS):
        raise ValueError(f"{len(ways)} ways cannot be told apart; the most is {len(LOOKS)}")
    records = rows_of(table)
    outcomes = list(dict.fromkeys(row["outcome"] for row in records))

    def draw(wide: float) -> Part:
        small = wide <= NARROW
        left, right = (6.0, wide - 10) if small else (246.0, wide - 140)
        axis = scale(table[["r", "low", "high"]], left + 6, right, count=5, holding=(0.0,), margin=0.02)
        if not axis.known:
            return Part(nothing(tr("No data for any outcome."), 0, 20), wide, 40)
        entries = [(_mark(k, 0, 0, "", True), way) for k, way in enumerate(ways)]
        entries.append((_mark(0, 0, 0, "", False), tr("hollow: no clear association")))
        head, y = key(entries, 0, 10, wide)
        y += 22
        content = [
            head,
            write(tr("← goes with lower"), left, y, SMALL, "quiet"),
            write(tr("goes with higher →"), wide if small else right, y, SMALL, "quiet", anchor="end"),
        ]
        y += 8
        top, body = y, []
        for outcome in outcomes:
            rows = [row for row in records if row["outcome"] == outcome]
            drawn, y = _row(str(outcome), rows, ways, y, axis, wide, left, small)
            body.append(drawn)
        under, tall = below(axis, top, y, tr("Correlation (r) over areas; −1 to 1"), left=0, right=right)
        return Part("".join([*content, under, rule(axis(0.0), top, y, "ink", kind="zero"), *body]), wide, y + tall + 6)

    return chart(name, caption, draw, table)


def _row(
    outcome: str,
    rows: Sequence[Row],
    ways: Sequence[str],
    y: float,
    axis: Scale,
    wide: float,
    left: float,
    small: bool,
) -> tuple[str, float]:
    note, room = str(rows[0].get("note") or ""), wide if small else left - 14
    text, tall = headed(outcome, note, y + 15, room, ("outcome", "note"), halo=small)
    content = [text]
    at = y + tall + 12 if small else y + 14
    step = 17.0
    found = {str(row["way"]): row for row in rows}
    for k, way in enumerate(ways):
        row = found.get(way)
        if row is None:
            continue
        r, low, high = (figure_in(row, column) for column in ("r", "low", "high"))
        if r != r:
            said = tr("{way}: no figure").format(way=way)
            content.append(write(said, axis(0.0) + 6, at + 4, SMALL, "quiet", kind="no-data", halo=True))
        else:
            clear = bool(row["clear"]) if "clear" in row else bool(low > 0 or high < 0)
            role = LOOKS[k][1]
            numbers = tr("{r:z.2f} (no interval)").format(r=r)
            if has(row, "low", "high"):
                line = f"M{number(axis(low))} {number(at)}H{number(axis(high))}"
                content.append(tag("path", d=line, **paint("none", role, 2.4, "interval")))
                numbers = tr("{r:z.2f} ({low:z.2f} to {high:z.2f})").format(r=r, low=low, high=high)
            numbers = numbers.replace("-", "−")
            said = tr("{outcome}, {way}: r {numbers}, {n:.0f} areas")
            if not clear:
                said = tr("{outcome}, {way}: r {numbers}, {n:.0f} areas; no clear association")
            said = said.format(outcome=outcome, way=way, numbers=numbers, n=row["n"])
            content.append(_mark(k, axis(r), at, said, clear))
            if not small:
                content.append(
                    write(numbers, wide, at + 4, SMALL, "ink" if clear else "quiet", anchor="end", kind="figure")
                )
        at += step
    y = max(at + 2, y + tall + 12)
    return "".join(content) + tag("path", d=f"M0 {number(y)}H{number(wide)}", **paint("none", "grid", 1, "grid")), y + 2


def _mark(k: int, x: float, y: float, said: str, clear: bool) -> str:
    shape, role = LOOKS[k]
    painted = paint(role, "paper", 1, "dot") if clear else paint("paper", role, 1.8, "dot hollow")
    return glyph(shape, x, y, 4.6, said, **painted)
