"""Correlations of levels and changes on both sides of a break, against numpy and in a world that changes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr

from goodwork.analysis.windows import windows
from goodwork.errors import MethodError

YEARS = [2017, 2018, 2019, 2020, 2021, 2022]
RNG = np.random.default_rng(7)
X, Y = RNG.normal(size=(2, 6, 150))
LEVEL = 2 * RNG.normal(size=150)


def test_against_numpy_with_gaps() -> None:
    x, y = X + LEVEL, Y + LEVEL
    x[0, :10] = np.nan
    y[3:, 20:30] = np.nan
    y[2, 40:50] = np.nan
    found = windows(x, y, YEARS, 2020)
    here = np.isfinite(x[:3]) & np.isfinite(y[:3])
    levels = [np.nanmean(np.where(here, v[:3], np.nan), axis=0) for v in (x, y)]
    assert found.r[0, 0] == pytest.approx(np.corrcoef(levels)[0, 1])
    first = np.where(np.arange(150) < 10, 1, 0)
    last = np.where((np.arange(150) >= 40) & (np.arange(150) < 50), 1, 2)
    changes = [v[last, np.arange(150)] - v[first, np.arange(150)] for v in (x, y)]
    assert found.r[0, 1] == pytest.approx(np.corrcoef(changes)[0, 1])
    assert found.n.tolist() == [[150, 150], [140, 140]]
    ends = pearsonr(*levels).confidence_interval(0.95)
    np.testing.assert_allclose([found.low[0, 0], found.high[0, 0]], [ends.low, ends.high], atol=0.05)


def test_a_difference_is_said_only_where_it_is_clear() -> None:
    after = np.arange(6)[:, None] >= 3
    linked = windows(X + LEVEL, Y + np.where(after, 0, 1) * LEVEL, YEARS, 2020, names=("pay", "health"))
    assert linked.difference_high[0] < 0
    assert "a clear difference between the two" in linked.findings[0]
    assert "no clear association, r =" in linked.findings[0].split(";")[1]
    same = windows(X + LEVEL, Y + LEVEL, YEARS, 2020)
    assert same.findings[0].startswith("Levels of the score and the outcome: r = ")
    assert "no clear difference between the two" in same.findings[0]
    assert same.table["from"].tolist() == [2017, 2017, 2020, 2020]


def test_no_change_crosses_the_break() -> None:
    step = np.where(np.arange(6)[:, None] >= 3, 100 * LEVEL, 0.0)
    found = windows(X + step, Y + step, YEARS, 2020)
    assert np.abs(found.r[:, 1]).max() < 0.25


def test_a_single_year_has_levels_but_no_changes() -> None:
    found = windows(X[:4], Y[:4], YEARS[:4], 2020)
    assert np.isfinite(found.r[1, 0])
    assert np.isnan(found.r[1, 1])
    assert found.n[1, 1] == 0
    assert np.isnan(found.difference[1])
    assert len(found.findings) == 2


def test_refusals() -> None:
    with pytest.raises(MethodError) as error:
        windows(X, Y[:, :3], [2019, 2018], 2030)
    assert len(error.value.faults) == 3
