"""What an edition is made from: declarations, areas, figures; the shipped ones, or a person's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import DataError
from goodwork.geography.tables import from_tables
from goodwork.model import declarations
from goodwork.model.area import AreaSet, AreaSets, Geography
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.origin import Origin, Origins
from goodwork.model.panel import Panel
from goodwork.model.prices import Prices, shipped_prices
from goodwork.store.shipped import read_shipped

if TYPE_CHECKING:
    import pandas as pd

SHIPPED_FRAMEWORKS = ("good_work.toml", "conditions.toml")


@dataclass(frozen=True, eq=False)
class Material:
    """Everything an edition is made from: declarations, areas, figures, where they came from, and notes on them; the
    ``prices`` by which money of different years is compared and the ``places`` of areas on a map of hexagons, if they
    are known."""

    name: str
    title: str
    frameworks: tuple[Framework, ...]
    catalogue: Catalogue
    geography: Geography
    observations: pd.DataFrame
    origins: tuple[Origin, ...] = ()
    figures: dict[str, Any] | None = None
    invented: bool = False
    notes: tuple[str, ...] = ()
    prices: Prices | None = None
    places: pd.DataFrame | None = None

    @cached_property
    def rows(self) -> Mapping[str, NDArray[np.intp]]:
        """Where the figures of each indicator stand among the observations."""
        found: Mapping[str, NDArray[np.intp]] = self.observations.groupby("indicator").indices
        return found

    def figures_of(self, indicators: Iterable[str]) -> pd.DataFrame:
        """The observations of some indicators, in their order."""
        rows = [self.rows[name] for name in dict.fromkeys(indicators) if name in self.rows]
        return self.observations.iloc[np.sort(np.concatenate([*rows, np.zeros(0, dtype=np.intp)]))]

    def with_figures(self, path: Path) -> Material:
        """The same material with figures of a person's own file for indicators of the catalogue that it has none of.
        Raises what reading the file raises, and ``DataError`` for an indicator that has figures already: published
        ones are never put aside."""
        from goodwork.sources.observations import read_observations

        read = read_observations(path, self.catalogue, self.geography)
        given = read.table["indicator"].unique().tolist()
        if held := [name for name in given if name in self.rows]:
            raise DataError(
                f"{path.name} has figures of what is held already: {', '.join(held)}",
                remedy="give figures of indicators that the catalogue declares as missing",
            )
        import pandas as pd

        table = pd.concat([self.observations, read.table], ignore_index=True)
        return replace(self, observations=table, notes=(*self.notes, *read.notes))

    def sampled(self, draws: int | None = None, seed: int | None = None) -> Material:
        """The same material with another number of draws, or another seed, in every framework."""
        return replace(self, frameworks=tuple(sampled(f, draws, seed) for f in self.frameworks))


def sampled(framework: Framework, draws: int | None = None, seed: int | None = None) -> Framework:
    """A framework with another number of draws, or another seed; no more replicates of the method than draws."""
    given = {name: value for name, value in (("draws", draws), ("seed", seed)) if value is not None}
    if not given:
        return framework
    method = framework.method.replace(sampling=framework.method.sampling.replace(**given))
    least = max(1, min(framework.uncertainty.draws, framework.uncertainty.draws if draws is None else draws))
    return framework.replace(method=method, uncertainty=framework.uncertainty.replace(draws=least))


def shipped_declarations() -> tuple[Catalogue, tuple[Framework, ...], tuple[AreaSet, ...], tuple[Origin, ...]]:
    """The catalogue, frameworks, area sets and origins that ship with the package, checked against each other."""
    catalogue = Catalogue.from_toml(declarations.text("indicators.toml"), "indicators.toml")
    frameworks = tuple(
        Framework.from_toml(declarations.text(name), name).checked_against(catalogue, name)
        for name in SHIPPED_FRAMEWORKS
    )
    sets = AreaSets.from_toml(declarations.text("area_sets.toml"), "area_sets.toml").set
    origins = Origins.from_toml(declarations.text("origins.toml"), "origins.toml").origin
    return catalogue, frameworks, sets, origins


def shipped_material(folder: Path | None = None) -> Material:
    """The Good Work Monitor's own material, from the figures that ship with the package (or a compiled folder)."""
    catalogue, frameworks, sets, origins = shipped_declarations()
    shipped = read_shipped(folder)
    geography = from_tables(
        shipped.tables["areas"],
        shipped.tables["successors"],
        sets=sets,
        level=shipped.manifest["level"],
        vintage=shipped.manifest["vintage"],
    )
    figures = {key: value for key, value in shipped.manifest.items() if key != "files"}
    return Material(
        name="good-work",
        title="Good Work Monitor",
        frameworks=frameworks,
        catalogue=catalogue,
        geography=geography,
        observations=shipped.tables["observations"],
        origins=origins,
        figures=figures,
        prices=shipped_prices(),
    )


def own_material(framework: Path, data: Path, *, catalogue: Path | None = None, areas: Path | None = None) -> Material:
    """A person's own material: a framework file, a data file, and beside the framework, unless said otherwise,
    ``indicators.toml`` and (if there are any) ``areas.csv``, ``prices.toml`` and ``places.csv``."""
    from goodwork.sources.folder import read_areas, read_catalogue, read_framework, read_prices
    from goodwork.sources.observations import read_observations
    from goodwork.sources.places import PLACES, read_places

    declared = read_framework(framework)
    known = read_catalogue(catalogue or framework.parent / "indicators.toml")
    declared.checked_against(known, framework.name)
    areas = areas or framework.parent / "areas.csv"
    read = read_observations(data, known, read_areas(areas) if areas.exists() else None)
    everywhere = AreaSet(name="all", title="All areas", level=read.geography.level)
    geography = replace(read.geography, sets=(everywhere, *read.geography.sets))
    return Material(
        name=declared.name.replace("_", "-"),
        title=declared.title,
        frameworks=(declared,),
        catalogue=known,
        geography=geography,
        observations=read.table,
        invented="invented" in declared.title.lower(),
        notes=read.notes,
        prices=read_prices(beside) if (beside := framework.parent / "prices.toml").exists() else None,
        places=read_places(cells, geography) if (cells := framework.parent / PLACES).exists() else None,
    )


def panel_of(framework: Framework, material: Material, areas: list[str]) -> Panel:
    """The framework's panel for some areas: its periods, aligned by its rule; areas are grouped by their parents."""
    indicators, known = (*framework.indicators, *framework.denominators), material.geography.by_code
    return Panel.of(framework, material.figures_of(indicators), [known[code] for code in areas])
