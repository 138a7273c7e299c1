"""How figures lie in memory: the areas of a member next to each other, so that work along areas is fast, and sums that
come out the same to the last digit however the arrays lie and however many of them are worked on at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodwork.model.panel import Values


def lines(values: Values) -> Values:
    """The figures of each member in a line: ``(..., areas, members)`` → ``(..., members, areas)``.

    Areas lie next to each other in memory; nothing is copied where they do already.

    >>> lines(np.array([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]))
    array([[1., 2., 3.],
           [4., 5., 6.]])
    """
    return np.ascontiguousarray(np.swapaxes(values, -2, -1))


def table(of_lines: Values) -> Values:
    """Lines ``(..., members, areas)`` seen as ``(..., areas, members)``; nothing is copied."""
    return np.swapaxes(of_lines, -2, -1)


def side_by_side(parts: Sequence[Values]) -> Values:
    """Arrays ``(..., areas)``, which broadcast, as one ``(..., areas, parts)`` that lies in memory as ``lines`` wants.

    >>> side_by_side([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([[1., 3.],
           [2., 4.]])
    """
    *lead, areas = np.broadcast_shapes(*{part.shape for part in parts})
    together = np.empty((*lead, len(parts), areas))
    for place, part in enumerate(parts):
        together[..., place, :] = part
    return table(together)


def part(values: Values, columns: Sequence[int]) -> Values:
    """The columns of some members: the values themselves where these are all, a view where they lie in a row.

    >>> part(np.array([[1.0, 2.0, 3.0]]), [1, 2])
    array([[2., 3.]])
    """
    first, last = columns[0], columns[-1]
    if last - first == len(columns) - 1 and list(columns) == list(range(first, last + 1)):
        return values if len(columns) == values.shape[-1] else values[..., first : last + 1]
    return values[..., list(columns)]


def weighted_sum(weights: Values, values: NDArray[Any]) -> Values:
    """``Σ weight × value`` over the last axis, added up from the first to the last; other axes broadcast.

    >>> weighted_sum(np.array([0.5, 0.25]), np.array([[2.0, 4.0], [0.0, 4.0]]))
    array([2., 1.])
    """
    total = np.asarray(weights[..., 0] * values[..., 0])
    product = np.empty_like(total)
    for child in range(1, values.shape[-1]):
        np.multiply(weights[..., child], values[..., child], out=product)
        np.add(total, product, out=total)
    return total
