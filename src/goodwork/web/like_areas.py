"""Whom an area is like: its neighbours with the reasons, who of them does better on its weak points, its community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from goodwork.analysis.profile import Profile
from goodwork.model.area import Area
from goodwork.report.view import View, apart, said
from goodwork.web.state import area_path


@dataclass(frozen=True)
class Neighbour:
    """A like area: how far it is, on what it differs most, where it stands, how likely this area stands above it."""

    area: Area
    url: str
    distance: float
    differs: str
    share: float
    score: str
    place: str
    above: float


@dataclass(frozen=True)
class Better:
    """A weak point, and the neighbours whose figure is better: name, address, figure, whether the intervals
    part (``None``: not known)."""

    indicator: str
    name: str
    better: str
    own: str
    others: tuple[tuple[str, str, str, bool | None], ...]


@dataclass(frozen=True)
class Community:
    """The community an area is in, how surely, and which other one it is nearest to."""

    letter: str
    archetype: str
    published: str
    stability: float
    second: str
    borderline: bool
    size: int
    score: float


@dataclass(frozen=True, eq=False)
class LikeAreas:
    """Neighbours and community of an area, and the groups it is set beside: kind → (name, codes)."""

    neighbours: tuple[Neighbour, ...]
    better: tuple[Better, ...]
    community: Community | None
    period: str
    groups: dict[str, tuple[str, list[str]]]

    def as_dict(self) -> dict[str, Any]:
        """The company as plain data."""
        known = self.community
        return {
            "neighbours": [
                {"area": n.area.code, "name": n.area.name, "distance": n.distance, "differs_most": n.differs,
                 "share": n.share, "above": None if n.above != n.above else n.above}
                for n in self.neighbours
            ],
            "better_neighbours": [
                {"indicator": b.indicator, "own": b.own,
                 "areas": [{"name": name, "figure": figure, "clear": clear} for name, _, figure, clear in b.others]}
                for b in self.better
            ],
            "community": None if known is None else {
                "letter": known.letter, "archetype": known.archetype, "published": known.published,
                "stability": known.stability, "borderline": known.borderline, "second": known.second,
                "areas": known.size,
            },
        }  # fmt: skip


def like_areas(view: View, found: Profile) -> LikeAreas:
    """Whom an area is like, as the edition answers it for its latest period; empty where that was not asked."""
    code, areas = found.area.code, view.monitor.geography.by_code
    rows, clusters = view.rows("neighbours"), view.rows("communities")
    near = rows[rows["area"] == code].sort_values("rank") if len(rows) else rows
    above = view.above(code)
    neighbours = []
    for row in near.to_dict("records"):
        other = areas[row["neighbour"]]
        stands = view.place(other.code)
        doubt = f" (95 % interval {stands.low:.1f} to {stands.high:.1f})" if stands.low == stands.low else ""
        score = f"{stands.score:.1f}{doubt}" if stands.scored else "not scored"
        differs = view.framework.node_title(row["differs_most"], view.monitor.catalogue)
        neighbours.append(
            Neighbour(
                other,
                area_path(other),
                float(row["distance"]),
                differs,
                float(row["share"]),
                score,
                stands.place,
                above.get(other.code, float("nan")),
            )
        )
    groups: dict[str, tuple[str, list[str]]] = {}
    community = None
    if len(clusters) and (clusters["area"] == code).any():
        community = _community(view, clusters.set_index("area").loc[code].to_dict())
        same = clusters[clusters["community"] == community.letter]["area"]
        groups["community"] = (f"mean of community {community.letter}", list(same))
    if neighbours:
        groups["neighbours"] = (f"mean of {len(neighbours)} neighbours", [n.area.code for n in neighbours])
    asked = near if len(near) else clusters
    return LikeAreas(
        tuple(neighbours), tuple(_better(view, found, neighbours)), community,
        str(asked["period"].iloc[0]) if len(asked) else "", groups,
    )  # fmt: skip


def _community(view: View, row: dict[Any, Any]) -> Community:
    profiles = view.rows("communities_profiles")
    same = profiles[profiles["community"] == row["community"]].iloc[0]
    return Community(
        letter=str(row["community"]),
        archetype=str(row["archetype"] or ""),
        published=str(same["published"]) if same["published"] == same["published"] else "",
        stability=float(row["stability"]),
        second=str(row["second"] or ""),
        borderline=bool(row["borderline"]),
        size=int(same["areas"]),
        score=float(same["score"]),
    )


def _better(view: View, found: Profile, neighbours: list[Neighbour]) -> list[Better]:
    """The area's weak points, worst first, with the neighbours that do better, best first."""
    told = []
    for cell in found.weaknesses:
        sign = 1.0 if cell.direction == "higher" else -1.0
        others = []
        for other in neighbours:
            theirs = view.figure(other.area.code, cell.indicator.id)
            value, lower, upper = (float(theirs.get(n, float("nan"))) for n in ("value", "lower", "upper"))
            if sign * (value - cell.value) > 0:
                parted = apart((lower, upper), (cell.lower, cell.upper))
                words = said(cell.indicator, value, lower, upper)
                others.append((sign * value, (other.area.name, other.url, words, parted)))
        own = said(cell.indicator, cell.value, cell.lower, cell.upper)
        best = tuple(line for _, line in sorted(others, key=lambda pair: -pair[0]))
        told.append(Better(cell.indicator.id, cell.indicator.name, cell.better, own, best))
    return told
