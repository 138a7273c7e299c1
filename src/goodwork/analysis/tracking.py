"""Whether places are on the way to the targets they have set: on track, off track, or nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.outlook import LIKELY, NEEDED, Outlook, outlook
from goodwork.analysis.planning import Planning
from goodwork.analysis.sampling import Z95, from_scale, sampling_errors, to_scale
from goodwork.analysis.wording import listing
from goodwork.errors import DeclarationError, Fault, NotFound
from goodwork.language import tr, trn
from goodwork.model.panel import Panel, Values
from goodwork.model.targets import Aim, Targets

if TYPE_CHECKING:
    import pandas as pd

#: Redraws of the figures for the errors of scores.
DRAWS = 400


@dataclass(frozen=True, eq=False)
class Tracked:
    """One target with the last figure, its 95 % interval, where the trend leads by its year, and the verdict;
    ``history`` has every year's figure with the ends of its interval, ``breaks`` what cuts it, by year."""

    aim: Aim
    area: str
    name: str
    title: str
    unit: str
    higher: bool
    last: str
    value: float
    low: float
    high: float
    since: str
    outlook: Outlook
    expected: tuple[float, float, float]
    why: str
    history: tuple[tuple[str, float, float, float], ...] = ()
    breaks: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """On track, off track, cannot tell; or met, not met for a year that has a figure."""
        found = self.outlook.verdict
        if self.last >= self.aim.by:
            return {"on track": "met", "off track": "not met"}.get(found, found)
        return found


@dataclass(frozen=True, eq=False)
class Tracking:
    """Every target of a file, in its order."""

    title: str
    period: str
    rows: tuple[Tracked, ...]
    money: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per target."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "area": r.area, "name": r.name, "of": r.aim.of, "title": r.title, "unit": r.unit,
                    "goal": r.aim.goal,
                    "better": "higher" if r.higher else "lower", "by": r.aim.by, "last": r.last, "value": r.value,
                    "low": r.low, "high": r.high, "since": r.since, "figures": r.outlook.n, "expected": r.expected[0],
                    "expected_low": r.expected[1], "expected_high": r.expected[2], "chance": r.outlook.chance,
                    "verdict": r.verdict, "why": r.why,
                }
                for r in self.rows
            ]
        )  # fmt: skip

    @property
    def findings(self) -> tuple[Finding, ...]:
        """A sentence for each target."""
        return tuple(_sentence(r).about("target", r.name, r.aim.of, r.aim.by, table="table") for r in self.rows)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a chance means here, and what it does not know."""
        told = [
            tr(
                "On track: a chance of {likely:.0f} % or more that the trend, carried on, reaches the goal; "
                "off track: {unlikely:.0f} % or less; between, nobody can tell."
            ).format(likely=100 * LIKELY, unlikely=100 * (1 - LIKELY)),
            tr(
                "The trend is a straight line through the figures since the last break; it knows of no plan "
                "and no shock. A target is no forecast."
            ),
        ]
        if self.money:
            told.append(
                tr("Money in prices of {period}, where prices are known: {names}.").format(
                    period=self.period, names=", ".join(self.money)
                )
            )
        return tuple(told)


def track(planning: Planning, targets: Targets, where: str = "targets.toml", draws: int = DRAWS) -> Tracking:
    """Every target beside the figures: those of indicators over all their years, scores on the scale of the latest.

    Raises ``DeclarationError`` with every fault: a place or indicator that is not known, a goal outside the range.
    """
    faults: list[Fault] = []
    found: list[tuple[Aim, str]] = []
    for number, aim in enumerate(targets.target, start=1):
        column = f"target.{number}"
        try:
            area = planning.place(aim.place).code
            if aim.of not in planning.framework.groups and aim.of not in planning.catalogue:
                planning.node(aim.of)
        except NotFound as error:
            faults.append(Fault(error.what, file=where, column=column, remedy=error.remedy))
            continue
        if aim.of in planning.catalogue:
            one = planning.catalogue[aim.of]
            if not one.range[0] <= aim.goal <= one.range[1]:
                what = f"{one.label} cannot be {aim.goal:g}"
                remedy = f"{one.range[0]:g} to {one.range[1]:g} {one.unit}"
                faults.append(Fault(what, file=where, column=f"{column}.goal", remedy=remedy))
            if _better(planning, aim.of) == "neither":
                faults.append(
                    Fault(f"neither end of {one.label} is better", file=where, column=f"{column}.of",
                          remedy="choose an indicator with a direction")
                )  # fmt: skip
        found.append((aim, area))
    if faults:
        raise DeclarationError(f"{where} is wrong in {len(faults)} place(s)", faults=faults)
    scores = _scores(planning, [node for node in planning.framework.groups if node in {a.of for a, _ in found}], draws)
    rows = tuple(_tracked(planning, aim, area, scores) for aim, area in found)
    money = sorted({r.title for r in rows if r.aim.of in planning.catalogue.in_current_prices})
    return Tracking(targets.title, planning.period, rows, tuple(money))


def _tracked(planning: Planning, aim: Aim, area: str, scores: Mapping[str, tuple[Values, Values]]) -> Tracked:
    is_score = aim.of in planning.framework.groups
    scale = "linear" if is_score else planning.catalogue[aim.of].scale
    if is_score:
        at = [a.code for a in planning.areas].index(area)
        value, error = (array[:, at] for array in scores[aim.of])
        periods = planning.panel.periods
        breaks = _broken(planning)
        title, unit, higher = planning.names[aim.of], "points", True
    else:
        value, error, periods = _figures(planning, aim.of, area)
        breaks = {one.period: one.what for one in planning.catalogue[aim.of].breaks}
        title, unit = planning.catalogue[aim.of].label, planning.catalogue[aim.of].unit
        higher = _better(planning, aim.of) == "higher"
    known = np.isfinite(value) & np.isfinite(error) & (error > 0)
    nan, name = float("nan"), planning.names[area]
    last = max((p for p, here in zip(periods, known, strict=True) if here), default="")
    begins = max((b for b in breaks if b <= (aim.by if aim.by <= last else last)), default="")
    begins = max(begins, aim.since)
    use = known & np.array([p >= begins for p in periods])
    years = np.array([float(p[:4]) for p in periods])
    seen = outlook(
        value[use], error[use], years[use], float(to_scale(np.array(aim.goal), scale)), float(aim.by), higher
    )
    shown = int(np.flatnonzero(known)[-1]) if last else 0
    if last >= aim.by and (years[use] == float(aim.by)).any():
        shown = int(np.flatnonzero(known & (years == float(aim.by)))[0])
        last = periods[shown]
    centre, ends = (value[shown], error[shown] * Z95) if known.any() else (nan, nan)
    low, mid, high = (float(from_scale(np.array(v), scale)) for v in (centre - ends, centre, centre + ends))
    expected = tuple(float(from_scale(np.array(v), scale)) for v in (seen.expected, seen.low, seen.high))
    why = "" if np.isfinite(seen.chance) else _lack(seen.n, begins) if last else "no figure"
    path = from_scale(np.stack([value, value - Z95 * error, value + Z95 * error], axis=-1), scale)
    history = tuple(
        (period, float(v), float(lower), float(upper))
        for period, (v, lower, upper) in zip(periods, path, strict=True) if np.isfinite(v)
    )  # fmt: skip
    return Tracked(
        aim, area, name, title, unit, higher, last, mid, low, high, begins or (periods[0] if len(periods) else ""),
        seen, (expected[0], expected[1], expected[2]), why, history, breaks,
    )  # fmt: skip


def _broken(planning: Planning) -> dict[str, str]:
    """The years in which a member's series breaks, and which members these are."""
    found: dict[str, list[str]] = {}
    for name in planning.framework.indicators:
        for one in planning.catalogue[name].breaks:
            found.setdefault(one.period, []).append(planning.names[name])
    return {period: tr("break in {names}").format(names=listing(names)) for period, names in sorted(found.items())}


def _lack(n: int, since: str) -> str:
    """Why there is no trend."""
    told = trn("{n} comparable figure; a trend needs {needed}", "{n} comparable figures; a trend needs {needed}", n)
    if since:
        told = trn(
            "{n} comparable figure since {since}; a trend needs {needed}",
            "{n} comparable figures since {since}; a trend needs {needed}",
            n,
        )
    return told.format(n=n, since=since, needed=NEEDED)


def _better(planning: Planning, indicator: str) -> str:
    members = planning.framework.indicators
    if indicator in members:
        return planning.framework.directions[members.index(indicator)]
    return planning.catalogue[indicator].direction


def _figures(planning: Planning, indicator: str, area: str) -> tuple[Values, Values, tuple[str, ...]]:
    """An area's figures over all years, and their standard errors, both on the indicator's scale."""
    table = planning.values[(planning.values["indicator"] == indicator) & (planning.values["area"] == area)]
    if table.empty:
        return np.empty(0), np.empty(0), ()
    panel = planning.in_prices(Panel.from_table(table, indicators=[indicator], areas=[area]))
    centre, spread = sampling_errors(panel, planning.catalogue, planning.framework.method.sampling)
    return centre[:, 0, 0], spread[:, 0, 0], panel.periods


def _scores(planning: Planning, nodes: Sequence[str], draws: int) -> dict[str, tuple[Values, Values]]:
    """Displayed scores of the index and domains on one scale, and their standard errors, ``(periods, areas)``."""
    found = {}
    for node in nodes:
        index = planning.moving
        drawn = planning.redrawn(node, draws)
        found[node] = (index.displayed[..., index.nodes.index(node)], drawn.std(axis=0))
    return found


def _sentence(r: Tracked) -> Finding:
    facts = {"name": r.name, "title": r.title, "by": r.aim.by, "goal": r.aim.goal, "unit": _unit(r.unit)}
    if r.why:
        return say("{name}, {title} of {goal:number}{unit} by {by}: cannot tell, {why}.", why=r.why, **facts)
    if r.last >= r.aim.by:
        return say(
            "{name}, {title} of {goal:number}{unit} by {by}: {verdict}; it was {value:number} (95 % {low:number} to "
            "{high:number}), and the goal is reached with a chance of {chance:.0%}.",
            verdict=r.verdict, value=r.value, low=r.low, high=r.high, chance=r.outlook.chance, **facts,
        )  # fmt: skip
    return say(
        "{name}, {title} of {goal:number}{unit} by {by}: {verdict}, chance {chance:.0%}. It was {value:number} in "
        "{last}; as it went since {since} it would be {expected:number} (95 % {low:number} to {high:number}).",
        verdict=r.verdict, chance=r.outlook.chance, value=r.value, last=r.last, since=r.since, expected=r.expected[0],
        low=min(r.expected[1:]), high=max(r.expected[1:]), **facts,
    )  # fmt: skip


def _unit(unit: str) -> str:
    return " %" if unit.startswith("%") else "" if unit.startswith("£") else f" {unit}"
