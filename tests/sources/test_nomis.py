"""Nomis's answers: whole or refused, measures put together, codes checked by their labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.recorded.breakages import assert_cuts_show, header_breakages

from goodwork.errors import (
    DataError,
    DuplicateObservation,
    GoodWorkError,
    MissingData,
    SourceChanged,
    SourceUnavailable,
)
from goodwork.sources.nomis import read_nomis_csv, read_nomis_json
from goodwork.sources.nomis_query import (
    GUEST_LIMIT,
)
from goodwork.sources.reading import Reading

AREAS = (("1820327937", "Northby", "T06000001"), ("1820327938", "Southby", "T07000002"))
MEASURES = (("20599", "Variable"), ("21001", "Numerator"), ("21002", "Denominator"), ("21003", "Confidence"))
FIGURES = {"Variable": 70.5, "Numerator": 1410, "Denominator": 2000, "Confidence": 2.5}
HEADER = (
    "DATE,DATE_NAME,GEOGRAPHY,GEOGRAPHY_NAME,GEOGRAPHY_CODE,GEOGRAPHY_TYPECODE,VARIABLE,VARIABLE_NAME,"
    "MEASURES,MEASURES_NAME,OBS_VALUE,OBS_STATUS,OBS_STATUS_NAME,OBS_CONF,OBS_CONF_NAME,URN,RECORD_OFFSET,RECORD_COUNT"
)


def line(area: tuple[str, str, str], measure: tuple[str, str], value: object, offset: int, count: int) -> str:
    number, name, code = area
    status = ("Q", "These figures are suppressed as statistically unreliable") if value == "" else ("A", "Normal Value")
    return (
        f'2019-12,"Jan 2019-Dec 2019",{number},"{name}",{code},434,45,"Employment rate ",{measure[0]},{measure[1]},'
        f"{value},{status[0]},{status[1]},F,Free (free for publication),Nm-{offset},{offset},{count}"
    )


def answer(*values: dict[str, object]) -> bytes:
    records = [
        (area, measure, value[measure[1]]) for area, value in zip(AREAS, values, strict=True) for measure in MEASURES
    ]
    lines = [line(*record, offset, len(records)) for offset, record in enumerate(records)]
    return ("\n".join([HEADER, *lines]) + "\n").encode()


WHOLE = answer(FIGURES, dict.fromkeys(FIGURES, ""))
SELECTED = (
    b"DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,ITEM_NAME,MEASURES_NAME,OBS_VALUE,OBS_STATUS_NAME\n"
    b"2018,Northby,T06000001,Jobs density,Value,0.49,Normal Value\n"
    b"2019,Northby,T06000001,Jobs density,Value,0.5,Normal Value"
)


def read(content: bytes) -> Reading:
    return read_nomis_csv(content, "rates.csv")


def test_four_measures_are_one_figure() -> None:
    reading = read(WHOLE)
    rows = reading.rows
    assert (len(rows), reading.records, dict(reading.left_out)) == (2, 8, {})
    first = rows.iloc[0]
    assert (first["series"], first["area"], first["first"], first["last"], first["area_type"]) == (
        "Employment rate", "T06000001", "2019-01-01", "2019-12-31", "434",
    )  # fmt: skip
    assert first[["value", "lower", "upper", "numerator", "denominator"]].tolist() == [70.5, 68, 73, 1410, 2000]
    second = rows.iloc[1]
    assert (second["status"], second["note"]) == ("u", "These figures are suppressed as statistically unreliable")
    assert second[["value", "lower", "upper", "numerator"]].isna().all()


def test_selected_columns() -> None:
    rows = read(SELECTED).rows
    assert rows[["series", "span", "value", "status", "row"]].to_numpy().tolist() == [
        ["Jobs density", "2018", 0.49, "", "row 2"],
        ["Jobs density", "2019", 0.5, "", "row 3"],
    ]


def test_every_cut_without_a_last_line_end_shows() -> None:
    assert_cuts_show(read, SELECTED)


def test_no_renamed_column_changes_a_figure() -> None:
    whole = read(WHOLE).rows
    figures = ["area", "first", "last", "value", "lower", "upper"]
    for label, broken in header_breakages(WHOLE):
        try:
            found = read(broken).rows
        except GoodWorkError:
            assert not label.startswith("same"), label
            continue
        assert not label.startswith("renamed"), label
        if label.startswith(("same", "doubled")):
            pd.testing.assert_frame_equal(found, whole)
        elif "GEOGRAPHY_CODE" not in label:
            pd.testing.assert_frame_equal(found[figures], whole[figures], obj=label)


def test_with_a_record_count_every_missing_record_shows() -> None:
    lines = WHOLE.splitlines(keepends=True)
    for gone in range(1, len(lines)):
        with pytest.raises(SourceChanged, match="7 of 8 records"):
            read(b"".join(lines[:gone] + lines[gone + 1 :]))
    assert len(read_nomis_csv(b"".join(lines[:5]), "page", whole=False).rows) == 1


def test_exactly_the_limit_without_a_count_is_taken_as_cut() -> None:
    lines = [b"DATE_NAME,GEOGRAPHY_CODE,OBS_VALUE"]
    lines += [b"%d,T%08d,1" % (1900 + i % 100, i) for i in range(GUEST_LIMIT)]
    with pytest.raises(SourceChanged, match="25,000 records, the most"):
        read(b"\n".join([*lines, b""]))
    reading = read(b"\n".join([*lines[:-1], b""]))
    assert len(reading.rows) == GUEST_LIMIT - 1
    assert "no column of measures" in reading.notes[-1]


def earnings(label: str, code: str = "20701") -> bytes:
    return (
        "DATE_NAME,GEOGRAPHY_CODE,ITEM_NAME,MEASURES,MEASURES_NAME,OBS_VALUE,OBS_STATUS\n"
        f"2019,T06000001,Median,20100,Value,500,A\n2019,T06000001,Median,{code},{label},5,A\n"
    ).encode()


def test_a_coefficient_of_variation_and_a_half_width_are_told_apart() -> None:
    by_label = read(earnings("Conf %")).rows
    assert by_label[["lower", "upper"]].to_numpy().tolist() == [[451.0, 549.0]]
    with pytest.raises(SourceChanged, match="may be a half-width or a coefficient of variation"):
        read(earnings("Confidence"))
    cv = read_nomis_csv(earnings("Confidence"), "pay.csv", confidence="cv").rows
    half = read_nomis_csv(earnings("Confidence"), "pay.csv", confidence="half-width").rows
    assert cv["lower"].tolist() == [451.0]
    assert half["lower"].tolist() == [495.0]
    with pytest.raises(SourceChanged, match="is not known"):
        read(earnings("Confidence", "20599"))
    with pytest.raises(SourceChanged, match="is not known"):
        read(earnings("Growth", "20701"))


def test_unitary_authorities_asked_for_twice_are_read_once() -> None:
    header = b"DATE_NAME,GEOGRAPHY,GEOGRAPHY_CODE,OBS_VALUE\n"
    reading = read(header + b"2019,1820327937,T06000001,5\n2019,1816133633,T06000001,5\n")
    assert (len(reading.rows), reading.records, reading.left_out) == (1, 2, {"the same area again": 1})
    with pytest.raises(DuplicateObservation):
        read(header + b"2019,1820327937,T06000001,5\n2019,1820327937,T06000001,5\n")
    with pytest.raises(DuplicateObservation, match="T06000001, 2019"):
        read(header + b"2019,1820327937,T06000001,5\n2019,1816133633,T06000001,6\n")


def test_dimensions_are_told_by_label_code_or_number() -> None:
    for header in ("ITEM_NAME", "ITEM", "ITEM_CODE"):
        rows = read(
            f"DATE_NAME,GEOGRAPHY_CODE,{header},SEX_NAME,OBS_VALUE\n2019,T1,2,Men,5\n2019,T1,3,Men,5\n".encode()
        ).rows
        assert rows["series"].tolist() == ["2 · Men", "3 · Men"]


def test_no_code_keeps_nomis_number_apart() -> None:
    rows = read(b"DATE_NAME,GEOGRAPHY,GEOGRAPHY_NAME,OBS_VALUE\n2019,1820327937,Dor,5\n2019,1816133633,Dor,6\n").rows
    assert rows[["area", "area_name", "area_type", "value"]].to_numpy().tolist() == [
        ["", "Dor", "434", 5.0],
        ["", "Dor", "433", 6.0],
    ]


def test_a_confidence_without_its_figure_is_counted() -> None:
    reading = read(b"DATE_NAME,GEOGRAPHY_CODE,MEASURES,OBS_VALUE\n2018,T1,20599,5\n2019,T1,21003,6\n")
    assert (len(reading.rows), dict(reading.left_out)) == (1, {"a measure without its figure": 1})


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (WHOLE.replace(b"Normal Value", b"Peculiar"), DataError, "unknown status: 'Peculiar'"),
        (WHOLE.replace(b",70.5,", b",lots,"), DataError, "row 2, column 'OBS_VALUE': no figure: 'lots'"),
        (WHOLE.replace(b'"Jan 2019-Dec 2019"', b"some day"), DataError, "'some day' is not a period"),
        (WHOLE.replace(b"DATE_NAME", b"DATE_SORTORDER"), SourceChanged, "without their names"),
        (WHOLE.replace(b",8\n", b",9\n", 1), SourceChanged, "disagree about their number"),
        (WHOLE.replace(b",1,8\n", b",0,8\n"), SourceChanged, "stands twice"),
        (WHOLE.replace(b"OBS_CONF,", b"OBS_NEW,"), SourceChanged, "column 'OBS_NEW'"),
        (b"<!DOCTYPE html><html>Bad dataset</html>", SourceUnavailable, "web page"),
        (b'{"error": "Bad dataset"}', SourceUnavailable, "a message"),
        (b"", SourceUnavailable, "empty"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind) as caught:
        read(content)
    assert told in str(caught.value)


def as_json(truncated: object = "false", **changes: Any) -> bytes:
    def one(area: tuple[str, str, str], measure: tuple[str, str], value: float) -> dict[str, Any]:
        return {
            "geography": {"description": area[1], "value": int(area[0]), "geogcode": area[2]},
            "time": {"description": "Jan 2019-Dec 2019", "value": "2019-12"},
            "variable": {"description": "Employment rate ", "value": 45},
            "measures": {"description": measure[1], "value": int(measure[0])},
            "obs_status": {"description": "Normal Value"},
            "obs_value": {"value": value},
        } | changes

    return json.dumps(
        {"header": {"truncated": truncated}, "obs": [one(AREAS[0], m, FIGURES[m[1]]) for m in MEASURES]}
    ).encode()


def test_json_is_read_as_csv_is() -> None:
    rows = read_nomis_json(as_json(), "rates.json").rows
    expected = read(WHOLE).rows.head(1)
    same = [column for column in expected if column != "row"]
    pd.testing.assert_frame_equal(rows[same], expected[same], check_dtype=False)
    assert rows["row"].tolist() == ["obs[0]"]


@pytest.mark.parametrize("truncated", ["true", True, "TRUE", None])
def test_truncated_json_is_refused(truncated: object) -> None:
    with pytest.raises(SourceChanged, match="truncated"):
        read_nomis_json(as_json(truncated), "rates.json")


def test_broken_json_is_refused() -> None:
    def read_one(content: bytes) -> Reading:
        return read_nomis_json(content, "rates.json")

    for broken in (as_json(obs_value={}), as_json(obs_value=5), b'{"header": {"truncated": "false"}, "obs": []}'):
        if broken == as_json(obs_value={}):
            assert read_one(broken).rows["status"].tolist() == ["x"]
            continue
        with pytest.raises(SourceChanged):
            read_one(broken)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEADER + "\n" + text + "\n").encode()))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for reader in (read_nomis_csv, read_nomis_json):
        try:
            reader(content, "any")
        except GoodWorkError:
            continue


KEYS = st.sampled_from(["header", "truncated", "obs", "geography", "time", "obs_value", "value", "description"])
ANY_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(ANY_JSON)
def test_any_json_is_read_or_refused(told: Any) -> None:
    for content in (told, {"header": {"truncated": "false"}, "obs": [told]}):
        try:
            read_nomis_json(json.dumps(content).encode(), "any")
        except GoodWorkError:
            continue


def test_recorded_answers(shared: Path) -> None:
    samples = sorted((shared / "samples").glob("nomis_select_*.csv"))
    assert len(samples) == 4
    for sample in samples:
        reading = read_nomis_csv(sample.read_bytes(), sample.name)
        assert (len(reading.rows), reading.records) == (2, 2)
        assert np.isfinite(reading.rows["value"]).all()
        assert_cuts_show(read, sample.read_bytes())
    full = (shared / "samples" / "nomis_full34cols.csv").read_bytes()
    with pytest.raises(SourceChanged, match=r"of 11,178 records"):
        read_nomis_csv(full, "population")
    rows = read_nomis_csv(full, "population", whole=False).rows
    assert rows["series"][0] == "Total · All Ages"
    assert rows["value"][0] == 2_646_772


def test_parts_without_any_figure_are_no_answer() -> None:
    """Found by random change: numerators, denominators and half-widths whose values were lost."""
    kept = [one for one in json.loads(as_json())["obs"] if one["measures"]["value"] != 20599]
    with pytest.raises(MissingData, match="a measure without its figure"):
        read_nomis_json(json.dumps({"header": {"truncated": "false"}, "obs": kept}).encode(), "rates.json")
