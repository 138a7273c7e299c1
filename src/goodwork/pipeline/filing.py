"""Under which year a figure is filed: one rule for each indicator, whatever the source printed; and what to say where
figures of unlike periods stand side by side."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from goodwork.model.indicator import Catalogue, Indicator
from goodwork.model.origin import Origin

if TYPE_CHECKING:
    import pandas as pd


def refiled(table: pd.DataFrame, catalogue: Catalogue, origins: Iterable[Origin]) -> pd.DataFrame:
    """The figures with years that end filed under the year they begin in, where their indicator is.

    Some sources print one year for a year that touches two, and mean the one it ends in (``Origin.years``). Such a
    figure of an indicator that is filed under the year a period begins in moves to the year before, and its span says
    both: 2018 becomes 2017, ``2017/18``. What has a span of two years already stays: doing it twice changes nothing.

    >>> import pandas as pd
    >>> from goodwork.model.indicator import Indicator
    >>> school = Indicator(id="marks", name="M", unit="points", kind="score", period_type="academic year")
    >>> origin = Origin(id="tool", publisher="P", title="T", release="R", licence="L", years="end")
    >>> rows = pd.DataFrame({"indicator": ["marks"], "period": ["2018"], "span": ["2018"], "source": ["tool"]})
    >>> refiled(rows, Catalogue(indicator=(school,)), [origin])[["period", "span"]].values.tolist()
    [['2017', '2017/18']]
    """
    sources = [origin.id for origin in origins if origin.years == "end"]
    ours = [i.id for i in catalogue.indicator if i.filed_under == "begins"]
    moved = table["source"].isin(sources) & table["indicator"].isin(ours) & (table["span"] == table["period"])
    if not moved.any():
        return table
    table = table.copy()
    ends = table.loc[moved, "period"]
    begins = (ends.astype(int) - 1).astype(str)
    table.loc[moved, "period"] = begins
    table.loc[moved, "span"] = begins + "/" + ends.str[-2:]
    return table


def spelt(indicator: Indicator, period: str) -> str:
    """The months that a period of an indicator covers, in words; the period itself where it is a calendar year or has
    months of its own.

    >>> lived = Indicator(id="x", name="X", unit="years", kind="years", period_type="three years")
    >>> spelt(lived, "2019")
    'January 2017 to December 2019'
    """
    if indicator.months is None or not period[:4].isdigit() or indicator.period_type == "calendar year":
        return period
    first, length = indicator.months
    if length == 1:
        return f"the middle of {period}" if indicator.period_type == "mid-year" else f"a day of {period}"
    ends = [divmod(first + month, 12) for month in (0, length - 1)]
    return " to ".join(f"{month_name[month + 1]} {int(period[:4]) + years}" for years, month in ends)


def unlike(indicators: Mapping[str, Indicator], observed: Iterable[str], period: str) -> tuple[str, ...]:
    """A note of the figures beside a score that are not of its calendar year: what each covers. ``indicators`` by what
    readers call them, with the period ``observed`` of each, empty for none.

    >>> lived = Indicator(id="x", name="X", unit="years", kind="years", period_type="three years")
    >>> unlike({"healthy life": lived}, ["2019"], "2018")
    ('Figures of other periods than 2018: healthy life, January 2017 to December 2019.',)
    """
    seen = {
        title: spelt(indicator, when)
        for (title, indicator), when in zip(indicators.items(), observed, strict=True)
        if when and spelt(indicator, when) != period
    }
    said = "; ".join(f"{title}, {words}" for title, words in seen.items())
    return (f"Figures of other periods than {period}: {said}.",) if seen else ()
