"""Faults found in figures after they had been used: what was wrong, since when, what putting it right changed."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from goodwork.language import tr, trn
from goodwork.model import declarations
from goodwork.model.declaration import Declaration


class Correction(Declaration):
    """One fault put right. How many figures it revised and how many trends it turned round (a rise that became a fall,
    or a fall a rise; ``of`` so many) must be said, zero too: nobody may put figures right without looking.
    ``removed``: figures that are no more. ``released``: whether an edition that had been released held the fault.

    >>> one = Correction(corrected="2026-11-22", title="Late", wrong="A year late.", since="2020", changed="All.",
    ...                  revised=9, turned=0)
    >>> one.sentence
    '9 figures revised; no trend turned round.'
    """

    corrected: date
    title: str = Field(min_length=1)
    wrong: str = Field(min_length=1)
    since: str = Field(min_length=1)
    changed: str = Field(min_length=1)
    indicators: tuple[str, ...] = ()
    revised: int = Field(ge=0)
    turned: int = Field(ge=0)
    removed: int = Field(default=0, ge=0)
    of: int = Field(default=0, ge=0)
    released: bool = False

    @property
    def sentence(self) -> str:
        """How much it changed, in one sentence; trends are told even where none turned."""
        revised = trn("{n:,} figure revised", "{n:,} figures revised", self.revised).format(n=self.revised)
        removed = trn("{n:,} figure taken away", "{n:,} figures taken away", self.removed).format(n=self.removed)
        figures = ", ".join(text for n, text in ((self.revised, revised), (self.removed, removed)) if n)
        turned = trn("{n:,} trend turned round", "{n:,} trends turned round", self.turned)
        if self.of:
            turned = trn(
                "{n:,} trend turned round of {total:,} compared",
                "{n:,} trends turned round of {total:,} compared",
                self.turned,
            )
        if not self.turned:
            turned = tr("no trend turned round")
        return f"{figures or tr('No figure revised')}; {turned.format(n=self.turned, total=self.of)}."


class Corrections(Declaration):
    """The declared list of faults that were put right, in any order."""

    correction: tuple[Correction, ...] = ()

    @property
    def newest_first(self) -> tuple[Correction, ...]:
        """The list as it is read: the last correction first."""
        return tuple(sorted(self.correction, key=lambda one: one.corrected, reverse=True))


def shipped_corrections() -> Corrections:
    """The corrections of the shipped figures."""
    return Corrections.from_toml(declarations.text("corrections.toml"), "corrections.toml")
