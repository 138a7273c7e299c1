"""From figures and declarations to a published edition."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from platformdirs import user_data_dir

from goodwork.errors import StoreError
from goodwork.pipeline.answer_tables import answer_tables
from goodwork.pipeline.change_log import ChangeLog, change_log
from goodwork.pipeline.executors import workers
from goodwork.pipeline.material import Material, shipped_material
from goodwork.pipeline.tables import edition_tables
from goodwork.pipeline.variants import variants
from goodwork.plugins import Tell, untold
from goodwork.store.editions import Edition, open_edition, write_edition

#: Looks at what a new edition changes, and says whether it may replace the former one.
Review = Callable[[ChangeLog], bool]
Result = TypeVar("Result")
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
    by the ``executor``, threads if there is none; the edition is the same. Before it replaces another one ``review`` is
    given what changes; where it answers no, the former edition stays and ``StoreError`` is raised.
    """
    material = material.sampled(draws, seed)
    with nullcontext(executor) if executor else workers() as at:
        built = variants(material, lambda text, part: tell(text, 0.8 * part), at)
        with _meanwhile(answer_tables, material, untold, at) as answers:  # they do not need the draws
            tables, counts = edition_tables(material, built)
            tell("asking every question", 0.8)
            tables |= answers.result()
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
    if review is not None and (former := _former(store)) is not None:
        tell("comparing with the former edition", 0.9)
        log = change_log(former, tables, manifest)
        if not review(log):
            raise StoreError(
                f"the edition in {store} was kept: {'; '.join(log.reasons) or 'the new one was declined'}",
                remedy="look at the changes; then build with --yes to replace it",
            )
    return write_edition(
        store, f"{material.name}-{latest}", tables, manifest, lambda text, part: tell(text, 0.9 + 0.1 * part)
    )


@contextmanager
def _meanwhile(function: Callable[..., Result], *given: Any) -> Iterator[Future[Result]]:
    """A function at work in a thread of its own; its result, or its error, is there to be asked for."""
    with ThreadPoolExecutor(1) as aside:
        yield aside.submit(function, *given)


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


def shipped_store(store: Path | None = None, tell: Tell = untold) -> Path:
    """A store that holds the edition of the shipped figures and declarations by this version of the code, built if it
    is not there; with ``GOODWORK_DRAWS`` draws, if that is set. Raises ``StoreError`` for a store that holds another
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
        publish(material, store, tell, draws=int(draws) if draws.isdigit() else None)
    return store


def _settled(declarations: dict[str, Any]) -> dict[str, Any]:
    """Declarations as plain data without the number of draws and the seed: another number of draws is the same edition,
    only more or less finely drawn."""
    plain: dict[str, Any] = json.loads(json.dumps(declarations))
    for framework in plain.get("frameworks", []):
        framework["method"]["sampling"] |= {"draws": None, "seed": None}
        framework.setdefault("uncertainty", {})["draws"] = None
    return plain
