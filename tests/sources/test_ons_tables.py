"""Tables of the Office for National Statistics: three real files, and the ways such files break."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from tests.sources.steady import (
    account_is_whole,
    assert_cuts_are_seen,
    same,
    some_cuts,
)

from goodwork.errors import DataError, GoodWorkError, MissingData, NotFound, SourceChanged, SourceError
from goodwork.sources.ons_tables import NO_CODE, NOT_ASKED, read_ons_table, year_of

TEXT = (
    b"code,name,2020,2019\nE06000014,York,12,:\n"
    b'E06000010,"Kingston upon Hull, City of",7 [u],[c]\nE92000001,England,0,5\n'
)


def read(content: bytes, **options: Any) -> Any:
    return read_ons_table(content, "t.csv", **{"series": "deaths", **options})


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def demography(shared: Path, **options: Any) -> Any:
    content = (shared / "other" / "ons_business_demography_2024.xlsx").read_bytes()
    return read_ons_table(content, "ons_business_demography_2024.xlsx", **options)


def test_births_cut_over_four_sheets(shared: Path) -> None:
    reading = demography(shared, series="births", sheets=r"Table 1\.1[a-d]")
    account_is_whole(reading)
    assert (len(reading.rows), reading.records, dict(reading.left_out)) == (2532, 2532, {})
    york = reading.rows[reading.rows["area"] == "E06000014"].set_index("span")
    assert sorted(york.index) == ["2019", "2020", "2021", "2022", "2023", "2024"]
    assert york.loc["2024", "row"].startswith("Table 1.1d!C")
    uk = reading.rows[reading.rows["area"] == "K02000001"].set_index("span")["value"]
    assert uk.to_dict() == {
        "2019": 363825,
        "2020": 333020,
        "2021": 363995,
        "2022": 336925,
        "2023": 316025,
        "2024": 317440,
    }


def test_births_over_active_enterprises_is_what_explore_local_statistics_publishes(shared: Path) -> None:
    births = demography(shared, series="births", sheets=r"Table 1\.1[a-d]").rows.set_index(["area", "span"])["value"]
    active = demography(shared, series="active", sheets=r"Table 3\.1[a-d]").rows.set_index(["area", "span"])["value"]
    els = pd.read_csv(shared / "els" / "business-demography" / "business-demography.csv")
    els = els.assign(span=els["period"].str[:4]).set_index(["areacd", "span"])
    for indicator, ours in (("Active businesses", active), ("Business births", 100 * births / active)):
        theirs = els.loc[els["indicator"] == indicator, "observation"]
        both = pd.concat([theirs, ours], axis=1, join="inner").dropna().to_numpy()
        assert len(both) > 2000
        assert np.abs(both[:, 0] - both[:, 1]).max() < 1e-9


def test_survival_has_a_series_for_every_heading(shared: Path) -> None:
    reading = demography(shared, series="survival", sheets=r"Table 5\.1[a-e]", headings="series")
    account_is_whole(reading)
    assert (len(reading.rows), int(reading.rows["value"].isna().sum())) == (23386, 8452)
    assert set(reading.rows.loc[reading.rows["value"].isna(), "status"]) == {"x"}
    assert set(reading.rows.loc[reading.rows["value"].isna(), "note"]) == {":"}


def test_two_rows_of_headings_and_notes_below(shared: Path) -> None:
    employers = demography(shared, series="employers", sheets=r"Table 6\.1", headings="series")
    assert sorted(set(employers.rows["series"])) == [
        "employers: 2024 Employer Demography Births",
        "employers: Active",
        "employers: Deaths",
    ]
    growth = demography(shared, series="high growth", sheets=r"Table 7\.1d")
    account_is_whole(growth)
    assert dict(growth.left_out) == {NO_CODE: 2}


def test_real_csv_files(shared: Path) -> None:
    deaths = (shared / "other" / "ons_covid_deaths_msoa.csv").read_bytes()
    reading = read(deaths, ignore=("All months", "areanmhc"))
    account_is_whole(reading)
    assert (len(reading.rows), dict(reading.left_out)) == (100814, {NOT_ASKED: 14402})
    total = pd.read_csv(io.BytesIO(deaths))
    assert reading.rows["value"].sum() == total.drop(columns="All months").select_dtypes("number").to_numpy().sum()
    drugs = (shared / "other" / "ons_drug_poisoning_registrations.csv").read_bytes()
    with pytest.raises(SourceError, match="not UTF-8"):
        read(drugs)
    found = read(drugs, encoding="cp1252")
    assert (len(found.rows), found.records, dict(found.left_out)) == (10500, 10500, {})
    assert "Isle of Anglesey / Ynys Môn" in set(found.rows["area_name"])
    assert found.rows.set_index(["area", "span"]).loc[("K04000001", "2020"), "value"] == 4561


def test_real_files_cut(shared: Path) -> None:
    drugs = (shared / "other" / "ons_drug_poisoning_registrations.csv").read_bytes()
    assert_cuts_are_seen(lambda content: read(content, encoding="cp1252"), drugs, some_cuts(drugs, 15))
    book = (shared / "other" / "ons_business_demography_2024.xlsx").read_bytes()
    for _, cut in some_cuts(book, 15):
        with pytest.raises(SourceError):
            read(cut)


def test_markers_stay_beside_their_words() -> None:
    reading = read(TEXT)
    account_is_whole(reading)
    rows = reading.rows.set_index(["area", "span"])
    assert rows.loc[("E06000014", "2019"), ["status", "note"]].tolist() == ["x", ":"]
    assert rows.loc[("E06000010", "2019"), "status"] == "c"
    assert rows.loc[("E06000010", "2020"), ["value", "status"]].tolist() == [7, "u"]
    assert rows.loc[("E92000001", "2020"), ["value", "status"]].tolist() == [0, ""]


def test_a_workbook_reads_as_the_text_of_the_same_cells() -> None:
    rows: list[list[object]] = [["code", "name", 2020, 2019], ["E06000014", "York", 12, ":"]]
    rows += [["E06000010", "Kingston upon Hull, City of", "7 [u]", "[c]"], ["E92000001", "England", 0, 5]]
    assert same(read(workbook({"T": rows})), read(TEXT))
    note: list[list[object]] = [["Note: rounded to 5"], ["", "Total", 19]]
    reading = read(workbook({"Cover": [["Words"]], "T": [["Title"], *rows, [], *note]}))
    assert same(reading, read(TEXT))
    assert dict(reading.left_out) == {NO_CODE: 2}


@pytest.mark.parametrize(
    ("content", "options", "kind"),
    [
        (TEXT.replace(b"E06000014", b"E0600014"), {}, SourceChanged),
        (TEXT.replace(b"2020,2019", b"2020,2020"), {}, DataError),
        (TEXT.replace(b"12,:", b"12,lots"), {}, DataError),
        (TEXT.replace(b"2020,2019", b"2020,Total"), {}, DataError),
        (TEXT, {"ignore": ("Total",)}, NotFound),
        (TEXT, {"columns": ("2018",)}, NotFound),
        (TEXT, {"headings": "series"}, SourceChanged),
        (b"code,name\nE06000014,York\n", {}, SourceChanged),
        (b"area,value\nYork,5\n", {}, SourceChanged),
        (TEXT.splitlines(keepends=True)[0], {}, SourceChanged),
        (TEXT, {"sheets": "Table 1"}, GoodWorkError),
    ],
)
def test_refused(content: bytes, options: dict[str, Any], kind: type[GoodWorkError]) -> None:
    if options.get("sheets"):
        content = workbook({"Other": [["code", "2020"], ["E06000014", 5]]})
    with pytest.raises(kind):
        read(content, **options)


def test_all_left_out_is_no_figures() -> None:
    with pytest.raises(MissingData):
        read(TEXT, ignore=("2019", "2020"))


def test_the_title_must_name_one_year() -> None:
    for words in ("Births", "Births 2019 and 2020", "Births 120190"):
        with pytest.raises(SourceChanged):
            year_of("t", words)
