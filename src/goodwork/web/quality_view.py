"""How good the figures of an edition are, and what is missing and why, as a page of the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from goodwork.figures.figure import Figure
from goodwork.monitor import Monitor
from goodwork.report.quality import Quality, quality_of
from goodwork.report.quality_page import shown
from goodwork.web.twins import records

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("indicators", "completeness", "markers", "widths", "outliers", "repeats", "breaks", "small", "not_scored")


@dataclass(frozen=True, eq=False)
class QualityView:
    """The quality report of an opened edition, with the areas that its indices leave out."""

    monitor: Monitor

    @cached_property
    def found(self) -> Quality:
        """The report. It looks at every figure once, so what it reads is let go again."""
        aside = Monitor(self.monitor.edition)
        aside.cuts.held = self.monitor.cuts.held
        return quality_of(aside)

    @cached_property
    def shown(self) -> dict[str, Any]:
        """The tables of the report as text."""
        return shown(self.found)

    @cached_property
    def not_scored(self) -> pd.DataFrame:
        """Every area that an index does not score in its latest period and usual set of areas, with the reason."""
        import pandas as pd

        found = [
            self.monitor.not_scored(framework=name).assign(framework=name, period=self.monitor.period(None, name))
            for name in self.monitor.frameworks
        ]
        return pd.concat(found, ignore_index=True)[["framework", "period", "area", "name", "reason"]]

    @property
    def figures(self) -> Mapping[str, Figure]:
        """No drawings."""
        return {}

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        whole = self.found.as_dict()
        tables = {name: records(table) for name, table in self.found.tables.items()}
        return {**whole, **tables, "not_scored": records(self.not_scored)}

    def as_table(self, name: str = "") -> pd.DataFrame:
        """A line for each indicator; or another table by name."""
        return self.not_scored if name == "not_scored" else self.found.tables[name or "indicators"]
