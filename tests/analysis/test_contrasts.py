"""Differences across borders, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from goodwork.analysis.contrasts import contrasts
from goodwork.errors import MethodError

NAN = float("nan")
NAMES = ["a", "b", "c", "d"]


def test_by_hand() -> None:
    found = contrasts(np.array([1.0, 4.0, 3.5, 9.0]), np.array([0.3, 0.4, 0.0, 6.0]), [(0, 1), (1, 2), (3, 2)], NAMES)
    assert found.table[["higher", "lower"]].values.tolist() == [["d", "c"], ["b", "a"], ["b", "c"]]
    assert found.difference.tolist() == [5.5, 3.0, 0.5]
    np.testing.assert_allclose(found.p, 2 * norm.sf([5.5 / 6, 3 / 0.5, 0.5 / 0.4]))
    np.testing.assert_allclose(found.high - found.low, 2 * norm.ppf(0.975) * np.array([6, 0.5, 0.4]))
    assert found.clear.tolist() == [False, True, False]
    assert found.findings == (
        "The score differs clearly across 1 of 3 borders.",
        "The steepest clear difference: b stands 3.00 above a in the score (95 % interval 2.02 to 3.98).",
    )


def test_without_errors_nothing_is_clear() -> None:
    found = contrasts(np.array([1.0, 40.0, 3.5, NAN]), None, [(0, 1), (1, 2), (2, 3)], NAMES, name="pay")
    assert not found.clear.any()
    assert len(found.pairs) == 2
    assert found.findings == ("No error is known of pay: no difference across a border can be called clear.",)
    assert any("no figure: 1" in note for note in found.notes)
    assert any("no error is known: 2" in note for note in found.notes)


def test_noise_is_no_clear_difference() -> None:
    found = contrasts(np.array([1.0, 1.1, 0.9, 1.0]), np.ones(4), [(0, 1), (1, 2)], NAMES)
    assert found.findings == ("There is no clear difference in the score across any of 2 borders.",)


def test_one_chance_difference_among_many_borders_is_not_clear() -> None:
    values = np.zeros(30)
    values[7] = 3.0  # p = 0.034 across each of its two borders, of 29
    names = [f"a{i}" for i in range(30)]
    found = contrasts(values, np.ones(30), [(i, i + 1) for i in range(29)], names)
    assert found.p.min() < 0.05
    assert not found.clear.any()


def test_figures_without_error_differ_unless_equal() -> None:
    found = contrasts(np.array([1.0, 1.0, 2.0, 2.0]), np.zeros(4), [(0, 1), (1, 2)], NAMES)
    assert found.clear.tolist() == [True, False]
    assert found.p.tolist() == [0, 1]


def test_faults() -> None:
    with pytest.raises(MethodError) as error:
        contrasts(np.ones(3), np.array([1.0, -1, 1, 1]), [], NAMES)
    assert len(error.value.faults) == 2
