"""Correlation against numpy's, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.association import pearson
from goodwork.errors import MethodError


def test_equals_numpy_and_leaves_gaps_out() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=50)
    y = 0.5 * x + rng.normal(size=50)
    x[3] = np.nan
    found = pearson(x, y)
    assert found.n == 49
    assert found.r == pytest.approx(np.corrcoef(np.delete(x, 3), np.delete(y, 3))[0, 1])
    half = 1.959963984540054 / np.sqrt(46)
    assert np.arctanh([found.low, found.high]) == pytest.approx(np.arctanh(found.r) + np.array([-half, half]))


@pytest.mark.parametrize(("x", "words"), [([1, 2, np.nan, 3], "3 area"), ([1, 1, 1, 1], "same everywhere")])
def test_too_little_is_refused(x: list[float], words: str) -> None:
    with pytest.raises(MethodError, match=words):
        pearson(np.array(x, dtype=float), np.arange(4.0))
