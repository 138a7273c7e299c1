"""How the areas of a map are coloured: by classes of their score, or by the category they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.figures.classes import NO_DATA, quantiles
from goodwork.figures.colour import HATCH_LINE, ink, ramp
from goodwork.figures.figure import Caption, Part, wrapped
from goodwork.figures.legend import ROW, WIDTH, legend, line, swatch
from goodwork.figures.lettering import broken
from goodwork.figures.marks import label
from goodwork.figures.markup import tag, text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Colouring:
    """The kind of each row of a table (``NO_DATA`` for none), the colour and letter of each kind, what each area says
    of itself, and the legend."""

    of: tuple[int, ...]
    colours: tuple[str, ...]
    letters: tuple[str, ...]
    labels: Mapping[str, str]
    legend: Part


@dataclass(frozen=True)
class Category:
    """A kind of area: the value in the table, its colour, a letter or two that stand for it without the colour, and
    what it means."""

    value: str
    colour: str
    letter: str
    meaning: str


def by_score(table: pd.DataFrame, caption: Caption, name: str) -> Colouring:
    """Quantiles of the column ``score``, light to dark."""
    values = table["score"].to_numpy(dtype=np.float64)
    of = quantiles(values)
    colours = ramp(len(of))
    labels = {str(row["area"]): label({str(k): v for k, v in row.items()}) for row in table.to_dict("records")}
    key = legend(values, of, better=caption.better, unit=caption.unit, hatch=f"{name}-hatch")
    return Colouring(of.of, colours, ("",) * len(colours), labels, key)


def by_value(table: pd.DataFrame, caption: Caption, name: str) -> Colouring:
    """Quantiles of the column ``value``, light to dark; ``said`` is what each area says of itself."""
    values = table["value"].to_numpy(dtype=np.float64)
    of = quantiles(values)
    colours = ramp(len(of))
    labels = dict(zip(map(str, table["area"]), map(str, table["said"]), strict=True))
    key = legend(values, of, better=caption.better, unit=caption.unit, hatch=f"{name}-hatch")
    return Colouring(of.of, colours, ("",) * len(colours), labels, key)


def by_category(
    table: pd.DataFrame, caption: Caption, name: str, categories: Sequence[Category], column: str = "category"
) -> Colouring:
    """Each area in the colour of its category; one whose value is none of them has no data, and says ``reason`` if it
    is given. ``said``, if the table has it, is what the area says of itself."""
    place = {category.value: k for k, category in enumerate(categories)}
    of = tuple(place.get(str(value), NO_DATA) for value in table[column])
    labels = {}
    for row, kind in zip(table.to_dict("records"), of, strict=True):
        words = categories[kind].meaning if kind != NO_DATA else str(row.get("reason") or "no data")
        labels[str(row["area"])] = f"{row['name']}: {row.get('said') or words}"
    rows, y = [], 2.0
    for k, category in enumerate(categories):
        rows.append(swatch(y, f"c{k}", category.colour, ink(category.colour)))
        rows.append(tag("text", text(category.letter), x=13.5, y=y + 12, font_size=11, font_weight=600,
                        fill=ink(category.colour), text_anchor="middle"))  # fmt: skip
        for words in broken(f"{category.meaning}: {_areas(of.count(k))}", WIDTH - 40, 13):
            rows.append(line(words, 36, y + 12, 13))
            y += 16
        y += ROW - 16
    rows.append(swatch(y, "none", f"url(#{name}-hatch)", HATCH_LINE))
    rows.append(line(f"No data: {_areas(of.count(NO_DATA))}", 36, y + 12, 13))
    y += ROW + 14
    for words in wrapped(caption.unit, 52):
        rows.append(line(words, 0, y, 11))
        y += 14
    return Colouring(
        of, tuple(c.colour for c in categories), tuple(c.letter for c in categories), labels,
        Part("".join(rows), WIDTH, y),
    )  # fmt: skip


def _areas(count: int) -> str:
    return f"{count} area{'' if count == 1 else 's'}"
