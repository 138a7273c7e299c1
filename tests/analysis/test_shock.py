"""The double blow, worked by hand; associations and communities."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.association import pearson
from goodwork.analysis.shock import DOUBLE, FIRST, NEITHER, SECOND, shock
from goodwork.errors import MethodError

AREAS = ["Ayton", "Beeford", "Ceeley", "Deeham", "Eaton", "Effley"]
MEASURES = ("furlough", "claims")
VALUES = np.array([[34.0, 5.2], [27.0, 2.5], [0.0, 5.0], [33.0, 1.0], [np.nan, 4.0], [30.0, 3.0]])


def test_by_hand() -> None:
    found = shock(VALUES, AREAS, measures=MEASURES)
    assert found.mean == pytest.approx([24.8, 3.34])
    assert found.quadrant.tolist() == [DOUBLE, FIRST, SECOND, FIRST, "", FIRST]
    here = np.delete(VALUES, 4, axis=0)
    z = (here - here.mean(axis=0)) / here.std(axis=0)
    assert np.delete(found.combined, 4) == pytest.approx(z.mean(axis=1))
    assert found.place[0] == 1
    assert np.isnan(found.combined[4])
    assert found.table["area"].iloc[0] == "Ayton"
    assert len(found.table) == 5
    assert any("Eaton" in note for note in found.notes)


def test_zero_is_a_figure() -> None:
    found = shock(VALUES, AREAS, measures=MEASURES)
    assert found.quadrant[2] == SECOND
    assert found.together.n == 5


def test_at_the_mean_is_not_above_it() -> None:
    values = np.array([[1.0, 1], [2, 3], [3, 2], [2, 2]])
    assert shock(values, AREAS[:4], measures=MEASURES).quadrant.tolist() == [NEITHER, SECOND, FIRST, NEITHER]


def test_sentences() -> None:
    found = shock(VALUES, AREAS, measures=MEASURES)
    assert found.of("Ayton").startswith("Ayton is above the mean in both, a double blow: furlough 34.0 (mean 24.8)")
    assert "1 of 5" in found.of("Ayton")
    assert "claims only" in found.of("Ceeley")
    assert "furlough only" in found.of("Beeford")
    assert "no figure" in found.of("Eaton")
    assert found.findings[0].startswith("1 of 5 areas lies above the mean in both furlough (24.8) and claims (3.34)")


def test_figures_stand_with_their_units() -> None:
    found = shock(VALUES, AREAS, measures=MEASURES, units=(" %", " points"))
    assert "both furlough (24.8 %) and claims (3.34 points): a double blow" in found.findings[0]
    assert "furlough 34.0 % (mean 24.8 %) and claims 5.2 points (mean 3.3 points)" in found.of("Ayton")


def test_scores_and_communities() -> None:
    rng = np.random.default_rng(2)
    score = rng.normal(size=60)
    values = np.column_stack([30 - 3 * score + rng.normal(size=60), 3 - score + rng.normal(size=60)])
    groups = np.where(score > 0, "D", "A")
    noise = rng.permutation(np.tile([-1.0, 1.0], 30))
    scores = np.column_stack([score, noise, np.full(60, np.nan)])
    areas = [str(i) for i in range(60)]
    found = shock(values, areas, measures=MEASURES, scores=scores, names=["score", "coin", "hours"], groups=groups)
    assert found.scores == ("score", "coin")
    assert found.pooled[0] == pearson(score, found.combined)
    assert found.associations["r"].iloc[0] < -0.7
    assert any(t.startswith("Higher values of score tend to go with lower values of furlough") for t in found.findings)
    assert any(t.startswith("There is no clear association between coin and furlough") for t in found.findings)
    assert found.findings[-1].startswith("The figure for the blow is highest on average in A and lowest in D")
    assert found.counts.set_index("group").sum(axis=1).to_dict() == {g: int((groups == g).sum()) for g in "AD"}
    assert "Scores without figures: hours." in found.notes
    assert found.table.set_index("area")["group"].to_dict() == dict(zip(areas, groups, strict=True))
    alone = shock(values, areas, measures=MEASURES)
    assert alone.counts["group"].tolist() == ["all"]
    assert alone.communities is None


def test_what_is_refused() -> None:
    with pytest.raises(MethodError, match="two measures"):
        shock(VALUES[:, :1], AREAS, measures=MEASURES)
    with pytest.raises(MethodError, match="3 area"):
        shock(VALUES[:3], AREAS[:3], measures=MEASURES)
