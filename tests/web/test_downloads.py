"""Long tables are sent as they are made, and every page with a CSV is a spreadsheet too."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import brotli
import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from goodwork.monitor import Monitor
from goodwork.report.sheets import Sheet, accessible
from goodwork.store import editions
from goodwork.web import answers, data_routes
from goodwork.web.app import create_app

CODINGS = ("identity", "br", "gzip")
#: A page of each kind: what has a CSV has a spreadsheet.
PAGES = ("/index?period=2019&area_set=wales", "/area/E06000014", "/indicator/unemployment", "/domain/pay", "/health",
         "/scatter", "/weights", "/charters", "/compare?areas=York&areas=Leeds",
         "/target?area=York&goal=rank&value=10")  # fmt: skip
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def parted(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A server to which every table is a long one."""
    monkeypatch.setattr(editions, "LARGE_ROWS", 100)
    monkeypatch.setattr(data_routes, "ROWS", 70)
    with TestClient(create_app(monitor)) as found:
        yield found


def test_a_long_table_comes_in_parts_and_is_the_whole(parted: TestClient, monitor: Monitor) -> None:
    want = answers.as_csv(monitor.edition.table("areas")).encode()
    tags = set()
    for coding in CODINGS:
        with parted.stream("GET", "/data/areas.csv", headers={"Accept-Encoding": coding}) as told:
            raw = b"".join(told.iter_raw())
        assert told.headers.get("content-encoding", "identity") == coding
        assert "content-length" not in told.headers
        assert {"identity": bytes, "br": brotli.decompress, "gzip": gzip.decompress}[coding](raw) == want
        tags.add(tag := told.headers["etag"])
        asked = {"Accept-Encoding": coding, "If-None-Match": f'"other", {tag}'}
        again = parted.get("/data/areas.csv", headers=asked)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        head = parted.head("/data/areas.csv", headers={"Accept-Encoding": coding})
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    assert len(tags) == len(CODINGS)


def test_a_file_of_the_edition_is_passed_on_unpacked(parted: TestClient, monitor: Monitor) -> None:
    found = parted.get("/data/scores.parquet")
    assert found.content == (monitor.edition.path / "scores.parquet").read_bytes()
    assert found.headers["content-length"] == str(len(found.content))
    assert parted.get("/data/scores.parquet", headers={"If-None-Match": found.headers["etag"]}).status_code == 304


def sheets_of(content: bytes) -> tuple[zipfile.ZipFile, list[str]]:
    book = zipfile.ZipFile(io.BytesIO(content))
    found = ElementTree.fromstring(book.read("xl/workbook.xml"))
    return book, [one.attrib["name"] for one in found.iter(f"{SPACE}sheet")]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_with_a_csv_is_a_spreadsheet(client: TestClient, page: str) -> None:
    path, _, query = page.partition("?")
    found = client.get(f"{path}.xlsx?{query}")
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("application/vnd.openxmlformats")
    book, names = sheets_of(found.content)
    assert names[:3] == ["Cover", "Contents", "Notes"]
    assert len(names) > 3
    parts = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [name for name in parts if b"mergeCell" in book.read(name)]
    tables = [name for name in book.namelist() if name.startswith("xl/tables/")]
    assert len(tables) == len(names) - 1, "every sheet but the cover holds one table, which is named"
    rows = pd.read_csv(io.StringIO(client.get(f"{path}.csv?{query}").text))
    first = ElementTree.fromstring(book.read("xl/tables/table3.xml"))
    assert [one.attrib["name"] for one in first.iter(f"{SPACE}tableColumn")] == list(rows.columns)
    head, end = first.attrib["ref"].split(":")
    assert int("".join(filter(str.isdigit, end))) - int("".join(filter(str.isdigit, head))) == max(len(rows), 1)


@pytest.mark.parametrize(
    ("address", "status"),
    [("/nothing.xlsx", 404), ("/area/zzzz.xlsx", 404), ("/index.xlsx?period=1850", 404), ("/data/scores.xlsx", 404),
     ("/weights.xlsx?w.pay=nan", 422), ("/..%2f..%2fetc%2fpasswd.xlsx", 404)],
)  # fmt: skip
def test_what_is_no_page_is_no_spreadsheet(client: TestClient, address: str, status: int) -> None:
    found = client.get(address)
    assert found.status_code == status
    assert "<h1" in found.text


def test_a_page_leads_to_its_spreadsheet(client: TestClient) -> None:
    assert '<span data-server> · <a href="/scatter.xlsx">' in client.get("/scatter").text


def test_a_workbook_keeps_numbers_gaps_and_text() -> None:
    table = pd.DataFrame({"area": ["=1+1", "York", ""], "score": [1.5, np.nan, np.inf], "": [True, None, 3]})
    asked = [Sheet("a/b", "First", ("Unit: %",), table), Sheet("A B", "Second", (), table.iloc[:0])]
    content = accessible("Title", ["about"], [("score", "what it is")], asked)
    assert content == accessible("Title", ["about"], [("score", "what it is")], asked)
    book, names = sheets_of(content)
    assert names == ["Cover", "Contents", "Notes", "a b", "A B 2"]
    sheet = book.read("xl/worksheets/sheet4.xml").decode()
    assert "<f>" not in sheet
    assert "<v>1.5</v>" in sheet
    assert 'state="frozen"' in sheet
    assert "nan" not in sheet.lower()
