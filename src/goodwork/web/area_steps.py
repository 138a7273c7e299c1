"""One indicator of an area from score to cell: figure, weight, words, what it comes to in people, files behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from goodwork.analysis.finding import say
from goodwork.analysis.people import in_people
from goodwork.analysis.profile import Figure as Cell
from goodwork.analysis.profile import Profile
from goodwork.language import tr, trn
from goodwork.report.view import View, quality, said


@dataclass(frozen=True, eq=False)
class Step:
    """One indicator from score to cell: its figure, its weight here, the words for it, and the files behind it."""

    cell: Cell
    node: str
    share: float
    words: str
    people: str
    national: str
    place: str
    clear: str
    beside: str
    fresh: str
    marker: str
    files: tuple[tuple[str, str], ...]


def steps_down(view: View, found: Profile, near: list[str]) -> tuple[Step, ...]:
    """Every indicator of an area, set beside its neighbours ``near``."""
    of, shares = view.denominators(found.area.code), view.shares(found.area.code)
    return tuple(_step(view, cell, near, of, shares.get(cell.indicator.id, float("nan"))) for cell in found.figures)


def _step(view: View, cell: Cell, near: list[str], of: Mapping[tuple[str, str], float], share: float) -> Step:
    indicator, standing = cell.indicator, cell.standing
    known = cell.value == cell.value
    national = ""
    if known and cell.national == cell.national:
        national = f"{cell.nation} {indicator.show(cell.national)}"
        if cell.national_period != cell.period:
            national = tr("{figure} in {period}").format(figure=national, period=cell.national_period)
    middle = (standing.of + 1) / 2
    sure = standing.rank_high < middle or standing.rank_low > middle
    origin = cell.origin.id if cell.origin else ""
    sources = (view.monitor.manifest.get("figures") or {}).get("sources", {})
    files = sources.get(origin, {}).get("files", {})
    return Step(
        cell=cell,
        node=indicator.id,
        share=share,
        words=said(indicator, cell.value, cell.lower, cell.upper),
        people=_people(view, of, cell),
        national=national,
        place=standing.place,
        clear="" if standing.half == 0 else tr("clearly") if sure else tr("not clearly"),
        beside=_beside(view, cell, near),
        fresh=fresh(cell, view.period) if known else "",
        marker=quality(str(cell.status), cell.basis),
        files=tuple((str(name), str(facts.get("sha256", ""))) for name, facts in files.items()),
    )


def _people(view: View, of: Mapping[tuple[str, str], float], cell: Cell) -> str:
    """What the figure comes to in people; empty where that cannot be said."""
    if (count := view.counts.by_indicator.get(cell.indicator.id)) is None:
        return ""
    figures = {name: of.get((name, cell.period), float("nan")) for name in count.of}
    return in_people(count, figures, view.monitor.catalogue, cell.value, cell.lower, cell.upper) or ""


def _beside(view: View, cell: Cell, near: list[str]) -> str:
    """Than how many of the neighbours the figure is better; empty where there is none to set it beside."""
    theirs = [float(view.figure(code, cell.indicator.id).get("value", float("nan"))) for code in near]
    known = [value for value in theirs if value == value]
    if not known or cell.value != cell.value:
        return ""
    sign = 1.0 if cell.direction == "higher" else -1.0
    better = sum(sign * (cell.value - value) > 0 for value in known)
    return say("Better than {better} of {known} neighbours by the figure alone", better=better, known=len(known))


def fresh(cell: Cell, period: str) -> str:
    """Which time a figure is of, and when it was released."""
    words = when(cell, period)
    if not (cell.origin and cell.origin.release):
        return words
    return tr("{when}; released {release}").format(when=words, release=cell.origin.release)


def when(cell: Cell, period: str) -> str:
    """Which time a figure is of, and how far that is from the period it serves."""
    span = cell.span if cell.span and cell.span != cell.period else ""
    words = f"{cell.period} ({span})" if span else cell.period
    if cell.period != period and cell.period[:4].isdigit() and period[:4].isdigit():
        years = int(period[:4]) - int(cell.period[:4])
        away = (
            trn("{when}, {n} year before {period}", "{when}, {n} years before {period}", years) if years > 0
            else trn("{when}, {n} year after {period}", "{when}, {n} years after {period}", -years)
        )  # fmt: skip
        return away.format(when=words, n=abs(years), period=period)
    return words
