"""Pages of audits: page, JSON and CSV say the same; groups have addresses; what is not there is told."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from goodwork.monitor import Monitor
from goodwork.web.audit_page import choices
from goodwork.web.audit_routes import plain_audit
from goodwork.web.state import plain_state

PLACES = ("/audit/E06000009-blackpool", "/audit/E06000053-isles-of-scilly", "/audit/W06000015-cardiff",
          "/audit/greater-manchester", "/audit/own?areas=York,Leeds")  # fmt: skip


def words(text: str) -> str:
    """A page as a reader sees it."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " "))


def with_ending(path: str, ending: str) -> str:
    head, _, query = path.partition("?")
    return f"{head}{ending}" + (f"?{query}" if query else "")


@pytest.mark.parametrize("path", PLACES)
def test_page_json_and_csv_say_the_same(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    text = words(answer.text)
    data = client.get(with_ending(path, ".json")).json()
    rows = list(csv.DictReader(io.StringIO(client.get(with_ending(path, ".csv")).text)))
    said = [one["sentence"] for aspect in data["aspects"] for one in aspect["findings"]]
    assert [row["sentence"] for row in rows] == said
    for sentence in said:
        assert re.sub(r"\s+", " ", sentence.replace("\xa0", " ")) in text
    assert data["headline"].rstrip(".") in text
    for aspect in data["aspects"]:
        assert aspect["title"] in text
        table = client.get(with_ending(path, ".csv"), params={"table": aspect["name"]} if "?" not in path else None)
        assert table.status_code == 200


def test_the_table_of_an_aspect_is_had_with_every_digit(client: TestClient, monitor: Monitor) -> None:
    text = client.get("/audit/E06000009.csv?table=gaps").text
    rows = list(csv.DictReader(io.StringIO(text)))
    table = monitor.audit("Blackpool")["gaps"].table
    assert [float(r["gap"]) for r in rows if r["gap"]] == table["gap"].dropna().tolist()


def test_names_lead_to_addresses(client: TestClient) -> None:
    for name, target in (
        ("York", "/audit/E06000014-york"), ("greater manchester", "/audit/greater-manchester"),
        ("nation", "/audit/nation"), ("Community A", "/audit/community-a"), ("Wales", "/audit/wales"),
    ):  # fmt: skip
        assert client.get("/audit", params={"q": name}).headers["location"] == target
    assert client.get("/audit/york").headers["location"] == "/audit/E06000014-york"
    assert client.get("/audit/E06000014").headers["location"] == "/audit/E06000014-york"


def test_every_group_that_can_be_chosen_has_an_address_that_answers(client: TestClient, monitor: Monitor) -> None:
    groups = choices(monitor, plain_state(monitor))
    assert len(groups) == 4
    listed = client.get("/audit").text
    for title, group in groups:
        assert title in listed
        name, address = group[-1]
        assert f'href="{address}"' in listed
        assert words(client.get(address).text).count(name)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/audit/atlantis", 404), ("/audit/compact-999", 404), ("/audit?q=Atlantis", 404), ("/audit/own", 422),
        ("/audit/own?areas=" + ",".join(["York"] * 61), 422), ("/audit/own?areas=York,Atlantis", 404),
        ("/audit/E06000014-york.csv?table=moon", 404), ("/audit/E06000014-york/moon.svg", 404),
        ("/audit/greater-manchester?area_set=wales", 404), ("/audit/E06000014-york?period=1066", 404),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_drawings_stand_alone_and_the_area_page_leads_to_its_audit(client: TestClient) -> None:
    assert client.get("/audit/E06000009-blackpool/spine.svg").text.startswith("<svg")
    assert client.get("/audit/greater-manchester/areas.svg").text.startswith("<svg")
    assert 'href="/audit/E06000009-blackpool"' in client.get("/area/E06000009-blackpool").text


def test_addresses_are_written_in_one_way(monitor: Monitor) -> None:
    plain = plain_audit(monitor)
    assert plain("/audit/E06000014", {"area_set": "gb"}) == "/audit/E06000014-york"
    assert plain("/audit/nation", {"period": monitor.period(), "area_set": "wales"}) == "/audit/nation?area_set=wales"
    assert plain("/audit/own", {"areas": "York,Leeds"}) == "/audit/own?areas=York%2CLeeds"
