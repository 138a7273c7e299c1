"""Ridge and lasso against scikit-learn; what is kept, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.penalised import lasso, penalised, ridge
from goodwork.errors import MethodError
from goodwork.model.panel import Values


def figures(n: int = 80, k: int = 6) -> tuple[Values, Values]:
    rng = np.random.default_rng(9)
    x = rng.normal(size=(n, k))
    x[:, 1] += x[:, 0]
    y = 2 * x[:, 0] - x[:, 3] + rng.normal(size=n)
    return (x - x.mean(axis=0)) / x.std(axis=0), (y - y.mean()) / y.std()


@pytest.mark.parametrize("penalty", [0.01, 0.1, 0.4])
def test_lasso_against_scikit_learn(penalty: float) -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    x, y = figures()
    ours = lasso(x.T @ x / 80, x.T @ y / 80, np.array([penalty]))
    theirs = linear.Lasso(alpha=penalty, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(x, y)
    assert ours == pytest.approx(theirs.coef_, abs=1e-7)


def test_many_samples_at_once_are_each_alone() -> None:
    x, y = figures()
    samples = [np.arange(80) % 4 != part for part in range(4)]
    gram = np.stack([x[s].T @ x[s] / s.sum() for s in samples])
    moment = np.stack([x[s].T @ y[s] / s.sum() for s in samples])
    penalties = np.array([0.3, 0.05])
    together = lasso(gram[:, None], moment[:, None], penalties[:, None])
    for i in range(4):
        for j in range(2):
            assert together[i, j] == pytest.approx(lasso(gram[i], moment[i], penalties[j : j + 1]), abs=1e-7)


def test_ridge_against_scikit_learn() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    x, y = figures()
    tried = np.geomspace(0.1, 1000, 30)
    found, penalty, share = ridge(x, y, tried)
    theirs = linear.RidgeCV(alphas=tried, fit_intercept=True, store_cv_results=True).fit(x, y)
    assert penalty == pytest.approx(theirs.alpha_)
    assert found == pytest.approx(theirs.coef_)
    assert share == pytest.approx(1 - theirs.cv_results_.mean(axis=0).min(), abs=1e-9)


def test_areas_left_out_are_predicted_as_scikit_learn_predicts_them() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    x, y = figures()
    found = penalised(x, y, list("abcdef"), draws=5, seed=4)
    part = np.random.default_rng(4).permutation(80) % 10
    missed = []
    for k in range(10):
        fit = linear.Lasso(alpha=found.lasso_penalty, tol=1e-12, max_iter=100_000).fit(x[part != k], y[part != k])
        missed.append(((y - fit.predict(x))[part == k] ** 2).mean())
    assert found.lasso_r2 == pytest.approx(1 - np.mean(missed), abs=1e-7)
    whole = linear.Lasso(alpha=found.lasso_penalty, tol=1e-12, max_iter=100_000).fit(x, y)
    assert found.lasso == pytest.approx(whole.coef_, abs=1e-7)


def test_of_two_that_say_the_same_none_is_steadily_kept() -> None:
    rng = np.random.default_rng(4)
    both = rng.normal(size=100)
    x = both[:, None] + 0.3 * rng.normal(size=(100, 6))
    found = penalised(x, both + rng.normal(size=100), list("abcdef"), name="pay", draws=60)
    assert found.lasso_r2 > 0
    assert found.kept.max() < 0.9
    assert found.findings[1] == "None of them is steadily kept for pay when areas are drawn again."


def test_conditions_that_matter_are_steadily_kept() -> None:
    x, y = figures()
    found = penalised(100 + 5 * x, 10 * y, list("abcdef"), name="pay", draws=60)
    assert found.kept[0] == found.kept[3] == 1.0
    assert found.lasso[0] > 0 > found.lasso[3]
    assert 0.5 < found.lasso_r2 < 1
    assert found.findings[1].startswith(
        "Higher values of pay go steadily with higher values of a and with lower values of d"
    )
    assert set(found.table["predictor"][:2]) == {"a", "d"}
    assert found.ridge == pytest.approx(ridge(x, y)[0])


def test_noise_is_said_to_say_nothing() -> None:
    x = np.random.default_rng(1).normal(size=(60, 5))
    y = np.random.default_rng(2).normal(size=60)
    found = penalised(x, y, list("abcde"), name="pay", draws=20)
    assert "no better than its mean" in found.findings[0] or "None of them is steadily kept" in found.findings[1]
    assert found.lasso_r2 < 0.1


def test_the_same_for_the_same_seed_and_gaps_counted() -> None:
    x, y = figures()
    x[2, 2] = np.nan
    one, again = (penalised(x, y, list("abcdef"), draws=20) for _ in range(2))
    assert one.kept.tolist() == again.kept.tolist()
    assert one.n == 79
    assert one.notes[-1].startswith("1 area left out")


def test_what_is_refused() -> None:
    x, y = figures()
    with pytest.raises(MethodError, match="19 area"):
        penalised(x[:19], y[:19], list("abcdef"))
    x[:, 4] = 1
    with pytest.raises(MethodError, match="same everywhere: e"):
        penalised(x, y, list("abcdef"))
