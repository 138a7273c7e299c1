"""Groups of occupations, and how far the work in each is routine: a declared judgement, with where it comes from."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from goodwork.errors import DeclarationError, Fault
from goodwork.model import declarations
from goodwork.model.declaration import Declaration
from goodwork.model.indicator import Catalogue


class Group(Declaration):
    """A group of occupations: its share of people in work is the indicator ``of`` less the indicator ``less``; without
    ``of`` it is whatever the other groups leave of 100. Of the work in it a part between ``low`` and ``high`` is
    routine, 0 none and 1 all: two numbers where the group holds work of both kinds."""

    name: str = Field(min_length=1)
    title: str = Field(min_length=1)
    of: str = ""
    less: str = ""
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"{self.name}: low, {self.low:g}, is above high, {self.high:g}")
        if self.less and not self.of:
            raise ValueError(f"{self.name}: less {self.less} of nothing")
        return self


class Occupations(Declaration):
    """The file of groups of occupations and their scores, with the literature they rest on."""

    title: str
    source: str = Field(min_length=1)
    caveat: str = ""
    group: tuple[Group, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _one_rest(self) -> Self:
        names = [one.name for one in self.group]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"declared twice: {', '.join(twice)}")
        if sum(not one.of for one in self.group) > 1:
            raise ValueError("only one group can be what the others leave")
        return self

    def checked_against(self, catalogue: Catalogue, where: str = "occupations.toml") -> Occupations:
        """The same, once every indicator is known; raises ``DeclarationError`` with all that are not."""
        faults = [
            Fault(f"no indicator called {name!r}", file=where, column=f"group.{n}", remedy="name one of the catalogue")
            for n, one in enumerate(self.group, start=1) for name in (one.of, one.less)
            if name and name not in catalogue
        ]  # fmt: skip
        if faults:
            raise DeclarationError(f"{where} is wrong in {len(faults)} place(s)", faults=faults)
        return self


def shipped_occupations() -> Occupations:
    """The groups that our edition has figures for.

    >>> [one.name for one in shipped_occupations().group]
    ['managers_professionals', 'associate', 'middle', 'operatives_elementary']
    """
    return Occupations.from_toml(declarations.text("occupations.toml"), "occupations.toml")
