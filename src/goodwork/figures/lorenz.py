"""How unequally something is shared among areas: Lorenz's curve beside the line of equal shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.inequality import gini
from goodwork.figures.axes import below, beside, nothing, scale
from goodwork.figures.figure import Caption, Figure, Part, chart
from goodwork.figures.glyphs import key
from goodwork.figures.lettering import SMALL, block
from goodwork.figures.markup import number, tag
from goodwork.figures.series import LOOKS, told_apart
from goodwork.figures.theme import paint
from goodwork.language import tr

if TYPE_CHECKING:
    from goodwork.model.panel import Values


def lorenz(values: Mapping[str, Values], caption: Caption, *, name: str = "lorenz") -> Figure:
    """A curve for each name (a period, say): the share of the whole that the lowest areas have together.

    ``values`` ``(areas,)`` each, not below zero; NaN is left out and counted; each area counts once. Gini's coefficient
    stands beside each name. Values with one below zero, or nothing above it, have no curve and are named so. The table
    holds the points: ``line, areas, share``. Lorenz (1905). At most six curves.
    """
    import pandas as pd

    order = told_apart(values, "curves")
    curves: dict[str, Values] = {}
    told = {}
    for line, given in values.items():
        known = np.sort(np.asarray(given, dtype=float)[np.isfinite(given)])
        if len(known) and known[0] >= 0 and known.sum() > 0:
            curves[line] = np.concatenate([[0.0], np.cumsum(known) / known.sum()])
            lost = len(given) - len(known)
            words = tr("{line}: Gini {gini:.3f}, {n} areas")
            if lost:
                words = tr("{line}: Gini {gini:.3f}, {n} areas, {lost} without data")
            told[line] = words.format(line=line, gini=float(gini(known)), n=len(known), lost=lost)
        else:
            told[line] = tr("{line}: no curve (no data, or figures below zero)").format(line=line)
    points = [
        pd.DataFrame({"line": line, "areas": np.linspace(0, 1, len(y)), "share": y}) for line, y in curves.items()
    ]
    columns = ["line", "areas", "share"]
    table = pd.concat(points, ignore_index=True) if points else pd.DataFrame(columns=columns)

    def draw(wide: float) -> Part:
        if not curves:
            return Part(nothing("; ".join(told.values()), 0, 20), wide, 40)
        side = min(wide - 62, 480.0)
        entries = [(_sample(k) if line in curves else "", told[line]) for k, line in enumerate(order)]
        entries.append((tag("path", d="M-9 0H9", **paint("none", "edge", 1.2)), tr("equal shares")))
        head, taken = key(entries, 0, 10, wide)
        top, left = taken + 34, 46.0
        said, more = block(
            tr("Share of all (%): {unit}").format(unit=caption.unit), 0, taken + 16, wide, SMALL, "quiet"
        )
        top += more - 15
        x = scale([0, 100], left, left + side, count=4, margin=0)
        y = scale([0, 100], top + side, top, count=4, margin=0)
        content = [head, said, beside(y, left, left + side)]
        under, tall = below(x, top, top + side, tr("Share of areas (%), lowest first →"), left=0, right=left + side)
        content.append(under)
        content.append(
            tag(
                "path",
                d=f"M{number(x(0))} {number(y(0))}L{number(x(100))} {number(y(100))}",
                **paint("none", "edge", 1.2, "equal"),
            )
        )
        for line, shares in curves.items():
            role, thick, dashes, _ = LOOKS[order.index(line)]
            at = np.linspace(0, 100, len(shares))
            d = "M" + "L".join(f"{number(x(a))} {number(y(100 * b))}" for a, b in zip(at, shares, strict=True))
            content.append(tag("path", d=d, stroke_dasharray=dashes, **paint("none", role, thick, "curve")))
        return Part("".join(content), wide, top + side + tall + 6)

    return chart(name, caption, draw, table)


def _sample(k: int) -> str:
    role, thick, dashes, _ = LOOKS[k]
    return tag("path", d="M-9 0H9", stroke_dasharray=dashes, **paint("none", role, thick))
