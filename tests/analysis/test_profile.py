"""A profile says what the edition holds, and no more."""

from __future__ import annotations

import json

import pytest

from goodwork.analysis.profile import ordinal
from goodwork.monitor import Monitor


def test_a_profile_is_the_tables_read_for_one_area(monitor: Monitor) -> None:
    found = monitor.profile("York", "2019", "england-119")
    league = monitor.scores("2019", "england-119").set_index("name").loc["York"]
    assert (found.index.score, found.index.rank) == (league["score"], league["rank"])
    pay = next(f for f in found.figures if f.indicator.id == "median_pay")
    raw = monitor.values("median_pay", "2019", ["E06000014", "E92000001"]).set_index("area")["value"]
    assert (pay.value, pay.national) == (raw["E06000014"], raw["E92000001"])
    assert pay.origin is not None
    assert pay.direction == "higher"


def test_contributions_add_up_to_the_distance_from_the_average(monitor: Monitor) -> None:
    for name in ("York", "Blackpool", "Cardiff", "Glasgow"):
        found = monitor.profile(name)
        total = sum(f.contribution for f in found.figures if f.contribution == f.contribution)
        assert total == pytest.approx(found.index.score - 100)


def test_strengths_and_weaknesses_are_those_of_the_figures(monitor: Monitor) -> None:
    found = monitor.profile("York")
    assert all(f.normalised > 0 for f in found.strengths)
    assert all(f.normalised < 0 for f in found.weaknesses)
    assert [f.indicator.id for f in found.missing] == ["satisfactory_hours"]


def test_an_area_without_scores(monitor: Monitor) -> None:
    found = monitor.profile("City of London")
    assert not found.index.scored
    assert "not scored" in found.sentence
    assert found.index.place == "not ranked"
    json.dumps(found.as_dict(), allow_nan=False)


def test_every_rank_in_words_has_its_interval(monitor: Monitor) -> None:
    for place in monitor.geography.at("upper tier"):
        found = monitor.profile(place.code)
        for standing in (found.index, *found.domains, *(f.standing for f in found.figures)):
            if standing.rank == standing.rank:
                assert "95 % interval" in standing.place
                assert standing.rank_low <= standing.rank_high


def test_a_borrowed_figure_keeps_its_own_period(monitor: Monitor) -> None:
    found = monitor.profile("York", "2018", "england-119", "conditions")
    borrowed = [f for f in found.figures if f.period and f.period != "2018"]
    assert {f.indicator.id for f in borrowed} >= {"no_qualifications"}


def test_places_in_words() -> None:
    assert [ordinal(n) for n in (1, 12, 22, 103, 113)] == ["1st", "12th", "22nd", "103rd", "113th"]
