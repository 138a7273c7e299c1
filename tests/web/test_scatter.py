"""Two measures against each other: the numbers are those of the analysis, the doubts stand beside them."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest
from fastapi.testclient import TestClient

from goodwork.analysis.association import CAVEAT, pearson
from goodwork.monitor import Monitor
from goodwork.web.scatter_page import Asked, scatter_page


def test_page_and_twins_say_the_coefficient_of_the_analysis(client: TestClient, monitor: Monitor) -> None:
    query = "?x=median_pay&y=good_work.index&area_set=england"
    data = client.get(f"/scatter.json{query}").json()
    rows = [a for a in data["areas"] if a["x"] is not None and a["y"] is not None]
    found = pearson(*(np.array([a[n] for a in rows]) for n in ("x", "y")))
    assert data["ways"][0]["r"] == pytest.approx(found.r)
    page = unescape(client.get(f"/scatter{query}").text).replace("\xa0", " ")
    for words in (str(found), CAVEAT, "Without any one area", "Among areas of one region", "Neighbouring areas"):
        assert words.replace("95 %", "95 %") in page
    scores = monitor.scores(area_set="england").set_index("area")["score"]
    assert all(a["y"] == scores[a["area"]] for a in rows)


def test_switches_change_what_is_counted(client: TestClient) -> None:
    base, without, people = (
        client.get(f"/scatter.json?x=median_pay&y=good_work.index&area_set=gb{more}").json()
        for more in ("", "&without=london", "&weight=population")
    )
    assert len(base["areas"]) - len(without["areas"]) == 33
    assert {w["way"]: w["r"] for w in base["ways"]} == {w["way"]: w["r"] for w in people["ways"]}
    page = client.get("/scatter?x=median_pay&y=good_work.index&area_set=gb&weight=population").text
    by_people = next(w for w in people["ways"] if "people" in w["way"])
    assert f"{by_people['r']:.2f}" in re.search(r'standfirst">(.*?)</p>', page)[1]


def test_too_little_to_say_is_said(monitor: Monitor, client: TestClient) -> None:
    page = scatter_page(monitor, Asked.read(monitor, {"x": "median_pay", "y": "median_pay"}))
    assert page.link is None
    assert "goes with itself" in client.get("/scatter?x=median_pay&y=median_pay").text
    assert client.get("/scatter?area_set=wales").status_code == 200  # 22 areas, none of which has conditions
    assert client.get("/scatter?x=zzzz").status_code == 404
    assert client.get("/scatter?colour=mauve").status_code == 422


def test_every_axis_says_unit_period_and_which_end_is_better(monitor: Monitor) -> None:
    page = scatter_page(monitor, Asked.read(monitor, {"x": "unemployment", "y": "median_pay"}))
    for axis in (page.x, page.y):
        assert axis.unit
        assert axis.period in axis.label
        assert "is better" in axis.label
        assert axis.label in unescape(page.figures["scatter"].drawing) or axis.label.split(" (")[0][:20] in unescape(
            page.figures["scatter"].drawing
        )
