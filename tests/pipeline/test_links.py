"""Links to outcomes and shocks: what is left out says so, changes have their unit, and a person's own figures count."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from goodwork.analysis.association import pearson
from goodwork.errors import DataError
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.links import Blow, health_of, shock_of
from goodwork.pipeline.material import shipped_material

#: The chapter on the pandemic.
CHAPTER = Path(__file__).parents[2] / "docs/explanation/conditions-health-shock.md"
DRAWS = 10


@cache
def asked(area_set: str, period: str = "2021") -> Asked:
    material = shipped_material()
    return Asked.of(material, material.frameworks[0], area_set, period)


def with_figures(found: Asked, path: Path) -> Asked:
    return replace(found, material=found.material.with_figures(path))


def test_nations_without_an_outcome_are_named() -> None:
    found = health_of(asked("gb"))
    said = {note for note in found.notes if note.startswith("No figures for ")}
    assert any(note.startswith("No figures for Scotland: ") and "drug poisoning" in note for note in said)
    assert any(note.startswith("No figures for Wales: ") and "drug poisoning" not in note for note in said)
    assert "Missing: alcohol-related deaths (no figures of these areas within 2 years of 2021)." in found.notes
    assert "The score beside self-harm, 2016 to 2019, is that of 2017, the nearest there is to 2016." in found.notes


def test_one_region_is_not_held_fixed() -> None:
    found = health_of(asked("wales"))
    assert found.regions is None
    assert found.outcomes.table["region"].isna().all()
    assert not any("same region" in sentence for sentence in found.findings)
    assert "These areas do not lie in several regions: the region is not held fixed." in found.notes
    assert "Nothing is said of regions: all areas with figures lie in one region." in found.notes


def test_warnings_know_their_indicator_and_the_unit_of_their_change() -> None:
    found = health_of(asked("england-119"))
    assert len(found.watched) == len(found.warnings) > 3
    units = dict(zip(found.watched, (one.unit for one in found.warnings), strict=True))
    assert units["self_harm"] == "admissions per 100,000 people"
    told = next(str(s) for one in found.warnings for s in one.findings if one.outcome.startswith("self-harm"))
    assert "(change in admissions per 100,000 people): Northumberland (+" in told


def test_a_shock_says_of_which_year_the_score_is_and_what_is_counted() -> None:
    found = shock_of(asked("gb"), draws=DRAWS)
    assert "The score is that of 2019, before the shock, and so are the communities." in found.notes
    assert "The window of the first year of the pandemic: 2020-03 to 2020-12." in found.notes
    assert "No figures for Scotland: COVID-19 deaths, first wave and COVID-19 deaths, 14 months." in found.notes
    told = " ".join(found.findings)
    assert re.search(r"claimants was [\d.]+ percentage points higher", told)
    assert re.search(r"a difference of [\d.]+ standard deviations", told)


def test_figures_of_ones_own_stand_beside_those_of_the_edition(tmp_path: Path) -> None:
    """A ratio that follows the score of 2019 downwards; the crude rates stay beside it."""
    of = asked("england-119")
    before = Asked.of(of.material, of.framework, of.area_set, "2019").scores()[:, 0]
    ratio = 3 - before / 60 + np.random.default_rng(1).normal(scale=0.02, size=len(before))
    table = pd.DataFrame({"indicator": "covid_death_ratio", "area": of.panel.areas, "period": "2020", "value": ratio})
    table.dropna().to_csv(tmp_path / "mine.csv", index=False)
    plain, own = shock_of(of, draws=DRAWS).also, shock_of(with_figures(of, tmp_path / "mine.csv"), draws=DRAWS).also
    assert plain is not None
    assert own is not None
    assert "COVID-19 death ratio" in plain.missing
    assert "COVID-19 death ratio" not in own.missing
    assert own.outcomes == ("COVID-19 deaths, first wave", "COVID-19 deaths, 14 months", "COVID-19 death ratio")
    assert own.link("COVID-19 death ratio").pooled.r < -0.99
    for crude in plain.outcomes:
        assert own.link(crude).pooled == plain.link(crude).pooled


def test_published_figures_are_not_put_aside(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("indicator,area,period,value\nfurlough_takeup,E06000014,2020,1\n")
    with pytest.raises(DataError, match="held already: furlough_takeup"):
        with_figures(asked("england-119"), tmp_path / "mine.csv")


@pytest.fixture(scope="module")
def standardised(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Blow:
    """The shock with the ratio of deaths to those expected by age and sex, which does not ship."""
    rows = pd.read_csv(shared / "observations/observations.csv")
    rows = rows[rows["indicator"] == "covid_death_ratio_mar_jul2020"]
    own = rows.assign(indicator="covid_death_ratio").rename(columns={"area_code": "area"}).drop(columns="period")
    path = tmp_path_factory.mktemp("ratio") / "ratio.csv"
    own.rename(columns={"year": "period"})[["indicator", "area", "period", "value"]].to_csv(path, index=False)
    return shock_of(with_figures(asked("england-119"), path), draws=DRAWS)


def test_the_chapter_tells_the_pandemic_with_and_without_age(standardised: Blow) -> None:
    """The associations that the chapter prints are those of the figures."""
    also, text = standardised.also, " ".join(CHAPTER.read_text().split())
    assert also is not None
    for outcome, words in (("COVID-19 deaths, first wave", "not adjusted"), ("COVID-19 death ratio", "adjusted")):
        found = also.link(outcome).pooled
        assert not found.clear
        said = f"{words}, r = {found.r:.2f} ({found.low:.2f} to {found.high:.2f}, {found.n} areas)".replace("-", "−")
        assert said in text


def test_the_comparison_with_the_report_is_right_about_the_ratio(shared: Path) -> None:
    """It says of the report's year, too, that the ratio shows no clear association."""
    rows = pd.read_csv(shared / "observations/observations.csv")
    ratio = rows[rows["indicator"] == "covid_death_ratio_mar_jul2020"].set_index("area_code")["value"]
    then = asked("england-119", "2018")
    found = pearson(then.scores()[:, 0], ratio.reindex(then.panel.areas).to_numpy(dtype=float))
    assert found.n == 119
    assert not found.clear
