"""Every page: its table says what its JSON and its CSV say, or it is named here as one without numbers."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from goodwork.monitor import Monitor
from goodwork.web.app import create_app
from goodwork.web.routes import pages_of

#: Pages of words, and that of the interface for programs, whose twin is its description.
WORDS = {"/about", "/accessibility", "/api/v1/"}
#: Of routes with many pages, and of those that ask for something first, the page that is looked at.
LOOKED_AT = {
    "/area/{reference:path}": "/area/E06000014-york", "/audit/{reference:path}": "/audit/E06000014-york",
    "/indicator/{reference:path}": "/indicator/median_pay", "/compare": "/compare?areas=York,Leeds",
    "/target": "/target?area=York&goal=rank&value=40", "/track": "/track?target=York:unemployment:3:2028",
}  # fmt: skip
NUMBER = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")
ROW = re.compile(r'<tr data-area="(\w+)".*?</tr>', re.DOTALL)
CELL, TAG = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL), re.compile(r"<[^>]+>")
#: Numbers that a page may write another way: shares as per cent, bytes as kilobytes.
SCALES = (1.0, 100.0, 0.001)


def leaves(data: Any) -> list[Any]:
    """Everything that is no list and no object."""
    if isinstance(data, dict | list):
        inside = data.values() if isinstance(data, dict) else data
        return [leaf for one in inside for leaf in leaves(one)]
    return [data]


def numbers(text: str) -> list[tuple[float, int]]:
    """The numbers in a text, each with its decimals."""
    found = (one.replace("−", "-").replace(",", "") for one in NUMBER.findall(text))
    return [(float(one), len(one.partition(".")[2])) for one in found]


def sample(path: str, pages: tuple[str, ...]) -> str:
    return LOOKED_AT.get(path) or min(pages, key=len)


def routes(monitor: Monitor) -> list[str]:
    """The page of each route that has one."""
    found = [(route.path, pages_of(route)) for route in create_app(monitor).state.addresses.routes]
    return [sample(path, pages) for path, pages in found if pages and path not in WORDS]


def twins(client: TestClient, text: str) -> tuple[Any, list[list[str]]]:
    """The JSON and the rows of the CSV that a page names in its head."""
    head = dict(re.findall(r'rel="alternate" type="(?:application|text)/(json|csv)" href="([^"]+)"', text))
    assert set(head) == {"json", "csv"}, "a page without a twin"
    data, table = (client.get(unescape(head[form])) for form in ("json", "csv"))
    assert (data.status_code, table.status_code) == (200, 200)
    return data.json(), list(csv.reader(io.StringIO(table.text)))


def test_table_json_and_csv_of_every_page_say_the_same(client: TestClient, monitor: Monitor) -> None:
    pages = routes(monitor)
    assert len(pages) > 25
    faults: dict[str, Any] = {}
    for page in pages:
        answer = client.get(page, follow_redirects=True)
        assert answer.status_code == 200, page
        data, rows = twins(client, answer.text)
        told = leaves(data)
        known = {round(float(one), 9) for one in told if isinstance(one, int | float)}
        words = {one for one in told if isinstance(one, str)}
        apart = [cell for row in rows[1:] for cell in row if is_number(cell) and cell not in words
                 and round(float(cell), 9) not in known]  # fmt: skip
        told_numbers = np.array([*known, *(value for text in words for value, _ in numbers(text)),
                                 *(value for row in rows for cell in row for value, _ in numbers(cell))])  # fmt: skip
        sizes = np.abs(told_numbers[:, None] * np.array(SCALES)).ravel()
        shown = [unescape(TAG.sub(" ", cell)) for cell in CELL.findall(answer.text)]
        lost = [cell.strip() for cell in shown for value, decimals in numbers(cell)
                if not (np.abs(sizes - abs(value)) <= 0.5 * 10.0**-decimals + 1e-9).any()]  # fmt: skip
        for row in ROW.finditer(answer.text):  # the numbers of an area stand in its own row
            own = np.abs([v * s for cells in rows if row[1] in cells for cell in cells
                          for v, _ in numbers(cell) for s in SCALES[:2]])  # fmt: skip
            lost += [f"{row[1]}: {v}" for cell in CELL.findall(row[0])
                     for v, d in numbers(re.sub(r"under \d+", "", unescape(TAG.sub(" ", cell))))
                     if not (np.abs(own - abs(v)) <= 0.5 * 10.0**-d + 1e-9).any()]  # fmt: skip
        if apart or lost:
            faults[page] = {"in CSV, not in JSON": apart, "on the page only": lost}
    assert faults == {}


def is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


@pytest.mark.parametrize("path", ["/data", "/areas/all", "/audit"])
def test_lists_have_twins_of_the_same_name(client: TestClient, path: str) -> None:
    page = client.get(path).text
    data, rows = twins(client, page)
    assert f'href="{path}.json"' in page
    assert len(rows) > 5
    assert len(next(one for one in data.values() if isinstance(one, list))) == len(rows) - 1


@pytest.mark.parametrize(
    ("asked", "columns"),
    [("columns=region", ["region"]), ("columns=score,pay", ["score", "low", "high", "pay", "pay_low", "pay_high"]),
     ("columns=top", ["top"]),
     ("node=median_pay&columns=value,region", ["value", "value_low", "value_high", "unit", "region"])],
)  # fmt: skip
def test_csv_has_the_columns_that_are_on_screen(client: TestClient, asked: str, columns: list[str]) -> None:
    always = ["area", "name", "rank", "rank_low", "rank_high", "ties", "ranked"]
    rows = list(csv.reader(io.StringIO(client.get(f"/index.csv?{asked}").text)))
    assert sorted(rows[0]) == sorted([*always, *columns, "reason"])
    page = client.get(f"/?{asked}").text
    assert page.count("<tr data-area") == sum(row[rows[0].index("rank")] != "" for row in rows[1:])


@pytest.mark.parametrize(
    ("path", "heading"),
    [("/weights?w.access=-4", "This cannot be shown as it was asked for"), ("/nothing", "There is no such page here"),
     ("/area/zzzz", "There is no such area here"),
     ("/target?area=York&goal=rank&value=-3", "This cannot be worked out from these figures")],
)  # fmt: skip
def test_errors_speak_to_readers(client: TestClient, path: str, heading: str) -> None:
    page = unescape(client.get(path).text)
    assert f"<h1>{heading}</h1>" in page
    assert "eclaration" not in page
    assert "schema" not in page


def test_numbers_of_one_axis_have_the_same_decimals(client: TestClient) -> None:
    titles = re.findall(r"<title>[^<]*: [^<]* ([−\d.,]+); [^<]* ([−\d.,]+)</title>", client.get("/scatter").text)
    assert len(titles) > 100
    for axis in zip(*titles, strict=True):
        assert len({len(one.partition(".")[2]) for one in axis}) == 1
