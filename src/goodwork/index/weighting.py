"""How much each child of a node counts (handbook step 6)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from goodwork.model.panel import Values
from goodwork.plugins import Registry

#: name → function(scores, stated, **parameters): ``scores`` is (..., areas, children), ``stated`` is (children,);
#: returns (children,) or (..., children), non-negative; weights matter only up to a factor.
WEIGHTING: Registry[Callable[..., Values]] = Registry("weighting")


@WEIGHTING.register("stated")
def stated(scores: Values, stated: Values) -> Values:
    """The weights written in the framework (one each unless it says otherwise), scaled to sum to one.

    >>> stated(np.zeros((3, 2)), np.array([1.0, 3.0]))
    array([0.25, 0.75])
    """
    return np.asarray(stated / stated.sum())


@WEIGHTING.register("equal")
def equal(scores: Values, stated: Values) -> Values:
    """The same weight for every child, whatever the framework states (OECD/JRC 2008, section 1.6).

    >>> equal(np.zeros((3, 2)), np.array([1.0, 3.0]))
    array([0.5, 0.5])
    """
    return np.full(stated.shape, 1.0 / stated.size)


def shares(scores: Values, weights: Values) -> Values:
    """The weight each child really has in each area: gaps carry none, and the rest share it out in proportion.

    ``scores`` is ``(..., areas, children)``, ``weights`` ``(..., children)`` or one set per area, of the shape of
    ``scores``; returns ``(..., areas, children)`` that
    sums to one, or is NaN throughout where an area has no child with a figure and a weight.

    >>> shares(np.array([[1.0, np.nan, 1.0]]), np.array([0.5, 0.25, 0.25])).round(3)
    array([[0.667, 0.   , 0.333]])
    """
    of_area = weights if weights.ndim == scores.ndim else weights[..., None, :]
    here = np.where(np.isnan(scores), 0.0, of_area)
    total = here.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, here / np.where(total > 0, total, 1.0), np.nan)
