"""The commands about vintages: what changed between two of them, and how good the figures of one are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from goodwork.cli.app import app
from goodwork.cli.options import JsonOption, StoreOption, open_monitor

VintageArgument = Annotated[Path, typer.Argument(help="An edition, a store of editions, or compiled figures.")]


@app.command(name="revisions")
def compare(
    before: VintageArgument,
    after: VintageArgument,
    out: Annotated[
        Path | None, typer.Option(help="Also write a page (FILE.md), or every changed figure (FILE.csv).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """What changed between two vintages: new periods, lost areas, revised values, definitions, ranks."""
    from goodwork.cli.show import say, show_json, show_table
    from goodwork.pipeline.findings import share, size
    from goodwork.pipeline.revisions import CHANGES, revisions
    from goodwork.report.export import csv
    from goodwork.store.tables import write_bytes

    found = revisions(before, after)
    if json:
        show_json(found.as_dict())
    else:
        for sentence in found.findings:
            say(sentence)
        kinds = [kind for kind in CHANGES if found.counts[kind]]
        headers = [("indicator", "l"), ("before", "n"), ("after", "n"), *((kind, "n") for kind in kinds)]
        rows = [
            (row["name"], *(f"{row[name]:,}" for name in ("figures_before", "figures_after", *kinds)),
             size(row["absolute_median"]), share(row["relative_median"]), share(row["relative_largest"]))
            for row in found.table.to_dict("records")
        ]  # fmt: skip
        if rows:
            show_table([*headers, ("median", "n"), ("median %", "n"), ("largest %", "n")], rows)
    if out is not None:
        write_bytes(out, (csv(found.cells) if out.suffix == ".csv" else found.markdown).encode())
        if not json:
            say(f"Wrote {out}")


@app.command()
def quality(
    out: Annotated[Path | None, typer.Option(help="Folder for the page (quality.html) and the tables (CSV).")] = None,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day on which age is told; the edition's if left out.")
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """How good the figures are: complete, marked, sure, far out, repeated, broken, fresh; designation of each."""
    from goodwork.cli.show import banner, say, show_json, show_table
    from goodwork.report.quality import quality_of
    from goodwork.report.quality_page import files
    from goodwork.store.tables import write_bytes

    monitor = open_monitor(store)
    found = quality_of(monitor, at.date() if at else None)
    if json:
        show_json(found.as_dict())
    else:
        banner(monitor)
        for sentence in found.findings:
            say(sentence)
        for run in found.repeats.to_dict("records"):
            say(f"Repeated: {monitor.catalogue[run['indicator']].label}, {run['first']} to {run['last']}.")
        held = found.table[found.table["figures"] > 0]
        rows = [
            (row["name"], f"{row['figures']:,}", row["last"], f"{100 * row['complete']:.0f} %", f"{row['marked']:,}",
             "–" if row["half_width"] != row["half_width"] else f"{100 * row['half_width']:.1f} %",
             f"{row['outliers']:,}", row["designation"])
            for row in held.to_dict("records")
        ]  # fmt: skip
        headers = [("indicator", "l"), ("figures", "n"), ("last", "n"), ("complete", "n"), ("marked", "n"),
                   ("half-width", "n"), ("far out", "n"), ("designation", "l")]  # fmt: skip
        show_table(headers, rows)
    if out is not None:
        for name, text in files(found).items():
            write_bytes(out / name, text.encode())
        if not json:
            say(f"Wrote {out / 'quality.html'} and {len(found.tables)} tables beside it")
