"""The invented project a newcomer starts from."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from tests import toyland

from goodwork.errors import StoreError
from goodwork.model.observation import Status
from goodwork.sources.folder import read_areas, read_catalogue, read_framework
from goodwork.sources.observations import read_observations
from goodwork.sources.starter import FILES, start_project


@pytest.mark.parametrize("where", ["new", "deep/er/new", "."])
def test_a_project_starts_in_a_new_or_empty_folder(tmp_path: Path, where: str) -> None:
    written = start_project(tmp_path / where)
    assert [path.name for path in written] == list(FILES)
    assert sorted(p.name for p in (tmp_path / where).iterdir()) == sorted(FILES)


def test_what_is_written_can_be_read_without_a_note_of_doubt(tmp_path: Path) -> None:
    start_project(tmp_path / "p")
    catalogue, places = read_catalogue(tmp_path / "p"), read_areas(tmp_path / "p")
    read_framework(tmp_path / "p").checked_against(catalogue)
    found = read_observations(tmp_path / "p" / "data.csv", catalogue, places)
    assert found.notes == ("data.csv: 1 empty cells hold no figure",)
    assert len(found.table) == 12 * 6 * 3 - 1


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StoreError) as caught:
        start_project(tmp_path)
    assert caught.value.faults[0].file == str(tmp_path)
    assert "nothing is ever overwritten" in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    with pytest.raises(StoreError, match="a file, not a folder"):
        start_project(tmp_path / "f")
    with pytest.raises(StoreError, match="could not be written"):
        start_project(tmp_path / "f" / "below")


def test_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def fail_at_the_third(self: Path, target: Path) -> Path:
        if self.name == FILES[2]:
            raise OSError("disk full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_at_the_third)
    with pytest.raises(StoreError, match="disk full"):
        start_project(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_every_file_says_that_toyland_is_invented() -> None:
    for name in ("README.md", "framework.toml", "indicators.toml"):
        assert "invented" in (toyland.STARTER / name).read_text(encoding="utf-8").splitlines()[0]
    assert "(invented)" in toyland.framework().title
    assert all("(invented)" in i.name for i in toyland.catalogue().indicator)


def test_the_readme_points_at_what_is_there() -> None:
    for name in re.findall(r"`([a-z]+\.(?:toml|csv))`", (toyland.STARTER / "README.md").read_text(encoding="utf-8")):
        assert (toyland.STARTER / name).exists()


def test_known_features_of_the_panel() -> None:
    panel = toyland.panel()
    at = {name: {key: i for i, key in enumerate(getattr(panel, name))} for name in ("periods", "areas", "indicators")}

    def cell(place: tuple[str, str, str]) -> tuple[int, int, int]:
        return at["periods"][place[0]], at["areas"][place[1]], at["indicators"][place[2]]

    assert panel.value[cell(toyland.OUTLIER)] == 1950 == np.nanmax(panel.value)
    assert np.isnan(panel.value[cell(toyland.GAP)])
    assert panel.status[cell(toyland.GAP)] == ""
    assert np.isnan(panel.value[cell(toyland.SUPPRESSED)])
    assert panel.status[cell(toyland.SUPPRESSED)] == Status.CONFIDENTIAL
    assert np.isnan(panel.value).sum() == 2
