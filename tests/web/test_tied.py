"""Tiers, ties, freshness, licence, units and people stand where a reader meets the figures."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from goodwork.analysis.alongside import CLEAR
from goodwork.monitor import Monitor
from goodwork.report.view import View
from goodwork.web.area_page import area_page
from goodwork.web.compare_page import compare_page, comparison


@pytest.fixture(scope="module")
def view(monitor: Monitor) -> View:
    return View(monitor, "good_work", "gb", "2021")


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " "))


def ties(monitor: Monitor, code: str) -> set[str]:
    pairs = monitor.cut("pairs", "gb", "good_work")
    mine = pairs[(pairs["area"] == code) & (pairs["above"] > 1 - CLEAR) & (pairs["above"] < CLEAR)]
    return set(mine["other"])


def test_the_league_table_can_show_the_tier_and_with_how_many_each_is_tied(
    client: TestClient, monitor: Monitor
) -> None:
    page = client.get("/?columns=score&columns=tier").text
    tiers = monitor.scores().set_index("area")["tier"]
    found = re.findall(r'<tr data-area="(\w+)".*?col-tier">(.*?)<small>with (\d+)</small>', page, re.S)
    assert len(found) == len(tiers)
    for code, tier, tied in found[::25]:
        assert (float(tier), int(tied)) == (tiers[code], len(ties(monitor, code)))
    before = client.get("/?columns=score&columns=tier&period=2019").text
    assert 'col-tier">' in before
    assert "<small>with" not in before


def test_the_panel_and_the_comparison_say_tier_tie_freshness_source_and_licence(
    client: TestClient, monitor: Monitor, view: View
) -> None:
    areas = comparison(monitor, ["York,Leeds,Blackpool"])
    page = compare_page(view, areas)
    tiers = monitor.scores().set_index("area")["tier"]
    text = words(client.get("/compare", params={"areas": "York,Leeds,Blackpool"}).text)
    for area, (tier, here, every) in zip(areas, page.tiers, strict=True):
        alike = ties(monitor, area.code)
        assert tier == f"{tiers[area.code]:.0f} of {tiers.max():.0f}"
        assert [a.name for a in areas if a.code in alike] == (
            [] if here == "none of these" else re.split(", | and ", here)
        )
        assert every == f"{len(alike)} of the {len(tiers) - 1} other areas"
        assert every in text
    used = {f.origin.line for p in page.profiles for f in p.figures if f.origin and f.value == f.value}
    assert used
    assert all(f"Source: {line}" in text or f"; {line}" in text for line in used)
    assert "OGL" in text
    panel = words(client.get("/?area=E06000014").text)
    assert f"It is in tier {tiers['E06000014']:.0f} of {tiers.max():.0f}" in panel
    assert f"It is tied with {len(ties(monitor, 'E06000014'))} of the {len(tiers) - 1} other areas" in panel
    late = words(client.get("/?area=E06000014&framework=conditions&period=2021").text)
    assert re.search(r"\b20\d\d, \d years? (before|after) 2021", late)


def test_a_mark_on_the_map_of_an_indicator_says_the_figure_in_its_unit(client: TestClient, monitor: Monitor) -> None:
    drawn = client.get("/figure/map.svg?node=median_pay").text
    pay = monitor.values("median_pay", "2021").set_index("area")["value"]
    for code in ("E06000014", "W06000015"):
        name = monitor.geography.by_code[code].name
        assert f"{name}: {monitor.catalogue['median_pay'].show(pay[code])}; score" in drawn
    assert ": score" in client.get("/figure/map.svg").text


def test_points_come_to_people_where_what_they_are_shares_of_is_held(view: View) -> None:
    page = area_page(view, view.monitor.find("Blackpool"))
    held = view.held(page.area.code)
    now = held[held["period"] == "2021"].set_index("indicator")["value"]
    told = {step.node: step.people for step in page.steps}
    out = now["population"] * now["share_16_64"] * now["participation"] * now["unemployment"] / 1e6
    assert told["unemployment"].startswith(f"about {float(f'{out:.3g}'):,.0f} people out of work")
    assert told["unemployment"].endswith(")")
    assert told["median_pay"] == ""
