"""Scores of many replicates at once: nothing depends on how arrays lie in memory or how many are worked on together."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests import toyland

from goodwork.errors import MethodError
from goodwork.index.aggregation import AGGREGATION
from goodwork.index.arguments import Context
from goodwork.index.build import aggregate_nodes, build, normalised_members
from goodwork.index.layout import lines, part, side_by_side, table, weighted_sum
from goodwork.index.normalisation import NORMALISATION, orient
from goodwork.index.ranking import rank, rank_with_ties
from goodwork.index.treatment import TREATMENT, moments, winsor_bounds
from goodwork.model.method import Method

RNG = np.random.default_rng(11)
NEEDS = {
    "goalposts": {"low": 0.0, "high": 30.0},
    "scaled": {"low": 0.0, "high": 30.0},
    "distance-to-target": {"target": 90.0},
}
SCALE = {"name": "min-max", "low": 1, "high": 100}


def gappy(*shape: int) -> np.ndarray:
    values = RNG.lognormal(1, 0.5, shape)
    values[RNG.random(shape) < 0.1] = np.nan
    return values


def layouts(values: np.ndarray) -> list[np.ndarray]:
    """The same numbers, lying in memory in other ways."""
    return [
        np.ascontiguousarray(values),
        np.asfortranarray(values),
        table(lines(values)),
        np.moveaxis(np.ascontiguousarray(np.moveaxis(values, -1, 0)), 0, -1),
        np.repeat(values, 2, axis=-2)[..., ::2, :],
    ]


def same_bytes(a: np.ndarray, b: np.ndarray) -> None:
    assert np.ascontiguousarray(a).tobytes() == np.ascontiguousarray(b).tobytes()


@pytest.mark.parametrize("name", sorted(NORMALISATION))
def test_normalisation_in_any_layout_and_any_block(name: str) -> None:
    values = gappy(6, 2, 40, 9)
    function, given = NORMALISATION[name], NEEDS.get(name, {})
    whole = function(values, values, **given)
    for other in layouts(values):
        same_bytes(function(other, other, **given), whole)
    for block in (slice(0, 1), slice(1, 4)):
        same_bytes(function(values[block], values[block], **given), whole[block])


@pytest.mark.parametrize("name", sorted(set(AGGREGATION) - {"kemeny", "benefit-of-the-doubt"}))
def test_aggregation_in_any_layout_and_any_block(name: str) -> None:
    values, weights = gappy(6, 2, 40, 9), RNG.random((6, 1, 9))
    whole = AGGREGATION[name](values, weights)
    for other in layouts(values):
        same_bytes(AGGREGATION[name](other, weights), whole)
    for block in (slice(0, 1), slice(1, 4)):
        same_bytes(AGGREGATION[name](values[block], weights[block]), whole[block])


@pytest.mark.parametrize("name", sorted(AGGREGATION))
def test_one_table_of_scores_under_many_sets_of_weights(name: str) -> None:
    values, weights = gappy(1, 2, 7, 4), RNG.random((3, 1, 4))
    weights[1, 0, 2] = 0.0
    found = AGGREGATION[name](values, weights)
    assert found.shape == (3, 2, 7)
    for draw in range(3):
        same_bytes(AGGREGATION[name](values, weights[draw : draw + 1])[0], found[draw])


@pytest.mark.parametrize("name", ["two-stage", "winsorise", "log", "box-cox", "yeo-johnson", "asinh"])
def test_treatment_in_any_layout(name: str) -> None:
    values = gappy(2, 40, 9)
    values[0, 3, 2] = 500.0
    whole = TREATMENT[name](values)
    for other in layouts(values):
        done = TREATMENT[name](other)
        same_bytes(done.values, whole.values)
        for heading, told in whole.log.items():
            np.testing.assert_array_equal(done.log[heading], told)


def test_ranks_in_any_layout() -> None:
    scores = np.round(gappy(3, 2, 40, 9))
    for other in layouts(scores):
        for found, expected in zip(rank_with_ties(other), rank_with_ties(scores), strict=True):
            same_bytes(found, expected)
        same_bytes(rank(other), rank_with_ties(scores)[0])


def test_a_mixed_treatment_touches_only_members_that_fail() -> None:
    values = RNG.normal(size=(30, 3))
    values[4, 1] = 60.0
    done = TREATMENT["two-stage"](values)
    same_bytes(done.values[:, [0, 2]], values[:, [0, 2]])
    assert done.log["points"].tolist() == [0, 1, 0]
    drawn = TREATMENT["two-stage"](values + 9.0, reference=values)
    same_bytes(drawn.values[:, [0, 2]], (values + 9.0)[:, [0, 2]])


def test_a_bound_holds_only_at_the_end_that_was_drawn_in() -> None:
    """Draws below the lowest published figure stay where they are when only the upper end had outliers."""
    published = np.concatenate([RNG.normal(size=30), [50.0]])[:, None]
    low, high, changed, _ = winsor_bounds(
        published, moments(published), np.array(5), np.array(2.0), np.array(3.5), False
    )
    assert np.isneginf(low).all()
    assert changed.tolist() == [1]
    for name in ("two-stage", "winsorise"):
        done = TREATMENT[name](published - 3.0, reference=published).values
        np.testing.assert_array_equal(done, np.minimum(published - 3.0, high))
        assert done.min() == published.min() - 3.0


def case(method: Method, periods: int = 2):
    framework = toyland.flat_framework(6, 2)
    panel = toyland.make_panel(RNG.uniform(1, 10, (periods, 8, 6)))
    return framework, panel, Context.of(framework, panel), method


def test_the_parts_are_the_build() -> None:
    framework, panel, context, method = case(Method(normalisation=SCALE, aggregation="geometric"))
    index = build(framework, panel, method)
    oriented = orient(panel.value, framework.directions)
    normalised = normalised_members(context, method, oriented, oriented)
    scores = aggregate_nodes(context, method, normalised)
    same_bytes(normalised, index.stages["normalised"])
    same_bytes(scores, index.scores)


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric", "median", "copeland"])
def test_stated_weights_by_draw_are_those_of_the_framework(aggregation: str) -> None:
    framework, panel, context, method = case(Method(normalisation=SCALE, aggregation=aggregation))
    normalised = build(framework, panel, method).stages["normalised"][None]
    weights = RNG.integers(1, 9, (3, 1, len(framework.nodes))).astype(float)
    scores = aggregate_nodes(context, method, normalised, weights)
    assert scores.shape == (3, 2, 8, len(framework.nodes))
    for draw in range(3):
        stated = dict(zip(framework.nodes, weights[draw, 0], strict=True))
        own = framework.replace(
            domains=[{**d.model_dump(), "weight": stated[d.name]} for d in framework.domains],
            members=[{**m.model_dump(), "weight": stated[m.indicator]} for m in framework.members],
        )
        index = build(own, panel, method)
        same_bytes(scores[draw], index.scores)


def test_equal_weights_of_many_draws_are_worked_on_once() -> None:
    _, _, context, method = case(Method(weighting="equal"))
    scores = aggregate_nodes(context, method, gappy(1, 2, 8, 6), np.ones((5, 1, len(context.framework.nodes))))
    assert scores.shape[0] == 1


def test_a_refusal_tells_which_replicates_fail() -> None:
    _, _, context, method = case(Method(aggregation="geometric"))
    normalised = RNG.uniform(1, 9, (5, 2, 8, 6))
    normalised[1, 0, 3, 2] = -1.0
    normalised[4, 1, 0, 2] = 0.0
    with pytest.raises(MethodError, match="found -1: m2 of") as caught:
        aggregate_nodes(context, method, normalised)
    failing = np.asarray(caught.value.facts["failing"])
    assert np.argwhere(failing).tolist() == [[1, 0], [4, 1]]
    assert failing.shape == (5, 2)
    json.dumps(caught.value.as_dict())


def test_imputed_scores_of_members_are_what_is_aggregated() -> None:
    _, _, context, method = case(Method(imputation="domain-mean"))
    normalised = gappy(1, 2, 8, 6)
    normalised[..., 0, :3] = np.nan
    scores = aggregate_nodes(context, method, normalised)[..., 3:]
    here = ~np.isnan(normalised)
    np.testing.assert_array_equal(scores[here], normalised[here])
    assert np.isnan(scores).sum() < np.isnan(normalised).sum()


def test_lines_copy_only_what_does_not_lie_in_lines() -> None:
    values = table(np.arange(12.0).reshape(3, 4))
    assert np.shares_memory(lines(values), values)
    assert not np.shares_memory(lines(np.arange(12.0).reshape(3, 4)), values)
    assert part(values, range(3)) is values
    np.testing.assert_array_equal(part(values, [2, 0]), values[:, [2, 0]])
    np.testing.assert_array_equal(side_by_side([values[:, 0], values[None, :, 1]])[0], values[:, :2])


def test_sums_are_added_up_from_the_first_to_the_last() -> None:
    values, weights = RNG.normal(size=(5, 12)), RNG.random(12)
    expected = np.zeros(5)
    for child in range(12):
        expected += weights[child] * values[:, child]
    for other in layouts(values):
        np.testing.assert_array_equal(weighted_sum(weights, other), expected)
