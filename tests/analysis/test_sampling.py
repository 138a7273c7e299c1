"""Sampling error: as wide as published, never none, and together where a survey's errors go together."""

from __future__ import annotations

import numpy as np
import pytest
from tests import toyland

from goodwork.analysis.sampling import (
    PACKET,
    SamplingError,
    error_mixing,
    from_scale,
    sampling_errors,
    to_scale,
)
from goodwork.errors import MethodError
from goodwork.model.method import Sampling


def error(**changes) -> SamplingError:
    return SamplingError.of(toyland.panel(), toyland.catalogue(), Sampling(**changes))


def drawn(one: SamplingError, places, shift: int = 0) -> np.ndarray:
    return one.drawn(one.noise(np.asarray(places)), shift)


def test_an_estimated_figure_is_less_certain() -> None:
    panel, catalogue = toyland.panel(), toyland.catalogue()
    _, plain = sampling_errors(panel, catalogue, Sampling(estimated_factor=1))
    _, wide = sampling_errors(panel, catalogue, Sampling(estimated_factor=2))
    estimated = panel.status == "e"
    assert estimated.any()
    np.testing.assert_allclose(wide[estimated], 2 * plain[estimated])
    np.testing.assert_array_equal(wide[~estimated], plain[~estimated])


def test_an_inherited_figure_has_a_factor_of_its_own_and_the_larger_one_counts() -> None:
    panel = toyland.make_panel(np.array([[[42.0], [50], [30]]]), half_width=4.0)
    panel.basis[0, :2, 0], panel.status[0, 0, 0] = "inherited", "e"
    catalogue = toyland.flat_catalogue(1)
    _, spread = sampling_errors(panel, catalogue, Sampling(estimated_factor=3, inherited_factor=2))
    np.testing.assert_allclose(spread[0, :, 0] / spread[0, 2, 0], [3, 2, 1])


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
    panel = toyland.make_panel(np.array([[[42.0], [50], [30]]]), half_width=4.0)
    catalogue = toyland.flat_catalogue(1).replace(indicator=[{"id": "m0", "name": "m", "unit": "%", "kind": "share"}])
    found = drawn(SamplingError.of(panel, catalogue, Sampling()), np.arange(40_000))
    np.testing.assert_allclose(np.quantile(found[:, 0, 0, 0], [0.025, 0.975]), [38.0, 46.0], atol=0.25)


def test_a_draw_is_the_same_whatever_it_is_drawn_with() -> None:
    alone, among = drawn(error(), [3 * PACKET + 1]), drawn(error(), np.arange(5 * PACKET))
    assert alone[0].tobytes() == among[3 * PACKET + 1].tobytes()
    assert drawn(error(seed=4), [0]).tobytes() != drawn(error(), [0]).tobytes()


def test_gaps_stay_gaps() -> None:
    panel = toyland.panel()
    np.testing.assert_array_equal(np.isnan(drawn(error(), np.arange(3))[2]), np.isnan(panel.value))


def test_another_period_lends_its_figures_with_the_same_errors() -> None:
    one = error()
    later, own = drawn(one, np.arange(2), shift=1), drawn(one, np.arange(2))
    m = one.scales.index("linear") if "linear" in one.scales else 0
    z = (to_scale(own[..., m], one.scales[m]) - one.centre[..., m]) / one.spread[..., m]
    z_later = (to_scale(later[..., m], one.scales[m]) - one.centre[[1, 2, 2], :, m]) / one.spread[[1, 2, 2], :, m]
    np.testing.assert_allclose(z, z_later, atol=1e-6)


def test_errors_of_one_survey_go_together_as_declared() -> None:
    panel = toyland.make_panel(np.full((1, 3, 3), 50.0), half_width=4.0)
    indicators = [i.replace(survey="s") if i.id != "m1" else i for i in toyland.flat_catalogue(3).indicator]
    catalogue = toyland.flat_catalogue(3).replace(indicator=indicators)
    draws = drawn(SamplingError.of(panel, catalogue, Sampling(correlation={"s": -0.6})), np.arange(20_000))
    found = np.corrcoef(draws[:, 0, 0].T)
    np.testing.assert_allclose(found[0, 2], -0.6, atol=0.02)
    np.testing.assert_allclose(found[0, 1], 0.0, atol=0.02)
    np.testing.assert_allclose(draws[:, 0, 0].std(axis=0), 4 / 1.96, rtol=0.02)


def test_impossible_correlations_and_unknown_surveys_are_refused() -> None:
    with pytest.raises(MethodError, match="cannot all have"):
        error_mixing(["s", "s", "s"], Sampling(correlation={"s": -0.9}))
    with pytest.raises(MethodError, match="aps"):
        error_mixing(["s"], Sampling(correlation={"aps": 0.1}))
