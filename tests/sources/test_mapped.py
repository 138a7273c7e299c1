"""Any table by a declared mapping: the same figures from every format, and every way a mapping or a table is wrong."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from tests.sources.steady import (
    account_is_whole,
    same,
)
from tests.sources.test_tables import open_document

from goodwork.errors import DataError, DeclarationError, GoodWorkError, NotFound, SourceChanged
from goodwork.sources.mapped import DELETED, NOT_ASKED, TableMapping, read_mapped

ROWS = [
    ["Code", "Name", "Year", "Sex", "Rate", "SE", "Flag"],
    ["E06000014", "York", "2018", "All", "5.5", "0.5", ""],
    ["E06000014", "York", "2019", "All", "6", "1", "p"],
    ["E06000010", "Kingston upon Hull", "2019", "All", "[c]", "", ""],
    ["E06000010", "Kingston upon Hull", "2019", "Men", "7.5", "1", ""],
]
MAPPING: dict[str, Any] = {
    "area": "code",
    "area_name": "Name",
    "period": "Year",
    "value": "Rate",
    "standard_error": "SE",
    "status": "Flag",
    "series": "rate",
    "where": {"Sex": ("All",)},
}
SDMX = (
    b"STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
    b"dataflow,ESTAT:EMP(1.0),I,A,E06000014,2019,75.5,A\n"
    b"dataflow,ESTAT:EMP(1.0),I,A,E06000010,2019-Q1,,Q\n"
    b"dataflow,ESTAT:EMP(1.0),D,A,E06000011,2019,70,A\n"
)


def csv(rows: list[list[str]] = ROWS) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


def xlsx(rows: list[list[str]] = ROWS, sheets: tuple[str, ...] = ("Data",)) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_numbers": True}) as book:
        for title in sheets:
            sheet = book.add_worksheet(title)
            for number, row in enumerate([["About this file"]] if title == "Cover" else rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def parquet(path: Path) -> bytes:
    source = path / "t.csv"
    source.write_bytes(csv())
    duckdb.sql(
        f"COPY (SELECT * FROM read_csv('{source}', all_varchar=true)) TO '{path / 't.parquet'}' (FORMAT parquet)"
    )
    return (path / "t.parquet").read_bytes()


def read(content: bytes, **changes: Any) -> Any:
    return read_mapped(content, "t.csv", mapping={**MAPPING, **changes})


def test_figures_intervals_and_markers() -> None:
    reading = read(csv())
    account_is_whole(reading)
    assert reading.rows[["series", "area", "last", "value", "lower", "upper", "status", "row"]].iloc[
        :2
    ].to_numpy().tolist() == [
        ["rate", "E06000014", "2018-12-31", 5.5, 5.5 - 0.98, 5.5 + 0.98, "", "row 2"],
        ["rate", "E06000014", "2019-12-31", 6.0, 6 - 1.96, 6 + 1.96, "p", "row 3"],
    ]
    assert reading.rows["status"].tolist()[2] == "c"
    assert dict(reading.left_out) == {NOT_ASKED: 1}


def test_every_format_reads_the_same(tmp_path: Path) -> None:
    plain = read(csv())
    ods = open_document(tmp_path / "t.ods", ROWS).read_bytes()
    for content in (xlsx(), ods, parquet(tmp_path), csv([["A title"] + [""] * 6, [""] * 7, *ROWS])):
        assert same(read(content), plain)
    assert read(xlsx()).rows["row"].tolist() == ["Data!A2", "Data!A3", "Data!A4"]
    semicolons = csv().replace(b",", b";").replace(b".", b",")
    assert same(read(semicolons, decimal=","), plain)


def test_the_sheet_is_found_by_its_columns_unless_several_have_them() -> None:
    assert same(read(xlsx(sheets=("Cover", "Data"))), read(csv()))
    with pytest.raises(SourceChanged, match="not in the shape"):
        read(xlsx(sheets=("Data", "More")))
    assert same(read(xlsx(sheets=("Data", "More")), sheet="More"), read(csv()))


def test_a_coefficient_of_variation_and_a_half_width() -> None:
    half = read(csv(), standard_error=None, half_width="SE").rows
    assert half[["lower", "upper"]].iloc[0].tolist() == [5.0, 6.0]
    percent = read(csv(), standard_error=None, cv="SE").rows
    assert percent["upper"].iloc[1] == pytest.approx(6 * (1 + 1.96 * 0.01), abs=1e-12)


def test_one_column_for_each_period() -> None:
    wide = b"Code,2018/19,2019/20,Note\nE06000014,5,6,x\nE06000010,[c],0,\n"
    mapping = {"area": "Code", "periods_like": "20../..", "series": "rate"}
    reading = read_mapped(wide, "w.csv", mapping=mapping)
    account_is_whole(reading)
    assert reading.rows[["area", "first", "status"]].to_numpy().tolist() == [
        ["E06000014", "2018-04-01", ""],
        ["E06000010", "2018-04-01", "c"],
        ["E06000014", "2019-04-01", ""],
        ["E06000010", "2019-04-01", ""],
    ]
    listed = read_mapped(wide, "w.csv", mapping={"area": "Code", "periods": ["2019/20"], "series": "rate"})
    assert listed.rows["value"].tolist() == [6.0, 0.0]


def test_sdmx_csv() -> None:
    reading = read_mapped(SDMX, "s.csv", mapping={"format": "sdmx-csv", "series": "employment"})
    account_is_whole(reading)
    assert reading.rows[["area", "last", "status", "note"]].to_numpy().tolist() == [
        ["E06000014", "2019-12-31", "", ""],
        ["E06000010", "2019-03-31", "c", "Q"],
    ]
    assert dict(reading.left_out) == {DELETED: 1}
    labelled = SDMX.replace(b"REF_AREA", b"REF_AREA: Reference area").replace(b"TIME_PERIOD", b"TIME_PERIOD: Time")
    assert same(read_mapped(labelled, "s.csv", mapping={"format": "sdmx-csv", "series": "employment"}), reading)


def test_json_stat() -> None:
    cube = {
        "class": "dataset",
        "label": "Rate",
        "id": ["A", "T"],
        "size": [1, 2],
        "dimension": {"A": {"category": {"index": ["E1"]}}, "T": {"category": {"index": ["2018", "2019"]}}},
        "value": [1, 2],
    }
    mapping = {"format": "jsonstat", "area": "A", "period": "T"}
    assert read_mapped(json.dumps(cube).encode(), "c.json", mapping=mapping).rows["value"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "change",
    [
        {"value": None},
        {"area": None, "area_name": None},
        {"span": "2019"},
        {"period": None},
        {"cv": "SE"},
        {"lower": "SE", "standard_error": None},
        {"series": ""},
        {"periods": ("2019",)},
        {"periods_like": "("},
        {"marks": {"*": "secret"}},
        {"valeu": "Rate"},
        {"z95": -1},
    ],
)
def test_a_wrong_mapping_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError):
        read(csv(), **change)


@pytest.mark.parametrize(
    ("content", "change", "kind"),
    [
        (csv(), {"value": "Percentage"}, SourceChanged),
        (csv(), {"status": "Sex"}, DataError),
        (csv(), {"where": {"Sex": ("Women",)}}, GoodWorkError),
        (csv().replace(b"0.5", b"wide"), {}, DataError),
        (csv().replace(b"0.5", b"-1"), {}, DataError),
        (csv().replace(b",p\n", b",c\n"), {}, DataError),
        (csv().replace(b"2018", b"twenty"), {}, DataError),
        (csv(), {"where": {}}, GoodWorkError),
        (csv().replace(b"York", b"M\xf4n"), {}, SourceChanged),
        (xlsx(), {"sheet": "Figures"}, NotFound),
    ],
)
def test_refused(content: bytes, change: dict[str, Any], kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read(content, **change)


def test_another_encoding_is_read_when_it_is_declared() -> None:
    assert read(csv().replace(b"York", b"M\xf4n"), encoding="cp1252").rows["area_name"].iloc[0] == "Môn"


def test_a_column_that_parquet_lacks_is_named(tmp_path: Path) -> None:
    content = parquet(tmp_path)
    with pytest.raises(NotFound):
        read(content, value="Rat")
    with pytest.raises(GoodWorkError):
        read(content[:-20])


def test_mapping_from_toml() -> None:
    text = 'area = "Code"\nperiod = "Year"\nvalue = "Rate"\nseries = "rate"\n[where]\nSex = ["All"]\n'
    mapping = TableMapping.from_toml(text)
    assert len(read_mapped(csv(), "t.csv", mapping=mapping).rows) == 3
