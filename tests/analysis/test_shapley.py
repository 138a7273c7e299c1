"""Parts of a score against Shapley's and Owen's definitions, order by order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations, product

import numpy as np
import pytest
from tests import toyland

from goodwork.analysis import shapley
from goodwork.analysis.shapley import parts_between, under
from goodwork.model.framework import Domain, Framework, Member

RNG = np.random.default_rng(5)


def tree(shape: dict[str, object], parent: str = "index") -> tuple[list[Domain], list[Member]]:
    """Domains and members from nested dictionaries; a member stands as name → None."""
    domains, members = [], []
    for name, below in shape.items():
        if below is None:
            members.append(Member(indicator=name, direction="higher", domain=parent))
        else:
            domains.append(Domain(name=name, title=name, parent=parent))
            more = tree(below, name)
            domains, members = domains + more[0], members + more[1]
    return domains, members


def framework(shape: dict[str, object]) -> Framework:
    domains, members = tree(shape)
    return Framework(name="tree", title="Tree", domains=tuple(domains), members=tuple(members))


FLAT = framework(dict.fromkeys("abcde"))
TWO = framework({"x": dict.fromkeys("ab"), "y": dict.fromkeys("cd"), "z": {"e": None}})
DEEP = framework({"x": {"u": dict.fromkeys("ab"), "c": None}, "d": None, "y": dict.fromkeys("ef")})


def orders(tree: Framework, node: str = "index") -> list[tuple[str, ...]]:
    """Every order of the members that keeps the members of a domain together."""
    if node in tree.indicators:
        return [(node,)]
    return [
        tuple(member for piece in pieces for member in piece)
        for arranged in permutations(tree.children(node))
        for pieces in product(*(orders(tree, child) for child in arranged))
    ]


def one_by_one(tree: Framework, score: Callable[[np.ndarray], np.ndarray], before: np.ndarray, after: np.ndarray):
    parts, every = np.zeros(len(tree.indicators)), orders(tree)
    for order in every:
        here = before.copy()
        for member in order:
            at = tree.indicators.index(member)
            former = score(here)
            here[at] = after[at]
            parts[at] += (score(here) - former) / len(every)
    return parts


def game(members: int) -> Callable[[np.ndarray], np.ndarray]:
    """A made-up score in which every set of members that has moved is worth something of its own."""
    worth = RNG.normal(size=1 << members)
    return lambda values: worth[(values > 0.5) @ (1 << np.arange(members))]


@pytest.mark.parametrize("tree", [FLAT, TWO, DEEP])
def test_parts_are_the_average_over_all_orders_that_keep_domains_together(tree: Framework) -> None:
    members = len(tree.indicators)
    score, before, after = game(members), np.zeros(members), np.ones(members)
    parts, errors = parts_between(tree, score, before, after)
    np.testing.assert_allclose(parts, one_by_one(tree, score, before, after), rtol=1e-10, atol=1e-12)
    assert not errors.any()


def test_without_domains_orders_are_all_orders_and_with_domains_they_are_not() -> None:
    assert len(orders(FLAT)) == 120
    assert len(orders(TWO)) == 24
    flat, score = framework(dict.fromkeys("abcde")), game(5)
    two = parts_between(TWO, score, np.zeros(5), np.ones(5))[0]
    assert np.abs(parts_between(flat, score, np.zeros(5), np.ones(5))[0] - two).max() > 1e-3


def test_a_product_is_shared_as_by_hand() -> None:
    pair = framework(dict.fromkeys("ab"))
    parts, _ = parts_between(pair, lambda x: x.prod(axis=-1), np.array([1.0, 1.0]), np.array([3.0, 2.0]))
    assert parts.tolist() == [3.0, 2.0]


def test_domains_have_the_shapley_value_of_the_game_between_domains() -> None:
    score = game(5)
    parts, _ = parts_between(TWO, score, np.zeros(5), np.ones(5))
    domains = framework(dict.fromkeys("xyz"))
    whole, _ = parts_between(domains, lambda v: score(v[..., [0, 0, 1, 1, 2]]), np.zeros(3), np.ones(3))
    np.testing.assert_allclose([parts[:2].sum(), parts[2:4].sum(), parts[4]], whole, rtol=1e-10)


def test_a_domain_alone_moves_only_its_members() -> None:
    score = game(6)
    parts, _ = parts_between(DEEP, score, np.zeros(6), np.ones(6), "x")
    at = under(DEEP, "x")
    assert (parts[~at] == 0).all()
    np.testing.assert_allclose(parts.sum(), score(at * 1.0) - score(np.zeros(6)), rtol=1e-10)


def test_many_rows_at_once_and_in_blocks_are_the_rows_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def score(values: np.ndarray) -> np.ndarray:
        return np.exp((values**2).mean(axis=-1))

    before, after = RNG.normal(size=(2, 3, 4, 6))
    parts, _ = parts_between(DEEP, score, before, after)
    assert parts.shape == (3, 4, 6)
    np.testing.assert_allclose(parts[1, 2], one_by_one(DEEP, score, before[1, 2], after[1, 2]), rtol=1e-10)
    monkeypatch.setattr(shapley, "CELLS", 100)
    np.testing.assert_allclose(parts_between(DEEP, score, before, after)[0], parts, rtol=1e-12)


@pytest.mark.parametrize("tree", [FLAT, DEEP])
def test_too_many_members_are_sampled_with_an_honest_error(tree: Framework, monkeypatch: pytest.MonkeyPatch) -> None:
    members = len(tree.indicators)
    score, before, after = game(members), np.zeros(members), np.ones(members)
    exact, _ = parts_between(tree, score, before, after)
    monkeypatch.setattr(shapley, "MOST", 8)
    runs = [parts_between(tree, score, before, after, seed=seed) for seed in range(20)]
    parts, errors = (np.array(each) for each in zip(*runs, strict=True))
    np.testing.assert_allclose(parts.sum(axis=-1), score(after) - score(before), rtol=1e-10)
    assert (errors > 0).all()
    assert 0.5 < ((parts - exact) / errors).std() < 1.5
    again = parts_between(tree, score, before, after, seed=3)[0]
    np.testing.assert_array_equal(again, parts[3])


def test_twenty_members_side_by_side_are_sampled_and_two_domains_of_ten_are_not() -> None:
    before, after = np.full(20, 1.0), RNG.uniform(1.0, 2.0, 20)

    def score(values: np.ndarray) -> np.ndarray:
        return np.exp(np.log(values).mean(axis=-1))

    for tree, sampled in ((toyland.flat_framework(20, 1), True), (toyland.flat_framework(20, 2), False)):
        parts, errors = parts_between(tree, score, before, after)
        np.testing.assert_allclose(parts.sum(), score(after) - score(before), rtol=1e-10)
        assert errors.any() == sampled
        assert (errors < 0.01 * parts).all()


def test_as_many_mixtures_as_were_counted() -> None:
    for tree in (FLAT, TWO, DEEP):
        assert len(shapley._every_mixture(tree, "index")[0]) == shapley._mixtures_of(tree, "index")
