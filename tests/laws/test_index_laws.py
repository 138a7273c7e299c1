"""Laws that hold for every index built by registered methods, tried on random panels with gaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from goodwork.errors import MethodError, MissingData
from goodwork.index.aggregation import AGGREGATION
from goodwork.index.build import Index, build
from goodwork.index.normalisation import NORMALISATION
from goodwork.index.weighting import WEIGHTING
from goodwork.model.framework import Domain, Framework, Member
from goodwork.model.method import Method
from goodwork.model.panel import Panel

LENIENT = {"minimum_share": 0.0, "every_domain": False}
whole = st.integers(-50, 50).map(float)


def methods() -> list[Method]:
    """Every combination of registered methods, so that a new one is held to the laws at once."""
    return [
        Method(normalisation=n, weighting=w, aggregation=a, screening=LENIENT)
        for n in NORMALISATION
        for w in WEIGHTING
        for a in AGGREGATION
    ]


def framework(members: int, domains: int, weights: tuple[float, ...] = ()) -> Framework:
    return Framework(
        name="random",
        title="Random",
        domains=tuple(Domain(name=f"d{i}", title=f"D{i}") for i in range(domains)),
        members=tuple(
            Member(
                indicator=f"m{i}",
                domain=f"d{i % domains}",
                direction="lower" if i % 3 == 2 else "higher",
                weight=weights[i] if weights else 1.0,
            )
            for i in range(members)
        ),
    )


def panel(values: np.ndarray) -> Panel:
    periods, areas, members = values.shape
    gaps, empty = np.full(values.shape, np.nan), np.full(values.shape, "", dtype="<U4")
    return Panel(
        tuple(str(2000 + p) for p in range(periods)),
        tuple(f"A{a:02d}" for a in range(areas)),
        tuple(f"m{m}" for m in range(members)),
        values,
        gaps,
        gaps,
        empty,
        empty,
        empty,
    )


@st.composite
def cases(draw: st.DrawFn, gaps: bool = True) -> tuple[Framework, Panel, Method]:
    members, areas, periods = draw(st.integers(2, 6)), draw(st.integers(4, 9)), draw(st.integers(1, 3))
    domains = draw(st.integers(1, min(3, members)))
    values = draw(arrays(float, (periods, areas, members), elements=whole))
    if gaps:
        holes = draw(arrays(bool, values.shape, elements=st.integers(0, 4).map(lambda n: n == 0)))
        values = np.where(holes, np.nan, values)
    weights = tuple(draw(st.lists(st.integers(1, 5).map(float), min_size=members, max_size=members)))
    return framework(members, domains, weights), panel(values), draw(st.sampled_from(methods()))


def built(framework: Framework, panel: Panel, method: Method) -> Index:
    try:
        return build(framework, panel, method)
    except (MethodError, MissingData):
        assume(False)
        raise


def same(a: np.ndarray, b: np.ndarray) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter(case, random) -> None:
    fw, pn, method = case
    order = list(range(len(pn.areas)))
    random.shuffle(order)
    there, here = built(fw, pn.select(areas=[pn.areas[i] for i in order]), method), built(fw, pn, method)
    same(there.scores, here.scores[:, order])
    # Ranks are compared where scores are clearly apart: a different order of summation may break an exact tie.
    gaps = np.abs(here.scores[:, :, None] - here.scores[:, None])
    clear = (np.isnan(gaps) | (gaps > 1e-9) | (np.eye(len(order))[None, :, :, None] > 0)).all(axis=2)
    np.testing.assert_array_equal(there.ranks[clear[:, order]], here.ranks[:, order][clear[:, order]])


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_indicators_does_not_matter(case, random) -> None:
    fw, pn, method = case
    members = list(fw.members)
    random.shuffle(members)
    shuffled = fw.replace(members=[m.model_dump() for m in members])
    same(built(shuffled, pn, method).scores[..., : len(fw.groups)], built(fw, pn, method).scores[..., : len(fw.groups)])


@given(cases(), st.floats(0.1, 100), st.floats(-100, 100))
def test_a_change_of_unit_changes_nothing(case, factor: float, shift: float) -> None:
    fw, pn, method = case
    changed = replace(pn, value=pn.value * factor + shift)
    np.testing.assert_allclose(built(fw, changed, method).scores, built(fw, pn, method).scores, atol=1e-7)


@given(cases())
def test_turning_data_and_direction_changes_nothing(case) -> None:
    fw, pn, method = case
    other = {"higher": "lower", "lower": "higher"}
    turned = fw.replace(members=[{**m.model_dump(), "direction": other[m.direction]} for m in fw.members])
    same(built(turned, replace(pn, value=-pn.value), method).scores, built(fw, pn, method).scores)


@given(cases(), st.integers(2, 1000))
def test_weights_matter_only_up_to_a_factor(case, factor: int) -> None:
    fw, pn, method = case
    heavier = fw.replace(members=[{**m.model_dump(), "weight": m.weight * factor} for m in fw.members])
    same(built(heavier, pn, method).scores, built(fw, pn, method).scores)


@given(cases(gaps=False), st.data())
def test_better_in_one_indicator_never_lowers_a_rank(case, data) -> None:
    fw, pn, method = case
    before = built(fw, pn, method)
    area, member = data.draw(st.integers(0, len(pn.areas) - 1)), data.draw(st.integers(0, len(pn.indicators) - 1))
    step = -7.0 if fw.directions[member] == "lower" else 7.0
    value = pn.value.copy()
    value[:, area, member] += step
    after = built(fw, replace(pn, value=value), method)
    # Against the values it was normalised by, the area's own score rises; compare on the former scale.
    pooled = replace(
        pn,
        periods=(*pn.periods, *(f"{p}x" for p in pn.periods)),
        **{
            name: np.concatenate([getattr(pn, name), value if name == "value" else getattr(pn, name)])
            for name in ("value", "lower", "upper", "status", "basis", "observed")
        },
    )
    assert after.ranks.shape == before.ranks.shape
    joint = built(fw, pooled, method.replace(scope="pooled"))
    half = len(pn.periods)
    assert (joint.scores[half:, area, 0] >= joint.scores[:half, area, 0] - 1e-9).all()


@given(cases())
def test_equal_areas_tie(case) -> None:
    fw, pn, method = case
    value = pn.value.copy()
    value[:, 1] = value[:, 0]
    index = built(fw, replace(pn, value=value), method)
    np.testing.assert_array_equal(index.ranks[:, 0], index.ranks[:, 1])
    scored = ~np.isnan(index.ranks[:, 0])
    assert (index.ties[:, 0][scored] >= 1).all()


@given(cases())
def test_one_period_alone_equals_that_period_of_the_panel(case) -> None:
    fw, pn, method = case
    index = built(fw, pn, method)
    for place, period in enumerate(pn.periods):
        try:
            alone = build(fw, pn.select(periods=[period]), method)
        except MissingData:  # a period without any figure can stand in a panel, but not alone
            assert np.isnan(index.scores[place]).all()
        else:
            np.testing.assert_array_equal(alone.scores[0], index.scores[place])


@given(cases())
def test_a_gap_is_the_same_as_dropping_the_member_for_that_area(case) -> None:
    fw, pn, method = case
    assume(len(fw.members) > 2 and len(fw.domains) == 1)
    value = pn.value.copy()
    value[:, 0, -1] = np.nan
    index = built(fw, replace(pn, value=value), method)
    dropped = fw.replace(members=[m.model_dump() for m in fw.members[:-1]])
    without = built(dropped, pn.select(indicators=dropped.indicators), method)
    same(index.scores[:, 0, 0], without.scores[:, 0, 0])


@given(cases())
def test_contributions_add_up_to_the_score(case) -> None:
    fw, pn, method = case
    index = built(fw, pn, method)
    if method.aggregation.name == "arithmetic":
        scored = ~np.isnan(index.scores[..., 0])
        same(np.nansum(index.contributions, axis=-1)[scored], index.scores[..., 0][scored])


@given(cases(gaps=False))
def test_normalised_values_keep_their_order_or_reverse_it(case) -> None:
    fw, pn, method = case
    index = built(fw, pn, method)
    for m, direction in enumerate(fw.directions):
        sign = -1.0 if direction == "lower" else 1.0
        for p in range(len(pn.periods)):
            order = np.argsort(sign * pn.value[p, :, m], kind="stable")
            assert (np.diff(index.stages["normalised"][p, order, m]) >= -1e-12).all()


@settings(max_examples=30)
@given(cases())
def test_building_twice_gives_the_same_bytes(case) -> None:
    fw, pn, method = case
    assert built(fw, pn, method).scores.tobytes() == built(fw, pn, method).scores.tobytes()


@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_leading_axes_are_free(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(*shape, 7, 5))
    for name in NORMALISATION:
        function = NORMALISATION[name]
        batch = function(values, values)
        for at in np.ndindex(shape):
            np.testing.assert_allclose(batch[at], function(values[at], values[at]), rtol=1e-12)
    for name in AGGREGATION:
        function, weights = AGGREGATION[name], np.full(5, 0.2)
        batch = function(values, weights)
        for at in np.ndindex(shape):
            np.testing.assert_allclose(batch[at], function(values[at], weights), rtol=1e-12)
