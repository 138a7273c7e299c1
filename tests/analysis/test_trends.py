"""Slopes against scipy's, honest doubt under simulation, improvers and fallers by name."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import theilslopes

from goodwork.analysis.trends import theil_sen, trends
from goodwork.errors import MethodError

YEARS = np.array([2015.0, 2016, 2018, 2019, 2022])
AREAS = [f"a{i}" for i in range(40)]
NAN = float("nan")


def test_slopes_against_scipy_with_gaps() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(3, 5, 40))
    np.testing.assert_allclose(theil_sen(values, YEARS)[1, 7], theilslopes(values[1, :, 7], YEARS)[0])
    values[rng.random(values.shape) < 0.3] = NAN
    ours = theil_sen(values, YEARS)
    for at in np.ndindex(3, 40):
        column = values[at[0], :, at[1]]
        here = np.isfinite(column)
        if here.sum() < 2:
            assert np.isnan(ours[at])
        else:
            pairs = [(column[j] - column[i]) / (YEARS[j] - YEARS[i]) for i, j in combinations(np.flatnonzero(here), 2)]
            assert ours[at] == pytest.approx(np.median(pairs))


def test_false_alarms_are_rare_and_real_trends_are_found() -> None:
    """40 areas without a trend, 200 worlds: hardly ever is any named; with one, it is, in the right direction."""
    rng = np.random.default_rng(1)
    alarms, hold = 0, []
    for seed in range(60):
        figures = rng.normal(size=(5, 40))
        found = trends(figures, YEARS, AREAS, errors=np.ones((5, 40)), number=400, seed=seed)
        alarms += bool(found.improvers or found.fallers)
        hold.append(((found.low <= 0) & (found.high >= 0)).mean())
    assert alarms <= 8
    assert np.mean(hold) == pytest.approx(0.95, abs=0.025)
    slopes = np.zeros(40)
    slopes[[4, 9]] = 3.0, -2.0
    found = trends(figures + slopes * (YEARS - 2018)[:, None], YEARS, AREAS, errors=np.ones((5, 40)), name="pay")
    assert found.improvers == ("a4",)
    assert found.fallers == ("a9",)
    assert found.findings == (
        "1 of 40 areas clearly improves in pay from 2015 to 2022: a4.",
        "1 of 40 areas clearly falls back in pay from 2015 to 2022: a9.",
    )
    lower = trends(
        figures + slopes * (YEARS - 2018)[:, None], YEARS, AREAS, errors=np.ones((5, 40)), higher_is_better=False
    )
    assert (lower.improvers, lower.fallers) == (("a9",), ("a4",))


def test_draws_and_errors_agree() -> None:
    rng = np.random.default_rng(2)
    figures, errors = rng.normal(size=(5, 40)) + 0.4 * YEARS[:, None] * (np.arange(40) % 2), np.full((5, 40), 0.8)
    draws = figures + errors * rng.standard_normal((3000, 5, 40))
    one, other = trends(figures, YEARS, AREAS, draws=draws), trends(figures, YEARS, AREAS, errors=errors, number=3000)
    np.testing.assert_array_equal(one.slope, other.slope)
    np.testing.assert_allclose(one.low, other.low, atol=0.06)
    np.testing.assert_allclose(one.rising, other.rising, atol=0.04)
    assert one.p.min() == 2 / 3001


def test_against_others_takes_off_what_moves_all() -> None:
    rng = np.random.default_rng(4)
    figures = 0.1 * rng.normal(size=(5, 40)) + 2.0 * (YEARS - 2015)[:, None]
    errors = np.full((5, 40), 0.1)
    assert len(trends(figures, YEARS, AREAS, errors=errors).improvers) == 40
    beside = trends(figures, YEARS, AREAS, errors=errors, against="others")
    assert beside.findings == (
        "No area clearly improves or falls back in the score beside the other areas from 2015 to 2022.",
    )


def test_no_slope_crosses_a_break() -> None:
    rng = np.random.default_rng(4)
    figures, errors = 0.1 * rng.normal(size=(5, 40)), np.full((5, 40), 0.1)
    jumped = figures + 50 * (YEARS >= 2019)[:, None]
    segment = np.array([0, 0, 0, 1, 1])
    assert len(trends(jumped, YEARS, AREAS, errors=errors).improvers) == 40
    found = trends(jumped, YEARS, AREAS, errors=errors, segment=segment)
    np.testing.assert_allclose(found.slope, theil_sen(figures, YEARS, segment))
    assert not found.improvers
    assert "none crosses a break" in found.notes[1]
    pairs = [(0, 1), (0, 2), (1, 2), (3, 4)]
    by_hand = [(figures[j, 0] - figures[i, 0]) / (YEARS[j] - YEARS[i]) for i, j in pairs]
    assert found.slope[0] == pytest.approx(np.median(by_hand))
    with pytest.raises(MethodError, match="without a break between"):
        trends(figures, YEARS, AREAS, errors=errors, segment=np.arange(5))


def test_areas_with_too_few_figures_are_named() -> None:
    figures, errors = np.random.default_rng(4).normal(size=(5, 40)), np.ones((5, 40))
    figures[:3, 1] = NAN
    errors[:3, 2] = NAN
    found = trends(figures, YEARS, AREAS, errors=errors)
    assert found.verdict[[1, 2]].tolist() == ["not defined"] * 2
    assert np.isnan(found.slope[[1, 2]]).all()
    assert "a1 and a2" in found.notes[-1]
    assert found.table["area"].tolist()[-2:] == ["a1", "a2"]


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    figures, errors = np.random.default_rng(4).normal(size=(5, 40)), np.ones((5, 40))
    whole = trends(figures, YEARS, AREAS, errors=errors)
    monkeypatch.setattr("goodwork.analysis.trends.CELLS", 30_000)
    np.testing.assert_array_equal(trends(figures, YEARS, AREAS, errors=errors).rising, whole.rising)


def test_faults_at_once() -> None:
    with pytest.raises(MethodError) as error:
        trends(np.ones((2, 3)), [2020, 2019], ["a", "b"], against="us")
    assert len(error.value.faults) == 4
    with pytest.raises(MethodError, match="no area has 3 periods"):
        trends(np.ones((2, 2)), [2019, 2020], ["a", "b"], errors=np.ones((2, 2)))
