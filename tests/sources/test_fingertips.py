"""Fingertips: sub-groups and repeats are left out and counted, inherited figures are marked."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.recorded.breakages import assert_cuts_show, header_breakages

from goodwork.errors import DataError, DuplicateObservation, GoodWorkError, SourceChanged, SourceUnavailable
from goodwork.sources.fingertips import ROLES, read_fingertips
from goodwork.sources.reading import Reading

PARENT = "Compared to Region value or percentiles"
HEADERS = [header for headers in ROLES.values() for header in headers]
HEADERS.insert(HEADERS.index("Time period Sortable"), PARENT)
TYPICAL = {
    "Indicator ID": "90000",
    "Indicator Name": "Toyland health, at birth",
    "Parent Code": "T12000001",
    "Area Code": "T06000001",
    "Area Name": "Northby",
    "Sex": "Male",
    "Age": "All ages",
    "Time period": "2016 - 18",
    "Value": "61.5",
    "Lower CI 95.0 limit": "60.1",
    "Upper CI 95.0 limit": "62.9",
    "Denominator": "390",
}


def record(**cells: str) -> dict[str, str]:
    return TYPICAL | {key.replace("_", " "): cell for key, cell in cells.items()}


def answer(*records: dict[str, str], headers: list[str] = HEADERS) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, headers, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode()


ENGLAND = record(Area_Code="T92000001", Area_Name="Toyland", Parent_Code="")
SAMPLE = answer(
    ENGLAND,
    record(Value_note="Value for Old Shire applied to Northby"),
    record(Area_Code="T06000002", Area_Name="Southby", Time_period="2019/20"),
    record(Value="", Sex="Female", Value_note="Value missing in source data")
    | {"Lower CI 95.0 limit": "", "Upper CI 95.0 limit": ""},
    record(Category_Type="Deprivation deciles", Category="Most deprived", Value="55"),
    record(Category_Type="Ethnic group", Category="Any"),
    ENGLAND | {"Parent Code": "T12000002"},
)


def read(content: bytes) -> Reading:
    return read_fingertips(content, "health.csv")


def test_areas_once_without_their_sub_groups() -> None:
    reading = read(SAMPLE)
    rows = reading.rows
    assert reading.records == 7
    assert reading.left_out == {
        "sub-group: Deprivation deciles": 1,
        "sub-group: Ethnic group": 1,
        "the same area under another parent": 1,
    }
    assert rows["area"].tolist() == ["T92000001", "T06000001", "T06000002", "T06000001"]
    assert rows["series"].unique().tolist() == [
        "90000 Toyland health, at birth · Male · All ages",
        "90000 Toyland health, at birth · Female · All ages",
    ]
    assert rows["status"].tolist() == ["", "e", "", "x"]
    assert rows["note"][1] == "Value for Old Shire applied to Northby"
    assert rows["first"].tolist() == ["2016-01-01", "2016-01-01", "2019-04-01", "2016-01-01"]
    assert rows["last"].tolist()[1:3] == ["2018-12-31", "2020-03-31"]
    assert rows[["lower", "upper", "denominator"]].to_numpy()[0].tolist() == [60.1, 62.9, 390]


def test_an_academic_year_is_asked_for() -> None:
    assert read_fingertips(SAMPLE, "health.csv", year="academic").rows["first"][2] == "2019-09-01"


@pytest.mark.parametrize(
    ("note", "value", "status"),
    [
        ("Value for Bucks County applied to Bucks UA", "5", "e"),
        ("There is a data quality issue with this value", "5", "u"),
        ("Aggregated from all known lower geography values", "5", ""),
        ("Value suppressed for disclosure control", "", "c"),
        ("Value missing in source data", "", "x"),
        ("", "", "x"),
    ],
)
def test_value_notes(note: str, value: str, status: str) -> None:
    limits = {"Lower CI 95.0 limit": "", "Upper CI 95.0 limit": ""}
    rows = read(answer(record(Value_note=note, Value=value) | limits)).rows
    assert (rows["status"][0], rows["note"][0]) == (status, note)


@pytest.mark.parametrize(
    "parent", ["Compared to percentiles", "Compared to Counties & UAs (from Apr 2023) value or percentiles", PARENT]
)
def test_the_header_of_the_parent_changes_with_the_question(parent: str) -> None:
    headers = [parent if header == PARENT else header for header in HEADERS]
    assert len(read(answer(TYPICAL, headers=headers)).rows) == 1
    assert len(read(answer(TYPICAL, headers=[*headers, "Time period range"])).rows) == 1


def test_no_column_may_go() -> None:
    for label, broken in header_breakages(SAMPLE):
        if label.startswith("same") or label == f"dropped: {PARENT}":
            assert len(read(broken).rows) == 4
        elif label == f"renamed: {PARENT}":
            assert len(read(broken).notes) == 1
        elif label.startswith(("renamed", "dropped")):
            with pytest.raises(SourceChanged):
                read(broken)


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (SAMPLE + answer(record(Value="61.6")).split(b"\r\n", 1)[1], DuplicateObservation, "given as 61.6"),
        (SAMPLE.replace(b"2019/20", b"some time"), DataError, "row 4, column 'Time period'"),
        (SAMPLE.replace(b"62.9", b"much"), DataError, "column 'Upper CI 95.0 limit': no figure: 'much'"),
        (SAMPLE.replace(b"60.1", b"63.1"), DataError, "above the upper"),
        (answer(record(Category_Type="Sex", Category="x")), SourceChanged, "sub-groups only"),
        (b"An error occurred", SourceChanged, ""),
        (b"", SourceUnavailable, "empty"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind) as caught:
        read(content)
    assert told in str(caught.value)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (",".join(HEADERS) + f"\n{text}\n").encode()))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        reading = read(content)
    except GoodWorkError:
        return
    assert reading.records == len(reading.rows) + sum(reading.left_out.values())


def test_a_recorded_answer(shared: Path) -> None:
    content = (shared / "samples" / "fingertips_26cols.csv").read_bytes()
    reading = read(content)
    assert (reading.records, len(reading.rows), dict(reading.left_out)) == (25, 25, {})
    assert reading.rows["status"].value_counts().to_dict() == {"u": 16, "e": 3, "x": 3, "": 3}
    assert_cuts_show(read, content)
