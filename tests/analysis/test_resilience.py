"""Recovery worked by hand: what remains of a blow, in points and per cent, and how it goes with the score before."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.association import partial, pearson
from goodwork.analysis.resilience import resilience
from goodwork.errors import MethodError, NotFound

PERIODS = ["2019", "2020", "2021", "2022"]


def test_by_hand() -> None:
    levels = np.array([[2.0, 4, 5, 3, 3], [6, 6, 5, np.nan, 8], [4, 4, 4, 3, 9], [2, 3, 6, 3, np.nan]])
    found = resilience(levels, PERIODS, np.arange(5.0), list("abcde"), before="2019", at="2020", figure="claims")
    assert found.later == ("2021", "2022")
    assert found.change.tolist()[0] == [2, 0, -1, 0, 6]
    assert found.recovered[0, :2].tolist() == [0.5, 1.0]
    assert np.isnan(found.recovered[:, 2:4]).all()
    assert found.recovered[0, 4] == pytest.approx(-0.2)
    assert found.summary["back"].tolist() == [0.6, 0.75]
    assert found.findings[0] == (
        "The figure for claims was the same on average in 2022 as in 2019; 3 of 4 areas were at the level before or "
        "better."
    )
    assert any("In 1 area the figure for claims was no worse" in note for note in found.notes)
    assert any("1 area left out" in note for note in found.notes)
    assert len(found.table) == 9


def many(better: str = "lower", seed: int = 1) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    score, base, blow = rng.normal(size=80), rng.uniform(2, 6, 80), rng.uniform(2, 5, 80)
    sign = 1 if better == "lower" else -1
    rest = blow * 0.4 - 0.8 * score + 0.5 * rng.normal(size=80)
    levels = np.stack([base + 20, base + 20 + sign * blow, base + 20 + sign * rest])
    return {
        "levels": levels, "periods": ["2019", "2020", "2023"], "score": score, "areas": [str(i) for i in range(80)],
        "before": "2019", "at": "2020", "better": better,
    }  # fmt: skip


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_those_with_a_better_score_stand_better(better: str) -> None:
    given = many(better)
    found = resilience(**given)
    change = found.change[0]
    assert found.pooled[0] == pearson(given["score"], change)
    assert found.fixed[0] == partial(given["score"], change, found.blow)
    assert "go with standing better against the level before" in found.findings[-1]
    shuffled = given | {"score": np.random.default_rng(5).normal(size=80)}
    assert "no clear association" in resilience(**shuffled).findings[-1]


def test_per_cent() -> None:
    levels = np.array([[100.0, 200, 400, 500], [90, 190, 380, 450], [110, 220, 440, 600]])
    found = resilience(
        levels, PERIODS[:3], np.arange(4.0), list("abcd"), before="2019", at="2020", better="higher", measure="percent"
    )
    assert found.change[0] == pytest.approx([10, 10, 10, 20])
    assert found.blow == pytest.approx([-10, -5, -5, -10])
    assert found.recovered[0] == pytest.approx([2, 3, 3, 3])
    assert found.findings[0].startswith("The figure for the rate was 12.5 per cent higher on average in 2021")


def test_too_few_figures_have_no_association() -> None:
    levels = np.array([[2.0, 3, 4], [5, 6, 7], [3, 3, np.nan]])
    found = resilience(levels, PERIODS[:3], np.arange(3.0), list("abc"), before="2019", at="2020")
    assert found.pooled == found.fixed == (None,)
    assert np.isnan(found.summary["r"].iloc[0])
    assert len(found.findings) == 1
    none = resilience(np.array([[2.0], [3], [np.nan]]), PERIODS[:3], np.zeros(1), ["a"], before="2019", at="2020")
    assert none.findings == ("There are no figures of the rate after 2020.",)


def test_what_is_refused() -> None:
    levels, score, areas = np.ones((4, 2)), np.zeros(2), ["a", "b"]
    with pytest.raises(NotFound):
        resilience(levels, PERIODS, score, areas, before="2018", at="2020")
    with pytest.raises(MethodError, match="in order"):
        resilience(levels, PERIODS, score, areas, before="2019", at="2022")
    with pytest.raises(MethodError, match="in order"):
        resilience(levels, PERIODS, score, areas, before="2021", at="2020")
    with pytest.raises(MethodError, match="one per period"):
        resilience(levels[:3], PERIODS, score, areas, before="2019", at="2020")
    with pytest.raises(MethodError, match="zero or less"):
        resilience(levels - 1, PERIODS, score, areas, before="2019", at="2020", measure="percent")
