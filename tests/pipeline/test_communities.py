"""Communities by declared names and through time, neighbours by another distance, conditions described."""

from __future__ import annotations

from functools import cache

import numpy as np

from goodwork.model import declarations
from goodwork.model.framework import Framework
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.communities import archetypes_for, breaks_in, communities_of, successions_of
from goodwork.pipeline.links import conditions_of
from goodwork.pipeline.material import shipped_material
from goodwork.pipeline.questions import neighbours_of


@cache
def asked() -> Asked:
    material = shipped_material()
    return Asked.of(material, material.frameworks[0], "england-119", "2019")


def test_names_come_by_rule_and_only_for_the_framework_they_are_declared_for() -> None:
    found = communities_of(asked(), 4, draws=20)
    level = dict(zip(found.points.members, found.centroids.T, strict=True))
    domains = [("unemployment", "participation"), ("managers_professionals", "routine_occupations"), ("median_pay",)]
    heights = np.array([np.mean([level[m] for m in domain], axis=0) for domain in domains]).T
    for name, published, height in zip(found.archetypes, found.published, heights, strict=True):
        assert (published == "Northern Towns") == bool((height <= -0.25).all())
        assert (published == "Good Work Winners") == bool((height >= 0.25).all())
        assert "North" not in name
    assert found.published[0] == "Northern Towns"
    assert found.published[3] == "Good Work Winners"
    conditions = Framework.from_toml(declarations.text("conditions.toml"), "conditions.toml")
    assert archetypes_for(conditions) == ()
    assert len(archetypes_for(asked().framework)) == 4
    assert found.numbers.empty
    assert communities_of(asked(), 4, draws=20, numbers=(2, 4)).numbers["k"].tolist() == [2, 4]


def test_communities_through_time_keep_their_letters_and_tell_breaks() -> None:
    found = successions_of(asked(), draws=20)
    assert found.base == "2019"
    alone = communities_of(asked(), 4, draws=20)
    at = {area: i for i, area in enumerate(found.areas)}
    now = found.labels[found.periods.index("2019")]
    assert [int(now[at[area]]) for area in alone.points.areas] == alone.labels.tolist(), "those of the period itself"
    assert tuple(found.breaks) == ("2020", "2021")
    assert found.transitions is not None
    there = found.labels >= 0
    pairs = sum(int((there[t] & there[t + 1]).sum()) for t in (0, 1))
    assert found.transitions.counts.sum() == pairs, "2017 to 2018 and 2018 to 2019 only"
    np.testing.assert_allclose(found.transitions.share.sum(axis=1), 1)
    assert set(found.moved.loc[found.moved["across_break"], "after"]) == {"2020", "2021"}
    told = " ".join(found.findings)
    assert "where no break lies between" in told
    assert "in 2019 than in 2017" in told
    assert "in 2021 than in" not in told, "nobody is compared across a break"
    assert breaks_in(asked(), "2018") == []
    assert breaks_in(asked(), "2020")[0].startswith("unemployment (")


def test_neighbours_by_mahalanobis() -> None:
    plain, other = neighbours_of(asked()), neighbours_of(asked(), distance="mahalanobis")
    assert other.kind == "mahalanobis"
    assert plain.of("E06000014") != other.of("E06000014")
    assert "Suffolk" not in [other.points.title(area) for area in other.points.areas], "it lacks a member"


def test_conditions_are_described_and_nothing_is_said_of_causes() -> None:
    found = conditions_of(asked())
    assert [one.target for one in found.described] == [
        "the score", "labour market access", "status and autonomy", "pay and conditions",
    ]  # fmt: skip
    assert found.described[0].lasso_r2 > 0.8
    kept = {one.target: set(one.table.loc[one.table["kept"] >= 0.9, "predictor"]) for one in found.described}
    assert kept["labour market access"] == {"child poverty"}
    assert kept["pay and conditions"] == {"household income", "output per job"}
    told = " ".join(found.findings)
    assert "go steadily with lower values of child poverty, the others held fixed" in told
    for word in ("cause", "because", "effect", "drive", "lead to", "impact", "due to"):
        assert word not in told


def test_what_is_steadily_kept_does_not_hang_on_the_year() -> None:
    a = asked()
    found = conditions_of(Asked.of(a.material, a.framework, a.area_set, "2018"))
    kept = set(found.described[0].table.loc[found.described[0].table["kept"] >= 0.9, "predictor"])
    assert kept == {"household income", "level 4 or above", "child poverty"}
