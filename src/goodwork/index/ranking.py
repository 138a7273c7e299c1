"""Order the areas."""

from __future__ import annotations

from math import prod

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
    downwards = np.ascontiguousarray(-np.swapaxes(np.asarray(scores, dtype=float), axis, -1))
    rows = downwards.reshape(prod(downwards.shape[:-1]), downwards.shape[-1])
    gaps = np.isnan(rows)
    some = bool(gaps.any())
    if some:
        rows[gaps] = np.inf  # last, as NaN would be; but sorting with NaN is slow
    order = np.argsort(rows, axis=-1)
    order += rows.shape[-1] * np.arange(len(rows))[:, None]
    ordered = rows.ravel()[order]
    new = np.ones(rows.shape, dtype=bool)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=new[:, 1:])
    places = np.arange(1.0, rows.shape[-1] + 1)
    if some:
        new[:, 1:] |= ordered[:, 1:] == np.inf
    shared = not new.all()
    first = np.maximum.accumulate(np.where(new, places, 0.0), axis=-1) if shared else places

    def back(found: Values) -> Values:
        by_area = np.empty(rows.size)
        by_area[order] = found
        if some:
            by_area[gaps.ravel()] = np.nan
        return np.swapaxes(by_area.reshape(downwards.shape), -1, axis)

    if not ties:
        return back(first), first
    end = np.ones(rows.shape, dtype=bool)
    end[:, :-1] = new[:, 1:]
    last = np.minimum.accumulate(np.where(end, places, np.inf)[:, ::-1], axis=-1)[:, ::-1] if shared else places
    return back(first), back(last - first)
