"""Money in the prices of one period: figures and intervals alike, gaps where there are no prices."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.real_terms import in_prices_of
from goodwork.errors import MethodError
from goodwork.model.panel import Panel

NAN = float("nan")


def paid() -> Panel:
    """Two members, two areas, three years; the second member is no money."""
    value = np.array([[[500.0, 5.0], [400.0, 4.0]], [[520.0, 5.0], [NAN, 4.0]], [[600.0, 5.0], [480.0, 4.0]]])
    words = np.full(value.shape, "", dtype="<U16")
    words[1, 0, 0] = "p"
    return Panel(
        ("2019", "2020", "2021"), ("A", "B"), ("pay", "jobs"), value, value * 0.9, value * 1.2, words, words, words
    )


def test_value_and_interval_are_scaled_alike_and_markers_stay() -> None:
    prices = np.array([100.0, 104.0, 125.0])
    real = in_prices_of(paid(), {"pay": prices}, 125.0)
    assert real.value[:, 0, 0] == pytest.approx([625.0, 625.0, 600.0])
    np.testing.assert_allclose(real.lower / real.value, np.where(np.isnan(paid().value), NAN, 0.9))
    np.testing.assert_allclose(real.upper / real.value, np.where(np.isnan(paid().value), NAN, 1.2))
    np.testing.assert_array_equal(real.value[..., 1], paid().value[..., 1])
    assert real.status is paid().status or (real.status == paid().status).all()
    assert np.isnan(real.value[1, 1, 0])


def test_a_year_without_a_price_is_a_gap() -> None:
    real = in_prices_of(paid(), {"pay": np.array([NAN, 104.0, 125.0])}, 125.0)
    assert np.isnan(real.value[0, :, 0]).all()
    assert np.isnan(real.upper[0, :, 0]).all()
    assert np.isfinite(real.value[1:, 0, 0]).all()
    assert np.isfinite(real.value[..., 1]).all()


def test_the_base_changes_only_the_pounds() -> None:
    prices = np.array([100.0, 104.0, 125.0])
    one, two = (in_prices_of(paid(), {"pay": prices}, base).value[..., 0] for base in (100.0, 125.0))
    np.testing.assert_allclose(two, one * 1.25)


@pytest.mark.parametrize(
    "index", [np.array([100.0, 104.0]), np.array([100.0, 0.0, 125.0]), np.array([100.0, -1.0, 1.0])]
)
def test_prices_that_do_not_fit(index: np.ndarray) -> None:
    with pytest.raises(MethodError, match="prices of one period"):
        in_prices_of(paid(), {"pay": index}, 100.0)
    with pytest.raises(MethodError, match="prices of one period"):
        in_prices_of(paid(), {}, NAN)
