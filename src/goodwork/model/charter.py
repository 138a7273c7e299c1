"""The Good Work Charter: ten principles, what each promises, and what of it cannot be seen place by place."""

from __future__ import annotations

from typing import Self, get_args

from pydantic import Field, model_validator

from goodwork.model import declarations
from goodwork.model.declaration import Declaration
from goodwork.model.indicator import Principle


class Promise(Declaration):
    """One principle: what it means in our words, what of it no local figure shows, and who could publish it."""

    principle: Principle
    means: str = Field(min_length=1)
    unseen: str = Field(min_length=1)
    who: str = ""


class Charter(Declaration):
    """The file that says what each principle promises; which indicators serve it stands in the catalogue."""

    source: str
    promise: tuple[Promise, ...]

    @model_validator(mode="after")
    def _all_ten(self) -> Self:
        named = [one.principle for one in self.promise]
        problems = [
            f"{name} stands {named.count(name)} times" for name in get_args(Principle) if named.count(name) != 1
        ]
        if problems:
            raise ValueError("each principle must stand once: " + ", ".join(problems))
        return self


def shipped_charter() -> Charter:
    """What our edition says of the ten principles."""
    return Charter.from_toml(declarations.text("charter.toml"), "charter.toml")
