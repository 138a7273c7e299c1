"""Where the figures of a member lie and how far they spread, whatever gaps and weights there are."""

from __future__ import annotations

import numpy as np

from goodwork.index.layout import lines, table
from goodwork.model.panel import Values


def mean_and_sd(reference: Values, weight: Values | None = None, sample: bool = False) -> tuple[Values, Values]:
    """Weighted mean and standard deviation over areas, gaps left out; NaN where there is nothing or no spread.

    ``reference`` is ``(..., areas, members)``, ``weight`` broadcasts to it; both results are ``(..., 1, members)``. The
    population's standard deviation, or with ``sample`` the estimate from a sample.

    >>> mean_and_sd(np.array([[1.0], [3.0], [np.nan]]))
    (array([[2.]]), array([[1.]]))
    """
    rows = lines(reference)
    gaps = np.isnan(rows)
    if weight is None and not gaps.any():
        return _without_gaps(rows, sample)
    each = (~gaps).astype(float)
    if weight is not None:
        each *= table(weight)
    here = each > 0
    filled = np.where(here, rows, 0.0)
    total = each.sum(axis=-1, keepdims=True)
    total = np.where(total > 0, total, np.nan)
    centre = (each * filled).sum(axis=-1, keepdims=True) / total
    squares = filled - centre
    squares *= squares
    squares *= each
    variance = squares.sum(axis=-1, keepdims=True) / total
    if sample:
        count = here.sum(axis=-1, keepdims=True)
        variance = variance * (count / np.where(count > 1, count - 1, np.nan))
    # A mean is rounded: figures that are all the same may seem to differ from it by the last digit.
    least = np.where(here, rows, np.inf).min(axis=-1, keepdims=True)
    most = np.where(here, rows, -np.inf).max(axis=-1, keepdims=True)
    return table(centre), table(np.where((most > least) & (variance > 0), np.sqrt(variance), np.nan))


def _without_gaps(rows: Values, sample: bool) -> tuple[Values, Values]:
    """The same, to the last digit, where every area has a figure and counts the same."""
    total = rows.shape[-1]
    centre = rows.sum(axis=-1, keepdims=True) / total
    squares = rows - centre
    squares *= squares
    variance = squares.sum(axis=-1, keepdims=True) / total
    if sample:
        variance = variance * (total / (total - 1 if total > 1 else np.nan))
    varies = rows.max(axis=-1, keepdims=True) > rows.min(axis=-1, keepdims=True)
    return table(centre), table(np.where(varies & (variance > 0), np.sqrt(variance), np.nan))
