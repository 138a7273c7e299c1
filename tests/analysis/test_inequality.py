"""Measures of inequality and their parts, by hand and against PySAL's inequality."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from goodwork.analysis.inequality import (
    coefficient_of_variation,
    gini,
    permuted_p,
    split,
    theil_l,
    theil_t,
    variance,
)
from goodwork.errors import MethodError

RNG = np.random.default_rng(11)
VALUES, GROUPS = RNG.lognormal(6, 0.4, 60), np.sort(RNG.integers(0, 5, 60))


def test_theil_against_pysal() -> None:
    theil = pytest.importorskip("inequality.theil")
    theirs = theil.TheilD(VALUES, GROUPS)
    ours = split(VALUES, GROUPS, "theil_t")
    assert ours.total == pytest.approx(float(np.squeeze(theirs.T)), abs=1e-9)
    assert ours.between == pytest.approx(float(np.squeeze(theirs.bg)), abs=1e-9)
    assert ours.within == pytest.approx(float(np.squeeze(theirs.wg)), abs=1e-9)


def test_gini_against_pysal_and_all_pairs() -> None:
    other = pytest.importorskip("inequality.gini")
    assert gini(VALUES) == pytest.approx(other.Gini(VALUES).g, abs=1e-9)
    assert gini(VALUES) == pytest.approx(np.abs(np.subtract.outer(VALUES, VALUES)).mean() / 2 / VALUES.mean())


def test_weights_are_copies() -> None:
    """An area that counts three times is three equal areas."""
    counts = RNG.integers(1, 4, 60)
    x, g = np.repeat(VALUES, counts), np.repeat(GROUPS, counts)
    for function in (theil_t, theil_l, gini, variance, coefficient_of_variation):
        assert function(VALUES, counts.astype(float)) == pytest.approx(function(x, None), rel=1e-12)
    for measure in ("variance", "theil_t", "theil_l", "gini"):
        one, other = split(VALUES, GROUPS, measure, counts.astype(float)), split(x, g, measure)
        for part in ("between", "within", "overlap"):
            assert getattr(one, part) == pytest.approx(getattr(other, part), rel=1e-9, abs=1e-12)


def test_parts_by_hand() -> None:
    x, g = np.array([1.0, 3.0, 2.0, 6.0]), np.array([0, 0, 1, 1])
    inside = {"theil_t": theil_t, "theil_l": theil_l}
    t, l = split(x, g, "theil_t"), split(x, g, "theil_l")  # noqa: E741
    assert t.within == pytest.approx(4 / 12 * theil_t(x[:2]) + 8 / 12 * theil_t(x[2:]))
    assert l.within == pytest.approx(0.5 * inside["theil_l"](x[:2]) + 0.5 * theil_l(x[2:]))
    found = split(x, g, "gini")
    assert found.between == pytest.approx(gini(np.array([2.0, 2, 4, 4])))
    assert found.within == pytest.approx(0.5 * 4 / 12 * 0.25 + 0.5 * 8 / 12 * 0.25)
    assert found.overlap > 0.01
    apart = split(np.array([1.0, 2.0, 5.0, 6.0]), g, "gini")
    assert apart.overlap == pytest.approx(0, abs=1e-12)


def test_where_they_are_not_defined() -> None:
    x = np.array([[1.0, 0.0, 2.0], [1.0, -1.0, 2.0], [1.0, 1.0, 2.0]])
    np.testing.assert_array_equal(np.isnan(theil_t(x)), [False, True, False])
    np.testing.assert_array_equal(np.isnan(theil_l(x)), [True, True, False])
    np.testing.assert_array_equal(np.isnan(gini(x)), [False, True, False])
    assert np.isnan(coefficient_of_variation(np.array([-1.0, 1.0])))
    assert theil_t(np.array([0.0, 0.0, 5.0])) == pytest.approx(np.log(3))
    assert np.isnan(permuted_p(np.array([-1.0, 2.0, 3.0]), np.array([0, 0, 1]), "theil_t", None, 99, 1))
    with pytest.raises(MethodError, match="atkinson"):
        split(VALUES, GROUPS, "atkinson")


@pytest.mark.parametrize("measure", ["variance", "theil_t", "theil_l", "gini"])
@pytest.mark.parametrize("weighted", [False, True])
def test_p_is_that_of_all_ways_to_put_groups_together(measure: str, weighted: bool) -> None:
    x = np.array([1.0, 2.5, 2.0, 4.0, 7.0, 5.0, 3.0])
    w = np.array([1.0, 2, 1, 3, 1, 1, 2]) if weighted else None
    g = np.array([0, 0, 0, 1, 1, 1, 1])
    observed = split(x, g, measure, w).between
    every = []
    for first in combinations(range(7), 3):
        own = np.where(np.isin(np.arange(7), first), 0, 1)
        every.append(split(x, own, measure, w).between)
    exact = (np.array(every) >= observed - 1e-12).mean()
    assert permuted_p(x, g, measure, w, 20_000, 3) == pytest.approx(exact, abs=0.01)
