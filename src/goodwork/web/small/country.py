"""A country of many small areas as arrays: names, authorities, places, and the league of one view at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.summaries import EVERY_RANK, RANK_CLASSES
from goodwork.errors import NotFound
from goodwork.figures.classes import Classes, classed
from goodwork.figures.raster import Grid
from goodwork.language import tr
from goodwork.model.area import Area, AreaSet, Geography, nearest
from goodwork.model.framework import INDEX
from goodwork.web.small.sliced import SlicedMonitor
from goodwork.web.state import LONGEST

if TYPE_CHECKING:
    import pandas as pd

#: Leagues kept, of some 3 MB each where there are 35,000 areas.
KEPT = 4
NONE, ELSEWHERE = "", "no authority"
NUMBERS = ("score", "low", "high", "rank", "rank_low", "rank_high")


@dataclass(frozen=True)
class Seen:
    """One view: framework, set of areas, period, measure (the index or a domain)."""

    framework: str
    area_set: str
    scope: str
    period: str
    node: str = INDEX


@dataclass(frozen=True, eq=False)
class League:
    """Scores and ranks of all areas in one view, each array ``(areas,)`` in the order of the country, NaN where an area
    is not scored; ``order`` lists scored areas, best first. ``reasons`` says why an area is not scored, empty where it
    is. ``step``: ranks were counted in steps of so many places."""

    seen: Seen
    score: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    rank: NDArray[np.float64]
    rank_low: NDArray[np.float64]
    rank_high: NDArray[np.float64]
    ties: NDArray[np.bool_]
    reasons: NDArray[np.object_]
    ranked: int
    step: int

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The scored areas, best first; of equals in the order of the country."""
        scored = np.flatnonzero(np.isfinite(self.rank))
        return np.asarray(scored[np.argsort(self.rank[scored], kind="stable")])

    @cached_property
    def classes(self) -> Classes:
        """Five classes of the score over all areas: the colours of every map."""
        return classed(self.score)

    @cached_property
    def of(self) -> NDArray[np.intp]:
        """The class of each area."""
        return np.array(self.classes.of, dtype=np.intp)


class Country:
    """The small areas of an opened edition, in order of code, and what its tables say of them."""

    def __init__(self, monitor: SlicedMonitor) -> None:
        self.monitor, self.slices = monitor, monitor.slices
        counts = monitor.manifest["counts"]
        self.views = [c for c in counts if c["scope"] == monitor.framework(c["framework"]).method.scope]
        level = monitor.manifest["geography"]["level"]
        read = self.slices.read("areas", ["area", "name", "level", "parents"], order="area")
        small = read["level"].to_numpy() == level
        own = read[small]
        self.codes: list[str] = own["area"].tolist()
        self.names: list[str] = own["name"].tolist()
        self.place = {code: k for k, code in enumerate(self.codes)}
        known = dict(zip(read.loc[~small, "area"], read.loc[~small, "name"], strict=True))
        lines: Mapping[str, Mapping[str, str]] = {text: json.loads(text) for text in set(own["parents"])}
        levels = sorted({name for line in lines.values() for name in line})
        ends = {name: len({line.get(name) for line in lines.values()}) for name in levels}
        self.level = max(levels, key=lambda name: (ends[name], name), default=NONE)  # the finest one
        parents = own["parents"].map(lambda text: lines[text].get(self.level, NONE))
        self.groups: list[str] = sorted(set(parents))
        self.group = np.searchsorted(np.array(self.groups), parents.to_numpy(dtype=str))
        self.titles = [known.get(code, code or ELSEWHERE) for code in self.groups]
        above = dict(zip(parents, own["parents"], strict=True))
        self.above = [
            tuple(known.get(c, c) for name, c in lines[above[code]].items() if name != self.level)
            for code in self.groups
        ]
        self._league = lru_cache(KEPT)(self._read_league)

    def __len__(self) -> int:
        return len(self.codes)

    def seen(self, query: Mapping[str, str]) -> Seen:
        """The view a query asks for; raises ``NotFound`` with the nearest names."""
        asked = {key: query.get(key, "")[:LONGEST].strip() for key in ("framework", "area_set", "period", "node")}
        framework = self.monitor.framework(asked["framework"] or None)
        sets = [view["area_set"] for view in self.views if view["framework"] == framework.name]
        area_set = asked["area_set"] or framework.default_area_set or sets[0]
        if area_set not in sets:
            raise NotFound("area set", area_set, nearest(area_set, sets) or sets)
        periods = next(
            v["periods"] for v in self.views if (v["framework"], v["area_set"]) == (framework.name, area_set)
        )
        period = asked["period"] or periods[-1]
        if period not in periods:
            raise NotFound("period with scores", period, periods[-6:])
        node = asked["node"] or INDEX
        if node not in framework.groups:
            remedy = tr("ranks and maps are of the index and its domains") if node in framework.nodes else None
            raise NotFound("measure", node, nearest(node, framework.groups) or list(framework.groups), remedy=remedy)
        return Seen(framework.name, area_set, framework.method.scope, period, node)

    @property
    def usual(self) -> Seen:
        """The view of somebody who has chosen nothing."""
        return self.seen({})

    def league(self, seen: Seen) -> League:
        """Scores and ranks of a view."""
        return self._league(seen)

    def _read_league(self, seen: Seen) -> League:
        where = seen.__dict__
        scores = self.slices.read("scores", ["area", "displayed", "low", "high"], where)
        scores = scores.rename(columns={"displayed": "score"})
        ranks = self.slices.read("ranks", ["area", "rank", "rank_low", "rank_high", "ties", "ranked"], where)
        found: dict[str, NDArray[Any]] = {name: np.full(len(self), np.nan) for name in NUMBERS}
        ties = np.zeros(len(self), dtype=bool)
        for table in (scores, ranks):
            at = np.array([self.place[code] for code in table["area"]], dtype=np.intp)
            for name in NUMBERS:
                if name in table:
                    found[name][at] = table[name].to_numpy(dtype=float)
            if "ties" in table:
                ties[at] = table["ties"].to_numpy(dtype=float) > 0
        ranked = int(ranks["ranked"].max()) if len(ranks) else 0
        asked = seen.framework, seen.area_set
        areas = next(view["areas"] for view in self.views if (view["framework"], view["area_set"]) == asked)
        step = 1 if areas <= EVERY_RANK else -(-areas // RANK_CLASSES)
        return League(seen, **found, ties=ties, reasons=self._reasons(seen, found["rank"]), ranked=ranked, step=step)

    def _reasons(self, seen: Seen, rank: NDArray[np.float64]) -> NDArray[np.object_]:
        """Why each area is not scored, as the edition says it; empty where it is."""
        why = np.where(np.isfinite(rank), "", "not scored here").astype(object)
        view = {name: getattr(seen, name) for name in ("framework", "area_set", "scope", "period")}
        for code, reason in self.slices.read("exclusions", ["area", "reason"], view).itertuples(index=False):
            if why[self.place[code]]:
                why[self.place[code]] = reason
        return why

    @cached_property
    def cells(self) -> NDArray[np.intp]:
        """Column and row of each area on the map of hexagons, ``(areas, 2)``; empty where the edition has none, or not
        one for each area."""
        if "places" not in self.slices:
            return np.zeros((0, 2), dtype=np.intp)
        table = self.slices.read("places", ["area", "column", "row"]).set_index("area")
        if not set(self.codes) <= set(table.index):
            return np.zeros((0, 2), dtype=np.intp)
        return np.asarray(table.loc[self.codes].to_numpy(dtype=np.intp))

    @cached_property
    def grid(self) -> Grid | None:
        """The picture of the country; none where no places are known."""
        return Grid.of(self.cells[:, 0], self.cells[:, 1]) if len(self.cells) else None

    @cached_property
    def outlines(self) -> list[str]:
        """Every authority on the picture, as the path of an SVG."""
        return self.grid.outlines(self.group, len(self.groups)) if self.grid is not None else []

    @cached_property
    def figures(self) -> NDArray[np.float32]:
        """Normalised figures of the usual view's members, ``(areas, members)``; NaN is a gap."""
        seen, members = self.usual, self.monitor.framework().indicators
        where = {name: getattr(seen, name) for name in ("framework", "area_set", "scope", "period")}
        found = np.full((len(self), len(members)), np.nan, dtype=np.float32)
        for m, name in enumerate(members):
            table = self.slices.read("normalised", ["area", "normalised"], where | {"indicator": name})
            found[[self.place[code] for code in table["area"]], m] = table["normalised"].to_numpy(dtype=np.float32)
        return found

    def inside(self, authority: int) -> NDArray[np.intp]:
        """The areas of an authority."""
        return np.flatnonzero(self.group == authority)

    def area(self, at: int) -> Area:
        """An area as a noun."""
        parents = {self.level: self.groups[self.group[at]]} if self.level else {}
        return Area(code=self.codes[at], name=self.names[at], level="small area", parents=parents)

    def authority(self, at: int) -> Area:
        """An authority as a noun."""
        return Area(code=self.groups[at] or "none", name=self.titles[at], level=self.level or "none")

    def area_set(self, name: str) -> AreaSet:
        """A set of areas by name."""
        declared = self.monitor.manifest["declarations"]["area_sets"]
        return next(one for one in (AreaSet.from_dict(data, "edition") for data in declared) if one.name == name)

    def around(self, at: int) -> Geography:
        """An area and the authority it lies in, as a geography."""
        return Geography((self.area(at), self.authority(int(self.group[at]))))

    def table(self, league: League, at: NDArray[np.intp]) -> pd.DataFrame:
        """The rows of a league for some areas, in their order, with names and authorities."""
        import pandas as pd

        return pd.DataFrame({
            "area": [self.codes[k] for k in at.tolist()],
            "name": [self.names[k] for k in at.tolist()],
            "authority": [self.groups[k] for k in self.group[at].tolist()],
            "authority_name": [self.titles[k] for k in self.group[at].tolist()],
            **{name: getattr(league, name)[at] for name in NUMBERS},
            "ties": league.ties[at],
            "ranked": league.ranked,
            "reason": league.reasons[at],
        })  # fmt: skip
