"""Reports as files: one, or one for every area at once; a run that fails or is stopped leaves nothing half-written."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from goodwork.errors import DeclarationError, GoodWorkError, MissingData
from goodwork.monitor import Monitor
from goodwork.plugins import Tell, untold
from goodwork.report.document import Document
from goodwork.report.typesetting import available, engine
from goodwork.store.tables import disk_errors, sync_folder, write_bytes


def _html(document: Document) -> bytes:
    from goodwork.report.html import to_html

    return to_html(document).encode()


def _pdf(document: Document) -> bytes:
    from goodwork.report.pdf import to_pdf

    return to_pdf(document)


def _xlsx(document: Document) -> bytes:
    from goodwork.report.spreadsheet import to_xlsx

    return to_xlsx(document)


#: Ending → what makes a file of a document.
FORMATS: Mapping[str, Callable[[Document], bytes]] = {"html": _html, "pdf": _pdf, "xlsx": _xlsx}


def formats_asked(asked: Iterable[str]) -> tuple[str, ...]:
    """The formats asked for; without any, all that can be made here. Raises ``DeclarationError`` for another name, and
    ``GoodWorkError`` where a PDF is asked for and the extra is not installed."""
    chosen = tuple(dict.fromkeys(word.strip().lower() for names in asked for word in names.split(",") if word.strip()))
    if unknown := [name for name in chosen if name not in FORMATS]:
        raise DeclarationError(f"there is no format {unknown[0]!r}", remedy=f"choose from {', '.join(FORMATS)}")
    if "pdf" in chosen:
        engine()
    return chosen or tuple(name for name in FORMATS if name != "pdf" or available())


def write_report(document: Document, folder: Path, formats: Sequence[str]) -> list[Path]:
    """The document in every format, each whole or not at all; nothing is written before all have been made."""
    made = {f"{document.name}.{ending}": FORMATS[ending](document) for ending in formats}
    for name, content in made.items():
        write_bytes(folder / name, content)
    return [folder / name for name in made]


@dataclass(frozen=True)
class Run:
    """What the processes of a run have in common: the edition, the view, the formats, the folder to write into."""

    edition: Path
    framework: str
    area_set: str
    period: str
    formats: tuple[str, ...]
    folder: Path


def write_all(
    monitor: Monitor,
    folder: Path,
    formats: Sequence[str],
    period: str | None = None,
    area_set: str | None = None,
    framework: str | None = None,
    tell: Tell = untold,
    workers: int | None = None,
    areas: Sequence[str] | None = None,
) -> list[Path]:
    """A report for every area of the set, on all processors. All are made in a folder aside and moved into place when
    the last one is there: a run that fails or is stopped changes nothing. ``areas``: only those codes."""
    from goodwork.report.told import setting

    view = setting(monitor, period, area_set, framework)
    codes = [a.code for a in monitor.geography.members(view.set_name) if areas is None or a.code in set(areas)]
    if not codes:
        raise MissingData(f"there are no areas in {view.area_set.title} to report on")
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        run = Run(monitor.edition.path, view.name, view.set_name, view.period, tuple(formats), aside)
        names = _made(run, codes, tell, workers or os.cpu_count() or 1)
        with disk_errors(folder):
            folder.mkdir(exist_ok=True)
            for name in names:
                os.replace(aside / name, folder / name)
            sync_folder(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return [folder / name for name in names]


def _made(run: Run, codes: list[str], tell: Tell, workers: int) -> list[str]:
    """The reports of all areas in the folder aside; names of the files, in order of areas."""
    found: dict[str, list[str]] = {}
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(codes)), mp_context=context, initializer=_begin, initargs=(run,))
    try:
        tasks = {pool.submit(_report, code): code for code in codes}
        for done in as_completed(tasks):
            found[tasks[done]] = done.result()
            tell(f"{len(found)} of {len(codes)}", len(found) / len(codes))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return [name for code in codes for name in found[code]]


_STATE: dict[str, object] = {}


def _begin(run: Run) -> None:
    """Open the edition, once in each process."""
    from goodwork.report.view import View

    monitor = Monitor.open(run.edition)
    _STATE["run"], _STATE["view"] = run, View(monitor, run.framework, run.area_set, run.period)


def _report(code: str) -> list[str]:
    """Make one area's files; an error is told by its words, which another process can read."""
    from goodwork.report.area_report import report_of
    from goodwork.report.view import View

    run, view = _STATE["run"], _STATE["view"]
    assert isinstance(run, Run)
    assert isinstance(view, View)
    try:
        made = write_report(report_of(view, view.monitor.geography.by_code[code]), run.folder, run.formats)
    except GoodWorkError as error:
        raise GoodWorkError(f"the report of {code} was not made: {error.what}", remedy=error.remedy) from None
    return [path.name for path in made]
