"""What an address of a country of small areas asks for: the number of a page, a code with a name behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from goodwork.errors import DeclarationError
from goodwork.language import tr


def whole(text: str, usual: int) -> int:
    """A whole number from one on that an address holds; raises ``DeclarationError`` for anything else."""
    if not text:
        return usual
    if not re.fullmatch(r"[0-9]{1,7}", text) or not int(text):
        raise DeclarationError(
            tr("{text!r} is not the number of a page").format(text=text[:40]),
            remedy=tr("write a whole number from 1 on"),
        )
    return int(text)


def named(codes: list[str], reference: str, place: Mapping[str, int] | None = None) -> int | None:
    """The place of the code with which ``code-slug`` begins; the longest if several do.

    >>> named(["A1", "A1-B"], "A1-B-york"), named(["A1"], "york")
    (1, None)
    """
    parts = reference.split("-")
    known = place if place is not None else {code: k for k, code in enumerate(codes)}
    begun = ("-".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((known[code] for code in begun if code in known), None)
