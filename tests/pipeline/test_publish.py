"""Publishing under other methods: what cannot be said is left out, and nothing fails for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from goodwork.errors import EditionNotFound, StoreError
from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish, shipped_store
from goodwork.sources.starter import start_project

METHODS = {
    "ranks and medians": 'normalisation = "percentile-rank"\naggregation = "median"\n',
    "median at one node": '[method.at.index]\naggregation = "median"\n',
    "no draws": "[method.sampling]\ndraws = 0\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    start_project(tmp_path / "mine")
    return tmp_path / "mine"


@pytest.mark.parametrize("name", METHODS)
def test_other_methods_are_published_and_shown(project: Path, name: str) -> None:
    path = project / "framework.toml"
    text = path.read_text(encoding="utf-8").split("[method]")[0]
    path.write_text(
        text + ("[method]\n" if not METHODS[name].startswith("[") else "") + METHODS[name], encoding="utf-8"
    )
    store = project / "editions"
    edition = publish(own_material(path, project / "data.csv"), store)
    monitor = Monitor.open(store)
    table = monitor.scores()
    assert len(table) >= 10
    found = monitor.profile(table["area"].iloc[0])
    assert found.index.scored
    json.dumps(found.as_dict(), allow_nan=False)
    if name == "no draws":
        assert "rank_low" not in table
        assert "no interval was computed" in found.sentence
    else:
        with pytest.raises(EditionNotFound):
            edition.table("contributions")
    shown = subprocess.run(
        [sys.executable, "-c", "from goodwork.cli import main; main()", "scores", "--store", str(store)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    shown = " ".join(shown.split())
    assert ("No intervals were computed" in shown) == (name == "no draws")


def test_a_store_of_another_monitor_is_not_taken_over(project: Path) -> None:
    store = project / "editions"
    publish(own_material(project / "framework.toml", project / "data.csv"), store)
    with pytest.raises(StoreError, match="another monitor"):
        shipped_store(store)
    assert Monitor.open(store).invented
