"""The commands that show the monitor in a browser: from a server, or as files for any server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodwork.cli.app import app
from goodwork.cli.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from goodwork.model.plans import Plans

PlansOption = Annotated[
    Path | None,
    typer.Option("--plans", help="Folder of your own targets.toml, members.csv, disruption.csv … to show."),
]


def _store(store: Path | None) -> Path:
    """The store asked for, or the one of the shipped figures, built if it is not there."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    if store is not None:
        return store
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:  # what builds is not held by what serves
        return apart.submit(_shipped).result()


def _shipped() -> Path:
    from goodwork.pipeline import shipped_store

    return shipped_store()


def _brought(plans: Path | None) -> Plans | None:
    """What a folder holds of targets, charters and figures of one's own."""
    if plans is None:
        return None
    from goodwork.sources.plans import read_plans

    return read_plans(plans)


@app.command()
def serve(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8765,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the port.")] = 1,
    rate: Annotated[
        float | None,
        typer.Option(
            min=0, help="Requests a second from one reader, 0: no limit; left out: 20, on this machine alone none."
        ),
    ] = None,
    log: Annotated[str, typer.Option(help="File for a line of JSON per answer, - for the terminal.")] = "",
    plans: PlansOption = None,
) -> None:
    """Serve the current edition of a store; a newer one that is built there is served once it is whole."""
    from goodwork.cli.show import show_address
    from goodwork.web.serve import serve as serve_store

    brought = _brought(plans)
    serve_store(_store(store), host, port, on_ready=show_address, workers=workers, rate=rate, log=log, plans=brought)


@app.command()
def publish(
    directory: Annotated[Path, typer.Argument(help="A folder that is new, empty, or was published to before.")],
    base_url: Annotated[
        str, typer.Option("--base-url", help="Where the site will stand: https://example.org/monitor/")
    ],
    store: StoreOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that make pages; one per core if left out.")
    ] = None,
    cards: Annotated[
        bool | None, typer.Option(help="Pictures for shared links; left out: where the extra pdf is installed.")
    ] = None,
    plans: PlansOption = None,
    json: JsonOption = False,
) -> None:
    """Write the monitor as files for any web server: pages, twins, figures, data, packed and checked link by link.

    Files that have not changed are left as they are. A site that is broken off leaves the former one in place.
    """
    from dataclasses import asdict

    from goodwork.cli.show import progress, say, show_json
    from goodwork.web.publish.site import publish_site

    found_store, brought = _store(store), _brought(plans)
    with progress("Publishing") as tell:
        done = publish_site(
            found_store, directory, base_url, workers=workers, cards=cards, plans=brought, tell=tell
        )  # fmt: skip
    if json:
        show_json({**asdict(done), "folder": str(done.folder)})
        return
    say(f"{done.pages:,} pages and {done.files - done.pages:,} other files in {done.folder}, for {done.base}")
    say(f"{done.written:,} files written, {done.files - done.written:,} unchanged, {done.removed:,} removed")
    if done.left_out:
        say(f"{done.left_out:,} views that only a server can show are not linked")
    if not done.cards:
        say("Without pictures for shared links: pip install 'goodwork[pdf]'")
