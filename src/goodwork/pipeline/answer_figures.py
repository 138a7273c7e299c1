"""The figure of each answer: what was found and what it was asked about, drawn; and the figures of an edition as a
table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.errors import MethodError
from goodwork.pipeline.asked import Asked, inside
from goodwork.store.editions import UNNAMED

if TYPE_CHECKING:
    from goodwork.analysis.clusters import Clusters
    from goodwork.analysis.compacts import Compacts
    from goodwork.analysis.disparity import Disparity
    from goodwork.analysis.neighbours import Neighbours
    from goodwork.figures.figure import Figure
    from goodwork.figures.questions import Setting
    from goodwork.model.panel import Values
    from goodwork.pipeline.links import Blow, Health, Related
    from goodwork.pipeline.questions import Lie, Through

#: Columns of the table of figures after those that say which index it is about.
COLUMNS = (
    "question",
    "name",
    "title",
    "subtitle",
    "sentence",
    "source",
    "note",
    "drawing",
    "narrow",
    "legend",
    "svg",
    "table",
)


def figures_of(question: str, asked: Asked, found: Any) -> tuple[Figure, ...]:
    """The figures of one answer; none where a question is about single areas only, or where nothing can be drawn.

    The name of an edition follows from its content, so in its figures ``UNNAMED`` stands for it.
    """
    if question not in DRAWN:
        return ()
    try:
        return tuple(DRAWN[question](asked, found, setting(asked)))
    except MethodError:
        return ()


def rows_of(question: str, figures: tuple[Figure, ...]) -> Iterator[tuple[str, ...]]:
    """A row of the table of figures for each; the table behind a drawing is kept as CSV."""
    for one in figures:
        table = one.table.to_csv(index=False, lineterminator="\r\n")
        words = (one.title, one.subtitle, one.sentence, one.source, one.note)
        yield (question, one.name, *words, one.drawing, one.narrow, one.legend, one.svg, table)


def setting(asked: Asked, edition: str = UNNAMED) -> Setting:
    """What was asked about, in words; the ``edition`` opens the line of sources."""
    from goodwork.figures.questions import Setting
    from goodwork.store.boundaries import read_boundaries

    catalogue, framework = asked.material.catalogue, asked.framework
    directions = dict(zip(framework.indicators, framework.directions, strict=True))
    named = [name.strip() for m in framework.indicators for name in catalogue[m].publisher.split(";")]
    publishers = dict.fromkeys(filter(None, named))
    outlines = f" {read_boundaries().attribution}" if asked.edges is not None else ""
    return Setting(
        framework=framework.title,
        areas=asked.material.geography.set_named(asked.area_set).title,
        period=asked.period,
        source=f"Edition {edition}. Figures: {'; '.join(publishers) or 'own'}.{outlines}",
        names=dict(zip(asked.panel.areas, asked.names, strict=True)),
        show=lambda member, value: catalogue[member].show(value),
        better=lambda member: f"{directions[member]} is better",
        invented=asked.material.invented,
    )


def tiles() -> dict[str, tuple[int, int]]:
    """Where each area's tile lies."""
    from goodwork.store.boundaries import read_tiles

    return dict(read_tiles().places)


def neighbours(asked: Asked, found: Neighbours, told: Setting, place: str) -> Figure:
    """One area beside its neighbours, region and nation."""
    from goodwork.figures.questions import of_neighbours

    known = asked.material.geography.by_code
    countries = {a: known[c].name if c in known else c for a, c in asked.labels("country").items()}
    regions = {a: r for a, r in asked.labels("region").items() if r != countries[a]}
    places = [asked.panel.areas.index(area) for area in found.points.areas]
    members = [asked.framework.indicators.index(member) for member in found.points.members]
    errors = asked.errors[asked.at][np.ix_(places, members)]
    return of_neighbours(found, told, place, {"nation": countries, "region": regions}, errors)


def path(asked: Asked, found: Through, told: Setting, place: str) -> Figure:
    """One area's score through time beside the middle area of its region and of all."""
    from goodwork.figures.questions import of_paths

    regions = dict(zip(asked.names, asked.regions, strict=True))
    near = np.array([regions[name] == regions[place] for name in found.paths.areas])
    beside = {}
    if regions[place] and near.sum() > 2:
        beside[f"median of {regions[place]}"] = _median(found.paths.score[:, near])
    beside["median of all areas"] = _median(found.paths.score)
    return of_paths(found.paths, found.trends, told, place, beside)


def conditions(asked: Asked, found: Related, told: Setting, place: str | None = None) -> Figure:
    """The score against the conditions for it."""
    from goodwork.figures.links import of_relation

    regions = dict(zip(asked.names, asked.regions, strict=True))
    return of_relation(found.relation, told, regions, [place] if place else [])


def health(asked: Asked, found: Health, told: Setting) -> Figure:
    """The score against every outcome."""
    from goodwork.figures.links import of_outcomes

    better = {inside(i.label): i.better for i in asked.material.catalogue.indicator}
    return of_outcomes(found.outcomes, told, better)


def shock(found: Blow, told: Setting, place: str | None = None) -> Figure:
    """Who was hit twice."""
    from goodwork.figures.links import of_shock

    question = found.question
    return of_shock(found.shock, told, question.title, question.period, [place] if place else [])


def space(asked: Asked, found: Lie, told: Setting) -> Figure:
    """Where high and low areas lie together."""
    from goodwork.figures.questions import of_hotspots

    return of_hotspots(found.hotspots, told, tiles(), dict(zip(asked.names, asked.panel.areas, strict=True)))


def _communities(asked: Asked, found: Clusters, told: Setting) -> Iterator[Figure]:
    """Who belongs where, as a tile map where tiles are held; and what each community is like."""
    from goodwork.figures.questions import of_communities

    cells = tiles()
    if any(area in cells for area in found.points.areas):
        yield of_communities(found, told, cells)
    yield of_communities(found, told, {}, drawn_as="profile")


def _compacts(asked: Asked, found: Compacts, told: Setting) -> Iterator[Figure]:
    from goodwork.figures.questions import of_compacts

    yield of_compacts(found, told)


def _disparity(asked: Asked, found: Disparity, told: Setting) -> Iterator[Figure]:
    from goodwork.figures.questions import of_disparity

    yield of_disparity(found, told)


def _trends(asked: Asked, found: Through, told: Setting) -> Iterator[Figure]:
    from goodwork.figures.questions import of_movers

    yield of_movers(found.paths, found.trends, told, found.periods)


def _median(scores: Values) -> Values:
    """Median over areas of each period, ``(periods, areas)`` → ``(periods,)``; NaN where no area has a score."""
    there = np.isfinite(scores).any(axis=1)
    found = np.full(len(scores), np.nan)
    found[there] = np.nanmedian(scores[there], axis=1)
    return found


#: Question → the figures of its answer. Neighbours are asked of one area at a time, so the answer as a whole has none.
DRAWN: Mapping[str, Callable[[Asked, Any, Setting], Iterator[Figure] | list[Figure]]] = {
    "communities": _communities,
    "compacts": _compacts,
    "conditions": lambda asked, found, told: [conditions(asked, found, told)],
    "health": lambda asked, found, told: [health(asked, found, told)],
    "shock": lambda asked, found, told: [shock(found, told)],
    "disparity": _disparity,
    "trends": _trends,
    "space": lambda asked, found, told: [space(asked, found, told)],
}
