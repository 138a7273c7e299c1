"""Score against score: who stands apart, on whom the line leans, and words that follow the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from goodwork.analysis.association import bootstrap
from goodwork.analysis.relation import Relation, relation
from goodwork.errors import MethodError
from goodwork.model.panel import Values


def scores(n: int = 60, seed: int = 2) -> tuple[Values, Values, list[str]]:
    rng = np.random.default_rng(seed)
    x = rng.normal(100, 10, n)
    return x, 0.8 * x + rng.normal(0, 4, n), [f"area {i}" for i in range(n)]


def found_with(better: int = 7, worse: int = 11) -> Relation:
    x, y, areas = scores()
    y[better] += 30
    y[worse] -= 30
    x[20] = np.nan
    return relation(x, y, areas, draws=200)


def test_who_stands_apart() -> None:
    found = found_with()
    assert np.flatnonzero(found.better).tolist() == [7]
    assert np.flatnonzero(found.worse).tolist() == [11]
    assert found.table["area"].iloc[[0, -1]].tolist() == ["area 7", "area 11"]
    assert len(found.table) == found.pearson.n == 59
    here = found.line.here
    assert found.q[here] == pytest.approx(stats.false_discovery_control(found.line.p[here]))
    for way, area in (("better", 7), ("worse", 11)):
        said = f"1 stands clearly {way} in the score than areas with similar conditions: area {area}."
        assert f"Of the 59 areas looked at, {said}" in found.findings
    assert any("area 20" in note for note in found.notes)


def test_nobody_stands_apart_by_chance_alone() -> None:
    """Where nothing stands out, nineteen of twenty samples name nobody."""
    named = [relation(*scores(40, seed), draws=20) for seed in range(60)]
    assert np.mean([(found.better | found.worse).any() for found in named]) <= 0.15
    quiet = next(found for found in named if not (found.better | found.worse).any())
    assert "No area stands clearly apart in the score from areas with similar conditions." in quiet.findings


def test_an_area_far_out_is_named() -> None:
    x, y, areas = scores()
    x[4], y[4] = 200.0, 60.0
    found = relation(x, y, areas, draws=20)
    assert np.flatnonzero(found.far).tolist() == [4]
    assert found.pulling[4]
    assert any(text.startswith("The line leans most on area 4") for text in found.findings)


def test_sentences_of_areas() -> None:
    found = found_with()
    assert "clearly better than its conditions" in found.of("area 7")
    assert "clearly worse than its conditions" in found.of("area 11")
    assert "no figure" in found.of("area 20")
    inside = (found.y >= found.line.low) & (found.y <= found.line.high)
    assert "much as its conditions" in found.of(found.areas[int(np.flatnonzero(inside)[0])])


def test_outside_the_range_is_not_yet_clear() -> None:
    x, y, areas = scores(40)
    y = 0.8 * x + np.tile([3.0, -3.0, 2.0, -2.0], 10)
    y[5] += 10
    found = relation(x, y, areas, draws=20)
    assert not found.better[5]
    assert found.y[5] > found.line.high[5]
    assert "not clearly apart" in found.of("area 5")


def test_no_association_is_said_to_be_none() -> None:
    x = np.tile([1.0, 1, 2, 2], 5)
    y = np.tile([1.0, 2, 1, 2], 5) + 0.01 * np.arange(20)
    found = relation(x, y, [str(i) for i in range(20)], draws=50)
    assert found.findings[0].startswith("There is no clear association between conditions and the score")
    assert not any("One point more" in text for text in found.findings)


def test_intervals_are_those_of_the_bootstrap() -> None:
    x, y, areas = scores()
    found = relation(x, y, areas, draws=100, seed=3)
    assert found.pearson_drawn == bootstrap(x, y, "pearson", 100, 3)
    assert found.spearman_drawn == bootstrap(x, y, "spearman", 100, 3)


def test_too_few_areas() -> None:
    with pytest.raises(MethodError):
        relation(np.arange(3.0), np.arange(3.0), list("abc"))
