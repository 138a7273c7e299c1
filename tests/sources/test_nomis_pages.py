"""Nomis page by page, from a server on this machine that answers as Nomis does: whole and counted, or a typed error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.recorded.asking import patient
from tests.recorded.server import Asked, Fault, Provider, Reply, broken, busy, cut, web_page

from goodwork.errors import DeclarationError, GoodWorkError, SourceChanged, SourceUnavailable
from goodwork.model.source import Sources
from goodwork.pipeline.fetch import NOMIS_KEY, fetch
from goodwork.sources.nomis import read_nomis_csv
from goodwork.sources.nomis_pages import Asking, whole_answer
from goodwork.sources.nomis_query import ADDRESS, GUEST_LIMIT, joined, nomis_url
from goodwork.store.snapshots import Snapshots

DATA, CODES = f"{ADDRESS}/NM_17_1.data.csv", f"{ADDRESS}/NM_17_1/cell.def.sdmx.json"
ASKED = f"{DATA}?geography=TYPE432&date=latest&measures=20100&select=DATE_NAME,GEOGRAPHY_CODE,CELL_NAME,OBS_VALUE"
LABELS = {"402720769": "T01:7 (Aged 16-64 - All : All People )", "402720770": "T01:8 (Aged 16-64 - All : Males )"}
HEAD = b"DATE_NAME,GEOGRAPHY_CODE,CELL_NAME,OBS_VALUE,RECORD_OFFSET,RECORD_COUNT\n"


def records(count: int, of: int | None = None, start: int = 0) -> bytes:
    label = LABELS["402720769"]
    lines = [f"2019,T{n:08d},{label},{n / 2},{n},{count if of is None else of}" for n in range(start, count)]
    return HEAD + ("\n".join(lines) + "\n").encode()


def nomis(count: int, limit: int = 10, with_key: int = 1000) -> Callable[[Asked], Reply]:
    """Nomis as it is: what goes beyond the limit of one answer is cut off without a word."""

    def answer(asked: Asked) -> Reply:
        query = {name.lower(): values[0] for name, values in parse_qs(urlsplit(asked.address).query).items()}
        start = int(query.get("recordoffset", 0))
        end = min(count, start + (with_key if "uid" in query else limit))
        return Reply(records(end, count, start), headers={"ETag": f'"{start}"', "Content-Type": "text/csv"})

    return answer


def code_list(labels: dict[str, str] = LABELS) -> bytes:
    codes = [{"value": int(code), "description": {"value": label}} for code, label in labels.items()]
    return json.dumps({"structure": {"codelists": {"codelist": [{"code": codes}]}}}).encode()


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (9, 1), (10, 1), (11, 2), (20, 2), (37, 4)])
def test_all_pages_and_not_one_more(provider: Provider, count: int, pages: int) -> None:
    provider.serve(DATA, nomis(count))
    with patient(provider) as client:
        answer = whole_answer(client, ASKED, "aps.csv")
    assert answer.content == records(count)
    assert len(provider.asked) == pages
    assert all("RECORD_OFFSET,RECORD_COUNT" in asked.address for asked in provider.asked)
    assert bool(answer.etag) == (pages == 1)
    assert len(read_nomis_csv(answer.content, "aps.csv").rows) == count


def test_an_exact_multiple_of_the_limit_of_guests(provider: Provider) -> None:
    provider.serve(DATA, nomis(2 * GUEST_LIMIT, GUEST_LIMIT))
    with patient(provider) as client:
        answer = whole_answer(client, ASKED, "aps.csv")
    assert (len(provider.asked), answer.content.count(b"\n")) == (2, 2 * GUEST_LIMIT + 1)


def test_with_a_key_one_page_holds_more_and_nobody_sees_the_key(provider: Provider) -> None:
    provider.serve(DATA, nomis(500))
    with patient(provider) as client:
        answer = whole_answer(client, ASKED, "aps.csv", key="0xfeedbeef")
    assert len(provider.asked) == 1
    assert "uid=0xfeedbeef" in provider.asked[0].address
    assert "feedbeef" not in repr(answer) + answer.url_redacted + str(answer.facts)


def as_it_is(handler: Any, reply: Reply) -> None:
    handler.send(reply)


@pytest.mark.parametrize("fault", [broken(502), busy("1"), cut(300)], ids=["502", "429", "cut"])
@pytest.mark.parametrize("before", [0, 1])
def test_a_page_that_fails_for_the_moment_is_asked_again(provider: Provider, fault: Fault, before: int) -> None:
    provider.serve(DATA, nomis(15), faults=[*[as_it_is] * before, fault])
    with patient(provider) as client:
        assert whole_answer(client, ASKED, "aps.csv").content == records(15)
    assert len(provider.asked) == 3


def test_a_web_page_among_the_pages_is_refused(provider: Provider) -> None:
    provider.serve(DATA, nomis(15), faults=[as_it_is, web_page()])
    with patient(provider) as client, pytest.raises(SourceUnavailable, match="web page"):
        whole_answer(client, ASKED, "aps.csv")


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ([records(10, 20), records(20, 20, 11)], "1 are missing"),
        ([records(10, 20), records(20, 20, 9)], "1 stand twice"),
        ([records(10, 20), records(21, 21, 10)], "changed between its pages"),
        ([records(10, 20), HEAD], "holds a header and no figures"),
        ([records(10, 20), b""], "empty"),
        ([HEAD.replace(b",RECORD_COUNT", b"") + b"2019,T1,x,1,0\n"], "columns"),
        ([records(10, 20), records(10, 20)], "circle|stand twice"),
    ],
)
def test_pages_that_do_not_make_a_whole_are_refused(provider: Provider, pages: list[bytes], told: str) -> None:
    order = iter([*pages, *[records(20, 20, 19)] * 3])
    provider.serve(DATA, lambda asked: Reply(next(order)))
    with patient(provider, tries=1) as client, pytest.raises(GoodWorkError, match=told):
        whole_answer(client, ASKED, "aps.csv")


def test_codes_are_looked_up_by_their_labels(provider: Provider) -> None:
    provider.serve(CODES, code_list({**LABELS, "402720769": LABELS["402720769"].replace(" ", "  ")}))
    provider.serve(DATA, nomis(3))
    with patient(provider) as client:
        whole_answer(client, ASKED, "aps.csv", Asking({"cell": list(LABELS.values())}))
    assert "cell=402720769,402720770" in provider.asked[1].address


@pytest.mark.parametrize(
    "labels", [{"402720769": "T01:7 (something else)"}, dict.fromkeys(LABELS, LABELS["402720769"])]
)
def test_a_label_that_is_gone_or_stands_twice_is_refused(provider: Provider, labels: dict[str, str]) -> None:
    provider.serve(CODES, code_list(labels))
    provider.serve(DATA, nomis(3))
    with patient(provider) as client, pytest.raises(SourceChanged, match=r"is the label of (no|2) codes"):
        whole_answer(client, ASKED, "aps.csv", Asking({"cell": [LABELS["402720769"]]}))
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "address", ["https://www.example.org/NM_17_1.data.csv", f"{ADDRESS}/NM_17_1.data.json", DATA[:-9]]
)
def test_other_addresses_are_no_queries(provider: Provider, address: str) -> None:
    with patient(provider) as client, pytest.raises(DeclarationError):
        whole_answer(client, address, "aps.csv")


DECLARED = f"""
[[source]]
id = "aps"
title = "Annual Population Survey"
reader = "nomis-csv"
files = [{{ name = "aps.csv", url = "{ASKED}", paged = "nomis", by_label = {{ cell = ["{LABELS["402720769"]}"] }} }}]
series = [{{ label = "{LABELS["402720769"]}", series = "people", sort = "count" }}]
"""


def test_a_declared_source_is_fetched_whole_and_kept_as_one_file(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, snapshots = Sources.from_toml(DECLARED), Snapshots(tmp_path)
    provider.serve(CODES, code_list())
    provider.serve(DATA, nomis(25))
    for outcome in ("new", "unchanged"):
        with patient(provider, cache=snapshots) as client:
            (result,) = fetch(snapshots, sources, client=client)
        assert (result.outcome, result.why) == (outcome, "")
    assert snapshots.read(snapshots.latest("aps")) == records(25)
    assert snapshots.latest("aps").notes[-1] == "put together of 3 pages"
    provider.serve(DATA, nomis(31))
    monkeypatch.setenv(NOMIS_KEY, "0xfeedbeef")
    with patient(provider, cache=snapshots) as client:
        assert fetch(snapshots, sources, client=client)[0].outcome == "new"
    assert "feedbeef" not in "".join(map(str, snapshots.all()))
    assert b"feedbeef" not in b"".join(path.read_bytes() for path in snapshots.path.rglob("*") if path.is_file())


def test_one_page_put_together_is_itself() -> None:
    assert joined([records(4)], "a") == records(4)
    assert nomis_url("NM_17_1", cell=1).asking("CELL", ["2", "3"]).params == (("CELL", "2,3"),)
