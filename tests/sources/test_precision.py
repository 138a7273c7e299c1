"""Standard errors, coefficients of variation and sample sizes become intervals; published bounds stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from goodwork.errors import DataError
from goodwork.model.indicator import Catalogue, Indicator
from goodwork.sources.observations import read_observations
from goodwork.sources.precision import wilson

CATALOGUE = Catalogue(
    indicator=(
        Indicator(id="pay", name="Pay", unit="£", kind="money"),
        Indicator(id="rate", name="Rate", unit="%", kind="share"),
    )
)


def read(tmp_path: Path, text: str):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return read_observations(path, CATALOGUE).table.set_index(["indicator", "area"])


def test_each_kind_of_precision_gives_an_interval(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "indicator,area,value,lower,upper,standard error,cv,sample size\n"
        "pay,A,500,,,10,,\npay,B,500,,,,5,\npay,C,500,480,530,10,5,\nrate,A,40,,,,,400\nrate,B,1,,,2,,\n",
    )
    bounds = table[["lower", "upper"]]
    np.testing.assert_allclose(bounds.loc[("pay", "A")], [500 - 19.59964, 500 + 19.59964], atol=1e-4)
    np.testing.assert_allclose(bounds.loc[("pay", "B")], [500 - 48.9991, 500 + 48.9991], atol=1e-4)
    assert bounds.loc[("pay", "C")].tolist() == [480, 530]
    expected = stats.binomtest(160, 400).proportion_ci(0.95, "wilson")
    np.testing.assert_allclose(bounds.loc[("rate", "A")], [100 * expected.low, 100 * expected.high])
    assert bounds.loc[("rate", "B"), "lower"] == 0  # a share is never below 0


def test_a_wide_file_has_a_column_of_precision_for_each_indicator(tmp_path: Path) -> None:
    table = read(tmp_path, "area,pay,pay_cv\nA,500,5\nB,600,\n")
    assert table.loc[("pay", "A"), "upper"] == pytest.approx(548.9991)
    assert np.isnan(table.loc[("pay", "B"), "upper"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pay,A,500,-1,,", "standard error below zero"),
        ("pay,A,500,,-2,", "coefficient of variation below zero"),
        ("pay,A,500,,,300", "shares only"),
        ("rate,A,50,,,0", "less than one"),
    ],
)
def test_impossible_precision_is_told_with_its_row(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        read(tmp_path, f"indicator,area,value,error,cv,sample\nrate,Z,50,1,,\n{line}\n")
    assert caught.value.faults[0].row == 3


def test_wilson_has_a_width_at_both_ends() -> None:
    low, high = wilson(np.array([0.0, 100.0, 50.0]), np.array([50.0, 50.0, np.nan]))
    assert low[0] == 0
    assert high[0] > 5
    assert high[1] == pytest.approx(100)
    assert low[1] < 95
    assert np.isnan(low[2])
