"""Earnings by area: one real table, and a companion of coefficients of variation hand-written in the same layout."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from tests.sources.steady import account_is_whole, assert_cuts_are_seen, assert_no_crash, same, some_cuts

from goodwork.errors import GoodWorkError, NotFound, SourceChanged, SourceError
from goodwork.sources.ashe import read_ashe
from goodwork.sources.ons_tables import NO_CODE, NOT_ASKED

HEADS: list[list[object]] = [
    [],
    ["", "", "Number", "", "Annual", "", "Annual", "", "Key"],
    ["", "", "of jobs", "", "percentage", "", "percentage"],
    ["Description", "Code", "(thousand)", "Median", "change", "Mean", "change"],
]
VALUES: list[list[object]] = [
    ["York", "E06000014", 97, 500, 2.5, 600.5, -1.5, "", "CV <= 5%"],
    ["Kingston upon Hull", "E06000010 ", 110, 450, "x", 512, ":"],
    ["Isles of Scilly", "E06000053", "..", "x", "x", "x", "-"],
]
CVS: list[list[object]] = [
    ["Kingston upon Hull", "E06000010", 4, 5, "x", 6, ":"],
    ["York", "E06000014", 3, 10, 30, 2, 40],
    ["Isles of Scilly", "E06000053", "..", "x", "x", "x", "-"],
]
NOTES: list[list[object]] = [["Not Classified", "", ":"], [], ["a  Employees on adult rates."]]


def book(rows: list[list[object]], title: str = "Table 7.1a   Weekly pay - Gross (£): United Kingdom, 2022") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        for name in ("Notes", "All", "Male"):
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate([["About"]] if name == "Notes" else [[title], *HEADS, *rows, *NOTES]):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def read(content: bytes, **options: Any) -> Any:
    return read_ashe(content, "ashe.xlsx", **options)


def real(shared: Path) -> bytes:
    return (shared / "other" / "ons_ashe_lwf_7_1a_2022_provisional.xls").read_bytes()


def test_real_table(shared: Path) -> None:
    content = real(shared)
    reading = read_ashe(content, "ashe.xls", columns=("Per cent",))
    account_is_whole(reading)
    assert (len(reading.rows), reading.records, dict(reading.left_out)) == (411, 828, {NO_CODE: 6, NOT_ASKED: 411})
    rows = reading.rows.set_index("area")
    assert rows.loc["K02000001", ["value", "first", "last", "row"]].tolist() == [
        12.2,
        "2022-01-01",
        "2022-12-31",
        "All!D6",
    ]
    assert (rows["status"].value_counts().to_dict()) == {"": 323, "x": 88}


@pytest.mark.parametrize("sheet", ["Male", "Female", "Full-Time", "Part-Time", "Male Full-Time", "Female Part-Time"])
def test_every_sheet_of_the_real_table(shared: Path, sheet: str) -> None:
    reading = read_ashe(real(shared), "ashe.xls", sheet=sheet)
    account_is_whole(reading)
    assert len(reading.rows) == 822


def test_real_table_cut(shared: Path) -> None:
    content = real(shared)
    assert_cuts_are_seen(lambda cut: read_ashe(cut, "ashe.xls"), content, some_cuts(content, 30))


def test_headings_are_put_together_and_told_apart() -> None:
    assert list(dict.fromkeys(read(book(VALUES)).rows["series"])) == [
        "Number of jobs (thousand)",
        "Median",
        "Annual percentage change",
        "Mean",
        "Annual percentage change (Mean)",
    ]


def test_markers_of_the_survey() -> None:
    reading = read(book(VALUES))
    account_is_whole(reading)
    rows = reading.rows.set_index(["area", "series"])
    assert rows.loc[("E06000053", "Number of jobs (thousand)"), ["status", "note"]].tolist() == ["c", ".."]
    assert rows.loc[("E06000053", "Median"), "status"] == "x"
    assert rows.loc[("E06000010", "Annual percentage change (Mean)"), "status"] == "z"
    assert rows.loc[("E06000053", "Annual percentage change (Mean)"), "status"] == "low"
    assert rows.loc[("E06000014", "Annual percentage change (Mean)"), "value"] == -1.5
    assert dict(reading.left_out) == {NO_CODE: 2}


def test_intervals_from_the_companion_whatever_its_order() -> None:
    rows = read(book(VALUES), cv=book(CVS), columns=("Median", "Mean")).rows.set_index(["area", "series"])
    assert rows.loc[("E06000014", "Median"), ["lower", "upper"]].tolist() == [500 - 98, 500 + 98]
    assert rows.loc[("E06000010", "Mean"), "upper"] == pytest.approx(512 * (1 + 1.96 * 0.06), abs=1e-12)
    assert rows.loc[("E06000053", "Median"), ["lower", "upper"]].isna().all()


def test_a_negative_change_has_its_bounds_the_right_way_round() -> None:
    reading = read(book(VALUES), cv=book(CVS), columns=("Annual percentage change (Mean)",))
    york = reading.rows.set_index("area").loc["E06000014"]
    assert york["lower"] < york["value"] < york["upper"]
    assert reading.notes == ()


@pytest.mark.parametrize(
    "companion",
    [
        book(CVS, "Table 7.1b   Weekly pay - Gross (£) - CV: United Kingdom, 2021"),
        book(CVS[:2]),
        book([*CVS, CVS[0]]),
        book([[*CVS[0][:3], -5, *CVS[0][4:]], *CVS[1:]]),
        book([[*CVS[0][:3], "many", *CVS[0][4:]], *CVS[1:]]),
        book(VALUES),
        b"",
        b"<!DOCTYPE html>",
    ],
)
def test_a_companion_of_another_table_is_refused(companion: bytes) -> None:
    with pytest.raises(SourceError):
        read(book(VALUES), cv=companion)


@pytest.mark.parametrize(
    ("options", "kind"),
    [({"sheet": "Children"}, NotFound), ({"columns": ("Mode",)}, NotFound), ({"sheet": "Notes"}, SourceChanged)],
)
def test_refused(options: dict[str, Any], kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read(book(VALUES), **options)


def test_a_title_without_a_year_needs_a_span() -> None:
    untitled = book(VALUES, "Table 7.1a")
    with pytest.raises(SourceChanged):
        read(untitled)
    assert same(read(untitled, span="2022"), read(book(VALUES)))


def test_damaged_workbooks() -> None:
    content = book(VALUES)
    assert_cuts_are_seen(read, content, some_cuts(content, 60))
    assert_no_crash(read, content, 60)


def test_interval_formula_is_the_one_behind_published_bounds(shared: Path) -> None:
    """Explore Local Statistics publishes bounds of pay made from CVs of one decimal: each has such a CV."""
    pay = pd.read_csv(shared / "els" / "gross-median-weekly-pay" / "gross-median-weekly-pay.csv")
    pay = pay.dropna(subset=["observation", "lci_95", "uci_95"])
    cv = (pay["uci_95"] - pay["observation"]) / pay["observation"] / 1.96 * 100
    assert len(pay) > 5000
    assert ((cv - cv.round(1)).abs() < 0.01).mean() > 0.99
