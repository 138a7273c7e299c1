"""The commands about places: who is alike, who differs, who moves, how places lie, and what goes with the score."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodwork.cli import plots
from goodwork.cli.app import app
from goodwork.cli.options import AreaArgument, Where, about_an_index, numbers
from goodwork.cli.plots import PlotOption

if TYPE_CHECKING:
    from goodwork.pipeline.asked import Asked


class Same(StrEnum):
    """What neighbours must have in common."""

    country = "country"
    region = "region"
    type = "type"


class Far(StrEnum):
    """How far areas are apart."""

    euclidean = "euclidean"
    mahalanobis = "mahalanobis"


OneAreaArgument = Annotated[str | None, typer.Argument(help="One area's own answer, too.", show_default=False)]
TopOption = Annotated[int, typer.Option(min=1, help="Areas shown from either end.")]
RedrawsOption = Annotated[int, typer.Option("--draws", min=50, help="Redraws of the figures within survey error.")]


def _asked(where: Where) -> Asked:
    """What an edition holds, put as a question about one framework, set of areas and period."""
    from goodwork.pipeline.asked import Asked

    return Asked.of(where.material, where.monitor.framework(where.framework), where.areas.name, where.when)


@app.command()
@about_an_index()
def communities(
    where: Where,
    k: Annotated[int, typer.Option("--k", min=0, help="How many; 0: the number that varies least.")] = 4,
    draws: Annotated[int, typer.Option(min=10, help="Redraws of the areas.")] = 200,
    method: Annotated[
        str, typer.Option(help="graph, k-means, ward, mixture, k-medoids, or consensus: what these agree on.")
    ] = "graph",
    through: Annotated[bool, typer.Option("--through", help="In every period, and who moved between them.")] = False,
    plot: PlotOption = None,
) -> None:
    """Areas with the same profile of work, found without reference to location, and how sure each one's place is."""
    from goodwork.cli.show_questions import as_json, show_communities
    from goodwork.pipeline.communities import communities_of, successions_of
    from goodwork.pipeline.executors import workers

    monitor = where.monitor
    asked = _asked(where)
    if through:
        from goodwork.cli.show_through import show_succession

        with workers() as executor:
            series = successions_of(asked, k or 4, draws, executor, method=method)
        if plot:
            plots.write(plot, plots.succession(where, asked, series))
        if where.json:
            as_json(asked, series, areas=series.table, moved=series.moved, matrix=series.matrix)
        else:
            show_succession(monitor, asked, series)
        return
    with workers() as executor:
        found = communities_of(asked, k or None, draws, executor, method=method)
    if plot:
        plots.write(plot, plots.communities(where, asked, found))
    if where.json:
        as_json(asked, found, areas=found.table, communities=found.communities, numbers=found.numbers)
    else:
        show_communities(monitor, asked, found)


@app.command()
@about_an_index()
def neighbours(
    where: Where,
    name: AreaArgument,
    number: Annotated[int, typer.Option(min=1, help="How many neighbours.")] = 5,
    same: Annotated[
        Same | None, typer.Option(help="Only areas of the same region, country or type of authority.")
    ] = None,
    apart: Annotated[bool, typer.Option("--apart", help="Leave out areas that touch.")] = False,
    distance: Annotated[Far, typer.Option(help="mahalanobis: members that say the same count once.")] = Far.euclidean,
    weight: Annotated[
        list[str] | None, typer.Option(metavar="MEMBER=NUMBER", help="What a member counts; 1 if left out.")
    ] = None,
    plot: PlotOption = None,
) -> None:
    """The areas most like one area in their figures, and what still sets them apart."""
    from goodwork.cli.show_questions import as_json, show_neighbours
    from goodwork.pipeline.questions import neighbours_of

    monitor = where.monitor
    asked = _asked(where)
    place = monitor.find(name).code
    asked.name_of(place)
    found = neighbours_of(
        asked, number, same.value if same else None, apart, distance.value, numbers(weight or (), "weight")
    )
    if plot:
        plots.write(plot, plots.neighbours(where, asked, found, place))
    if where.json:
        mine = found.table[found.table["area"] == place]
        as_json(asked, found, found.sentences(place), neighbours=mine, explained=found.explained(place))
    else:
        show_neighbours(monitor, asked, found, place)


@app.command()
@about_an_index()
def compacts(
    where: Where,
    sizes: Annotated[tuple[int, int], typer.Option(help="Least and most areas of a group.")] = (4, 8),
    inside_regions: Annotated[bool, typer.Option("--inside-regions", help="Groups stay inside one region.")] = False,
    touching: Annotated[bool, typer.Option("--touching", help="The areas of a group hang together.")] = False,
    since: Annotated[str | None, typer.Option(help="The earlier period that change is measured from.")] = None,
    plot: PlotOption = None,
) -> None:
    """Groups of areas with the same weak points, small enough to act together."""
    from goodwork.cli.show_questions import as_json, show_compacts
    from goodwork.pipeline.questions import compacts_of

    monitor = where.monitor
    asked = _asked(where)
    found = compacts_of(asked, sizes, inside_regions, touching, since)
    if plot:
        plots.write(plot, plots.compacts(where, asked, found))
    if where.json:
        as_json(asked, found, areas=found.table, compacts=found.groups)
    else:
        show_compacts(monitor, asked, found)


@app.command()
@about_an_index()
def disparity(
    where: Where,
    plot: PlotOption = None,
) -> None:
    """How far areas differ inside regions and between them, indicator by indicator, survey error taken out."""
    from goodwork.cli.show_questions import as_json, show_disparity
    from goodwork.pipeline.questions import disparity_of

    monitor = where.monitor
    asked = _asked(where)
    found = disparity_of(asked)
    if plot:
        plots.write(plot, plots.disparity(where, asked, found))
    if where.json:
        as_json(asked, found, split=found.split, regions=found.spreads, change=found.change)
    else:
        show_disparity(monitor, asked, found)


@app.command()
@about_an_index("period")
def trends(
    where: Where,
    name: OneAreaArgument = None,
    across_breaks: Annotated[
        bool, typer.Option("--across-breaks", help="All periods, not only the longest stretch without a break.")
    ] = False,
    top: TopOption = 5,
    draws: RedrawsOption = 500,
    prices: Annotated[
        Path | None, typer.Option(help="A price index of your own (prices.toml) for money; its base is the year shown.")
    ] = None,
    chapters: Annotated[bool, typer.Option("--chapters", help="Countries and London side by side.")] = False,
    around: Annotated[
        int | None, typer.Option("--around", help="What goes together before this year, and from it on.")
    ] = None,
    plot: PlotOption = None,
) -> None:
    """Who improves and who falls back beside the others, whether areas come closer, and one area's path."""
    from goodwork.cli.show_questions import as_json, show_trends
    from goodwork.pipeline.executors import workers
    from goodwork.pipeline.questions import trends_of
    from goodwork.sources.folder import read_prices

    monitor = where.monitor
    asked = _asked(where)
    if prices is not None:
        asked = replace(asked, material=replace(asked.material, prices=read_prices(prices)))
    if chapters and around is not None:
        raise typer.BadParameter("ask for --chapters or --around, one at a time")
    if chapters or around is not None:
        _parts_of_the_series(where, asked, chapters, around, draws, plot)
        return
    place = asked.name_of(monitor.find(name).code) if name else None
    with workers() as executor:
        found = trends_of(asked, across_breaks, draws, executor)
    if plot:
        plots.write(plot, plots.trends(where, asked, found, place))
    if where.json:
        paths = found.paths.table
        as_json(
            asked, found, trends=found.trends.table, spread=found.convergence.table, mobility=found.mobility.table,
            paths=paths if place is None else paths[paths["area"] == place], coverage=found.paths.reach,
        )  # fmt: skip
    else:
        show_trends(monitor, asked, found, place, top)


def _parts_of_the_series(
    where: Where, asked: Asked, chapters: bool, around: int | None, draws: int, plot: Path | None
) -> None:
    from goodwork.cli.show_questions import as_json
    from goodwork.cli.show_through import show_chapters, show_together
    from goodwork.pipeline.chapters import chapters_of
    from goodwork.pipeline.executors import workers
    from goodwork.pipeline.windows import windows_of

    if chapters:
        with workers() as executor:
            found = chapters_of(asked, draws=draws, executor=executor)
        if plot:
            plots.write(plot, plots.chapters(where, asked, found))
        if where.json:
            moves = {one.title: one.trends.table for one in found.chapters}
            as_json(asked, found, chapters=found.table, **moves)
        else:
            show_chapters(where.monitor, asked, found)
    if around is not None:
        together = windows_of(asked, year=around)
        if plot:
            plots.write(plot, plots.together(where, asked, together, around))
        if where.json:
            as_json(asked, together, pairs=together.table)
        else:
            show_together(where.monitor, asked, together)


@app.command()
@about_an_index()
def space(
    where: Where,
    top: TopOption = 10,
    draws: RedrawsOption = 500,
    plot: PlotOption = None,
) -> None:
    """Whether areas that touch are alike, where high and low areas lie together, and where borders are steep."""
    from goodwork.cli.show_questions import as_json, show_space
    from goodwork.pipeline.executors import workers
    from goodwork.pipeline.questions import space_of

    monitor = where.monitor
    asked = _asked(where)
    with workers() as executor:
        found = space_of(asked, draws, executor)
    if plot:
        plots.write(plot, plots.space(where, asked, found))
    if where.json:
        as_json(asked, found, moran=found.table, areas=found.hotspots.table, borders=found.contrasts.table)
    else:
        show_space(monitor, asked, found, top)


@app.command()
@about_an_index()
def conditions(
    where: Where,
    name: OneAreaArgument = None,
    top: TopOption = 5,
    plot: PlotOption = None,
) -> None:
    """The score beside the conditions for good work: who stands better or worse than areas with similar conditions."""
    from goodwork.cli.show_links import show_conditions
    from goodwork.cli.show_questions import as_json
    from goodwork.pipeline.links import conditions_of

    monitor = where.monitor
    chosen = monitor.frameworks.get("conditions")
    if where.area_set is None and where.framework is None and chosen is not None:
        where = replace(where, area_set=chosen.default_area_set or None)
    asked = _asked(where)
    place = asked.name_of(monitor.find(name).code) if name else None
    found = conditions_of(asked)
    if plot:
        plots.write(plot, plots.conditions(where, asked, found, place))
    if where.json:
        shares = {} if found.dominance is None else {"shares": found.dominance.table}
        as_json(asked, found, areas=found.relation.table, links=found.relation.links, **shares)
    else:
        show_conditions(monitor, asked, found, place, top)


@app.command()
@about_an_index()
def health(
    where: Where,
    gbd: Annotated[
        Path | None,
        typer.Option(help="Your own export of the Global Burden of Disease tool: causes beside the score."),
    ] = None,
    plot: PlotOption = None,
) -> None:
    """How the score goes together with healthy life, early death and well-being, and where outcomes grow worse."""
    from goodwork.cli.show_links import show_health
    from goodwork.cli.show_questions import as_json
    from goodwork.pipeline.links import health_of

    monitor = where.monitor
    asked = _asked(where)
    if gbd is not None:
        from goodwork.cli.show_through import show_causes
        from goodwork.pipeline.burden import burden_of
        from goodwork.sources.tables import read_bytes

        causes = burden_of(asked, read_bytes(gbd), gbd.name)
        if plot:
            plots.write(plot, plots.causes(where, asked, causes))
        if where.json:
            as_json(asked, causes, causes=causes.table)
        else:
            show_causes(monitor, asked, causes)
        return
    found = health_of(asked)
    if plot:
        plots.write(plot, plots.health(where, asked, found))
    if where.json:
        means = {} if found.regions is None else {"regions": found.regions.table}
        watched = {one.outcome.rstrip(","): one.table for one in found.warnings}
        as_json(asked, found, links=found.outcomes.table, **means, **watched)
    else:
        show_health(monitor, asked, found)


@app.command()
@about_an_index("period")
def shock(
    where: Where,
    name: OneAreaArgument = None,
    of: Annotated[
        str | None, typer.Option("--shock", help="The shock by name; the first declared if left out.")
    ] = None,
    shocks: Annotated[
        Path | None, typer.Option(help="Shocks of your own (shock.toml): two indicators of the edition and a window.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(
            "--figures", help="Figures of your own (indicator, area, period, value) for what the edition has none of."
        ),
    ] = None,
    top: TopOption = 10,
    plot: PlotOption = None,
) -> None:
    """Who a shock hit twice, how the blow goes with the score before, and how far areas have come back."""
    from goodwork.cli.show_links import show_shock
    from goodwork.cli.show_questions import as_json
    from goodwork.model.questions import Shocks
    from goodwork.pipeline.links import shock_of
    from goodwork.sources.declared import read_declared

    monitor = where.monitor
    asked = _asked(where)
    place = asked.name_of(monitor.find(name).code) if name else None
    own = None
    if figures is not None:
        asked = replace(asked, material=asked.material.with_figures(figures))
    if shocks is not None:
        own = read_declared(Shocks, shocks)
        own.checked_against(monitor.catalogue, shocks.name)
    found = shock_of(asked, of, declared=own)
    if figures is not None:
        found = replace(found, later=(*found.later, f"Figures of {figures.name} are no part of the edition."))
    if plot:
        plots.write(plot, plots.shock(where, asked, found, place))
    if where.json:
        more = {one.figure: one.summary for one in found.recovery}
        beside = {} if found.also is None else {"outcomes": found.also.table}
        as_json(asked, found, areas=found.shock.table, scores=found.shock.associations, **beside, **more)
    else:
        show_shock(monitor, asked, found, place, top)
