"""A geography as two tables, and back: how areas rest in an edition."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from goodwork.model.area import Area, AreaSet, Geography, Successor

if TYPE_CHECKING:
    import pandas as pd


def to_tables(geography: Geography) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Areas (code, name, level, parents and aliases as JSON) and successors of retired codes."""
    import pandas as pd

    areas = pd.DataFrame(
        [
            (a.code, a.name, a.level, json.dumps(a.parents, sort_keys=True), json.dumps(a.aliases, ensure_ascii=False))
            for a in sorted(geography.areas, key=lambda a: (a.level, a.code))
        ],
        columns=["area", "name", "level", "parents", "aliases"],
    )
    successors = pd.DataFrame(
        [
            (s.code, s.name, s.successor, s.relation, s.year)
            for s in sorted(geography.successors, key=lambda s: (s.code, s.successor))
        ],
        columns=["code", "name", "successor", "relation", "year"],
    )
    return areas, successors


def from_tables(
    areas: pd.DataFrame,
    successors: pd.DataFrame,
    *,
    sets: Iterable[AreaSet] = (),
    level: str = "area",
    vintage: str = "",
) -> Geography:
    """The geography that ``to_tables`` wrote."""
    return Geography(
        areas=tuple(
            Area(code=r.area, name=r.name, level=r.level, parents=json.loads(r.parents), aliases=json.loads(r.aliases))
            for r in areas.itertuples(index=False)
        ),
        level=level,
        vintage=vintage,
        successors=tuple(
            Successor(code=r.code, name=r.name, successor=r.successor, relation=r.relation, year=int(r.year))
            for r in successors.itertuples(index=False)
        ),
        sets=tuple(sets),
    )
