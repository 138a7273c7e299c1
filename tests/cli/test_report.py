"""``goodwork report`` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from goodwork.cli.app import app
from goodwork.cli.options import Where
from goodwork.cli.report import _document
from goodwork.errors import GoodWorkError, NotFound
from goodwork.monitor import Monitor


def ask(store: Path, *words: str) -> str:
    """What the command prints; its errors are raised."""
    told = CliRunner().invoke(app, ["report", *words, "--store", str(store)], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return told.output


def test_an_area_is_written_in_the_formats_asked_for(edition_store: Path, tmp_path: Path) -> None:
    out = ask(edition_store, "york", "--out", str(tmp_path), "--format", "html", "--format", "xlsx", "--json")
    files = [Path(name) for name in json.loads(out)["files"]]
    assert [path.name for path in files] == ["area-e06000014-york.html", "area-e06000014-york.xlsx"]
    assert all(path.stat().st_size > 10_000 for path in files)


def test_each_kind_has_its_words(monkeypatch: pytest.MonkeyPatch, monitor: Monitor) -> None:
    asked: list[str] = []
    for module, function in (("bulletin", "bulletin"), ("gallery", "gallery"), ("audit_report", "audit_report"),
                             ("community_report", "community_report"), ("community_report", "compact_report"),
                             ("area_report", "area_report")):  # fmt: skip

        def note(monitor: Monitor, *about: object, function: str = function) -> str:
            asked.append(" ".join([function, *(str(word) for word in about if word)]))
            return function

        monkeypatch.setattr(f"goodwork.report.{module}.{function}", note)
    where = Where()
    where.__dict__["monitor"] = monitor
    for words in (
        "bulletin",
        "gallery",
        "audit",
        "audit Greater Manchester",
        "community b",
        "compact 2",
        "Bath and North",
    ):
        _document(where, words.split())
    assert asked == [
        "bulletin", "gallery", "audit_report nation", "audit_report Greater Manchester", "community_report b",
        "compact_report 2", "area_report Bath and North",
    ]  # fmt: skip


def test_what_cannot_be_reported_is_told(edition_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound, match="no area"):
        ask(edition_store, "atlantis", "--out", str(tmp_path))
    nothing = CliRunner().invoke(app, ["report", "--store", str(edition_store)])
    assert nothing.exit_code == 2
    assert "name an area" in nothing.output
    from goodwork.report import printing

    def missing() -> None:
        raise GoodWorkError("a PDF needs the library typst")

    monkeypatch.setattr(printing, "engine", missing)
    with pytest.raises(GoodWorkError, match="needs the library"):
        ask(edition_store, "york", "--format", "pdf", "--out", str(tmp_path))
    assert not list(tmp_path.iterdir())
