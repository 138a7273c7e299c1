"""Fetch: every source asked for its files, from the web or from a folder; what came is read, and kept as it came.

A source is kept whole or not at all: its files must all arrive and be readable, or its former snapshots stand and the
result says why. What goes wrong with one source does not touch the others.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from goodwork.errors import Fault, GoodWorkError, NotFound, SourceError, SourceUnavailable
from goodwork.model.source import Source, SourceFile, Sources
from goodwork.pipeline.reading import read_source
from goodwork.plugins import Tell, untold
from goodwork.sources.client import Client, Request
from goodwork.sources.feature_services import whole_service
from goodwork.sources.nomis_pages import Asking, whole_answer
from goodwork.sources.posted import STATXPLORE_KEY, posted
from goodwork.sources.webpages import newest_link
from goodwork.store.incoming import Incoming, files_in
from goodwork.store.snapshots import Retrieval, Snapshot, Snapshots

#: The variable of the environment that holds a person's key to Nomis (its ``uid``); without it one asks as a guest.
NOMIS_KEY = "GOODWORK_NOMIS_KEY"
#: So many faults of a source are told; the others are counted.
TOLD_FAULTS = 3
Outcome = Literal["new", "unchanged", "older", "failed", "by hand", "not there"]


@dataclass(frozen=True)
class Fetched:
    """What became of one source: ``new`` bytes kept, ``unchanged``, ``older`` than what is kept (kept too, but it does
    not take its place), ``failed`` (with the error), to be had ``by hand`` (the web has no address of it), or ``not
    there`` (in the folder)."""

    source: str
    outcome: Outcome
    bytes: int = 0
    release: str = ""
    why: str = ""
    notes: tuple[str, ...] = ()
    error: GoodWorkError | None = field(default=None, compare=False)


@dataclass(frozen=True)
class _File:
    """The bytes of one file and what is known of how they came; the name it is declared by, and the one it keeps."""

    declared: str
    name: str
    content: bytes
    facts: Mapping[str, Any]
    notes: tuple[str, ...] = ()


_Get = Callable[[SourceFile], _File]


class _ByHand(Exception):
    """The web has no address of a file."""


class _NotThere(Exception):
    """The folder does not hold a file."""


def fetch(
    snapshots: Snapshots,
    sources: Sources,
    wanted: Iterable[str] = (),
    *,
    folder: Path | None = None,
    offline: bool = False,
    client: Client | None = None,
    tell: Tell = untold,
) -> tuple[Fetched, ...]:
    """Fetch the files of every source (or of those wanted) and keep them; one result per source, in declared order.

    From the web through ``client``, which spares what has not changed; from a ``folder`` or zip, which holds the files
    under their declared places; or, ``offline``, from nowhere: then what is kept is only read again, and a source that
    was never fetched is not there (an error when it was asked for by name, or when nothing at all is kept). Raises
    ``NotFound`` for a source that is not declared, or a folder that is not there, and ``StoreError`` when the snapshots
    cannot be written; whatever else goes wrong with a source is its result. Interrupted, it can be run again: what is
    kept is whole.
    """
    named = [sources[name] for name in wanted]
    chosen = named or list(sources.by_id.values())
    never = set(sources.by_id) - set(snapshots.sources()) if offline and not named and snapshots.sources() else set()
    if offline and folder is not None:
        raise SourceError("a folder was named, and nothing is to be fetched", remedy="leave out --offline or --from")
    if folder is not None and not folder.exists():
        raise NotFound("folder or file", str(folder), remedy="check the name of the folder")
    packed = list(files_in(folder)) if folder is not None and folder.is_file() else None
    asked = client or Client(cache=snapshots, tell=tell)
    results = []
    try:
        for number, source in enumerate(chosen):
            tell(source.id, number / len(chosen))
            if source.id in never:
                results.append(Fetched(source.id, "not there", why="it was never fetched"))
                continue
            get: _Get
            if offline:
                get = partial(_from_kept, snapshots, source)
            elif folder is not None:
                get = partial(_from_folder, folder, packed)
            else:
                get = partial(_from_web, asked, source)
            results.append(_fetch_one(snapshots, source, get, again=folder is None and not offline))
    finally:
        if client is None:
            asked.close()
    return tuple(results)


def _fetch_one(snapshots: Snapshots, source: Source, get: _Get, again: bool) -> Fetched:
    """One source; ``again``: bytes that are kept already are noted as fetched once more."""
    try:
        files = [get(file) for file in source.files]
        reading = read_source(source, {file.declared: file.content for file in files})
    except _ByHand:
        return Fetched(source.id, "by hand", why=source.by_hand)
    except _NotThere as missing:
        return Fetched(source.id, "not there", why=str(missing))
    except GoodWorkError as error:
        return Fetched(source.id, "failed", why=_in_full(error), error=error)
    release = reading.facts.get("released", reading.facts.get("exported", ""))
    known = _latest(snapshots, source)
    fresh = [f for f in files if f.declared not in known or known[f.declared].sha256 != _sha256(f.content)]
    about: dict[str, Any] = {"source": source.id, "licence": source.licence, "release": release}
    told = {f.declared: Retrieval(name=f.name, notes=f.notes, **f.facts, **about) for f in files}
    older = [f for f in fresh if f.declared in known and not takes_its_place(known[f.declared], told[f.declared])]
    held = {shot.sha256 for shot in snapshots.all(source.id)} if older else set()
    wanted = [f for f in (files if again else fresh) if f not in older or _sha256(f.content) not in held]
    notes = tuple(dict.fromkeys(note for file in files for note in file.notes))
    if older:
        day, stands = (as_at(copy) for copy in (told[older[0].declared], known[older[0].declared]))
        same = f"of {day}, as what is kept from the web, which stands"
        notes += (same if day == stands else f"of {day}, older than what is kept, of {stands}, which stands",)
    if len(fresh) > len(older):
        notes += _fewer(snapshots, source, known, reading.records)
    snapshots.keep_all([(f.content, told[f.declared]) for f in wanted])
    outcome: Outcome = "new" if len(fresh) > len(older) else "older" if older else "unchanged"
    size = sum(len(file.content) for file in files)
    return Fetched(source.id, outcome, size, release, notes=(*notes, *reading.notes))


def _in_full(error: GoodWorkError) -> str:
    """What went wrong, with the first of its faults: which series is gone, which cell cannot be read."""
    told = [error.what, *map(str, error.faults[:TOLD_FAULTS])]
    more = len(error.faults) - TOLD_FAULTS
    return "; ".join([*told, f"and {more} more"] if more > 0 else told)


def _fewer(snapshots: Snapshots, source: Source, known: Mapping[str, Snapshot], records: int) -> tuple[str, ...]:
    """A note where a file holds fewer records than the one kept before: they may be lost, or taken back."""
    try:
        before = read_source(source, {file.name: snapshots.read(known[file.name]) for file in source.files}).records
    except (GoodWorkError, KeyError):  # nothing that can be read was kept before
        return ()
    return (f"{records:,} records, {before - records:,} fewer than before",) if records < before else ()


def _from_web(client: Client, source: Source, file: SourceFile) -> _File:
    if not file.on_the_web:
        raise _ByHand
    name = file.names[-1]
    promised = PurePosixPath(name).suffix.lstrip(".") or source.promised
    if file.paged == "nomis":
        asked = Asking(file.by_label, file.by_pattern)
        answer = whole_answer(client, file.url, name, asked, os.environ.get(NOMIS_KEY, ""))
    elif file.paged == "arcgis":
        answer = whole_service(client, file.url, name)
    elif file.posted:
        key = os.environ.get(STATXPLORE_KEY, "") if file.posted == "stat-xplore" else ""
        answer = client.post(posted(file.posted, file.url, file.question, key))
    elif file.page:
        page = client.get(Request(file.page, promised="html"))
        answer = client.get(Request(newest_link(page.content, file.page, file.link), promised=promised))
    else:
        answer = client.get(Request(file.url, promised=promised))
    facts = {key: value for key, value in answer.facts.items() if key != "notes"}
    return _File(file.name, name, answer.content, facts, tuple(answer.notes))


def _from_kept(snapshots: Snapshots, source: Source, file: SourceFile) -> _File:
    kept = _latest(snapshots, source).get(file.name)
    if kept is None:
        raise SourceUnavailable(
            f"{file.name} of {source.id} is not kept, and nothing is fetched offline",
            remedy="fetch it once, without --offline or with --from FOLDER",
        )
    return _File(file.name, kept.name, snapshots.read(kept), {"retrieved_at": kept.retrieved_at})


def _from_folder(folder: Path, packed: list[Incoming] | None, file: SourceFile) -> _File:
    """A file of a folder or zip; of several that fit the declared name the last, which is that of the latest year.

    It has no address: where the file was had before it came into the folder is not known here.
    """
    if not file.local:
        raise _NotThere(f"nobody says where {file.name} lies in a folder")
    parts = PurePosixPath(file.local).parts
    tails = ["/".join(parts[n:]) for n in range(len(parts))]
    if packed is None:
        found = next((paths for tail in tails if (paths := sorted(folder.glob(tail)))), [])
        incoming = next(iter(files_in(found[-1]))) if found else None
    else:
        fitting = ([one for one in packed if fnmatch.fnmatchcase("/" + one.name, f"*/{tail}")] for tail in tails)
        incoming = next((fit[-1] for fit in fitting if fit), None)
    if incoming is None:
        raise _NotThere(f"there is no {file.local}")
    facts = {"retrieved_at": datetime.now(UTC), "last_modified": incoming.modified.isoformat(timespec="seconds")}
    return _File(file.name, file.name, incoming.content, facts)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def latest(snapshots: Snapshots, source: Source, day: date | None = None) -> dict[str, Snapshot] | None:
    """The snapshot of each file of a source that stands (at the end of a day, UTC), by the name it is declared by; None
    when its file of figures is not kept. The newest release stands, not what happened to be fetched last."""
    kept = _latest(snapshots, source, day)
    return kept if source.main.name in kept else None


def _latest(snapshots: Snapshots, source: Source, day: date | None = None) -> dict[str, Snapshot]:
    """The snapshot of each file that stands, whether it came from the web or from a folder."""
    found: dict[str, Snapshot] = {}
    declared = {name: file.name for file in source.files for name in file.names}
    for shot in snapshots.all(source.id):
        if shot.name in declared and (day is None or shot.retrieved_at.date() <= day):
            name = declared[shot.name]
            if name not in found or takes_its_place(found[name], shot):
                found[name] = shot
    return found


def as_at(copy: Retrieval) -> str:
    """The day as at which a copy of a file speaks (ISO): of the release that the publisher states in it, else, from the
    web, that on which it was fetched; empty for one from a folder that states none.

    >>> as_at(Retrieval(source="s", name="f", retrieved_at=datetime(2026, 1, 2, tzinfo=UTC), url="https://x.uk/f"))
    '2026-01-02'
    """
    day = _stated(copy.release)
    return day.isoformat() if day else copy.retrieved_at.date().isoformat() if copy.url else ""


def takes_its_place(former: Retrieval, later: Retrieval) -> bool:
    """Whether a copy that was fetched later stands in place of a former one: not if it is of an older day; of the same
    day a copy from a folder does not replace one from the web. Where one of them has no day, the later stands: a person
    has named it."""
    days = as_at(former), as_at(later)
    if not all(days) or days[0] < days[1]:
        return True
    return days[0] == days[1] and bool(later.url or not former.url)


@dataclass(frozen=True)
class Standing:
    """How a source stands: what is kept of it, how old it is, when the next release is due, and whether it is.

    ``by_hand`` says why it has no address, ``told_by`` who documents an address from which nothing has come yet.
    """

    source: str
    publisher: str
    title: str
    designation: str
    licence: str
    release: str
    retrieved: str
    age_days: int | None
    bytes: int
    next_due: str
    is_due: bool
    calendar: str
    by_hand: str
    told_by: str


def standing(snapshots: Snapshots, sources: Sources, today: date | None = None) -> tuple[Standing, ...]:
    """How every declared source stands on a day. A release is due once a month of its calendar has come that is later
    than the release we hold; a source of which nothing is kept is due."""
    today = today or datetime.now(UTC).date()
    return tuple(_standing(latest(snapshots, source), source, today) for source in sources.by_id.values())


def _standing(kept: dict[str, Snapshot] | None, source: Source, today: date) -> Standing:
    snapshot = kept[source.main.name] if kept else None
    had = _release_day(snapshot)
    due = _next_due(source.due, had) if had else None
    return Standing(
        source=source.id,
        publisher=source.publisher,
        title=source.title,
        designation=source.designation,
        licence=source.licence,
        release=snapshot.release if snapshot else "",
        retrieved=snapshot.retrieved_at.date().isoformat() if snapshot else "",
        age_days=(today - snapshot.retrieved_at.date()).days if snapshot else None,
        bytes=sum(s.bytes for s in kept.values()) if kept else 0,
        next_due=f"{due:%Y-%m}" if due else "",
        is_due=snapshot is None or (due is not None and due <= today),
        calendar=source.calendar,
        by_hand="" if all(file.on_the_web for file in source.files) else source.by_hand,
        told_by="" if kept and any(shot.url for shot in kept.values()) else source.told_by,
    )


def _release_day(snapshot: Snapshot | None) -> date | None:
    return None if snapshot is None else _stated(snapshot.release) or snapshot.retrieved_at.date()


def _stated(release: str) -> date | None:
    """The day in a publisher's words of a release: the first of several; None when there is none."""
    try:
        return date.fromisoformat(release.split(";")[0].strip())
    except ValueError:
        return None


def _next_due(months: tuple[int, ...], after: date) -> date | None:
    """The first day of the first of some months after a day's own month.

    >>> _next_due((1, 7), date(2025, 7, 9))
    datetime.date(2026, 1, 1)
    """
    days = [date(after.year + more, month, 1) for more in (0, 1) for month in sorted(months)]
    return next((day for day in days if (day.year, day.month) > (after.year, after.month)), None)


def raise_all(results: Iterable[Fetched]) -> None:
    """Raise one ``SourceError`` that tells every source that failed; do nothing when none did."""
    failed = [result for result in results if result.outcome == "failed"]
    if failed:
        faults = [
            Fault(result.why, file=result.source, remedy=result.error.remedy if result.error else None)
            for result in failed
        ]
        raise SourceError(
            f"{len(failed)} source{'s' if len(failed) != 1 else ''} could not be fetched; the others are kept",
            faults=faults,
            remedy="run the command again: it goes on where it stopped",
        )
