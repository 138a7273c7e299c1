"""``goodwork report`` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from goodwork.cli.app import app
from goodwork.errors import GoodWorkError, NotFound


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


def test_each_kind_has_its_words(edition_store: Path, tmp_path: Path) -> None:
    for words, name in (
        (["community", "b"], "community-b"), (["compact", "2"], "compact-2"),
        (["audit", "Greater", "Manchester"], "audit"),
    ):  # fmt: skip
        ask(edition_store, *words, "--out", str(tmp_path), "--format", "html")
        assert any(path.name.startswith(name) for path in tmp_path.iterdir())


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
