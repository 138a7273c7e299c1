"""The commands about places: who is alike, who differs, who moves, how places lie, and what goes with the score."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from goodwork.cli.app import FrameworkOption, JsonOption, PeriodOption, SetOption, StoreOption, app, open_monitor

if TYPE_CHECKING:
    from goodwork.monitor import Monitor
    from goodwork.pipeline.asked import Asked


class Same(StrEnum):
    """What neighbours must have in common."""

    country = "country"
    region = "region"


AreaArgument = Annotated[str, typer.Argument(help="Name or code; case, accents and small typos do not matter.")]
OneAreaArgument = Annotated[str | None, typer.Argument(help="One area's own answer, too.", show_default=False)]
TopOption = Annotated[int, typer.Option(min=1, help="Areas shown from either end.")]
RedrawsOption = Annotated[int, typer.Option("--draws", min=50, help="Redraws of the figures within survey error.")]


def _asked(monitor: Monitor, period: str | None, area_set: str | None, framework: str | None) -> Asked:
    """What an edition holds, put as a question about one framework, set of areas and period."""
    from goodwork.pipeline.asked import Asked
    from goodwork.pipeline.material import Material

    frameworks = tuple(monitor.frameworks.values())
    material = Material(
        monitor.edition.name, monitor.title, frameworks, monitor.catalogue, monitor.geography, monitor.table("values")
    )
    where, when = monitor.area_set(area_set, framework), monitor.period(period, framework)
    return Asked.of(material, monitor.framework(framework), where.name, when)


@app.command()
def communities(
    k: Annotated[int, typer.Option("--k", min=0, help="How many; 0: the number that varies least.")] = 4,
    draws: Annotated[int, typer.Option(min=10, help="Redraws of the areas.")] = 200,
    period: PeriodOption = None,
    area_set: SetOption = None,
    framework: FrameworkOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Areas with the same profile of work, found without reference to location, and how sure each one's place is."""
    from goodwork.cli.show_questions import as_json, show_communities
    from goodwork.pipeline.executors import workers
    from goodwork.pipeline.questions import communities_of

    monitor = open_monitor(store)
    asked = _asked(monitor, period, area_set, framework)
    with workers() as executor:
        found = communities_of(asked, k or None, draws, executor)
    if json:
        as_json(asked, found, areas=found.table, communities=found.communities, numbers=found.numbers)
    else:
        show_communities(monitor, asked, found)


@app.command()
def neighbours(
    name: AreaArgument,
    number: Annotated[int, typer.Option(min=1, help="How many neighbours.")] = 5,
    same: Annotated[Same | None, typer.Option(help="Only areas of the same region or country.")] = None,
    apart: Annotated[bool, typer.Option("--apart", help="Leave out areas that touch.")] = False,
    period: PeriodOption = None,
    area_set: SetOption = None,
    framework: FrameworkOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """The areas most like one area in their figures, and what still sets them apart."""
    from goodwork.cli.show_questions import as_json, show_neighbours
    from goodwork.pipeline.questions import neighbours_of

    monitor = open_monitor(store)
    asked = _asked(monitor, period, area_set, framework)
    place = monitor.find(name).code
    asked.name_of(place)
    found = neighbours_of(asked, number, same.value if same else None, apart)
    if json:
        mine = found.table[found.table["area"] == place]
        as_json(asked, found, found.sentences(place), neighbours=mine, explained=found.explained(place))
    else:
        show_neighbours(monitor, asked, found, place)


@app.command()
def compacts(
    sizes: Annotated[tuple[int, int], typer.Option(help="Least and most areas of a group.")] = (4, 8),
    inside_regions: Annotated[bool, typer.Option("--inside-regions", help="Groups stay inside one region.")] = False,
    touching: Annotated[bool, typer.Option("--touching", help="The areas of a group hang together.")] = False,
    since: Annotated[str | None, typer.Option(help="The earlier period that change is measured from.")] = None,
    period: PeriodOption = None,
    area_set: SetOption = None,
    framework: FrameworkOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Groups of areas with the same weak points, small enough to act together."""
    from goodwork.cli.show_questions import as_json, show_compacts
    from goodwork.pipeline.questions import compacts_of

    monitor = open_monitor(store)
    asked = _asked(monitor, period, area_set, framework)
    found = compacts_of(asked, sizes, inside_regions, touching, since)
    if json:
        as_json(asked, found, areas=found.table, compacts=found.groups)
    else:
        show_compacts(monitor, asked, found)


@app.command()
def disparity(
    period: PeriodOption = None,
    area_set: SetOption = None,
    framework: FrameworkOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """How far areas differ inside regions and between them, indicator by indicator, survey error taken out."""
    from goodwork.cli.show_questions import as_json, show_disparity
    from goodwork.pipeline.questions import disparity_of

    monitor = open_monitor(store)
    asked = _asked(monitor, period, area_set, framework)
    found = disparity_of(asked)
    if json:
        as_json(asked, found, split=found.split, regions=found.spreads, change=found.change)
    else:
        show_disparity(monitor, asked, found)


@app.command()
def trends(
    name: OneAreaArgument = None,
    across_breaks: Annotated[
        bool, typer.Option("--across-breaks", help="All periods, not only the longest stretch without a break.")
    ] = False,
    top: TopOption = 5,
    draws: RedrawsOption = 500,
    area_set: SetOption = None,
    framework: FrameworkOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Who improves and who falls back beside the others, whether areas come closer, and one area's path."""
    from goodwork.cli.show_questions import as_json, show_trends
    from goodwork.pipeline.executors import workers
    from goodwork.pipeline.questions import trends_of

    monitor = open_monitor(store)
    asked = _asked(monitor, None, area_set, framework)
    place = asked.name_of(monitor.find(name).code) if name else None
    with workers() as executor:
        found = trends_of(asked, across_breaks, draws, executor)
    if json:
        paths = found.paths.table
        as_json(
            asked, found, trends=found.trends.table, spread=found.convergence.table, mobility=found.mobility.table,
            paths=paths if place is None else paths[paths["area"] == place],
        )  # fmt: skip
    else:
        show_trends(monitor, asked, found, place, top)


@app.command()
def space(
    top: TopOption = 10,
    draws: RedrawsOption = 500,
    period: PeriodOption = None,
    area_set: SetOption = None,
    framework: FrameworkOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Whether areas that touch are alike, where high and low areas lie together, and where borders are steep."""
    from goodwork.cli.show_questions import as_json, show_space
    from goodwork.pipeline.executors import workers
    from goodwork.pipeline.questions import space_of

    monitor = open_monitor(store)
    asked = _asked(monitor, period, area_set, framework)
    with workers() as executor:
        found = space_of(asked, draws, executor)
    if json:
        as_json(asked, found, moran=found.table, areas=found.hotspots.table, borders=found.contrasts.table)
    else:
        show_space(monitor, asked, found, top)


@app.command()
def conditions(
    name: OneAreaArgument = None,
    top: TopOption = 5,
    period: PeriodOption = None,
    area_set: SetOption = None,
    framework: FrameworkOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """The score beside the conditions for good work: who stands better or worse than areas with similar conditions."""
    from goodwork.cli.show_questions import as_json, show_conditions
    from goodwork.pipeline.links import conditions_of

    monitor = open_monitor(store)
    chosen = monitor.frameworks.get("conditions")
    if area_set is None and framework is None and chosen is not None:
        area_set = chosen.default_area_set or None
    asked = _asked(monitor, period, area_set, framework)
    place = asked.name_of(monitor.find(name).code) if name else None
    found = conditions_of(asked)
    if json:
        shares = {} if found.dominance is None else {"shares": found.dominance.table}
        as_json(asked, found, areas=found.relation.table, **shares)
    else:
        show_conditions(monitor, asked, found, place, top)


@app.command()
def health(
    period: PeriodOption = None,
    area_set: SetOption = None,
    framework: FrameworkOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """How the score goes together with healthy life, early death and well-being, and where outcomes grow worse."""
    from goodwork.cli.show_questions import as_json, show_health
    from goodwork.pipeline.links import health_of

    monitor = open_monitor(store)
    asked = _asked(monitor, period, area_set, framework)
    found = health_of(asked)
    if json:
        as_json(asked, found, links=found.outcomes.table, **{one.outcome: one.table for one in found.warnings})
    else:
        show_health(monitor, asked, found)


@app.command()
def shock(
    name: OneAreaArgument = None,
    of: Annotated[
        str | None, typer.Option("--shock", help="The shock by name; the first declared if left out.")
    ] = None,
    top: TopOption = 10,
    area_set: SetOption = None,
    framework: FrameworkOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Who a shock hit twice, how the blow goes with the score before, and how far areas have come back."""
    from goodwork.cli.show_questions import as_json, show_shock
    from goodwork.pipeline.links import shock_of

    monitor = open_monitor(store)
    asked = _asked(monitor, None, area_set, framework)
    place = asked.name_of(monitor.find(name).code) if name else None
    found = shock_of(asked, of)
    if json:
        more = {one.figure: one.summary for one in found.recovery}
        as_json(asked, found, areas=found.shock.table, scores=found.shock.associations, **more)
    else:
        show_shock(monitor, asked, found, place, top)
