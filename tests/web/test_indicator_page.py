"""Pages of indicators and domains: what a number is, every figure with its interval, drawings and twins alike."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import numpy as np
import pytest
from fastapi.testclient import TestClient

from goodwork.monitor import Monitor
from goodwork.web.indicator_page import indicator_page

SOME = ("median_pay", "unemployment", "population", "covid_deaths_first_wave", "house_price_to_earnings")


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " "))


@pytest.mark.parametrize("name", SOME)
def test_page_figures_json_and_csv_hold_the_same_numbers(client: TestClient, monitor: Monitor, name: str) -> None:
    page = indicator_page(monitor, name)
    text = words(client.get(f"/indicator/{name}").text)
    data = client.get(f"/indicator/{name}.json").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"/indicator/{name}.csv").text)))
    assert [(r["area"], float(r["value"])) for r in rows] == [(d["area"], d["value"]) for d in data["areas"]]
    drawn = page.figures["strip"].table.dropna(subset=["value"])
    areas = data["areas"][: len(page.table)]
    assert dict(zip(drawn["area"], drawn["value"], strict=True)) == {d["area"]: d["value"] for d in areas}
    assert page.figures["histogram"].table["areas"].sum() == len(areas)
    held = monitor.values(name, page.period).dropna(subset=["value"])
    assert {d["area"] for d in data["areas"]} == set(held["area"])
    for item, row in zip(areas, page.rows(), strict=True):
        assert row["name"] == item["name"]
        assert row["interval"] != ""
        assert row["value"] in text
    for known in (monitor.catalogue[name].definition, monitor.catalogue[name].release, monitor.catalogue[name].better):
        assert known in text


def test_figures_stand_in_order_of_the_direction(monitor: Monitor) -> None:
    for name in SOME:
        values = indicator_page(monitor, name).table["value"].to_numpy()
        sign = -1 if monitor.catalogue[name].direction == "lower" else 1
        assert (np.diff(sign * values) <= 0).all()


def test_the_sentence_is_made_from_the_figures(monitor: Monitor) -> None:
    page = indicator_page(monitor, "median_pay", "2021")
    values = monitor.values("median_pay", "2021")
    level = values[values["area"].isin({a.code for a in monitor.geography.at(monitor.geography.level)})].dropna(
        subset=["value"]
    )
    low, high = level.loc[level["value"].idxmin()], level.loc[level["value"].idxmax()]
    show = monitor.catalogue["median_pay"].show
    ends = [f"{show(row['value'])} in {row['name']}" for row in (low, high)]
    assert page.headline == f"Median weekly pay: from {ends[0]} to {ends[1]}"
    assert f"half of {len(level)} areas have median weekly pay below {show(level['value'].median())}" in page.sentence


def test_breaks_and_money_of_the_year_are_told_where_time_is_shown(monitor: Monitor) -> None:
    title = indicator_page(monitor, "median_pay").figures["through"].title
    assert "3 breaks lie between" in title
    assert "not in real terms" in title
    table = indicator_page(monitor, "unemployment").figures["through"].table
    values = monitor.values("unemployment")
    level = values[values["area"].isin({a.code for a in monitor.geography.at(monitor.geography.level)})]
    middle = level.dropna(subset=["value"]).groupby("period")["value"].median()
    own = table[table["line"] == "median of areas"].set_index("period")["value"]
    assert own.to_dict() == pytest.approx(middle.to_dict())


def test_an_indicator_without_figures_says_why(client: TestClient, monitor: Monitor) -> None:
    answer = client.get("/indicator/satisfactory_hours")
    assert answer.status_code == 200
    assert monitor.catalogue["satisfactory_hours"].missing in words(answer.text)
    assert 'class="chart"' not in answer.text
    assert client.get("/indicator/satisfactory_hours.json").json()["areas"] == []


def test_every_indicator_has_a_page(client: TestClient, monitor: Monitor) -> None:
    for indicator in monitor.catalogue.indicator[::6]:
        assert client.get(f"/indicator/{indicator.id}").status_code == 200


@pytest.mark.parametrize("address", ["/indicator/median_pai", "/indicator/median_pay?period=1800", "/domain/acess",
                                     "/indicator/x/strip.svg", "/indicator/median_pay/pie.svg", "/domain/index",
                                     f"/indicator/{'a' * 5000}", "/indicator/",
                                     "/domain/access?period=nan"])  # fmt: skip
def test_what_is_not_there_is_a_404_that_offers_the_nearest(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    if "pai" in address or "acess" in address:
        assert re.search(r'href="/(indicator/median_pay|domain/access)"', answer.text)


@pytest.mark.parametrize("query", ["", "?area_set=wales&period=2018", "?framework=conditions"])
def test_the_league_of_a_domain_is_the_league_of_the_edition(client: TestClient, monitor: Monitor, query: str) -> None:
    name = "education" if "conditions" in query else "access"
    data = client.get(f"/domain/{name}.json{query}").json()
    league = monitor.scores(data["period"], data["area_set"], data["framework"], name)
    scored = [d for d in data["areas"] if d["score"] is not None]
    assert [(d["area"], d["score"], d["rank"]) for d in scored] == list(
        league[["area", "score", "rank"]].itertuples(index=False, name=None)
    )
    assert len(data["areas"]) == len(monitor.geography.members(data["area_set"]))
    assert all(d["reason"] for d in data["areas"] if d["score"] is None)
    page = client.get(f"/domain/{name}{query}").text
    assert re.findall(r'<tr data-area="(\w+)"', page) == [d["area"] for d in scored]
    for line, d in zip(re.findall(r"<tr data-area=.*?</tr>", page, re.S), scored, strict=True):
        assert f"{d['rank_low']:.0f} to {d['rank_high']:.0f}" in words(line)
        assert f"{d['low']:.1f} to {d['high']:.1f}" in words(line)
    rows = list(csv.DictReader(io.StringIO(client.get(f"/domain/{name}.csv{query}").text)))
    assert [r["area"] for r in rows] == [d["area"] for d in data["areas"]]
    members = monitor.framework(data["framework"]).children(name)
    assert [m["node"] for m in data["members"]] == list(members)
