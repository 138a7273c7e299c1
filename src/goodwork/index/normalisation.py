"""Bring indicators to one scale (handbook step 5). Direction is applied here, once, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from goodwork.model.panel import Values
from goodwork.plugins import Registry

#: name → function(values, reference, **parameters); ``values`` is (..., areas, members) with the better end high,
#: ``reference`` the values that statistics are taken over, (..., any number, members), broadcast against ``values``.
NORMALISATION: Registry[Callable[..., Values]] = Registry("normalisation")


def orient(values: Values, directions: Sequence[str]) -> Values:
    """Turn the sign of members for which lower is better, so that more is better everywhere.

    ``values`` is ``(..., areas, members)``; NaN stays NaN.

    >>> orient(np.array([[5.0, 5.0]]), ["higher", "lower"])
    array([[ 5., -5.]])
    """
    return values * np.where(np.array(directions) == "lower", -1.0, 1.0)


@NORMALISATION.register("z-score")
def z_score(values: Values, reference: Values, *, mean: float = 0.0, sd: float = 1.0, sample: bool = False) -> Values:
    """Distance from the average of the reference in standard deviations (population SD unless ``sample``).

    Shapes ``(..., areas, members)``; NaN stays NaN and does not count in mean or SD; a constant member gives NaN, which
    ``build`` refuses by name beforehand. Handbook step 5; OECD/JRC (2008) section 1.5.

    >>> z_score(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [3.0]])).ravel().round(4)
    array([-1.2247,  0.    ,  1.2247])
    """
    centre, spread = _moments(reference, sample)
    with np.errstate(invalid="ignore", divide="ignore"):
        return mean + sd * (values - centre) / spread


def _moments(reference: Values, sample: bool) -> tuple[Values, Values]:
    """Mean and standard deviation over areas, gaps left out; NaN where there is nothing or no spread."""
    present = ~np.isnan(reference)
    count = present.sum(axis=-2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where(present, reference, 0.0).sum(axis=-2, keepdims=True) / count
        squares = np.where(present, (reference - centre) ** 2, 0.0).sum(axis=-2, keepdims=True)
        spread = np.sqrt(squares / (count - 1 if sample else count))
    return centre, np.where(spread > 0, spread, np.nan)
