"""Drawings made from the tables when asked for: ranks, small maps, moves, domains; classes fixed over periods."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from fastapi.testclient import TestClient

from goodwork.errors import NotFound
from goodwork.figures.classes import classed
from goodwork.monitor import Monitor
from goodwork.report.view import View
from goodwork.web.area_page import area_page
from goodwork.web.indicator_page import indicator_page


def rows(client: TestClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).text)))


def test_series_of_an_area_shows_its_line_its_ranks_beside_neighbours_and_a_map_for_each_period(
    client: TestClient, monitor: Monitor
) -> None:
    page = client.get("/series?area=York").text
    own = monitor.series("York").query("scope == 'base period'").set_index("period")
    drawn = {r["period"]: r for r in rows(client, "/series/through.csv?area=York") if r["line"] == "York"}
    assert {p: float(r["value"]) for p, r in drawn.items()} == pytest.approx(own["displayed"].to_dict())
    ranks = (
        monitor.cut("ranks")
        .query("node == 'index' and area == 'E06000014' and scope == 'each period'")
        .set_index("period")
    )
    bump = rows(client, "/series/bump.csv?area=York")
    assert {r["period"]: float(r["value"]) for r in bump if r["line"] == "York"} == ranks["rank"].to_dict()
    assert len({r["line"] for r in bump}) == 6
    assert all(r["low"] and r["high"] for r in bump), "a rank is not without its interval"
    for name in ("through", "bump", "multiples"):
        assert f"/series/{name}.svg" in page
        assert client.get(f"/series/{name}.svg?area=York").status_code == 200
    assert client.get("/series/through.svg").status_code == 404
    assert re.findall(r'<tspan|class="panel[^>]*>([^<]+)<', client.get("/series/multiples.svg").text)[:5] == [
        "2017", "2018", "2019", "2020 (break before)", "2021 (break before)",
    ]  # fmt: skip


def test_small_maps_share_their_classes_and_draw_every_tile(client: TestClient, monitor: Monitor) -> None:
    table = rows(client, "/series/multiples.csv")
    values = np.array([float(r["value"] or "nan") for r in table])
    assert len(table) == 5 * len(monitor.geography.members("gb"))
    of = classed(values)
    drawing = client.get("/series/multiples.svg").text
    for kind, count in enumerate(np.bincount([k for k in of.of if k >= 0])):
        assert sum(d.count("M") for d in re.findall(rf'd="([^"]*)" class="c{kind}"', drawing)) == count
    assert sum(d.count("M") for d in re.findall(r'd="([^"]*)" class="none"', drawing)) == list(of.of).count(-1)


def test_moves_between_communities_are_drawn_as_the_table_has_them(client: TestClient, monitor: Monitor) -> None:
    held = monitor.answer("communities")["communities_transitions"]
    drawn = rows(client, "/communities/moves.csv")
    assert [(r["from"], r["to"], float(r["count"])) for r in drawn] == [
        (r["from"], r["to"], float(r["count"])) for r in held.to_dict("records")
    ]
    stayed = held.loc[held["from"] == held["to"], "count"].sum()
    assert f"In {stayed} of {held['count'].sum()} steps" in client.get("/communities").text


def test_domains_add_up_to_the_score(monitor: Monitor) -> None:
    page = area_page(View(monitor, "good_work", "gb", "2021"), monitor.find("Blackpool"))
    table = page.figures["domains"].table
    assert set(table["part"]) == {d.title for d in page.profile.domains}
    assert table["value"].sum() == pytest.approx(page.profile.index.score - 100)


def test_the_classes_of_an_indicator_are_the_same_in_every_period(client: TestClient, monitor: Monitor) -> None:
    legends = [indicator_page(monitor, "median_pay", period).figures["map"].legend for period in ("2017", "2021")]
    bounds = [re.findall(r">([\d,.]+ to [\d,.]+):", legend) for legend in legends]
    assert bounds[0] == bounds[1]
    assert len(bounds[0]) == 5
    equal = client.get("/indicator/median_pay?period=2017&classes=equal").text
    assert '<option value="equal" selected>' in equal
    assert "/map.svg?period=2017&amp;classes=equal" in equal
    with pytest.raises(NotFound):
        indicator_page(monitor, "median_pay", "2017", "rainbow")
    assert client.get("/indicator/median_pay?classes=rainbow").status_code == 404
