"""The interface for programs: every resource in every form says what the monitor says, and nothing breaks it."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import validate

import goodwork
from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish
from goodwork.sources.jsonstat import read_jsonstat
from goodwork.web.api.formats import FORMS, written
from goodwork.web.api.resources import RESOURCES
from goodwork.web.api.rows import Excluded
from goodwork.web.app import create_app
from goodwork.web.headers import SECURITY

STARTER = Path(goodwork.__file__).parent / "starter"
#: Every resource with queries that are asked of it in every form.
ROUTES = (
    "areas", "areas?level=region", "areas?area_set=wales&limit=7", "areas/E06000014", "indicators",
    "indicators?indicator=median_pay", "frameworks", "frameworks?framework=conditions",
    "observations?limit=300", "observations?indicator=unemployment&area=York&area=K03000001",
    "observations?framework=good_work&area_set=london&period=2019", "scores", "scores?node=*&period=*&area=York",
    "scores?framework=conditions&sort=-score&limit=20", "scores?scope=base+period&period=*&area=York", "ranks",
    "ranks?area_set=wales&node=*&sort=rank,name", "ranks?fields=name,rank", "excluded", "profiles/E06000014",
    "profiles/E06000014?period=2019&area_set=england", "neighbours/E06000014", "communities",
    "communities?area=York&area=Hartlepool", "associations", "associations?node=index&limit=3", "series/E06000014",
    "series/E06000014?node=*&scope=each+period", "findings?limit=50", "findings?question=health&kind=finding",
    "build", "build?draws=20&node=*&limit=40", "build?normalisation=rank&aggregation=geometric&weights=unemployment:3",
    "audits?of=York", "audits?of=wales&aspect=priorities",
    "targets/E06000014?value=40&bounds=unemployment:2:&costs=median_pay:2",
    "allocations?budget=5000&by=population&limit=9",
    "tracking?target=York:unemployment:3:2028&target=Hull:median_pay:450:2020",
    "charters", "transition?area=York&area=Hull", "transition?period=2019&limit=30",
)  # fmt: skip
#: What Toyland has no figures for, and how that is said.
LACKING = {"allocations": "no area here has both a score and residents", "transition": "no figures on occupations"}


@pytest.fixture(scope="module")
def base(monitor: Monitor) -> str:
    """Where the resources of the shipped edition begin."""
    return f"/api/v1/{monitor.edition.name}"


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    """The interface described."""
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def in_form(route: str, form: str) -> str:
    path, mark, query = route.partition("?")
    return f"{path}.{form}{mark}{query}"


def as_cells(value: Any) -> Any:
    """A cell of JSON as it stands in a table of texts and numbers."""
    if isinstance(value, list):
        return "; ".join(value) or None
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return None if value in ("", None) else value


def frame(content: bytes, folder: Path) -> pd.DataFrame:
    file = folder / "answer.parquet"
    file.write_bytes(content)
    return duckdb.execute("SELECT * FROM read_parquet(?)", [str(file)]).df()


def test_every_resource_has_a_route_here() -> None:
    asked = {route.partition("?")[0].replace("E06000014", "{area}") for route in ROUTES}
    assert asked == {one.name for one in RESOURCES}


@pytest.mark.parametrize("route", ROUTES)
def test_every_form_of_every_resource_says_the_same(
    client: TestClient, base: str, route: str, tmp_path: Path, monitor: Monitor
) -> None:
    answer = client.get(f"{base}/{route}")
    assert answer.status_code == 200, answer.text
    data = answer.json()
    assert data["rows"]
    assert data["edition"] == monitor.edition.name
    assert data["invented"] is False
    assert "Open Government Licence" in data["attribution"]
    assert "OGL" in data["licence"]
    plain = [{name: as_cells(cell) for name, cell in row.items()} for row in data["rows"]]

    text = client.get(f"{base}/{in_form(route, 'csv')}")
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(text.text)))
    assert len(lines) == len(plain)
    for line, row in zip(lines, plain, strict=True):
        assert line["edition"] == data["edition"]
        assert line["note"] == data["note"]
        for name, cell in row.items():
            if isinstance(cell, float | int) and not isinstance(cell, bool):
                assert float(line[name]) == cell
            else:
                assert line[name].lstrip("'") == ("" if cell is None else str(cell).lstrip("'")), name

    table = frame(client.get(f"{base}/{in_form(route, 'parquet')}").content, tmp_path)
    assert list(table.columns) == list(plain[0])
    for name in table.columns:
        there = [None if pd.isna(x) or x == "" else x for x in table[name]]
        assert there == [row[name] for row in plain], name


@pytest.mark.parametrize("route", [r for r in ROUTES if "fields" not in r])
def test_cubes_are_read_back_by_our_own_reader(client: TestClient, base: str, route: str) -> None:
    resource = next(one for one in RESOURCES if one.name.partition("/")[0] == route.partition("?")[0].partition("/")[0])
    answer = client.get(f"{base}/{in_form(route, 'jsonstat')}")
    if not resource.keys:
        assert answer.status_code == 406
        return
    assert answer.headers["content-type"] == "application/json-stat+json"
    rows = client.get(f"{base}/{route}").json()["rows"]
    cube = json.loads(answer.content)
    assert len({tuple(row[key] for key in resource.keys) for row in rows}) == len(rows)
    numbers = cube["dimension"]["column"]["category"]["index"]
    spare = set(resource.keys) - {"area", "period"}
    reading = read_jsonstat(answer.content, "answer.json")
    found: dict[tuple[str, ...], list[float]] = {}
    for row in reading.rows.to_dict("records"):
        if row["value"] == row["value"]:
            found.setdefault((row["area"], row["span"]), []).append(row["value"])
    told: dict[tuple[str, ...], list[float]] = {}
    for row in rows:
        cells = [row[name] for name in numbers if row[name] is not None]
        told.setdefault((row.get("area", ""), row["period"]), []).extend(cells)
    assert {k: sorted(v) for k, v in found.items()} == {k: sorted(map(float, v)) for k, v in told.items() if v}
    assert spare <= set(cube["id"])
    assert cube["extension"]["edition"] in base


def test_a_cube_of_figures_keeps_intervals_and_markers(client: TestClient, base: str) -> None:
    route = "observations.jsonstat?indicator=median_pay&period=2019"
    answer = client.get(f"{base}/{route}")
    bounds = {"dimension": "column", "value": "value", "lower": "lower", "upper": "upper"}
    reading = read_jsonstat(answer.content, "answer.json", bounds=bounds).rows.set_index("area")
    rows = pd.DataFrame(client.get(f"{base}/{route.replace('.jsonstat', '')}").json()["rows"]).set_index("area")
    assert len(rows) > 100
    for name in ("value", "lower", "upper"):
        np.testing.assert_array_equal(reading[name].reindex(rows.index), rows[name].astype(float))
    assert (reading["status"].reindex(rows.index) == rows["status"]).all()
    assert (rows["status"] != "").any()


def test_scores_and_ranks_are_those_of_the_monitor(client: TestClient, base: str, monitor: Monitor) -> None:
    for query in ({}, {"period": "2018", "area_set": "england"}, {"framework": "conditions"}, {"node": "unemployment"}):
        table = monitor.scores(**query).set_index("area")
        scores = client.get(f"{base}/scores", params=query).json()["rows"]
        ranks = client.get(f"{base}/ranks", params=query).json()["rows"]
        assert {row["area"] for row in scores} == set(table.index)
        for row in scores + ranks:
            for name in ("score", "low", "high", "raw_score", "rank", "rank_low", "rank_high", "ties", "top", "tier"):
                if name in row:
                    mine = table.loc[row["area"], name]
                    assert row[name] == (None if math.isnan(mine) else mine), name
    out = client.get(f"{base}/excluded").json()["rows"]
    assert [(r["area"], r["reason"]) for r in out] == list(
        monitor.not_scored()[["area", "reason"]].itertuples(index=False, name=None)
    )


def test_a_profile_is_that_of_the_monitor(client: TestClient, base: str, monitor: Monitor) -> None:
    found = monitor.profile("York", "2019").as_dict()
    rows = {row["node"]: row for row in client.get(f"{base}/profiles/E06000014?period=2019").json()["rows"]}
    for one in (found["index"], *found["domains"], *(i["standing"] for i in found["indicators"])):
        mine = rows[one["node"]]
        assert {n: mine[n] for n in ("score", "low", "high", "rank", "rank_low", "rank_high")} == {
            n: one[n] for n in ("score", "low", "high", "rank", "rank_low", "rank_high")
        }
    for one in found["indicators"]:
        mine = rows[one["indicator"]]
        assert [mine[n] for n in ("value", "lower", "upper", "national", "contribution", "source")] == [
            one[n] for n in ("value", "lower", "upper", "national", "contribution", "source")
        ]


def test_breaks_are_marked_in_series(client: TestClient, base: str, monitor: Monitor) -> None:
    rows = client.get(f"{base}/series/E06000014").json()["rows"]
    broken = {row["period"] for row in rows if row["breaks"]}
    members = [monitor.catalogue[name] for name in monitor.framework().indicators]
    assert broken == {b.period for one in members for b in one.breaks} & set(monitor.periods())
    assert "2020" in broken


@pytest.mark.parametrize("route", ["scores?node=*&period=*", "observations?indicator=unemployment", "findings"])
def test_paging_covers_every_row_exactly_once(client: TestClient, base: str, route: str) -> None:
    mark = "&" if "?" in route else "?"
    whole = client.get(f"{base}/{route}{mark}limit=10000").json()
    assert whole["total"] == len(whole["rows"]) > 900
    assert whole["next"] is None
    address, seen = f"{base}/{route}{mark}limit=997", []
    while address:
        answer = client.get(address)
        data = answer.json()
        seen += data["rows"]
        address = data["next"]
        assert ("link" in answer.headers) is bool(address)
    assert seen == whole["rows"]
    beyond = client.get(f"{base}/{route}{mark}offset=999999").json()
    assert (beyond["rows"], beyond["next"], beyond["total"]) == ([], None, whole["total"])


def test_a_number_never_leaves_without_its_interval(client: TestClient, base: str) -> None:
    for route, fields, companions in (
        ("ranks", "rank", {"rank_low", "rank_high", "ranked"}), ("scores", "score", {"low", "high"}),
        ("observations", "value", {"lower", "upper", "status"}), ("associations", "rho,r", {"rho_low", "low", "high"}),
    ):  # fmt: skip
        row = client.get(f"{base}/{route}?fields={fields}&limit=1").json()["rows"][0]
        assert companions <= set(row)
    assert client.get(f"{base}/ranks?fields=name,area&limit=1").json()["rows"] == [
        {"area": "E06000001", "name": "Hartlepool"}
    ]


def test_rows_come_in_the_order_asked_for(client: TestClient, base: str, monitor: Monitor) -> None:
    rows = client.get(f"{base}/ranks?sort=rank,name").json()["rows"]
    assert [row["area"] for row in rows] == list(monitor.scores()["area"])
    names = [row["name"] for row in client.get(f"{base}/scores?sort=-name").json()["rows"]]
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize("framework", ["good_work", "conditions"])
def test_building_with_the_frameworks_own_weights_gives_the_editions_scores(
    client: TestClient, base: str, monitor: Monitor, framework: str
) -> None:
    declared = monitor.framework(framework)
    own = ",".join(f"{node}:{3 * declared.weight(node)}" for node in declared.nodes[1:])
    for period in monitor.periods(framework)[-2:]:
        query = {"framework": framework, "node": "*", "period": period, "limit": 10_000}
        rows = pd.DataFrame(client.get(f"{base}/build", params=query | {"weights": own}).json()["rows"])
        there = pd.DataFrame(client.get(f"{base}/scores", params=query).json()["rows"])
        ranks = pd.DataFrame(client.get(f"{base}/ranks", params=query).json()["rows"])
        both = rows.merge(there, on=["area", "node"], how="outer").merge(ranks, on=["area", "node"], how="outer")
        assert len(both) == len(there) == len(rows)
        np.testing.assert_allclose(both["score_x"], both["score_y"], rtol=0, atol=1e-9)
        assert (both["rank_x"] == both["rank_y"]).all()


def test_an_index_of_ones_own_says_whether_it_has_intervals(client: TestClient, base: str) -> None:
    bare = client.get(f"{base}/build").json()
    assert "no interval" in bare["note"]
    assert all(row["rank_low"] is None for row in bare["rows"])
    assert "no interval" in client.get(f"{base}/build.csv?limit=1").text
    drawn = client.get(f"{base}/build?draws=50&weights=unemployment:5").json()
    assert "50 redraws" in drawn["note"]
    assert all(row["rank_low"] <= row["rank"] <= row["rank_high"] for row in drawn["rows"])
    assert all(row["low"] < row["high"] for row in drawn["rows"])
    moved = {row["area"]: row["score"] for row in bare["rows"]}
    assert any(abs(row["score"] - moved[row["area"]]) > 0.1 for row in drawn["rows"])


LONG = "A" * 10_000
WRONG = (
    ("/nowhere", 404, "resource"), ("/../../etc/passwd", 404, ""), ("/%2e%2e/%2e%2e/etc/passwd", 404, ""),
    ("/{e}/areas/..%2f..%2fetc%2fpasswd", 404, ""), ("/{e}/areas/%0a%c2%85x", 404, ""), ("/%0a/x", 404, ""),
    ("/good-work-1900/scores", 404, "{e}"), ("/{e}/scors", 404, ""),
    ("/{e}/areas/Yrkshire", 404, ""), ("/{e}/scores?area=north", 404, "North"),
    ("/{e}/scores?framework=good_wrk", 404, "good_work"), ("/{e}/scores?area_set=englnd", 404, "england"),
    ("/{e}/scores?period=1900", 404, "2017"), ("/{e}/scores?node=acces", 404, "access"),
    ("/{e}/scores?perod=2019", 422, "period"), ("/{e}/scores?fields=scor", 422, "score"),
    ("/{e}/scores?sort=nam", 422, "name"), ("/{e}/scores?limit=10001", 422, "10000"),
    ("/{e}/scores?limit=-1", 422, "limit"), ("/{e}/scores?offset=x", 422, "offset"),
    ("/{e}/observations?indicator=unemploymnt", 404, "unemployment"), ("/{e}/findings?question=helth", 404, "health"),
    ("/{e}/findings?kind=gossip", 422, "kind"), ("/{e}/build?weights=unemployment:nan", 422, "weights"),
    ("/{e}/build?weights=unemployment:-1", 422, "weights"), ("/{e}/build?weights=unemployment:inf", 422, "weights"),
    ("/{e}/build?weights={{\"a\":{{\"b\":[1]}}}}", 422, "weights"), ("/{e}/build?weights=joy:1", 404, "joy"),
    ("/{e}/build?weights=unemployment:1,unemployment:2", 422, "twice"),
    ("/{e}/build?weights=access:0,status:0,pay:0", 422, "zero"), ("/{e}/build?normalisation=zscor", 422, "z-score"),
    ("/{e}/build?normalisation=goalposts", 422, ""), ("/{e}/build?draws=1001", 422, "draws"),
    ("/{e}/build?weights[a][b]=1", 422, "weights"), ("/{e}/scores?area=" + LONG, 414, "8,000"),
    ("/{e}/scores?" + "&".join(f"area=E{i:08d}" for i in range(300)), 422, "250"),
    ("/{e}/scores?" + "&".join(f"area=E{i:08d}" for i in range(600)), 414, "8,000"),
    ("/{e}/scores?" + "&".join(f"area=york{i}" for i in range(30)), 422, "codes"),
    ("/{e}/scores?area=%ff%fe", 400, "UTF-8"), ("/{e}/scores?area=%00", 404, ""), ("/{e}/areas.jsonstat", 406, "JSON"),
    ("/{e}/scores.jsonstat?fields=name", 406, ""), ("/{e}/scores.xlsx", 404, ""), ("/{e}/scores?area=", 422, "area"),
    ("/{e}/scores?sort=breaks", 422, ""), ("/{e}/areas?sort=parents", 422, ""),
    ("/{e}/areas?level=regin", 404, "region"),
)  # fmt: skip


@pytest.mark.parametrize(("address", "status", "word"), WRONG, ids=[f"{a[:40]}-{s}" for a, s, _ in WRONG])
def test_what_cannot_be_answered_is_a_problem_that_helps(
    client: TestClient, monitor: Monitor, document: dict[str, Any], address: str, status: int, word: str
) -> None:
    answer = client.get("/api/v1" + address.format(e=monitor.edition.name))
    if answer.request.url.path.startswith("/etc"):  # the client itself went up the path
        return
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    jsonschema.validate(told, document["components"]["schemas"]["Problem"] | {"components": document["components"]})
    assert told["status"] == status
    assert told["detail"]
    assert told["remedy"] or told["nearest"]
    assert word.format(e=monitor.edition.name) in answer.text
    assert len(answer.content) < 4_000


def test_forms_are_negotiated(client: TestClient, base: str) -> None:
    for form, media in FORMS.items():
        answer = client.get(f"{base}/scores?limit=3", headers={"Accept": f"text/html;q=0.9, {media}"})
        assert answer.headers["content-type"].partition(";")[0] == media
        same = client.get(f"{base}/scores.{form}?limit=3", headers={"Accept": "image/png"})
        assert same.headers["content-type"] == answer.headers["content-type"]
        if form != "parquet":
            assert same.text.replace(f".{form}", "") == answer.text
        assert "Accept" in answer.headers["vary"]
    refused = client.get(f"{base}/scores", headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert client.get(f"{base}/scores", headers={"Accept": "text/html,*/*;q=0.1"}).json()["rows"]
    assert client.get(f"{base}/scores", headers={"Accept": "application/json;q=0"}).status_code == 406


@pytest.mark.parametrize("route", ["scores", "scores.csv?limit=3", "build?draws=10", "areas/E06000014", ""])
def test_readers_keep_what_never_changes(client: TestClient, base: str, route: str) -> None:
    address = f"{base}/{route}" if route else "/api/v1/"
    answer = client.get(address)
    tag = answer.headers["etag"]
    assert tag.startswith('"')
    assert ("immutable" in answer.headers["cache-control"]) is bool(route)
    again = client.get(address, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    head = client.head(address)
    assert (head.status_code, head.headers["etag"]) == (200, tag)
    other = client.get(f"{base}/scores.csv?limit=4").headers["etag"]
    assert other != tag
    packed = client.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.content == answer.content
    assert packed.headers["etag"] != tag


def test_latest_leads_to_the_editions_name(client: TestClient, base: str) -> None:
    answer = client.get("/api/v1/latest/scores.csv?area=York&limit=3")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{base}/scores.csv?area=York&limit=3")
    assert answer.headers["cache-control"] == "no-cache"
    named = client.get(f"{base}/profiles/york.csv?period=2019")
    assert (named.status_code, named.headers["location"]) == (307, f"{base}/profiles/E06000014.csv?period=2019")
    assert client.get("/api/v1/editions").json()["rows"][0]["name"] in base
    assert client.get("/api/v1", follow_redirects=True).json()["resources"]["scores"]["href"] == f"{base}/scores"


@pytest.mark.parametrize(
    "address", ["/", "/editions", "/docs", "/openapi.json", "/{e}/scores", "/{e}/scores.parquet", "/latest/scores",
                "/nowhere", "/{e}/scores?x=1", "/{e}/scores?area=" + LONG]
)  # fmt: skip
def test_every_answer_carries_the_headers(client: TestClient, monitor: Monitor, address: str) -> None:
    for answer in (client.get("/api/v1" + address.format(e=monitor.edition.name)), client.post("/api/v1/")):
        assert {name: answer.headers[name] for name in SECURITY} == SECURITY
        assert "set-cookie" not in answer.headers
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_bug_is_a_problem_without_its_traceback(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goodwork.web.api.app.written", lambda *_: 1 / 0)
    with TestClient(create_app(monitor), raise_server_exceptions=False) as client:
        answer = client.get(f"/api/v1/{monitor.edition.name}/scores")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ZeroDivision" not in answer.text
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY


def test_the_description_is_valid_and_answers_keep_to_it(
    client: TestClient, base: str, document: dict[str, Any]
) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")
    for route in ROUTES:
        path = "/{edition}/" + route.partition("?")[0].replace("E06000014", "{area}")
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        few = route if "limit" in route else f"{route}{'&' if '?' in route else '?'}limit=25"
        jsonschema.validate(client.get(f"{base}/{few}").json(), {**schema, "components": document["components"]})


def test_the_page_of_the_description_needs_nothing_from_elsewhere(client: TestClient, document: dict[str, Any]) -> None:
    text = client.get("/api/v1/docs").text
    for path, operations in document["paths"].items():
        assert f"<code>{path}</code>" in text
        for one in operations["get"].get("parameters", []):
            assert f"<code>{one['name']}</code>" in text
    assert "<script" not in text.partition("<main")[2].partition("</main>")[0]
    assert "style=" not in text
    assert "//" not in text.replace("https://", "")
    assert 'id="problem-404"' in text
    assert client.get("/static/api.css").status_code == 200


def test_texts_like_formulas_are_quoted_and_numbers_are_not() -> None:
    table = pd.DataFrame({"area": ["=cmd|'/C calc'!A0"], "name": ["+44"], "coverage": [-0.5]})
    facts = dict.fromkeys(("edition", "licence", "attribution", "note"), "") | {"invented": False}
    line = next(csv.DictReader(io.StringIO(written("csv", table, list(table), Excluded, facts, ()).decode())))
    assert (line["area"], line["name"], line["coverage"]) == ("'=cmd|'/C calc'!A0", "'+44", "-0.5")


def test_another_monitor_has_the_interface_too(tmp_path: Path) -> None:
    publish(own_material(STARTER / "framework.toml", STARTER / "data.csv"), tmp_path, draws=50)
    with TestClient(create_app(Monitor.open(tmp_path))) as client:
        for one in RESOURCES:
            answer = client.get(f"/api/v1/latest/{one.name.replace('{area}', 'T01')}")
            if one.name in LACKING:
                assert (answer.status_code, LACKING[one.name] in answer.text) == (422, True), answer.text
                continue
            assert answer.status_code == 200, (one.name, answer.text)
            assert answer.json()["invented"] is True
            assert "Open Government" not in answer.json()["attribution"]
        assert "invented data" in client.get("/api/v1/latest/scores.csv").text
