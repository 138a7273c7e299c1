"""Order the areas."""

from __future__ import annotations

import numpy as np

from goodwork.model.panel import Values


def rank(scores: Values, axis: int = -2) -> Values:
    """Competition rank along the areas: 1 = best, equal scores share the best of their places, NaN has no rank.

    ``scores`` is ``(..., areas, nodes)`` by default; returns the same shape, floats so that NaN can stand.

    >>> rank(np.array([[3.0], [5.0], [5.0], [np.nan]])).ravel()
    array([ 3.,  1.,  1., nan])
    """
    lines = np.ascontiguousarray(np.moveaxis(-np.asarray(scores, dtype=float), axis, -1))
    order = np.argsort(lines, axis=-1)
    ordered = np.take_along_axis(lines, order, axis=-1)
    places = np.broadcast_to(np.arange(1.0, lines.shape[-1] + 1), lines.shape).copy()
    new = np.ones(lines.shape, dtype=bool)
    new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    places = np.maximum.accumulate(np.where(new, places, 0.0), axis=-1)
    ranks = np.empty(lines.shape)
    np.put_along_axis(ranks, order, places, axis=-1)
    ranks[np.isnan(lines)] = np.nan
    return np.moveaxis(ranks, -1, axis)


def tied(ranks: Values, axis: int = -2) -> Values:
    """How many other areas share each rank exactly; same shape, 0 where none, NaN where there is no rank.

    >>> tied(np.array([[1.0], [2.0], [2.0]])).ravel()
    array([0., 1., 1.])
    """
    ranked = (~np.isnan(ranks)).sum(axis=axis, keepdims=True)
    return np.asarray(ranked + 1 - rank(ranks, axis) - rank(-ranks, axis))
