"""The command for the Good Jobs Audit: a place, a group, the nation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from goodwork.cli.app import app
from goodwork.cli.options import Where, about_an_index
from goodwork.errors import NotFound

SubjectArgument = Annotated[
    str | None,
    typer.Argument(
        help="An area; a combined authority, region or country; community A or compact 3; nation.", show_default=False
    ),
]


@app.command()
@about_an_index()
def audit(
    where: Where,
    name: SubjectArgument = None,
    areas: Annotated[str | None, typer.Option("--areas", help="A group of your own: York,Leeds,E06000009.")] = None,
    levers: Annotated[
        Path | None, typer.Option("--levers", help="A register of levers of your own (levers.toml).")
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="Sentences only, without tables.")] = False,
) -> None:
    """The Good Jobs Audit: what holds a place back, who did better, what would close the gaps, levers to talk about."""
    from goodwork.cli.show_audit import show_audit
    from goodwork.sources.folder import read_levers

    monitor = where.monitor
    if name is not None and areas is not None:
        raise typer.BadParameter("name one place or group, or give --areas, not both")
    framework = monitor.framework(where.framework)
    register = read_levers(levers).checked_against(framework, levers.name) if levers is not None else None
    asked: str | list[str] = name or "nation"
    if areas is not None:
        asked = [part.strip() for part in areas.split(",") if part.strip()]
        if not asked:
            raise NotFound("area", areas, [], remedy="name one or more areas: --areas York,Leeds")
    show_audit(monitor, monitor.audit(asked, where.when, where.area_set, where.framework, register), where.json, brief)
