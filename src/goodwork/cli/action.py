"""The commands about action: what it would take, how to share a budget, whether targets are on track."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from goodwork.cli.app import app
from goodwork.cli.options import AreaArgument, JsonOption, Where, about_an_index, numbers
from goodwork.errors import DeclarationError, Fault


class Like(StrEnum):
    """Whose improvements bound what is thought possible."""

    neighbours = "neighbours"
    areas = "areas"
    none = "none"


class Shared(StrEnum):
    """How shares are made."""

    need = "need"
    population = "population"
    equal = "equal"
    tiers = "tiers"


DrawnOption = Annotated[int, typer.Option("--draws", min=100, help="Redraws of the figures within survey error.")]


@app.command()
@about_an_index()
def target(
    where: Where,
    name: AreaArgument,
    rank: Annotated[int | None, typer.Option(help="Reach this place or a better one.")] = None,
    score: Annotated[float | None, typer.Option(help="Reach this score.")] = None,
    median: Annotated[
        str | None,
        typer.Option(help="Reach the median of community, neighbours, region, country, all, or a group by name."),
    ] = None,
    no_worse: Annotated[str | None, typer.Option(help="Be no worse than in this year.")] = None,
    realism: Annotated[
        Like, typer.Option(help="No part improves by more than these have within five years; none: no bound.")
    ] = Like.neighbours,
    cost: Annotated[
        list[str] | None, typer.Option(help="indicator=weight: how dear a change of it is (1 if left out). Repeatable.")
    ] = None,
    bound: Annotated[
        list[str] | None, typer.Option(help="indicator=low:high in its unit, one end may be left out. Repeatable.")
    ] = None,
    fewest: Annotated[
        bool, typer.Option("--fewest", help="Change as few parts as possible, not all a little.")
    ] = False,
    chance: Annotated[float | None, typer.Option(help="Reach it in this share of redraws, such as 0.9.")] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="It must hold in the index built anew, where averages move with it, too.")
    ] = False,
    trend: Annotated[float | None, typer.Option(help="The other areas go on as before for so many years.")] = None,
    draws: DrawnOption = 1000,
) -> None:
    """What it would take: the least change of an area's figures that brings it to a goal, and how sure that is."""
    from goodwork.cli.show_action import as_json, show_target

    monitor = where.monitor
    planning = monitor.planning(where.period, where.area_set, where.framework)
    costs, bounds = numbers(cost or [], "cost"), _bounds(bound or [])
    found = monitor.target(
        name, planning, rank=rank, score=score, median=median, no_worse=no_worse, realism=realism.value,
        costs=costs, bounds=bounds, spread=not fewest, chance=chance, anew=anew, trend=trend, draws=draws,
    )  # fmt: skip
    if where.json:
        as_json(planning, found, feasible=found.feasible, exact=found.exact, members=found.table, **found.numbers)
    else:
        show_target(monitor, planning, found)


@app.command()
@about_an_index()
def allocate(
    where: Where,
    formula: Annotated[Path | None, typer.Argument(help="A formula as data (TOML).", show_default=False)] = None,
    budget: Annotated[str | None, typer.Option(help="Pounds: 1000000, 1e6, 250000.50.")] = None,
    by: Annotated[Shared | None, typer.Option(help="The rule; need if left out.")] = None,
    of: Annotated[str | None, typer.Option(help="Need by the index, a domain or an indicator.")] = None,
    among: Annotated[
        str, typer.Option(help="Areas of a region, country or group; all of the set if left out.")
    ] = "all",
    threshold: Annotated[float | None, typer.Option(help="Need begins below this score.")] = None,
    taper: Annotated[float | None, typer.Option(help="Points above the threshold over which it fades out.")] = None,
    power: Annotated[float | None, typer.Option(help="0 counts heads, 1 distance, 2 favours the farthest.")] = None,
    floor: Annotated[str | None, typer.Option(help="Every area gets this many pounds at least.")] = None,
    cap: Annotated[str | None, typer.Option(help="No area gets more pounds.")] = None,
    minimum: Annotated[str | None, typer.Option(help="Smaller grants are not paid.")] = None,
    draws: Annotated[int, typer.Option(min=0, help="Rebuilt indices for the ranges; 0: none.")] = 1000,
    top: Annotated[int | None, typer.Option(min=1, help="Only the first N lines.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Also write every area's line to a file.")] = None,
) -> None:
    """Share a budget among areas by a rule, to the penny: who gets what, who gains, and how sure that is."""
    from goodwork.cli.show import progress, say
    from goodwork.cli.show_action import as_json, show_allocation
    from goodwork.model.allocation import Formula
    from goodwork.pipeline.executors import workers
    from goodwork.sources.declared import read_declared

    money: dict[str, object] = {"budget": budget, "floor": floor, "cap": cap, "minimum": minimum}
    other: dict[str, object] = {
        "by": by.value if by else None,
        "of": of,
        "threshold": threshold,
        "taper": taper,
        "power": power,
    }
    written = None if formula is None else read_declared(Formula, formula)
    chosen = Formula.asked(money | other, written)
    monitor = where.monitor
    planning = monitor.planning(where.period, where.area_set, where.framework)
    with progress("Rebuilding"), workers() as executor:
        found = monitor.allocate(chosen, planning, among=among, draws=draws, executor=executor)
    if csv is not None:
        from goodwork.cli.show_action import as_csv
        from goodwork.store.tables import write_bytes

        write_bytes(csv, as_csv(monitor, found))
    if where.json:
        as_json(planning, found, areas=found.table, rules=found.summary, compared=found.compared)
    else:
        show_allocation(monitor, planning, found, top)
        if csv is not None:
            say(f"Wrote {csv}")


@app.command()
@about_an_index()
def track(
    where: Where,
    targets: Annotated[Path, typer.Argument(help="Targets of places: targets.toml.")],
    draws: Annotated[int, typer.Option("--draws", min=50, help="Redraws of the figures, for targets of scores.")] = 400,
) -> None:
    """Whether places are on the way to targets they set: on track, off track or cannot tell, with the probability."""
    from goodwork.analysis.tracking import track as follow
    from goodwork.cli.show_action import as_json, show_tracking
    from goodwork.model.targets import Targets
    from goodwork.sources.declared import read_declared

    monitor = where.monitor
    planning = monitor.planning(where.period, where.area_set, where.framework)
    found = follow(planning, read_declared(Targets, targets), targets.name, draws)
    if where.json:
        as_json(planning, found, targets=found.table)
    else:
        show_tracking(monitor, planning, found)


@app.command()
def charters(
    members: Annotated[Path, typer.Argument(help="Members: employer, charter, tier, sector, size, employees, since.")],
    terms: Annotated[Path | None, typer.Option(help="What each tier asks: charters.toml.")] = None,
    employment: Annotated[Path | None, typer.Option(help="Local employment: sector, size, employees.")] = None,
    json: JsonOption = False,
) -> None:
    """How far employers' charters reach: tiers, share of local employment by sector and size, and gaps."""
    from goodwork.analysis.charters import reach
    from goodwork.cli.show_action import show_reach
    from goodwork.model.pledges import Charters
    from goodwork.sources.charters import read_employment, read_members
    from goodwork.sources.declared import read_declared

    declared = None if terms is None else read_declared(Charters, terms)
    signed = read_members(members, declared)
    show_reach(reach(signed, () if employment is None else read_employment(employment), declared), json)


@app.command()
@about_an_index()
def transition(
    where: Where,
    name: Annotated[str | None, typer.Argument(help="One area's own path.", show_default=False)] = None,
    scores: Annotated[
        Path | None, typer.Option(help="Groups of occupations and how far their work is routine: occupations.toml.")
    ] = None,
    skills: Annotated[Path | None, typer.Option(help="Moves between sectors: a table sector, skill, level.")] = None,
    jobs: Annotated[Path | None, typer.Option(help="And a table sector, jobs.")] = None,
    disruption: Annotated[
        Path | None, typer.Option(help="An index of technology disruption to set beside the score: area, value.")
    ] = None,
) -> None:
    """Work in transition: how much of an area's work is routine, by year; moves between sectors by their skills."""
    import numpy as np

    from goodwork.analysis.disruption import disruption_beside
    from goodwork.analysis.routine_work import routine_work
    from goodwork.analysis.sector_moves import sector_moves
    from goodwork.cli.show_action import show_transition
    from goodwork.model.occupations import Occupations, shipped_occupations
    from goodwork.sources.declared import read_declared
    from goodwork.sources.moves import levels, read_skills, read_values

    monitor = where.monitor
    planning = monitor.planning(where.period, where.area_set, where.framework)
    declared = shipped_occupations() if scores is None else read_declared(Occupations, scores)
    place = None if name is None else planning.place(name).code
    found = routine_work(planning, declared)
    if (skills is None) != (jobs is None):
        raise DeclarationError("moves between sectors need two tables", remedy="give --skills FILE and --jobs FILE")
    moves = beside = None
    if skills is not None and jobs is not None:
        counted = read_values(jobs, "sector", "jobs")
        asked, sectors, names = levels(read_skills(skills))
        moves = sector_moves(asked, sectors, names, np.array([counted.get(one, np.nan) for one in sectors]))
    if disruption is not None:
        beside = disruption_beside(planning, read_values(disruption, "area", "value"), disruption.name)
    show_transition(monitor, planning, found, place, moves, beside, where.json)


def _bounds(given: list[str]) -> dict[str, tuple[float | None, float | None]]:
    """``name=low:high`` pairs, either end may be missing; all that cannot be read are told at once."""
    found: dict[str, tuple[float | None, float | None]] = {}
    faults = []
    for text in given:
        name, equals, ends = text.partition("=")
        low, colon, high = ends.partition(":")
        try:
            if not (equals and colon):
                raise ValueError(text)
            found[name.strip()] = (float(low) if low.strip() else None, float(high) if high.strip() else None)
        except ValueError:
            faults.append(
                Fault(f"{text!r} is no indicator with two ends", column="--bound", remedy="write median_pay=450:600")
            )
    if faults:
        raise DeclarationError("--bound cannot be read", faults=faults)
    return found
