"""Figures as people write them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodwork.sources.numbers import DecimalMark, parse_numbers, read_markers, weigh

NAN = math.nan


def parse(*cells: str, decimal: DecimalMark | None = None) -> list[float]:
    read = parse_numbers(pd.Series(cells, dtype="str"), decimal)
    assert not read.bad.any()
    assert not read.unclear.any()
    return read.value.tolist()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0.0),
        ("-0.5", -0.5),
        ("−3", -3.0),
        ("–3", -3.0),
        ("+3", 3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        ("12.3%", 12.3),
        ("12.3 %", 12.3),
        ("£1,234.5", 1234.5),
        ("€ 12.5", 12.5),
        ("12.5 €", 12.5),
        ("-£5.1", -5.1),
        ("£-5.1", -5.1),
        ("1 234.5", 1234.5),
        ("1\u00a0234.5", 1234.5),
        ("1\u202f234.5", 1234.5),
        ("1'234.5", 1234.5),
        ("1,234,567", 1234567.0),
        ("73.60000000000001", 73.6),
        ("0.30000000000000004", 0.3),
        ("28.999999999999996", 29.0),
        ("12.345678901234567", 12.345678901234567),
        ("123456789012345", 123456789012345.0),
        ("inf", math.inf),
        ("-∞", -math.inf),
        ("1e999", math.inf),
    ],
)
def test_figures(cell: str, value: float) -> None:
    assert parse(cell) == [value]


@pytest.mark.parametrize(
    ("cell", "value", "status"),
    [
        ("12.3 [u]", 12.3, "u"),
        ("12.3 (p)", 12.3, "p"),
        ("12.3 e", 12.3, "e"),
        ("12.3e", 12.3, "e"),
        ("12.3*", 12.3, "u"),
        ("12.3 [c]", 12.3, "c"),
        ("0 [low]", 0.0, "low"),
        ("[x]", NAN, "x"),
        ("[c]", NAN, "c"),
        ("c", NAN, "c"),
        ("C", NAN, "c"),
        (":", NAN, "x"),
        ("..", NAN, "x"),
        ("-", NAN, "x"),
        ("–", NAN, "x"),
        ("*", NAN, "u"),
        ("~", NAN, "low"),
        ("n/a", NAN, "x"),
        ("#N/A", NAN, "x"),
        ("NaN", NAN, "x"),
        ("[z]", NAN, "z"),
        ("", NAN, ""),
        ("   ", NAN, ""),
    ],
)
def test_markers(cell: str, value: float, status: str) -> None:
    read = parse_numbers(pd.Series([cell]))
    np.testing.assert_equal(read.value, [value])
    assert read.status.tolist() == [status]
    assert not read.bad.any()


@pytest.mark.parametrize(
    "cell",
    [
        "lots",
        "12-13",
        "1_000",
        "(5)",
        "--5",
        "0x10",
        "12 34",
        "1,23",
        "1,2,3",
        "#DIV/0!",
        "p",
        "e",
        "a",
        "3 apples",
        "٣",
        "12.3 [q9]",
    ],
)
def test_text_in_a_number_column_is_bad_and_never_zero(cell: str) -> None:
    read = parse_numbers(pd.Series(["1.5", cell, "2.5"]))
    assert read.bad.tolist() == [False, True, False]
    np.testing.assert_equal(read.value, [1.5, NAN, 2.5])
    assert read.status.tolist() == ["", "", ""]


class TestDecimalMark:
    def test_comma_by_evidence(self) -> None:
        assert parse("12,5", "1.234", "1.234.567,8", "1 234,5") == [12.5, 1234.0, 1234567.8, 1234.5]

    def test_point_by_evidence(self) -> None:
        assert parse("12.5", "1,234") == [12.5, 1234.0]
        assert parse("1,234", "1,234,567") == [1234.0, 1234567.0]

    def test_leading_zero_is_evidence(self) -> None:
        assert parse("0,123", "4,567") == [0.123, 4.567]

    def test_unclear_without_evidence(self) -> None:
        read = parse_numbers(pd.Series(["1,234", "5,678", "9"]))
        assert read.unclear.tolist() == [True, True, False]
        np.testing.assert_equal(read.value, [NAN, NAN, 9.0])

    def test_said_is_said(self) -> None:
        assert parse("1,234", decimal=",") == [1.234]
        assert parse("1,234", decimal=".") == [1234.0]
        assert parse_numbers(pd.Series(["12,5"]), ".").bad.tolist() == [True]

    def test_the_minority_is_bad(self) -> None:
        assert parse_numbers(pd.Series(["12.5", "1.5", "2,5"])).bad.tolist() == [False, False, True]

    def test_weighing_several_columns(self) -> None:
        found = weigh([pd.Series(["1,234"]), pd.Series(["0,5", "x", ""])])
        assert (found.points, found.commas, found.either, found.mark) == (0, 1, 1, ",")


def test_markers_of_a_column() -> None:
    status, known = read_markers(pd.Series(["", "[U]", "p", "qq", ":"]))
    assert status.tolist() == ["", "u", "p", "", "x"]
    assert known.tolist() == [True, True, True, False, True]


def test_no_cells() -> None:
    assert parse() == []


@given(st.lists(st.decimals(-(10**9), 10**9, places=3, allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_a_decimal_comma_changes_nothing(figures: list[object]) -> None:
    points = [f"{f:,.3f}" for f in figures]
    commas = [p.translate(str.maketrans(",.", ".,")) for p in points]
    expected = [float(str(f)) for f in figures]
    assert parse(*points, decimal=".") == expected
    assert parse(*commas, decimal=",") == expected


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_what_python_writes_is_read(figures: list[float]) -> None:
    read = parse_numbers(pd.Series([repr(f) for f in figures], dtype="str"), ".")
    np.testing.assert_allclose(read.value, figures, rtol=2e-15, atol=0)
    assert not read.bad.any()


@given(st.lists(st.text(max_size=12), min_size=1, max_size=20))
def test_any_text_is_a_figure_a_marker_or_bad(cells: list[str]) -> None:
    read = parse_numbers(pd.Series(cells, dtype="str"))
    assert np.isnan(read.value[read.bad | read.unclear]).all()
    for cell, value in zip(cells, read.value, strict=True):
        assert value != 0 or "0" in cell or "e-" in cell.lower()
