"""Questions asked side by side: by processes, here, or here after processes were lost, the tables are the same."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.toyland import STARTER
from threadpoolctl import threadpool_info

from goodwork.pipeline import own_material
from goodwork.pipeline.asking import Asking, asking
from goodwork.pipeline.executors import alone, processes
from goodwork.pipeline.material import Material


@pytest.fixture(scope="module")
def material() -> Material:
    """Toyland, with few draws."""
    return own_material(STARTER / "framework.toml", STARTER / "data.csv").sampled(draws=20)


@pytest.fixture(scope="module")
def here(material: Material) -> dict[str, pd.DataFrame]:
    """Its answers, all found by this process."""
    with alone(), asking(material, 0) as questions:
        return questions.tables()


def same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> bool:
    """Whether tables are the same to the last bit."""
    return one.keys() == other.keys() and all(table.equals(other[name]) for name, table in one.items())


def test_processes_find_what_this_one_finds(material: Material, here: dict[str, pd.DataFrame]) -> None:
    told: list[float] = []
    with alone(), asking(material, 1) as questions:
        assert questions._busy
        wait(questions._busy)  # so that nothing is left for this process
        monkeyed, questions._asker = questions._asker, None
        found = questions.tables(lambda text, done: told.append(done))
        questions._asker = monkeyed
    assert same(here, found)
    assert told == [1.0]


def test_what_was_lost_with_a_process_is_found_here(material: Material, here: dict[str, pd.DataFrame]) -> None:
    told: list[float] = []
    with alone(), processes(1, os._exit, 1) as executor:
        questions = Asking(material, executor, 1)
        wait(questions._busy)
        assert not questions._found
        assert same(here, questions.tables(lambda text, done: told.append(done)))
        questions.stop()
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] < 1


def test_a_fault_in_a_process_is_raised_here(material: Material) -> None:
    with ThreadPoolExecutor(1) as executor:  # which has not begun as it must
        questions = Asking(material, executor, 1)
        wait(questions._busy)
        with pytest.raises(IndexError, match="list index"):
            questions.tables()
        questions.stop()


def test_matrices_are_multiplied_in_one_thread_while_an_edition_is_made() -> None:
    """The last digit of a sum may hang on how many threads shared it."""
    product = np.ones((2, 2)) @ np.ones((2, 2))
    assert product.sum() == 8
    before = [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]
    with alone():
        assert {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"} == {1}
    assert before == [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]


def test_few_areas_are_worth_no_process(material: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goodwork.pipeline.asking.processes", lambda number, *given: pytest.fail(f"{number}"))
    with pytest.raises(BaseException, match="0"), asking(material):
        pass


def test_processes_neither_run_the_script_again_nor_outlive_it(tmp_path: Path) -> None:
    """One that began as a copy of a script without a guard would begin processes itself."""
    script = tmp_path / "mine.py"
    script.write_text(
        "import os, signal\nfrom goodwork.pipeline.executors import processes\nprint('run')\n"
        "with processes(1, os.getpid) as executor:\n"
        "    print(executor.submit(os.getpid).result(), flush=True)\n    os.kill(os.getpid(), signal.SIGKILL)\n",
        encoding="utf-8",
    )
    said = subprocess.run([sys.executable, script], capture_output=True, text=True)
    run, other = said.stdout.split()
    assert run == "run"
    assert "Error" not in said.stderr
    until = time.monotonic() + 20
    while time.monotonic() < until and Path(f"/proc/{other}").exists():
        time.sleep(0.05)
    if Path("/proc/self").exists():
        assert not Path(f"/proc/{other}").exists()
