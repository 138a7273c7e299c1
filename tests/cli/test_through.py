"""Answers through time, and those from a person's own file, as a person asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from tests.cli.test_questions import IN_2019, ask, data
from tests.pipeline.test_burden import DALYS, HEAD

from goodwork import errors
from goodwork.monitor import Monitor


def test_communities_through_time(edition_store: Path) -> None:
    found = data(edition_store, "communities", "--through", "--draws", "20", *IN_2019)
    assert {row["period"] for row in found["areas"]} == {"2017", "2018", "2019", "2020", "2021"}
    assert len(found["matrix"]) == 16
    assert {row["after"] for row in found["moved"] if row["across_break"]} == {"2020", "2021"}
    said = ask(edition_store, "communities", "--through", "--draws", "20", *IN_2019)
    assert "2020 |" in said
    assert "| after a break: not to be compared with the year before" in said
    assert "across no break" in said


def test_chapters_and_what_goes_together(edition_store: Path, tmp_path: Path) -> None:
    found = data(edition_store, "trends", "--chapters", "--area-set", "gb", "--draws", "50")
    assert {row["chapter"] for row in found["chapters"]} > {"England", "London", "Wales", "Scotland"}
    assert {row["area_name"] for row in found["Wales"]} > {"Cardiff"}
    assert "middle score" in ask(edition_store, "trends", "--chapters", "--area-set", "gb", "--draws", "50")
    pairs = data(edition_store, "trends", "--around", "2020", "--area-set", "gb")["pairs"]
    assert {row["of"] for row in pairs} == {"levels", "changes"}
    drawn = str(tmp_path / "together.svg")
    assert "2004–2019" in ask(edition_store, "trends", "--around", "2020", "--area-set", "gb", "--plot", drawn)
    assert "changes from 2020 on" in Path(drawn).read_text(encoding="utf-8")
    with pytest.raises((typer.BadParameter, AssertionError)):
        ask(edition_store, "trends", "--chapters", "--around", "2020")


def test_causes_of_ones_own_export(edition_store: Path, tmp_path: Path) -> None:
    """Made-up figures: one cause, the number of letters of a name."""
    table = Monitor.open(edition_store).scores("2019", "england-119")
    lines = [f'{DALYS},"{n}",Both,All ages,Flu,Rate,2019,{len(n)},{len(n)},{len(n)}' for n in table["name"]]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    found = data(edition_store, "health", "--gbd", str(path), *IN_2019)
    assert {row["outcome"] for row in found["causes"]} == {"flu"}
    assert "not redistributed" in " ".join(found["notes"])
    drawn = str(tmp_path / "causes.svg")
    assert "flu" in ask(edition_store, "health", "--gbd", str(path), "--plot", drawn, *IN_2019)
    assert ">Flu<" in Path(drawn).read_text(encoding="utf-8")
    with pytest.raises(errors.GoodWorkError):
        ask(edition_store, "health", "--gbd", str(tmp_path / "none.csv"), *IN_2019)


def test_neighbours_by_another_distance(edition_store: Path) -> None:
    plain, other = (
        [row["neighbour"] for row in data(edition_store, "neighbours", "York", *more, *IN_2019)["neighbours"]]
        for more in ((), ("--distance", "mahalanobis"))
    )
    assert plain != other
