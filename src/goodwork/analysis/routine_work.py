"""Work in transition: how much of an area's work is routine, as far as its mix of occupations can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.planning import Planning
from goodwork.analysis.sampling import Z95, sampling_errors, slope
from goodwork.analysis.wording import listing
from goodwork.errors import MethodError
from goodwork.language import tr
from goodwork.model.occupations import Occupations
from goodwork.model.panel import Panel, Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class RoutineWork:
    """Shares of groups of occupations ``(periods, areas, groups)`` in per cent, and the least and most of all work that
    is routine, ``low`` and ``high`` ``(periods, areas)``: the scores of groups allow no closer answer. ``low_error``
    and ``high_error`` are their standard errors from sampling. ``score`` is the area's displayed score beside it; NaN
    for a gap."""

    occupations: Occupations
    periods: tuple[str, ...]
    areas: tuple[str, ...]
    names: tuple[str, ...]
    shares: Values
    low: Values
    high: Values
    low_error: Values
    high_error: Values
    score: Values
    breaks: dict[str, str]

    @property
    def table(self) -> pd.DataFrame:
        """One row per area and period: shares of groups, least and most routine work with their 95 % intervals, the
        break if there is one."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.periods, self.areas], names=["period", "area"]).to_frame(index=False)
        columns = {one.name: self.shares[..., g].ravel() for g, one in enumerate(self.occupations.group)}
        names = dict(zip(self.areas, self.names, strict=True))
        for kind, value, error in (("least", self.low, self.low_error), ("most", self.high, self.high_error)):
            ends = {f"{kind}_low": value - Z95 * error, f"{kind}_high": value + Z95 * error}
            columns |= {kind: value.ravel()} | {name: np.clip(end, 0, 100).ravel() for name, end in ends.items()}
        return keys.assign(
            name=keys["area"].map(names), **columns, score=self.score.ravel(),
            break_=keys["period"].map(self.breaks).fillna(""),
        ).rename(columns={"break_": "break"})  # fmt: skip

    def of(self, area: str) -> tuple[Finding, ...]:
        """How much of the work of one area is routine in the last period that has figures, where that stands among the
        areas, and how it has moved since the last break."""
        a = self.areas.index(area)
        known = np.flatnonzero(np.isfinite(self.low[:, a]))
        if not len(known):
            return (say("No mix of occupations is known for {name}.", name=self.names[a]).about("none", table="table"),)
        at, others = int(known[-1]), self.low[known[-1]]
        ranked = np.isfinite(others)
        errors = self.low_error[known[-1]]
        with np.errstate(invalid="ignore", divide="ignore"):
            apart = (others - others[a]) / np.hypot(errors, errors[a])
        told = [
            say(
                "Between {least:.0f} % and {most:.0f} % of the work of people in {name} was routine in {period}: the "
                "mix of occupations that is known tells no more.",
                least=float(self.low[at, a]), most=float(self.high[at, a]), name=self.names[a], period=self.periods[at],
            ),
            say(
                "The least it can be, {of}, is higher in {more} of {total:areas}; by more than sampling error explains "
                "it is higher in {surely} and lower in {below}.",
                of=self._surely, more=int((others[ranked] > others[a]).sum()), total=int(ranked.sum()),
                surely=int((apart > Z95).sum()), below=int((apart < -Z95).sum()),
            ),
        ]  # fmt: skip
        start = max((p for p in self.breaks if p <= self.periods[at]), default=self.periods[0])
        first = next((int(k) for k in known if self.periods[k] >= start), at)
        if first < at:
            moved = float(self.low[at, a] - self.low[first, a])
            reach = Z95 * float(np.hypot(self.low_error[at, a], self.low_error[first, a]))
            down, up = moved - reach, moved + reach
            told.append(
                say(
                    "Since {since} the least went from {then:.1f} % to {now:.1f} %, {way} (95 % {down:+.1f} to "
                    "{up:+.1f} points).",
                    since=self.periods[first], then=float(self.low[first, a]), now=float(self.low[at, a]),
                    way=tr("a clear fall") if up < 0 else tr("a clear rise") if down > 0 else tr("no clear change"),
                    down=down, up=up,
                )
            )  # fmt: skip
        return tuple(said.about("routine", str(k), table="table", area=area) for k, said in enumerate(told))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Where the least that routine work can be is highest and lowest."""
        known = np.flatnonzero(np.isfinite(self.low).any(axis=1))
        if not len(known):
            return (say("No mix of occupations is known here.").about("none", table="table"),)
        at = int(known[-1])
        order = np.argsort(np.where(np.isfinite(self.low[at]), self.low[at], -np.inf), kind="stable")
        order = order[np.isfinite(self.low[at][order])]
        said = say(
            "Work that is surely routine made up most of all in {high:list} in {period} ({top:.0f} % in the first), "
            "least in {low:list}.",
            high=[self.names[k] for k in order[::-1][:3]], low=[self.names[k] for k in order[:3]],
            period=self.periods[at], top=float(self.low[at, order[-1]]),
        )  # fmt: skip
        return (said.about("most and least", table="table", period=self.periods[at]),)

    @property
    def _surely(self) -> str:
        """The groups whose work is routine whatever is not known, in words."""
        return listing([one.title.lower() for one in self.occupations.group if one.low > 0]) or tr("no group at all")

    @property
    def notes(self) -> tuple[str, ...]:
        """The scores, where they come from, and what they leave open."""
        one_number, span = "{title} {low:g}", tr("{title} {low:g} to {high:g}")
        scored = [
            (span if one.high != one.low else one_number).format(title=one.title, low=one.low, high=one.high)
            for one in self.occupations.group
        ]
        told = [
            tr("Scores: {scores}. {source}").format(scores="; ".join(scored), source=self.occupations.source),
            self.occupations.caveat,
            tr(
                "Intervals hold sampling error alone, widened for estimated figures as in the index; where "
                "groups are made of several figures these are taken as independent. What the scores leave "
                "open, between least and most, is wider."
            ),
            tr("Each area is compared by itself: of a hundred with equal work some five are told apart by chance."),
            tr("Exposure is no forecast: what is routine may stay, and what is not may go."),
        ]
        if self.breaks:
            told.append(
                tr("Breaks in {years}: figures on two sides cannot be compared.").format(
                    years=", ".join(sorted(self.breaks))
                )
            )
        return tuple(part for part in told if part)


def exposure(shares: Values, low: Values, high: Values) -> tuple[Values, Values]:
    """The least and most of all work that is routine, in per cent, ``(...)``.

    ``shares`` ``(..., groups)`` in per cent add up to 100; ``low`` and ``high`` ``(groups,)`` are the scores of groups
    between 0 and 1. NaN where a group with a score above zero has no share. Bounds of this kind: Manski (2003).

    >>> exposure(np.array([60.0, 40.0]), np.array([0.0, 0.5]), np.array([0.0, 1.0]))
    (array(20.), array(40.))
    """
    return np.asarray(shares @ low), np.asarray(shares @ high)


def routine_work(planning: Planning, occupations: Occupations) -> RoutineWork:
    """The routine part of the work of every area in every period of the framework that has figures; raises
    ``MethodError`` where none of the indicators has any."""
    groups = occupations.checked_against(planning.catalogue).group
    wanted = tuple(dict.fromkeys(name for one in groups for name in (one.of, one.less) if name))
    table = planning.values[planning.values["indicator"].isin(wanted)]
    if table.empty:
        raise MethodError("no figures on occupations are held", remedy=f"add figures for {', '.join(wanted)}")
    panel = Panel.from_table(table, indicators=wanted, areas=[a.code for a in planning.areas])
    place = {name: panel.value[..., k] for k, name in enumerate(panel.indicators)}
    shares = np.full((*panel.value.shape[:2], len(groups)), np.nan)
    for g, one in enumerate(groups):
        if one.of:
            shares[..., g] = place[one.of] - (place[one.less] if one.less else 0.0)
    for g, one in enumerate(groups):
        if not one.of:
            shares[..., g] = 100 - np.delete(shares, g, axis=-1).sum(axis=-1)
    shares = np.clip(shares, 0.0, 100.0)
    scores = np.array([g.low for g in groups]), np.array([g.high for g in groups])
    low, high = exposure(shares, *scores)
    low_error, high_error = _errors(planning, panel, occupations, scores)
    score = np.full(panel.value.shape[:2], np.nan)
    for p, period in enumerate(panel.periods):
        if period in planning.index.periods:
            score[p] = planning.index.displayed[planning.index.periods.index(period), :, 0]
    breaks = {b.period: b.what for name in wanted for b in planning.catalogue[name].breaks if b.period in panel.periods}
    return RoutineWork(
        occupations, panel.periods, panel.areas, tuple(planning.names[a] for a in panel.areas), shares, low, high,
        low_error, high_error, score, breaks,
    )  # fmt: skip


def _errors(
    planning: Planning, panel: Panel, occupations: Occupations, scores: tuple[Values, Values]
) -> tuple[Values, Values]:
    """Standard errors of the least and the most, ``(periods, areas)``: each is a weighted sum of indicators."""
    parts = np.zeros((len(occupations.group), len(panel.indicators)))
    for g, one in enumerate(occupations.group):
        for name, sign in ((one.of, 1.0), (one.less, -1.0)):
            if name:
                parts[g, panel.indicators.index(name)] += sign
    for g, one in enumerate(occupations.group):
        if not one.of:
            parts[g] = -np.delete(parts, g, axis=0).sum(axis=0)
    spread = sampling_errors(panel, planning.catalogue, planning.framework.method.sampling)[1]
    steep = [slope(panel.value[..., m], planning.catalogue[name].scale) for m, name in enumerate(panel.indicators)]
    variance = (spread / np.stack(steep, axis=-1)) ** 2

    def error(weights: Values) -> Values:
        used = weights != 0  # a gap in what does not count is no gap
        return np.asarray(np.sqrt(variance[..., used] @ weights[used] ** 2))

    return error(scores[0] @ parts), error(scores[1] @ parts)
