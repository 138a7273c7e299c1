"""The search for a least value goes where the library's goes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from goodwork.analysis.minimum import least


@pytest.mark.parametrize("seed", range(40))
def test_it_ends_where_the_library_ends(seed: int) -> None:
    rng = np.random.default_rng(seed)
    centre, power, wave = rng.uniform(-1.2, 1.2), rng.uniform(1.1, 4), 0.1 * rng.normal()
    low, high = rng.uniform(-1, -0.5), rng.uniform(0.6, 0.9999)

    def valley(x: float) -> float:
        return float(abs(x - centre) ** power + wave * np.sin(5 * x) - 0.01 * np.log1p(-0.99 * x))

    known = minimize_scalar(valley, bounds=(low, high), method="bounded", options={"xatol": 1e-8}).x
    assert least(valley, low, high, 1e-8) == known
