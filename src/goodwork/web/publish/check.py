"""Whether every link of a copy leads somewhere: each file that a page names is there, each place in a page too."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LINK = re.compile(r'\s(?:href|src|action|data-names|data-url|data-figures)="([^"]*)"')
_ID = re.compile(r'\sid="([^"]+)"')


def broken_links(folder: Path, places: Iterable[str], base: str = "") -> list[str]:
    """Every link within a copy that leads nowhere, as ``page → link: what is wrong``. ``places``: the pages and
    drawings that are read; ``base``: the lasting address, whose links are within the copy too."""

    @cache
    def names(place: str) -> frozenset[str]:
        return frozenset(_ID.findall((folder / place).read_text(encoding="utf-8")))

    @cache
    def there(place: str) -> bool:
        return (folder / place).is_file()

    faults = []
    for place in places:
        text = (folder / place).read_text(encoding="utf-8")
        for found in dict.fromkeys(_LINK.findall(text)):
            address = unescape(found)
            if base and address.startswith(base):
                address = "/" + address[len(base) :]
            elif re.match("[a-z]+:", address) or address.startswith("//"):
                continue
            elif address.startswith("/"):
                faults.append(f"{place} → {found}: leads out of the copy")
                continue
            parts = urlsplit(address)
            inside = posixpath.normpath(posixpath.join("" if address[0] == "/" else posixpath.dirname(place),
                                                       unquote(parts.path).lstrip("/")))  # fmt: skip
            target = place if not parts.path else inside
            if parts.path.endswith("/") or inside == ".":
                target = "index.html" if inside == "." else f"{inside}/index.html"
            if not parts.path:
                target = place
            if target.startswith("..") or not there(target):
                faults.append(f"{place} → {found}: there is no {target}")
            elif parts.fragment and target.endswith(".html") and unquote(parts.fragment) not in names(target):
                faults.append(f"{place} → {found}: nothing there is called {parts.fragment}")
    return faults
