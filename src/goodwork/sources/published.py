"""What the readers of publishers' files share: read whole or refused, and every record accounted for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import DuplicateObservation, Fault, MissingData, SourceChanged, SourceUnavailable, raise_faults
from goodwork.sources.columns import plain_header
from goodwork.sources.delimited import decode, find_delimiter
from goodwork.sources.numbers import parse_numbers
from goodwork.sources.periods import read_spans
from goodwork.sources.reading import ROW_COLUMNS, Reading

if TYPE_CHECKING:
    import pandas as pd

#: A figure written with fewer digits than this carries no noise of binary fractions.
_PLAIN_DIGITS = 12


@dataclass(frozen=True, eq=False)
class Cells:
    """The records of a publisher's file as stripped text, one column for each role, indexed by the row in the file.

    ``headers`` says under which header of the file a role stands; a role that has no column is not in ``frame``.
    """

    name: str
    frame: pd.DataFrame
    headers: Mapping[str, str]
    notes: tuple[str, ...] = ()

    def text(self, role: str) -> pd.Series:
        """The column of a role; empty text where the file has none."""
        import pandas as pd

        return self.frame[role] if role in self.frame else pd.Series("", index=self.frame.index, dtype=object)


def refuse_page(name: str, content: bytes) -> None:
    """Refuse an empty body, or a web page or an error message in place of figures, with ``SourceUnavailable``."""
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise SourceUnavailable(f"{name}: the answer is empty", remedy="try again later, and check what was asked for")
    if start.startswith(b"<"):
        raise SourceUnavailable(
            f"{name}: the answer is a web page in place of figures", remedy="try again later, and check the address"
        )


def read_cells(
    name: str, content: bytes, roles: Mapping[str, Sequence[str]], needed: Sequence[str], *, open_end: bool = False
) -> Cells:
    """The cells of a publisher's delimited file, by role.

    ``roles`` gives, for each role, the headers under which it is published (case and punctuation do not matter); the
    order of columns does not matter. A column that stands twice is read once if its cells agree. A header that is not
    known is noted; but when a known column is absent beside it, it was probably renamed: ``SourceChanged``. So are a
    missing needed column, no rows, text that is not UTF-8, and a last line without line end (unless ``open_end``), for
    then the file may have been cut. Raises ``DataError`` for records with more or fewer cells than the header. A cut
    exactly at a line end cannot be seen here: who fetches compares the length.
    """
    import pandas as pd

    refuse_page(name, content)
    text, notes = decode(name, content)
    if notes:
        raise SourceChanged(f"{name} is not UTF-8 as it used to be", remedy="look at the file, and fetch it again")
    if not open_end and not text.endswith(("\n", "\r")):
        raise cut_short(name, "its last line has no end")
    records = _records(name, text)
    header = [cell.strip() for cell in records[0][1]]
    raise_faults(
        [
            Fault(f"{len(row)} cells where the header has {len(header)}", file=name, row=number)
            for number, row in records[1:]
            if len(row) != len(header)
        ],
        f"{name} was cut or is not a regular table",
    )
    places = _places(name, header, roles, needed)
    if len(records) == 1:
        raise SourceChanged(f"{name} holds a header and no figures", remedy="check what was asked for")
    columns = list(zip(*(row for _, row in records[1:]), strict=True))
    index = [number for number, _ in records[1:]]
    frame = pd.DataFrame(
        {role: _merged(name, role, [columns[i] for i in at], header[at[0]], index) for role, at in places.items()},
        index=index,
        dtype=object,
    )
    unknown = [header[i] for i in range(len(header)) if not any(i in at for at in places.values())]
    more = tuple(f"{name}: column {column!r} is not known and was not read" for column in unknown)
    gone = tuple(f"{name}: there is no column for {role.replace('_', ' ')}" for role in roles if role not in places)
    return Cells(name, frame, {role: header[at[0]] for role, at in places.items()}, (*more, *gone))


def cut_short(name: str, why: str) -> SourceChanged:
    """The error that says an answer did not arrive whole."""
    return SourceChanged(f"{name} is not whole: {why}", remedy="fetch it again")


def figures(cells: Cells, role: str, faults: list[Fault]) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """A column of figures and the markers that stand in their place; text that is neither becomes a fault.

    ``value`` is NaN where there is a marker or nothing, never 0.
    """
    column = cells.text(role)
    value, status, bad = numbers(column)
    faults += [_fault(cells, role, row, f"no figure: {column[row]!r}") for row in column.index[bad]]
    return value, status


def numbers(texts: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.str_], NDArray[np.bool_]]:
    """Texts as figures, the markers in their place, and which are neither; endless figures are none.

    >>> import pandas as pd
    >>> numbers(pd.Series(["1.5", "!", "73.60000000000001", "inf"]))[0].tolist()
    [1.5, nan, 73.6, nan]
    """
    import pandas as pd

    value = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    status = np.full(len(texts), "", dtype="<U4")
    bad = np.zeros(len(texts), dtype=bool)
    odd = (texts != "").to_numpy() & (~np.isfinite(value) | (texts.str.len() > _PLAIN_DIGITS).to_numpy(dtype=bool))
    if odd.any():
        parsed = parse_numbers(texts[odd], ".")
        bad[odd] = parsed.bad | parsed.unclear | np.isinf(parsed.value)
        value[odd], status[odd] = parsed.value, parsed.status
        value[bad] = np.nan
    return value, status, bad


def days(cells: Cells, role: str, faults: list[Fault], **choices: Any) -> tuple[Any, Any]:
    """First and last days of a column of periods; a text that is no period becomes a fault at its first row."""
    column = cells.text(role)
    wrong: dict[str, str] = {}
    for text in column.unique():
        try:
            read_spans([text], **choices)
        except ValueError as error:
            wrong[text] = str(error)
    if wrong:
        faults += [_fault(cells, role, column.index[column == text][0], why) for text, why in wrong.items()]
        column = column.where(~column.isin(list(wrong)), "1900")
    return read_spans(column, **choices)


def cell_faults(cells: Cells, role: str, where: Any, what: str) -> list[Fault]:
    """One fault for each row of a column at which ``where`` is true."""
    column = cells.text(role)
    return [_fault(cells, role, row, f"{what}: {column[row]!r}") for row in column.index[np.asarray(where, dtype=bool)]]


def contradictions(cells: Cells, rows: pd.DataFrame) -> list[Fault]:
    """Rows whose marker says that there is no figure while there is one, or whose interval is upside down.

    ``rows`` has the index of ``cells.frame``, or a part of it.
    """
    withheld = rows.index[rows["status"].isin(["c", "x", "z", "w"]) & rows["value"].notna()]
    upside_down = rows.index[rows["lower"] > rows["upper"]]
    value, lower = cells.text("value"), cells.text("lower")
    return [
        *(_fault(cells, "value", i, f"marked as withheld, and yet there is {value[i]!r}") for i in withheld),
        *(_fault(cells, "lower", i, f"the lower limit is above the upper: {lower[i]!r}") for i in upside_down),
    ]


def once(name: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Each figure once, and how many repeats were left out; ``DuplicateObservation`` when repeats do not agree.

    A figure is one series, area and period; an area without a code is told by its name and, where there is one, its
    ``area_type``: a county and a district may share a name.
    """
    called = rows["area_name"] if "area_type" not in rows else rows["area_type"] + ":" + rows["area_name"]
    key = rows[["series", "first", "last"]].assign(area=rows["area"].where(rows["area"] != "", called))
    told = [column for column in rows.columns if column in ("value", "lower", "upper", "status", "numerator")]
    repeated = key.assign(**{column: rows[column] for column in told}).duplicated()
    disagreeing = key[~repeated].duplicated(keep=False)
    if disagreeing.any():
        at = disagreeing.index[disagreeing]
        faults = [
            Fault(
                f"{rows.at[i, 'series']}, {rows.at[i, 'area'] or rows.at[i, 'area_name']}, {rows.at[i, 'span']}: "
                f"given as {rows.at[i, 'value']} here and differently elsewhere",
                file=f"{name}, {rows.at[i, 'row']}",
            )
            for i in at
        ]
        raise DuplicateObservation(f"{name} gives the same figure twice with different values", faults=faults)
    return rows[~repeated].reset_index(drop=True), int(repeated.sum())


def accounted(
    rows: pd.DataFrame,
    records: int,
    used: int,
    left_out: Mapping[str, int],
    facts: Mapping[str, str],
    notes: Sequence[str],
    name: str,
) -> Reading:
    """The reading, once every record is either used or left out for a reason; ``SourceChanged`` otherwise, and
    ``MissingData`` when no figure is left."""
    left = {reason: count for reason, count in left_out.items() if count}
    if records != used + sum(left.values()):
        raise SourceChanged(f"{name}: of {records} records {used} were used and {sum(left.values())} left out")
    if rows.empty:
        told = "; ".join(f"{count} left out: {reason}" for reason, count in left.items())
        raise MissingData(
            f"{name} holds no figures" + (f" ({told})" if told else ""), remedy="check what was asked for"
        )
    extra = [column for column in rows.columns if column not in ROW_COLUMNS]
    return Reading(rows[[*ROW_COLUMNS, *extra]].reset_index(drop=True), records, left, dict(facts), tuple(notes))


def _fault(cells: Cells, role: str, row: Any, what: str) -> Fault:
    return Fault(what, file=cells.name, row=int(row), column=cells.headers.get(role, role))


def _records(name: str, text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text), strict=True)
    try:
        records = [(i, row) for i, row in enumerate(reader, start=1) if row and (len(row) > 1 or row[0].strip())]
    except csv.Error as error:
        raise cut_short(name, f"a quotation mark or a cell is not regular ({error})") from None
    if not records:
        raise SourceUnavailable(f"{name}: the answer is empty", remedy="try again later")
    return records


def _places(
    name: str, header: list[str], roles: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> dict[str, list[int]]:
    """Role → the columns it stands in, in the order of the roles."""
    role_of = {plain_header(spelling): role for role, spellings in roles.items() for spelling in spellings}
    found: dict[str, list[int]] = {role: [] for role in roles}
    unknown = []
    for i, text in enumerate(header):
        role = role_of.get(plain_header(text))
        if role is None:
            unknown.append(text)
        else:
            found[role].append(i)
    absent = [role for role, at in found.items() if not at]
    missing = [role for role in absent if role in needed]
    if missing or (absent and unknown):
        renamed = f"; not known: {', '.join(map(repr, unknown[:8]))}" if unknown else ""
        raise SourceChanged(
            f"{name} does not have the columns it used to have",
            faults=[Fault(f"there is no column {roles[role][0]!r}{renamed}", file=name, row=1) for role in absent],
            remedy="look at the file: if the publisher renamed a column, its reader must learn the new name",
        )
    return {role: at for role, at in found.items() if at}


def _merged(name: str, role: str, columns: list[tuple[str, ...]], header: str, index: list[int]) -> Any:
    """One column out of those that have the same header: notes are put together, other cells must agree."""
    stripped = [np.array([cell.strip() for cell in column], dtype=object) for column in columns]
    whole = stripped[0]
    for other in stripped[1:]:
        differs = (whole != "") & (other != "") & (whole != other)
        if differs.any() and role != "note":
            raise SourceChanged(
                f"{name} has column {header!r} twice with different cells",
                faults=[
                    Fault(f"{whole[i]!r} and {other[i]!r}", file=name, row=index[i], column=header)
                    for i in np.flatnonzero(differs)
                ],
            )
        joined = np.where(differs, whole + "; " + other, np.where(whole == "", other, whole))
        whole = joined
    return whole


def spaced(text: str) -> str:
    """A label without blanks at its ends and with single blanks inside.

    >>> spaced(" Unemployment rate -  aged 16-64 ")
    'Unemployment rate - aged 16-64'
    """
    return re.sub(r"\s+", " ", text).strip()
