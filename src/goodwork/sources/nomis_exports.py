"""The spreadsheets that Nomis's web page exports: one block of areas by variables for each year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.errors import Fault, MissingData, SourceChanged, raise_faults
from goodwork.model.observation import Status
from goodwork.sources.periods import read_span
from goodwork.sources.published import accounted, numbers, once, refuse_page, spaced
from goodwork.sources.reading import READER, Reading
from goodwork.sources.workbooks import OLE, cell_text, open_workbook

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

#: Sign → what it means, and a word of the footnote that has to say so.
SIGNS: dict[str, tuple[Status, str]] = {
    "!": (Status.CONFIDENTIAL, "disclosive"),
    "*": (Status.UNRELIABLE, "unreliable"),
    "~": (Status.LOW, "less than"),
    "-": (Status.NOT_AVAILABLE, "missing"),
    "#": (Status.NOT_AVAILABLE, ""),
}
_VALUE = ("number", "value", "variable", "percent", "%")
_FLAGS = ("flags", "flag")
_CONF = ("conf", "confidence", "conf %")
_CODES = ("mnemonic", "code")
_HEADS = {
    **dict.fromkeys(_VALUE, "value"),
    **dict.fromkeys(_FLAGS, "flags"),
    **dict.fromkeys(_CONF, "conf"),
    "numerator": "other",
    "denominator": "other",
}


@dataclass(frozen=True)
class _Block:
    """Areas of one date: where it stands in the grid, its date and its variables with their columns."""

    top: int
    bottom: int
    date: str
    code_column: int | None
    variables: tuple[tuple[str, dict[str, int]], ...]


@READER.register("nomis-xlsx", source="Nomis, exports of its web page, ONS")
def read_nomis_export(content: bytes, name: str) -> Reading:
    r"""Every figure of a spreadsheet that Nomis's web page exported, with its 95 % interval.

    The sheet and its blocks are found by content: a row that begins with ``Area`` above a row of ``number``, ``Flags``
    and ``conf``. ``conf`` is the half-width. A series is a variable's title; an area has its name, its type
    (``country``, ``ladu`` …) in the column ``area_type``, and a code only where the export has a column ``mnemonic``.
    The signs become markers (``!`` c, ``*`` u, ``~`` low, ``-`` and ``#`` x) once the footnotes agree; the footnote of
    a sign is the note of its figures. A figure with an unreliable half-width keeps its value and is marked ``u``.

    Raises ``SourceError`` for a file that is no workbook or is damaged, ``SourceUnavailable`` for a page in its place,
    ``SourceChanged`` for another layout, ``DataError`` naming every cell. Handbook step 2.

    >>> import io, xlsxwriter
    >>> with xlsxwriter.Workbook(file := io.BytesIO()) as book:
    ...     sheet = book.add_worksheet("Data")
    ...     for i, row in enumerate([["toyland survey"], ["date", "Jan 2019-Dec 2019"],
    ...         ["confidence", "95% confidence interval (+/-)"], ["Area", "Jobs"], ["", "number", "Flags", "conf"],
    ...         ["ladu:Northby", 100, "", 12.5], ["ladu:Southby", "!", "", "!"], [],
    ...         ["! not available since the sample is disclosive"]]):
    ...         _ = sheet.write_row(i, 0, row)
    >>> read = read_nomis_export(file.getvalue(), "jobs.xlsx")
    >>> read.rows[["area_name", "last", "value", "lower", "status", "row"]].to_numpy().tolist()
    [['Northby', '2019-12-31', 100.0, 87.5, '', 'Data!B6'], ['Southby', '2019-12-31', nan, nan, 'c', 'Data!B7']]
    """
    import pandas as pd

    refuse_page(name, content)
    found = [(place, grid, _blocks(name, grid)) for place, grid in _sheets(name, content)]
    found = [one for one in found if one[-1]]
    if not found:
        raise SourceChanged(f"{name} holds no block of Nomis figures", remedy="look at the file: its layout is new")
    faults: list[Fault] = []
    facts: dict[str, str] = {}
    tables, records = [], 0
    for place, grid, blocks in found:
        facts |= _facts(grid, blocks)
        signs = _signs(name, grid)
        for block in blocks:
            tables.append(_figures(grid, block, place, signs, faults))
            records += (block.bottom - block.top) * len(block.variables)
    raise_faults(faults, f"{name} holds cells that cannot be read")
    rows, repeats = once(name, pd.concat(tables, ignore_index=True))
    return accounted(rows, records, len(rows), {"the same figure again": repeats}, facts, (), name)


@dataclass(frozen=True)
class _Place:
    """Where the grid begins in the workbook."""

    file: str
    sheet: str
    row: int
    column: int

    def cell(self, row: int, column: int) -> str:
        return f"{self.sheet}!{self.letters(column)}{self.row + row + 1}"

    def letters(self, column: int) -> str:
        number, letters = self.column + column + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return letters


def _sheets(name: str, content: bytes) -> list[tuple[_Place, NDArray[np.object_]]]:
    """Every sheet that is not empty: where its cells begin, and the cells as text."""
    suffix = ".xls" if content.startswith(OLE) else ".xlsx"
    sheets: list[tuple[_Place, NDArray[np.object_]]] = []
    with open_workbook(name, suffix, content) as (book, _):
        for title in book.sheet_names:
            found = book.get_sheet_by_name(title)
            if found.start is None:
                continue
            rows = [[cell_text(cell) for cell in row] for row in found.to_python(skip_empty_area=True)]
            row, column = found.start
            sheets.append((_Place(name, title, int(row), int(column)), np.array(rows, dtype=object)))
    if not sheets:
        raise MissingData(f"{name} is empty")
    return sheets


def _blocks(name: str, grid: NDArray[np.object_]) -> list[_Block]:
    """The blocks of a sheet, each as far as its areas go."""
    first = np.array([str(cell).strip() for cell in grid[:, 0]], dtype=object)
    heads = [i for i in range(len(grid) - 1) if first[i].lower() == "area" and _is_subheader(grid[i + 1])]
    blocks = []
    for head in heads:
        dates = [str(grid[i, 1]).strip() for i in range(head) if first[i].lower() == "date"]
        widths = [str(grid[i, 1]) for i in range(head) if first[i].lower() == "confidence"]
        if not dates:
            raise SourceChanged(f"{name}: no date stands above row {head + 1}", remedy="look at the file")
        below = head + 2
        ends = np.flatnonzero(first[below:] == "")
        bottom = below + int(ends[0]) if len(ends) else len(grid)
        codes = [i for i, cell in enumerate(grid[head]) if str(cell).strip().lower() in _CODES]
        variables = _variables(name, grid, head)
        if any("conf" in columns for _, columns in variables) and not (widths and "95%" in widths[-1]):
            raise SourceChanged(f"{name} does not say that its confidence is the 95 % interval", remedy="look at it")
        if bottom > below:
            blocks.append(_Block(below, bottom, dates[-1], codes[0] if codes else None, variables))
    return blocks


def _is_subheader(row: NDArray[np.object_]) -> bool:
    told = [str(cell).strip().lower() for cell in row]
    return not told[0] and any(cell in _VALUE for cell in told)


def _variables(name: str, grid: NDArray[np.object_], head: int) -> tuple[tuple[str, dict[str, int]], ...]:
    """Each variable's title with the columns of its figure, flag and half-width."""
    found: list[tuple[str, dict[str, int]]] = []
    for i in range(1, grid.shape[1]):
        title, told = spaced(str(grid[head, i])), str(grid[head + 1, i]).strip().lower()
        if title.lower() in _CODES:
            continue
        if title:
            found.append((title, {}))
        if not told and not title:
            continue
        kind = _HEADS.get(told)
        if kind is None or not found or kind in found[-1][1]:
            raise SourceChanged(
                f"{name} has a column that is not known",
                faults=[Fault(f"{told!r} under {title or (found[-1][0] if found else '')!r}", file=name, row=head + 2)],
            )
        if kind != "other":
            found[-1][1][kind] = i
    missing = [title for title, columns in found if "value" not in columns]
    twice = sorted({title for title, _ in found if [other for other, _ in found].count(title) > 1})
    if missing or twice:
        raise SourceChanged(f"{name}: variables without a figure or twice: {missing + twice}", remedy="look at it")
    return tuple(found)


def _signs(name: str, grid: NDArray[np.object_]) -> dict[str, str]:
    """Sign → its footnote; ``SourceChanged`` when a footnote gives a sign another meaning."""
    notes = {}
    for cell in grid[:, 0]:
        text = spaced(str(cell))
        if len(text) > 2 and text[0] in SIGNS and text[1] == " ":
            notes[text[0]] = text[2:]
    faults = [
        Fault(f"{sign} now means {notes[sign]!r}", file=name)
        for sign, (_, word) in SIGNS.items()
        if sign in notes and word not in notes[sign].lower()
    ]
    if faults:
        raise SourceChanged(f"{name} uses signs in another meaning", faults=faults, remedy="look at its footnotes")
    return notes


def _facts(grid: NDArray[np.object_], blocks: list[_Block]) -> dict[str, str]:
    facts = {"title": spaced(str(grid[0, 0]))}
    above = [spaced(str(cell)) for cell in grid[1 : blocks[0].top, 0]]
    below = [spaced(str(cell)) for cell in grid[blocks[-1].bottom :, 0]]
    facts["source"] = "; ".join(text for text in above if "Nomis" in text or "Crown" in text)
    if day := re.search(r"from Nomis on (\d{1,2} \w+ \d{4})", facts["source"]):
        facts["exported"] = read_span(day[1]).first.isoformat()
    facts["caveats"] = " ".join(text for text in below if text and text[0] not in SIGNS)
    return {fact: text for fact, text in facts.items() if text}


def _figures(
    grid: NDArray[np.object_], block: _Block, place: _Place, signs: dict[str, str], faults: list[Fault]
) -> pd.DataFrame:
    """The rows of one block, variable by variable."""
    import pandas as pd

    lines, many = np.arange(block.top, block.bottom), len(block.variables)

    def read(role: str) -> tuple[Any, Any, Any]:
        at = [columns.get(role, -1) for _, columns in block.variables]
        cells = np.where(np.array(at)[:, None] >= 0, grid[lines][:, at].T, "").ravel()
        texts = pd.Series(cells, dtype="str").str.strip()
        value, status, bad = numbers(texts)
        for i in np.flatnonzero(bad):
            variable, line = divmod(int(i), len(lines))
            where = place.cell(block.top + int(line), int(at[variable]))
            faults.append(Fault(f"{where}: neither a figure nor a known sign: {texts[i]!r}", file=place.file))
        return value, status.astype(object), texts.to_numpy(dtype=object)

    value, status, sign = read("value")
    _, flag, flagged = read("flags")
    width, doubt, doubted = read("conf")
    told = np.where(status != "", sign, np.where(flag != "", flagged, np.where(np.isnan(value), "", doubted)))
    unsure = (doubt != "") & ~np.isnan(value)
    status = np.where(status != "", status, np.where(flag != "", flag, np.where(unsure, Status.UNRELIABLE.value, "")))
    status = np.where(np.isnan(value) & (status == ""), Status.NOT_AVAILABLE.value, status)
    kinds = pd.Series(grid[lines, 0], dtype="str").str.extract(r"^(?:([^:]+):)?(.*)$").fillna("")
    codes = np.full(len(lines), "", dtype=object) if block.code_column is None else grid[lines, block.code_column]
    first, last, span = _days(block.date, place, faults)
    return pd.DataFrame(
        {
            "series": np.repeat([title for title, _ in block.variables], len(lines)),
            "area": np.tile(codes, many),
            "area_name": np.tile(kinds[1].str.strip().to_numpy(dtype=object), many),
            "first": first,
            "last": last,
            "span": span,
            "value": value,
            "lower": value - width,
            "upper": value + width,
            "status": status,
            "note": [signs.get(text, "") for text in told],
            "row": [place.cell(int(line), columns["value"]) for _, columns in block.variables for line in lines],
            "area_type": np.tile(kinds[0].str.strip().to_numpy(dtype=object), many),
        }
    )


def _days(date: str, place: _Place, faults: list[Fault]) -> tuple[str, str, str]:
    try:
        span = read_span(date)
    except ValueError as error:
        fault = Fault(str(error), file=place.file)
        if fault not in faults:
            faults.append(fault)
        return "", "", date
    return span.first.isoformat(), span.last.isoformat(), span.text
