"""Put the children of a node together (handbook step 7)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from goodwork.index.weighting import shares
from goodwork.model.panel import Values
from goodwork.plugins import Registry

#: name → function(scores, weights, **parameters): ``scores`` is (..., areas, children) with NaN for gaps, ``weights``
#: is (..., children); returns (..., areas), NaN where an area has nothing.
AGGREGATION: Registry[Callable[..., Values]] = Registry("aggregation")


@AGGREGATION.register("arithmetic")
def arithmetic(scores: Values, weights: Values) -> Values:
    """Weighted arithmetic mean of what is there: weights are re-scaled over the children that have a score.

    Fully compensatory: a strength makes up for a weakness. Handbook step 7; OECD/JRC (2008) section 1.7.

    >>> arithmetic(np.array([[1.0, 3.0], [np.nan, 3.0], [np.nan, np.nan]]), np.array([0.5, 0.5]))
    array([ 2.,  3., nan])
    """
    return np.asarray((shares(scores, weights) * np.where(np.isnan(scores), 0.0, scores)).sum(axis=-1))
