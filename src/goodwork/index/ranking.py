"""Order the areas."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

from goodwork.model.panel import Values

#: Scores that are ordered at once: few enough to stay in the processor's own memory.
AT_ONCE = 32_000
#: Bits of a key that hold a score; those left hold which area it is of.
BITS = 62


def rank(scores: Values, axis: int = -2) -> Values:
    """Competition rank along the areas: 1 = best, equal scores share the best of their places, NaN has no rank.

    ``scores`` is ``(..., areas, nodes)`` by default; returns the same shape, floats so that NaN can stand.

    >>> rank(np.array([[3.0], [5.0], [5.0], [np.nan]])).ravel()
    array([ 3.,  1.,  1., nan])
    """
    return _floats(places(np.swapaxes(np.asarray(scores, dtype=float), axis, -1)), axis)


def rank_with_ties(scores: Values, axis: int = -2) -> tuple[Values, Values]:
    """Ranks as ``rank`` gives them, and how many other areas share each one exactly (NaN where there is no rank).

    >>> [array.ravel().tolist() for array in rank_with_ties(np.array([[5.0], [3.0], [3.0]]))]
    [[1.0, 2.0, 2.0], [0.0, 1.0, 1.0]]
    """
    found = places(np.swapaxes(np.asarray(scores, dtype=float), axis, -1))
    rows = found.reshape(prod(found.shape[:-1]), found.shape[-1])
    cells = rows + (rows.shape[-1] + 1) * np.arange(len(rows))[:, None]
    others = (np.bincount(cells.ravel())[cells] - 1).reshape(found.shape) if cells.size else found
    return _floats(found, axis), _floats(np.where(found > 0, others + 1, 0), axis, less=1)


def places(scores: Values) -> NDArray[np.int32]:
    """Competition ranks along the last axis as whole numbers; 0 for NaN.

    >>> places(np.array([3.0, 5.0, 5.0, np.nan])).tolist()
    [3, 1, 1, 0]
    """
    scores = np.asarray(scores, dtype=float)
    found = np.empty(scores.shape, dtype=np.int32)
    areas = scores.shape[-1]
    if not scores.size:
        return found
    rows, out = np.ascontiguousarray(scores).reshape(-1, areas), found.reshape(-1, areas)
    step = max(1, AT_ONCE // areas)
    with np.errstate(invalid="ignore", over="ignore"):  # infinite scores are ordered by themselves
        for start in range(0, len(rows), step):
            _place(rows[start : start + step], out[start : start + step])
    return found


def _place(rows: Values, out: NDArray[np.int32]) -> None:
    """Ranks of some rows, by one sort of whole numbers: each holds a score in its upper bits and in its lower ones
    which area has it. Scores that look alike so are compared themselves."""
    areas = rows.shape[-1]
    best = np.maximum.reduce(rows, axis=-1, keepdims=True)
    gaps = np.isnan(rows) if np.isnan(best).any() else None
    if gaps is not None:
        best = np.fmax.reduce(rows, axis=-1, keepdims=True)
    span = best - np.fmin.reduce(rows, axis=-1, keepdims=True)
    fine = (span > 1e-280) & (span < 1e280)
    shift = areas.bit_length()
    below = best - rows
    below *= 2.0 ** (BITS - 1 - shift) / np.where(fine, span, np.inf)
    if gaps is not None or not fine.all():
        np.copyto(below, 2.0 ** (BITS - shift), where=~(below < 2.0 ** (BITS - shift)))
    keys = below.astype(np.int64)
    keys <<= shift
    keys |= np.arange(areas)
    keys.sort(axis=-1)
    order = keys & ((1 << shift) - 1)
    order += np.arange(0, rows.size, areas)[:, None]
    out.reshape(-1)[order] = np.arange(1, areas + 1, dtype=np.int32)
    keys >>= shift
    alike = keys[:, 1:] == keys[:, :-1]
    if gaps is not None:
        out[gaps] = 0
        alike &= keys[:, 1:] < 1 << (BITS - shift)
    if alike.any() or not fine.all():
        again = np.flatnonzero(alike.any(axis=-1) | ~(fine | np.isnan(best))[:, 0])
        out[again] = _shared(rows[again], order[again] - areas * again[:, None], alike[again])


def _shared(rows: Values, order: NDArray[np.int64], alike: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Ranks of some rows in which scores look alike: the first place of a run of equal ones is the rank of all."""
    same = np.diff(np.take_along_axis(rows, order, -1), axis=-1) == 0
    other = np.flatnonzero((alike & ~same).any(axis=-1) | ~np.isfinite(np.fmax.reduce(np.abs(rows), axis=-1)))
    if other.size:  # they only look alike, or are beyond all bounds
        order[other] = np.argsort(-rows[other], axis=-1)  # NaN comes last, after the worst score there can be
        ordered = np.take_along_axis(rows[other], order[other], -1)
        same[other] = ordered[:, 1:] == ordered[:, :-1]
    first = np.tile(np.arange(1, rows.shape[-1] + 1, dtype=np.int32), (len(rows), 1))
    first[:, 1:][same] = 0
    found = np.empty(rows.shape, dtype=np.int32)
    np.put_along_axis(found, order, np.maximum.accumulate(first, axis=-1), -1)
    found[np.isnan(rows)] = 0
    return found


def _floats(found: NDArray[np.int32], axis: int, less: int = 0) -> Values:
    """Whole numbers less ``less``, NaN for 0, with the areas back on their axis."""
    return np.swapaxes(np.where(found > 0, found - float(less), np.nan), -1, axis)
