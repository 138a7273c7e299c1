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
        sums = manifest["sha256"]
    except (OSError, ValueError, KeyError):
        raise StoreError(
            f"there are no compiled figures in {folder}", remedy="compile them: goodwork compile SOURCE_DIR"
        ) from None
    for name in TABLES:
        path = folder / f"{name}.parquet"
        if not path.is_file() or checksum(path) != sums.get(name):
            raise ChecksumMismatch(
                f"{path.name} is not the file its manifest describes", remedy="install the package again, or compile"
            )
    return Shipped({name: read_parquet(folder / f"{name}.parquet") for name in TABLES}, manifest)


def write_shipped(folder: Path, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write compiled figures aside, then move all of them into place, the manifest last."""
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        contents, sums = {}, {}
        for name in TABLES:
            aside = folder / f".{name}.parquet.aside"
            try:
                write_parquet(tables[name], aside)
                contents[name], sums[name] = aside.read_bytes(), checksum(aside)
            finally:
                aside.unlink(missing_ok=True)
        whole = {**manifest, "sha256": sums}
        for name, content in contents.items():
            write_bytes(folder / f"{name}.parquet", content)
        text = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
        write_bytes(folder / MANIFEST, text.encode())
        return whole
