"""A Good Jobs Audit: what is found of a place or a group, aspect by aspect, each with the table behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.finding import Finding
from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import amount, number, together, written
from goodwork.language import tr
from goodwork.model.indicator import Indicator

if TYPE_CHECKING:
    import pandas as pd

#: Said wherever measures are talked of.
FOR_DISCUSSION = tr(
    "For discussion: nothing here says that a lever will work in this place. Where the evidence is thin, that is said."
)


@dataclass(frozen=True, eq=False)
class Aspect:
    """One side of what is audited: ``findings``, the ``table`` whose rows they name, ``columns``: what each column that
    is shown means, with its unit (``formats``: how its numbers are written); and ``notes``, what is left out and how
    far to trust it."""

    name: str
    title: str
    findings: tuple[Finding, ...]
    table: pd.DataFrame = field(repr=False)
    columns: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    formats: Mapping[str, str] = field(default_factory=dict)

    def shown(self) -> pd.DataFrame:
        """The table as readers see it: the columns that are shown, under their words, every cell as text."""
        held = [name for name in self.columns if name in self.table]
        cells = {name: [_cell(value, self.formats.get(name, "")) for value in self.table[name]] for name in held}
        for about, low, high in zip(held, held[1:], held[2:], strict=False):
            if (low, high) == ("low", "high") and not {about, low, high} & set(self.formats):
                rows = self.table[[about, low, high]].to_numpy(dtype=float)
                for at in np.flatnonzero(np.isfinite(rows).all(axis=1)):
                    cells[about][at], cells[low][at], cells[high][at] = together(rows[at])
        return _table_of({self.columns[name]: cells[name] for name in held})

    def as_dict(self) -> dict[str, Any]:
        """The aspect as plain data; gaps are ``None``, and every sentence has its template, numbers and rows."""
        return {
            "name": self.name,
            "title": self.title,
            "findings": [
                {"id": said.id, "sentence": str(said), "template": said.template, "numbers": said.plain,
                 "rows": {str(k): v for k, v in said.row.items()}}
                for said in self.findings
            ],
            "columns": dict(self.columns),
            "table": _plain(self.table),
            "notes": list(self.notes),
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Audit:
    """An audit of ``subject``, an area or a group of ``members`` (codes), among the areas of a set in a period."""

    kind: str
    subject: str
    members: tuple[str, ...]
    framework: str
    area_set: str
    period: str
    aspects: tuple[Aspect, ...]
    invented: bool = False

    def __getitem__(self, name: str) -> Aspect:
        """An aspect by name; raises ``KeyError``."""
        return {aspect.name: aspect for aspect in self.aspects}[name]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All sentences, in order."""
        return tuple(said for aspect in self.aspects for said in aspect.findings)

    def as_dict(self) -> dict[str, Any]:
        """The audit as plain data."""
        return {
            "kind": self.kind, "subject": self.subject, "members": list(self.members), "framework": self.framework,
            "area_set": self.area_set, "period": self.period, "invented": self.invented,
            "aspects": [aspect.as_dict() for aspect in self.aspects],
        }  # fmt: skip

    def _repr_html_(self) -> str:
        """How a notebook shows it: title and sentences of every aspect."""
        from html import escape

        parts = [f"<h2>{escape(self.subject)}, {escape(self.period)}</h2>"]
        for aspect in self.aspects:
            said = "".join(f"<li>{escape(str(one))}</li>" for one in aspect.findings)
            parts.append(f"<h3>{escape(aspect.title)}</h3><ul>{said}</ul>")
        return "".join(parts)


def figure(indicator: Indicator, *names: str) -> str:
    """The place for a figure of an indicator in a template, or for one figure and another it goes to, with the unit as
    readers expect it.

    >>> pay = Indicator(id="pay", name="Pay", unit="£ per week", kind="money", decimals=0)
    >>> figure(pay, "value"), figure(pay, "begin", "end")
    ('£{value:,.0f} per week', '£{begin:,.0f} to £{end:,.0f} per week')
    """
    pound = "£" if indicator.unit.startswith("£") else ""
    places = [f"{{{name}:,.{indicator.decimals}f}}" for name in names]
    return amount(f" to {pound}".join(places), indicator.unit)


def distance(indicator: Indicator, name: str) -> str:
    """The place for a difference of two figures: of shares it is in percentage points.

    >>> distance(Indicator(id="u", name="U", unit="% of adults", kind="share"), "gap")
    '{gap:,.1f} percentage points'
    """
    return amount(f"{{{name}:,.{indicator.decimals}f}}", indicator.unit_of_change)


def again(template: str, numbers: Mapping[str, Any], key: str, row: Mapping[str, Any]) -> Finding:
    """A finding of an edition's registry, from its template and numbers as they were kept there.

    >>> again("{area} is {n} years old.", {"area": "York", "n": 2}, "age.area", {"area": "E06"}).id
    'age.area'
    """
    return Finding(template, dict(numbers)).about(*key.split("."), table="table", **row)


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data: numbers of Python, ``None`` for a gap."""
    return [{str(k): _none(v) for k, v in row.items()} for row in table.to_dict("records")]


def _table_of(columns: Mapping[str, list[str]]) -> pd.DataFrame:
    """Columns of text as a table."""
    import pandas as pd

    return pd.DataFrame(dict(columns), dtype=object)


def _cell(value: Any, spec: str) -> str:
    """A cell as text, a number by its format or in three figures: gaps are dashes, minus signs true, zero has none.

    >>> _cell(-1.25, ".1f"), _cell(float("nan"), ".1f"), _cell(True, ""), _cell(1352.4, ""), _cell(-0.01, "+.1f")
    ('−1.2', '–', 'yes', '1,352', '0.0')
    """
    if isinstance(value, bool | np.bool_):
        return tr("yes") if value else tr("no")
    if isinstance(value, int | float | np.number):
        return (written(value, spec) if spec else number(float(value))) if np.isfinite(value) else "–"
    return verdict(str(value)) or "–"


def _none(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return [_none(one) for one in value] if isinstance(value, tuple | list) else value
