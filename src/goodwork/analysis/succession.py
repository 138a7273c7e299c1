"""Communities over time: the same letters for the same profiles, and which areas changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from goodwork.analysis.archetypes import archetype_names
from goodwork.analysis.clusters import Clusters, communities, letters, nearest_centroid
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.similarity import Labels, Mask, points_of
from goodwork.analysis.transitions import Transitions, transitions
from goodwork.analysis.wording import listing, opened
from goodwork.errors import MethodError
from goodwork.index.build import Index
from goodwork.language import tr
from goodwork.model.panel import Values
from goodwork.model.questions import Archetype

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Succession:
    """Communities in each period, with letters matched to those of the base period.

    ``labels`` ``(periods, areas)`` counts from 0 for A of the base period; −1 where an area was not scored. ``unsure``
    marks areas on a border in a period, ``(periods, areas)``. ``centroids`` ``(periods, communities, members)`` are
    standardised over all periods together; ``fixed`` ``(periods, areas)`` is the community of the base period whose
    centroid lies nearest on that scale, so that profiles stay what they are. ``shift`` ``(periods, communities)`` is
    how far each lies from its namesake in the base period, the root of the mean square over members. ``breaks`` tells
    by period what cannot be compared with the period before; ``transitions`` are moves that cross none of them,
    ``None`` where there are no such moves.
    """

    periods: tuple[str, ...]
    areas: tuple[str, ...]
    members: tuple[str, ...]
    base: str
    labels: Labels
    unsure: Mask
    fixed: Labels
    archetypes: tuple[str, ...]
    centroids: Values
    shift: Values
    transitions: Transitions | None
    breaks: Mapping[str, Sequence[str]]
    each: Mapping[str, Clusters]
    titles: Mapping[str, str]
    left_out: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """A, B, C …"""
        return letters(self.centroids.shape[1])

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
    def moved(self) -> pd.DataFrame:
        """One row per move: area, the two periods and communities, whether it was surely there before and after, and
        whether a break lies between."""
        import pandas as pd

        t, a = np.nonzero(self._went())
        names, periods = np.array(self.names), np.array(self.periods)
        return pd.DataFrame(
            {
                "area": np.array(self.areas)[a],
                "before": periods[t],
                "after": periods[t + 1],
                "from": names[self.labels[t, a]],
                "to": names[self.labels[t + 1, a]],
                "sure": ~self.unsure[t, a] & ~self.unsure[t + 1, a],
                "across_break": np.isin(periods[t + 1], list(self.breaks)),
            }
        )

    def _went(self) -> Mask:
        before, after = self.labels[:-1], self.labels[1:]
        return np.asarray((before >= 0) & (after >= 0) & (before != after))

    @property
    def matrix(self) -> pd.DataFrame:
        """One row per pair of communities: the share of the areas of one that are in the other a period later."""
        import pandas as pd

        empty = pd.DataFrame(columns=["from", "to", "share", "low", "high", "count"])
        return empty if self.transitions is None else self.transitions.table

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How many areas stayed, which way the others went, and which are elsewhere at the end than at the start."""
        moved, told = self.moved, [self._stayed()]
        if across := int(moved["across_break"].sum()):
            lead = "{count} {moves} across a break, into {periods:list}: what moved there may be the way of measuring."
            more = "" if self.transitions is None else "more "
            moves = f"{more}move lies" if across == 1 else f"{more}moves lie"
            crossed = moved.loc[moved["across_break"], "after"].unique().tolist()
            said = say(lead, count=across, moves=moves, periods=crossed)
            told.append(said.about("across breaks", table="moved", across_break=True))
        if doubt := int((~moved["sure"]).sum()):
            are, they = ("is", "it") if doubt == 1 else ("are", "they")
            lead = f"{{count}} of all {{total}} moves {are} by areas on a border before or after: {they} may be chance."
            told.append(say(lead, count=doubt, total=len(moved)).about("by chance", table="moved", sure=False))
        sizes = (self.labels[..., None] == np.arange(len(self.names))).sum(axis=1)
        wide = int(np.argmax(np.ptp(sizes, axis=0)))
        if np.ptp(sizes[:, wide]):
            held = [say("{n:areas} in {period}", n=int(n), period=p)
                    for n, p in zip(sizes[:, wide], self.periods, strict=True)]  # fmt: skip
            said = say("Communities change as well as areas: {community} holds {sizes:list12}.",
                       community=self.names[wide], sizes=held)  # fmt: skip
            told.append(said.about("sizes", table="table", community=self.names[wide]))
        at = self._unbroken()
        if len(at) > 1:
            told += self._elsewhere(at[0], at[-1])
        return tuple(told)

    def _elsewhere(self, start: int, end: int) -> list[Finding]:
        """Who is in a higher or lower community at the end than at the start: on no border at either, and with the
        profiles of the base period held fixed, too."""
        first, last = self.labels[start], self.labels[end]
        sure = ~self.unsure[start] & ~self.unsure[end] & (first >= 0) & (last >= 0)
        held, told = self.fixed[end] - self.fixed[start], []
        when = {"first": self.periods[start], "last": self.periods[end]}
        for word, which in (("higher", (last > first) & (held > 0)), ("lower", (last < first) & (held < 0))):
            at = np.flatnonzero(which & sure)
            here = [
                say("{area} ({was} to {now})", area=self.titles.get(self.areas[a], self.areas[a]),
                    was=self.names[first[a]], now=self.names[last[a]])
                for a in at
            ]  # fmt: skip
            lead = f"in a surely {word} community in {{last}} than in {{first}}"
            if here:
                said = say(f"{opened(lead)}: {{areas:list12}}.", areas=here, **when)
                rows = {"period": self.periods[end], "area": [self.areas[a] for a in at]}
                told.append(said.about(word, table="table", **rows))
            else:
                told.append(say(f"No area is {lead}.", **when).about(word))
        return told

    def _unbroken(self) -> list[int]:
        """The longest run of periods without a break between them, the last of equals."""
        runs: list[list[int]] = [[]]
        for t, period in enumerate(self.periods):
            if period in self.breaks:
                runs.append([])
            runs[-1].append(t)
        return max(reversed(runs), key=len)

    def _stayed(self) -> Finding:
        if self.transitions is None:
            return say("No area is scored in two periods without a break between.").about("stayed")
        counts, stayed = self.transitions.counts, self.transitions.immobility
        up, down = int(np.triu(counts, 1).sum()), int(np.tril(counts, -1).sum())
        where = " where no break lies between" if self.breaks else ""
        return say(
            f"From one period to the next{where}, {{stayed:.0%}} of areas stay in their community; "
            "{up} moved to a higher and {down} to a lower one.",
            stayed=stayed, up=up, down=down,
        ).about("stayed", table="matrix")  # fmt: skip

    @property
    def notes(self) -> tuple[str, ...]:
        """How the letters were matched, how far communities moved under them, breaks, and what was left out."""
        most = np.unravel_index(int(self.shift.argmax()), self.shift.shape)
        told = [
            tr(
                "{areas} areas, {members} members, {periods} periods; letters are those of {base}, given to "
                "the communities of other periods so that their centroids lie nearest."
            ).format(areas=len(self.areas), members=len(self.members), periods=len(self.periods), base=self.base),
            tr(
                "The community least like its namesake of {base} is {community} in {period}: {shift:.2f} standard "
                "deviations away, in the mean of the members."
            ).format(
                base=self.base, community=self.names[most[1]], period=self.periods[most[0]], shift=self.shift.max()
            ),
            tr(
                "Communities are relative to their period: an area can change community without changing. "
                "Who is called surely higher or lower is so by the profiles of the base period held fixed, "
                "too."
            ),
        ]
        told += [
            tr("Break in {period}: {names}.").format(period=period, names=listing(what, 12))
            for period, what in self.breaks.items()
        ]
        return (
            *told,
            *(tr("Left out: {name} ({reason}).").format(name=name, reason=why) for name, why in self.left_out.items()),
        )


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
    units: Mapping[str, str] | None = None,
    breaks: Mapping[str, Sequence[str]] | None = None,
    known: Mapping[str, Clusters] | None = None,
    seed: int = 2021,
    executor: Executor | None = None,
) -> Succession:
    """Communities of every period, found in each by itself, with letters matched to those of ``base`` (the last).

    Only members that vary in all periods are used, so that profiles can be compared. Communities of two periods are
    matched by the least sum of squared distances between their centroids, standardised over all periods together
    (Hungarian method, Kuhn 1955). ``breaks`` names by period what cannot be compared with the period before; moves
    across a break are not among the ``transitions``. ``units`` is how sentences write figures of members. ``known``
    holds by period communities found before: those of the same members and number are taken as they are. Raises
    ``MethodError`` where a period cannot be divided or no member is there in all periods. Handbook step 4.

    >>> from goodwork.index.build import build
    >>> from goodwork.model.framework import Framework
    >>> from goodwork.model.panel import Panel
    >>> one, other = [1.0, 2, 3, 4, 11, 12, 13, 14], [2.0, 11, 1, 3, 12, 13, 14, 15]
    >>> value = np.repeat(np.array([one, other])[..., None], 2, axis=-1)
    >>> text = np.full(value.shape, "", dtype="<U4")
    >>> panel = Panel(("2001", "2002"), tuple("abcdefgh"), ("jobs", "pay"), value, value, value, text, text, text)
    >>> members = [{"indicator": name, "domain": "index", "direction": "higher"} for name in ("jobs", "pay")]
    >>> framework = Framework.from_dict({"name": "small", "title": "Small", "members": members})
    >>> succession(build(framework, panel), 2, method="k-means").transitions.counts.tolist()
    [[3.0, 1.0], [0.0, 4.0]]
    """
    periods = tuple(periods or index.periods)
    base = base or periods[-1]
    if base not in periods:
        raise MethodError(
            f"the base period {base} is not among those compared", remedy=f"choose {listing(periods, 12)}"
        )
    fixed = {p: points_of(index, p, scale="all periods", least=8) for p in periods}
    shared = [m for m in index.framework.indicators if all(m in fixed[p].members for p in periods)]
    if not shared:
        raise MethodError("no member has figures in all periods", remedy="compare fewer periods")
    now = {p: points_of(index, p, titles=titles).only(shared) for p in periods}
    same = {p: found for p, found in (known or {}).items()
            if found.points.members == tuple(shared) and len(found.names) == k}  # fmt: skip
    each = {p: same[p] if p in same
            else communities(now[p], k, method=method, numbers=(), draws=draws, units=units, seed=seed,
                             executor=executor)
            for p in periods}  # fmt: skip
    centres = np.array([_centres(fixed[p].only(shared).scaled, each[p]) for p in periods])
    at_base = periods.index(base)
    names = np.array([linear_sum_assignment(cdist(own, centres[at_base], "sqeuclidean"))[1] for own in centres])
    centres = np.take_along_axis(centres, np.argsort(names, axis=1)[..., None], axis=1)
    labels, unsure = np.full((len(periods), len(index.areas)), -1), np.zeros((len(periods), len(index.areas)), bool)
    still = labels.copy()
    where = {area: i for i, area in enumerate(index.areas)}
    for t, p in enumerate(periods):
        here = [where[area] for area in each[p].points.areas]
        labels[t, here], unsure[t, here] = names[t][each[p].labels], each[p].borderline
        still[t, here] = nearest_centroid(fixed[p].only(shared).scaled, centres[at_base][None])[0]
    called = titles or {}
    left = {
        called.get(m, m): "not there, or the same everywhere, in some period"
        for m in index.framework.indicators if m not in shared
    }  # fmt: skip
    gone: dict[tuple[str, str], list[str]] = {}
    for p in periods:
        for area, why in fixed[p].left_out.items():
            if area in where:
                gone.setdefault((called.get(area, area), why), []).append(p)
    left |= {f"{area} in {listing(when, 12)}": why for (area, why), when in gone.items()}
    crossed = {p: tuple(what) for p, what in (breaks or {}).items() if p in periods[1:] and what}
    try:
        moves = transitions(labels, letters(k), periods, tuple(crossed))
    except MethodError:  # no area has a community in two periods without a break between: all that can be wrong here
        moves = None
    return Succession(
        periods, index.areas, tuple(shared), base, labels, unsure, still,
        archetype_names(each[base].points, each[base].centroids, archetypes), centres,
        np.sqrt(((centres - centres[at_base]) ** 2).mean(axis=-1)), moves, crossed, each, titles or {}, left,
    )  # fmt: skip


def _centres(scaled: Values, found: Clusters) -> Values:
    return np.array([np.nanmean(scaled[found.labels == g], axis=0) for g in range(len(found.names))])
