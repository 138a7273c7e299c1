"""Laws that hold for every index built by registered methods, tried on random panels with gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from goodwork.errors import MethodError, MissingData
from goodwork.index.aggregation import AGGREGATION, MONOTONE, RELATIVE
from goodwork.index.build import Index, build
from goodwork.index.normalisation import NORMALISATION, OF_UNIT
from goodwork.model.framework import Domain, Framework, Member
from goodwork.model.method import Method
from goodwork.model.panel import Panel

LENIENT = {"minimum_share": 0.0, "every_domain": False}
whole = st.integers(-50, 50).map(float)
#: A busy machine does not break a law.
law = settings(deadline=None)

#: What some normalisations need to work with figures of -50 to 50; the same when data and directions are turned.
GIVEN_TO = {
    "goalposts": {"low": -60, "high": 60},
    "scaled": {"low": -60, "high": 60},
    "distance-to-target": {"target": 0},
}
#: Needs figures above zero; held to its laws in test_normalisation_laws.
ELSEWHERE = {"fraction-of-maximum"}
#: For methods that need scores above zero.
ABOVE_ZERO = [
    {"name": "z-score", "mean": 100, "sd": 10},
    {"name": "min-max", "low": 1, "high": 100},
    {"name": "goalposts", "low": -60, "high": 60, "start": 70, "scale": 60},
    {"name": "rank"},
]
NEED_ABOVE_ZERO = {"geometric", "harmonic", "generalised-mean", "mazziotta-pareto", "benefit-of-the-doubt"}


@cache
def methods() -> list[Method]:
    """Every normalisation with every aggregation, so that a new one is held to the laws at once. Weights that are read
    off the scores have laws of their own, in test_weighting_laws."""
    normalisations = [{"name": name, **GIVEN_TO.get(name, {})} for name in NORMALISATION if name not in ELSEWHERE]
    return [
        Method(normalisation=n, weighting=w, aggregation=a, screening=LENIENT)
        for a in AGGREGATION
        for n in (ABOVE_ZERO if a in NEED_ABOVE_ZERO else normalisations)
        for w in ("stated", "equal")
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
def cases(
    draw: st.DrawFn,
    gaps: bool = True,
    where: Callable[[Method], bool] = lambda _: True,
    fewest_members: int = 2,
    most_domains: int = 3,
) -> tuple[Framework, Panel, Method]:
    members, areas, periods = draw(st.integers(fewest_members, 6)), draw(st.integers(4, 9)), draw(st.integers(1, 3))
    domains = draw(st.integers(1, min(most_domains, members)))
    values = draw(arrays(float, (periods, areas, members), elements=whole))
    if gaps:
        holes = draw(arrays(bool, values.shape, elements=st.integers(0, 4).map(lambda n: n == 0)))
        values = np.where(holes, np.nan, values)
    weights = tuple(draw(st.lists(st.integers(1, 5).map(float), min_size=members, max_size=members)))
    method = draw(st.sampled_from([m for m in methods() if where(m)]))
    return framework(members, domains, weights), panel(values), method


def built(framework: Framework, panel: Panel, method: Method) -> Index:
    try:
        return build(framework, panel, method)
    except (MethodError, MissingData):
        assume(False)
        raise


def same(a: np.ndarray, b: np.ndarray) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


@law
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


@law
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_indicators_does_not_matter(case, random) -> None:
    fw, pn, method = case
    members = list(fw.members)
    random.shuffle(members)
    shuffled = fw.replace(members=[m.model_dump() for m in members])
    same(built(shuffled, pn, method).scores[..., : len(fw.groups)], built(fw, pn, method).scores[..., : len(fw.groups)])


@law
@given(cases(where=lambda m: m.normalisation.name not in OF_UNIT), st.floats(0.1, 100), st.floats(-100, 100))
def test_a_change_of_unit_changes_nothing(case, factor: float, shift: float) -> None:
    fw, pn, method = case
    changed = replace(pn, value=pn.value * factor + shift)
    np.testing.assert_allclose(built(fw, changed, method).scores, built(fw, pn, method).scores, atol=1e-7)


@law
@given(cases())
def test_turning_data_and_direction_changes_nothing(case) -> None:
    fw, pn, method = case
    other = {"higher": "lower", "lower": "higher"}
    turned = fw.replace(members=[{**m.model_dump(), "direction": other[m.direction]} for m in fw.members])
    same(built(turned, replace(pn, value=-pn.value), method).scores, built(fw, pn, method).scores)


@law
@given(cases(), st.integers(2, 1000))
def test_weights_matter_only_up_to_a_factor(case, factor: int) -> None:
    fw, pn, method = case
    heavier = fw.replace(members=[{**m.model_dump(), "weight": m.weight * factor} for m in fw.members])
    same(built(heavier, pn, method).scores, built(fw, pn, method).scores)


@law
@given(cases(gaps=False, where=lambda m: m.aggregation.name in MONOTONE), st.data())
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


@law
@given(cases())
def test_equal_areas_tie(case) -> None:
    fw, pn, method = case
    value = pn.value.copy()
    value[:, 1] = value[:, 0]
    index = built(fw, replace(pn, value=value), method)
    np.testing.assert_array_equal(index.ranks[:, 0], index.ranks[:, 1])
    scored = ~np.isnan(index.ranks[:, 0])
    assert (index.ties[:, 0][scored] >= 1).all()


@law
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


@law
@given(cases(where=lambda m: m.aggregation.name not in RELATIVE, fewest_members=3, most_domains=1))
def test_a_gap_is_the_same_as_dropping_the_member_for_that_area(case) -> None:
    fw, pn, method = case
    value = pn.value.copy()
    value[:, 0, -1] = np.nan
    index = built(fw, replace(pn, value=value), method)
    dropped = fw.replace(members=[m.model_dump() for m in fw.members[:-1]])
    without = built(dropped, pn.select(indicators=dropped.indicators), method)
    same(index.scores[:, 0, 0], without.scores[:, 0, 0])


@law
@given(cases(where=lambda m: m.aggregation.name == "arithmetic"))
def test_contributions_add_up_to_the_score(case) -> None:
    fw, pn, method = case
    index = built(fw, pn, method)
    scored = ~np.isnan(index.scores[..., 0])
    same(np.nansum(index.contributions, axis=-1)[scored], index.scores[..., 0][scored])


@law
@given(cases(gaps=False))
def test_normalised_values_keep_their_order_or_reverse_it(case) -> None:
    fw, pn, method = case
    index = built(fw, pn, method)
    for m, direction in enumerate(fw.directions):
        sign = -1.0 if direction == "lower" else 1.0
        for p in range(len(pn.periods)):
            order = np.argsort(sign * pn.value[p, :, m], kind="stable")
            assert (np.diff(index.stages["normalised"][p, order, m]) >= -1e-12).all()


@settings(max_examples=30, deadline=None)
@given(cases())
def test_building_twice_gives_the_same_bytes(case) -> None:
    fw, pn, method = case
    assert built(fw, pn, method).scores.tobytes() == built(fw, pn, method).scores.tobytes()


@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_leading_axes_are_free(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    values = rng.lognormal(size=(*shape, 7, 5))
    for name in NORMALISATION:
        function, given_to = NORMALISATION[name], {key: v + 20.0 for key, v in GIVEN_TO.get(name, {}).items()}
        batch = function(values, values, **given_to)
        for at in np.ndindex(shape):
            np.testing.assert_allclose(batch[at], function(values[at], values[at], **given_to), rtol=1e-12)
    for name in AGGREGATION:
        function, weights = AGGREGATION[name], np.full(5, 0.2)
        batch = function(values, weights)
        for at in np.ndindex(shape):
            np.testing.assert_allclose(batch[at], function(values[at], weights), rtol=1e-12)
