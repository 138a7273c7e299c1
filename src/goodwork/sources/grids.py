"""The sheets of a workbook, or the one of a delimited text, as grids of cells; and the table in them, by content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd
from python_calamine import CalamineSheet

from goodwork.errors import Fault, MissingData, NotFound, SourceChanged
from goodwork.model.area import nearest
from goodwork.sources.answers import changed, read_text
from goodwork.sources.delimited import read_delimited
from goodwork.sources.workbooks import OLE, ZIP, cell_text, open_workbook

#: The nine characters by which the Government Statistical Service codes an area.
GSS = re.compile(r"[A-Z][0-9]{8}")


@dataclass(frozen=True, eq=False)
class Sheet:
    """Cells as stripped text, row by row; ``numbers`` are the rows a spreadsheet shows, ``title`` is empty for text."""

    name: str
    title: str
    cells: list[list[str]]
    numbers: list[int]

    def places(self, rows: Iterable[int], column: int) -> list[str]:
        """Where the cells of one column stand, as a person would look for them.

        >>> Sheet("a.xlsx", "T1", [["x", "y"]], [7]).places([0], 1)
        ['T1!B7']
        """
        if not self.title:
            return [f"row {self.numbers[row]}" for row in rows]
        letters = _letters(column)
        return [f"{self.title}!{letters}{self.numbers[row]}" for row in rows]


@dataclass(frozen=True, eq=False)
class Table:
    """A table found in a sheet: ``labels`` of its columns, the position ``at`` of each, and ``rows`` into the sheet."""

    sheet: Sheet
    labels: tuple[str, ...]
    rows: tuple[int, ...]
    above: str = ""

    def column(self, at: int) -> list[str]:
        """The cells of one column, one per row of the table."""
        return [self.sheet.cells[row][at] for row in self.rows]

    def places(self, at: int) -> list[str]:
        """Where those cells stand."""
        return self.sheet.places(self.rows, at)

    def frame(self) -> pd.DataFrame:
        """The table as text under its labels, by row of the sheet."""
        cells = [self.sheet.cells[row][: len(self.labels)] for row in self.rows]
        return pd.DataFrame(cells, columns=list(self.labels), index=list(self.rows), dtype="str")


def read_sheets(
    name: str, content: bytes, wanted: str | None = None, open_end: bool = False, encoding: str | None = None
) -> tuple[Sheet, ...]:
    """The sheets of an XLSX, XLS, ODS or delimited file, known by its bytes and not by its name.

    ``wanted`` is the pattern a sheet's name must match in full (all sheets without it). A delimited text whose last
    line is not ended may have been cut inside a figure: it is refused unless ``open_end`` is true; one that is not
    UTF-8 is refused unless its ``encoding`` is declared. Raises
    ``SourceUnavailable`` for a page or an empty body, ``SourceError`` for a file that is damaged or a bomb,
    ``NotFound`` for a sheet that is not there.

    >>> read_sheets("a.csv", b"area,value\\nE06000014,5\\n")[0].cells
    [['area', 'value'], ['E06000014', '5']]
    """
    if content.startswith((ZIP, OLE)):
        return _workbook(name, content, wanted)
    content = content if encoding is None else content.decode(encoding, "replace").encode()
    text = read_text(name, content)
    if not open_end and not text.endswith(("\n", "\r")):
        line = text.count("\n") + 1
        raise changed(name, "the last line is not ended, so it may have been cut", "fetch the file again", line)
    records = read_delimited(name, content)
    cells = [[cell.strip() for cell in row] for row in (records.header, *records.rows)]
    first = next(i for i, line in enumerate(text.splitlines(), start=1) if line.strip()) if text.strip() else 1
    return (Sheet(name, "", cells, [first, *records.numbers]),)


def _workbook(name: str, content: bytes, wanted: str | None) -> tuple[Sheet, ...]:
    suffix = ".xls" if content.startswith(OLE) else ".ods" if b"opendocument.spreadsheet" in content[:200] else ".xlsx"
    with open_workbook(name, suffix, content) as (book, _):
        titles = [t for t in book.sheet_names if wanted is None or re.fullmatch(wanted, t.strip())]
        if not titles:
            raise NotFound("sheet", wanted or "", nearest(wanted or "", book.sheet_names) or book.sheet_names)
        sheets = tuple(_sheet(name, title, book.get_sheet_by_name(title)) for title in titles)
    if not any(sheet.cells for sheet in sheets):
        raise MissingData(f"{name} is empty", faults=[Fault("the workbook holds no cells", file=name)])
    return sheets


def _sheet(name: str, title: str, found: CalamineSheet) -> Sheet:
    start = found.start
    if start is None:
        return Sheet(name, title, [], [])
    rows = found.to_python(skip_empty_area=True)
    left = [""] * start[1]
    cells = [left + [cell_text(cell).strip() for cell in row] for row in rows]
    return Sheet(name, title, cells, list(range(start[0] + 1, start[0] + 1 + len(cells))))


def table_under(sheet: Sheet, labels: Iterable[str]) -> Table:
    """The table whose header row holds all these labels (case and spacing do not matter), wherever it begins.

    Rows that are blank are passed over. Raises ``SourceChanged`` when no row holds all labels (naming those that are
    missing from the likeliest row), when one of them stands twice, or when a row has another number of cells.

    >>> sheet = Sheet("a.csv", "", [["Title", ""], ["Area ", "Value"], ["A1", "5"]], [1, 2, 3])
    >>> table_under(sheet, ["area", "value"]).frame().to_numpy().tolist()
    [['A1', '5']]
    """
    wanted = {plain(label): label for label in labels}
    best, missing = -1, set(wanted)
    for i, row in enumerate(sheet.cells):
        absent = set(wanted) - {plain(cell) for cell in row}
        if len(absent) < len(missing) or best < 0:
            best, missing = i, absent
        if not absent:
            break
    if best < 0 or missing:
        raise _no_header(sheet, [wanted[key] for key in wanted if key in missing], best)
    header = sheet.cells[best]
    heads = [plain(cell) for cell in header]
    for key in wanted:
        if heads.count(key) > 1:
            raise changed(
                sheet.name,
                f"{heads.count(key)} columns are called {wanted[key]!r}",
                "look at the file",
                sheet.numbers[best],
            )
    below = [i for i in range(best + 1, len(sheet.cells)) if any(sheet.cells[i])]
    faults = [
        Fault(
            f"{len(sheet.cells[i])} cells where the header has {len(header)}",
            file=sheet.name,
            row=sheet.numbers[i],
            remedy="fetch the file again: it may have been cut",
        )
        for i in below
        if len(sheet.cells[i]) != len(header)
    ]
    if faults:
        raise SourceChanged(f"{sheet.name} has rows that do not fit its header", faults=faults)
    return Table(sheet, tuple(header), tuple(below), _words_above(sheet, best))


def table_of_areas(sheet: Sheet, is_code: Callable[[str], bool] = lambda text: bool(GSS.fullmatch(text))) -> Areas:
    """The table whose rows begin where area codes do: its column of codes, of names, and the headings above.

    Needs no label: official workbooks leave the heads of codes and names empty and change all others. A heading is put
    together from the cells above one another. Raises ``SourceChanged`` when no column holds area codes or the heading
    is absent.

    >>> cells = [["Births by area", "", ""], ["", "", "2019"], ["E06000014", "York", "900"], ["Note", "", ""]]
    >>> found = table_of_areas(Sheet("b.xlsx", "T1", cells, [1, 2, 3, 4]))
    >>> found.codes, found.names, found.labels, found.table.rows, found.others
    (0, 1, {2: '2019'}, (2,), (3,))
    """
    width = max((len(row) for row in sheet.cells), default=0)
    hits = [sum(len(row) > at and is_code(row[at]) for row in sheet.cells) for at in range(width)]
    if not hits or max(hits) == 0:
        raise changed(sheet.name, f"no column of {sheet.title or 'the file'} holds area codes", "look at the file")
    codes = hits.index(max(hits))
    rows = [i for i, row in enumerate(sheet.cells) if len(row) > codes and is_code(row[codes])]
    top = rows[0]
    first = top
    while first > 0 and any(cell for at, cell in enumerate(sheet.cells[first - 1]) if at > 0):
        first -= 1
    block = sheet.cells[first:top]
    heading = [row[codes] for row in block if len(row) > codes and row[codes]]
    if len(heading) > 1 or any(re.fullmatch(r"[A-Z]?[0-9]{4,9}", text) for text in heading):
        raise changed(sheet.name, f"{heading[-1]!r} stands where area codes begin", "look at the file")
    heads = [" ".join(row[at] for row in block if len(row) > at and row[at]) for at in range(width)]
    stop = next((at for at in range(codes + 1, width) if not _filled(sheet, rows, at)), width)
    body = range(stop)
    names = _names_column(sheet, rows, codes, body)
    labels = _told_apart(
        {
            at: heads[at]
            for at in body
            if at not in (codes, names) and heads[at] and not _of_names(sheet, rows, at, heads)
        }
    )
    if not labels:
        raise changed(sheet.name, f"no heading stands above the figures of {sheet.title or 'the file'}", "look at it")
    faults = [
        Fault(f"{len(sheet.cells[i])} cells where the table has {stop}", file=sheet.name, row=sheet.numbers[i])
        for i in rows
        if len(sheet.cells[i]) < stop
    ]
    if faults:
        raise SourceChanged(f"{sheet.name} has rows that do not fit its header", faults=faults)
    known = set(rows)
    others = tuple(i for i in range(top, len(sheet.cells)) if i not in known and any(sheet.cells[i]))
    _no_damaged_codes(sheet, others, codes, labels)
    return Areas(Table(sheet, tuple(heads), tuple(rows), _words_above(sheet, first)), codes, names, labels, others)


@dataclass(frozen=True, eq=False)
class Areas:
    """A table of areas: where its ``codes`` and ``names`` stand (-1 for no names), the ``labels`` of the columns of
    figures by position, and the ``others``: rows below that are no areas (notes, totals without a code)."""

    table: Table
    codes: int
    names: int
    labels: dict[int, str]
    others: tuple[int, ...]


def plain(text: str) -> str:
    """A label without regard to case and spacing.

    >>> plain(" Area  Code")
    'area code'
    """
    return re.sub(r"\s+", " ", text).strip().casefold()


def _no_header(sheet: Sheet, missing: list[str], best: int) -> SourceChanged:
    likeliest = sheet.cells[best] if best >= 0 else []
    faults = [
        Fault(
            f"there is no column {label!r}",
            file=sheet.name,
            row=sheet.numbers[best] if best >= 0 else None,
            remedy=f"did it become {offers[0]!r}?" if (offers := nearest(label, likeliest)) else "look at the file",
        )
        for label in missing
    ]
    return SourceChanged(f"the header of {sheet.name} is not the one that is known", faults=faults)


def _words_above(sheet: Sheet, row: int) -> str:
    return "\n".join(cell for cells in sheet.cells[:row] for cell in cells if cell)


def _filled(sheet: Sheet, rows: list[int], at: int) -> bool:
    return any(len(sheet.cells[i]) > at and sheet.cells[i][at] for i in rows)


def _names_column(sheet: Sheet, rows: list[int], codes: int, body: range) -> int:
    """The nearest column in which every area has words and none a figure; -1 when there is none."""
    worded = [
        at
        for at in body
        if at != codes and all(len(sheet.cells[i]) > at and re.search(r"[A-Za-z]{2}", sheet.cells[i][at]) for i in rows)
    ]
    return min(worded, key=lambda at: (abs(at - codes), at), default=-1)


def _of_names(sheet: Sheet, rows: list[int], at: int, heads: list[str]) -> bool:
    """Whether a column holds some of the names, where those of regions, counties and districts are set off."""
    filled = [text for i in rows if len(sheet.cells[i]) > at and (text := sheet.cells[i][at])]
    return "name" in plain(heads[at]) and all(re.search(r"[A-Za-z]{2}", text) for text in filled)


def _told_apart(heads: dict[int, str]) -> dict[int, str]:
    """A heading that stands again gets the one before it in brackets: ``Annual percentage change (Mean)``."""
    labels: dict[int, str] = {}
    before = ""
    for at, head in heads.items():
        label = re.sub(r"\s+", " ", head).strip()
        labels[at] = f"{label} ({before})" if label in labels.values() else label
        before = label
    return labels


def _no_damaged_codes(sheet: Sheet, others: tuple[int, ...], codes: int, labels: dict[int, str]) -> None:
    faults = [
        Fault(
            f"{sheet.cells[i][codes]!r} is no area code, but figures stand beside it",
            file=sheet.name,
            row=sheet.numbers[i],
            remedy="look at the file",
        )
        for i in others
        if len(sheet.cells[i]) > codes
        and re.search(r"[0-9]", sheet.cells[i][codes])
        and any(len(sheet.cells[i]) > at and re.fullmatch(r"-?[0-9][0-9.,]*", sheet.cells[i][at]) for at in labels)
    ]
    if faults:
        raise SourceChanged(f"{sheet.name} holds areas that are not known", faults=faults)


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
