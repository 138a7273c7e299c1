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
from goodwork.pipeline.publish import BUILDING
from goodwork.pipeline.watching import watched
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


def test_a_first_build_says_what_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error, one line where nobody watches; nothing where somebody is told."""
    told: list[str] = []
    monkeypatch.setitem(shipped_store.__globals__, "publish", lambda material, store, tell, draws: tell("a step", 0.5))
    shipped_store(tmp_path)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"{BUILDING} …\n")
    shipped_store(tmp_path, lambda text, done: told.append(text))
    assert (told, capsys.readouterr().err) == (["a step"], "")


def test_a_watched_terminal_sees_the_step_and_the_share(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with watched("Building") as tell:
        tell("a step", 0.25)
    said = capsys.readouterr()
    assert said.out == ""
    assert "Building: a step" in said.err
    assert "25%" in said.err
