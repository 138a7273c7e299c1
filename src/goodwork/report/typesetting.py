"""Typst, and the one font it may use: never the system's, so that what it makes is the same everywhere. Both come with
the extra ``pdf``."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from goodwork.errors import GoodWorkError
from goodwork.language import language

REMEDY = "pip install 'goodwork[pdf]'; HTML, SVG and spreadsheet come without it"
FONT = "Source Sans Pro"
#: Whether Typst has a process of its own.
_APART = [False]
_FAMILY = re.compile(r"""font-family=("[^"]*"|'[^']*')""")


def available() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) is not None for name in ("typst", "font_source_sans_pro"))


def apart(chosen: bool = True) -> None:
    """From now on Typst runs in a process of its own, which ends with each document: a tenth of a second more for it,
    and none of what Typst remembers (20 MB a picture) stays with a process that goes on for months."""
    _APART[:] = [chosen]


def typeset(sources: Mapping[str, bytes], what: str, **how: Any) -> Any:
    """What Typst makes of a document and its files, by name. Raises ``GoodWorkError`` where the extra is not installed,
    and where Typst refuses ``what`` it was given."""
    return _elsewhere(sources, what, how) if _APART[0] and available() else _here(sources, what, how)


def _elsewhere(sources: Mapping[str, bytes], what: str, how: Mapping[str, Any]) -> Any:
    """The same, by another process; what it raises is raised here."""
    asked = pickle.dumps((dict(sources), what, dict(how)))
    done = subprocess.run([sys.executable, "-m", __name__], input=asked, stdout=subprocess.PIPE, check=False)
    if done.returncode or not done.stdout:
        raise GoodWorkError(f"{what} could not be typeset: the process ended", remedy="see that there is memory left")
    found = pickle.loads(done.stdout)  # from our own process
    if isinstance(found, GoodWorkError):
        raise found
    return found


def _here(sources: Mapping[str, bytes], what: str, how: Mapping[str, Any]) -> Any:
    typst, fonts = engine()
    try:
        return typst.compile(dict(sources), font_paths=fonts, ignore_system_fonts=True, **how)
    except typst.TypstError as error:
        raise GoodWorkError(
            f"{what} could not be typeset: {error}",
            remedy="this is a fault of the template or of a drawing, not of your figures; please report it",
        ) from None


@cache
def engine() -> tuple[Any, Any]:
    """Typst and its fonts; raises ``GoodWorkError`` where the extra is not installed."""
    try:
        import font_source_sans_pro
        import typst
    except ImportError:
        raise GoodWorkError(
            "a PDF or PNG needs the library typst and a font",
            remedy=REMEDY,
        ) from None
    folder = files(font_source_sans_pro) / "files"
    return typst, typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def in_print(svg: str) -> str:
    """A drawing in the font of what is printed, whatever fonts it names.

    >>> in_print("<svg width='1'><g font-family='system-ui, Arial'/></svg>")
    '<svg font-family="Source Sans Pro" width=\\'1\\'><g font-family="Source Sans Pro"/></svg>'
    """
    return _FAMILY.sub(f'font-family="{FONT}"', svg).replace("<svg ", f'<svg font-family="{FONT}" ', 1)


def spoken() -> dict[str, str | None]:
    """The language of this process as Typst and the PDF name it: language and country, none where it names none.

    >>> spoken()
    {'lang': 'en', 'region': 'GB'}
    """
    lang, *more = language().split("-")
    return {"lang": lang, "region": next((part for part in more if len(part) == 2), None)}


def _answer() -> None:
    """What the other process does: one document from its input to its output."""
    try:
        found = _here(*pickle.load(sys.stdin.buffer))
    except GoodWorkError as error:
        found = error
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    _answer()
