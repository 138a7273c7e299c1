"""Texts in another language: what a catalogue has is said by it, all the rest in English."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from goodwork import language
from goodwork.analysis.finding import say
from goodwork.monitor import Monitor

mofile = pytest.importorskip("babel.messages.mofile", reason="Babel is not installed")
catalogue = pytest.importorskip("babel.messages.catalog")

#: Not Welsh by anybody who speaks it: what a translator would write stands in brackets.
SAID = {
    "Find an area": "[Find an area]",
    "{place} of {total}": "[{total}: {place}]",
    "{place} (95 % interval {low} to {high})": "[{place}, 95 %: {low}–{high}]",
    "{n:areas} of {total} stand out": "[of {total} stand out {n:areas}]",
}
PAGE = """
import sys
from goodwork.analysis.profile import Standing
from goodwork.monitor import Monitor
from goodwork.web.app import create_app
from starlette.testclient import TestClient
print(Standing("index", "", score=101.0, rank=23, rank_low=11, rank_high=40, of=119).place)
with TestClient(create_app(Monitor.open(sys.argv[1]))) as client:
    print(client.get("/").text)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalogue of another language."""
    made = catalogue.Catalog(locale="cy")
    for english, other in SAID.items():
        made.add(english, other)
    file = tmp_path_factory.mktemp("locale") / "cy" / "LC_MESSAGES" / "goodwork.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        mofile.write_mo(out, made)
    return file.parents[2]


def spoken(folder: Path, name: str, edition: Path) -> subprocess.CompletedProcess[str]:
    """What a process says in a language."""
    told = {"GOODWORK_LANGUAGE": name, "GOODWORK_LOCALE": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", PAGE, str(edition)], env=os.environ | told, capture_output=True, text=True, timeout=120
    )


def test_pages_and_sentences_speak_the_language_of_the_process(folder: Path, monitor: Monitor) -> None:
    said = spoken(folder, "cy", monitor.edition.path).stdout
    assert said.startswith("[[119: 23rd], 95 %: 11–40]\n")
    assert '<html lang="cy"' in said
    assert "[Find an area]</label>" in said
    assert "Skip the map: go to the table" in said  # what the catalogue lacks


def test_a_language_without_a_catalogue_is_refused_with_what_to_do(folder: Path, monitor: Monitor) -> None:
    refused = spoken(folder, "gd", monitor.edition.path)
    assert refused.returncode
    assert "there is no catalogue for GOODWORK_LANGUAGE=gd" in refused.stderr
    assert "gd/LC_MESSAGES/goodwork.mo" in refused.stderr


def test_a_sentence_in_another_language_keeps_its_template_and_numbers(folder: Path) -> None:
    import gettext

    language.speak(gettext.translation("goodwork", folder, ["cy"]))
    try:
        found = say("{n:areas} of {total} stand out", n=3, total=9)
    finally:
        language.speak(None)
    assert found == "[of 9 stand out 3 areas]"
    assert (found.template, found.numbers["total"]) == ("{n:areas} of {total} stand out", 9)


def test_every_text_of_the_code_stands_in_the_catalogue_that_translators_get() -> None:
    from goodwork.cli.texts import kept, written

    missing = {str(one.id) for one in written() if one.id} - {str(one.id) for one in kept() if one.id}
    assert not missing, "run make words"


def test_the_catalogue_can_be_read_by_any_gettext(folder: Path) -> None:
    from goodwork.cli.texts import kept

    found = kept()
    for one in found:
        if one.id:
            one.string = one.id
    out = io.BytesIO()
    mofile.write_mo(out, found)
    assert len(out.getvalue()) > 100_000
