"""Comparisons: chances add up, the waterfall is exact, intervals stand beside all numbers, bad input is refused."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from goodwork.analysis.alongside import CLEAR
from goodwork.errors import DeclarationError
from goodwork.monitor import Monitor
from goodwork.report.view import View
from goodwork.web.compare_page import compare_page, comparison

SIX = "York,Leeds,Kingston upon Hull, City of,Cardiff,Glasgow,Isles of Scilly"


@pytest.fixture(scope="module")
def view(monitor: Monitor) -> View:
    return View(monitor, "good_work", "gb", "2021")


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " "))


def test_names_with_commas_codes_and_repeated_fields_are_understood(monitor: Monitor) -> None:
    assert [a.name for a in comparison(monitor, [SIX])][2] == "Kingston upon Hull, City of"
    assert len(comparison(monitor, ["York", "E08000035", ""])) == 2
    assert [a.name for a in comparison(monitor, ["Bristol, City of;York"])] == ["Bristol, City of", "York"]
    assert comparison(monitor, []) == ()


@pytest.mark.parametrize("asked", ["York", "York,York", "York,Leeds,Hull,Cardiff,Glasgow,Bath,Wigan", "x" * 10_000])
def test_one_seven_or_a_flood_are_refused(client: TestClient, monitor: Monitor, asked: str) -> None:
    with pytest.raises(DeclarationError):
        comparison(monitor, [asked])
    for path in ("/compare", "/compare.json", "/compare.csv", "/compare/ranks.svg"):
        answer = client.get(path, params={"areas": asked})
        assert answer.status_code == (414 if len(asked) == 10_000 else 422)  # a flood is not even read
        assert re.search("What to do|remedy", answer.text)


@pytest.mark.parametrize("asked", ["York,zzzzz", "York,nan", "York,%00", "York,../../etc/passwd"])
def test_unknown_areas_are_not_found(client: TestClient, asked: str) -> None:
    assert client.get("/compare", params={"areas": asked}).status_code == 404


def test_without_areas_there_is_a_form(client: TestClient) -> None:
    assert client.get("/compare").text.count('name="areas"') == 6
    assert client.get("/compare.json").status_code == 422


def test_chances_are_those_of_the_monitor_and_add_up(view: View) -> None:
    areas = comparison(view.monitor, [SIX])
    page = compare_page(view, areas)
    for i, one in enumerate(areas):
        for j, other in enumerate(areas):
            share, back = page.chances[i][j], page.chances[j][i]
            if i == j or "Scilly" in one.name + other.name:
                assert share != share
                continue
            assert share == view.monitor.above(one.code, other.code)
            assert 1 - 1e-9 <= share + back <= 1 + 1e-9


def test_the_headline_claims_no_more_than_the_draws_allow(view: View) -> None:
    places = list(view.index["area"])
    known = view.monitor.geography.by_code
    for k in (0, 40, 90, 150):
        one, other = known[places[k]], known[places[min(k + 20, len(places) - 1)]]
        page = compare_page(view, (other, one))
        clear = view.monitor.above(one.code, other.code) >= CLEAR
        assert page.headline.startswith(f"{one.name} stands clearly above") == clear
        assert ("no clear difference" in page.headline) == (not clear)


@pytest.mark.parametrize(
    "pair", ["York,Leeds", "Orkney Islands,York", "Blackpool,Cardiff", "North Northamptonshire,York"]
)
@pytest.mark.parametrize("period", ["2021", "2018"])
def test_the_waterfall_adds_up_exactly(monitor: Monitor, pair: str, period: str) -> None:
    page = compare_page(View(monitor, "good_work", "gb", period), comparison(monitor, [pair]))
    one, other = page.profiles
    if not (one.index.scored and other.index.scored):
        assert "difference" not in page.figures
        return
    table = page.figures["difference"].table
    assert table["value"].sum() == pytest.approx(one.index.score - other.index.score, abs=1e-9)
    assert table["after"].iloc[-1] == pytest.approx(one.index.score, abs=1e-9)


def test_page_json_and_csv_hold_the_same_numbers(client: TestClient) -> None:
    query = {"areas": "York,Leeds"}
    text = words(client.get("/compare", params=query).text)
    data = client.get("/compare.json", params=query).json()
    rows = list(csv.DictReader(io.StringIO(client.get("/compare.csv", params=query).text)))
    assert data["headline"] in text
    for area in data["areas"]:
        mine = {r["node"]: r for r in rows if r["area"] == area["area"]["code"]}
        for one in (area["index"], *area["domains"]):
            assert float(mine[one["node"]]["score"]) == one["score"]
            assert f"{one['score']:.1f} {one['low']:.1f} to {one['high']:.1f}" in text
            assert f"(95 % interval {one['rank_low']:.0f} to {one['rank_high']:.0f})" in text
        for one in area["indicators"]:
            assert (float(mine[one["indicator"]]["value"]) if mine[one["indicator"]]["value"] else None) == one["value"]
    shown = data["above"][0]["above"]
    assert re.search(rf"York – {shown * 100:.0f} %|York – over 99 %", text)


def test_the_best_figure_is_the_best_by_its_direction(view: View) -> None:
    page = compare_page(view, comparison(view.monitor, ["York,Leeds,Cardiff"]))
    for row in page.rows:
        sign = 1 if view.monitor.catalogue[row.node].direction == "higher" else -1
        values = [view.figure(a.code, row.node).get("value", float("nan")) for a in page.areas]
        marked = [k for k, cell in enumerate(row.cells) if cell[-1]]
        assert all(sign * values[k] == max(sign * v for v in values) for k in marked)
        for cell, value in zip(row.cells, values, strict=True):
            assert bool(cell[1]) == (value == value), "a figure has its interval or says that it has none"


def test_a_set_that_holds_all_areas_is_found(client: TestClient) -> None:
    assert client.get("/compare.json", params={"areas": "York,Cardiff"}).json()["area_set"] == "gb"
    assert client.get("/compare", params={"areas": "York,Cardiff", "framework": "conditions"}).status_code == 404
    assert client.get("/compare", params={"areas": "York,Cardiff", "area_set": "wales"}).status_code == 404
