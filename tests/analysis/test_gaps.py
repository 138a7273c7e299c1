"""Gaps by hand: direction, intervals, people; and that a closed gap, put into the panel, gives the benchmark."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from goodwork.analysis.evidence import Redrawn
from goodwork.analysis.gaps import AHEAD, BEHIND, NOTHING, UNCLEAR, Benchmark, gaps
from goodwork.analysis.group_gaps import group_gaps
from goodwork.errors import MethodError
from goodwork.index.build import build
from goodwork.model.counts import Count, Counts
from goodwork.model.indicator import Catalogue, Indicator
from goodwork.monitor import Monitor
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.material import Material

KNOWN = Catalogue(
    indicator=(
        Indicator(id="jobless", name="Jobless", unit="% of adults", kind="share"),
        Indicator(id="pay", name="Pay", unit="£ a week", kind="money"),
        Indicator(id="adults", name="Adults", unit="people", kind="count"),
    )
)
COUNTS = Counts(count=(Count(indicator="jobless", what="people out of work", of=("adults",)),))
SIGNS = {"jobless": -1, "pay": 1}
AREAS = ("a", "b", "c", "d")


def redrawn(spread: float = 0.1) -> Redrawn:
    """Four areas with known figures; the last has none but its adults."""
    nan = np.nan
    value = np.array([[5.0, 500.0, 1000.0], [8.0, 400.0, 2000.0], [6.0, 450.0, 3000.0], [nan, nan, 4000.0]])
    noise = np.random.default_rng(1).normal(scale=[spread, 10 * spread, 0.0], size=(400, 4, 3))
    return Redrawn(AREAS, ("jobless", "pay", "adults"), value, value + noise)


def row(area: str, benchmark: Benchmark, indicator: str = "jobless", spread: float = 0.1) -> dict[str, object]:
    table = gaps(redrawn(spread), area, [benchmark], SIGNS, COUNTS, KNOWN)
    found = table[table["indicator"] == indicator].to_dict("records")
    assert len(found) == 1
    return {str(k): v for k, v in found[0].items()}


def test_an_interval_holds_ninety_five_of_a_hundred_draws() -> None:
    value = np.array([[5.0], [8.0]])
    drawn = np.stack([value + np.array([[0.0], [step / 1000]]) for step in range(1001)])
    found = gaps(Redrawn(("a", "b"), ("jobless",), value, drawn), "b", [Benchmark("other", "a", ("a",), "figure")],
                 {"jobless": -1}, Counts(), KNOWN).iloc[0]  # fmt: skip
    assert [found["low"], found["high"]] == pytest.approx([3.025, 3.975])


def test_a_gap_is_turned_so_that_more_is_worse_and_comes_to_people() -> None:
    found = row("b", Benchmark("other", "a", ("a",), "figure"))
    assert found["gap"] == 3.0
    assert found["people"] == 60.0  # three per cent of two thousand
    assert found["verdict"] == BEHIND
    assert 2.6 < float(str(found["low"])) < 3.0 < float(str(found["high"])) < 3.4
    low, high = float(str(found["people_low"])), float(str(found["people_high"]))
    assert [low / 20, high / 20] == pytest.approx([found["low"], found["high"]])
    pay = row("b", Benchmark("other", "a", ("a",), "figure"), "pay")
    assert (pay["gap"], pay["verdict"]) == (100.0, BEHIND)
    assert np.isnan(float(str(pay["people"])))  # nothing says how pay would be counted


def test_ahead_unclear_and_unknown_are_told_apart() -> None:
    assert row("a", Benchmark("other", "b", ("b",), "figure"))["verdict"] == AHEAD
    assert row("b", Benchmark("other", "c", ("c",), "figure"), spread=3.0)["verdict"] == UNCLEAR
    assert row("b", Benchmark("other", "d", ("d",), "figure"))["verdict"] == NOTHING
    assert row("d", Benchmark("other", "a", ("a",), "figure"))["verdict"] == NOTHING
    assert row("a", Benchmark("nobody", "nobody", ()))["verdict"] == NOTHING


def test_median_and_best_are_those_of_the_published_figures_and_gaps_stay_gaps() -> None:
    assert row("b", Benchmark("all", "others", ("a", "c", "d")))["benchmark"] == 5.5
    best = row("b", Benchmark("best", "best", ("a", "c", "d"), "best"))
    assert (best["benchmark"], best["who"], best["n"]) == (5.0, "a", 2)


def test_an_unknown_area_is_refused() -> None:
    with pytest.raises(MethodError, match="z is not among the areas"):
        gaps(redrawn(), "z", [], SIGNS, COUNTS, KNOWN)


def test_a_group_is_counted_as_one_place() -> None:
    table = group_gaps(redrawn(), ["a", "b", "d"], AREAS, "c", SIGNS, {"jobless": ["b"]}, COUNTS, KNOWN)
    found = table.set_index("indicator").loc["jobless"]
    assert list(table["indicator"]) == ["jobless"]  # pay cannot be counted
    assert found["n"] == 2
    assert found["value"] == pytest.approx((5 * 1000 + 8 * 2000) / 3000)
    assert found["people"] == pytest.approx((found["value"] - 6.0) / 100 * 3000)
    assert found["lift"] == pytest.approx((8.0 - 6.0) / 100 * 2000)  # to the median of 5, 8 and 6
    assert found["lift_low"] < found["lift"] < found["lift_high"]
    nobody = group_gaps(redrawn(), ["d"], AREAS, "", SIGNS, {}, COUNTS, KNOWN).iloc[0]
    assert np.isnan(nobody["value"])
    assert nobody["verdict"] == NOTHING


@pytest.fixture(scope="module")
def asked(monitor: Monitor) -> Asked:
    """The shipped figures, to be changed and built again."""
    m = monitor
    material = Material("m", m.title, tuple(m.frameworks.values()), m.catalogue, m.geography, m.table("values"))
    return Asked.of(material, m.framework(), "gb", "2021")


@pytest.fixture(scope="module")
def gap_rows(monitor: Monitor) -> pd.DataFrame:
    """Every gap of Blackpool."""
    return monitor.audit("Blackpool")["strengths"].table


@pytest.mark.parametrize("against", ["community", "best", "neighbours"])
@pytest.mark.parametrize("indicator", ["unemployment", "participation", "median_pay"])
def test_a_closed_gap_put_into_the_panel_gives_the_benchmark(
    monitor: Monitor, asked: Asked, gap_rows: pd.DataFrame, against: str, indicator: str
) -> None:
    """The change that the audit names is made in the panel and the index built again: the figure is the benchmark, its
    normalised value that of an area which has it, and the gap is gone."""
    code = monitor.find("Blackpool").code
    found = gap_rows[(gap_rows["indicator"] == indicator) & (gap_rows["against"] == against)].iloc[0]
    evidence = monitor.evidence()
    value, at = asked.panel.value.copy(), (asked.at, asked.panel.areas.index(code))
    member = asked.panel.indicators.index(indicator)
    value[(*at, member)] += evidence.signs[indicator] * found["gap"]
    index = build(asked.framework, replace(asked.panel, value=value))
    column = asked.framework.indicators.index(indicator)
    assert value[(*at, member)] == pytest.approx(found["benchmark"])
    normalised = index.stages["normalised"][asked.at, :, column]
    same = np.isclose(value[asked.at, :, member], found["benchmark"], rtol=0, atol=1e-9) & np.isfinite(normalised)
    assert normalised[same] == pytest.approx(normalised[at[1]])
    others = evidence.community_of(code)[1] if against != "neighbours" else evidence.neighbours_of(code)
    rows = [asked.panel.areas.index(other) for other in others]
    level = value[asked.at, rows, member]
    best = np.nanmax(evidence.signs[indicator] * level) * evidence.signs[indicator]
    assert (best if against == "best" else np.nanmedian(level)) == pytest.approx(value[(*at, member)])
