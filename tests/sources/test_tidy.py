"""The last step of every reader: what becomes of each cell, and that nothing is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.steady import account_is_whole

from goodwork.errors import DataError, DuplicateObservation, GoodWorkError, MissingData, SourceChanged
from goodwork.sources.tidy import SAME_AGAIN, Manner, tidy


def of(value: list[str], **columns: Any) -> Any:
    records = columns.pop("records", len(value))
    manner = columns.pop("manner", None)
    areas = [f"A{i}" for i in range(len(value))]
    rows = [f"row {i + 2}" for i in range(len(value))]
    parts = {"series": "s", "area": areas, "span": "2019", "value": value, "row": rows, **columns}
    return tidy("t.csv", parts, records=records, manner=manner)


def test_empty_suppressed_and_zero_are_three_things() -> None:
    reading = of(["", "[c]", "0", "..", "n/a", "12 [e]"])
    account_is_whole(reading)
    assert reading.rows["status"].tolist() == ["x", "c", "", "x", "x", "e"]
    assert reading.rows["value"].isna().tolist() == [True, True, False, True, True, False]
    assert reading.rows["note"].tolist() == ["", "", "", "..", "n/a", ""]


def test_declared_markers_overrule_the_usual_ones() -> None:
    rows = of(["..", "5"], status=["", "§"], manner=Manner({"..": "c", "§": "r"})).rows
    assert rows["status"].tolist() == ["c", "r"]
    assert rows["note"].tolist() == ["..", "§"]


def test_a_marker_that_only_qualifies_cannot_stand_for_a_value() -> None:
    rows = of(["", ""], status=["p", "u"]).rows
    assert rows[["status", "note"]].to_numpy().tolist() == [["x", "p"], ["u", ""]]


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"value": ["lots"]}, "no figure"),
        ({"value": ["inf"]}, "not a finite"),
        ({"value": ["1"], "status": ["?"]}, "not known"),
        ({"value": ["1"], "status": ["c"]}, "withholds"),
        ({"value": ["1"], "lower": ["2"], "upper": ["0"]}, "above the upper"),
        ({"value": ["1"], "lower": ["few"], "upper": ["2"]}, "lower bound"),
        ({"value": ["1"], "span": "then"}, "not a period"),
        ({"value": ["1,5"]}, "no figure"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_row(columns: dict[str, Any], what: str) -> None:
    with pytest.raises(DataError, match=what) as refusal:
        of(**columns)
    assert refusal.value.faults[0].file == "t.csv"
    if "span" not in columns:
        assert refusal.value.faults[0].row == 2


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(DataError, match="3 cell"):
        of(["a", "b", "3"], status=["", "", "?"])


def test_repeated_figures_are_kept_once_and_counted() -> None:
    reading = of(["5", "5", "6"], area=["A", "A", "B"])
    account_is_whole(reading)
    assert dict(reading.left_out) == {SAME_AGAIN: 1}
    with pytest.raises(DuplicateObservation):
        of(["5", "6"], area=["A", "A"])
    with pytest.raises(DuplicateObservation):
        of(["5", "6"], area=["A", "A"], area_name=["York", "City of York"])
    assert len(of(["5", "6"], area="", area_name=["York", "Hull"]).rows) == 2


def test_rows_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(SourceChanged, match="of 3 records 2 were used"):
        of(["5", "6"], records=3)
    with pytest.raises(MissingData):
        of([])


def test_floats_pass_unchanged() -> None:
    rows = tidy("t", {"area": ["A", "B"], "span": "2019", "value": np.array([0.1 + 0.2, np.nan])}, records=2).rows
    assert rows["value"].tolist()[0] == 0.1 + 0.2
    assert rows["status"].tolist() == ["", "x"]


@settings(max_examples=60)
@given(
    st.lists(st.text(max_size=8) | st.sampled_from(["1", "[c]", "-3.5", "1e5", "x", "1,000"]), min_size=1, max_size=6)
)
def test_any_text_is_read_or_refused_and_never_becomes_zero(texts: list[str]) -> None:
    try:
        reading = of(texts)
    except GoodWorkError:
        return
    account_is_whole(reading)
    zero = reading.rows["value"] == 0
    assert all(any(digit.isdigit() for digit in texts[i]) for i in np.flatnonzero(zero.to_numpy()))
