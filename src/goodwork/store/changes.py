"""What an edition changed against the one it replaced, kept beside the editions of a store and not in them.

The same input gives the same edition, whatever stood there before; so what changed is no part of it::

    current
    good-work-2021-3fb0c2a94d/
    good-work-2021-77aa01be52/
    good-work-2021-77aa01be52.changes.json      against good-work-2021-3fb0c2a94d
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from goodwork.errors import StoreError
from goodwork.store.editions import CURRENT, MANIFEST, Edition, open_edition
from goodwork.store.tables import write_bytes

ENDING = ".changes.json"
#: What a store may hold of its own: faults found in its figures after they had been used.
CORRECTIONS = "corrections.toml"


def write_changes(edition: Edition, changes: Mapping[str, Any]) -> Path:
    """Keep what an edition changed (``before`` and ``after`` name the two) beside it; what it replaced when it came
    first stays, should it be published again."""
    file = _file(edition)
    if not file.exists():
        text = json.dumps(changes, indent=1, ensure_ascii=False, allow_nan=False, default=str)
        write_bytes(file, f"{text}\n".encode())
    return file


def read_changes(edition: Edition) -> dict[str, Any] | None:
    """What an edition changed; ``None`` where it replaced none, nobody looked, or what was kept cannot be read."""
    try:
        found = json.loads(_file(edition).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(found, dict) and found.get("after") == edition.name and isinstance(found.get("findings"), list)
    return found if whole else None


def editions_beside(edition: Edition) -> tuple[tuple[str, Edition], ...]:
    """The editions of the same monitor in the store of one, that one among them, the newest first, each with the time
    at which it was written there (UTC); those that cannot be opened are left out."""
    found = []
    folders = {edition.path, *(file.parent for file in edition.path.parent.glob(f"*/{MANIFEST}"))}
    if not (edition.path.parent / CURRENT).is_file():  # an edition by itself: what stands beside it is not its store
        folders = {edition.path}
    for folder in folders:
        try:
            other = edition if folder == edition.path else open_edition(folder)
        except StoreError:
            continue
        if other.manifest.get("title") == edition.manifest.get("title"):
            found.append((written(folder), other))
    return tuple(sorted(found, key=lambda one: (one[0], one[1].name), reverse=True))


def own_corrections(edition: Edition) -> str:
    """The text of the corrections that are declared in the store of an edition, ``corrections.toml``; empty where there
    are none. They are found after an edition was made, so they stand beside it."""
    file = edition.path.parent / CORRECTIONS
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def beside(edition: Edition) -> str:
    """Everything that is told of an edition and is not in it, as one text: it changes when any of that does."""
    others = [(when, other.name) for when, other in editions_beside(edition)]
    return json.dumps([others, read_changes(edition), own_corrections(edition)])


def written(folder: Path) -> str:
    """When the manifest of an edition was written where it stands, in UTC."""
    from datetime import UTC, datetime

    when = datetime.fromtimestamp(int((folder / MANIFEST).stat().st_mtime), UTC)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _file(edition: Edition) -> Path:
    return edition.path.parent / f"{edition.name}{ENDING}"
