"""Markov chains of classes, by hand and against giddy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from goodwork.analysis.transitions import quantile_classes, steady_state, transitions
from goodwork.errors import MethodError

LABELS = np.random.default_rng(3).integers(0, 4, (6, 80))
LABELS[1:] = np.where(np.random.default_rng(4).random((5, 80)) < 0.6, LABELS[:-1], LABELS[1:])
PERIODS = [str(2015 + i) for i in range(6)]
NAMES = ["A", "B", "C", "D"]


def test_against_giddy() -> None:
    """Counts, shares and steady state as giddy 2.3.8 gives them for these classes."""
    labels = np.array(
        [
            [0, 0, 1, 1, 2, 2, 0, 1, 2, 2],
            [0, 1, 1, 2, 2, 1, 0, 1, 2, 2],
            [1, 1, 0, 2, 2, 1, 0, 1, 2, 0],
            [1, 0, 0, 2, 1, 1, 0, 2, 2, 0],
        ]
    )
    ours = transitions(labels, NAMES[:3], PERIODS[:4])
    assert ours.counts.tolist() == [[6, 2, 0], [2, 7, 2], [1, 2, 8]]
    np.testing.assert_allclose(ours.share, [[0.75, 0.25, 0], [2 / 11, 7 / 11, 2 / 11], [1 / 11, 2 / 11, 8 / 11]])
    np.testing.assert_allclose(ours.steady, [0.36781609195402304, 0.3793103448275862, 0.25287356321839083])


def test_against_giddy_itself() -> None:
    markov = pytest.importorskip("giddy.markov")
    theirs, ours = markov.Markov(LABELS.T, classes=np.arange(4), summary=False), transitions(LABELS, NAMES, PERIODS)
    np.testing.assert_allclose(ours.counts, theirs.transitions)
    np.testing.assert_allclose(ours.share, theirs.p)
    np.testing.assert_allclose(ours.steady, theirs.steady_state)


def test_intervals_are_exact_binomial_ones() -> None:
    ours = transitions(LABELS, NAMES, PERIODS)
    for i, j in ((0, 0), (2, 1)):
        ends = binomtest(int(ours.counts[i, j]), int(ours.counts[i].sum())).proportion_ci(0.95)
        np.testing.assert_allclose([ours.low[i, j], ours.high[i, j]], [ends.low, ends.high])


def test_by_hand_with_gaps() -> None:
    labels = np.array([[0, 0, 1, -1, 0], [0, 1, 1, 1, -1], [1, 1, 0, 0, 0]])
    found = transitions(labels, ["low", "high", "none"], ["1", "2", "3"])
    assert found.counts.tolist() == [[1, 2, 0], [2, 2, 0], [0, 0, 0]]
    assert np.isnan(found.share[2]).all()
    assert np.isnan(found.low[2]).all()
    assert np.isnan(found.steady).all()
    assert found.immobility == 3 / 7
    assert found.findings == ("In 3 of 7 steps from one period to the next the area stayed in its class.",)
    assert found.table["count"].sum() == 7


def test_moves_across_a_break_are_not_counted() -> None:
    labels = np.array([[0, 0, 1], [0, 1, 1], [1, 1, 0]])
    found = transitions(labels, NAMES[:2], ["1", "2", "3"], breaks=["3", "1"])
    assert found.counts.tolist() == transitions(labels[:2], NAMES[:2], ["1", "2"]).counts.tolist() == [[1, 1], [0, 1]]
    assert "Not counted are moves across a break, into 3." in found.notes
    with pytest.raises(MethodError, match="without a break"):
        transitions(labels, NAMES[:2], ["1", "2", "3"], breaks=["2", "3"])


def test_steady_states() -> None:
    np.testing.assert_allclose(
        steady_state(np.array([[0.5, 0.5, 0], [0.25, 0.5, 0.25], [0, 0.5, 0.5]])), [0.25, 0.5, 0.25]
    )
    np.testing.assert_allclose(steady_state(np.array([[0.0, 1.0], [1.0, 0.0]])), [0.5, 0.5])  # has a period of two
    assert np.isnan(steady_state(np.eye(2))).all()  # each distribution repeats itself
    np.testing.assert_allclose(steady_state(np.array([[0.9, 0.1], [0.0, 1.0]])), [0, 1])


def test_quantile_classes() -> None:
    scores = np.array([[1.0, 2, 3, 4, 5, 6], [10.0, 20, 30, 40, 50, np.nan]])
    assert quantile_classes(scores, 3).tolist() == [[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, -1]]
    assert quantile_classes(scores, 2, pooled=True).tolist() == [[0] * 6, [1, 1, 1, 1, 1, -1]]
    ties = quantile_classes(np.array([[1.0, 1, 1, 1, 2, 3]]), 3)[0]
    assert len(set(ties[:4])) == 1


def test_refusals() -> None:
    with pytest.raises(MethodError) as error:
        transitions(np.array([[0, 5]]), ["a", "b"], ["1"])
    assert len(error.value.faults) == 2
    with pytest.raises(MethodError, match="no area has a class in two"):
        transitions(np.array([[0, -1], [-1, 1]]), ["a", "b"], ["1", "2"])
    with pytest.raises(MethodError, match="class"):
        quantile_classes(np.ones((1, 3)), 1)
