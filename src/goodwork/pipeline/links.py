"""Links to other measures (handbook step 9): the conditions for good work, health and well-being, and shocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import listing
from goodwork.errors import MethodError, NotFound
from goodwork.model import declarations
from goodwork.model.panel import Values
from goodwork.model.questions import OutcomesQuestion, Recovery, ShockQuestion, Shocks
from goodwork.pipeline.asked import Asked, inside
from goodwork.pipeline.communities import DIVISIONS, communities_of
from goodwork.pipeline.filing import unlike
from goodwork.pipeline.questions import Answer

if TYPE_CHECKING:
    from goodwork.analysis.dominance import Dominance
    from goodwork.analysis.early_warning import EarlyWarning
    from goodwork.analysis.outcomes import Outcomes
    from goodwork.analysis.penalised import Penalised
    from goodwork.analysis.regional import Regional
    from goodwork.analysis.relation import Relation
    from goodwork.analysis.resilience import Resilience
    from goodwork.analysis.shock import Shock

#: A condition is compared where so large a share of the scored areas have a figure.
ENOUGH = 0.9


@dataclass(frozen=True, eq=False)
class Related:
    """The score set against another framework's score, and the members of that framework against the score and the
    domains: what part of the variation goes with each (``dominance``), and which are kept when areas are drawn anew
    (``described``); both are empty where figures are too few, and ``later`` says so."""

    relation: Relation
    dominance: Dominance | None
    described: tuple[Penalised, ...] = ()
    later: tuple[str, ...] = ()

    @property
    def _parts(self) -> tuple[Answer, ...]:
        return (self.relation, *((self.dominance,) if self.dominance else ()), *self.described)

    @property
    def findings(self) -> tuple[str, ...]:
        """What all found."""
        return tuple(said for part in self._parts for said in part.findings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What all leave out."""
        return tuple(dict.fromkeys([*(said for part in self._parts for said in part.notes), *self.later]))


def conditions_of(asked: Asked, name: str = "conditions") -> Related:
    """The score against that of the conditions for it; raises ``MethodError`` where there is none for these areas."""
    from goodwork.analysis.dominance import dominance
    from goodwork.analysis.penalised import penalised
    from goodwork.analysis.relation import relation

    other = asked.beside(name, asked.period)
    if other is None or other.framework.name == asked.framework.name:
        place = asked.material.geography.set_named(asked.area_set).title
        raise MethodError(
            f"there is no score of {name} for {place} in {asked.period}",
            remedy=_where_there_is(asked, name),
        )
    one = relation(other.scores()[:, 0], asked.scores()[:, 0], asked.names, names=("conditions", "the score"))
    values = other.panel.values_of(other.framework.indicators)[other.at]
    domains = [inside(asked.title(group)) for group in asked.framework.groups]
    targets = asked.scores()
    both = np.isfinite(targets).all(axis=1)
    chosen = [m for m, column in enumerate(values.T) if np.isfinite(column[both]).mean() >= ENOUGH]
    predictors = [inside(other.title(other.framework.indicators[m])) for m in chosen]
    named = ["the score", *domains[1:]]
    try:
        shares = dominance(values[:, chosen], targets, (predictors, named))
        kept = [penalised(values[:, chosen], t, predictors, name=n) for n, t in zip(named, targets.T, strict=True)]
    except MethodError as reason:
        return Related(one, None, later=(f"Which conditions go with what is not told ({reason.what}).",))
    return Related(one, shares, tuple(kept))


@dataclass(frozen=True, eq=False)
class Health:
    """The score and its domains set against outcomes, the means of outcomes by region (``None`` where areas lie in
    one), and the areas where outcomes grow worse faster than expected: ``watched`` are the indicators of the warnings,
    by id."""

    outcomes: Outcomes
    regions: Regional | None
    warnings: tuple[EarlyWarning, ...]
    watched: tuple[str, ...]
    later: tuple[str, ...]

    @property
    def _parts(self) -> tuple[Answer, ...]:
        return (self.outcomes, *((self.regions,) if self.regions else ()), *self.warnings)

    @property
    def findings(self) -> tuple[str, ...]:
        """What all found."""
        return tuple(said for part in self._parts for said in part.findings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What all leave out."""
        return tuple(dict.fromkeys([*(said for part in self._parts for said in part.notes), *self.later]))


def health_of(asked: Asked) -> Health:
    """The outcomes declared in ``outcomes.toml`` against the score and its domains, each in the nearest period, and by
    region; raises ``MethodError`` where a monitor knows none of them."""
    from goodwork.analysis.early_warning import early_warning
    from goodwork.analysis.outcomes import outcomes
    from goodwork.analysis.regional import regional

    question = OutcomesQuestion.from_toml(declarations.text("outcomes.toml"), "outcomes.toml")
    _need("outcomes", [item.indicator for item in question.outcome], asked)
    question.checked_against(asked.material.catalogue)
    missing = _without_figures(question.missing(asked.material.catalogue), asked)
    wanted = [item.indicator for item in question.outcome if item.indicator not in missing]
    figures, observed = asked.figures(wanted, [asked.period], question.tolerance)
    near = f"no figures of these areas within {question.tolerance} years of {asked.period}"
    missing |= {n: near for n, column in zip(wanted, figures[0].T, strict=True) if not np.isfinite(column).any()}
    people = (
        asked.figures([question.people], [asked.period], question.tolerance)[0][0, :, 0] if question.people else None
    )
    other = asked.beside(question.conditions, asked.period) if question.conditions else None
    found = outcomes(
        asked.scores(), figures[0], asked.names,
        names=(_scores(asked), [inside(asked.title(name)) for name in wanted]), observed=observed,
        regions=asked.regions if question.group else None, people=people,
        conditions=None if other is None else other.scores()[:, :1], edges=asked.edges,
        missing={inside(asked.title(name)): why for name, why in missing.items()},
        threshold=question.threshold, level=question.level,
    )  # fmt: skip
    titles = [inside(asked.title(name)) for name in wanted]
    notes = list(unlike({inside(asked.title(n)): asked.material.catalogue[n] for n in wanted}, observed, asked.period))
    notes += _nations_without(figures[0], titles, asked)
    regions = None
    try:
        if question.group:
            regions = regional(figures[0], asked.regions, titles, level=question.level)
    except MethodError as reason:
        notes.append(f"Nothing is said of regions: {reason.what}.")
    warnings, watched = [], []
    if other is None and question.conditions:
        notes.append(f"No score of {question.conditions} for these areas in {asked.period}: it is not held fixed.")
    for watch in question.watch:
        value = asked.figures([watch.indicator], [watch.before, watch.after])[0][..., 0]
        title = f"{inside(asked.title(watch.indicator))}, {watch.before} to {watch.after},"
        year = min(asked.index.periods, key=lambda p: (abs(int(p[:4]) - int(watch.before[:4])), p))
        score = asked.scores(year)
        what = asked.material.catalogue[watch.indicator]
        try:
            warnings.append(
                early_warning(
                    value[0], value[1], score[:, 0], asked.names, outcome=title, people=people,
                    better="higher" if what.direction == "higher" else "lower", level=question.level,
                    unit=what.unit_of_change,
                )
            )  # fmt: skip
            watched.append(watch.indicator)
            if year != watch.before:
                notes.append(f"The score beside {title} is that of {year}, the nearest there is to {watch.before}.")
        except MethodError as reason:
            notes.append(f"Not watched: {title[:-1]} ({reason.what}).")
    return Health(found, regions, tuple(warnings), tuple(watched), tuple(notes))


@dataclass(frozen=True, eq=False)
class Blow:
    """One shock: who was hit twice, what else goes with the score before, and how far areas have come back."""

    question: ShockQuestion
    shock: Shock
    also: Outcomes | None
    recovery: tuple[Resilience, ...]
    later: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[str, ...]:
        """What all found."""
        parts: tuple[Answer, ...] = (self.shock, *((self.also,) if self.also else ()), *self.recovery)
        return tuple(said for part in parts for said in part.findings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What all leave out."""
        parts: tuple[Answer, ...] = (self.shock, *((self.also,) if self.also else ()), *self.recovery)
        own = [self.question.caveat] if self.question.caveat else []
        return tuple(dict.fromkeys([*(said for part in parts for said in part.notes), *self.later, *own]))


def shock_of(
    asked: Asked, name: str | None = None, k: int = 4, draws: int = DIVISIONS, declared: Shocks | None = None
) -> Blow:
    """A shock of those ``declared``, the shipped ``shock.toml`` unless others are given (the first by default), against
    the score of the period before it and the communities of that period. Raises ``NotFound`` for one that is not
    declared, ``DeclarationError`` for indicators that are not those of a shock."""
    from goodwork.analysis.outcomes import outcomes
    from goodwork.analysis.shock import shock

    declared = declared or Shocks.from_toml(declarations.text("shock.toml"), "shock.toml")
    _need("shocks", [one for item in declared.shock for one in item.indicators], asked)
    declared.checked_against(asked.material.catalogue)
    by_name = {item.name: item for item in declared.shock}
    if name is not None and name not in by_name:
        raise NotFound("shock", name, list(by_name))
    question = by_name[name] if name else declared.shock[0]
    before = Asked.of(asked.material, asked.framework, asked.area_set, question.before)
    measures = [inside(asked.title(item)) for item in question.indicators]
    units = [f" {asked.material.catalogue[item].short_unit}" for item in question.indicators]
    values = before.figures(question.indicators, [question.period])[0][0]
    try:
        groups = communities_of(before, k, draws)
        label = dict(zip(groups.points.areas, (groups.names[g] for g in groups.labels), strict=True))
        notes = [f"The score is that of {question.before}, before the shock, and so are the communities."]
    except MethodError as reason:
        label, why = {}, "; ".join([reason.what, *map(str, reason.faults)])
        notes = [f"The score is that of {question.before}, before the shock. No communities: {why}."]
    notes.append(f"The window of {inside(question.title)}: {question.begins} to {question.ends}.")
    found = shock(
        values, before.names, measures=(measures[0], measures[1]), scores=before.scores(), names=_scores(before),
        groups=[label.get(area, "") for area in before.panel.areas] if label else None, units=(units[0], units[1]),
    )  # fmt: skip
    missing = _without_figures(declared.missing(asked.material.catalogue), asked)
    also = [item for item in question.also if item not in missing]
    beside = None
    if also:
        figures, observed = before.figures(also, [question.period])
        titles = [inside(asked.title(x)) for x in also]
        try:
            beside = outcomes(
                before.scores()[:, :1], figures[0], before.names, names=(["the score"], titles), observed=observed,
                regions=before.regions, edges=before.edges,
                missing={inside(asked.title(x)): missing[x] for x in question.also if x in missing},
            )  # fmt: skip
            notes += _nations_without(figures[0], titles, before)
        except MethodError as reason:
            notes.append(f"Not set against the score: {listing(titles)} ({reason.what}).")
    recovery = tuple(_recovered(before, item) for item in question.recovery)
    asked_of = {item.indicator for item in question.recovery}
    if money := [inside(asked.title(x)) for x in asked.material.catalogue.in_current_prices if x in asked_of]:
        notes.append(f"Money of the year itself, so part of a recovery is that of prices: {listing(money)}.")
    return Blow(question, found, beside, recovery, tuple(notes))


def _recovered(before: Asked, asked: Recovery) -> Resilience:
    from goodwork.analysis.resilience import resilience

    levels = before.figures([asked.indicator], asked.periods)[0][..., 0]
    what = before.material.catalogue[asked.indicator]
    return resilience(
        levels, asked.periods, before.scores()[:, 0], before.names, before=asked.before, at=asked.at,
        figure=inside(before.title(asked.indicator)), measure=asked.measure, unit=what.unit_of_change,
        better="higher" if what.direction == "higher" else "lower",
    )  # fmt: skip


def _need(what: str, indicators: Sequence[str], asked: Asked) -> None:
    """The shipped questions are about the shipped catalogue; another monitor may know none of what they ask."""
    if not any(name in asked.material.catalogue for name in indicators):
        raise MethodError(
            f"this monitor has no figures on {what}", remedy="ask an edition of the shipped figures about them"
        )


def _without_figures(missing: Mapping[str, str], asked: Asked) -> dict[str, str]:
    """Of the indicators that the catalogue says are missing, those that nobody has added figures of either."""
    return {name: why for name, why in missing.items() if name not in asked.material.rows}


def _nations_without(figures: Values, titles: Sequence[str], asked: Asked) -> list[str]:
    """A note for every nation of which a measure has no figure, others having some: ``figures`` ``(areas, titles)``."""
    known, labels = asked.material.geography.by_code, asked.labels("country")
    nations = np.array([labels[area] for area in asked.panel.areas])
    there = np.isfinite(figures)
    gone: dict[str, list[str]] = {}
    for nation in dict.fromkeys(n for n in nations.tolist() if n):
        lacking = there.any(axis=0) & ~there[nations == nation].any(axis=0)
        if lacking.any():
            listed = listing([titles[at] for at in np.flatnonzero(lacking).tolist()], 20)
            gone.setdefault(listed, []).append(known[nation].name if nation in known else nation)
    return [f"No figures for {listing(places)}: {listed}." for listed, places in gone.items()]


def _scores(asked: Asked) -> list[str]:
    return ["the score", *(inside(asked.title(group)) for group in asked.framework.groups[1:])]


def _where_there_is(asked: Asked, name: str) -> str:
    sets = [s for f in asked.material.frameworks if f.name == name for s in f.area_sets]
    return f"choose one of the area sets {', '.join(sets)}, or another period" if sets else "declare such a framework"
