"""Maps in words: where an area lies, and whether the lowest and highest areas of a view lie together."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from goodwork.analysis.adjacency import Adjacency
from goodwork.analysis.whereabouts import centre, lies, together
from goodwork.report.view import View
from goodwork.store.boundaries import read_boundaries
from goodwork.web.maps import shapes, vintage

if TYPE_CHECKING:
    import pandas as pd


class Plan(NamedTuple):
    """Centres of the areas of a level in metres, northwards up, and the areas that each one touches."""

    centres: dict[str, tuple[float, float]]
    touching: dict[str, tuple[str, ...]]


@lru_cache(maxsize=2)
def plan(level: str) -> Plan:
    """Where the areas of a level lie; worked out once."""
    return Plan({code: centre(polygons) for code, polygons in shapes(level).items()}, read_boundaries().adjacent(level))


@lru_cache(maxsize=4)
def among(codes: frozenset[str]) -> Plan | None:
    """Where some areas lie, and which of them touch; ``None`` where none has an outline."""
    if not (level := vintage(set(codes))):
        return None
    drawn = plan(level)
    centres = {code: at for code, at in drawn.centres.items() if code in codes}
    return Plan(centres, {code: tuple(o for o in drawn.touching[code] if o in codes) for code in centres})


def in_words(view: View, code: str) -> str:
    """Where an area lies among those compared; empty where it has no outline."""
    drawn = among(frozenset(area.code for area in view.monitor.geography.members(view.set_name)))
    return (lies(code, drawn.centres, drawn.touching.get(code, ()), view.names) or "") if drawn else ""


def map_in_words(table: pd.DataFrame) -> tuple[str, ...]:
    """Whether the areas with the lowest and the highest ``score`` touch each other, and what chance would give; nothing
    where too few areas have outlines."""
    scored = table[table["score"].notna()]
    if (drawn := among(frozenset(scored["area"]))) is None:
        return ()
    scored = scored[scored["area"].isin(set(drawn.centres))]
    place = {code: k for k, code in enumerate(scored["area"])}
    edges = [(k, place[other]) for code, k in place.items() for other in drawn.touching[code]]
    found = together(scored["score"].to_numpy(dtype=float), Adjacency.of(edges, tuple(place)))
    return tuple(one.sentence for one in found)
