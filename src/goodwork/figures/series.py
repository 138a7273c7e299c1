"""Figures through time: a line with its interval, others beside it, and nothing drawn across a break."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from string import ascii_lowercase
from typing import TYPE_CHECKING

from goodwork.figures.axes import Scale, beside, nothing, rule, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import glyph, key
from goodwork.figures.lettering import SMALL, block, broken, spread, width, write
from goodwork.figures.markup import number, tag
from goodwork.figures.rows import Row, has, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: How the first line and the others are drawn: role of colour, width, dashes, shape of the points.
LOOKS = (
    ("mark", 2.6, None, "circle"), ("ink", 1.7, "7 4", "square"), ("below", 1.7, "2 3", "triangle"),
    ("quiet", 1.7, "9 3 2 3", "diamond"), ("edge", 1.7, "4 2", "down"), ("lit", 1.7, "1 3", "cross"),
)  # fmt: skip


def series(
    table: pd.DataFrame,
    caption: Caption,
    *,
    breaks: Mapping[str, str] | None = None,
    show: Callable[[float], str] = "{:.1f}".format,
    better: str = "",
    flipped: bool = False,
    name: str = "series",
) -> Figure:
    """A line for each name in ``line``: the first strong, with its interval as a ribbon, the others to compare it with.

    ``table`` has ``line, period, value`` and may have ``low, high``, in order of lines; NaN is a gap, at which a line
    ends. ``breaks`` says from which periods figures cannot be compared with before, and why: an upright rule with a
    letter stands there, told below, and no line crosses it. A figure without neighbours is a point. At most six lines.
    ``flipped`` puts the lowest at the top, as ranks are read.
    """
    records, lines = rows_of(table), told_apart(table["line"])
    periods = sorted({str(p) for p in table["period"]})
    cuts = cuts_in(periods, breaks or {})
    known = table[table["value"].notna()]

    def draw(wide: float) -> Part:
        if not len(known):
            return Part(nothing(tr("No data in any period."), 0, 20), wide, 40)
        small = wide <= NARROW
        entries = [(_sample(k), line) for k, line in enumerate(lines)]
        if "low" in table and table["low"].notna().any():
            entries.append((tag("rect", x=-9, y=-6, width=18, height=12, **paint("bar")), tr("95 % interval")))
        head, taken = key(entries, 0, 10, wide)
        said, more = block(f"{caption.unit}{f'; {better}' if better else ''}", 0, taken + 16, wide, SMALL, "quiet")
        top = taken + more + (28 if cuts else 14)
        bottom = top + wide * (0.62 if small else 0.4)
        room = 18.0 if small else min(max(width(line, SMALL, 600) for line in lines) + 18, 170.0)
        span = (top, bottom) if flipped else (bottom, top)
        y = scale(table[[c for c in ("value", "low", "high") if c in table]], *span, count=5)
        if flipped:  # there is no place before the first
            y = replace(y, ticks=tuple(dict.fromkeys(max(t, 1.0) for t in y.ticks if t >= 0)))
        left = max(width(y.words(t), SMALL) for t in y.ticks) + 10 if y.ticks else 30.0
        x = _places(periods, left + 18, wide - room - 6)
        content = [head, said, beside(y, left, wide - room), *_years(x, bottom)]
        where = {p: (x[p] + x[periods[periods.index(p) - 1]]) / 2 for p in cuts}
        parted, under = drawn_breaks(cuts, where, top, bottom, wide)
        content.append(parted)
        ends = []
        runs = {line: _runs([row for row in records if row["line"] == line], periods, list(cuts)) for line in lines}
        content += [_ribbon(run, x, y) for run in runs[lines[0]] if all(has(row, "low", "high") for row in run)]
        for k, line in reversed(list(enumerate(lines))):
            content += [_line(run, k, x, y, show, line) for run in runs[line]]
            last = [row for run in runs[line] for row in run]
            if last and not small:
                ends.append((line, y(last[-1]["value"]), k))
        texts = [broken(line, room - 10, SMALL, 600 if k == 0 else None) for line, _, k in ends]
        gap = 15.0 * max((len(text) for text in texts), default=1) + 2
        for (_, _, k), words, at in zip(ends, texts, spread([e[1] for e in ends], gap, top, bottom), strict=True):
            role, weight, first = LOOKS[k][0], 600 if k == 0 else None, at + 4 - (len(words) - 1) * 7.5
            content += [
                write(part, wide - room + 8, first + i * 15, SMALL, role, weight=weight, kind="name")
                for i, part in enumerate(words)
            ]
        return Part("".join(content), wide, under)

    return chart(name, caption, draw, table)


def told_apart(names: Iterable[object], what: str = "lines") -> list[str]:
    """The names of lines, each once and in order; raises ``ValueError`` for more than there are looks."""
    found = list(dict.fromkeys(map(str, names)))
    if len(found) > len(LOOKS):
        raise ValueError(f"{len(found)} {what} cannot be told apart; the most is {len(LOOKS)}")
    return found


def drawn_breaks(
    cuts: Mapping[str, str], where: Mapping[str, float], top: float, bottom: float, wide: float
) -> tuple[str, float]:
    """An upright rule with a letter at each break, told under the plot; and where the drawing ends."""
    content, under = [], bottom + 36
    for k, (period, why) in enumerate(cuts.items()):
        at, letter = where[period], ascii_lowercase[k % 26]
        content.append(rule(at, top - 8, bottom, "lit", dashes="4 3", kind="break"))
        content.append(write(letter, at, top - 12, SMALL, "lit", anchor="middle", weight=700, kind="break-label"))
        words, tall = block(f"{letter}: {why}", 0, under, wide, SMALL, "quiet", kind="break-note")
        content.append(words)
        under += tall + 3
    return "".join(content), under if cuts else bottom + 30


def cuts_in(periods: Sequence[str], breaks: Mapping[str, str]) -> dict[str, str]:
    """The first period drawn at or after each break, with the reasons; breaks before the first period part nothing."""
    found: dict[str, str] = {}
    for broke, why in sorted(breaks.items()):
        after = next((p for p in periods[1:] if p >= broke), None)
        if after is not None and broke > periods[0]:
            found[after] = f"{found[after]}; {why}" if after in found else why
    return found


def _places(periods: Sequence[str], left: float, right: float) -> dict[str, float]:
    """Where periods stand: by their year, or evenly where they have none; one alone in the middle."""
    years = [int(p[:4]) if p[:4].isdigit() else k for k, p in enumerate(periods)]
    if len(set(years)) < len(years) or any(a > b for a, b in pairwise(years)):
        years = list(range(len(periods)))
    if len(periods) == 1:
        return {periods[0]: (left + right) / 2}
    return {
        p: left + (y - years[0]) / (years[-1] - years[0]) * (right - left) for p, y in zip(periods, years, strict=True)
    }


def _runs(rows: Sequence[Row], periods: Sequence[str], cuts: Sequence[str]) -> list[list[Row]]:
    """Neighbouring periods with figures and no break between them: what a line may join."""
    runs: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: str(row["period"])):
        if not has(row, "value"):
            continue
        at = periods.index(str(row["period"]))
        if not runs or at != periods.index(str(runs[-1][-1]["period"])) + 1 or periods[at] in cuts:
            runs.append([])
        runs[-1].append(row)
    return runs


def _line(run: Sequence[Row], k: int, x: Mapping[str, float], y: Scale, show: Callable[[float], str], line: str) -> str:
    role, thick, dashes, shape = LOOKS[k]
    points = [(x[str(row["period"])], y(row["value"])) for row in run]
    content = ""
    if len(run) > 1:
        d = "M" + "L".join(f"{number(a)} {number(b)}" for a, b in points)
        content = tag("path", d=d, stroke_dasharray=dashes, **paint("none", role, thick, "line"))
    for row, (a, b) in zip(run, points, strict=True):
        said = told(line, row, show, doubt=k == 0)
        content += glyph(shape, a, b, 3.8 if k == 0 else 3.0, said, **paint(role, "paper", 1, "point"))
    return content


def told(line: str, row: Row, show: Callable[[float], str], *, doubt: bool = True) -> str:
    """What a point says: its figure with the interval; that none is known is said where there is ``doubt``."""
    template = tr("{line}, {period}: {value} (no interval known)") if doubt else "{line}, {period}: {value}"
    if sure := has(row, "low", "high"):
        template = tr("{line}, {period}: {value} (95 % interval {low} to {high})")
    low, high = (show(row[end]) if sure else "" for end in ("low", "high"))
    return template.format(line=line, period=row["period"], value=show(row["value"]), low=low, high=high)


def _ribbon(run: Sequence[Row], x: Mapping[str, float], y: Scale) -> str:
    upper = [f"{number(x[str(r['period'])])} {number(y(r['high']))}" for r in run]
    lower = [f"{number(x[str(r['period'])])} {number(y(r['low']))}" for r in run]
    if len(run) == 1:
        at = x[str(run[0]["period"])]
        over, under = sorted((y(run[0]["low"]), y(run[0]["high"])))
        return tag("rect", x=at - 5, y=over, width=10.0, height=under - over, **paint("bar", kind="ribbon"))
    return tag(
        "path", d=f"M{'L'.join(upper)}L{'L'.join(reversed(lower))}z", fill_opacity=0.7, **paint("bar", kind="ribbon")
    )


def _years(x: Mapping[str, float], bottom: float) -> list[str]:
    found, last = [], -1e9
    for period, at in x.items():
        half = width(period, SMALL) / 2
        if at - half > last + 4:
            found.append(write(period, at, bottom + 17, SMALL, "quiet", anchor="middle", kind="tick"))
            last = at + half
    return found


def _sample(k: int) -> str:
    role, thick, dashes, shape = LOOKS[k]
    line = tag("path", d="M-9 0H9", stroke_dasharray=dashes, **paint("none", role, thick))
    return line + glyph(shape, 0, 0, 3.2, **paint(role, "paper", 1))
