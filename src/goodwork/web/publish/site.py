"""Publish the monitor as a folder of files: made aside by several presses, checked link by link, then put in place."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from goodwork.errors import DataError, DeclarationError, Fault, StoreError, raise_faults
from goodwork.model.plans import Plans
from goodwork.monitor import Monitor
from goodwork.plugins import Tell, untold
from goodwork.report import typesetting
from goodwork.store.changes import beside
from goodwork.store.editions import MANIFEST
from goodwork.store.tables import checksum, disk_errors
from goodwork.web.publish import extras, press
from goodwork.web.publish.check import astray
from goodwork.web.publish.press import Job, Press, Printed

#: Stands in every copy: what it was made of, and the digest of each file.
RECORD = "published.json"
SHARE = 6


@dataclass(frozen=True)
class Published:
    """What publishing did: pages and files in the copy, files written because they were new or had changed, and views
    that pages name but a copy cannot hold."""

    folder: Path
    base: str
    pages: int
    files: int
    written: int
    removed: int
    left_out: int
    cards: bool


def publish_site(
    store: str | Path,
    folder: str | Path,
    base: str,
    *,
    workers: int | None = None,
    cards: bool | None = None,
    plans: Plans | None = None,
    tell: Tell = untold,
) -> Published:
    """Write the current edition of a store as a site into ``folder``, to stand at the address ``base``.

    The site runs at any address, also below a folder: its links are relative; ``base`` is for what must be absolute
    (lasting addresses, map of the site, feed, cards). Files that have not changed are left as they are. ``cards``:
    pictures for shared links, if left out wherever the extra ``pdf`` is installed. ``plans``: what places brought of
    their own, shown beside the edition. Raises ``DataError`` with every
    link that leads nowhere and ``StoreError`` when the disk refuses; what stood in ``folder`` before then stays.
    """
    base, folder = lasting(base), Path(folder).absolute()
    monitor = Monitor.open(store)
    cards = typesetting.available() if cards is None else cards
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.parent / f".{folder.name}.lock", timeout=0)
        try:
            with lock:
                return _publish(monitor, folder, base, workers or os.cpu_count() or 1, cards, plans, tell)
        except Timeout:
            raise StoreError(f"another process is publishing into {folder}", remedy="wait for it to end") from None


def lasting(base: str) -> str:
    """The address of a site with its last stroke; raises ``DeclarationError`` where it is none.

    >>> lasting("https://example.org/monitor")
    'https://example.org/monitor/'
    """
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise DeclarationError(
            f"{base!r} is not the address of a site", remedy="--base-url https://example.org/monitor/"
        )
    return base if base.endswith("/") else f"{base}/"


def _publish(
    monitor: Monitor, folder: Path, base: str, workers: int, cards: bool, plans: Plans | None, tell: Tell
) -> Published:
    aside, former = folder.parent / f".{folder.name}.aside", folder.parent / f".{folder.name}.former"
    if not folder.exists() and former.exists():
        former.rename(folder)
    if folder.exists() and any(folder.iterdir()) and not (folder / RECORD).is_file():
        raise StoreError(f"{folder} holds other files", remedy="name a folder that is empty or that was published to")
    for left in (aside, former):
        shutil.rmtree(left, ignore_errors=True)
    record = _record(folder)
    made_of = _made_of(monitor, base, cards, plans)
    digests = record.get("files", {})
    if record.get("made_of") == made_of and all((folder / place).is_file() for place in digests):
        return Published(folder, base, record["pages"], len(digests), 0, 0, record["left_out"], cards)
    aside.mkdir()
    try:
        tell("planning", 0.0)
        job = Job(monitor.edition.path, aside, folder, digests, base, cards, frozenset(), plans)
        pages, printed = _print(Press(job, monitor), workers, tell)
        tell("checking every link", 0.93)
        faults = [*printed.faults, *astray(printed.named, aside)]
        raise_faults([Fault(text) for text in faults], "the copy has faults", DataError)
        told = {"made_of": made_of, "base": base, "pages": len(pages), "left_out": len(printed.lost)}
        told["files"] = printed.digests
        content = json.dumps(told, indent=0, sort_keys=True, ensure_ascii=False) + "\n"
        (aside / RECORD).write_text(content, encoding="utf-8")
        _put_in_place(aside, folder, former)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    removed = len(set(digests) - set(printed.digests))
    return Published(
        folder, base, len(pages), len(printed.digests), len(printed.changed), removed, len(printed.lost), cards
    )  # fmt: skip


def _print(own: Press, workers: int, tell: Tell) -> tuple[tuple[str, ...], Printed]:
    """All pages and all files, by several processes; a single one does without others."""
    printed, job = Printed(), own.job
    if workers == 1:
        press.start(job, own)
        pages = planned(own, map)
        _gather(printed, pages, map, tell)
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, context, initializer=press.start, initargs=(job,)) as pool:
            pages = planned(own, pool.map)
            _gather(printed, pages, pool.map, tell)
    printed.add(own.assets())
    monitor, base = own.monitor, job.base
    texts = {
        "sitemap.xml": extras.sitemap(base, sorted(p for p in printed.digests if p.endswith("index.html")
                                                   and not p.startswith("embed/"))),
        "robots.txt": extras.robots(base, monitor.invented),
        extras.FEED: extras.feed(monitor, base),
        "404.html": extras.lost(monitor.title, base),
        ".nojekyll": "",
    }  # fmt: skip
    for place, text in texts.items():
        own.write(place, text.encode(), printed)
    return pages, printed


def planned(own: Press, ask: Callable[..., Iterable[Any]]) -> tuple[str, ...]:
    """Every page of the copy; of those that stand for themselves the ones that this edition has something for. What
    takes longest, the page with all data, comes first."""
    pages, single = own.addresses.pages, sorted(own.addresses.single)
    without = {page for page, there in zip(single, ask(press.answers, single), strict=True) if not there}
    return tuple(sorted((page for page in pages if page not in without), key=lambda page: page != "/data"))


def _gather(printed: Printed, pages: Sequence[str], work: Callable[..., Iterable[Printed]], tell: Tell) -> None:
    """What the presses made of all pages, share by share."""
    shares = [pages[:1], *(pages[k : k + SHARE] for k in range(1, len(pages), SHARE))]
    done = 0
    for share, found in zip(shares, work(partial(press.work, frozenset(pages)), shares), strict=True):
        printed.add(found)
        done += len(share)
        tell(f"{done} of {len(pages)} pages", 0.9 * done / len(pages))


def _put_in_place(aside: Path, folder: Path, former: Path) -> None:
    """The new copy takes the place of the old one; a break between the two steps is mended by the next publishing.

    Its thousands of files are on the disk before it does: one flush for all of them, where the system has one.
    """
    if hasattr(os, "sync"):
        os.sync()
    if folder.exists():
        folder.rename(former)
    aside.rename(folder)
    shutil.rmtree(former, ignore_errors=True)


def _record(folder: Path) -> dict[str, Any]:
    """What a copy says of itself; nothing where there is none or it cannot be read."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return found if isinstance(found.get("files"), dict) else {}
    except (OSError, ValueError, AttributeError):
        return {}


def _made_of(monitor: Monitor, base: str, cards: bool, plans: Plans | None) -> str:
    """A digest of all that a copy follows from: the edition, what was brought beside it, this program, the address."""
    digest = hashlib.sha256(f"{checksum(monitor.edition.path / MANIFEST)}\n{base}\n{cards}\n{plans}\n".encode())
    digest.update(beside(monitor.edition).encode())
    root = Path(__file__).parents[2]
    for file in sorted(root.rglob("*")):
        if file.suffix in (".py", ".html", ".css", ".js", ".svg", ".toml") and file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()
