"""What is drawn is what the table says: every mark at its value, every bar from end to end, nothing else."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from tests.figures.reading import marks, middle, said, straight, words
from tests.figures.test_charts import CAPTION

from goodwork.figures.axes import round_numbers, scale
from goodwork.figures.contributions import waterfall
from goodwork.figures.glyphs import SHAPES, coded
from goodwork.figures.heat import heat
from goodwork.figures.histogram import histogram
from goodwork.figures.league import league
from goodwork.figures.lettering import spread
from goodwork.figures.lorenz import lorenz
from goodwork.figures.moves import moves
from goodwork.figures.scatter import line_of, scatter
from goodwork.figures.series import series
from goodwork.figures.shares import shares
from goodwork.figures.slopes import slopes
from goodwork.figures.strip import strip

RNG = np.random.default_rng(5)


@pytest.fixture
def ranked() -> pd.DataFrame:
    n = 30
    low = np.maximum(1, np.arange(1, n + 1) - RNG.integers(0, 6, n)).astype(float)
    high = np.minimum(n, np.arange(1, n + 1) + RNG.integers(0, 6, n)).astype(float)
    low[4] = high[4] = np.nan
    table = pd.DataFrame({"area": [f"A{k:02}" for k in range(n)], "name": [f"Place {k}" for k in range(n)],
                          "score": 110.0 - np.arange(n), "rank": np.arange(1.0, n + 1), "rank_low": low,
                          "rank_high": high, "ranked": n, "ties": 0, "low": np.nan, "high": np.nan})  # fmt: skip
    gap = pd.DataFrame([{"area": "Z", "name": "Gap", "score": np.nan, "rank": np.nan, "reason": "fewer than half"}])
    return pd.concat([table, gap], ignore_index=True)


def test_a_league_draws_every_rank_and_every_interval_where_the_table_has_it(ranked: pd.DataFrame) -> None:
    figure = league(ranked.sample(frac=1, random_state=1), CAPTION)
    for drawing in (figure.drawing, figure.narrow):
        rows = figure.table[figure.table["rank"].notna()]
        dots = {m.get("data-area"): m for m in marks(drawing, "dot") if m.get("data-area")}
        assert list(dots) == list(rows["area"]), "best first, each once"
        assert straight(list(rows["rank"]), [middle(dots[a])[0] for a in rows["area"]])
        bars = {b.get("data-area"): b for b in marks(drawing, "interval")}
        known = rows[rows["rank_low"].notna()]
        assert set(bars) == set(known["area"]), "an area without an interval has no bar"
        known = known[known["rank_low"] < known["rank_high"]]  # a bar of no length is drawn as a hairline
        ends = [float(bars[a].get("x") or 0) for a in known["area"]]
        ends += [float(bars[a].get("x") or 0) + float(bars[a].get("width") or 0) for a in known["area"]]
        at = [middle(dots[a])[0] for a in rows["area"]]
        assert straight([*known["rank_low"], *known["rank_high"], *rows["rank"]], [*ends, *at]), "one scale for both"
        assert any("Gap: fewer than half" in w.text for w in words(drawing))


def test_tiers_lie_on_bands_of_their_own_length(ranked: pd.DataFrame) -> None:
    tiers = np.r_[np.repeat([1.0, 2.0, 3.0], [3, 17, 10]), np.nan]
    bands = marks(league(ranked.assign(tier=tiers), CAPTION).drawing, "tier")
    assert [round(float(b.get("height") or 0) / 20) for b in bands] == [3, 10], "every second band is tinted"


def test_a_strip_draws_every_area_once_at_its_value_and_the_median_of_each_region() -> None:
    values = np.r_[RNG.normal(0, 3, 60).round(1), np.nan]
    table = pd.DataFrame({"area": [f"A{k}" for k in range(61)], "name": [f"P{k}" for k in range(61)],
                          "region": ["North", "South", "West"] * 20 + ["West"], "value": values})  # fmt: skip
    figure = strip(table, CAPTION)
    dots = {m.get("data-area"): m for m in marks(figure.drawing, "dot") if m.get("data-area")}
    known = table[table["value"].notna()].set_index("area")
    assert set(dots) == set(known.index)
    assert straight(list(known["value"]), [middle(dots[a])[0] for a in known.index])
    medians = known.groupby("region")["value"].median().sort_values(ascending=False)
    drawn = [float((m.get("d") or "")[1:].split()[0]) for m in marks(figure.drawing, "median")][
        1:
    ]  # the first is in the key
    assert straight([*medians, *known["value"]], [*drawn, *(middle(dots[a])[0] for a in known.index)])
    assert any(w.text == "No data for 1 of 61 areas: not drawn." for w in words(figure.drawing))
    places = np.array([middle(dots[a]) for a in known.index])
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert apart[np.triu_indices(len(places), 1)].min() > 7, "no dot hides another"


def test_a_scatter_puts_marks_and_line_on_the_same_scales() -> None:
    from goodwork.analysis.regression import regression

    x = RNG.normal(100, 5, 40)
    y = 2 * x + RNG.normal(0, 4, 40)
    table = pd.DataFrame({"area": [f"A{k}" for k in range(40)], "name": [f"P{k}" for k in range(40)], "x": x, "y": y,
                          "group": [f"G{k % 9}" for k in range(40)]})  # fmt: skip
    fit = regression(x, y)
    figure = scatter(table, CAPTION, ("x", "y"), line=line_of(x, fit), association="r = 0.9")
    dots = {m.get("data-area"): m for m in marks(figure.drawing, "dot") if m.get("data-area")}
    at = np.array([middle(dots[a]) for a in table["area"]])
    flat = np.array([marks(figure.drawing, "fit")[0].get("d")])
    points = np.array([float(n) for n in re.findall(r"-?\d+\.?\d*", str(flat[0]))]).reshape(-1, 2)
    slope, constant = np.polyfit(x, at[:, 0], 1)
    up, base = np.polyfit(y, at[:, 1], 1)
    line = (fit.coefficients[0] + fit.coefficients[1] * (points[:, 0] - constant) / slope) * up + base
    assert np.abs(line - points[:, 1]).max() < 4, "the middle of some shapes lies a little off their point"
    assert figure.subtitle.endswith("; r = 0.9")


def test_the_bands_of_a_line_are_those_of_its_fit() -> None:
    from goodwork.analysis.regression import regression

    x = np.array([0.0, 1, 2, 3, 4, 7])
    fit = regression(x, np.array([1.0, 0, 3, 2, 5, 6]))
    line = line_of(x, fit)
    assert (line.x[0], line.x[-1]) == (0.0, 7.0)
    assert (line.least[0], line.most[0], line.least[-1]) == pytest.approx((fit.low[0], fit.high[0], fit.low[-1]))
    inner, outer = line.high - line.low, line.most - line.least
    assert (outer > inner).all()
    expected = 2 * 2.7764451 * fit.spread * np.sqrt(1 / 6 + (7 - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum())
    assert inner[-1] == pytest.approx(expected)


def test_groups_differ_in_shape_or_filling_not_only_in_colour() -> None:
    looks = {(coded(k)[0], coded(k)[1]["class_"].endswith("f-paper")) for k in range(12)}
    assert len(looks) == 12 == 2 * len(SHAPES)


def lines(drawing: str) -> list[int]:
    """How many points each line joins."""
    return [len(re.findall(r"[ML]", m.get("d") or "")) for m in marks(drawing, "line")]


def test_no_line_crosses_a_break_or_a_gap() -> None:
    table = pd.DataFrame({"line": "York", "period": [str(y) for y in range(2010, 2020)],
                          "value": [1, 2, np.nan, 4, 5, 6, 7, 8, 9, 10.0]})  # fmt: skip
    assert lines(series(table, CAPTION).drawing) == [2, 7]
    figure = series(table, CAPTION, breaks={"2016": "new", "2009": "before all", "2030": "after all"})
    assert lines(figure.drawing) == [2, 3, 4]
    assert len(marks(figure.drawing, "break")) == 1
    assert any("a: new" in w.text for w in words(figure.drawing))
    fewer = table[table["period"] != "2016"]
    assert lines(series(fewer, CAPTION, breaks={"2016": "new"}).drawing) == [2, 3, 3], "the year itself has no figure"


def test_a_ribbon_ends_where_the_interval_does_and_years_keep_their_distance() -> None:
    table = pd.DataFrame({"line": "York", "period": ["2010", "2011", "2015"], "value": [1.0, 3, 2],
                          "low": [0.0, 2, 1.5], "high": [2.0, 4, 2.5]})  # fmt: skip
    drawing = series(table, CAPTION).drawing
    numbers = re.findall(r"-?\d+\.?\d*", marks(drawing, "ribbon")[0].get("d") or "")
    corners = np.array([float(n) for n in numbers]).reshape(-1, 2)
    points = [middle(m) for m in marks(drawing, "point")]
    assert straight([2, 4, 2.5, 1.5, 2, 0, 1, 3, 2], [*corners[:, 1], *(p[1] for p in points)])
    assert straight([2010, 2011, 2015], [p[0] for p in points])


def test_slopes_join_ranks_with_their_intervals_and_not_across_a_break(ranked: pd.DataFrame) -> None:
    table = ranked.rename(columns={"rank": "rank_from", "rank_low": "from_low", "rank_high": "from_high"})
    table["rank_to"] = table["rank_from"].to_numpy()[::-1]
    table["to_low"], table["to_high"] = table["rank_to"] - 1, table["rank_to"] + 1
    chosen = ["A02", "A04", "A20", "Z"]
    figure = slopes(table, CAPTION, ("2017", "2019"), chosen=chosen)
    both = table[table["rank_from"].notna() & table["rank_to"].notna()].set_index("area")
    for period in ("from", "to"):
        dots = {m.get("data-area"): middle(m)[1] for m in marks(figure.drawing, period) if m.tag.endswith("circle")}
        assert set(dots) == {"A02", "A04", "A20"}
        assert straight([both.loc[a, f"rank_{period}"] for a in dots], list(dots.values()))
        bars = {m.get("data-area"): m for m in marks(figure.drawing, period) if m.tag.endswith("rect")}
        assert ("A04" in bars) == (period == "to"), "no interval, no bar"
        ends = [float(bars[a].get("y") or 0) for a in bars]
        assert straight([*both.loc[list(dots), f"rank_{period}"], *both.loc[list(bars), f"{period}_low"]],
                        [*dots.values(), *ends])  # fmt: skip
    assert len(marks(figure.drawing, "line")) == 3
    others = (marks(figure.drawing, "others")[0].get("d") or "").count("M")
    assert others == len(both) - 3
    apart = slopes(table, CAPTION, ("2017", "2019"), chosen=chosen, breaks="Jobs changed")
    assert not marks(apart.drawing, "line")
    assert not marks(apart.drawing, "others")
    assert any("Jobs changed" in w.text for w in words(apart.drawing))


def test_a_waterfall_adds_up_or_is_not_drawn() -> None:
    table = pd.DataFrame({"part": ["a", "b", "c"], "value": [1.25, np.nan, -3.0]})
    figure = waterfall(table, CAPTION, ("Before", 100.0), ("After", 98.25), decimals=2)
    assert list(figure.table["after"]) == [101.25, 101.25, 98.25]
    steps = marks(figure.drawing, "step")
    assert [float(s.get("width") or 0) / 1.25 for s in steps[:1]] == pytest.approx(
        [float(steps[1].get("width") or 0) / 3], abs=0.1
    )
    assert {"+1.25", "−3.00", "not known", "98.25"} <= {w.text for w in words(figure.drawing)}
    with pytest.raises(ValueError, match=r"add up to -1\.75, not to -1\.7"):
        waterfall(table, CAPTION, ("Before", 100.0), ("After", 98.3))


def test_a_histogram_holds_every_figure_once() -> None:
    values = np.r_[RNG.normal(5, 2, 200), [np.nan] * 3]
    table = pd.DataFrame({"area": range(203), "value": values})
    figure = histogram(table, CAPTION)
    assert figure.table["areas"].sum() == 200
    again = [((values >= r.low) & (values < r.high)).sum() for r in figure.table.itertuples()]
    assert list(figure.table["areas"]) == again
    drawn = [float(m.get("height") or 0) for m in marks(figure.drawing, "bar")]
    assert straight(list(figure.table["areas"][figure.table["areas"] > 0]), drawn)
    assert any("No data for 3 of 203 areas." in w.text for w in words(figure.drawing))


def test_a_heat_table_hatches_gaps_and_says_each_figure() -> None:
    table = pd.DataFrame({"area": list("ABAB"), "name": list("abab"), "indicator": ["x", "x", "y", "y"],
                          "standardised": [0.0, np.nan, -2.0, 2.0], "value": [7.0, np.nan, 5.0, 9.0]})  # fmt: skip
    figure = heat(table, CAPTION, ["x", "y"], say=lambda i, v: f"{i}={v:g}")
    assert len(marks(figure.drawing, "gap")) == 1
    assert "b, x: no data" in said(marks(figure.drawing, "gap")[0])
    cells = {said(m).split(" (")[0]: m.get("fill") for m in marks(figure.drawing, "cell")}
    assert list(cells) == ["a, x: x=7", "a, y: y=5", "b, y: y=9"]
    assert len(set(cells.values())) == 3


def test_shares_moves_and_lorenz_keep_to_their_numbers() -> None:
    table = pd.DataFrame({"indicator": ["a", "b", "c"], "share": [0.25, 0.75, np.nan], "low": [0.1, np.nan, np.nan],
                          "high": [0.4, np.nan, np.nan]})  # fmt: skip
    drawing = shares(table, CAPTION).drawing
    inside = [float(m.get("width") or 0) for m in marks(drawing, "inside")]
    assert inside[1] / inside[0] == pytest.approx(3, abs=0.01)
    assert len(marks(drawing, "interval")) == 2, "the key, and the one row that has one"
    assert len(marks(drawing, "gap")) == 1
    cells = pd.DataFrame({"from": ["a", "a", "b", "b"], "to": ["a", "b", "a", "b"], "share": [0.5, 0.5, np.nan, np.nan],
                          "low": 0.1, "high": 0.9, "count": [2, 2, 0, 0]})  # fmt: skip
    drawing = moves(cells, CAPTION).drawing
    assert len(marks(drawing, "cell")) == 2
    assert len(marks(drawing, "no-data")) == 2
    figure = lorenz({"one": np.array([1.0, 3.0, np.nan]), "bad": np.array([-1.0, 2.0])}, CAPTION)
    assert figure.table.to_numpy().tolist() == [["one", 0.0, 0.0], ["one", 0.5, 0.25], ["one", 1.0, 1.0]]
    assert any("one: Gini 0.250, 2 areas, 1 without data" in w.text for w in words(figure.drawing))
    assert any("bad: no curve" in w.text for w in words(figure.drawing))


def test_scales_hold_what_they_must_and_ticks_are_round() -> None:
    axis = scale([np.nan, 3.0, 7.0], 0, 100, holding=(0.0,))
    assert 0 <= axis(0.0) < axis(3.0) < axis(7.0) <= 100
    assert axis.ticks == (0.0, 2.0, 4.0, 6.0)
    assert not scale([np.nan], 0, 100).known
    assert round_numbers(-0.3, 0.3, 4) == (-0.2, 0.0, 0.2)
    assert scale([5.0], 0, 100)(5.0) == 50


def test_labels_are_moved_apart_in_order_and_stay_inside() -> None:
    wanted = [*RNG.uniform(0, 100, 12), 0.0, 0.0, 100.0, 100.0]
    found = spread(wanted, 6.0, 0.0, 100.0)
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(np.array(found)[order]) >= 6.0 - 1e-9).all()
    assert min(found) >= -1e-9
    assert max(found) <= 100 + 1e-9


def test_an_association_without_a_figure_is_said_and_not_put_at_none() -> None:
    from tests.figures.test_charts import draw_associations

    figure = draw_associations(False)
    drawn = [said(m) for m in marks(figure.drawing, "dot") if said(m)]
    assert len(drawn) == int(figure.table["r"].notna().sum())
    assert "Healthy life, region: r 0.10 (−0.20 to 0.40), 50 areas; no clear association" in drawn
    assert sum(w.text == "region: no figure" for w in words(figure.drawing)) == 1
