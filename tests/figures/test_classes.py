"""Quantile classes: equal sizes, equal values together, gaps apart."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from goodwork.figures.classes import NO_DATA, quantiles

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
