"""A document as an accessible workbook: cover, contents, notes, the meaning of markers, then one table per sheet, each
from the first cell, with a header and no merged cells; gaps are empty cells, which the notes say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from goodwork.language import tr
from goodwork.model.observation import Status
from goodwork.report.document import Document
from goodwork.report.sheets import KEPT, LONGEST
from goodwork.report.workbook import xlsx

if TYPE_CHECKING:
    import pandas as pd

GAPS = tr("An empty cell, a dash or “no data” is a gap: not zero, and not filled in.")


def to_xlsx(document: Document) -> bytes:
    """The document as a workbook; the same document gives the same bytes."""
    import pandas as pd

    tables = sheets(document)
    contents = pd.DataFrame([(name, title) for name, (title, _) in tables.items()],
                            columns=[tr("Sheet"), tr("What it holds")])  # fmt: skip
    markers = pd.DataFrame([(str(s) or tr("none"), s.words) for s in Status], columns=[tr("Marker"), tr("Meaning")])
    said = pd.DataFrame(document.sentences(), columns=[tr("Chapter"), tr("Section"), tr("Kind"), tr("Sentence")])
    cover = [
        f"{document.title}: {document.kind}",
        *map(str, document.lead),
        document.about,
        document.source,
        tr("Figures as of {day:%-d %B %Y}.").format(day=document.dated)
        if document.dated
        else tr("The edition carries no date."),
        *([tr("INVENTED FIGURES, for practice only.")] if document.invented else []),
        GAPS,
        tr("Ranks: 1 is best. Intervals hold survey error only."),
    ]
    return xlsx(cover, {tr("Contents"): contents, tr("Sentences and notes"): said, tr("Markers"): markers,
                        **{name: table for name, (_, table) in tables.items()}})  # fmt: skip


def sheets(document: Document) -> Mapping[str, tuple[str, pd.DataFrame]]:
    """Every table of a document under the name of its sheet, with its title: those of sections, those behind drawings,
    and those in full precision. Two lines of a cell become one."""
    found: dict[str, tuple[str, pd.DataFrame]] = {}

    def keep(name: str, title: str, table: pd.DataFrame) -> None:
        short = re.sub(r"[\[\]:*?/\\]", " ", name).strip()[:LONGEST] or tr("Table")
        number = 2
        while short.casefold() in {KEPT, *(known.casefold() for known in found)}:
            short = f"{short[: LONGEST - 3].rstrip()} {number}"
            number += 1
        found[short] = title, _flat(table)

    for chapter in document.chapters:
        for section in chapter.sections:
            title = f"{chapter.title}: {section.title}" if section.title else chapter.title
            if section.table is not None and len(section.table):
                keep(section.title or chapter.title, title, section.table)
            if section.figure is not None:
                keep(tr("Figure {name}").format(name=section.figure.name), section.figure.title, section.figure.table)
    for name, table in document.data.items():
        keep(name.capitalize(), tr("{table} in full precision").format(table=name.capitalize()), table)
    return found


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    flat = table.rename(columns=lambda name: str(name).replace("\n", " "))
    text = [name for name in flat.columns if flat[name].dtype == object or str(flat[name].dtype) in ("str", "string")]
    return flat.assign(**{name: flat[name].map(_line) for name in text})


def _line(cell: object) -> object:
    return cell.replace("\n", " (") + ")" if isinstance(cell, str) and "\n" in cell else cell
