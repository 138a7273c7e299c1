"""A figure is a number or a gap: infinity is neither, and nothing is worked out from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from goodwork.errors import Fault, MethodError

#: Beyond this size the fourth power of a figure is no number any more.
LARGEST = 1e70


def refuse_infinite(**figures: ArrayLike | None) -> None:
    """Raise ``MethodError`` that names, by its name and position, every array with a figure that is infinite or beyond
    1e70 in size; NaN, a gap, is let through, and ``None`` is an array that was not given.

    >>> refuse_infinite(scores=np.array([1.0, np.nan]), weights=None)
    >>> refuse_infinite(scores=np.array([1.0, np.inf]))
    Traceback (most recent call last):
    goodwork.errors.MethodError: a figure is infinite, or as good as
      · scores: 1 of 2 figures, the first at position 1 — correct it, or give NaN for a gap
    """
    faults = []
    for name, given in figures.items():
        array = np.asarray(0.0 if given is None else given, dtype=float)
        wrong = np.abs(array) > LARGEST
        if wrong.any():
            place = ", ".join(str(int(at)) for at in np.argwhere(wrong)[0])
            what = f"{name}: {np.count_nonzero(wrong)} of {array.size:,} figures, the first at position {place}"
            faults.append(Fault(what, remedy="correct it, or give NaN for a gap"))
    if faults:
        raise MethodError("a figure is infinite, or as good as", faults=faults)
