"""Laws that hold for every treatment, tried on random figures with gaps, ties and far outliers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodwork.index.treatment import TREATMENT

METHODS = sorted(TREATMENT)
#: Those whose result is the same whatever the unit and its zero (logit and Box-Cox need the natural zero).
BY_SHAPE = sorted(set(METHODS) - {"logit", "box-cox"})


@st.composite
def figures(draw: st.DrawFn) -> np.ndarray:
    """Shares between 0 and 100, ``(areas, members)``, some tied, some missing, some members with far outliers."""
    shape = (draw(st.integers(1, 40)), draw(st.integers(1, 4)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = np.round(100 * rng.beta(1, draw(st.sampled_from([1, 5, 60])), shape), draw(st.integers(0, 3)))
    values = np.where(rng.random(shape) < draw(st.sampled_from([0, 0.05])), 100 - values, values)
    return np.where(rng.random(shape) < draw(st.floats(0, 0.4)), np.nan, values)


@given(figures(), st.sampled_from(METHODS))
def test_gaps_stay_gaps_and_nothing_else_becomes_one(values, name: str) -> None:
    np.testing.assert_array_equal(np.isnan(TREATMENT[name](values).values), np.isnan(values))


@given(figures(), st.sampled_from(METHODS))
def test_treated_figures_keep_their_order(values, name: str) -> None:
    treated = TREATMENT[name](values).values
    for before, after in zip(values.T, treated.T, strict=True):
        order = np.argsort(before)[: (~np.isnan(before)).sum()]
        steps = np.diff(after[order])
        assert (steps >= -1e-9 * np.ptp(after[order]) if order.size else steps >= 0).all()
        np.testing.assert_allclose(steps[np.diff(before[order]) == 0], 0, atol=1e-12)


@given(figures(), st.integers(0, 6), st.booleans())
def test_winsorising_n_points_changes_at_most_n_points(values, points: int, force: bool) -> None:
    done = TREATMENT["winsorise"](values, points=points, force=force)
    changed = ((done.values != values) & ~np.isnan(values)).sum(axis=0)
    assert (changed <= points).all()
    np.testing.assert_array_equal(changed, done.log["points"])
    ends = TREATMENT["winsorise"](values, lowest=points, highest=1)
    assert (((ends.values != values) & ~np.isnan(values)).sum(axis=0) <= points + 1).all()


@given(figures(), st.sampled_from(METHODS), st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter(values, name: str, random) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    there, here = TREATMENT[name](values[order]).values, TREATMENT[name](values).values[order]
    np.testing.assert_allclose(there, here, rtol=1e-6, atol=1e-9)


@given(figures(), st.sampled_from(BY_SHAPE), st.sampled_from([0.5, 4.0, 1024.0]), st.integers(-8, 8))
def test_a_change_of_unit_changes_nothing_but_the_unit(values, name: str, factor: float, shift: int) -> None:
    """Compared as z-scores; the treatment is decided by shape, and shape has no unit."""

    def z(x: np.ndarray) -> np.ndarray:
        here = ~np.isnan(x)
        n = np.maximum(here.sum(axis=0), 1)
        off = x - np.where(here, x, 0).sum(axis=0) / n
        sd = np.sqrt(np.where(here, off**2, 0).sum(axis=0) / n)
        return off / np.where(sd > 1e-9 * np.abs(np.where(here, x, 0)).max(axis=0, initial=1.0), sd, np.inf)

    one, other = TREATMENT[name](values), TREATMENT[name](values * factor + shift)
    if all(np.array_equal(one.log[key], other.log[key]) for key in ("points", "transform") if key in one.log):
        np.testing.assert_allclose(z(one.values), z(other.values), atol=1e-6)
    else:  # the test of shape stands on a knife's edge
        near = np.abs(np.abs(one.log["skew"]) - 2) < 1e-6
        assert (near | (np.abs(one.log["kurtosis"] - 3.5) < 1e-6) | (np.abs(one.log["skew"]) < 1e-6)).any() or (
            "skew_winsorised" in one.log
        )


@given(figures(), st.sampled_from(sorted(set(METHODS) - {"none"})))
def test_a_treatment_fitted_to_the_figures_themselves_is_the_treatment(values, name: str) -> None:
    one, other = TREATMENT[name](values), TREATMENT[name](values, reference=values)
    np.testing.assert_array_equal(one.values, other.values)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_leading_axes_are_free(name: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    values = 100 * rng.beta(0.3, 9, (*shape, 30, 4))
    values[rng.random(values.shape) < 0.1] = np.nan
    batch = TREATMENT[name](values)
    for at in np.ndindex(shape):
        alone = TREATMENT[name](values[at])
        np.testing.assert_allclose(batch.values[at], alone.values, rtol=1e-10)
        for heading, array in alone.log.items():
            if array.dtype.kind == "U":
                np.testing.assert_array_equal(batch.log[heading][at], array)
            else:
                np.testing.assert_allclose(
                    np.asarray(batch.log[heading][at], float), np.asarray(array, float), rtol=1e-9
                )
