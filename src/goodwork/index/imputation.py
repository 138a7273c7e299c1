"""Gaps (handbook step 3): what may stand in for a missing figure. Nothing does unless it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from goodwork.model.panel import Values
from goodwork.plugins import Registry

#: name → function(values, **parameters); ``values`` is (..., periods, areas, members) with NaN for a gap; returns the
#: same shape with some or all gaps filled. Methods in ``ON_NORMALISED`` are applied after normalisation, the others
#: before it, in natural units.
IMPUTATION: Registry[Callable[..., Values]] = Registry("imputation")
ON_NORMALISED: set[str] = set()


@IMPUTATION.register("none", formula="x", gaps="stay gaps: weights are shared out over what is there")
def none(values: Values) -> Values:
    """Fill nothing (the default): an average put in for a gap lifts those who do not report."""
    return values
