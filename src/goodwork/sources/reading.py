"""What every reader of a publisher's file hands over: tidy rows as published, and an account of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goodwork.plugins import Registry

if TYPE_CHECKING:
    import pandas as pd

#: One row per published figure. ``series`` is the publisher's own name of what is measured; ``area`` its code (empty
#: where the publisher gives none) and ``area_name`` its name; ``first`` and ``last`` the first and last day of the
#: period (ISO dates) and ``span`` what was printed; ``value``, ``lower`` and ``upper`` are numbers or NaN (the
#: interval is the 95 % one); ``status`` is one of our markers, ``note`` the publisher's own words; ``row`` says where
#: in the file the figure stands, as a person would look for it ("row 17", "T09a!C12", "obs[3]").
ROW_COLUMNS = (
    "series",
    "area",
    "area_name",
    "first",
    "last",
    "span",
    "value",
    "lower",
    "upper",
    "status",
    "note",
    "row",
)


@dataclass(frozen=True, eq=False)
class Reading:
    """The rows of one file as published, and what became of the others.

    ``rows`` has the columns ``ROW_COLUMNS``. ``records`` counts the records that were in the file; ``left_out`` counts,
    by reason, those that are not among the rows (sub-groups, other measures, notes). The two add up:
    ``records == records used + left out``. ``facts`` are what the file says of itself (title, release, unit, licence).
    """

    rows: pd.DataFrame
    records: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


#: name → function(content, name, **options): the bytes of one file, the name it is called in faults, and the options a
#: source declares; returns a ``Reading``. Raises ``SourceChanged`` for a shape that is not known, ``SourceUnavailable``
#: for an error page in place of figures, ``DataError`` with every cell that cannot be read.
READER: Registry[Callable[..., Reading]] = Registry("reader")
