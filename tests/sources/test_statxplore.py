"""Stat-Xplore: the recorded table, the query, and the key that nobody sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.sources.steady import (
    JSON,
    account_is_whole,
    assert_cuts_are_seen,
    assert_steady,
    never_crashes,
    parts_broken,
    some_cuts,
)

from goodwork.errors import GoodWorkError, SourceChanged, SourceUnavailable
from goodwork.sources.statxplore import TOTALS, TableRequest, read_table_answer, table_query

# A hand-written table of one measure after the recorded one.
TABLE: dict[str, Any] = {
    "query": {},
    "database": {"label": "Households"},
    "measures": [{"uri": "m", "label": "Households on Universal Credit"}],
    "fields": [
        {
            "uri": "str:field:LA",
            "label": "Area",
            "items": [
                {"type": "RecodeItem", "uris": ["str:value:LA:E06000014"], "labels": ["York"]},
                {"type": "RecodeItem", "uris": ["str:value:LA:E06000010"], "labels": ["Hull"]},
                {"type": "Total", "labels": ["Total"]},
            ],
        },
        {
            "uri": "str:field:DATE",
            "label": "Month",
            "items": [
                {"uris": ["str:value:D:201805"], "labels": ["May 2018"], "annotationKeys": ["r"]},
                {"uris": ["str:value:D:201806"], "labels": ["June 2018"]},
            ],
        },
    ],
    "cubes": {"m": {"values": [[5.0, 6.0], [None, 0.0], [11.0, 12.0]]}},
    "annotationMap": {"r": "revised"},
}


def written(data: Any) -> bytes:
    return json.dumps(data).encode()


def read(content: bytes, **options: Any) -> Any:
    return read_table_answer(content, "uc.json", **options)


def test_recorded_table(shared: Path) -> None:
    content = (shared / "samples" / "statxplore_table_response.json").read_bytes()
    reading = read(content)
    account_is_whole(reading)
    assert (len(reading.rows), reading.records, dict(reading.left_out)) == (216, 240, {TOTALS: 24})
    single = reading.rows[reading.rows["series"].str.endswith("Single, no child dependant")]
    north_east = single[single["area"] == "E12000001"]
    assert north_east["value"].tolist() == [36393, 37121, 38618, 41411]
    assert north_east["first"].tolist() == ["2018-05-01", "2018-06-01", "2018-07-01", "2018-08-01"]
    assert set(reading.rows["status"]) == {"r"}
    assert "randomised" in reading.notes[0]
    assert_steady(read, content)
    assert_cuts_are_seen(read, content, some_cuts(content, 60))


def test_totals_over_areas_are_left_out_and_zero_is_a_figure() -> None:
    reading = read(written(TABLE))
    account_is_whole(reading)
    assert dict(reading.left_out) == {TOTALS: 2}
    assert reading.rows["area"].tolist() == ["E06000014"] * 2 + ["E06000010"] * 2
    assert reading.rows["status"].tolist() == ["r", "", "x", ""]
    assert reading.rows["value"].tolist()[3] == 0
    assert reading.rows["row"].tolist()[2] == "cubes[0].values[2]"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"errorType": "INVALID_API_KEY", "message": "Invalid API key"}', SourceUnavailable),
        (written({**TABLE, "cubes": {}}), SourceUnavailable),
        (written({**TABLE, "cubes": {"m": {"values": [[5.0, 6.0], [7.0], [1.0, 2.0]]}}}), SourceChanged),
        (written({**TABLE, "cubes": {"m": {"values": [[5.0, 6.0]] * 2}}}), SourceChanged),
        (written({**TABLE, "cubes": {"m": {"values": [["5", "6"]] * 3}}}), SourceChanged),
        (written({**TABLE, "fields": TABLE["fields"][:1]}), SourceChanged),
        (written({**TABLE, "fields": []}), SourceChanged),
    ],
)
def test_refused(content: bytes, kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read(content)


def test_every_broken_part() -> None:
    never_crashes(read, parts_broken(TABLE))


@given(JSON)
@settings(max_examples=80)
def test_any_json_is_read_or_refused(data: Any) -> None:
    cases = [data, {**TABLE, "cubes": data}, {**TABLE, "fields": data}, {**TABLE, "cubes": {"m": {"values": data}}}]
    never_crashes(read, [("any", written(case)) for case in cases])


def test_the_key_is_in_a_header_and_nowhere_else() -> None:
    query = table_query("str:database:UC", ["str:count:UC:V"], ["str:field:UC:V:LA"])
    request = TableRequest(query, "65794a30")
    assert request.headers["APIKey"] == "65794a30"
    assert "65794a30" not in f"{request!r} {request} {request.body}"


def test_query_groups_and_totals() -> None:
    groups = {"str:field:A": [["str:value:A:1"], ["str:value:A:2", "str:value:A:3"]]}
    query = table_query("str:database:UC", ["str:count:UC:V"], ["str:field:A", "str:field:B"], groups, ["str:field:A"])
    assert query["recodes"] == {"str:field:A": {"map": groups["str:field:A"], "total": True}}
    assert query["dimensions"] == [["str:field:A"], ["str:field:B"]]


@pytest.mark.parametrize("dimension", ["", "field", "str:value:A"])
def test_query_refuses_ids_of_another_kind(dimension: str) -> None:
    with pytest.raises(ValueError):
        table_query("str:database:UC", ["str:count:UC:V"], [dimension])
    with pytest.raises(ValueError):
        table_query("str:database:UC", ["str:count:UC:V"], ["str:field:A"], {"str:field:B": [["str:value:B:1"]]})
