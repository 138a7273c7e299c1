"""Speed of the uncertainty analysis: as ratios to COINr's CPU seconds, or to a reference measured in the same run.

Every line is the least CPU time of this process over a few runs (wall time where several processes share the work, or
where the line says so). Small areas are run with 1,000 draws in a process of their own on one thread; half as many
draws, beside them, tell what a draw costs and what any number of them does.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from clock import alone, cpu
from line import Line

from goodwork.analysis.design import Design, Factor, factors_of, weight_factor
from goodwork.analysis.replicates import Study
from goodwork.analysis.robustness import robustness
from goodwork.analysis.sensitivity import sensitivity
from goodwork.index.build import aggregate_nodes, normalised_members
from goodwork.index.normalisation import orient
from goodwork.index.preparation import prepare
from goodwork.index.ranking import rank
from goodwork.model.framework import INDEX, Domain, Framework, Member
from goodwork.model.indicator import Catalogue, Indicator
from goodwork.model.method import Method
from goodwork.model.panel import Panel
from goodwork.model.uncertainty import Uncertainty

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT.parent / "shared" / "data" / "golden"


def against_coinr() -> Iterator[Line]:
    """COINr's own uncertainty and sensitivity analyses: points winsorised, normalisation, weights, aggregation."""
    if not GOLDEN.is_dir():
        return
    import pandas as pd

    from goodwork.sources.coinr import read_coinr

    sets = {"asem": GOLDEN / "asem" / "uncertainty" / "noisy_weight_sets.csv",
            "scale": GOLDEN / "scale" / "scale_weight_sets.csv"}  # fmt: skip
    cases = [("asem", 1000, 138.0), ("asem", 10_000, 1955.0), (150, 500, 41.0), (1500, 500, 136.0), (15_000, 50, 150.0)]
    for size, draws, reference in cases:
        asem = size == "asem"
        data, meta = (
            (GOLDEN / "asem" / "inputs" / f"ASEM_{name}.csv" for name in ("iData", "iMeta"))
            if asem
            else (GOLDEN / "scale" / f"scale_iData_{size}.csv", GOLDEN / "scale" / "scale_iMeta.csv")
        )
        pair = read_coinr(data, meta)
        framework, panel = pair.framework, pair.panel
        method = Method(
            order=("denominate", "impute", "screen", "treat"),
            screening={"minimum_share": 0.9 if asem else 0.0, "every_domain": False},
            imputation={"name": "group-mean", "groups": "EurAsia_group" if asem else "Region"},
            treatment={"name": "two-stage", "points": 5},
            normalisation={"name": "min-max", "low": 0 if asem else 1, "high": 100},
        )
        z = {"mean": 10, "sd": 2} if asem else {"mean": 1000, "sd": 10}
        framework = framework.replace(method=method, uncertainty=Uncertainty.from_dict({"alternatives": [
            {"name": "points", "options": [{"treatment": {"name": "two-stage", "points": k}} for k in range(1, 6)]},
            {"name": "normalisation", "options": [
                {"normalisation": {"name": "min-max", "low": 1, "high": 100}},
                {"normalisation": {"name": "z-score", "sample": True, **z}}]},
            {"name": "aggregation", "options": [{"aggregation": "arithmetic"}, {"aggregation": "geometric"}]},
        ]}))  # fmt: skip
        table = pd.read_csv(sets["asem" if asem else "scale"])
        known = {node.lower(): node for node in framework.nodes} | {"index": INDEX}
        nodes = table["iCode"].str.lower().map(known)
        weights = table.assign(node=nodes).pivot(index="set", columns="node", values="Weight")
        factors: tuple[Factor, ...] = (
            *factors_of(framework, method), weight_factor(framework, method, weights[list(framework.nodes)].to_numpy())
        )  # fmt: skip

        def work(framework=framework, panel=panel, method=method, factors=factors, draws=draws) -> object:
            design = Design.drawn(factors, draws, 1, errors=False)
            return robustness(framework, panel, None, method, vary="method", design=design, nodes=(INDEX,), pairs=())

        name = "ASEM 51 × 49" if asem else f"{size:,} × 20"
        yield (Line(f"uncertainty, {name}, {draws:,} replicates", cpu(work, 7), reference, "COINr", "≥ 1,000 ×"))
        if asem and draws == 1000:

            def sobol(framework=framework, panel=panel, method=method, factors=factors) -> object:
                return sensitivity(framework, panel, None, method, n=1000, factors=factors, resamples=100)

            yield (Line("Sobol, ASEM, 4 choices, N = 1,000", cpu(sobol), 1007.0, "COINr", "≥ 1,000 ×"))


def one_draw_at_a_time(study: Study, draws: int) -> list[np.ndarray]:
    """The straightforward loop over the same kernels: draw the figures, prepare, normalise, aggregate, rank."""
    found = []
    for i in range(draws):
        part = study.design[i : i + 1]
        ready = study.ready[study.which[i]]
        drawn = study.errors.drawn(study.errors.noise(np.array([i])), ready.shift)
        prepared = prepare(study.context, drawn, ready.method, ready.prepared)
        oriented = orient(prepared.values, study.context.framework.directions)
        normalised = normalised_members(study.context, ready.method, oriented, ready.reference)
        for factor, chosen in part.of("drop"):
            normalised = np.where(factor.parts[chosen][:, None, None, :], np.nan, normalised)
        weights = next((f.parts[c][:, None, :] for f, c in part.of("weights")), None)
        scores = aggregate_nodes(study.context, ready.method, normalised, weights)
        found.append((scores, rank(scores)))
    return found


def sampling_and_method() -> Line:
    """The shipped figures of 2019 with sampling and method varied at once, every node, pairs and tiers included."""
    from goodwork.pipeline.material import panel_of, shipped_material

    material = shipped_material()
    framework = material.frameworks[0]
    areas = [area.code for area in material.geography.members("gb")]
    panel = panel_of(framework, material, areas).select(periods=["2019"])
    some = 200

    def block() -> object:
        return robustness(framework, panel, material.catalogue, vary="both", draws=10_000).sets

    method = framework.method
    design = Design.drawn(factors_of(framework, method), some, method.sampling.seed, errors=True)
    study = Study.of(framework, panel, method, design, material.catalogue)
    loop = cpu(lambda: one_draw_at_a_time(study, some)) * 10_000 / some
    what = f"sampling + method, {len(areas)} × 6 × 10,000 draws"
    note = f"tiers and pairs included; the loop ran {some} draws and is taken times {10_000 // some}"
    return Line(what, cpu(block), loop, "plain loop", "≥ 20 ×; ≤ 3 s", note)


def small(areas: int, members: int, draws: int) -> object:
    """Invented figures for every small area of a large country; the index and its domains."""
    rng = np.random.default_rng(1)
    value = rng.normal(50, 10, (1, areas, members))
    text = np.full(value.shape, "", dtype="<U1")
    panel = Panel(("1",), tuple(map(str, range(areas))), tuple(f"m{i}" for i in range(members)), value,
                  value - 5, value + 5, text, text, text)  # fmt: skip
    framework = Framework(
        name="small", title="Small areas (invented)",
        domains=tuple(Domain(name=f"d{i}", title=f"D{i}") for i in range(5)),
        members=tuple(Member(indicator=f"m{i}", domain=f"d{i % 5}", direction="higher") for i in range(members)),
    )  # fmt: skip
    catalogue = Catalogue(
        indicator=tuple(Indicator(id=f"m{i}", name=f"m{i}", unit="points", kind="score") for i in range(members))
    )
    return robustness(framework, panel, catalogue, Method(), draws=draws)


def small_areas(areas: int = 35_000, members: int = 30, draws: int = 1000) -> list[Line]:
    """Scores and ranks of very many areas, with the memory they take, beside sorting as many figures."""
    (half, _), (whole, memory) = (alone(small, areas, members, number) for number in (draws // 2, draws))
    values = np.random.default_rng(1).standard_normal((members, areas))
    sort = cpu(lambda: np.sort(values, axis=-1)) * draws
    note = (
        f"peak {memory:,.0f} MiB; {draws // 2} draws {half:.1f} s, {draws} draws {whole:.1f} s; target ≤ 6 × the sort"
    )
    return [Line(f"small areas, {areas:,} × {members} × {draws:,} draws", whole, sort, "np.sort", "≥ 0.17 ×", note)]


def cluster() -> list[Line]:
    """Two Dask workers against one, the same work, wall time."""
    try:
        import distributed
    except ImportError:
        return []
    from goodwork.pipeline.executors import workers
    from goodwork.pipeline.material import panel_of, shipped_material

    material = shipped_material()
    framework = material.frameworks[0]
    panel = panel_of(framework, material, [a.code for a in material.geography.members("gb")])
    found = {}
    for n in (1, 2):
        with (
            distributed.LocalCluster(
                n_workers=n, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
            ) as local,
            workers(local.scheduler_address) as executor,
        ):
            given = {"draws": 20_000, "executor": executor, "nodes": (INDEX,), "pairs": (), "block": 1000}
            robustness(framework, panel, material.catalogue, **given)
            begun = time.perf_counter()
            robustness(framework, panel, material.catalogue, **given)
            found[n] = time.perf_counter() - begun
    return [Line("Dask, 2 workers (wall)", found[2], found[1], "1 worker", "≥ 1.7 ×")]


def edition() -> Line:
    """The full edition with 1,000 draws, wall time, in a process of its own so that its memory is its own; with the CPU
    time and memory of the processes beside it."""
    code = (
        "import pathlib, resource, tempfile, time\n"
        "from clock import peak\n"
        "from goodwork.pipeline import publish, shipped_material\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    begun = time.perf_counter()\n"
        "    publish(shipped_material(), pathlib.Path(folder), draws=1000)\n"
        "    beside = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "    print(time.perf_counter() - begun, time.process_time(), peak(),\n"
        "          beside.ru_utime + beside.ru_stime, beside.ru_maxrss / 1024)\n"
    )
    here = Path(__file__).parent
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=here
    ).stdout.split()
    seconds, own, memory, beside, more = map(float, said)
    note = f"CPU {own:.1f} s here and {beside:.1f} s beside; peak {memory:,.0f} MiB here and {more:,.0f} beside"
    return Line("full edition, 1,000 draws (wall)", seconds, 20.0, "20 s", "≤ 20 s; ≤ 1 GiB", note)


def starting() -> list[Line]:
    """Importing the package, and the help text of the command (wall, least of five)."""

    def wall(*command: str) -> float:
        found = []
        for _ in range(5):
            begun = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True, capture_output=True)
            found.append(time.perf_counter() - begun)
        return min(found)

    numpy, ours = wall("-c", "import numpy"), wall("-c", "import goodwork")
    shown = wall("-m", "goodwork", "--help")
    return [
        Line("import goodwork (wall)", ours, numpy, "import numpy", "≥ 0.67 ×"),
        Line("goodwork --help (wall)", shown, 0.4, "0.4 s", "≤ 0.4 s"),
    ]


def lines(full: bool = False) -> Iterator[Line]:
    """Every line, in the order of the targets."""
    yield from against_coinr()
    yield sampling_and_method()
    yield from small_areas()
    yield from cluster()
    yield edition()
    yield from starting()
