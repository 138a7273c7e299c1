"""Communities: areas with the same profile of work, wherever they lie, and how sure it is who belongs where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from string import ascii_uppercase
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.agreement import silhouette
from goodwork.analysis.archetypes import archetype_names, published_names
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.partitions import centroids
from goodwork.analysis.portraits import portrait
from goodwork.analysis.similarity import Labels, Mask, Points, points_of
from goodwork.analysis.stability import Doubt, compared, settled, shares, side_by_side, steadiest
from goodwork.analysis.wording import areas_have, areas_of, listing, verb
from goodwork.errors import Fault, MethodError
from goodwork.index.build import Index
from goodwork.language import tr
from goodwork.model.panel import Values
from goodwork.model.questions import Archetype

if TYPE_CHECKING:
    import pandas as pd

#: An area that is with its community in a smaller share of the draws stands on a border.
SURE = 0.8
#: Communities at most; figures looked at together when areas with gaps are placed.
MOST, CELLS = 100, 1 << 22


@dataclass(frozen=True, eq=False)
class Clusters:
    """Communities A, B, C … from the lowest mean score to the highest.

    ``labels`` ``(areas,)`` counts from 0 for A; ``shares`` ``(areas, communities)`` is the share of draws in which an
    area was with each; ``fitted`` tells areas that have every member from those placed afterwards, at the nearest
    centroid. ``published`` is what others have called a group with such a centroid, empty where no rule fits.
    ``centroids`` (standardised) and ``natural`` are ``(communities, members)``. ``variation`` and ``rand`` say how far
    the draws differ from these communities. ``numbers`` compares numbers of communities: how far draws differ
    (``variation`` as a share of the most there can be, ``rand``), mean ``stability`` and ``silhouette``, ``gap`` with
    its error, ``bic``, and in what share of the ``resolutions`` scanned the graph has so many communities of itself.
    """

    points: Points
    method: str
    labels: Labels
    shares: Values
    fitted: Mask
    centroids: Values
    archetypes: tuple[str, ...]
    published: tuple[str, ...]
    variation: float
    rand: float
    silhouettes: Values
    numbers: pd.DataFrame
    draws: int
    redrawn: str

    @property
    def names(self) -> tuple[str, ...]:
        """A, B, C …"""
        return letters(len(self.centroids))

    @property
    def stability(self) -> Values:
        """Share of draws in which an area was with its community, ``(areas,)``."""
        return self.shares[np.arange(len(self.labels)), self.labels]

    @cached_property
    def second(self) -> Labels:
        """The community an area was with most often otherwise, ``(areas,)``."""
        others = self.shares.copy()
        others[np.arange(len(self.labels)), self.labels] = -1
        return np.asarray(others.argmax(axis=1), dtype=np.intp)

    @property
    def borderline(self) -> Mask:
        """Areas that are not surely in their community, ``(areas,)``."""
        return self.stability < SURE

    @property
    def natural(self) -> Values:
        """Mean of the fitted areas of each community in natural units, ``(communities, members)``."""
        figures = self.points.natural
        return np.array([figures[self.fitted & (self.labels == g)].mean(axis=0) for g in range(len(self.names))])

    def of(self, area: str) -> str:
        """The letter of an area's community; raises ``NotFound``, with the reason if the area was left out."""
        return self.names[int(self.labels[self.points.position(area)])]

    @property
    def table(self) -> pd.DataFrame:
        """One row per area: community, archetype, stability, second community and its share, borderline, fitted."""
        import pandas as pd

        rows = np.arange(len(self.labels))
        names = np.array(self.names)
        return pd.DataFrame(
            {
                "area": self.points.areas,
                "community": names[self.labels],
                "archetype": np.array(self.archetypes)[self.labels],
                "score": self.points.score,
                "stability": self.stability,
                "second": names[self.second],
                "second_share": self.shares[rows, self.second],
                "borderline": self.borderline,
                "silhouette": self.silhouettes,
                "fitted": self.fitted,
            }
        )

    @property
    def communities(self) -> pd.DataFrame:
        """One row per community and member: standardised and natural centroid, size, archetype, mean score."""
        import pandas as pd

        rows = [
            (name, self.archetypes[g], self.published[g], int((self.labels == g).sum()),
             float(self.points.score[self.labels == g].mean()), member, self.centroids[g, j], self.natural[g, j])
            for g, name in enumerate(self.names)
            for j, member in enumerate(self.points.members)
        ]  # fmt: skip
        columns = ["community", "archetype", "published", "areas", "score", "member", "standardised", "natural"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """A description of each community, and how sure the division is."""
        sizes = np.bincount(self.labels, minlength=len(self.names))
        told = [
            portrait(self.points, self.centroids, self.natural, g, pair, int(sizes[g])).about(
                "community", pair[0], table="communities", community=pair[0]
            )
            for g, pair in enumerate(zip(self.names, self.archetypes, strict=True))
        ]
        kin = [f"{n} “{p}”" for n, p in zip(self.names, self.published, strict=True) if p]
        own = [n for n, p in zip(self.names, self.published, strict=True) if not p]
        if kin:
            fit = [n for n in self.names if n not in own]
            kind = "fits a profile that has" if len(fit) == 1 else "fit profiles that have"
            lead = f"{{fit:list12}} {kind} been published ({{names:list12}})"
            lead += "; nothing published fits {others}." if own else "."
            told.append(
                say(lead, fit=fit, names=kin, others=listing(own, 12, "or")).about("published", table="communities")
            )
        edge = np.flatnonzero(self.borderline)
        edge = edge[np.argsort(self.stability[edge], kind="stable")]
        if len(edge):
            titles = [self.points.title(area) for area in self.points.areas]
            which = [
                say(
                    "{name} ({community} or {second})", name=titles[a], area=self.points.areas[a],
                    community=self.names[self.labels[a]], second=self.names[self.second[a]],
                )
                for a in edge
            ]  # fmt: skip
            lead = "{count} of {total:areas} " + verb(len(edge), "is with its", "are with their")
            lead += " community in fewer than {sure:.0%} of the draws: "
            said = say(lead + "{names:list12}.", count=len(edge), total=len(self.labels), sure=SURE, names=which)
            told.append(said.about("borderline", table="table", borderline=True))
        else:
            said = say("Every area is with its community in at least {sure:.0%} of the draws.", sure=SURE)
            told.append(said.about("borderline", table="table"))
        return tuple(told)

    @property
    def notes(self) -> tuple[str, ...]:
        """How many areas, what was left out, what was drawn, how much hangs on it."""
        placed = [
            self.points.title(area) for area, whole in zip(self.points.areas, self.fitted, strict=True) if not whole
        ]
        told = list(self.points.extent)
        if placed:
            told.append(
                tr(
                    "{areas} without some members: placed at the nearest centroid over those they have, after "
                    "the communities were found: {names}."
                ).format(areas=areas_of(len(placed)), names=listing(placed, 12))
            )
        told.append(
            tr(
                "Method {method}; {draws:,} draws of {redrawn}; on average a draw differs by {variation:.0f} "
                "% of the greatest possible variation of information (adjusted Rand index {rand:.2f}); mean "
                "silhouette {silhouette:.2f}."
            ).format(
                method=self.method,
                draws=self.draws,
                redrawn=self.redrawn,
                variation=100 * self.variation,
                rand=self.rand,
                silhouette=np.nanmean(self.silhouettes),
            )
        )
        told.append(
            tr("Communities are a description of a continuum: a border is drawn where areas are few, not absent.")
        )
        return tuple(told)


def communities(
    source: Index | Values | Points,
    k: int | None = None,
    *,
    period: str | None = None,
    areas: Sequence[str] | None = None,
    members: Sequence[str] | None = None,
    method: str = "graph",
    numbers: Sequence[int] = range(2, 9),
    draws: int = 1000,
    redrawn: Values | None = None,
    archetypes: Sequence[Archetype] = (),
    titles: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    seed: int = 2021,
    executor: Executor | None = None,
) -> Clusters:
    """Divide areas into ``k`` communities by their standardised members, without any reference to location.

    ``source`` is an index (its ``period``, the last by default) or a matrix ``(areas, members)`` with NaN for gaps; see
    :func:`~goodwork.analysis.similarity.points_of`. Without ``k`` that of ``numbers`` is taken whose division varies
    least between draws. ``method`` is a name in ``PARTITION``. The division given is, of several runs, the one nearest
    to all others and to ``draws`` divisions of areas drawn anew with replacement, by variation of information; or, with
    ``redrawn`` ``(draws, areas, members)``, divisions of figures drawn from their sampling error, high is good, for the
    areas and members of the points. ``units`` is how sentences write figures of members.
    Quality is measured on the scaled data that were fitted. Equal seeds give equal
    results, whatever the executor. Raises ``MethodError`` for too few areas, no member that varies, or more communities
    than areas that differ. Handbook step 4; Meilă (2007); Hennig (2007).

    >>> two = np.concatenate([np.arange(8.0), 100 + np.arange(8.0)])[:, None] * np.ones(2)
    >>> found = communities(two, 2, draws=50, numbers=())
    >>> "".join(found.names[label] for label in found.labels), found.stability.min().item()
    ('AAAAAAAABBBBBBBB', 1.0)
    """
    points = points_of(source, period, areas=areas, members=members, titles=titles, least=8)
    points = replace(points, units=units or points.units)
    fitted = points.complete
    most = _check(points, k, draws, redrawn)
    whole = np.flatnonzero(fitted)
    # by figures, rounded: the order of areas and the unit of a member change nothing, not even the last digit
    whole = whole[np.lexsort(np.round(points.scaled[whole], 9).T)]
    space = np.round(points.scaled[whole], 9)
    doubt = Doubt(draws, seed, None if redrawn is None else redrawn[:, whole])
    rows = compared(space, [n for n in numbers if n <= most], method, doubt)
    if k is None:
        if not rows:
            raise MethodError("no number of communities to choose from", remedy="give k, or numbers to compare")
        k = steadiest(rows)
    division = settled(space, k, method, doubt, executor=executor)
    order = np.argsort([points.score[whole][division.labels == g].mean() for g in range(k)], kind="stable")
    rank = np.argsort(order)
    found, others = rank[division.labels], np.append(rank, -1).astype(division.others.dtype)[division.others]
    labels, share = np.full(len(fitted), -1, dtype=np.intp), np.full((len(fitted), k), np.nan)
    labels[whole], share[whole] = found, shares(others, k)
    centre = centroids(space[None], found[None, None], k)[0, 0]
    if not fitted.all():
        gappy = points.scaled[~fitted]
        labels[~fitted] = nearest_centroid(gappy, centre[None])[0]
        step = max(1, CELLS // (k * len(space)))
        placed = [
            nearest_centroid(gappy, centroids(space[None], others[None, at : at + step], k)[0])
            for at in range(0, len(others), step)
        ]
        share[~fitted] = shares(np.concatenate(placed), k)
    silhouettes = np.full(len(fitted), np.nan)
    silhouettes[whole] = silhouette(space, found)
    return Clusters(
        points, method, labels, share, fitted, centre, archetype_names(points, centre, archetypes),
        published_names(points, centre, archetypes), division.variation, division.rand, silhouettes,
        side_by_side(rows, k), len(others),
        tr("areas, with replacement") if redrawn is None else tr("figures, from their sampling error"),
    )  # fmt: skip


def letters(k: int) -> tuple[str, ...]:
    """A, B, … Z, A1, B1, …"""
    return tuple(ascii_uppercase[g % 26] + (str(g // 26) if g >= 26 else "") for g in range(k))


def _check(points: Points, k: int | None, draws: int, redrawn: Values | None) -> int:
    """The most communities that can be told apart."""
    space = np.round(points.scaled[points.complete], 9)
    differ = len(np.unique(space, axis=0))
    faults = []
    if len(space) < 8:
        faults.append(Fault(f"{areas_have(len(space))} every member", remedy="at least 8 are needed"))
    if k is not None and k < 2:
        faults.append(Fault(f"{k} communities are asked for", remedy="ask for two or more"))
    most = min(differ, len(space) // 2, MOST)
    if k is not None and k > most:
        what = f"{k} communities are asked for; {len(space)} areas have every member, {differ} of them differ"
        faults.append(Fault(what, remedy=f"ask for at most {most}"))
    if (draws if redrawn is None else len(redrawn)) < 10:
        faults.append(Fault(f"{draws if redrawn is None else len(redrawn)} draws", remedy="at least 10 are needed"))
    if redrawn is not None and redrawn.shape[1:] != points.scaled.shape:
        what = f"figures drawn are of shape {redrawn.shape[1:]}, the points of {points.scaled.shape}"
        faults.append(Fault(what, remedy="draw figures for the areas and members of the points"))
    if faults:
        raise MethodError("communities cannot be found", faults=faults, areas=len(points.areas))
    return most


def nearest_centroid(scaled: Values, centres: Values) -> Labels:
    """Nearest centroid of areas ``(areas, members)`` over the members they have, ``(draws, areas)``, of those of each
    draw, ``(draws, communities, members)``."""
    known = ~np.isnan(scaled)
    place = np.where(known, scaled, 0.0)
    with np.errstate(invalid="ignore"):
        apart = (((place[:, None] - centres[:, None]) ** 2) * known[:, None]).sum(axis=-1)
    return np.asarray(np.where(np.isnan(apart), np.inf, apart).argmin(axis=-1), dtype=np.intp)
