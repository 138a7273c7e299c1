"""Which code follows which: the change table of areas since 2009, and the graph it draws.

A code is matched with itself or by this table, never by a name: "Dorset" is a county without Bournemouth until March
2019 and a unitary authority without Christchurch since, under two codes. More reorganisation comes with the years: add
lines to ``code_changes.toml``, not code.

Reference: Office for National Statistics, Code History Database for the United Kingdom.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, cached_property
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from goodwork.errors import DeclarationError
from goodwork.model import declarations
from goodwork.model.declaration import Declaration

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,12}$")]
Kind = Literal["recode", "merger", "redrawn", "split"]
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip


class CodeChange(Declaration):
    """One way in which a new code is made up of older ones that end on the day it begins.

    ``old`` codes go into it wholly, ``part`` codes in part. ``moved`` names a sliver that changed hands and is too
    small to count. ``order`` is the law behind it, a key of ``CodeChanges.orders``.

    >>> CodeChange(new="C", old=("A", "B"), begins=date(2019, 4, 1), order="x").kind
    'merger'
    """

    model_config = ConfigDict(populate_by_name=True)

    begins: date = Field(alias="from")
    new: Code
    old: tuple[Code, ...] = ()
    part: tuple[Code, ...] = ()
    order: str
    moved: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The codes that end."""
        return self.old + self.part

    @property
    def kind(self) -> Kind:
        """``recode`` (the same place), ``merger`` (whole places joined), ``split`` (a piece of one place) or
        ``redrawn`` (wholes and pieces)."""
        if not self.part:
            return "recode" if len(self.old) == 1 else "merger"
        return "split" if len(self.sources) == 1 else "redrawn"


class Begun(Declaration):
    """Codes that came into use while none ended."""

    model_config = ConfigDict(populate_by_name=True)

    begins: date = Field(alias="from")
    codes: tuple[Code, ...]


class CodeChanges(Declaration):
    """The table of changes: which codes ended, on which day, and what took their place.

    A table that could lose or double a figure is refused: a code that ends twice, ends before it begins, goes wholly
    to two places, or goes to one place in part and nowhere else.

    >>> table = code_changes()
    >>> table.successors("E07000190"), table.successors("E07000190", date(2020, 1, 1))
    (('E06000066',), ('E07000246',))
    >>> table.valid("E06000063", date(2023, 3, 31)), table.valid("E06000063", date(2023, 4, 1))
    (False, True)
    """

    attribution: str = ""
    orders: dict[str, str] = {}
    names: dict[Code, str] = {}
    change: tuple[CodeChange, ...] = ()
    begun: tuple[Begun, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> CodeChanges:
        if faults := [*self._wrong_alone(), *self._wrong_together()]:
            raise ValueError("; ".join(faults))
        return self

    def _wrong_alone(self) -> list[str]:
        faults = []
        for one in self.change:
            if not one.sources:
                faults.append(f"{one.new}: made of nothing (declare it under begun)")
            if one.new in one.sources:
                faults.append(f"{one.new}: ends and begins on the same day")
            if len(set(one.sources)) < len(one.sources):
                faults.append(f"{one.new}: a code is listed twice")
            if one.order not in self.orders:
                faults.append(f"{one.new}: order {one.order!r} is not in the list of orders")
        codes = {code for one in self.change for code in (one.new, *one.sources)}
        codes |= {code for begun in self.begun for code in begun.codes}
        return faults + [f"{code}: has no name" for code in sorted(codes - set(self.names))]

    def _wrong_together(self) -> list[str]:
        faults = []
        ends: dict[str, set[date]] = {}
        begins: dict[str, set[date]] = {}
        whole: dict[str, set[str]] = {}
        piece: dict[str, set[str]] = {}
        for one in self.change:
            begins.setdefault(one.new, set()).add(one.begins)
            for code in one.sources:
                ends.setdefault(code, set()).add(one.begins)
            for code in one.old:
                whole.setdefault(code, set()).add(one.new)
            for code in one.part:
                piece.setdefault(code, set()).add(one.new)
        for begun in self.begun:
            for code in begun.codes:
                begins.setdefault(code, set()).add(begun.begins)
        faults += [f"{code}: ends on several days" for code, days in ends.items() if len(days) > 1]
        faults += [f"{code}: begins on several days" for code, days in begins.items() if len(days) > 1]
        faults += [
            f"{code}: ends on {min(ends[code])}, before or when it begins"
            for code in sorted(set(ends) & set(begins))
            if min(ends[code]) <= max(begins[code])
        ]
        faults += [f"{code}: goes wholly to {', '.join(sorted(new))}" for code, new in whole.items() if len(new) > 1]
        faults += [f"{code}: goes both wholly and in part" for code in sorted(set(whole) & set(piece))]
        faults += [f"{code}: only a part is accounted for" for code, new in piece.items() if len(new) == 1]
        return faults

    @cached_property
    def begins(self) -> Mapping[str, date]:
        """First day of every code that began since the table starts; codes older than the table are not in it."""
        days = {one.new: one.begins for one in self.change}
        return days | {code: begun.begins for begun in self.begun for code in begun.codes}

    @cached_property
    def ends(self) -> Mapping[str, date]:
        """The day from which a code is no longer valid; codes in use are not in it."""
        return {code: one.begins for one in self.change for code in one.sources}

    @cached_property
    def vintages(self) -> tuple[date, ...]:
        """The days on which codes changed, in order."""
        return tuple(sorted({*self.begins.values(), *self.ends.values()}))

    def valid(self, code: str, on: date) -> bool:
        """Whether a code is in use on a day. A code the table does not know is taken to be in use always."""
        return self.begins.get(code, date.min) <= on < self.ends.get(code, date.max)

    def successors(self, code: str, at: date | None = None) -> tuple[str, ...]:
        """The codes in use on a day that cover what the code covered, in order; by default after the last change.

        The code itself while it is in use; nothing before it begins.
        """
        day = at or date.max
        if day < self.begins.get(code, date.min):
            return ()
        if day < self.ends.get(code, date.max) or code not in self.ends:
            return (code,)
        found = {heir for one in self._into.get(code, ()) for heir in self.successors(one.new, day)}
        return tuple(sorted(found))

    def predecessors(self, code: str, at: date | None = None) -> tuple[str, ...]:
        """The codes in use on a day from which the code was made, in order; by default before the first change.

        Every way of making it up is listed: the districts and the county. The code itself while it is in use; nothing
        after it ended.
        """
        day = at or date.min
        if day >= self.ends.get(code, date.max):
            return ()
        if day >= self.begins.get(code, date.min) or code not in self.begins:
            return (code,)
        made = (one for one in self.change if one.new == code)
        return tuple(sorted({old for one in made for part in one.sources for old in self.predecessors(part, day)}))

    def namesakes(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Names that different places have had, each with the codes of every such place: why names are never matched.

        Codes joined by a ``recode`` are one place.
        """
        place = {code: code for code in self.names}
        for one in sorted(self.change, key=lambda change: change.begins):
            if one.kind == "recode":
                place[one.new] = place[one.old[0]]
        groups: dict[str, dict[str, list[str]]] = {}
        for code, name in sorted(self.names.items()):
            groups.setdefault(name, {}).setdefault(place[code], []).append(code)
        return {
            name: tuple(tuple(codes) for codes in places.values())
            for name, places in groups.items()
            if len(places) > 1
        }  # fmt: skip

    @cached_property
    def _into(self) -> dict[str, list[CodeChange]]:
        found: dict[str, list[CodeChange]] = {}
        for one in self.change:
            for code in one.sources:
                found.setdefault(code, []).append(one)
        return found


@cache
def code_changes() -> CodeChanges:
    """The change table that ships with the package: United Kingdom, 2009 to 2025."""
    return CodeChanges.from_toml(declarations.text("code_changes.toml"), "code_changes.toml")


def vintage_day(text: str | date) -> date:
    """The day a vintage of boundaries is meant to describe, from how people write it; raises ``DeclarationError``.

    A month stands for its first day (codes change on the first of April); a year stands for its last day, as in the
    names of boundary files ("Local Authority Districts (December 2021)").

    >>> [str(vintage_day(text)) for text in ("2023-04-01", "April 2023", "2023-04", "2021")]
    ['2023-04-01', '2023-04-01', '2023-04-01', '2021-12-31']
    """
    if isinstance(text, date):
        return text
    words = text.strip().casefold()
    try:
        if re.fullmatch(r"\d{4}", words):
            return date(int(words), 12, 31)
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})", words):
            return date(int(found[1]), int(found[2]), 1)
        if (found := re.fullmatch(r"([a-z]+) (\d{4})", words)) and found[1] in MONTHS:
            return date(int(found[2]), MONTHS.index(found[1]) + 1, 1)
        return date.fromisoformat(words)
    except ValueError:
        raise DeclarationError(
            f"{text!r} is not a vintage of boundaries", remedy="write a day, a month or a year: April 2023"
        ) from None
