"""How the score goes together with other measures of the same areas (handbook step 9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from goodwork.errors import MethodError
from goodwork.model.panel import Values


@dataclass(frozen=True)
class Association:
    """A correlation over areas: coefficient, 95 % interval, two-sided p and number of areas. It is about areas, not
    people, and says nothing of cause."""

    r: float
    low: float
    high: float
    p: float
    n: int

    def __str__(self) -> str:
        return f"r = {self.r:.2f} (95 % interval {self.low:.2f} to {self.high:.2f}; {self.n} areas)"


def pearson(x: Values, y: Values) -> Association:
    """Product-moment correlation over the areas that have both values, with Fisher's z interval.

    ``x`` and ``y`` are ``(areas,)``; pairs with a NaN are left out. Raises ``MethodError`` for fewer than four pairs or
    when one side does not vary.

    >>> str(pearson(np.array([1.0, 2, 3, 4, 5]), np.array([1.0, 2, 3, 4, 6])))
    'r = 0.99 (95 % interval 0.80 to 1.00; 5 areas)'
    """
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if len(x) < 4:
        raise MethodError(f"{len(x)} area(s) have both values", remedy="an association needs at least four")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise MethodError("one of the two measures is the same everywhere", remedy="choose measures that vary")
    result = stats.pearsonr(x, y)
    bounds = result.confidence_interval(0.95)
    return Association(float(result.statistic), float(bounds.low), float(bounds.high), float(result.pvalue), len(x))
