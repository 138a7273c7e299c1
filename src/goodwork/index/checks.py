"""Everything that makes an index impossible, found before computing and told by name."""

from __future__ import annotations

import numpy as np

from goodwork.errors import Fault, MethodError, MissingData
from goodwork.index.screening import Screened
from goodwork.model.framework import Framework
from goodwork.model.method import Method
from goodwork.model.panel import Panel, Values

FEWEST_AREAS = 3


def check_values(framework: Framework, panel: Panel, values: Values) -> None:
    """Raise for data nothing can be built from: all missing, infinite, one indicator."""
    if np.isnan(values).all():
        raise MissingData(
            "every value is missing for the indicators of this framework",
            remedy=f"add figures for {', '.join(framework.indicators)}",
        )
    infinite = np.isinf(values)
    faults = [
        Fault(f"{framework.indicators[m]} is infinite for {panel.areas[a]} in {panel.periods[p]}", remedy="mend it")
        for p, a, m in (np.argwhere(infinite) if infinite.any() else ())
    ]
    if len(framework.indicators) < 2:
        faults.append(Fault("the framework has one indicator", remedy="add another, or rank the indicator itself"))
    _raise(faults)


def check_prepared(
    framework: Framework, panel: Panel, method: Method, prepared: Values, reference: Values, screened: Screened
) -> None:
    """Raise for values that cannot be put on one scale: too few areas, a member that does not vary, no base."""
    included = screened.included.sum(axis=-1)
    if not included.any():
        raise MissingData(
            "no area has enough figures to be scored",
            remedy="lower minimum_share, switch every_domain off, or add figures",
        )
    faults = [
        Fault(f"only {n} area(s) can be scored in {period}", remedy=f"at least {FEWEST_AREAS} are needed")
        for period, n in zip(panel.periods, included, strict=True)
        if 0 < n < FEWEST_AREAS
    ]
    counts = (~np.isnan(reference)).sum(axis=-2)
    lowest, highest = np.fmin.reduce(reference, axis=-2), np.fmax.reduce(reference, axis=-2)
    labels = panel.periods if method.scope == "each period" else (method.base_period or "all periods",)
    faults += [
        Fault(
            f"{framework.indicators[m]} is the same in all {counts[p, m]} area(s) in {labels[p]}, so it cannot tell "
            "areas apart",
            remedy="remove it from the framework, or leave out the period",
        )
        for p, m in zip(*np.nonzero(lowest == highest), strict=True)
    ]
    if method.scope != "each period":
        here = (~np.isnan(prepared)).any(axis=(-3, -2))
        faults += [
            Fault(f"{framework.indicators[m]} has no figure in the base period", remedy="choose another base_period")
            for m in np.nonzero(here & (counts == 0).all(axis=0))[0]
        ]
    _raise(faults)


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise MethodError("the index cannot be built from these data", faults=faults)
