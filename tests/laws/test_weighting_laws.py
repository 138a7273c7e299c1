"""Laws of all weightings, of the frontier and of effective weights, tried on random scores with gaps.

Whole indices under these weightings are held to the laws of test_index_laws.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests import toyland

from goodwork.analysis.influence import influence
from goodwork.errors import MethodError, MissingData
from goodwork.index.build import build
from goodwork.index.frontier import benefit_of_the_doubt
from goodwork.index.weighting import WEIGHTING, components, correlation, shares
from goodwork.model.method import Method
from goodwork.model.panel import Values

NAN = float("nan")
#: What those methods are given that cannot do without; by child, so that it can be turned with the children.
NEEDED: dict[str, Callable[[int], Values]] = {
    "counts": lambda k: np.arange(1.0, k + 1),
    "importance": lambda k: np.arange(1.0, k + 1),
    "points": lambda k: np.stack([np.arange(1.0, k + 1), np.ones(k)]),
    "matrix": lambda k: np.outer(np.arange(1.0, k + 1), 1 / np.arange(1.0, k + 1)),
}
WITH = {"members": "counts", "optimised": "importance", "budget": "points", "ahp": "matrix"}
NAMES = ["stated", "equal", "members", "pca", "factor", "entropy", "critic", "correlation-equalised", "optimised",
         "budget", "ahp", "benefit-of-the-doubt"]  # fmt: skip
assert set(NAMES) == set(WEIGHTING), "every registered weighting is held to the laws"
#: Weights that do not depend on the unit of the scores as a whole (a factor and a shift for all children together).
UNIT_FREE = [name for name in NAMES if name != "benefit-of-the-doubt"]
#: Weights that do not depend on the unit of each child by itself.
CHILD_UNIT_FREE = [n for n in UNIT_FREE if n not in ("correlation-equalised", "optimised")]


def unique(name: str, values: Values) -> None:
    """Leave out scores for which factors are not unique: two that explain exactly as much may be turned at will."""
    if name == "factor":
        eigenvalues = components(correlation(values))[0]
        assume(np.diff(eigenvalues).max(initial=-1.0) < -1e-6)


def weigh(name: str, scores: Values, order: list[int] | None = None) -> Values:
    children = scores.shape[-1]
    order = order or list(range(children))
    parameters = {}
    if key := WITH.get(name):
        value = NEEDED[key](children)
        parameters[key] = value[np.ix_(order, order)] if key == "matrix" else value[..., order]
    return WEIGHTING[name](scores, np.arange(1.0, children + 1)[order], **parameters)


@st.composite
def scores(draw: st.DrawFn, gaps: bool = True) -> Values:
    shape = (draw(st.integers(3, 9)), draw(st.integers(1, 5)))
    values = draw(arrays(float, shape, elements=st.integers(0, 40).map(float)))
    if gaps and draw(st.booleans()):
        holes = draw(arrays(bool, shape, elements=st.integers(0, 4).map(lambda n: n == 0)))
        values = np.where(holes, NAN, values)
    return values


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(scores())
def test_weights_are_not_negative_and_sum_to_one(name: str, values: Values) -> None:
    found = weigh(name, values)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=-1), 1.0, rtol=1e-12)
    held = shares(values, found)
    assert np.isnan(held[np.isnan(values).all(axis=1)]).all()


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(scores(), st.randoms(use_true_random=False))
def test_the_order_of_children_does_not_matter(name: str, values: Values, random) -> None:
    unique(name, values)
    order = list(range(values.shape[-1]))
    random.shuffle(order)
    np.testing.assert_allclose(weigh(name, values[:, order], order), weigh(name, values)[..., order], atol=1e-7)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(scores(), st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter(name: str, values: Values, random) -> None:
    unique(name, values)
    order = list(range(values.shape[0]))
    random.shuffle(order)
    here, there = weigh(name, values), weigh(name, values[order])
    np.testing.assert_allclose(there, here[order] if here.ndim == values.ndim == 2 else here, atol=1e-7)


@pytest.mark.parametrize("name", UNIT_FREE)
@settings(max_examples=30, deadline=None)
@given(scores(), st.floats(0.1, 50), st.integers(-20, 20))
def test_a_common_unit_does_not_matter(name: str, values: Values, factor: float, shift: int) -> None:
    unique(name, values)
    np.testing.assert_allclose(weigh(name, values * factor + shift), weigh(name, values), atol=1e-6)


@pytest.mark.parametrize("name", CHILD_UNIT_FREE)
@settings(max_examples=30, deadline=None)
@given(scores(), st.data())
def test_the_unit_of_a_child_does_not_matter(name: str, values: Values, data: st.DataObject) -> None:
    unique(name, values)
    factors = data.draw(arrays(float, values.shape[-1], elements=st.integers(1, 9).map(float)))
    np.testing.assert_allclose(weigh(name, values * factors), weigh(name, values), atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(scores(), st.data())
def test_the_composite_of_benefit_of_the_doubt_has_no_unit(values: Values, data: st.DataObject) -> None:
    factors = data.draw(arrays(float, values.shape[-1], elements=st.integers(1, 9).map(float)))
    here, there = benefit_of_the_doubt(values)[0], benefit_of_the_doubt(values * factors)[0]
    np.testing.assert_allclose(there, here, atol=1e-7)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
def test_leading_axes_are_free(name: str, lead: tuple[int, ...]) -> None:
    rng = np.random.default_rng(4)
    values = rng.random((*lead, 8, 4))
    values[rng.random(values.shape) < 0.1] = NAN
    batch = weigh(name, values)
    for at in np.ndindex(lead):
        one = weigh(name, values[at])
        np.testing.assert_array_equal(batch[at] if batch.ndim > one.ndim else batch, one)


@settings(max_examples=30, deadline=None)
@given(scores())
def test_nobody_is_above_the_frontier_and_somebody_is_on_it(values: Values) -> None:
    composite, weights = benefit_of_the_doubt(values)
    assert np.nan_to_num(composite).max(initial=0.0) <= 1 + 1e-12
    everybody = weights @ np.nan_to_num(values).T
    assert (everybody <= 1 + 1e-9).all()
    if (np.nan_to_num(values) > 0).any():
        assert np.nanmax(composite) == pytest.approx(1.0, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(scores(gaps=False), st.floats(0, 1), st.floats(0, 1))
def test_bounds_keep_somebody_on_the_frontier(values: Values, low: float, high: float) -> None:
    children = values.shape[-1]
    low, high = low / children, 1 / children + high * (1 - 1 / children)
    composite, _ = benefit_of_the_doubt(values, low, high)
    if (values.sum(axis=0) > 0).all():
        assert composite.max() == pytest.approx(1.0, abs=1e-7)
    assert (composite <= benefit_of_the_doubt(values)[0] + 1e-7).all()
    assert (benefit_of_the_doubt(values, low, high, of="score")[0] <= 1 + 1e-9).all()


@pytest.mark.parametrize("name", ["stated", "equal", "pca", "entropy", "critic", "factor", "correlation-equalised"])
@settings(max_examples=30, deadline=None)
@given(panel=toyland.panels(members=(3, 6), gaps=0.2), domains=st.integers(1, 3))
def test_effective_parts_sum_to_one(name: str, panel, domains: int) -> None:
    framework = toyland.flat_framework(len(panel.indicators), min(domains, len(panel.indicators)))
    method = Method(weighting=name, screening={"minimum_share": 0.0, "every_domain": False})
    try:
        index = build(framework, panel, method)
    except (MethodError, MissingData):
        return
    found = influence(index)
    if np.nanstd(index.scores[-1, :, 0]) < 1e-6:
        return
    members = [node in framework.indicators for node in found.nodes]
    top = [framework.parent(node) == "index" for node in found.nodes]
    assert found.part[members].sum() == pytest.approx(1.0, abs=1e-9)
    assert found.part[top].sum() == pytest.approx(1.0, abs=1e-9)
    assert found.stated[members].sum() == pytest.approx(1.0)
    assert (found.explained[~np.isnan(found.explained)] <= 1 + 1e-12).all()
