"""Areas that people still name though they are no more, and what took their place."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from goodwork.model import declarations
from goodwork.model.area import Geography, Successor
from goodwork.model.declaration import Declaration


class FormerPlace(Declaration):
    """An area that ended in a year, the code it had where it had one of nine signs, and the areas that took its place.

    ``how``: a ``district`` went wholly into one area, a ``county`` was parted or became one, and a county ``shared``
    by its districts is still there without a council of its own.

    >>> FormerPlace(name="Penwith", year=2009, became=("E06000052",), how="district").relation
    'merger'
    """

    name: str
    year: int
    became: tuple[str, ...] = Field(min_length=1)
    code: str = ""
    how: Literal["district", "county", "shared"] = "district"

    @property
    def relation(self) -> str:
        """The word of the change table for what happened."""
        return "shared" if self.how == "shared" else "merger" if len(self.became) == 1 else "split"


class FormerPlaces(Declaration):
    """The file that declares former areas by name, with the laws behind them."""

    place: tuple[FormerPlace, ...]
    laws: dict[str, str] = {}

    def beyond(self, geography: Geography) -> tuple[Successor, ...]:
        """Former areas that a geography does not know, each of whose successors is one of its areas."""
        known = {(s.code, s.name) for s in geography.successors}
        return tuple(
            Successor(code=place.code, name=place.name, successor=heir, relation=place.relation, year=place.year)
            for place in self.place
            if (place.code, place.name) not in known and all(heir in geography.by_code for heir in place.became)
            for heir in place.became
        )


@cache
def former_places() -> FormerPlaces:
    """The former areas that ship with the package."""
    return FormerPlaces.from_toml(declarations.text("former_places.toml"), "former_places.toml")
