"""A map in words: which way an area lies from those it touches, and whether the ends of a league lie together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.adjacency import Adjacency
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.wording import listing
from goodwork.language import tr
from goodwork.model.panel import Values

#: The points of the compass, anticlockwise from the east, each an eighth of the circle wide.
COMPASS = (
    tr("east"), tr("north-east"), tr("north"), tr("north-west"), tr("west"), tr("south-west"), tr("south"),
    tr("south-east"),
)  # fmt: skip
#: So many areas are an end of a league.
END = 10


def centre(polygons: Sequence[Sequence[NDArray[np.float64]]]) -> tuple[float, float]:
    """The centre of an area of several polygons, each an outer ring and its holes, closed: the mean of their centroids
    by surface (the shoelace formula; holes run the other way round).

    >>> square = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], dtype=float)
    >>> centre([[square], [square + 10]])
    (6.0, 6.0)
    """
    total = np.zeros(3)
    for ring in (ring for polygon in polygons for ring in polygon):
        (x, y), (nx, ny) = ring[:-1].T, ring[1:].T
        cross = x * ny - nx * y
        total += cross.sum() / 2, ((x + nx) * cross).sum() / 6, ((y + ny) * cross).sum() / 6
    return float(total[1] / total[0]), float(total[2] / total[0])


def way(start: Sequence[float], end: Sequence[float]) -> str:
    """The point of the compass in which ``end`` lies as seen from ``start``: x eastwards, y northwards.

    >>> way((0, 0), (0, 5)), way((0, 0), (-3, -3))
    ('north', 'south-west')
    """
    angle = np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0]))
    return COMPASS[round(float(angle) / 45) % 8]


def lies(area: str, centres: Mapping[str, tuple[float, float]], touching: Sequence[str], names: Mapping[str, str]
         ) -> Finding | None:  # fmt: skip
    """Where an area lies: which way it is from each that it touches, or from the nearest if it touches none; ``None``
    where its place is not known. ``centres`` are in one flat plane, by code.

    >>> lies("b", {"a": (0, 0), "b": (0, 3), "c": (9, 3)}, ["a"], {"a": "Ayr", "b": "Bute", "c": "Crail"})
    'Bute lies north of Ayr, touching it.'
    """
    if area not in centres:
        return None
    near = [code for code in touching if code in centres]
    if not near:
        others = [code for code in centres if code != area]
        if not others:
            return None
        away = [np.hypot(*np.subtract(centres[code], centres[area])) for code in others]
        first = others[int(np.argmin(away))]
        said = "{area} touches no other area; it lies {way} of {nearest}, the nearest."
        return say(said, area=names[area], way=way(centres[first], centres[area]), nearest=names[first])
    groups: dict[str, list[str]] = {}
    for code in sorted(near, key=lambda code: names[code]):
        groups.setdefault(way(centres[code], centres[area]), []).append(names[code])
    parts = [
        say("{way} of {others}", way=point, others=listing(groups[point], len(near)))
        for point in sorted(groups, key=lambda point: (-len(groups[point]), COMPASS.index(point)))
    ]  # fmt: skip
    ends = {1: "touching it", 2: "touching both"}.get(len(near), "touching all {count}")
    return say(f"{{area}} lies {{parts:apart}}, {ends}.", area=names[area], parts=parts, count=len(near))


@dataclass(frozen=True)
class Together:
    """How many of the areas at an ``end`` of a league touch another of them, and how many would by chance."""

    end: str
    size: int
    touching: int
    by_chance: float
    total: int

    @property
    def sentence(self) -> Finding:
        """The count beside what chance would give."""
        touch = "touches" if self.touching == 1 else "touch"
        return say(
            f"{{touching}} of the {{size}} areas with the {self.end} scores {touch} another of the {{size}}; were "
            "scores strewn at random over the {total} areas, {by_chance:.1f} would on average.",
            touching=self.touching or tr("None"), size=self.size, total=self.total, by_chance=self.by_chance,
        )  # fmt: skip


def together(scores: Values, adjacency: Adjacency, size: int = END) -> tuple[Together, ...]:
    """The lowest and the highest areas of a league, ``size`` each: how many of them touch another of the same end.

    ``scores`` ``(areas,)`` without gaps, in the order of ``adjacency``. By chance an area is in the end with the share
    ``size / n``, and then none of those it touches is with the share that choosing all others elsewhere has (the
    hypergeometric distribution): exact, no draws. Empty with fewer than three times ``size`` areas.

    >>> found = together(np.arange(6.0), Adjacency.of([(0, 1), (2, 5)], "abcdef"), size=2)
    >>> [(one.end, one.touching, round(one.by_chance, 3)) for one in found]
    [('lowest', 2, 0.267), ('highest', 0, 0.267)]
    """
    n = len(scores)
    if n < 3 * size:
        return ()
    alone = np.array([comb(n - 1 - int(d), size - 1) for d in range(n)], dtype=float) / comb(n - 1, size - 1)
    chance = float((1 - alone[adjacency.degree]).sum() * size / n)
    order, found = np.argsort(scores, kind="stable"), []
    for end, chosen in (("lowest", order[:size]), ("highest", order[-size:])):
        here = np.zeros(n, dtype=bool)
        here[chosen] = True
        found.append(Together(end, size, int((adjacency.among(here).degree > 0).sum()), chance, n))
    return tuple(found)
