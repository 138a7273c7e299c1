"""The search: names, codes, former names, typos and postcodes lead to an area, and say so where it is another name."""

from __future__ import annotations

from html import unescape

import pytest
from fastapi.testclient import TestClient

from goodwork.errors import GoodWorkError, NotFound
from goodwork.monitor import Monitor
from goodwork.web.postcodes import PACKAGE, Postcodes
from goodwork.web.search import notice_of, search, suggestions


@pytest.mark.parametrize(
    ("asked", "name", "notice"),
    [("York", "York", ""), ("e06000014", "York", ""), (" york ", "York", ""),
     ("Yrok", "York", "You asked for “Yrok”; showing York."),
     ("Selby", "North Yorkshire", "Selby became part of North Yorkshire in 2023. Showing North Yorkshire."),
     ("Poole", "Bournemouth, Christchurch and Poole",
      "Poole is another name of Bournemouth, Christchurch and Poole."),
     ("ynys mon", "Isle of Anglesey", "Ynys Môn is another name of Isle of Anglesey."),
     ("E06000048", "Northumberland", "E06000048 is the code that Northumberland had until 2013.")],
)  # fmt: skip
def test_what_is_asked_leads_to_an_area_and_a_notice(monitor: Monitor, asked: str, name: str, notice: str) -> None:
    found = search(monitor, asked)
    assert (found.area.name, found.notice) == (name, notice)


@pytest.mark.parametrize("asked", ["Cumbria", "Northamptonshire"])
def test_a_parted_area_offers_its_successors(monitor: Monitor, asked: str) -> None:
    with pytest.raises(NotFound) as error:
        search(monitor, asked)
    assert len(error.value.nearest) == 2


def test_the_page_says_what_was_asked_and_nothing_that_was_not(client: TestClient, monitor: Monitor) -> None:
    answer = client.get("/areas", params={"q": "Yrok"})
    assert answer.headers["location"] == "/area/E06000014-york?asked=Yrok"
    assert "You asked for “Yrok”; showing York." in unescape(client.get(answer.headers["location"]).text)
    assert client.get("/areas", params={"q": "York"}).headers["location"] == "/area/E06000014-york"
    parted = unescape(client.get("/area/E06000064-westmorland-and-furness?asked=Cumbria").text)
    assert "Cumbria was parted in 2023; Westmorland and Furness is one of its successors." in parted
    york = monitor.find("York")
    assert notice_of(monitor, "<b>Leeds</b>", york) == ""
    assert "Leeds is shut" not in client.get("/area/E06000014-york?asked=Leeds%20is%20shut").text


def test_suggestions_name_every_area_and_every_former_one_once(monitor: Monitor, client: TestClient) -> None:
    data = client.get("/areas.json").json()
    assert data == suggestions(monitor)
    areas = {a.code for a in monitor.geography.at(monitor.geography.level)}
    assert {a["code"] for a in data["areas"]} == areas
    assert {f["to"] for f in data["former"]} <= areas
    assert [f["said"] for f in data["former"] if f["name"] == "Selby"] == ["became part of North Yorkshire in 2023"]
    assert len(client.get("/areas.json", headers={"Accept-Encoding": "gzip"}).content) < 60_000


def test_without_the_postcodes_the_answer_says_how_to_have_them(monitor: Monitor) -> None:
    with pytest.raises(GoodWorkError, match="postcode") as error:
        search(monitor, "YO1 7HH", None)
    assert "goodwork[postcodes]" in error.value.remedy


@pytest.mark.skipif(Postcodes.here() is None, reason=f"{PACKAGE} is not installed: no postcode was looked up")
def test_a_postcode_leads_to_its_area_and_goes_no_further(monitor: Monitor, client: TestClient) -> None:
    places = Postcodes.here()
    assert search(monitor, "yo17hh", places).area.name == "York"
    assert search(monitor, "YO8 4QB", places).area.name == "North Yorkshire"  # Selby, then a district
    with pytest.raises(NotFound):
        search(monitor, "YO1 0AA", places)  # not in use any more
    assert client.get("/areas", params={"q": "YO1 7HH"}).headers["location"] == "/area/E06000014-york"
