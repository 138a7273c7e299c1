"""The audit as a person types it: of a place, a group, a list; with a register of one's own; and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from goodwork import errors
from goodwork.cli import options
from goodwork.cli.app import app
from goodwork.cli.options import open_monitor
from goodwork.cli.show import out
from goodwork.monitor import Monitor


@pytest.fixture(scope="module", autouse=True)
def opened_once() -> Iterator[None]:
    """An edition never changes, so all commands here share one that is open."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(options, "open_monitor", cache(open_monitor))
        yield


def ask(store: Path, *words: str) -> str:
    """What the command prints; its errors are raised."""
    out.width = 200  # whatever the terminal was when the console was made
    told = CliRunner().invoke(
        app, ["audit", *words, "--store", str(store)], env={"COLUMNS": "200"}, catch_exceptions=False
    )
    assert told.exit_code == 0, told.output
    return told.output


def test_the_audit_of_a_place_is_what_the_library_says(edition_store: Path, monitor: Monitor) -> None:
    text = " ".join(ask(edition_store, "blackpool").split())
    for said in monitor.audit("Blackpool").findings:
        assert " ".join(said.split()) in text
    assert "For discussion: nothing here says that a lever will work" in text


def test_json_holds_every_sentence_with_its_numbers(edition_store: Path, monitor: Monitor) -> None:
    data = json.loads(ask(edition_store, "Greater Manchester", "--json"))
    assert (data["kind"], len(data["members"])) == ("combined authority", 10)
    sentences = [said["sentence"] for aspect in data["aspects"] for said in aspect["findings"]]
    assert sentences == list(map(str, monitor.audit("Greater Manchester").findings))
    assert all({"template", "numbers", "rows"} <= set(said) for a in data["aspects"] for said in a["findings"])


def test_a_list_of_areas_and_the_whole_are_audited(edition_store: Path) -> None:
    assert "2 of the 2 areas of your group of areas" in ask(edition_store, "--areas", "York, E08000035", "--brief")
    assert "22 of the 22 areas of Wales" in ask(edition_store, "--area-set", "wales", "--brief")


def test_a_register_of_ones_own_takes_the_place_of_the_shipped_one(edition_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'framework = "good_work"\n[[lever]]\nname = "tea"\ntitle = "Tea"\nwhat = "Tea."\ndomains = ["access"]\n'
        'principles = ["support"]\nhold = ["council"]\nevidence = "None."\nstrength = "thin"\nmeasure = ["cups"]\n',
        encoding="utf-8",
    )
    assert "1 levers of the register serve them" in ask(edition_store, "Blackpool", "--levers", str(file), "--brief")
    file.write_text(file.read_text().replace("access", "moon").replace("support", "sun"), encoding="utf-8")
    with pytest.raises(errors.DeclarationError) as refused:
        ask(edition_store, "Blackpool", "--levers", str(file))
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize(
    "words", [["Atlantis"], ["--areas", "York,Atlantis"], ["--areas", ","], ["York", "--area-set", "wales"]]
)
def test_what_is_not_there_is_refused(edition_store: Path, words: list[str]) -> None:
    with pytest.raises(errors.NotFound):
        ask(edition_store, *words)


def test_a_place_and_a_list_together_are_refused(edition_store: Path) -> None:
    told = CliRunner().invoke(app, ["audit", "York", "--areas", "Leeds", "--store", str(edition_store)])
    assert told.exit_code == 2
