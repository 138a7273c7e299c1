"""Two tiers of local government: which districts make up which county; and figures that cover two areas at once.

The lists are data (``counties.toml``). A list holds the districts of every year; a district counts on the days on which
its code is valid, so one list serves every vintage.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from typing import Literal

from pydantic import Field, model_validator

from goodwork.geography.changes import Code, CodeChanges, code_changes
from goodwork.model import declarations
from goodwork.model.declaration import Declaration


class Joint(Declaration):
    """A code under which one figure is published for several areas, and who is to have it.

    ``rule``: ``each`` member inherits the figure; only the ``first`` does; ``none`` does. ``series`` limits the rule to
    the named series; without it, it holds for every series that uses the code. The code may be one of the members:
    then its own figure is what covers them all. A copy of it under another member's code is dropped with ``none``.
    """

    code: Code
    members: tuple[Code, ...]
    rule: Literal["each", "first", "none"]
    series: tuple[str, ...] = ()
    why: str

    @property
    def heirs(self) -> tuple[str, ...]:
        """The members that inherit the figure."""
        return {"each": self.members, "first": self.members[:1], "none": ()}[self.rule]


class Small(Declaration):
    """What becomes of one or more places too small for most statistics, in some series.

    ``own``: the publisher gives them figures of their own, or says that it withholds them. ``joined``: one figure for
    them and a larger neighbour, which has it, marked; they have none. ``dropped``: they have none, because the
    publisher leaves them out or because theirs is not fit to use, and the neighbour's is its own. ``unsaid``: they
    have none, and nobody says whether the neighbour's figure holds them.
    """

    areas: tuple[Code, ...] = Field(min_length=1)
    rule: Literal["own", "joined", "dropped", "unsaid"]
    series: tuple[str, ...] = Field(min_length=1)
    neighbour: Code | None = None
    why: str

    @model_validator(mode="after")
    def _names_the_neighbour(self) -> Small:
        if (self.rule == "joined") != (self.neighbour is not None):
            raise ValueError(f"{', '.join(self.areas)}: who has a joined figure, and only of that, is named")
        return self


class Counties(Declaration):
    """Districts by county, and joint figures.

    >>> shipped = counties()
    >>> shipped.districts("E10000021", date(2021, 3, 31))[:2], shipped.districts("E10000021", date(2021, 4, 1))
    (('E07000150', 'E07000151'), ())
    >>> shipped.upper_tier("E07000240"), shipped.upper_tier("E06000014")
    ('E10000015', 'E06000014')
    """

    attribution: str = ""
    county: dict[Code, tuple[Code, ...]] = {}
    joint: tuple[Joint, ...] = ()
    small: tuple[Small, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Counties:
        counts = Counter(code for districts in self.county.values() for code in districts)
        faults = [f"{code}: in {n} counties, or twice in one" for code, n in counts.items() if n > 1]
        faults += [f"{code}: a county and a district" for code in sorted(set(counts) & set(self.county))]
        rules = Counter((joint.code, name) for joint in self.joint for name in joint.series or ("",))
        faults += [f"{code}: {n} rules for the same series" for (code, _), n in rules.items() if n > 1]
        faults += [f"{joint.code}: no members" for joint in self.joint if not joint.members]
        said = Counter((area, name) for one in self.small for area in one.areas for name in one.series)
        faults += [f"{area}, {name}: {n} rules" for (area, name), n in said.items() if n > 1]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def districts(self, county: str, on: date, changes: CodeChanges | None = None) -> tuple[str, ...]:
        """The districts that make up a county on a day, in order; none when it is not a county then."""
        table = changes or code_changes()
        if not table.valid(county, on):
            return ()
        return tuple(sorted(code for code in self.county.get(county, ()) if table.valid(code, on)))

    def small_rules(self) -> dict[tuple[str, str], Small]:
        """By small place and series: what becomes of the place in it.

        >>> counties().small_rules()["E09000001", "preventable_cvd_mortality"].rule
        'joined'
        """
        return {(area, name): one for one in self.small for area in one.areas for name in one.series}

    def upper_tier(self, code: str) -> str:
        """The county of a district; any other code is its own upper tier."""
        return next((county for county, districts in self.county.items() if code in districts), code)


@cache
def counties() -> Counties:
    """The counties of England since 2009, as they ship with the package."""
    return Counties.from_toml(declarations.text("counties.toml"), "counties.toml")
