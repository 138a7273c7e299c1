"""Which areas have enough figures to be scored (handbook step 2, back to the data)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodwork.model.method import Screening
from goodwork.model.panel import Values


@dataclass(frozen=True, eq=False)
class Screened:
    """Who is scored: ``included`` is ``(..., areas)``, ``coverage`` the share of members with a figure,
    ``empty_domains`` is ``(..., areas, domains)``: True where a domain has no figure at all."""

    included: NDArray[np.bool_]
    coverage: Values
    empty_domains: NDArray[np.bool_]


def screen(values: Values, domains: Sequence[Sequence[int]], rule: Screening) -> Screened:
    """Decide which areas have enough figures: a minimum share of all members, and one figure in every domain.

    ``values`` is ``(..., areas, members)`` with NaN for a gap; ``domains`` lists the columns of each domain. Gaps are
    never filled to let an area in (OECD/JRC 2008, step 2).

    >>> nan = float("nan")
    >>> screen(np.array([[1.0, 2.0], [nan, 2.0]]), [[0], [1]], Screening()).included
    array([ True, False])
    """
    present = ~np.isnan(values)
    coverage = present.mean(axis=-1)
    empty = np.stack([~present[..., list(columns)].any(axis=-1) for columns in domains], axis=-1)
    included = coverage >= rule.minimum_share - 1e-12
    if rule.every_domain:
        included &= ~empty.any(axis=-1)
    return Screened(included, coverage, empty)
