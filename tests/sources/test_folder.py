"""Declarations from disk: read, or one ``DeclarationError`` that names file and place."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import toyland

from goodwork.errors import DeclarationError, Fault
from goodwork.sources.folder import read_areas, read_catalogue, read_framework


def refusal(path: Path, reader: object = read_framework) -> tuple[Fault, ...]:
    with pytest.raises(DeclarationError) as caught:
        reader(path)
    return caught.value.faults


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


FRAMEWORK = 'name = "a"\ntitle = "Ä"\n[[members]]\nindicator = "x"\ndirection = "higher"\n'


def test_the_starter_is_read_by_folder_or_by_file() -> None:
    assert read_framework(toyland.STARTER) == read_framework(toyland.STARTER / "framework.toml")
    assert read_catalogue(toyland.STARTER) == read_catalogue(toyland.STARTER / "indicators.toml")
    framework = read_framework(toyland.STARTER)
    assert framework.checked_against(read_catalogue(toyland.STARTER)) is framework


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends(tmp_path: Path, mark: str, end: str) -> None:
    path = write(tmp_path / "f.toml", mark + FRAMEWORK.replace("\n", end))
    assert read_framework(path).title == "Ä"


def test_missing_file(tmp_path: Path) -> None:
    fault = refusal(tmp_path / "none.toml")[0]
    assert (fault.file, fault.remedy) == ("none.toml", "check the name and the folder")
    assert refusal(tmp_path)[0].file == "framework.toml"
    assert refusal(tmp_path, read_catalogue)[0].file == "indicators.toml"
    assert refusal(tmp_path, read_areas)[0].file == "areas.csv"


def test_wrong_encoding_names_the_line(tmp_path: Path) -> None:
    fault = refusal(write(tmp_path / "f.toml", FRAMEWORK.encode("cp1252")))[0]
    assert (fault.file, fault.row, fault.remedy) == ("f.toml", 2, "save the file as UTF-8")


def test_bad_toml_names_the_line(tmp_path: Path) -> None:
    fault = refusal(write(tmp_path / "f.toml", 'name = "a"\ntitle =\n'))[0]
    assert fault.file == "f.toml"
    assert "line 2" in fault.what


def test_a_misspelt_key_names_the_place_and_the_nearest(tmp_path: Path) -> None:
    fault = refusal(write(tmp_path / "f.toml", FRAMEWORK.replace("direction", "directon")))
    assert ("members.1.directon", "did you mean 'direction'?") in [(f.column, f.remedy) for f in fault]


class TestAreas:
    def test_toyland(self) -> None:
        places = read_areas(toyland.STARTER)
        assert (len(places.at("area")), len(places.at("region")), places.level) == (12, 3, "area")
        assert places.by_code["T07"].parents == {"region": "TR2"}
        assert places.by_code["T07"].aliases == ("Gold Paint", "Old Goldpaint")
        assert places.find("kite haven").code == "T02"

    def test_code_and_name_are_enough(self, tmp_path: Path) -> None:
        places = read_areas(write(tmp_path / "a.csv", "Name;Code\nÄ;1\nB;2\n"))
        assert [(a.code, a.name, a.level, a.parents) for a in places.areas] == [
            ("1", "Ä", "area", {}),
            ("2", "B", "area", {}),
        ]

    def test_missing_column(self, tmp_path: Path) -> None:
        fault = refusal(write(tmp_path / "a.csv", "code,label\n1,A\n"), read_areas)[0]
        assert (fault.file, fault.row, fault.column, fault.remedy) == ("a.csv", 1, "name", "add a column 'name'")

    def test_empty_cells_and_repeated_codes(self, tmp_path: Path) -> None:
        faults = refusal(write(tmp_path / "a.csv", "code,name\n1,A\n,B\n2,\n1,C\n"), read_areas)
        assert [(f.row, f.column) for f in faults] == [(3, "code"), (4, "name"), (5, "code")]
        assert "here and in row 2" in faults[2].what

    def test_what_is_wrong_with_the_table_is_told_as_a_declaration(self, tmp_path: Path) -> None:
        fault = refusal(write(tmp_path / "a.csv", "code,name\n1,A,x\n2,B\n3,C\n"), read_areas)[0]
        assert (fault.file, fault.row) == ("a.csv", 2)
