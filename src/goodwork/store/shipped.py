"""The figures that ship with the package: our own compiled edition of them, read from the package itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodwork.errors import ChecksumMismatch, StoreError
from goodwork.store.tables import checksum, disk_errors, read_parquet, write_bytes, write_parquet

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("observations", "areas", "successors")
MANIFEST = "manifest.json"


@dataclass(frozen=True, eq=False)
class Shipped:
    """Compiled figures: the tables and the manifest of what was taken, what was left out and why."""

    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]


def shipped_folder() -> Path:
    """Where the shipped figures are."""
    with as_file(files("goodwork") / "shipped") as folder:
        return folder


def read_shipped(folder: Path | None = None) -> Shipped:
    """Read compiled figures and check them against their manifest."""
    folder = folder or shipped_folder()
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        stored = {name: manifest["files"][name] for name in TABLES}
    except (OSError, ValueError, KeyError, TypeError):
        raise StoreError(
            f"there are no compiled figures in {folder}", remedy="compile them: goodwork compile SOURCE_DIR"
        ) from None
    for entry in stored.values():
        path = folder / entry["file"]
        if not path.is_file() or checksum(path) != entry["sha256"]:
            raise ChecksumMismatch(
                f"{path.name} is not the file its manifest describes", remedy="install the package again, or compile"
            )
    return Shipped({name: read_parquet(folder / entry["file"]) for name, entry in stored.items()}, manifest)


def write_shipped(folder: Path, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write compiled figures under names that follow from their content, then the manifest that names them, in one
    step; files of former figures go last. A crash at any moment leaves one whole set."""
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        stored = {}
        for name in TABLES:
            aside = folder / f".{name}.parquet.aside"
            try:
                write_parquet(tables[name], aside)
                digest = checksum(aside)
                file = f"{name}-{digest[:8]}.parquet"
                write_bytes(folder / file, aside.read_bytes())
            finally:
                aside.unlink(missing_ok=True)
            stored[name] = {"file": file, "sha256": digest, "rows": len(tables[name])}
        whole = {**manifest, "files": stored}
        text = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
        write_bytes(folder / MANIFEST, text.encode())
        kept = {entry["file"] for entry in stored.values()}
        for name in TABLES:
            for old in folder.glob(f"{name}-*.parquet"):
                if old.name not in kept:
                    old.unlink()
    return whole
