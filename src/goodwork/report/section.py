"""A section of what is told: its findings, the table and the drawing behind them, and how far to trust them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goodwork.analysis.finding import Finding
from goodwork.figures.figure import Figure

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Section:
    """One part of an audit or a report, under its title: the ``findings``, sentences with the numbers they rest on;
    the ``table`` behind them, its columns named and its units said in words; a ``figure`` where there is one; and
    ``notes``, what is left out and how far to trust it. Pages, printed reports and files are all made of sections.

    >>> from goodwork.analysis.finding import say
    >>> Section("Coverage", (say("{n:areas} are scored.", n=3),)).findings[0]
    '3 areas are scored.'
    """

    title: str
    findings: tuple[Finding, ...] = ()
    table: pd.DataFrame | None = field(default=None, repr=False)
    figure: Figure | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
