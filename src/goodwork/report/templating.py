"""Templates of pages and reports: nothing unsaid, everything escaped, every text in the reader's language."""

from __future__ import annotations

from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined

from goodwork.language import language, tr, trn


def environment(package: str, *, tight: bool = False) -> Environment:
    """The templates of a package, with ``_()`` and ``{% trans %}``; ``tight`` leaves out the space around blocks."""
    made = Environment(
        loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=tight,
        lstrip_blocks=tight, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    cast(Any, made).install_gettext_callables(tr, trn, newstyle=True)
    made.globals["language"] = language()
    return made
