"""Quantile classes: equal sizes, equal values together, gaps apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodwork.figures.classes import NO_DATA, RULES, classed, natural, quantiles

values = st.lists(st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6)), max_size=60)


@given(values)
def test_classes_keep_the_order_and_never_part_equal_values(numbers: list[float]) -> None:
    found = quantiles(np.array(numbers))
    known = sorted((v, k) for v, k in zip(numbers, found.of, strict=True) if v == v)
    assert [k for _, k in known] == sorted(k for _, k in known)
    assert len({v for v, _ in known}) >= len(found)
    assert all(len({k for w, k in known if w == v}) == 1 for v, _ in known)
    assert found.missing == sum(v != v for v in numbers) == found.of.count(NO_DATA)
    assert sum(found.counts) + found.missing == len(numbers)
    assert all(count > 0 for count in found.counts)


def test_distinct_values_fall_into_equal_fifths() -> None:
    assert quantiles(np.arange(100.0)).counts == (20, 20, 20, 20, 20)


def test_bounds_are_values_that_exist() -> None:
    found = quantiles(np.array([1.0, 2.0, 3.0, 4.0, 50.0]))
    assert [found.bounds(k) for k in range(5)] == ["1.0", "2.0", "3.0", "4.0", "50.0"]
    assert [found.place(k) for k in (0, 4)] == ["lowest fifth", "highest fifth"]


@given(st.lists(st.floats(-1e3, 1e3).map(lambda v: round(v, 3)), min_size=6, max_size=40, unique=True))
def test_natural_breaks_are_the_best_there_are(numbers: list[float]) -> None:
    """The same sum of squares within classes as mapclassify's Fisher–Jenks."""
    mapclassify = pytest.importorskip("mapclassify")
    values = np.array(numbers)

    def within(labels: object) -> float:
        of = np.asarray(labels)
        return float(sum(((values[of == k] - values[of == k].mean()) ** 2).sum() for k in np.unique(of)))

    theirs = within(mapclassify.FisherJenks(values, 5).yb)
    assert within(natural(values).of) <= theirs + 1e-6 * max(theirs, 1)


@given(values, st.sampled_from(sorted(RULES)))
def test_every_rule_keeps_the_order_and_names_itself(numbers: list[float], rule: str) -> None:
    found = classed(np.array(numbers), rule)
    known = sorted((v, k) for v, k in zip(numbers, found.of, strict=True) if v == v)
    assert [k for _, k in known] == sorted(k for _, k in known)
    assert sum(found.counts) + found.missing == len(numbers)
    assert found.words == RULES[rule].words
    fixed = classed(np.array(numbers[:3]), rule, over=np.array(numbers))
    assert fixed.of == found.of[:3]
    assert (fixed.low, fixed.high) == (found.low, found.high)
