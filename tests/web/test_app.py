"""Addresses, errors, twins and headers."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodwork.errors import MethodError, NotFound
from goodwork.monitor import Monitor
from goodwork.web import home_page
from goodwork.web.app import create_app
from goodwork.web.headers import SECURITY

PAGES = (
    "/",
    "/?view=tiles",
    "/?area=York",
    "/area/E06000014-york",
    "/?node=satisfactory_hours",
    "/?framework=conditions",
)
ADDRESSES = (*PAGES, "/index.json", "/index.csv", "/figure/map.svg", "/area/E06000014.json", "/healthz")
LOST = ("/nowhere", "/?period=1900", "/?node=joy", "/?view=globe", "/?area_set=mars", "/?area=zzzz", "/area/zzzz",
        "/areas?q=zzzzz", "/areas?q=", "/index.json?period=1", "/index.csv?node=x", "/area/zzzz.json",
        "/static/nothing.js", "/static/../app.py", "/static/%2e%2e/app.py")  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers_with_an_entity_tag(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(address).status_code == 200


@pytest.mark.parametrize("address", LOST)
def test_what_is_not_there_is_a_404_that_says_what_to_do(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert re.search("What to do|Did you mean|remedy", answer.text)


@pytest.mark.parametrize("address", [*ADDRESSES, *LOST, "/area/E06000014", "/static/style.css", "/static/page.js"])
def test_every_answer_carries_the_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    assert {name: headers[name] for name in SECURITY} == SECURITY
    assert "unsafe" not in headers["content-security-policy"]
    assert "set-cookie" not in headers


def test_a_bug_is_a_page_with_the_headers_and_keeps_its_traceback(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(home_page, "home", broken)
    with TestClient(create_app(monitor), raise_server_exceptions=False) as client:
        answer = client.get("/")
    assert answer.status_code == 500
    assert "the server made a mistake" in answer.text.lower()
    assert "ZeroDivisionError" not in answer.text
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY


def test_errors_have_their_status(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise MethodError("weights <b>add up</b> to nothing", remedy="give one weight")

    monkeypatch.setattr(home_page, "home", refused)
    with TestClient(create_app(monitor)) as client:
        answer = client.get("/")
        posted = client.post("/")
    assert answer.status_code == 422
    assert "Weights &lt;b&gt;add up" in answer.text
    assert posted.status_code == 405
    assert posted.headers["allow"]


def test_search_leads_to_the_area_and_forgives(client: TestClient) -> None:
    for asked in ("York", "E06000014", " york "):
        answer = client.get("/areas", params={"q": asked})
        assert (answer.status_code, answer.headers["location"]) == (302, "/area/E06000014-york")
    assert client.get("/areas", params={"q": "yrok"}).headers["location"] == "/area/E06000014-york?asked=yrok"
    found = client.get("/areas", params={"q": "north"})
    assert found.status_code == 200
    assert '<a href="/area/E06000012-north-east-lincolnshire?asked=north">' in found.text


def test_area_addresses_lead_to_the_one_true_address(client: TestClient) -> None:
    for asked in ("/area/E06000014", "/area/york", "/area/E06000014-wrong"):
        assert client.get(asked).headers["location"] == "/area/E06000014-york"
    moved = client.get("/area/E06000014?period=2019")
    assert moved.headers["location"] == "/area/E06000014-york?period=2019"
    assert client.get(moved.headers["location"]).status_code == 200


def test_an_area_outside_the_default_set_gets_a_set_that_holds_it(client: TestClient) -> None:
    answer = client.get("/area/E09000032-wandsworth?framework=conditions")
    assert answer.status_code == 200
    refused = client.get("/area/S12000033-aberdeen-city?framework=conditions")
    assert refused.status_code == 404


@pytest.mark.parametrize("query", ["", "?area_set=wales", "?node=unemployment&period=2019", "?framework=conditions"])
def test_page_json_and_csv_hold_the_same_numbers(client: TestClient, query: str) -> None:
    page = client.get(f"/{query}").text
    data = client.get(f"/index.json{query}").json()["areas"]
    rows = list(csv.DictReader(io.StringIO(client.get(f"/index.csv{query}").text)))
    assert [r["area"] for r in rows] == [d["area"] for d in data]
    for row, item in zip(rows, data, strict=True):
        for name in ("score", "low", "high", "rank", "rank_low", "rank_high"):
            assert (float(row[name]) if row[name] else None) == item[name]
    shown = re.findall(r'<tr data-area="(\w+)".*?</tr>', page, re.S)
    scored = [d for d in data if d["score"] is not None]
    assert shown == [d["area"] for d in scored]
    for line, item in zip(re.findall(r"<tr data-area=.*?</tr>", page, re.S), scored, strict=True):
        text = unescape(re.sub(r"<[^>]+>", "|", line))
        assert f"|{item['rank']}{'=' if item['ties'] else ''}|{item['rank_low']} to {item['rank_high']}|" in text
        assert f"|{item['score']:.1f}|{item['low']:.1f} to {item['high']:.1f}|" in text
        assert item["name"] in text
    drawn = client.get(f"/{query}").text.count('class="area"')
    assert drawn == len(data)
    assert {d["reason"] for d in data if d["score"] is None}.isdisjoint({"", None})


def test_rows_without_a_score_are_listed_with_the_reason(client: TestClient, monitor: Monitor) -> None:
    page = unescape(client.get("/").text)
    for row in monitor.not_scored().to_dict("records"):
        assert f"{row['name']}</a>: {row['reason']}" in page


def test_what_is_missing_is_shown_as_missing(client: TestClient) -> None:
    assert "<strong>Satisfactory hours</strong>: no figures." in client.get("/").text
    area = client.get("/area/E06000014-york").text
    assert re.search(r"Satisfactory hours.*?<strong>no data</strong>", area, re.S)


@pytest.mark.parametrize("address", PAGES)
def test_no_rank_stands_without_its_interval(client: TestClient, address: str) -> None:
    text = unescape(re.sub(r"<[^>]+>", " ", client.get(address).text)).replace("\xa0", " ")
    for found in re.finditer(r"\d(?:st|nd|rd|th) of \d+[^.;]{0,60}", text):
        assert "interval" in found.group(), found.group()


@pytest.mark.parametrize("address", [*PAGES, "/nowhere"])
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs_inline(client: TestClient, address: str) -> None:
    page = client.get(address).text
    loaded = re.findall(r'<(?:script|link|img|iframe|use|image)\b[^>]*?(?:src|href)="([^"]*)"', page)
    assert loaded
    assert all(url.startswith("/") and not url.startswith("//") for url in loaded)
    # a block of data does not run
    assert not re.search(r"<script(?![^>]*(\bsrc=|=.application/json))|\sstyle=|\son\w+=|<style", page)
    assert "not the Institute for the Future of Work" in page


def test_pages_are_compressed(client: TestClient) -> None:
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 90_000


NAMES = st.sampled_from(["framework", "area_set", "period", "node", "view", "area", "q", "x"])
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["gb", "2021", "tiles", "conditions", "York", "<script>alert(1)</script>", "../../etc/passwd",
                     "%00", "'; DROP TABLE scores; --", "nan", "-1", "1e999", "\r\nSet-Cookie: a=b", "A" * 5000]),
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(["/", "/index.json", "/index.csv", "/areas", "/figure/map.svg", "/area/E06000014-york"]),
       query=st.lists(st.tuples(NAMES, VALUES), max_size=4))  # fmt: skip
def test_no_query_breaks_the_server(client: TestClient, path: str, query: list[tuple[str, str]]) -> None:
    clean = [(k, v.encode("utf-8", "replace").decode()) for k, v in query]
    answer = client.get(path, params=clean)
    assert answer.status_code in (200, 302, 404, 414, 422)
    kind = answer.headers.get("content-type", "")
    if "json" not in kind and "plain" not in kind:
        assert "<script>alert" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "raw", ["/?area=%ff%fe", "/areas?q=%00", "/area/%00", "/area/%f0%9f%98%80", "/?&&==&", "/area/"]
)
def test_broken_encodings_do_not_break_the_server(client: TestClient, raw: str) -> None:
    assert client.get(raw).status_code in (200, 302, 404, 422)


def test_a_not_found_knows_its_kind() -> None:
    assert NotFound("measure", "x").facts["kind"] == "measure"
