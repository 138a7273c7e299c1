"""JSON-stat 2.0: NISRA's recorded answer, the shape of the Explore Local Statistics API, and every way they break."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
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
    some_cuts,
)

from goodwork.errors import DataError, GoodWorkError, SourceChanged, SourceUnavailable
from goodwork.sources.jsonstat import ABSENT, BOUND, NOT_ASKED, read_jsonstat, read_moment

# Hand-written after the shape the Explore Local Statistics API documents: index as object, values dense, status sparse.
CUBE: dict[str, Any] = {
    "version": "2.0",
    "class": "dataset",
    "label": "Employment rate",
    "updated": "2026-01-05T09:30:00Z",
    "id": ["areacd", "period", "measure"],
    "size": [2, 2, 3],
    "role": {"geo": ["areacd"], "time": ["period"], "metric": ["measure"]},
    "dimension": {
        "areacd": {"category": {"index": {"E06000014": 0, "E06000010": 1}, "label": {"E06000014": "York"}}},
        "period": {"category": {"index": {"2018-01-01/P1Y": 0, "2019-01-01/P1Y": 1}}},
        "measure": {"category": {"index": {"value": 0, "lci_95": 1, "uci_95": 2}}},
    },
    "value": [75.5, 71.0, 80.0, 76.5, 72.0, 81.0, 70.5, 66.0, 75.0, None, None, None],
    "status": {"9": "c", "0": "u"},
}
BOUNDS = {"dimension": "measure", "value": "value", "lower": "lci_95", "upper": "uci_95"}


def written(data: Any) -> bytes:
    return json.dumps(data).encode()


def read(content: bytes, **options: Any) -> Any:
    return read_jsonstat(content, "cube.json", **options)


def with_bounds(content: bytes) -> Any:
    return read(content, bounds=BOUNDS)


def test_nisra_answer_as_recorded(shared: Path) -> None:
    content = (shared / "samples" / "nisra_ccmlgd_jsonstat.json").read_bytes()
    reading = read(content)
    account_is_whole(reading)
    assert (len(reading.rows), reading.records, dict(reading.left_out)) == (5856, 5856, {})
    assert reading.facts["updated"] == "2025-05-14T09:30:00+00:00"
    first, last = reading.rows.iloc[0], reading.rows.iloc[-1]
    assert (first["series"], first["area"], first["first"], first["value"]) == (
        "Claimant Count",
        "N92000002",
        "2005-01-01",
        29573,
    )
    assert (last["series"], last["area_name"], last["last"], last["value"]) == (
        "Percentage Claimant Count",
        "Ards and North Down",
        "2025-04-30",
        2.8,
    )


def test_values_of_the_recording_lie_in_the_order_of_the_dimensions(shared: Path) -> None:
    content = (shared / "samples" / "nisra_ccmlgd_jsonstat.json").read_bytes()
    values = np.array(json.loads(content)["value"], dtype=float).reshape(2, 244, 12)
    rows = read(content).rows
    belfast = rows[(rows["area_name"] == "Belfast") & (rows["series"] == "Percentage Claimant Count")]
    assert belfast["value"].tolist() == values[1, :, 3].tolist()


def test_recorded_answer_cut_or_damaged(shared: Path) -> None:
    content = (shared / "samples" / "nisra_ccmlgd_jsonstat.json").read_bytes()
    assert_cuts_are_seen(read, content, some_cuts(content, 25))
    assert_steady(read, content)


def test_bounds_stand_beside_their_value() -> None:
    reading = with_bounds(written(CUBE))
    account_is_whole(reading)
    rows = reading.rows
    assert rows[["value", "lower", "upper"]].iloc[0].tolist() == [75.5, 71.0, 80.0]
    assert rows["area_name"].tolist() == ["York", "York", "E06000010", "E06000010"]
    assert rows["status"].tolist() == ["u", "", "", "c"]
    assert rows["first"].tolist() == ["2018-01-01", "2019-01-01"] * 2
    assert set(rows["series"]) == {"Employment rate"}
    assert reading.left_out == {BOUND: 8}


def test_array_and_object_dense_and_sparse_say_the_same() -> None:
    plain = with_bounds(written(CUBE))
    dimension = {
        key: {"category": {**part["category"], "index": list(part["category"]["index"])}}
        for key, part in CUBE["dimension"].items()
    }
    sparse = {str(i): value for i, value in enumerate(CUBE["value"]) if value is not None or i == 9}
    status = [CUBE["status"].get(str(i)) for i in range(12)]
    for change in ({"dimension": dimension}, {"status": status}):
        assert same(with_bounds(written({**CUBE, **change})), plain)
    reading = with_bounds(written({**CUBE, "value": sparse}))
    assert same(reading, plain)
    assert reading.left_out[ABSENT] == 2


def test_index_as_object_orders_categories_by_position_not_by_appearance() -> None:
    swapped = json.loads(json.dumps(CUBE))
    swapped["dimension"]["areacd"]["category"]["index"] = {"E06000010": 1, "E06000014": 0}
    assert same(with_bounds(written(swapped)), with_bounds(written(CUBE)))


def test_status_as_one_text_holds_for_all() -> None:
    rows = read(written({**CUBE, "value": list(range(12)), "status": "p"})).rows
    assert set(rows["status"]) == {"p"}


def test_keep_counts_what_it_leaves_out() -> None:
    reading = read(written(CUBE), keep={"measure": ["value"], "areacd": ["York"]})
    account_is_whole(reading)
    assert (len(reading.rows), dict(reading.left_out)) == (2, {NOT_ASKED: 10})


def test_a_collection_holds_all_its_cubes() -> None:
    cubes = [CUBE, {**CUBE, "label": "Inactivity"}]
    reading = with_bounds(written({"version": "2.0", "class": "collection", "link": {"item": cubes}}))
    account_is_whole(reading)
    assert set(reading.rows["series"]) == {"Employment rate", "Inactivity"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"NotFound", SourceUnavailable),
        (b"RESTful method not found", SourceUnavailable),
        (b'{"error": "Too much data requested"}', SourceChanged),
        (written({**CUBE, "status": {"40": "c"}}), SourceChanged),  # the API's own filter numbers by the whole cube
        (written({**CUBE, "status": {"0": "c"}}), DataError),  # withheld, and yet there
        (written({**CUBE, "status": {"9": "??"}}), DataError),
        (written({**CUBE, "value": CUBE["value"][:-1]}), SourceChanged),
        (written({**CUBE, "value": {"12": 5}}), SourceChanged),
        (written({**CUBE, "value": ["75.5"] * 12}), SourceChanged),
        (written({**CUBE, "value": [True] * 12}), SourceChanged),
        (written({**CUBE, "value": [10**400] * 12}), SourceChanged),
        (written({**CUBE, "size": [2, 2, 10**7]}), SourceChanged),
        (written({**CUBE, "class": "dimension"}), SourceChanged),
        (b'{"class": "dataset", "class": "dataset"}', SourceChanged),
        (b'{"class": "dataset", "value": [NaN]}', SourceChanged),
        (b"[" * 100_000, SourceChanged),
    ],
)
def test_refused(content: bytes, kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read(content)


def test_every_broken_part() -> None:
    never_crashes(with_bounds, parts_broken(CUBE))


@given(JSON)
@settings(max_examples=150)
def test_any_json_is_read_or_refused(data: Any) -> None:
    for content in (written(data), written({**CUBE, "value": data}), written({**CUBE, "dimension": data})):
        never_crashes(read, [("any", content)])


def test_moments() -> None:
    assert read_moment("2025-05-14 09:30") == "2025-05-14T09:30:00"
    with pytest.raises(ValueError):
        read_moment("14 May 2025")
    with pytest.raises(ValueError):
        read_moment("2025-05-14T25:00:00Z")
