"""The API of the Office for National Statistics: a recorded answer of observations, and hand-written CSV version 4.

No full CSV was at hand: the ones here are written after the documented format (first head ``v4_N``, N metadata columns,
then pairs of code and label).
"""

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
    same,
)

from goodwork.errors import GoodWorkError, SourceChanged, SourceUnavailable
from goodwork.sources.ons_api import NOT_ASKED, read_observations, read_v4

V4 = (
    b"v4_2,Data Marking,CV,calendar-years,Time,administrative-geography,Geography,sex,Sex\n"
    b"500.5,,4.1,2019,2019,E06000014,York,all,All\n"
    b",x,,2019,2019,E06000010,Kingston upon Hull,all,All\n"
    b"480,p,,2019,2019,E06000014,York,female,Female\n"
)


def answer(**changes: Any) -> dict[str, Any]:
    """One hand-written answer after the recorded one, with areas free and time fixed."""
    observations = [
        {
            "dimensions": {"geography": {"id": code, "label": name, "href": "http://localhost"}},
            "metadata": {"data_marking": mark, "confidence_interval": half},
            "observation": value,
        }
        for code, name, value, mark, half in (
            ("E06000014", "York", "74.5", "p", "2.5"),
            ("E06000010", "Hull", "", "x", ""),
        )
    ]
    return {
        "dimensions": {"time": {"option": {"id": "Oct-11"}}, "sex": {"option": {"id": "all"}}},
        "limit": 10000,
        "observations": observations,
        "offset": 0,
        "total_observations": len(observations),
        **changes,
    }


def written(data: Any) -> bytes:
    return json.dumps(data).encode()


def read(content: bytes, **options: Any) -> Any:
    return read_observations(content, "o.json", **options)


def v4(content: bytes, **options: Any) -> Any:
    return read_v4(content, "v4.csv", **options)


def test_recorded_observations(shared: Path) -> None:
    content = (shared / "samples" / "ons_beta_observations.json").read_bytes()
    reading = read(content)
    account_is_whole(reading)
    assert reading.rows[["series", "area", "first", "last", "value", "status", "note"]].to_numpy().tolist() == [
        ["01.1 Food", "K02000001", "2016-08-01", "2016-08-31", 146.3, "p", "confidence_interval 2"],
        ["01.2 Waste", "K02000001", "2016-08-01", "2016-08-31", 112.1, "", ""],
    ]
    assert_steady(read, content)
    assert_cuts_are_seen(read, content)


def test_free_areas_and_a_half_width() -> None:
    rows = read(written(answer()), half_width="confidence_interval").rows
    assert rows[["area", "area_name", "value", "lower", "upper", "status"]].iloc[0].tolist() == [
        "E06000014",
        "York",
        74.5,
        72.0,
        77.0,
        "p",
    ]
    assert rows["status"].tolist() == ["p", "x"]
    assert rows["value"].isna().tolist() == [False, True]
    assert set(rows["series"]) == {"all"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"multi-valued query parameters for the following dimensions are not permitted", SourceUnavailable),
        (b"dataset not found", SourceUnavailable),
        (written(answer(total_observations=20_000)), SourceChanged),
        (written(answer(observations=[])), SourceChanged),
        (written(answer(dimensions={})), SourceChanged),
        (written(answer(observations=[{"observation": 5}], total_observations=1)), SourceChanged),
    ],
)
def test_refused(content: bytes, kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read(content)


def test_the_apis_own_words_are_quoted_without_secrets() -> None:
    with pytest.raises(SourceUnavailable) as refusal:
        read(b"dataset not found for uid=0x123abc")
    assert "dataset not found" in str(refusal.value)
    assert "0x123abc" not in str(refusal.value)


def test_every_broken_part() -> None:
    never_crashes(read, parts_broken(answer()))


@given(JSON)
@settings(max_examples=80)
def test_any_json_is_read_or_refused(data: Any) -> None:
    never_crashes(read, [("any", written(data)), ("inside", written(answer(observations=data, total_observations=1)))])


def test_v4_metadata_pairs_and_markers() -> None:
    reading = v4(V4)
    account_is_whole(reading)
    assert reading.rows[["series", "area", "last", "status", "note", "row"]].to_numpy().tolist() == [
        ["All", "E06000014", "2019-12-31", "", "cv 4.1", "row 2"],
        ["All", "E06000010", "2019-12-31", "x", "", "row 3"],
        ["Female", "E06000014", "2019-12-31", "p", "", "row 4"],
    ]
    assert reading.rows["value"].tolist()[0] == 500.5


def test_v4_case_of_heads_does_not_matter() -> None:
    head, rest = V4.split(b"\n", 1)
    assert same(v4(head.upper() + b"\n" + rest), v4(V4))


def test_v4_period_without_a_label_is_its_code() -> None:
    assert same(v4(V4.replace(b"2019,2019", b"2019,")), v4(V4.replace(b"2019,2019", b"2019,2019")))


def test_v4_keep_counts_what_it_leaves_out() -> None:
    reading = v4(V4, keep={"sex": ["All"]})
    account_is_whole(reading)
    assert dict(reading.left_out) == {NOT_ASKED: 1}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"dataset not found", SourceUnavailable),
        (V4.replace(b"v4_2", b"v5_2"), SourceUnavailable),
        (V4.replace(b"v4_2", b"v4_3"), SourceChanged),
        (V4.replace(b"v4_2", b"v4_1"), SourceChanged),
        (V4.replace(b"calendar-years,Time", b"era,Era"), SourceChanged),
        (V4.replace(b"sex,Sex", b"calendar-years,Time"), SourceChanged),
    ],
)
def test_v4_refused(content: bytes, kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        v4(content)
