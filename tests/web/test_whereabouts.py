"""Maps in words on the pages: counted again from the outlines, under the map, in its description, and by area."""

from __future__ import annotations

import re
from html import unescape

from fastapi.testclient import TestClient

from goodwork.monitor import Monitor
from goodwork.store.boundaries import read_boundaries


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " "))


def test_who_touches_among_the_ends_is_counted_again_and_stands_with_the_map(
    client: TestClient, monitor: Monitor
) -> None:
    touching = read_boundaries().adjacent("upper_tier_2023")
    page = client.get("/").text
    drawing = client.get("/figure/map.svg").text
    ranked = list(monitor.scores().sort_values("score")["area"])
    for end, areas in (("lowest", ranked[:10]), ("highest", ranked[-10:])):
        count = sum(any(other in areas for other in touching[code]) for code in areas)
        said = f"{count or 'None'} of the 10 areas with the {end} scores touch"
        assert said in words(page.split('id="together"')[1])
        assert said in words(page.split('id="map-desc"')[1].split("</desc>")[0])
        assert said in words(drawing)


def test_an_area_is_placed_by_those_it_touches(client: TestClient) -> None:
    touching = read_boundaries().adjacent("upper_tier_2023")
    data = client.get("/area/W06000015.json").json()
    assert data["lies"].endswith(f"touching all {len(touching['W06000015'])}.")
    assert data["lies"] in words(client.get("/area/W06000015-cardiff").text)
    assert "south-west of Cornwall, the nearest" in words(client.get("/area/E06000053-isles-of-scilly").text)
    assert data["lies"] in words(client.get("/?area=W06000015").text)
