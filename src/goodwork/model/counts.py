"""What a gap in an indicator comes to in people or pounds: the figures that it is a share, a rate or an average of."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from goodwork.errors import DeclarationError, Fault
from goodwork.language import tr
from goodwork.model import declarations
from goodwork.model.declaration import Declaration
from goodwork.model.indicator import Catalogue


class Count(Declaration):
    """How a figure becomes a number of people or pounds: times every figure in ``of`` (a share counts as its
    hundredth), divided by ``per`` (100 for a share in per cent). ``what`` is counted, said so that a number can stand
    before it."""

    indicator: str
    what: str
    of: tuple[str, ...] = Field(min_length=1)
    per: float = Field(default=100.0, gt=0)
    pounds: bool = False
    note: str = ""


class Without(Declaration):
    """An indicator whose gap is no number of people or pounds, and why."""

    indicator: str
    why: str


class Counts(Declaration):
    """The file that says what gaps come to in people or pounds."""

    count: tuple[Count, ...] = ()
    without: tuple[Without, ...] = ()

    @cached_property
    def by_indicator(self) -> dict[str, Count]:
        """How each indicator is counted."""
        return {one.indicator: one for one in self.count}

    def reason(self, indicator: str) -> str:
        """Why a gap in an indicator cannot be said in people or pounds."""
        known = {one.indicator: one.why for one in self.without}
        return known.get(indicator, tr("no denominator is held"))

    def within(self, catalogue: Catalogue) -> Counts:
        """What can be counted with the indicators of a catalogue."""
        known = [one for one in self.count if all(name in catalogue for name in (one.indicator, *one.of))]
        return self.replace(count=tuple(known))

    def checked_against(self, catalogue: Catalogue, where: str) -> Counts:
        """The same, once every indicator named is known; raises ``DeclarationError`` with all that are not."""
        named = [(f"count.{n + 1}", name) for n, one in enumerate(self.count) for name in (one.indicator, *one.of)]
        named += [(f"without.{n + 1}", one.indicator) for n, one in enumerate(self.without)]
        faults = [
            Fault(f"no indicator called {name!r}", file=where, column=place, remedy="name one of the catalogue")
            for place, name in named if name not in catalogue
        ]  # fmt: skip
        if faults:
            raise DeclarationError(f"{where} is wrong in {len(faults)} place(s)", faults=faults)
        return self


def shipped_counts() -> Counts:
    """What gaps come to in people or pounds, as it ships with the package."""
    return Counts.from_toml(declarations.text("counts.toml"), "counts.toml")
