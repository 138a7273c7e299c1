"""A real cluster on this machine: two worker processes, one of them killed in mid-run; the bytes stay the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor

import pytest
from tests.analysis.test_robustness import framework, same
from tests.toyland import catalogue, panel

from goodwork.analysis.robustness import Robustness, robustness
from goodwork.errors import GoodWorkError
from goodwork.model.method import Method
from goodwork.pipeline.executors import workers

distributed = pytest.importorskip("distributed")


def uncertain(executor: Executor | None, tell=lambda text, done: None) -> Robustness:
    return robustness(
        framework(), panel(), catalogue(), Method(), vary="both", draws=2000, seed=1, executor=executor, block=40,
        tell=tell,
    )  # fmt: skip


@pytest.fixture
def cluster() -> Iterator[distributed.LocalCluster]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as one:
        yield one


@pytest.mark.timeout(180)
def test_a_worker_lost_in_mid_run_changes_nothing(cluster: distributed.LocalCluster) -> None:
    here = uncertain(None)
    killed = []
    with workers(cluster.scheduler_address) as executor:
        pids = list(executor._client.run(os.getpid).values())
        assert len(set(pids)) == 2

        def kill_one(text: str, done: float) -> None:
            if done > 0.2 and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        there = uncertain(executor, kill_one)
    assert killed
    assert same(here, there)


def test_nobody_at_the_address_is_said() -> None:
    with pytest.raises(GoodWorkError, match="no scheduler answers"), workers("tcp://127.0.0.1:9"):
        pass
