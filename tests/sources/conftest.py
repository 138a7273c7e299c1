"""A provider on this machine, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.recorded.server import Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as found:
        yield found
