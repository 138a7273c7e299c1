"""What is asked about change: money is put into the prices of one year, and the answer says whose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from goodwork.errors import DeclarationError
from goodwork.pipeline import shipped_material
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.material import Material
from goodwork.sources.folder import read_prices

INVENTED = """
id = "invented"
name = "Invented prices, for a test"
base = "2018"

[index]
2018 = 50.0
2019 = 100.0
2020 = 100.0
2021 = 200.0
"""


@pytest.fixture(scope="module")
def material() -> Material:
    return shipped_material()


def asked(material: Material) -> Asked:
    return Asked.of(material, material.frameworks[0], "england-119", "2019")


def test_pay_is_in_constant_prices_and_nothing_else_is(material: Material) -> None:
    whole = asked(material)
    pay = whole.panel.indicators.index("median_pay")
    index = material.prices.index
    factor = np.array([index[material.prices.base] / index[period] for period in whole.panel.periods])
    for name in ("value", "lower", "upper"):
        nominal, real = (getattr(panel, name) for panel in (whole.panel, whole.real))
        np.testing.assert_allclose(real[..., pay], nominal[..., pay] * factor[:, None])
        np.testing.assert_array_equal(np.delete(real, pay, -1), np.delete(nominal, pay, -1))
    assert (whole.real.status == whole.panel.status).all()
    assert whole.money == ("median_pay",)
    (note,) = whole.priced
    assert note.startswith(f"Money in {material.prices.base} prices")
    assert "Office for National Statistics" in note


def test_without_prices_money_is_left_as_it_is_and_the_answer_says_so(material: Material) -> None:
    none = asked(replace(material, prices=None))
    assert none.real is none.panel
    (note,) = none.priced
    assert "part of a rise is that of prices" in note


def test_the_base_period_stays_and_a_rise_of_prices_is_no_rise(material: Material) -> None:
    """On the scale of the base period its own scores do not depend on prices; those of later years fall by them."""
    real, nominal = asked(material), asked(replace(material, prices=None))
    base = real.moving.periods.index("2018")
    np.testing.assert_allclose(real.moving.scores[base], nominal.moving.scores[base], atol=1e-9)
    later = np.nanmean(real.moving.scores[-1, :, 0] - nominal.moving.scores[-1, :, 0])
    assert later < -0.01
    drawn = [np.nanmean(one.drawn(one.moving, 5)[:, -1]) for one in (real, nominal)]
    assert drawn[0] < drawn[1]


def test_a_price_index_of_one_s_own(material: Material, tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text(INVENTED, encoding="utf-8")
    own = asked(replace(material, prices=read_prices(tmp_path)))
    pay = own.panel.indicators.index("median_pay")
    at = own.panel.periods.index("2021")
    np.testing.assert_allclose(own.real.value[at, :, pay], own.panel.value[at, :, pay] / 4)
    (note,) = own.priced
    assert "in 2018 prices" in note
    assert "Invented prices" in note
    assert "No prices, and so no figure, for 2017." in note
    assert np.isnan(own.real.value[own.panel.periods.index("2017"), :, pay]).all()
    (tmp_path / "prices.toml").write_text(INVENTED.replace("50.0", "0.0"), encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"prices\.toml"):
        read_prices(tmp_path)
