"""Kill a build at any moment: the former edition always opens. And builds are the same bytes wherever they run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from goodwork.sources.starter import start_project
from goodwork.store.editions import open_edition

BUILD = [sys.executable, "-c", "from goodwork.cli import main; main()", "build"]


def whole(store: Path) -> str:
    edition = open_edition(store)
    for name in edition.manifest["tables"]:
        edition.table(name)
    return edition.name


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_kill_minus_nine_twenty_times(tmp_path: Path) -> None:
    project = tmp_path / "mine"
    start_project(project)
    store = tmp_path / "editions"
    data = project / "data.csv"
    command = [*BUILD, str(project / "framework.toml"), "--data", str(data), "--store", str(store),
               "--draws", "200"]  # fmt: skip
    begun = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole_time = time.monotonic() - begun
    names = {whole(store)}
    lines = data.read_text(encoding="utf-8").splitlines()
    chance = random.Random(20)
    killed = 0
    for turn in range(60):
        if killed == 20:
            break
        # Another invented figure each time, so that every build would publish another edition.
        data.write_text("\n".join([lines[0], _nudge(lines[1], turn), *lines[2:]]) + "\n", encoding="utf-8")
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Most kills fall into the last part, where tables are written and moved.
        time.sleep(whole_time * chance.choice([chance.uniform(0.1, 1.0), chance.uniform(0.75, 1.02)]))
        child.send_signal(signal.SIGKILL)
        if child.wait(timeout=60) == -signal.SIGKILL:
            killed += 1
        else:  # it ended before the signal came: builds are faster than thought
            whole_time *= 0.9
        names.add(whole(store))
    assert killed == 20
    subprocess.run(command, check=True, capture_output=True)
    whole(store)
    assert not list(store.glob(".aside-*"))


def _nudge(line: str, turn: int) -> str:
    """The same row with its first number changed a little."""
    cells = line.split(",")
    for place, cell in enumerate(cells):
        try:
            number = float(cell)
        except ValueError:
            continue
        if "." in cell:
            cells[place] = f"{number + turn / 100:.2f}"
            break
    return ",".join(cells)


def test_builds_are_byte_identical_whatever_the_surroundings(tmp_path: Path) -> None:
    results = []
    for place, (seed, zone, locale, threads) in enumerate(
        [
            ("0", "UTC", "C", "1"),
            ("4711", "Asia/Kolkata", "tr_TR.UTF-8", "2"),
            ("99", "America/New_York", "de_DE.UTF-8", "4"),
        ]
    ):
        store = tmp_path / str(place)
        surroundings = {
            **os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "LANG": locale,
            "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads,
        }  # fmt: skip
        command = [*BUILD, "--store", str(store), "--draws", "100"]
        subprocess.run(command, check=True, capture_output=True, env=surroundings)
        edition = open_edition(store)
        results.append({p.name: p.read_bytes() for p in sorted(edition.path.iterdir())})
    assert results[0] == results[1] == results[2]
    assert len(results[0]) == len(edition.manifest["tables"]) + 1
