"""Fixtures every folder of tests may use."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings
from tests.toyland import STARTER

from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish, shipped_material
from goodwork.store.editions import open_edition, write_edition

# A landing must not hang on luck: there the laws try the same examples each time; elsewhere new ones.
settings.register_profile("landing", derandomize=True, deadline=None)
settings.register_profile("new examples", deadline=None)
settings.load_profile("landing" if os.environ.get("CI") else "new examples")

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
#: Where the published copy says that it stands: not where a test puts it.
BASE = "https://example.org/some/folder/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys first: files are shared out among workers, and a long one at the end would leave the others idle."""
    items.sort(key=lambda item: "/journeys/" not in item.nodeid)


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder, made by the first process that asks for it; others wait until it is there, and make it for
    themselves in vain, to see why, where the first one failed."""
    begun, failed = (folder.with_suffix(end) for end in (".begun", ".failed"))
    try:
        begun.mkdir()
    except FileExistsError:
        while not folder.exists():
            if failed.exists():
                make(folder.with_suffix(f".{os.getpid()}"))
                raise AssertionError(f"{folder} could not be made by another process, but by this one") from None
            time.sleep(0.2)
        return folder
    try:
        make(begun / "made")
        return (begun / "made").rename(folder)
    except BaseException:
        failed.touch()
        raise


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real official statistics; tests that need it are skipped, visibly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED


@pytest.fixture(scope="session")
def edition_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the edition of the shipped figures, built once for all tests and all workers of a run."""
    return once(_common(tmp_path_factory) / "editions", lambda store: publish(shipped_material(), store, draws=500))


@pytest.fixture(scope="session")
def monitor(edition_store: Path) -> Monitor:
    """The shipped edition, opened."""
    return Monitor.open(edition_store)


@pytest.fixture(scope="session")
def toyland_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two editions of the starter project, whose data are invented; the second one is current."""

    def make(store: Path) -> None:
        publish(own_material(STARTER / "framework.toml", STARTER / "data.csv"), store, draws=50)
        first = open_edition(store)
        said = {key: value for key, value in first.manifest.items() if key not in ("format", "tables")}
        tables = {name: first.table(name) for name in first.manifest["tables"]}
        write_edition(store, "toyland-2023", tables, {**said, "notes": ["A second edition of the same figures."]})

    return once(_common(tmp_path_factory) / "toyland", make)


@pytest.fixture(scope="session")
def toyland_copy(toyland_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published copy of the starter project, below two folders of a site; it is not to be changed."""
    from goodwork.web.publish.site import publish_site

    def make(www: Path) -> None:
        with ThreadPoolExecutor(1) as apart:  # a browser may be at work in this thread
            apart.submit(publish_site, toyland_store, www / "some/folder", BASE, workers=1, cards=False).result()

    return once(_common(tmp_path_factory) / "www", make) / "some" / "folder"


def _common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of a run have in common: theirs stand in it side by side."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
