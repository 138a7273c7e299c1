"""Snapshots: the bytes that came, whole or not at all, whatever happens; damaged ones are refused."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import signal
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from goodwork.errors import ChecksumMismatch, NotFound, StoreError
from goodwork.store import snapshots, tables
from goodwork.store.snapshots import RETRIEVALS, Retrieval, Snapshots

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
SPAWN = multiprocessing.get_context("spawn")


def facts(source: str = "els", name: str = "pay.csv", day: int = 0, **more: Any) -> Retrieval:
    return Retrieval(source=source, name=name, retrieved_at=START + timedelta(days=day), **more)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_bytes_come_back_with_everything_known_of_them(tmp_path: Path) -> None:
    whole = facts(url="https://x.uk/?uid=***", etag='"7"', last_modified="then", media_type="text/csv",
                  fingerprint="f1", licence="OGL v3.0", release="2025", notes=("a note",))  # fmt: skip
    kept = Snapshots(tmp_path).keep(b"area,value\r\n\xff\x00", whole)
    again = Snapshots(tmp_path)
    [found] = again.all()
    assert found == kept == again.latest("els") == again.find("f1")
    assert again.read(found) == b"area,value\r\n\xff\x00"
    assert {name: getattr(found, name) for name in vars(whole)} == vars(whole)
    assert (found.bytes, found.file) == (14, f"{found.sha256[:2]}/{found.sha256}.csv")
    assert (tmp_path / found.file).stat().st_mode & 0o777 == 0o444
    assert json.loads((tmp_path / RETRIEVALS).read_text()) == found.record


def test_the_same_bytes_add_a_line_and_no_bytes(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    first = store.keep(b"same", facts(day=0))
    before = (tmp_path / first.file).stat()
    second = store.keep(b"same", facts(day=1, name="other.TXT"))
    assert first.file == second.file
    assert (tmp_path / first.file).stat().st_mtime_ns == before.st_mtime_ns
    assert len(files(tmp_path)) == 2
    assert len(store.all("els")) == 2


@pytest.mark.parametrize(
    "name", ["data", "data.", "../../etc/passwd", "a/b.c/d", "x.verylongsuffix", "x.c v", "", ".csv", "a.\0"]
)
def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    store = Snapshots(tmp_path / "in")
    kept = store.keep(b"x", facts(name=name))
    assert store.read(kept) == b"x"
    assert Snapshots(tmp_path / "in").latest("els").name == name
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_snapshots_are_found_by_source_file_and_day(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    for day, name in [(0, "a"), (0, "b"), (30, "a"), (60, "a")]:
        store.keep(f"{name}{day}".encode(), facts(name=name, day=day))
    store.keep(b"n", facts(source="nomis", name="n", day=1))
    assert store.sources() == ("els", "nomis")
    assert [store.read(s) for s in store.all("els", "a")] == [b"a0", b"a30", b"a60"]
    assert store.read(store.latest("els")) == b"a60"
    assert store.read(store.latest("els", "b")) == b"b0"
    assert store.read(store.as_at("els", date(2026, 2, 1), "a")) == b"a30"
    assert store.read(store.as_at("els", date(2026, 1, 31), "a")) == b"a30"
    assert store.read(store.as_at("els", START + timedelta(days=30, seconds=-1), "a")) == b"a0"
    assert {name: store.read(s) for name, s in store.files("els").items()} == {"a": b"a60", "b": b"b0"}
    assert {name: store.read(s) for name, s in store.files("els", date(2026, 2, 1)).items()} == {
        "a": b"a30",
        "b": b"b0",
    }
    with pytest.raises(NotFound, match="as at 2025-12-31"):
        store.as_at("els", date(2025, 12, 31))
    with pytest.raises(NotFound) as caught:
        store.latest("nomi")
    assert caught.value.nearest == ("nomis",)
    with pytest.raises(NotFound, match="els: c"):
        store.latest("els", "c")


def test_an_empty_store_has_nothing(tmp_path: Path) -> None:
    store = Snapshots(tmp_path / "nowhere")
    assert store.all() == store.sources() == ()
    assert store.find("f") is None
    with pytest.raises(NotFound):
        store.latest("els")
    assert not (tmp_path / "nowhere").exists()


def test_a_question_is_answered_by_the_newest(tmp_path: Path) -> None:
    one, two = Snapshots(tmp_path), Snapshots(tmp_path)
    one.keep(b"old", facts(day=5, fingerprint="f"))
    assert two.read(two.find("f")) == b"old"
    two.keep(b"new", facts(day=6, fingerprint="f"))
    one.keep(b"vintage", facts(day=1, fingerprint="f"), vintage=True)
    one.keep(b"nothing asked", facts(name="x", day=9))
    for store in (one, two, Snapshots(tmp_path)):
        assert store.read(store.find("f")) == b"new"
        assert store.find("") is None


def test_a_clock_that_went_back_does_not_hide_what_came_last(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    store.keep(b"first", facts(day=10, fingerprint="f"))
    late = store.keep(b"second", facts(day=2, fingerprint="f", notes=("own",)))
    assert store.read(store.latest("els")) == b"second" == store.read(store.find("f"))
    assert late.retrieved_at > START + timedelta(days=10)
    assert late.notes[0] == "own"
    assert "the clock said 2026-01-03T12:00:00+00:00" in late.notes[1]
    assert store.keep(b"other file", facts(name="b", day=1)).notes == ()
    older = store.keep(b"vintage", facts(day=1), vintage=True)
    assert (older.retrieved_at, older.notes) == (START + timedelta(days=1), ())
    assert store.read(store.as_at("els", date(2026, 1, 2), "pay.csv")) == b"vintage"
    assert store.read(store.latest("els", "pay.csv")) == b"second"


def test_a_time_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Retrieval(source="els", name="a", retrieved_at=datetime(2026, 1, 1))


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone", "folder"])
def test_damaged_bytes_are_refused_and_put_right(tmp_path: Path, damage: str) -> None:
    store = Snapshots(tmp_path)
    kept = store.keep(b"area,value", facts())
    file = tmp_path / kept.file
    file.chmod(0o644)
    if damage in ("gone", "folder"):
        file.unlink()
    else:
        file.write_bytes({"cut": b"area,val", "flip": b"area,valuf", "empty": b""}[damage])
    if damage == "folder":
        file.mkdir()
    with pytest.raises(StoreError) as caught:
        Snapshots(tmp_path).read(kept)
    assert isinstance(caught.value, ChecksumMismatch) or damage == "folder"
    assert "fetch it again" in caught.value.remedy
    if damage != "folder":
        store.keep(b"area,value", facts(day=1))
        assert store.read(kept) == b"area,value"


LINE = {"source": "els", "name": "a", "retrieved_at": "2026-01-01T12:00:00+00:00", "sha256": "0" * 64, "bytes": 1}


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b"null", b"\xff\xfe", b"{}", b'{"source": "els"}', b"",
     json.dumps({**LINE, "file": "../../../etc/passwd"}).encode(),
     json.dumps({**LINE, "file": f"00/{'0' * 64}.csv/../../x"}).encode(),
     json.dumps({**LINE, "file": f"00/{'0' * 64}.csv", "retrieved_at": "2026-01-01T12:00:00"}).encode(),
     json.dumps({**LINE, "file": f"00/{'0' * 64}.csv", "retrieved_at": 5}).encode()],
)  # fmt: skip
def test_a_damaged_line_is_named(tmp_path: Path, line: bytes) -> None:
    Snapshots(tmp_path).keep(b"x", facts())
    log = tmp_path / RETRIEVALS
    log.write_bytes(log.read_bytes() + line + b"\n")
    with pytest.raises(ChecksumMismatch, match="line 2 of"):
        Snapshots(tmp_path).all()


def test_a_line_of_a_later_version_can_be_read(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path).keep(b"x", facts())
    log = tmp_path / RETRIEVALS
    log.write_text(json.dumps({**kept.record, "weather": "fine"}) + "\n")
    assert Snapshots(tmp_path).all() == (kept,)


def test_every_cut_of_the_last_line_counts_as_not_written(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    first = store.keep(b"one", facts(day=0))
    log = tmp_path / RETRIEVALS
    begun = log.stat().st_size
    store.keep(b"two", facts(day=1))
    whole = log.read_bytes()
    for cut in range(begun, len(whole)):
        log.write_bytes(whole[:cut])
        assert Snapshots(tmp_path).all() == (first,)
    third = Snapshots(tmp_path).keep(b"three", facts(day=2))
    assert Snapshots(tmp_path).all() == (first, third)


def test_a_very_long_unfinished_line_is_taken_away(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    first = store.keep(b"one", facts(day=0))
    log = tmp_path / RETRIEVALS
    log.write_bytes(log.read_bytes() + b"x" * 200_000)
    second = store.keep(b"two", facts(day=1))
    assert Snapshots(tmp_path).all() == (first, second)
    log.write_bytes(b"x" * 200_000)
    assert Snapshots(tmp_path).keep(b"two", facts(day=2)) in Snapshots(tmp_path).all()


def test_a_log_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    store = Snapshots(tmp_path)
    store.keep(b"one", facts(day=0))
    store.keep(b"two", facts(day=1))
    log = tmp_path / RETRIEVALS
    lines = log.read_bytes().splitlines(keepends=True)
    log.unlink()
    assert store.all() == ()
    log.write_bytes(lines[1])
    assert [store.read(snapshot) for snapshot in store.all()] == [b"two"]
    log.write_bytes(b"")
    assert store.all() == ()


# --- the disk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["write_bytes", "sync_folder", "FileLock", "checksum"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_disk_that_refuses_leaves_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    store = Snapshots(tmp_path)
    former = store.keep(b"former", facts(day=0))

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(number, "the disk says no")

    monkeypatch.setattr(snapshots, step, refuse)
    with pytest.raises(StoreError, match="the disk says no") as caught:
        store.keep(b"former" if step == "checksum" else b"newer", facts(day=1))
    monkeypatch.undo()
    assert caught.value.remedy
    for found in (store, Snapshots(tmp_path)):
        assert found.all()[0] == former
        assert found.read(former) == b"former"
        assert [found.read(snapshot) for snapshot in found.all()][1:] in ([], [b"newer"])
    assert not list(tmp_path.glob("*/.*"))
    assert store.read(store.keep(b"newer", facts(day=2))) == b"newer"


@pytest.mark.parametrize("call", range(4))
def test_a_sync_that_fails_keeps_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """Whichever of the syncs says that the disk is full: a line stands only where its bytes lie whole."""
    store = Snapshots(tmp_path)
    former = store.keep(b"former", facts(day=0))
    calls = []
    real = os.fsync

    def fsync(handle: int) -> None:
        calls.append(handle)
        if len(calls) == call + 1:
            raise OSError(errno.ENOSPC, "no space left")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StoreError, match="no space left") as caught:
        store.keep(b"newer", facts(day=1))
    monkeypatch.undo()
    assert "free some space" in caught.value.remedy
    assert Snapshots(tmp_path).all() == (former,)
    assert not list(tmp_path.glob("*/.*"))
    assert (tmp_path / RETRIEVALS).read_bytes().count(b"\n") == 1
    assert store.read(store.keep(b"newer", facts(day=2))) == b"newer"


def _fill_the_disk(path: Path, limit: int) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        Snapshots(path).keep(b"x" * 5000, facts(day=1, release="r" * 500))
    except StoreError:
        os._exit(6)
    os._exit(0)


@pytest.mark.skipif(os.name != "posix", reason="needs limits on the size of files")
@pytest.mark.parametrize("limit", [0, 4096, 5100])
def test_a_full_disk_for_real(tmp_path: Path, limit: int) -> None:
    """The kernel refuses to let files grow: within the bytes, or (the last case) in the middle of the line."""
    store = Snapshots(tmp_path)
    former = store.keep(b"former", facts(day=0, release="r" * 4600 if limit == 5100 else ""))
    before = files(tmp_path)
    child = SPAWN.Process(target=_fill_the_disk, args=(tmp_path, limit))
    child.start()
    child.join(60)
    assert child.exitcode == 6
    assert Snapshots(tmp_path).all() == (former,)
    after = files(tmp_path)
    assert after[RETRIEVALS] == before[RETRIEVALS]
    assert [content for name, content in after.items() if name not in before] in ([], [b"x" * 5000])


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder nobody may write to")
def test_a_folder_nobody_may_write_to() -> None:
    with pytest.raises(StoreError, match="cannot write") as caught:
        Snapshots("/sys/kernel/snapshots").keep(b"x", facts())
    assert caught.value.remedy


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreError) as caught:
        Snapshots(tmp_path / "store").keep(b"x", facts())
    assert "choose a folder" in caught.value.remedy
    with pytest.raises(StoreError):
        Snapshots(tmp_path / "store").all()


def test_reading_needs_no_lock_and_changes_nothing(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path).keep(b"x", facts())
    (tmp_path / ".lock").unlink(missing_ok=True)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    store = Snapshots(tmp_path)
    assert store.read(store.latest("els")) == b"x"
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    with FileLock(tmp_path / ".lock"):
        assert Snapshots(tmp_path).all() == (kept,)


def test_a_lock_that_is_not_let_go_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Snapshots(tmp_path)
    store.keep(b"x", facts())
    monkeypatch.setattr(snapshots, "LOCK_SECONDS", 0.1)
    with FileLock(tmp_path / ".lock"), pytest.raises(StoreError, match="another fetch is writing"):
        store.keep(b"y", facts(day=1))
    store.keep(b"y", facts(day=1))


# --- interruption, and two at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["write_bytes", "sync_folder"])
def test_control_c_keeps_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    store = Snapshots(tmp_path)
    former = store.keep(b"former", facts(day=0))

    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(snapshots, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.keep(b"newer", facts(day=1))
    monkeypatch.undo()
    assert Snapshots(tmp_path).all() == (former,)
    store.keep(b"newer", facts(day=2))


def _keep_for_ever(path: Path, seed: int) -> None:
    store, chance, turn = Snapshots(path), random.Random(seed), 0
    (path / f"ready-{seed}").touch()
    while True:
        turn += 1
        store.keep(chance.randbytes(200_000), facts(source=f"s{seed}", name=f"{turn}"))


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_kill_minus_nine_again_and_again(tmp_path: Path) -> None:
    chance = random.Random(7)
    kept: set[str] = set()
    for seed in range(5):
        child = SPAWN.Process(target=_keep_for_ever, args=(tmp_path, seed), daemon=True)
        child.start()
        until = time.monotonic() + 60
        while not (tmp_path / f"ready-{seed}").exists() and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.01, 0.2))
        os.kill(child.pid, signal.SIGKILL)
        child.join(60)
        assert child.exitcode == -signal.SIGKILL
        store = Snapshots(tmp_path)
        found = {snapshot.sha256 for snapshot in store.all()}
        assert found >= kept
        for snapshot in store.all(f"s{seed}"):
            store.read(snapshot)
        kept = found
    assert kept
    Snapshots(tmp_path).keep(b"after all", facts())
    assert not list(tmp_path.glob("*/.*"))


def _keep_some(path: Path, who: int) -> None:
    store = Snapshots(path)
    for turn in range(20):
        store.keep(b"%d" % (turn % 10), facts(name=f"{turn}", notes=(f"by {who}",), fingerprint=f"f{turn}"))


def test_two_fetches_at_once(tmp_path: Path) -> None:
    children = [SPAWN.Process(target=_keep_some, args=(tmp_path, who)) for who in range(2)]
    for child in children:
        child.start()
    threads = [threading.Thread(target=_keep_some, args=(tmp_path, who)) for who in (2, 3)]
    for thread in threads:
        thread.start()
    for worker in (*children, *threads):
        worker.join(60)
    assert [child.exitcode for child in children] == [0, 0]
    store = Snapshots(tmp_path)
    assert len(store.all()) == 80
    assert len({snapshot.file for snapshot in store.all()}) == 10
    assert len(files(tmp_path)) == 11
    for who in range(4):
        assert sum(f"by {who}" in snapshot.notes for snapshot in store.all()) == 20
    for snapshot in store.all():
        assert store.read(snapshot) == b"%d" % (int(snapshot.name) % 10)
    assert all(store.find(f"f{turn}") is not None for turn in range(20))


def test_what_an_interrupted_writer_left_is_cleared(tmp_path: Path) -> None:
    kept = Snapshots(tmp_path).keep(b"x", facts())
    left = (tmp_path / kept.file).parent / f".{'0' * 64}.csv.abcd"
    left.write_bytes(b"half")
    Snapshots(tmp_path).keep(b"y", facts(day=1))
    assert not left.exists()


def test_ten_thousand_retrievals_are_found_quickly(tmp_path: Path) -> None:
    """Looking something up does not read all lines again: only those that were added."""
    record = Snapshots(tmp_path).keep(b"x", facts()).record
    lines = [json.dumps({**record, "fingerprint": f"f{n}", "name": f"{n}"}) for n in range(10_000)]
    (tmp_path / RETRIEVALS).write_text("\n".join(lines) + "\n")
    store = Snapshots(tmp_path)
    begun = time.perf_counter()
    assert store.find("f17").name == "17"
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    for n in range(100):
        assert store.find(f"f{n}").name == f"{n}"
    assert time.perf_counter() - begun < first


def test_bytes_are_written_by_the_one_way_that_is_atomic() -> None:
    assert snapshots.write_bytes is tables.write_bytes


def test_files_that_belong_together_are_kept_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots = Snapshots(tmp_path)
    files = [(text, Retrieval(source="els", name=name, retrieved_at=datetime(2026, 1, 2, tzinfo=UTC)))
             for name, text in (("pay.csv", b"area,value"), ("pay.json", b"{}"))]  # fmt: skip
    keep_bytes = Snapshots._keep_bytes

    def full(self: Snapshots, content: bytes, sha256: str, name: str) -> str:
        if name == "pay.json":
            raise StoreError("the disk is full")
        return keep_bytes(self, content, sha256, name)

    with monkeypatch.context() as patched:
        patched.setattr(Snapshots, "_keep_bytes", full)
        with pytest.raises(StoreError):
            snapshots.keep_all(files)
    assert snapshots.all() == Snapshots(tmp_path).all() == ()
    assert [snapshots.read(kept) for kept in snapshots.keep_all(files)] == [b"area,value", b"{}"]
    assert len(Snapshots(tmp_path).all()) == 2
    assert snapshots.keep_all([]) == ()
