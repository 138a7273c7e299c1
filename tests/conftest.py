"""Fixtures every folder of tests may use."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from goodwork.monitor import Monitor
from goodwork.pipeline import publish, shipped_material

# A landing must not hang on luck: there the laws try the same examples each time; elsewhere new ones.
settings.register_profile("landing", derandomize=True, deadline=None)
settings.register_profile("new examples", deadline=None)
settings.load_profile("landing" if os.environ.get("CI") else "new examples")

SHARED = Path(__file__).parents[1].parent / "shared" / "data"


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
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own  # workers have folders side by side
    return once(folder / "editions", lambda store: publish(shipped_material(), store, draws=500))


@pytest.fixture(scope="session")
def monitor(edition_store: Path) -> Monitor:
    """The shipped edition, opened."""
    return Monitor.open(edition_store)
