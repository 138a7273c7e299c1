"""The words of the pages, said plainly: one list, to which the first use of a word on a page leads."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from goodwork.errors import DeclarationError
from goodwork.figures.figure import Figure

if TYPE_CHECKING:
    import pandas as pd

FILE = "glossary.toml"


@dataclass(frozen=True)
class Word:
    """One word: what it is called, what it means, other words for it, and the page that shows most of it."""

    id: str
    term: str
    means: str
    also: tuple[str, ...] = ()
    page: str = ""


@cache
def words() -> Mapping[str, Word]:
    """Every word by its id, in the order of the alphabet; raises ``DeclarationError`` for one that is told twice.

    >>> words()["score"].term
    'score'
    """
    told = tomllib.loads((files("goodwork.web") / FILE).read_text(encoding="utf-8"))["word"]
    found = [Word(**{**one, "also": tuple(one.get("also", ()))}) for one in told]
    if twice := sorted({one.id for one in found if sum(other.id == one.id for other in found) > 1}):
        raise DeclarationError(f"{FILE}: told twice: {', '.join(twice)}", remedy="keep one")
    return {one.id: one for one in sorted(found, key=lambda one: one.term.casefold())}


class GlossaryPage:
    """All words as a page."""

    words = property(lambda self: tuple(words().values()), doc="Every word, in the order of the alphabet.")

    @property
    def figures(self) -> Mapping[str, Figure]:
        """No drawings."""
        return {}

    def as_dict(self) -> dict[str, Any]:
        """Every word as plain data."""
        return {"words": [asdict(one) for one in words().values()]}

    def as_table(self, name: str = "") -> pd.DataFrame:
        """A line for each word."""
        import pandas as pd

        rows = [{**asdict(one), "also": "; ".join(one.also)} for one in words().values()]
        return pd.DataFrame(rows)
