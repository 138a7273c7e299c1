"""The server starts, tells its address, stops, and says what to do when it cannot start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from goodwork.errors import EditionNotFound, ServeError
from goodwork.web.serve import serve

SERVE = """
import sys
from goodwork.web.serve import serve
serve(sys.argv[1], port=0, on_ready=lambda address: print(address, flush=True))
print("stopped", flush=True)
"""
#: Pages asked of a process that serves, and whether the library that reads editions came into it.
ASK = """
import sys
from goodwork.web.serve import Application
from starlette.testclient import TestClient
with TestClient(Application(sys.argv[1])()) as client:
    for path in ("/", "/quality", "/data", "/releases", "/audit", "/weights"):
        assert client.get(path).status_code == 200, path
print("duckdb" in sys.modules)
"""


def test_a_process_that_serves_pages_does_not_hold_the_library_that_reads_editions(toyland_store: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    told = subprocess.run(
        [sys.executable, "-c", ASK, str(toyland_store)], env=environment, capture_output=True, text=True, timeout=120
    )
    assert told.stdout.strip() == "False", told.stderr


def test_it_answers_once_it_says_so_and_stops_when_told(edition_store: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(edition_store)], stdout=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with urllib.request.urlopen(f"{address}healthz", timeout=20) as answer:
            assert b'"ok"' in answer.read()
        server.send_signal(signal.SIGINT)
        assert server.stdout.read().strip() == "stopped"
        assert server.wait(20) == 0


def test_a_taken_port_names_the_port_and_the_remedy(edition_store: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServeError) as caught:
            serve(edition_store, port=port)
    assert str(port) in caught.value.what
    assert "--port" in (caught.value.remedy or "")


@pytest.mark.parametrize(("host", "port"), [("no.such.host.invalid", 0), ("203.0.113.7", 0), ("127.0.0.1", 70000)])
def test_an_address_that_is_not_ours_is_refused(edition_store: Path, host: str, port: int) -> None:
    with pytest.raises(ServeError):
        serve(edition_store, host=host, port=port)


def test_no_edition_no_server(tmp_path: Path) -> None:
    with pytest.raises(EditionNotFound):
        serve(tmp_path / "nothing")
