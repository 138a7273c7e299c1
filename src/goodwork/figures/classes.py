"""Classes of a map: quantiles, by one stated rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CLASSES = 5
NO_DATA = -1
_PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 7: "seventh"}
_PLACES = ("lowest", "second", "third", "fourth", "fifth", "sixth", "seventh")


@dataclass(frozen=True)
class Classes:
    """The class of each value (0 = lowest, ``NO_DATA`` where there is none), and what each class holds.

    ``low`` and ``high`` are the smallest and largest value in each class, ``counts`` how many areas are in it,
    ``missing`` how many have no value.
    """

    of: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int

    def __len__(self) -> int:
        return len(self.counts)

    def place(self, k: int) -> str:
        """What part of the areas a class is.

        >>> quantiles(np.arange(10.0)).place(4), quantiles(np.arange(10.0)).place(1)
        ('highest fifth', 'second fifth')
        """
        part = _PARTS.get(len(self))
        if part is None:
            return "all areas with a value"
        return f"{'highest' if k == len(self) - 1 else _PLACES[k]} {part}"

    def bounds(self, k: int, decimals: int = 1) -> str:
        """The values a class holds.

        >>> quantiles(np.arange(10.0)).bounds(0)
        '0.0 to 1.0'
        """
        low, high = f"{self.low[k]:.{decimals}f}", f"{self.high[k]:.{decimals}f}"
        return low if low == high else f"{low} to {high}"


def quantiles(values: NDArray[np.float64], classes: int = CLASSES) -> Classes:
    """Equal numbers of areas in each class; equal values are never parted, so classes can differ a little in size, and
    few distinct values make fewer classes.

    >>> quantiles(np.array([3.0, np.nan, 1.0, 2.0, 2.0, 2.0])).of
    (2, -1, 0, 1, 1, 1)
    """
    values = np.asarray(values, dtype=np.float64)
    known = values[np.isfinite(values)]
    if not len(known):
        return Classes((NO_DATA,) * len(values), (), (), (), len(values))
    shares = np.arange(1, classes) / classes
    breaks = np.unique(np.quantile(known, shares, method="inverted_cdf"))
    raw = np.searchsorted(breaks, known, side="left")
    used, dense = np.unique(raw, return_inverse=True)
    of = np.full(len(values), NO_DATA)
    of[np.isfinite(values)] = dense
    groups = [known[dense == k] for k in range(len(used))]
    return Classes(
        of=tuple(int(k) for k in of),
        low=tuple(float(g.min()) for g in groups),
        high=tuple(float(g.max()) for g in groups),
        counts=tuple(len(g) for g in groups),
        missing=int((~np.isfinite(values)).sum()),
    )
