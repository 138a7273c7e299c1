"""Audits of the shipped edition: every sentence is made of numbers that stand where it says, and adds up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from goodwork.analysis.audit import Aspect, Audit
from goodwork.analysis.audit_spread import shares_of_variance
from goodwork.analysis.chosen import Chosen, chosen, listed
from goodwork.analysis.finding import Finding, told
from goodwork.errors import NotFound
from goodwork.model.groups import combined_authorities
from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish
from goodwork.sources.starter import start_project

AREAS = ("York", "Blackpool", "Wokingham", "Isles of Scilly", "Glasgow City", "Cardiff")
GROUPS = ("nation", "Greater Manchester", "Wales", "community A", "compact 6")


@pytest.fixture(scope="module")
def audit(monitor: Monitor) -> Callable[[str], Audit]:
    """Audits by name, each made once."""
    return cache(monitor.audit)


@pytest.fixture(scope="module", params=[*AREAS, *GROUPS])
def found(request: pytest.FixtureRequest, audit: Callable[[str], Audit]) -> Audit:
    return audit(request.param)


def picked(aspect: Aspect, said: Finding) -> pd.DataFrame:
    """The rows of an aspect's table that a sentence names."""
    rows = aspect.table
    for column, value in said.row.items():
        assert column in rows, (said, column)
        several = isinstance(value, list | tuple)
        rows = rows[rows[column].isin(value) if several else rows[column] == value]
    return rows


def test_every_sentence_is_made_of_the_numbers_it_carries_which_stand_in_its_rows(found: Audit) -> None:
    for aspect in found.aspects:
        for said in aspect.findings:
            plain = json.loads(json.dumps(said.plain, allow_nan=False))
            assert told(said.template, plain) == said
            assert not re.search(r"\bnan\b|\bNone\.|\bE\d{8}", said), said
            assert said.id
            if said.table and said.row:
                rows = picked(aspect, said)
                assert len(rows) or not said.numbers.get("count", 1) or "one" in said.lower(), said
                if len(rows) == 1:
                    for name, value in said.numbers.items():
                        if name in rows and isinstance(value, int | float):
                            assert rows.iloc[0][name] == pytest.approx(value, nan_ok=True), (said, name)
                if "count" in said.numbers and said.key[0] not in ("weak", "missing"):
                    assert said.numbers["count"] == len(rows), said


def test_digits_in_a_sentence_come_from_its_numbers(found: Audit) -> None:
    """No number stands in a template by itself, but for the parts of a hundred an interval holds and ages of people."""
    for said in found.findings:
        fixed = re.sub(r"{[^{}]*}", "", said.template)
        fixed = re.sub(r"95 (%|of 100)|16 to 64|per 1\d*,000|of 2020|level \d", "", fixed)
        fixed = re.sub(r"in 20\d\d prices", "", fixed)
        assert not re.search(r"\d", fixed), said.template


def test_verdicts_are_what_intervals_say(found: Audit) -> None:
    if found.kind != "area":
        return
    table = found["strengths"].table
    for row in table.to_dict("records"):
        if row["verdict"] == "cannot tell":
            assert row["low"] <= 0 <= row["high"]
        elif row["verdict"] in ("behind", "ahead"):
            assert (row["low"] > 0) if row["verdict"] == "behind" else (row["high"] < 0)
        else:
            assert row["gap"] != row["gap"]


def test_who_is_ahead_and_behind_is_what_the_table_says(found: Audit) -> None:
    if found.kind != "area":
        return
    for said in found["strengths"].findings:
        if said.row:
            rows = picked(found["strengths"], said)
            for verdict, name in (("ahead", "ahead"), ("behind", "behind"), ("cannot tell", "unclear")):
                assert said.numbers.get(name, []) == list(rows.loc[rows["verdict"] == verdict, "title"])
            assert said.numbers["against"] == rows["title_against"].iloc[0]


def test_people_are_the_gap_times_what_it_is_a_share_of(monitor: Monitor, audit: Callable[[str], Audit]) -> None:
    """Worked out again from the figures as published."""
    values = monitor.table("values").query("area == 'E06000009' and period == '2021'").set_index("indicator")["value"]
    adults = values["population"] * values["share_16_64"] / 100
    rows = audit("Blackpool")["gaps"].table.query("against == 'nation'").set_index("indicator")
    england = monitor.table("values").query("area == 'E92000001' and period == '2021'").set_index("indicator")["value"]
    expected = {
        "participation": (england["participation"] - values["participation"]) / 100 * adults,
        "unemployment": (values["unemployment"] - england["unemployment"])
        / 100
        * adults
        * values["participation"]
        / 100,
    }
    for name, people in expected.items():
        assert rows.loc[name, "people"] == pytest.approx(people)
        assert rows.loc[name, "people_low"] < people < rows.loc[name, "people_high"]
    assert np.isnan(rows.loc["median_pay", "people"])
    notes = " ".join(audit("Blackpool")["gaps"].notes)
    assert "Median pay: in people: cannot be said" in notes


def test_people_of_a_group_are_counted_once(audit: Callable[[str], Audit]) -> None:
    for name in ("nation", "Greater Manchester"):
        group = audit(name)
        said = [one for one in group["people"].findings if "people" in one.numbers]
        assert sum(one.numbers["share"] for one in said) == pytest.approx(1.0)
        assert sum(one.numbers["people"] for one in said) == pytest.approx(said[0].numbers["all"])
        tiers = [one for one in group["priorities"].findings if "tier" in one.numbers]
        assert sum(one.numbers["count"] for one in tiers) == group["priorities"].table["tier"].notna().sum()
        assert group["spread"].table["share"].sum() == pytest.approx(1.0)


def test_the_parts_of_a_change_add_up_to_it(monitor: Monitor, audit: Callable[[str], Audit]) -> None:
    aspect = audit("York")["drivers"]
    change = aspect.findings[0].numbers
    assert aspect.table["beside"].sum() == pytest.approx(change["beside"])
    assert aspect.table["change"].sum() == pytest.approx(change["change"])
    scores = monitor.table("scores").query(
        "area == 'E06000014' and area_set == 'gb' and framework == 'good_work' and node == 'index'"
    )
    scores = scores[scores["scope"] == "base period"].set_index("period")["displayed"]
    assert scores[change["last"]] - scores[change["first"]] == pytest.approx(change["change"])


def test_where_there_is_hardly_any_data_that_is_what_is_said(audit: Callable[[str], Audit]) -> None:
    scilly = audit("Isles of Scilly")
    words = " ".join(scilly.findings)
    assert "0 of 6 indicators have a figure" in words
    assert "is not scored in 2021" in words
    assert "No gap of Isles of Scilly can be worked out" in words
    assert "no lever is put forward" in words
    assert [a.name for a in scilly.aspects].count("direction") == 0


def test_charter_gaps_count_what_is_held(monitor: Monitor, audit: Callable[[str], Audit]) -> None:
    table = audit("nation")["charter"].table.set_index("principle")
    assert len(table) == 10
    for name in ("dignity", "support", "participation"):
        assert table.loc[name, "seen"] == 0
    values = monitor.table("values")
    pay = values[values["indicator"].isin([i.id for i in monitor.catalogue.indicator if "fair pay" in i.principles])]
    inside = pay[pay["area"].isin({a.code for a in monitor.geography.members("gb")}) & pay["value"].notna()]
    assert table.loc["fair pay", "seen"] == inside["indicator"].nunique()
    assert table.loc["fair pay", ["first", "last"]].tolist() == [inside["period"].min(), inside["period"].max()]
    rows = audit("nation")["charter_indicators"].table.set_index(["principle", "indicator"])
    assert rows.groupby("principle")["figures"].apply(lambda f: int((f > 0).sum())).to_dict() == {
        name: seen for name, seen in table["seen"].items() if table.loc[name, "indicators"]
    }
    pay_rows = inside[inside["indicator"] == "median_pay"]
    assert rows.loc[("fair pay", "median_pay"), "figures"] == len(pay_rows)
    assert rows.loc[("fair pay", "median_pay"), "full"] == len(pay_rows) / (207 * pay_rows["period"].nunique())


def test_london_is_the_region_and_york_the_area(monitor: Monitor) -> None:
    groups, evidence = (combined_authorities(),), monitor.evidence()
    london = chosen(evidence, "London", groups)
    assert isinstance(london, Chosen)
    assert (london.kind, len(london.codes)) == ("region", 33)
    for name in ("york", "E06000014", " Yorc "):
        assert chosen(evidence, name, groups) == monitor.find("York")
    assert listed(evidence, ["York", "Leeds", "York"]).codes == ("E06000014", "E08000035")


def test_an_empty_group_is_refused(monitor: Monitor) -> None:
    with pytest.raises(NotFound, match="choose another --area-set"):
        monitor.audit("Greater Manchester", area_set="wales")
    with pytest.raises(NotFound):
        monitor.audit([])
    partly = monitor.audit("York and North Yorkshire", area_set="england-119")
    assert len(partly.members) == 2


def test_shares_of_variance_add_up_and_a_part_that_does_not_vary_has_none() -> None:
    parts = np.array([[1.0, 5.0, 0.0], [2.0, 5.0, 1.0], [4.0, 5.0, -1.0]])
    share = shares_of_variance(parts)
    assert share.sum() == pytest.approx(1.0)
    assert share[1] == pytest.approx(0.0)
    assert np.isnan(shares_of_variance(np.ones((3, 2)))).all()


@pytest.fixture(scope="module")
def toyland(tmp_path_factory: pytest.TempPathFactory) -> Monitor:
    folder: Path = tmp_path_factory.mktemp("toyland") / "mine"
    start_project(folder)
    material = own_material(folder / "framework.toml", folder / "data.csv")
    publish(material, folder / "editions", draws=0)
    return Monitor.open(folder / "editions")


def test_a_monitor_of_ones_own_has_audits_without_what_is_known_of_britain(toyland: Monitor) -> None:
    area: Any = toyland.geography.at(toyland.geography.level)[0]
    for one in (toyland.audit(area.name), toyland.audit("nation")):
        assert one.invented
        json.dumps(one.as_dict(), allow_nan=False)
        assert "No register of levers is declared" in one["levers"].findings[0]
        assert not any(re.search(r"\bnan\b", said) for said in one.findings)
    assert "(no interval was computed)" in toyland.audit(area.name)["position"].findings[0]
    assert "12 of the 12 areas of All areas are scored" in toyland.audit("nation")["coverage"].findings[0]
