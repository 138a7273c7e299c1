"""A person's own data: the same figures in every dress, and every fault told with its place."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from goodwork.errors import DataError, DuplicateObservation, Fault, MissingData, UnitMismatch, UnknownArea
from goodwork.model.area import Area, Geography, Successor
from goodwork.model.indicator import Catalogue, Indicator
from goodwork.model.observation import COLUMNS
from goodwork.sources.observations import (
    Observations,
    check_observations,
    fault_class,
    observations_in,
    read_observations,
)
from goodwork.sources.tables import RawTable

CATALOGUE = Catalogue(
    indicator=(
        Indicator(id="work", name="People in work", unit="%", kind="share"),
        Indicator(id="pay", name="Weekly pay", short="Pay", unit="£", kind="money"),
        Indicator(id="rare", name="Rare", unit="%", kind="share", limits=(0, 5)),
    )
)
PLACES = Geography(
    (Area(code="A1", name="Môn"), Area(code="A2", name="York"), Area(code="A3", name="Ely", aliases=("Old Ely",))),
    successors=(Successor(code="Z9", name="Old York", successor="A2", relation="merged", year=2019),),
)
LONG = """indicator,area,area_name,period,value,lower,upper,status
work,A1,Môn,2019,70.5,68,73,
work,A2,York,2019,1.5,0.5,2.5,u
work,A3,Ely,2019,[c],,,
pay,A1,Môn,2019,1234.5,,,
pay,A2,York,2019,512,,,
pay,A3,Ely,2019,,,,
work,A1,Môn,2020,71.25,69,74,
pay,A1,Môn,2020,1240,,,
"""
WIDE = """Area code,Area name,Year,People in work,work_lower,Work upper,work status,PAY
A1,Môn,2019,70.5,68,73,,1234.5
A2,York,2019,1.5,0.5,2.5,u,512
A3,Ely,2019,[c],,,,
A1,Môn,2020,71.25,69,74,,1240
"""


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.splitlines()]


def to_xlsx(path: Path, text: str) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(cells(text)):
            for column, cell in enumerate(row):
                try:
                    sheet.write_number(number, column, float(cell))
                except ValueError:
                    sheet.write_string(number, column, cell)
    return path


def to_parquet(path: Path, text: str) -> Path:
    source = write(path.with_suffix(".source.csv"), text)
    duckdb.sql(f"COPY (FROM read_csv('{source}', header=true)) TO '{path}' (FORMAT parquet)")
    return path


def commas(text: str) -> str:
    return "\n".join(";".join(c.replace(".", ",") for c in row) for row in cells(text)) + "\n"


DRESSES: dict[str, Callable[[Path, str], Path]] = {
    "comma": lambda p, t: write(p / "d.csv", t),
    "semicolon": lambda p, t: write(p / "d.csv", t.replace(",", ";")),
    "tab": lambda p, t: write(p / "d.tsv", t.replace(",", "\t")),
    "pipe": lambda p, t: write(p / "d.txt", t.replace(",", "|")),
    "decimal comma": lambda p, t: write(p / "d.csv", commas(t)),
    "byte order mark": lambda p, t: write(p / "d.csv", "\ufeff" + t),
    "crlf": lambda p, t: write(p / "d.csv", t.replace("\n", "\r\n")),
    "cr": lambda p, t: write(p / "d.csv", t.replace("\n", "\r")),
    "windows-1252": lambda p, t: write(p / "d.csv", t.encode("cp1252")),
    "utf-16": lambda p, t: write(p / "d.csv", t.encode("utf-16")),
    "xlsx": lambda p, t: to_xlsx(p / "d.xlsx", t),
    "parquet": lambda p, t: to_parquet(p / "d.parquet", t),
}


def plain(found: Observations) -> pd.DataFrame:
    return found.table.drop(columns="source")


@pytest.fixture
def expected(tmp_path: Path) -> Observations:
    return read_observations(write(tmp_path / "expected.csv", LONG), CATALOGUE, PLACES)


class TestTheSameFigures:
    @pytest.mark.parametrize("form", [LONG, WIDE], ids=["long", "wide"])
    @pytest.mark.parametrize("dress", DRESSES)
    def test_in_every_dress(self, tmp_path: Path, expected: Observations, dress: str, form: str) -> None:
        found = read_observations(DRESSES[dress](tmp_path, form), CATALOGUE, PLACES)
        assert_frame_equal(plain(found), plain(expected))

    def test_the_table(self, expected: Observations) -> None:
        assert tuple(expected.table.columns) == COLUMNS
        rows = expected.table.set_index(["indicator", "area", "period"])
        assert rows.loc[("work", "A1", "2019"), ["value", "lower", "upper"]].tolist() == [70.5, 68.0, 73.0]
        assert np.isnan(rows.loc[("work", "A3", "2019"), "value"])
        assert rows.loc[("work", "A3", "2019"), "status"] == "c"
        assert rows.loc[("work", "A2", "2019"), "status"] == "u"
        assert ("pay", "A3", "2019") not in rows.index
        assert set(expected.table["basis"]) == {"published"}
        assert set(expected.table["source"]) == {"expected.csv"}
        assert (expected.table["span"] == expected.table["period"]).all()
        assert expected.notes == ("expected.csv: 1 empty cells hold no figure",)

    def test_header_aliases(self, tmp_path: Path, expected: Observations) -> None:
        header = "Indicator ID,AREACD,areanm,Time Period,Observation,lci_95,uci_95,OBS_STATUS"
        text = "\n".join([header, *LONG.splitlines()[1:]])
        assert_frame_equal(
            plain(read_observations(write(tmp_path / "d.csv", text), CATALOGUE, PLACES)), plain(expected)
        )

    def test_vintage_headers_and_area_as_the_name(self, tmp_path: Path) -> None:
        for header in ("utla21cd,utla21nm", "area,code", "Area,Area code"):
            first, second = ("Môn", "A1") if header.lower().startswith("area") else ("A1", "Môn")
            path = write(tmp_path / "d.csv", f"{header},year,work\n{first},{second},2019,50\n")
            assert read_observations(path, CATALOGUE, PLACES).table["area"].tolist() == ["A1"]

    def test_span_basis_and_source_are_kept(self, tmp_path: Path) -> None:
        path = write(tmp_path / "d.csv", "area,period,span,work,basis,source\nA1,2019,2017-2019,50,derived,survey\n")
        row = read_observations(path, CATALOGUE, PLACES).table.iloc[0]
        assert row[["period", "span", "basis", "source"]].tolist() == ["2019", "2017-2019", "derived", "survey"]

    def test_without_a_period(self, tmp_path: Path) -> None:
        for text in ("area,work\nA1,50\n", "area,indicator,value\nA1,work,50\n"):
            assert read_observations(write(tmp_path / "d.csv", text), CATALOGUE, PLACES).table["period"].tolist() == [
                "all"
            ]

    def test_one_indicator_needs_no_column(self, tmp_path: Path) -> None:
        sole = Catalogue(indicator=CATALOGUE.indicator[:1])
        found = read_observations(write(tmp_path / "d.csv", "area,value\nA1,50\n"), sole, PLACES)
        assert found.table["indicator"].tolist() == ["work"]
        assert "all figures were read as work" in found.notes[0]

    def test_a_thousands_separator_in_one_column_is_settled_by_another(self, tmp_path: Path) -> None:
        path = write(tmp_path / "d.csv", 'area,work,pay\nA1,50.5,"1,234"\nA2,51,"1,300"\n')
        assert read_observations(path, CATALOGUE, PLACES).table["value"].tolist() == [1234, 1300, 50.5, 51]

    def test_the_decimal_mark_can_be_said(self, tmp_path: Path) -> None:
        path = write(tmp_path / "d.csv", "area;pay\nA1;1,234\nA2;2,345\n")
        assert read_observations(path, CATALOGUE, PLACES, decimal=",").table["value"].tolist() == [1.234, 2.345]
        assert read_observations(path, CATALOGUE, PLACES, decimal=".").table["value"].tolist() == [1234, 2345]

    def test_a_point_taken_for_granted_is_noted(self, tmp_path: Path) -> None:
        found = read_observations(write(tmp_path / "d.csv", "area;pay\nA1;1.234\nA2;2.345\n"), CATALOGUE, PLACES)
        assert "say decimal=','" in found.notes[0]

    def test_a_sheet_by_name(self, tmp_path: Path) -> None:
        path = to_xlsx(tmp_path / "d.xlsx", WIDE)
        assert len(read_observations(path, CATALOGUE, PLACES, sheet="Sheet1").table) == 7


class TestAreasOfTheFile:
    def test_codes_and_names(self, tmp_path: Path) -> None:
        found = read_observations(write(tmp_path / "d.csv", LONG), CATALOGUE)
        assert [(a.code, a.name) for a in found.geography.areas] == [("A1", "Môn"), ("A2", "York"), ("A3", "Ely")]

    def test_codes_alone(self, tmp_path: Path) -> None:
        found = read_observations(write(tmp_path / "d.csv", "area,work\nA2,50\nA1,51\n"), CATALOGUE)
        assert [(a.code, a.name) for a in found.geography.areas] == [("A2", "A2"), ("A1", "A1")]

    def test_names_serve_as_codes_when_there_is_no_geography(self, tmp_path: Path) -> None:
        found = read_observations(write(tmp_path / "d.csv", "area name,work\nYork,50\n"), CATALOGUE)
        assert [(a.code, a.name) for a in found.geography.areas] == [("York", "York")]

    def test_a_second_name_is_noted(self, tmp_path: Path) -> None:
        text = "area,name,period,work\nA1,Môn,1,50\nA1,Anglesey,2,50\n"
        assert (
            "row 3: A1 has a second name 'Anglesey'"
            in read_observations(write(tmp_path / "d.csv", text), CATALOGUE).notes
        )

    def test_a_name_that_contradicts_the_code_is_noted(self, tmp_path: Path) -> None:
        path = write(tmp_path / "d.csv", "area,name,work\nA1,York,50\nA2,york,51\n")
        assert read_observations(path, CATALOGUE, PLACES).notes == ("row 2: A1 is 'Môn'; the file calls it 'York'",)


def faults(tmp_path: Path, text: str, kind: type[DataError], geography: Geography | None = PLACES) -> tuple[Fault, ...]:
    path = write(tmp_path / "mine.csv", text)
    with pytest.raises(DataError) as caught:
        read_observations(path, CATALOGUE, geography)
    assert type(caught.value) is kind
    assert all(fault.file == "mine.csv" and fault.remedy for fault in caught.value.faults)
    return caught.value.faults


def only(tmp_path: Path, text: str, kind: type[DataError]) -> tuple[int | None, str | None, str, str]:
    found = faults(tmp_path, text, kind)
    assert len(found) == 1, found
    return found[0].row, found[0].column, found[0].what, str(found[0].remedy)


class TestFaults:
    def test_unknown_area(self, tmp_path: Path) -> None:
        row, column, what, remedy = only(tmp_path, "code,work\nA1,50\nA9,50\n", UnknownArea)
        assert (row, column, what) == (3, "code", "area code 'A9' is not known")
        assert remedy.startswith("did you mean 'A")

    def test_unknown_area_is_told_once(self, tmp_path: Path) -> None:
        text = "area,period,work\nA1,1,50\nQQ,1,50\nQQ,2,50\nQQ,3,50\n"
        row, _, what, remedy = only(tmp_path, text, UnknownArea)
        assert (row, what, remedy) == (3, "area code 'QQ' is not known (and in 2 more rows)", "check the list of areas")

    def test_retired_code_names_the_successor(self, tmp_path: Path) -> None:
        row, column, what, remedy = only(tmp_path, "area,work\nZ9,50\n", UnknownArea)
        assert (row, column, what) == (2, "area", "area code 'Z9' (Old York) ended in 2019")
        assert remedy == "it became A2 (York)"

    @pytest.mark.parametrize("header", ["area", "area_name"])
    @pytest.mark.parametrize(("name", "code"), [("york", "A2"), ("Mon", "A1"), ("Old Ely", "A3")])
    def test_named_not_coded(self, tmp_path: Path, header: str, name: str, code: str) -> None:
        row, column, what, remedy = only(tmp_path, f"{header},work\n{name},50\n", UnknownArea)
        assert (row, column, what) == (2, header, f"area {name!r} is named, not coded")
        assert remedy == f"write the code {code}"

    def test_duplicate_with_another_value(self, tmp_path: Path) -> None:
        text = "area,period,work\nA1,2019,50\nA2,2019,50\nA1,2019,51\n"
        row, column, what, remedy = only(tmp_path, text, DuplicateObservation)
        assert (row, column, remedy) == (4, "work", "keep one of the two")
        assert what == "work / A1 / 2019 is given twice, here and in row 2: 50 and 51"

    def test_identical_duplicate_is_dropped_with_a_note(self, tmp_path: Path) -> None:
        path = write(tmp_path / "d.csv", "area,period,work\nA1,2019,50\nA1,2019,50\n")
        found = read_observations(path, CATALOGUE, PLACES)
        assert len(found.table) == 1
        assert found.notes == ("d.csv: 1 rows that repeat another were left out",)

    def test_text_in_a_number_column(self, tmp_path: Path) -> None:
        row, column, what, remedy = only(tmp_path, "area,pay,work\nA1,5,50\nA2,5,lots\n", DataError)
        assert (row, column, what) == (3, "work", "text in a number column: 'lots'")
        assert remedy.startswith("write a number")

    def test_text_in_a_bound(self, tmp_path: Path) -> None:
        text = "area,indicator,value,LCI_95,uci_95\nA1,work,50,low-ish,60\n"
        found = faults(tmp_path, text, DataError)
        assert (found[0].row, found[0].column) == (2, "LCI_95")

    def test_decimal_mark_left_open(self, tmp_path: Path) -> None:
        found = faults(tmp_path, "area;pay\nA1;1,234\nA2;2,345\n", DataError)
        assert [(f.row, f.column) for f in found] == [(2, "pay"), (3, "pay")]
        assert "decimal=','" in str(found[0].remedy)

    def test_share_outside_its_range(self, tmp_path: Path) -> None:
        found = faults(tmp_path, "area,work\nA1,101\nA2,-1\nA3,50\n", UnitMismatch)
        assert [(f.row, f.column, f.what) for f in found] == [
            (2, "work", "101 is outside 0 to 100, the range of work"),
            (3, "work", "-1 is outside 0 to 100, the range of work"),
        ]
        assert found[0].remedy == "give the figure in %"

    def test_declared_limits(self, tmp_path: Path) -> None:
        assert only(tmp_path, "area,rare\nA1,6\n", UnitMismatch)[2] == "6 is outside 0 to 5, the range of rare"

    def test_share_written_as_a_proportion(self, tmp_path: Path) -> None:
        text = "area,period,work\n" + "".join(f"A1,{2000 + i},0.{i}5\n" for i in range(6))
        row, column, what, remedy = only(tmp_path, text, UnitMismatch)
        assert (row, column) == (2, "work")
        assert what == "all 6 figures of work lie between 0 and 1, but its unit runs from 0 to 100"
        assert remedy.startswith("multiply them by 100")

    def test_few_or_declared_small_shares_are_no_proportions(self, tmp_path: Path) -> None:
        few = "area,period,work\n" + "".join(f"A1,{2000 + i},0.{i}5\n" for i in range(4))
        small = "area,period,rare\n" + "".join(f"A1,{2000 + i},0.{i}5\n" for i in range(9))
        for text in (few, small):
            read_observations(write(tmp_path / "d.csv", text), CATALOGUE, PLACES)

    def test_bounds_on_the_wrong_side(self, tmp_path: Path) -> None:
        text = "area,indicator,value,lower,upper\nA1,work,50,51,60\nA2,work,50,40,49\n"
        found = faults(tmp_path, text, DataError)
        assert [(f.row, f.column, f.what) for f in found] == [
            (2, "lower", "the lower bound 51 is above the value 50"),
            (3, "upper", "the upper bound 49 is below the value 50"),
        ]

    def test_bounds_a_rounding_away_are_no_fault(self, tmp_path: Path) -> None:
        text = "area,indicator,value,lower,upper\nA1,work,50,50.00000000001,50\n"
        assert len(read_observations(write(tmp_path / "d.csv", text), CATALOGUE, PLACES).table) == 1

    def test_one_bound_without_the_other(self, tmp_path: Path) -> None:
        text = "area,indicator,value,lower,upper\nA1,work,50,40,\nA2,work,50,,60\n"
        found = faults(tmp_path, text, DataError)
        assert [(f.row, f.column, f.remedy) for f in found] == [
            (2, "upper", "give both or neither"),
            (3, "lower", "give both or neither"),
        ]

    def test_unknown_indicator(self, tmp_path: Path) -> None:
        row, column, what, remedy = only(tmp_path, "area,indicator,value\nA1,wrok,50\n", DataError)
        assert (row, column, what) == (2, "indicator", "indicator 'wrok' is not in the catalogue")
        assert remedy == "did you mean 'work'?"

    def test_unknown_marker(self, tmp_path: Path) -> None:
        row, column, what, remedy = only(tmp_path, "area,indicator,value,flag\nA1,work,50,qq\n", DataError)
        assert (row, column, what) == (2, "flag", "marker 'qq' is not known")
        assert "u (low reliability)" in remedy

    @pytest.mark.parametrize("cell", ["50 [c],", "50,c"])
    def test_value_beside_a_withholding_marker(self, tmp_path: Path, cell: str) -> None:
        row, column, what, _ = only(tmp_path, f"area,indicator,value,status\nA1,work,{cell}\n", DataError)
        assert (row, column) == (2, "value")
        assert what.startswith("the figure 50 stands beside marker 'c' (confidential")

    def test_contradictory_markers(self, tmp_path: Path) -> None:
        row, column, what, _ = only(tmp_path, "area,indicator,value,status\nA1,work,50 [u],p\n", DataError)
        assert (row, column, what) == (2, "status", "marker 'u' beside the figure, but 'p' in the column of markers")

    def test_a_placeholder_takes_the_marker_of_its_column(self, tmp_path: Path) -> None:
        path = write(tmp_path / "d.csv", "area,indicator,value,status\nA1,work,..,c\nA2,work,5,\n")
        assert read_observations(path, CATALOGUE, PLACES).table["status"].tolist() == ["c", ""]

    def test_empty_area_and_period(self, tmp_path: Path) -> None:
        found = faults(tmp_path, "area,year,work\n,2019,50\nA1,,50\n", DataError)
        assert [(f.row, f.column, f.what) for f in found] == [
            (2, "area", "the area is empty"),
            (3, "year", "the period is empty"),
        ]

    @pytest.mark.parametrize("cell", ["inf", "-∞", "1e999"])
    def test_infinite(self, tmp_path: Path, cell: str) -> None:
        row, column, what, _ = only(tmp_path, f"area,pay\nA1,{cell}\n", DataError)
        assert (row, column, what) == (2, "pay", "the figure is infinite")

    def test_unknown_basis(self, tmp_path: Path) -> None:
        row, column, what, remedy = only(tmp_path, "area,work,basis\nA1,50,guessed\n", DataError)
        assert (row, column, what, remedy) == (
            2,
            "basis",
            "basis 'guessed' is not known",
            "use published, derived, inherited",
        )

    def test_no_figures_at_all(self, tmp_path: Path) -> None:
        assert only(tmp_path, "area,work\nA1,\nA2,\n", MissingData)[2] == "every value is empty"

    def test_all_faults_are_told_at_once_in_order(self, tmp_path: Path) -> None:
        text = "area,period,work\nA1,1,lots\nQQ,1,50\n,1,50\nA1,2,101\nA2,1,5\nA2,1,6\n"
        found = faults(tmp_path, text, DataError)
        assert [f.row for f in found] == [2, 3, 4, 5, 7]

    def test_wide_faults_name_the_column_of_the_file(self, tmp_path: Path) -> None:
        text = "area,Weekly pay,People in work,work_lower,work_upper\nA1,-5,50,60,70\n"
        found = faults(tmp_path, text, DataError)
        assert {(f.row, f.column) for f in found} == {(2, "Weekly pay"), (2, "work_lower")}


class TestColumns:
    def test_unused_columns_are_noted_with_the_nearest(self, tmp_path: Path) -> None:
        found = read_observations(
            write(tmp_path / "d.csv", "area,work,perod,mood\nA1,50,2019,good\n"), CATALOGUE, PLACES
        )
        assert found.notes == (
            "d.csv: column 'perod' is not used (did you mean 'period'?)",
            "d.csv: column 'mood' is not used",
        )

    def test_no_area_column(self, tmp_path: Path) -> None:
        row, column, what, remedy = only(tmp_path, "arae,work\nA1,50\n", DataError)
        assert (row, column, what) == (1, "area", "there is no column 'area'")
        assert remedy == "rename 'arae' if it is that column"

    def test_no_value_and_no_indicator_column(self, tmp_path: Path) -> None:
        row, column, _, remedy = only(tmp_path, "area,mood\nA1,50\n", DataError)
        assert (row, column) == (1, "value")
        assert "work, pay, rare" in remedy

    def test_values_without_indicator(self, tmp_path: Path) -> None:
        assert only(tmp_path, "area,value\nA1,50\n", DataError)[:2] == (1, "indicator")

    def test_two_columns_of_one_meaning(self, tmp_path: Path) -> None:
        row, column, what, remedy = only(tmp_path, "area,year,date,work\nA1,1,1,50\n", DataError)
        assert (row, column, what) == (1, "date", "columns 'year' and 'date' both mean period")
        assert remedy == "rename or delete one of them"


HEADERS = [
    "area",
    "code",
    "name",
    "indicator",
    "value",
    "work",
    "Pay",
    "work_lower",
    "work_upper",
    "lower",
    "year",
    "status",
    "x",
]
CELLS = [
    "A1",
    "A2",
    "York",
    "Z9",
    "",
    "50",
    "1,5",
    "1.234",
    "-3",
    "inf",
    "nan",
    "[c]",
    "5 [u]",
    "p",
    "lots",
    "2019",
    "work",
]


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    header=st.lists(st.sampled_from(HEADERS), min_size=1, max_size=6, unique=True),
    data=st.data(),
    geography=st.sampled_from([None, PLACES]),
)
def test_any_table_gives_observations_or_a_typed_error(
    header: list[str], data: st.DataObject, geography: Geography | None
) -> None:
    row = st.lists(st.sampled_from(CELLS) | st.text(max_size=4), min_size=len(header), max_size=len(header))
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    frame = pd.DataFrame(rows, columns=header, index=range(2, len(rows) + 2), dtype="str")
    try:
        found = observations_in(RawTable("any.csv", frame, 2), CATALOGUE, geography)
    except DataError as error:
        assert error.faults  # noqa: PT017
    else:
        assert tuple(found.table.columns) == COLUMNS
        assert not found.table.duplicated(["indicator", "area", "period"]).any()
        assert check_observations(found.table, CATALOGUE, found.geography, "any.csv") == []


class TestCheck:
    def table(self, rows: int) -> pd.DataFrame:
        rng = np.random.default_rng(1)
        value = rng.uniform(5, 90, rows)
        return pd.DataFrame(
            {
                "indicator": np.where(np.arange(rows) % 2 == 0, "work", "pay"),
                "area": rng.choice(["A1", "A2", "A3"], rows),
                "period": np.arange(rows).astype(str),
                "value": value,
                "lower": value - 1,
                "upper": value + 1,
                "status": "",
                "basis": "published",
            }
        )

    def test_nothing_wrong_and_fast(self) -> None:
        table = self.table(170_000)
        start = time.perf_counter()
        assert check_observations(table, CATALOGUE, PLACES, "big.csv") == []
        assert time.perf_counter() - start < 2

    def test_row_numbers_and_default_headers(self) -> None:
        table = self.table(3)
        table.loc[1, "value"] = np.inf
        found = check_observations(table, CATALOGUE, PLACES, "big.csv", pd.Series([10, 20, 30]))
        assert {(f.file, f.row, f.column) for f in found} == {("big.csv", 20, "value")}
        assert {f.row for f in check_observations(table, CATALOGUE, PLACES, "big.csv")} == {2}

    def test_the_table_is_not_changed(self) -> None:
        table = self.table(5)
        before = table.copy()
        check_observations(table, CATALOGUE, None, "big.csv")
        assert_frame_equal(table, before)

    def test_class_of_faults(self) -> None:
        table = self.table(4).assign(area="nowhere")
        found = check_observations(table, CATALOGUE, PLACES, "big.csv")
        assert fault_class(found) is UnknownArea
        assert fault_class([*found, Fault("x")]) is DataError
        assert fault_class([Fault("x")]) is DataError
