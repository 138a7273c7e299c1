"""Explore Local Statistics: every published file is read, and nothing that is broken is read as something else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.recorded.breakages import assert_cuts_show

from goodwork.errors import DataError, DuplicateObservation, GoodWorkError, SourceChanged, SourceUnavailable
from goodwork.sources.els import els_facts, read_els
from goodwork.sources.reading import READER, ROW_COLUMNS, Reading

HEADER = "areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes\n"
SAMPLE = (
    HEADER + "T01000001,Northby,District,Jobs,2019-01-01/P1Y,73.60000000000001,Percentage,%,70.1,77.1,,\n"
    'T01000002,"Southby, Old",District,Jobs,2019-01-01/P1Y,,Percentage,%,,,c,Too few people\n'
    "T01000003,Môrby,District,Jobs,2022-01-01/P3Y,50,Percentage,%,,,,Estimate and confidence interval unreliable since"
    " the group sample size is small (3-9)\n"
    "na,City Region,Region,Jobs,2025-04-30,0,Percentage,%,0,1.5,,Value for Northby and Southby combined\n"
    "T01000005,Eastby,District,Pay,2023-07-01/P1M,,Pounds,£,,,u,Obsolete code since 2019 (replaced by T01 Northby)\n"
).encode()
METADATA = b"""{"_note": "changed on 1 May", "ess-beta-metadata": {
  "shared": {"sourceOrg": "Office A|Office B", "sourceDate": "01/02/2024|03/04/2025", "experimentalStatistic": "T"},
  "Jobs": {"label": "Jobs rate", "caveats": null}, "Pay": {"label": "Pay", "caveats": "rounded"}}}"""


def read(content: bytes) -> Reading:
    return read_els(content, "jobs.csv")


def test_every_record_is_there_with_its_marker() -> None:
    reading = read(SAMPLE)
    rows = reading.rows
    assert tuple(rows.columns) == ROW_COLUMNS
    assert (reading.records, len(rows), dict(reading.left_out)) == (5, 5, {})
    assert rows["status"].tolist() == ["", "c", "u", "", "u"]
    assert rows["value"].fillna(-1).tolist() == [73.6, -1, 50, 0, -1]
    assert rows["area"].tolist()[3] == ""
    assert rows["last"].tolist() == ["2019-12-31", "2019-12-31", "2024-12-31", "2025-04-30", "2023-07-31"]
    assert rows["row"].tolist() == [f"row {n}" for n in range(2, 7)]
    assert reading.facts == {"Jobs: unit": "%", "Pay: unit": "£"}
    assert READER["els-csv"] is read_els


def test_replaced_by_is_only_a_note() -> None:
    row = read(SAMPLE).rows.iloc[4]
    assert (row["area"], row["note"]) == ("T01000005", "Obsolete code since 2019 (replaced by T01 Northby)")


def test_facts_of_one_and_of_several_indicators() -> None:
    facts = read_els(SAMPLE, "jobs.csv", metadata=METADATA).facts
    assert facts["source"] == "Office A; Office B"
    assert facts["released"] == "2024-02-01; 2025-04-03"
    assert facts["designation"] == "official statistics in development"
    assert (facts["Jobs: title"], facts["Pay: caveats"]) == ("Jobs rate", "rounded")
    assert "Jobs: caveats" not in facts


@pytest.mark.parametrize("broken", [METADATA[:n] for n in range(0, len(METADATA), 7)] + [b"[]", b"<html>", b"\xff"])
def test_broken_facts_are_refused(broken: bytes) -> None:
    with pytest.raises((SourceChanged, SourceUnavailable)):
        els_facts(broken, "jobs.json")


def test_every_cut_of_the_lines_of_other_systems_shows() -> None:
    assert_cuts_show(read, SAMPLE.replace(b"\n", b"\r\n"))


def test_a_cut_inside_a_note_shows() -> None:
    with pytest.raises(SourceChanged, match="not whole"):
        read(SAMPLE[:-8])


def test_other_charsets() -> None:
    with pytest.raises(SourceChanged, match="UTF-8"):
        read(SAMPLE.decode().encode("cp1252"))
    pd.testing.assert_frame_equal(read(SAMPLE.decode().encode("utf-16")).rows, read(SAMPLE).rows)


def changed(**cells: str) -> bytes:
    columns = HEADER.strip().split(",")
    record = dict(zip(columns, SAMPLE.decode().splitlines()[1].split(","), strict=True)) | cells
    return (HEADER + ",".join(record[column] for column in columns) + "\n").encode()


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"observation": "lots"}, "row 2, column 'observation': no figure: 'lots'"),
        ({"observation": "inf"}, "no figure: 'inf'"),
        ({"lci_95": "?"}, "column 'lci_95'"),
        ({"period": "last year"}, "row 2, column 'period': 'last year' is not a period"),
        ({"status": "zz"}, "row 2, column 'status': unknown marker: 'zz'"),
        ({"status": "c"}, "marked as withheld, and yet there is '73.6"),
        ({"lci_95": "99"}, "the lower limit is above the upper"),
        ({"areacd": "", "areanm": ""}, "no area"),
    ],
)
def test_cells_that_cannot_be_read_are_named(cells: dict[str, str], told: str) -> None:
    with pytest.raises(DataError) as caught:
        read(changed(**cells))
    assert told in str(caught.value)


def test_all_faults_at_once() -> None:
    with pytest.raises(DataError) as caught:
        read(changed(observation="a", lci_95="b", period="c", status="d"))
    assert len(caught.value.faults) == 4


def test_twice_the_same_is_once_and_twice_something_else_is_refused() -> None:
    reading = read(SAMPLE + SAMPLE.splitlines(keepends=True)[1])
    assert (len(reading.rows), reading.left_out) == (5, {"the same row again": 1})
    with pytest.raises(DuplicateObservation, match="row 7"):
        read(SAMPLE + SAMPLE.splitlines(keepends=True)[1].replace(b"73.60000000000001", b"74"))


def test_several_measures_of_one_indicator_are_several_series() -> None:
    other = SAMPLE.splitlines(keepends=True)[1].replace(b"Percentage,%", b"Count,n")
    assert {"Jobs (Percentage)", "Jobs (Count)", "Pay"} == set(read(SAMPLE + other).rows["series"])


def test_the_headers_of_other_years() -> None:
    repeated = SAMPLE.replace(b",notes\n", b",notes,notes\n").replace(b"people\n", b"people,And too old\n")
    lines = repeated.decode().splitlines()
    lines = [line if line.count(",") > 11 + line.count(", ") else line + "," for line in lines]
    assert read("\n".join([*lines, ""]).encode()).rows["note"][1] == "Too few people; And too old"
    short = read(b"AREANM,AREACD,Period,Observation\nNorthby,T01000001,2019,5\n")
    assert short.rows[["series", "area", "value"]].to_numpy().tolist() == [["jobs", "T01000001", 5.0]]
    assert len(short.notes) == 8
    counts = read(
        b"areacd,areanm,geography,period,indicator,observation,unit,measure,numerator,denominator,"
        b"lower_confidence_interval_95,upper_confidence_interval_95,observation_status\n"
        b"T01000001,Northby,District,2018-01-01T00:00:00/P1Y,Jobs,79.5,%,Percentage,45600.0,57400.0,73.8,85.2,\n"
    ).rows
    assert counts[["last", "lower", "numerator", "denominator"]].to_numpy().tolist() == [
        ["2018-12-31", 73.8, 45600.0, 57400.0]
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 9),
            st.integers(2000, 2024),
            st.none() | st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 4)),
        ),
        min_size=1,
        max_size=20,
        unique_by=lambda one: one[:2],
    )
)
def test_what_was_written_is_read(figures: list[tuple[int, int, float | None]]) -> None:
    lines = [
        f"T0{area},Name {area},District,Jobs,{year}-01-01/P1Y,{'' if value is None else repr(value)},Rate,%,,,,"
        for area, year, value in figures
    ]
    rows = read((HEADER + "\r\n".join(lines) + "\r\n").encode()).rows
    expected = np.array([np.nan if value is None else value for *_, value in figures])
    np.testing.assert_allclose(rows["value"], expected, rtol=1e-12)
    assert ((rows["status"] == "x") == np.isnan(expected)).all()


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEADER + text + "\n").encode()))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        reading = read(content)
    except GoodWorkError:
        return
    assert reading.records == len(reading.rows) + sum(reading.left_out.values())


def test_every_published_file_is_read(shared: Path) -> None:
    files = sorted((shared / "els").glob("*/*.csv"))
    readings = [
        read_els(file.read_bytes(), file.name, metadata=file.with_suffix(".json").read_bytes()) for file in files
    ]
    assert len(files) == 61
    assert sum(reading.records for reading in readings) == 279_571
    assert sum(len(reading.rows) for reading in readings) == 279_551
    statuses = pd.concat([reading.rows["status"] for reading in readings]).value_counts()
    assert statuses.to_dict() == {"": 277_062, "x": 1492, "u": 804, "c": 139, "z": 54}
    told = [{fact.split(": ")[-1] for fact in reading.facts} for reading in readings]
    assert all({"title", "source", "released", "unit", "designation", "description"} <= facts for facts in told)


def test_agrees_with_the_tidy_table(shared: Path) -> None:
    tidy = pd.read_csv(shared / "observations" / "observations.csv", dtype={"period": str}, low_memory=False)
    tidy = tidy[(tidy["indicator"] == "claimant_count_rate") & (tidy["status"] == "published")]
    file = shared / "els" / "claimant-count" / "claimant-count.csv"
    rows = read_els(file.read_bytes(), file.name).rows.assign(year=lambda rows: rows["first"].str[:4].astype(int))
    both = tidy.merge(rows, left_on=["area_code", "year"], right_on=["area", "year"], suffixes=("", "_read"))
    assert len(both) == len(tidy)
    np.testing.assert_allclose(both["value_read"], both["value"], atol=1e-9)
