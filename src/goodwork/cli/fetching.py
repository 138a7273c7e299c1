"""The commands about sources: fetch them, see how they stand, walk a figure back to its file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from goodwork.cli.app import app
from goodwork.cli.options import JsonOption

SnapshotsOption = Annotated[
    Path | None,
    typer.Option("--snapshots", help="Folder of snapshots; left out: GOODWORK_HOME or your data folder."),
]


def default_snapshots() -> Path:
    """Where snapshots are kept for this user, unless ``GOODWORK_HOME`` says otherwise."""
    from platformdirs import user_data_dir

    if home := os.environ.get("GOODWORK_HOME"):
        return Path(home) / "snapshots"
    return Path(user_data_dir("goodwork", appauthor=False)) / "snapshots"


@app.command()
def fetch(
    names: Annotated[list[str] | None, typer.Argument(help="Sources by id; all of them if left out.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--from", help="Take the files from a folder or zip instead of the web.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: only see that what is kept is whole.")
    ] = False,
    snapshots: SnapshotsOption = None,
    json: JsonOption = False,
) -> None:
    """Fetch the publishers' files and keep them as they came; a line for every source says what became of it."""
    from goodwork.cli.show import progress
    from goodwork.cli.show_fetching import show_fetched
    from goodwork.model.source import shipped_sources
    from goodwork.pipeline import fetch as fetching
    from goodwork.store.snapshots import Snapshots

    target = snapshots or default_snapshots()
    with progress("Fetching") as tell:
        results = fetching.fetch(
            Snapshots(target), shipped_sources(), names or (), folder=folder, offline=offline, tell=tell
        )
    show_fetched(results, target, json)
    fetching.raise_all(results)


@app.command()
def sources(snapshots: SnapshotsOption = None, json: JsonOption = False) -> None:
    """Every source: what is kept of it, how old it is, and when the next release is due."""
    from goodwork.cli.show_fetching import show_standing
    from goodwork.model.source import shipped_sources
    from goodwork.pipeline.fetch import standing
    from goodwork.store.snapshots import Snapshots

    target = snapshots or default_snapshots()
    show_standing(standing(Snapshots(target), shipped_sources()), target, json)


@app.command()
def lineage(
    area: Annotated[str, typer.Argument(help="Name or code; case, accents and small typos do not matter.")],
    indicator: Annotated[str, typer.Argument(help="Id of an indicator, such as unemployment.")],
    period: Annotated[str, typer.Argument(help="Year.")],
    figures: Annotated[
        Path | None, typer.Option(help="Figures that you compiled, in place of the shipped ones.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Walk a figure back: indicator, series, arithmetic, source, snapshot, file, row."""
    from goodwork.cli.show_fetching import show_lineage
    from goodwork.pipeline import lineage as walking

    show_lineage(walking.lineage(area, indicator, period, figures=figures), json)


@app.command()
def differences(
    here: Annotated[Path, typer.Argument(help="Folder of compiled figures.")],
    there: Annotated[
        Path | None, typer.Argument(help="Another; left out: the shipped figures.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write every difference as CSV, or the counts as Markdown (.md).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Two compilations side by side: figures that are equal within rounding, different, or in one only, and why."""
    from goodwork.cli.show import say
    from goodwork.cli.show_fetching import show_differences
    from goodwork.pipeline.differences import differences as compare
    from goodwork.store.shipped import read_shipped
    from goodwork.store.tables import write_bytes

    found = compare(read_shipped(here).tables["observations"], read_shipped(there).tables["observations"])
    show_differences(found, json)
    if out is not None:
        text = found.markdown if out.suffix == ".md" else found.cells.to_csv(index=False)
        write_bytes(out, text.encode())
        say(f"Wrote {out}")
