"""The rooms of an opened edition: what a person who writes Python meets, and how a notebook shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

import goodwork as gw
from goodwork.errors import NotFound


@pytest.fixture(scope="module")
def monitor(toyland_store: Path) -> gw.Monitor:
    return gw.open(toyland_store)


def test_a_place_is_asked_what_the_monitor_is_asked_with_its_name(monitor: gw.Monitor) -> None:
    place = monitor.area("T03")
    assert (place.name, place.code) == (monitor.find("T03").name, "T03")
    assert place.profile().as_dict() == monitor.profile("T03").as_dict()
    assert place.series().equals(monitor.series("T03"))
    assert set(place.figures()["area"]) == {"T03"}
    assert set(place.findings()["area"]) == {"T03"}
    assert set(place.neighbours()["area"]) == {"T03"}
    assert place.above("T01") == monitor.above("T03", "T01")
    with pytest.raises(NotFound):
        monitor.area("Atlantis")


def test_questions_complete_themselves_and_offer_the_nearest_name(monitor: gw.Monitor) -> None:
    questions = monitor.questions
    assert "neighbours" in dir(questions)
    assert questions.neighbours.findings().equals(monitor.findings("neighbours"))
    assert questions.neighbours.tables().keys() == monitor.answer("neighbours").keys()
    with pytest.raises(AttributeError, match="neighbours"):
        _ = questions.neighbors
    assert not hasattr(questions, "_private")


def test_a_notebook_shows_ranks_with_intervals_and_says_what_is_invented(monitor: gw.Monitor) -> None:
    whole = monitor._repr_html_()
    place, question = monitor.area("T03")._repr_html_(), monitor.questions.communities._repr_html_()
    assert all("All figures are invented" in one for one in (whole, place, question))
    assert "rank_low" in whole
    goal = monitor.target("T03", rank=1)._repr_html_()
    assert all("All figures are invented" in one for one in (goal, monitor.profile("T03")._repr_html_()))
    assert monitor.area("T03").name in place
    assert "95 % interval" in place
    assert "<svg" in question


def test_results_show_themselves(monitor: gw.Monitor) -> None:
    framework = monitor.framework()
    areas = [area.code for area in monitor.geography.at(monitor.geography.level)]
    panel = gw.Panel.from_table(monitor.table("values"), indicators=framework.indicators, areas=areas)
    shown = gw.build(framework, panel)._repr_html_()
    assert f"10 of {len(areas)} areas" in shown
    assert "rank" not in shown.casefold()
