"""Monitors of which not everything can be asked: what is not answered says why, and no build fails for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.toyland import STARTER

from goodwork.analysis.finding import told
from goodwork.errors import MethodError
from goodwork.monitor import Monitor
from goodwork.pipeline import answers, own_material, publish
from goodwork.pipeline.answers import LEAST, QUESTIONS, answered, redraws
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.material import Material


@pytest.fixture(scope="module")
def material() -> Material:
    """Toyland: twelve areas in three regions, three periods, no outlines, no conditions, no outcomes."""
    return own_material(STARTER / "framework.toml", STARTER / "data.csv").sampled(draws=20)


@pytest.fixture(scope="module")
def toyland(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Monitor:
    """Its edition."""
    store = tmp_path_factory.mktemp("toyland")
    publish(material, store)
    return Monitor.open(store)


def test_what_cannot_be_asked_of_toyland_says_why(toyland: Monitor) -> None:
    silent = toyland.findings(kind="not answered")
    assert dict(zip(silent["question"], silent["sentence"], strict=True)) == {
        "conditions": "There is no score of conditions for All areas in 2023.",
        "health": "This monitor has no figures on outcomes.",
        "shock": "This monitor has no figures on shocks.",
        "space": "Which of these areas touch is not known.",
    }
    assert toyland.answer("space") == {}
    assert set(toyland.findings(kind="finding")["question"]) == set(QUESTIONS) - set(silent["question"])


def test_toyland_is_answered_by_codes_and_ids(toyland: Monitor) -> None:
    areas = set(toyland.scores()["area"])
    nearest = toyland.answer("neighbours")["neighbours"]
    assert set(nearest["area"]) == areas >= set(nearest["neighbour"])
    assert set(toyland.answer("disparity")["disparity"]["indicator"]) == set(toyland.framework().indicators)
    assert set(toyland.answer("trends")["trends"]["area"]) == areas


def test_the_same_edition_twice(material: Material, toyland: Monitor, tmp_path: Path) -> None:
    assert publish(material, tmp_path).name == toyland.edition.name


def test_a_small_monitor_is_published_with_the_reasons(material: Material, tmp_path: Path) -> None:
    """Four areas in one period: nothing can be said of communities or trends."""
    table = material.observations
    few = sorted(table["area"].unique())[:4]
    some = table[table["area"].isin(few) & (table["period"] == "2021")].reset_index(drop=True)
    publish(replace(material, observations=some), tmp_path)
    monitor = Monitor.open(tmp_path)
    assert len(monitor.scores()) == 4
    silent = monitor.findings(kind="not answered").set_index("question")["sentence"]
    assert "at least 8 are needed" in silent["communities"]
    assert silent["trends"] == "No two periods are without a break between them."
    assert len(monitor.findings("neighbours", kind="finding")) > 4


def test_a_fault_of_the_program_is_not_hidden(material: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked.of(material, material.frameworks[0], "all")

    def refuses(asked: Asked) -> answers.Parts:
        raise MethodError("too few areas", remedy="take more")

    def breaks(asked: Asked) -> answers.Parts:
        raise ZeroDivisionError

    monkeypatch.setitem(QUESTIONS, "neighbours", refuses)
    assert answered("neighbours", asked).reason == "too few areas"
    monkeypatch.setitem(QUESTIONS, "neighbours", breaks)
    with pytest.raises(ZeroDivisionError):
        answered("neighbours", asked)


def test_redraws_are_as_few_as_the_framework_asks_for(material: Material) -> None:
    for draws, expected in ((20, LEAST), (5, LEAST), (3000, 150), (10_000, 500), (0, 500)):
        framework = material.sampled(draws).frameworks[0]
        assert redraws(Asked.of(material, framework, "all"), 500) == expected


def test_a_list_of_names_keeps_names_with_commas_apart() -> None:
    numbers = {"areas": ["Herefordshire, County of", "Leeds", "Hull"]}
    assert told("{areas:list}", numbers) == "Herefordshire, County of; Leeds and Hull"
