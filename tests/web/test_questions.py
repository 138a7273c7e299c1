"""The pages of the questions: the finding as title, one answer as page, figure, JSON and CSV, and honest silences."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import goodwork
from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish
from goodwork.report.questions import BY_PATH, PAGES
from goodwork.store.editions import UNNAMED
from goodwork.web.app import create_app
from goodwork.web.headers import SECURITY

PATHS = tuple(question.path for question in PAGES)
STARTER = Path(goodwork.__file__).parent / "starter"
DRAWN = tuple(path for path in PATHS if path != "/neighbours")


def plain(markup: str) -> str:
    """Words as a reader sees them."""
    text = re.sub(r"<[^>]+>", "|", re.sub(r"</?(?:a|small)\b[^>]*>", " ", markup))
    return re.sub(r"[ \xa0]+", " ", unescape(text))


def headline(page: str) -> str:
    """The title of a page."""
    found = re.search(r"<h1>(.*?)</h1>", page, re.S)
    assert found
    return plain(found.group(1))


@cache
def shown(client: TestClient, address: str) -> str:
    """A page, asked for once."""
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.text)


def lines(page: str, table: str) -> list[str]:
    """The rows of a table of a page, in words."""
    found = re.search(rf'<table class="sheet-table" id="{table}">.*?<tbody>(.*?)</tbody>', page, re.S)
    return [plain(row) for row in re.findall(r"<tr.*?</tr>", found.group(1), re.S)] if found else []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_says_what_was_found_and_answers_in_every_form(client: TestClient, monitor: Monitor, path: str) -> None:
    page, data = shown(client, path), client.get(f"{path}.json").json()
    assert headline(page) == re.sub(r"\s+", " ", data["finding"])
    assert f"<title>{data['finding']} –".split("’")[0] in unescape(page)
    found = monitor.findings(BY_PATH[path].name, area_set=data["area_set"])
    assert data["notes"] == list(found[found["kind"] == "note"]["sentence"])
    text = plain(page)
    for words in (*data["findings"], *data["notes"], data["citation"], data["asks"]):
        assert re.sub(r"\s+", " ", words) in text
    assert monitor.edition.name in data["citation"]
    assert 'aria-current="page"' in page
    for address in (path, f"{path}.json", f"{path}.csv"):
        answer = client.head(address)
        assert answer.status_code == 200
        assert {name: answer.headers[name] for name in SECURITY} == SECURITY
        assert client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", PATHS)
def test_page_json_and_csv_hold_the_same_rows(client: TestClient, path: str) -> None:
    page, data = shown(client, path), client.get(f"{path}.json").json()
    assert data["tables"]
    for name, rows in data["tables"].items():
        held = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv?table={name}").text)))
        seen = lines(page, name)
        assert len(held) == len(rows) == len(seen)
        for line, row, item in zip(seen, held, rows, strict=True):
            assert all(same(row[column], value) for column, value in item.items())
            assert all(value in line for column, value in item.items() if column.endswith("_name") and value)


def same(cell: str, value: Any) -> bool:
    """Whether a cell of a CSV file is the value of the JSON twin."""
    if value is None or isinstance(value, str):
        return cell == (value or "")
    return cell == str(value) if isinstance(value, bool) else float(cell) == float(value)


def test_numbers_of_a_page_are_those_of_the_edition_with_their_intervals(client: TestClient) -> None:
    def say(number: float, digits: int) -> str:
        return f"{number:.{digits}f}".replace("-", "−")

    for path, table, columns, digits in (
        ("/health", "health", ("r", "low", "high"), 2), ("/series", "trends", ("slope", "low", "high"), 2),
        ("/conditions", "conditions", ("expected", "low", "high"), 1),
        ("/space", "space_borders", ("difference", "low", "high"), 1),
    ):  # fmt: skip
        rows = client.get(f"{path}.json").json()["tables"][table]
        for line, row in zip(lines(shown(client, path), table), rows, strict=True):
            value, low, high = (row[name] for name in columns)
            if value is not None and low is not None:
                assert f"|{say(value, digits)} {say(low, digits)} to {say(high, digits)}" in line


@pytest.mark.parametrize("path", DRAWN)
def test_figures_stand_in_the_page_and_alone_with_their_numbers(
    client: TestClient, monitor: Monitor, path: str
) -> None:
    page, data = shown(client, path), client.get(f"{path}.json").json()
    table = monitor.figures(BY_PATH[path].name, data["area_set"])
    assert data["finding"] == table["title"].iloc[0]
    further = {"/series": ["bump", "multiples"], "/communities": ["moves"]}.get(path, [])  # made when asked for
    assert [one["name"] for one in data["figures"]] == [*table["name"], *further]
    for row in table.to_dict("records"):
        assert row["drawing"] in page
        assert row["narrow"] in page
        asked = f"area_set={data['area_set']}"
        drawn = client.get(f"{path}/{row['name']}.svg?{asked}")
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert drawn.text == row["svg"]
        assert monitor.edition.name in row["source"]
        assert UNNAMED not in drawn.text + row["source"]
        assert client.get(f"{path}/{row['name']}.csv?{asked}").text == row["table"]
    assert client.get(f"{path}/nothing.svg").status_code == 404


def test_every_area_of_a_table_leads_to_its_page(client: TestClient) -> None:
    page = shown(client, "/communities")
    links = re.findall(r'<th scope="row"><a href="(/area/[^"]+)">', page)
    assert len(links) == len(lines(page, "communities"))
    assert client.get(unescape(links[0])).status_code == 200


def test_communities_are_listed_with_letter_certainty_and_second_community(client: TestClient) -> None:
    rows = client.get("/communities.json").json()["tables"]["communities"]
    assert [row["community"] for row in rows] == sorted(row["community"] for row in rows)
    edge = next(k for k, row in enumerate(rows) if row["borderline"])
    line = lines(shown(client, "/communities"), "communities")[edge]
    assert "|yes|" in line
    assert f"|{rows[edge]['second']}|" in line


def test_neighbours_of_an_area_say_who_clearly_does_better(client: TestClient, monitor: Monitor) -> None:
    page = client.get("/neighbours?area=york").text
    near = monitor.answer("neighbours")["neighbours"]
    near = near[near["area"] == "E06000014"]
    text = plain(page)
    assert headline(page).startswith("Most like York are ")
    for row in near.to_dict("records"):
        above = monitor.above(row["neighbour"], "E06000014")
        verdict = "clearly higher" if above >= 0.95 else "clearly lower" if above <= 0.05 else "no clear difference"
        name = monitor.geography.by_code[row["neighbour"]].name
        assert re.search(rf"\| ?{name} ?\|\n? *\|{row['distance']:.2f}\|.*?\|{verdict}", text, re.S), name
    assert "Of the 5 areas most like York" in text
    assert client.get("/neighbours.json?area=york").json()["of_area"]["area"] == "E06000014"


def test_an_area_outside_the_areas_compared_is_said_to_be_outside(client: TestClient) -> None:
    page = plain(client.get("/communities?area=York&area_set=wales").text)
    assert "York is not among the areas compared here (Wales)" in page


def test_what_is_not_answered_says_why_and_where_it_is(client: TestClient, monitor: Monitor) -> None:
    page = client.get("/conditions?area_set=gb").text
    reason = monitor.findings("conditions", kind="not answered", area_set="gb")["sentence"].iloc[0]
    assert headline(page) == "Conditions: not answered"
    assert reason in plain(page)
    assert 'href="/conditions?framework=good_work&amp;area_set=england"' in page
    assert client.get("/conditions.json?area_set=gb").json()["reason"] == reason
    assert client.get("/conditions.csv?area_set=gb").status_code == 404
    assert "England" in plain(shown(client, "/conditions")), "without a choice, where there is an answer"
    assert "not answered" in headline(client.get("/health?framework=conditions").text)


@pytest.mark.parametrize(
    ("address", "offer"),
    [("/communities?area_set=englnd", "/communities?area_set=england"), ("/space?framework=good", "good_work"),
     ("/communities?area=yrk", "York"), ("/health.csv?table=helth", "health"), ("/health.json?area_set=x", "gb"),
     ("/space/spce.svg", "space")],
)  # fmt: skip
def test_what_is_not_there_is_refused_with_the_nearest(client: TestClient, address: str, offer: str) -> None:
    answer = client.get(address)
    if answer.status_code == 200:
        assert "York" in answer.text, "search forgives"
        return
    assert answer.status_code == 404
    assert offer in unescape(answer.text)


@pytest.mark.parametrize("path", [*PATHS, "/method"])
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs_inline(client: TestClient, path: str) -> None:
    page = shown(client, path)
    # a block of data does not run
    assert not re.search(r"<script(?![^>]*(\bsrc=|=.application/json))|\sstyle=|\son\w+=|<style", page)
    assert not re.search(r"https?://(?!www\.w3\.org)", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_method_tells_of_every_question(client: TestClient) -> None:
    page = shown(client, "/method")
    for question in PAGES:
        assert f'<h3 id="{question.name}"><a href="{question.path}">' in page
    assert "z-score" in page


def test_hostile_queries_are_refused_or_answered(client: TestClient) -> None:
    for value in ("<script>alert(1)</script>", "../../etc/passwd", "\r\nSet-Cookie: a=b", "A" * 5000, "\x00", "nan"):
        for name in ("area_set", "framework", "area", "table", "rows"):
            for path in ("/space", "/space.csv", "/space.json", "/space/space.svg"):
                answer = client.get(path, params={name: value})
                assert answer.status_code in (200, 404, 422)
                assert "<script>alert" not in answer.text or "html" not in answer.headers["content-type"]
                assert "set-cookie" not in answer.headers


def test_an_invented_monitor_says_so_on_every_page_and_why_it_does_not_answer(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = tmp_path_factory.mktemp("toyland")
    publish(own_material(STARTER / "framework.toml", STARTER / "data.csv"), store, draws=50)
    client = TestClient(create_app(Monitor.open(store)))
    silent = 0
    for path in PATHS:
        page = client.get(path).text
        assert "<strong>Invented data.</strong>" in page
        data = json.loads(client.get(f"{path}.json").text)
        assert data["invented"] is True
        if not data["answered"]:
            silent += 1
            assert data["reason"] in plain(page)
            assert "In this edition it is not answered for any set of areas." in page
        else:
            assert "invented data" in client.get(f"{path}.csv").text
            for one in data["figures"]:
                assert one["subtitle"].startswith("Invented data.")
    assert 0 < silent < len(PATHS)
