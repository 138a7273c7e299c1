"""Pairwise comparison of areas: by hand, against every order tried, with gaps, and fast enough."""

from __future__ import annotations

from itertools import permutations
from time import perf_counter

import numpy as np
import pytest

from goodwork.errors import MethodError
from goodwork.index import outranking as module
from goodwork.index.outranking import copeland, kemeny, outranking

NAN = float("nan")


def test_the_matrix_by_hand() -> None:
    """A beats B on the first child (weight 0.5), ties on the second (0.25), loses on the third (0.25)."""
    scores = np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 5.0]])
    found = outranking(scores, np.array([2.0, 1.0, 1.0]))
    np.testing.assert_allclose(found, [[0, 0.625], [0.375, 0]])


def test_a_pair_is_compared_on_what_both_have() -> None:
    scores = np.array([[2.0, NAN], [1.0, 9.0], [NAN, 1.0]])
    found = outranking(scores, np.array([0.25, 0.75]))
    np.testing.assert_allclose(found, [[0, 1, NAN], [0, 0, 1], [NAN, 0, 0]])
    np.testing.assert_array_equal(copeland(scores, np.array([0.25, 0.75])), [1, 0, -1])


def test_rounding_makes_no_winner() -> None:
    scores = np.array([[0.1 + 0.2, 1.0], [0.3, 1.0]])
    np.testing.assert_array_equal(copeland(scores, np.array([0.5, 0.5])), [0, 0])
    np.testing.assert_array_equal(copeland(np.array([[2.0], [1.0]]), np.array([1.0]), indifference=1.5), [0, 0])


def test_an_area_without_a_score_has_no_place() -> None:
    scores = np.array([[1.0, NAN], [NAN, NAN], [2.0, 3.0], [NAN, 4.0]])
    weights = np.array([1.0, 0.0])
    np.testing.assert_array_equal(copeland(scores, weights), [-1, NAN, 1, NAN])
    np.testing.assert_array_equal(kemeny(scores, weights), [0, NAN, 1, NAN])


def test_weights_of_areas_are_averaged_for_a_pair() -> None:
    scores = np.array([[2.0, 1.0], [1.0, 2.0]])
    weights = np.array([[0.9, 0.1], [0.4, 0.6]])
    np.testing.assert_allclose(outranking(scores, weights), [[0, 0.65], [0.35, 0]])
    np.testing.assert_array_equal(copeland(scores, weights), [1, -1])
    same = np.broadcast_to(np.array([0.3, 0.7]), scores.shape)
    np.testing.assert_array_equal(copeland(scores, same), copeland(scores, np.array([0.3, 0.7])))


@pytest.mark.parametrize("cells", [1, 7, 64, 1 << 20])
def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    rng = np.random.default_rng(4)
    scores = rng.normal(size=(3, 2, 9, 4))
    scores[rng.random(scores.shape) < 0.2] = NAN
    weights = rng.random((3, 2, 4))
    whole = copeland(scores, weights), outranking(scores, weights)
    monkeypatch.setattr(module, "CELLS", cells)
    np.testing.assert_array_equal(copeland(scores, weights), whole[0])
    np.testing.assert_array_equal(outranking(scores, weights), whole[1])


@pytest.mark.parametrize("seed", range(12))
def test_kemeny_equals_every_order_tried(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4, (6, 4)).astype(float)
    if seed % 2:
        scores[rng.random(scores.shape) < 0.2] = NAN
        scores[0] = NAN
    weights = rng.integers(1, 4, 4).astype(float)
    here = np.nonzero(~np.isnan(scores).all(axis=-1))[0]
    shares = np.nan_to_num(outranking(scores, weights), nan=0.5)
    orders = list(permutations(here))
    agreement = np.array([sum(shares[a, b] for i, a in enumerate(o) for b in o[i + 1 :]) for o in orders])
    best = [o for o, value in zip(orders, agreement, strict=True) if value > agreement.max() - 1e-9]
    expected = np.full(6, NAN)
    for area in here:
        expected[area] = np.mean([len(here) - 1 - order.index(area) for order in best])
    np.testing.assert_allclose(kemeny(scores, weights), expected)


def test_kemeny_respects_a_majority_that_copeland_ties() -> None:
    """Three children in a circle: every order that follows the circle is as good, so all areas stand level."""
    circle = np.array([[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(copeland(circle, np.ones(3)), [0, 0, 0])
    np.testing.assert_array_equal(kemeny(circle, np.ones(3)), [1, 1, 1])
    heavier = kemeny(circle, np.array([0.4, 0.3, 0.3]))
    np.testing.assert_array_equal(heavier, [2, 1, 0])


def test_kemeny_in_many_draws_at_once() -> None:
    scores = np.random.default_rng(2).normal(size=(70, 2, 5, 3))
    batch = kemeny(scores, np.ones(3))
    for at in np.ndindex(70, 2):
        np.testing.assert_array_equal(batch[at], kemeny(scores[at], np.ones(3)))


def test_kemeny_is_for_few_areas() -> None:
    with pytest.raises(MethodError, match="the Kemeny order of 11 areas cannot be found exactly") as caught:
        kemeny(np.zeros((11, 2)), np.ones(2))
    assert caught.value.remedy == "use copeland, or fewer areas"


def test_fifteen_hundred_areas_take_no_time() -> None:
    """Half a second is asked for; about 0.07 s on two cores of 2023."""
    scores = np.random.default_rng(1).normal(size=(1500, 5))
    start = perf_counter()
    found = copeland(scores, np.ones(5))
    assert perf_counter() - start < 0.5
    assert found.sum() == 0


@pytest.mark.parametrize(("leads", "areas"), [(1, 3), (40, 50), (3, 500), (2, 40000)])
def test_blocks_are_as_large_as_the_cache_allows_and_cover_everything_once(leads: int, areas: int) -> None:
    seen, sizes = np.zeros((leads, areas), dtype=int), []
    for lead, rows in module._blocks(leads, areas):
        seen[lead, rows] += 1
        sizes.append(seen[lead, rows].size * areas)
    assert (seen == 1).all()
    assert max(sizes) <= max(module.CELLS, areas)
    whole = leads * areas * areas
    assert max(sizes) == whole or 2 * max(sizes) > module.CELLS
