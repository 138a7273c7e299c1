"""Who a shock hit twice: two measures of it put together, and how they go with the score before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from goodwork.analysis.association import CAVEAT, LEVEL, Association, adjusted, pearson, spearman
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.means import Means, means
from goodwork.analysis.wording import areas_have, areas_of, listing, verb
from goodwork.errors import MethodError
from goodwork.index.ranking import rank
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: What a quarter of the picture is called, by whether an area lies above the mean of the first measure and the second.
DOUBLE, FIRST, SECOND, NEITHER = "double blow", "first only", "second only", "neither"
#: Fewer areas with both measures say nothing.
FEWEST = 4
#: What the two measures together are counted in.
STEP = "standard deviations"


@dataclass(frozen=True, eq=False)
class Shock:
    """Two measures of a shock, more being worse, ``(areas, 2)`` in natural ``units``, their ``mean`` and ``sd``
    ``(2,)``; ``combined`` ``(areas,)`` is the average of the two in standard deviations, ``place`` its rank (1 = hit
    hardest).

    ``quadrant`` ``(areas,)``: above both means is a double blow; empty where a figure is missing. ``pooled``, ``ranks``
    and ``q`` (Benjamini–Hochberg) set ``combined`` against each of the ``scores``; ``together`` is the association of
    the two measures; ``communities`` are means of ``combined`` by group, ``groups`` the labels.
    """

    measures: tuple[str, str]
    areas: tuple[str, ...]
    values: Values
    mean: Values
    sd: Values
    combined: Values
    place: Values
    quadrant: NDArray[np.str_]
    together: Association
    scores: tuple[str, ...]
    pooled: tuple[Association, ...]
    ranks: tuple[Association, ...]
    q: Values
    groups: NDArray[np.str_] | None
    communities: Means | None
    level: float
    notes: tuple[str, ...]
    units: tuple[str, str] = ("", "")

    @property
    def table(self) -> pd.DataFrame:
        """One row per area with both figures, hit hardest first."""
        import pandas as pd

        one, other = self.measures
        table = pd.DataFrame({"area": self.areas, one: self.values[:, 0], other: self.values[:, 1]})
        table = table.assign(combined=self.combined, place=self.place, quadrant=self.quadrant)
        if self.groups is not None:
            table["group"] = self.groups
        table = table[self.quadrant != ""].sort_values("combined", ascending=False, kind="stable")
        return table.astype({"place": int}).reset_index(drop=True)

    @property
    def associations(self) -> pd.DataFrame:
        """One row per score: how it goes with the two measures together."""
        import pandas as pd

        rows = [
            {"score": s, "n": a.n, "r": a.r, "low": a.low, "high": a.high, "p": a.p, "q": q, "rho": b.r,
             "rho_low": b.low, "rho_high": b.high}
            for s, a, b, q in zip(self.scores, self.pooled, self.ranks, self.q, strict=True)
        ]  # fmt: skip
        return pd.DataFrame(rows)

    @property
    def measured(self) -> pd.DataFrame:
        """One row per measure: its mean and standard deviation, and how it goes with the other."""
        import pandas as pd

        both = self.together
        table = pd.DataFrame({"measure": self.measures, "mean": self.mean, "sd": self.sd})
        return table.assign(n=both.n, r=both.r, low=both.low, high=both.high, p=both.p)

    @property
    def counts(self) -> pd.DataFrame:
        """How many areas of each group (or of all) lie in each quadrant."""
        import pandas as pd

        here = self.quadrant != ""
        labels = np.full(len(self.areas), "all") if self.groups is None else self.groups
        kinds = pd.Categorical(self.quadrant[here], [DOUBLE, FIRST, SECOND, NEITHER])
        return pd.crosstab(labels[here], kinds, dropna=False).rename_axis(index="group", columns=None).reset_index()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How many were hit twice and hardest, and how the blow goes with the scores and communities."""
        one, other = self.measures
        here = self.quadrant != ""
        double = int((self.quadrant == DOUBLE).sum())
        order = np.argsort(np.where(here, self.place, np.inf), kind="stable")
        hardest = [self.areas[i] for i in order[:5]]
        facts = {"one": one, "other": other, "mean_one": self.mean[0], "mean_other": self.mean[1]}
        facts |= {"unit_one": self.units[0], "unit_other": self.units[1]}
        found = [
            say(
                f"{'{count}' if double else 'None'} of {{total:areas}} {verb(double, 'lies', 'lie')} above the mean in "
                "both {one} ({mean_one:number}{unit_one}) and {other} ({mean_other:number}{unit_other}): a double "
                "blow.",
                count=double, total=int(here.sum()), **facts,
            ).about("double blow", table="table", quadrant=DOUBLE),
            say("Highest on {one} and {other} together: {areas:list}.", one=one, other=other, areas=hardest).about(
                "hardest", table="table", area=hardest
            ),
            self.together.sentence(one, other).about("together", table="measured", measure=one),
        ]  # fmt: skip
        blow = tr("{one} and {other} together").format(one=one, other=other)
        for score, pooled, q in zip(self.scores, self.pooled, self.q, strict=True):
            said = pooled.sentence(score, blow) if q <= self.level else pooled.unclear(score, blow)
            found.append(said.about("score", score, table="associations", score=score))
        groups = () if self.communities is None else self.communities.findings
        return tuple(found) + tuple(said.about("communities", table="communities") for said in groups)

    def of(self, area: str) -> Finding:
        """One area's sentence: both figures, the means, and where it stands."""
        at = self.areas.index(area)
        if self.quadrant[at] == "":
            one, other = self.measures
            said = say("{area} has no figure for {one} or {other}.", area=area, one=one, other=other)
            return said.about("area", table="table", area=area)
        words = {
            DOUBLE: "above the mean in both, a double blow",
            FIRST: f"above the mean in {self.measures[0]} only",
            SECOND: f"above the mean in {self.measures[1]} only",
            NEITHER: "above the mean in neither",
        }[str(self.quadrant[at])]
        facts = [
            say(
                "{name} {value:,.1f}{unit} (mean {mean:,.1f}{unit})",
                name=name,
                value=self.values[at, i],
                mean=self.mean[i],
                unit=self.units[i],
            )
            for i, name in enumerate(self.measures)
        ]
        said = say(
            "{area} is {words}: {facts:list}; place {place:.0f} of {total}, the first being the highest.", area=area,
            words=words, facts=facts, place=self.place[at], total=int((self.quadrant != "").sum()),
        )  # fmt: skip
        return said.about("area", table="table", area=area)


def shock(
    values: Values,
    areas: Sequence[str],
    *,
    measures: tuple[str, str],
    scores: Values | None = None,
    names: Sequence[str] = (),
    groups: ArrayLike | None = None,
    level: float = LEVEL,
    units: tuple[str, str] = ("", ""),
) -> Shock:
    """Put two measures of a shock together, divide areas by the two means, and set the whole against scores before.

    ``values`` ``(areas, 2)`` in natural units, more being worse; a zero is a figure, NaN a gap, and areas without both
    are left out. Each measure is standardised over the areas that have both (population SD) and the two are averaged.
    ``scores`` ``(areas, k)`` with ``names``, the better end high; ``groups`` labels ``(areas,)`` (communities);
    ``units`` are written after a figure of each measure (`` %``). Raises
    ``MethodError`` for fewer than four areas, a measure that does not vary, or arrays that do not match. Handbook step
    9; the double blow is that of the Good Work Monitor (2021).

    >>> found = shock(np.array([[30.0, 5], [20, 1], [30, 1], [20, 5]]), list("abcd"), measures=("furlough", "claims"))
    >>> found.quadrant.tolist(), found.combined.tolist()
    (['double blow', 'neither', 'first only', 'second only'], [1.0, -1.0, 0.0, 0.0])
    """
    values = np.asarray(values, dtype=float)
    given = np.zeros((len(areas), 0)) if scores is None else np.asarray(scores, dtype=float)
    if values.shape != (len(areas), 2) or given.shape != (len(areas), len(names)):
        raise MethodError(
            f"measures {values.shape} and scores {given.shape} for {len(areas)} areas and {len(names)} names",
            remedy="give two measures for each area and a name for each score",
        )
    refuse_infinite(measures=values, scores=given)
    here = ~np.isnan(values).any(axis=1)
    if here.sum() < FEWEST:
        raise MethodError(
            f"{areas_have(int(here.sum()))} figures of both {measures[0]} and {measures[1]}, and {FEWEST} are needed",
            remedy="choose more areas, or measures that have figures for them",
        )
    if flat := [name for name, column in zip(measures, values[here].T, strict=True) if np.ptp(column) == 0]:
        raise MethodError(f"{listing(flat)}: the same everywhere", remedy="choose measures that vary")
    together = pearson(*values.T)
    mean, sd = values[here].mean(axis=0), values[here].std(axis=0)
    z = (values - mean) / sd
    combined = np.where(here, z.mean(axis=1), np.nan)
    one, other = (values > mean).T
    quadrant = np.select([~here, one & other, one, other], ["", DOUBLE, FIRST, SECOND], NEITHER)
    known = [k for k, column in enumerate(given.T) if np.isfinite(column[here]).sum() >= FEWEST]
    pooled = tuple(pearson(given[:, k], combined) for k in known)
    ranked = tuple(spearman(given[:, k], combined) for k in known)
    labels = None if groups is None else np.asarray(groups, dtype=str)
    several = labels is not None and len(np.unique(labels[here & (labels != "")])) > 1
    by_group = None
    if labels is not None and several:
        by_group = means(combined, labels, name="the blow", unit=STEP, level=level)
    notes = [
        CAVEAT,
        tr(
            "Over {areas}; the means are of areas, each counting once, and an area just above a mean is "
            "not surely above it."
        ).format(areas=areas_of(int(here.sum()))),
    ]
    if lacking := [name for k, name in enumerate(names) if k not in known]:
        notes.append(tr("Scores without figures: {names}.").format(names=listing(lacking, 12)))
    if left := [areas[i] for i in np.flatnonzero(~here).tolist()]:
        notes.append(tr("Left out, because a figure is missing: {names}.").format(names=listing(left, 12)))
    return Shock(
        measures, tuple(areas), values, mean, sd, combined, rank(combined, -1), quadrant, together,
        tuple(names[k] for k in known),
        pooled, ranked, adjusted([a.p for a in pooled]) if pooled else np.zeros(0), labels, by_group, level,
        tuple(notes), units,
    )  # fmt: skip
