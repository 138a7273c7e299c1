"""Paths of scores and ranks: intervals, coverage, breaks."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.paths import paths
from goodwork.errors import MethodError

NAN = float("nan")
PERIODS, AREAS = ["2019", "2020", "2021"], ["a", "b", "c"]
SCORES = np.array([[3.0, 2.0, 1.0], [1.0, 2.0, NAN], [1.0, 2.0, 3.0]])


def test_ranks_within_each_period_and_gaps() -> None:
    found = paths(SCORES, PERIODS, AREAS)
    np.testing.assert_array_equal(found.rank, [[1, 2, 3], [2, 1, NAN], [3, 2, 1]])
    assert np.isnan(found.low).all()
    assert "not out of the same" in found.notes[1]
    assert found.table["area"].tolist() == ["a"] * 3 + ["b"] * 3 + ["c"] * 3
    assert found.findings == ("All indicators have figures throughout, and no series breaks.",)


def test_intervals_from_draws_hold_scores_and_ranks() -> None:
    draws = np.where(np.isfinite(SCORES), SCORES, 9.0) + np.random.default_rng(1).normal(size=(2000, 3, 3))
    found = paths(SCORES, PERIODS, AREAS, draws=draws)
    here = np.isfinite(SCORES)
    np.testing.assert_allclose((found.high - found.low)[here], 3.92, atol=0.3)
    assert np.isnan(found.low[1, 2])
    assert np.isnan(found.rank_low[1, 2])
    assert found.rank_high[1].tolist()[:2] == [2, 2]
    assert found.rank_low[0, 0] == 1
    assert found.rank_high[0, 0] == 3


def test_breaks_and_coverage_are_marked() -> None:
    figures = np.ones((3, 3, 3))
    figures[1, 2, 0] = NAN
    figures[:, :, 1] = NAN
    breaks = {"pay": {"2020": "new survey", "2019": "long ago"}, "other": {"2021": "not a member"}}
    found = paths(SCORES, PERIODS, AREAS, figures=figures, indicators=["jobs", "hours", "pay"], breaks=breaks)
    assert found.segment.tolist() == [0, 1, 1]
    np.testing.assert_allclose(found.coverage, [[1, 0, 1], [2 / 3, 0, 1], [1, 0, 1]])
    assert found.findings == (
        "From 2020 on, scores cannot be compared freely with before: the series of pay breaks.",
        "jobs has figures for fewer than 90 % of areas in 2020.",
        "hours has no figures in any period.",
    )
    assert found.reach.query("indicator == 'pay'")["breaks"].tolist() == ["long ago", "new survey", ""]
    assert found.table["breaks"].tolist() == ["pay", "pay", ""] * 3


def test_faults_at_once() -> None:
    with pytest.raises(MethodError) as error:
        paths(SCORES, PERIODS, ["a"], figures=np.ones((3, 1, 2)), indicators=["x"], low=np.ones((3, 3)))
    assert len(error.value.faults) == 4
