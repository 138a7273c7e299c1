"""Laws of inequality: parts add up, units and order do not matter, equal areas are equal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodwork.analysis.disparity import disparity
from goodwork.analysis.inequality import (
    MEASURES,
    coefficient_of_variation,
    gini,
    split,
    theil_l,
    theil_t,
)

law = settings(max_examples=60)
Case = tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]
RELATIVE = (theil_t, theil_l, gini, coefficient_of_variation)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Values above zero, groups without a gap in their numbers, weights."""
    n = draw(st.integers(3, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    groups = np.unique(rng.integers(0, draw(st.integers(1, 4)), n), return_inverse=True)[1]
    return rng.integers(1, 30, n) * 0.5, groups, rng.integers(1, 5, n).astype(float)


@law
@given(cases(), st.sampled_from(sorted(MEASURES)), st.booleans())
def test_between_and_within_are_the_whole(case: Case, measure: str, weighted: bool) -> None:
    values, groups, weights = case
    found = split(values, groups, measure, weights if weighted else None)
    np.testing.assert_allclose(found.between + found.within + found.overlap, found.total, atol=1e-12)
    assert min(found.between, found.within, found.overlap) >= -1e-12
    if measure != "gini":
        assert found.overlap == 0


@law
@given(cases(), st.sampled_from(sorted(MEASURES)))
def test_within_is_made_of_the_groups_own(case: Case, measure: str) -> None:
    """Within is the groups' own inequality, weighed as each measure weighs it."""
    values, groups, _ = case
    total = values.sum()
    within = 0.0
    for group in range(groups.max() + 1):
        own = values[groups == group]
        people, income = len(own) / len(values), own.sum() / total
        weigh = {"variance": people, "theil_l": people, "theil_t": income, "gini": people * income}[measure]
        within += weigh * float(MEASURES[measure](own, None))
    np.testing.assert_allclose(split(values, groups, measure).within, within, atol=1e-12)


@law
@given(cases(), st.sampled_from([0.1, 3.0, 1e6]))
def test_the_unit_does_not_matter(case: Case, factor: float) -> None:
    values, groups, weights = case
    for measure in RELATIVE:
        np.testing.assert_allclose(measure(factor * values, weights), measure(values, weights), atol=1e-12)
    for name in MEASURES:
        here, there = (split(v, groups, name).share_within for v in (values, factor * values))
        np.testing.assert_allclose(there, here, atol=1e-9)


@law
@given(cases(), st.sampled_from([1.0, 50.0]))
def test_the_same_for_all_makes_areas_more_equal_but_not_in_variance(case: Case, more: float) -> None:
    values, groups, weights = case
    for measure in RELATIVE:
        assert measure(values + more, weights) <= measure(values, weights) + 1e-12
    here, there = (split(v, groups, "variance").between for v in (values, values + more))
    np.testing.assert_allclose(there, here, atol=1e-9)


@law
@given(cases(), st.integers(0, 2**31))
def test_the_order_of_areas_does_not_matter(case: Case, seed: int) -> None:
    values, groups, weights = case
    order = np.random.default_rng(seed).permutation(len(values))
    for name in MEASURES:
        here = split(values, groups, name, weights)
        there = split(values[order], groups[order], name, weights[order])
        for part in ("total", "between", "within", "overlap"):
            np.testing.assert_allclose(getattr(there, part), getattr(here, part), atol=1e-12)


@law
@given(cases())
def test_a_gift_from_rich_to_poor_lowers_each_of_them(case: Case) -> None:
    values, _, _ = case
    rich, poor = int(np.argmax(values)), int(np.argmin(values))
    after = values.copy()
    gift = (values[rich] - values[poor]) / 4
    after[[rich, poor]] += [-gift, gift]
    for measure in RELATIVE:
        assert measure(after) <= measure(values) + 1e-12
        assert measure(values) >= 0
        assert measure(np.full(5, 3.0)) == pytest.approx(0, abs=1e-12)


@law
@given(cases(), st.integers(0, 2**31))
def test_disparity_does_not_mind_order_nor_names(case: Case, seed: int) -> None:
    values, groups, _ = case
    names, regions = [f"a{i}" for i in range(len(values))], np.array([f"r{g}" for g in groups])
    order = np.random.default_rng(seed).permutation(len(values))
    here = disparity(values[:, None], regions, names, ["x"], permutations=9)
    there = disparity(values[order, None], regions[order], [names[i] for i in order], ["x"], permutations=9)
    assert here.where.tolist() == there.where.tolist()
    keys = ["region", "area"]
    one, other = (found.table.sort_values(keys, ignore_index=True) for found in (here, there))
    assert one.equals(other)
