"""statistics.gov.scot. No answer was at hand: these are hand-written after SPARQL 1.1 results as CSV."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sources.steady import account_is_whole

from goodwork.errors import DuplicateObservation, GoodWorkError, SourceChanged, SourceUnavailable
from goodwork.sources.sparql import query_text, read_sparql

SITE = b"http://statistics.gov.scot/id/statistical-geography/"
TEXT = (
    b"area,areaLabel,period,measure,value\r\n"
    + SITE
    + b"S12000033,Aberdeen City,2019,Ratio,74.9\r\n"
    + SITE
    + b'S12000050,"North Lanarkshire, the",2019,Ratio,\r\n'
    + SITE
    + b"S92000003,Scotland,2018/2019,Ratio,0\r\n"
)


def read(content: bytes, **options: Any) -> Any:
    return read_sparql(content, "scot.csv", **options)


def test_areas_are_the_ends_of_their_addresses() -> None:
    reading = read(TEXT, expected=3)
    account_is_whole(reading)
    assert reading.rows[["series", "area", "area_name", "first", "status"]].to_numpy().tolist() == [
        ["Ratio", "S12000033", "Aberdeen City", "2019-01-01", ""],
        ["Ratio", "S12000050", "North Lanarkshire, the", "2019-01-01", "x"],
        ["Ratio", "S92000003", "Scotland", "2018-04-01", ""],
    ]
    assert reading.rows["value"].tolist()[::2] == [74.9, 0.0]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"Response too large", SourceUnavailable),
        (b"Request Timeout\n", SourceUnavailable),
        (b"Error 400: Parse error: Encountered <EOF> at line 1, column 5, expected one of\n", SourceUnavailable),
        (b"<html><title>502 Bad Gateway</title></html>", SourceUnavailable),
        (TEXT + b"Response too large\r\n", SourceChanged),
        (TEXT.replace(b"areaLabel", b"name"), SourceChanged),
        (TEXT.replace(SITE + b"S12000033", b"http://statistics.gov.scot/id/area/Aberdeen"), SourceChanged),
        (TEXT + TEXT.splitlines(keepends=True)[1].replace(b"74.9", b"75"), DuplicateObservation),
    ],
)
def test_refused(content: bytes, kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read(content)


def test_fewer_rows_than_were_counted_are_refused() -> None:
    with pytest.raises(SourceChanged, match="3 rows came, 4"):
        read(TEXT, expected=4)


def test_the_query_names_areas_periods_and_dimensions() -> None:
    text = query_text("claimant-count", ["S12000033", "S12000050"], ["2019"], {"gender": "all"})
    assert "<http://statistics.gov.scot/data/claimant-count>" in text
    assert text.count("statistical-geography/S12") == 2
    assert "<http://statistics.gov.scot/def/concept/gender/all>" in text
    assert text.endswith("ORDER BY ?area ?period ?measure ?value")


@pytest.mark.parametrize(
    "arguments",
    [
        {"dataset": "x> . DELETE"},
        {"dataset": ""},
        {"dataset": "x", "areas": ["S12000033> }"]},
        {"dataset": "x", "periods": ['2019") ) } #']},
        {"dataset": "x", "dimensions": {"gender": "a b"}},
        {"dataset": "x", "dimensions": {"gen>der": "a"}},
    ],
)
def test_nothing_can_break_out_of_the_query(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        query_text(**arguments)
