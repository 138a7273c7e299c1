"""Laws that hold for every imputation, tried on random panels with gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from goodwork.errors import MethodError
from goodwork.index.imputation import IMPUTATION
from goodwork.model.panel import Values

#: Methods that settle by iteration take their time, and groups that are owed a figure are refused.
patient = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
METHODS = sorted(IMPUTATION)
IN_TIME = ("carry-forward", "carry-back", "linear")
#: Those that fill a gap wherever the member has a figure in the period.
FILL_ALL = ("mean", "median", "nearest-neighbours", "iterative", "em", "multiple")
BY_GROUP = ("group-mean", "group-median")


def impute(name: str, values: Values, order: list[int] | None = None) -> Values:
    """A method with what it cannot do without: two groups of areas, dealt in turn and then put in an order."""
    arguments: dict[str, Any] = {}
    if name in BY_GROUP:
        groups = np.array(["east", "west"] * values.shape[-2])[: values.shape[-2]]
        arguments["groups"] = groups if order is None else groups[order]
    try:
        return IMPUTATION[name](values, **arguments)
    except MethodError:
        assume(False)
        raise


@st.composite
def panels(draw: st.DrawFn, gaps: float = 0.5) -> Values:
    """Related members with gaps, ``(periods, areas, members)``; now and then a whole row or column is missing."""
    shape = (draw(st.integers(1, 3)), draw(st.integers(2, 14)), draw(st.integers(1, 5)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.normal(size=(*shape[:2], 1)) + draw(st.sampled_from([0.2, 1.0])) * rng.normal(size=shape)
    values[rng.random(shape) < draw(st.floats(0, gaps))] = np.nan
    if draw(st.booleans()):
        values[:, draw(st.integers(0, shape[1] - 1))] = np.nan
    if draw(st.booleans()):
        values[0, :, draw(st.integers(0, shape[2] - 1))] = np.nan
    return values


@patient
@given(panels(), st.sampled_from(METHODS))
def test_what_was_there_is_never_changed(values: Values, name: str) -> None:
    before = values.copy()
    found = impute(name, values)
    here = ~np.isnan(before)
    np.testing.assert_array_equal(found[here], before[here])
    np.testing.assert_array_equal(values, before)
    assert not np.isinf(found).any()


@patient
@given(panels(), st.sampled_from(sorted(set(METHODS) - set(IN_TIME) - {"domain-mean"})))
def test_a_member_without_figures_in_a_period_stays_missing(values: Values, name: str) -> None:
    empty = np.isnan(values).all(axis=-2)
    assert np.isnan(impute(name, values)).all(axis=-2)[empty].all()


@patient
@given(panels(), st.sampled_from(FILL_ALL))
def test_everything_else_is_filled(values: Values, name: str) -> None:
    empty = np.isnan(values).all(axis=-2, keepdims=True)
    np.testing.assert_array_equal(np.isnan(impute(name, values)), np.broadcast_to(empty, values.shape))


@patient
@given(panels(), st.sampled_from(sorted(set(METHODS) - {"regression"})), st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter(values: Values, name: str, random) -> None:
    order = list(range(values.shape[-2]))
    random.shuffle(order)
    there, here = impute(name, values[:, order], order), impute(name, values)[:, order]
    np.testing.assert_allclose(there, here, rtol=1e-4, atol=1e-5)


@patient
@given(panels(gaps=0.2), st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter_to_regression(values: Values, random) -> None:
    """With more areas, so that no two correlations are alike but for rounding."""
    assume(values.shape[1] > 6)
    order = list(range(values.shape[-2]))
    random.shuffle(order)
    there, here = impute("regression", values[:, order]), impute("regression", values)[:, order]
    np.testing.assert_allclose(there, here, rtol=1e-4, atol=1e-5)


@patient
@given(
    panels(),
    st.sampled_from(sorted(set(METHODS) - {"domain-mean"})),
    st.sampled_from([0.5, 8.0, 1000.0]),
    st.integers(-20, 20),
)
def test_a_change_of_unit_changes_only_the_unit(values: Values, name: str, factor: float, shift: int) -> None:
    """Every member has a unit of its own, so factor and shift differ by member."""
    factors = factor ** np.arange(values.shape[-1])
    scaled = impute(name, values * factors + shift)
    np.testing.assert_allclose((scaled - shift) / factors, impute(name, values), rtol=1e-3, atol=1e-4)


@patient
@given(panels(), st.sampled_from(METHODS))
def test_imputing_twice_is_imputing_once_where_all_is_filled(values: Values, name: str) -> None:
    once = impute(name, values)
    assume(not np.isnan(once).any())
    np.testing.assert_array_equal(impute(name, once), once)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_leading_axes_are_free(name: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(*shape, 2, 20, 1)) + 0.5 * rng.normal(size=(*shape, 2, 20, 4))
    values[rng.random(values.shape) < 0.2] = np.nan
    batch = impute(name, values)
    assert batch.shape == values.shape
    for at in np.ndindex(shape):
        np.testing.assert_allclose(batch[at], impute(name, values[at]), rtol=1e-7)


@pytest.mark.parametrize("name", sorted(set(METHODS) - set(IN_TIME)))
def test_periods_do_not_know_each_other(name: str) -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(3, 15, 4))
    values[rng.random(values.shape) < 0.2] = np.nan
    for period in range(3):
        np.testing.assert_allclose(
            impute(name, values)[period : period + 1], impute(name, values[period : period + 1]), rtol=1e-7
        )
