"""One press of many: asks the application for pages, makes files of them, and writes those that changed."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from goodwork.model.plans import Plans
from goodwork.monitor import Monitor
from goodwork.report import png
from goodwork.web import assets
from goodwork.web.app import create_app
from goodwork.web.publish.check import Named, links_of
from goodwork.web.publish.head import dataset, head, said
from goodwork.web.publish.markup import Copy, rewritten
from goodwork.web.publish.places import is_file, link, place_of
from goodwork.web.serving.finished import SHORTEST, pack

PACKED = (".html", ".json", ".csv", ".svg", ".css", ".js", ".xml", ".txt")
SEARCH = "/areas/all"


@dataclass(frozen=True)
class Job:
    """What every press needs to know. ``aside``: the folder that is written to; ``former``: the copy that stands now,
    with the digests of its files; ``plans``: what places brought of their own."""

    edition: Path
    aside: Path
    former: Path
    digests: dict[str, str]
    base: str
    cards: bool
    pages: frozenset[str]
    plans: Plans | None = None


@dataclass
class Printed:
    """What came of some pages: digests of the files written, those that changed, where their links lead, what a link
    found no place for, and faults."""

    digests: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    named: Named = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Printed) -> None:
        """Take in what another press did."""
        self.digests |= other.digests
        self.changed |= other.changed
        self.named |= other.named
        self.lost |= other.lost
        self.faults += other.faults


class Press:
    """Makes files of pages, in one process."""

    def __init__(self, job: Job, monitor: Monitor | None = None) -> None:
        self.job = job
        self.monitor = monitor or Monitor.open(job.edition)
        self.app = create_app(self.monitor, plans=job.plans, served=False)
        shown = self.app.state.templates.globals
        shown["pictures"] = False  # too many: a copy has every figure as SVG
        shown["postcodes"] = False  # a server looks them up
        self.addresses = self.app.state.addresses
        self.loop = asyncio.new_event_loop()
        self._done: set[str] = set()
        self._cards: dict[str, tuple[str, tuple[str, str, str]]] = {}

    @cached_property
    def dataset(self) -> str:
        """The edition as a data set, for its first page and the page of its data."""
        return dataset(self.monitor, self.job.base)

    def run(self, pages: Sequence[str]) -> Printed:
        """Write pages with everything they need; a page that the application does not answer is a fault."""
        self.monitor.hold()
        printed = Printed()
        for page in pages:
            self._page(page, printed)
        self._draw_cards(printed)
        return printed

    def answers(self, page: str) -> bool:
        """Whether this edition has what a page shows."""
        return self.ask(page)[0] == 200

    def ask(self, address: str) -> tuple[int, bytes]:
        """What the application answers to an address: status and bytes."""
        parts = urlsplit(address)
        got: dict[str, Any] = {"status": 500, "body": []}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                got["status"] = message["status"]
            else:
                got["body"].append(message.get("body", b""))

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
            "scheme": "https",
            "path": unquote(parts.path), "raw_path": parts.path.encode(), "query_string": parts.query.encode(),
            "root_path": "", "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 0),
            "server": ("localhost", 443), "state": {},
        }  # fmt: skip
        self.loop.run_until_complete(self.app(scope, receive, send))
        return got["status"], b"".join(got["body"])

    def _page(self, page: str, printed: Printed) -> None:
        status, body = self.ask(page)
        if status != 200:
            printed.faults.append(f"{page}: the page is answered with {status}")
            return
        place, served = place_of(page), body.decode()
        search = link(place, place_of(SEARCH))
        copy = Copy(self.job.pages, self.addresses.plain, search)
        text = rewritten(served, page, copy)
        above = self._head(served, page, place, printed)
        text = text.replace("</title>\n", "</title>\n" + above, 1).replace("<html ", "<html data-published ", 1)
        self.write(place, text.encode(), printed)
        self._files(copy, printed)
        printed.lost |= copy.lost

    def _head(self, served: str, page: str, place: str, printed: Printed) -> str:
        own, picture = self.job.base + link("index.html", place).removeprefix("./"), ""
        if self.job.cards:
            title, sentence = said(served)
            line = f"{self.monitor.title} · edition {self.monitor.edition.name}"
            line += " · invented data" if self.monitor.invented else ""
            file = place.removesuffix("index.html") + "card.png"
            self._card(file, title, sentence, line, printed)
            picture = self.job.base + link("index.html", file)
        data = self.dataset if page in ("/", "/data") else ""
        style = link(place, place_of(assets.asset("published.css")))
        above = f'<link rel="stylesheet" href="{style}">\n'
        return above + head(
            served, own, monitor=self.monitor, feed=link(place, "releases.atom.xml"), card=picture, dataset=data
        )  # fmt: skip

    def _card(self, file: str, title: str, sentence: str, line: str, printed: Printed) -> None:
        """A card is drawn again only when its words change: its digest is that of the words."""
        digest = hashlib.sha256("\n".join((title, sentence, line)).encode()).hexdigest()
        if not self._kept(file, digest, printed):
            self._cards[file] = digest, (title, sentence, line)

    def _draw_cards(self, printed: Printed) -> None:
        """The cards that some pages need, all at once."""
        drawn = png.cards([told for _, told in self._cards.values()])
        for (file, (digest, _)), picture in zip(self._cards.items(), drawn, strict=True):
            self._put(file, picture, digest, printed)
        self._cards.clear()

    def _files(self, copy: Copy, printed: Printed) -> None:
        """The twins, figures and tables that a page leads to, and what these lead to."""
        while copy.files - self._done:
            for address in sorted(copy.files - self._done):
                self._done.add(address)
                status, body = self.ask(address)
                if status != 200:
                    printed.faults.append(f"{address}: the file is answered with {status}")
                    continue
                if is_page(address) or urlsplit(address).path.endswith(".svg"):
                    body = rewritten(body.decode(), address, copy).encode()
                self.write(place_of(address), body, printed)

    def assets(self) -> Printed:
        """Style sheets and modules, in the folder of their digest."""
        printed = Printed()
        for name, content in assets.files().items():
            self.write(place_of(assets.asset(name)), content, printed)
        return printed

    def write(self, place: str, content: bytes, printed: Printed) -> None:
        """Put a file into the copy, or take it from the former one where it has not changed."""
        digest = hashlib.sha256(content).hexdigest()
        if place.endswith((".html", ".svg")):
            named, faults = links_of(place, content.decode(), self.job.base)
            printed.named |= named
            printed.faults += faults
        if not self._kept(place, digest, printed):
            self._put(place, content, digest, printed)

    def _kept(self, place: str, digest: str, printed: Printed) -> bool:
        """Whether the file stands in the former copy as it would be written; then it is taken from there as it is."""
        if self.job.digests.get(place) != digest or not (self.job.former / place).is_file():
            return False
        for ending in ("", ".br", ".gz"):
            old, new = self.job.former / f"{place}{ending}", self.job.aside / f"{place}{ending}"
            if old.is_file():
                new.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileExistsError):  # another press has done the same
                    os.link(old, new)
        printed.digests[place] = digest
        return True

    def _put(self, place: str, content: bytes, digest: str, printed: Printed) -> None:
        put(self.job.aside, place, content)
        printed.digests[place] = digest
        printed.changed.add(place)


def put(folder: Path, place: str, content: bytes) -> None:
    """Write a file and its packed forms. Another press may write the same file at the same time: the same bytes, in a
    folder that nobody reads yet."""
    file = folder / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    if place.endswith(PACKED) and len(content) >= SHORTEST:
        file.with_name(f"{file.name}.br").write_bytes(pack(content, "br"))
        file.with_name(f"{file.name}.gz").write_bytes(pack(content, "gzip"))


def is_page(address: str) -> bool:
    """Whether an address answers with a page that is written because another page needs it."""
    return not is_file(address)


_PRESS: list[Press] = []


def start(job: Job, own: Press | None = None) -> None:
    """Make this process a press."""
    _PRESS[:] = [own or Press(job)]


def work(known: frozenset[str], pages: Sequence[str]) -> Printed:
    """What a press process does with its share of all pages, which are ``known`` by then."""
    own = _PRESS[0]
    own.job = replace(own.job, pages=known)
    return own.run(pages)


def answers(page: str) -> bool:
    """Whether the edition of this process has what a page shows."""
    return _PRESS[0].answers(page)
