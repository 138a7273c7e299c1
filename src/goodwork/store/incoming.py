"""Files that were had by other means: read from a folder or a zip, one at a time, as bytes to be kept."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from goodwork.errors import NotFound, StoreError
from goodwork.zips import BROKEN

MAX_FILE = 256 * 2**20
MAX_RATIO = 200
MAX_ALL = 512 * 2**20
MAX_MEMBERS = 20_000
SMALL = 2**20


@dataclass(frozen=True)
class Incoming:
    """One file of a folder or zip: its path in there, its bytes, and when it was last changed (UTC)."""

    name: str
    content: bytes = field(repr=False)
    modified: datetime


def files_in(path: Path) -> Iterator[Incoming]:
    """Every file in a folder with its sub-folders, in a zip, or the one file itself, in the order of their names.

    Hidden files and what operating systems leave behind are passed over. Raises ``NotFound`` when there is nothing at
    the path, ``StoreError`` for a file that cannot be read, that is larger than 256 MiB, or that a zip has packed more
    than two hundredfold (1 MiB or more of it), and for a zip that unpacks to more than 512 MiB or 20,000 files in all:
    such files are made to do harm.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "pay.csv").write_bytes(b"area,value")
    >>> [(file.name, file.content) for file in files_in(folder)]
    [('pay.csv', b'area,value')]
    """
    path = Path(path)
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                name = file.relative_to(path).as_posix()
                if file.is_file() and not _passed_over(name):
                    yield _file(file, name)
        elif not path.exists():
            raise NotFound("folder or file", str(path), remedy="check the name and the folder")
        elif path.suffix.lower() == ".zip":
            yield from _members(path)
        else:
            yield _file(path, path.name)
    except OSError as error:
        raise StoreError(
            f"cannot read {error.filename or path}: {error.strerror}", remedy="see who may read it"
        ) from error


def _passed_over(name: str) -> bool:
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _file(path: Path, name: str) -> Incoming:
    facts = path.stat()
    if facts.st_size > MAX_FILE:
        raise _harmful(name, f"it is larger than {MAX_FILE // 2**20} MiB")
    return Incoming(name, path.read_bytes(), datetime.fromtimestamp(facts.st_mtime, UTC))


def _members(path: Path) -> Iterator[Incoming]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
            if len(members) > MAX_MEMBERS:
                raise _harmful(path.name, f"it holds {len(members):,} files, more than {MAX_MEMBERS:,}")
            if sum(member.file_size for member in members) > MAX_ALL:
                raise _harmful(path.name, f"its {len(members):,} files unpack to more than {MAX_ALL // 2**20} MiB")
            for member in members:
                if not member.is_dir() and not _passed_over(member.filename):
                    yield _member(archive, member)
    except BROKEN as error:
        raise StoreError(
            f"{path.name} cannot be unpacked: {error}", remedy="have it sent again, or unpack it and name the folder"
        ) from None


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Incoming:
    """One file of a zip, read no further than it may be, whatever the zip says of its size."""
    most = min(MAX_FILE, max(SMALL, MAX_RATIO * member.compress_size))
    content = b""
    if member.file_size <= most:
        with archive.open(member) as packed:
            content = packed.read(most + 1)
    if max(member.file_size, len(content)) > most:
        raise _harmful(member.filename, f"it unpacks to more than {most / 2**20:,.0f} MiB")
    try:
        changed = datetime(*member.date_time, tzinfo=UTC)
    except ValueError:  # a zip may say the 0th of month 0
        changed = datetime(1980, 1, 1, tzinfo=UTC)
    return Incoming(member.filename, content, changed)


def _harmful(name: str, why: str) -> StoreError:
    return StoreError(f"{name} is not read: {why}", remedy="see where the file comes from")
