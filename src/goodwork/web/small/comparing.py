"""Two to six small areas beside each other: scores, ranks, how likely one stands above another, figure by figure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

from goodwork.analysis.profile import Standing
from goodwork.model.area import Area
from goodwork.report.view import rank_bar
from goodwork.web.compare_page import Comparison, found_out, side_by_side
from goodwork.web.small.country import Country, Seen
from goodwork.web.small.pages import profile_of

#: Standard errors in a 95 % interval, both ends together.
WIDTH = 2 * NormalDist().inv_cdf(0.975)


class SmallComparison(Comparison):
    """Small areas beside each other; ``chances`` are worked out from the widths of intervals."""

    @property
    def bars(self) -> list[tuple[float, float, float] | None]:
        """The rank of each area with its interval on a bar of all ranks; none where one is not known."""
        ends = [(one.index.rank_low, one.index.rank_high, one.index.rank, one.index.of) for one in self.profiles]
        return [rank_bar(*one) if one[0] == one[0] else None for one in ends]


def compared(country: Country, areas: Sequence[Area], seen: Seen) -> SmallComparison:
    """The comparison of some small areas in a view."""
    profiles = tuple(profile_of(country, country.place[area.code], seen) for area in areas)
    chances = tuple(tuple(above(a.index, b.index) for b in profiles) for a in profiles)
    headline, sentence = found_out(seen.period, profiles, chances)
    rows = tuple(side_by_side(seen.period, profiles))
    view = seen.framework, seen.area_set, seen.period
    return SmallComparison(*view, profiles, headline, sentence, chances, rows)


def above(one: Standing, other: Standing) -> float:
    """How likely a score lies above another, both taken as normal and independent with the width of their 95 %
    intervals; NaN where one is not scored or has no interval. Pairs of so many areas are not counted in draws.

    >>> round(above(Standing("index", "", 103, 101, 105), Standing("index", "", 100, 98, 102)), 3)
    0.981
    >>> above(Standing("index", ""), Standing("index", ""))
    nan
    """
    variance = sum(((one_of.high - one_of.low) / WIDTH) ** 2 for one_of in (one, other))
    if one is other or not variance > 0:
        return float("nan")
    return NormalDist().cdf((one.score - other.score) / variance**0.5)
