"""Web pages: seen for what they are when they come in place of figures; and the links of those asked for on purpose."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from goodwork.errors import Fault, SourceChanged, SourceUnavailable
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


def newest_link(content: bytes, address: str, pattern: str) -> str:
    r"""The address of the file that a page links to: of the links that ``pattern`` fits, the one of the latest year.

    The pattern is looked for in the whole address, percent signs resolved; its group ``year``, where it has one, finds
    the year. Of several of one year (or without years) the first on the page stands, as publishers put the newest
    first. Only secure addresses are followed. Raises ``SourceUnavailable`` for anything but a page, ``SourceChanged``
    when no link fits, naming the links to files that there are.

    >>> page = b'<html><a href="/file?uri=/a/births2023.xlsx">b</a><a href="/file?uri=/a/births2024.xlsx">a</a></html>'
    >>> newest_link(page, "https://example.org/births", r"births(?P<year>20\d\d)\.xlsx")
    'https://example.org/file?uri=/a/births2024.xlsx'
    """
    if not is_html(content):
        raise SourceUnavailable(f"{redact(address)} answered with something that is no web page", remedy=_LOOK)
    reader = _Links()
    reader.feed(content.decode("utf-8", "replace"))
    links = list(dict.fromkeys(link for href in reader.links if (link := _joined(address, href))))
    fitting = [(found, link) for link in links if (found := re.search(pattern, unquote(link)))]
    if not fitting:
        files = [link for link in links if _FILE.search(urlsplit(link).path + "?" + urlsplit(link).query)]
        raise SourceChanged(
            f"{redact(address)} links to no file that fits",
            faults=[Fault(f"there is {redact(link)}") for link in files[:8]],
            remedy=_LOOK,
            url=redact(address),
        )
    years = [(found.groupdict().get("year") or "", -place) for place, (found, _) in enumerate(fitting)]
    return fitting[years.index(max(years))][1]


_LOOK = "open the page in a browser; if the publisher has moved the file, correct its pattern in sources.toml"
_FILE = re.compile(r"\.(csv|xlsx?|ods|zip)\b", re.IGNORECASE)


class _Links(HTMLParser):
    """The addresses that the anchors of a page lead to, as written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value.strip() for name, value in attrs if tag == "a" and name == "href" and value]


def _joined(address: str, href: str) -> str:
    """The whole address of a link; empty for one that is not secure, or none."""
    try:
        whole = urljoin(address, href)
        return whole if urlsplit(whole).scheme == "https" and urlsplit(whole).hostname else ""
    except ValueError:
        return ""


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
