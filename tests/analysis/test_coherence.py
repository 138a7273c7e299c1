"""Coherence against scipy, hand-made numpy and, where they are installed, pingouin and factor_analyzer."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests import toyland

from goodwork.analysis.coherence import CHECKS, coherence
from goodwork.analysis.correlation import (
    Kind,
    across_levels,
    alpha,
    correlations,
    covariances,
    discrimination,
    principal_components,
    sphericity,
)
from goodwork.analysis.influence import influence, stated_weight
from goodwork.errors import MethodError, NotFound
from goodwork.index.build import Index, build
from goodwork.model.method import Method

NAN = float("nan")
EVERYBODY = {"minimum_share": 0.0, "every_domain": False}


@pytest.fixture
def values() -> np.ndarray:
    rng = np.random.default_rng(7)
    found = rng.normal(size=(30, 1)) + rng.normal(size=(30, 5))
    found[:, 4] = np.round(found[:, 4])
    return np.where(rng.random(found.shape) < 0.1, NAN, found)


@pytest.fixture
def whole() -> np.ndarray:
    rng = np.random.default_rng(8)
    return rng.normal(size=(60, 1)) + rng.normal(size=(60, 5)) * [0.5, 0.8, 1, 1.5, 2]


def index_of(columns: np.ndarray, domains: int = 1, method: Method | None = None) -> Index:
    """The index of invented columns; every third member counts low as better, so it is turned beforehand."""
    signs = np.array([-1.0 if m % 3 == 2 else 1.0 for m in range(columns.shape[-1])])
    framework = toyland.flat_framework(columns.shape[-1], domains)
    return build(framework, toyland.make_panel((columns * signs)[None]), method or Method(screening=EVERYBODY))


ORACLES = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_each_pair_equals_scipys(values: np.ndarray, kind: Kind) -> None:
    found = correlations(values, tuple("abcde"), kind)
    for i, j in combinations(range(5), 2):
        both = ~np.isnan(values[:, [i, j]]).any(axis=1)
        theirs = ORACLES[kind](values[both, i], values[both, j])
        assert found.n[i, j] == both.sum()
        assert found.r[i, j] == pytest.approx(theirs.statistic, abs=1e-12)
        assert found.p[i, j] == pytest.approx(theirs.pvalue, abs=1e-12)
        assert found.r[i, j] == found.r[j, i]
    assert len(found.table) == 10


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_pandas_agrees_and_a_constant_has_no_correlation(values: np.ndarray, kind: Kind) -> None:
    theirs = pd.DataFrame(values).corr(method=kind).to_numpy()
    np.testing.assert_allclose(correlations(values, tuple("abcde"), kind).r, theirs, atol=1e-12)
    values[:, 2] = 1.5
    found = correlations(values, tuple("abcde"), kind)
    assert np.isnan(found.r[2]).all()
    assert np.isnan(found.p[2]).all()
    with pytest.raises(MethodError, match="not known"):
        correlations(values, tuple("abcde"), "cosine")


def test_covariances_and_alpha(values: np.ndarray, whole: np.ndarray) -> None:
    np.testing.assert_allclose(covariances(values), pd.DataFrame(values).cov().to_numpy(), rtol=1e-10)
    total = whole.sum(axis=1).var(ddof=1)
    assert alpha(whole) == pytest.approx(5 / 4 * (1 - whole.var(axis=0, ddof=1).sum() / total))
    mean = np.corrcoef(whole, rowvar=False)[np.triu_indices(5, 1)].mean()
    assert alpha(whole, standardised=True) == pytest.approx(5 * mean / (1 + 4 * mean))
    assert np.isnan(alpha(whole[:, :1]))
    assert alpha(np.stack([whole[:, 0], -0.5 * whole[:, 0]], axis=1)) < 0


def test_alpha_equals_pingouins(whole: np.ndarray) -> None:
    pingouin = pytest.importorskip("pingouin")
    assert alpha(whole) == pytest.approx(pingouin.cronbach_alpha(pd.DataFrame(whole))[0])


def test_kmo_and_bartlett_from_residuals(whole: np.ndarray) -> None:
    """Partial correlations from regressions on all others, not from the inverse."""
    z, found = whole - whole.mean(axis=0), sphericity(whole)
    r, partial = np.corrcoef(whole, rowvar=False), np.zeros((5, 5))
    for i, j in combinations(range(5), 2):
        rest = np.delete(z, [i, j], axis=1)
        left = [z[:, k] - rest @ np.linalg.lstsq(rest, z[:, k], rcond=None)[0] for k in (i, j)]
        partial[i, j] = partial[j, i] = np.corrcoef(*left)[0, 1]
    own, rest = (r**2).sum(axis=0) - 1, (partial**2).sum(axis=0)
    np.testing.assert_allclose(found.members, own / (own + rest), rtol=1e-9)
    assert found.kmo == pytest.approx(own.sum() / (own + rest).sum())
    assert found.chi2 == pytest.approx(-(59 - 15 / 6) * np.log(np.linalg.det(r)))
    assert (found.df, found.p) == (10, pytest.approx(stats.chi2.sf(found.chi2, 10)))
    assert np.isnan(sphericity(np.c_[whole, whole[:, 0]]).kmo)


def test_kmo_and_bartlett_equal_factor_analyzers(whole: np.ndarray) -> None:
    theirs = pytest.importorskip("factor_analyzer")
    members, kmo = theirs.calculate_kmo(whole)
    chi2, p = theirs.calculate_bartlett_sphericity(whole)
    found = sphericity(whole)
    np.testing.assert_allclose(found.members, members, rtol=1e-9)
    assert (found.kmo, found.chi2, found.p) == pytest.approx((kmo, chi2, p))


def test_parallel_analysis_finds_the_factors_put_in_and_none_in_noise() -> None:
    rng = np.random.default_rng(1)
    two = rng.normal(size=(200, 2))[:, [0, 0, 0, 1, 1, 1]] + 0.6 * rng.normal(size=(200, 6))
    found = principal_components(two)
    assert found.kept == 2
    np.testing.assert_allclose(found.eigenvalues, np.linalg.eigvalsh(np.corrcoef(two, rowvar=False))[::-1], rtol=1e-9)
    np.testing.assert_array_equal(found.random, principal_components(two).random)
    assert principal_components(rng.normal(size=(200, 6))).kept == 0
    assert (principal_components(two, seed=3).random != found.random).any()


def test_discrimination_counts_pairs(values: np.ndarray) -> None:
    column = values[~np.isnan(values[:, 4]), 4]
    apart = [a != b for a, b in combinations(column, 2)]
    assert discrimination(values[:, 4]) == pytest.approx(np.mean(apart))
    assert np.isnan(discrimination(np.array([1.0, NAN])))


def test_across_levels(whole: np.ndarray) -> None:
    index = index_of(whole, 2)
    found = across_levels(index, 1, 3)
    assert (found.rows, found.columns) == (index.framework.indicators, ("index",))
    theirs = [np.corrcoef(index.scores[0, :, 3 + m], index.scores[0, :, 0])[0, 1] for m in range(5)]
    np.testing.assert_allclose(found.r[:, 0], theirs, rtol=1e-9)
    with pytest.raises(NotFound, match="level"):
        across_levels(index, 1, 7)
    with pytest.raises(NotFound, match="period"):
        coherence(index, "1990")


def check(index: Index, title: str) -> pd.Series:
    health = coherence(index).health.set_index("check")
    assert len(health) == len(CHECKS)
    return health.loc[title]


def test_a_healthy_index_is_told_so(whole: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    healthy = rng.normal(size=(120, 1)) + 0.6 * rng.normal(size=(120, 5))
    health = coherence(index_of(healthy)).health
    assert set(health["verdict"]) == {"good"}
    assert (health["found"] == 0).all()
    assert health["sentence"].str.endswith(".").all()


def test_each_fault_is_found_and_named(whole: np.ndarray) -> None:
    rng = np.random.default_rng(3)
    copy = whole.copy()
    copy[:, 1] = copy[:, 0] + 0.01 * rng.normal(size=60)
    assert "m0 and m1" in check(index_of(copy), "collinear pairs")["sentence"]
    assert "m0, m1" in check(index_of(copy), "redundant members")["sentence"]
    against = whole.copy()
    against[:, 3] *= -1
    assert "m0 and m3" in check(index_of(against), "conflicts within domains")["sentence"]
    assert "m3" in check(index_of(against), "silent members")["sentence"]
    assert "m3" in check(index_of(against), "members that fit their domain")["sentence"]
    assert "m3" in check(index_of(against), "effective weights")["sentence"]
    flat = whole.copy()
    flat[:, 4] = np.arange(60) > 56
    assert check(index_of(flat), "members that vary")["sentence"].endswith("m4.")
    gappy = whole.copy()
    gappy[:20, 2] = NAN
    assert check(index_of(gappy), "missing figures")["found"] == 1
    noise = index_of(rng.normal(size=(60, 6)))
    assert check(noise, "internal consistency")["verdict"] == "look"
    assert check(noise, "common ground")["verdict"] == "look"
    two = rng.normal(size=(200, 2))[:, [0, 1, 0, 1, 0, 1]] + 0.5 * rng.normal(size=(200, 6))
    assert check(index_of(two), "dimensions")["found"] == 1
    assert check(index_of(two, 2), "dimensions")["found"] == 1, "all members together still have two"


def test_the_table_of_members(whole: np.ndarray) -> None:
    whole[:6, 2] = NAN
    index = index_of(whole, 2)
    found = coherence(index)
    table = found.table.set_index("member")
    assert list(table.index) == list(index.framework.indicators)
    assert table.loc["m2", "missing"] == pytest.approx(0.1)
    d0 = index.scores[0][:, [index.nodes.index(m) for m in ("m0", "m2", "m4")]]
    both = ~np.isnan(d0[:, 1])
    rest = np.nanmean(d0[:, [0, 2]], axis=1)
    assert table.loc["m2", "item_rest"] == pytest.approx(np.corrcoef(d0[both, 1], rest[both])[0, 1])
    assert found.patterns[["missing", "areas"]].to_numpy().tolist() == [["", 54], ["m2", 6]]
    assert set(found.groups["group"]) == {"index", "d0", "d1", "all members"}
    one = found.components[found.components["group"] == "d0"]
    assert one["share"].sum() == pytest.approx(1)
    assert set(found.pairs["level"]) == {1, 2}


def test_redundancy_is_the_r2_of_a_regression(whole: np.ndarray) -> None:
    z = whole - whole.mean(axis=0)
    rest = np.delete(z, 1, axis=1)
    left = z[:, 1] - rest @ np.linalg.lstsq(rest, z[:, 1], rcond=None)[0]
    table = coherence(index_of(whole)).table
    assert table["predicted"][1] == pytest.approx(1 - (left @ left) / (z[:, 1] @ z[:, 1]))


def test_effective_weights_worked_by_hand() -> None:
    """Two members of equal weight, one with twice the spread: it brings 4/5 of the variance when they are unrelated."""
    cross = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    twice = Method(screening=EVERYBODY, at={"m1": {"normalisation": {"name": "z-score", "sd": 2.0}}})
    found = influence(index_of(cross, method=twice))
    assert found.nodes == ("d0", "m0", "m1")
    np.testing.assert_allclose(found.part, [1.0, 0.2, 0.8])
    np.testing.assert_allclose(found.stated, [1.0, 0.5, 0.5])
    np.testing.assert_allclose(found.explained, [1.0, 0.2, 0.8])
    assert found.table["ratio"].tolist() == pytest.approx([1.0, 0.4, 1.6])


def test_stated_weights_multiply_down_the_tree_and_used_ones_follow_the_method(whole: np.ndarray) -> None:
    framework = toyland.framework()
    assert sum(stated_weight(framework, m) for m in framework.indicators) == pytest.approx(1)
    assert stated_weight(framework, "low_pay") == pytest.approx(1 / 9)
    index = index_of(whole, method=Method(screening=EVERYBODY, weighting="critic"))
    found = influence(index)
    np.testing.assert_allclose(found.used, index.shares[0, 0, 1:])
    assert not np.allclose(found.used, found.stated)


def test_parts_are_not_claimed_where_means_are_not_arithmetic(whole: np.ndarray) -> None:
    def lowest(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return np.nanmin(scores, axis=-1)

    index = index_of(whole, method=Method(screening=EVERYBODY, aggregation=lowest))
    assert np.isnan(influence(index).part).all()
    assert check(index, "effective weights")["verdict"] == "unknown"
