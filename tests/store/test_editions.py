"""Editions: whole or not at all, whatever happens; damaged ones are refused."""

from __future__ import annotations

import errno
import json
import multiprocessing
import shutil
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from goodwork.errors import ChecksumMismatch, EditionNotFound, StoreError
from goodwork.store import editions, tables
from goodwork.store.editions import open_edition, write_edition

TABLE = pd.DataFrame({"area": ["A", "B", "C"], "value": [1.5, float("nan"), -0.1], "n": [1, 2, 3]})


def publish(store: Path, value: float = 1.0):
    return write_edition(store, "small", {"t": TABLE.assign(value=value)}, {"name": "small"})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_table_comes_back_as_it_was(tmp_path: Path) -> None:
    edition = write_edition(tmp_path, "small", {"t": TABLE}, {"name": "small"})
    pd.testing.assert_frame_equal(open_edition(tmp_path).table("t"), TABLE, check_dtype=False)
    assert edition.name == open_edition(tmp_path).name
    with pytest.raises(EditionNotFound, match="no table 'other'"):
        edition.table("other")


def test_the_same_content_gives_the_same_bytes_and_name(tmp_path: Path) -> None:
    one, two = publish(tmp_path / "a"), publish(tmp_path / "b")
    assert one.name == two.name
    assert contents(one.path) == contents(two.path)
    assert publish(tmp_path / "a").name == one.name
    assert publish(tmp_path / "a", 2.0).name != one.name


def test_an_empty_table_is_kept(tmp_path: Path) -> None:
    edition = write_edition(tmp_path, "small", {"t": TABLE.iloc[:0]}, {})
    assert list(edition.table("t").columns) == list(TABLE.columns)


def test_a_missing_store_is_said(tmp_path: Path) -> None:
    with pytest.raises(EditionNotFound, match="no edition at"):
        open_edition(tmp_path / "nowhere")
    with pytest.raises(EditionNotFound, match="no edition in"):
        open_edition(tmp_path)
    (tmp_path / "current").write_text("../elsewhere\n")
    with pytest.raises(EditionNotFound, match="not an edition here"):
        open_edition(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone"])
def test_a_damaged_table_is_refused(tmp_path: Path, damage: str) -> None:
    edition = publish(tmp_path)
    file = edition.path / "t.parquet"
    content = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        flipped = bytes([content[30] ^ 1])
        file.write_bytes({"cut": content[:-20], "flip": content[:30] + flipped + content[31:], "empty": b""}[damage])
    with pytest.raises(ChecksumMismatch) as caught:
        open_edition(tmp_path).table("t")
    assert "build it again" in caught.value.remedy


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"format": 1}', b'{"format": 1, "tables": {"t": {}}}', b"\xff\xfe"]
)
def test_a_damaged_manifest_is_refused(tmp_path: Path, damage: bytes) -> None:
    (publish(tmp_path).path / "manifest.json").write_bytes(damage)
    with pytest.raises(ChecksumMismatch):
        open_edition(tmp_path)


def test_an_edited_manifest_is_refused(tmp_path: Path) -> None:
    path = publish(tmp_path).path / "manifest.json"
    path.write_text(path.read_text().replace('"small"', '"large"'))
    with pytest.raises(ChecksumMismatch, match="not the one that was published"):
        open_edition(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    edition = publish(tmp_path)
    copy = tmp_path / "copy"
    shutil.copytree(edition.path, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(StoreError, match="format 99"):
        open_edition(copy)


def test_publishing_again_mends_a_damaged_edition(tmp_path: Path) -> None:
    edition = publish(tmp_path)
    (edition.path / "t.parquet").write_bytes(b"broken")
    assert publish(tmp_path).name == edition.name
    open_edition(tmp_path).table("t")


@pytest.mark.parametrize("step", ["write_parquet", "write_bytes", "sync_folder"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_disk_that_refuses_leaves_the_former_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    former = publish(tmp_path)

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(number, "the disk says no")

    monkeypatch.setattr(editions, step, refuse)
    with pytest.raises(StoreError, match="the disk says no") as caught:
        publish(tmp_path, 2.0)
    monkeypatch.undo()
    assert caught.value.remedy
    assert open_edition(tmp_path).name == former.name
    assert not list(tmp_path.glob(".aside-*"))
    assert publish(tmp_path, 3.0).table("t")["value"].iloc[0] == 3.0


def _fill_the_disk(store: Path, limit: int) -> None:
    import os
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        big = pd.DataFrame({"value": range(200_000)})
        write_edition(store, "big", {"t": big}, {})
    except StoreError:
        os._exit(6)
    os._exit(0)


@pytest.mark.parametrize("limit", [0, 100, 5_000, 100_000])
def test_a_full_disk_for_real(tmp_path: Path, limit: int) -> None:
    """The kernel refuses to let files grow beyond a limit; whatever step that hits, the former edition opens."""
    former = publish(tmp_path)
    child = multiprocessing.get_context("spawn").Process(target=_fill_the_disk, args=(tmp_path, limit))
    child.start()
    child.join(60)
    assert child.exitcode == 6
    assert open_edition(tmp_path).name == former.name
    open_edition(tmp_path).table("t")


def test_two_builds_at_once(tmp_path: Path) -> None:
    publish(tmp_path)
    with FileLock(tmp_path / ".lock"), pytest.raises(StoreError, match="another build is writing"):
        publish(tmp_path, 2.0)
    publish(tmp_path, 2.0)


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreError) as caught:
        publish(tmp_path / "store")
    assert caught.value.remedy


def test_parquet_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(StoreError, match="cannot be read as Parquet"):
        tables.read_parquet(tmp_path / "t.parquet")


def test_write_bytes_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables.write_bytes(tmp_path / "file", b"one")

    def refuse(*args: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(tables.os, "fsync", refuse)
    with pytest.raises(StoreError, match="full"):
        tables.write_bytes(tmp_path / "file", b"two")
    assert contents(tmp_path) == {"file": b"one"}
