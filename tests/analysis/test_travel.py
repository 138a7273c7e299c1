"""Directions by hand: the run without a break, the sign of better, what others did, and who has too few years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from goodwork.analysis.travel import travel, unbroken
from goodwork.analysis.trends import FALLING, IMPROVING, NOTHING, UNCLEAR

YEARS = tuple(str(y) for y in range(2012, 2022))


def moves(lines: list[list[float]], sign: int = 1, error: float = 0.05, breaks: set[str] | None = None) -> pd.DataFrame:
    """The directions of one area after another in one indicator."""
    values = np.array(lines).T[:, :, None]
    names = [f"area {k}" for k in range(len(lines))]
    others = np.zeros((len(YEARS), 1))
    errors = np.where(np.isnan(values), np.nan, error)
    return travel(values, errors, YEARS, names, ["x"], [sign], [breaks or set()], others)


def test_a_break_parts_the_years_and_the_longest_run_counts() -> None:
    assert unbroken(YEARS, [True] * 10, {"2020"}) == list(range(8))
    assert unbroken(YEARS, [True] * 10, {"2014", "2018"}) == [6, 7, 8, 9]  # the last of equals
    assert unbroken(YEARS, [k % 2 == 0 for k in range(10)], set()) == [0, 2, 4, 6, 8]
    assert unbroken(("2001", "2020", "2021"), [True] * 3, set()) == [1, 2]  # no further back than ten years
    assert unbroken(YEARS, [False] * 10, set()) == []


def test_rise_and_fall_are_better_or_worse_by_direction_and_the_jump_at_a_break_is_none() -> None:
    rising = [1.0 + 0.5 * k for k in range(8)] + [99.0, 99.0]
    found = moves([rising], breaks={"2020"}).iloc[0]
    assert (found["verdict"], found["first"], found["last"], found["n"]) == (IMPROVING, "2012", "2019", 8)
    assert found["slope"] == pytest.approx(0.5)
    assert moves([rising], sign=-1, breaks={"2020"}).iloc[0]["verdict"] == FALLING
    assert moves([[1.0, 1.1, 0.9] * 3 + [1.0]], error=0.2).iloc[0]["verdict"] == UNCLEAR


def test_what_others_did_is_taken_off() -> None:
    line = np.array([2.0 + 0.4 * k for k in range(10)])
    values = line[:, None, None]
    found = travel(values, np.full(values.shape, 0.05), YEARS, ["a"], ["x"], [1], [set()], line[:, None]).iloc[0]
    assert found["verdict"] == IMPROVING
    assert (found["beside_verdict"], found["beside"]) == (UNCLEAR, pytest.approx(0.0))


def test_too_few_years_are_no_direction() -> None:
    short = [np.nan] * 8 + [1.0, 2.0]
    found = moves([short]).iloc[0]
    assert (found["verdict"], found["beside_verdict"], found["n"]) == (NOTHING, NOTHING, 2)
    assert np.isnan(found["slope"])
