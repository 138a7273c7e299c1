"""A served page as a page of files: links lead to files, choices become links, what needs a server says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from goodwork.web.headers import EMBED
from goodwork.web.publish.places import is_file, link, place_of
from goodwork.web.routes import with_query

_LINK = re.compile(r'(\s(?:href|src|action|formaction|data-names|data-url|data-figures|poster)=")(/[^"]*)"')
_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
#: What only a server can make.
_SERVER = re.compile(r"<(span|div|th|td)\b[^>]* data-server>.*?</\1>", re.DOTALL)
NOTE = (
    "This copy of the monitor is made of files: what has to be computed for a reader is not in it. "
    "Areas, indicators, domains, questions and all data are. "
    '<a href="/areas/all">The page of each area</a> also says who is like it and which of them do better.'
)
#: What stands in a form that a module of the page works out, for readers whose browser runs none.
NEEDS = '<noscript><p class="note published">This is worked out in the page: it needs JavaScript.</p></noscript>'


@dataclass
class Copy:
    """What a published copy holds, asked while a page is rewritten; what pages need beyond themselves is noted."""

    pages: frozenset[str]
    plain: Callable[[str], str]
    search: str = ""
    files: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def target(self, address: str, here: str) -> str | None:
        """The address in the copy that a link leads to; ``None`` where the copy has nothing for it.

        A file is in the copy because a page needs it. A link to another page may lead to that page as it is usually
        shown, where the choice it carries was not published; one to another view of the same page may not.
        """
        bare = address.partition("#")[0]
        if bare.startswith("/static/"):
            return bare
        if is_file(bare) or bare.startswith(EMBED):
            found = self.plain(bare)
            self.files.add(found)
            return found
        wanted = self.plain(bare)
        if wanted in self.pages and (wanted != here or urlsplit(bare).path == urlsplit(here).path):
            return wanted
        path = urlsplit(wanted).path
        if path != urlsplit(here).path and path != "/" and self.plain(path) in self.pages:
            return self.plain(path)
        self.lost.add(wanted)
        return None


def rewritten(page: str, here: str, copy: Copy) -> str:
    """A served page as it stands in the copy, at the place of its address ``here``."""
    place = place_of(here)
    page = _SERVER.sub("", _FORM.sub(lambda found: form(found[0], here, copy), page))

    def one(found: re.Match[str]) -> str:
        head, value = found.groups()
        if value.startswith("//"):
            return found[0]
        address = unescape(value)
        target = copy.target(address, here)
        if target is None:
            return ""
        return f'{head}{escape(link(place, place_of(target), address.partition("#")[2]))}"'

    return _LINK.sub(one, page)


def form(markup: str, here: str, copy: Copy) -> str:
    """A form as links to the views that are published, one list for each thing that can be chosen; nothing where none
    of them is. The search leads to the list of all areas; what a page works out by itself stays."""
    read = _Form()
    read.feed(markup)
    if read.role == "search":
        return markup.replace(f'action="{read.action}"', f'action="{copy.search}"') if copy.search else ""
    if read.computes:
        head, body = markup[: markup.index(">") + 1], markup[markup.index(">") + 1 :]
        return head + NEEDS + _SERVER.sub(lambda found: _choices(_Form.of(found[0], read), copy), body)
    return _choices(read, copy) or (f'<p class="note published">{NOTE}</p>' if read.typed else "")


def _choices(read: _Form, copy: Copy) -> str:
    """The lists of links."""
    lists = []
    for name, (label, options) in read.selects.items():
        links = []
        for value, words, chosen in options:
            asked = read.chosen() | {name: value}
            wanted = copy.plain(with_query(read.action, asked))
            if chosen:
                links.append(f'<li><strong aria-current="true">{escape(words)}</strong></li>')
            elif wanted in copy.pages:
                links.append(f'<li><a href="{escape(wanted)}">{escape(words)}</a></li>')
        if len(links) > 1:
            lists.append(f'<div><h2 class="small">{escape(label)}</h2><ul>{"".join(links)}</ul></div>')
    shown = f'<nav class="published" aria-label="{escape(read.label or "Other views")}">{"".join(lists)}</nav>'
    return shown if lists else ""


class _Form(HTMLParser):
    """What a form asks: its address, hidden values, and lists to choose from."""

    def __init__(self) -> None:
        super().__init__()
        self.action = self.role = self.label = ""
        self.hidden: dict[str, str] = {}
        self.selects: dict[str, tuple[str, list[tuple[str, str, bool]]]] = {}
        self._labels: dict[str, str] = {}
        self._in: tuple[str, str] = ("", "")
        self._select = ""
        self.typed = self.computes = False

    @classmethod
    def of(cls, part: str, whole: _Form) -> _Form:
        """A part of a form, which asks what the whole does."""
        read = cls()
        read.action, read.hidden = whole.action, whole.hidden
        read.feed(part)
        return read

    def chosen(self) -> dict[str, str]:
        """What the form would send as it stands."""
        picked = {name: next((v for v, _, c in options if c), "") for name, (_, options) in self.selects.items()}
        return self.hidden | picked

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.role = found.get("action", ""), found.get("role", "")
            self.label, self.computes = found.get("aria-label", ""), "data-figures" in found
        elif tag == "input" and found.get("type") == "hidden":
            self.hidden[found.get("name", "")] = found.get("value", "")
        elif tag == "input" and found.get("type", "text") in ("text", "search", "number", "range"):
            self.typed = True
        elif tag == "label":
            self._in = "label", found.get("for", "")
        elif tag == "select":
            self._select = found.get("name", "")
            self.selects[self._select] = self._labels.get(found.get("id", ""), self._select), []
        elif tag == "option" and self._select:
            self.selects[self._select][1].append((found.get("value", ""), "", "selected" in found))
            self._in = "option", ""

    def handle_data(self, data: str) -> None:
        kind, of = self._in
        if kind == "label" and data.strip():
            self._labels[of] = self._labels.get(of, "") + data.strip()
        elif kind == "option" and data.strip():
            value, words, chosen = self.selects[self._select][1][-1]
            self.selects[self._select][1][-1] = value, words + data.strip(), chosen

    def handle_endtag(self, tag: str) -> None:
        if tag in ("label", "option"):
            self._in = "", ""
        elif tag == "select":
            value = self.selects[self._select][1]
            if value and not any(chosen for _, _, chosen in value):
                value[0] = (*value[0][:2], True)
            self._select = ""
