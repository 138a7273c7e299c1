"""What places have done: the largest improvement of each indicator that one of them made within some years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.sampling import from_scale, to_scale
from goodwork.errors import MethodError
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: Years within which an improvement counts.
YEARS = 5


@dataclass(frozen=True, eq=False)
class Achieved:
    """The largest improvement of each member, ``most`` ``(members,)`` on its own scale, never below zero; which area
    made it, from which period and figure to which. NaN and empty where no two figures can be compared.

    ``scales`` are those on which improvements are compared: logit for shares, log for money, so that halving ten per
    cent is as much as halving six.
    """

    members: tuple[str, ...]
    scales: tuple[str, ...]
    most: Values
    before: Values
    after: Values
    area: tuple[str, ...]
    since: tuple[str, ...]
    until: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per member."""
        import pandas as pd

        names = ("members", "most", "before", "after", "area", "since", "until")
        return pd.DataFrame({name: getattr(self, name) for name in names}).rename(columns={"members": "member"})

    def bound(self, m: int, figure: float, sign: float) -> float:
        """The figure that the same improvement would make of another one; NaN where nothing is known."""
        scale = self.scales[m]
        return float(from_scale(to_scale(np.array(figure), scale) + sign * self.most[m], scale))


def achieved(
    values: Values,
    periods: Sequence[str],
    areas: Sequence[str],
    members: Sequence[str],
    directions: Sequence[str],
    *,
    scales: Sequence[str] | None = None,
    segment: NDArray[np.intp] | None = None,
    years: int = YEARS,
) -> Achieved:
    """The largest improvement that one of the areas made in each member within so many years.

    ``values`` ``(periods, areas, members)`` in natural units, NaN for a gap, money in the prices of one year;
    ``periods`` begin with a year; ``segment`` ``(periods, members)`` numbers the stretches between breaks, and no
    improvement is taken across one. ``scales`` are the indicators' (``linear`` if left out). The largest of many
    figures from surveys is partly chance: it is a bound, not an estimate. Raises ``MethodError`` for fewer than one
    year.

    >>> found = achieved(np.array([[[5.0], [9.0]], [[4.0], [6.0]]]), ["2017", "2019"], ["a", "b"], ["u"], ["lower"])
    >>> found.most.tolist(), found.area, found.since, found.until
    ([3.0], ('b',), ('2017',), ('2019',))
    """
    if years < 1:
        raise MethodError(f"an improvement within {years} years is none", remedy="choose 1 year or more")
    sign = np.array([-1.0 if direction == "lower" else 1.0 for direction in directions])
    when = np.array([int(period[:4]) for period in periods])
    early, late = np.triu_indices(len(when), 1)
    near = when[late] - when[early] <= years
    early, late = early[near], late[near]
    scales = tuple(scales or ["linear"] * len(members))
    scaled = np.stack([to_scale(values[..., m], scale) for m, scale in enumerate(scales)], axis=-1)
    change = sign * (scaled[late] - scaled[early])
    if segment is not None:
        change = np.where((segment[late] == segment[early])[:, None, :], change, np.nan)
    flat = change.reshape(-1, len(members))
    none = np.isnan(flat).all(axis=0) if len(flat) else np.ones(len(members), dtype=bool)
    if none.all():
        empty = ("",) * len(members)
        gaps = np.full(len(members), np.nan)
        return Achieved(tuple(members), scales, gaps, gaps, gaps, empty, empty, empty)
    best = np.where(np.isnan(flat), -np.inf, flat).argmax(axis=0)
    most = np.where(none, np.nan, np.maximum(flat[best, np.arange(len(members))], 0.0))
    pair, place = np.divmod(best, len(areas))
    label = [("", "", "") if gone else (areas[a], periods[early[k]], periods[late[k]])
             for gone, a, k in zip(none, place, pair, strict=True)]  # fmt: skip
    who, since, until = zip(*label, strict=True)
    column = np.arange(len(members))
    was, now = (np.where(none, np.nan, values[at[pair], place, column]) for at in (early, late))
    return Achieved(tuple(members), scales, most, was, now, who, since, until)
