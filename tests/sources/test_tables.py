"""A person's file as a table of text, or one typed error that names the place."""

from __future__ import annotations

import io
import math
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodwork.errors import DataError, GoodWorkError, MissingData, NotFound, SourceError
from goodwork.sources.tables import RawTable, read_table

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = ["area", "place name", "figure"]
ROWS = [["A1", "Môn, the island", "1.5"], ["A2", 'the "other"', ""], ["A3", "two\nlines", "-3"]]
TEXT = '{h}\nA1{d}"Môn, the island"{d}1.5\nA2{d}"the ""other"""{d}\nA3{d}"two\nlines"{d}-3\n'


def delimited(delimiter: str) -> str:
    return TEXT.format(h=delimiter.join(HEADER), d=delimiter)


def workbook(path: Path, rows: list[list[object]], **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        for title, cells in ({"Data": rows} | sheets).items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(cells):
                sheet.write_row(number, 0, row)
    return path


def parquet(path: Path, select: str) -> Path:
    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def open_document(path: Path, rows: list[list[str]]) -> Path:
    """The least an ODS file can be."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Data">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def assert_same(table: RawTable) -> None:
    assert list(table.frame.columns) == HEADER
    assert table.frame.to_numpy().tolist() == ROWS


def refusal(path: Path, kind: type[GoodWorkError], sheet: str | None = None) -> GoodWorkError:
    with pytest.raises(kind) as caught:
        read_table(path, sheet)
    assert type(caught.value) is kind
    for fault in caught.value.faults:
        assert fault.file == path.name
        assert fault.remedy
    return caught.value


class TestTheSameTable:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt"])
    def test_delimiter(self, tmp_path: Path, delimiter: str, suffix: str) -> None:
        assert_same(read_table(write(tmp_path / f"data{suffix}", delimited(delimiter))))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_encoding(self, tmp_path: Path, encoding: str) -> None:
        table = read_table(write(tmp_path / "data.csv", delimited(",").encode(encoding)))
        assert_same(table)
        assert ("Windows-1252" in "".join(table.notes)) == (encoding == "cp1252")

    def test_utf_16_big_endian(self, tmp_path: Path) -> None:
        assert_same(read_table(write(tmp_path / "data.csv", b"\xfe\xff" + delimited(",").encode("utf-16-be"))))

    @pytest.mark.parametrize("end", ["\r\n", "\r"])
    def test_line_ends(self, tmp_path: Path, end: str) -> None:
        text = delimited(",").replace("two\nlines", "two lines").replace("\n", end)
        table = read_table(write(tmp_path / "data.csv", text))
        assert table.frame.to_numpy().tolist()[2] == ["A3", "two lines", "-3"]

    def test_xlsx(self, tmp_path: Path) -> None:
        assert_same(read_table(workbook(tmp_path / "data.xlsx", [HEADER, *ROWS])))

    def test_ods(self, tmp_path: Path) -> None:
        table = read_table(open_document(tmp_path / "data.ods", [HEADER, ["A1", "Môn", "1.5"]]))
        assert table.frame.to_numpy().tolist() == [["A1", "Môn", "1.5"]]

    @pytest.mark.shared
    def test_xls(self) -> None:
        path = Path(__file__).parents[3] / "shared/data/other/ons_ashe_lwf_7_1a_2022_provisional.xls"
        if not path.exists():
            pytest.skip("../shared/data is not here")
        with pytest.raises(DataError, match="header"):  # a publisher's workbook: read, then refused for its title rows
            read_table(path)

    def test_parquet(self, tmp_path: Path) -> None:
        values = "('A1', 'Môn, the island', 1.5), ('A2', 'the \"other\"', NULL), ('A3', 'two\nlines', -3)"
        select = f'SELECT a AS area, b AS "place name", f::DOUBLE AS figure FROM (VALUES {values}) v(a, b, f)'
        table = read_table(parquet(tmp_path / "da[t]a*.parquet", select))
        assert_same(table)
        assert table.first_row == 1


class TestDetails:
    def test_cells_and_header_are_stripped(self, tmp_path: Path) -> None:
        table = read_table(write(tmp_path / "a.csv", " area , value\u00a0\n A1 , 2 \n"))
        assert list(table.frame.columns) == ["area", "value"]
        assert table.frame.to_numpy().tolist() == [["A1", "2"]]

    def test_rows_are_numbered_as_a_spreadsheet_shows_them(self, tmp_path: Path) -> None:
        table = read_table(write(tmp_path / "a.csv", 'a,b\n\n1,"x\ny"\n\n,\n2,z\n'))
        assert table.frame.index.tolist() == [3, 6]
        assert table.first_row == 3
        table = read_table(workbook(tmp_path / "a.xlsx", [[], [], ["a", "b"], [1, 2]]))
        assert (table.first_row, table.frame.columns.tolist()) == (4, ["a", "b"])

    def test_empty_columns_and_trailing_separators_are_left_out(self, tmp_path: Path) -> None:
        table = read_table(write(tmp_path / "a.csv", "a,b,,\n1,2,,\n3,4,,,\n"))
        assert table.frame.to_numpy().tolist() == [["1", "2"], ["3", "4"]]

    def test_decimal_commas_do_not_pass_for_separators(self, tmp_path: Path) -> None:
        table = read_table(write(tmp_path / "a.csv", "area;a;b\nA;1,5;2,5\nB;3,5;4,5\n"))
        assert table.frame.to_numpy().tolist() == [["A", "1,5", "2,5"], ["B", "3,5", "4,5"]]

    def test_numbers_of_a_workbook_keep_their_precision(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "a.xlsx", [["a", "b", "c"], [2018, 73.60000000000001, True], [1e-7, 73.6, "007"]])
        rows = read_table(path).frame.to_numpy().tolist()
        assert rows == [["2018", "73.60000000000001", "true"], ["1e-07", "73.6", "007"]]

    def test_numbers_of_parquet_keep_their_precision(self, tmp_path: Path) -> None:
        path = parquet(tmp_path / "a.parquet", "SELECT 2018.0::DOUBLE a, 0.1::DOUBLE + 0.2 b, DATE '2020-01-01' c")
        assert read_table(path).frame.to_numpy().tolist() == [["2018", "0.30000000000000004", "2020-01-01"]]

    def test_a_note_names_the_sheets_not_read(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "a.xlsx", [], Figures=[["a"], [1]], Notes=[["n"], ["x"]])
        assert read_table(path).notes == ("a.xlsx: sheet 'Figures' was read; not read: 'Notes'",)
        assert read_table(path, "Notes").frame.to_numpy().tolist() == [["x"]]

    def test_a_note_names_formula_errors(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["a", "b"])
            sheet.write_row(1, 0, ["x"])
            sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        table = read_table(tmp_path / "a.xlsx")
        assert table.frame.to_numpy().tolist() == [["x", ""]]
        assert table.notes == ("a.xlsx: formula errors were read as empty cells: B2",)


class TestRefusals:
    def test_missing_file(self, tmp_path: Path) -> None:
        assert "there is no file" in str(refusal(tmp_path / "none.csv", SourceError))

    def test_folder(self, tmp_path: Path) -> None:
        (tmp_path / "dir.csv").mkdir()
        assert "folder" in str(refusal(tmp_path / "dir.csv", SourceError))

    def test_name_no_system_accepts(self, tmp_path: Path) -> None:
        refusal(tmp_path / "a\0b.csv", SourceError)
        refusal(tmp_path / f"{'x' * 5000}.csv", SourceError)

    @pytest.mark.parametrize("content", [b"", b" \n\r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
    def test_empty(self, tmp_path: Path, content: bytes) -> None:
        assert "empty" in str(refusal(write(tmp_path / "a.csv", content), MissingData))

    def test_empty_workbook(self, tmp_path: Path) -> None:
        assert "no cells" in str(refusal(workbook(tmp_path / "a.xlsx", []), MissingData))

    @pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
    def test_header_only(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / f"a.{kind}"
        makers: dict[str, Callable[[], Path]] = {
            "csv": lambda: write(path, "a,b\n,\n"),
            "xlsx": lambda: workbook(path, [["a", "b"]]),
            "parquet": lambda: parquet(path, "SELECT 1 a WHERE false"),
        }
        fault = refusal(makers[kind](), MissingData).faults[0]
        assert (fault.row, fault.remedy) == (1, "add rows of figures")

    def test_duplicate_columns(self, tmp_path: Path) -> None:
        fault = refusal(write(tmp_path / "a.csv", "a,b, a\n1,2,3\n"), DataError).faults[0]
        assert (fault.row, fault.column, fault.what) == (1, "a", "columns 1 and 3 have the same name")
        assert fault.remedy == "rename or delete one of them"

    def test_column_without_name(self, tmp_path: Path) -> None:
        fault = refusal(write(tmp_path / "a.csv", "a,,c\n1,2,3\n"), DataError).faults[0]
        assert (fault.row, fault.what) == (1, "column 2 has no name")

    def test_rows_with_too_many_and_too_few_fields(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.csv", "a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3\n" + "9,9,9\n" * 9)
        faults = refusal(path, DataError).faults
        assert [(f.row, f.what) for f in faults] == [
            (3, "2 fields where the header has 3"),
            (4, "4 fields where the header has 3"),
        ]
        assert "missing cells" in str(faults[0].remedy)
        assert "double quotes" in str(faults[1].remedy)

    def test_quotation_mark_never_closed(self, tmp_path: Path) -> None:
        fault = refusal(write(tmp_path / "a.csv", 'a,b\n1,2\n1,"2\n3,4\n'), DataError).faults[0]
        assert fault.row == 3
        assert "close every quotation mark" in str(fault.remedy)

    @pytest.mark.parametrize("name", ["a.pdf", "a", "a.docx", "a.json"])
    def test_unknown_ending(self, tmp_path: Path, name: str) -> None:
        fault = refusal(write(tmp_path / name, "a,b\n1,2\n"), SourceError).faults[0]
        assert ".csv" in str(fault.remedy)

    def test_nul_bytes(self, tmp_path: Path) -> None:
        fault = refusal(write(tmp_path / "a.csv", b"a,b\n1,2\n\0,4\n"), SourceError).faults[0]
        assert (fault.row, fault.what) == (3, "this is not a text file: it holds NUL bytes")

    @pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\nxx", b"\x81\x8d,\x8f\n", b"\xff\xfea", b"a\x07,b\n1,2\n"])
    def test_binary(self, tmp_path: Path, content: bytes) -> None:
        assert "not a text file" in str(refusal(write(tmp_path / "a.csv", content), SourceError))

    def test_workbook_called_csv(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "a.xlsx", [["a"], [1]]).rename(tmp_path / "a.csv")
        assert "under another ending" in str(refusal(path, SourceError))

    @pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods", "parquet"])
    @pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0" * 300, b"PAR1" * 9])
    def test_corrupt(self, tmp_path: Path, suffix: str, content: bytes) -> None:
        assert "damaged" in str(refusal(write(tmp_path / f"a.{suffix}", content), SourceError))

    def test_truncated_workbook(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "a.xlsx", [["a"], [1]])
        assert "damaged" in str(refusal(write(path, path.read_bytes()[:-300]), SourceError))

    def test_archive_that_is_no_workbook(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr("hello.txt", "hello")
        assert "damaged" in str(refusal(tmp_path / "a.xlsx", SourceError))

    def test_locked_workbook(self, tmp_path: Path) -> None:
        content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900 + "EncryptedPackage".encode("utf-16-le")
        fault = refusal(write(tmp_path / "a.xlsx", content), SourceError).faults[0]
        assert (fault.what, fault.remedy) == ("the workbook is locked with a password", "save it without a password")

    def test_archive_bomb(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
        assert "would unpack" in str(refusal(tmp_path / "a.xlsx", SourceError))

    def test_sheet_with_a_stray_far_cell(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
            sheet = book.add_worksheet()
            sheet.write(0, 0, "a")
            sheet.write(1048575, 16383, "far away")
        assert "1,048,576 rows × 16,384 columns" in str(refusal(tmp_path / "a.xlsx", SourceError))

    def test_unknown_sheet(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "a.xlsx", [["a"], [1]])
        with pytest.raises(NotFound) as caught:
            read_table(path, "Dat")
        assert caught.value.nearest == ("Data",)

    def test_sheet_of_a_plain_file(self, tmp_path: Path) -> None:
        assert "only a workbook has sheets" in str(refusal(write(tmp_path / "a.csv", "a\n1\n"), SourceError, "Data"))


printable = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=8)
quiet = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Tables of two or more columns in which every row and every column holds something."""
    width = draw(st.integers(2, 5))
    names = [f"column {i}" for i in range(width)]
    cell = st.one_of(printable, st.sampled_from(["1,5", "1;2", "a\tb", "x|y", 'say "no"', "two\nlines", ""]))
    row = st.lists(cell, min_size=width - 1, max_size=width - 1)
    rows = draw(st.lists(row, min_size=1, max_size=8))
    return pd.DataFrame([[f"A{i}", *cells] for i, cells in enumerate(rows)], columns=names)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@quiet
@given(table=tables())
def test_round_trip(delimiter: str, encoding: str, table: pd.DataFrame) -> None:
    # every cell quoted, as a careful program writes: nothing is left to guess
    text = table.to_csv(sep=delimiter, index=False, quoting=1, lineterminator="\r\n")
    with tempfile.TemporaryDirectory() as folder:
        read = read_table(write(Path(folder) / "a.csv", text.encode(encoding)))
    assert read.frame.columns.tolist() == table.columns.tolist()
    assert read.frame.to_numpy().tolist() == table.to_numpy().tolist()


@quiet
@given(numbers=st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=10))
def test_numbers_survive_workbook_and_parquet(numbers: list[float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = read_table(workbook(Path(folder) / "a.xlsx", [["a"], *[[n] for n in numbers]]))
        values = ", ".join(f"({n!r}::DOUBLE)" for n in numbers)
        table = read_table(parquet(Path(folder) / "a.parquet", f"SELECT * FROM (VALUES {values}) v(a)"))
    for read in (book, table):
        assert all(math.isclose(float(a), b, rel_tol=1e-15) for a, b in zip(read.frame["a"], numbers, strict=True))


@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx", "xls", "ods", "parquet"])
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.builds(lambda a, b: a + b, st.sampled_from([b"PK\x03\x04", OLE, b"PAR1"]), st.binary()),
        st.text(st.sampled_from("a1,;\t|\"'\n\r \ufeff\x00é-."), max_size=60).map(str.encode),
    )
)
def test_any_bytes_give_a_table_or_a_typed_error(suffix: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / f"a.{suffix}", content)
        try:
            assert not read_table(path).frame.empty
        except GoodWorkError as error:
            assert str(error)  # noqa: PT017


def small_workbook() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, [1, "x"])
    return buffer.getvalue()


WORKBOOK = small_workbook()


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(damage=st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 100), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_workbook_gives_a_table_or_a_typed_error(damage: list[tuple[int, int]]) -> None:
    content = bytearray(WORKBOOK)
    for place, byte in damage:
        content[place] = byte
    with tempfile.TemporaryDirectory() as folder:
        try:
            read_table(write(Path(folder) / "a.xlsx", bytes(content)))
        except GoodWorkError as error:
            assert str(error)  # noqa: PT017
