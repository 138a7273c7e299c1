"""One measure against another: areas by region, the line with its doubt, and the areas clearly off it by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.figures.axes import Scale, below, beside, nothing, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import coded, dot, glyph, key
from goodwork.figures.lettering import SMALL, Box, block, placed, write
from goodwork.figures.markup import number, tag
from goodwork.figures.theme import paint

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.regression import Regression
    from goodwork.model.panel import Values

#: Points on the curve of a band.
STEPS = 41


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
    from scipy import stats

    here = np.asarray(x, dtype=float)[fit.here]
    at = np.linspace(here.min(), here.max(), STEPS)
    y = fit.coefficients[0] + fit.coefficients[1] * at
    away = 1 / fit.n + (at - here.mean()) ** 2 / ((here - here.mean()) ** 2).sum()
    t = stats.t.ppf(0.975, fit.df) * fit.spread
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
    groups: Sequence[str] | None = None,
    name: str = "scatter",
) -> Figure:
    """A mark for each area with both figures; its group (region) is told by shape, filling and colour together.

    ``table`` has ``area, name, x, y`` and may have ``group`` and ``named`` (True for areas to be named: outliers).
    ``titles`` of the two axes say unit and direction. ``association`` (n, r and its interval) is added to the subtitle.
    Areas without both figures are counted, not drawn.
    """
    known = table[table["x"].notna() & table["y"].notna()]
    here = known["group"].astype(str) if "group" in table else None
    order = list(groups) if groups is not None else sorted(set(here)) if here is not None else []
    missing = len(table) - len(known)

    def draw(wide: float) -> Part:
        if not len(known):
            return Part(nothing(f"No data: {missing} areas.", 0, 20), wide, 40)
        small = wide <= NARROW
        entries = [(glyph(*_at(k), 5, **coded(k, "key-mark")[1]), group) for k, group in enumerate(order) if group]
        if line is not None:
            entries += [(_sample("ink", "band"), "line, 95 % interval"), (_sample("edge", None), "95 % of areas")]
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
        content += _marks(known, here, order, x, y, titles, chosen)
        content += _named(known, x, y, (left, top, wide, bottom), chosen)
        height = bottom + tall
        if missing:
            words = f"{missing} of {len(table)} areas without both figures: not drawn."
            note, more = block(words, 0, height + 12, wide, SMALL, "quiet", kind="missing")
            content.append(note)
            height += more + 4
        return Part("".join(content), wide, height + 6)

    subtitle = f"{caption.subtitle}; {association}" if association else caption.subtitle
    return chart(name, replace(caption, subtitle=subtitle), draw, table)


def _at(k: int) -> tuple[str, float, float]:
    return coded(k)[0], 0.0, 0.0


def _marks(
    known: pd.DataFrame, here: Any, order: Sequence[str], x: Scale, y: Scale, titles: tuple[str, str],
    chosen: Collection[str],
) -> list[str]:  # fmt: skip
    """Chosen areas last, so that they lie on top."""
    found: list[tuple[bool, str]] = []
    place = {group: k for k, group in enumerate(order)}
    for at, row in enumerate(known.to_dict("records")):
        group = "" if here is None else str(here.iloc[at])
        said = (
            f"{row['name']}{f' ({group})' if group else ''}: {titles[0]} {row['x']:,.4g}; {titles[1]} {row['y']:,.4g}"
        )
        mine, area = str(row["area"]) in chosen, str(row["area"])
        if group in place and group:
            shape, painted = coded(place[group])
            mark = glyph(shape, x(row["x"]), y(row["y"]), 4.2, said, area=area, **painted)
        else:
            mark = dot(x(row["x"]), y(row["y"]), said, area=area)
        if mine:
            mark += tag("circle", cx=x(row["x"]), cy=y(row["y"]), r=9.0, **paint("none", "lit", 2.5, "chosen"))
        found.append((mine, mark))
    return [mark for _, mark in sorted(found, key=lambda pair: pair[0])]


def _named(known: pd.DataFrame, x: Scale, y: Scale, within: Box, chosen: Collection[str]) -> list[str]:
    """Names of outliers and chosen areas where there is room, furthest out first; marks may lie under their halo."""
    wanted = known["area"].isin(list(chosen)) | (
        known["named"].fillna(False).astype(bool) if "named" in known else False
    )
    rows = known[wanted].to_dict("records")
    rows.sort(key=lambda row: (str(row["area"]) not in chosen, -abs(y(row["y"]) - (within[1] + within[3]) / 2)))
    points = [(x(row["x"]), y(row["y"])) for row in rows]
    marks = [(x(a), y(b)) for a, b in zip(known["x"], known["y"], strict=True)]
    found = placed([str(row["name"]) for row in rows], points, within, marks)
    return [
        write(str(row["name"]), *spot[:2], SMALL, "ink", anchor=spot[2], halo=True, kind="name")
        for row, spot in zip(rows, found, strict=True) if spot is not None
    ]  # fmt: skip


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
