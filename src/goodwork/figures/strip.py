"""The strip chart: every area of every region in natural units, with the region's median."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import areas_of
from goodwork.analysis.wording import number as figure_of
from goodwork.figures.axes import Scale, below, nothing, rule, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import dot, key
from goodwork.figures.lettering import NORMAL, SMALL, block, width, write
from goodwork.figures.markup import tag
from goodwork.figures.rows import rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

SIZE = 4.0
#: Lanes of dots on either side of the middle of a row, at most; beyond that dots lie over each other.
LANES = 4


def strip(
    table: pd.DataFrame,
    caption: Caption,
    show: Callable[[float], str] = figure_of,
    *,
    chosen: Collection[str] = (),
    better: str = "neither",
    name: str = "strip",
) -> Figure:
    """A row for each region, from the highest median down; a dot for each area; a line at each median.

    ``table`` has ``area, name, region, value``; NaN is no data: counted, never drawn. ``show`` writes a value with its
    unit. ``better`` is higher, lower or neither. The ends of every row are named.
    """
    known = table[table["value"].notna()]
    medians = known.groupby("region", sort=True)["value"].median().sort_values(ascending=False, kind="stable")
    middle = float(known["value"].median()) if len(known) else float("nan")
    drawn = table.assign(median=table["region"].map(medians))
    missing = len(table) - len(known)

    def draw(wide: float) -> Part:
        small = wide <= NARROW
        left = 6.0 if small else min(max((width(str(r), weight=600) for r in medians.index), default=0.0), 200.0) + 14
        axis = scale(known["value"], left + 6, wide - 8, count=4 if small else 7)
        marks = [(dot(0, 0, size=SIZE), tr("an area")), (_line(0, 8, 2.5), tr("median of the region"))]
        marks.append(
            (
                rule(0, -8, 8, "lit", dashes="4 3"),
                tr("median of all areas, {median}").format(median=show(middle)) if len(known) else "",
            )
        )
        if chosen:
            marks.append((dot(0, 0, size=SIZE + 1.5, role="lit"), tr("chosen")))
        content, y = key(marks if len(known) else [], 0, 10, wide)
        if not len(known):
            return Part(content + nothing(tr("No data: {n} areas.").format(n=missing), 0, 20), wide, 40)
        y += 8
        top, rows = y, []
        for region, median in medians.items():
            here = known[known["region"] == region].sort_values(["value", "name"], kind="stable")
            body, y = _row(here, str(region), float(median), y, axis, wide, left, small, show, chosen)
            rows.append(body)
        ends = {"higher": tr("{unit}; higher is better →"), "lower": tr("{unit}; ← lower is better")}
        title = ends.get(better, "{unit}").format(unit=caption.unit)
        under, tall = below(axis, top, y, title)
        rows = [under, rule(axis(middle), top, y, "lit", dashes="4 3", kind="middle"), *rows]
        y += tall
        if missing:
            words = tr("No data for {missing} of {total} areas: not drawn.").format(missing=missing, total=len(table))
            said, more = block(words, 0, y + 14, wide, SMALL, "quiet", kind="missing")
            rows.append(said)
            y += more + 6
        return Part(content + "".join(rows), wide, y + 6)

    return chart(name, caption, draw, drawn)


def _row(
    here: pd.DataFrame, region: str, median: float, y: float, axis: Scale, wide: float, left: float, small: bool,
    show: Callable[[float], str], chosen: Collection[str],
) -> tuple[str, float]:  # fmt: skip
    x = np.array([axis(v) for v in here["value"]])
    lane = lanes(x, 2 * SIZE + 0.6)
    reach = max(int(np.abs(lane).max()), 1) * (2 * SIZE + 0.4) + SIZE
    content = []
    if small:
        content.append(write(f"{region} ({len(here)})", 0, y + 14, NORMAL, weight=600, kind="region", halo=True))
        y += 20
    base = y + reach + 2
    if not small:
        named, tall = block(region, 0, base + 1, left - 12, NORMAL, weight=600, kind="region")
        content.append(named)
        content.append(write(areas_of(len(here)), 0, base + tall, SMALL, "quiet"))
    content.append(tag("g", _line(axis(median), reach + 1, 2.5), transform=f"translate(0 {base:.1f})"))
    for row, at, side in zip(rows_of(here), x, lane, strict=True):
        mine = str(row["area"]) in chosen
        said = tr("{name}: {value}; median of {region} {median}").format(
            name=row["name"], value=show(row["value"]), region=region, median=show(median)
        )
        size, role = (SIZE + 1.5, "lit") if mine else (SIZE, "mark")
        high = base + side * (2 * SIZE + 0.4)
        content.append(dot(float(at), high, said, size=size, area=str(row["area"]), role=role))
    first, last = here.iloc[0], here.iloc[-1]
    y = base + reach + 14
    if len(here) > 1:
        low, high = f"{first['name']} {show(first['value'])}", f"{last['name']} {show(last['value'])}"
        one, other = width(low, SMALL), width(high, SMALL)
        if max(one, other) > wide - left:
            named, tall = block(f"{low}; {high}", left, y, wide - left, SMALL, "quiet", kind="end", halo=True)
            return "".join([*content, named]), y + tall
        start = min(max(float(x[0]) - 4, left), wide - one)
        end = min(max(float(x[-1]) + 4, start + one + 16 + other), wide)
        content.append(write(low, start, y, SMALL, "quiet", kind="end", halo=True))
        if end - other < start + one + 12:  # no room on one line: the low end moves left, or gives way
            start_fits = left + one + 12 <= end - other
            content[-1] = write(low, end - other - 12 - one if start_fits else start, y, SMALL, "quiet", kind="end",
                                halo=True)  # fmt: skip
            y += 0 if start_fits else 15
        content.append(write(high, end, y, SMALL, "quiet", anchor="end", kind="end", halo=True))
    else:
        words = f"{first['name']} {show(first['value'])}"
        at = min(max(float(x[0]) - 4, left), max(wide - width(words, SMALL), left))
        named, tall = block(words, at, y, wide - at, SMALL, "quiet", kind="end", halo=True)
        content.append(named)
        y += tall - 15
    return "".join(content), y + 12


def lanes(x: Sequence[float] | np.ndarray, apart: float) -> np.ndarray:
    """The lane of each of some places in order, 0 the middle, so that dots in a lane do not touch as long as there are
    lanes.

    >>> lanes([0.0, 1.0, 2.0, 20.0], 5).tolist()
    [0, -1, 1, 0]
    """
    order = [0] + [side * k for k in range(1, LANES + 1) for side in (-1, 1)]
    last = dict.fromkeys(order, -np.inf)
    found = []
    for at in x:
        lane = next((k for k in order if at - last[k] >= apart), min(order, key=lambda k: last[k]))
        last[lane] = float(at)
        found.append(lane)
    return np.array(found, dtype=int)


def _line(x: float, half: float, thick: float) -> str:
    return tag("path", d=f"M{x:.1f} {-half:.1f}V{half:.1f}", **paint("none", "ink", thick, "median"))
