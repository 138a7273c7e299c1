"""Outcomes against scores: each way is that of its own function, p adjusted over outcomes, words follow the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from goodwork.analysis.association import dummies, partial, pearson, spearman, weighted, without_each
from goodwork.analysis.outcomes import Outcomes, outcomes
from goodwork.analysis.regression import regression, slope, theil_sen, within
from goodwork.analysis.space import moran
from goodwork.analysis.spatial_error import spatial_error
from goodwork.errors import MethodError

N = 80
AREAS = [f"area {i}" for i in range(N)]
REGIONS = np.array(list("abcd"))[np.arange(N) // 20]
EDGES = [(i, i + 1) for i in range(N - 1)]
OUTCOMES = ["life", "deaths", "noise", "unknown"]


def arrays() -> dict[str, Any]:
    rng = np.random.default_rng(12)
    conditions = rng.normal(size=(N, 1))
    index = conditions[:, 0] + rng.normal(size=N)
    scores = np.column_stack([index, index + rng.normal(size=N), np.full(N, np.nan)])
    life = 65 + 2 * index + rng.normal(size=N)
    deaths = 30 - 8 * (np.arange(N) // 20) + 0.1 * rng.normal(size=N)
    scores[:, 0] += 2 * (np.arange(N) // 20)
    life += 4 * (np.arange(N) // 20)
    deaths[9] += 60
    life[[3, 4]] = np.nan
    figures = np.column_stack([life, deaths, rng.normal(size=N), np.full(N, np.nan)])
    figures[:5, 3] = [1, 2, 3, 4, 5]
    return {
        "scores": scores, "figures": figures, "areas": AREAS, "names": (["score", "access", "hours"], OUTCOMES),
        "observed": ["2019", "2018", "2019", ""], "regions": REGIONS, "people": rng.uniform(1, 9, N),
        "conditions": conditions, "edges": EDGES,
    }  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Outcomes:
    return outcomes(**arrays(), missing={"liver": "its terms are non-commercial."})


def test_each_way_is_that_of_its_own_function(found: Outcomes) -> None:
    given = arrays()
    x, y = given["scores"][:, 0], given["figures"][:, 0]
    link = found.link("life")
    assert (link.pooled, link.ranks) == (pearson(x, y), spearman(x, y))
    assert link.line == slope(x, y)
    assert link.robust.slope == theil_sen(x, y).slope
    assert link.people == weighted(x, y, given["people"])
    assert (link.region, link.inside) == (partial(x, y, dummies(REGIONS)), within(x, y, REGIONS))
    assert link.like == partial(x, y, given["conditions"])
    assert link.spaced == spatial_error(x, y, EDGES, AREAS)
    theirs = moran(regression(x, y).residual, EDGES, AREAS, name="the residual", permutations=199)
    assert link.residual == theirs
    leaving = without_each(x, y)
    assert (link.least, link.most) == (np.nanmin(leaving), np.nanmax(leaving))
    assert link.hinge == AREAS[int(np.nanargmax(np.abs(leaving - link.pooled.r)))]
    assert link.observed == "2019"


def test_p_is_adjusted_over_outcomes_of_one_score(found: Outcomes) -> None:
    for score in ("score", "access"):
        links = [link for link in found.links if link.score == score]
        p = [link.pooled.p for link in links]
        assert [link.q for link in links] == pytest.approx(stats.false_discovery_control(p))
        inside = [link.region.p for link in links if link.region]
        assert [link.region_q for link in links] == pytest.approx(stats.false_discovery_control(inside))


def test_missing_outcomes_and_scores_are_said(found: Outcomes) -> None:
    assert found.outcomes == ("life", "deaths", "noise")
    assert set(found.missing) == {"liver", "unknown"}
    assert "Missing: liver (its terms are non-commercial)." in found.notes
    assert "Missing: unknown (5 areas with figures; 20 that vary are needed)." in found.notes
    assert {link.score for link in found.links} == {"score", "access"}


def test_the_odd_area_is_named(found: Outcomes) -> None:
    assert found.link("deaths").outliers[0] == "area 9"
    assert found.link("deaths").hinge == "area 9"
    assert any(text.startswith("Clearly off the line:") and "area 9 (deaths)" in text for text in found.findings)


def test_words_follow_the_numbers(found: Outcomes) -> None:
    texts = found.findings
    close = [link for link in found.links if link.score == "score" and link.pooled.r2 >= 0.25]
    assert texts[0].startswith("Score goes clearly with 2 of 3 outcomes, and has 25 % or more of the variation")
    assert texts[0].endswith(f"with {len(close)}: life and deaths.")
    assert texts[1] == "There is no clear association between score and noise."
    assert texts[2].startswith("Higher values of score tend to go with higher values of life: r = 0.")
    assert texts[3].startswith("Higher values of score tend to go with lower values of deaths: r = −0.")
    assert "Among areas of the same region, 1 of the 2 is still clear; no longer clear: deaths." in texts
    forbidden = ("because of", "caused", "leads to", "impact", "effect", "due to", "explains", "drives")
    assert not [text for text in texts for word in forbidden if word in text]


def test_the_table_has_a_row_per_link(found: Outcomes) -> None:
    table = found.table
    assert len(table) == len(found.links) == 6
    row = table[(table["outcome"] == "life") & (table["score"] == "score")].iloc[0]
    link = found.link("life")
    assert row["r"] == link.pooled.r
    assert row["n"] == 78
    assert row["quarter"] == (link.pooled.r**2 >= 0.25)
    assert link.inside is not None
    assert row["inside_low"] == link.inside.low
    assert link.residual is not None
    assert row["moran"] == link.residual.i


def test_ways_not_asked_for_are_not_taken() -> None:
    given = arrays()
    found = outcomes(given["scores"], given["figures"], AREAS, names=given["names"])
    link = found.link("life", "access")
    assert (link.people, link.region, link.inside, link.like, link.residual, link.spaced) == (None,) * 6
    assert found.table["moran"].isna().all()
    assert not any("region" in text for text in found.findings)
    assert any("borders" in note for note in found.notes)


def test_a_way_that_cannot_be_taken_is_left_empty() -> None:
    given = arrays() | {"conditions": np.full((N, 1), np.nan), "regions": np.full(N, "")}
    link = outcomes(**given).link("life")
    assert (link.like, link.region, link.inside) == (None, None, None)


def test_what_is_refused() -> None:
    given = arrays()
    with pytest.raises(MethodError, match="no outcome has enough"):
        outcomes(given["scores"], np.full((N, 4), np.nan), AREAS, names=given["names"])
    with pytest.raises(MethodError, match="name each"):
        outcomes(given["scores"], given["figures"], AREAS, names=(["score"], OUTCOMES))
