"""Series worked out from other series of the same areas and periods: the declared arithmetic, on columns of parts.

Every function takes figures shaped ``(..., parts)`` and returns value and half-width shaped ``(...)``; a part that is
missing makes the result missing.

References: Cochran (1977), Sampling Techniques, 3rd edition, section 5.3 (variance of a sum of independent estimates);
Shannon (1948), A mathematical theory of communication, section 6 (entropy).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]


def share(of: Column, over: Column, half: Column, per: float = 100.0) -> tuple[Column, Column]:
    """``per × Σ of / Σ over`` and its half-width, ``per × √Σ half² / Σ over``: parts of a whole, or events of some
    years for the people of the same years. What stands below is taken as known, errors above it as independent; where
    it is not above zero there is no figure, and NaN half-widths give none.

    >>> value, width = share(np.array([30.0, 10.0]), np.array([30.0, 10.0, 60.0]), np.array([3.0, 4.0]))
    >>> float(value), float(width)
    (40.0, 5.0)
    """
    whole = over.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.where(whole > 0, whole, np.nan)
        return per * of.sum(axis=-1) / whole, per * np.sqrt((half**2).sum(axis=-1)) / whole


def entropy(of: Column) -> Column:
    """Shannon entropy of the shares of the parts, divided by that of equal shares: 0 (all in one) to 1 (evenly spread).

    >>> entropy(np.array([[1.0, 1.0], [2.0, 0.0]])).tolist()
    [1.0, 0.0]
    """
    whole = of.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = of / np.where(whole > 0, whole, np.nan)
        terms = np.where(
            shares > 0, shares * np.log(np.where(shares > 0, shares, 1.0)), np.where(shares == 0, 0.0, np.nan)
        )
    return np.asarray(np.abs(terms.sum(axis=-1)) / np.log(of.shape[-1]))


def complement(value: Column, lower: Column, upper: Column, per: float = 100.0) -> tuple[Column, Column, Column]:
    """``per − value``; its interval is the other one turned over.

    >>> [float(x) for x in complement(np.array(20.0), np.array(15.0), np.array(26.0))]
    [80.0, 74.0, 85.0]
    """
    return per - value, per - upper, per - lower
