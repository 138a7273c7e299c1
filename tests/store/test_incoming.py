"""Files had by other means: a folder, a zip or one file; nothing is half-read, and bombs are refused."""

from __future__ import annotations

import errno
import zipfile
from contextlib import suppress
from datetime import UTC, date
from pathlib import Path

import pytest

from goodwork.errors import NotFound, StoreError
from goodwork.store import incoming
from goodwork.store.incoming import files_in
from goodwork.store.snapshots import Retrieval, Snapshots


def test_a_folder_a_zip_and_a_file_give_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    for name, content in {
        "b.csv": b"2",
        "sub/a.csv": b"1",
        ".hidden": b"x",
        "~$b.xlsx": b"x",
        "sub/.DS_Store": b"x",
    }.items():
        (folder / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / "folder.ZIP", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder).as_posix())
        archive.writestr("__MACOSX/b.csv", "x")
    for place in (folder, tmp_path / "folder.ZIP"):
        assert [(file.name, file.content) for file in files_in(place)] == [("b.csv", b"2"), ("sub/a.csv", b"1")]
    [file] = files_in(folder / "b.csv")
    assert (file.name, file.content, file.modified.tzinfo) == ("b.csv", b"2", UTC)
    workbook = tmp_path / "workbook.xlsx"
    workbook.write_bytes((tmp_path / "folder.ZIP").read_bytes())
    assert [file.name for file in files_in(workbook)] == ["workbook.xlsx"]


def test_what_a_zip_holds_can_be_kept(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "els.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("pay.csv", (2024, 9, 30, 0, 0, 0)), b"area,value")
        archive.writestr(zipfile.ZipInfo("../../out.csv", (1980, 0, 0, 0, 0, 0)), b"area,value")
    store = Snapshots(tmp_path / "snapshots")
    for file in files_in(tmp_path / "els.zip"):
        store.keep(file.content, Retrieval(source="els", name=file.name, retrieved_at=file.modified), vintage=True)
    assert store.read(store.as_at("els", date(2024, 9, 30), "pay.csv")) == b"area,value"
    assert not (tmp_path / "out.csv").exists()


def test_nothing_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no folder or file"):
        list(files_in(tmp_path / "nowhere"))
    assert list(files_in(tmp_path)) == []


def test_a_bomb_is_refused_before_it_bursts(tmp_path: Path) -> None:
    import tracemalloc

    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(100 * 2**20))
    tracemalloc.start()
    with pytest.raises(StoreError, match="unpacks to more than"):
        list(files_in(tmp_path / "bomb.zip"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 80 * 2**20


def test_files_larger_than_any_publisher_sends_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "big.csv").write_bytes(bytes(1000))
    monkeypatch.setattr(incoming, "MAX_FILE", 999)
    with pytest.raises(StoreError, match="larger than"):
        list(files_in(tmp_path))


def test_a_zip_of_too_much_is_refused_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(10):
            archive.writestr(f"{number}.csv", bytes(100))
    assert len(list(files_in(tmp_path / "many.zip"))) == 10
    for limit, value, says in (
        ("MAX_ALL", 999, "10 files unpack to more than"),
        ("MAX_MEMBERS", 9, "10 files, more than 9"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(incoming, limit, value)
            with pytest.raises(StoreError, match=says):
                list(files_in(tmp_path / "many.zip"))


@pytest.mark.parametrize("damage", ["cut", "flip", "encrypted"])
def test_a_damaged_zip_is_told(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "els.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pay.csv", b"area,value\n" * 100)
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[50] ^= 0xFF
    if damage == "encrypted":
        content[6] |= 1
        content[content.index(b"PK\x01\x02") + 8] |= 1
    if damage == "cut":
        content[30:60] = b""
    path.write_bytes(content)
    with pytest.raises(StoreError, match="cannot be unpacked"):
        list(files_in(path))


def test_every_flipped_byte_of_a_zip_gives_files_or_a_typed_error(tmp_path: Path) -> None:
    path = tmp_path / "els.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pay.csv", b"area,value\n" * 9)
    content = path.read_bytes()
    for place in range(len(content)):
        for flip in (0x01, 0xFF):
            path.write_bytes(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
            with suppress(StoreError):
                assert [file.content for file in files_in(path)] in ([], [b"area,value\n" * 9])


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pay.csv").write_bytes(b"x")

    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(StoreError, match=r"cannot read .*pay\.csv: Permission denied"):
        list(files_in(tmp_path))
