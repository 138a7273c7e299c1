"""Statistical neighbours: the areas most like a given one, and what makes them so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.similarity import Labels, Points, points_of, standardised
from goodwork.analysis.wording import areas_of, listing
from goodwork.errors import Fault, MethodError
from goodwork.index.build import Index
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

Distance = Literal["euclidean", "mahalanobis"]

#: Cells of the table of areas by areas that are held at once.
CELLS = 4_000_000
#: Members that two areas must both have to be compared, as a share of all.
SHARED = 0.5


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest areas of every area, nearest first.

    ``place`` ``(areas, neighbours)`` are rows of ``points``, −1 where there is no further area to choose from;
    ``distance`` ``(areas, neighbours)`` in standard deviations; ``shares`` ``(areas, neighbours, members)`` add up to
    1: what part of the squared distance each member makes up (negative under Mahalanobis where a difference is just
    what the other members let one expect); NaN where two areas are the same. ``compared`` counts members both have.
    """

    points: Points
    kind: Distance
    weights: Values
    place: Labels
    distance: Values
    shares: Values
    compared: Labels
    limits: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per area and neighbour: rank, distance, members compared, the member nearest and farthest."""
        import pandas as pd

        row, rank = np.nonzero(self.place >= 0)
        names, members = np.array(self.points.areas), np.array(self.points.members)
        return pd.DataFrame(
            {
                "area": names[row],
                "rank": rank + 1,
                "neighbour": names[self.place[row, rank]],
                "distance": self.distance[row, rank],
                "members": self.compared[row, rank],
                "differs_most": members[np.nan_to_num(self.shares[row, rank], nan=-np.inf).argmax(axis=1)],
                "share": np.nan_to_num(self.shares[row, rank], nan=0.0).max(axis=1),
            }
        )

    def of(self, area: str) -> tuple[str, ...]:
        """The neighbours of an area, nearest first; raises ``NotFound``, with the reason if it was left out."""
        return tuple(self.points.areas[i] for i in self.place[self.points.position(area)] if i >= 0)

    def explained(self, area: str) -> pd.DataFrame:
        """The distance of an area to each of its neighbours by member: both figures, and the share of the squared
        distance; one row per neighbour and member."""
        import pandas as pd

        at = self.points.position(area)
        rows = [
            (self.points.areas[other], member, self.points.natural[at, j], self.points.natural[other, j],
             self.points.scaled[other, j] - self.points.scaled[at, j], self.shares[at, rank, j])
            for rank, other in enumerate(self.place[at]) if other >= 0
            for j, member in enumerate(self.points.members)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["neighbour", "member", "own", "its", "difference", "share"])

    def sentences(self, area: str) -> tuple[Finding, ...]:
        """Who is most like an area, on what they differ most, and how near that is for an area here."""
        at = self.points.position(area)
        name, others = self.points.title(area), [self.points.title(other) for other in self.of(area)]
        if not others:
            said = say("No area may be compared with {area} under these limits.", area=name)
            return (said.about("nearest", table="table", area=area),)
        nearest = self.distance[:, 0][self.place[:, 0] >= 0]
        beyond = float((nearest < self.distance[at, 0]).mean())
        lead = f"Most like {{area}} {'are' if len(others) > 1 else 'is'} {{areas:list12}}."
        told = [
            say(lead, area=name, areas=others, count=len(others)).about("most like", table="table", area=area),
            say(
                "The nearest, {neighbour}, is {distance:.2f} standard deviations away; {beyond:.0%} of areas have a "
                "nearer nearest neighbour.",
                neighbour=others[0], distance=self.distance[at, 0], beyond=beyond,
            ).about("nearest", table="table", area=area, rank=1),
        ]  # fmt: skip
        share = np.nan_to_num(self.shares[at, 0])
        if share.max() > 0:
            most = int(share.argmax())
            title = self.points.title(self.points.members[most])
            lead = "{area} and {neighbour} differ most on {member}, {share:.0%} of their squared distance."
            said = say(lead, area=name, neighbour=others[0], member=title, share=share[most])
            told.append(said.about("differ most", table="table", area=area, rank=1))
        return tuple(told)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How near neighbours are, and which areas have none near."""
        nearest = np.where(self.place[:, 0] >= 0, self.distance[:, 0], np.nan)
        if np.isnan(nearest).all():
            return (say("No two areas may be compared under these limits.").about("typical", table="table"),)
        middle = float(np.nanmedian(nearest))
        lonely = [a for a in np.argsort(-np.nan_to_num(nearest), kind="stable") if nearest[a] > 2 * middle]
        lead = "The nearest neighbour of an area is typically {median:.2f} standard deviations away (median)."
        names = [self.points.title(self.points.areas[a]) for a in lonely]
        has = "has" if len(names) == 1 else "have"
        alone = f"{{lonely:areas}} {has} no near neighbour (more than twice that): {{names:list12}}."
        if not names:
            alone = "No area is without a near neighbour (none more than twice that)."
        return (
            say(lead, median=middle).about("typical", table="table"),
            say(alone, lonely=len(names), names=names, median=middle).about("none near", table="table"),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """How many areas and members, the distance, the limits, who has fewer neighbours."""
        told = [*self.points.notes, tr("Distance: {kind}, over standardised members.").format(kind=self.kind)]
        if np.ptp(self.weights):
            pairs = zip(self.points.members, self.weights, strict=True)
            weights = ", ".join(f"{name} {weight:.2f}" for name, weight in pairs)
            told.append(tr("Weights: {weights}.").format(weights=weights))
        told += [tr("Limit: {limit}.").format(limit=limit) for limit in self.limits]
        short = [self.points.title(a) for a, row in zip(self.points.areas, self.place, strict=True) if (row < 0).any()]
        if short:
            told.append(
                tr("{areas} with fewer than {n} neighbours: {names}.").format(
                    areas=areas_of(len(short)), n=self.place.shape[1], names=listing(short, 12)
                )
            )
        return tuple(told)


def neighbours(
    source: Index | Values | Points,
    number: int = 5,
    *,
    period: str | None = None,
    areas: Sequence[str] | None = None,
    members: Sequence[str] | None = None,
    weights: Mapping[str, float] | None = None,
    distance: Distance = "euclidean",
    titles: Mapping[str, str] | None = None,
    same: Mapping[str, Mapping[str, str]] | None = None,
    exclude: Sequence[tuple[str, str]] = (),
    nested: Sequence[tuple[str, str]] = (),
) -> Neighbours:
    """The ``number`` nearest areas of every area by their standardised members.

    ``weights`` by member (1 for those not named) multiply squared differences. "mahalanobis" takes out what members
    have in common; it needs every member, so that areas with gaps are left out. ``same`` maps the name of a limit
    (``"nation"``) to each area's label: only areas of one label are neighbours, and areas without one have none.
    ``exclude`` are pairs that must not be neighbours (areas that touch), ``nested`` pairs of which one contains the
    other. Areas that both have at least half of the members are compared over those, scaled up to all of them. Areas
    are compared in blocks: never a table of areas by areas. Ties go to the area that stands first. Raises
    ``MethodError`` for too few areas, weights below 0 or all 0, or members that depend on each other.
    Handbook step 10; Mahalanobis (1936); CIPFA and ONS nearest-neighbour models.

    >>> found = neighbours(np.array([[1.0], [2.0], [4.0]]), 1, areas=["a", "b", "c"])
    >>> found.of("a"), found.of("c")
    (('b',), ('b',))
    """
    points = points_of(source, period, areas=areas, members=members, titles=titles, least=2)
    if distance == "mahalanobis" and not points.complete.all():
        points = _whole(points)
    weight = _weights(points, weights)
    if number < 1:
        raise MethodError(f"{number} neighbours are asked for", remedy="ask for one or more")
    number = min(number, max(len(points.areas) - 1, 1))
    root = _root(points, distance)
    spread = points.scaled @ root * np.sqrt(weight) if distance == "mahalanobis" else points.scaled * np.sqrt(weight)
    groups = _groups(points, same or {})
    pairs = _pairs(points, [*exclude, *nested])
    place = np.full((len(points.areas), number), -1, dtype=np.intp)
    known = (~np.isnan(spread)).astype(float)
    filled = np.nan_to_num(spread)
    size = max(1, CELLS // len(points.areas))
    for start in range(0, len(points.areas), size):
        rows = np.arange(start, min(start + size, len(points.areas)))
        squared = _squared(filled, known, weight, rows)
        squared[np.arange(len(rows)), rows] = np.inf
        squared[groups[rows, None] != groups[None, :]] = np.inf
        squared[groups[rows] < 0] = np.inf
        here = (pairs[0] >= start) & (pairs[0] <= rows[-1])
        squared[pairs[0][here] - start, pairs[1][here]] = np.inf
        place[rows] = _first(squared, number)
    shares, compared, far = _explained(points, place, root, weight, distance)
    limits = [tr("neighbours have the same {name}").format(name=name) for name in same or {}]
    limits += [tr("areas that touch, or other pairs given, are not neighbours")] if len(exclude) else []
    limits += [tr("areas within each other are not neighbours")] if len(nested) else []
    return Neighbours(points, distance, weight, place, far, shares, compared, tuple(limits))


def alike(figures: NDArray[np.floating], at: int, number: int = 5) -> tuple[NDArray[np.intp], Values]:
    """The ``number`` areas nearest to the one ``at`` a row of ``figures`` ``(areas, members)``, found for it alone, and
    how far they are: what can be asked where there are too many areas to compare all.

    Distances are those of :func:`neighbours`, all members counting the same; NaN is a gap. Fewer, or none, where the
    area shares too few members with others. Handbook step 10.

    >>> places, far = alike(np.array([[1.0], [2.0], [9.0]]), 0, 2)
    >>> places.tolist(), far.round(2).tolist()
    ([1, 2], [0.28, 2.25])
    """
    varies, scaled = standardised(np.asarray(figures, dtype=float))
    if not varies.any():
        return np.empty(0, dtype=np.intp), np.empty(0)
    scaled = scaled[:, varies]
    known = ~np.isnan(scaled)
    squared = _squared(np.nan_to_num(scaled), known.astype(float), np.ones(scaled.shape[1]), np.array([at]))
    squared[:, at] = np.inf
    found = _first(squared, min(number, max(len(scaled) - 1, 1)))[0]
    found = found[found >= 0]
    apart = np.where(known[found] & known[at], scaled[found] - scaled[at], np.nan)
    return found, np.sqrt(np.nanmean(apart**2, axis=1) * scaled.shape[1])


def overlap(found: Neighbours, others: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """How many areas of somebody else's lists of neighbours are among as many of ours, one row per area that both have:
    ``listed`` areas of theirs that are here (at most as many as were asked for), ``shared`` with ours, and what
    ``chance`` would share.

    >>> ours = neighbours(np.array([[0.0], [1.0], [3.0], [7.0]]), 2, areas=list("abcd"))
    >>> overlap(ours, {"a": ["b", "d", "elsewhere"]}).to_dict("records")
    [{'area': 'a', 'listed': 2, 'shared': 1, 'chance': 1.3333333333333333}]
    """
    import pandas as pd

    here = set(found.points.areas)
    rows = []
    for area in (area for area in others if area in here):
        theirs = [other for other in others[area] if other in here and other != area][: found.place.shape[1]]
        ours = found.of(area)[: len(theirs)]
        chance = len(theirs) * len(ours) / max(len(here) - 1, 1)
        rows.append((area, len(theirs), len(set(ours) & set(theirs)), chance))
    return pd.DataFrame(rows, columns=["area", "listed", "shared", "chance"])


def _squared(filled: Values, known: Values, weight: Values, rows: Labels) -> Values:
    """Squared distances of some areas to all, ``(rows, areas)``, over the members both have, scaled up to all."""
    if known.all():
        square = (filled**2).sum(axis=1)
        found = square[rows, None] - 2 * filled[rows] @ filled.T + square
        return np.asarray(np.maximum(found, 0.0))
    both = (known[rows] * weight) @ known.T
    found = (filled[rows] ** 2) @ known.T - 2 * filled[rows] @ filled.T + known[rows] @ (filled**2).T
    enough = (known[rows] @ known.T >= SHARED * known.shape[1] - 1e-12) & (both > 0)
    return np.where(enough, np.maximum(found, 0.0) * weight.sum() / np.where(both > 0, both, 1.0), np.inf)


def _first(squared: Values, number: int) -> Labels:
    """Places of the smallest of each row, equal ones in the order of areas; −1 where there are no more."""
    limit = np.partition(squared, number - 1, axis=1)[:, number - 1]
    row, column = np.nonzero(squared <= np.minimum(limit * (1 + 1e-12) + 1e-9, np.finfo(float).max)[:, None])
    rounded = np.round(squared[row, column], 10)
    order = np.lexsort((column, rounded, row))
    row, column = row[order], column[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    row, column, rank = row[rank < number], column[rank < number], rank[rank < number]
    place = np.full((len(squared), number), -1, dtype=np.intp)
    place[row, rank] = column
    return place


def _explained(
    points: Points, place: Labels, root: Values, weight: Values, distance: Distance
) -> tuple[Values, Labels, Values]:
    """Each member's part of every squared distance, ``(areas, neighbours, members)``; members compared, and distances,
    ``(areas, neighbours)``."""
    apart = points.scaled[np.maximum(place, 0)] - points.scaled[:, None]
    known = ~np.isnan(apart) & (place >= 0)[..., None]
    part = apart * (((apart @ root) * weight) @ root.T) if distance == "mahalanobis" else weight * apart**2
    part = np.where(known, part, 0.0)
    total = part.sum(axis=-1, keepdims=True)
    shares = np.divide(part, total, out=np.full(part.shape, np.nan), where=total > 1e-18)
    there = (known * weight).sum(axis=-1)
    scale = np.divide(weight.sum(), there, out=np.ones_like(there), where=there > 0)
    far = np.where(place >= 0, np.sqrt(np.maximum(total[..., 0], 0.0) * scale), np.nan)
    return shares, known.sum(axis=-1), far


def _root(points: Points, distance: Distance) -> Values:
    """A square root of the inverse correlation matrix of the members; the identity for plain distances."""
    members = len(points.members)
    if distance == "euclidean":
        return np.eye(members)
    if distance != "mahalanobis":
        raise MethodError(f"unknown distance {distance!r}", remedy="choose euclidean or mahalanobis")
    values, vectors = np.linalg.eigh(points.scaled.T @ points.scaled / len(points.areas))
    if len(points.areas) <= members or values[0] < 1e-10 * values[-1]:
        raise MethodError(
            "members depend on each other, so that Mahalanobis distances are not defined",
            remedy="leave one out, or use euclidean distances",
        )
    return np.asarray(vectors / np.sqrt(values) @ vectors.T)


def _whole(points: Points) -> Points:
    """The areas that have every member, standardised anew."""
    whole = points.complete
    gone = {area: "it lacks some members" for area, kept in zip(points.areas, whole, strict=True) if not kept}
    left = points_of(
        points.scaled[whole], areas=[a for a in points.areas if a not in gone], members=points.members, least=2
    )
    chosen = [points.members.index(member) for member in left.members]
    return replace(
        points,
        areas=left.areas,
        members=left.members,
        scaled=left.scaled,
        natural=points.natural[whole][:, chosen],
        score=points.score[whole],
        domains=tuple(points.domains[j] for j in chosen),
        left_out={**points.left_out, **gone, **left.left_out},
    )


def _weights(points: Points, given: Mapping[str, float] | None) -> Values:
    given = given or {}
    unknown = sorted(set(given) - set(points.members) - set(points.left_out))
    faults = [Fault(f"no member called {name!r}", remedy=f"members: {listing(points.members, 12)}") for name in unknown]
    weight = np.array([float(given.get(name, 1.0)) for name in points.members])
    if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.any()):
        faults.append(Fault("weights must be 0 or more, and one of them more", remedy="correct the weights"))
    if faults:
        raise MethodError("the weights of members cannot be used", faults=faults)
    return weight


def _groups(points: Points, same: Mapping[str, Mapping[str, str]]) -> Labels:
    """One number for each combination of labels, ``(areas,)``; −1 where a label is missing."""
    if not same:
        return np.zeros(len(points.areas), dtype=np.intp)
    labels = np.array([[str(limit.get(area, "")) for limit in same.values()] for area in points.areas])
    number = np.unique(labels, axis=0, return_inverse=True)[1].ravel()
    return np.where((labels == "").any(axis=1), -1, number)


def _pairs(points: Points, pairs: Sequence[tuple[str, str]]) -> NDArray[np.intp]:
    """Rows of both areas of each pair, both ways, ``(2, pairs)``; pairs with areas not here are left aside."""
    where = {area: i for i, area in enumerate(points.areas)}
    known = [(where[one], where[other]) for one, other in pairs if one in where and other in where]
    found = np.array([*known, *((b, a) for a, b in known)], dtype=np.intp).reshape(-1, 2).T
    return found[:, np.argsort(found[0], kind="stable")]
