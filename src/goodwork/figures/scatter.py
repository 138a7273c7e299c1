"""One measure against another: areas by region, the line with its doubt, and the areas clearly off it by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import figures, together
from goodwork.figures.axes import Scale, below, beside, nothing, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import GROUPS, coded, dot, glyph, key
from goodwork.figures.lettering import SMALL, Box, block, placed, write
from goodwork.figures.markup import number, tag
from goodwork.figures.rows import Row, rows_of
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.regression import Regression
    from goodwork.model.panel import Values

#: Points on the curve of a band.
STEPS = 41
#: The radius of the ring round a chosen area.
RING = 9.0


@dataclass(frozen=True)
class Line:
    """A fitted line at some ``x`` with the 95 % interval of the line itself (``low`` to ``high``) and the range that
    would hold 95 % of areas (``least`` to ``most``), all ``(points,)``."""

    x: Values
    y: Values
    low: Values
    high: Values
    least: Values
    most: Values


def line_of(x: Values, fit: Regression) -> Line:
    """The line of a fit with one predictor ``x`` ``(areas,)``, drawn from its lowest to its highest value.

    >>> from goodwork.analysis.regression import regression
    >>> x = np.arange(6.0)
    >>> line_of(x, regression(x, 2 * x + np.tile([0.5, -0.5], 3))).y[[0, -1]].round(1).tolist()
    [0.2, 9.8]
    """
    from scipy.special import stdtrit

    here = np.asarray(x, dtype=float)[fit.here]
    at = np.linspace(here.min(), here.max(), STEPS)
    y = fit.coefficients[0] + fit.coefficients[1] * at
    away = 1 / fit.n + (at - here.mean()) ** 2 / ((here - here.mean()) ** 2).sum()
    t = stdtrit(fit.df, 0.975) * fit.spread
    mean, one = t * np.sqrt(away), t * np.sqrt(1 + away)
    return Line(at, y, y - mean, y + mean, y - one, y + one)


def scatter(
    table: pd.DataFrame,
    caption: Caption,
    titles: tuple[str, str],
    *,
    line: Line | None = None,
    association: str = "",
    chosen: Collection[str] = (),
    name: str = "scatter",
) -> Figure:
    """A mark for each area with both figures; its group (region) is told by shape, filling and colour together.

    ``table`` has ``area, name, x, y`` and may have ``group`` and ``named`` (True for areas to be named: outliers).
    ``titles`` of the two axes say unit and direction. ``association`` (n, r and its interval) is added to the subtitle.
    Areas without both figures are counted, not drawn; more groups than differ in shape are not told apart.
    """
    known = table[table["x"].notna() & table["y"].notna()]
    rows = rows_of(known.assign(group=known["group"].fillna("") if "group" in known else ""))
    order = sorted({str(row["group"]) for row in rows} - {""})
    order = order if len(order) <= GROUPS else []
    missing = len(table) - len(known)

    def draw(wide: float) -> Part:
        if not rows:
            return Part(nothing(tr("No data: {n} areas.").format(n=missing), 0, 20), wide, 40)
        small = wide <= NARROW
        looks = [coded(k, "key-mark") for k in range(len(order))]
        entries = [(glyph(shape, 0, 0, 5, **look), group) for (shape, look), group in zip(looks, order, strict=True)]
        if line is not None:
            entries += [
                (_sample("ink", "band"), tr("line, 95 % interval")),
                (_sample("edge", None), tr("95 % of areas")),
            ]
        top_key, taken = key(entries, 0, 10, wide)
        said, more = block(f"↑ {titles[1]}", 0, taken + 16, wide, SMALL, "quiet", kind="title")
        top = taken + more + 14
        left, bottom = 46.0, top + (wide * 0.62 if not small else wide * 0.95)
        ends = np.concatenate([line.least, line.most]) if line is not None else np.array([])
        x = scale(known["x"], left + 4, wide - 6, count=4 if small else 7)
        y = scale(np.concatenate([known["y"], ends]), bottom - 4, top + 4, count=6)
        content = [top_key, said, beside(y, left, wide)]
        under, tall = below(x, top, bottom, f"{titles[0]} →", left=0, right=wide)
        content.append(under)
        if line is not None:
            content.append(_line(line, x, y))
        content += _marks(rows, order, x, y, titles, chosen)
        away = (top + bottom) / 2
        wanted = [row for row in rows if row["area"] in chosen or row.get("named") is True]
        wanted.sort(key=lambda row: (row["area"] not in chosen, -abs(y(row["y"]) - away)))
        content += named(wanted, rows, x, y, (left, top, wide, bottom), chosen)
        note, height = not_drawn(missing, len(table), bottom + tall, wide)
        return Part("".join([*content, note]), wide, height + 6)

    subtitle = f"{caption.subtitle}; {association}" if association else caption.subtitle
    return chart(name, replace(caption, subtitle=subtitle), draw, table)


def written(value: float) -> str:
    """A figure in four figures, or to the unit, with a true minus.

    >>> written(-3.14159), written(104.25), written(54321.0)
    ('−3.142', '104.2', '54,321')
    """
    return f"{value:z,.0f}".replace("-", "−") if abs(value) >= 1000 else figures(value, 4)


def named(
    wanted: Sequence[Row], rows: Sequence[Row], x: Scale, y: Scale, within: Box, ringed: Collection[str] = ()
) -> list[str]:
    """Names beside the marks of some of the rows (``area, name, x, y``) where there is room, the first before the
    others, clear of the rings of the ``ringed``; other marks may lie under their halo."""
    points = [(x(row["x"]), y(row["y"]), RING + 2 if row["area"] in ringed else 5.0) for row in wanted]
    marks = [(x(row["x"]), y(row["y"])) for row in rows]
    spots = placed([str(row["name"]) for row in wanted], points, within, marks)
    return [
        write(str(row["name"]), spot[0], spot[1], SMALL, anchor=spot[2], halo=True, kind="name")
        for row, spot in zip(wanted, spots, strict=True) if spot is not None
    ]  # fmt: skip


def not_drawn(missing: int, total: int, y: float, wide: float) -> tuple[str, float]:
    """How many areas have no mark, said under a plot; and where the words end."""
    if not missing:
        return "", y
    words = tr("{missing} of {total} areas without both figures: not drawn.").format(missing=missing, total=total)
    note, tall = block(words, 0, y + 12, wide, SMALL, "quiet", kind="missing")
    return note, y + tall + 4


def _marks(
    rows: Sequence[Row], order: Sequence[str], x: Scale, y: Scale, titles: tuple[str, str], chosen: Collection[str]
) -> list[str]:
    """Chosen areas last, so that they lie on top."""
    found: list[tuple[bool, str]] = []
    place = {group: k for k, group in enumerate(order)}
    across, up = (together([float(row[axis]) for row in rows], 4) for axis in ("x", "y"))
    for row, mine, other in zip(rows, across, up, strict=True):
        group, area, at = str(row["group"]), str(row["area"]), (x(row["x"]), y(row["y"]))
        said = f"{row['name']}{f' ({group})' if group else ''}: "
        said += f"{titles[0]} {mine}; {titles[1]} {other}"
        if group in place:
            shape, painted = coded(place[group])
            mark = glyph(shape, *at, 4.2, said, area=area, **painted)
        else:
            mark = dot(*at, said, area=area)
        if area in chosen:
            mark += tag("circle", cx=at[0], cy=at[1], r=RING, **paint("none", "lit", 2.5, "chosen"))
        found.append((area in chosen, mark))
    return [mark for _, mark in sorted(found, key=lambda pair: pair[0])]


def _line(line: Line, x: Scale, y: Scale) -> str:
    def along(values: Values, backwards: bool = False) -> str:
        pairs = [f"{number(x(a))} {number(y(b))}" for a, b in zip(line.x, values, strict=True)]
        return "L".join(reversed(pairs) if backwards else pairs)

    band = f"M{along(line.low)}L{along(line.high, True)}z"
    content = tag("path", d=band, fill_opacity=0.6, **paint("bar", kind="band"))
    for edge in (line.least, line.most):
        content += tag("path", d=f"M{along(edge)}", stroke_dasharray="5 4", **paint("none", "edge", 1.2, "range"))
    return content + tag("path", d=f"M{along(line.y)}", **paint("none", "ink", 1.8, "fit"))


def _sample(role: str, band: str | None) -> str:
    under = tag("rect", x=-9, y=-5, width=18, height=10, fill_opacity=0.6, **paint("bar")) if band else ""
    dashes = None if band else "5 4"
    return under + tag("path", d="M-9 0H9", stroke_dasharray=dashes, **paint("none", role, 1.6))
