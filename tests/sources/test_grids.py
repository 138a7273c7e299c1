"""Sheets as grids of cells, and the tables found in them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter
from tests.sources.test_tables import open_document

from goodwork.errors import GoodWorkError, NotFound, SourceChanged, SourceError, SourceUnavailable
from goodwork.sources.grids import Sheet, read_sheets, table_of_areas, table_under

CELLS = [["Births by area", "", ""], ["", "", "2019"], ["E06000014", "York", "900"], ["Note", "", ""]]


def sheet(cells: list[list[str]]) -> Sheet:
    return Sheet("b.xlsx", "T1", cells, list(range(1, len(cells) + 1)))


def book(**sheets: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        for title, rows in sheets.items():
            page = workbook.add_worksheet(title)
            for number, row in enumerate(rows):
                page.write_row(number + 2, 1, row)
    return buffer.getvalue()


def test_sheets_keep_their_places() -> None:
    found = read_sheets("b.xlsx", book(One=[["a", 1.5]], Two=[]))
    assert [s.title for s in found] == ["One", "Two"]
    assert found[0].cells == [["", "a", "1.5"]]
    assert found[0].places([0], 2) == ["One!C3"]
    assert found[1].cells == []


def test_a_workbook_is_known_by_its_bytes(tmp_path: Path) -> None:
    ods = open_document(tmp_path / "x.ods", [["Code", "5"]]).read_bytes()
    assert read_sheets("answer", ods)[0].cells == [["Code", "5"]]
    assert read_sheets("answer.csv", book(One=[["a"]]))[0].title == "One"
    with pytest.raises(NotFound):
        read_sheets("b.xlsx", book(One=[["a"]]), "Two")


def test_columns_beyond_z_have_two_letters() -> None:
    assert sheet([["x"]]).places([0], 26) == ["T1!AA1"]
    assert sheet([["x"]]).places([0], 701) == ["T1!ZZ1"]
    assert sheet([["x"]]).places([0], 702) == ["T1!AAA1"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", SourceUnavailable),
        (b"<!doctype html>", SourceUnavailable),
        (b"a,b\n1,2", SourceChanged),
        (b"a,b\n1,M\xf4n\n", SourceChanged),
        (b"a,b\n1,\x00\n", SourceError),
        (b"PK\x03\x04 no archive", SourceError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), SourceError),
    ],
)
def test_refused(content: bytes, kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read_sheets("x", content)


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    found = read_sheets("a.csv", b"\n\na,b\n\n1,2\n")[0]
    assert found.numbers == [3, 5]


def test_table_under_its_labels() -> None:
    cells = [["Title", "", ""], ["Area  code", "Value", "Other"], ["A1", "5", "x"], ["", "", ""], ["A2", "6", "y"]]
    found = table_under(sheet(cells), ["AREA CODE", "value"])
    assert found.frame()["Value"].tolist() == ["5", "6"]
    assert (found.places(1), found.above) == (["T1!B3", "T1!B5"], "Title")
    for labels in (["Area"], ["Area code", "Count"]):
        with pytest.raises(SourceChanged):
            table_under(sheet(cells), labels)
    with pytest.raises(SourceChanged):
        table_under(sheet([["a", "a"], ["1", "2"]]), ["a"])
    with pytest.raises(SourceChanged):
        table_under(sheet([["a", "b"], ["1"]]), ["a"])


def test_table_of_areas_needs_no_label_for_codes_and_names() -> None:
    found = table_of_areas(sheet(CELLS))
    assert (found.codes, found.names, found.labels, found.others) == (0, 1, {2: "2019"}, (3,))
    swapped = [[row[1], row[0], row[2]] for row in CELLS]
    assert table_of_areas(sheet([["Births", "", ""], *swapped[1:]])).codes == 1


@pytest.mark.parametrize(
    "cells",
    [
        CELLS[:2],
        [["E06000014", "York", "900"]],
        [*CELLS[:2], ["E0600014", "York", "900"], ["E06000010", "Hull", "800"]],
        [*CELLS[:3], ["E0600010", "Hull", "800"]],
        [["Code", "Area", "2019"], ["E06O00014", "York", "900"], ["E06000010", "Hull", "800"]],
        [*CELLS[:3], ["E06000010", "Hull"]],
    ],
)
def test_damaged_tables_of_areas_are_refused(cells: list[list[str]]) -> None:
    with pytest.raises(SourceChanged):
        table_of_areas(sheet(cells))
