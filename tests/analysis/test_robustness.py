"""Intervals: right on average, repeatable, and the same however the work is cut."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tests import toyland

from goodwork.analysis.robustness import (
    BLOCK,
    from_scale,
    sampling_errors,
    sampling_uncertainty,
    to_scale,
)
from goodwork.index.build import build
from goodwork.model.method import Method, Sampling


def uncertain(draws: int = 400, seed: int = 1, executor=None, **changes):
    method = Method(sampling=Sampling(draws=draws, seed=seed, **changes))
    return sampling_uncertainty(toyland.framework(), toyland.panel(), toyland.catalogue(), method, executor)


def test_threads_change_nothing() -> None:
    with ThreadPoolExecutor(4) as executor:
        there = uncertain(executor=executor)
    here = uncertain()
    for name in ("score_low", "score_high", "rank_low", "rank_high", "top"):
        assert getattr(there, name).tobytes() == getattr(here, name).tobytes()


def test_more_draws_begin_with_the_same_draws() -> None:
    assert uncertain(draws=BLOCK).score_sd.tobytes() != uncertain(draws=2 * BLOCK).score_sd.tobytes()
    np.testing.assert_allclose(uncertain(draws=2000).score_sd, uncertain(draws=2000, seed=9).score_sd, rtol=0.15)


def test_the_scale_of_scores_is_that_of_the_published_figures() -> None:
    """Noise must not pull scores towards the average: the middle of the draws is the published score."""
    index = build(toyland.framework(), toyland.panel(), Method())
    doubt = uncertain(draws=2000)
    middle = (doubt.score_low + doubt.score_high) / 2
    slope = np.polyfit(index.scores[..., 0].ravel(), middle[..., 0].ravel(), 1)[0]
    assert slope == pytest.approx(1, abs=0.05)


def test_intervals_hold_the_score_and_nest() -> None:
    index, doubt = build(toyland.framework(), toyland.panel(), Method()), uncertain(draws=1000)
    scored = np.isfinite(index.scores)
    inside = (doubt.score_low <= index.scores) & (index.scores <= doubt.score_high)
    assert inside[scored].mean() > 0.98
    assert (doubt.rank_low[scored] <= doubt.rank_low_90[scored]).all()
    assert (doubt.rank_high[scored] >= doubt.rank_high_90[scored]).all()
    assert np.isnan(doubt.rank_low[~scored]).all()


def test_every_place_is_taken_in_every_draw() -> None:
    """Shares of draws in the first ten places add up to ten places."""
    doubt = uncertain()
    scored = np.isfinite(doubt.top[..., 0]).sum(axis=-1)
    np.testing.assert_allclose(np.nansum(doubt.top[..., 0], axis=-1), np.minimum(scored, 10), atol=1e-9)


def test_an_estimated_figure_is_less_certain() -> None:
    panel, catalogue = toyland.panel(), toyland.catalogue()
    _, plain = sampling_errors(panel, catalogue, Sampling(estimated_factor=1))
    _, wide = sampling_errors(panel, catalogue, Sampling(estimated_factor=2))
    estimated = panel.status == "e"
    assert estimated.any()
    np.testing.assert_allclose(wide[estimated], 2 * plain[estimated])
    np.testing.assert_array_equal(wide[~estimated], plain[~estimated])


def test_no_interval_is_never_no_error() -> None:
    panel, catalogue = toyland.panel(), toyland.catalogue()
    _, spread = sampling_errors(panel, catalogue, Sampling())
    without = np.isnan(panel.lower) & np.isfinite(panel.value)
    assert without.any()
    assert (spread[without] > 0).all()


@pytest.mark.parametrize("scale", ["logit", "log", "linear"])
def test_scales_go_there_and_back(scale: str) -> None:
    values = np.array([0.5, 3.0, 50.0, 99.0])
    np.testing.assert_allclose(from_scale(to_scale(values, scale), scale), values, rtol=1e-12)


def test_a_published_interval_comes_back() -> None:
    """Draws of one figure have the width its publisher gave: 42.0 (38.0 to 46.0) on the scale of shares."""
    rng = np.random.default_rng(5)
    framework = toyland.flat_framework(2)
    panel = toyland.make_panel(np.array([[[42.0, 1], [50, 2], [30, 3]]]), half_width=4.0)
    catalogue = toyland.catalogue().replace(
        indicator=[{"id": f"m{i}", "name": "m", "unit": "%", "kind": "share"} for i in range(2)]
    )
    centre, spread = sampling_errors(panel.select(indicators=framework.indicators), catalogue, Sampling())
    drawn = from_scale(centre[0, 0, 0] + spread[0, 0, 0] * rng.standard_normal(200_000), "logit")
    np.testing.assert_allclose(np.quantile(drawn, [0.025, 0.975]), [38.0, 46.0], atol=0.15)
