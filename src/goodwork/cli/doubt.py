"""The commands about doubt: how sure ranks are, what they depend on, and why a score is what it is."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodwork.cli.app import app
from goodwork.cli.options import AreaArgument, DrawsOption, SchedulerOption, SeedOption, Where, about_an_index

if TYPE_CHECKING:
    from goodwork.model.framework import Framework
    from goodwork.model.panel import Panel
    from goodwork.monitor import Monitor


class Varied(StrEnum):
    """What differs between replicates."""

    sampling = "sampling"
    method = "method"
    both = "both"
    each = "each"


def _asked(where: Where, draws: int | None = None, seed: int | None = None) -> tuple[Framework, Panel]:
    """The framework of an edition with the draws asked for, and its panel for an area set."""
    from goodwork.pipeline.material import panel_of, sampled

    chosen = sampled(where.monitor.framework(where.framework), draws, seed)
    areas = [area.code for area in where.monitor.geography.members(where.areas.name)]
    return chosen, panel_of(chosen, where.material, areas)


@app.command()
@about_an_index()
def robustness(
    where: Where,
    vary: Annotated[
        Varied, typer.Option(help="Sampling error, the method's choices, both at once; or each of the three.")
    ] = Varied.each,
    draws: DrawsOption = None,
    seed: SeedOption = None,
    top: Annotated[int | None, typer.Option(help="Only the first N lines.")] = None,
    scheduler: SchedulerOption = None,
) -> None:
    """How sure every rank is: redraw the figures and the choices of the method, and rebuild the index each time."""
    from goodwork.analysis.robustness import Robustness, Vary
    from goodwork.analysis.robustness import robustness as analyse
    from goodwork.cli.show import progress, show_json
    from goodwork.cli.show_doubt import show_robustness
    from goodwork.pipeline.executors import workers

    monitor = where.monitor
    chosen, panel = _asked(where, draws, seed)
    if chosen.method.scope == "each period":
        panel = panel.select(periods=[where.when])
    every: tuple[Vary, ...] = ("sampling", "method", "both")
    kinds = [kind for kind in every if vary in (kind, Varied.each)]
    if vary is Varied.each and not chosen.uncertainty:
        kinds = ["sampling"]
    begun, cpu = time.perf_counter(), time.process_time()
    found: dict[str, Robustness] = {}
    with progress("Redrawing") as tell, workers(scheduler) as executor:
        for kind in kinds:
            found[kind] = analyse(
                chosen, panel, monitor.catalogue, vary=kind, draws=draws, executor=executor, tell=tell
            )
    spent = {"seconds": time.perf_counter() - begun, "cpu_seconds": time.process_time() - cpu, "peak_mib": _peak()}
    if where.json:
        tables = {kind: one.table[one.table["period"] == where.when] for kind, one in found.items()}
        show_json({**{kind: _records(table) for kind, table in tables.items()}, "cost": spent})
    else:
        show_robustness(monitor, found, where.when, where.areas, top, spent)


@app.command()
@about_an_index()
def sensitivity(
    where: Where,
    names: Annotated[list[str] | None, typer.Argument(help="Areas whose rank is looked at, too.")] = None,
    runs: Annotated[int, typer.Option(min=8, help="Rows of the design; builds are this times choices and two.")] = 1024,
    seed: SeedOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Which uncertain choice matters most for the ranks: Sobol indices, and every option by itself."""
    from goodwork.analysis.sensitivity import one_at_a_time
    from goodwork.analysis.sensitivity import sensitivity as analyse
    from goodwork.cli.show import progress, show_json
    from goodwork.cli.show_doubt import show_sensitivity
    from goodwork.pipeline.executors import workers

    monitor, when = where.monitor, where.when
    chosen, panel = _asked(where, seed=seed)
    codes = [monitor.find(name).code for name in names or []]
    with progress("Sensitivity") as tell, workers(scheduler) as executor:
        found = analyse(
            chosen,
            panel,
            monitor.catalogue,
            n=runs,
            areas=codes,
            period=when,
            errors=True,
            executor=executor,
            tell=tell,
        )
        options = one_at_a_time(chosen, panel, period=when)
    if where.json:
        show_json({"indices": _records(found.table), "options": _records(options), "failed": found.failed})
    else:
        show_sensitivity(monitor, found, options)


@app.command()
@about_an_index()
def why(
    where: Where,
    name: AreaArgument,
    against: Annotated[str | None, typer.Option(help="Another area; the average area if left out.")] = None,
    since: Annotated[str | None, typer.Option(help="An earlier period: explain the change since then.")] = None,
) -> None:
    """Why a score is what it is: its distance from the average area, from another area, or from an earlier year."""
    from goodwork.analysis.decomposition import explain_change, explain_difference, explain_score
    from goodwork.cli.show import show_json
    from goodwork.cli.show_doubt import show_explanation
    from goodwork.index.build import build

    monitor = where.monitor
    chosen, panel = _asked(where)
    when, place = where.when, monitor.find(name)
    titles = _titles(monitor, chosen)
    method = chosen.method
    if since is not None:
        if method.scope == "each period" and chosen.base_period:
            method = method.replace(scope="base period", base_period=chosen.base_period)
        earlier = monitor.period(since, where.framework)
        found = explain_change(build(chosen, panel, method), place.code, earlier, when, titles=titles)
    elif against is not None:
        other = monitor.find(against)
        found = explain_difference(build(chosen, panel), place.code, other.code, when, titles=titles)
    else:
        found = explain_score(build(chosen, panel), place.code, when, titles=titles)
    if where.json:
        show_json(found.table)
    else:
        show_explanation(monitor, found)
    if since is not None and not where.json:
        _show_way(monitor, where, place.code, earlier)


def _show_way(monitor: Monitor, where: Where, code: str, since: str) -> None:
    """Why the rank changed, or why that is not told."""
    from goodwork.cli.show import say
    from goodwork.report.area_moved import parted, way
    from goodwork.report.view import view_of

    chosen = monitor.framework(where.framework)
    view = view_of(monitor, chosen.name, monitor.area_set(where.area_set, chosen.name).name, where.when)
    found = way(view, view.profile(monitor.geography.by_code[code]), since)
    told = (
        found.sentences
        if found
        else (
            parted(view, "", since) or "The change of rank cannot be told: no rank in both periods, or no one scale.",
        )
    )
    for sentence in told:
        say(sentence)


@app.command()
@about_an_index()
def flip(
    where: Where,
    name: AreaArgument,
    rival: Annotated[str | None, typer.Option("--with", help="The area to overtake.")] = None,
    top: Annotated[int, typer.Option(min=1, help="Otherwise: the places to get into.")] = 10,
) -> None:
    """The smallest change of weights by which an area overtakes another, or gets among the first ten."""
    from goodwork.analysis.flips import smallest_swap, smallest_to_top
    from goodwork.cli.show import say, show_json
    from goodwork.cli.show_doubt import show_flip
    from goodwork.index.build import build

    monitor = where.monitor
    chosen, panel = _asked(where)
    when, place = where.when, monitor.find(name)
    index = build(chosen, panel)
    if rival is None:
        found = smallest_to_top(index, place.code, when, top)
    else:
        found = smallest_swap(index, place.code, monitor.find(rival).code, when)
    titles = _titles(monitor, chosen)
    if where.json:
        show_json({"sentence": found.sentence(titles), "weights": _records(found.table)})
    else:
        say(found.sentence(titles))
        show_flip(found, titles)


def _titles(monitor: Monitor, framework: Framework) -> dict[str, str]:
    """What a reader calls areas and nodes, by code and name."""
    areas = monitor.geography.names
    return areas | {node: framework.node_title(node, monitor.catalogue) for node in framework.nodes}


def _records(table: Any) -> list[dict[str, Any]]:
    from goodwork.cli.show import plain

    return [{key: plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _peak() -> float:
    """Most memory this process has held, in MiB."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
