"""The pages of plans: a form without scripts, the same numbers in every form, and what cannot be asked."""

from __future__ import annotations

import csv
import io
import re

import pytest
from fastapi.testclient import TestClient

from goodwork.monitor import Monitor

YORK = "area=York&goal=rank&value=10"


def test_the_page_its_json_and_its_csv_hold_the_same_change(client: TestClient, monitor: Monitor) -> None:
    page = client.get(f"/target?{YORK}").text
    data = client.get(f"/target.json?{YORK}").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"/target.csv?{YORK}").text)))
    found = monitor.target("York", rank=10)
    assert data["rank_after"] == found.rank_after == 10
    for row, member, one in zip(rows, data["members"], found.table.to_dict("records"), strict=True):
        assert row["member"] == member["member"] == one["member"]
        if one["after"] == one["after"]:
            assert float(row["after"]) == pytest.approx(member["after"]) == pytest.approx(one["after"])
        else:
            assert row["after"] == ""
            assert member["after"] is None
    assert data["headline"] in page.replace("\xa0", " ")
    for said in data["findings"]:
        assert re.sub(r"\s+", " ", said) in re.sub(r"\s+", " ", page.replace("\xa0", " ").replace("&#39;", "'"))
    assert client.get(f"/target/change.svg?{YORK}").headers["content-type"].startswith("image/svg")


def test_without_an_area_there_is_a_form_that_leads_back(client: TestClient, monitor: Monitor) -> None:
    page = client.get("/target").text
    assert '<form class="choices" action="/target" method="get"' in page
    assert '<option value="E06000014">York</option>' in page
    assert "Isles of Scilly" not in page, "it has no score"
    assert client.get("/target.json").status_code == 404
    again = client.get(
        "/target?area=E06000014&goal=median&value=region&realism=areas&chance=0.9&cost.median_pay=3&few=1"
    )
    assert again.status_code == 200
    assert "counts 3." in again.text
    assert '<option value="median" selected>' in again.text


def test_shares_add_up_in_every_form(client: TestClient) -> None:
    asked = "budget=1234567.89&by=tiers&floor=1000"
    data = client.get(f"/allocation.json?{asked}").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"/allocation.csv?{asked}").text)))
    assert sum(round(100 * float(row["grant"])) for row in rows) == 123_456_789
    assert sum(round(100 * row["grant"]) for row in data["areas"]) == 123_456_789
    page = client.get(f"/allocation?{asked}").text
    top = data["areas"][0]
    assert f"£{top['grant']:,.2f}" in page
    assert top["name"] in data["headline"]
    assert f"95 % range £{top['low_both']:,.0f} to £{top['high_both']:,.0f}" in data["headline"]
    for name in ("grants", "lorenz"):
        assert client.get(f"/allocation/{name}.svg?{asked}").status_code == 200


def test_an_allocation_among_some_areas_keeps_to_them(client: TestClient) -> None:
    data = client.get("/allocation.json?among=North+East&by=population").json()
    assert len(data["areas"]) == 12
    assert sum(row["gains"] for row in data["areas"]) == pytest.approx(0, abs=1)


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/target?area=Narnia", 404, "Narnia"),
        ("/target?area=York&goal=fame", 422, "fame"),
        ("/target?area=York&goal=rank&value=first", 422, "is no rank"),
        ("/target?area=York&goal=rank&value=2.5", 422, "2.5"),
        ("/target?area=York&goal=rank&value=0", 422, "no rank 0"),
        ("/target?area=York&goal=score&value=inf", 422, "is no score"),
        ("/target?area=York&goal=median&value=Mordor", 404, "Mordor"),
        ("/target?area=York&goal=no_worse&value=1850", 422, "1850"),
        ("/target?area=E06000053", 422, "not scored"),
        ("/target?area=York&cost.median_pay=0", 422, "cost of median_pay is 0"),
        ("/target?area=York&cost.median_pay=dear", 422, "dear"),
        ("/target?area=York&realism=hope", 422, "hope"),
        ("/target?area=York&chance=2", 422, "2"),
        ("/target/other.svg?area=York", 404, "other"),
        ("/target.xml?area=York", 404, "xml"),
        ("/allocation?budget=-1", 422, "greater than 0"),
        ("/allocation?budget=lots", 422, "lots"),
        ("/allocation?budget=10&cap=0.01", 422, "can be spent"),
        ("/allocation?budget=10&floor=9", 422, "more than the budget"),
        ("/allocation?threshold=low", 422, "low"),
        ("/allocation?of=luck", 404, "luck"),
        ("/allocation?among=Mordor", 404, "Mordor"),
        ("/allocation?by=whim", 422, "need"),
    ],
)
def test_what_cannot_be_asked_is_told_with_a_page(client: TestClient, address: str, status: int, says: str) -> None:
    found = client.get(address)
    assert found.status_code == status
    assert says in found.text


def test_text_from_an_address_is_never_markup(client: TestClient) -> None:
    for address in ("/target?area=York&goal=median&value=%3Cscript%3E", "/allocation?budget=%3Cscript%3E",
                    "/allocation?among=%3Cscript%3E"):  # fmt: skip
        assert "<script>" not in client.get(address).text
