"""Compacts: groups of areas with the same weak points, small enough to act together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array
from scipy.spatial.distance import cdist
from scipy.special import ndtri

from goodwork.analysis.archetypes import MARGIN
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.similarity import Labels, Mask, Points, points_of
from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import areas_have, listing
from goodwork.errors import Fault, MethodError
from goodwork.index.build import Index
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: A member is weak where an area lies at least this many standard deviations below the average.
WEAK = 0.5
#: A weak point is common to a compact when this share of its areas have it.
COMMON = 2 / 3
#: Different groups grown from each area; areas that one programme can deal with; relative gap at which it may stop.
GROWN, MOST, CLOSE = 12, 600, 1e-3
#: How much dearer than a choice in parts the best one is looked for first, as a share.
ROOM = 0.02
#: Branch-and-bound nodes looked at, at most: a count, not a time, so that results do not hang on the machine.
NODES = 2000


@dataclass(frozen=True, eq=False)
class Compacts:
    """Groups of areas, each of a size in the range asked; no area is in two.

    ``labels`` ``(areas,)`` counts from 0, −1 for an area without a compact, whose reason stands in ``without``.
    ``weak`` ``(areas, members)`` tells weak points; ``change`` ``(areas,)`` is the change of the mean of the members
    between two periods, in standard deviations over both periods together, and ``error`` its standard error (NaN where
    unknown). ``gap`` bounds how far the division is from the best one among all groups considered.
    """

    points: Points
    sizes: tuple[int, int]
    labels: Labels
    weak: Mask
    change: Values
    error: Values
    since: str
    cost: float
    gap: float
    considered: int
    without: Mapping[str, str]
    limits: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per area: its compact (0 for none), its weak points, how many of them its compact has in common."""
        import pandas as pd

        shared = self.shared
        common = np.array([int((weak & shared[g]).sum()) if g >= 0 else 0
                           for g, weak in zip(self.labels, self.weak, strict=True)])  # fmt: skip
        return pd.DataFrame(
            {
                "area": self.points.areas,
                "compact": self.labels + 1,
                "weak": [", ".join(np.array(self.points.members)[weak]) for weak in self.weak],
                "weak_points": self.weak.sum(axis=1),
                "in_common": common,
                "change": self.change,
                "change_low": self.change - ndtri(0.975) * self.error,
                "change_high": self.change + ndtri(0.975) * self.error,
                "reason": [self.without.get(area, "") for area in self.points.areas],
            }
        )

    @property
    def shared(self) -> Mask:
        """Weak points that at least two in three areas of a compact have, ``(compacts, members)``."""
        return np.array(
            [self.weak[self.labels == g].mean(axis=0) >= COMMON - 1e-12 for g in range(int(self.labels.max()) + 1)]
        ).reshape(-1, len(self.points.members))

    @property
    def groups(self) -> pd.DataFrame:
        """One row per compact: size, areas, what they share, where they differ, who has improved most; the interval of
        that change holds for all areas of the compact at once, for the greatest of them is picked (Bonferroni)."""
        import pandas as pd

        rows = [self._row(g) for g in range(int(self.labels.max()) + 1)]
        columns = ["compact", "size", "areas", "shared", "shared_domains", "differ_on", "spread", "improved", "change"]
        return pd.DataFrame(rows, columns=[*columns, "change_low", "change_high"])

    def _row(self, g: int) -> tuple[object, ...]:
        members, domains = np.array(self.points.members), np.array(self.points.domains)
        here = np.flatnonzero(self.labels == g)
        scaled = self.points.scaled[here]
        low = [str(d) for d in dict.fromkeys(self.points.domains)
               if np.nanmean(scaled[:, domains == d]) <= -MARGIN]  # fmt: skip
        spread = np.nanstd(scaled, axis=0)
        most = int(np.nanargmax(spread))
        change = self.change[here]
        known = int((~np.isnan(change)).sum())
        best = int(np.nanargmax(change)) if known else -1
        greatest = float(change[best]) if known else np.nan
        half = float(ndtri(1 - 0.025 / known) * self.error[here[best]]) if known else np.nan
        return (
            g + 1, len(here), ", ".join(self.points.areas[a] for a in here), ", ".join(members[self.shared[g]]),
            ", ".join(low), str(members[most]), float(spread[most]),
            self.points.areas[here[best]] if known else "", greatest, greatest - half, greatest + half,
        )  # fmt: skip

    @property
    def findings(self) -> tuple[Finding, ...]:
        """For each compact what its areas share, where they differ most and who has improved most."""
        told = []
        for g, row in enumerate(self.groups.to_dict("records")):
            areas = [self.points.title(self.points.areas[a]) for a in np.flatnonzero(self.labels == g)]
            names = [self.points.title(self.points.members[m]) for m in np.flatnonzero(self.shared[g])]
            text = "Compact {compact} ({size:areas}: {areas:list12}) "
            text += "shares weak points on {names:list12}" if names else "shares no weak point of two in three areas"
            text += "; its areas differ most on {differ_on}"
            if row["improved"]:
                text += _improved(row["change"], row["change_low"])
            said = say(
                text + ".", compact=row["compact"], size=row["size"], areas=areas, names=names, spread=row["spread"],
                differ_on=self.points.title(row["differ_on"]), improved=self.points.title(row["improved"]),
                since=self.since, change=row["change"],
                change_low=row["change_low"], change_high=row["change_high"],
            )  # fmt: skip
            told.append(said.about("compact", str(row["compact"]), table="groups", compact=row["compact"]))
        none = say("No area has weak points enough for a compact.").about("none", table="groups")
        return tuple(told) or (none,)

    @property
    def notes(self) -> tuple[str, ...]:
        """Rule for a weak point, limits, areas without a compact, how good the division is."""
        low, high = self.sizes
        weak = tr(
            "A member is weak where an area is at least {limit} standard deviations below the average; compacts have "
            "{low} to {high} areas."
        )
        chosen = tr(
            "Chosen among {groups:,} groups; at most {gap:.1f} % from the best choice among them. Groups not "
            "considered could be better."
        )
        told = [*self.points.notes, weak.format(limit=WEAK, low=low, high=high)]
        told.append(chosen.format(groups=self.considered, gap=100 * self.gap))
        told += [tr("Limit: {limit}.").format(limit=limit) for limit in self.limits]
        if np.isfinite(self.error).any():
            change = tr(
                "Change is that of the mean of the members, its interval that of survey error, for all areas of a "
                "compact at once; errors of two periods are taken to be independent."
            )
            told.append(change)
        reasons: dict[str, list[str]] = {}
        for area, why in self.without.items():
            reasons.setdefault(why, []).append(self.points.title(area))
        without = tr("Without a compact, {why}: {names}.")
        told += [without.format(why=verdict(why), names=listing(names, 12)) for why, names in reasons.items()]
        return tuple(told)


def compacts(
    source: Index | Values | Points,
    sizes: tuple[int, int] = (4, 8),
    *,
    period: str | None = None,
    since: str | None = None,
    areas: Sequence[str] | None = None,
    members: Sequence[str] | None = None,
    adjacent: Sequence[tuple[str, str]] | None = None,
    within: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
    errors: Values | None = None,
    seed: int = 2021,
) -> Compacts:
    """Divide the areas that have weak points into groups with the same ones, each of ``sizes`` (least, most) areas.

    An area's shortfall on a member is how far it lies below the average, in standard deviations, and 0 above it.
    Groups are grown from every area by what adds least to the sum of squares of shortfalls within, and taken as runs
    of Ward's tree; of these an integer programme chooses those that hold each area once at the least total (plus, for
    each group, one area's typical share, so that small groups are not favoured). With ``adjacent``, pairs of areas
    that touch, groups hang together; with ``within``, a label for each area, they stay inside one label. Areas that
    cannot be placed under these limits are named with the reason. ``since`` is the earlier period that change is
    measured from, on one scale for both periods; ``errors`` ``(periods, areas, members)`` are standard errors of the
    index's figures in natural units (NaN where not known, 0 where there is none), for its interval. Raises
    ``MethodError`` for a range of sizes that makes no sense, fewer areas with weak points than the least size, or too
    many of them. Set partitioning: Balas & Padberg (1976), solved by HiGHS.

    >>> work = np.array([[-2.0, 1], [-2, 1], [1, -2], [1, -2], [2, 2], [2, 2]])
    >>> found = compacts(work, (2, 2), members=["jobs", "pay"])
    >>> found.labels.tolist(), found.groups["shared"].tolist()
    ([0, 0, 1, 1, -1, -1], ['jobs', 'pay'])
    """
    points = points_of(source, period, areas=areas, members=members, titles=titles)
    weak = np.nan_to_num(points.scaled) <= -WEAK
    taking = np.flatnonzero(weak.any(axis=1))
    _check(len(taking), sizes)
    place = np.round(np.nan_to_num(points.scaled), 9)
    taking = taking[np.lexsort(place[taking].T)]  # by figures: the order of areas changes nothing
    shortfall = np.maximum(-place[taking], 0.0)
    allowed = _allowed(points, taking, adjacent, within)
    groups = _considered(shortfall, sizes, allowed, adjacent is not None, seed)
    chosen, cost, gap = _chosen(groups, shortfall)
    labels = np.full(len(points.areas), -1, dtype=np.intp)
    labels[taking] = chosen
    order = {g: n for n, g in enumerate(dict.fromkeys(labels[labels >= 0].tolist()))}
    labels = np.array([order.get(int(g), -1) for g in labels], dtype=np.intp)
    without = {area: "no weak point" for a, area in enumerate(points.areas) if not weak[a].any()}
    reason = "no group of a size asked under these limits" if adjacent or within else "no group of a size asked"
    without |= {points.areas[a]: reason for a in np.sort(taking[chosen < 0])}
    limits = [tr("the areas of a compact hang together")] if adjacent is not None else []
    limits += [tr("the areas of a compact have the same label (region or nation)")] if within is not None else []
    change, error = _change(source, points, since, errors)
    return Compacts(
        points, sizes, labels, weak, change, error, since or "", cost, gap, len(groups), without, tuple(limits)
    )  # fmt: skip


def _check(taking: int, sizes: tuple[int, int]) -> None:
    low, high = sizes
    faults = []
    if not 2 <= low <= high:
        faults.append(Fault(f"sizes from {low} to {high}", remedy="give a range from 2 or more upwards"))
    if taking < low:
        faults.append(Fault(f"{areas_have(taking)} weak points", remedy=f"a compact needs at least {low}"))
    if taking > MOST:
        faults.append(
            Fault(f"{taking:,} areas have weak points", remedy=f"divide at most {MOST} at once: a region, a nation")
        )
    if faults:
        raise MethodError("compacts cannot be formed", faults=faults)


def _allowed(
    points: Points, taking: Labels, adjacent: Sequence[tuple[str, str]] | None, within: Mapping[str, str] | None
) -> Mask:
    """Which areas may stand next to each other in a group, ``(areas, areas)``."""
    names = [points.areas[a] for a in taking]
    where = {name: i for i, name in enumerate(names)}
    found = np.full((len(names), len(names)), adjacent is None)
    for one, other in adjacent or ():
        if one in where and other in where:
            found[where[one], where[other]] = found[where[other], where[one]] = True
    if within is not None:
        label = np.array([str(within.get(name, "")) for name in names])
        found &= (label[:, None] == label) & (label != "")
    np.fill_diagonal(found, False)
    return found


def _considered(shortfall: Values, sizes: tuple[int, int], allowed: Mask, touching: bool, seed: int) -> Mask:
    """Groups to choose from, ``(groups, areas)``, each allowed and of a size in the range, none twice."""
    low, high = sizes
    areas = len(shortfall)
    rng = np.random.default_rng(seed)
    apart = cdist(shortfall, shortfall, "sqeuclidean")
    noise = rng.exponential(1.0, (GROWN, 1, areas))
    noise[0] = 1.0
    start = np.broadcast_to(np.eye(areas, dtype=bool), (GROWN, areas, areas))
    inside = start.reshape(-1, areas).copy()
    factor = np.broadcast_to(noise, start.shape).reshape(-1, areas)
    found = []
    for size in range(2, high + 1):
        open_to = (inside @ allowed) & ~inside
        # what a joining area adds to the sum of squares within, up to a constant of the group
        added = np.where(open_to, ((inside @ apart) / (size - 1) + 1e-9) * factor, np.inf)
        best = added.argmin(axis=1)
        can = np.isfinite(added[np.arange(len(added)), best])
        inside, factor, best = inside[can], factor[can], best[can]
        inside[np.arange(len(inside)), best] = True
        if size >= low:
            found.append(inside.copy())
    if not touching:
        found += _runs(shortfall, sizes, allowed)
    several = np.concatenate(found) if found else np.zeros((0, areas), dtype=bool)
    packed = np.unique(np.packbits(several, axis=1), axis=0)  # the same order, eight areas to a number
    groups = np.unpackbits(packed, axis=1, count=areas).astype(bool)
    if not len(groups):
        raise MethodError(
            "no group of the sizes asked is possible under these limits", remedy="allow smaller groups or other limits"
        )
    return groups


def _runs(shortfall: Values, sizes: tuple[int, int], allowed: Mask) -> list[Mask]:
    """Runs of areas that follow each other in the leaves of Ward's tree, of each label by itself: they can always be
    put together to hold every area, where sizes allow it at all."""
    label = np.where(allowed.any(axis=1), (allowed | np.eye(len(allowed), dtype=bool)).argmax(axis=1), -1)
    found = []
    for name in np.unique(label[label >= 0]):
        own = np.flatnonzero(label == name)
        order = own[leaves_list(linkage(shortfall[own], "ward"))] if len(own) > 1 else own
        for size in range(sizes[0], min(sizes[1], len(own)) + 1):
            runs = np.lib.stride_tricks.sliding_window_view(order, size)
            group = np.zeros((len(runs), len(shortfall)), dtype=bool)
            group[np.arange(len(runs))[:, None], runs] = True
            found.append(group)
    return found


def _chosen(groups: Mask, shortfall: Values) -> tuple[Labels, float, float]:
    """The number of each area's group, −1 for none; the total cost; and the gap to the best choice."""
    size = groups.sum(axis=1)
    mean = groups @ shortfall / size[:, None]
    within = np.maximum(groups @ (shortfall**2).sum(axis=1) - size * (mean**2).sum(axis=1), 0.0)
    cost = within + np.median(within / (size - 1))
    areas = len(shortfall)
    penalty = 10 * (cost.max() + 1)
    both = csc_array(np.hstack([groups.T.astype(float), np.eye(areas)]))
    taken, gap = _partition(np.concatenate([cost, np.full(areas, penalty)]), both, len(groups))
    place = np.full(areas, -1, dtype=np.intp)
    for number, group in enumerate(taken):
        place[groups[group]] = number
    return place, float(cost[taken].sum()), gap


def _partition(cost: Values, holds: csc_array, groups: int) -> tuple[Labels, float]:
    """The cheapest columns of ``holds`` ``(areas, columns)`` that hold each area once, of which the first ``groups``
    are taken whole or not at all: their numbers, and the gap to the best choice.

    Allowing parts, the problem is solved at once; no choice with a column whose reduced cost is beyond some room can
    then cost less than that solution and the room, so such columns are left out until the best of the others is within
    it (reduced cost fixing: Dantzig, Fulkerson & Johnson 1954).
    """
    solve: Any = linprog  # which takes sparse matrices, and its stubs do not know
    parts = solve(cost, A_eq=holds, b_eq=np.ones(holds.shape[0]), method="highs-ds")
    reduced = cost - holds.T @ parts.eqlin.marginals
    room = ROOM * max(float(parts.fun), 1.0)
    while True:
        kept = np.flatnonzero(reduced <= room)
        solved = milp(
            cost[kept],
            constraints=LinearConstraint(holds[:, kept], 1, 1),
            integrality=(kept < groups).astype(float),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": CLOSE, "node_limit": NODES},
        )
        if (solved.x is not None and solved.fun <= parts.fun + room) or len(kept) == len(cost):
            break
        room *= 2
    if solved.x is None:
        raise MethodError(f"no division was found: {solved.message}", remedy="allow other sizes or fewer limits")
    taken = kept[solved.x > 0.5]
    return taken[taken < groups], float(solved.mip_gap or 0.0)


def _improved(change: float, low: float) -> str:
    """What is said of the area with the greatest change."""
    by = "({change:+.2f} standard deviations, 95 % interval {change_low:+bound} to {change_high:+bound})"
    if np.isnan(low):
        ahead = "improved most since {since}" if change > 0 else "fell least since {since}"
        return f"; {{improved}} has {ahead} ({{change:+.2f}} standard deviations, survey error not known)"
    if low > 0:
        return f"; {{improved}} has improved most since {{since}} by its figures, and clearly {by}"
    most = "greatest rise" if change > 0 else "least fall"
    return f"; the {most} since {{since}} is that of {{improved}}, not clearly above nothing {by}"


def _change(
    source: Index | Values | Points, points: Points, since: str | None, errors: Values | None
) -> tuple[Values, Values]:
    """Change of the mean of the members since an earlier period, in standard deviations over all periods together, and
    its standard error, both ``(areas,)``."""
    change = np.full((2, len(points.areas)), np.nan)
    if since is None:
        return change[0], change[1]
    if not isinstance(source, Index):
        raise MethodError("change needs periods", remedy="give an index instead of a table, or no `since`")
    ends = (points.period, since)
    now, then = (points_of(source, period, scale="all periods") for period in ends)
    shared = [m for m in points.members if m in now.members and m in then.members]
    one, other = now.only(shared), then.only(shared)
    members = [source.framework.indicators.index(m) for m in shared]
    unit = np.nanstd(one.scaled, axis=0) / np.nanstd(one.natural, axis=0)  # standard deviations for one natural unit
    place = {area: i for i, area in enumerate(source.areas)}
    before = {area: i for i, area in enumerate(other.areas)}
    after = {area: i for i, area in enumerate(one.areas)}
    for a, area in enumerate(points.areas):
        if area in before and area in after:
            step = one.scaled[after[area]] - other.scaled[before[area]]
            here = ~np.isnan(step)
            if not here.any():
                continue
            change[0, a] = step[here].mean()
            if errors is not None:
                both = [errors[source.periods.index(period), place[area]][members] * unit for period in ends]
                change[1, a] = np.sqrt((np.square(both)[:, here]).sum()) / here.sum()
    return change[0], change[1]
