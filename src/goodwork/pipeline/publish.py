"""From figures and declarations to a published edition."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from platformdirs import user_data_dir

from goodwork.analysis.robustness import Robustness, sampling_uncertainty
from goodwork.errors import DeclarationError, Fault, StoreError
from goodwork.geography.tables import from_tables, to_tables
from goodwork.index.build import Index, build, check_method
from goodwork.model import declarations
from goodwork.model.area import AreaSet, AreaSets, Geography
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.origin import Origin, Origins
from goodwork.model.panel import Panel
from goodwork.plugins import Tell, untold
from goodwork.store.editions import Edition, open_edition, write_edition
from goodwork.store.shipped import read_shipped

if TYPE_CHECKING:
    import pandas as pd

CODE = {"package": "goodwork", "version": version("goodwork")}
SHIPPED_FRAMEWORKS = ("good_work.toml", "conditions.toml")


@dataclass(frozen=True, eq=False)
class Material:
    """Everything an edition is made from: declarations, areas, figures, where they came from, and notes on them."""

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
    )


def own_material(framework: Path, data: Path, *, catalogue: Path | None = None, areas: Path | None = None) -> Material:
    """A person's own material: a framework file, a data file, and beside the framework, unless said otherwise,
    ``indicators.toml`` and (if there is one) ``areas.csv``."""
    from goodwork.sources.folder import read_areas, read_catalogue, read_framework
    from goodwork.sources.observations import read_observations

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
    )


@dataclass(frozen=True, eq=False)
class Variant:
    """One index of an edition: which framework, over which areas, on which scale; with its intervals."""

    framework: Framework
    area_set: str
    scope: str
    index: Index
    robustness: Robustness | None


def variants(material: Material, tell: Tell = untold, executor: Executor | None = None) -> Iterator[Variant]:
    """Every index of an edition, built one after the other.

    Each framework is built over each of its area sets twice: within each period, with rank intervals, and, where the
    framework names a base period, on that period's fixed scale, so that scores can be followed over time.
    """
    total, done = sum(len(f.area_sets) or 1 for f in material.frameworks), 0
    for framework in material.frameworks:
        check_method(framework.method)
        for set_name in framework.area_sets or ("all",):
            areas = [area.code for area in material.geography.members(set_name)]
            if not areas:
                raise DeclarationError(
                    f"area set {set_name!r} of framework {framework.name!r} holds no area",
                    faults=[Fault("no area fits its rule", column="area_sets", remedy="correct the set or the areas")],
                )
            panel = panel_of(framework, material, areas)
            tell(f"{framework.title}: {material.geography.set_named(set_name).title}", 0.9 * done / total)
            done += 1
            index = build(framework, panel)
            certain = framework.method.sampling.draws == 0
            doubt = None if certain else sampling_uncertainty(framework, panel, material.catalogue, executor=executor)
            yield Variant(framework, set_name, framework.method.scope, index, doubt)
            if framework.base_period and framework.method.scope == "each period":
                fixed = framework.method.replace(scope="base period", base_period=framework.base_period)
                yield Variant(framework, set_name, fixed.scope, build(framework, panel, fixed), None)


def panel_of(framework: Framework, material: Material, areas: list[str]) -> Panel:
    """The framework's panel for some areas: its periods, aligned by its rule; areas are grouped by their parents."""
    observations, known = material.observations, material.geography.by_code
    panel = Panel.from_table(observations, indicators=(*framework.indicators, *framework.denominators), areas=areas)
    levels = sorted({level for code in areas for level in known[code].parents})
    labels = {level: np.array([known[code].parents.get(level, "") for code in areas]) for level in levels}
    panel = replace(panel, groups=labels)
    periods = framework.periods or panel.periods
    if framework.alignment.rule == "nearest":
        return panel.aligned(periods, framework.alignment.tolerance)
    return panel.select(periods=[p for p in periods if p in panel.periods])


def publish(material: Material, store: Path, tell: Tell = untold) -> Edition:
    """Build every index of the material and publish the edition in a store of editions."""
    with ThreadPoolExecutor() as executor:
        built = list(variants(material, tell, executor))
    tables = edition_tables(material, built)
    latest = max(v.index.periods[-1] for v in built)
    manifest = {
        "name": material.name,
        "title": material.title,
        "invented": material.invented,
        "latest_period": latest,
        "code": CODE,
        "declarations": declared(material),
        "geography": {"level": material.geography.level, "vintage": material.geography.vintage},
        "figures": material.figures,
        "notes": list(material.notes),
        "counts": _counts(built),
    }
    return write_edition(
        store, f"{material.name}-{latest}", tables, manifest, lambda text, part: tell(text, 0.9 + 0.1 * part)
    )


def declared(material: Material) -> dict[str, Any]:
    """The declarations as they stand in a manifest."""
    return {
        "frameworks": [f.model_dump(mode="json") for f in material.frameworks],
        "catalogue": material.catalogue.model_dump(mode="json"),
        "area_sets": [s.model_dump(mode="json") for s in material.geography.sets],
        "origins": [o.model_dump(mode="json") for o in material.origins],
    }


def edition_tables(material: Material, built: list[Variant]) -> dict[str, pd.DataFrame]:
    """The tables of an edition, every one in a fixed order of rows."""
    import pandas as pd

    areas, successors = to_tables(material.geography)
    parts: dict[str, list[pd.DataFrame]] = {n: [] for n in ("scores", "ranks", "normalised", "contributions")}
    excluded = []
    for variant in built:
        for name, part in _variant_tables(variant).items():
            parts[name].append(part)
        excluded.append(_labelled(variant, variant.index.excluded))
    keys = ["indicator", "area", "period"]
    observations = material.observations.sort_values(keys, kind="stable").reset_index(drop=True)
    return {
        "values": observations,
        "areas": areas,
        "successors": successors,
        "indicators": _indicator_table(material),
        "origins": pd.DataFrame(
            [o.model_dump(exclude={"matches"}) for o in material.origins],
            columns=["id", "publisher", "title", "release", "licence", "url", "derivation", "marker"],
        ),
        "exclusions": pd.concat(excluded, ignore_index=True),
        **{name: pd.concat(frames, ignore_index=True) for name, frames in parts.items() if frames},
    }


def _variant_tables(variant: Variant) -> dict[str, pd.DataFrame]:

    index, doubt = variant.index, variant.robustness
    keys = ["period", "area", "node"]
    table = index.table
    display = variant.framework.method.display
    scores = table[[*keys, "score", "displayed"]].copy()
    ranks = table[[*keys, "rank", "ties", "ranked"]].copy()
    if doubt is not None:
        spread = doubt.table
        scores["low"] = display.centre + display.spread * spread["score_low"]
        scores["high"] = display.centre + display.spread * spread["score_high"]
        scores["sd"] = display.spread * spread["score_sd"]
        bounds = ["rank_low", "rank_high", "rank_low_90", "rank_high_90", "top", "bottom"]
        ranks[bounds] = spread[bounds]
    members = index.framework.indicators
    long = table.loc[table["node"].isin(members), keys].rename(columns={"node": "indicator"})
    long = long.reset_index(drop=True)
    normalised = long.assign(normalised=index.stages["normalised"].ravel())
    tables = {"scores": scores, "normalised": normalised}
    if doubt is not None or variant.framework.method.sampling.draws == 0:
        tables["ranks"] = ranks
    if index.additive:
        contribution = display.spread * index.contributions
        tables["contributions"] = long.assign(contribution=contribution.ravel())
    numbers = {"scores": "score", "ranks": "rank", "normalised": "normalised", "contributions": "contribution"}
    return {
        name: _labelled(variant, part[np.isfinite(part[numbers[name]])].reset_index(drop=True))
        for name, part in tables.items()
    }


def _labelled(variant: Variant, table: pd.DataFrame) -> pd.DataFrame:
    """The table with the framework, area set and scope it belongs to in front."""
    table = table.copy()
    for place, (column, value) in enumerate(
        (("framework", variant.framework.name), ("area_set", variant.area_set), ("scope", variant.scope))
    ):
        table.insert(place, column, value)
    return table


def _indicator_table(material: Material) -> pd.DataFrame:
    import pandas as pd

    held = material.observations.groupby("indicator").agg(
        figures=("value", "size"), first=("period", "min"), last=("period", "max"), areas=("area", "nunique")
    )
    table = pd.DataFrame([_indicator_row(i) for i in material.catalogue.indicator])
    table = table.merge(held, how="left", left_on="id", right_index=True)
    counts = ["figures", "areas"]
    table[counts] = table[counts].fillna(0).astype(int)
    table[["first", "last"]] = table[["first", "last"]].fillna("")
    return table


def _indicator_row(indicator: Any) -> dict[str, Any]:
    row: dict[str, Any] = indicator.model_dump(
        include={"id", "name", "unit", "kind", "direction", "role", "publisher", "dataset", "release", "licence", "url",
                 "period_type", "definition", "caveat", "missing"}
    )  # fmt: skip
    return {**row, "better": indicator.better, "principles": "; ".join(indicator.principles),
            "breaks": "; ".join(f"{b.period}: {b.what}" for b in indicator.breaks)}  # fmt: skip


def _counts(built: list[Variant]) -> list[dict[str, Any]]:
    """How many areas each index scores, per period."""
    return [
        {
            "framework": v.framework.name,
            "area_set": v.area_set,
            "scope": v.scope,
            "areas": len(v.index.areas),
            "scored": {p: int(n) for p, n in zip(v.index.periods, v.index.screened.included.sum(axis=-1), strict=True)},
            "draws": v.robustness.draws if v.robustness else 0,
        }
        for v in built
    ]


def default_store() -> Path:
    """Where editions of the shipped figures are kept for this user, unless ``GOODWORK_HOME`` says otherwise."""
    if home := os.environ.get("GOODWORK_HOME"):
        return Path(home) / "editions"
    return Path(user_data_dir("goodwork", appauthor=False)) / "editions"


def shipped_store(store: Path | None = None, tell: Tell = untold) -> Path:
    """A store that holds the edition of the shipped figures and declarations by this version of the code, built if it
    is not there. Raises ``StoreError`` for a store that holds another monitor: it is never replaced by this one."""
    store = store or default_store()
    material = shipped_material()
    try:
        manifest = open_edition(store).manifest
    except StoreError:
        manifest = {}
    if manifest.get("name", material.name) != material.name:
        raise StoreError(
            f"{store} holds another monitor, {manifest.get('title')}",
            remedy=f"show it with: goodwork serve --store {store}; or choose another folder",
        )
    now = {"code": CODE, "figures": material.figures, "declarations": json.loads(json.dumps(declared(material)))}
    if any(manifest.get(key) != value for key, value in now.items()):
        publish(material, store, tell)
    return store
