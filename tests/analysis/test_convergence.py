"""Sigma, beta and polarisation in worlds where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.convergence import SPREADS, convergence
from goodwork.errors import MethodError

N, YEARS = 200, [2017, 2018, 2021]
TRUTH = np.random.default_rng(6).normal(100, 10, N)


def at(name: str) -> int:
    return SPREADS.index(name)


def test_measures_by_hand() -> None:
    x = np.arange(20.0)
    found = convergence(np.stack([x, x, x]), YEARS, resamples=19)
    first = dict(zip(SPREADS, found.spread[0], strict=True))
    assert first["sd"] == pytest.approx(x.std(ddof=1))
    assert np.isnan(first["sd_true"])
    assert first["decile_gap"] == pytest.approx(19 * 0.8)
    assert first["fifths_gap"] == 16
    mean_difference = np.abs(np.subtract.outer(x, x)).mean()
    assert first["polarisation"] == pytest.approx(10 - mean_difference)
    assert first["middle"] == pytest.approx((np.abs(x - 9.5) <= x.std() / 2).mean())
    assert found.change.tolist()[0] == 0


def test_error_alone_looks_like_catching_up_and_is_taken_out() -> None:
    """Nothing changes but the errors: the plain slope is clearly negative, the other one not."""
    rng = np.random.default_rng(2)
    figures, errors = TRUTH + 6 * rng.normal(size=(3, N)), np.full((3, N), 6.0)
    plain, honest = convergence(figures, YEARS), convergence(figures, YEARS, errors=errors)
    assert plain.beta_high < 0
    assert "survey error alone would make this slope negative" in plain.findings[1]
    assert honest.beta == plain.beta
    assert honest.beta_true_low < 0
    assert honest.beta_true_high > 0
    assert honest.findings[1].startswith("There is no clear link")
    assert honest.findings[0].startswith("There is no clear difference")
    assert "regression to the mean" in plain.notes[1]


def test_a_smaller_survey_is_not_divergence() -> None:
    rng = np.random.default_rng(3)
    errors = np.repeat([[3.0], [6.0], [10.0]], N, axis=1)
    figures = TRUTH + errors * rng.normal(size=(3, N))
    assert convergence(figures, YEARS).sigma == "further apart"
    honest = convergence(figures, YEARS, errors=errors)
    assert honest.sigma == "no clear difference"
    np.testing.assert_allclose(honest.spread[:, at("sd_true")], TRUTH.std(), atol=1.6)


def test_true_slope_is_found_within_its_interval() -> None:
    rng = np.random.default_rng(5)
    errors = np.full((3, N), 5.0)
    hold = []
    for _ in range(60):
        moved = np.stack([TRUTH, TRUTH, 100 + 0.6 * (TRUTH - 100)])
        found = convergence(moved + errors * rng.normal(size=(3, N)), YEARS, errors=errors, resamples=300)
        hold.append(found.beta_true_low <= -0.1 <= found.beta_true_high)
    assert np.mean(hold) >= 0.85
    assert found.sigma == "closer together"
    assert found.findings[0].startswith("Areas have come closer together in the score (")
    assert found.findings[1].startswith("Areas that began higher rose less, or fell more (")


def test_two_camps() -> None:
    camps = np.where(TRUTH - np.median(TRUTH) > 0, 110.0, 90.0) + 0.1 * (TRUTH - 100)
    found = convergence(np.stack([TRUTH, TRUTH, camps]), YEARS)
    assert found.change_low[SPREADS.index("polarisation")] > 0
    assert found.change[at("middle")] < -0.2
    assert "more into two camps" in found.findings[2]


def test_only_areas_in_every_period_count() -> None:
    figures = np.stack([TRUTH, TRUTH, TRUTH])
    figures[1, :5] = np.nan
    found = convergence(figures, YEARS)
    assert found.n == N - 5
    assert found.spread[0, 0] == pytest.approx(TRUTH[5:].std(ddof=1))
    assert found.table.shape == (3 * len(SPREADS), 5)
    assert found.changes["measure"].tolist()[-2:] == ["beta", "beta_true"]


def test_refusals() -> None:
    with pytest.raises(MethodError, match="9 areas"):
        convergence(np.ones((2, 9)), [1, 2])
    with pytest.raises(MethodError) as error:
        convergence(np.ones((2, 20)), [2, 1, 3], errors=-np.ones((2, 20)))
    assert len(error.value.faults) == 3
