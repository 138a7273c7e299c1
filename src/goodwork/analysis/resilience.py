"""How far areas have come back from a shock, and whether those with a better score before came back further."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from goodwork.analysis.association import CAVEAT, LEVEL, Association, adjusted, partial, pearson
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.wording import areas_of, verb
from goodwork.errors import MethodError, NotFound
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

Measure = Literal["points", "percent"]


@dataclass(frozen=True, eq=False)
class Resilience:
    """The change of a figure since the period ``before`` the shock, ``change`` ``(later, areas)``, in points or per
    cent; ``blow`` ``(areas,)`` is the change at the shock.

    ``recovered`` ``(later, areas)`` is the part of the blow made good: 1 back at the level before, more than 1 better,
    below 0 worse than at the shock; NaN for areas where the figure did not grow worse. ``pooled`` sets the change of
    each later period against the score before, ``fixed`` the same with the change by ``at`` held fixed; ``q`` adjusts p
    of ``fixed`` for looking at several periods. ``worse`` is +1 where a rise is worse; ``unit`` is what changes are
    counted in, in words.
    """

    figure: str
    score: str
    areas: tuple[str, ...]
    before: str
    at: str
    later: tuple[str, ...]
    measure: Measure
    worse: float
    blow: Values
    change: Values
    recovered: Values
    pooled: tuple[Association | None, ...]
    fixed: tuple[Association | None, ...]
    q: Values
    level: float
    notes: tuple[str, ...]
    unit: str = "points"

    @property
    def table(self) -> pd.DataFrame:
        """One row per area and later period with a figure."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.later, self.areas], names=["period", "area"]).to_frame(index=False)
        blow = np.broadcast_to(self.blow, self.change.shape).ravel()
        table = keys.assign(blow=blow, change=self.change.ravel(), recovered=self.recovered.ravel())
        return table[table["change"].notna()].reset_index(drop=True)

    @property
    def summary(self) -> pd.DataFrame:
        """One row per later period: mean change, share of areas at or better than the level before, associations."""
        import pandas as pd

        rows = []
        for period, change, pooled, fixed, q in zip(
            self.later, self.change, self.pooled, self.fixed, self.q, strict=True
        ):
            some = change[~np.isnan(change)]
            back = float((some * self.worse <= 0).mean()) if len(some) else np.nan
            row = {"period": period, "n": len(some), "mean": float(some.mean()) if len(some) else np.nan, "back": back}
            for name, found in (("r", pooled), ("fixed", fixed)):
                row |= {name: np.nan if found is None else found.r}
                row |= {
                    f"{name}_{k}": np.nan if found is None else getattr(found, k) for k in ("low", "high", "p", "n")
                }
            rows.append(row | {"q": q})
        return pd.DataFrame(rows)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How things stand in the last period with figures, and whether the score before went with the change since."""
        known = [i for i, change in enumerate(self.change) if not np.isnan(change).all()]
        if not known:
            none = say("There are no figures of {figure} after {at}.", figure=self.figure, at=self.at)
            return (none.about("change", self.figure, table="summary"),)
        last = known[-1]
        period, change = self.later[last], self.change[last][~np.isnan(self.change[last])]
        back = int((change * self.worse <= 0).sum())
        pound, way = "£" if self.unit.startswith("£") else "", "higher" if change.mean() > 0 else "lower"
        moved = f"{pound}{{size:number}}{{in_unit}} {way} on average in {{period}} than"
        if abs(change.mean()) < 1e-6:  # written as nothing
            moved = "the same on average in {period} as"
        facts = {"figure": self.figure, "score": self.score, "before": self.before, "at": self.at, "period": period}
        found = [
            say(
                f"The figure for {{figure}} was {moved} in {{before}}; {'{at_level}' if back else 'none'} of "
                f"{{n:areas}} {verb(back, 'was', 'were')} at the level before or better.",
                in_unit=self.unit[1:] if pound else f" {self.unit}",
                size=abs(change.mean()), mean=change.mean(), at_level=back, back=back / len(change), n=len(change),
                **facts,
            ).about("change", self.figure, table="summary", period=period)
        ]  # fmt: skip
        if (pooled := self.pooled[last]) is not None:
            said = pooled.sentence(self.score, f"the change in {self.figure} since {self.before}")
            found.append(said.about("score", self.figure, table="summary", period=period))
        held = self.fixed[last]
        if held is not None:
            lead = "With the change by {at} held fixed, in {period} "
            if not (held.clear and self.q[last] <= self.level):
                lead += "there is no clear association between {score} and the change since {before}: {fixed}."
            else:
                better = "better" if held.r * self.worse < 0 else "worse"
                lead += f"higher values of {{score}} go with standing {better} against the level before: {{fixed}}."
            said = say(lead, fixed=held.said, **facts)
            found.append(said.about("score, shock held fixed", self.figure, table="summary", period=period))
        return tuple(found)


def resilience(
    levels: Values,
    periods: Sequence[str],
    score: Values,
    areas: Sequence[str],
    *,
    before: str,
    at: str,
    figure: str = "the rate",
    name: str = "the score",
    better: Literal["higher", "lower"] = "lower",
    measure: Measure = "points",
    unit: str = "points",
    level: float = LEVEL,
) -> Resilience:
    """Follow a figure from before a shock through it to every later period, and set what remains of the change against
    the score before.

    ``levels`` ``(periods, areas)`` in natural units with the names of ``periods`` in order, ``score`` ``(areas,)`` of
    the period before. Changes are in ``points`` of the figure's ``unit``, or ``percent`` of its level before. Gaps stay
    gaps; a later period with too few figures has no association. Raises ``NotFound`` for a period that is not there and
    ``MethodError`` when none is later than the shock, for a level before that is not positive (per cent), or arrays
    that do not match. Handbook step 9; Martin & Sunley (2015), *Journal of Economic Geography* 15.

    >>> levels = np.array([[2.0, 3, 4, 5, 6], [5, 6, 7, 8, 9], [2, 3, 4, 6, 7.5]])
    >>> found = resilience(levels, ["2019", "2020", "2023"], np.arange(5.0), list("abcde"), before="2019", at="2020")
    >>> found.recovered.round(2).tolist()
    [[1.0, 1.0, 1.0, 0.67, 0.5]]
    """
    names = [str(p) for p in periods]
    levels = np.asarray(levels, dtype=float)
    for asked in (before, at):
        if asked not in names:
            raise NotFound("period", asked, names[-5:])
    if levels.shape != (len(names), len(areas)) or np.shape(score) != (len(areas),):
        raise MethodError(f"figures {levels.shape}, scores {np.shape(score)}", remedy="one per period and area")
    refuse_infinite(figures=levels, scores=score)
    later = names[names.index(at) + 1 :]
    if not later or names.index(before) >= names.index(at):
        raise MethodError(f"{before}, {at} and later periods are not in order", remedy="give periods in order of time")
    base = levels[names.index(before)]
    if measure == "percent" and (base <= 0).any():
        raise MethodError("a level before is zero or less", remedy="measure the change in points")
    change = levels - base if measure == "points" else 100 * (levels / base - 1)
    blow, change = change[names.index(at)], change[names.index(at) + 1 :]
    worse = -1.0 if better == "higher" else 1.0
    hit = blow * worse > 0
    recovered = np.full(change.shape, np.nan)
    np.divide(blow - change, blow, out=recovered, where=np.broadcast_to(hit, change.shape))
    pooled = tuple(_or_none(score, row) for row in change)
    fixed = tuple(_or_none(score, row, blow) for row in change)
    q = adjusted([np.nan if found is None else found.p for found in fixed])
    unit = unit if measure == "points" else "per cent"
    notes = [
        CAVEAT,
        tr("Changes of {figure} are in {unit}, each since {before}.").format(figure=figure, unit=unit, before=before),
    ]
    notes.append(
        tr(
            "A figure that was high or low by chance before moves back by itself: where the score "
            "contains the figure, that alone makes an association with its change."
        )
    )
    if unhit := int((~hit & ~np.isnan(blow)).sum()):
        notes.append(
            tr("In {areas} the figure for {figure} was no worse at the shock: there is nothing to make good.").format(
                areas=areas_of(unhit), figure=figure
            )
        )
    if left := int(np.isnan(blow).sum()):
        notes.append(
            tr("{areas} left out because the figure for {figure} of {before} or {at} is missing.").format(
                areas=areas_of(left), figure=figure, before=before, at=at
            )
        )
    return Resilience(
        figure, name, tuple(areas), before, at, tuple(later), measure, worse, blow, change, recovered, pooled, fixed, q,
        level, tuple(notes), unit,
    )  # fmt: skip


def _or_none(score: Values, change: Values, blow: Values | None = None) -> Association | None:
    """The association, where there are enough figures for one."""
    try:
        return pearson(score, change) if blow is None else partial(score, change, blow[:, None])
    except MethodError:
        return None
