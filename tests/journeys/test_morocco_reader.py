"""A country that is not the United Kingdom, from two real censuses to checked observations."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.morocco import CENSUSES, SHARES, load, morocco_files, provinces, rates, smallest, units

from goodwork.sources.folder import read_areas, read_catalogue, read_framework
from goodwork.sources.observations import Observations, read_observations

PROVINCES = 75  # 83 less the eight prefectures of arrondissements that lie inside the prefecture of Casablanca


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    load()
    made = tmp_path_factory.mktemp("morocco")
    morocco_files(made)
    return made


@pytest.fixture(scope="module")
def found(folder: Path) -> Observations:
    return read_observations(folder / "data.csv", read_catalogue(folder), read_areas(folder))


def test_every_province_in_both_censuses(found: Observations) -> None:
    assert len(load().provinces()) == 83
    assert len(provinces()) == PROVINCES
    assert found.table.groupby(["indicator", "period"])["area"].nunique().unique().tolist() == [PROVINCES]
    assert sorted(found.table["period"].unique()) == list(CENSUSES)
    assert len(found.table) == PROVINCES * 2 * 8
    assert found.notes == ()


def test_declarations_fit(folder: Path) -> None:
    framework = read_framework(folder).checked_against(read_catalogue(folder))
    assert [len(framework.children(d.name)) for d in framework.domains] == [3, 2, 3]
    assert set(framework.indicators) == {*SHARES, "people_per_room"}


def test_codes_keep_their_leading_zeros(found: Observations) -> None:
    assert found.geography.by_code["01.511"].name == "Tanger-Assilah"
    assert found.geography.by_code["01.511"].parents == {"region": "01"}


def test_without_a_list_of_areas_the_file_is_enough(folder: Path, found: Observations) -> None:
    alone = read_observations(folder / "data.csv", read_catalogue(folder))
    assert alone.table.equals(found.table)
    assert len(alone.geography.areas) == PROVINCES


@pytest.mark.parametrize("census", CENSUSES)
@pytest.mark.parametrize("indicator", SHARES)
def test_adding_up_communes_gives_back_the_published_rate(indicator: str, census: str) -> None:
    subject, sex, column, _ = SHARES[indicator]
    ours = rates(census)[indicator]
    published = units(census, subject, sex).loc[ours.index, column]
    gap = (ours - published).abs()
    # published to 0.1; a handful of Saharan communes publish nothing of themselves but count in their province
    assert gap.median() < 0.05
    assert (gap < 0.2).mean() >= 0.9


@pytest.mark.parametrize("census", CENSUSES)
def test_a_mean_of_rates_would_not(census: str) -> None:
    table = smallest(units(census, "people"))
    mean = table["education_higher"].groupby(table.index.str[:6]).mean()
    published = units(census, "people").loc[mean.index, "education_higher"]
    assert (mean - published).abs().median() > 1
