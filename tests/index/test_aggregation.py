"""Aggregation by hand and against second oracles, and every way to refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests import toyland

from goodwork.errors import MethodError
from goodwork.index.aggregation import AGGREGATION, MONOTONE, POSITIVE, RELATIVE
from goodwork.index.build import build
from goodwork.model.method import Method

NAN = float("nan")
SCORES = np.random.default_rng(1).lognormal(size=(30, 4))
WEIGHTS = np.array([1.0, 2.0, 3.0, 4.0])


def test_every_method_states_its_facts() -> None:
    for name in AGGREGATION:
        facts = AGGREGATION.facts[name]
        assert all((facts.formula, facts.source, facts.gaps, facts.oracle)), name
    assert set(AGGREGATION) >= POSITIVE | RELATIVE | MONOTONE


def test_means_against_scipy() -> None:
    for name, oracle in (("geometric", stats.gmean), ("harmonic", stats.hmean)):
        np.testing.assert_allclose(AGGREGATION[name](SCORES, WEIGHTS), oracle(SCORES, axis=-1, weights=WEIGHTS))
    for p in (-3.0, 0.5, 2.0, 40.0):
        expected = stats.pmean(SCORES, p, axis=-1, weights=WEIGHTS)
        np.testing.assert_allclose(AGGREGATION["generalised-mean"](SCORES, WEIGHTS, p=p), expected)


def test_special_cases_of_the_generalised_mean() -> None:
    for p, name in ((1, "arithmetic"), (0, "geometric"), (-1, "harmonic")):
        found = AGGREGATION["generalised-mean"](SCORES, WEIGHTS, p=p)
        np.testing.assert_allclose(found, AGGREGATION[name](SCORES, WEIGHTS))
    high = AGGREGATION["generalised-mean"](1e6 * SCORES, WEIGHTS, p=900.0)
    np.testing.assert_allclose(high, 1e6 * SCORES.max(axis=-1), rtol=0.01)
    zeros = AGGREGATION["generalised-mean"](np.array([[0.0, 0.0], [0.0, 4.0]]), np.ones(2), p=0.5)
    np.testing.assert_allclose(zeros, [0, 1])


@pytest.mark.parametrize(
    ("name", "parameters", "lowest"),
    [
        ("geometric", {}, 0.0),
        ("harmonic", {}, 0.0),
        ("mazziotta-pareto", {}, -1.0),
        ("generalised-mean", {"p": -1.0}, 0.0),
        ("generalised-mean", {"p": 0.5}, -1.0),
    ],
)
def test_scores_that_are_too_low_are_refused_by_position(name: str, parameters: dict[str, Any], lowest: float) -> None:
    scores = np.ones((2, 3, 4, 5))
    scores[1, 2, 0, 3] = lowest
    with pytest.raises(MethodError) as caught:
        AGGREGATION[name](scores, np.ones(5), **parameters)
    assert caught.value.facts["position"] == (1, 2, 0, 3)
    assert f"found {lowest:g}" in caught.value.what
    ignored = AGGREGATION[name](scores, np.array([1.0, 1, 1, 0, 1]), **parameters)
    np.testing.assert_allclose(ignored, 1.0)


def test_build_names_the_area_and_the_indicator() -> None:
    with pytest.raises(MethodError) as caught:
        build(toyland.framework(), toyland.panel(), Method(aggregation="geometric"))
    assert "the geometric mean needs scores above zero; found -" in caught.value.what
    assert " (under " in caught.value.what


def test_median_is_the_ordinary_one_for_equal_weights() -> None:
    for children in (3, 4):
        np.testing.assert_allclose(
            AGGREGATION["median"](SCORES[:, :children], np.ones(children)), np.median(SCORES[:, :children], axis=-1)
        )
    gaps = np.where(SCORES > 1.5, NAN, SCORES)
    there = ~np.isnan(gaps).all(axis=-1)
    np.testing.assert_allclose(AGGREGATION["median"](gaps, np.ones(4))[there], np.nanmedian(gaps[there], axis=-1))


def test_weighted_median_is_that_of_repeated_children() -> None:
    repeated = np.repeat(SCORES, WEIGHTS.astype(int), axis=-1)
    np.testing.assert_allclose(AGGREGATION["median"](SCORES, WEIGHTS), np.median(repeated, axis=-1))


def test_minimum_and_mean_min() -> None:
    np.testing.assert_array_equal(AGGREGATION["minimum"](SCORES, WEIGHTS), np.nanmin(SCORES, axis=-1))
    for alpha, name in ((0.0, "arithmetic"), (1.0, "minimum")):
        found = AGGREGATION["mean-min"](SCORES, WEIGHTS, alpha=alpha)
        np.testing.assert_allclose(found, AGGREGATION[name](SCORES, WEIGHTS))
    spared = AGGREGATION["mean-min"](np.array([[1.0, 9.0]]), np.ones(2), alpha=1.0, beta=3.0)
    np.testing.assert_allclose(spared, [5 - (5 - 3)])


def test_mazziotta_pareto_by_hand() -> None:
    scores = np.array([[90.0, 110.0, 100.0]])
    mean, variance = 100.0, 200.0 / 3
    np.testing.assert_allclose(AGGREGATION["mazziotta-pareto"](scores, np.ones(3)), [mean - variance / mean])
    np.testing.assert_allclose(AGGREGATION["mazziotta-pareto"](scores, np.ones(3), sign=1), [mean + variance / mean])


def test_owa_by_hand() -> None:
    scores, equal = np.array([[2.0, 8.0, 5.0]]), np.ones(3)
    np.testing.assert_allclose(AGGREGATION["owa"](scores, equal, order=(5, 3, 2)), [0.5 * 8 + 0.3 * 5 + 0.2 * 2])
    for order, expected in (((1,), 5.0), ((1, 0, 0), 8.0), ((0, 0, 1), 2.0)):
        np.testing.assert_allclose(AGGREGATION["owa"](scores, equal, order=order), [expected])
    np.testing.assert_allclose(AGGREGATION["owa"](SCORES, WEIGHTS, order=(1,)), SCORES @ WEIGHTS / 10)
    with_a_gap = AGGREGATION["owa"](np.array([[2.0, NAN, 5.0]]), equal, order=(1, 3))
    np.testing.assert_allclose(with_a_gap, [0.25 * 5 + 0.75 * 2])


def test_topsis_and_wroclaw_by_hand() -> None:
    scores = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 4.0], [NAN, 4.0], [NAN, NAN]])
    far, near = np.array([5.0, 4.0, 0.0]), np.array([0.0, 3.0, 5.0])
    np.testing.assert_allclose(AGGREGATION["topsis"](scores, np.ones(2)), [*near / (far + near), 1, NAN])
    distance = np.array([*far / np.sqrt(2), 0.0])
    expected = 1 - distance / (distance.mean() + 2 * distance.std())
    np.testing.assert_allclose(AGGREGATION["wroclaw"](scores, np.ones(2)), [*expected, NAN])
    level = np.ones((3, 2))
    np.testing.assert_array_equal(AGGREGATION["topsis"](level, np.ones(2)), np.full(3, 0.5))
    np.testing.assert_array_equal(AGGREGATION["wroclaw"](level, np.ones(2)), np.ones(3))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("generalised-mean", {"p": float("inf")}),
        ("mean-min", {"alpha": 1.5}),
        ("mean-min", {"beta": -1.0}),
        ("mazziotta-pareto", {"sign": 0}),
        ("owa", {"order": ()}),
        ("owa", {"order": (-1, 2)}),
        ("owa", {"order": (0, 0)}),
    ],
)
def test_impossible_parameters_are_refused(name: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(MethodError) as caught:
        AGGREGATION[name](SCORES, WEIGHTS, **parameters)
    assert caught.value.remedy
