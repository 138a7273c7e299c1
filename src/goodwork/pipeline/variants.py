"""Every index of an edition, with how sure its scores and ranks are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from goodwork.analysis.robustness import Robustness, Vary, robustness
from goodwork.analysis.sensitivity import Sensitivity, sensitivity
from goodwork.analysis.tiers import MOST_AREAS, RankSets
from goodwork.errors import DeclarationError, Fault
from goodwork.index.build import Index, build, check_method
from goodwork.model.framework import Framework
from goodwork.model.panel import Panel
from goodwork.pipeline.material import Material, panel_of
from goodwork.plugins import Tell, untold

#: Rows of the design by which an edition says which choice matters most.
RUNS = 256


@dataclass(frozen=True, eq=False)
class Variant:
    """One index of an edition: which framework, over which areas, on which scale.

    ``doubt`` holds, by what was varied, how sure its scores and ranks are: empty where the framework asks for no draws.
    ``sets`` holds the places and tiers that hold for all areas at once; ``sensitivity`` says which uncertain choice
    matters most for the ranks of the last period.
    """

    framework: Framework
    area_set: str
    scope: str
    index: Index
    doubt: Mapping[Vary, Robustness]
    sets: RankSets | None = None
    sensitivity: Sensitivity | None = None


def variants(material: Material, tell: Tell = untold, executor: Executor | None = None) -> Iterator[Variant]:
    """Every index of an edition, built one after the other.

    Each framework is built over each of its area sets twice: within each period and, where the framework names a base
    period, on that period's fixed scale, so that scores can be followed over time. Both have the intervals that the
    sampling error of the figures gives (on the fixed scale those of the index and its domains); the first also those of
    the choices of the method, and of both together.
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
            title = f"{framework.title}: {material.geography.set_named(set_name).title}"
            within = _steps(tell, title, done / total, 1 / total)
            done += 1
            yield from _of_set(framework, set_name, panel, material, within, executor)


def _of_set(
    framework: Framework, set_name: str, panel: Panel, material: Material, tell: Tell, executor: Executor | None
) -> Iterator[Variant]:
    """The indices of one framework over one area set."""
    method, catalogue = framework.method, material.catalogue
    certain = method.sampling.draws == 0
    doubt: dict[Vary, Robustness] = {}
    sets = matters = None
    if not certain:
        doubt["sampling"] = robustness(framework, panel, catalogue, executor=executor, tell=_steps(tell, "", 0, 0.4))
        sets = _joint(doubt["sampling"], executor)
        if framework.uncertainty:
            choices: tuple[tuple[Vary, float], ...] = (("method", 0.4), ("both", 0.6))
            for vary, start in choices:
                part = _steps(tell, "", start, 0.2)
                nodes = framework.groups
                doubt[vary] = robustness(
                    framework, panel, catalogue, vary=vary, nodes=nodes, pairs=(), executor=executor, tell=part
                )
            matters = sensitivity(framework, panel, catalogue, n=RUNS, errors=True, executor=executor)
    yield Variant(
        framework,
        set_name,
        method.scope,
        doubt["sampling"].index if doubt else build(framework, panel),
        doubt,
        sets,
        matters,
    )
    if framework.base_period and method.scope == "each period":
        fixed = method.replace(scope="base period", base_period=framework.base_period)
        doubt, sets = {}, None
        if not certain:
            nodes = framework.groups
            part = _steps(tell, "", 0.8, 0.2)
            doubt["sampling"] = robustness(
                framework, panel, catalogue, fixed, nodes=nodes, pairs=(), executor=executor, tell=part
            )
            sets = _joint(doubt["sampling"], executor)
        index = doubt["sampling"].index if doubt else build(framework, panel, fixed)
        yield Variant(framework, set_name, fixed.scope, index, doubt, sets)


def _joint(doubt: Robustness, executor: Executor | None) -> RankSets | None:
    """Places and tiers that hold for all areas at once; none where there are too many to compare two by two."""
    return doubt.simultaneous(executor) if len(doubt.index.areas) <= MOST_AREAS else None


def _steps(tell: Tell, title: str, start: float, length: float) -> Tell:
    """Progress of a part of the work as progress of the whole."""
    return lambda text, done: tell(f"{title} · {text}" if title else text, start + length * done)
