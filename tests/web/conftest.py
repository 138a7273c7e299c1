"""The shipped edition behind a test client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from goodwork.monitor import Monitor
from goodwork.web.app import create_app


@pytest.fixture(scope="session")
def client(monitor: Monitor) -> Iterator[TestClient]:
    """A client that does not follow redirects and does not hide bugs."""
    with TestClient(create_app(monitor), follow_redirects=False) as found:
        yield found
