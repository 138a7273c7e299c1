"""How many areas have figures of each size, and where some of them stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import number as figure_of
from goodwork.figures.axes import below, beside, nothing, round_numbers, rule, scale
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.lettering import SMALL, block, width, write
from goodwork.figures.markup import tag, text
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd


def histogram(
    table: pd.DataFrame,
    caption: Caption,
    show: Callable[[float], str] = figure_of,
    *,
    marked: Mapping[str, float] | None = None,
    bins: int = 16,
    name: str = "histogram",
) -> Figure:
    """Bars of how many areas lie in classes of equal width with round bounds; ``marked`` values stand as named rules.

    ``table`` has ``area, value``; NaN is counted beside the bars, never in them. The table of the figure holds the
    classes: ``low, high, areas``, the upper bound not included but in the last.
    """
    import pandas as pd

    values = table["value"].to_numpy(dtype=np.float64)
    known = values[np.isfinite(values)]
    bounds = _bounds(known, bins)
    counts = np.histogram(known, bounds)[0] if len(known) else np.zeros(0, dtype=int)
    classes = pd.DataFrame({"low": bounds[:-1], "high": bounds[1:], "areas": counts})
    missing = len(values) - len(known)

    def draw(wide: float) -> Part:
        if not len(known):
            return Part(nothing(tr("No data: {n} areas.").format(n=missing), 0, 20), wide, 40)
        small = wide <= NARROW
        names = sorted(((n, v) for n, v in (marked or {}).items() if v == v), key=lambda pair: pair[1])
        top = 34.0 + 15 * len(names)
        bottom = top + wide * (0.6 if small else 0.36)
        left = 40.0
        x = scale(bounds, left + 4, wide - 8, count=4 if small else 8, margin=0.02, holding=[v for _, v in names])
        y = scale([0, counts.max()], bottom, top, count=4, margin=0.0)
        y = replace(y, ticks=tuple(t for t in y.ticks if t == round(t)))
        content = [write(tr("Areas"), 0, 12, SMALL, "quiet"), beside(y, left, wide)]
        for row in classes.to_dict("records"):
            wide_ = x(row["high"]) - x(row["low"])
            said = tr("{low} to {high}: {n:.0f} areas").format(
                low=show(row["low"]), high=show(row["high"]), n=row["areas"]
            )
            if row["areas"]:
                box = {"x": x(row["low"]) + 0.5, "y": y(row["areas"]), "width": wide_ - 1}
                told = tag("title", text(said))
                content.append(tag("rect", told, **box, height=bottom - box["y"], **paint("bar", "edge", 0.6, "bar")))
        for k, (label, value) in enumerate(names):
            at, base = x(value), 30.0 + 15 * k
            content.append(rule(at, base + 3, bottom, "lit" if k == 0 else "ink", kind="marked"))
            words = f"{label} {show(value)}"
            right = at + width(words, SMALL) + 6 <= wide
            content.append(
                write(
                    words,
                    at + 5 if right else at - 5,
                    base,
                    SMALL,
                    anchor=None if right else "end",
                    halo=True,
                    kind="name",
                )
            )
        under, tall = below(x, bottom, bottom, "; ".join(filter(None, (caption.unit, caption.better))))
        content.append(under)
        height = bottom + tall
        if missing:
            words = tr("No data for {missing} of {total} areas.").format(missing=missing, total=len(values))
            said, more = block(words, 0, height + 12, wide, SMALL, "quiet", kind="missing")
            content.append(said)
            height += more + 4
        return Part("".join(content), wide, height + 6)

    return chart(name, caption, draw, classes)


def _bounds(known: np.ndarray, bins: int) -> np.ndarray:
    """Round bounds that hold all values; one class of width one where all are equal."""
    if not len(known):
        return np.zeros(1)
    low, high = float(known.min()), float(known.max())
    ticks = round_numbers(low, high, bins)
    if len(ticks) < 2:
        return np.array([low - 0.5, low + 0.5])
    step = ticks[1] - ticks[0]
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    return np.arange(first, max(last, first + 1) + 1) * step
