"""Every error a person can be shown, in one tree.

::

    GoodWorkError                     what happened, where, what to do; shown without a traceback
    ├── DeclarationError              a framework, catalogue or method file is wrong
    ├── DataError                     observations break the contract
    │   ├── UnknownArea
    │   ├── DuplicateObservation
    │   ├── MissingData
    │   └── UnitMismatch
    ├── MethodError                   the method cannot be applied to these data
    ├── SourceError                   a provider
    │   ├── SourceUnavailable         try later
    │   └── SourceChanged             answered, but not in the shape we know
    ├── StoreError                    the disk, or what is on it
    │   ├── EditionNotFound
    │   └── ChecksumMismatch
    ├── ServeError                    the web server cannot start
    └── NotFound                      no such area, indicator or period; offers the nearest names

Checks collect every :class:`Fault` they find and raise once. Anything outside this tree is a bug and keeps its
traceback.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

SHOWN_FAULTS = 25


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what, where (file, row, column) and what to do about it.

    >>> print(Fault("text in a number column: 'abc'", file="pay.csv", row=7, column="value", remedy="write a number"))
    pay.csv, row 7, column 'value': text in a number column: 'abc' — write a number
    """

    what: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    remedy: str | None = None

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                None if self.row is None else f"row {self.row}",
                None if self.column is None else f"column {self.column!r}",
            )
            if part
        )
        return (f"{place}: " if place else "") + self.what + (f" — {self.remedy}" if self.remedy else "")


class GoodWorkError(Exception):
    """Something a person can put right: a headline, the faults found, and a remedy."""

    title = "Something is wrong"

    def __init__(self, what: str, *, faults: Iterable[Fault] = (), remedy: str | None = None, **facts: Any) -> None:
        super().__init__(what)
        self.what = what
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.remedy = remedy
        self.facts = facts

    def __str__(self) -> str:
        lines = [self.what]
        lines += [f"  · {fault}" for fault in self.faults[:SHOWN_FAULTS]]
        if len(self.faults) > SHOWN_FAULTS:
            lines.append(f"  … and {len(self.faults) - SHOWN_FAULTS} more")
        if self.remedy:
            lines.append(f"What to do: {self.remedy}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """The error as plain data, for ``--json`` and for the web."""
        return {
            "error": type(self).__name__,
            "title": self.title,
            "what": self.what,
            "faults": [asdict(fault) for fault in self.faults],
            "remedy": self.remedy,
            **self.facts,
        }


class DeclarationError(GoodWorkError):
    title = "A declaration is wrong"


class DataError(GoodWorkError):
    title = "The data break the contract"


class UnknownArea(DataError):
    title = "An area code is not known"


class DuplicateObservation(DataError):
    title = "The same figure is given twice with different values"


class MissingData(DataError):
    title = "There are no figures"


class UnitMismatch(DataError):
    title = "A figure is not in the declared unit"


class MethodError(GoodWorkError):
    title = "The method cannot be applied to these data"


class SourceError(GoodWorkError):
    title = "A source could not be read"


class SourceUnavailable(SourceError):
    title = "A source is not available"


class SourceChanged(SourceError):
    title = "A source answered in a shape that is not known"


class StoreError(GoodWorkError):
    title = "The store could not be read or written"


class EditionNotFound(StoreError):
    title = "There is no edition here"


class ChecksumMismatch(StoreError):
    title = "A file of the edition has been changed or damaged"


class ServeError(GoodWorkError):
    title = "The server cannot start"


class NotFound(GoodWorkError):
    """No such thing; the nearest names are offered."""

    title = "Not found"

    def __init__(self, kind: str, asked: str, nearest: Sequence[str] = (), remedy: str | None = None) -> None:
        offer = f"did you mean {', '.join(nearest)}?" if nearest else None
        super().__init__(
            f"no {kind} called {asked!r}", remedy=offer or remedy, kind=kind, asked=asked, nearest=list(nearest)
        )
        self.nearest = tuple(nearest)

    def __reduce__(self) -> tuple[Any, ...]:
        """What makes it again where another process raised it."""
        return type(self), (self.facts["kind"], self.facts["asked"], self.nearest, self.remedy)


def raise_faults(faults: Sequence[Fault], headline: str, default: type[DataError] = DataError) -> None:
    """Raise once for all faults together; do nothing when there are none."""
    if faults:
        count = f"{len(faults)} fault{'s' if len(faults) != 1 else ''}"
        raise default(f"{headline}: {count}", faults=faults)
