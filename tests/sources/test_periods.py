"""Periods as publishers print them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodwork.sources.periods import Span, read_span, read_spans

PRINTED = [
    ("2019", "2019-01-01", "2019-12-31", 12),
    ("20160000", "2016-01-01", "2016-12-31", 12),
    ("2004-01-01/P1Y", "2004-01-01", "2004-12-31", 12),
    ("2022-01-01/P3Y", "2022-01-01", "2024-12-31", 36),
    ("2023-07-01/P1M", "2023-07-01", "2023-07-31", 1),
    ("2015-11-16/P1Y", "2015-11-16", "2016-11-15", 12),
    ("2004-01-01T00:00:00/P1Y", "2004-01-01", "2004-12-31", 12),
    ("2020-03-02/P1W", "2020-03-02", "2020-03-08", 0),
    ("2004-01-01/2004-12-31", "2004-01-01", "2004-12-31", 12),
    ("2025-04-30", "2025-04-30", "2025-04-30", 0),
    ("31/07/2020", "2020-07-31", "2020-07-31", 0),
    ("31 July 2020", "2020-07-31", "2020-07-31", 0),
    ("Jul 2016-Jun 2017", "2016-07-01", "2017-06-30", 12),
    ("Jan 2017-Dec 2017", "2017-01-01", "2017-12-31", 12),
    (" April 2016 to March 2017 ", "2016-04-01", "2017-03-31", 12),
    ("Jan-Mar 2020", "2020-01-01", "2020-03-31", 3),
    ("Dec-Feb 2020", "2019-12-01", "2020-02-29", 3),
    ("2016 - 18", "2016-01-01", "2018-12-31", 36),
    ("2016-18", "2016-01-01", "2018-12-31", 36),
    ("2011-13", "2011-01-01", "2013-12-31", 36),
    ("2010 - 12", "2010-01-01", "2012-12-31", 36),
    ("2016–2018", "2016-01-01", "2018-12-31", 36),
    ("1999 - 01", "1999-01-01", "2001-12-31", 36),
    ("2019/20", "2019-04-01", "2020-03-31", 12),
    ("2019/2020", "2019-04-01", "2020-03-31", 12),
    ("2019-20 (academic)", "2019-09-01", "2020-08-31", 12),
    ("2019/20 (academic)", "2019-09-01", "2020-08-31", 12),
    ("Academic year 2019/20", "2019-09-01", "2020-08-31", 12),
    ("2016/17 - 18/19", "2016-04-01", "2019-03-31", 36),
    ("2020/21 Q4", "2021-01-01", "2021-03-31", 3),
    ("1999/00", "1999-04-01", "2000-03-31", 12),
    ("2021Q1", "2021-01-01", "2021-03-31", 3),
    ("2021 Q4", "2021-10-01", "2021-12-31", 3),
    ("Q2 2021", "2021-04-01", "2021-06-30", 3),
    ("2005M01", "2005-01-01", "2005-01-31", 1),
    ("2005-01", "2005-01-01", "2005-01-31", 1),
    ("2023-12", "2023-12-01", "2023-12-31", 1),
    ("Oct-11", "2011-10-01", "2011-10-31", 1),
    ("16-Aug", "2016-08-01", "2016-08-31", 1),
    ("September 1997", "1997-09-01", "1997-09-30", 1),
    ("2024 Sep", "2024-09-01", "2024-09-30", 1),
]


@pytest.mark.parametrize(("text", "first", "last", "months"), PRINTED)
def test_printed(text: str, first: str, last: str, months: int) -> None:
    span = read_span(text)
    assert (span.first.isoformat(), span.last.isoformat(), span.months) == (first, last, months)
    assert span.text == text.strip()


def test_a_year_over_two_is_of_the_kind_that_is_named() -> None:
    assert read_span("2019-20 (academic)") == Span(date(2019, 9, 1), date(2020, 8, 31), "2019-20 (academic)")
    assert read_span("2019-20 (financial)").first == date(2019, 4, 1)
    assert read_span("2019/20", year="academic").first == date(2019, 9, 1)


@pytest.mark.parametrize("text", ["2010-12", "2019-20"])
def test_what_may_be_two_things_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="it may be"):
        read_span(text)
    assert read_span(text, hyphen="years").months in (24, 36)


def test_the_reader_can_say_that_it_is_a_month() -> None:
    assert read_span("2010-12", hyphen="month") == Span(date(2010, 12, 1), date(2010, 12, 31), "2010-12")
    assert read_span("2011-13", hyphen="years").months == 36


@pytest.mark.parametrize(
    "text",
    [
        "", "all", "19", "2019x", "2019-13-01", "2019-02-30", "2004-01-01/P", "2004-01-01/P0Y", "2004-01-01/", "201",
        "2020-2018", "2019/21", "2019/18", "2016/17 - 18/18", "13/13/2020", "Foo 2019", "2021Q5", "2005M13", "2016-1",
        "20161300", "9999", "2004-01-01/P99999Y", "Mar 2019-Jan 2019", "2019 -", "2019-00", "academic year 2019",
        "<!DOCTYPE html>", "٢٠١٩",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="is not a period") as caught:
        read_span(text)
    assert repr(text) in str(caught.value)


def test_a_column_names_every_text_it_cannot_read() -> None:
    with pytest.raises(ValueError, match=r"'a'.*'b'.* 2 more"):
        read_spans(["2019", *"abcdefg"])
    first, last = read_spans([])
    assert first.shape == last.shape == (0,)


DAYS = st.dates(date(1850, 1, 1), date(2150, 12, 31))


@given(DAYS, st.integers(0, 9), st.integers(0, 11))
def test_an_interval_is_as_long_as_it_says(start: date, years: int, months: int) -> None:
    length = 12 * years + months
    if not length:
        return
    span = read_span(f"{start.isoformat()}/P{years}Y{months}M")
    assert span.first == start
    assert abs(span.months - length) <= (start.day > 28)
    following = read_span(f"{start.replace(day=1).isoformat()}/P{length}M")
    assert (following.last + timedelta(days=1)).day == 1
    assert following.months == length


@given(st.integers(1850, 2149), st.sampled_from(["{a}/{b}", "{a} - {c}", "{a}-{d}", "{a}"]))
def test_years_come_back(year: int, form: str) -> None:
    text = form.format(a=year, b=f"{(year + 1) % 100:02}", c=f"{(year + 2) % 100:02}", d=year + 2)
    span = read_span(text)
    assert span.first.year == year
    assert span.months == {"{a}/{b}": 12, "{a} - {c}": 36, "{a}-{d}": 36, "{a}": 12}[form]


@given(st.text(max_size=30) | st.text("0123456789-/ PYMQTo()jan", max_size=24))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        span = read_span(text)
    except ValueError:
        return
    assert span.first <= span.last
    assert read_spans([text, text])[0].tolist() == [span.first.isoformat()] * 2
