"""Lineage: one compiled figure walked back to the published ones behind it, to the file and the row.

Indicator → series → the arithmetic, if there was any → areas it was put together from → source → snapshot → row.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodwork.errors import ChecksumMismatch, NotFound, StoreError
from goodwork.geography.tables import from_tables
from goodwork.model.area import Geography
from goodwork.model.indicator import Indicator
from goodwork.model.source import Derivation, Sources, shipped_sources
from goodwork.pipeline.material import shipped_declarations
from goodwork.plugins import Tell, untold
from goodwork.store.shipped import Shipped, read_shipped, shipped_folder
from goodwork.store.tables import checksum, read_parquet

if TYPE_CHECKING:
    import pandas as pd

NO_LINEAGE = "these figures were compiled from the tidy table: fetch the sources, then compile the folder of snapshots"


@dataclass(frozen=True)
class Leaf:
    """One published figure: of which series, area (the publisher's code) and year, and in which file and row it is."""

    series: str
    area: str
    period: str
    source: str
    file: str
    row: str
    sha256: str
    url: str
    retrieved_at: str
    release: str


@dataclass(frozen=True)
class Lineage:
    """Where a figure comes from.

    ``steps`` say what was done, from the figure back to the files; ``leaves`` are the published figures at the end.
    There are none for a figure that was ``carried`` over from figures compiled before.
    """

    indicator: str
    name: str
    area: str
    area_name: str
    period: str
    span: str
    value: float
    lower: float
    upper: float
    unit: str
    status: str
    basis: str
    origin: str
    origin_line: str
    series: str
    carried: bool
    steps: tuple[str, ...]
    leaves: tuple[Leaf, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for ``--json``; a missing number is None."""
        plain = asdict(self)
        return {key: None if value != value else value for key, value in plain.items()}


def lineage(
    area: str,
    indicator: str,
    period: str,
    *,
    figures: Path | None = None,
    sources: Sources | None = None,
    tell: Tell = untold,
) -> Lineage:
    """Walk one compiled figure back to its files and rows.

    ``area`` is a name or code, ``indicator`` an id, ``figures`` a folder of compiled figures (those of the package if
    left out). Raises ``NotFound`` for an area, indicator or period without a figure, ``StoreError`` when the folder has
    no lineage, ``ChecksumMismatch`` when it is damaged.
    """
    folder = figures or shipped_folder()
    shipped = read_shipped(folder)
    catalogue, _, _, origins = shipped_declarations()
    geography = from_tables(shipped.tables["areas"], shipped.tables["successors"], level=shipped.manifest["level"])
    place, what = geography.find(area), catalogue[indicator]
    figure = _figure(shipped.tables["observations"], what.id, place.code, period)
    origin = next((one for one in origins if one.id == figure["source"]), None)
    declared = sources or shipped_sources()
    walk = _Walk(_read(folder, shipped), declared, geography, shipped.manifest)
    series = walk.series_of(what, str(figure["source"]))
    if series:
        walk.back(series, place.code, period)
    carried = not walk.leaves
    if carried:
        walk.steps.append("carried over from the figures compiled before: no source that is fetched gives it")
        if origin and origin.derivation:
            walk.steps.append(origin.derivation)
    return Lineage(
        indicator=what.id,
        name=what.name,
        area=place.code,
        area_name=place.name,
        period=period,
        span=str(figure["span"]),
        value=float(figure["value"]),
        lower=float(figure["lower"]),
        upper=float(figure["upper"]),
        unit=what.unit,
        status=str(figure["status"]),
        basis=str(figure["basis"]),
        origin=str(figure["source"]),
        origin_line=origin.line if origin else "",
        series=series if not carried else "",
        carried=carried,
        steps=tuple(dict.fromkeys(walk.steps)),
        leaves=tuple(walk.leaves),
    )


def _figure(table: pd.DataFrame, indicator: str, area: str, period: str) -> Any:
    here = table[(table["indicator"] == indicator) & (table["area"] == area)]
    found = here[here["period"] == period]
    if found.empty:
        known = sorted(here["period"])
        nearest = sorted(known, key=lambda one: abs(int(one) - int(period)) if (one + period).isdigit() else 0)[:3]
        raise NotFound("period", period, nearest, remedy="the indicator has no figure of this area")
    return found.iloc[0]


def _read(folder: Path, shipped: Shipped) -> pd.DataFrame:
    entry = shipped.manifest.get("lineage")
    if not entry:
        raise StoreError(f"the figures in {folder} have no lineage", remedy=NO_LINEAGE)
    path = folder / entry["file"]
    if not path.is_file() or checksum(path) != entry["sha256"]:
        raise ChecksumMismatch(
            f"{path.name} is not the file its manifest describes", remedy="compile the figures again"
        )
    return read_parquet(path)


class _Walk:
    """The way back: what was done on it, and the published figures at its end."""

    def __init__(self, table: pd.DataFrame, sources: Sources, geography: Geography, manifest: Any) -> None:
        self.table, self.sources, self.geography = table, sources, geography
        self.read = manifest.get("sources", {})
        self.derived = {one.series: one for one in sources.derived}
        self.steps: list[str] = []
        self.leaves: list[Leaf] = []

    def series_of(self, indicator: Indicator, origin: str) -> str:
        """The series of an indicator whose figures have an origin; empty when none is declared to."""
        for name in indicator.series:
            if name in self.derived:
                if self.derived[name].origin == origin:
                    return name
            elif any(
                one.series == name and origin in (source.id, *source.made_of.values())
                for source in self.sources.by_id.values()
                for one in source.series
            ):
                return name
        return ""

    def back(self, series: str, area: str, period: str) -> None:
        """One step back, and on to the end."""
        one = self.derived.get(series)
        if one is None:
            self._published(series, area, [period], area)
            return
        self.steps.append(f"{series}: {one.words}" + (f" ({one.denominator})" if one.denominator else ""))
        for name in dict.fromkeys((*one.of, *one.over)):
            if name in self.derived:
                self.back(name, area, period)
                continue
            if not (self.table["series"] == name).any():
                self.steps.append(f"{name}: taken from the figures compiled before")
                continue
            for code in self._members(name, area, period, one):
                self._published(name, code, self._periods(one, period), area)

    def _periods(self, one: Derivation, period: str) -> list[str]:
        if one.periods:
            return list(one.periods)
        return (
            [str(year) for year in range(int(period) - one.years + 1, int(period) + 1)] if one.years > 1 else [period]
        )

    def _members(self, series: str, area: str, period: str, one: Derivation) -> list[str]:
        """The area itself where the publisher gives it, else the areas that were added up for it."""
        table = self.table
        own = (table["series"] == series) & (table["area"] == area) & (table["period"] == period)
        level = self.geography.by_code[area].level
        if own.any() or level not in one.summed:
            return [area]
        members = [a.code for a in self.geography.at(self.geography.level) if a.parents.get(level) == area]
        members = [code for code in members if code not in one.sum_without]
        self.steps.append(f"added up from {len(members)} areas")
        return members

    def _published(self, series: str, area: str, periods: list[str], asked: str) -> None:
        table = self.table
        rows = table[(table["series"] == series) & (table["area"] == area) & table["period"].isin(periods)]
        parts = list(dict.fromkeys(rows["part"]))
        if parts and parts != [area]:
            self.steps.append(f"{area} put together from {', '.join(parts)}")
        for row in rows.itertuples(index=False):
            source = self.sources[row.source]
            read = self.read.get(row.source, {}).get("files", {})
            name = next((one for one in source.main.names if one in read), source.main.name)
            file = read.get(name, {})
            self.leaves.append(
                Leaf(
                    series=row.series,
                    area=row.part,
                    period=row.period,
                    source=row.source,
                    file=name,
                    row=row.row,
                    sha256=file.get("sha256", ""),
                    url=file.get("url", ""),
                    retrieved_at=file.get("retrieved_at", ""),
                    release=file.get("release", ""),
                )
            )
