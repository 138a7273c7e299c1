"""The same communities, compacts and local clusters of the shipped figures, whatever the seed of the process, the
number of threads, or the threads of the linear algebra beneath."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from goodwork.analysis.clusters import communities
from goodwork.analysis.compacts import compacts
from goodwork.analysis.hotspots import hotspots
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.material import shipped_material

ROOT = Path(__file__).parents[2]


def fingerprints(executor: Executor | None = None) -> dict[str, str]:
    """What of each answer must not change, by method."""
    material = shipped_material()
    asked = Asked.of(material, material.frameworks[0], "england-119", "2019")
    found = {}
    for method in ("graph", "k-means", "mixture"):
        one = communities(asked.index, 4, period="2019", method=method, draws=120, numbers=(), executor=executor)
        assert -1 <= one.rand <= 1
        assert f"{one.rand:.2f}" in " ".join(map(str, one.notes)), "the adjusted Rand index is told"
        found[method] = hashlib.sha256(one.labels.tobytes() + one.shares.tobytes()).hexdigest()
    found["compacts"] = hashlib.sha256(compacts(asked.index, period="2019").labels.tobytes()).hexdigest()
    clusters = hotspots(asked.scores()[:, 0], asked.borders, asked.names)
    found["hot spots"] = hashlib.sha256(np.concatenate([clusters.p, clusters.g_p]).tobytes()).hexdigest()
    return found


@cache
def here() -> dict[str, str]:
    """Those of this process."""
    return fingerprints()


@pytest.mark.parametrize("number", ["0", "4711"])
def test_the_same_in_every_process(number: str) -> None:
    threads = "1" if number == "0" else "2"
    variables = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | dict.fromkeys(variables, threads) | {"PYTHONHASHSEED": number, "PYTHONPATH": str(ROOT)}
    code = "from tests.analysis.test_same_labels import fingerprints; print(fingerprints())"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, cwd=ROOT
    )
    assert said.stdout.strip() == str(here())


def test_the_same_on_threads() -> None:
    with ThreadPoolExecutor(3) as executor:
        assert fingerprints(executor) == here()
