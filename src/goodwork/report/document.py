"""A document: what a report says, whatever it will be printed as. Pages, PDF and spreadsheet are made from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from goodwork.analysis.finding import Finding, slug
from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.report.section import Section

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor


@dataclass(frozen=True)
class Fact:
    """A number that stands large on the first page: what it is, the number, and its doubt."""

    label: str
    value: str
    doubt: str = ""


@dataclass(frozen=True, eq=False)
class Chapter:
    """Sections under one heading; a section without a title follows the heading directly."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, eq=False)
class Document:
    """A report: ``title`` and ``lead`` (what it comes to), ``facts``, then chapters of sections.

    ``name`` is that of its file, without an ending; ``kind`` says what sort of report it is, ``about`` which index,
    areas and period; ``source`` (edition and publishers) stands on every page; ``dated`` is the day of the edition's
    figures, which is also the day the PDF carries, so that it is the same whenever it is made. ``data`` are further
    tables, in full precision, for the spreadsheet. A document that ``offers`` lets drawings and their whole tables be
    taken from its page.
    """

    name: str
    kind: str
    title: str
    lead: tuple[Finding, ...]
    chapters: tuple[Chapter, ...]
    about: str
    source: str
    facts: tuple[Fact, ...] = ()
    dated: date | None = None
    invented: bool = False
    data: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    offers: bool = False

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order."""
        return tuple(section for chapter in self.chapters for section in chapter.sections)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All drawings, in order."""
        return tuple(section.figure for section in self.sections if section.figure is not None)

    def sentences(self) -> Iterator[tuple[str, str, str, str]]:
        """Every sentence with where it stands: chapter, section, kind (finding or note)."""
        finding, note = tr("finding"), tr("note")
        yield from (("", "", finding, str(words)) for words in self.lead)
        for chapter in self.chapters:
            for section in chapter.sections:
                yield from ((chapter.title, section.title, finding, str(words)) for words in section.findings)
                yield from ((chapter.title, section.title, note, words) for words in section.notes)


def file_name(*words: str) -> str:
    """Words as the name of a file.

    >>> file_name("area", "E06000010", "Kingston upon Hull, City of")
    'area-e06000010-kingston-upon-hull-city-of'
    """
    return slug(" ".join(words)).replace("_", "-")


def blocks(sections: Sequence[Section]) -> tuple[tuple[Section, ...], ...]:
    """Sections as they stand on a page: two drawings in a row, without words of their own, stand side by side.

    >>> [len(block) for block in blocks([Section("One"), Section("Two")])]
    [1, 1]
    """
    found: list[tuple[Section, ...]] = []
    for section in sections:
        if found and len(found[-1]) == 1 and _only_drawn(found[-1][0]) and _only_drawn(section):
            found[-1] = (found[-1][0], section)
        else:
            found.append((section,))
    return tuple(found)


def _only_drawn(section: Section) -> bool:
    drawn = section.figure is not None and bool(section.figure.narrow)
    return drawn and not (section.title or section.findings or section.notes or section.table is not None)


def dated(monitor: Monitor) -> date | None:
    """The day the figures of an edition carry; none where they carry none."""
    stated = str((monitor.manifest.get("figures") or {}).get("date") or "")
    return date.fromisoformat(stated) if stated else None
