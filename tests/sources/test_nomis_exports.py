"""The spreadsheets of Nomis's web page: found by content, every figure read, signs as their footnotes say."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.recorded.breakages import PAGE, byte_cuts

from goodwork.errors import (
    DataError,
    DuplicateObservation,
    GoodWorkError,
    SourceChanged,
    SourceError,
    SourceUnavailable,
)
from goodwork.sources.nomis_exports import read_nomis_export
from goodwork.sources.reading import Reading

Row = Sequence[object]
TITLE: list[Row] = [["toyland survey"], ["Crown Copyright Reserved [from Nomis on 24 April 2023]"], []]
FOOT: list[Row] = [
    [],
    ["! Estimate and confidence interval not available since the group sample size is zero or disclosive (0-2)."],
    ["* Estimate and confidence interval unreliable since the group sample size is small (3-9)."],
    ["~ Estimate is less than 500."],
    ["- These figures are missing."],
    ["Handle with care."],
]
AREAS: list[Row] = [
    ["country:Toyland", 1000, "", 50, 20.5, "", 1.5],
    ["ladu:Northby", 200, "", "*", "!", "", "!"],
    ["ladu:Southby", "~", "", "~", "-", "", "-"],
    ["county:Northby", 300, "", 12.5, 0, "", 3],
]


def block(date: str, areas: list[Row] = AREAS, confidence: str = "95% confidence interval (+/-)") -> list[Row]:
    return [
        ["date", date],
        ["confidence", confidence],
        [],
        ["Area", "T1:1 (Jobs : All )", "", "", "T1:4 (Pay : All )"],
        ["", "number", "Flags", "conf", "number", "Flags", "conf"],
        *areas,
        [],
    ]


def workbook(*sheets: list[Row], corner: tuple[int, int] = (0, 0)) -> bytes:
    with xlsxwriter.Workbook(file := io.BytesIO()) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for i, row in enumerate(rows):
                sheet.write_row(corner[0] + i, corner[1], row)
    return file.getvalue()


YEARS = [*TITLE, *block("Jan 2018-Dec 2018"), *block("Jan 2019-Dec 2019"), *FOOT]


def read(content: bytes) -> Reading:
    return read_nomis_export(content, "jobs.xlsx")


def test_every_figure_of_every_variable_and_year() -> None:
    reading = read(workbook(YEARS))
    rows = reading.rows
    assert (reading.records, len(rows)) == (16, 16)
    first = rows[(rows["span"] == "Jan 2019-Dec 2019") & (rows["series"] == "T1:1 (Jobs : All )")]
    assert first["value"].fillna(-1).tolist() == [1000, 200, -1, 300]
    assert first["lower"].fillna(-1).tolist() == [950, -1, -1, 287.5]
    assert first["status"].tolist() == ["", "u", "low", ""]
    assert first["area_type"].tolist() == ["country", "ladu", "ladu", "county"]
    assert first["row"].tolist() == ["Sheet1!B19", "Sheet1!B20", "Sheet1!B21", "Sheet1!B22"]
    pay = rows[(rows["span"] == "Jan 2018-Dec 2018") & rows["series"].str.contains("Pay")]
    assert pay["status"].tolist() == ["", "c", "x", ""]
    assert pay["value"].tolist()[3] == 0
    assert "disclosive" in pay["note"].tolist()[1]
    assert reading.facts["exported"] == "2023-04-24"
    assert reading.facts["caveats"] == "Handle with care."


def test_where_a_figure_stands() -> None:
    found = read(workbook([["nothing here"]], YEARS, corner=(2, 1))).rows.iloc[4:6]
    assert found["row"].tolist() == ["Sheet2!F11", "Sheet2!F12"]


def test_a_column_of_codes() -> None:
    rows = [
        *block("2019")[:3],
        ["Area", "mnemonic", "T1:1 (Jobs : All )"],
        ["", "", "number"],
        ["ladu:Northby", "T07000001", 5],
    ]
    found = read(workbook(rows)).rows
    assert found[["area", "area_name", "value"]].to_numpy().tolist() == [["T07000001", "Northby", 5.0]]


@pytest.mark.parametrize(
    ("rows", "kind", "told"),
    [
        ([*TITLE, *block("some year")], DataError, "'some year' is not a period"),
        (
            [*block("2019", [["ladu:A", "lots", "", 1, 2, "", "?"]])],
            DataError,
            "!G6: neither a figure nor a known sign",
        ),
        ([*block("2019", AREAS + AREAS[:1])[:-1]], None, ""),
        ([*block("2019", [*AREAS, ["ladu:Northby", 7, "", 1, 2, "", 1]])], DuplicateObservation, "Northby"),
        ([*block("2019", confidence="99% interval")], SourceChanged, "95 %"),
        ([*block("2019")[3:]], SourceChanged, "no date"),
        ([["Area", "x"], ["", "y"]], SourceChanged, "no block"),
        ([*YEARS[:-6], ["! Estimate is provisional."]], SourceChanged, "! now means"),
        ([*block("2019")[:3], ["Area", "Jobs"], ["", "number", "weird"], ["a", 1, 2]], SourceChanged, "not known"),
        ([*block("2019")[:3], ["Area", "Jobs", "Jobs"], ["", "number", "number"], ["a", 1, 2]], SourceChanged, "twice"),
    ],
)
def test_what_is_wrong_is_named(rows: list[Row], kind: type[Exception] | None, told: str) -> None:
    if kind is None:
        assert read(workbook(rows)).left_out == {"the same figure again": 2}
        return
    with pytest.raises(kind) as caught:
        read(workbook(rows))
    assert told in str(caught.value)


def test_no_cut_is_read() -> None:
    content = workbook(YEARS)
    for label, cut in byte_cuts(content, upto=len(content)):
        try:
            found = read(cut)
        except GoodWorkError:
            continue
        pd.testing.assert_frame_equal(found.rows, read(content).rows, obj=label)


def test_a_changed_name_in_a_damaged_part_is_not_read() -> None:
    with ZipFile(io.BytesIO(workbook(YEARS))) as packed, ZipFile(file := io.BytesIO(), "w") as plain:
        for part in packed.namelist():
            plain.writestr(part, packed.read(part))
    content = file.getvalue()
    assert len(read(content).rows) == 16
    assert b"ladu:Northby" in content
    with pytest.raises(SourceError, match="damaged"):
        read(content.replace(b"ladu:Northby", b"ladu:Northbx"))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", SourceUnavailable),
        (PAGE, SourceUnavailable),
        (b"Area,number\n", SourceError),
        (b"PK\x03\x04 and nothing else", SourceError),
        (b"\xd0\xcf\x11\xe0 and nothing else", SourceError),
        (workbook([]), GoodWorkError),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        read(content)


CELL = st.sampled_from(
    ["", "!", "*", "~", "-", "Area", "date", "number", "Flags", "conf", "Jan 2019-Dec 2019", "2019", "A"]
)


@given(st.lists(st.lists(CELL | st.floats(0, 9), max_size=6), max_size=12))
@settings(max_examples=60)
def test_any_sheet_is_read_or_refused(rows: list[Row]) -> None:
    try:
        reading = read(workbook(rows))
    except GoodWorkError:
        return
    assert reading.records == len(reading.rows) + sum(reading.left_out.values())


FILES = {
    "aps_t01_activity_2018_2022": (15_750, 7),
    "aps_t09a_occupation_2017_2021": (56_250, 25),
    "aps_t13a_industry_2018_2022": (20_250, 9),
    "aps_t19_qualifications_2017_2021": (141_750, 63),
}


@pytest.mark.parametrize("name", FILES)
def test_published_files(shared: Path, name: str) -> None:
    reading = read_nomis_export((shared / "nomis-exports" / f"{name}.xlsx").read_bytes(), name)
    assert (reading.records, reading.rows["series"].nunique()) == FILES[name]
    assert len(reading.rows) == reading.records
    assert reading.rows.groupby("area_type")["area_name"].nunique().to_dict() == {
        "User Defined Geography": 48,
        "country": 1,
        "ladu": 363,
        "lep": 38,
    }
