"""From figures and declarations to a published edition."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

from platformdirs import user_data_dir

from goodwork.errors import StoreError
from goodwork.pipeline.asking import asking
from goodwork.pipeline.change_log import ChangeLog, change_log
from goodwork.pipeline.executors import alone, workers
from goodwork.pipeline.material import Material, shipped_material
from goodwork.pipeline.tables import edition_tables
from goodwork.pipeline.variants import variants
from goodwork.pipeline.watching import watched
from goodwork.plugins import Tell, untold
from goodwork.store.changes import write_changes
from goodwork.store.editions import Edition, open_edition, write_edition

#: Looks at what a new edition changes, and says whether it may replace the former one.
Review = Callable[[ChangeLog], bool]
BUILDING = "Building the edition of the shipped figures, once; that takes some minutes"
CODE = {"package": "goodwork", "version": version("goodwork")}


def publish(
    material: Material,
    store: Path,
    tell: Tell = untold,
    *,
    draws: int | None = None,
    seed: int | None = None,
    executor: Executor | None = None,
    review: Review | None = None,
) -> Edition:
    """Build every index of the material, ask every question of the first one, and publish the edition in a store of
    editions.

    ``draws`` and ``seed`` stand in for those of the frameworks; the manifest holds them. Blocks of draws are computed
    by the ``executor``, threads if there is none, questions by processes beside this one; the edition is the same
    whoever does what. Where it replaces another one, what changes is kept beside it; ``review`` is given it before,
    and where it answers no, the former edition stays and ``StoreError`` is raised.
    """
    material = material.sampled(draws, seed)
    with nullcontext(executor) if executor else workers() as at, alone(), asking(material) as questions:
        tables, counts = edition_tables(material, variants(material, _part(tell, 0.0, 0.6), at))
        tables |= questions.tables(_part(tell, 0.6, 0.3))
    latest = max(entry["periods"][-1] for entry in counts)
    manifest = {
        "name": material.name,
        "title": material.title,
        "invented": material.invented,
        "latest_period": latest,
        "code": CODE,
        "declarations": declared(material),
        "geography": {"level": material.geography.level, "vintage": material.geography.vintage},
        "figures": material.figures,
        "notes": list(material.notes),
        "counts": counts,
    }
    log = None
    if (former := _former(store)) is not None:
        tell("comparing with the former edition", 0.9)
        log = change_log(former, tables, manifest)
        if review is not None and not review(log):
            raise StoreError(
                f"the edition in {store} was kept: {'; '.join(log.reasons) or 'the new one was declined'}",
                remedy="look at the changes; then build with --yes to replace it",
            )
    edition = write_edition(store, f"{material.name}-{latest}", tables, manifest, _part(tell, 0.9, 0.1))
    if former is not None and log is not None and former.name != edition.name:
        write_changes(edition, log.as_dict(former.name, edition.name))
    return edition


def _part(tell: Tell, start: float, length: float) -> Tell:
    """Progress of a part of the work as progress of the whole."""
    return lambda text, done: tell(text, start + length * done)


def _former(store: Path) -> Edition | None:
    """The edition that stands in a store; none where there is none, or it cannot be opened."""
    try:
        return open_edition(store)
    except StoreError:
        return None


def declared(material: Material) -> dict[str, Any]:
    """The declarations as they stand in a manifest."""
    return {
        "frameworks": [f.model_dump(mode="json") for f in material.frameworks],
        "catalogue": material.catalogue.model_dump(mode="json"),
        "area_sets": [s.model_dump(mode="json") for s in material.geography.sets],
        "origins": [o.model_dump(mode="json") for o in material.origins],
        "prices": material.prices.model_dump(mode="json") if material.prices else None,
    }


def default_store() -> Path:
    """Where editions of the shipped figures are kept for this user, unless ``GOODWORK_HOME`` says otherwise."""
    if home := os.environ.get("GOODWORK_HOME"):
        return Path(home) / "editions"
    return Path(user_data_dir("goodwork", appauthor=False)) / "editions"


def shipped_store(store: Path | None = None, tell: Tell | None = None) -> Path:
    """A store that holds the edition of the shipped figures and declarations by this version of the code, built if it
    is not there; with ``GOODWORK_DRAWS`` draws, if that is set. That takes minutes: how far it is, is shown on standard
    error unless somebody is to be told. Raises ``StoreError`` for a store that holds another
    monitor: it is never replaced by this one."""
    store = store or default_store()
    material = shipped_material()
    try:
        manifest = open_edition(store).manifest
    except StoreError:
        manifest = {}
    if manifest.get("name", material.name) != material.name:
        raise StoreError(
            f"{store} holds another monitor, {manifest.get('title')}",
            remedy=f"show it with: goodwork serve --store {store}; or choose another folder",
        )
    asked = {"findings", "figures"} <= set(manifest.get("tables", {}))
    now = {"code": CODE, "figures": material.figures, "declarations": _settled(declared(material))}
    held = {**manifest, "declarations": _settled(manifest.get("declarations", {}))}
    if not asked or any(held.get(key) != value for key, value in now.items()):
        draws = os.environ.get("GOODWORK_DRAWS", "")
        with nullcontext(tell) if tell else watched(BUILDING) as told:
            publish(material, store, told, draws=int(draws) if draws.isdigit() else None)
    return store


def _settled(declarations: dict[str, Any]) -> dict[str, Any]:
    """Declarations as plain data without the number of draws and the seed: another number of draws is the same edition,
    only more or less finely drawn."""
    plain: dict[str, Any] = json.loads(json.dumps(declarations))
    for framework in plain.get("frameworks", []):
        framework["method"]["sampling"] |= {"draws": None, "seed": None}
        framework.setdefault("uncertainty", {})["draws"] = None
    return plain
