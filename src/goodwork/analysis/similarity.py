"""Areas as points: each at its standardised members, so that areas alike stand near each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import areas_have, areas_of, listing
from goodwork.errors import Fault, MethodError, NotFound
from goodwork.index.build import Index
from goodwork.index.screening import reasons
from goodwork.language import tr, trn
from goodwork.model.area import nearest
from goodwork.model.framework import INDEX
from goodwork.model.panel import Values

Mask = NDArray[np.bool_]
Labels = NDArray[np.intp]
Scale = Literal["period", "all periods"]

#: A standard deviation below this share of the figures' size is rounding, not spread.
FLAT = 1e-12


@dataclass(frozen=True, eq=False)
class Points:
    """Areas in the space of their members.

    ``scaled`` ``(areas, members)`` has mean 0 and population standard deviation 1 over the areas, high is good, NaN
    is a gap; ``natural`` holds the same figures in natural units; ``score`` ``(areas,)`` orders groups. ``domains``
    names each member's domain, ``titles`` what readers call members, domains and areas, ``units`` how a sentence writes
    a member's figure ("{:,.1f} %"). ``left_out`` says why areas or members are not there.
    """

    areas: tuple[str, ...]
    members: tuple[str, ...]
    scaled: Values
    natural: Values
    score: Values
    period: str = ""
    domains: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> Mask:
        """Which areas have every member, ``(areas,)``."""
        return np.asarray(~np.isnan(self.scaled).any(axis=1))

    def title(self, name: str) -> str:
        """What readers call a member, a domain or an area."""
        return self.titles.get(name, name)

    def place(self, member: str, name: str) -> str:
        """The place for a member's figure in the template of a sentence.

        >>> points_of(np.array([[1.0], [2.0], [3.0]]), members=["pay"]).place("pay", "mean")
        '{mean:number}'
        """
        return self.units.get(member, "{:number}").replace("{", f"{{{name}", 1)

    def only(self, members: Sequence[str]) -> Points:
        """The same areas at some members; areas that have none of them are left out. Raises ``NotFound``."""
        for name in members:
            if name not in self.members:
                raise NotFound("member", name, nearest(name, self.members), remedy=self.left_out.get(name))
        chosen = [self.members.index(name) for name in members]
        there = np.asarray(~np.isnan(self.scaled[:, chosen]).all(axis=1))
        gone = {area: "no figures" for area, here in zip(self.areas, there, strict=True) if not here}
        return replace(
            self,
            areas=tuple(area for area in self.areas if area not in gone),
            members=tuple(members),
            scaled=self.scaled[there][:, chosen],
            natural=self.natural[there][:, chosen],
            score=self.score[there],
            domains=tuple(self.domains[j] for j in chosen),
            left_out={**self.left_out, **gone},
        )

    def position(self, area: str) -> int:
        """The row of an area; raises ``NotFound``, with the reason where the area was left out."""
        if area in self.areas:
            return self.areas.index(area)
        reason = self.left_out.get(area)
        raise NotFound("area", area, [] if reason else nearest(area, self.areas), remedy=reason)

    @property
    def extent(self) -> tuple[str, ...]:
        """How many areas and members there are, and what was left out, with the reason."""
        extent = tr("{areas}, {n} members, {period}.") if self.period else tr("{areas}, {n} members.")
        told = [extent.format(areas=areas_of(len(self.areas)), n=len(self.members), period=self.period)]
        return (
            *told,
            *(
                tr("Left out: {name} ({reason}).").format(name=self.title(name), reason=verdict(why))
                for name, why in self.left_out.items()
            ),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """The extent, and which areas are compared on some members only."""
        gappy = [self.title(area) for area, whole in zip(self.areas, self.complete, strict=True) if not whole]
        if not gappy:
            return self.extent
        told = trn(
            "{areas} lacks some members and is compared on the others: {names}.",
            "{areas} lack some members and are compared on the others: {names}.",
            len(gappy),
        )
        return (*self.extent, told.format(areas=areas_of(len(gappy)), names=listing(gappy, 12)))


def points_of(
    source: Index | Values | Points,
    period: str | None = None,
    *,
    areas: Sequence[str] | None = None,
    members: Sequence[str] | None = None,
    scale: Scale = "period",
    titles: Mapping[str, str] | None = None,
    least: int = 3,
) -> Points:
    """The scored areas of an index in one period (the last by default), or the rows of a matrix, as points.

    A matrix is ``(areas, members)`` in natural units, high is good, NaN is a gap; ``areas`` and ``members`` name its
    rows and columns. ``titles`` are what sentences call areas, members and domains. Figures of an index are those
    after treatment and imputation, turned so that high is good. They are standardised here over the areas taken,
    whatever the method's normalisation, so that distances have one meaning; under scale "all periods" over all
    periods together, so that periods can be compared. Areas that are not scored and members that are missing
    everywhere or do not vary are left out, by name. Raises ``MethodError`` for fewer than ``least`` areas or no
    member left, ``NotFound`` for a period that is not there. Handbook steps 4 and 5.

    >>> found = points_of(np.array([[1.0, 7.0], [2.0, 7.0], [3.0, 7.0]]), members=["pay", "flat"])
    >>> found.scaled.round(2).T.tolist(), found.left_out
    ([[-1.22, 0.0, 1.22]], {'flat': 'it is the same everywhere'})
    """
    if isinstance(source, Points):
        return source
    if isinstance(source, Index):
        found = _of_index(source, period, scale)
    else:
        found = _of_matrix(np.asarray(source, dtype=float), areas, members)
    oriented, basis, natural, score, areas, members, left_out, domains, named, period = found
    refuse_infinite(figures=basis)
    keep, scaled = standardised(oriented, basis)
    empty = np.asarray(np.isnan(oriented).all(axis=0))
    left_out |= {
        name: "no figures" if none else "it is the same everywhere"
        for name, none, kept in zip(members, empty, keep, strict=True)
        if not kept
    }
    faults = []
    if len(areas) < least:
        faults.append(Fault(f"{areas_have(len(areas))} figures", remedy=f"at least {least} are needed"))
    if not keep.any():
        faults.append(Fault("no member varies over the areas", remedy="choose members that differ between areas"))
    if faults:
        raise MethodError("areas cannot be compared", faults=faults)
    there = np.asarray(~np.isnan(scaled[:, keep]).all(axis=1))
    left_out |= {area: "no figures" for area, here in zip(areas, there, strict=True) if not here}
    chosen = np.ix_(there, keep)
    return Points(
        areas=tuple(a for a, here in zip(areas, there, strict=True) if here),
        members=tuple(m for m, kept in zip(members, keep, strict=True) if kept),
        scaled=scaled[chosen],
        natural=natural[chosen],
        score=(np.nanmean(scaled[chosen], axis=1) if score is None else score[there]),
        period=period,
        domains=tuple(d for d, kept in zip(domains, keep, strict=True) if kept),
        titles={**named, **(titles or {})},
        left_out=left_out,
    )


_Found = tuple[
    Values, Values, Values, Values | None, tuple[str, ...], tuple[str, ...],
    dict[str, str], tuple[str, ...], dict[str, str], str,
]  # fmt: skip


def _of_index(index: Index, period: str | None, scale: Scale) -> _Found:
    if period is None:
        period = index.periods[-1]
    if period not in index.periods:
        raise NotFound("period", period, nearest(period, index.periods) or list(index.periods[-5:]))
    at, framework = index.periods.index(period), index.framework
    scored = index.screened.included[at]
    oriented = index.stages["oriented"]
    everything = np.where(index.screened.included[..., None], oriented, np.nan)
    basis = everything.reshape(-1, oriented.shape[-1]) if scale == "all periods" else oriented[at, scored]
    domains = [framework.node_title(node) for node in framework.children(INDEX)]
    left_out = {
        index.areas[a]: reasons(index.screened, (at, a), domains, index.method.screening)
        for a in np.flatnonzero(~scored)
    }
    tops = tuple(framework.top_domain(member) for member in framework.indicators)
    return (
        oriented[at, scored], basis, index.stages["values"][at, scored], index.displayed[at, scored, 0],
        tuple(np.array(index.areas)[scored].tolist()), framework.indicators, left_out, tops,
        {node: framework.node_title(node) for node in framework.nodes}, period,
    )  # fmt: skip


def _of_matrix(values: Values, areas: Sequence[str] | None, members: Sequence[str] | None) -> _Found:
    if values.ndim != 2:
        raise MethodError(f"figures of shape {values.shape}", remedy="give a table (areas, members)")
    rows = tuple(areas or (f"area {i}" for i in range(values.shape[0])))
    columns = tuple(members or (f"member {j}" for j in range(values.shape[1])))
    if (len(rows), len(columns)) != values.shape:
        raise MethodError(
            f"{len(rows)} areas and {len(columns)} members are named for figures of shape {values.shape}",
            remedy="give one name for each row and column",
        )
    return values, values, values, None, rows, columns, {}, columns, {}, ""


def standardised(values: Values, basis: Values | None = None) -> tuple[Mask, Values]:
    """Which members vary, ``(members,)``, and z-scores ``(..., areas, members)`` by the mean and population standard
    deviation of ``basis`` ``(..., areas, members)`` (by default the values themselves). Gaps stay gaps; members that do
    not vary are 0 where they have figures.

    >>> standardised(np.array([[1.0, 4.0], [3.0, 4.0]]))
    (array([ True, False]), array([[-1.,  0.],
           [ 1.,  0.]]))
    """
    basis = values if basis is None else basis
    known = ~np.isnan(basis)
    count = np.maximum(known.sum(axis=-2, keepdims=True), 1)
    filled = np.where(known, basis, 0.0)
    mean = filled.sum(axis=-2, keepdims=True) / count
    spread = np.sqrt((np.where(known, basis - mean, 0.0) ** 2).sum(axis=-2, keepdims=True) / count)
    varies = spread > FLAT * np.maximum(np.abs(filled).max(axis=-2, keepdims=True, initial=0.0), 1e-300)
    scaled = np.where(varies, (values - mean) / np.where(varies, spread, 1.0), values * 0.0)
    return varies[..., 0, :], scaled
