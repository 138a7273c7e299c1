"""How the map and the table are shown: filters never change a rank, orders are orders, addresses keep every choice."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import numpy as np
import pytest
from fastapi.testclient import TestClient

from goodwork.errors import NotFound
from goodwork.figures.classes import classed
from goodwork.figures.colouring import by_score
from goodwork.figures.figure import Caption
from goodwork.monitor import Monitor
from goodwork.web import home_choices, maps
from goodwork.web.look import ORDERS, Look
from goodwork.web.state import State

WORDS = Caption("", "", "", "higher is better", "Score", "", "")


def rows(client: TestClient, query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/index.csv?{query}").text)))


@pytest.mark.parametrize("query", ["nation=S92000003", "region=E12000003", "type=E08", "community=A"])
def test_a_filter_takes_rows_away_and_changes_no_rank(client: TestClient, query: str) -> None:
    whole = {r["area"]: r for r in rows(client, "")}
    some = rows(client, query)
    assert 3 < len(some) < len(whole)
    assert all(whole[r["area"]] == r for r in some)
    page = client.get(f"/?{query}").text
    shown = re.findall(r'<tr data-area="(\w+)"', page)
    assert shown == [r["area"] for r in some if r["score"]]
    assert f"Ranks are those among all {some[0]['ranked']}" in page
    assert page.count('class="area out"') + len(some) == len(whole)
    assert client.get(f"/index.json?{query}").json()["shown"] == dict([query.split("=")])


@pytest.mark.parametrize("order", [sign + name for name in ORDERS for sign in ("", "-")])
def test_every_order_is_one(client: TestClient, order: str) -> None:
    found = [r for r in rows(client, f"sort={order}") if r["score"]]
    assert len(found) == len([r for r in rows(client, "") if r["score"]])
    keys = {
        "rank": lambda r: int(r["rank"]), "name": lambda r: r["name"].casefold(), "score": lambda r: float(r["score"]),
        "width": lambda r: int(r["rank_high"]) - int(r["rank_low"]),
    }  # fmt: skip
    if key := keys.get(order.removeprefix("-")):
        there = [key(r) for r in found]
        assert there == sorted(there, reverse=order.startswith("-"))


def test_chosen_columns_are_those_of_the_table(client: TestClient) -> None:
    page = client.get("/?columns=access,region").text
    heads = re.findall(r'<th scope="col" class="(?:num )?col-(\w+)"', page)
    assert heads == ["rank", "name", "region", "access"]
    ends = re.findall(r'class="num col-access">[\d.]+<small>[\d.]+ to [\d.]+</small>', page)
    assert len(ends) > 150, "no score without its interval"
    first = rows(client, "columns=access,region")[0]
    assert float(first["access_low"]) < float(first["access"]) < float(first["access_high"])
    assert first["region"] == "London"


def test_an_address_keeps_every_choice_and_says_no_more(monitor: Monitor) -> None:
    query = {"region": "E12000003", "sort": "-width", "columns": "access,score", "areas": "York,E08000035",
             "classes": "natural", "unsure": "yes", "type": "E06", "beside": "community"}  # fmt: skip
    look = Look.read(monitor, "good_work", "gb", query)
    assert look.areas == ("E06000014", "E08000035")
    assert Look.read(monitor, "good_work", "gb", look.chosen) == look
    plain = Look.read(monitor, "good_work", "gb", {"classes": "quantiles", "sort": "rank"})
    assert plain == Look()
    assert plain.chosen == {}


@pytest.mark.parametrize("query", ["region=mars", "sort=joy", "columns=joy", "classes=magic", "areas=zzzz", "type=X99",
                                   "community=Z", "beside=me", "unsure=very"])  # fmt: skip
def test_what_is_not_there_is_a_404_with_names(client: TestClient, query: str) -> None:
    answer = client.get(f"/?{query}")
    assert answer.status_code == 404
    assert re.search("What to do|Did you mean", answer.text)


def test_class_bounds_are_the_same_in_every_period(monitor: Monitor) -> None:
    bounds = set()
    for period in monitor.periods():
        state = State("good_work", "gb", period)
        found = maps.colouring(monitor, state, maps.everything(monitor, state), WORDS)
        bounds.add(tuple(re.findall(r"(\d+\.\d to \d+\.\d): ", unescape(found.legend.content))))
    assert len(bounds) == 1
    assert len(bounds.pop()) == 5


def test_doubt_is_drawn_by_the_interval(monitor: Monitor) -> None:
    table = maps.everything(monitor, State("good_work", "gb", monitor.period()))
    found = by_score(table, WORDS, "map", unsure=True)
    sure = {str(a) for a in table.loc[table["score"].notna(), "area"]} - found.strength.keys()
    classes = classed(table["score"].to_numpy(float))
    edges = [(a + b) / 2 for a, b in zip(classes.high, classes.low[1:], strict=False)]
    for row in table[table["score"].notna()].to_dict("records"):
        assert (row["area"] in sure) == (not any(row["low"] < edge <= row["high"] for edge in edges))
    words = re.sub(r"(<[^>]+>)+", " ", found.legend.content.split("How sure")[1])
    counts = [int(n) for n in re.findall(r"(\d+) +areas?", words)]
    assert sum(counts) == int(table["score"].notna().sum())
    assert counts[0] == len(sure)
    assert np.isfinite(list(found.strength.values())).all()


def test_periods_say_what_broke_and_where_there_is_nothing(monitor: Monitor) -> None:
    found = home_choices.periods(monitor, State("good_work", "gb", "2021", plain=State("good_work", "gb", "2021")))
    assert [p.period for p in found] == list(monitor.periods())
    assert all(p.known for p in found)
    assert "telephone" in next(p.broke for p in found if p.period == "2020")
    gone = home_choices.periods(monitor, State("good_work", "gb", "2021", node="satisfactory_hours"))
    assert not any(p.known for p in gone)


def test_neighbours_are_outlined_with_the_area(client: TestClient, monitor: Monitor) -> None:
    page = client.get("/?area=York&beside=neighbours").text
    near = monitor.answer("neighbours")["neighbours"]
    assert page.count('class="beside"') == int((near["area"] == "E06000014").sum())
    with pytest.raises(NotFound):
        Look.read(monitor, "good_work", "gb", {"beside": "x"})
