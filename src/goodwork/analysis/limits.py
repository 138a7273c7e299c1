"""How far figures may move: the range of an indicator, what others have achieved, and bounds that a person sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from goodwork.analysis.achieved import Achieved
from goodwork.errors import Fault
from goodwork.model.area import nearest
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.panel import Values

#: What sets a bound.
RANGE, OTHERS, ASKED = "the range of the indicator", "the most that others achieved", "as asked"


@dataclass(frozen=True, eq=False)
class Limits:
    """The lowest and highest figure of each member, ``low`` and ``high`` ``(members,)`` in natural units, infinite
    where there is none; ``why``: what bounds it at its better end; ``sign``: 1 where higher is better, else −1;
    ``most``: what others have achieved, where that was asked for."""

    low: Values
    high: Values
    why: tuple[str, ...]
    sign: Values
    most: Achieved | None

    def effort(self, figures: Values, unit: Values) -> tuple[Values, Values]:
        """The bounds as changes for the better in units of each member; none for a member without a figure or that
        does not vary."""
        fixed = np.isnan(figures) | (unit == 0)
        step = np.where(fixed, 1.0, unit)
        ends = np.stack([self.low - figures, self.high - figures]) * self.sign / step
        return np.where(fixed, 0.0, ends.min(axis=0)), np.where(fixed, 0.0, ends.max(axis=0))


def limits_of(
    framework: Framework,
    catalogue: Catalogue,
    figures: Values,
    costs: Mapping[str, float],
    bounds: Mapping[str, tuple[float | None, float | None]],
    most: Achieved | None,
) -> tuple[Values, Limits, list[Fault]]:
    """Cost of each member, its limits, and every fault of what was asked.

    A bound that is asked for stands in place of what others have achieved, never beyond the range of the indicator. A
    cost must be above zero: what costs nothing would be changed without end.
    """
    members = framework.indicators
    faults = [
        Fault(
            f"no member is called {name!r}", column=what,
            remedy=f"choose one of {', '.join(nearest(name, members) or members)}",
        )
        for what, given in (("cost", costs), ("bound", bounds)) for name in given if name not in members
    ]  # fmt: skip
    faults += [
        Fault(f"the cost of {name} is {cost:g}", column="cost", remedy="give one above zero; a large one forbids")
        for name, cost in costs.items() if name in members and not (np.isfinite(cost) and cost > 0)
    ]  # fmt: skip
    low, high = np.full(len(members), -np.inf), np.full(len(members), np.inf)
    sign = np.array([-1.0 if direction == "lower" else 1.0 for direction in framework.directions])
    why = [""] * len(members)
    for m, name in enumerate(members):
        low[m], high[m] = catalogue[name].range
        why[m] = RANGE if np.isfinite((low, high)[int(sign[m] > 0)][m]) else ""
        if name in bounds:
            faults += _asked(m, name, bounds[name], low, high, figures[m])
            why[m] = ASKED if bounds[name][int(sign[m] > 0)] is not None else why[m]
        elif most is not None and np.isfinite(most.most[m]) and np.isfinite(figures[m]):
            end = most.bound(m, float(figures[m]), float(sign[m]))
            if low[m] < end < high[m]:
                why[m] = OTHERS
                (low, high)[int(sign[m] > 0)][m] = end
    cost = np.array([float(costs.get(name, 1.0)) for name in members])
    return cost, Limits(low, high, tuple(why), sign, most), faults


def _asked(
    m: int, name: str, asked: tuple[float | None, float | None], low: Values, high: Values, figure: float
) -> list[Fault]:
    """Put the bounds that are asked for in place; says what is wrong with them."""
    least, greatest = float(low[m]), float(high[m])
    ends = (least if asked[0] is None else asked[0], greatest if asked[1] is None else asked[1])
    faults = []
    if not (ends[0] <= ends[1]):
        faults.append(Fault(f"the bounds of {name} cannot hold: {ends[0]:g} to {ends[1]:g}", column="bound",
                            remedy="give the lower one first"))  # fmt: skip
    elif ends[0] < least or ends[1] > greatest:
        faults.append(Fault(f"{name} cannot be {ends[0]:g} to {ends[1]:g}", column="bound",
                            remedy=f"stay within {least:g} to {greatest:g}"))  # fmt: skip
    elif np.isnan(figure):
        faults.append(Fault(f"{name} has no figure here, so no bound can hold", column="bound", remedy="leave it out"))
    else:
        low[m], high[m] = ends
    return faults
