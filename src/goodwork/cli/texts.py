"""Every text that readers meet, collected for translators: ``python -m goodwork.cli.texts [STORE]``.

Fixed texts and sentences are read from the code and the templates. A sentence that is put together from words of the
program is heard when it is said: every page of the shipped edition is asked for.
"""

from __future__ import annotations

import gettext
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from goodwork import language
from goodwork.analysis.finding import SAYS
from goodwork.store.tables import write_bytes

#: The package, and where its catalogue lies.
SOURCE, POT = Path(__file__).parents[1], language.SHIPPED / f"{language.DOMAIN}.pot"
#: Functions whose arguments are texts, and which of these.
MARKS = {
    "tr": None, "marked": None, "say": None, "_": None, "gettext": None, "NotFound": (1,), "trn": (1, 2),
    "ngettext": (1, 2),
}  # fmt: skip
READERS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "silent": "false"}}
#: Where readers meet nothing: the command and the library speak English.
SILENT = ("cli", "sources", "pipeline", "store", "index")


def written() -> Catalog:
    """Texts as they stand in the code and the templates, each with the files it stands in."""
    found = Catalog(project="goodwork", charset="utf-8", fuzzy=False)
    for file, _, text, notes, _ in extract_from_dir(SOURCE, READERS, OPTIONS, keywords=MARKS):
        if Path(file).parts[0] not in SILENT:
            found.add(text, locations=[(Path(file).as_posix(), 0)], auto_comments=notes)
    return found


class Listening(gettext.NullTranslations):
    """English, and what was said of it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[str] = set()

    def gettext(self, message: str) -> str:
        self.heard.add(message)
        return message


def heard(store: str) -> Iterator[str]:
    """Texts that are said by the pages of an edition, and those that its findings were said by."""
    from goodwork.monitor import Monitor
    from goodwork.web.publish.press import Job, Press, start
    from goodwork.web.publish.site import planned

    monitor, listener = Monitor.open(store), Listening()
    language.speak(listener)
    try:
        job = Job(monitor.edition.path, Path(store), Path(store), {}, "https://example.org/", False, frozenset())
        press = Press(job, monitor)
        start(job, press)
        for page in planned(press, map):
            press.ask(page)
    finally:
        language.speak(None)
    found = monitor.table("findings")
    inner = (text for numbers in found["numbers"] for text in _templates(json.loads(numbers)))
    told = {*found["template"], *inner}
    yield from sorted(listener.heard | {text for text in told if "{" in text})  # others hold figures of their own


def _templates(value: Any) -> Iterator[str]:
    """The templates of findings inside a finding's numbers."""
    if isinstance(value, dict):
        if SAYS in value:
            yield value[SAYS]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _templates(one)


def collected(store: str) -> bytes:
    """All texts as the template of a catalogue; the same bytes for the same texts."""
    found = written()
    for text in heard(store):
        if text and text not in found:
            found.add(text, auto_comments=["put together when it is said"])
    out = io.BytesIO()
    write_po(out, found, sort_output=True, omit_header=True, include_lineno=False)
    return b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n' + out.getvalue()


def kept() -> Catalog:
    """The texts as they were collected last."""
    with POT.open("rb") as file:
        return read_po(file)


if __name__ == "__main__":
    from goodwork.pipeline import shipped_store

    write_bytes(POT, collected(str(sys.argv[1] if len(sys.argv) > 1 else shipped_store())))
