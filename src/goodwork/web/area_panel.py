"""What is said of one area in the panel beside the map."""

from __future__ import annotations

from dataclasses import dataclass

from goodwork.analysis.finding import say
from goodwork.analysis.profile import Figure, Profile, Standing
from goodwork.analysis.wording import listing
from goodwork.language import tr
from goodwork.model.area import Area
from goodwork.monitor import Monitor
from goodwork.report.area_words import same_places, tier
from goodwork.report.view import View, view_of
from goodwork.web.area_steps import when
from goodwork.web.state import State, area_path
from goodwork.web.whereabouts import in_words

NAMED = 3
FEW = 25  # with fewer areas, being among ten of them says nothing


@dataclass(frozen=True)
class Line:
    """One indicator of an area, with all a reader needs to judge it."""

    name: str
    domain: str
    value: str
    interval: str
    unit: str
    better: str
    nation: str
    national: str
    rank: str
    quality: str
    period: str
    source: str
    url: str
    derivation: str
    missing: str


@dataclass(frozen=True, eq=False)
class AreaPanel:
    """An area in words: the sentence, its domains, what is strong and weak, every figure."""

    area: Area
    profile: Profile
    parents: str
    url: str
    domains: tuple[tuple[str, str, str], ...]
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    lines: tuple[Line, ...]
    chances: str
    sure: tuple[str, ...]
    lies: str


def panel(monitor: Monitor, state: State, code: str) -> AreaPanel:
    """The panel of an area in the view's period and area set."""
    view = view_of(monitor, state.framework, state.area_set, state.period)
    found = monitor.profile(code, state.period, state.area_set, state.framework)
    return AreaPanel(
        area=found.area,
        profile=found,
        parents=", ".join(found.parents[::-1]),
        url=state.url(area_path(found.area), node="index", view="map", area=""),
        domains=tuple((d.title, _score(d), d.place) for d in found.domains),
        strengths=tuple(_named(f) for f in found.strengths[:NAMED]),
        weaknesses=tuple(_named(f) for f in found.weaknesses[:NAMED]),
        lines=tuple(_line(f, state.period) for f in found.figures),
        chances=_chances(found.index),
        sure=_sure(view, found),
        lies=in_words(view, code),
    )


def _score(standing: Standing) -> str:
    if not standing.scored:
        return tr("not scored")
    if standing.low != standing.low:
        return f"{standing.score:.1f}"
    words = tr("{score:.1f} (95 % interval {low:.1f} to {high:.1f})")
    return words.format(score=standing.score, low=standing.low, high=standing.high)


def _named(figure: Figure) -> str:
    """An indicator with its value beside the nation's."""
    words = f"{figure.indicator.label}: {figure.shown}"
    if figure.national != figure.national:
        return words
    return f"{words} ({figure.nation}: {figure.indicator.show(figure.national)})"


def _chances(index: Standing) -> str:
    if index.top != index.top or index.of < FEW:
        return ""
    ends = (
        (index.top, tr("{share:.0f} % of draws put it among the first ten")),
        (index.bottom, tr("{share:.0f} % of draws put it among the last ten")),
    )
    told = [words.format(share=100 * share) for share, words in ends if share >= 0.01]
    return f"{listing(told)}." if told else ""


def _sure(view: View, found: Profile) -> tuple[str, ...]:
    """The tier the area is in, and how many areas it is tied with: those it cannot be told from."""
    told = list(tier(view, found.area.code))
    if alike := same_places(view, found.area.code):
        told.append(say(
            "It is tied with {alike} of the {others} other areas: it cannot be told from them (neither above nor below "
            "in 95 of 100 draws).", alike=len(alike), others=found.index.of - 1,
        ))  # fmt: skip
    return tuple(told)


def _line(figure: Figure, period: str) -> Line:
    indicator, known = figure.indicator, figure.lower == figure.lower
    interval = ""
    if known:
        ends = {"low": indicator.show(figure.lower), "high": indicator.show(figure.upper)}
        interval = tr("{low} to {high}").format(**ends)
    return Line(
        name=indicator.name,
        domain=figure.domain,
        value=figure.shown,
        interval=interval,
        unit=indicator.unit,
        better=figure.better,
        nation=figure.nation,
        national=indicator.show(figure.national) if figure.national == figure.national else tr("no data"),
        rank=figure.standing.place,
        quality=figure.quality,
        period=when(figure, period),
        source=figure.origin.line if figure.origin else "",
        url=figure.origin.url if figure.origin and figure.origin.url.startswith("https://") else "",
        derivation=figure.origin.derivation if figure.origin else "",
        missing=indicator.missing,
    )
