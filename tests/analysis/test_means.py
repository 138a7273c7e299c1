"""Means of groups against scipy and statsmodels, and words that follow the test."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from goodwork.analysis.means import means
from goodwork.errors import MethodError, NotFound

VALUES = np.array([1.0, 2, 3, 4, 11, 12, 13, 15, 7, np.nan, 9])
LABELS = np.array([*list("aaaabbbbcc"), ""])


def test_means_and_intervals() -> None:
    found = means(VALUES, LABELS, name="pay")
    assert found.groups == ("a", "b", "c")
    assert found.n.tolist() == [4, 4, 1]
    theirs = stats.ttest_1samp(VALUES[:4], 0).confidence_interval(0.95)
    assert (found.low[0], found.high[0]) == pytest.approx((theirs.low, theirs.high))
    assert np.isnan(found.low[2])
    assert found.p == pytest.approx(stats.kruskal(VALUES[:4], VALUES[4:8], VALUES[8:9]).pvalue)
    assert found.table["group"].tolist() == ["b", "c", "a"]
    assert found.notes == (
        "2 areas left out because a figure or a group is missing.",
        "Groups of one area have no interval: c.",
    )


def test_difference_against_welch() -> None:
    found = means(VALUES[:8], LABELS[:8]).difference("b", "a")
    theirs = stats.ttest_ind(VALUES[4:8], VALUES[:4], equal_var=False)
    ends = theirs.confidence_interval(0.95)
    assert (found.low, found.high, found.p) == pytest.approx((ends.low, ends.high, theirs.pvalue))
    with pytest.raises(NotFound):
        means(VALUES[:8], LABELS[:8]).difference("b", "z")


def test_one_pair_out_of_many_is_judged_more_strictly() -> None:
    found = means(VALUES[:8], LABELS[:8])
    one, many = found.difference("b", "a"), found.difference("b", "a", pairs=3)
    assert many.low < one.low < one.high < many.high
    assert many.p == pytest.approx(3 * one.p)
    theirs = stats.ttest_ind(VALUES[4:8], VALUES[:4], equal_var=False).confidence_interval(1 - 0.05 / 3)
    assert (many.low, many.high) == pytest.approx((theirs.low, theirs.high))


def test_groups_may_differ_without_a_clear_pair() -> None:
    values = np.array([0.0, 1, 2, 3, 4, 10, 11, 12, 13, 500])
    found = means(values, np.repeat(["a", "b"], 5), name="pay")
    assert found.p < 0.05
    assert found.findings == ("The groups differ in pay, but no two of them clearly.",)


def test_weights() -> None:
    stand = pytest.importorskip("statsmodels.stats.weightstats")
    w = np.arange(1.0, 9)
    found = means(VALUES[:8], LABELS[:8], weights=w)
    assert found.mean[0] == pytest.approx(stand.DescrStatsW(VALUES[:4], w[:4]).mean)
    assert found.n.tolist() == [4, 4]
    assert found.worth[0] == pytest.approx(100 / 30)
    alike = means(VALUES[:8], LABELS[:8], weights=np.full(8, 7.0))
    assert alike.low == pytest.approx(means(VALUES[:8], LABELS[:8]).low)


def test_words_follow_the_test() -> None:
    clear = means(np.concatenate([np.arange(20.0), 100 + np.arange(20.0)]), np.repeat(["a", "b"], 20), name="pay")
    assert clear.findings[0].startswith("The figure for pay is highest on average in b and lowest in a: a difference")
    unclear = means(np.tile(np.arange(20.0), 2), np.repeat(["a", "b"], 20), name="pay")
    assert unclear.findings == ("There is no clear difference in pay among the 2 groups.",)
    assert means(np.ones(8), LABELS[:8]).p == 1.0


def test_what_is_refused() -> None:
    with pytest.raises(MethodError, match="1 group"):
        means(VALUES[:4], LABELS[:4])
    with pytest.raises(MethodError, match="zero or less"):
        means(VALUES[:8], LABELS[:8], weights=np.zeros(8))
