"""Every question about places, asked once of an edition's first framework: the parts of each answer.

An answer is made of parts: results of analyses with their sentences, their notes, and their tables under the names they
get in an edition. A question that cannot be asked of a monitor has no part but the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from goodwork.analysis.finding import Finding
from goodwork.analysis.tiers import MOST_AREAS
from goodwork.analysis.wording import opened
from goodwork.errors import MethodError, MissingData, NotFound
from goodwork.pipeline.answer_figures import figures_of
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.chapters import chapters_of
from goodwork.pipeline.communities import COMPARED, DIVISIONS, communities_of, successions_of
from goodwork.pipeline.links import conditions_of, health_of, shock_of
from goodwork.pipeline.questions import REDRAWS, Answer, compacts_of, disparity_of, neighbours_of, space_of, trends_of
from goodwork.pipeline.windows import windows_of

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.figures.figure import Figure

#: Communities of an edition: as many as the report of 2021 has.
COMMUNITIES = 4
#: Why no question is asked of more areas than can be compared two by two.
TOO_MANY = f"not computed for more than {MOST_AREAS:,} areas: it compares every area with the others and draws each one"
#: Fewer redraws than these say nothing.
LEAST = 20


@dataclass(frozen=True, eq=False)
class Part:
    """One result of an answer: what it found and notes, and its ``tables``: name in the result → name in an edition and
    the table itself. ``label`` are columns that tell its rows from those of other results in the same table."""

    findings: tuple[Finding | str, ...]
    notes: tuple[str, ...]
    tables: Mapping[str, tuple[str, pd.DataFrame]]
    label: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        found: Answer,
        tables: Mapping[str, str],
        label: Mapping[str, Any] | None = None,
        single: Iterable[str] = (),
    ) -> Part:
        """The part that a result makes; ``tables`` says what its tables are called in an edition, and ``single`` are
        sentences about single areas."""
        given = {name: (title, getattr(found, name)) for name, title in tables.items()}
        return cls((*found.findings, *single), tuple(found.notes), given, label or {})


@dataclass(frozen=True, eq=False)
class Answered:
    """One question, asked of one set of areas in one period: the parts of its answer, or the reason for none."""

    question: str
    asked: Asked
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""
    figures: tuple[Figure, ...] = ()


def answered(question: str, asked: Asked) -> Answered:
    """Ask a question by its name; one that cannot be asked of these figures is answered with the reason."""
    if len(asked.panel.areas) > MOST_AREAS:
        return Answered(question, asked, reason=TOO_MANY)
    try:
        found, parts, notes = QUESTIONS[question](asked)
    except (MethodError, MissingData, NotFound) as reason:
        return Answered(question, asked, reason="; ".join([reason.what, *map(str, reason.faults)]))
    return Answered(question, asked, tuple(parts), tuple(notes), figures=figures_of(question, asked, found))


def redraws(asked: Asked, most: int) -> int:
    """How many redraws an answer rests on: ``most``, or a twentieth of the framework's draws, where these are fewer."""
    asked_for = asked.framework.method.sampling.draws
    return min(most, max(asked_for // 20, LEAST)) if asked_for else most


#: What was found, the parts of the answer, and notes on the whole.
Parts = tuple[Answer, Sequence[Part], Sequence[str]]


def _communities(asked: Asked) -> Parts:
    framework = asked.framework
    whole = framework.default_area_set or (framework.area_sets or (asked.area_set,))[0]
    compared = COMPARED if asked.area_set == whole else ()
    found = communities_of(asked, COMMUNITIES, redraws(asked, DIVISIONS), numbers=compared)
    numbers = {"numbers": "communities_numbers"} if len(found.numbers) else {}
    tables = {"table": "communities", "communities": "communities_profiles", **numbers}
    parts = [Part.of(found, tables)]
    if asked.area_set != whole:
        title = asked.material.geography.set_named(whole).title
        return found, parts, [f"How many there are, and who moves between them, is told of other areas: {title}."]
    through, without = _where_it_can(lambda: Part.of(
        successions_of(asked, COMMUNITIES, redraws(asked, DIVISIONS), known={asked.period: found}),
        {"table": "communities_through", "moved": "communities_moves", "matrix": "communities_transitions"},
    ))  # fmt: skip
    return found, [*parts, *through], without


def _neighbours(asked: Asked) -> Parts:
    found = neighbours_of(asked)
    single = [sentence for area in found.points.areas for sentence in found.sentences(area)]
    return found, [Part.of(found, {"table": "neighbours"}, single=single)], ()


def _compacts(asked: Asked) -> Parts:
    found = compacts_of(asked)
    return found, [Part.of(found, {"groups": "compacts", "table": "compacts_areas"})], ()


def _conditions(asked: Asked) -> Parts:
    found = conditions_of(asked)
    single = [found.relation.of(area) for area in found.relation.table["area"]]
    parts = [Part.of(found.relation, {"table": "conditions", "links": "conditions_links"}, single=single)]
    if found.dominance is not None:
        parts.append(Part.of(found.dominance, {"table": "conditions_shares"}))
    for one in found.described:
        table = one.table.assign(ridge_r2=one.ridge_r2, lasso_r2=one.lasso_r2, n=one.n)
        parts.append(Part(one.findings, one.notes, {"table": ("conditions_kept", table)}))
    return found, parts, found.later


def _health(asked: Asked) -> Parts:
    found = health_of(asked)
    parts = [Part.of(found.outcomes, {"table": "health"})]
    if found.regions is not None:
        parts.append(Part.of(found.regions, {"table": "health_regions"}))
    for name, one in zip(found.watched, found.warnings, strict=True):
        label = {"indicator": name, "outcome": one.outcome.rstrip(","), "unit": one.unit}
        parts.append(Part.of(one, {"table": "health_warnings"}, label))
    return found, parts, found.later


def _shock(asked: Asked) -> Parts:
    found = shock_of(asked, draws=redraws(asked, DIVISIONS))
    blow, label = found.shock, {"shock": found.question.name}
    tables = {
        "table": ("shock", blow.table),
        "associations": ("shock_links", blow.associations),
        "measured": ("shock_measures", blow.measured),
    }
    if blow.communities is not None:
        tables["communities"] = ("shock_communities", blow.communities.table.assign(p=blow.communities.p))
    single = [blow.of(area) for area in blow.table["area"]]
    parts = [Part((*blow.findings, *single), blow.notes, tables, label)]
    if found.also is not None:
        parts.append(Part.of(found.also, {"table": "shock_outcomes"}, label))
    for one in found.recovery:
        parts.append(Part.of(one, {"summary": "shock_recovery"}, {**label, "figure": one.figure}))
    return found, parts, [note for note in found.notes if not any(note in part.notes for part in parts)]


def _disparity(asked: Asked) -> Parts:
    found = disparity_of(asked)
    return (
        found,
        [Part.of(found, {"split": "disparity", "spreads": "disparity_regions", "change": "disparity_change"})],
        (),
    )


def _trends(asked: Asked) -> Parts:
    found = trends_of(asked, draws=redraws(asked, REDRAWS))
    parts = [
        Part.of(found.paths, {"reach": "trends_coverage"}),
        Part.of(found.trends, {"table": "trends"}),
        Part.of(found.convergence, {"table": "trends_spread", "changes": "trends_change"}),
        Part.of(found.mobility, {"table": "trends_mobility"}),
    ]
    notes = [note for note in found.notes if not any(note in part.notes for part in parts)]
    for part in (lambda: _chapters(asked), lambda: Part.of(windows_of(asked), {"table": "trends_together"})):
        more, without = _where_it_can(part)
        parts, notes = [*parts, *more], [*notes, *without]
    return found, parts, notes


def _chapters(asked: Asked) -> Part:
    found = chapters_of(asked, draws=redraws(asked, REDRAWS))
    names = ("moves", "spread", "changes")
    return Part.of(found, {"table": "trends_chapters", **{name: f"trends_chapters_{name}" for name in names}})


def _where_it_can(part: Callable[[], Part]) -> tuple[list[Part], list[str]]:
    """A part that not every set of areas has, or a note why it has none: no chapters in a small country, no years on
    both sides of 2020."""
    try:
        return [part()], []
    except MethodError as reason:
        return [], [f"{opened('; '.join([reason.what, *map(str, reason.faults)]))}."]


def _space(asked: Asked) -> Parts:
    found = space_of(asked, redraws(asked, REDRAWS))
    parts = [Part.of(one, {"table": "space"}) for one in (found.moran, *found.members)]
    parts.append(Part.of(found.hotspots, {"table": "space_areas"}))
    return found, [*parts, Part.of(found.contrasts, {"table": "space_borders"})], ()


#: Every question, in the order of the report.
QUESTIONS: dict[str, Callable[[Asked], Parts]] = {
    "communities": _communities, "neighbours": _neighbours, "compacts": _compacts, "conditions": _conditions,
    "health": _health, "shock": _shock, "disparity": _disparity, "trends": _trends, "space": _space,
}  # fmt: skip
