"""From one sector to another: how far apart the skills are that they ask for, and what would have to be learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.errors import Fault, MethodError
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class SectorMoves:
    """Distances of skills between sectors: ``distance`` ``(origins, destinations)`` is one less the cosine of the angle
    between them, ``learn`` how much more the destination asks, as a share of all that the origin asks, ``skill`` the
    place of the skill that is most lacking (−1: none)."""

    sectors: tuple[str, ...]
    skills: tuple[str, ...]
    jobs: Values
    distance: Values
    learn: Values
    skill: Values

    @property
    def table(self) -> pd.DataFrame:
        """One row per origin and destination, the nearest first."""
        import pandas as pd

        a, b = (grid.ravel() for grid in np.indices(self.distance.shape))
        keep = a != b
        a, b = a[keep], b[keep]
        names, skills = np.array(self.sectors), np.array([*self.skills, ""])
        table = pd.DataFrame(
            {
                "origin": names[a], "destination": names[b], "distance": self.distance[a, b],
                "learn": self.learn[a, b], "skill": skills[self.skill[a, b].astype(int)], "jobs": self.jobs[b],
            }
        )  # fmt: skip
        return table.sort_values(["origin", "distance"], kind="stable", ignore_index=True)


def sector_moves(levels: Values, sectors: Sequence[str], skills: Sequence[str], jobs: Values) -> SectorMoves:
    """How near sectors are in the skills they ask for.

    ``levels`` ``(sectors, skills)`` say how much of each skill a sector asks for, from 0; ``jobs`` ``(sectors,)`` how
    many jobs it has, NaN where that is not known. Raises ``MethodError`` with every fault: a gap or a number below
    zero, a sector that asks for nothing, fewer than two sectors. Angular separation: Gathmann & Schönberg (2010),
    *Journal of Labor Economics* 28.

    >>> found = sector_moves(np.array([[1.0, 0.0], [1.0, 1.0]]), ["shops", "care"], ["sums", "talk"], np.ones(2))
    >>> found.distance.round(3).tolist(), found.table["skill"].tolist()
    ([[0.0, 0.293], [0.293, 0.0]], ['', 'talk'])
    """
    levels = np.asarray(levels, dtype=float)
    faults = [
        Fault(f"{sectors[s]}: {skills[k]} is {levels[s, k]:g}", remedy="give a number from 0 for each")
        for s, k in np.argwhere(~(levels >= 0) | np.isinf(levels)).tolist()
    ]  # fmt: skip
    faults += [Fault(f"{sectors[s]} asks for no skill") for s in np.flatnonzero((levels == 0).all(axis=1)).tolist()]
    if len(sectors) < 2:
        faults.append(Fault("there are fewer than two sectors"))
    if faults:
        raise MethodError("moves between sectors cannot be told", faults=faults)
    long = np.linalg.norm(levels, axis=1)
    distance = np.clip(1 - (levels @ levels.T) / np.outer(long, long), 0.0, 2.0)
    np.fill_diagonal(distance, 0.0)
    lacking = np.maximum(levels[None] - levels[:, None], 0.0)
    learn = lacking.sum(axis=-1) / levels.sum(axis=1)[:, None]
    skill = np.where(lacking.max(axis=-1) > 0, lacking.argmax(axis=-1), -1)
    return SectorMoves(tuple(sectors), tuple(skills), np.asarray(jobs, dtype=float), distance, learn, skill)
