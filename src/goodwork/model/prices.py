"""A price index: what puts money of different years into the prices of one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Self

from pydantic import model_validator

from goodwork.language import tr
from goodwork.model import declarations
from goodwork.model.declaration import Declaration
from goodwork.model.indicator import Indicator


class Prices(Declaration):
    """A price index by calendar year, where it came from, and the year whose prices money is put into.

    ``base`` is that year (a setting: any year of the index); ``reference`` says on which base the index itself stands,
    ``align`` how periods that are not calendar years get their prices, ``note`` how the figures came to us.
    """

    id: str
    name: str
    publisher: str = ""
    title: str = ""
    release: str = ""
    licence: str = ""
    url: str = ""
    designation: str = ""
    stated: str = ""
    reference: str = ""
    base: str
    align: str = ""
    note: str = ""
    index: dict[str, float]

    @model_validator(mode="after")
    def _usable(self) -> Self:
        faults = [f"{year!r} is no year" for year in self.index if not (year.isdigit() and len(year) == 4)]
        faults += [f"the index of {year} is not above zero" for year, value in self.index.items() if value <= 0]
        if self.base not in self.index:
            faults.append(f"the base {self.base} is not a year of the index")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def of(self, indicator: Indicator, periods: Iterable[str]) -> list[float]:
        """The index for some periods of an indicator, one each; NaN where a year that is touched has none.

        A period is priced at the average of the calendar years it touches, each counted by its months; a day at that
        of its calendar year. NaN, too, for a window and for a period that begins with no year.

        >>> cost = Prices(id="p", name="P", base="2019", index={"2019": 100.0, "2020": 104.0})
        >>> one = dict(id="x", name="X", unit="£", kind="money")
        >>> cost.of(Indicator(**one, period_type="financial year"), ["2019", "2020"])
        [101.0, nan]
        """
        return [self._at(indicator.months, period) for period in periods]

    def _at(self, months: tuple[int, int] | None, period: str) -> float:
        if months is None or not period[:4].isdigit():
            return math.nan
        first, length = months
        years = [int(period[:4]) + (first + month) // 12 for month in range(length)]
        return math.fsum(self.index.get(str(year), math.nan) for year in years) / length

    @property
    def words(self) -> str:
        """The mark of money in these prices: ``in 2025 prices``."""
        return tr("in {year} prices").format(year=self.base)

    def marked(self, indicator: Indicator) -> Indicator:
        """The indicator as it is called once its figures are in these prices.

        >>> cost = Prices(id="p", name="P", base="2019", index={"2019": 100.0})
        >>> cost.marked(Indicator(id="x", name="X", unit="£ per week", kind="money", prices="current")).unit
        '£ per week, in 2019 prices'
        """
        return indicator.replace(unit=f"{indicator.unit}, {self.words}", prices="")

    @property
    def line(self) -> str:
        """The source line of the index."""
        return ", ".join(part for part in (self.publisher, self.title or self.name, self.release, self.licence) if part)


def shipped_prices() -> Prices:
    """The price index that ships with the package.

    >>> shipped_prices().index["2015"]
    100.0
    """
    return Prices.from_toml(declarations.text("prices.toml"), "prices.toml")
