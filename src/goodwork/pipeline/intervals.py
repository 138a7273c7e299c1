"""Intervals that say more than the survey knew, put right by declared rule and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from goodwork.model.indicator import Catalogue

if TYPE_CHECKING:
    import pandas as pd

Z95 = 1.959963984540054


def mend_intervals(
    table: pd.DataFrame, catalogue: Catalogue, floors: dict[str, str]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Widen intervals narrower than the survey's sample allows, then cut those that leave the possible range.

    ``floors`` maps an origin to the share of the same survey that tells its sample. Returns the table and the number of
    intervals changed by each rule. Values are never changed.
    """
    table = table.copy()
    mended = {"widened to what the sample allows": 0, "cut to the possible range": 0}
    for origin, share in floors.items():
        if share:
            chosen = table.index[(table["source"] == origin) & table["lower"].notna()]
            half = sample_half_width(table.loc[chosen], table[table["indicator"] == share])
            narrow = chosen[((table.loc[chosen, "upper"] - table.loc[chosen, "lower"]) / 2).to_numpy() < half]
            half = half[np.isin(chosen, narrow)]
            table.loc[narrow, "lower"] = table.loc[narrow, "value"] - half
            table.loc[narrow, "upper"] = table.loc[narrow, "value"] + half
            mended["widened to what the sample allows"] += len(narrow)
    least = table["indicator"].map({i.id: i.range[0] for i in catalogue.indicator})
    most = table["indicator"].map({i.id: i.range[1] for i in catalogue.indicator})
    outside = (table["lower"] < least) | (table["upper"] > most)
    mended["cut to the possible range"] = int(outside.sum())
    table["lower"] = table["lower"].clip(lower=least)
    table["upper"] = table["upper"].clip(upper=most)
    return table, mended


def sample_half_width(rows: pd.DataFrame, share: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Half-width, in points, of a 95 % interval for each row's share of the people in the labour market, given the
    effective sample that the published interval of ``share`` (of all residents 16–64) implies in the same area and
    period: ``n = p(1 − p) / se²``, of whom the share itself is in the labour market. NaN where it is not known.
    """
    keys = ["area", "period"]
    known = rows[[*keys, "value"]].merge(
        share[[*keys, "value", "lower", "upper"]], on=keys, how="left", suffixes=("", "_of")
    )
    whole = known["value_of"].to_numpy() / 100
    error = (known["upper"] - known["lower"]).to_numpy() / 200 / Z95
    people = whole * whole * (1 - whole) / error**2
    part = np.clip(known["value"].to_numpy() / 100, 0.005, 0.995)
    return np.asarray(100 * Z95 * np.sqrt(part * (1 - part) / people))
