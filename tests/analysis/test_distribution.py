"""Statistics of figures over areas against numpy and scipy, and the words that go with them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from tests import toyland

from goodwork.analysis.distribution import SENTENCES, describe
from goodwork.errors import MethodError, NotFound

NAN = float("nan")


def test_every_statistic_equals_numpy_or_scipy() -> None:
    rng = np.random.default_rng(1)
    values = np.round(np.exp(rng.normal(size=(3, 60, 4))), 1)
    values[rng.random(values.shape) < 0.1] = NAN
    found = describe(values, list("abcd")).statistics
    for at in np.ndindex(3, 4):
        x = values[at[0], :, at[1]]
        x = x[~np.isnan(x)]
        figures, counts = np.unique(x, return_counts=True)
        low, high = np.quantile(x, [0.25, 0.75])
        expected = {
            "n": x.size,
            "missing": 60 - x.size,
            "zeros": (x == 0).sum(),
            "unique": figures.size,
            "most_common": counts.max() / x.size,
            "mean": x.mean(),
            "median": np.median(x),
            "sd": x.std(ddof=1),
            "min": x.min(),
            "q5": np.quantile(x, 0.05),
            "q25": low,
            "q75": high,
            "q95": np.quantile(x, 0.95),
            "max": x.max(),
            "skew": stats.skew(x, bias=False),
            "kurtosis": stats.kurtosis(x, bias=False),
            "outliers_low": (x < low - 1.5 * (high - low)).sum(),
            "outliers_high": (x > high + 1.5 * (high - low)).sum(),
        }
        assert set(expected) == set(found)
        for name, value in expected.items():
            assert found[name][at] == pytest.approx(value, rel=1e-10), name


def test_flags_and_sentences() -> None:
    n = 40
    fine = np.arange(n) + 0.5
    values = np.column_stack(
        [
            fine,
            np.where(np.arange(n) < 2, 1e4, fine),
            np.where(np.arange(n) < 25, 0.0, fine),
            np.where(np.arange(n) < 36, 5.0, fine),
            np.arange(n) % 4,
            np.full(n, NAN),
            1000 + fine / 1e3,
        ]
    )
    found = describe(values, ["fine", "skewed", "zero", "same", "few", "none", "flat"])
    flagged = {
        name: [i for i, flag in zip(found.indicators, flags[0], strict=True) if flag]
        for name, flags in found.flags.items()
    }
    assert set(flagged) == set(SENTENCES)
    assert flagged["no_figures"] == ["none"]
    assert flagged["skewed"] == ["skewed", "same"] or flagged["skewed"] == ["skewed"]
    assert flagged["mostly_zero"] == ["zero"]
    assert flagged["nearly_constant"] == ["same", "flat"]
    assert flagged["few_unique"] == ["same", "few"]
    told = dict(zip(found.table["indicator"], found.table["sentence"], strict=True))
    assert told["fine"] == ""
    assert told["none"] == "none has no figures"
    assert told["zero"] == "zero is zero in 25 of 40 areas: it says whether there is any rather than how much"
    assert "few takes only 4 different figures in 40 areas" in told["few"]
    assert "90 % of the areas have the same figure" in told["same"]
    assert told["skewed"].startswith("skewed is skewed with heavy tails (skewness 4.3, excess kurtosis 17.3)")


def test_a_panel_by_period() -> None:
    panel = toyland.panel()
    table = describe(panel).table
    assert len(table) == 3 * 6
    row = table[(table["period"] == "2023") & (table["indicator"] == "weekly_pay")].iloc[0]
    assert row["max"] == 1950
    assert row["outliers_high"] >= 1
    assert row["n"] + row["missing"] == 12
    assert describe(panel, ["training"]).indicators == ("training",)
    with pytest.raises(NotFound):
        describe(panel, ["trainig"])


def test_small_and_empty_columns() -> None:
    with np.errstate(all="raise"):
        found = describe(np.array([[NAN, 1.0, 2.0], [NAN, NAN, 2.0]]))
    assert found.statistics["n"][0].tolist() == [0, 1, 2]
    assert np.isnan(found.statistics["sd"][0, :2]).all()
    assert found.statistics["sd"][0, 2] == 0
    assert np.isnan(found.statistics["skew"]).all()
    assert found.indicators == ("column 0", "column 1", "column 2")


def test_names_must_match_columns() -> None:
    with pytest.raises(MethodError, match="2 names for values"):
        describe(np.ones((4, 3)), ["a", "b"])
