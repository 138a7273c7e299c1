"""Whether every link of a copy leads somewhere: each file that a page names is there, each place in a page too."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Where links lead, as file and place in it, with one page that names it and how it is written there.
Named = dict[tuple[str, str], tuple[str, str]]

_LINK = re.compile(r'\s(?:href|src|action|data-names|data-url|data-figures)="([^"]*)"')
_ID = re.compile(r'\sid="([^"]+)"')


def links_of(place: str, text: str, base: str = "") -> tuple[Named, list[str]]:
    """What a page or drawing leads to within its copy, and its links that lead out of it or to nothing in itself, as
    ``page → link: what is wrong``. ``base``: the lasting address of the copy, whose links are within it too.

    >>> links_of("a/index.html", '<a href="../b/#c">B</a> <a href="/d">D</a>')
    ({('b/index.html', 'c'): ('a/index.html', '../b/#c')}, ['a/index.html → /d: leads out of the copy'])
    """
    named: Named = {}
    faults: list[str] = []
    own: frozenset[str] | None = None
    for found in dict.fromkeys(_LINK.findall(text)):
        address = unescape(found)
        if base and address.startswith(base):
            address = "/" + address[len(base) :]
        elif re.match("[a-z]+:", address) or address.startswith("//"):
            continue
        elif address.startswith("/"):
            faults.append(f"{place} → {found}: leads out of the copy")
            continue
        path, fragment = (unquote(part) for part in urlsplit(address)[2::2])
        target = _target(place, path, absolute=address.startswith("/"))
        if target == place:
            own = _names(text) if own is None else own
            if fragment and fragment not in own:
                faults.append(f"{place} → {found}: nothing there is called {fragment}")
        elif target.startswith(".."):
            faults.append(f"{place} → {found}: there is no {target}")
        else:
            named[target, fragment] = place, found
    return named, faults


def astray(named: Mapping[tuple[str, str], tuple[str, str]], folder: Path) -> list[str]:
    """What links of a copy name and is not there, each with one page that names it."""

    @cache
    def names(place: str) -> frozenset[str]:
        return _names((folder / place).read_text(encoding="utf-8"))

    faults = []
    for (target, fragment), (place, found) in sorted(named.items()):
        if not (folder / target).is_file():
            faults.append(f"{place} → {found}: there is no {target}")
        elif fragment and target.endswith(".html") and fragment not in names(target):
            faults.append(f"{place} → {found}: nothing there is called {fragment}")
    return faults


def _names(text: str) -> frozenset[str]:
    return frozenset(_ID.findall(text))


def _target(place: str, path: str, *, absolute: bool) -> str:
    """The file that a path leads to from a file of the copy."""
    if not path:
        return place
    inside = posixpath.normpath(posixpath.join("" if absolute else posixpath.dirname(place), path.lstrip("/")))
    if path.endswith("/") or inside == ".":
        return "index.html" if inside == "." else f"{inside}/index.html"
    return inside
