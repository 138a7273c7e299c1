"""The invented country of small areas, and the file that says where areas stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from goodwork.errors import DeclarationError, StoreError
from goodwork.model.area import Area, Geography
from goodwork.sources.invented import FILES, INDICATORS, invented_country, start_small_areas
from goodwork.sources.places import read_places


def test_the_same_seed_invents_the_same_country_another_seed_another_one() -> None:
    one, same, other = (invented_country(700, seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one.figures, same.figures)
    pd.testing.assert_frame_equal(one.places, same.places)
    assert not one.figures["value"].equals(other.figures["value"])


def test_areas_are_nested_and_have_a_cell_each() -> None:
    made = invented_country(1_000)
    small = made.areas[made.areas["level"] == "small_area"]
    assert len(small) == len(made.places) == 1_000
    assert not made.places.duplicated(["column", "row"]).any()
    assert not made.areas["name"].duplicated().any()
    assert set(small["authority"]) == set(made.areas.loc[made.areas["level"] == "authority", "code"])
    sizes = small["authority"].value_counts()
    assert sizes.max() - sizes.min() <= 2
    assert (small.groupby("authority")["region"].nunique() == 1).all()


def test_shares_lie_in_their_intervals_and_some_figures_are_withheld() -> None:
    figures = invented_country(3_000).figures
    assert set(figures["indicator"]) == set(INDICATORS)
    known = figures.dropna()
    assert (known["lower"] <= known["value"]).all()
    assert (known["value"] <= known["upper"]).all()
    shares = known[known["indicator"] != "weekly_pay"]
    assert shares[["lower", "value", "upper"]].stack().between(0, 100).all()
    withheld = figures["value"].isna()
    assert 0.005 < withheld.mean() < 0.02
    assert (figures.loc[withheld, "status"] == "c").all()


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    assert [path.name for path in start_small_areas(tmp_path / "new", 60)] == list(FILES)
    assert "invented" in (tmp_path / "new" / "framework.toml").read_text().split("title")[1]
    with pytest.raises(StoreError, match="the folder is not empty"):
        start_small_areas(tmp_path / "new", 60)
    with pytest.raises(DeclarationError, match="5 small areas cannot be invented"):
        start_small_areas(tmp_path / "few", 5)
    assert not (tmp_path / "few").exists()


@pytest.mark.parametrize(("text", "told"), [
    ("area,column\nA,1\n", "there is no column 'row'"),
    ("area,column,row\nA,1,1\nX,2,1\n", "'X' is not in the list of areas"),
    ("area,column,row\nA,1,1\nA,2,1\n", "'A' is listed twice"),
    ("area,column,row\nA,1.5,1\n", "'1.5' is not a whole number"),
    ("area,column,row\nA,1,1e12\n", "'1e12' is too far off"),
    ("area,column,row\nA,1,\n", "'' is not a whole number"),
    ("area,column,row\nA,1,1\nB,1,1\n", "'1' is in a cell that is taken"),
])  # fmt: skip
def test_every_fault_of_the_places_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "places.csv").write_text(text)
    with pytest.raises(DeclarationError) as refused:
        read_places(tmp_path / "places.csv", Geography((Area(code="A", name="A"), Area(code="B", name="B"))))
    assert any(told in str(fault) for fault in refused.value.faults)


def test_places_are_read_in_the_order_of_codes(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("Row,Area,Column\n2,B,7\n-1,A,3\n")
    read = read_places(tmp_path / "places.csv", Geography((Area(code="A", name="A"), Area(code="B", name="B"))))
    assert read.to_numpy().tolist() == [["A", 3, -1], ["B", 7, 2]]
    assert np.issubdtype(read["row"].dtype, np.integer)
