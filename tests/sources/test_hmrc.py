"""Furlough by area: one real file; the workbooks are hand-written after the layout the publisher's tables have."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.sources.steady import (
    account_is_whole,
    assert_cuts_are_seen,
    same,
    some_cuts,
)

from goodwork.errors import DataError, GoodWorkError, SourceChanged, SourceUnavailable
from goodwork.sources.hmrc import read_furlough
from goodwork.sources.ons_tables import NO_CODE, NOT_ASKED

TEXT = (
    b"LAD19CD,Name,Clinically vulnerable,Furlough count,Furlough rate\n"
    b"E06000014,York,10,29700,0.31\nE06000060,Buckinghamshire,NA,NA,NA\nE06000010,Hull,12,35100,0.3\n"
)
HEADS = [
    "County and district / unitary authority Codes",
    "County and district / unitary authority",
    "Employments furloughed",
    "Take-up rate",
]
TITLE = "Table 5: Employments furloughed by local authority, claims received by 31 July 2020"
AREAS: list[list[object]] = [
    ["E06000014", "York", 29700, 0.31],
    ["E06000060", "Buckinghamshire", "[c]", "[c]"],
    ["E06000010", "Hull", 35100, 0.3],
]
NOTES: list[list[object]] = [["Total", "", 64800], ["1. Figures are rounded to 100."]]


def read(content: bytes, **options: Any) -> Any:
    return read_furlough(content, "cjrs.csv", **{"upto": "31 July 2020", **options})


def book(
    sheet: str = "5. Local Authority", title: str = TITLE, heads: list[str] | None = None, rate: float = 0.31
) -> bytes:
    areas = [[*AREAS[0][:3], rate], *AREAS[1:]]
    sheets = {
        "Contents": [["Coronavirus Job Retention Scheme"]],
        "4. Constituency": [["Code", "Constituency", "Employments furloughed"], ["E14000582", "Boston", 5]],
        sheet: [[title], [], ["Return to contents"], [], [], heads or HEADS, *areas, *NOTES],
    }
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        for name, rows in sheets.items():
            page = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return buffer.getvalue()


def test_real_file(shared: Path) -> None:
    content = (shared / "other" / "hmrc_cjrs_to_2020_07_31.csv").read_bytes()
    reading = read(content)
    account_is_whole(reading)
    assert (len(reading.rows), reading.records, dict(reading.left_out)) == (764, 6494, {NOT_ASKED: 5730})
    hartlepool = reading.rows[reading.rows["area"] == "E06000001"]
    assert hartlepool["value"].tolist() == [11200, 0.3]
    assert set(reading.rows["first"] + reading.rows["last"]) == {"2020-03-012020-07-31"}
    gaps = reading.rows[reading.rows["value"].isna()]
    assert (len(gaps), set(gaps["status"]), set(gaps["note"])) == (8, {"x"}, {"NA"})
    assert_cuts_are_seen(read, content, some_cuts(content, 25))


@pytest.mark.parametrize("sheet", ["5. Local Authority", "Table 9", "LA"])
@pytest.mark.parametrize("heads", [HEADS, ["Code", "Area", "Employments furloughed [note 2]", "Take-up rate3"]])
def test_sheet_and_header_are_found_by_content(sheet: str, heads: list[str]) -> None:
    reading = read(book(sheet, heads=heads), upto=None)
    account_is_whole(reading)
    rows = reading.rows.set_index(["area", "series"])
    assert rows.loc[("E06000014", "Employments furloughed"), ["value", "last", "row"]].tolist() == [
        29700,
        "2020-07-31",
        f"{sheet}!C7",
    ]
    assert rows.loc[("E06000060", "Take-up rate"), "status"] == "c"
    assert dict(reading.left_out) == {NO_CODE: 2}


def test_two_tables_of_furlough_by_area_need_a_choice() -> None:
    one, two = [["Code", "Area", "Employments furloughed", "Take-up rate"], *AREAS], "6. Local Authority by gender"
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        for name in ("5. Local Authority", two):
            page = workbook.add_worksheet(name)
            for number, row in enumerate(one):
                page.write_row(number, 0, row)
    with pytest.raises(SourceChanged):
        read(buffer.getvalue())
    assert len(read(buffer.getvalue(), sheet=two).rows) == 6


def test_the_last_day_must_be_known() -> None:
    for title in ("Table 5", "Table 5, 30 June 2020 to 31 July 2020"):
        with pytest.raises(DataError, match="up to which day"):
            read(book(title=title), upto=None)
        assert len(read(book(title=title)).rows) == 6
    with pytest.raises(DataError):
        read(TEXT, upto="soon")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (book(rate=31), SourceChanged),  # per cent in place of a share
        (book(heads=[*HEADS[:2], "Number", "Rate"]), SourceChanged),
        (book(heads=[*HEADS[:3], "Employments furloughed"]), SourceChanged),
        (TEXT.replace(b"Furlough rate", b"Rate"), SourceChanged),
        (TEXT.replace(b"29700", b"many"), DataError),
        (b"<!DOCTYPE html><html>", SourceUnavailable),
    ],
)
def test_refused(content: bytes, kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read(content)


def test_the_order_of_rows_does_not_matter() -> None:
    assert same(read(b"".join(sorted(TEXT.splitlines(keepends=True), reverse=True))), read(TEXT))
