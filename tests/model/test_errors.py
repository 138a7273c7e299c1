"""An error is the same where another process raised it."""

from __future__ import annotations

import pickle

import pytest

from goodwork.errors import MethodError, NotFound


@pytest.mark.parametrize("error", [
    NotFound("area", "Yrok", ["York"]), NotFound("area", "Yrok", remedy="give a code"),
    MethodError("cannot be done", remedy="do less", position=(1, 2)),
])  # fmt: skip
def test_an_error_comes_through_a_process_whole(error: NotFound) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.facts, again.remedy) == (
        type(error), str(error), error.facts, error.remedy,
    )  # fmt: skip
