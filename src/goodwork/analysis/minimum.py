"""The least value of a function of one number, without the 16 MB of a library that serving does without."""

from __future__ import annotations

import math
from collections.abc import Callable

_GOLDEN = (3 - math.sqrt(5)) / 2
#: Nearer than this to where it is least, a function of double precision is flat.
_FLAT = math.sqrt(2.2e-16)
#: Steps after which the search ends wherever it is.
STEPS = 500


def least(function: Callable[[float], float], low: float, high: float, within: float) -> float:
    """Where a function with one valley between ``low`` and ``high`` is least, to ``within``: parabolas through the
    three best points, and golden sections where a parabola leads astray. Brent (1973), *Algorithms for Minimization
    Without Derivatives*, ch. 5.

    >>> round(least(lambda x: (x - 0.25) ** 2, -1, 1, 1e-8), 7)
    0.25
    """
    best = second = third = low + _GOLDEN * (high - low)
    at_best = at_second = at_third = function(best)
    step = before = 0.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        near = _FLAT * abs(best) + within / 3
        if abs(best - middle) <= 2 * near - (high - low) / 2:
            break
        across, down, up = before, 0.0, 0.0
        if abs(before) > near:
            r, q = (best - second) * (at_best - at_third), (best - third) * (at_best - at_second)
            up, down = (best - third) * q - (best - second) * r, 2 * (q - r)
            up, down, before = (-up if down > 0 else up), abs(down), step
        if abs(up) < abs(down * across / 2) and down * (low - best) < up < down * (high - best):
            step = up / down
            if best + step - low < 2 * near or high - (best + step) < 2 * near:
                step = near if middle >= best else -near
        else:
            before = low - best if best >= middle else high - best
            step = _GOLDEN * before
        tried = best + math.copysign(max(abs(step), near), step)
        found = function(tried)
        if found <= at_best:
            low, high = (best, high) if tried >= best else (low, best)
            third, at_third, second, at_second = second, at_second, best, at_best
            best, at_best = tried, found
            continue
        low, high = (tried, high) if tried < best else (low, tried)
        if found <= at_second or second == best:
            third, at_third, second, at_second = second, at_second, tried, found
        elif found <= at_third or third in (best, second):
            third, at_third = tried, found
    return best
