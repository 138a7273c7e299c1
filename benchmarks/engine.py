"""Speed of the engine as ratios to COINr's own CPU seconds for the same work.

The reference figures (COINr 1.1.14, R 4.2.2, one core, CPU seconds of the operation alone) are those that come with the
golden data; ours are CPU seconds of this process for the same inputs, the least of a few runs. Without the golden data
only the lines that need none are printed.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import communities
import numpy as np
import questions
import space
import uncertainty
from clock import cpu
from line import Line, show

from goodwork.index.aggregation import AGGREGATION
from goodwork.index.build import build
from goodwork.model.framework import Framework
from goodwork.model.method import Method

ROOT = Path(__file__).parents[1]
SCALE = ROOT.parent / "shared" / "data" / "golden" / "scale"
ASEM = ROOT.parent / "shared" / "data" / "golden" / "asem" / "inputs"
COINR = {"asem build": 0.12, "build 150": 0.08, "build 1500": 0.29, "build 15000": 3.4,
         "copeland 50": 0.26, "copeland 150": 2.1, "copeland 500": 25.0, "copeland 1500": 216.0}  # fmt: skip
TARGETS = {"asem build": 50, "build 150": 50, "build 1500": 50, "build 15000": 50, "copeland 1500": 432}


def coinr_method(groups: str, low: float) -> Method:
    """The reference pipeline: mean by group, winsorise up to 5 then log, min-max, arithmetic means."""
    return Method(
        order=("denominate", "impute", "screen", "treat"),
        screening={"minimum_share": 0.0, "every_domain": False},
        imputation={"name": "group-mean", "groups": groups},
        treatment={"name": "two-stage", "points": 5},
        normalisation={"name": "min-max", "low": low, "high": 100},
    )


def builds() -> dict[str, float]:
    """CPU seconds of one build of each size."""
    from goodwork.sources.coinr import read_coinr

    cases = {"asem build": (ASEM / "ASEM_iData.csv", ASEM / "ASEM_iMeta.csv", coinr_method("EurAsia_group", 0))}
    for n in (150, 1500, 15000):
        cases[f"build {n}"] = (SCALE / f"scale_iData_{n}.csv", SCALE / "scale_iMeta.csv", coinr_method("Region", 1))
    found = {}
    for name, (data, meta, method) in cases.items():
        pair = read_coinr(data, meta)
        framework: Framework = pair.framework

        def work(framework: Framework = framework, panel: object = pair.panel, method: Method = method) -> object:
            return build(framework, panel, method)

        found[name] = cpu(work, runs=25 if name != "build 15000" else 7)
    return found


def copelands() -> dict[str, float]:
    """CPU seconds of Copeland scores over five members."""
    copeland, rng = AGGREGATION["copeland"], np.random.default_rng(1)
    found = {}
    for n in (50, 150, 500, 1500):
        scores = rng.uniform(size=(n, 5))
        found[f"copeland {n}"] = cpu(lambda scores=scores: copeland(scores, np.full(5, 0.2)), runs=3)
    return found


def main() -> None:
    """Print every line and write ``results.json``."""
    ours = copelands()
    if SCALE.is_dir():
        ours = {**builds(), **ours}
    else:
        print("the golden data are not here: what rests on them is not measured")
    found = [
        Line(name, seconds, COINR[name], "COINr", f"≥ {TARGETS[name]} ×" if name in TARGETS else "")
        for name, seconds in ours.items()
    ]
    for line in found:
        show(line)
    for part in (uncertainty, questions, communities, space):
        for line in part.lines(full="--full" in sys.argv):
            show(line)
            found.append(line)
    results = [asdict(line) | {"ratio": line.ratio} for line in found]
    (ROOT / "benchmarks" / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
