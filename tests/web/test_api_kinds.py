"""The interface for programs filters areas by region, nation and type, as the page does."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from goodwork.monitor import Monitor

FILTERED = ("areas", "scores", "ranks", "observations", "excluded", "communities")
YORKSHIRE = "E12000003"


def rows(client: TestClient, monitor: Monitor, address: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/{monitor.edition.name}/{address}")
    assert answer.status_code == 200, answer.text[:300]
    return list(answer.json()["rows"])


@pytest.mark.parametrize("resource", FILTERED)
def test_rows_are_those_of_the_areas_of_a_region_nation_and_type(
    client: TestClient, monitor: Monitor, resource: str
) -> None:
    areas = monitor.geography.by_code
    joiner = "?indicator=median_pay&period=2021&" if resource == "observations" else "?"
    whole = {row["area"] for row in rows(client, monitor, f"{resource}{joiner}limit=10000")}
    for asked, fits in (
        ("region=E12000003", lambda a: a.parents.get("region") == YORKSHIRE),
        ("region=yorkshire+and+the+humber", lambda a: a.parents.get("region") == YORKSHIRE),
        ("nation=Wales&nation=scotland", lambda a: a.parents.get("country") in ("W92000004", "S92000003")),
        ("type=E08", lambda a: a.code.startswith("E08")),
        ("type=metropolitan+districts&region=E12000003",
         lambda a: a.code.startswith("E08") and a.parents.get("region") == YORKSHIRE),
    ):  # fmt: skip
        found = {row["area"] for row in rows(client, monitor, f"{resource}{joiner}{asked}&limit=10000")}
        assert found == {code for code in whole if code in areas and fits(areas[code])}, asked
        assert found or resource == "excluded"
    assert rows(client, monitor, f"{resource}{joiner}nation=Wales&region=London") == []


def test_a_filter_and_a_name_must_both_fit(client: TestClient, monitor: Monitor) -> None:
    both = rows(client, monitor, "scores?area=York&area=Cardiff&nation=Wales")
    assert [row["name"] for row in both] == ["Cardiff"]
    assert {row["name"] for row in rows(client, monitor, "areas?level=region&nation=england")} >= {"London"}


@pytest.mark.parametrize(
    ("asked", "kind", "near"),
    [("region=Yorkshire", "region", "Yorkshire and The Humber (E12000003)"), ("nation=Walse", "nation", "Wales"),
     ("type=E99", "type of area", "Unitary authorities (England) (E06)")],
)  # fmt: skip
@pytest.mark.parametrize("resource", ["areas", "scores", "observations"])
def test_a_name_that_is_not_there_is_a_problem_with_the_nearest(
    client: TestClient, monitor: Monitor, resource: str, asked: str, kind: str, near: str
) -> None:
    answer = client.get(f"/api/v1/{monitor.edition.name}/{resource}?{asked}")
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert f"no {kind} called" in problem["detail"]
    assert any(near in offer for offer in problem["nearest"])


def test_the_description_says_them(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for resource in FILTERED:
        own = next(value for path, value in paths.items() if path.endswith(f"/{resource}"))["get"]["parameters"]
        told = {one["name"]: one.get("description", "") for one in own}
        assert {"region", "nation", "type"} <= set(told), resource
        assert "E06" in told["type"]
