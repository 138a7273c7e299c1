"""Tables for a terminal: what has no room beside stands below, so that no column is cut off or lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.table import Table

#: A head and how its column is set: ``l`` left, ``r`` right, ``n`` right and unbroken.
Header = tuple[str, str]
#: A column keeps words of this length whole; longer ones may be broken.
WORD = 14
#: Blanks about a column.
BLANKS = 2


def tables_of(headers: Iterable[Header], rows: Iterable[Sequence[str]], title: str, width: int) -> list[Table]:
    """A table in a terminal of some width, in as many parts as it needs: the columns that name a row, up to the first
    of words, lead each part."""
    headers, rows = list(headers), list(rows)
    least, most = zip(
        *(_ends(header, [row[k] for row in rows], width) for k, header in enumerate(headers)), strict=True
    )
    parts = _parts(least, _leading(headers, least, width), width)
    heads = [title, *(["(the same rows, further columns)"] * (len(parts) - 1))]
    found = []
    for part, head in zip(parts, heads, strict=True):
        table = Table(title=head or None, title_justify="left", title_style="bold", header_style="bold", box=None)
        for k, wide in zip(part, _widths([least[k] for k in part], [most[k] for k in part], width), strict=True):
            name, justify = headers[k]
            table.add_column(name, justify="left" if justify == "l" else "right", overflow="fold", width=wide)
        for row in rows:
            table.add_row(*(row[k] for k in part))
        found.append(table)
    return found


def _ends(header: Header, cells: Sequence[str], width: int) -> tuple[int, int]:
    """How narrow a column can be, and how wide it is if nothing is broken."""
    name, justify = header
    whole = max(map(cell_len, cells), default=0)
    words = max(map(cell_len, " ".join([name, *cells]).split()), default=0)
    least = max(min(words, WORD), whole if justify == "n" else 1)
    room = max(width - BLANKS, 1)
    return min(least, room), min(max(least, whole, cell_len(name)), room)


def _leading(headers: Sequence[Header], least: Sequence[int], width: int) -> list[int]:
    """The columns that name a row: up to the first that is set left, and one more if that is set left, too; fewer where
    they would leave less than half of the room."""
    first = next((k for k, (_, justify) in enumerate(headers) if justify == "l"), 0)
    two = [justify for _, justify in headers[first : first + 2]] == ["l", "l"]
    ways = [range(first + 1 + two), range(first + 1), range(first, first + 1)]
    return next((list(way) for way in ways if _taken(least, way) <= width / 2), [])


def _parts(least: Sequence[int], leading: Sequence[int], width: int) -> list[list[int]]:
    """Columns in order, parted where no more fit."""
    parts: list[list[int]] = [[]]
    for k in range(len(least)):
        if parts[-1] and _taken(least, [*parts[-1], k]) > width:
            parts.append([] if k in leading or _taken(least, [*leading, k]) > width else list(leading))
        parts[-1].append(k)
    return parts


def _taken(least: Sequence[int], columns: Sequence[int]) -> int:
    return sum(least[k] + BLANKS for k in columns)


def _widths(least: Sequence[int], most: Sequence[int], width: int) -> list[int]:
    """What is left of the room goes to the columns that want more, evenly, the most modest first."""
    found, spare = list(least), width - _taken(least, range(len(least)))
    order = sorted(range(len(least)), key=lambda k: most[k] - least[k])
    for place, k in enumerate(order):
        more = min(most[k] - least[k], max(spare, 0) // (len(order) - place))
        found[k] += more
        spare -= more
    return found
