"""The smallest change of weights: by hand, beside a solver and brute force, and where the question has no answer."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog
from tests import toyland

from goodwork.analysis.flips import WeightChange, pairwise_swaps, smallest_swap, smallest_to_top
from goodwork.errors import MethodError, MissingData, NotFound
from goodwork.index.build import Index, build
from goodwork.model.framework import INDEX, Framework
from goodwork.model.method import Method

LENIENT = {"minimum_share": 0.0, "every_domain": False}
AS_GIVEN = {"name": "goalposts", "low": 0, "high": 1, "start": 0, "scale": 1}


def members(framework: Framework) -> Framework:
    """The framework with every member counted as higher is better."""
    return framework.replace(members=[{**m.model_dump(), "direction": "higher"} for m in framework.members])


def index_of(scores: list[list[float]], **method) -> Index:
    """One domain per column, the scores as they are."""
    values = np.array(scores, dtype=float)[None]
    framework = members(toyland.flat_framework(values.shape[-1], values.shape[-1]))
    return build(
        framework, toyland.make_panel(values), Method(normalisation=AS_GIVEN, screening=LENIENT).replace(**method)
    )


def random_index(areas: int, count: int, domains: int, seed: int, gaps: float = 0.0, **method) -> Index:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(1, areas, count)) + 0.5 * rng.normal(size=(1, areas, 1))
    values[rng.random(values.shape) < gaps] = np.nan
    framework = toyland.flat_framework(count, domains)
    return build(framework, toyland.make_panel(values), Method(screening=LENIENT).replace(**method))


def rebuilt(index: Index, change: WeightChange, values: np.ndarray) -> Index:
    """The index built again from the same figures with the weights of a change."""
    weight = dict(zip(change.nodes, map(float, change.after), strict=True))
    fw = index.framework
    if set(change.nodes) <= set(fw.children(INDEX)):
        domains = [{**d.model_dump(), "weight": weight.get(d.name, 0.0)} for d in fw.domains]
        framework = fw.replace(domains=domains)
    else:
        of_domain = {d.name: sum(weight.get(m, 0.0) for m in fw.children(d.name)) for d in fw.domains}
        framework = fw.replace(
            domains=[{**d.model_dump(), "weight": of_domain[d.name]} for d in fw.domains],
            members=[
                {**m.model_dump(), "weight": weight.get(m.indicator, 0.0) if of_domain[m.domain] else 1.0}
                for m in fw.members
            ],
        )
    return build(framework, toyland.make_panel(values), index.method.replace(weighting="stated"))


def least_moved(lead: np.ndarray, weights: np.ndarray) -> float:
    """Points moved by a linear programme for all of the rivals in ``lead`` (rivals, nodes); infinite if impossible."""
    n = len(weights)
    answer = linprog(
        np.r_[np.zeros(n), np.ones(n)],
        A_ub=np.hstack([-lead, lead]),
        b_ub=lead @ weights,
        A_eq=np.r_[np.ones(n), -np.ones(n)][None],
        b_eq=[0.0],
        bounds=[(0, 1)] * n + [(0, w) for w in weights],
    )
    return 100 * answer.fun if answer.status == 0 else np.inf


def test_by_hand() -> None:
    """A (0.8, 0.2) and B (0.4, 0.5) under half and half: A leads by 0.05; 0.7 t = 0.05 is 7.14 points."""
    index = index_of([[0.8, 0.2], [0.4, 0.5], [0.0, 0.1]])
    change = smallest_swap(index, "A001", "A000")
    assert change.points == pytest.approx(100 * 0.05 / 0.7, abs=1e-6)
    np.testing.assert_allclose(change.after, [0.5 - 0.05 / 0.7, 0.5 + 0.05 / 0.7], atol=1e-8)
    assert (change.rank_before, change.rank_after, change.proven) == (2, 1, True)
    assert change.sentence() == (
        "7.1 points of weight, moved from Domain 0 (7.1) to Domain 1 (7.1), put A001 ahead of A000 in 2000."
    )
    assert change.sentence({"A001": "York", "A000": "Leeds", "d1": "Pay"}).endswith(
        "Pay (7.1), put York ahead of Leeds in 2000."
    )
    np.testing.assert_allclose(change.table["change"], [-100 * 0.05 / 0.7, 100 * 0.05 / 0.7], atol=1e-6)


def test_weight_runs_out_where_it_is_taken_first() -> None:
    """Differences −0.3, −0.1 and 0.2 under 5, 75 and 20 %: the first has too little, the second gives the rest."""
    values = [[0.8, 0.6, 0.3], [0.5, 0.5, 0.5], [0.0, 0.0, 0.0]]
    base = index_of(values)
    weights = {"d0": 0.05, "d1": 0.75, "d2": 0.2}
    framework = base.framework.replace(
        domains=[{**d.model_dump(), "weight": weights[d.name]} for d in base.framework.domains]
    )
    index = build(framework, toyland.make_panel(np.array(values)[None]), base.method)
    change = smallest_swap(index, "A001", "A000")
    # Lacking 0.05; the first gives 0.05 × 0.5 = 0.025, the second the other 0.025 at 0.3 per unit.
    np.testing.assert_allclose(change.after, [0.0, 0.75 - 0.025 / 0.3, 0.25 + 0.025 / 0.3], atol=1e-7)


def test_who_is_ahead_needs_nothing() -> None:
    index = index_of([[0.8, 0.2], [0.4, 0.5], [0.0, 0.1]])
    for change in (smallest_swap(index, "A000", "A001"), smallest_to_top(index, "A001", top=2)):
        assert change.points == 0
        assert change.rank_after == change.rank_before
        np.testing.assert_array_equal(change.after, change.before)
    assert smallest_swap(index, "A000", "A001").sentence() == "A000 is ahead of A001 in 2000 as the weights are."


def test_nobody_passes_who_is_worse_in_everything() -> None:
    index = index_of([[0.8, 0.5], [0.4, 0.5], [0.0, 0.1]])
    change = smallest_swap(index, "A001", "A000")
    assert not change.feasible
    assert np.isnan(change.points)
    assert np.isnan(change.after).all()
    assert change.unbeatable == ("A000",)
    assert "A000 is at least as good in everything" in change.sentence()
    top = smallest_to_top(index, "A002", top=2)
    assert (top.feasible, top.proven, top.best_rank) == (False, True, 3)
    assert top.sentence() == (
        "No weights put A002 among the first 2 in 2000: "
        "at best it is 3 in rank, and 2 are at least as good in everything."
    )


@pytest.mark.parametrize("level", [None, 1])
def test_neighbours_all_at_once(level: int | None) -> None:
    """Each pair as asked for by itself, and as a solver of linear programmes has it."""
    index = random_index(30, 8, 3, seed=4)
    pairs = pairwise_swaps(index, level=level)
    assert len(pairs.table) == 29
    assert (pairs.gap >= 0).all()
    for ahead, behind, points in zip(pairs.ahead, pairs.behind, pairs.points, strict=True):
        change = smallest_swap(index, behind, ahead, level=level)
        assert change.feasible == np.isfinite(points)
        columns = [index.nodes.index(node) for node in change.nodes]
        lead = index.scores[0, index.areas.index(behind)] - index.scores[0, index.areas.index(ahead)]
        best = least_moved(lead[None, columns], change.before)
        if change.feasible:
            assert change.points == pytest.approx(points, abs=1e-9)
            assert best == pytest.approx(points, abs=1e-5)
        else:
            assert pairs.reason[pairs.behind.index(behind)] == "at least as good in everything"


@pytest.mark.parametrize(("level", "top"), [(None, 1), (None, 3), (1, 2)])
def test_to_the_top_as_brute_force_has_it(level: int | None, top: int) -> None:
    """Every choice of the rivals that may stay ahead is tried, each by a linear programme."""
    reached = 0
    for seed in range(6):
        index = random_index(8, 5, 3, seed)
        for area in (np.argsort(index.ranks[0, :, 0])[[4, 7]]).tolist():
            change = smallest_to_top(index, index.areas[area], top=top, level=level)
            columns = [index.nodes.index(node) for node in change.nodes]
            lead = index.scores[0, area, columns] - np.delete(index.scores[0][:, columns], area, axis=0)
            best = min(least_moved(lead[list(passed)], change.before) for passed in combinations(range(7), 8 - top))
            assert change.feasible == np.isfinite(best)
            assert change.proven
            if change.feasible:
                reached += 1
                assert change.points == pytest.approx(best, abs=0.01)
                assert change.rank_after <= top
            else:
                places = [
                    8 - count
                    for count in range(8)
                    if any(
                        np.isfinite(least_moved(lead[list(p)], change.before)) for p in combinations(range(7), count)
                    )
                ]
                assert change.best_rank == min(places)
    assert reached > 1


def test_areas_with_other_gaps_are_in_the_ranking_all_the_same() -> None:
    """The programme cannot steer by them, but the place that is reported is reached among all."""
    values = np.random.default_rng(3).normal(size=(1, 20, 6))
    values[0, ::4, 0] = np.nan
    index = build(toyland.flat_framework(6, 3), toyland.make_panel(values), Method(screening=LENIENT))
    aside = {f"A{i:03d}" for i in range(0, 20, 4)}
    some = False
    for place in (5, 8, 12):
        area = index.areas[int(np.argsort(index.ranks[0, :, 0])[place])]
        if area in aside:
            with pytest.raises(MethodError, match="gaps beneath a domain"):
                smallest_to_top(index, area, top=3, level=1)
            continue
        change = smallest_to_top(index, area, top=3, level=1)
        assert set(change.set_aside) == aside
        assert change.feasible
        again = rebuilt(index, change, values)
        assert again.ranks[0, index.areas.index(area), 0] == change.rank_after <= 3
        some = True
    assert some


def test_areas_with_the_same_gaps_can_be_compared() -> None:
    """Two areas without the first domain: weight on it counts for neither."""
    values = np.random.default_rng(8).normal(size=(1, 9, 4))
    values[0, [1, 2], 0] = np.nan
    index = build(toyland.flat_framework(4, 4), toyland.make_panel(values), Method(screening=LENIENT))
    first, second = (1, 2) if index.scores[0, 1, 0] > index.scores[0, 2, 0] else (2, 1)
    change = smallest_swap(index, index.areas[second], index.areas[first])
    assert change.feasible
    again = rebuilt(index, change, values).scores[0, :, 0]
    assert again[second] > again[first]
    with pytest.raises(MethodError, match="gaps"):
        smallest_swap(index, index.areas[0], index.areas[1])
    pairs = pairwise_swaps(index).table
    mixed = pairs["ahead"].isin(["A001", "A002"]) != pairs["behind"].isin(["A001", "A002"])
    assert mixed.any()
    assert (pairs.loc[mixed, "reason"] == "not linear: gaps").all()
    assert pairs.loc[mixed, "points"].isna().all()


def test_a_gap_beneath_a_domain_only_matters_at_its_level() -> None:
    index = random_index(9, 6, 2, seed=1, gaps=0.1)
    gappy = np.isnan(index.stages["normalised"][0]).any(axis=-1)
    assert gappy.any()
    area, other = index.areas[int(np.argmax(gappy))], index.areas[int(np.argmin(gappy))]
    assert smallest_swap(index, area, other).proven
    with pytest.raises(MethodError, match="gaps"):
        smallest_swap(index, area, other, level=1)


def test_the_same_gap_beneath_a_domain_is_not_linear_either() -> None:
    """Weight that is shared out within a domain and then again is a product of weights."""
    values = np.random.default_rng(8).normal(size=(1, 9, 6))
    values[0, [1, 2], 0] = np.nan
    index = build(toyland.flat_framework(6, 3), toyland.make_panel(values), Method(screening=LENIENT))
    with pytest.raises(MethodError, match="not linear"):
        smallest_swap(index, "A001", "A002", level=1)
    values[0, 3:, 0] = np.nan
    values[0, [1, 2], 0] = 0.5, -0.5
    pairs = pairwise_swaps(build(index.framework, toyland.make_panel(values), index.method), level=1).table
    complete = ["A000", "A001", "A002"]
    both = ~pairs["ahead"].isin(complete) & ~pairs["behind"].isin(complete)
    assert both.any()
    assert (pairs.loc[both, "reason"] == "not linear: gaps").all()


def test_an_area_with_other_gaps_that_comes_in_between() -> None:
    """A002 has 0.6 under any weights. To be second A000 passes A001, though passing A002 might be cheaper; it is said
    that less may do. To be first it would have to pass A002, by which the search cannot steer: no claim is made."""
    index = index_of([[0.2, 0.9], [0.7, 0.5], [0.6, np.nan], [0.0, 0.0]])
    assert index.ranks[0, 0, 0] == 3
    second = smallest_to_top(index, "A000", top=2)
    assert (second.feasible, second.proven, second.rank_after, second.set_aside) == (True, False, 2, ("A002",))
    np.testing.assert_allclose(second.after, [4 / 9, 5 / 9], atol=1e-5)
    assert second.sentence().endswith("; less may do.")
    first = smallest_to_top(index, "A000", top=1)
    assert (first.feasible, first.proven) == (False, False)
    assert first.sentence() == "No weights were found that put A000 among the first 1 in 2000."


def test_only_the_nodes_above_the_weights_have_to_be_linear() -> None:
    above_zero = {"name": "min-max", "low": 1, "high": 100}
    index = random_index(9, 6, 3, seed=1, normalisation=above_zero, at={"d1": {"aggregation": "geometric"}})
    assert smallest_swap(index, index.areas[0], index.areas[1]).proven
    with pytest.raises(MethodError, match="d1 is put together by geometric") as refused:
        smallest_swap(index, index.areas[0], index.areas[1], level=1)
    assert "arithmetic mean at d1" in refused.value.remedy
    index = random_index(9, 6, 3, seed=1, normalisation=above_zero, at={INDEX: {"aggregation": "geometric"}})
    for ask in (lambda: pairwise_swaps(index), lambda: smallest_to_top(index, index.areas[0], top=1)):
        with pytest.raises(MethodError, match="index is put together by geometric"):
            ask()


def test_weights_are_those_the_method_gave() -> None:
    """Whatever the weighting; but each area by weights of its own is another question."""
    index = random_index(12, 6, 3, seed=2, weighting="pca")
    np.testing.assert_allclose(pairwise_swaps(index).points.size, 11)
    change = smallest_swap(index, index.areas[0], index.areas[1])
    np.testing.assert_allclose(change.before, index.shares[0, 0, 1:4], atol=1e-12)
    own = random_index(
        12, 6, 3, seed=2, normalisation={"name": "min-max", "low": 1, "high": 100}, weighting="benefit-of-the-doubt"
    )
    with pytest.raises(MethodError, match="weights of its own"):
        pairwise_swaps(own)


def test_a_tree_of_three_levels() -> None:
    """Weights can be asked for at each level; the sums above are those of the level above."""
    base = toyland.flat_framework(8, 4)
    tree = base.replace(
        domains=[
            *({"name": f"top{i}", "title": f"Top {i}", "weight": 1 + i} for i in range(2)),
            *({**d.model_dump(), "parent": f"top{i % 2}"} for i, d in enumerate(base.domains)),
        ]
    )
    values = np.random.default_rng(6).normal(size=(1, 10, 8))
    index = build(tree, toyland.make_panel(values), Method())
    first, last = (index.areas[i] for i in np.argsort(index.ranks[0, :, 0])[:2])
    changes = [smallest_swap(index, last, first, level=level) for level in (1, 2)]
    assert [change.nodes for change in changes] == [tree.indicators, ("d0", "d2", "d1", "d3")]
    for change in changes:
        assert change.before.sum() == pytest.approx(1)
        assert change.feasible
        again = build(
            tree.replace(
                domains=[
                    {**d.model_dump(), "weight": sum(w for n, w in weighed(tree, change) if above(tree, n, d.name))}
                    for d in tree.domains
                ],
                members=[
                    {**m.model_dump(), "weight": dict(weighed(tree, change)).get(m.indicator, 1.0)}
                    for m in tree.members
                ],
            ),
            toyland.make_panel(values),
            Method(),
        )
        assert again.scores[0, index.areas.index(last), 0] > again.scores[0, index.areas.index(first), 0]
    assert changes[0].points <= changes[1].points + 1e-6, "finer weights can do with less"


def weighed(framework: Framework, change: WeightChange) -> list[tuple[str, float]]:
    """Weights after; a hair more than none, as a framework does not let all siblings have none."""
    return [(node, max(float(w), 1e-15)) for node, w in zip(change.nodes, change.after, strict=True)]


def above(framework: Framework, node: str, domain: str) -> bool:
    """Whether a node is a domain or stands beneath it."""
    while node not in (INDEX, domain):
        node = framework.parent(node)
    return node == domain


def test_a_search_that_ran_out_of_time_says_so() -> None:
    index = random_index(120, 20, 5, seed=3)
    area = index.areas[int(np.argsort(index.ranks[0, :, 0])[60])]
    change = smallest_to_top(index, area, top=10, seconds=1e-6)
    assert not change.proven
    assert "No weights were found" in change.sentence() or "less may do" in change.sentence()


def test_who_and_when_are_looked_up() -> None:
    index = index_of([[0.8, 0.2], [0.4, 0.5], [0.0, 0.1], [np.nan, np.nan]])
    with pytest.raises(NotFound, match="A01"):
        smallest_swap(index, "A01", "A000")
    with pytest.raises(NotFound, match="1999"):
        pairwise_swaps(index, "1999")
    with pytest.raises(MissingData, match="A003 is not scored"):
        smallest_to_top(index, "A003")
    with pytest.raises(MethodError, match="first 0"):
        smallest_to_top(index, "A000", top=0)
    for level in (0, 3):
        with pytest.raises(MethodError, match="no weights at level"):
            pairwise_swaps(index, level=level)
