"""Reports as files: formats, every area at once, and runs that fail."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from goodwork.errors import DeclarationError, GoodWorkError, MissingData, StoreError
from goodwork.monitor import Monitor
from goodwork.report import printing
from goodwork.report.document import Document
from goodwork.report.printing import formats_asked, write_all, write_report


def test_formats_are_those_asked_for_or_all_that_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert formats_asked(["html,xlsx", "html"]) == ("html", "xlsx")
    with pytest.raises(DeclarationError, match="no format 'docx'"):
        formats_asked(["docx"])
    monkeypatch.setattr(printing, "available", lambda: False)
    assert formats_asked([]) == ("html", "xlsx")


def test_nothing_is_written_where_one_format_cannot_be_made(
    york: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(document: Document) -> bytes:
        raise GoodWorkError("no")

    monkeypatch.setattr(printing, "FORMATS", {**printing.FORMATS, "pdf": fails})
    with pytest.raises(GoodWorkError, match="no"):
        write_report(york, tmp_path, ("html", "pdf"))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_told(york: Document, monitor: Monitor, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(StoreError, match="cannot write"):
        write_report(york, blocked, ("html",))
    with pytest.raises(StoreError, match="cannot write"):
        write_all(monitor, blocked / "reports", ("html",))


def test_every_area_has_its_files(monitor: Monitor, tmp_path: Path) -> None:
    folder, steps = tmp_path / "reports", list[float]()
    codes = ["E06000014", "E06000053", "W06000015"]
    written = write_all(monitor, folder, ("html",), workers=1, areas=codes, tell=lambda text, done: steps.append(done))
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in written)
    assert {path.name.split("-")[1].upper() for path in written} == set(codes)
    assert steps[-1] == 1.0
    assert not [path for path in tmp_path.iterdir() if path != folder]
    with pytest.raises(MissingData, match="no areas"):
        write_all(monitor, folder, ("html",), areas=["X1"])


def test_a_run_that_fails_or_is_stopped_changes_nothing(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "area-x.html").write_text("as before")

    def stops(run: printing.Run, codes: list[str], tell: object, workers: int) -> list[str]:
        (run.folder / "area-x.html").write_text("half a rep")
        raise KeyboardInterrupt

    monkeypatch.setattr(printing, "_made", stops)
    with pytest.raises(KeyboardInterrupt):
        write_all(monitor, folder, ("html",))
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]
    assert (folder / "area-x.html").read_text() == "as before"


def test_an_error_in_another_process_is_told_in_its_words(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(document: Document) -> bytes:
        raise MissingData("nothing to draw", remedy="look there")

    monkeypatch.setattr(printing, "FORMATS", {"html": fails})
    printing._begin(printing.Run(monitor.edition.path, "good_work", "gb", "2021", ("html",), tmp_path))
    with pytest.raises(GoodWorkError, match="the report of E06000014 was not made: nothing to draw") as told:
        printing._report("E06000014")
    assert pickle.loads(pickle.dumps(told.value)).remedy == "look there"
