"""``--plot``: the figure of an answer as a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodwork.errors import DeclarationError, StoreError

if TYPE_CHECKING:
    from goodwork.analysis.clusters import Clusters
    from goodwork.analysis.compacts import Compacts
    from goodwork.analysis.disparity import Disparity
    from goodwork.analysis.neighbours import Neighbours
    from goodwork.analysis.succession import Succession
    from goodwork.cli.options import Where
    from goodwork.figures.figure import Figure
    from goodwork.figures.questions import Setting
    from goodwork.model.panel import Values
    from goodwork.pipeline.asked import Asked
    from goodwork.pipeline.links import Blow, Health, Related
    from goodwork.pipeline.questions import Lie, Through


def svg_file(path: Path | None) -> Path | None:
    """The file asked for, refused before anything is worked out: raises ``DeclarationError`` for another ending than
    ``.svg``, ``StoreError`` for a folder that is not there or a file that is a folder."""
    if path is None:
        return None
    if path.suffix.lower() != ".svg":
        raise DeclarationError(
            f"a figure is written as SVG, not as {path.name}", remedy="give a name that ends in .svg"
        )
    if not path.parent.is_dir():
        raise StoreError(f"cannot write {path}: there is no folder {path.parent}", remedy="make the folder first")
    if path.is_dir():
        raise StoreError(f"cannot write {path}: it is a folder", remedy="give the name of a file")
    return path


PlotOption = Annotated[
    Path | None,
    typer.Option("--plot", metavar="FILE.svg", callback=svg_file, help="Write the answer as a figure, too."),
]


def write(path: Path, figure: Figure) -> None:
    """The figure with title, note and source; written aside and moved into place."""
    from goodwork.store.tables import write_bytes

    write_bytes(path, figure.svg.encode())


def no_figure(path: Path | None, option: str) -> None:
    """Raises ``DeclarationError`` where a figure is asked for with an option whose answer is a table only."""
    if path is not None:
        raise DeclarationError(f"there is no figure of what {option} asks for", remedy=f"leave out --plot, or {option}")


def communities(where: Where, asked: Asked, found: Clusters) -> Figure:
    """Who belongs where, as a tile map; what communities are like, where no tiles are held."""
    from goodwork.figures.questions import of_communities

    return of_communities(found, setting(where, asked), tiles())


def succession(where: Where, asked: Asked, found: Succession) -> Figure:
    """From community to community."""
    from goodwork.figures.questions import of_succession

    return of_succession(found, setting(where, asked))


def neighbours(where: Where, asked: Asked, found: Neighbours, place: str) -> Figure:
    """One area beside its neighbours, region and nation."""
    import numpy as np

    from goodwork.figures.questions import of_neighbours

    known = asked.material.geography.by_code
    countries = {a: known[c].name if c in known else c for a, c in asked.labels("country").items()}
    regions = {a: r for a, r in asked.labels("region").items() if r != countries[a]}
    places = [asked.panel.areas.index(area) for area in found.points.areas]
    members = [asked.framework.indicators.index(member) for member in found.points.members]
    errors = asked.errors[asked.at][np.ix_(places, members)]
    return of_neighbours(found, setting(where, asked), place, {"nation": countries, "region": regions}, errors)


def compacts(where: Where, asked: Asked, found: Compacts) -> Figure:
    """The weak points that groups have in common."""
    from goodwork.figures.questions import of_compacts

    return of_compacts(found, setting(where, asked))


def disparity(where: Where, asked: Asked, found: Disparity) -> Figure:
    """Where the variation lies."""
    from goodwork.figures.questions import of_disparity

    return of_disparity(found, setting(where, asked))


def trends(where: Where, asked: Asked, found: Through, place: str | None) -> Figure:
    """One area's path beside the middle area of its region and of all; or who moved most."""
    import numpy as np

    from goodwork.figures.questions import of_movers, of_paths

    told = setting(where, asked)
    if place is None:
        return of_movers(found.paths, found.trends, told, found.periods)
    regions = dict(zip(asked.names, asked.regions, strict=True))
    near = np.array([regions[name] == regions[place] for name in found.paths.areas])
    beside = {}
    if regions[place] and near.sum() > 2:
        beside[f"median of {regions[place]}"] = _median(found.paths.score[:, near])
    beside["median of all areas"] = _median(found.paths.score)
    return of_paths(found.paths, found.trends, told, place, beside)


def space(where: Where, asked: Asked, found: Lie) -> Figure:
    """Where high and low areas lie together."""
    from goodwork.figures.questions import of_hotspots

    codes = dict(zip(asked.names, asked.panel.areas, strict=True))
    return of_hotspots(found.hotspots, setting(where, asked), tiles(), codes)


def conditions(where: Where, asked: Asked, found: Related, place: str | None) -> Figure:
    """The score against the conditions for it."""
    from goodwork.figures.links import of_relation

    regions = dict(zip(asked.names, asked.regions, strict=True))
    return of_relation(found.relation, setting(where, asked), regions, [place] if place else [])


def health(where: Where, asked: Asked, found: Health) -> Figure:
    """The score against every outcome."""
    from goodwork.figures.links import of_outcomes
    from goodwork.pipeline.asked import inside

    better = {inside(i.label): i.better for i in asked.material.catalogue.indicator}
    return of_outcomes(found.outcomes, setting(where, asked), better)


def shock(where: Where, asked: Asked, found: Blow, place: str | None) -> Figure:
    """Who was hit twice."""
    from goodwork.figures.links import of_shock

    asked_of = found.question
    return of_shock(found.shock, setting(where, asked), asked_of.title, asked_of.period, [place] if place else [])


def setting(where: Where, asked: Asked) -> Setting:
    """What was asked about, in words."""
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
        source=f"Edition {where.monitor.edition.name}. Figures: {'; '.join(publishers) or 'own'}.{outlines}",
        names=dict(zip(asked.panel.areas, asked.names, strict=True)),
        show=lambda member, value: catalogue[member].show(value),
        better=lambda member: f"{directions[member]} is better",
        invented=where.monitor.invented,
    )


def tiles() -> dict[str, tuple[int, int]]:
    """Where each area's tile lies."""
    from goodwork.store.boundaries import read_tiles

    return dict(read_tiles().places)


def _median(scores: Values) -> Values:
    """Median over areas of each period, ``(periods, areas)`` → ``(periods,)``; NaN where no area has a score."""
    import numpy as np

    there = np.isfinite(scores).any(axis=1)
    found = np.full(len(scores), np.nan)
    found[there] = np.nanmedian(scores[there], axis=1)
    return found
