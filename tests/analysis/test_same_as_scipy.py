"""Coefficients worked out here are, to the last digit, those that scipy works out more slowly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from goodwork.analysis.association import pearson, spearman
from goodwork.analysis.regression import theil_sen


@pytest.mark.parametrize("digits", [8, 1])
@pytest.mark.parametrize("areas", [6, 25, 150])
def test_pairs_of_measures(areas: int, digits: int) -> None:
    rng = np.random.default_rng(areas)
    for _ in range(20):
        x, noise = rng.normal(size=(2, areas)).round(digits)
        y = 40 * x + 30 * noise
        assert pearson(x, y).r == stats.pearsonr(x, y).statistic
        assert spearman(x, y).r == stats.spearmanr(x, y).statistic
        found, slopes = theil_sen(x, y), stats.theilslopes(y, x, 0.95)
        assert (found.slope, found.low, found.high) == (slopes.slope, slopes.low_slope, slopes.high_slope)


def test_p_and_intervals_are_students_and_fishers() -> None:
    x, noise = np.random.default_rng(8).normal(size=(2, 30))
    found = pearson(x, x + noise)
    assert found.p == pytest.approx(stats.pearsonr(x, x + noise).pvalue, rel=1e-10)
    interval = stats.pearsonr(x, x + noise).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx(tuple(interval), rel=1e-12)
