"""Laws of intervals, and their coverage in a simulation whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import toyland

from goodwork.analysis.robustness import robustness
from goodwork.index.build import build
from goodwork.index.ranking import rank
from goodwork.model.method import Method
from goodwork.model.panel import Panel

EVERYBODY = {"minimum_share": 0.0, "every_domain": False}


@st.composite
def panels(draw: st.DrawFn) -> tuple[Panel, int]:
    areas, members = draw(st.integers(4, 9)), draw(st.integers(2, 4))
    seed = draw(st.integers(0, 2**20))
    rng = np.random.default_rng(seed)
    values = rng.normal(50, 10, (2, areas, members))
    values[rng.random(values.shape) < draw(st.sampled_from([0.0, 0.2]))] = np.nan
    values[:, :3] = rng.normal(50, 10, (2, 3, members))
    return toyland.make_panel(values, half_width=draw(st.sampled_from([0.5, 5.0]))), members


def doubt(panel: Panel, members: int, **given):
    method = Method(screening=EVERYBODY)
    return robustness(toyland.flat_framework(members), panel, toyland.flat_catalogue(members), method, **given)


@settings(max_examples=25)
@given(panels())
def test_intervals_hold_the_median_and_probabilities_add_up(drawn) -> None:
    panel, members = drawn
    found = doubt(panel, members, draws=64)
    scored = np.isfinite(found.index.scores)
    assert (found.rank_low[scored] <= found.rank_median[scored]).all()
    assert (found.rank_median[scored] <= found.rank_high[scored]).all()
    counts = found.summary.ranks
    assert (counts.sum(axis=-1) == found.draws).all()
    n = len(panel.areas)
    shares = sum(found.summary.share_of_places(np.array(k), np.array(k)) for k in range(1, n + 1))
    np.testing.assert_allclose(np.swapaxes(shares, -2, -1)[scored], 1.0)
    a, b = panel.areas[:2]
    both = found.above(a, b) + found.above(b, a)
    assert (both <= 1 + 1e-12).all()


@settings(max_examples=15)
@given(panels())
def test_no_error_no_width(drawn) -> None:
    panel, members = drawn
    panel.lower[:], panel.upper[:] = panel.value, panel.value
    found = doubt(panel, members, draws=16)
    scored = np.isfinite(found.index.scores)
    np.testing.assert_array_equal(found.rank_low[scored], found.index.ranks[scored])
    np.testing.assert_array_equal(found.rank_high[scored], found.index.ranks[scored])
    np.testing.assert_allclose(found.score_sd[scored], 0, atol=1e-7)


@settings(max_examples=15)
@given(panels())
def test_twice_the_error_never_narrows_a_score(drawn) -> None:
    """The same draws, twice as far out: under a linear index every score interval is twice as wide."""
    panel, members = drawn
    narrow = doubt(panel, members, draws=64)
    middle = (panel.lower + panel.upper) / 2
    panel.lower[:], panel.upper[:] = 2 * panel.lower - middle, 2 * panel.upper - middle
    wide = doubt(panel, members, draws=64)
    scored = np.isfinite(narrow.index.scores)
    np.testing.assert_allclose(wide.score_sd[scored], 2 * narrow.score_sd[scored], rtol=1e-6)
    assert np.nanmean(wide.rank_high - wide.rank_low) >= np.nanmean(narrow.rank_high - narrow.rank_low) - 1e-9


@pytest.mark.parametrize("error", [1.0, 4.0])
def test_coverage_of_score_and_rank_intervals(error: float) -> None:
    """Truth known: 60 areas, observed with normal error of the published width, 150 times over. Intervals of scores
    hold the true score as often as they say, within two points. Those of ranks do so too where they are wide; narrow
    ones, made of whole places, hold the true rank rather more often than they say, never less."""
    rng = np.random.default_rng(20)
    areas, members, times = 60, 3, 150
    truth = rng.normal(50, 10, (areas, members))
    fw, catalogue = toyland.flat_framework(members), toyland.flat_catalogue(members)
    # goalposts fix the scale, so that the true score is on the scale of the observed one
    method = Method(screening=EVERYBODY, normalisation={"name": "scaled", "low": 0, "high": 100})
    true = build(fw, toyland.make_panel(truth[None]), method).scores[0, :, 0]
    seen = truth + rng.normal(0, error, (times, areas, members))
    panel = toyland.make_panel(seen, half_width=1.959964 * error)
    found = robustness(fw, panel, catalogue, method, draws=400, pairs=())
    for name, level in (("", 0.95), ("_90", 0.90)):
        low, high = (getattr(found, f"score_{end}{name}")[..., 0] for end in ("low", "high"))
        assert ((low <= true) & (true <= high)).mean() == pytest.approx(level, abs=0.02)
    places = rank(true[:, None])[:, 0]
    for name, level in (("", 0.95), ("_90", 0.90)):
        low, high = (getattr(found, f"rank_{end}{name}")[..., 0] for end in ("low", "high"))
        inside = ((low <= places) & (places <= high)).mean()
        assert inside > level - 0.02
        assert inside < level + (0.02 if error == 4.0 else 0.06)
