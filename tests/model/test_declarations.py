"""The declarations that ship: they parse, fit each other, and account for every series and source of the tables."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import get_args

import pytest

from goodwork.model import declarations
from goodwork.model.area import Area, AreaSets
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue, Indicator, Principle
from goodwork.model.method import Method
from goodwork.model.origin import Origins

DATA = Path(__file__).parents[2].parent / "shared" / "data"
FRAMEWORKS = ("good_work", "conditions")

#: Principles of the Good Work Charter for which no local figures are known.
GAPS = {"dignity", "support", "participation"}

needs_tables = pytest.mark.skipif(
    not (DATA / "observations" / "observations.csv").exists(),
    reason=f"needs the source tables in {DATA / 'observations'}",
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.from_toml(declarations.text("indicators.toml"), "indicators.toml")


@pytest.fixture(scope="module")
def area_sets() -> AreaSets:
    return AreaSets.from_toml(declarations.text("area_sets.toml"), "area_sets.toml")


@pytest.fixture(scope="module")
def origins() -> Origins:
    return Origins.from_toml(declarations.text("origins.toml"), "origins.toml")


@pytest.fixture(scope="module")
def left_out() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(declarations.text("left_out.toml"))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (DATA / "observations" / "observations.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    with (DATA / "observations" / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["source_id"]: row["source"] for row in csv.DictReader(file)}


def framework(name: str) -> Framework:
    return Framework.from_toml(declarations.text(f"{name}.toml"), f"{name}.toml")


def taken(catalogue: Catalogue) -> set[str]:
    return {name for item in catalogue.indicator for name in item.series}


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_framework_fits_the_catalogue(name: str, catalogue: Catalogue) -> None:
    made = framework(name)
    assert made.name == name
    assert made.checked_against(catalogue) is made
    assert all(catalogue[m].direction != "neither" for m in made.indicators)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_framework_gives_its_reasons(name: str) -> None:
    made = framework(name)
    assert made.question
    assert made.description
    assert [item.domain for item in made.members if not item.why] == []
    assert [item.name for item in made.domains if not item.why] == []


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_method_spells_out_the_defaults(name: str) -> None:
    written = tomllib.loads(declarations.text(f"{name}.toml"))["method"]
    assert set(written) == set(Method.model_fields) - {"at"}, "every choice stands in the file; single nodes have none"
    assert framework(name).method == Method()


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_framework_names_known_area_sets_and_its_own_periods(name: str, area_sets: AreaSets) -> None:
    made = framework(name)
    assert set(made.area_sets) <= {item.name for item in area_sets.set}
    assert made.default_area_set in made.area_sets
    assert made.base_period in made.periods


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("good_work", {"access": 2, "status": 2, "pay": 2}),
        ("conditions", {"prosperity": 3, "demand": 3, "education": 3, "inequality": 3}),
    ],
)
def test_number_of_members_in_each_domain(name: str, shape: dict[str, int]) -> None:
    made = framework(name)
    assert {domain.name: len(made.children(domain.name)) for domain in made.domains} == shape


@pytest.mark.parametrize(("name", "role"), [("good_work", "good work"), ("conditions", "condition")])
def test_members_have_the_role_of_their_framework(name: str, role: str, catalogue: Catalogue) -> None:
    assert {catalogue[m].role for m in framework(name).indicators} == {role}


def test_every_principle_is_served_or_a_gap(catalogue: Catalogue) -> None:
    served = {p for item in catalogue.indicator if item.series for p in item.principles}
    assert served | GAPS == set(get_args(Principle))
    assert served & GAPS == set()
    description = framework("good_work").description
    assert [gap for gap in sorted(GAPS) if gap not in description] == [], "the framework tells its readers"


def test_indicators_with_figures_say_where_they_come_from(catalogue: Catalogue) -> None:
    needed = ("name", "short", "definition", "unit", "publisher", "dataset", "release", "licence")
    wanting = [
        (item.id, field) for item in catalogue.indicator if item.series for field in needed if not getattr(item, field)
    ]
    assert wanting == []
    assert {item.licence for item in catalogue.indicator if item.series} == {"OGL v3.0"}


def test_indicators_without_figures_say_why(catalogue: Catalogue) -> None:
    assert [item.id for item in catalogue.indicator if not item.series and not (item.missing and item.definition)] == []


def test_units_are_shown_as_readers_expect(catalogue: Catalogue) -> None:
    signs = {"share": "%", "money": "£"}
    wrong = [
        item.id
        for item in catalogue.indicator
        if (item.unit[0] if item.unit[0] in signs.values() else None) != signs.get(item.kind)
    ]
    assert wrong == []
    assert catalogue["median_pay"].show(569.6) == "£570 per week"
    assert catalogue["unemployment"].show(2.31) == "2.3 %"


def test_no_error_is_assumed_to_be_zero(catalogue: Catalogue) -> None:
    assert [item.id for item in catalogue.indicator if item.assumed_error == 0] == []


def test_limits_lie_within_what_the_kind_allows(catalogue: Catalogue) -> None:
    wrong = []
    for item in catalogue.indicator:
        low, high = item.range
        widest = item.replace(limits=None).range
        if not (low < high and widest[0] <= low and high <= widest[1]):
            wrong.append(item.id)
    assert wrong == []


def test_names_are_unique(catalogue: Catalogue, area_sets: AreaSets, origins: Origins) -> None:
    for names in (
        [item.name for item in catalogue.indicator],
        [item.short for item in catalogue.indicator],
        [item.name for item in area_sets.set],
        [item.id for item in origins.origin],
        [text for item in origins.origin for text in item.matches],
    ):
        assert [name for name, n in Counter(names).items() if n > 1] == []


def test_origins_are_complete(origins: Origins) -> None:
    needed = ("publisher", "title", "release", "licence", "matches")
    assert [(item.id, field) for item in origins.origin for field in needed if not getattr(item, field)] == []
    assert [item.id for item in origins.origin if "GPL" in item.licence or "OGL" not in item.licence] == []


def test_derived_figures_say_how(origins: Origins) -> None:
    marks = ("derived", "predecessor", "weighted", "sum of")
    silent = [
        item.id
        for item in origins.origin
        if any(m in text for text in item.matches for m in marks) and not item.derivation
    ]
    assert silent == []


def test_suppressed_is_not_zero(origins: Origins, left_out: dict[str, list[dict[str, str]]]) -> None:
    assert [text for item in origins.origin for text in item.matches if "biased low" in text] == []
    assert any("biased low" in item["text"] and item["reason"] for item in left_out["source"])


@needs_tables
class TestAgainstTheTables:
    """The declarations beside the tables they describe."""

    def test_every_series_is_taken_or_left_out_with_a_reason(
        self, rows: list[dict[str, str]], catalogue: Catalogue, left_out: dict[str, list[dict[str, str]]]
    ) -> None:
        held = {row["indicator"] for row in rows}
        left = {item["name"] for item in left_out["series"] if item["reason"]}
        assert held == taken(catalogue) | left
        assert taken(catalogue) & left == set()
        assert len(left) == len(left_out["series"])

    def test_every_source_is_matched_once_or_left_out_with_a_reason(
        self,
        rows: list[dict[str, str]],
        sources: dict[str, str],
        catalogue: Catalogue,
        origins: Origins,
        left_out: dict[str, list[dict[str, str]]],
    ) -> None:
        series = taken(catalogue)
        used = {sources[row["source"]] for row in rows if row["indicator"] in series}
        matched = Counter(text for item in origins.origin for text in item.matches)
        left = {item["text"] for item in left_out["source"] if item["reason"]}
        assert sorted(used - set(matched) - left) == []
        assert [text for text, n in matched.items() if n != 1 or text not in used] == []
        assert set(matched) & left == set()
        assert set(sources.values()) == set(matched) | left

    def test_every_value_lies_within_its_range(self, rows: list[dict[str, str]], catalogue: Catalogue) -> None:
        wearers: dict[str, list[Indicator]] = defaultdict(list)
        for item in catalogue.indicator:
            for name in item.series:
                wearers[name].append(item)
        outside = []
        for row in rows:
            for item in wearers.get(row["indicator"], ()):
                low, high = item.range
                if not low <= float(row["value"]) <= high:
                    outside.append((item.id, row["area_code"], row["period"], row["value"]))
        assert outside == []

    def test_area_sets_hold_what_they_say(self, area_sets: AreaSets) -> None:
        with (DATA / "observations" / "areas.csv").open(encoding="utf-8-sig", newline="") as file:
            table = [row for row in csv.DictReader(file) if row["level"] == "utla"]
        areas = [
            Area(
                code=row["code"],
                name=row["name"],
                level="upper tier",
                parents={"country": row["country_code"], "region": row["region_code"]},
            )
            for row in table
        ]
        counts = {item.name: sum(item.holds(area) for area in areas) for item in area_sets.set}
        assert counts == {"gb": 207, "england": 153, "england-119": 119, "london": 33, "wales": 22, "scotland": 32}
        assert [item.name for item in area_sets.set if str(counts[item.name]) not in item.why] == []
        chosen = next(item for item in area_sets.set if item.name == "england-119")
        assert {a.code for a in areas if chosen.holds(a)} == {row["code"] for row in table if row["gwm119"] == "1"}

    def test_alignment_brings_every_condition_to_every_period(
        self, rows: list[dict[str, str]], catalogue: Catalogue
    ) -> None:
        made = framework("conditions")
        years: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            years[row["indicator"]].add(int(row["year"]))
        distances = [
            min(abs(int(period) - year) for name in catalogue[member].series for year in years[name])
            for period in made.periods
            for member in made.indicators
        ]
        assert max(distances) == made.alignment.tolerance, "the smallest tolerance that does"
