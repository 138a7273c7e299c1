"""COINr's pair of tables: read, written, read again; and every way in which a pair can be wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests import toyland

from goodwork.cli.coinr import write_project
from goodwork.errors import DataError, DeclarationError, StoreError
from goodwork.index.build import build
from goodwork.sources.coinr import read_coinr, to_coinr


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A small pair: four areas, two periods, a denominator, a group, three levels."""
    data, meta = tmp_path / "iData.csv", tmp_path / "iMeta.csv"
    data.write_text(
        "uName,uCode,Time,Region,Work,Pay,Idle,People\n"
        "Alpha,A,2020,N,1,10,5,100\nBeta,B,2020,N,2,12,,100\nGamma,C,2020,S,3,9,6,50\nDelta,D,2020,S,5,8,4,10\n"
        "Alpha,A,2021,N,2,10,5,100\nBeta,B,2021,N,2,13,8,100\nGamma,C,2021,S,4,9,6,50\nDelta,D,2021,S,5,7,4,10\n"
    )
    meta.write_text(
        "Level,iCode,iName,Direction,Weight,Unit,Denominator,Parent,Type\n"
        "1,Work,In work,1,2,people,People,Jobs,Indicator\n1,Idle,Out of work,-1,1,people,,Jobs,Indicator\n"
        "1,Pay,Pay,1,1,crowns,,Money,Indicator\n2,Jobs,Jobs,1,1,Score,,Whole,Aggregate\n"
        "2,Money,Money,1,3,Score,,Whole,Aggregate\n3,Whole,The whole,1,1,Score,,,Aggregate\n"
        ",Region,Region,,,,,,Group\n,People,People,,,people,,,Denominator\n"
    )
    return data, meta


def test_a_pair_is_read_as_our_nouns(pair: tuple[Path, Path]) -> None:
    read = read_coinr(*pair)
    assert read.framework.title == "The whole"
    assert read.framework.children("index") == ("Jobs", "Money")
    assert read.framework.directions == ("higher", "lower", "higher")
    assert read.framework.weight("Money") == 3
    assert read.panel.periods == ("2020", "2021")
    assert read.panel.groups["Region"].tolist() == ["N", "N", "S", "S"]
    index = build(read.framework, read.panel)
    np.testing.assert_allclose(index.stages["denominated"][0, :, 0], [0.01, 0.02, 0.06, 0.5])
    assert np.isnan(index.stages["values"][0, 1, 1])


def test_writing_and_reading_again_changes_nothing(pair: tuple[Path, Path], tmp_path: Path) -> None:
    read = read_coinr(*pair)
    names = {a.code: a.name for a in read.geography.areas}
    data, meta = to_coinr(read.framework, read.catalogue, read.panel, names)
    data.to_csv(tmp_path / "d.csv", index=False)
    meta.to_csv(tmp_path / "m.csv", index=False)
    again = read_coinr(tmp_path / "d.csv", tmp_path / "m.csv")
    assert again.framework.members == read.framework.members
    assert set(again.framework.domains) == set(read.framework.domains)
    np.testing.assert_array_equal(again.panel.value, read.panel.value)
    assert {a.code: a.name for a in again.geography.areas} == names


def test_our_own_framework_can_be_written_for_coinr(tmp_path: Path) -> None:
    data, meta = to_coinr(toyland.framework(), toyland.catalogue(), toyland.panel())
    data.to_csv(tmp_path / "d.csv", index=False)
    meta.to_excel(tmp_path / "m.xlsx", index=False, engine="xlsxwriter")
    again = read_coinr(tmp_path / "d.csv", tmp_path / "m.xlsx")
    assert set(again.framework.indicators) == set(toyland.framework().indicators)
    mine, theirs = (
        build(fw, panel.select(indicators=fw.indicators), toyland.framework().method)
        for fw, panel in ((toyland.framework(), toyland.panel()), (again.framework, again.panel))
    )
    np.testing.assert_allclose(theirs.scores[..., 0], mine.scores[..., 0])


def test_a_pair_becomes_a_project(pair: tuple[Path, Path], tmp_path: Path) -> None:
    from goodwork.pipeline import own_material, publish

    project = tmp_path / "project"
    assert [p.name for p in write_project(*pair, project)] == [
        "framework.toml",
        "indicators.toml",
        "areas.csv",
        "data.csv",
    ]
    material = own_material(project / "framework.toml", project / "data.csv")
    edition = publish(material, tmp_path / "editions")
    direct = build(*(lambda read: (read.framework, read.panel))(read_coinr(*pair)))
    scores = edition.table("scores")
    found = scores[scores["node"] == "index"].set_index(["period", "area"])["score"]
    for p, period in enumerate(direct.periods):
        for a, area in enumerate(direct.areas):
            assert found[period, area] == pytest.approx(direct.scores[p, a, 0])
    assert material.frameworks[0].name == "project"
    assert "rank_low" not in edition.table("ranks")  # COINr knows no sampling errors, and none are made up
    with pytest.raises(StoreError, match="not empty"):
        write_project(*pair, project)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1,Pay,Pay,1,", "1,Pay,Pay,2,", "direction '2'"),
        ("Money,Indicator", "Money,Indikator", "type 'Indikator'"),
        ("2,Jobs,Jobs,1,", "2,Jobs,Jobs,-1,", "aggregate with direction -1"),
        ("Score,,Whole,Aggregate\n2,Money", "Score,,,Aggregate\n2,Money", "aggregates without a parent: Jobs, Whole"),
        ("Parent,Type", "Above,Type", "no column Parent"),
        (",Money,Indicator", ",Monny,Indicator", "'Monny', which is not declared"),
        ("1,Work,In work,1,2,", "1,Work,In work,1,-2,", "greater than or equal to 0"),
    ],
)
def test_a_wrong_imeta(pair: tuple[Path, Path], old: str, new: str, words: str) -> None:
    change(pair[1], old, new)
    with pytest.raises(DeclarationError) as caught:
        read_coinr(*pair)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Idle,People\n", "Idel,People\n", "no column Idle"),
        ("Alpha,A,2020,N,1,", "Alpha,A,2020,N,much,", "text in a number column: 'much'"),
        ("Beta,B,2020", "Alpha,A,2020", "the area stands twice"),
    ],
)
def test_a_wrong_idata(pair: tuple[Path, Path], old: str, new: str, words: str) -> None:
    change(pair[0], old, new)
    with pytest.raises(DataError) as caught:
        read_coinr(*pair)
    assert words in str(caught.value)
    assert all(f.file == "iData.csv" for f in caught.value.faults)


def test_the_published_example_is_read_whole(shared: Path) -> None:
    inputs = shared / "golden" / "asem" / "inputs"
    read = read_coinr(inputs / "ASEM_iData.csv", inputs / "ASEM_iMeta.csv")
    assert read.panel.value.shape == (1, 51, 53)
    assert read.framework.level("index") == 4
    raw = pd.read_csv(shared / "golden" / "asem" / "steps" / "build_Raw.csv").set_index("uCode")
    for place, name in enumerate(read.framework.indicators):
        np.testing.assert_allclose(read.panel.value[0, :, place], raw.loc[list(read.panel.areas), name], rtol=1e-15)
