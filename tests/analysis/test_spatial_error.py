"""The spatial error model against its full likelihood, worked out with dense matrices, and known truth."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import optimize, stats

from goodwork.analysis.regression import slope
from goodwork.analysis.spatial_error import spatial_error
from goodwork.errors import MethodError
from goodwork.model.panel import Values

SIDE = 8
EDGES = [(r * SIDE + c, r * SIDE + c + 1) for r in range(SIDE) for c in range(SIDE - 1)]
EDGES += [(r * SIDE + c, r * SIDE + c + SIDE) for r in range(SIDE - 1) for c in range(SIDE)]
AREAS = [str(i) for i in range(SIDE**2)]


def around() -> Values:
    w = np.zeros((SIDE**2, SIDE**2))
    for i, j in EDGES:
        w[i, j] = w[j, i] = 1
    return np.asarray(w / w.sum(axis=1, keepdims=True))


def case(dependence: float, seed: int = 4) -> tuple[Values, Values]:
    rng = np.random.default_rng(seed)
    n = SIDE**2
    blur = np.linalg.inv(np.eye(n) - dependence * around())
    x = np.linalg.inv(np.eye(n) - 0.6 * around()) @ rng.normal(size=n)
    return x, 3 + 0.5 * x + blur @ rng.normal(size=n)


def test_against_the_full_likelihood() -> None:
    x, y = case(0.7)
    n, w = len(x), around()

    def minus(at: Values) -> float:
        a, b, dependence, log_sd = at
        filtered = np.eye(n) - dependence * w
        e = filtered @ (y - a - b * x)
        return float(-np.linalg.slogdet(filtered)[1] - stats.norm.logpdf(e, scale=np.exp(log_sd)).sum())

    theirs = optimize.minimize(minus, [0, 0, 0.1, 0], method="Nelder-Mead", options={"maxiter": 8000, "fatol": 1e-10})
    found = spatial_error(x, y, EDGES, AREAS)
    assert found.slope.slope == pytest.approx(theirs.x[1], abs=1e-3)
    assert found.dependence == pytest.approx(theirs.x[2], abs=1e-3)
    none = optimize.minimize(lambda at: minus(np.array([at[0], at[1], 0.0, at[2]])), [0, 0, 0], method="Nelder-Mead")
    assert found.p == pytest.approx(stats.chi2.sf(2 * (none.fun - theirs.fun), 1), rel=0.02)


def test_against_spreg() -> None:
    spreg, weights = pytest.importorskip("spreg"), pytest.importorskip("libpysal.weights")
    touching: dict[int, list[int]] = {i: [] for i in range(SIDE**2)}
    for i, j in EDGES:
        touching[i].append(j)
        touching[j].append(i)
    around_each = weights.W(touching, silence_warnings=True)
    around_each.transform = "r"
    x, y = case(0.6, 7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = spreg.ML_Error(y[:, None], x[:, None], around_each)
    found = spatial_error(x, y, EDGES, AREAS)
    assert found.slope.slope == pytest.approx(theirs.betas[1, 0], rel=1e-4)
    assert found.dependence == pytest.approx(theirs.lam, abs=1e-3)


def test_truth_is_held_where_least_squares_is_too_sure() -> None:
    cases = [case(0.8, seed) for seed in range(150)]
    spaced = [spatial_error(x, y, EDGES, AREAS).slope for x, y in cases]
    plain = [slope(x, y) for x, y in cases]
    holds = [np.mean([s.low <= 0.5 <= s.high for s in found]) for found in (spaced, plain)]
    assert holds[0] >= 0.89
    assert holds[1] < holds[0]


def test_no_dependence_is_least_squares() -> None:
    x, y = case(0.0, seed=7)
    found = spatial_error(x, y, EDGES, AREAS)
    assert found.p > 0.05
    assert abs(found.dependence) < 0.35
    assert found.slope.slope == pytest.approx(slope(x, y).slope, abs=0.08)


def test_gaps_and_islands_are_left_out() -> None:
    x, y = case(0.5)
    y[0] = np.nan
    edges = [edge for edge in EDGES if 63 not in edge]
    found = spatial_error(x, y, edges, AREAS)
    assert found.slope.n == 62


def test_what_is_refused() -> None:
    x, y = case(0.5)
    with pytest.raises(MethodError, match="4 areas"):
        spatial_error(x[:4], y[:4], [(0, 1), (1, 2), (2, 3)], AREAS[:4])
    with pytest.raises(MethodError, match="same everywhere"):
        spatial_error(np.ones(64), y, EDGES, AREAS)
