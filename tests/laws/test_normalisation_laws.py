"""Laws of every normalisation on random figures with gaps: order, bounds, units, leading axes, order of rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from goodwork.errors import MethodError
from goodwork.index.normalisation import NORMALISATION, OF_UNIT

#: Figures are 1 to 60, so that each method can be applied: posts and a target that nobody is beyond.
GIVEN_TO = {
    "goalposts": {"low": 0.0, "high": 80.0},
    "scaled": {"low": 0.0, "high": 80.0},
    "distance-to-target": {"target": 70.0},
}
#: Lowest and highest result where the reference is the figures themselves.
BOUNDS = {
    "min-max": (0, 100),
    "distance-to-maximum": (0, 1),
    "fraction-of-maximum": (0, 1),
    "distance-to-target": (0, 1),
    "scaled": (0, 100),
    "goalposts": (0, 100),
    "percentile-rank": (0, 1),
    "categorical": (0, 100),
    "logistic": (0, 100),
    "borda": (0, 8),
    "rank": (1, 9),
}

figures = arrays(float, st.tuples(st.just(9), st.just(2)), elements=st.integers(1, 60).map(float))
gappy = st.tuples(figures, arrays(bool, (9, 2), elements=st.integers(0, 4).map(lambda n: n == 0))).map(
    lambda both: np.where(both[1], np.nan, both[0])
)
law = settings(max_examples=25, deadline=None)
each = pytest.mark.parametrize("name", list(NORMALISATION))


def normalised(name: str, values: np.ndarray, reference: np.ndarray | None = None) -> np.ndarray:
    try:
        return NORMALISATION[name](values, values if reference is None else reference, **GIVEN_TO.get(name, {}))
    except MethodError:  # a member that does not vary enough for the method
        assume(False)
        raise


@each
@law
@given(values=gappy)
def test_order_is_kept_and_gaps_stay(name: str, values: np.ndarray) -> None:
    found = normalised(name, values)
    for x, y in zip(values.T, found.T, strict=True):
        if not np.isnan(y).all():  # a constant member has no z-score
            np.testing.assert_array_equal(np.isnan(x), np.isnan(y))
        order = np.argsort(x)
        steps = np.diff(y[order])
        assert (steps[~np.isnan(steps)] >= -1e-12).all()
        assert (steps[np.diff(x[order]) == 0] == 0).all() or np.isnan(y).all()


@pytest.mark.parametrize("name", sorted(BOUNDS))
@law
@given(values=gappy)
def test_bounds(name: str, values: np.ndarray) -> None:
    found = normalised(name, values)
    low, high = BOUNDS[name]
    assert (np.isnan(found) | ((found >= low - 1e-9) & (found <= high + 1e-9))).all()


@pytest.mark.parametrize("name", sorted(set(NORMALISATION) - OF_UNIT))
@law
@given(values=gappy, factor=st.floats(0.1, 100), shift=st.floats(-100, 100))
def test_a_change_of_unit_changes_nothing(name: str, values: np.ndarray, factor: float, shift: float) -> None:
    np.testing.assert_allclose(normalised(name, values * factor + shift), normalised(name, values), atol=1e-7)


@pytest.mark.parametrize("name", sorted(OF_UNIT))
def test_methods_of_a_unit_do_change(name: str) -> None:
    values = np.arange(1.0, 10.0)[:, None]
    assert not np.allclose(normalised(name, values + 5), normalised(name, values))


@each
@law
@given(values=gappy, order=st.permutations(range(9)))
def test_the_order_of_areas_does_not_matter(name: str, values: np.ndarray, order: list[int]) -> None:
    np.testing.assert_allclose(normalised(name, values[order]), normalised(name, values)[order], atol=1e-9)


@each
def test_members_do_not_touch_each_other_and_leading_axes_are_free(name: str) -> None:
    rng = np.random.default_rng(6)
    values = rng.integers(1, 60, (3, 2, 9, 4)).astype(float)
    values[rng.random(values.shape) < 0.1] = np.nan
    batch = normalised(name, values)
    for p, q, m in np.ndindex(3, 2, 4):
        alone = normalised(name, values[p, q, :, m : m + 1])
        np.testing.assert_allclose(batch[p, q, :, m : m + 1], alone)


@each
def test_a_reference_of_other_rows(name: str) -> None:
    """A base period: the figures of the reference keep the results they have by themselves."""
    rng = np.random.default_rng(7)
    values = rng.integers(1, 60, (3, 9, 4)).astype(float)
    base = values[1:2]
    np.testing.assert_allclose(normalised(name, values, base)[1], normalised(name, base[0]))
    longer = np.concatenate([base, base], axis=-2)
    if name not in {"rank", "borda", "percentile-rank", "categorical"}:
        np.testing.assert_allclose(normalised(name, values, longer), normalised(name, values, base))
    assert normalised(name, values, longer).shape == values.shape
