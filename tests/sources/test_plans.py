"""A folder of plans: every file by its name, every fault of every file at once."""

from __future__ import annotations

from pathlib import Path

import pytest

import goodwork
from goodwork.errors import DataError, DeclarationError, SourceError
from goodwork.model.plans import FILES, example_plans
from goodwork.sources.plans import read_plans

EXAMPLE = Path(goodwork.__file__).parent / "starter" / "plans"


def test_the_example_is_read_as_it_is_shipped() -> None:
    found, shipped = read_plans(EXAMPLE), example_plans()
    assert found == shipped
    assert found.targets is not None
    assert found.targets.invented
    assert {path.name for path in EXAMPLE.iterdir()} <= set(FILES)


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text('[[target]]\nplace = "York"\ngoal = "high"\nby = "2030"\n', encoding="utf-8")
    (tmp_path / "disruption.csv").write_text("area,value\nYork,lots\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_plans(tmp_path)
    assert {fault.file for fault in caught.value.faults} == {"targets.toml", "disruption.csv"}


def test_a_folder_without_plans_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "target.toml").write_text("", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"did you mean targets\.toml"):
        read_plans(tmp_path)
    with pytest.raises(SourceError, match="no folder"):
        read_plans(tmp_path / "nowhere")
