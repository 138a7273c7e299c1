"""Normalised figures against COINr 1.1.14's, for 51 countries and 49 indicators, through ``build``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.golden import asem

from goodwork.errors import MethodError
from goodwork.index.build import build
from goodwork.index.normalisation import NORMALISATION
from goodwork.model.method import Method
from goodwork.model.panel import Values


def normalised(name: str, **parameters: Any) -> Values:
    """The treated figures of the example normalised by a method, (areas, indicators)."""
    method = Method(normalisation={"name": name, **parameters}, screening=asem.EVERYBODY)
    return build(asem.framework(), asem.panel("steps/build_Treated"), method).stages["normalised"][0]


@pytest.mark.parametrize(
    ("golden", "name", "parameters"),
    [
        ("zscore_0_1", "z-score", {"sample": True}),
        ("minmax_0_100", "min-max", {"low": 0, "high": 100}),
        ("minmax_1_100", "min-max", {"low": 1, "high": 100}),
        ("dist2max", "distance-to-maximum", {}),
        ("rank", "rank", {}),
        ("borda", "borda", {}),
        ("prank", "percentile-rank", {}),
    ],
)
def test_normalised_figures(golden: str, name: str, parameters: dict[str, Any]) -> None:
    expected = asem.panel(f"normalise/{golden}").value[0]
    np.testing.assert_allclose(normalised(name, **parameters), expected, rtol=1e-10, atol=1e-11)


def test_goalposts_in_natural_units() -> None:
    """COINr is given the posts in natural units and swaps and negates them where lower is better; so is ``build``."""
    posts = asem.read("normalise/goalposts_input")
    low, high = posts["goalpost_lower"].to_dict(), posts["goalpost_upper"].to_dict()
    expected = asem.panel("normalise/goalposts_iMeta_trunc").value[0]
    found = normalised("goalposts", low=low, high=high, scale=100)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-11)
    assert (np.nanmin(found), np.nanmax(found)) == (0.0, 100.0)
    free = normalised("scaled", low=low, high=high)
    np.testing.assert_allclose(np.clip(free, 0, 100), found, rtol=1e-10, atol=1e-11)


def test_goalposts_that_miss_an_indicator() -> None:
    posts = asem.read("normalise/goalposts_input")["goalpost_lower"].drop("Tariff").to_dict()
    with pytest.raises(MethodError, match="says nothing of Tariff"):
        normalised("goalposts", low=posts, high=1e9)


def test_fraction_of_maximum_is_right_where_lower_is_better() -> None:
    """COINr turns the sign and divides by the largest of the turned figures: for 2 and 4, where lower is better,
    −2 / −2 = 1 and −4 / −2 = 2, so the worse area has more. We give the best as a share of the figure."""
    treated = asem.panel("steps/build_Treated")
    column = treated.indicators.index("CO2")
    figures = treated.value[0, :, [column]].T
    found = NORMALISATION["fraction-of-maximum"](-figures, -figures, direction=np.array([-1.0]))
    np.testing.assert_allclose(found, figures.min() / figures)
    assert found.max() == 1
    assert (np.diff(found[np.argsort(figures[:, 0]), 0]) <= 0).all()
    as_coinr = -figures / (-figures).max()
    assert as_coinr[np.argmax(figures), 0] > as_coinr[np.argmin(figures), 0]
