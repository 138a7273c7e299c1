"""The commands. Each reads its arguments, asks one thing of the library, and prints the answer: a table, or JSON."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodwork import errors
from goodwork.cli.options import (
    AreaArgument,
    DrawsOption,
    JsonOption,
    SchedulerOption,
    SeedOption,
    SetOption,
    StoreOption,
    Where,
    about_an_index,
    open_monitor,
)

if TYPE_CHECKING:
    from goodwork.pipeline import Material

app = typer.Typer(
    name="goodwork",
    help="Access to good work, place by place: build the monitor, ask it, serve it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

#: Exit code by class of error; the most specific class that is listed counts.
EXIT_CODES = {
    errors.DeclarationError: 2,
    errors.DataError: 3,
    errors.MethodError: 4,
    errors.SourceError: 5,
    errors.StoreError: 6,
    errors.NotFound: 7,
    errors.ServeError: 8,
    errors.GoodWorkError: 1,
}

FrameworkArgument = Annotated[
    Path | None, typer.Argument(help="Your own framework.toml; left out: the shipped monitor.", show_default=False)
]
DataOption = Annotated[
    Path | None, typer.Option("--data", help="Your own figures: CSV, XLSX or Parquet, long or wide.")
]
CatalogueOption = Annotated[Path | None, typer.Option("--catalogue", help="indicators.toml; beside the framework.")]
AreasOption = Annotated[Path | None, typer.Option("--areas", help="areas.csv; beside the framework if there is one.")]


class ExportFormat(StrEnum):
    """What ``export`` writes."""

    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"
    geojson = "geojson"


def main() -> None:
    """Run the command; an error a person can mend is shown without a traceback and sets the exit code."""
    try:
        app()
    except errors.GoodWorkError as error:
        from goodwork.cli.show import show_error

        show_error(error, as_json="--json" in sys.argv)
        sys.exit(next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind)))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _material(
    framework: Path | None, data: Path | None, catalogue: Path | None, areas: Path | None, figures: Path | None
) -> Material:
    from goodwork.pipeline import own_material, shipped_material

    if framework is None:
        if data is not None:
            raise errors.DeclarationError("--data was given without a framework", remedy="name your framework.toml")
        return shipped_material(figures)
    if data is None:
        raise errors.DeclarationError("a framework was given without figures", remedy="name them with --data FILE")
    return own_material(framework, data, catalogue=catalogue, areas=areas)


@app.command()
def run(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8765,
) -> None:
    """Build the shipped edition if needed, print the first lines of the league table, and serve the page."""
    from goodwork.cli.show import show_address, show_scores
    from goodwork.monitor import Monitor
    from goodwork.pipeline import shipped_store
    from goodwork.web.serve import serve as serve_store

    folder = shipped_store(store)
    monitor = Monitor.open(folder)
    show_scores(monitor, monitor.scores(), None, None, None, "index", top=10)
    serve_store(folder, host, port, on_ready=show_address)


@app.command()
def build(
    framework: FrameworkArgument = None,
    data: DataOption = None,
    catalogue: CatalogueOption = None,
    areas: AreasOption = None,
    figures: Annotated[
        Path | None, typer.Option(help="Figures that you compiled, in place of the shipped ones.")
    ] = None,
    draws: DrawsOption = None,
    seed: SeedOption = None,
    scheduler: SchedulerOption = None,
    store: StoreOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Replace the former edition whatever has changed.")] = False,
    json: JsonOption = False,
) -> None:
    """Build an edition from the shipped figures, or from your own framework and data.

    What changes against the edition it replaces is told; where ranks move further than their intervals, or areas or
    indicators are lost, you are asked first.
    """
    from goodwork.cli.show import ask_about, progress, show_built
    from goodwork.pipeline import default_store, publish
    from goodwork.pipeline.executors import workers

    material = _material(framework, data, catalogue, areas, figures)
    if store is None:
        store = default_store() if framework is None else framework.parent / "editions"
    with ExitStack() as watched, workers(scheduler) as executor:
        tell = watched.enter_context(progress(f"Building {material.title}"))
        review = ask_about(yes, quiet=json, before=watched.close)
        edition = publish(material, store, tell, draws=draws, seed=seed, executor=executor, review=review)
    show_built(edition, material.notes, store, json, hint=framework is not None)


@app.command()
@about_an_index()
def scores(
    where: Where,
    node: Annotated[str, typer.Option(help="index, a domain or an indicator.")] = "index",
    top: Annotated[int | None, typer.Option(help="Only the first N lines.")] = None,
) -> None:
    """The league table: score and rank of every area, each with its 95 % interval."""
    from goodwork.cli.show import show_json, show_scores

    monitor = where.monitor
    table = monitor.scores(where.period, where.area_set, where.framework, node)
    if where.json:
        show_json(table.head(top) if top else table)
    else:
        show_scores(monitor, table, where.period, where.area_set, where.framework, node, top)


@app.command()
@about_an_index()
def area(
    where: Where,
    name: AreaArgument,
) -> None:
    """One area: score, rank, domains, strengths, weaknesses, and every raw figure with unit, direction and source."""
    from goodwork.cli.show import show_json, show_profile

    monitor = where.monitor
    found = monitor.profile(name, where.period, where.area_set, where.framework)
    if where.json:
        show_json(found.as_dict())
    else:
        show_profile(monitor, found, asked=name)


@app.command()
@about_an_index()
def compare(
    where: Where,
    names: Annotated[list[str], typer.Argument(help="Names or codes of the areas.")],
) -> None:
    """Areas side by side: scores, ranks with intervals, and every raw figure."""
    from goodwork.cli.show import show_comparison, show_json

    monitor = where.monitor
    profiles = [monitor.profile(name, where.period, where.area_set, where.framework) for name in names]
    if where.json:
        show_json([p.as_dict() for p in profiles])
    else:
        show_comparison(monitor, profiles)


@app.command()
def indicators(store: StoreOption = None, json: JsonOption = False) -> None:
    """Every indicator: unit, which end is better, publisher, periods; those that are missing say why."""
    from goodwork.cli.show import show_indicators, show_json

    table = open_monitor(store).indicators()
    if json:
        show_json(table)
    else:
        show_indicators(table)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="framework.toml, indicators.toml, and data files.")],
    areas: AreasOption = None,
    json: JsonOption = False,
) -> None:
    """Check declarations and data files; every fault is told with file, row, column and remedy."""
    from goodwork.cli.checks import check_files
    from goodwork.cli.show import show_checked

    show_checked(check_files(files, areas), json)


@app.command(name="compile")
def compile_command(
    source: Annotated[
        Path | None,
        typer.Argument(
            help="Folder of snapshots, or of tidy official statistics; left out: what was fetched.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; left out: the package's own in a checkout, else ./figures.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compile our edition of the figures from what was fetched, with a manifest that accounts for every record."""
    from goodwork.cli.fetching import default_snapshots
    from goodwork.cli.show import progress
    from goodwork.cli.show_fetching import show_compiled
    from goodwork.pipeline.compile import compile_figures
    from goodwork.store.shipped import shipped_folder

    installed = "site-packages" in shipped_folder().parts
    target = out or (Path("figures") if installed else shipped_folder())
    with progress("Compiling figures") as tell:
        manifest = compile_figures(source or default_snapshots(), target, tell)
    show_compiled(manifest, target, json)


@app.command()
@about_an_index("json")
def export(
    where: Where,
    out: Annotated[Path, typer.Argument(help="File to write (a folder for csv and parquet).")],
    form: Annotated[ExportFormat | None, typer.Option("--format", help="By the file's ending if left out.")] = None,
) -> None:
    """Write scores, ranks, figures and sources as CSV, Parquet or XLSX; or scores with shapes as GeoJSON."""
    from goodwork.cli.show import say
    from goodwork.report.export import export_edition, format_of

    chosen = format_of(out, form.value if form else None)
    written = export_edition(where.monitor, out, chosen, where.period, where.area_set, where.framework)
    say(f"Wrote {', '.join(str(path) for path in written)}")


@app.command()
def new(
    directory: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")],
    small_areas: Annotated[
        int | None, typer.Option(help="An invented country of so many small areas in its stead, each with its place.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Another seed invents another country of small areas. Default: 1.")
    ] = None,
) -> None:
    """Start your own monitor: a framework, a catalogue, a tiny invented data set, and a how-to."""
    from goodwork.cli.show import say
    from goodwork.sources.invented import start_small_areas
    from goodwork.sources.starter import start_project

    if seed is not None and small_areas is None:
        raise typer.BadParameter("--seed goes with --small-areas: Toyland is always the same")
    made = (
        start_project(directory)
        if small_areas is None
        else start_small_areas(directory, small_areas, 1 if seed is None else seed)
    )
    for path in made:
        say(f"  {path}")
    say(f"Now: goodwork build {directory / 'framework.toml'} --data {directory / 'data.csv'}")


@app.command(name="from-coinr")
def from_coinr(
    data: Annotated[Path, typer.Argument(help="COINr's iData: CSV or XLSX.")],
    meta: Annotated[Path, typer.Argument(help="COINr's iMeta: CSV or XLSX.")],
    directory: Annotated[Path, typer.Argument(help="A new folder for the framework, catalogue, areas and figures.")],
) -> None:
    """Turn a COINr pair of tables into a project of your own."""
    from goodwork.cli.coinr import write_project
    from goodwork.cli.show import say

    for path in write_project(data, meta, directory):
        say(f"  {path}")
    say(f"Now: goodwork build {directory / 'framework.toml'} --data {directory / 'data.csv'}")


@app.command()
def stages(
    out: Annotated[Path, typer.Argument(help="Workbook to write (.xlsx).")],
    framework: FrameworkArgument = None,
    data: DataOption = None,
    catalogue: CatalogueOption = None,
    areas: AreasOption = None,
    figures: Annotated[
        Path | None, typer.Option(help="Figures that you compiled, in place of the shipped ones.")
    ] = None,
    area_set: SetOption = None,
    store: StoreOption = None,
) -> None:
    """Write every stage between values and ranks as a workbook: of the shipped figures, your own, or an edition."""
    from goodwork.cli.show import say
    from goodwork.index.build import build
    from goodwork.pipeline.material import panel_of
    from goodwork.report.workbook import stages_workbook
    from goodwork.store.tables import write_bytes

    if store is not None and (framework or data or figures or catalogue or areas):
        raise errors.DeclarationError("an edition was named beside other figures", remedy="give one of the two")
    material = Where(store=store).material if store else _material(framework, data, catalogue, areas, figures)
    chosen = material.frameworks[0]
    members = material.geography.members(area_set or chosen.default_area_set or "all")
    index = build(chosen, panel_of(chosen, material, [area.code for area in members]))
    write_bytes(out, stages_workbook(index, material.catalogue, {a.code: a.name for a in members}))
    say(f"Wrote {out}")


@app.command(name="compare-report")
def compare_report(
    store: StoreOption = None,
    json: JsonOption = False,
    out: Annotated[Path | None, typer.Option(help="Also write the comparison as Markdown.")] = None,
) -> None:
    """Our edition beside the facts printed in the report of January 2021: ours, theirs, difference, likely reason."""
    from goodwork.cli.show import say, show_comparison_with_report, show_json
    from goodwork.pipeline.asked import Asked
    from goodwork.pipeline.communities import COMPARED, communities_of
    from goodwork.pipeline.executors import workers
    from goodwork.pipeline.questions import disparity_of
    from goodwork.report.printed import comparison, markdown
    from goodwork.report.printed_fact import AREAS, PERIOD, Answers

    where = Where(PERIOD, AREAS, store=store)
    asked = Asked.of(where.material, where.monitor.framework(), where.areas.name, where.when)
    with workers() as executor:
        found = communities_of(asked, 4, executor=executor, numbers=COMPARED)
    rows = comparison(where.monitor, Answers(found, disparity_of(asked)))
    if json:
        show_json([row.as_dict() for row in rows])
    else:
        show_comparison_with_report(rows)
    if out is not None:
        from goodwork.store.tables import write_bytes

        write_bytes(out, markdown(rows).encode())
        say(f"Wrote {out}")
