"""The least change by which something that grows with each part reaches zero: lines put one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from goodwork.analysis.least_change import furthest, least_change
from goodwork.model.panel import Values

#: Steps by which slopes are measured, in the unit of the parts: a longer one where nothing moves, as on stairs.
STEPS = (1e-3, 0.1, 0.5)
#: Rounds after which the search settles for what it has.
ROUNDS = 40
#: What counts as nothing, and how far a part without a bound is looked at.
CLOSE, FAR = 1e-9, 10.0

#: How far above zero it is after changes ``(..., parts)`` → ``(...)``.
Margin = Callable[[Values], Values]


@dataclass(frozen=True, eq=False)
class Reached:
    """The change found ``(parts,)``; ``feasible`` whether it does; ``exact`` whether it is known to be the least (or,
    where not feasible, the furthest within bounds): the margin was a straight line all the way."""

    change: Values
    feasible: bool
    exact: bool


def reach(margin: Margin, cost: Values, low: Values, high: Values, spread: bool = True) -> Reached:
    """The least change within bounds after which ``margin``, which no part lowers, is not below zero.

    A margin that is linear is solved at once and exactly. Any other is replaced by its tangent, the linear problem
    solved, and the tangent taken again where that leads, until nothing moves. What is found is then drawn back, all
    parts together and one by one, as far as the margin allows: a change that does it and moves nothing in vain, but not
    surely the least one. ``cost``, ``low`` and ``high`` are ``(parts,)`` as in ``least_change``. Not feasible, with the
    furthest change, where the margin stays below zero. Sequential linear programming: Griffith & Stewart (1961),
    *Management Science* 7.

    >>> found = reach(lambda x: x.sum(axis=-1) - 2.0, np.ones(2), np.zeros(2), np.full(2, 5.0))
    >>> found.change.round(6).tolist(), found.feasible, found.exact
    ([1.0, 1.0], True, True)
    """
    here = np.clip(0.0, low, high)
    start = float(margin(here))
    if start >= 0:
        return Reached(np.asarray(here), True, True)
    slope = slopes(margin, here)
    far = np.where(np.isfinite(high), high, np.maximum(here, 0.0) + FAR)
    if _straight(margin, here, start, slope, low, far):
        found = least_change(slope, cost, low, high, float(slope @ here) - start, spread)
        return Reached(furthest(slope, low, high) if found is None else found, found is not None, True)
    if float(margin(far)) < 0:
        return Reached(far, False, bool(np.isfinite(high).all()))
    now = here
    for _ in range(ROUNDS):
        slope = slopes(margin, now)
        found = least_change(slope, cost, low, far, float(slope @ now) - float(margin(now)), spread)
        new = furthest(slope, low, far) if found is None else found
        step = new - now
        now = new
        if np.abs(step).max() <= CLOSE:
            break
    first, last = (here, now) if float(margin(now)) >= 0 else (now, far)
    now = _halved(margin, first, last)
    for part in np.argsort(-cost, kind="stable"):
        now = _halved(margin, np.where(np.arange(len(now)) == part, here, now), now)
    return Reached(now, True, False)


def slopes(margin: Margin, at: Values) -> Values:
    """How fast the margin grows with each part at one place, ``(parts,)``: measured on both sides."""
    found = np.zeros_like(at)
    for step in STEPS:
        moves = step * np.eye(len(at))
        both = margin(np.concatenate([at + moves, at - moves]))
        measured = (both[: len(at)] - both[len(at) :]) / (2 * step)
        found = np.where(found == 0, measured, found)
        if (found != 0).all():
            break
    return np.asarray(np.where(np.abs(found) < CLOSE, 0.0, found))


def _straight(margin: Margin, here: Values, start: float, slope: Values, low: Values, far: Values) -> bool:
    """Whether the margin is a straight line over the whole of the bounds: looked at in places all over them."""
    near = np.where(np.isfinite(low), low, here)
    shares = np.random.default_rng(0).random((24, len(here)))
    places = near + np.concatenate([shares, np.eye(len(here)), np.ones((1, len(here)))]) * (far - near)
    told = start + (places - here) @ slope
    return bool(np.abs(margin(places) - told).max() <= 1e-6 * max(1.0, float(np.abs(told).max())))


def _halved(margin: Margin, first: Values, last: Values) -> Values:
    """The place nearest to ``first`` on the way to ``last`` where the margin is not below zero."""
    if float(margin(first)) >= 0:
        return np.asarray(first)
    near, far = 0.0, 1.0
    for _ in range(60):
        middle = (near + far) / 2
        near, far = (near, middle) if float(margin(first + middle * (last - first))) >= 0 else (middle, far)
    return np.asarray(first + far * (last - first))
