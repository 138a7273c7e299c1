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
    return _ranked(scores, axis, ties=False)[0]


def rank_with_ties(scores: Values, axis: int = -2) -> tuple[Values, Values]:
    """Ranks as ``rank`` gives them, and how many other areas share each one exactly (NaN where there is no rank).

    >>> [array.ravel().tolist() for array in rank_with_ties(np.array([[5.0], [3.0], [3.0]]))]
    [[1.0, 2.0, 2.0], [0.0, 1.0, 1.0]]
    """
    return _ranked(scores, axis, ties=True)


def _ranked(scores: Values, axis: int, ties: bool) -> tuple[Values, Values]:
    """One sort along the areas: the first place of a run of equal scores is its rank, its length less one its ties."""
    lines = np.ascontiguousarray(np.moveaxis(-np.asarray(scores, dtype=float), axis, -1))
    order = np.argsort(lines, axis=-1)
    ordered = np.take_along_axis(lines, order, axis=-1)
    new = np.ones(lines.shape, dtype=bool)
    new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    positions = np.arange(1.0, lines.shape[-1] + 1)
    first = np.maximum.accumulate(np.where(new, positions, 0.0), axis=-1)
    gaps = np.isnan(lines)

    def back(places: Values) -> Values:
        found = np.empty(lines.shape)
        np.put_along_axis(found, order, places, axis=-1)
        found[gaps] = np.nan
        return np.moveaxis(found, -1, axis)

    if not ties:
        return back(first), first
    end = np.ones(lines.shape, dtype=bool)
    end[..., :-1] = new[..., 1:]
    last = np.minimum.accumulate(np.where(end, positions, np.inf)[..., ::-1], axis=-1)[..., ::-1]
    return back(first), back(last - first)
