"""Sobol indices: functions whose indices are known, SALib on the same samples, intervals, and runs that failed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from goodwork.analysis import sobol
from goodwork.analysis.sobol import saltelli_sample, sobol_indices
from goodwork.errors import MethodError

Function = Callable[[np.ndarray], np.ndarray]


def ishigami(x: np.ndarray) -> np.ndarray:
    z = np.pi * (2 * x - 1)
    return np.sin(z[:, 0]) + 7 * np.sin(z[:, 1]) ** 2 + 0.1 * z[:, 2] ** 4 * np.sin(z[:, 0])


def ishigami_indices() -> tuple[np.ndarray, np.ndarray, float]:
    """Homma & Saltelli (1996), with a = 7 and b = 0.1."""
    a, b = 7.0, 0.1
    one, two = 0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8
    both = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = one + two + both
    return np.array([one, two, 0.0]) / variance, np.array([one + both, two, both]) / variance, variance


A = np.array([0.0, 1.0, 4.5, 9.0, 99.0])


def g(x: np.ndarray) -> np.ndarray:
    return ((np.abs(4 * x - 2) + A) / (1 + A)).prod(axis=1)


def g_indices() -> tuple[np.ndarray, np.ndarray, float]:
    """Saltelli & Sobol' (1995)."""
    parts = 1 / (3 * (1 + A) ** 2)
    variance = (1 + parts).prod() - 1
    return parts / variance, parts * (1 + variance) / (1 + parts) / variance, variance


@pytest.mark.parametrize(("function", "known"), [(ishigami, ishigami_indices()), (g, g_indices())])
@pytest.mark.parametrize("estimator", ["saltelli", "jansen"])
def test_indices_that_are_known(function: Function, known: tuple[np.ndarray, np.ndarray, float], estimator) -> None:
    first, total, variance = known
    design = saltelli_sample(len(first), 2**15, seed=7)
    found = sobol_indices(function(design), len(first), resamples=0, estimator=estimator)
    np.testing.assert_allclose(found.first, first, atol=2e-3)
    np.testing.assert_allclose(found.total, total, atol=2e-3)
    np.testing.assert_allclose(found.variance, variance, rtol=2e-3)
    np.testing.assert_allclose(found.interactions, 1 - first.sum(), atol=4e-3)


@pytest.mark.parametrize("n", [50, 256])
def test_the_same_as_salib_on_the_same_sample(n: int) -> None:
    analyze = pytest.importorskip("SALib.analyze.sobol").analyze
    y = 40 + g(saltelli_sample(5, n, seed=3))
    a, b, *ab = y.reshape(7, n)
    problem = {"num_vars": 5, "names": list("abcde"), "bounds": [[0, 1]] * 5}
    interleaved = np.stack([a, *ab, b], axis=1).ravel()
    theirs = analyze(problem, interleaved, calc_second_order=False, num_resamples=2000, seed=1)
    ours = sobol_indices(y, 5, resamples=2000)
    np.testing.assert_allclose(ours.first, theirs["S1"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(ours.total, theirs["ST"], rtol=0, atol=1e-10)
    # Their intervals are as wide as a normal distribution; ours are percentiles of the same kind of draws.
    half = np.stack([ours.first_high - ours.first_low, ours.total_high - ours.total_low]) / 2
    np.testing.assert_allclose(half, [theirs["S1_conf"], theirs["ST_conf"]], rtol=0.35, atol=2e-3)


def test_the_resamples_are_what_a_loop_over_drawn_rows_gives() -> None:
    """The product of matrices is the bootstrap: here it is done row by row."""
    n, k, resamples = 32, 3, 40
    y = ishigami(saltelli_sample(k, n, seed=2))
    counts = np.random.default_rng(5).multinomial(n, np.full(n, 1 / n), size=resamples)
    blocks = y.reshape(k + 2, n) - y.mean()
    first, total = [], []
    for count in counts:
        a, b, *ab = blocks[:, np.repeat(np.arange(n), count)]
        variance = np.concatenate([a, b]).var()
        first.append([(b * (x - a)).mean() / variance for x in ab])
        total.append([((x - a) ** 2).mean() / 2 / variance for x in ab])
    found = sobol_indices(y, k, resamples=resamples, seed=5, level=0.9)
    np.testing.assert_allclose([found.first_low, found.first_high], np.quantile(first, [0.05, 0.95], axis=0), rtol=1e-9)
    np.testing.assert_allclose([found.total_low, found.total_high], np.quantile(total, [0.05, 0.95], axis=0), rtol=1e-9)


def test_intervals_hold_the_truth_and_shrink() -> None:
    """Of 60 designs, about 95 % of the intervals hold the index, or more, as points are more even than chance."""
    first, total, _ = ishigami_indices()
    held, widths = [], []
    for seed in range(60):
        found = sobol_indices(ishigami(saltelli_sample(3, 256, seed)), 3, resamples=300, seed=seed)
        held += [(found.first_low <= first) & (first <= found.first_high)]
        held += [(found.total_low <= total) & (total <= found.total_high)]
        widths.append(found.first_high - found.first_low)
    assert np.mean(held) > 0.92
    large = sobol_indices(ishigami(saltelli_sample(3, 4096, 1)), 3, resamples=300)
    np.testing.assert_allclose((large.first_high - large.first_low) / np.mean(widths, axis=0), 0.25, atol=0.08)


def test_outputs_are_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any trailing axes, and the same numbers however the work is cut."""
    design = saltelli_sample(3, 64, seed=1)
    y = np.stack([ishigami(design), design[:, 0], design @ [1.0, 2, 3], 1e6 + design[:, 2]], axis=1).reshape(-1, 2, 2)
    together = sobol_indices(y, 3, resamples=50)
    monkeypatch.setattr(sobol, "ROOM", 1000)
    cut = sobol_indices(y, 3, resamples=50)
    for name in ("first", "total", "first_low", "first_high", "total_low", "total_high"):
        assert getattr(together, name).shape == (3, 2, 2)
        np.testing.assert_allclose(getattr(cut, name), getattr(together, name), rtol=1e-6, atol=1e-9)
        for at in np.ndindex(2, 2):
            alone = sobol_indices(y[:, *at], 3, resamples=50)
            np.testing.assert_allclose(getattr(together, name)[:, *at], getattr(alone, name), rtol=1e-6, atol=1e-9)
    assert together.variance.shape == together.n.shape == (2, 2)
    assert list(together.table["factor"][:3]) == ["factor 1", "factor 2", "factor 3"]
    np.testing.assert_array_equal(together.table["first"][3:6], together.first[:, 0, 1])


def test_rows_with_a_failed_run_are_left_out_and_counted() -> None:
    n = 64
    y = np.stack([ishigami(saltelli_sample(3, n, seed=1))] * 2, axis=1)
    y[5, 0], y[3 * n + 5, 0], y[2 * n + 9, 0], y[n, 0] = np.nan, np.nan, np.inf, np.nan
    found = sobol_indices(y, 3, resamples=20)
    np.testing.assert_array_equal(found.n, [n - 3, n])
    np.testing.assert_array_equal(found.failed, [3, 0])
    kept = np.delete(y.reshape(5, n, 2), [0, 5, 9], axis=1)[..., 1].ravel()
    without = sobol_indices(kept, 3, resamples=0)
    np.testing.assert_allclose(found.first[:, 0], without.first, rtol=1e-12)
    np.testing.assert_allclose(found.total[:, 0], without.total, rtol=1e-12)
    np.testing.assert_allclose(found.variance[0], without.variance, rtol=1e-12)
    np.testing.assert_allclose(found.first[:, 1], sobol_indices(y[:, 1], 3, resamples=0).first, rtol=1e-12)


@pytest.mark.parametrize("constant", [0.0, 0.1, -1e9])
def test_what_does_not_vary_has_no_indices(constant: float) -> None:
    found = sobol_indices(np.full(5 * 16, constant), 3, resamples=10)
    assert np.isnan([found.first, found.total, found.first_low, found.total_high]).all()


def test_all_runs_failed() -> None:
    found = sobol_indices(np.full(5 * 16, np.nan), 3, resamples=10)
    assert np.isnan(found.first).all()
    assert np.isnan(found.variance)
    assert (int(found.n), int(found.failed)) == (0, 16)


def test_the_design_covers_each_factor_evenly() -> None:
    """Of a power of two of rows each slice of a factor holds one, in A and in B; the same seed gives the same rows."""
    design = saltelli_sample(4, 128, seed=11)
    for block in (design[:128], design[128:256]):
        np.testing.assert_array_equal(np.sort(np.floor(block * 128), axis=0), np.arange(128)[:, None] * np.ones(4))
    assert design.tobytes() == saltelli_sample(4, 128, seed=11).tobytes() != saltelli_sample(4, 128, seed=12).tobytes()
    assert ((design >= 0) & (design < 1)).all()
    assert saltelli_sample(4, 100, seed=11)[:100].tobytes() == design[:100].tobytes()


@pytest.mark.parametrize(
    ("outputs", "factors", "settings"),
    [
        (np.zeros(16), 3, {}),
        (np.zeros(5), 3, {}),
        (np.float64(1.0), 3, {}),
        (np.zeros(20), 0, {}),
        (np.zeros(20), 3, {"estimator": "homma"}),
        (np.zeros(20), 3, {"level": 1.0}),
        (np.zeros(20), 3, {"resamples": -1}),
    ],
)
def test_what_cannot_be_asked_is_refused(outputs: np.ndarray, factors: int, settings: dict) -> None:
    with pytest.raises(MethodError):
        sobol_indices(outputs, factors, **settings)


def test_no_design_of_nothing() -> None:
    for factors, n in ((0, 8), (3, 1)):
        with pytest.raises(MethodError):
            saltelli_sample(factors, n)
