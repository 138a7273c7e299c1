"""What came back instead of figures: pages, error texts, empty bodies, and JSON that breaks off."""

from __future__ import annotations

import json
import re
from typing import Any

from goodwork.errors import Fault, SourceChanged, SourceUnavailable
from goodwork.sources.delimited import decode
from goodwork.sources.secrecy import redact

_PAGE = re.compile(r"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)
SHOWN = 80


def read_text(name: str, content: bytes) -> str:
    r"""The text of an answer; ``SourceUnavailable`` for an empty body or a web page, ``SourceError`` for other bytes.

    >>> read_text("a.csv", b"\xef\xbb\xbfarea,value\n")
    'area,value\n'
    >>> read_text("a.csv", b"<!DOCTYPE html><html></html>")
    Traceback (most recent call last):
        ...
    goodwork.errors.SourceUnavailable: a.csv holds a web page instead of figures
      · a.csv: a web page instead of figures: '<!DOCTYPE html><html></html>' — ask again later, then check the address
    What to do: ask again later, then check the address
    """
    text, notes = decode(name, content)
    if not text.strip():
        raise unavailable(name, "nothing", "")
    if _PAGE.match(text):
        raise unavailable(name, "a web page", text)
    if notes:
        raise changed(name, "the text is not UTF-8", "declare its encoding when the publisher uses another")
    return text


def read_json(name: str, content: bytes) -> Any:
    """The data in a JSON answer, every key once and every number finite.

    Raises ``SourceUnavailable`` when the body is empty, a page or plain words (``NotFound``), ``SourceChanged`` when it
    is JSON that breaks off, repeats a key or holds ``NaN``.

    >>> read_json("a.json", b'{"value": [1, null]}')
    {'value': [1, None]}
    """
    text = read_text(name, content)
    if text.lstrip()[0] not in "{[":
        raise unavailable(name, "words", text)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise changed(name, f"this is not whole JSON: {why}", "ask again; the answer may have been cut") from None


def unavailable(
    name: str, instead: str, said: str, remedy: str = "ask again later, then check the address"
) -> SourceUnavailable:
    """The error for an answer without figures; what the provider said is quoted, without secrets.

    >>> print(unavailable("a.csv", "words", "no such key=1234").faults[0].what)
    words instead of figures: 'no such key=***'
    """
    quoted = _quote(said)
    what = f"{instead} instead of figures" + (f": {quoted!r}" if quoted else "")
    return SourceUnavailable(
        f"{name} holds {instead} instead of figures", faults=[Fault(what, file=name, remedy=remedy)], remedy=remedy
    )


def changed(name: str, what: str, remedy: str, row: int | None = None, column: str | None = None) -> SourceChanged:
    """The error for an answer whose shape is not the one we know.

    >>> print(changed("a.csv", "there is no column 'area'", "look at the file", 1).faults[0])
    a.csv, row 1: there is no column 'area' — look at the file
    """
    fault = Fault(what, file=name, row=row, column=column, remedy=remedy)
    return SourceChanged(f"{name} is not in the shape that is known", faults=[fault])


def _quote(said: str) -> str:
    plain = re.sub(r"\s+", " ", redact(said)).strip()
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _not_a_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number")
