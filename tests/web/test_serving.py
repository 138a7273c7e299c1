"""Serving: the same headers on every answer, remembered bytes, limits, a log without people, editions that change."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import logging
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import brotli
import pytest
import uvicorn
from fastapi.testclient import TestClient

from goodwork.errors import ChecksumMismatch, DeclarationError
from goodwork.monitor import Monitor
from goodwork.store.editions import CURRENT, check_edition, open_edition
from goodwork.web import assets
from goodwork.web.app import create_app
from goodwork.web.headers import EMBEDDED, SECURITY
from goodwork.web.serve import listening, serve
from goodwork.web.serving.access_log import AccessLog
from goodwork.web.serving.current import CurrentEdition
from goodwork.web.serving.finished import Answer, Finished
from goodwork.web.serving.limits import BURST, LONGEST, Limits

AREA = "/area/T01-" + "{}"
OTHERS = ("/data", "/data/scores.csv", "/data/scores.parquet", "/areas/all", "/figure/theme.css", "/api/v1/",
          "/api/v1/openapi.json", "/api/v1/latest/scores", "/healthz", "/areas.json")  # fmt: skip
ERRORS = {
    "/nowhere": 404, "/area/zzzz": 404, "/static/none.js": 404, "/data/none.csv": 404, "/none.png": 404,
    "/?period=1": 404, "/api/v1/no/such": 404, f"/?node={'n' * 10_000}": 414, f"/api/v1/?a={'n' * 10_000}": 414,
    "/index.json?node=joy": 404, "/embed/none": 404, "/area/%ff": 404, "/compare?areas=T01": 422,
}  # fmt: skip


@pytest.fixture(scope="module")
def toy(toyland_store: Path) -> Monitor:
    return Monitor.open(toyland_store)


@pytest.fixture(scope="module")
def client(toy: Monitor) -> Iterator[TestClient]:
    with TestClient(create_app(toy), follow_redirects=False, raise_server_exceptions=False) as found:
        yield found


def test_every_page_and_file_carries_the_headers(client: TestClient) -> None:
    kinds: dict[str, str] = {}
    for page in client.app.state.addresses.pages:
        kinds.setdefault(page.split("?")[0].split("/")[1], page)
    every = [*kinds.values(), *OTHERS, *(assets.asset(name) for name in assets.files())]
    assert len(every) > 30
    for address in every:
        answer = client.get(address)
        assert answer.status_code in (200, 307, 422), address  # 422: a page of what this edition does not have
        assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY, address


@pytest.mark.parametrize("address", ERRORS)
def test_every_error_carries_the_headers_and_says_what_to_do(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == ERRORS[address]
    wanted = EMBEDDED if address.startswith("/embed") else SECURITY
    assert {name: answer.headers.get(name) for name in wanted} == wanted
    assert re.search("What to do|Did you mean|remedy|nearest|→", answer.text)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_with_the_headers(client: TestClient, method: str) -> None:
    answer = client.request(method, "/")
    assert answer.status_code == 405
    assert {name: answer.headers.get(name) for name in SECURITY} == SECURITY


def test_answers_are_packed_and_each_form_has_its_own_strong_tag(client: TestClient) -> None:
    plain, packed, zipped = (client.get("/", headers={"Accept-Encoding": c}) for c in ("identity", "br, gzip", "gzip"))
    assert [a.headers.get("content-encoding") for a in (plain, packed, zipped)] == [None, "br", "gzip"]
    assert plain.text == packed.text == zipped.text
    tags = {a.headers["etag"] for a in (plain, packed, zipped)}
    assert len(tags) == 3
    assert all(re.fullmatch('"[0-9a-f]{24}(-br|-gzip)?"', tag) for tag in tags)
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    for answer, coding in ((plain, "identity"), (packed, "br, gzip"), (zipped, "gzip")):
        asked = {"Accept-Encoding": coding, "If-None-Match": f'"other", {answer.headers["etag"]}'}
        again = client.get("/", headers=asked)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
        assert "Accept-Encoding" in again.headers["vary"]
    assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head("/", headers={"Accept-Encoding": "br"})
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", packed.headers["etag"])


def test_packed_forms_unpack_to_the_same_bytes() -> None:
    body = b"good work " * 500
    answer = Answer.of([], body, packs=True)
    assert brotli.decompress(answer.form("br")[1]) == body
    assert gzip.decompress(answer.form("gzip")[1]) == body
    assert answer.form("identity")[1] == body
    assert len({answer.form(coding)[2] for coding in ("br", "gzip", "identity")}) == 3
    assert Answer.of([], body, packs=False).form("br")[1] == body
    assert answer.size < len(body) / 2  # a page is held packed


def test_what_was_answered_is_made_once_and_the_oldest_makes_room(toy: Monitor) -> None:
    app = create_app(toy)
    kept = Finished(app.router, room=60_000)
    asked: list[str] = []
    real = kept.app

    async def counting(scope: object, receive: object, send: object) -> None:
        asked.extend([scope["path"]] if scope["type"] == "http" else [])
        await real(scope, receive, send)

    kept.app = counting
    with TestClient(kept) as client:
        for _ in range(3):
            assert client.get("/healthz").status_code == 200
        assert asked == ["/healthz"]
        for page in ("/areas/all", "/data", "/method", "/areas/all"):
            client.get(page)
        assert kept._held <= 60_000 or len(kept._kept) == 1
        assert client.get("/healthz").status_code == 200


def test_assets_are_kept_for_ever_at_their_own_address_only(client: TestClient) -> None:
    own = assets.asset("style.css")
    assert client.get(own).headers["cache-control"] == "public, max-age=31536000, immutable"
    for other in ("/static/style.css", own.replace(assets.fingerprint(), "0" * 12)):
        answer = client.get(other)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert client.get(own.replace("style.css", "page.js")).headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/%2e%2e%2fapp.py", "/static/..%5capp.py",
     "/static//etc/passwd", "/data/../manifest.json", "/data/%2e%2e%2fmanifest.csv", "/data/..%2f..%2fcurrent.parquet",
     "/embed/../data/scores", "/area/..%2f..%2fetc%2fpasswd", "/static/%00", "/static/style.css%00.js"],
)  # fmt: skip
def test_no_path_leads_out_of_the_folders(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text
    assert "import" not in answer.text


def test_headers_cannot_turn_an_answer(client: TestClient) -> None:
    for name in ("Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "X-Rewrite-Url", "Forwarded"):
        trick = {name: "evil.example"}
        for address in ("/compare/", "/area/T01", "//evil.example/", "/api/v1/latest/scores"):
            answer = client.get(f"http://testserver{address}", headers=trick)
            assert answer.status_code in (302, 307, 404)
            assert re.match("/(?!/)", answer.headers.get("location", "/x")), (name, address)
        page = client.get("/", headers=trick)
        assert page.status_code == 200
        assert "evil" not in page.text
    answer = client.get("/areas?q=York%0d%0aSet-Cookie:%20a=b")
    assert "set-cookie" not in answer.headers


def test_a_reader_who_asks_too_often_waits(toy: Monitor) -> None:
    with TestClient(create_app(toy, rate=2.0)) as client:
        answers = [client.get("/areas/all") for _ in range(2 * BURST + 3)]
        assert [a.status_code for a in answers].count(200) in range(2 * BURST, 2 * BURST + 2)
        last = answers[-1]
        assert last.status_code == 429
        assert int(last.headers["retry-after"]) >= 1
        assert {name: last.headers.get(name) for name in SECURITY} == SECURITY
        assert client.get("/healthz").status_code == 200


def test_an_allowance_fills_again_and_is_each_readers_own() -> None:
    limits = Limits(app=None, refuse=None, rate=1.0)
    assert [limits.wait("a", 0.0) for _ in range(BURST + 1)] == [0] * BURST + [1]
    assert limits.wait("b", 0.0) == 0
    assert [limits.wait("a", t) for t in (0.5, 1.5, 1.6)] == [1, 0, 1]
    for k in range(20_000):
        limits.wait(str(k), 2.0)
    assert len(limits._buckets) <= 10_000


def test_a_long_address_is_refused_and_a_shorter_one_is_not(client: TestClient) -> None:
    assert client.get(f"/?x={'y' * (LONGEST - 10)}").status_code == 200
    answer = client.get(f"/?x={'y' * LONGEST}")
    assert answer.status_code == 414
    assert f"{LONGEST:,}" in answer.text


def test_the_log_tells_of_answers_not_of_people(toy: Monitor) -> None:
    out = io.StringIO()
    with TestClient(AccessLog(create_app(toy), out), follow_redirects=False) as client:
        told = {"User-Agent": "somebody", "X-Forwarded-For": "192.0.2.9"}
        client.get("/areas?q=12+My+Street&period=2023", headers=told)
        client.get("/my-secret-name/and-more")
        client.get("/area/T01.json?framework=toyland")
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["status"] for line in lines][1:] == [404, 200] or lines[1]["status"] == 404
    assert lines[2]["path"] == "/area/T01.json"
    assert not re.search("Street|somebody|192|testclient|and-more", out.getvalue())


@pytest.fixture
def two(toyland_store: Path, tmp_path: Path) -> tuple[Path, str, str]:
    """A store of its own with two editions; the older one is current."""
    store = tmp_path / "editions"
    shutil.copytree(toyland_store, store)
    newer = (store / CURRENT).read_text().strip()
    older = next(p.name for p in store.iterdir() if p.is_dir() and p.name != newer)
    (store / CURRENT).write_text(f"{older}\n")
    return store, older, newer


def test_a_new_edition_is_served_once_it_is_there(two: tuple[Path, str, str]) -> None:
    store, older, newer = two
    current = CurrentEdition(store, create_app, every=0.0)
    with TestClient(current) as client:
        assert client.get("/healthz").json()["edition"] == older
        first_tab = client.get(f"/api/v1/{older}/areas").json()
        (store / CURRENT).write_text(f"{newer}\n")
        until = time.monotonic() + 20
        while client.get("/healthz").json()["edition"] == older and time.monotonic() < until:
            time.sleep(0.05)
        assert client.get("/healthz").json()["edition"] == newer
        # a tab that was opened before asks for an edition that is no longer here, and is told which one is
        told = client.get(f"/api/v1/{older}/areas")
        assert told.status_code == 404
        assert newer in told.text
        assert client.get(f"/api/v1/{newer}/areas").json()["total"] == first_tab["total"]


@pytest.mark.parametrize("fault", ["cut", "lost", "manifest", "pointer", "elsewhere"])
def test_a_damaged_new_edition_leaves_the_old_one(
    two: tuple[Path, str, str], fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    store, older, newer = two
    current = CurrentEdition(store, create_app)
    file = store / newer / "scores.parquet"
    if fault == "cut":
        file.write_bytes(file.read_bytes()[:-20])
    elif fault == "lost":
        file.unlink()
    elif fault == "manifest":
        (store / newer / "manifest.json").write_text("{")
    target = {"pointer": "../../etc", "elsewhere": "no-such-edition"}.get(fault, newer)
    (store / CURRENT).write_text(f"{target}\n")
    with caplog.at_level(logging.WARNING, "goodwork"):
        assert not current.look()
        assert not current.look()
    assert current.name == older
    assert len(caplog.records) == 1  # told once, not at every look
    with TestClient(current) as client:
        assert client.get("/").status_code == 200


def test_a_damaged_table_of_the_served_edition_is_an_error_that_says_so(two: tuple[Path, str, str]) -> None:
    store, older, _ = two
    with TestClient(CurrentEdition(store, create_app)) as client:
        file = store / older / "values.parquet"
        file.write_bytes(file.read_bytes()[:100])
        answer = client.get("/indicator/low_pay")
        assert answer.status_code == 503
        assert "build it again" in answer.text
        assert client.get("/areas/all").status_code == 200
    with pytest.raises(ChecksumMismatch):
        check_edition(open_edition(store))


def test_no_processes_cannot_serve(toyland_store: Path) -> None:
    with pytest.raises(DeclarationError):
        serve(toyland_store, workers=0)


SERVE = """
import sys, time
from goodwork.web import app
slow = app.Site.health
def health(self, request):
    time.sleep(0.8)
    return slow(self, request)
if "slow" in sys.argv:
    app.Site.health = health
if __name__ == "__main__":
    from goodwork.web.serve import serve
    serve(sys.argv[1], port=0, workers=int(sys.argv[2]), on_ready=lambda address: print(address, flush=True))
    print("stopped", flush=True)
"""


@contextmanager
def started(folder: Path, store: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A server in a group of processes of its own, all of which end with the test."""
    script = folder / "serving.py"
    script.write_text(SERVE)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    command = [sys.executable, str(script), str(store), *more]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as server:
        try:
            yield server
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


def test_a_request_under_way_is_finished_before_the_end(toyland_store: Path, tmp_path: Path) -> None:
    with started(tmp_path, toyland_store, "1", "slow") as server:
        assert server.stdout is not None
        port = int(server.stdout.readline().rstrip("/\n").rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/healthz")
        time.sleep(0.3)
        server.send_signal(signal.SIGTERM)
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["status"]) == (200, "ok")
        assert server.wait(20) == 0 or server.returncode == -signal.SIGTERM


def test_several_processes_share_a_port_and_a_lost_one_is_replaced(toyland_store: Path, tmp_path: Path) -> None:
    with started(tmp_path, toyland_store, "2") as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        port = int(address.rstrip("/").rpartition(":")[2])

        def children() -> list[int]:
            found = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
            return [pid for pid in map(int, found) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

        before = children()
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        until = time.monotonic() + 60
        while (set(children()) <= set(before) or len(children()) < 2) and time.monotonic() < until:
            time.sleep(0.1)
        assert before[1] in children()
        assert len(children()) == 2
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()
        server.send_signal(signal.SIGTERM)
        assert server.stdout.read().strip() == "stopped"
        assert server.wait(30) == 0


GARBAGE = (
    b"GET / HTTP/9.9\r\n\r\n", b"\x00\xff\xfe\r\n\r\n", b"GET /%zz%00?\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1,5-,-\r\nConnection: close\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTT", b"",
)  # fmt: skip


def test_a_mixed_load_with_malformed_requests_has_no_server_error(toy: Monitor) -> None:
    app = create_app(toy)
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        seen: list[int] = []
        addresses = [*app.state.addresses.pages[:30], *OTHERS, *(a for a in ERRORS if "%ff" not in a)]

        def reader(seed: int) -> None:
            draw = random.Random(seed)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            for k in range(150):
                if k % 100 == seed:
                    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
                        raw.sendall(GARBAGE[draw.randrange(len(GARBAGE))])
                        raw.shutdown(socket.SHUT_WR)
                        told = raw.recv(200)
                        if match := re.match(rb"HTTP/1.1 (\d+)", told):
                            seen.append(int(match[1]))
                    continue
                coding = draw.choice(["br", "gzip", "identity", "", ";;q=,"])
                connection.request("GET", draw.choice(addresses), headers={"Accept-Encoding": coding})
                answer = connection.getresponse()
                answer.read()
                seen.append(answer.status)
            connection.close()

        readers = [threading.Thread(target=reader, args=(seed,)) for seed in range(4)]
        for one in readers:
            one.start()
        for one in readers:
            one.join(60)
        server.should_exit = True
        thread.join(10)
    assert len(seen) >= 590
    assert not [status for status in seen if status >= 500]
    assert seen.count(200) > 300
