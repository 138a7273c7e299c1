"""The least change that gains so much: each part moves at a cost, within bounds, and gains in proportion."""

from __future__ import annotations

import numpy as np

from goodwork.model.panel import Values


def least_change(
    gain: Values, cost: Values, low: Values, high: Values, needed: float, spread: bool = True
) -> Values | None:
    """The change ``(parts,)`` of least cost with Σ gain × change ≥ ``needed`` and ``low`` ≤ change ≤ ``high``.

    Cost is Σ cost × change² where the effort is ``spread`` (the more a part moves, the dearer its next step), else
    Σ cost × |change| (all goes to where a step gains most for its cost, then to the next). Both have closed forms: the
    first moves every part in proportion to gain / cost until it meets a bound, the second fills the parts one after
    another. All arrays are ``(parts,)``, ``cost`` above zero, ``low`` ≤ ``high``, which may be infinite. ``None`` where
    the bounds do not let so much be gained. Boyd & Vandenberghe (2004), *Convex Optimization*, 5.5.3 (the conditions
    that both forms are read off); Dantzig (1957) for the second.

    >>> none, far = np.zeros(2), np.full(2, np.inf)
    >>> least_change(np.array([2.0, 1.0]), np.ones(2), none, far, 5.0)
    array([2., 1.])
    >>> least_change(np.array([2.0, 1.0]), np.ones(2), none, far, 5.0, spread=False)
    array([2.5, 0. ])
    """
    start = np.clip(0.0, low, high)
    if gain @ start >= needed:
        return np.asarray(start)
    end = furthest(gain, low, high)
    moving = end != start
    with np.errstate(invalid="ignore"):
        room = np.where(moving, gain * (end - start), 0.0)
    if gain @ start + room.sum() < needed:
        return None
    if spread:
        return _spread(gain, cost, low, high, needed)
    order = np.argsort(np.where(moving, -np.abs(gain) / cost, np.inf), kind="stable")
    before = np.concatenate([[0.0], np.cumsum(room[order])[:-1]])
    used = np.empty_like(room)
    used[order] = np.clip(needed - gain @ start - before, 0.0, room[order])
    return np.asarray(start + np.divide(used, gain, out=np.zeros_like(gain), where=moving))


def furthest(gain: Values, low: Values, high: Values) -> Values:
    """The change within bounds that gains most; parts that gain nothing stay where they are, ``(parts,)``.

    >>> furthest(np.array([1.0, -1.0, 0.0]), np.full(3, -2.0), np.full(3, 3.0)).tolist()
    [3.0, -2.0, 0.0]
    """
    return np.asarray(np.select([gain > 0, gain < 0], [high, low], np.clip(0.0, low, high)))


def _spread(gain: Values, cost: Values, low: Values, high: Values, needed: float) -> Values:
    """Parts move as ``price × gain / cost`` and stop at bounds: what is gained is a broken line in the price."""
    pace = gain / cost
    with np.errstate(divide="ignore", invalid="ignore"):
        stops = np.concatenate([low / pace, high / pace])
    prices = np.unique(np.concatenate([[0.0], stops[np.isfinite(stops) & (stops > 0)]]))
    gained = np.clip(prices[:, None] * pace, low, high) @ gain
    if gained[-1] < needed:  # beyond the last stop only parts without a bound move
        free = np.where(gain > 0, np.isinf(high), np.isinf(low)) & (gain != 0)
        more = prices[-1] + (needed - gained[-1]) / float((gain * pace)[free].sum())
        return np.asarray(np.clip(more * pace, low, high))
    k = int(np.searchsorted(gained, needed))
    part = (needed - gained[k - 1]) / (gained[k] - gained[k - 1])
    return np.asarray(np.clip((prices[k - 1] + part * (prices[k] - prices[k - 1])) * pace, low, high))
