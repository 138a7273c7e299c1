"""Laws of explanations: they add up, say nothing of what does not differ, and treat alike what is alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.toyland import make_panel

from goodwork.analysis.decomposition import explain_change, explain_difference, explain_score
from goodwork.errors import MethodError, MissingData
from goodwork.index.aggregation import AGGREGATION
from goodwork.index.build import Index, build
from goodwork.index.weighting import WEIGHTING
from goodwork.model.framework import Domain, Framework, Member
from goodwork.model.method import Method

law = settings(deadline=None, max_examples=40)
POSITIVE_SCALE = {"name": "min-max", "low": 1, "high": 100}
LENIENT = {"minimum_share": 0.0, "every_domain": False}
#: Weights without parameters that have to be given, and quick enough for a table per mixture.
WEIGHTS = sorted(set(WEIGHTING) & {"stated", "equal", "members", "entropy", "critic", "pca"})


@st.composite
def indexes(draw: st.DrawFn, linear: bool = False, gaps: bool = True, weightings: list[str] = WEIGHTS) -> Index:
    members, areas = draw(st.integers(2, 5)), draw(st.integers(4, 6))
    domains = draw(st.integers(1, 2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = np.round(rng.normal(50, 10, (2, areas, members)), 1)
    if gaps:
        values[rng.random(values.shape) < draw(st.sampled_from([0.0, 0.2]))] = np.nan
    framework = Framework(
        name="random",
        title="Random",
        domains=tuple(Domain(name=f"d{i}", title=f"D{i}") for i in range(min(domains, members))),
        members=tuple(
            Member(
                indicator=f"m{i}",
                domain=f"d{i % min(domains, members)}",
                direction="lower" if i % 3 == 2 else "higher",
                weight=float(rng.integers(1, 5)),
            )
            for i in range(members)
        ),
    )
    method = Method(
        normalisation=POSITIVE_SCALE,
        aggregation="arithmetic" if linear else draw(st.sampled_from(list(AGGREGATION))),
        weighting=draw(st.sampled_from(weightings)),
        screening=LENIENT,
        scope="pooled",
    )
    try:
        return build(framework, make_panel(values), method)
    except (MethodError, MissingData):
        assume(False)
        raise


def two(index: Index, data: st.DataObject, least: int = 2) -> list[str]:
    """Areas scored in both periods."""
    scored = ~np.isnan(index.scores[..., 0]).any(axis=0)
    assume(scored.sum() >= least)
    names = [area for area, there in zip(index.areas, scored, strict=True) if there]
    return data.draw(st.permutations(names))[:least]


def explained(question, index, *arguments, **options):
    """An explanation, unless the two sides have no indicator in common, or a mixture of the two is so uneven that one
    Mazziotta–Pareto index takes another below zero."""
    try:
        return question(index, *arguments, **options)
    except MissingData as error:
        assume("in common" not in error.what)
        raise
    except MethodError as error:
        assume(index.method.aggregation.name != "mazziotta-pareto" or "mixture" not in error.what)
        raise


def whole(found) -> None:
    apart = found.scores - found.references
    np.testing.assert_allclose(
        found.parts.sum(axis=-1), apart, rtol=1e-10, atol=1e-10 * (1 + np.abs(found.scores).max())
    )
    np.testing.assert_allclose(found.domains["part"].sum(), apart.sum(), rtol=1e-9, atol=1e-8)


@law
@given(indexes(), st.data())
def test_parts_sum_to_the_whole(index: Index, data: st.DataObject) -> None:
    a, b = two(index, data)
    score = explained(explain_score, index, [a, b], index.periods[0])
    whole(score)
    np.testing.assert_array_equal(score.scores, [index.scores[0, index.areas.index(n), 0] for n in (a, b)])
    difference = explained(explain_difference, index, a, b, index.periods[1])
    whole(difference)
    assert difference.references[0] == index.scores[1, index.areas.index(b), 0]
    change = explained(explain_change, index, a, *index.periods)
    whole(change)
    assert (change.references[0], change.scores[0]) == tuple(index.scores[:, index.areas.index(a), 0])


@law
@given(indexes(), st.data())
def test_a_domain_is_explained_like_an_index(index: Index, data: st.DataObject) -> None:
    domain = index.framework.groups[-1]
    scored = ~np.isnan(index.scores[0, :, len(index.framework.groups) - 1])
    assume(scored.any())
    whole(explained(explain_score, index, None, index.periods[0], domain))


@law
@given(indexes(linear=True, gaps=False, weightings=["stated", "equal", "members"]), st.data())
def test_under_arithmetic_means_a_part_is_weight_times_difference(index: Index, data: st.DataObject) -> None:
    a, b = two(index, data)
    normalised, share = index.stages["normalised"], index.shares[..., len(index.framework.groups) :]
    i, j = index.areas.index(a), index.areas.index(b)
    expected = share[1, i] * (normalised[1, i] - normalised[1, j])
    np.testing.assert_allclose(explain_difference(index, a, b).parts[0], expected, rtol=1e-10, atol=1e-12)
    expected = share[1, i] * (normalised[1, i] - normalised[0, i])
    np.testing.assert_allclose(explain_change(index, a).parts[0], expected, rtol=1e-10, atol=1e-12)
    expected = share[1, i] * (normalised[1, i] - normalised[1].mean(axis=0))
    np.testing.assert_allclose(explain_score(index, a).parts[0], expected, rtol=1e-10, atol=1e-10)


@law
@given(indexes(linear=True), st.data())
def test_from_zero_the_parts_are_the_contributions(index: Index, data: st.DataObject) -> None:
    (a,) = two(index, data, 1)
    found = explain_score(index, a, reference="zero")
    expected = np.nan_to_num(index.contributions[1, index.areas.index(a)])
    np.testing.assert_allclose(found.parts[0], expected, rtol=1e-10, atol=1e-10)
    assert found.references[0] == 0


@law
@given(indexes(), st.data())
def test_turned_round_a_difference_changes_its_sign(index: Index, data: st.DataObject) -> None:
    a, b = two(index, data)
    there, back = (explained(explain_difference, index, *pair) for pair in ((a, b), (b, a)))
    np.testing.assert_allclose(there.parts, -back.parts, rtol=1e-9, atol=1e-9 * (1 + np.abs(there.scores).max()))


@law
@given(indexes(linear=True, gaps=False, weightings=["stated"]), st.data())
def test_linear_differences_can_be_chained(index: Index, data: st.DataObject) -> None:
    a, b, c = two(index, data, 3)
    first, second, direct = (explain_difference(index, *pair).parts for pair in ((a, b), (b, c), (a, c)))
    np.testing.assert_allclose(first + second, direct, rtol=1e-9, atol=1e-10)


@law
@given(indexes(), st.integers(0, 4), st.data())
def test_what_does_not_differ_has_no_part(index: Index, member: int, data: st.DataObject) -> None:
    a, b = two(index, data)
    i, j, member = index.areas.index(a), index.areas.index(b), member % len(index.framework.indicators)
    values = index.stages["values"].copy()
    values[:, i, member] = values[:, j, member]
    values[1, :, member] = values[0, :, member]
    try:
        index = build(index.framework, make_panel(values), index.method)
    except (MethodError, MissingData):
        assume(False)
    two_scored = ~np.isnan(index.scores[:, [i, j], 0]).any()
    assume(two_scored)
    for found in (explained(explain_difference, index, a, b), explained(explain_change, index, a)):
        assert abs(found.parts[0, member]) <= 1e-12 * (1 + abs(found.scores[0]))


@law
@given(st.sampled_from(list(AGGREGATION)), st.integers(0, 2**32 - 1))
def test_equal_members_have_equal_parts(aggregation: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(50, 10, (2, 5, 4))
    values[..., 1] = values[..., 0]
    framework = Framework(
        name="random", title="R", members=tuple(Member(indicator=f"m{i}", direction="higher") for i in range(4))
    )
    method = Method(normalisation=POSITIVE_SCALE, aggregation=aggregation, scope="pooled")
    index = build(framework, make_panel(values), method)
    for found in (explain_score(index), explain_difference(index, "A000", "A001"), explain_change(index)):
        size = 1 + np.abs(found.scores).max()
        np.testing.assert_allclose(found.parts[:, 0], found.parts[:, 1], rtol=1e-9, atol=1e-10 * size)


@pytest.mark.parametrize("aggregation", list(AGGREGATION))
def test_all_areas_at_once_are_the_areas_one_by_one(aggregation: str) -> None:
    values = np.random.default_rng(8).normal(50, 10, (2, 6, 4))
    values[0, 1, 2] = values[1, 3, 0] = np.nan
    framework = Framework(
        name="random", title="R", members=tuple(Member(indicator=f"m{i}", direction="higher") for i in range(4))
    )
    method = Method(normalisation=POSITIVE_SCALE, aggregation=aggregation, scope="pooled", screening=LENIENT)
    index = build(framework, make_panel(values), method)
    for question in (explain_score, explain_change):
        together = question(index)
        for row, area in enumerate(together.areas):
            np.testing.assert_allclose(question(index, area).parts[0], together.parts[row], rtol=1e-10, atol=1e-10)
    pairs = (["A000", "A001", "A003"], ["A001", "A003", "A004"])
    together = explain_difference(index, *pairs)
    for row, pair in enumerate(zip(*pairs, strict=True)):
        one = explain_difference(index, *pair)
        np.testing.assert_allclose(one.parts[0], together.parts[row], rtol=1e-10, atol=1e-10)
