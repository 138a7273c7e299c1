"""Whom an area is like: its neighbours with the reasons, who of them does better on its weak points, its community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.alongside import Alongside, alike_on, alongside
from goodwork.analysis.finding import say
from goodwork.analysis.profile import Profile
from goodwork.language import tr
from goodwork.model.area import Area
from goodwork.report.view import View, apart, said
from goodwork.web.look import TYPES, types
from goodwork.web.state import area_path

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Neighbour:
    """A like area: how far it is, on what it is most alike and differs most, where it stands, how likely this area
    stands above it."""

    area: Area
    url: str
    distance: float
    alike: tuple[str, ...]
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
    """Neighbours and community of an area, how it compares with the groups it belongs with (neighbours first, then
    nation and type), and the groups it is set beside: kind → (name, codes); ``one_type``: why there is no
    comparison with its type."""

    first: tuple[Alongside, ...]
    neighbours: tuple[Neighbour, ...]
    better: tuple[Better, ...]
    community: Community | None
    period: str
    groups: dict[str, tuple[str, list[str]]]
    one_type: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The company as plain data."""
        known = self.community
        return {
            "first_comparisons": [one.as_dict() for one in self.first],
            "neighbours": [
                {"area": n.area.code, "name": n.area.name, "distance": n.distance,
                 "most_alike": list(n.alike), "differs_most": n.differs, "share": n.share,
                 "score": n.score, "place": n.place, "above": None if n.above != n.above else n.above}
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
    above, alike = view.above(code), _alike(view, code, near)
    neighbours = []
    for row in near.to_dict("records"):
        other = areas[row["neighbour"]]
        stands = view.place(other.code)
        words = "{score:.1f}" if stands.low != stands.low else tr("{score:.1f} (95 % interval {low:.1f} to {high:.1f})")
        score = words.format(score=stands.score, low=stands.low, high=stands.high)
        score = score if stands.scored else tr("not scored")
        differs = view.framework.node_title(row["differs_most"], view.monitor.catalogue)
        neighbours.append(
            Neighbour(
                other,
                area_path(other),
                float(row["distance"]),
                alike.get(other.code, ()),
                differs,
                float(row["share"]),
                score,
                stands.place,
                above.get(other.code, float("nan")),
            )
        )
    groups, community = _type(view, found), None
    if len(clusters) and (clusters["area"] == code).any():
        community = _community(view, clusters.set_index("area").loc[code].to_dict())
        same = clusters[clusters["community"] == community.letter]["area"]
        groups["community"] = (tr("mean of community {letter}").format(letter=community.letter), list(same))
    if neighbours:
        title = tr("mean of {n} neighbours").format(n=len(neighbours))
        groups["neighbours"] = (title, [n.area.code for n in neighbours])
    asked = near if len(near) else clusters
    return LikeAreas(
        _first(view, found, groups, above), tuple(neighbours), tuple(_better(view, found, neighbours)), community,
        str(asked["period"].iloc[0]) if len(asked) else "", groups, _one_type(view, found, groups),
    )  # fmt: skip


def _type(view: View, found: Profile) -> dict[str, tuple[str, list[str]]]:
    """The areas compared that are of the area's type; none where all of its nation are, which says the same."""
    kind, members = found.area.code[:3], view.monitor.geography.members(view.set_name)
    if kind not in TYPES or len(types([a for a in members if a.parents.get("country") == _nation(found)])) < 2:
        return {}
    same = [a.code for a in members if a.code.startswith(kind)]
    return {"type": (tr("mean of {type}").format(type=TYPES[kind]), same)} if len(same) > 1 else {}


def _one_type(view: View, found: Profile, groups: dict[str, tuple[str, list[str]]]) -> str:
    """That all areas of the nation are of the area's type, where a comparison with it would say nothing more."""
    kind, nation = found.area.code[:3], view.monitor.geography.by_code.get(_nation(found))
    members = view.monitor.geography.members(view.set_name)
    kinds = {a.code[:3] for a in members if a.parents.get("country") == _nation(found)}
    if kinds != {kind} or kind not in TYPES or nation is None or not found.index.scored:
        return ""
    return say(
        "All areas of {nation} compared here are of its type ({type}), so nation and type are one comparison.",
        nation=nation.name, type=TYPES[kind],
    )  # fmt: skip


def _nation(found: Profile) -> str:
    return found.area.parents.get("country", "")


def _first(
    view: View, found: Profile, groups: dict[str, tuple[str, list[str]]], above: dict[str, float]
) -> tuple[Alongside, ...]:
    """The area's score beside those of its neighbours, its nation and its type, as far as there are such groups."""
    area, scores = found.area, view.index["score"]
    members, known = view.monitor.geography.members(view.set_name), view.monitor.geography.by_code
    sets = {"neighbours": ("", groups.get("neighbours", ("", []))[1])}
    if (nation := _nation(found)) in known:
        sets["nation"] = (known[nation].name, [a.code for a in members if a.parents.get("country") == nation])
    if "type" in groups:
        sets["type"] = (TYPES[area.code[:3]], groups["type"][1])
    told = []
    for kind, (name, codes) in sets.items():
        others = [code for code in codes if code != area.code]
        surely = np.array([above.get(code, np.nan) for code in others], dtype=float)
        values = np.append(scores.to_numpy(dtype=float), np.nan)[scores.index.get_indexer(others)]  # −1, the last: none
        told.append(alongside(area.name, kind, name, found.index.score, values, surely))
    return tuple(one for one in told if one is not None)


def _alike(view: View, code: str, near: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """On which indicators each neighbour is nearest to the area, by code; none in other periods than theirs."""
    if not len(near) or str(near["period"].iloc[0]) != view.period:
        return {}
    others, members = list(near["neighbour"]), list(view.framework.indicators)
    wide = view.standardised
    at = wide.index.get_indexer([code, *others])
    figures = np.where(at[:, None] >= 0, wide.to_numpy()[at], np.nan)
    titles = [view.framework.node_title(member, view.monitor.catalogue) for member in members]
    return dict(zip(others, alike_on(figures[0], figures[1:], titles), strict=True))


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
