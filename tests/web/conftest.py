"""The shipped edition behind a test client."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.conftest import once

import goodwork
from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish
from goodwork.store.editions import open_edition, write_edition
from goodwork.web.app import create_app

STARTER = Path(goodwork.__file__).parent / "starter"


@pytest.fixture(scope="session")
def client(monitor: Monitor) -> Iterator[TestClient]:
    """A client that does not follow redirects and does not hide bugs."""
    with TestClient(create_app(monitor), follow_redirects=False) as found:
        yield found


@pytest.fixture(scope="session")
def toyland_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two editions of the starter project, whose data are invented; the second one is current."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def make(store: Path) -> None:
        publish(own_material(STARTER / "framework.toml", STARTER / "data.csv"), store, draws=50)
        first = open_edition(store)
        said = {key: value for key, value in first.manifest.items() if key not in ("format", "tables")}
        tables = {name: first.table(name) for name in first.manifest["tables"]}
        write_edition(store, "toyland-2023", tables, {**said, "notes": ["A second edition of the same figures."]})

    return once(folder / "toyland", make)
