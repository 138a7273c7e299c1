"""Means of several measures by region, against scipy and figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from goodwork.analysis.regional import regional
from goodwork.errors import MethodError

REGION = np.repeat(["north", "south", "west"], [10, 12, 1])
RNG = np.random.default_rng(3)
SAME = RNG.normal(size=23)
APART = np.where(REGION == "south", 3.0, 0.0) + RNG.normal(size=23)


def test_regions_that_differ_and_regions_that_do_not() -> None:
    found = regional(np.column_stack([APART, SAME]), REGION, ["pay", "luck"])
    for one, values in zip(found.measures, (APART, SAME), strict=True):
        groups = [values[name == REGION] for name in ("north", "south", "west")]
        assert one.p == pytest.approx(stats.kruskal(*groups).pvalue)
    np.testing.assert_allclose(found.q, stats.false_discovery_control([one.p for one in found.measures]))
    assert found.findings == ("Regions differ clearly on average in 1 of 2 outcomes: pay.",)
    table = found.table[found.table["outcome"] == "pay"].set_index("region")
    assert table["n"].to_dict() == {"south": 12, "north": 10, "west": 1}
    north = stats.t.interval(0.95, 9, APART[:10].mean(), stats.sem(APART[:10]))
    assert tuple(table.loc["north", ["low", "high"]]) == pytest.approx(north)
    assert np.isnan(table.loc["west", "low"]), "one area has no interval"


def test_the_ends_are_of_regions_with_several_areas_and_their_interval_is_over_all_pairs() -> None:
    far = np.where(REGION == "west", 99.0, APART)
    pay = regional(far[:, None], REGION, ["pay"]).ends.iloc[0]
    assert (pay["highest"], pay["lowest"]) == ("south", "north")
    assert pay["difference"] == pytest.approx(APART[10:22].mean() - APART[:10].mean())
    one_pair = stats.ttest_ind(APART[10:22], APART[:10], equal_var=False).confidence_interval(1 - 0.05 / 3)
    assert (pay["low"], pay["high"]) == pytest.approx((one_pair.low, one_pair.high))


def test_gaps_and_one_region() -> None:
    gone = np.where(REGION == "north", SAME, np.nan)
    assert [one.name for one in regional(np.column_stack([gone, APART]), REGION, ["luck", "pay"]).measures] == ["pay"]
    with pytest.raises(MethodError, match="in one region"):
        regional(gone[:, None], REGION, ["luck"])
