"""Editions: published folders of a manifest and Parquet tables, named by their content and never changed.

A store of editions is a folder::

    current                        one line: the name of the edition that is served
    good-work-2021-3fb0c2a94d/     manifest.json + *.parquet
    good-work-2021-77aa01be52/     …

An edition is written aside, synced and renamed; only then does ``current`` change, in one step. A crash at any moment
leaves ``current`` pointing at a whole edition.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from goodwork.errors import ChecksumMismatch, EditionNotFound, StoreError
from goodwork.plugins import Tell, untold
from goodwork.store.tables import checksum, disk_errors, read_parquet, sync_folder, write_bytes, write_parquet

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

FORMAT = 1
MANIFEST = "manifest.json"
CURRENT = "current"
#: A table of more rows than this, or a file of more bytes, is read in parts.
LARGE_ROWS, LARGE_FILE = 20_000, 400_000
NAMED = re.compile(r"-[0-9a-f]{10}$")
#: Stands in an edition's tables for its own name, which follows from their content; who reads them puts the name in.
UNNAMED = "an-edition-0000-0000000000"


@dataclass(frozen=True)
class Edition:
    """One published folder, opened for reading only; every table is checked against its checksum when read."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name of the edition, which ends in a digest of its content."""
        return self.path.name

    def table(
        self, name: str, where: Mapping[str, str] | None = None, within: duckdb.DuckDBPyConnection | None = None
    ) -> pd.DataFrame:
        """A table by name, or its rows whose columns hold given texts, read ``within`` a connection if one is given;
        raises ``ChecksumMismatch`` when its file was changed, cut or lost."""
        return read_parquet(self.check(name), where, within)

    def is_large(self, name: str) -> bool:
        """Whether a table is better read in parts: many rows, or long texts."""
        entry = self.manifest["tables"].get(name)
        if entry is None or int(entry["rows"]) > LARGE_ROWS:
            return entry is not None
        file = self.path / str(entry["file"])
        return file.is_file() and file.stat().st_size > LARGE_FILE

    def check(self, name: str) -> Path:
        """The file of a table, which is the one that was published; raises ``ChecksumMismatch`` where it is not."""
        entry = self.manifest["tables"].get(name)
        if entry is None:
            raise EditionNotFound(f"edition {self.name} has no table {name!r}", remedy="build it again")
        path = self.path / str(entry["file"])
        if not path.is_file():
            raise ChecksumMismatch(f"{entry['file']} is missing from edition {self.name}", remedy="build it again")
        if checksum(path) != entry["sha256"]:
            raise ChecksumMismatch(
                f"{entry['file']} of edition {self.name} is not the file that was published",
                remedy="build it again; do not edit files of an edition",
            )
        return path


def open_edition(path: Path) -> Edition:
    """Open an edition folder, or the current edition of a store of editions."""
    path = Path(path)
    if not path.exists():
        raise EditionNotFound(f"there is no edition at {path}", remedy="make one with: goodwork build")
    folder = path
    if not (path / MANIFEST).is_file():
        pointer = path / CURRENT
        if not pointer.is_file():
            raise EditionNotFound(f"there is no edition in {path}", remedy="make one with: goodwork build")
        name = pointer.read_text(encoding="utf-8").strip()
        folder = path / name
        if not name or Path(name).name != name or not (folder / MANIFEST).is_file():
            raise EditionNotFound(
                f"{pointer} names {name!r}, which is not an edition here", remedy="build again: goodwork build"
            )
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = json.loads(content)
        version, tables = manifest["format"], manifest["tables"]
        if not all({"file", "sha256", "rows"} <= set(entry) for entry in tables.values()):
            raise KeyError("tables")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ChecksumMismatch(f"{folder / MANIFEST} is damaged", remedy="build again: goodwork build") from None
    if version != FORMAT:
        raise StoreError(
            f"edition {folder.name} has format {version}; this version of goodwork reads format {FORMAT}",
            remedy="build again: goodwork build",
        )
    if NAMED.search(folder.name) and not folder.name.endswith(_digest(content)):
        raise ChecksumMismatch(
            f"the manifest of edition {folder.name} is not the one that was published",
            remedy="build again; do not edit an edition",
        )
    return Edition(folder, manifest)


def write_edition(
    store: Path,
    name: str,
    tables: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
    tell: Tell = untold,
) -> Edition:
    """Publish an edition in a store: written aside, synced, renamed, then made current.

    The same tables and manifest give the same bytes and so the same name; publishing them again changes nothing.
    Raises ``StoreError`` when another build is writing here, or when the disk refuses; the former edition then stays.
    """
    store = Path(store)
    with disk_errors(store):
        store.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store / ".lock", timeout=0)
        try:
            with lock:
                return _publish(store, name, tables, manifest, tell)
        except Timeout:
            raise StoreError(
                f"another build is writing to {store}", remedy="wait for it to end, or build into another folder"
            ) from None


def _publish(
    store: Path,
    name: str,
    tables: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
    tell: Tell,
) -> Edition:
    for left in store.glob(".aside-*"):
        shutil.rmtree(left, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(dir=store, prefix=".aside-"))
    try:
        entries = {}
        for place, (table_name, table) in enumerate(sorted(tables.items())):
            tell(f"writing {table_name}", place / len(tables))
            file = aside / f"{table_name}.parquet"
            write_parquet(table, file)
            entries[table_name] = {
                "file": file.name,
                "rows": len(table),
                "columns": list(table.columns),
                "sha256": checksum(file),
            }
        whole = {"format": FORMAT, **manifest, "tables": entries}
        content = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        (aside / MANIFEST).write_bytes(content)
        for file in aside.iterdir():
            file.chmod(0o644)
            with file.open("rb+") as handle:
                os.fsync(handle.fileno())
        aside.chmod(0o755)
        sync_folder(aside)
        folder = store / f"{name}-{_digest(content)}"
        if folder.exists():
            if _is_whole(folder):
                shutil.rmtree(aside)
            else:
                broken = Path(tempfile.mkdtemp(dir=store, prefix=".aside-broken-"))
                folder.rename(broken / "edition")
                aside.rename(folder)
                shutil.rmtree(broken, ignore_errors=True)
        else:
            aside.rename(folder)
        sync_folder(store)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    write_bytes(store / CURRENT, f"{folder.name}\n".encode())
    return open_edition(folder)


def check_edition(edition: Edition) -> None:
    """Read every file of an edition; raises ``ChecksumMismatch`` for the first that was changed, cut or lost."""
    for name in edition.manifest["tables"]:
        edition.check(name)


def _is_whole(folder: Path) -> bool:
    """Whether every file of an edition is there and unchanged."""
    try:
        check_edition(open_edition(folder))
    except (StoreError, OSError):
        return False
    return True


def _digest(content: bytes) -> str:
    """The part of an edition's name that follows from its content."""
    return hashlib.sha256(content).hexdigest()[:10]
