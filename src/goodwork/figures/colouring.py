"""How the areas of a map are coloured: by classes of their score, or by the category they are in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import areas_of
from goodwork.figures.classes import NO_DATA, classed
from goodwork.figures.colour import HATCH_LINE, ink, ramp
from goodwork.figures.figure import Caption, Part
from goodwork.figures.legend import ROW, WIDTH, legend, line, small_print, swatch, without_value
from goodwork.figures.lettering import broken
from goodwork.figures.marks import FAINT, OUT, PALE, label
from goodwork.figures.markup import tag, text
from goodwork.figures.rows import rows_of
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.model.panel import Values


@dataclass(frozen=True)
class Colouring:
    """The kind of each row of a table (``NO_DATA`` for none), the colour and letter of each kind, what each area says
    of itself, and the legend. ``strength`` is how much of its colour an area shows where it is less than all of it."""

    of: tuple[int, ...]
    colours: tuple[str, ...]
    letters: tuple[str, ...]
    labels: Mapping[str, str]
    legend: Part
    strength: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Category:
    """A kind of area: the value in the table, its colour, a letter or two that stand for it without the colour, and
    what it means."""

    value: str
    colour: str
    letter: str
    meaning: str


def by_score(
    table: pd.DataFrame,
    caption: Caption,
    name: str,
    *,
    rule: str = "quantiles",
    over: Values | None = None,
    unsure: bool = False,
    out: Collection[str] = (),
) -> Colouring:
    """Classes of the column ``score`` by a rule, light to dark; cut over the scores ``over`` of all periods if they are
    given. With ``unsure`` an area is pale where its interval (``low`` to ``high``) reaches into a second class, and
    faint where it reaches further or is not known. Areas ``out`` of what was asked for keep an outline and little else.
    """
    labels = {str(row["area"]): label(row) for row in rows_of(table)}
    values = table["score"].to_numpy(dtype=np.float64)
    of, hatch, strength = classed(values, rule, over=over), f"{name}-hatch", {}
    colours = ramp(len(of))
    key = legend(values, of, better=caption.better, unit=caption.unit, hatch=hatch)
    if unsure and {"low", "high"} <= set(table.columns):
        touched = of.touched(*(table[end].to_numpy(dtype=np.float64) for end in ("low", "high")))
        full = np.where(touched == 1, 1.0, np.where(touched == 2, PALE, FAINT))
        strength = {str(a): float(s) for a, s, k in zip(table["area"], full, of.of, strict=True) if s < 1 and k >= 0}
        key = _with_strengths(key, colours, [int((s == full[values == values]).sum()) for s in (1.0, PALE, FAINT)])
    strength |= dict.fromkeys(map(str, out), OUT)
    return Colouring(of.of, colours, ("",) * len(colours), labels, key, strength)


def by_value(
    table: pd.DataFrame,
    caption: Caption,
    name: str,
    decimals: int = 1,
    *,
    rule: str = "quantiles",
    over: Values | None = None,
) -> Colouring:
    """Classes of the figures in the column ``value`` by a rule, light to dark, written with so many ``decimals``; cut
    over the figures ``over`` of all periods if they are given. ``said`` is what each area says of itself."""
    labels = dict(zip(map(str, table["area"]), map(str, table["said"]), strict=True))
    values = table["value"].to_numpy(dtype=np.float64)
    of = classed(values, rule, over=over)
    colours, hatch = ramp(len(of)), f"{name}-hatch"
    key = legend(values, of, better=caption.better, unit=caption.unit, hatch=hatch, scored=False, decimals=decimals)
    return Colouring(of.of, colours, ("",) * len(colours), labels, key)


def _with_strengths(key: Part, colours: Sequence[str], counts: Sequence[int]) -> Part:
    """A legend that also says what full, pale and faint colour mean."""
    words = (
        tr("the interval lies within the class"),
        tr("it reaches into a second"),
        tr("it reaches further, or is unknown"),
    )
    rows, y = [key.content], key.height + 10
    rows.append(line(tr("How sure the class is"), 0, y + 4, 13, weight=600))
    y += 14
    middle = colours[len(colours) // 2] if colours else HATCH_LINE
    for strength, said, count in zip((1.0, PALE, FAINT), words, counts, strict=True):
        fill = tag("g", swatch(y, "", middle, HATCH_LINE), fill_opacity=f"{strength:g}")
        for k, part in enumerate(broken(f"{said}: {areas_of(count)}", WIDTH - 40, 13)):
            rows.append((fill if not k else "") + line(part, 36, y + 12, 13))
            y += 16
        y += ROW - 16
    return Part("".join(rows), key.width, y + 4)


def by_category(
    table: pd.DataFrame, caption: Caption, name: str, categories: Sequence[Category], column: str = "category"
) -> Colouring:
    """Each area in the colour of its category; one whose value is none of them has no data, and says ``reason`` if it
    is given. ``said``, if the table has it, is what the area says of itself."""
    place = {category.value: k for k, category in enumerate(categories)}
    of = tuple(place.get(str(value), NO_DATA) for value in table[column])
    labels = {}
    for row, kind in zip(rows_of(table), of, strict=True):
        words = categories[kind].meaning if kind != NO_DATA else verdict(str(row.get("reason") or tr("no data")))
        said = row.get("said")
        labels[str(row["area"])] = f"{row['name']}: {said if isinstance(said, str) and said else words}"
    rows, y = [], 2.0
    for k, category in enumerate(categories):
        rows.append(swatch(y, f"c{k}", category.colour, ink(category.colour)))
        rows.append(tag("text", text(category.letter), x=13.5, y=y + 12, font_size=11, font_weight=600,
                        fill=ink(category.colour), text_anchor="middle"))  # fmt: skip
        for words in broken(f"{category.meaning}: {areas_of(of.count(k))}", WIDTH - 40, 13):
            rows.append(line(words, 36, y + 12, 13))
            y += 16
        y += ROW - 16
    rows.append(without_value(y, f"{name}-hatch", tr("No data"), of.count(NO_DATA)))
    y += ROW + 14
    said, tall = small_print(caption.unit, y)
    return Colouring(
        of, tuple(c.colour for c in categories), tuple(c.letter for c in categories), labels,
        Part("".join([*rows, said]), WIDTH, y + tall),
    )  # fmt: skip
