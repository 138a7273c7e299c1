"""Web pages in place of figures: seen for what they are, whatever status and type they come with."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from goodwork.errors import SourceUnavailable
from goodwork.sources.secrecy import redact

_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def refuse_html(content: bytes, address: str, promised: str, hide: Callable[[str], str] = redact) -> None:
    """Raise ``SourceUnavailable`` when a web page came where ``promised`` (``csv``, ``json`` …) was expected.

    Providers answer a query they do not understand, or one too many, with an error page and status 200. ``hide`` takes
    secrets out of what is quoted.

    >>> refuse_html(b"area,value", "https://example.org/data.csv", "csv")
    """
    if is_html(content):
        page = hide(in_words(content))
        raise SourceUnavailable(
            f"{hide(address)} answered with a web page instead of {promised}" + (f": {page}" if page else ""),
            remedy="open the address in a browser to see what it says; check the query, or try again later",
            url=hide(address),
        )


def is_html(content: bytes) -> bool:
    """Whether the bytes are a web page, whatever they are declared to be.

    >>> is_html(b" <!DOCTYPE html><html>"), is_html(b"area,value")
    (True, False)
    """
    return bool(_HTML.match(_opening(content)))


def in_words(content: bytes, longest: int = 200) -> str:
    """What a short answer says, as one line of printable text: the title of a web page, or how a text begins.

    >>> in_words(b"<html><title>Too many\\nrequests</title>")
    'Too many requests'
    """
    text = _opening(content).decode("utf-8", "replace")
    if is_html(content):
        title = _TITLE.search(text)
        text = title[1] if title else ""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= longest else line[:longest].rstrip() + "…"


def _opening(content: bytes) -> bytes:
    """The first bytes of a file, without byte order mark and as if every character were one byte."""
    opening = content[:4096]
    for mark in _BYTE_ORDER_MARKS:
        opening = opening.removeprefix(mark)
    return opening.replace(b"\0", b"")
