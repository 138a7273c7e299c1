"""``--plot``: the figure of an answer as a file of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodwork.errors import DeclarationError, StoreError

if TYPE_CHECKING:
    from goodwork.analysis.chapters import Chapters
    from goodwork.analysis.clusters import Clusters
    from goodwork.analysis.compacts import Compacts
    from goodwork.analysis.disparity import Disparity
    from goodwork.analysis.neighbours import Neighbours
    from goodwork.analysis.outcomes import Outcomes
    from goodwork.analysis.succession import Succession
    from goodwork.cli.options import Where
    from goodwork.figures.figure import Figure
    from goodwork.figures.questions import Setting
    from goodwork.pipeline.asked import Asked
    from goodwork.pipeline.links import Blow, Health, Related
    from goodwork.pipeline.questions import Lie, Through
    from goodwork.pipeline.windows import Together


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


def communities(where: Where, asked: Asked, found: Clusters) -> Figure:
    """Who belongs where, as a tile map; what communities are like, where no tiles are held."""
    from goodwork.figures.questions import of_communities

    return of_communities(found, setting(where, asked), tiles())


def succession(where: Where, asked: Asked, found: Succession) -> Figure:
    """From community to community."""
    from goodwork.figures.questions import of_succession

    return of_succession(found, setting(where, asked))


def chapters(where: Where, asked: Asked, found: Chapters) -> Figure:
    """Countries and London through time."""
    from goodwork.figures.chapters import side_by_side
    from goodwork.pipeline.communities import breaks_in

    table = found.table.rename(columns={"chapter": "line", "median": "value"})
    last = {c.title: c.median[c.periods.index(c.stretch[-1])] for c in found.chapters}
    best, worst = (choose(last, key=lambda title: last[title]) for choose in (max, min))
    period = found.chapters[0].stretch[-1]
    caption = setting(where, asked).caption(
        f"In {period} the middle area scored {last[best]:.1f} in {best} and {last[worst]:.1f} in {worst}",
        "Score of the middle area of each chapter, on one scale", " ".join(found.findings),
        [note for note in found.notes if not note.startswith("Break ")], unit="Score of the middle area",
        better="higher is better",
        period=f"{found.chapters[0].periods[0]} to {found.chapters[0].periods[-1]}",
    )  # fmt: skip
    cuts = {p: f"From {p} scores cannot be compared freely with before: changed are {'; '.join(breaks_in(asked, p))}"
            for p in found.chapters[0].periods[1:] if breaks_in(asked, p)}  # fmt: skip
    return side_by_side(table, caption, breaks=cuts)


def together(where: Where, asked: Asked, found: Together, year: int) -> Figure:
    """What goes together before a year and from it on."""
    from goodwork.figures.links import of_windows

    return of_windows(found.pairs, setting(where, asked), year, found.notes)


def neighbours(where: Where, asked: Asked, found: Neighbours, place: str) -> Figure:
    """One area beside its neighbours, region and nation."""
    from goodwork.pipeline import answer_figures

    return answer_figures.neighbours(asked, found, setting(where, asked), place)


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
    from goodwork.figures.questions import of_movers
    from goodwork.pipeline import answer_figures

    told = setting(where, asked)
    if place is None:
        return of_movers(found.paths, found.trends, told, found.periods)
    return answer_figures.path(asked, found, told, place)


def space(where: Where, asked: Asked, found: Lie) -> Figure:
    """Where high and low areas lie together."""
    from goodwork.pipeline import answer_figures

    return answer_figures.space(asked, found, setting(where, asked))


def conditions(where: Where, asked: Asked, found: Related, place: str | None) -> Figure:
    """The score against the conditions for it."""
    from goodwork.pipeline import answer_figures

    return answer_figures.conditions(asked, found, setting(where, asked), place)


def health(where: Where, asked: Asked, found: Health) -> Figure:
    """The score against every outcome."""
    from goodwork.pipeline import answer_figures

    return answer_figures.health(asked, found, setting(where, asked))


def causes(where: Where, asked: Asked, found: Outcomes) -> Figure:
    """The score against every cause of an export of one's own."""
    from goodwork.figures.links import of_outcomes

    return of_outcomes(found, setting(where, asked), {})


def shock(where: Where, asked: Asked, found: Blow, place: str | None) -> Figure:
    """Who was hit twice."""
    from goodwork.pipeline import answer_figures

    return answer_figures.shock(found, setting(where, asked), place)


def setting(where: Where, asked: Asked) -> Setting:
    """What was asked about, in words."""
    from goodwork.pipeline import answer_figures

    return replace(answer_figures.setting(asked, where.monitor.edition.name), invented=where.monitor.invented)


def tiles() -> dict[str, tuple[int, int]]:
    """Where each area's tile lies."""
    from goodwork.pipeline import answer_figures

    return answer_figures.tiles()
