"""Weights against a second oracle, and everything they refuse."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog, nnls

from goodwork.errors import MethodError
from goodwork.index.frontier import benefit_of_the_doubt, correlation_equalised, most_favourable, wanted_importance
from goodwork.index.judgement import ahp, analytic_hierarchy, budget, budget_allocation, by_child
from goodwork.index.weighting import (
    WEIGHTING,
    components,
    correlation,
    critic,
    entropy,
    factor,
    members,
    pca,
    settled,
    stated,
    to_one,
    varimax,
)

NAN = float("nan")
ONES = np.ones(5)


@pytest.fixture
def scores() -> np.ndarray:
    """Forty areas, five children of two kinds, related within each kind."""
    rng = np.random.default_rng(11)
    common = rng.normal(size=(40, 2))
    return common[:, [0, 0, 0, 1, 1]] + rng.normal(size=(40, 5)) * [0.4, 0.7, 1.0, 0.5, 0.9]


@pytest.fixture
def gappy(scores: np.ndarray) -> np.ndarray:
    holes = np.random.default_rng(12).random(scores.shape) < 0.1
    return np.where(holes, NAN, scores)


@pytest.mark.parametrize("name", sorted(WEIGHTING._methods))
def test_every_method_states_its_facts(name: str) -> None:
    facts = WEIGHTING.facts[name]
    assert all((facts.formula, facts.source, facts.gaps, facts.oracle)), name


@pytest.mark.parametrize("weights", [[1.0, -1.0], [0.0, 0.0], [NAN, 1.0], [np.inf, 1.0]])
def test_weights_that_are_none_are_refused(weights: list[float]) -> None:
    with pytest.raises(MethodError):
        to_one(np.array(weights), "weights")
    with pytest.raises(MethodError):
        stated(np.zeros((3, 2)), np.array(weights))


def test_members_count_indicators() -> None:
    np.testing.assert_allclose(members(np.zeros((3, 3)), np.ones(3), counts=np.array([1, 2, 5])), [0.125, 0.25, 0.625])
    with pytest.raises(MethodError, match="number of members"):
        members(np.zeros((3, 3)), np.ones(3))


def test_correlation_equals_numpys_pair_by_pair(gappy: np.ndarray) -> None:
    found = correlation(gappy * [1, 1e6, 1e-6, 1, 1] + [0, 1e7, 0, 0, 50])
    for i, j in combinations(range(5), 2):
        both = ~np.isnan(gappy[:, [i, j]]).any(axis=1)
        assert found[i, j] == pytest.approx(np.corrcoef(gappy[both, i], gappy[both, j])[0, 1], abs=1e-9)


def test_a_child_that_varies_only_by_rounding_does_not_vary() -> None:
    noise = np.array([[1.0, 1e-17, 2.0], [2.0, -1e-17, 1.0], [4.0, 0.0, 5.0]])
    assert np.isnan(correlation(settled(noise))[1]).all()
    for method in (pca, factor, critic, entropy, correlation_equalised):
        assert method(noise, np.ones(3))[1] == 0, method


def test_entropy_area_by_area(gappy: np.ndarray) -> None:
    raw = []
    for column in gappy.T:
        x = column[~np.isnan(column)]
        x = (x - x.min()) / (x.max() - x.min())
        p = x[x > 0] / x.sum()
        raw.append(1 + (p * np.log(p)).sum() / np.log(len(x)))
    np.testing.assert_allclose(entropy(gappy, ONES), np.array(raw) / sum(raw), rtol=1e-9)


def test_critic_child_by_child(scores: np.ndarray) -> None:
    unit = (scores - scores.min(axis=0)) / np.ptp(scores, axis=0)
    raw = unit.std(axis=0) * (1 - np.corrcoef(scores, rowvar=False)).sum(axis=0)
    np.testing.assert_allclose(critic(scores, ONES), raw / raw.sum(), rtol=1e-9)


def test_where_nothing_tells_children_apart_they_count_the_same() -> None:
    line = np.arange(6.0)
    np.testing.assert_array_equal(critic(np.stack([line, 2 * line], axis=1), np.ones(2)), [0.5, 0.5])
    empty = np.full((4, 3), NAN)
    for method in (pca, factor, critic, entropy, correlation_equalised, most_favourable):
        found = method(empty, np.ones(3))
        np.testing.assert_allclose(found, np.full(found.shape, 1 / 3), err_msg=str(method))


def test_pca_equals_the_singular_vectors(scores: np.ndarray) -> None:
    z = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    first = np.linalg.svd(z, full_matrices=False)[2][0]
    np.testing.assert_allclose(pca(scores, ONES), first**2, rtol=1e-9)
    np.testing.assert_allclose(pca(scores, ONES, loading="absolute"), np.abs(first) / np.abs(first).sum(), rtol=1e-9)
    with pytest.raises(MethodError, match="'squared' or 'absolute'"):
        pca(scores, ONES, loading="signed")


def test_pca_and_components_equal_scikit_learns(scores: np.ndarray) -> None:
    decomposition = pytest.importorskip("sklearn.decomposition")
    z = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    theirs = decomposition.PCA().fit(z)
    values, vectors = components(correlation(scores))
    np.testing.assert_allclose(values / 5, theirs.explained_variance_ratio_, rtol=1e-9)
    np.testing.assert_allclose(np.abs(vectors.T), np.abs(theirs.components_), rtol=1e-7)
    np.testing.assert_allclose(pca(scores, ONES), theirs.components_[0] ** 2, rtol=1e-9)


def test_two_directions_that_explain_as_much_leave_nothing_to_chance() -> None:
    cross = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    np.testing.assert_allclose(pca(cross, np.ones(2)), [0.5, 0.5], rtol=1e-12)
    np.testing.assert_allclose(factor(cross, np.ones(2)), [0.5, 0.5], rtol=1e-12)


def rotated(loadings: np.ndarray) -> np.ndarray:
    """Varimax by singular value decompositions, as most packages do it."""
    turn = np.eye(loadings.shape[1])
    for _ in range(5000):
        now = loadings @ turn
        left, _, right = np.linalg.svd(loadings.T @ (now**3 - now * (now**2).mean(axis=0)))
        turn = left @ right
    return loadings @ turn


def test_factor_weights_step_by_step(scores: np.ndarray) -> None:
    values, vectors = np.linalg.eigh(np.corrcoef(scores, rowvar=False))
    kept = values > 1
    assert kept.sum() == 2
    loadings = rotated(vectors[:, kept] * np.sqrt(values[kept]))
    np.testing.assert_allclose(
        np.sort((varimax(vectors[:, kept] * np.sqrt(values[kept])) ** 2).sum(axis=0)),
        np.sort((loadings**2).sum(axis=0)),
        rtol=1e-9,
    )
    explained = (loadings**2).sum(axis=0)
    scaled = loadings**2 / explained
    belongs = np.argmax(loadings**2, axis=1)
    raw = scaled[np.arange(5), belongs] * (explained / explained.sum())[belongs]
    np.testing.assert_allclose(factor(scores, ONES), raw / raw.sum(), rtol=1e-9)
    one = factor(scores, ONES, smallest=100.0)
    np.testing.assert_allclose(one, pca(scores, ONES), rtol=1e-9)


def test_varimax_equals_factor_analyzers() -> None:
    rotator = pytest.importorskip("factor_analyzer.rotator")
    loadings = np.random.default_rng(3).normal(size=(8, 3))
    theirs = rotator.Rotator(method="varimax", normalize=False, max_iter=5000, tol=1e-14).fit_transform(loadings)
    ours = varimax(loadings)
    np.testing.assert_allclose(np.abs(ours.T @ theirs).max(axis=0), (theirs**2).sum(axis=0), rtol=1e-6)


def test_equal_influence_has_a_closed_form(scores: np.ndarray) -> None:
    z = scores / scores.std(axis=0)
    closed = np.linalg.solve(np.corrcoef(scores, rowvar=False), ONES)
    assert (closed > 0).all()
    found = wanted_importance(z, ONES)
    np.testing.assert_allclose(found.weights, closed / closed.sum(), rtol=1e-9)
    np.testing.assert_allclose(found.importance, np.full(5, 0.2), rtol=1e-9)
    assert found.distance < 1e-12


def test_wanted_importance_where_it_cannot_be_had(scores: np.ndarray) -> None:
    """Without negative weights not everything is possible: the same answer as non-negative least squares."""
    target = np.array([1.0, 0.01, 0.01, 1.0, 1.0])
    z = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    r = np.corrcoef(scores, rowvar=False)
    root = np.linalg.cholesky(r)
    theirs, _ = nnls(root.T, np.linalg.solve(root, target))
    found = wanted_importance(z, target)
    assert (theirs == 0).any()
    np.testing.assert_allclose(found.weights, theirs / theirs.sum(), atol=1e-9)
    assert 0.01 < found.distance < 1
    held = found.weights > 0
    ratio = found.importance[held] / target[held]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-8)
    assert (found.importance[~held] / target[~held] >= ratio[0]).all()


def test_wanted_importance_comes_near_with_gaps(gappy: np.ndarray) -> None:
    assert wanted_importance(gappy, ONES).distance < 0.03


@pytest.mark.parametrize("target", [[1.0, -1, 1, 1, 1], [0.0] * 5, [1.0, 1.0]])
def test_importance_that_makes_no_sense(scores: np.ndarray, target: list[float]) -> None:
    with pytest.raises(MethodError):
        wanted_importance(scores, np.array(target))
    with pytest.raises(MethodError, match="needs importance"):
        WEIGHTING["optimised"](scores, ONES)


def test_budget_by_hand() -> None:
    found = budget_allocation([[50, 50, 0], [20, 20, 40], [NAN, NAN, NAN]])
    np.testing.assert_allclose(found.weights, [0.375, 0.375, 0.25])
    assert found.experts == 2
    assert np.isnan(budget_allocation([[1, 3]]).spread).all()
    with pytest.raises(MethodError, match="no expert"):
        budget_allocation([[0, 0]])
    with pytest.raises(MethodError, match="not negative"):
        budget_allocation([[1, -1]])
    with pytest.raises(MethodError, match="table of numbers"):
        budget_allocation([["many", 1]])
    with pytest.raises(MethodError, match="speak of 2 children, the node has 3"):
        budget(np.zeros((3, 3)), np.ones(3), points=[[1, 3]])
    with pytest.raises(MethodError, match="needs points"):
        budget(np.zeros((3, 3)), np.ones(3))


def test_tables_become_arrays_in_the_order_of_the_children() -> None:
    matrix = {"b": {"c": 3}, "a": {"b": 2, "c": 6}}
    np.testing.assert_array_equal(by_child("matrix", matrix, ["a", "b", "c"]), [[NAN, 2, 6], [NAN, NAN, 3], [NAN] * 3])
    np.testing.assert_allclose(analytic_hierarchy(by_child("matrix", matrix, ["a", "b", "c"])).weights, [0.6, 0.3, 0.1])


SCHOOLS = [
    [1, 4, 3, 1, 3, 4],
    [1 / 4, 1, 7, 3, 1 / 5, 1],
    [1 / 3, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 6],
    [1, 1 / 3, 5, 1, 1, 1 / 3],
    [1 / 3, 5, 5, 1, 1, 3],
    [1 / 4, 1, 6, 3, 1 / 3, 1],
]


def test_saatys_school() -> None:
    """Saaty (1977, 1980): choosing a school, weights as printed there to two digits; and power iteration."""
    found = analytic_hierarchy(SCHOOLS, allow_inconsistent=True)
    np.testing.assert_allclose(found.weights, [0.32, 0.14, 0.03, 0.13, 0.24, 0.14], atol=0.006)
    vector = np.ones(6)
    for _ in range(200):
        vector = np.array(SCHOOLS) @ vector
        vector /= vector.sum()
    np.testing.assert_allclose(found.weights, vector, rtol=1e-9)
    greatest = (np.array(SCHOOLS) @ vector).sum()
    assert found.eigenvalue == pytest.approx(greatest)
    assert found.ratio == pytest.approx((greatest - 6) / 5 / 1.24)
    with pytest.raises(MethodError, match=r"consistency ratio 0\.2"):
        analytic_hierarchy(SCHOOLS)
    np.testing.assert_allclose(ahp(np.zeros((3, 6)), np.ones(6), matrix=SCHOOLS, limit=0.3), vector, rtol=1e-9)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[1, 2], [2, 1]], "contradicts its counterpart"),
        ([[1, -3], [-1 / 3, 1]], "above zero"),
        ([[1, NAN], [NAN, 1]], "not compared"),
        ([[1, 2, 3], [1, 1, 1]], "shape"),
        (np.ones((16, 16)), "too many"),
    ],
)
def test_comparisons_that_make_no_sense(matrix: object, words: str) -> None:
    with pytest.raises(MethodError, match=words):
        analytic_hierarchy(matrix)


@pytest.fixture
def positive() -> np.ndarray:
    return np.random.default_rng(5).random((12, 3)) * [1, 10, 100]


def test_benefit_of_the_doubt_equals_the_vertices_and_the_dual(positive: np.ndarray) -> None:
    composite, weights = benefit_of_the_doubt(positive)
    vertices = []
    rows = np.concatenate([positive, -np.eye(3)])
    limits = np.concatenate([np.ones(12), np.zeros(3)])
    for chosen in combinations(range(15), 3):
        if abs(np.linalg.det(rows[list(chosen)])) > 1e-9:
            w = np.linalg.solve(rows[list(chosen)], limits[list(chosen)])
            if (rows @ w <= limits + 1e-9).all():
                vertices.append(w)
    np.testing.assert_allclose(composite, (positive @ np.array(vertices).T).max(axis=1), atol=1e-9)
    np.testing.assert_allclose((weights * positive).sum(axis=1), composite, atol=1e-9)
    assert ((weights @ positive.T) <= 1 + 1e-9).all()
    for own, reached in zip(positive, composite, strict=True):  # the envelopment form: least mix of peers that beats it
        dual = linprog(np.ones(12), A_ub=-positive.T, b_ub=-own, method="highs")
        assert dual.fun == pytest.approx(reached, abs=1e-9)


def test_bounds_of_weights_and_of_scores_are_kept(positive: np.ndarray) -> None:
    unit = positive / [1, 10, 100]
    low, high = np.array([0.1, 0.2, 0.0]), np.array([0.6, 0.6, 0.5])
    composite, weights = benefit_of_the_doubt(unit, low, high)
    share = most_favourable(unit, np.ones(3), low=low, high=high)
    assert (share >= low - 1e-9).all()
    assert (share <= high + 1e-9).all()
    assert composite.max() == pytest.approx(1)
    pie_composite, weights = benefit_of_the_doubt(unit, low, high, of="score")
    pie = weights * unit / pie_composite[:, None]
    assert (pie >= low - 1e-9).all()
    assert (pie <= high + 1e-9).all()
    assert (pie_composite <= 1 + 1e-12).all()
    assert (composite <= benefit_of_the_doubt(unit)[0] + 1e-9).all()


def test_equal_bounds_leave_no_choice(positive: np.ndarray) -> None:
    composite, _ = benefit_of_the_doubt(positive, 1 / 3, 1 / 3)
    np.testing.assert_allclose(composite, positive.mean(axis=1) / positive.mean(axis=1).max(), rtol=1e-9)


def test_gaps_carry_no_weight_and_areas_without_figures_have_no_composite(positive: np.ndarray) -> None:
    positive[0, 1] = NAN
    positive[3] = NAN
    composite, weights = benefit_of_the_doubt(positive, high=0.5)
    assert weights[0, 1] == 0
    assert np.isnan(composite[3])
    assert (weights[3] == 0).all()
    assert most_favourable(positive, np.ones(3), high=0.5)[0] == pytest.approx([0.5, 0, 0.5])


def test_an_area_with_nothing_to_show_has_zero_and_even_weights() -> None:
    scores = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.0]])
    np.testing.assert_allclose(benefit_of_the_doubt(scores)[0], [0.0, 1.0, 0.5], atol=1e-12)
    np.testing.assert_allclose(most_favourable(scores, np.ones(2))[0], [0.5, 0.5])


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"low": 0.5}, "bounds"),
        ({"high": 0.2}, "bounds"),
        ({"low": 0.3, "high": 0.2}, "bounds"),
        ({"low": -0.1}, "bounds"),
        ({"of": "pie"}, "'pie'"),
    ],
)
def test_bounds_that_nothing_can_meet(positive: np.ndarray, parameters: dict[str, object], words: str) -> None:
    with pytest.raises(MethodError, match=words):
        benefit_of_the_doubt(positive, **parameters)
    with pytest.raises(MethodError, match="not negative"):
        benefit_of_the_doubt(-positive)


def test_weights_by_entropy_are_found_by_name_and_say_where_they_come_from() -> None:
    assert WEIGHTING["entropy"] is entropy
    assert "Shannon" in WEIGHTING.facts["entropy"].source


def test_what_varies_by_rounding_alone_correlates_with_nothing() -> None:
    constant = np.array([0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2])
    assert np.ptp(constant) > 0
    found = correlation(np.stack([np.array([1.0, 2, 3, 5]), constant], axis=-1))
    np.testing.assert_allclose(found, [[1.0, NAN], [NAN, NAN]], rtol=1e-12)
