"""Fixtures every folder of tests may use."""

from __future__ import annotations

import os
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


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real official statistics; tests that need it are skipped, visibly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED


@pytest.fixture(scope="session")
def edition_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the edition of the shipped figures, built once for all tests."""
    store = tmp_path_factory.mktemp("editions")
    publish(shipped_material(), store, draws=500)
    return store


@pytest.fixture(scope="session")
def monitor(edition_store: Path) -> Monitor:
    """The shipped edition, opened."""
    return Monitor.open(edition_store)
