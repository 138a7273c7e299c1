"""Where an address stands in a published copy: pages become folders, choices in a query folders within them."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlsplit

#: Endings of addresses that are files; everything else is a page.
ENDINGS = ("json", "csv", "svg", "png", "xlsx", "parquet", "css", "js", "mjs", "xml", "txt", "ico", "woff2", "webp",
           "pmtiles", "map", "zip")  # fmt: skip
VIEW = "view"
#: Addresses whose places are remembered: pages name the same ones again and again.
REMEMBERED = 1 << 16


@lru_cache(REMEMBERED)
def is_file(address: str) -> bool:
    """Whether an address is that of a file, not of a page.

    >>> is_file("/area/E06000014.csv?period=2019"), is_file("/area/E06000014-york"), is_file("/domain/pay")
    (True, False, False)
    """
    name = urlsplit(address).path.rpartition("/")[2]
    return "." in name and name.rpartition(".")[2] in ENDINGS


@lru_cache(REMEMBERED)
def place_of(address: str) -> str:
    """The file of an address below the folder of the copy.

    >>> place_of("/"), place_of("/?period=2019"), place_of("/area/E06000014-york")
    ('index.html', 'view/period-2019/index.html', 'area/E06000014-york/index.html')
    >>> place_of("/area/E06000014.csv?framework=conditions"), place_of("/static/00ab/style.css")
    ('area/framework-conditions/E06000014.csv', 'static/00ab/style.css')
    """
    parts = urlsplit(address)
    folders = [safe(unquote(part)) for part in parts.path.split("/") if part]
    choices = [safe(f"{name}-{value}") for name, value in parse_qsl(parts.query)]
    if choices and (not folders or (is_file(address) and len(folders) == 1)):
        choices = [VIEW, *choices]
    if is_file(address):
        return "/".join([*folders[:-1], *choices, folders[-1]])
    return "/".join([*folders, *choices, "index.html"])


def safe(text: str) -> str:
    """A text as the name of a file or folder on any system and in any address.

    >>> safe("E06000014-york"), safe("X/1"), safe("..")
    ('E06000014-york', 'X~2F1', '~2E~2E')
    """
    if set(text) == {"."}:
        return "~2E" * len(text)
    return re.sub(r"[^A-Za-z0-9._,=-]", lambda m: "".join(f"~{b:02X}" for b in m[0].encode()), text)


def link(source: str, target: str, fragment: str = "") -> str:
    """The way from one file of the copy to another, as it stands in a page; pages are named by their folders.

    >>> link("index.html", "area/E06000014-york/index.html"), link("area/a/index.html", "index.html")
    ('area/E06000014-york/', '../../')
    >>> link("area/a/index.html", "area/a/index.html", "made"), link("a/index.html", "static/00/style.css")
    ('#made', '../static/00/style.css')
    """
    after = f"#{fragment}" if fragment else ""
    if source == target:
        return after or "./"
    here, there = source.split("/")[:-1], target.split("/")
    if there[-1] == "index.html":
        there[-1] = ""
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    found = "/".join([".."] * (len(here) - shared) + there[shared:])
    return (quote(found, safe="/~,=") or "./") + after
