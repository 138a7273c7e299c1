"""The command that prints: a report of an area, of all areas, of a community or compact, of the nation, or an audit."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodwork.cli.app import app
from goodwork.cli.options import Where, about_an_index

if TYPE_CHECKING:
    from goodwork.report.document import Document


class Ending(StrEnum):
    """What a report is written as."""

    html = "html"
    pdf = "pdf"
    xlsx = "xlsx"


@app.command()
@about_an_index()
def report(
    where: Where,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[AREA | bulletin | community LETTER | compact NUMBER | audit NAME | gallery]",
            help="An area by name or code, or which other report; with --all the folder to write to.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="A report for every area, on all processors.")] = False,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("."),
    form: Annotated[
        list[Ending] | None, typer.Option("--format", help="Only these; left out: all that can be made here.")
    ] = None,
) -> None:
    """Print an area, a community, the nation or an audit: a page (HTML), a tagged PDF and an accessible spreadsheet."""
    from goodwork.cli.show import progress, say, show_json
    from goodwork.report.printing import formats_asked, write_all, write_report
    from goodwork.report.typesetting import available

    formats = formats_asked(ending.value for ending in form or ())
    given = words or []
    if every:
        folder = Path(given[0]) if given else out if out != Path(".") else Path("reports")
        monitor = where.monitor
        with progress("Writing reports") as tell:
            written = write_all(monitor, folder, formats, where.period, where.area_set, where.framework, tell)
        said = f"Wrote {len(written):,} files to {folder}"
    else:
        if not given:
            raise typer.BadParameter(
                "name an area, or bulletin, community LETTER, compact NUMBER, audit NAME, or use --all"
            )
        written = write_report(_document(where, given), out, formats)
        said = "\n".join(f"Wrote {path}" for path in written)
    if where.json:
        show_json({"files": [str(path) for path in written]})
        return
    say(said)
    if not form and not available():
        say("No PDF was made: pip install 'goodwork[pdf]'")


def _document(where: Where, words: list[str]) -> Document:
    """The report that the words ask for."""
    kind, name = words[0].lower(), " ".join(words[1:])
    about = (where.period, where.area_set, where.framework)
    if kind == "bulletin" and not name:
        from goodwork.report.bulletin import bulletin

        return bulletin(where.monitor, *about)
    if kind == "gallery" and not name:
        from goodwork.report.gallery import gallery

        return gallery(where.monitor, *about)
    if kind in ("community", "compact") and name:
        from goodwork.report.community_report import community_report, compact_report

        return (community_report if kind == "community" else compact_report)(where.monitor, name, *about)
    if kind == "audit":
        from goodwork.report.audit_report import audit_report

        return audit_report(where.monitor, name or "nation", *about)
    from goodwork.report.area_report import area_report

    return area_report(where.monitor, " ".join(words), *about)
