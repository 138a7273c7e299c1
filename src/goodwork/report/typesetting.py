"""Typst, and the one font it may use: never the system's, so that what it makes is the same everywhere. Both come with
the extra ``pdf``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from goodwork.errors import GoodWorkError

REMEDY = "pip install 'goodwork[pdf]'; HTML, SVG and spreadsheet come without it"
FONT = "Source Sans Pro"
_FAMILY = re.compile(r"""font-family=("[^"]*"|'[^']*')""")


def available() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) is not None for name in ("typst", "font_source_sans_pro"))


def typeset(sources: Mapping[str, bytes], what: str, **how: Any) -> Any:
    """What Typst makes of a document and its files, by name. Raises ``GoodWorkError`` where the extra is not installed,
    and where Typst refuses ``what`` it was given."""
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
