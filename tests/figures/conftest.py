"""A made-up country of squares, with an area that has no score, one that has no shape, and a hostile name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from goodwork.figures.figure import Caption
from goodwork.figures.outlines import Shapes

HOSTILE = 'Tyne & <script>alert("x")</script>\x00'


def square(x: float, y: float, size: float = 10_000.0) -> list[list[np.ndarray]]:
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float) * size
    return [[corners + np.array([x, y])]]


@pytest.fixture
def shapes() -> Shapes:
    return {f"A{k:02}": square(10_000.0 * (k % 5), 10_000.0 * (k // 5)) for k in range(11)}


@pytest.fixture
def cells() -> dict[str, tuple[int, int]]:
    return {f"A{k:02}": (k % 5, k // 5) for k in range(11)}


@pytest.fixture
def table() -> pd.DataFrame:
    rows = [
        {"area": f"A{k:02}", "name": f"Place {k}", "score": 110.0 - k, "low": 105.0 - k, "high": 115.0 - k,
         "rank": k + 1.0, "rank_low": max(1.0, k - 1), "rank_high": min(11.0, k + 4), "ties": 0.0, "ranked": 11.0}
        for k in range(10)
    ]  # fmt: skip
    rows[3]["name"] = HOSTILE
    return pd.DataFrame([*rows, {"area": "A10", "name": "Gap", "reason": "no figures"},
                         {**rows[9], "area": "A99", "name": "No shape", "rank": 11.0, "score": 99.0}])  # fmt: skip


@pytest.fixture
def caption() -> Caption:
    return Caption(
        title="Place 0 & others", subtitle="Score, 2021", sentence="Place 0 is 1st <of 11>.", unit="Score",
        better="higher is better", source="Nobody", note="Sampling error only",
    )  # fmt: skip
