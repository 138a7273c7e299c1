"""An own monitor with invented data and no outlines: a table, no map, and every view says that it is invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import goodwork
from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish
from goodwork.web.app import create_app

STARTER = Path(goodwork.__file__).parent / "starter"


@pytest.fixture(scope="module")
def toyland(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    store = tmp_path_factory.mktemp("toyland")
    publish(own_material(STARTER / "framework.toml", STARTER / "data.csv"), store)
    return TestClient(create_app(Monitor.open(store)), follow_redirects=False)


@pytest.mark.parametrize("address", ["/", "/?view=tiles", "/?area=T12", "/area/T12-very-small-dollhouse", "/nowhere",
                                     "/area/T12.csv", "/compare?areas=T12,T01", "/indicator/low_pay", "/domain/pay",
                                     "/index.csv", "/weights", "/weights.csv", "/scatter?x=low_pay",
                                     "/scatter.csv"])  # fmt: skip
def test_every_view_says_that_the_data_are_invented(toyland: TestClient, address: str) -> None:
    assert "invented data" in toyland.get(address).text.lower()


def test_the_twins_say_so_too(toyland: TestClient) -> None:
    assert toyland.get("/index.json").json()["invented"] is True
    assert toyland.get("/area/T12.json").json()["invented"] is True
    for address in ("/weights.json", "/weights/figures.json", "/scatter.json", "/areas.json"):
        assert toyland.get(address).json()["invented"] is True


def test_without_outlines_the_page_is_a_table_and_says_why(toyland: TestClient) -> None:
    page = toyland.get("/").text
    assert "have no outlines" in page
    assert '<svg class="map"' not in page
    assert page.count("<tr data-area=") == 12
    assert toyland.get("/figure/map.svg").status_code == 404
