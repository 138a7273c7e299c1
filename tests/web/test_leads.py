"""Headlines and leads: each is written again from its own numbers, and those are the numbers of the edition."""

from __future__ import annotations

import json

import pytest

from goodwork.analysis.finding import Finding, told
from goodwork.monitor import Monitor
from goodwork.report.view import view_of
from goodwork.web.area_page import area_page
from goodwork.web.compare_page import compare_page
from goodwork.web.domain_page import domain_page
from goodwork.web.indicator_page import indicator_page
from goodwork.web.lab import Weighting, lab
from goodwork.web.lab_routes import told as told_of_lab
from goodwork.web.words import finding

WHERE = {"period": "2019", "area_set": "gb", "framework": "good_work"}


def again(sentence: object) -> dict[str, object]:
    """The numbers of a sentence that writes itself again from them, also once they have been JSON."""
    assert isinstance(sentence, Finding), sentence
    assert told(sentence.template, json.loads(json.dumps(sentence.plain))) == sentence
    return dict(sentence.numbers)


@pytest.mark.parametrize(("node", "single"), [("index", False), ("pay", False), ("unemployment", True)])
def test_home_tells_the_league(monitor: Monitor, node: str, single: bool) -> None:
    table = monitor.scores(**WHERE, node=node)
    found = finding(table, "Pay", "2019", "Great Britain", single)
    headline, lead = again(found.headline), again(found.sentence)
    first, last = table.iloc[0], table.iloc[-1]
    assert headline["could"] == (table["rank_low"] <= 1).sum() - 1
    assert (lead["first"], lead["first_low"], lead["first_high"]) == tuple(first[["name", "rank_low", "rank_high"]])
    assert (lead["last"], lead["last_low"], lead["last_high"]) == tuple(last[["name", "rank_low", "rank_high"]])
    assert lead["rank"] == last["rank"]
    assert lead["bottom"] == (table["rank_high"] >= len(table)).sum() - 1
    assert lead["width"] == int((table["rank_high"] - table["rank_low"]).median())


def test_an_area_is_told_from_its_row(monitor: Monitor) -> None:
    view, row = view_of(monitor, "good_work", "gb", "2019"), monitor.scores(**WHERE).set_index("area").loc["E06000014"]
    page = area_page(view, monitor.find("York"))
    again(page.headline)
    lead = again(page.standfirst)
    assert (lead["score"], lead["low"], lead["high"], lead["rank"]) == tuple(row[["score", "low", "high", "rank"]])
    assert lead["others"] == row["ranked"] - 1


def test_a_comparison_is_told_from_its_draws(monitor: Monitor) -> None:
    view = view_of(monitor, "good_work", "gb", monitor.period())
    page = compare_page(view, [monitor.find("York"), monitor.find("Leeds")])
    headline = again(page.headline)
    assert headline["best"] in ("York", "Leeds")
    chances = [one for row in page.chances for one in row if one == one]
    assert headline["least"] in chances
    for found in page.profiles:
        told_of = again(found.sentence)
        assert told_of["score"] == found.index.score


def test_a_domain_is_told_from_its_league(monitor: Monitor) -> None:
    page = domain_page(view_of(monitor, "good_work", "gb", "2019"), "pay")
    table = monitor.scores(**WHERE, node="pay")
    headline, lead = again(page.headline), again(page.sentence)
    assert headline["n"] == len(lead["could"]) == (table["rank_low"] <= 1).sum() - 1
    assert [lead[f"last_{key}"] for key in ("rank", "rank_low", "rank_high")] == list(
        table.iloc[-1][["rank", "rank_low", "rank_high"]])  # fmt: skip


def test_an_indicator_is_told_from_its_figures(monitor: Monitor) -> None:
    page = indicator_page(monitor, "median_pay", "2021")
    values = monitor.values("median_pay", "2021").dropna(subset=["value"])
    values = values[values["area"].isin([a.code for a in monitor.geography.at(monitor.geography.level)])]
    headline, lead = again(page.headline), again(page.sentence)
    assert (headline["least"], headline["most"]) == (values["value"].min(), values["value"].max())
    assert (lead["median"], lead["areas"]) == (values["value"].median(), len(values))


def test_the_lab_is_told_from_its_table(monitor: Monitor) -> None:
    for query in ({}, {"w.access": "3"}):
        found = lab(monitor, Weighting.read(monitor, query))
        facts = again(told_of_lab(found))
        table = found.table.sort_values("rank")
        assert facts["first"] == table.iloc[0]["name"]
        assert facts["n"] == len(table)
        assert facts.get("moved", 0) == (table["rank"] != table["published"]).sum()
