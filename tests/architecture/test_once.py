"""What several workers of one run of the tests need is made once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.conftest import once


def test_workers_share_what_the_first_one_makes(tmp_path: Path) -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        folder.mkdir()
        (folder / "whole").touch()

    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(lambda _: once(tmp_path / "shared", make), range(4)))
    assert len(made) == 1
    assert {(folder / "whole").exists() for folder in found} == {True}


def test_a_failure_is_seen_by_every_worker(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            once(tmp_path / "shared", make)
