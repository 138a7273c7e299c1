"""Whether observations keep the contract; every fault is found before one error is raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from goodwork.errors import DataError, DuplicateObservation, Fault, UnitMismatch, UnknownArea
from goodwork.model.area import Geography, nearest, plain_name
from goodwork.model.indicator import Catalogue
from goodwork.model.observation import Status

KEY = ["indicator", "area", "period"]
FIGURES = ("value", "lower", "upper")
BASES = ("published", "derived", "inherited")
#: Relative tolerance by which a bound may stand on the wrong side of its value.
TOLERANCE = 1e-9
#: A share is suspected of being written 0–1 when at least this many figures are all at or below 1.
ENOUGH = 5

Marks = NDArray[np.bool_]


class AreaFault(Fault):
    """An area that is not known, no longer in use, or named where its code belongs."""

    error: ClassVar[type[DataError]] = UnknownArea


class DuplicateFault(Fault):
    """The same figure given twice with different values."""

    error: ClassVar[type[DataError]] = DuplicateObservation


class UnitFault(Fault):
    """A figure outside what its unit allows."""

    error: ClassVar[type[DataError]] = UnitMismatch


def fault_class(faults: Sequence[Fault]) -> type[DataError]:
    """The error that says what all the faults have in common: the specific one, or ``DataError``.

    >>> fault_class([AreaFault("a"), AreaFault("b")]).__name__, fault_class([AreaFault("a"), Fault("b")]).__name__
    ('UnknownArea', 'DataError')
    """
    classes: set[type[DataError]] = {getattr(fault, "error", DataError) for fault in faults}
    return classes.pop() if len(classes) == 1 else DataError


def check_observations(
    table: pd.DataFrame,
    catalogue: Catalogue,
    geography: Geography | None,
    file: str,
    row_numbers: pd.Series | None = None,
    headers: Mapping[str, str] | None = None,
) -> list[Fault]:
    """Every way in which tidy observations break the contract, in order of rows; an empty list when they keep it.

    ``table`` has the columns of ``model.observation.COLUMNS`` (``span``, ``basis`` and ``source`` may be absent), text
    except the three figures, which are floats with NaN for missing. ``row_numbers`` are the rows to name (1, 2, …
    without them), ``headers`` the name in the file of a column (``"value"``, or ``"value:<indicator>"`` where each
    indicator has its own). A fault of an area or of an indicator is told once, at its first row, with a count.
    """
    book = _Book(table, file, row_numbers, headers or {})
    _check_areas(book, geography)
    _check_indicators(book, catalogue)
    _check_markers(book)
    _check_figures(book, catalogue)
    _check_shares(book, catalogue)
    _check_duplicates(book)
    return sorted(book.faults, key=lambda fault: fault.row or 0)


class _Book:
    """The table under check, and the faults found so far."""

    def __init__(
        self, table: pd.DataFrame, file: str, row_numbers: pd.Series | None, headers: Mapping[str, str]
    ) -> None:
        self.table = table.reset_index(drop=True)
        self.file = file
        self.rows = np.arange(1, len(table) + 1) if row_numbers is None else np.asarray(row_numbers)
        self.headers = headers
        self.faults: list[Fault] = []

    def header(self, role: str, indicator: str = "") -> str:
        return self.headers.get(f"{role}:{indicator}") or self.headers.get(role, role)

    def each(self, wrong: Marks, role: str, say: Callable[[pd.Series], tuple[str, str]], kind: type[Fault]) -> None:
        """One fault for each row that is wrong."""
        for position in np.flatnonzero(wrong):
            row = self.table.iloc[position]
            what, remedy = say(row)
            self.add(kind, what, remedy, role, int(self.rows[position]), str(row["indicator"]))

    def once(self, wrong: Marks, role: str, say: Callable[[str], tuple[str, str]], kind: type[Fault]) -> None:
        """One fault for each text that is wrong, at its first row."""
        positions = pd.Series(np.flatnonzero(wrong))
        for text, where in positions.groupby(self.table[role].to_numpy()[wrong], sort=False):
            what, remedy = say(str(text))
            more = f" (and in {len(where) - 1} more rows)" if len(where) > 1 else ""
            first = int(where.iloc[0])
            self.add(kind, what + more, remedy, role, int(self.rows[first]), str(self.table["indicator"].iloc[first]))

    def add(self, kind: type[Fault], what: str, remedy: str, role: str, row: int, indicator: str = "") -> None:
        self.faults.append(kind(what, file=self.file, row=row, column=self.header(role, indicator), remedy=remedy))


def _check_areas(book: _Book, geography: Geography | None) -> None:
    areas = book.table["area"]
    empty = (areas == "").to_numpy(dtype=bool)
    book.each(empty, "area", lambda row: ("the area is empty", "give the code of the area"), Fault)
    if geography is None:
        return
    unknown = ~empty & ~areas.isin(list(geography.by_code)).to_numpy(dtype=bool)
    if not unknown.any():
        return
    names: dict[str, list[str]] = {}
    for area in geography.areas:
        for name in (area.name, *area.aliases):
            names.setdefault(plain_name(name), []).append(area.code)

    def say(text: str) -> tuple[str, str]:
        if text in geography.retired:
            heirs = [
                f"{s.successor} ({geography.by_code[s.successor].name})"
                if s.successor in geography.by_code
                else s.successor
                for s in geography.retired[text]
            ]
            first = geography.retired[text][0]
            return f"area code {text!r} ({first.name}) ended in {first.year}", f"it became {', '.join(heirs)}"
        if codes := sorted(set(names.get(plain_name(text), []))):
            return f"area {text!r} is named, not coded", f"write the code {' or '.join(codes)}"
        offers = nearest(text, geography.by_code)
        return (
            f"area code {text!r} is not known",
            f"did you mean {offers[0]!r}?" if offers else "check the list of areas",
        )

    book.once(unknown, "area", say, AreaFault)


def _check_indicators(book: _Book, catalogue: Catalogue) -> None:
    ids = book.table["indicator"]
    unknown = ~ids.isin(list(catalogue.by_id)).to_numpy(dtype=bool)

    def say(text: str) -> tuple[str, str]:
        if not text:
            return "the indicator is empty", "give the id of the indicator"
        offers = nearest(text, catalogue.by_id)
        return f"indicator {text!r} is not in the catalogue", f"did you mean {offers[0]!r}?" if offers else "declare it"

    book.once(unknown, "indicator", say, Fault)
    empty = (book.table["period"] == "").to_numpy(dtype=bool)
    book.each(empty, "period", lambda row: ("the period is empty", "give the period of the figure"), Fault)


def _check_markers(book: _Book) -> None:
    status = book.table["status"]
    unknown = ~status.isin([s.value for s in Status]).to_numpy(dtype=bool)
    known = "use one of " + ", ".join(f"{s.value} ({s.words.split(':')[0]})" for s in Status if s.value)
    book.once(unknown, "status", lambda text: (f"marker {text!r} is not known", known), Fault)
    withheld = status.isin([s.value for s in Status if s.withholds]) & book.table["value"].notna()
    book.each(
        withheld.to_numpy(dtype=bool),
        "value",
        lambda row: (
            f"the figure {row['value']:g} stands beside marker {row['status']!r} ({Status(row['status']).words})",
            "leave the figure out, or correct the marker",
        ),
        Fault,
    )
    if "basis" in book.table:
        strange = ~book.table["basis"].isin(BASES).to_numpy(dtype=bool)
        book.once(strange, "basis", lambda text: (f"basis {text!r} is not known", f"use {', '.join(BASES)}"), Fault)


def _check_figures(book: _Book, catalogue: Catalogue) -> None:
    value, lower, upper = (book.table[name].to_numpy(dtype=np.float64) for name in FIGURES)
    for name, array in zip(FIGURES, (value, lower, upper), strict=True):
        book.each(np.isinf(array), name, lambda row: ("the figure is infinite", "leave it empty"), Fault)
    finite = np.isfinite(value)
    slack = TOLERANCE * np.abs(np.where(finite, value, 0))
    for role, side, wrong in (("lower", "above", lower > value + slack), ("upper", "below", upper < value - slack)):
        book.each(finite & wrong, role, _say_beyond(role, side), Fault)
    for have, lack in (("lower", "upper"), ("upper", "lower")):
        alone = (book.table[have].notna() & book.table[lack].isna()).to_numpy(dtype=bool)
        book.each(alone, lack, _say_alone(have, lack), Fault)
    ranges = {i.id: i.range for i in catalogue.indicator}
    ids = book.table["indicator"]
    least = ids.map({i: r[0] for i, r in ranges.items()}).to_numpy(dtype=np.float64)
    most = ids.map({i: r[1] for i, r in ranges.items()}).to_numpy(dtype=np.float64)
    outside = finite & ((value < least) | (value > most))

    def say(row: pd.Series) -> tuple[str, str]:
        known = catalogue[row["indicator"]]
        return (
            f"{row['value']:g} is outside {known.range[0]:g} to {known.range[1]:g}, the range of {known.id}",
            f"give the figure in {known.unit}",
        )

    book.each(outside, "value", say, UnitFault)


def _say_beyond(role: str, side: str) -> Callable[[pd.Series], tuple[str, str]]:
    return lambda row: (f"the {role} bound {row[role]:g} is {side} the value {row['value']:g}", "check the bounds")


def _say_alone(have: str, lack: str) -> Callable[[pd.Series], tuple[str, str]]:
    return lambda row: (f"there is a bound {have!r} ({row[have]:g}) but no bound {lack!r}", "give both or neither")


def _check_shares(book: _Book, catalogue: Catalogue) -> None:
    """A share declared 0–100 whose figures are all at most 1 was probably written 0–1; declared limits overrule."""
    shares = [i.id for i in catalogue.indicator if i.kind == "share" and i.limits is None]
    part = book.table.loc[book.table["indicator"].isin(shares) & book.table["value"].notna(), ["indicator", "value"]]
    summary = part.groupby("indicator")["value"].agg(["count", "max", "median"])
    for name in summary.index[(summary["count"] >= ENOUGH) & (summary["max"] <= 1) & (summary["median"] > 0)]:
        first = int(part.index[part["indicator"] == name][0])
        book.add(
            UnitFault,
            f"all {summary.loc[name, 'count']} figures of {name} lie between 0 and 1, but its unit runs from 0 to 100",
            "multiply them by 100; if they really are that small, declare limits in the catalogue",
            "value",
            int(book.rows[first]),
            str(name),
        )


def _check_duplicates(book: _Book) -> None:
    twice = book.table[book.table.duplicated(KEY, keep=False)]
    twice = twice[~twice.duplicated([*KEY, *FIGURES, "status"])]
    twice = twice[twice.duplicated(KEY, keep=False)]
    for key, group in twice.groupby(KEY, sort=False):
        first = group.index[0]
        for position in group.index[1:]:
            values = f"{group.loc[first, 'value']:g} and {group.loc[position, 'value']:g}"
            book.add(
                DuplicateFault,
                f"{' / '.join(map(str, key))} is given twice, here and in row {book.rows[first]}: {values}",
                "keep one of the two",
                "value",
                int(book.rows[position]),
                str(key[0]),
            )
