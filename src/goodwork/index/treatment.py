"""Outliers (handbook step 3): what is done to skewed members before they are put on one scale, and the log of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from goodwork.model.panel import Values
from goodwork.plugins import Registry


@dataclass(frozen=True, eq=False)
class Treated:
    """Treated values ``(..., areas, members)`` and what was done to each member.

    ``log`` maps a heading to an array ``(..., members)``: ``points`` winsorised, name of the ``transform``, ``skew``
    and ``kurtosis`` before and after, and whether the member ``passes`` in the end.
    """

    values: Values
    log: dict[str, NDArray[np.generic]] = field(default_factory=dict)


#: name → function(values, **parameters); ``values`` is (..., areas, members) in natural units; returns ``Treated``.
TREATMENT: Registry[Callable[..., Treated]] = Registry("treatment")


@TREATMENT.register("none", formula="x", gaps="stay gaps")
def none(values: Values) -> Treated:
    """Leave the figures as they are."""
    return Treated(values)
