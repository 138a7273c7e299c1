"""The 95 % interval of a figure from what else a publisher says of its precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from goodwork.errors import Fault
from goodwork.model.indicator import Catalogue
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

Z95 = 1.959963984540054
#: Columns that say how precise a figure without an interval is: standard error in the figure's unit, coefficient of
#: variation in per cent of the figure, number of people asked (for shares).
PRECISION = ("error", "cv", "sample")


def with_intervals(table: pd.DataFrame, catalogue: Catalogue) -> tuple[pd.DataFrame, list[tuple[int, str, Fault]]]:
    """The table with bounds where only a standard error, a coefficient of variation or a sample size was given.

    Published bounds stand. Of the three the standard error counts first, then the coefficient of variation: value ±
    1.96 standard errors, held within the indicator's range. A sample size gives a share its Wilson interval (1927).
    Returns the table and what is wrong: the position of the row, the column, and a fault without its place.
    """
    table = table.copy()
    value, lower, upper = (table[name].to_numpy(dtype=float) for name in ("value", "lower", "upper"))
    error, cv, sample = (table[name].to_numpy(dtype=float) for name in PRECISION)
    known = {i.id: i for i in catalogue.indicator}
    share = np.array([name in known and known[name].kind == "share" for name in table["indicator"]], dtype=bool)
    ends = [known[name].range if name in known else (-np.inf, np.inf) for name in table["indicator"]]
    least, most = np.array(ends, dtype=float).reshape(-1, 2).T
    faults = [
        (int(at), role, Fault(what, remedy=remedy))
        for role, wrong, what, remedy in (
            ("error", error < 0, "a standard error below zero", "correct it"),
            ("cv", cv < 0, "a coefficient of variation below zero", "correct it"),
            ("sample", sample < 1, "a sample of less than one", "correct it"),
            ("sample", np.isfinite(sample) & ~share, "a sample size gives an interval to shares only",
             "give a standard error"),
        )
        for at in np.flatnonzero(wrong)
    ]  # fmt: skip
    se = np.where(np.isfinite(error), error, cv / 100 * np.abs(value))
    low, high = np.maximum(value - Z95 * se, least), np.minimum(value + Z95 * se, most)
    wilson_low, wilson_high = wilson(value, np.where(share & (sample >= 1), sample, np.nan))
    low, high = np.where(np.isfinite(low), low, wilson_low), np.where(np.isfinite(high), high, wilson_high)
    without = np.isnan(lower) & np.isnan(upper)
    table["lower"], table["upper"] = np.where(without, low, lower), np.where(without, high, upper)
    return table, faults


def wilson(share: Values, sample: Values) -> tuple[Values, Values]:
    """The 95 % interval of a share (in per cent) of so many people asked; NaN where one of the two is missing.

    Wilson (1927), *Journal of the American Statistical Association* 22: it stays within 0 and 100 and has a width at
    both ends, which ± 1.96 standard errors has not.

    >>> [float(bound.round(2)) for bound in wilson(np.array(0.0), np.array(100.0))]
    [0.0, 3.7]
    """
    p, z2 = np.clip(share / 100, 0, 1), Z95**2
    centre = (p + z2 / (2 * sample)) / (1 + z2 / sample)
    half = Z95 / (1 + z2 / sample) * np.sqrt(p * (1 - p) / sample + z2 / (4 * sample**2))
    return np.asarray(100 * np.maximum(centre - half, 0)), np.asarray(100 * np.minimum(centre + half, 1))
