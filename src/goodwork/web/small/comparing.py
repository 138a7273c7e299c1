"""Two to six small areas beside each other: scores, ranks, how likely one stands above another, figure by figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from goodwork.analysis.profile import Profile, Standing
from goodwork.model.area import Area
from goodwork.report.view import rank_bar
from goodwork.web.area_page import figures_of
from goodwork.web.compare_page import Row, found_out, side_by_side
from goodwork.web.small.country import Country, Seen
from goodwork.web.small.pages import profile_of

if TYPE_CHECKING:
    import pandas as pd

#: Standard errors in a 95 % interval, both ends together.
WIDTH = 2 * NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, eq=False)
class SmallComparison:
    """Everything on the page; ``chances[i][j]``: how likely area i stands above area j (NaN: not known)."""

    seen: Seen
    profiles: tuple[Profile, ...]
    headline: str
    sentence: str
    chances: tuple[tuple[float, ...], ...]
    rows: tuple[Row, ...]

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas, in the order asked for."""
        return tuple(found.area for found in self.profiles)

    @property
    def codes(self) -> str:
        """The areas as they stand in an address."""
        return ",".join(area.code for area in self.areas)

    @property
    def nodes(self) -> tuple[tuple[Standing, ...], ...]:
        """The index and every domain: a row of standings each."""
        domains = zip(*(found.domains for found in self.profiles), strict=True)
        return (tuple(found.index for found in self.profiles), *domains)

    @property
    def bars(self) -> list[tuple[float, float, float] | None]:
        """The rank of each area with its interval on a bar of all ranks; none where one is not known."""
        ends = [(one.index.rank_low, one.index.rank_high, one.index.rank, one.index.of) for one in self.profiles]
        return [rank_bar(*one) if one[0] == one[0] else None for one in ends]

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data; gaps are ``None``."""
        pairs = [
            {"area": a.code, "other": b.code, "above": None if share != share else share}
            for a, row in zip(self.areas, self.chances, strict=True)
            for b, share in zip(self.areas, row, strict=True) if a is not b
        ]  # fmt: skip
        told = {"headline": self.headline, "sentence": self.sentence}
        return {**told, "areas": [found.as_dict() for found in self.profiles], "above": pairs}

    def as_table(self) -> pd.DataFrame:
        """Every standing and figure of every area, a row each."""
        import pandas as pd

        return pd.concat([figures_of(found) for found in self.profiles], ignore_index=True)


def compared(country: Country, areas: Sequence[Area], seen: Seen) -> SmallComparison:
    """The comparison of some small areas in a view."""
    profiles = tuple(profile_of(country, country.place[area.code], seen) for area in areas)
    chances = tuple(tuple(above(a.index, b.index) for b in profiles) for a in profiles)
    headline, sentence = found_out(seen.period, profiles, chances)
    return SmallComparison(seen, profiles, headline, sentence, chances, tuple(side_by_side(seen.period, profiles)))


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
