"""The same small map of tiles once for each period, all in the same classes: change to be seen at a glance."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from goodwork.figures.axes import nothing
from goodwork.figures.classes import NO_DATA, classed
from goodwork.figures.colour import DARK, ramp
from goodwork.figures.figure import NARROW, Caption, Figure, Part, chart
from goodwork.figures.glyphs import key
from goodwork.figures.lettering import SMALL, write
from goodwork.figures.marks import hatch
from goodwork.figures.markup import number, tag, text
from goodwork.figures.tilemap import ROW
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: Maps beside each other on a wide page, and on a phone.
ACROSS = (5, 2)


def multiples(
    cells: Mapping[str, tuple[int, int]],
    table: pd.DataFrame,
    caption: Caption,
    *,
    broken: Collection[str] = (),
    name: str = "multiples",
) -> Figure:
    """A tile map for each period, in the order of periods, with one legend.

    ``cells``: code → (column, row) of pointed hexagons. ``table`` has ``period, area, value``; NaN, and an area that a
    period has no row of, is no data and hatched. Classes are quantiles of all periods together, so that a colour means
    the same in all. Periods that are ``broken`` say that they cannot be compared freely with the one before.
    """
    periods = sorted({str(p) for p in table["period"]})
    areas = [code for code in sorted({str(a) for a in table["area"]}) if code in cells]
    wide_ = table.assign(period=table["period"].astype(str)).pivot(index="period", columns="area", values="value")
    values = wide_.reindex(index=periods, columns=areas).to_numpy(dtype=float)
    of = classed(values.ravel())
    kinds, colours = np.array(of.of).reshape(values.shape), ramp(len(of))
    column, row = np.array([cells[code] for code in areas], dtype=float).reshape(-1, 2).T
    across = column + 0.5 * (row % 2)

    def draw(wide: float) -> Part:
        if not np.isfinite(values).any():
            return Part(nothing(tr("No data in any period."), 0, 20), wide, 40)
        count = min(ACROSS[wide <= NARROW], len(periods))
        own = name if wide > NARROW else f"{name}-narrow"
        room = (wide - 12.0 * (count - 1)) / count
        size = min(room / (np.ptp(across) + 1), 14.0)
        tall = (np.ptp(row) * ROW + 1.2) * size
        entries = [(_swatch(colour), of.bounds(k)) for k, colour in enumerate(colours)]
        entries.append((_swatch(f"url(#{own}-hatch)"), tr("no data or not scored")))
        head, taken = key(entries, 0, 10, wide)
        content = [hatch(own, 4), head]
        for k, period in enumerate(periods):
            left, top = (k % count) * (room + 12), taken + 14 + (k // count) * (tall + 34)
            words = tr("{period} (break before)").format(period=period) if period in broken and k else period
            content.append(write(words, left, top + 4, SMALL if wide <= NARROW else 13.0, weight=600, kind="panel"))
            x, y = left + (across - across.min() + 0.5) * size, top + 14 + ((row - row.min()) * ROW + 0.6) * size
            said = tr("{period}: {n} areas").format(period=period, n=np.isfinite(values[k]).sum())
            content.append(_map(x, y, size, kinds[k], colours, own, said))
        rows = -(-len(periods) // count)
        return Part("".join(content), wide, taken + 14 + rows * (tall + 34))

    return chart(name, caption, draw, table)


def _map(
    x: np.ndarray, y: np.ndarray, size: float, kinds: np.ndarray, colours: tuple[str, ...], name: str, said: str
) -> str:
    """One map: all tiles of a class in one path."""
    half, edge = size * 0.47, size * 0.47 / ROW
    corners = ((half, edge / 2), (0, edge), (-half, edge / 2), (-half, -edge / 2), (0, -edge))
    hexagon = "l" + " ".join(f"{number(dx)} {number(dy)}" for dx, dy in corners) + "z"
    drawn = [tag("title", text(said))]
    for kind in (NO_DATA, *range(len(colours))):
        d = "".join(f"M{number(a)} {number(b - edge)}{hexagon}" for a, b in zip(x[kinds == kind], y[kinds == kind],
                                                                               strict=True))  # fmt: skip
        if d:
            fill = f"url(#{name}-hatch)" if kind == NO_DATA else colours[kind]
            drawn.append(tag("path", d=d, class_="none" if kind == NO_DATA else f"c{kind}", fill=fill))
    return tag("g", "".join(drawn), stroke=DARK, stroke_width=0.4)


def _swatch(fill: str) -> str:
    return tag("rect", x=-8, y=-6, width=16, height=12, fill=fill, stroke=DARK, stroke_width=0.6)
