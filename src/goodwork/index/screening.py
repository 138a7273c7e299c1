"""Which areas have enough figures to be scored (handbook step 2, back to the data)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import MethodError
from goodwork.model.method import Screening
from goodwork.model.panel import Values


@dataclass(frozen=True, eq=False)
class Screened:
    """Who is scored: ``included`` is ``(..., areas)``, ``coverage`` the share of members with a figure, ``nonzero`` the
    share of those figures that is not zero, ``empty_domains`` ``(..., areas, domains)`` is True where a domain has no
    figure at all; ``forced`` is +1 for an area kept whatever its figures, −1 for one dropped, else 0."""

    included: NDArray[np.bool_]
    coverage: Values
    nonzero: Values
    empty_domains: NDArray[np.bool_]
    forced: NDArray[np.int_]


def screen(
    values: Values, domains: Sequence[Sequence[int]], rule: Screening, areas: Sequence[str] | None = None
) -> Screened:
    """Decide which areas have enough figures: a minimum share of all members, a minimum share that is not zero, and one
    figure in every domain.

    ``values`` is ``(..., areas, members)`` with NaN for a gap; ``domains`` lists the columns of each domain; ``areas``
    are the codes that ``rule.keep`` and ``rule.drop`` speak of. Gaps are never filled to let an area in. Raises
    ``MethodError`` when a code to keep or drop is not there (OECD/JRC 2008, step 2).

    >>> nan = float("nan")
    >>> screen(np.array([[1.0, 2.0], [nan, 2.0]]), [[0], [1]], Screening()).included
    array([ True, False])
    """
    present = ~np.isnan(values)
    figures = present.sum(axis=-1)
    coverage = figures / values.shape[-1]
    nonzero = (present & (values != 0)).sum(axis=-1) / np.where(figures > 0, figures, np.nan)
    empty = np.stack([~present[..., list(columns)].any(axis=-1) for columns in domains], axis=-1)
    included = (coverage >= rule.minimum_share - 1e-12) & ~(nonzero < rule.minimum_nonzero - 1e-12)
    if rule.every_domain:
        included &= ~empty.any(axis=-1)
    forced = np.zeros(values.shape[-2], dtype=int)
    codes = list(areas or ())
    for mark, named in ((1, rule.keep), (-1, rule.drop)):
        if unknown := [code for code in named if code not in codes]:
            raise MethodError(
                f"screening names areas that are not there: {', '.join(unknown)}", remedy="correct keep and drop"
            )
        forced[[codes.index(code) for code in named]] = mark
    included = np.where(forced == 0, included, forced > 0) & (figures > 0)
    return Screened(included, coverage, nonzero, empty, forced)


def reasons(screened: Screened, at: tuple[Any, ...], titles: Sequence[str], rule: Screening) -> str:
    """Why the area at a position (period, area) is not scored, in words; ``titles`` name the domains."""
    if screened.forced[at[-1]] < 0:
        return "left out by the framework's screening"
    empty = [titles[int(d)] for d in np.nonzero(screened.empty_domains[at])[0]]
    found = [f"no figure in {', '.join(empty)}"] if empty and rule.every_domain else []
    rules = ((screened.coverage[at], rule.minimum_share, "of the indicators have a figure"),
             (screened.nonzero[at], rule.minimum_nonzero, "of its figures are not zero"))  # fmt: skip
    found += [
        f"{100 * share:.0f} % {what}; {100 * least:.0f} % are needed" for share, least, what in rules if share < least
    ]
    return "; ".join(found) or "no figure at all"
