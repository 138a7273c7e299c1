"""What planning rests on: groups by any name, people, prices, what others achieved; for Toyland and for the edition."""

from __future__ import annotations

import numpy as np
import pytest
from tests.toyland import catalogue, framework, geography, observations

from goodwork.analysis.planning import Planning
from goodwork.analysis.plans import allocation_of, target_of
from goodwork.errors import MethodError, NotFound
from goodwork.model.allocation import Formula
from goodwork.model.area import AreaSet
from goodwork.monitor import Monitor


@pytest.fixture(scope="module")
def toyland() -> Planning:
    """Twelve areas of an invented country, without people or prices."""
    from dataclasses import replace

    known = replace(geography(), sets=(AreaSet(name="all", title="All areas", level="area"),))
    return Planning(framework(), catalogue(), known, "all", "2023", observations().table)


def test_toyland_can_plan_without_people_or_prices(toyland: Planning) -> None:
    found = target_of(toyland, "T03", rank=3, realism="none", draws=100)
    assert found.feasible
    assert found.rank_after == 3
    assert found.table["count"].isna().all()
    bounded = target_of(toyland, "T03", rank=1, draws=100)
    assert bounded.limits.most is not None
    assert (np.nan_to_num(bounded.effort) >= 0).all()
    with pytest.raises(MethodError, match="residents"):
        allocation_of(toyland, Formula(budget="100"), draws=0)


def test_a_trend_needs_three_periods(toyland: Planning) -> None:
    moving, words = toyland.drift(2)
    assert moving.shape == (12,)
    assert "2021 to 2023" in words
    from dataclasses import replace

    with pytest.raises(MethodError, match="no trend"):
        replace(toyland, period="2022").drift(2)


def test_groups_by_any_name(monitor: Monitor) -> None:
    planning = monitor.planning()
    york = planning.place("york").code
    assert york == "E06000014"
    region, name = planning.group("region", york)
    assert (region, name) == planning.group("Yorkshire and The Humber", york)
    assert name == "Yorkshire and The Humber"
    assert len(planning.group("neighbours", york)[0]) == 10
    assert york in planning.group("community", york)[0]
    assert len(planning.group("Greater Manchester", york)[0]) == 10
    assert len(planning.group("all", york)[0]) == len(planning.areas)
    with pytest.raises(NotFound, match="Mordor"):
        planning.group("Mordor", york)


def test_people_behind_a_point(monitor: Monitor) -> None:
    planning = monitor.planning()
    worth = planning.worth("E06000014")
    people, working = planning.figures(("population", "share_16_64"))[
        [a.code for a in planning.areas].index("E06000014")
    ]
    assert worth["participation"].each == pytest.approx(people * working / 100 / 100)
    assert "median_pay" not in worth, "a median says nothing of a sum"


def test_what_others_achieved_crosses_no_break(monitor: Monitor) -> None:
    planning = monitor.planning()
    most = planning.achieved("E06000014", "neighbours")
    assert most is not None
    for name, since, until in zip(most.members, most.since, most.until, strict=True):
        marks = [one.period for one in planning.catalogue[name].breaks]
        assert not any(since < mark <= until for mark in marks), name
        assert not until or int(until) - int(since) <= 5
    assert planning.achieved("E06000014", "none") is None
