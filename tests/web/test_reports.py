"""What one prints is asked for by address: a PDF and a spreadsheet of an area and of its audit."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from goodwork.errors import GoodWorkError
from goodwork.monitor import Monitor
from goodwork.report import png, typesetting
from goodwork.web.publish.markup import Copy, rewritten


@pytest.mark.parametrize("address", ["/report/E06000014-york", "/report/audit/york"])
def test_pdf_and_spreadsheet(client: TestClient, address: str) -> None:
    pytest.importorskip("typst")
    printed = client.get(f"{address}.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    assert "york" in printed.headers["content-disposition"]
    assert "York" in PdfReader(io.BytesIO(printed.content)).pages[0].extract_text()
    sheet = client.get(f"{address}.xlsx")
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(sheet.content)).namelist()


def test_the_view_asked_for_is_the_one_printed(client: TestClient, monitor: Monitor) -> None:
    text = client.get("/report/E06000014-york.xlsx", params={"period": "2019", "area_set": "england-119"}).content
    told = zipfile.ZipFile(io.BytesIO(text)).read("xl/sharedStrings.xml").decode()
    assert "2019" in told
    assert monitor.area_set("england-119").title in told


def test_what_is_not_there(client: TestClient) -> None:
    assert client.get("/report/Yorkkkkk-nowhere.pdf").status_code == 404
    assert client.get("/report/york.docx").status_code == 404
    assert client.get("/report/york.xlsx?period=1900").status_code == 404


def test_without_the_extra_the_answer_says_what_to_install(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "available", lambda: False)
    refused = client.get("/report/audit/leeds.pdf")
    assert refused.status_code == 501
    assert "goodwork[pdf]" in refused.text


def test_pages_offer_them_and_a_copy_made_of_files_does_not(client: TestClient) -> None:
    for page in ("/area/E06000014-york", "/audit/E06000014-york"):
        offered = client.get(page).text
        served = " ".join(re.findall(r"<span\b[^>]* data-server>.*?</span>", offered, re.DOTALL))
        assert offered.count('href="/report/') == served.count('href="/report/') > 0
        assert page.replace("/area/", "/report/").replace("/audit/", "/report/audit/") + ".xlsx" in offered
    copy = Copy(frozenset({"/area/E06000014-york"}), str)
    assert "/report/" not in rewritten(offered, "/area/E06000014-york", copy)
    assert not any("/report/" in file for file in copy.files)


def test_typst_in_a_process_of_its_own_gives_the_same_and_leaves_nothing_behind() -> None:
    pytest.importorskip("typst")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="9" height="9"/></svg>'
    here = png.to_png(drawing)
    typesetting.engine.cache_clear()
    typesetting.apart()
    try:
        assert png.to_png(drawing) == here
        with pytest.raises(GoodWorkError, match="York could not be typeset: unknown variable"):
            typesetting.typeset({"main": b"#nothing"}, "York")
        assert typesetting.engine.cache_info().misses == 0
    finally:
        typesetting.apart(False)
