"""Everything of an edition as one ZIP, made as it is sent: its tables unchanged, and what is needed to read them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from functools import cached_property
from io import RawIOBase
from typing import TYPE_CHECKING, Any

from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.monitor import Monitor
from goodwork.store.cuts import Cuts
from goodwork.store.editions import MANIFEST
from goodwork.store.slices import Slices
from goodwork.web.answers import as_csv
from goodwork.web.dictionary import availability, dictionary, parents
from goodwork.web.small.sliced import SlicedMonitor
from goodwork.web.words import rights

if TYPE_CHECKING:
    import pandas as pd

#: Bytes that are read and sent at a time.
PIECE = 1 << 16
#: A ZIP tells when its files were written; the same edition makes the same bytes.
WHEN = (1980, 1, 1, 0, 0, 0)
README = "README.txt"
HEAD = tr("""{title}
{underline}

Edition {edition}, whole: {files} files, {size} when unpacked.{invented}

{attribution}
Licences of the figures: {licence}

FILES
{listed}

READING THEM
* tables/*.parquet are the tables of the edition, unchanged; manifest.json holds the SHA-256 of each. They are read by
  Python (pandas, polars, DuckDB), R (arrow), Excel (Power Query) and most programs for statistics. Each can be had as
  CSV, too, at /data/<table>.csv of the server that this came from.
* A gap is a missing row or an empty cell, never zero. status holds the markers of the Government Statistical Service.
* Intervals are 95 % and show sampling error of the surveys only. A rank is not to be given without its interval.
* Scores{anchors}: higher is better, whichever end of a figure is better.
* Figures of different areas go together without one being the cause of the other.

INDICATORS: NAME, UNIT, WHICH END IS BETTER
{indicators}
""")


class Bundle:
    """The ZIP of one edition; the texts in it are made once, the tables are read from their files."""

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self.name = f"{monitor.edition.name}.zip"

    @property
    def tag(self) -> str:
        """Its entity tag: the edition's manifest holds the digest of every table."""
        content = b"".join(self.texts.values())
        return f'"{hashlib.sha256(content).hexdigest()[:24]}"'

    @cached_property
    def texts(self) -> dict[str, bytes]:
        """What stands in it beside the tables: how to read them, what columns mean, which figures there are, where
        areas lie, what indicators are."""
        monitor = self.monitor
        slices: Slices | Cuts = monitor.cuts  # where they are held, nothing is read for this
        if not monitor.cuts.held:
            slices = monitor.slices if isinstance(monitor, SlicedMonitor) else Slices(monitor.edition)
        found = {
            "dictionary.csv": dictionary(monitor, slices), "indicators.csv": monitor.table("indicators"),
            "availability.csv": availability(monitor, slices), "areas.csv": parents(monitor.geography),
        }  # fmt: skip
        texts = {name: as_csv(table, monitor.invented).encode() for name, table in found.items()}
        texts[MANIFEST] = (monitor.edition.path / MANIFEST).read_bytes()
        return {README: self._readme(texts, found), **texts}

    @property
    def size(self) -> int:
        """Bytes of everything in it when unpacked."""
        return sum(len(text) for text in self.texts.values()) + sum(self._tables().values())

    def parts(self) -> Iterator[bytes]:
        """The bytes of the ZIP, piece by piece; a table is not packed once more. Raises ``ChecksumMismatch``."""
        sink = _Sink()
        folder = self.monitor.edition.name
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:
            for name, text in self.texts.items():
                out.writestr(_entry(f"{folder}/{name}", zipfile.ZIP_DEFLATED), text)
                yield sink.taken()
            for table in self._tables():
                with (
                    self.monitor.edition.check(table).open("rb") as file,
                    out.open(_entry(f"{folder}/tables/{table}.parquet", zipfile.ZIP_STORED), "w") as packed,
                ):
                    while piece := file.read(PIECE):
                        packed.write(piece)
                        yield sink.taken()
        yield sink.taken()

    def asked(self, name: str) -> None:
        """Raises ``NotFound`` where another edition's is asked for."""
        if name != self.monitor.edition.name:
            raise NotFound("bundle of an edition", name[:120], [self.monitor.edition.name])

    def _tables(self) -> dict[str, int]:
        """Tables and the bytes of their files."""
        edition = self.monitor.edition
        return {name: (edition.path / one["file"]).stat().st_size for name, one in edition.manifest["tables"].items()}

    def _readme(self, texts: dict[str, bytes], found: dict[str, pd.DataFrame]) -> bytes:
        """The text that says what all this is, its own length counted in."""
        tables, monitor = self._tables(), self.monitor
        attribution, licence = rights(monitor)
        frameworks = monitor.frameworks.values()
        told = {
            "dictionary.csv": tr("what every column of every table means"), MANIFEST: tr("declarations and checksums"),
            "indicators.csv": tr("what each number is, its unit, which end is better, who publishes it"),
            "availability.csv": tr("which indicator has figures in which period, for how many areas of which level"),
            "areas.csv": tr("areas with the areas they lie in"),
        }  # fmt: skip
        others = sum(map(len, texts.values())) + sum(tables.values())
        facts: dict[str, Any] = {
            "anchors": "".join(f" ({one})" for one in dict.fromkeys(f.method.anchor for f in frameworks) if one),
            "title": monitor.title, "underline": "=" * len(monitor.title), "edition": monitor.edition.name,
            "invented": "\n" + tr("EVERY FIGURE IS MADE UP FOR PRACTICE.") if monitor.invented else "",
            "attribution": attribution, "licence": licence, "files": len(texts) + len(tables) + 1,
            "listed": "\n".join([
                tr("{file}: this text").format(file=README),
                *(tr("{file}: {what}, {size:,} bytes").format(file=n, what=told[n], size=len(text))
                  for n, text in texts.items()),
                *(tr("{file}: {rows:,} rows, {size:,} bytes").format(
                    file=f"tables/{n}.parquet", rows=monitor.manifest["tables"][n]["rows"], size=size)
                  for n, size in tables.items()),
            ]),
            "indicators": "\n".join(f"{r.id}: {r.name}; {r.unit}; {r.better}"
                                    for r in found["indicators.csv"].itertuples(index=False)),
        }  # fmt: skip
        size, text = -1, b""
        while size != others + len(text):
            size = others + len(text)
            text = HEAD.format(**facts, size=bytes_said(size)).encode()
        return text


def bytes_said(size: int) -> str:
    """A number of bytes as people read it, every digit beside it.

    >>> bytes_said(9_012_345)
    '9.0 MB (9,012,345 bytes)'
    """
    return tr("{megabytes:.1f} MB ({size:,} bytes)").format(megabytes=size / 1e6, size=size)


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, WHEN)
    entry.compress_type, entry.external_attr = method, 0o644 << 16
    return entry


class _Sink(RawIOBase):
    """Takes what is written to it and hands it on; nothing in it can be sought."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        """It takes bytes."""
        return True

    def write(self, part: Any) -> int:
        """Take some bytes."""
        self._held += part
        return len(part)

    def taken(self) -> bytes:
        """What was written since this was last asked for."""
        part = bytes(self._held)
        self._held.clear()
        return part
