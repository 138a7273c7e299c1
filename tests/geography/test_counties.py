"""Districts and counties are those of the published lookups, in every year."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from goodwork.errors import DeclarationError
from goodwork.geography.changes import code_changes
from goodwork.geography.counties import Counties, counties
from goodwork.pipeline import shipped_material

SMALL = ("E09000001", "E06000053")


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2023])
def test_districts_of_every_published_lookup(shared: Path, year: int) -> None:
    short = year % 100
    path = shared / "observations" / f"lookup_ltla{short}_utla{short}.csv"
    published: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lower, upper = row[f"ltla{short}_code"], row[f"utla{short}_code"]
            assert counties().upper_tier(lower) == upper
            if lower != upper:
                published.setdefault(upper, set()).add(lower)
    ours = {county: set(counties().districts(county, date(year, 4, 1))) for county in counties().county}
    assert {county: districts for county, districts in ours.items() if districts} == published


def test_no_district_is_left_over_on_the_day_a_county_ends() -> None:
    table = code_changes()
    for county, districts in counties().county.items():
        heirs = {new for code in districts for new in table.successors(code)} - set(districts)
        assert heirs == (set(table.successors(county)) if county in table.ends else set()), county


def test_a_joint_figure_says_who_has_it() -> None:
    rules = {joint.code: joint for joint in counties().joint}
    assert rules["E67000002"].heirs == ("E06000052",)
    assert rules["E67000002"].model_copy(update={"rule": "each"}).heirs == ("E06000052", "E06000053")
    assert rules["E67000002"].model_copy(update={"rule": "none"}).heirs == ()


def test_the_two_small_places_have_one_rule_for_every_series_with_figures() -> None:
    """And the figures are as the rule says: own ones or markers; none, and the neighbour's inherited; or none."""
    material = shipped_material()
    rules, rows = counties().small_rules(), material.observations
    england = set(rows.loc[rows["area"].str.startswith("E"), "indicator"])
    for indicator in material.catalogue.indicator:
        if indicator.id not in england:
            continue
        mine = rows[rows["indicator"] == indicator.id]
        for area in SMALL:
            said = {rules[area, name].rule for name in indicator.series if (area, name) in rules}
            assert said, f"{indicator.id}: nobody says what becomes of {area}"
            held = (mine["area"] == area).any()
            assert held == ("own" in said), (indicator.id, area, said)
            if said == {"joined"}:
                (rule,) = {rules[area, name] for name in indicator.series}
                neighbour = mine[mine["area"] == rule.neighbour]
                assert len(neighbour)
                assert set(neighbour["basis"]) == {"inherited"}
                assert set(neighbour["status"]) == {"e"}
    known = {name for i in material.catalogue.indicator for name in i.series}
    assert {name for _, name in rules} <= known


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"small": [{"areas": ["A"], "rule": "own", "series": ["s"], "why": ""}] * 2}, "A, s: 2 rules"),
        ({"small": [{"areas": ["A"], "rule": "joined", "series": ["s"], "why": ""}]}, "only of that, is named"),
        ({"county": {"K1": ["D1"], "K2": ["D1"]}}, "D1: in 2 counties"),
        ({"county": {"K1": ["D1"], "D1": ["E1"]}}, "D1: a county and a district"),
        ({"joint": [{"code": "J", "members": ["A"], "rule": "first", "why": ""}] * 2}, "J: 2 rules"),
        ({"joint": [{"code": "J", "members": [], "rule": "first", "why": ""}]}, "J: no members"),
    ],
)
def test_lists_that_contradict_themselves_are_refused(data: dict[str, object], fault: str) -> None:
    with pytest.raises(DeclarationError, match=fault):
        Counties.from_dict(data)


def test_one_list_serves_every_vintage() -> None:
    def hertfordshire(year: int) -> set[str]:
        return set(counties().districts("E10000015", date(year, 12, 31)))

    assert hertfordshire(2012) - hertfordshire(2011) == {"E07000240", "E07000241"}
    assert hertfordshire(2012) - hertfordshire(2013) == {"E07000097", "E07000101"}
    assert {len(hertfordshire(year)) for year in range(2009, 2025)} == {10}
