"""Shares of R² against scikit-learn over every order of the predictors; what is refused."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from goodwork.analysis.dominance import correlations_of, dominance, explained, shapley
from goodwork.errors import MethodError
from goodwork.model.panel import Values


def figures(n: int = 60, k: int = 4) -> tuple[Values, Values]:
    rng = np.random.default_rng(6)
    x = rng.normal(size=(n, k)) @ rng.normal(size=(k, k)) + 50
    return x, np.column_stack([x[:, 0] + rng.normal(size=n), x[:, -1] - x[:, 1] + 3 * rng.normal(size=n)])


def r2(x: Values, y: Values) -> float:
    linear = pytest.importorskip("sklearn.linear_model")
    return float(linear.LinearRegression().fit(x, y).score(x, y)) if x.shape[1] else 0.0


def test_shares_against_every_order() -> None:
    x, y = figures()
    found = dominance(x, y, (list("abcd"), ["one", "two"]), draws=10)
    for t in range(2):
        added = np.zeros(4)
        for order in permutations(range(4)):
            steps = [r2(x[:, list(order[:i])], y[:, t]) for i in range(5)]
            added[list(order)] += np.diff(steps) / 24
        assert found.share[t] == pytest.approx(added)
        assert found.alone[t] == pytest.approx([r2(x[:, [j]], y[:, t]) for j in range(4)])
        assert found.last[t] == pytest.approx(
            [found.r2[t] - r2(np.delete(x, j, axis=1), y[:, t]) for j in range(4)], abs=1e-10
        )
    assert found.r2 == pytest.approx([r2(x, y[:, t]) for t in range(2)])


def test_every_subset_against_least_squares() -> None:
    x, y = figures(k=5)
    found = explained(correlations_of(np.column_stack([x, y]), np.ones((1, 60))), 5)[0]
    for size in range(6):
        for subset in combinations(range(5), size):
            at = sum(1 << j for j in subset)
            assert found[:, at] == pytest.approx([r2(x[:, list(subset)], y[:, t]) for t in range(2)], abs=1e-12)


def test_samples_that_repeat_areas() -> None:
    columns = np.column_stack(figures())
    counts = np.random.default_rng(1).multinomial(60, np.full(60, 1 / 60), 3)
    for ours, c in zip(correlations_of(columns, counts), counts, strict=True):
        assert ours == pytest.approx(np.corrcoef(np.repeat(columns, c, axis=0), rowvar=False))


def test_predictors_that_say_the_same_share_alike() -> None:
    x, y = figures()
    found = dominance(np.column_stack([x[:, :1], x[:, :1] * 2, x[:, 1:2]]), y, (list("aab"), ["one", "two"]), draws=10)
    assert found.share[:, 0] == pytest.approx(found.share[:, 1])
    assert found.share.sum(axis=1) == pytest.approx([r2(x[:, :2], y[:, t]) for t in range(2)])


def test_clear_and_unclear_first() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(80, 3))
    y = np.column_stack([3 * x[:, 1] + 0.3 * rng.normal(size=80), x.sum(axis=1)])
    found = dominance(x, y, (["income", "skills", "demand"], ["pay", "access"]), draws=200)
    assert "the greatest share is that of skills" in found.findings[0]
    assert "no clear first" in found.findings[1]
    assert (found.low <= found.share + 1e-9).all()
    assert (found.high >= found.share - 1e-9).all()
    assert found.first.sum(axis=1) == pytest.approx([1, 1])
    first = found.table.groupby("target", sort=False).first()
    assert first["predictor"]["pay"] == "skills"
    assert len(found.table) == 6


def test_the_same_for_the_same_seed_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = figures()
    names = (list("abcd"), ["one", "two"])
    whole = dominance(x, y, names, draws=40)
    monkeypatch.setattr("goodwork.analysis.dominance.CELLS", 700)
    parts = dominance(x, y, names, draws=40)
    assert parts.low == pytest.approx(whole.low, abs=1e-12)
    assert dominance(x, y, names, draws=40, seed=1).low != pytest.approx(whole.low, abs=1e-6)


def test_gaps_are_left_out_and_counted() -> None:
    x, y = figures()
    x[3, 1], y[9, 0] = np.nan, np.nan
    found = dominance(x, y, (list("abcd"), ["one", "two"]), draws=10)
    assert found.n == 58
    assert found.notes[-1].startswith("2 areas left out")


def test_what_is_refused() -> None:
    x, y = figures()
    for predictors, names, words in (
        (x[:6], list("abcd"), "6 area"),
        (np.ones((60, 4)), list("abcd"), "same everywhere: a, b, c, d"),
        (x, list("abc"), "name each|4 predictors"),
        (np.ones((60, 17)), [str(i) for i in range(17)], "too many subsets"),
    ):
        with pytest.raises(MethodError, match=words):
            dominance(predictors, y[: len(predictors)], (names, ["one", "two"]))


def test_shapley_of_a_sum_is_its_parts() -> None:
    worth = np.array([3.0, -1.0, 0.5])
    sets = (np.arange(8)[:, None] >> np.arange(3)) & 1
    assert shapley(sets @ worth) == pytest.approx(worth)
