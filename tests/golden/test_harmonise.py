"""Old districts put on new areas, against what ONS itself published for those areas.

Three sources that somebody else computed: the 2024 vintage of Explore Local Statistics (districts of Cumbria with
numerators, denominators and intervals, 20 years), the Annual Population Survey on Nomis (numerators and denominators of
every district of 2018 to 2022), and ONS's own series for the areas of today (the back-cast), with intervals. ONS adds
up people, we add up numbers rounded to hundreds: that is the difference.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from goodwork.geography.changes import vintage_day
from goodwork.geography.counties import counties
from goodwork.geography.harmonise import PERCENT, Harmonised, harmonise

KINDS = {"employment": PERCENT}
TODAY = "April 2023"
NEW = ("E06000063", "E06000064", "E06000065", "E06000066")


@pytest.fixture(scope="module")
def published(shared: Path) -> pd.DataFrame:
    """What ONS gives today: value and interval by area and year."""
    table = pd.read_csv(shared / "els" / "employment-rate" / "employment-rate.csv", encoding="utf-8-sig")
    table = table[table["indicator"] == "Employment rate"]
    return table.assign(period=table["period"].str[:4]).rename(columns={"areacd": "area"}).set_index(["area", "period"])


@pytest.fixture(scope="module")
def cumbria(shared: Path) -> pd.DataFrame:
    table = pd.read_csv(shared / "samples" / "els_employment_2024vintage_numden_cumberland.csv")
    table["period"] = table["period"].str[:4]
    names = {"areacd": "area", "observation": "value", "lower_confidence_interval_95": "lower",
             "upper_confidence_interval_95": "upper"}  # fmt: skip
    columns = ["indicator", "period", "area", "value", "lower", "upper", "numerator", "denominator"]
    return table.assign(indicator="employment").rename(columns=names)[columns]


@pytest.fixture(scope="module")
def districts(shared: Path, published: pd.DataFrame) -> pd.DataFrame:
    """Employment of people aged 16 to 64 by district of two-tier England, 2018 to 2022; intervals where ONS gives them.

    The spreadsheet has names only, of April 2021: the lookup of that very vintage says whose they are.
    """
    day = vintage_day("April 2021")
    ours = {code for county in counties().county for code in counties().districts(county, day)}
    with (shared / "observations" / "lookup_ltla21_utla21.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["ltla21_name"]: row["ltla21_code"] for row in csv.DictReader(file) if row["ltla21_code"] in ours}
    assert len(codes) == len(ours) == 181
    sheet = CalamineWorkbook.from_path(shared / "nomis-exports" / "aps_t01_activity_2018_2022.xlsx")
    rows, period = [], ""
    for row in sheet.get_sheet_by_index(0).to_python():
        if row[0] == "date":
            period = str(row[1])[-4:]
        if str(row[0]).startswith("ladu:") and (code := codes.get(str(row[0])[5:])):
            rows.append(("employment", period, code, float(row[7]), float(row[1])))
    table = pd.DataFrame(rows, columns=["indicator", "period", "area", "numerator", "denominator"])
    assert len(table) == 5 * len(ours)
    known = published.reindex(pd.MultiIndex.from_frame(table[["area", "period"]]))
    rate = (100 * table["numerator"] / table["denominator"]).round(1)
    return table.assign(
        value=np.where(known["observation"].notna(), known["observation"], rate),
        lower=known["lci_95"].to_numpy(),
        upper=known["uci_95"].to_numpy(),
    )


def differences(found: Harmonised, published: pd.DataFrame, areas: str | tuple[str, ...]) -> pd.DataFrame:
    """Ours and theirs side by side: how far apart, and how wide our interval is against theirs."""
    table = found.table[found.table["area"].str.startswith(areas)].set_index(["area", "period"])
    theirs = published.loc[table.index]
    width = (table["upper"] - table["lower"]) / (theirs["uci_95"] - theirs["lci_95"])
    return pd.DataFrame({"apart": (table["value"] - theirs["observation"]).abs(), "width": width})


def test_cumberland_of_twenty_years_is_what_ons_back_cast(cumbria: pd.DataFrame, published: pd.DataFrame) -> None:
    found = harmonise(cumbria, TODAY, KINDS)
    apart = differences(found, published, NEW)
    assert len(apart) == 20
    assert apart["apart"].mean() <= 0.05
    assert apart["apart"].max() <= 0.15
    assert apart["width"].between(0.95, 1.10).all()
    assert abs(apart["width"].median() - 1) < 0.01
    assert set(found.table["status"]) == {""}


def test_counties_of_five_years_are_what_ons_gives(districts: pd.DataFrame, published: pd.DataFrame) -> None:
    apart = differences(harmonise(districts, TODAY, KINDS, counties=counties()), published, "E10")
    assert len(apart) == 105
    assert apart["apart"].mean() <= 0.05
    assert apart["apart"].max() <= 0.15
    assert apart["width"].between(0.95, 1.10).all()
    assert abs(apart["width"].median() - 1) < 0.02


def test_unitary_authorities_of_2023_are_what_ons_back_cast(districts: pd.DataFrame, published: pd.DataFrame) -> None:
    apart = differences(harmonise(districts, TODAY, KINDS, counties=counties()), published, NEW)
    assert len(apart) == 20
    assert apart["apart"].mean() <= 0.05
    assert apart["apart"].max() <= 0.15


def test_a_plain_mean_of_districts_is_ten_times_worse(districts: pd.DataFrame, published: pd.DataFrame) -> None:
    county = districts["area"].map(counties().upper_tier)
    mean = districts.groupby([county, "period"])["value"].mean()
    mean = mean[mean.index.get_level_values(0).isin(published.index.get_level_values(0))]
    apart = (mean - published["observation"].reindex(mean.index)).abs()
    ours = differences(harmonise(districts, TODAY, KINDS, counties=counties()), published, "E10")["apart"]
    assert apart.mean() > 10 * ours.mean()
    assert apart.max() > 1


def test_weighting_by_denominators_comes_close_and_is_marked(cumbria: pd.DataFrame, published: pd.DataFrame) -> None:
    found = harmonise(cumbria.drop(columns="numerator"), TODAY, KINDS)
    apart = differences(found, published, NEW)
    assert apart["apart"].mean() <= 0.05
    assert set(found.table["status"]) == {"e"}
