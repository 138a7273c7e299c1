"""An edition of very many areas as a monitor that reads only the rows it is asked for, never a whole table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from goodwork.analysis.summaries import EVERY_RANK
from goodwork.errors import MethodError, NotFound
from goodwork.model.area import Area
from goodwork.monitor import Monitor
from goodwork.store.slices import Slices
from goodwork.web.api.tables import Tables
from goodwork.web.small.finder import Finder

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.evidence import Evidence


def many(monitor: Monitor) -> bool:
    """Whether the monitor scores more areas than are compared two by two and shown on one page."""
    return any(entry["areas"] > EVERY_RANK for entry in monitor.manifest["counts"])


class SlicedMonitor(Monitor):
    """A monitor whose rows are read from the files of the edition each time they are asked for."""

    @cached_property
    def slices(self) -> Slices:
        """Where the rows come from."""
        return Slices(self.edition)

    @cached_property
    def finder(self) -> Finder:
        """The areas that can be scored, by code and name."""
        level = self.manifest["geography"]["level"]
        areas = self.slices.read("areas", ["area", "name"], {"level": level}, order="area")
        return Finder(areas["area"].tolist(), areas["name"].tolist())

    def find(self, area: str) -> Area:
        """The area a person means by a code or name, among those that can be scored."""
        at, offers = self.finder.meant(area)
        if at is None:
            raise NotFound("area", area, [self._said(k) for k in offers[:5]], remedy="give the code of an area")
        return self.geography.by_code[self.finder.code(at)]

    def _said(self, at: int) -> str:
        code = self.finder.code(at)
        return f"{self.geography.by_code[code].name} ({code})"

    @cached_property
    def _periods(self) -> dict[str, tuple[str, ...]]:
        pairs = self.slices.different("scores", ["framework", "period"])
        return {str(name): tuple(sorted(rows["period"])) for name, rows in pairs.groupby("framework")}

    def evidence(
        self, period: str | int | None = None, area_set: str | None = None, framework: str | None = None
    ) -> Evidence:
        """Refused with ``MethodError``: audits and plans draw every figure of every area."""
        raise MethodError(
            f"not computed for more than {EVERY_RANK:,} areas", remedy="build a monitor of the areas of one region"
        )

    def _about(self, table: str, where: Mapping[str, Any], area: Area) -> pd.DataFrame:
        return self._rows(table, {**where, "area": area.code})

    def figures_of(self, *areas: str) -> pd.DataFrame:
        """Every figure of some areas, read from their own rows alone."""
        return self._rows("values", {"area": list(areas)})

    def _rows(self, table: str, where: Mapping[str, Any]) -> pd.DataFrame:
        return self.slices.read(table, self.manifest["tables"][table]["columns"], where)


class SlicedTables(Tables):
    """What the interface for programs asks of such a monitor."""

    def rows(self, name: str, where: Mapping[str, Sequence[Any] | None]) -> pd.DataFrame:
        """The rows of a table whose columns hold one of what is wanted (``None``: anything); none where the edition
        has no such table."""
        import pandas as pd

        if name not in self.monitor.manifest["tables"]:
            return pd.DataFrame()
        wanted = {column: list(values) for column, values in where.items() if values is not None}
        assert isinstance(self.monitor, SlicedMonitor)  # the only kind it is made for; for the type checker
        return self.monitor.slices.read(name, self.monitor.manifest["tables"][name]["columns"], wanted)


def tables_of(monitor: Monitor) -> type[Tables]:
    """What the interface for programs reads the tables of a monitor with."""
    return SlicedTables if isinstance(monitor, SlicedMonitor) else Tables
