"""The price index: what is declared, how periods of other lengths are priced, and which indicators it is for."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from goodwork.errors import DeclarationError
from goodwork.model.indicator import Catalogue, Indicator
from goodwork.model.prices import Prices, shipped_prices
from goodwork.pipeline.material import shipped_declarations

MONEY = {"id": "pay", "name": "Pay", "unit": "£ per week", "kind": "money"}
MADE_UP = Prices(id="made_up", name="Invented prices", base="2021", index={"2019": 100, "2020": 110, "2021": 130})


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return shipped_declarations()[0]


@pytest.mark.parametrize(
    ("kind", "filed", "prices"),
    [
        ("calendar year", "", [100, 110, 130]),
        ("survey date", "", [100, 110, 130]),
        ("financial year", "", [100 * 0.75 + 110 * 0.25, 110 * 0.75 + 130 * 0.25, math.nan]),
        ("financial year", "ends", [math.nan, 100 * 0.75 + 110 * 0.25, 110 * 0.75 + 130 * 0.25]),
        ("academic year", "", [100 / 3 + 110 * 2 / 3, 110 / 3 + 130 * 2 / 3, math.nan]),
        ("three years", "", [math.nan, math.nan, 340 / 3]),
        ("three years", "begins", [340 / 3, math.nan, math.nan]),
        ("window", "", [math.nan] * 3),
    ],
)
def test_a_period_is_priced_by_the_months_it_touches(kind: str, filed: str, prices: list[float]) -> None:
    indicator = Indicator.from_dict({**MONEY, "period_type": kind, "filed": filed})
    found = MADE_UP.of(indicator, ["2019", "2020", "2021"])
    assert found == pytest.approx(prices, nan_ok=True)


def test_the_shipped_index_is_the_published_one() -> None:
    """The average of 2015 is the reference; it rises every year; the yearly rates are those the publisher printed."""
    prices = shipped_prices()
    assert prices.index["2015"] == 100
    years = sorted(prices.index)
    assert years == [str(y) for y in range(2000, 2026)]
    assert all(prices.index[a] < prices.index[b] for a, b in pairwise(years))
    assert prices.base in prices.index
    assert prices.note
    assert prices.line.startswith("Office for National Statistics, Consumer Prices Index")
    rate = 100 * (prices.index["2022"] / prices.index["2021"] - 1)
    assert rate == pytest.approx(7.9, abs=0.1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base": "2030"}, "base 2030 is not a year"),
        ({"index": {"2021": 0.0}}, "not above zero"),
        ({"index": {"2021": 1.0, "May": 1.0}}, "'May' is no year"),
    ],
)
def test_faults_of_a_price_file(changes: dict[str, object], words: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        MADE_UP.replace(**changes)
    assert words in str(caught.value.faults)


def test_the_catalogue_says_what_is_money_of_the_year(catalogue: Catalogue) -> None:
    money = {i.id for i in catalogue.indicator if i.kind == "money"}
    assert set(catalogue.in_current_prices) == money
    assert "median_pay" in money


def test_only_money_has_prices_and_only_what_spans_years_is_filed() -> None:
    with pytest.raises(DeclarationError, match="wrong"):
        Indicator.from_dict({**MONEY, "kind": "share", "prices": "current"})
    with pytest.raises(DeclarationError, match="wrong"):
        Indicator.from_dict({**MONEY, "filed": "ends"})


def test_what_is_in_constant_prices_says_so(catalogue: Catalogue) -> None:
    marked = shipped_prices().marked(catalogue["median_pay"])
    assert marked.show(600.4) == f"£600 per week, in {shipped_prices().base} prices"
    assert marked.prices == ""
