"""Targets that places set themselves: a figure or a score, the goal, and the year by which it is to be reached."""

from __future__ import annotations

import json
from typing import Self

from pydantic import Field, model_validator

from goodwork.model.declaration import Declaration
from goodwork.model.framework import INDEX


class Aim(Declaration):
    """One target: the place by name or code, the indicator, domain or index it is about, the ``goal`` in its unit
    (money in the prices of the latest year, scores on its scale), and the year ``by`` which it is to be reached.

    ``since`` leaves older figures out of the trend; ``why`` says who set it and where.
    """

    place: str = Field(min_length=1)
    of: str = INDEX
    goal: float
    by: str = Field(pattern=r"^\d{4}$")
    since: str = Field(default="", pattern=r"^(\d{4})?$")
    why: str = ""


class Targets(Declaration):
    """The file of targets. ``invented``: made up to show how it is written."""

    title: str = ""
    invented: bool = False
    target: tuple[Aim, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        keys = [(one.place.casefold(), one.of, one.by) for one in self.target]
        if twice := sorted({f"{place}, {of} by {by}" for place, of, by in keys if keys.count((place, of, by)) > 1}):
            raise ValueError(f"set twice: {'; '.join(twice)}")
        return self

    @property
    def toml(self) -> str:
        """The same as the text of a file.

        >>> print(Targets(target=(Aim(place="York", of="unemployment", goal=3, by="2028"),)).toml)
        [[target]]
        place = "York"
        of = "unemployment"
        goal = 3.0
        by = "2028"
        <BLANKLINE>
        """
        head = {"title": self.title, "invented": self.invented}
        lines = [f"{name} = {_written(value)}" for name, value in head.items() if value]
        for aim in self.target:
            lines += ["", "[[target]]"] if lines else ["[[target]]"]
            lines += [f"{name} = {_written(value)}" for name, value in aim if value != ""]
        return "\n".join(lines) + "\n"


def _written(value: object) -> str:
    """A text, number or truth as TOML writes it, which for these is as JSON does."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
