"""Laws that hold for every index built by registered methods, tried on random panels with gaps.

Each law is tried on every weighting that keeps it: weights that are given, and all those that are read off the scores.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from goodwork.errors import MethodError, MissingData
from goodwork.index.aggregation import AGGREGATION, MONOTONE, RELATIVE
from goodwork.index.build import Index, build
from goodwork.index.normalisation import NORMALISATION, OF_UNIT
from goodwork.index.weighting import WEIGHTING, components, correlation
from goodwork.model.framework import Domain, Framework, Member
from goodwork.model.method import Method
from goodwork.model.panel import Panel

LENIENT = {"minimum_share": 0.0, "every_domain": False}

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

#: Weights that no score moves. They have laws of their own in test_weighting_laws; two stand for them here.
GIVEN = ("stated", "equal", "members", "budget", "ahp")
#: All others, so that a new one is held to the laws at once.
OF_SCORES = [name for name in WEIGHTING if name not in GIVEN]
#: Aggregations that the last digit of a weight cannot upset.
SMOOTH = ("arithmetic", "geometric")
#: Random examples per law; benefit of the doubt solves a linear programme for each area.
EXAMPLES = {"stated": 40, "equal": 15, **dict.fromkeys(OF_SCORES, 6), "benefit-of-the-doubt": 3}

BETTER = "test_better_in_one_indicator_never_lowers_a_score"
GAP = "test_a_gap_is_the_same_as_dropping_the_member_for_that_area"
#: What weights read off the scores do not keep, each with the reason. Two keep the law of gaps: entropy looks at each
#: child by itself, and by benefit of the doubt every area has its own weights, in which a child it lacks plays no part.
NOT_KEPT = {
    (BETTER, name): "a better figure moves the weights of all indicators: the area may lose more on others than it won"
    for name in OF_SCORES
} | {
    (GAP, name): "the figure that is gone had a say in the weights of the other indicators, for every area"
    for name in OF_SCORES
    if name not in ("entropy", "benefit-of-the-doubt")
}


@cache
def methods(weighting: str) -> list[Method]:
    """Every normalisation with every aggregation, so that a new one is held to the laws at once."""
    normalisations = [{"name": name, **GIVEN_TO.get(name, {})} for name in NORMALISATION if name not in ELSEWHERE]
    return [
        Method(normalisation=n, weighting=weighting, aggregation=a, screening=LENIENT)
        for a in (SMOOTH if weighting in OF_SCORES else AGGREGATION)
        for n in (ABOVE_ZERO if {a, weighting} & NEED_ABOVE_ZERO else normalisations)
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


Case = tuple[Framework, Panel, Method]


@st.composite
def cases(
    draw: st.DrawFn,
    weighting: str,
    gaps: bool = True,
    where: Callable[[Method], bool] = lambda _: True,
    fewest_members: int = 2,
    most_domains: int = 3,
) -> Case:
    """Whole numbers, within 2 (many ties and figures that do not vary), 9 or 50 of zero; up to 3 in 10 are gaps."""
    members, areas, periods = draw(st.integers(fewest_members, 6)), draw(st.integers(4, 8)), draw(st.integers(1, 3))
    domains = draw(st.integers(1, min(most_domains, members)))
    largest, missing = draw(st.sampled_from([2, 9, 50])), draw(st.sampled_from([0.0, 0.1, 0.3]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.integers(-largest, largest + 1, (periods, areas, members)).astype(float)
    if gaps:
        values[rng.random(values.shape) < missing] = np.nan
    weights = tuple(rng.integers(1, 6, members).astype(float))
    method = draw(st.sampled_from([m for m in methods(weighting) if where(m)]))
    return framework(members, domains, weights), panel(values), method


def law(*also: st.SearchStrategy[Any], **needs: Any) -> Callable[[Callable[..., None]], Callable[[str], None]]:
    """Make a test ``(framework, panel, method, *also)`` one that runs for every weighting that keeps the law."""

    def decorate(body: Callable[..., None]) -> Callable[[str], None]:
        keeping = [name for name in ("stated", "equal", *OF_SCORES) if (body.__name__, name) not in NOT_KEPT]

        @pytest.mark.parametrize("weighting", keeping)
        def test(weighting: str) -> None:
            @settings(max_examples=EXAMPLES[weighting], deadline=None)
            @given(cases(weighting, **needs), st.tuples(*also))
            def on_random_panels(case: Case, drawn: tuple[Any, ...]) -> None:
                body(*case, *drawn)

            on_random_panels()

        test.__name__, test.__doc__ = body.__name__, body.__doc__
        test.body = body
        return test

    return decorate


def built(framework: Framework, panel: Panel, method: Method) -> Index:
    try:
        index = attempt(framework, panel, method)
    except (MethodError, MissingData):
        assume(False)
        raise
    if method.weighting.name == "factor" and not factors_are_unique(index):
        assume(False)
    return index


def attempt(framework: Framework, panel: Panel, method: Method) -> Index:
    """The index; weights for a wanted importance are told it, 1, 2, 3 … by the number in a node's name."""
    if method.weighting.name == "optimised":
        wanted = {node: [1.0 + int(child[1:]) for child in framework.children(node)] for node in framework.groups}
        choices = {node: {"name": "optimised", "importance": by_child} for node, by_child in wanted.items()}
        method = method.replace(at={node: {"weighting": choice} for node, choice in choices.items()})
    return build(framework, panel, method)


def factors_are_unique(index: Index) -> bool:
    """Two factors that explain exactly as much may be turned at will."""
    places = {node: place for place, node in enumerate(index.nodes)}
    below = ([places[child] for child in index.framework.children(node)] for node in index.framework.groups)
    eigenvalues = [components(correlation(index.scores[..., columns]))[0] for columns in below]
    return all(np.diff(found).max(initial=-1.0) < -1e-6 for found in eigenvalues)


def same(a: np.ndarray, b: np.ndarray, method: Method) -> None:
    """Optimised weights of indicators that all but repeat each other magnify the last digits."""
    off = 1e-6 if method.weighting.name in OF_SCORES else 1e-9
    np.testing.assert_allclose(a, b, rtol=off, atol=off)


@law(st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter(fw, pn, method, random) -> None:
    order = list(range(len(pn.areas)))
    random.shuffle(order)
    there, here = built(fw, pn.select(areas=[pn.areas[i] for i in order]), method), built(fw, pn, method)
    same(there.scores, here.scores[:, order], method)
    # Ranks are compared where scores are clearly apart: a different order of summation may break an exact tie.
    gaps = np.abs(here.scores[:, :, None] - here.scores[:, None])
    clear = (np.isnan(gaps) | (gaps > 1e-5) | (np.eye(len(order))[None, :, :, None] > 0)).all(axis=2)
    np.testing.assert_array_equal(there.ranks[clear[:, order]], here.ranks[:, order][clear[:, order]])


@law(st.randoms(use_true_random=False))
def test_the_order_of_indicators_does_not_matter(fw, pn, method, random) -> None:
    members = list(fw.members)
    random.shuffle(members)
    there, here = built(fw.replace(members=[m.model_dump() for m in members]), pn, method), built(fw, pn, method)
    for node in fw.nodes:
        same(there.scores[..., there.nodes.index(node)], here.scores[..., here.nodes.index(node)], method)
        same(there.shares[..., there.nodes.index(node)], here.shares[..., here.nodes.index(node)], method)


@law(st.floats(0.1, 100), st.floats(-100, 100), where=lambda m: m.normalisation.name not in OF_UNIT)
def test_a_change_of_unit_changes_nothing(fw, pn, method, factor: float, shift: float) -> None:
    changed = replace(pn, value=pn.value * factor + shift)
    np.testing.assert_allclose(built(fw, changed, method).scores, built(fw, pn, method).scores, atol=1e-6)


@law()
def test_turning_data_and_direction_changes_nothing(fw, pn, method) -> None:
    other = {"higher": "lower", "lower": "higher"}
    turned = fw.replace(members=[{**m.model_dump(), "direction": other[m.direction]} for m in fw.members])
    same(built(turned, replace(pn, value=-pn.value), method).scores, built(fw, pn, method).scores, method)


@law(st.floats(0.01, 100), st.integers(1, 9))
def test_stated_weights_matter_only_up_to_a_factor_and_only_where_they_are_asked_for(fw, pn, method, by, more) -> None:
    heavier = [{**m.model_dump(), "weight": m.weight * by} for m in fw.members]
    if method.weighting.name != "stated":
        heavier[0]["weight"] *= more
    same(built(fw.replace(members=heavier), pn, method).scores, built(fw, pn, method).scores, method)


@law(st.integers(0, 99), st.integers(0, 99), gaps=False, where=lambda m: m.aggregation.name in MONOTONE)
def test_better_in_one_indicator_never_lowers_a_score(fw, pn, method, area: int, member: int) -> None:
    area, member = area % len(pn.areas), member % len(pn.indicators)
    step = -7.0 if fw.directions[member] == "lower" else 7.0
    value = pn.value.copy()
    value[:, area, member] += step
    # Against the values it was normalised by, the area's own score rises; compare on the former scale.
    pooled = replace(
        pn,
        periods=(*pn.periods, *(f"{p}x" for p in pn.periods)),
        **{
            name: np.concatenate([getattr(pn, name), value if name == "value" else getattr(pn, name)])
            for name in ("value", "lower", "upper", "status", "basis", "observed")
        },
    )
    joint = built(fw, pooled, method.replace(scope="pooled"))
    half = len(pn.periods)
    assert (joint.scores[half:, area, 0] >= joint.scores[:half, area, 0] - 1e-9).all()


@law()
def test_equal_areas_tie(fw, pn, method) -> None:
    value = pn.value.copy()
    value[:, 1] = value[:, 0]
    index = built(fw, replace(pn, value=value), method)
    np.testing.assert_array_equal(index.ranks[:, 0], index.ranks[:, 1])
    scored = ~np.isnan(index.ranks[:, 0])
    assert (index.ties[:, 0][scored] >= 1).all()


@law()
def test_one_period_alone_equals_that_period_of_the_panel(fw, pn, method) -> None:
    index = built(fw, pn, method)
    for place, period in enumerate(pn.periods):
        try:
            alone = attempt(fw, pn.select(periods=[period]), method)
        except MissingData:  # a period without any figure can stand in a panel, but not alone
            assert np.isnan(index.scores[place]).all()
        else:
            np.testing.assert_array_equal(alone.scores[0], index.scores[place])


@law(where=lambda m: m.aggregation.name not in RELATIVE, fewest_members=3, most_domains=1)
def test_a_gap_is_the_same_as_dropping_the_member_for_that_area(fw, pn, method) -> None:
    value = pn.value.copy()
    value[:, 0, -1] = np.nan
    index = built(fw, replace(pn, value=value), method)
    dropped = fw.replace(members=[m.model_dump() for m in fw.members[:-1]])
    without = built(dropped, pn.select(indicators=dropped.indicators), method)
    same(index.scores[:, 0, 0], without.scores[:, 0, 0], method)


@law(where=lambda m: m.aggregation.name == "arithmetic")
def test_contributions_add_up_to_the_score(fw, pn, method) -> None:
    index = built(fw, pn, method)
    scored = ~np.isnan(index.scores[..., 0])
    same(np.nansum(index.contributions, axis=-1)[scored], index.scores[..., 0][scored], method)


@law(gaps=False)
def test_normalised_values_keep_their_order_or_reverse_it(fw, pn, method) -> None:
    index = built(fw, pn, method)
    for m, direction in enumerate(fw.directions):
        sign = -1.0 if direction == "lower" else 1.0
        for p in range(len(pn.periods)):
            order = np.argsort(sign * pn.value[p, :, m], kind="stable")
            assert (np.diff(index.stages["normalised"][p, order, m]) >= -1e-12).all()


@law()
def test_building_twice_gives_the_same_bytes(fw, pn, method) -> None:
    assert built(fw, pn, method).scores.tobytes() == built(fw, pn, method).scores.tobytes()


@pytest.mark.parametrize(("name", "weighting"), NOT_KEPT)
def test_what_is_said_not_to_hold_does_not_hold(name: str, weighting: str) -> None:
    """A case that proves it is soon found: a law that is kept must not stand among the exceptions."""
    rng = np.random.default_rng(5)
    method = Method(weighting=weighting, screening=LENIENT)
    if weighting in NEED_ABOVE_ZERO:
        method = method.replace(normalisation=ABOVE_ZERO[0])
    for _ in range(300):
        case = framework(4, 1), panel(rng.integers(-50, 51, (1, 4, 4)).astype(float)), method
        try:
            globals()[name].body(*case, *([0, 1] if name == BETTER else []))
        except AssertionError:
            return
    pytest.fail(f"{weighting} seems to keep the law after all: take it off the list")


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
