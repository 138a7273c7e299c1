"""Templates of pages and reports: nothing unsaid, everything escaped, every text in the reader's language."""

from __future__ import annotations

from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from goodwork.language import language, tr, trn


def environment(package: str, *, tight: bool = False) -> Environment:
    """The templates of a package, with ``_()`` and ``{% trans %}``; ``tight`` leaves out the space around blocks."""
    made = Environment(
        loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=tight,
        lstrip_blocks=tight, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    cast(Any, made).newstyle_gettext = True
    made.globals |= {"language": language(), "_": _told, "gettext": _told, "ngettext": _counted}
    return made


def _told(text: str, /, **values: Any) -> Markup:
    """A text of a template, its ``values`` escaped and put in."""
    return Markup(tr(text) % {name: escape(value) for name, value in values.items()})


def _counted(one: str, more: str, n: int, /, **values: Any) -> Markup:
    """A text of a template for one thing or for more of them."""
    return Markup(trn(one, more, n) % {name: escape(value) for name, value in values.items()})
