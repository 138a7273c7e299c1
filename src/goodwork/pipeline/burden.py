"""Causes of ill health from a person's own export, set against the score: associations are given, figures are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import areas_of, listing, opened
from goodwork.errors import MissingData
from goodwork.pipeline.asked import Asked, inside
from goodwork.sources.gbd import TERMS, locations, read_gbd

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.outcomes import Outcomes

#: The report of 2021 printed so many causes.
CAUSES = 15
#: What an export may hold, of each the first that is there: years of life lost to illness and death, per head.
WANTED = {
    "measure": ("DALYs (Disability-Adjusted Life Years)", "DALYs"),
    "sex": ("Both", "Both sexes"),
    "age": ("Age-standardized", "All ages"),
    "metric": ("Rate",),
}
EVERYTHING = "All causes"
PARTS = ("measure", "sex", "age", "cause", "metric")


def burden_of(
    asked: Asked, content: bytes, name: str, areas: Mapping[str, str] | None = None, causes: int = CAUSES
) -> Outcomes:
    """The ``causes`` of an export (see ``read_gbd``) that weigh most, against the score and its domains: associations,
    none of the export's own figures.

    ``areas`` is the crosswalk from the export's names to codes; without it, names that are exactly the name or an alias
    of an area are taken, and the others told. Of several years that nearest to the period is taken. Raises
    ``MissingData`` where the export holds no rates of life years lost for these areas.
    """
    from goodwork.analysis.outcomes import outcomes

    known = areas if areas is not None else crosswalk(asked, content, name)
    if not known:
        raise MissingData(f"{name}: no location has the name of an area", remedy="give a crosswalk from names to codes")
    rows, which = _rates(read_gbd(content, name, areas=known).rows, name)
    if rows.empty:
        raise MissingData(f"{name}: no cause has figures", remedy="export rates by cause, not only all causes together")
    year = min(rows["year"].unique(), key=lambda y: (abs(int(y) - int(asked.period[:4])), y))
    table = rows[rows["year"] == year].pivot_table("value", "area", "cause").reindex(asked.panel.areas)
    leading = table.median().sort_values(ascending=False).index[:causes].tolist()
    titles = ["the score", *(inside(asked.title(group)) for group in asked.framework.groups[1:])]
    found = outcomes(
        asked.scores(), table[leading].to_numpy(dtype=float), asked.names, names=(titles, [inside(c) for c in leading]),
        observed=[str(year)] * len(leading), regions=asked.regions, edges=asked.edges,
    )  # fmt: skip
    here = int(table[leading].notna().any(axis=1).sum())
    without = [n for n, code in zip(asked.names, asked.panel.areas, strict=True) if code not in set(known.values())]
    said = f"{opened(areas_of(here))} of {name}, {year}: {which}; the {len(leading)} causes that weigh most."
    if without:
        said += f" Not in the export under a known name: {listing(without, 12)}."
    return replace(found, notes=(said, *found.notes, TERMS))


def crosswalk(asked: Asked, content: bytes, name: str) -> dict[str, str]:
    """Locations of an export whose printed name is exactly the name or an alias of an area asked about; a name of two
    areas stands for neither."""
    known = asked.material.geography.by_code
    codes: dict[str, set[str]] = {}
    for code in asked.panel.areas:
        for title in {known[code].name, *known[code].aliases}:
            codes.setdefault(title, set()).add(code)
    present = locations(content, name)
    return {place: next(iter(codes[place])) for place in present if len(codes.get(place, ())) == 1}


def _rates(rows: pd.DataFrame, name: str) -> tuple[pd.DataFrame, str]:
    """The figures wanted, with their cause and year; and which they are, in words."""
    parts = rows["series"].str.split(" · ", expand=True).iloc[:, : len(PARTS)].set_axis(PARTS, axis=1)
    rows = rows.assign(**{part: parts[part] for part in PARTS}, year=rows["span"].astype(str))
    chosen = []
    for part, wanted in WANTED.items():
        there = [value for value in wanted if (rows[part] == value).any()]
        if not there:
            raise MissingData(f"{name}: no {part} is {' or '.join(wanted)}", remedy="export rates of DALYs, both sexes")
        rows = rows[rows[part] == there[0]]
        chosen.append(there[0])
    rows = rows[(rows["cause"] != EVERYTHING) & np.isfinite(rows["value"].astype(float))]
    return rows, ", ".join(chosen)
