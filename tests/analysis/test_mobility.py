"""Moves of rank by hand, against scipy, and beside what error makes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from goodwork.analysis.mobility import mobility
from goodwork.errors import MethodError

AREAS = [f"a{i}" for i in range(50)]
RNG = np.random.default_rng(9)
SCORES = np.cumsum(RNG.normal(size=(3, 50)), axis=0).round(1)


def test_against_scipy_with_ties_and_gaps() -> None:
    scores = SCORES.copy()
    scores[1, :4] = np.nan
    found = mobility(scores, ["2019", "2020", "2021"], AREAS)
    assert found.pairs == (("2019", "2020"), ("2020", "2021"), ("2019", "2021"))
    assert found.n.tolist() == [46, 46, 50]
    for at, (i, j) in enumerate([(0, 1), (1, 2), (0, 2)]):
        here = np.isfinite(scores[[i, j]]).all(axis=0)
        assert found.spearman[at] == pytest.approx(spearmanr(scores[i, here], scores[j, here]).statistic)


def test_places_by_hand() -> None:
    found = mobility(np.array([[4.0, 3, 2, 1], [1.0, 2, 3, 4]]), ["2019", "2020"], list("abcd"))
    assert found.places.tolist() == [[-3, -1, 1, 3]]
    assert found.shift.tolist() == [2]
    assert found.furthest.tolist() == [3]
    assert found.moves["places"].tolist() == [-3, -1, 1, 3]
    assert found.findings[0].endswith("how much of that is survey error is not known.")


def test_what_error_alone_makes() -> None:
    """Truth that does not move, seen with error: the moves are no more than the noise between two draws."""
    rng = np.random.default_rng(4)
    many, truth = [f"a{i}" for i in range(600)], 3 * rng.normal(size=600)
    seen = truth + 0.5 * rng.normal(size=(2, 600))
    found = mobility(seen, ["2019", "2020"], many, draws=seen + 0.5 * rng.standard_normal((200, 2, 600)))
    assert found.noise[0] == pytest.approx(found.shift[0], rel=0.12)
    still = np.linspace(0, 3, 50) + 0.5 * rng.normal(size=(2, 50))
    draws = still + 0.5 * rng.standard_normal((400, 2, 50))
    moved = mobility(np.stack([still[0], still[0][::-1]]), ["2019", "2020"], AREAS, draws=draws)
    assert moved.shift[0] > 2 * moved.noise[0]
    assert f"survey error alone would make {moved.noise[0]:.1f}" in moved.findings[0]
    none = mobility(np.stack([still[0], still[0]]), ["2019", "2020"], AREAS, draws=draws)
    assert "no more than survey error alone would make" in none.findings[0]


def test_refusals() -> None:
    with pytest.raises(MethodError) as error:
        mobility(np.ones((1, 3)), ["2019"], list("ab"), draws=np.ones((1, 1, 3)))
    assert len(error.value.faults) == 3
    with pytest.raises(MethodError, match="2019 and 2020 have fewer than three"):
        mobility(np.array([[1.0, 2, np.nan], [1.0, 2, 3]]), ["2019", "2020"], list("abc"))
