"""Money in the prices of one period: what was paid, with the rise of prices taken out.

Prices are those of the whole country: what a pound buys differs between places too, and nothing here says so.
Reference: Office for National Statistics, Consumer price inflation, technical manual, chapter on uses (deflating money
by an index of prices).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from goodwork.errors import Fault, MethodError
from goodwork.model.panel import Panel, Values


def in_prices_of(panel: Panel, index: Mapping[str, Values], base: float) -> Panel:
    """The panel with some indicators in constant prices: value, lower and upper end × ``base`` / index of the period.

    ``index`` has, for each indicator that is money of its own year, the price index of the panel's periods,
    ``(periods,)``, NaN where there is none; ``base`` is the index of the year whose prices are used. A figure without a
    price is NaN, and so are the ends of its interval; markers and basis stay. Relative errors do not change. Raises
    ``MethodError`` for an index of another length or not above zero.

    >>> one = np.full((2, 1, 1), "")
    >>> pay = np.array([[[500.0]], [[520.0]]])
    >>> paid = Panel(("2019", "2020"), ("York",), ("pay",), pay, pay - 10, pay + 10, one, one, one)
    >>> real = in_prices_of(paid, {"pay": np.array([100.0, 104.0])}, 104.0)
    >>> real.value.ravel().tolist(), real.lower.round(1).ravel().tolist()
    ([520.0, 520.0], [509.6, 510.0])
    """
    wrong = [
        Fault(f"prices of {name}: {np.shape(prices)} for {len(panel.periods)} periods, or not above zero")
        for name, prices in index.items()
        if np.shape(prices) != (len(panel.periods),) or (np.asarray(prices) <= 0).any()
    ]
    if wrong or not base > 0:
        raise MethodError(
            "money cannot be put into the prices of one period", faults=wrong,
            remedy="give a price above zero, or NaN, for each period, and a base above zero",
        )  # fmt: skip
    factor = np.ones((len(panel.periods), 1, len(panel.indicators)))
    for name, prices in index.items():
        if name in panel.indicators:
            factor[:, 0, panel.indicators.index(name)] = base / np.asarray(prices, dtype=float)
    scaled = {name: getattr(panel, name) * factor for name in ("value", "lower", "upper")}
    return replace(panel, **scaled)
