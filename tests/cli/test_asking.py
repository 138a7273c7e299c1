"""A question is asked on a line of its own, and a command about an edition takes the edition that is named."""

from __future__ import annotations

import io
from contextlib import ExitStack
from pathlib import Path

import pytest
import rich.console
import rich.progress
from rich.console import Console
from rich.progress import Progress
from typer.testing import CliRunner

from goodwork.cli import show
from goodwork.cli.app import app
from goodwork.errors import DeclarationError
from goodwork.pipeline.change_log import ChangeLog
from goodwork.sources.workbooks import open_workbook


def test_nothing_is_drawn_while_a_question_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    bars: list[Progress] = []
    drawn: list[bool] = []
    terminal = Console(file=io.StringIO(), force_terminal=True, highlight=False)

    class Bar(Progress):
        def __enter__(self) -> Bar:
            bars.append(self)
            super().__enter__()
            return self

    def confirm(*words: object, **how: object) -> bool:
        drawn.append(bars[0].live.is_started)
        return True

    monkeypatch.setattr(rich.progress, "Progress", Bar)
    monkeypatch.setattr(rich.console, "Console", lambda **_: terminal)
    monkeypatch.setattr(show.sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(show.typer, "confirm", confirm)
    with ExitStack() as watched:
        tell = watched.enter_context(show.progress("Building"))
        assert bars[0].live.is_started
        review = show.ask_about(False, quiet=True, before=watched.close)
        assert review(ChangeLog(("More.",), ("an area is lost",)))
        tell("writing", 0.9)
    assert drawn == [False]


def test_stages_of_an_edition_that_is_named(edition_store: Path, tmp_path: Path) -> None:
    out = tmp_path / "stages.xlsx"
    words = ["stages", str(out), "--store", str(edition_store), "--area-set", "england-119"]
    CliRunner().invoke(app, words, catch_exceptions=False)
    with open_workbook(out.name, ".xlsx", out.read_bytes()) as (book, _):
        assert len(book.sheet_names) > 5
    with pytest.raises(DeclarationError):
        CliRunner().invoke(app, [*words, "--figures", str(tmp_path)], catch_exceptions=False)
