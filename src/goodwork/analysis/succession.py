"""Communities over time: the same letters for the same profiles, and which areas changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from goodwork.analysis.archetypes import Archetype, archetype_names
from goodwork.analysis.clusters import Clusters, communities, letters
from goodwork.analysis.similarity import Labels, Mask, listed, points_of
from goodwork.errors import MethodError
from goodwork.index.build import Index
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Succession:
    """Communities in each period, with letters matched to those of the base period.

    ``labels`` ``(periods, areas)`` counts from 0 for A of the base period; −1 where an area was not scored.
    ``counts`` ``(periods − 1, communities, communities)`` are moves from one period (rows) to the next (columns);
    ``unsure`` marks areas on a border in a period, ``(periods, areas)``. ``centroids`` ``(periods, communities,
    members)`` are standardised over all periods together; ``shift`` ``(periods, communities)`` is how far each lies
    from its namesake in the base period, the root of the mean square over members.
    """

    periods: tuple[str, ...]
    areas: tuple[str, ...]
    members: tuple[str, ...]
    base: str
    labels: Labels
    unsure: Mask
    archetypes: tuple[str, ...]
    centroids: Values
    shift: Values
    counts: Values
    each: Mapping[str, Clusters]
    titles: Mapping[str, str]
    left_out: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """A, B, C …"""
        return letters(self.centroids.shape[1])

    @property
    def chances(self) -> Values:
        """Share of areas of each community (rows) that are in each (columns) one period later; NaN for an empty row."""
        total = self.counts.sum(axis=0)
        with np.errstate(invalid="ignore"):
            return np.asarray(total / total.sum(axis=1, keepdims=True))

    @property
    def table(self) -> pd.DataFrame:
        """One row per area and period: its community (empty where not scored), archetype, and whether it is unsure."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.periods, self.areas], names=["period", "area"]).to_frame(index=False)
        names, kinds = np.array([*self.names, ""]), np.array([*self.archetypes, ""])
        return keys.assign(
            community=names[self.labels.ravel()], archetype=kinds[self.labels.ravel()], borderline=self.unsure.ravel()
        )

    @property
    def matrix(self) -> pd.DataFrame:
        """Moves between periods that follow each other, all together: from (rows) to (columns), in areas."""
        import pandas as pd

        total = self.counts.sum(axis=0).astype(int)
        return pd.DataFrame(total, index=pd.Index(self.names, name="from"), columns=pd.Index(self.names, name="to"))

    @property
    def findings(self) -> tuple[str, ...]:
        """How many areas stayed, which way the others went, and which are elsewhere at the end than at the start."""
        total = self.counts.sum(axis=0)
        if not total.sum():
            return ("No area is scored in two periods that follow each other.",)
        stayed, moved = np.trace(total), total.sum() - np.trace(total)
        up, down = np.triu(total, 1).sum(), np.tril(total, -1).sum()
        told = [
            f"From one period to the next {stayed / total.sum():.0%} of areas stay in their community; of {moved:.0f} "
            f"moves {up:.0f} lead to a higher and {down:.0f} to a lower community."
        ]
        before, after = self.labels[:-1], self.labels[1:]
        went = (before >= 0) & (after >= 0) & (before != after)
        doubt = (went & (self.unsure[:-1] | self.unsure[1:])).sum()
        if moved:
            told.append(f"{doubt} of these moves are by areas on a border before or after, and may be chance.")
        first, last = self.labels[0], self.labels[-1]
        sure = ~self.unsure[0] & ~self.unsure[-1] & (first >= 0) & (last >= 0)
        for word, which in (("higher", last > first), ("lower", last < first)):
            here = [f"{self.titles.get(self.areas[a], self.areas[a])} ({self.names[first[a]]} to {self.names[last[a]]})"
                    for a in np.flatnonzero(which & sure)]  # fmt: skip
            told.append(
                f"In a surely {word} community in {self.periods[-1]} than in {self.periods[0]}: {listed(here)}."
                if here
                else f"No area is in a surely {word} community in {self.periods[-1]} than in {self.periods[0]}."
            )
        return tuple(told)

    @property
    def notes(self) -> tuple[str, ...]:
        """How the letters were matched, how far communities moved under them, and what was left out."""
        most = np.unravel_index(int(self.shift.argmax()), self.shift.shape)
        told = [
            f"{len(self.areas)} areas, {len(self.members)} members, {len(self.periods)} periods; letters are those of "
            f"{self.base}, given to the communities of other periods so that their centroids lie nearest.",
            f"The community least like its namesake of {self.base} is {self.names[most[1]]} in "
            f"{self.periods[most[0]]}: {self.shift.max():.2f} standard deviations away, in the mean of the members.",
            "Communities are relative to their period: an area can change community without changing.",
        ]
        return (*told, *(f"Left out: {name} ({why})." for name, why in self.left_out.items()))


def succession(
    index: Index,
    k: int = 4,
    *,
    periods: Sequence[str] | None = None,
    base: str | None = None,
    method: str = "graph",
    draws: int = 100,
    archetypes: Sequence[Archetype] = (),
    titles: Mapping[str, str] | None = None,
    seed: int = 2021,
) -> Succession:
    """Communities of every period, found in each by itself, with letters matched to those of ``base`` (the last).

    Only members that vary in all periods are used, so that profiles can be compared. Communities of two periods are
    matched by the least sum of squared distances between their centroids, standardised over all periods together
    (Hungarian method, Kuhn 1955). Raises ``MethodError`` where a period cannot be divided or no member is there in all
    periods. Handbook step 4.

    >>> from goodwork.index.build import build
    >>> from goodwork.model.framework import Framework
    >>> from goodwork.model.panel import Panel
    >>> one, other = [1.0, 2, 3, 4, 11, 12, 13, 14], [2.0, 11, 1, 3, 12, 13, 14, 15]
    >>> value = np.repeat(np.array([one, other])[..., None], 2, axis=-1)
    >>> text = np.full(value.shape, "", dtype="<U4")
    >>> panel = Panel(("2001", "2002"), tuple("abcdefgh"), ("jobs", "pay"), value, value, value, text, text, text)
    >>> members = [{"indicator": name, "domain": "index", "direction": "higher"} for name in ("jobs", "pay")]
    >>> framework = Framework.from_dict({"name": "small", "title": "Small", "members": members})
    >>> succession(build(framework, panel), 2, method="k-means").matrix.to_numpy().tolist()
    [[3, 1], [0, 4]]
    """
    periods = tuple(periods or index.periods)
    base = base or periods[-1]
    if base not in periods:
        raise MethodError(f"the base period {base} is not among those compared", remedy=f"choose {listed(periods)}")
    fixed = {p: points_of(index, p, scale="all periods", least=8) for p in periods}
    shared = [m for m in index.framework.indicators if all(m in fixed[p].members for p in periods)]
    if not shared:
        raise MethodError("no member has figures in all periods", remedy="compare fewer periods")
    now = {p: points_of(index, p, titles=titles).only(shared) for p in periods}
    each = {p: communities(now[p], k, method=method, numbers=(), draws=draws, seed=seed) for p in periods}
    centres = np.array([_centres(fixed[p].only(shared).scaled, each[p]) for p in periods])
    at_base = periods.index(base)
    names = np.array([linear_sum_assignment(cdist(own, centres[at_base], "sqeuclidean"))[1] for own in centres])
    centres = np.take_along_axis(centres, np.argsort(names, axis=1)[..., None], axis=1)
    labels, unsure = np.full((len(periods), len(index.areas)), -1), np.zeros((len(periods), len(index.areas)), bool)
    where = {area: i for i, area in enumerate(index.areas)}
    for t, p in enumerate(periods):
        here = [where[area] for area in each[p].points.areas]
        labels[t, here], unsure[t, here] = names[t][each[p].labels], each[p].borderline
    left = {
        m: "not there, or the same everywhere, in some period" for m in index.framework.indicators if m not in shared
    }
    left |= {f"{area} in {p}": why for p in periods for area, why in fixed[p].left_out.items() if area in where}
    return Succession(
        periods, index.areas, tuple(shared), base, labels, unsure,
        archetype_names(each[base].points, each[base].centroids, archetypes), centres,
        np.sqrt(((centres - centres[at_base]) ** 2).mean(axis=-1)), moves(labels, k), each, titles or {}, left,
    )  # fmt: skip


def _centres(scaled: Values, found: Clusters) -> Values:
    return np.array([np.nanmean(scaled[found.labels == g], axis=0) for g in range(len(found.names))])


def moves(labels: Labels, k: int) -> Values:
    """Areas that go from each community (rows) to each (columns), ``(periods − 1, k, k)``; −1 is not counted.

    >>> moves(np.array([[0, 0, 1, -1], [0, 1, 1, 1]]), 2).tolist()
    [[[1.0, 1.0], [0.0, 1.0]]]
    """
    member = (labels[..., None] == np.arange(k)).astype(float)
    return np.asarray(member[:-1].swapaxes(-1, -2) @ member[1:])
