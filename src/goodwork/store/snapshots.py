"""Snapshots: the bytes a provider sent, as they came, named by their checksum and never changed.

::

    snapshots/
    ├── retrievals.jsonl          one line per retrieval: source, address, time, ETag, licence, checksum …
    ├── 3f/3fb0c2a9….csv          the bytes; the same bytes fetched again add a line and no bytes
    └── .lock                     one writer at a time; readers need none

Bytes are written aside, synced and moved into place before their line is written, and a line that breaks off counts as
not written: a crash at any moment leaves what was kept before, and at most bytes that nobody names yet.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from difflib import get_close_matches
from io import FileIO
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock, Timeout

from goodwork.errors import ChecksumMismatch, NotFound, StoreError
from goodwork.store.tables import checksum, disk_errors, sync_folder, write_bytes

RETRIEVALS = "retrievals.jsonl"
LOCK_SECONDS = 60.0
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_FETCH_AGAIN = "fetch it again, or put the folder of snapshots back as it was"


@dataclass(frozen=True, kw_only=True)
class Retrieval:
    """What is known of one file when it comes: which source it belongs to, where and when it was had, and its terms.

    ``name`` tells the files of one source apart. ``retrieved_at`` is a time with its zone. ``url`` is without secrets.
    ``fingerprint`` names the question it answers. ``release`` and ``licence`` are the publisher's words; other texts
    may be empty.

    >>> Retrieval(source="els", name="pay.csv", retrieved_at=datetime(2026, 1, 2, tzinfo=UTC)).retrieved_at.year
    2026
    """

    source: str
    name: str
    retrieved_at: datetime
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    media_type: str = ""
    fingerprint: str = ""
    licence: str = ""
    release: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.retrieved_at.tzinfo is None:
            raise ValueError("retrieved_at needs a time zone")
        object.__setattr__(self, "retrieved_at", self.retrieved_at.astimezone(UTC))
        object.__setattr__(self, "notes", tuple(self.notes))


@dataclass(frozen=True, kw_only=True)
class Snapshot(Retrieval):
    """A retrieval whose bytes are kept: ``sha256`` names them, ``bytes`` counts them, ``file`` is where they lie."""

    sha256: str
    bytes: int
    file: str

    @property
    def record(self) -> dict[str, Any]:
        """The snapshot as plain data, for JSON."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**plain, "retrieved_at": self.retrieved_at.isoformat(), "notes": list(self.notes)}


_FIELDS = tuple(field.name for field in fields(Snapshot))


class Snapshots:
    """A folder of snapshots: keeps bytes, finds them by source, date or question, and checks them when they are read.

    >>> import tempfile
    >>> snapshots = Snapshots(tempfile.mkdtemp())
    >>> facts = Retrieval(source="els", name="pay.csv", retrieved_at=datetime(2026, 1, 2, tzinfo=UTC))
    >>> kept = snapshots.keep(b"area,value", facts)
    >>> snapshots.read(snapshots.latest("els"))
    b'area,value'
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._log = self.path / RETRIEVALS
        self._mutex = threading.RLock()
        self._cleared = False
        self._forget()

    def keep(self, content: bytes, facts: Retrieval, *, vintage: bool = False) -> Snapshot:
        """Keep the bytes of one retrieval; the same bytes kept before are only named once more.

        What is kept last is the latest: when the clock says that it came before what is already kept of this file, it
        is dated just after that, with a note. ``vintage``: an older state of the file read in on purpose, whose date
        stands. Raises ``StoreError`` when the disk refuses or another process keeps the folder locked; nothing is
        half-kept then.
        """
        return self.keep_all([(content, facts)], vintage=vintage)[0]

    def keep_all(self, files: Sequence[tuple[bytes, Retrieval]], *, vintage: bool = False) -> tuple[Snapshot, ...]:
        """Keep the bytes of several retrievals that belong together, all of them or none; as ``keep`` otherwise."""
        if not files:
            return ()
        with self._writing():
            kept = []
            for content, told in files:
                facts = told if vintage else self._in_order(told)
                sha256 = hashlib.sha256(content).hexdigest()
                file = self._keep_bytes(content, sha256, facts.name)
                plain = {field.name: getattr(facts, field.name) for field in fields(Retrieval)}
                kept.append(Snapshot(**plain, sha256=sha256, bytes=len(content), file=file))
            records = (json.dumps(one.record, ensure_ascii=False, sort_keys=True) + "\n" for one in kept)
            self._append("".join(records).encode())
            return tuple(kept)

    def read(self, snapshot: Snapshot) -> bytes:
        """The bytes of a snapshot; raises ``ChecksumMismatch`` when they are lost or no longer those that came."""
        try:
            content = (self.path / snapshot.file).read_bytes()
        except FileNotFoundError:
            raise ChecksumMismatch(
                f"the bytes of {snapshot.name} ({snapshot.file}) are missing from {self.path}", remedy=_FETCH_AGAIN
            ) from None
        except OSError as error:
            raise StoreError(f"cannot read {snapshot.file}: {error.strerror}", remedy=_FETCH_AGAIN) from error
        if hashlib.sha256(content).hexdigest() != snapshot.sha256:
            raise ChecksumMismatch(
                f"the bytes of {snapshot.name} ({snapshot.file}) are not those that came", remedy=_FETCH_AGAIN
            )
        return content

    def all(self, source: str | None = None, name: str | None = None) -> tuple[Snapshot, ...]:
        """Every snapshot, of one source or one file of it where asked, from the oldest to the latest."""
        with self._mutex:
            self._refresh()
            found = [s for s in self._kept if source in (None, s.source) and name in (None, s.name)]
        return tuple(sorted(found, key=lambda snapshot: snapshot.retrieved_at))

    def sources(self) -> tuple[str, ...]:
        """The sources of which something is kept."""
        return tuple(sorted({snapshot.source for snapshot in self.all()}))

    def latest(self, source: str, name: str | None = None) -> Snapshot:
        """The latest snapshot of a source, or of one file of it; raises ``NotFound`` when there is none."""
        return self._last(source, name, self.all(source, name), "")

    def as_at(self, source: str, day: date | datetime, name: str | None = None) -> Snapshot:
        """The snapshot that was the latest at the end of a day (UTC) or at a moment; ``NotFound`` for none."""
        moment = _moment(day)
        found = tuple(snapshot for snapshot in self.all(source, name) if snapshot.retrieved_at <= moment)
        return self._last(source, name, found, f" as at {day.isoformat()}")

    def files(self, source: str, day: date | datetime | None = None) -> dict[str, Snapshot]:
        """The latest snapshot of each file of a source, by name; with a day, as they stood at its end (UTC)."""
        moment = _moment(day or date.max)
        return {s.name: s for s in self.all(source) if s.retrieved_at <= moment}

    def find(self, fingerprint: str) -> Snapshot | None:
        """The latest snapshot that answers a question, by the fingerprint of the question."""
        with self._mutex:
            self._refresh()
            return self._answers.get(fingerprint)

    def _last(self, source: str, name: str | None, found: tuple[Snapshot, ...], when: str) -> Snapshot:
        if found:
            return found[-1]
        known = self.sources() if name is None else tuple(sorted({snapshot.name for snapshot in self.all(source)}))
        nearest = [near for near in get_close_matches(name or source, known, n=3) if near != (name or source)]
        asked = source if name is None else f"{source}: {name}"
        raise NotFound("snapshot", asked + when, nearest, remedy="fetch it, or name a later day")

    def _in_order(self, facts: Retrieval) -> Retrieval:
        """The facts, dated after everything kept of this file, whatever the clock says."""
        before = self.all(facts.source, facts.name)
        if not before or facts.retrieved_at > before[-1].retrieved_at:
            return facts
        last = before[-1].retrieved_at
        said = facts.retrieved_at.isoformat(timespec="seconds")
        note = f"the clock said {said} though what was kept before is of {last.isoformat(timespec='seconds')}"
        moved = replace(facts, retrieved_at=last + timedelta(microseconds=1))
        return moved if facts.retrieved_at == last else replace(moved, notes=(*facts.notes, note))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the folder alone, clear what an interrupted writer left, and name what the disk says."""
        with self._mutex, disk_errors(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                with FileLock(self.path / ".lock", timeout=LOCK_SECONDS):
                    self._clear_once()
                    yield
            except Timeout:
                raise StoreError(
                    f"another fetch is writing to {self.path}",
                    remedy="wait for it to end, or fetch into another folder",
                ) from None

    def _clear_once(self) -> None:
        """Take away what writers left aside that were interrupted; nobody else writes while the lock is held."""
        if not self._cleared:
            for left in self.path.glob("[0-9a-f][0-9a-f]/.*"):
                left.unlink()
            self._cleared = True

    def _keep_bytes(self, content: bytes, sha256: str, name: str) -> str:
        """Have the bytes lie under their checksum, read-only; returns where. Damaged ones are put right."""
        folder = self.path / sha256[:2]
        lying = sorted(folder.glob(f"{sha256}.*"))
        suffix = PurePosixPath(name.lower()).suffix
        file = lying[0] if lying else folder / f"{sha256}{suffix if _SUFFIX.fullmatch(suffix) else '.bin'}"
        if not lying or checksum(file) != sha256:
            write_bytes(file, content)
            sync_folder(self.path)
        file.chmod(0o444)
        return file.relative_to(self.path).as_posix()

    def _append(self, line: bytes) -> None:
        """Add lines to the retrievals, all whole or none at all."""
        with self._log.open("a+b", buffering=0) as log:
            whole = _whole_lines(log)
            try:
                log.truncate(whole)
                rest = memoryview(line)
                while rest:
                    rest = rest[log.write(rest) :]
                os.fsync(log.fileno())
            except BaseException:
                log.truncate(whole)
                raise
        sync_folder(self.path)

    def _forget(self) -> None:
        self._kept: list[Snapshot] = []
        self._answers: dict[str, Snapshot] = {}
        self._read_to, self._file = 0, (0, 0)

    def _refresh(self) -> None:
        """Read the lines that were added since the last look, by this process or another."""
        try:
            with self._log.open("rb") as log:
                facts = os.fstat(log.fileno())
                if (facts.st_dev, facts.st_ino) != self._file or facts.st_size < self._read_to:
                    self._forget()
                    self._file = (facts.st_dev, facts.st_ino)
                log.seek(self._read_to)
                added = log.read()
        except FileNotFoundError:
            return self._forget()
        except OSError as error:
            raise StoreError(f"cannot read {self._log}: {error.strerror}", remedy="see who may read it") from error
        whole = added[: added.rfind(b"\n") + 1]
        found = [self._snapshot(line, len(self._kept) + n) for n, line in enumerate(whole.splitlines(), start=1)]
        for snapshot in found:
            known = self._answers.get(snapshot.fingerprint)
            if snapshot.fingerprint and (known is None or snapshot.retrieved_at >= known.retrieved_at):
                self._answers[snapshot.fingerprint] = snapshot
        self._kept += found
        self._read_to += len(whole)
        return None

    def _snapshot(self, line: bytes, number: int) -> Snapshot:
        try:
            plain = json.loads(line)
            known = {name: plain[name] for name in _FIELDS if name in plain}
            snapshot = Snapshot(**{**known, "retrieved_at": datetime.fromisoformat(plain["retrieved_at"])})
            if not re.fullmatch(r"([0-9a-f]{2})/\1[0-9a-f]{62}\.[a-z0-9]{1,8}", snapshot.file):
                raise ValueError("the file is not one of this folder")
        except (ValueError, TypeError, KeyError):
            raise ChecksumMismatch(
                f"line {number} of {self._log} is damaged",
                remedy="put the file back as it was, or take the line out; the bytes themselves are not touched",
            ) from None
        return snapshot


def _moment(day: date | datetime) -> datetime:
    """A moment, or the end of a day in UTC."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime.combine(day, time_of_day.max, tzinfo=UTC)


def _whole_lines(log: FileIO) -> int:
    """The length of a file up to the end of its last whole line."""
    end = log.seek(0, os.SEEK_END)
    while end > 0:
        start = log.seek(max(0, end - 2**16))
        found = log.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
