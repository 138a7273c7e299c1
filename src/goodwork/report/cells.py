"""Tables as they are printed: every cell as words, numbers of one column with the same decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import written
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: What stands where there is no number.
NOTHING = "–"
#: Letters on a line of a printed table; those beyond which a column gets no more room; those a header may run to.
LETTERS, WIDEST, HEADER = 116, 60, 22
#: Letters of a usual row from which a table is no table any more.
WORDY = 260
#: A number by itself, the words that leave a cell one, and what stands where there is none.
_NUMBER = r"[£+−-]{0,2}[\d.,]+(?:[ \u00a0]?%)?=?"
_WORDS = (
    "{figure}", tr("under {figure}"), tr("over {figure}"), tr("{low} to {high}"), tr("{rank} of {areas}"), NOTHING,
    tr("no data"), tr("no interval"), tr("not scored"), tr("not ranked"), tr("not counted"),
)  # fmt: skip
_NUMERIC = re.compile("|".join(re.sub(r"\\{\w+\\}", lambda _: _NUMBER, re.escape(words)) for words in _WORDS))


@dataclass(frozen=True)
class Grid:
    """A table in words: headers, which columns are numbers, the ``widths`` of columns as shares of the page (none where
    every cell fits on one line, so that columns are as wide as they need), rows of cells. A line break in a cell parts
    what is read first from what stands small under it."""

    headers: tuple[str, ...]
    numeric: tuple[bool, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def stretch(self) -> int:
        """The column that takes the room that is left: the one with the longest words that is not of numbers."""
        longest = [max((len(row[k]) for row in self.rows), default=0) for k in range(len(self.headers))]
        return int(np.argmax([0 if sure else room for sure, room in zip(self.numeric, longest, strict=True)]))

    @property
    def wordy(self) -> bool:
        """Whether its rows are better read one below the other than as a table: they hold many words, or so many
        columns that the longest words have no room beside each other."""
        usual = sum(np.percentile([len(row[k]) for row in self.rows], 75) for k in range(len(self.headers)))
        return bool(usual > WORDY) or sum(self.widths) > LETTERS - len(self.headers)


def grid(table: pd.DataFrame) -> Grid:
    """A table as it is printed; gaps are dashes, true minus signs, thousands apart.

    >>> import pandas as pd
    >>> grid(pd.DataFrame({"area": ["York", "Hull"], "change": [-1.25, float("nan")]})).rows
    (('York', '−1.25'), ('Hull', '–'))
    """
    columns = [_column(table.iloc[:, k]) for k in range(table.shape[1])]
    headers = tuple(_header(str(name), cells) for name, cells in zip(table.columns, columns, strict=True))
    numeric = tuple(
        k > 0 and all(_NUMERIC.fullmatch(c.split("\n")[0]) for c in cells) for k, cells in enumerate(columns)
    )
    widths = _widths([[*head.split("\n"), *(line for cell in cells for line in cell.split("\n"))]
                      for head, cells in zip(headers, columns, strict=True)])  # fmt: skip
    return Grid(headers, numeric, widths, tuple(zip(*columns, strict=True)) if columns else ())


def _header(words: str, cells: list[str]) -> str:
    """A header in lines no wider than its column's cells need, if its words allow."""
    whole = tr("95 % interval")
    words = words.replace(whole, whole.replace(" ", "\N{NO-BREAK SPACE}")).replace("\n", " \n ")
    longest = max((len(line) for cell in cells for line in cell.split("\n")), default=0)
    room, lines = max(longest, *map(len, words.split(" ")), min(len(words) // 3, HEADER), 9), list[str]()
    for word in words.split(" "):
        if word == "\n" or not lines:
            lines.append("" if word == "\n" else word)
        elif not lines[-1] or len(f"{lines[-1]} {word}") <= room:
            lines[-1] = f"{lines[-1]} {word}".strip()
        else:
            lines.append(word)
    return "\n".join(lines)


def _column(values: pd.Series) -> list[str]:
    cells = list(values)
    numbers = [float(c) for c in cells if _is_number(c)]
    decimals = _decimals(numbers)
    return [_cell(c, decimals) for c in cells]


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float | np.number) and not isinstance(cell, bool) and bool(np.isfinite(cell))


def _cell(cell: Any, decimals: int) -> str:
    if cell is None or (isinstance(cell, float | np.floating) and not np.isfinite(cell)) or cell == "":
        return NOTHING
    if isinstance(cell, bool | np.bool_):
        return tr("yes") if cell else tr("no")
    if _is_number(cell):
        return written(cell, f",.{decimals}f")
    return verdict(str(cell))


def _decimals(numbers: list[float]) -> int:
    """As many as the middle of the column needs for three figures; none where all are whole."""
    if not numbers or all(n == round(n) for n in numbers):
        return 0
    size = float(np.median(np.abs([n for n in numbers if n] or [1.0])))
    return 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 0.1 else 3


def _widths(columns: list[list[str]]) -> tuple[int, ...]:
    """Letters for each column: its longest word at least, and of what room is left a part of what its lines would take;
    none where all lines fit."""
    least = [max(len(word) for line in lines for word in [*line.split(), ""]) + 1 for lines in columns]
    whole = [min(max(map(len, lines)), WIDEST) + 1 for lines in columns]
    room = LETTERS - 2 * len(columns)
    if sum(max(map(len, lines)) + 1 for lines in columns) <= room:
        return ()
    wanted = sum(whole) - sum(least)
    share = max(0.0, min(1.0, (room - sum(least)) / wanted)) if wanted else 0.0
    return tuple(round(low + share * (high - low)) for low, high in zip(least, whole, strict=True))
